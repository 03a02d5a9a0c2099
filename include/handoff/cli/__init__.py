"""The command line: `handoff`, one verb a stop."""
