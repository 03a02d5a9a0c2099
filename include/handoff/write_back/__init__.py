"""What Handoff would change in the CRM: the ``act_*`` tables as a plan, shown before it is sent."""

from handoff.write_back.plan import ProposedChange, plan_write_back, summary
from handoff.write_back.plan_display import plan_view

__all__ = ["ProposedChange", "plan_view", "plan_write_back", "summary"]
