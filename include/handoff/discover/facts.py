"""The properties of an account with how often they are filled in.

Only values that the CRM keeps a list of are counted by value: free text stays where it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Literal

from handoff import clock
from handoff.crm.protocol import CanSample, Connector, PropertyDefinition, ReadRequest
from handoff.crm.registry import connect, crm_traits
from handoff.errors import NotEntitledError
from handoff.landing.reader import iter_manifests, iter_records
from handoff.settings import Settings, connection
from handoff.sync import SyncSource

# Of a landed object: enough to tell a rate, and soon read.
_MOST_LANDED = 20_000
# Where a record has its values, by what the CRMs call it; else the record itself.
_VALUES = ("properties", "fields", "custom_fields")

# Types of properties whose values come from a list, told or not.
_LIST_TYPES = frozenset({"enumeration", "picklist", "multipicklist", "enum", "set"})
# More different values than a list has are no list.
_LONGEST_LIST = 60

Origin = Literal["landed", "sample"]


@dataclass(frozen=True)
class PropertyFacts:
    """One property. filled: of how many records, out of `n`; taken_from: None when none was read.

    counts: how often each value of its list was met. owners: how many owners were met, where it
    holds a record's owner: who they are is not told.
    """

    definition: PropertyDefinition
    filled: int = 0
    n: int = 0
    taken_from: Origin | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    owners: int | None = None

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def fill_rate(self) -> float | None:
        return self.filled / self.n if self.n else None


@dataclass(frozen=True)
class DealPipeline:
    """A pipeline of deals: its stages by id, with the words that people see."""

    id: str
    label: str
    stages: Mapping[str, str]


@dataclass(frozen=True)
class ObjectFacts:
    """One object: its properties, and its pipelines where it has some."""

    name: str
    properties: tuple[PropertyFacts, ...]
    pipelines: tuple[DealPipeline, ...] = ()


def read_facts(settings: Settings, source: SyncSource, sample: int) -> Iterator[ObjectFacts]:
    """The objects whose properties a playbook may name. sample: records to read where none landed.

    Raises CrmError, SettingsError.
    """
    traits = crm_traits(source.crm)
    account = connection(source.connection_id)
    with closing(connect(source.crm, account, source.source_id)) as connector:
        pipelines = tuple(_pipelines(connector, traits.closed_deal_values))
        for name in traits.objects:
            try:
                definitions = connector.properties(name)
            except NotEntitledError:
                continue
            if not definitions:
                continue
            owners = {one for object_, one in traits.owner_properties if object_ == name}
            landed = _Tally("landed", definitions, owners)
            landed.add_all(_landed(settings, source.source_id, name))
            found = landed.facts()
            asked = [one.name for one in definitions if one.name not in landed.met]
            if sample and asked:
                wide = connect(source.crm, account, source.source_id, {name: asked})
                with closing(wide) as wide_connector:
                    sampled = _Tally("sample", definitions, owners)
                    sampled.add_all(islice(_sampled(wide_connector, name, sample), sample))
                told = {one.name: one for one in sampled.facts()}
                found = [told[one.name] if one.name in asked else one for one in found]
            of_deals = pipelines if name == traits.deal_object else ()
            yield ObjectFacts(name, tuple(found), of_deals)


class _Tally:
    """Counts what is filled in, record after record."""

    def __init__(
        self, origin: Origin, definitions: Sequence[PropertyDefinition], owners: Collection[str]
    ) -> None:
        self._origin = origin
        self._definitions = definitions
        self._options = {
            one.name: {option.strip().lower(): option for option in one.options}
            for one in definitions
            if one.options and one.name not in owners
        }
        self._owners: dict[str, set[str]] = {name: set() for name in owners}
        self._unlisted = {
            one.name
            for one in definitions
            if one.type in _LIST_TYPES and not one.options and one.name not in owners
        }
        self._filled: Counter[str] = Counter()
        known = {*self._options, *self._unlisted}
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in known}
        self._n = 0
        # Properties that came with a record at all.
        self.met: set[str] = set()

    def add_all(self, records: Iterator[Mapping[str, Any]]) -> None:
        for record in records:
            self._n += 1
            for name, value in values_of(record).items():
                self.met.add(name)
                if value in (None, "", []):
                    continue
                self._filled[name] += 1
                if name in self._owners:
                    self._owners[name].add(str(value))
                if name in self._unlisted:
                    self._counts[name][str(value)] += 1
                for text in _options_in(value) if name in self._options else ():
                    if option := self._options[name].get(text):
                        self._counts[name][option] += 1

    def facts(self) -> list[PropertyFacts]:
        n = self._n
        return [
            PropertyFacts(
                definition=self._with_met_values(one),
                filled=self._filled[one.name],
                n=n if one.name in self.met or self._origin == "sample" else 0,
                taken_from=self._origin if n else None,
                counts=dict(self._counts.get(one.name, {})),
                owners=len(self._owners[one.name]) if one.name in self._owners else None,
            )
            for one in self._definitions
        ]

    def _with_met_values(self, one: PropertyDefinition) -> PropertyDefinition:
        """A property whose list was not told has the values that were met."""
        met = self._counts.get(one.name, Counter[str]())
        if one.name not in self._unlisted or len(met) > _LONGEST_LIST:
            return one
        return replace(one, options=tuple(sorted(met)))


def values_of(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record's values by property, wherever its CRM puts them."""
    nested = [record[key] for key in _VALUES if isinstance(record.get(key), dict)]
    if not nested:
        return record
    own = {} if "properties" in record or "fields" in record else dict(record)
    for values in nested:
        own.update(values)
    return own


