"""The playbook: what a handoff is, as data that revenue operations edit (``playbook/*.yml``)."""
