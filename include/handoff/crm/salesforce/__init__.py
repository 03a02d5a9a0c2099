"""Salesforce: its REST API for what is small, its Bulk API 2.0 for what is not."""
