"""The playbook as one object: a field for each of its files."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from pydantic import Field

from handoff.playbook.topics.company import PeopleFile, PlaybookFile, SourcesFile, TeamsFile
from handoff.playbook.topics.marketing import CampaignsFile, ProblemsFile
from handoff.playbook.topics.passed_properties import PassedPropertiesFile
from handoff.playbook.topics.precedence import PrecedenceFile
from handoff.playbook.topics.quality import IcpFile, QualificationFile, ScoringFile
from handoff.playbook.topics.response import RoutingFile, SlaFile
from handoff.playbook.topics.stages import FieldsFile, LifecycleFile, ReasonsFile
from handoff.playbook.topics.words import Topic


class Playbook(Topic):
    """All topics: a field for each file, by its name. What has a default may be absent."""

    playbook: PlaybookFile
    sources: SourcesFile
    lifecycle: LifecycleFile
    people: PeopleFile = Field(default_factory=PeopleFile)
    precedence: PrecedenceFile = Field(default_factory=PrecedenceFile)
    teams: TeamsFile = Field(default_factory=TeamsFile)
    icp: IcpFile = Field(default_factory=IcpFile)
    scoring: ScoringFile = Field(default_factory=ScoringFile)
    qualification: QualificationFile = Field(default_factory=QualificationFile)
    fields: FieldsFile = Field(default_factory=FieldsFile)
    routing: RoutingFile = Field(default_factory=RoutingFile)
    sla: SlaFile = Field(default_factory=SlaFile)
    reasons: ReasonsFile = Field(default_factory=ReasonsFile)
    campaigns: CampaignsFile = Field(default_factory=CampaignsFile)
    problems: ProblemsFile = Field(default_factory=ProblemsFile)
    passed_properties: PassedPropertiesFile = Field(default_factory=PassedPropertiesFile)

    @property
    def content_hash(self) -> str:
        """sha256 of the content: comments and the order of keys make no difference."""
        return hashlib.sha256(self.normalised().encode()).hexdigest()

    @property
    def version_key(self) -> str:
        return key_of(self.content_hash)

    @property
    def effective_from(self) -> datetime:
        """The instant in UTC from which this version is in force."""
        zone = ZoneInfo(self.playbook.reporting_time_zone)
        first_day = self.playbook.effective_from
        return datetime.combine(first_day, time.min, zone).astimezone(UTC)

    def normalised(self) -> str:
        """The content as JSON with sorted keys, from which it can be read again."""
        content = self.model_dump(mode="json", by_alias=True)
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def key_of(content_hash: str) -> str:
    """The version key of a content hash."""
    return content_hash[:12]


TOPIC_TYPES: dict[str, type[Topic]] = {
    name: info.annotation
    for name, info in Playbook.model_fields.items()
    if isinstance(info.annotation, type)
}
REQUIRED_TOPICS = tuple(name for name, info in Playbook.model_fields.items() if info.is_required())
