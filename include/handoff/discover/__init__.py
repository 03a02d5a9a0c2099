"""What an account has, and a playbook that could fit it."""

from handoff.discover.facts import ObjectFacts, PropertyFacts, read_facts
from handoff.discover.proposal import Proposal, propose

__all__ = ["ObjectFacts", "PropertyFacts", "Proposal", "propose", "read_facts"]
