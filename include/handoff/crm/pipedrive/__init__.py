"""Pipedrive: persons, organizations, deals with their changelog, leads, activities."""
