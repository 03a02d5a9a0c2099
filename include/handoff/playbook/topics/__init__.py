"""What each file of the playbook holds; one module a group of files."""
