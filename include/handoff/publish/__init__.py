"""Stop [7]: replace what readers see, only after the checks have passed, in one atomic step."""

from handoff.publish.release import PublishSummary, publish

__all__ = ["PublishSummary", "publish"]
