"""An sObject's fields: Salesforce's own, those a portal describes, those that its records have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_ALWAYS_SET = frozenset({"Id", "IsDeleted", "CreatedDate", "CreatedById", "SystemModstamp"})
_LENGTHS = {
    "string": 255,
    "picklist": 255,
    "textarea": 32_000,
    "email": 80,
    "url": 255,
    "phone": 40,
}
_SOAP = {
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "id": "tns:ID",
    "reference": "tns:ID",
    "address": "urn:address",
    "anyType": "xsd:anyType",
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Field:
    """One field. described: what a portal's describe.json says of it beyond name and type."""

    name: str
    kind: str
    targets: tuple[str, ...] = ()
    compound: str | None = None
    described: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def relationship(self) -> str | None:
        """The name by which a query follows the reference, such as ``Owner`` for ``OwnerId``."""
        if self.kind != "reference":
            return None
        given: str | None = self.described.get("relationshipName")
        if given or not self.name.endswith("Id"):
            return given
        return self.name[:-2]

    @property
    def is_calculated(self) -> bool:
        return bool(self.described.get("calculated", False))

    def as_described(self) -> dict[str, Any]:
        """The field as a describe answers it."""
        is_custom = self.name.endswith("__c")
        return {
            "aggregatable": self.kind not in ("textarea", "address", "anyType"),
            "calculated": False,
            "calculatedFormula": None,
            "compoundFieldName": self.compound,
            "createable": self.name not in _ALWAYS_SET,
            "custom": is_custom,
            "defaultValue": None,
            "digits": 0,
            "filterable": self.is_filterable,
            "inlineHelpText": None,
            "label": re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name.removesuffix("__c")).replace(
                "_", " "
            ),
            "length": 18 if self.kind in ("id", "reference") else _LENGTHS.get(self.kind, 0),
            "name": self.name,
            "nillable": self.name not in _ALWAYS_SET and self.kind != "boolean",
            "picklistValues": [],
            "precision": 18 if self.kind in ("double", "currency", "percent") else 0,
            "referenceTo": list(self.targets),
            "relationshipName": self.relationship,
            "scale": 2 if self.kind in ("currency", "percent") else 0,
            "soapType": _SOAP.get(self.kind, "xsd:string"),
            "sortable": self.is_filterable,
            "type": self.kind,
            "unique": False,
            "updateable": self.name not in _ALWAYS_SET,
            **self.described,
        }

    @property
    def is_filterable(self) -> bool:
        """Whether a WHERE or ORDER BY may name it: long text and what changes its type may not."""
        return self.kind not in ("textarea", "address", "anyType")


@dataclass
class SObject:
    """One sObject and its fields by name."""

    name: str
    key_prefix: str
    fields: dict[str, Field]

    def __post_init__(self) -> None:
        self._by_lower: dict[str, Field] = {}
        self._untyped: set[str] = set()
        # Kinds by name, of the fields whose kind is sure.
        self.kinds = {name: one.kind for name, one in self.fields.items()}

    def find(self, name: str) -> Field | None:
        """The field of a name, in whatever case SOQL writes it."""
        if len(self._by_lower) != len(self.fields):
            self._by_lower = {known.lower(): one for known, one in self.fields.items()}
        return self._by_lower.get(name.lower())

    def find_relationship(self, name: str) -> Field | None:
        """The reference that a relationship name follows."""
        wanted = name.lower()
        return next(
            (f for f in self.fields.values() if (f.relationship or "").lower() == wanted), None
        )

    def put(self, one: Field) -> None:
        self.fields[one.name] = one
        self.kinds[one.name] = one.kind
        self._by_lower = {}

    def drop(self, name: str) -> None:
        self.fields.pop(name, None)
        self.kinds.pop(name, None)
        self._by_lower = {}

    def add_described(self, row: dict[str, Any]) -> None:
        """Take a field from a describe answer. Raises KeyError without name."""
        name = row["name"]
        known = self.fields.get(name)
        kind = row.get("type") or (known.kind if known else "string")
        targets = tuple(row.get("referenceTo") or (known.targets if known else ()))
        compound = row.get("compoundFieldName") or (known.compound if known else None)
        self.put(Field(name, kind, targets, compound, dict(row)))

    def add_seen(self, name: str, value: Any) -> None:
        """Take a field that a record has and nothing describes; its type from its first value."""
        if isinstance(value, dict) or (name in self.fields and name not in self._untyped):
            return
        if value is not None:
            self._untyped.discard(name)
            self.put(Field(name, _kind_of(value)))
        elif name not in self.fields:
            self._untyped.add(name)
            self.put(Field(name, "string"))
            del self.kinds[name]


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "double"
    text = str(value)
    if _INSTANT.match(text):
        return "datetime"
    if _DATE.fullmatch(text):
        return "date"
    return "textarea" if len(text) > 255 else "string"
