"""HTTP to one account of any CRM: what differs between CRMs is a Vendor and an Auth."""
