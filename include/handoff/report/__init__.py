"""Stop [8]: pages for people, from the published file alone."""

from handoff.report.weekly import ReportSummary, build_weekly_report

__all__ = ["ReportSummary", "build_weekly_report"]
