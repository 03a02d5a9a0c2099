"""precedence.yml: which source is right where several speak of the same person or deal."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from handoff.playbook.topics.words import Slug, Topic
from handoff.playbook.vocabulary import Stage

SourceOrder = Annotated[
    tuple[Slug, ...],
    Field(min_length=1, description="Sources, the one that is right first"),
]


class PrecedenceFile(Topic):
    """precedence.yml: for each question, the sources in the order in which they are believed.

    A source that stands before another overrules it while it has a record of the person: from its
    creation until it is archived. What is not listed counts in every source.
    """

    stages: dict[Stage, SourceOrder] = Field(default={})
    owner: SourceOrder | None = Field(default=None, description="Who owns a person")
    deals: SourceOrder | None = Field(
        default=None, description="Amount, currency and pipeline of a deal that stands in several"
    )
    companies: SourceOrder | None = Field(
        default=None, description="Name, size and industry of a company that stands in several"
    )
    reasons: SourceOrder | None = Field(
        default=None,
        description="Why a handoff ended, where the record that closed it has none",
    )

    @property
    def orders(self) -> dict[str, SourceOrder]:
        """Everything that is listed, by subject: a stage, owner, deals, companies or reasons."""
        listed: dict[str, SourceOrder] = {str(stage): one for stage, one in self.stages.items()}
        for subject in ("owner", "deals", "companies", "reasons"):
            if (order := getattr(self, subject)) is not None:
                listed[subject] = order
        return listed
