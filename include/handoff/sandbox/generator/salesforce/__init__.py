"""The company with two CRMs: marketing in HubSpot, sales in Salesforce, kept in step by a sync."""
