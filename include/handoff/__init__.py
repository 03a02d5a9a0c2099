"""Handoff: the warehouse for the moment at which marketing hands a lead to sales."""
