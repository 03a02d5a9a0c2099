"""CRM connectors: one folder a CRM, all with the same protocol."""
