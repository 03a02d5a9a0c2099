"""The playbook's rows, as plain dicts without ``version_key``; one module a group of files."""
