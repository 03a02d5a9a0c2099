"""Landing: raw records exactly as a CRM's API gave them, immutable files and a manifest a run."""
