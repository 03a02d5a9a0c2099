"""Where Example CRM's landing files hold something of a person."""

from __future__ import annotations

from handoff.crm.erasure_rules import ErasureRules

RULES = ErasureRules(addresses={"contacts": ("email",), "leads": ("email",)})
