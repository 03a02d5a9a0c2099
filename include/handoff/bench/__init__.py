"""Benchmarks: each measures a stop against a plain way of doing the same, in the same run."""
