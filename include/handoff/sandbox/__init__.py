"""A CRM account that stands on this machine: its records in a folder, its API over HTTP."""
