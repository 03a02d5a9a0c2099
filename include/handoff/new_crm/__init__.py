"""A new CRM from a template: connector, staging, sandbox, contract case and a word in each list."""

from handoff.new_crm.make import NewCrm, make_crm

__all__ = ["NewCrm", "make_crm"]