def _options_in(value: Any) -> list[str]:
    """The listed values in a value: one, several in a list, or several with semicolons between."""
    texts = value if isinstance(value, list) else str(value).split(";")
    return [str(text).strip().lower() for text in texts]


def _landed(settings: Settings, source_id: str, name: str) -> Iterator[Mapping[str, Any]]:
    """Records of the newest full read of an object, as many as tell a rate."""
    full = [
        manifest
        for manifest in iter_manifests(settings.landing_dir, source_id, name)
        if manifest.mode == "full" and manifest.rows(name)
    ]
    if full:
        yield from islice(iter_records(settings.landing_dir, full[-1], name), _MOST_LANDED)


def _sampled(connector: Connector, name: str, limit: int) -> Iterator[Mapping[str, Any]]:
    """Records over the API, with all properties and without their past.

    A connector has a `sample` of its own where the first pages of a read would cost much.
    """
    if isinstance(connector, CanSample):
        yield from connector.sample(name, limit)
        return
    selection = connector.selection(name)
    asked = {kind: names for kind, names in selection.items() if kind != "history"}
    request = ReadRequest(object=name, mode="full", until=clock.now(), selection=asked)
    try:
        for batch in connector.read(request, None):
            yield from batch.rows.get(name, ())
    except NotEntitledError:
        return


def _pipelines(connector: Connector, closed: Sequence[str]) -> Iterator[DealPipeline]:
    """Pipelines with their stages. closed: values of a deal's stage that are no stages there."""
    if "pipelines" not in connector.objects:
        return
    stages = _all(connector, "stages") if "stages" in connector.objects else []
    for pipeline in _all(connector, "pipelines"):
        id_ = str(pipeline["id"])
        own = pipeline.get("stages") or [
            one for one in stages if str(one.get("pipeline_id")) == id_
        ]
        words = {str(one["id"]): str(one.get("label") or one.get("name") or "") for one in own}
        label = str(pipeline.get("label") or pipeline.get("name") or id_)
        yield DealPipeline(id_, label, {**words, **{value: value for value in closed}})


def _all(connector: Connector, name: str) -> list[dict[str, Any]]:
    request = ReadRequest(object=name, mode="full", until=clock.now())
    return [row for batch in connector.read(request, None) for row in batch.rows.get(name, ())]
