"""What an account says of an object's fields, and which of them a query can ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from handoff.crm.protocol import PropertyDefinition
from handoff.crm.salesforce.objects import SalesforceObject
from handoff.crm.salesforce.value_texts import ValueText, value_text

# Compound fields have their parts beside them, and the Bulk API takes neither them nor binaries.
_NOT_READ = frozenset({"address", "location", "base64", "complexvalue"})


@dataclass(frozen=True)
class Description:
    """The fields of one object as the account described them, by name."""

    sobject: str
    fields: dict[str, dict[str, Any]]

    def has(self, name: str) -> bool:
        """Whether a query can ask for a field; ``UserRole.Name`` is one of a parent record."""
        parent, dot, _ = name.partition(".")
        if dot:
            return any(_relationship(field) == parent for field in self.fields.values())
        field = self.fields.get(name)
        return field is not None and str(field.get("type")) not in _NOT_READ

    def readable(self) -> list[str]:
        return [name for name in self.fields if self.has(name)]

    def known(self, names: Iterable[str]) -> list[str]:
        """Those of the names that a query can ask for, each once."""
        return [name for name in dict.fromkeys(names) if self.has(name)]

    def calculated(self, names: Iterable[str]) -> list[str]:
        """Those whose value changes without the record's: formulas, and fields of parents."""
        return [
            name
            for name in names
            if "." in name or bool(self.fields.get(name, {}).get("calculated"))
        ]

    def texts(self, names: Iterable[str]) -> dict[str, ValueText]:
        """How the values of fields become text, by field."""
        return {
            name: value_text(str(self.fields.get(name, {}).get("type", "string"))) for name in names
        }

    def definitions(self) -> list[PropertyDefinition]:
        return [
            PropertyDefinition(
                name=name,
                label=str(field.get("label") or name),
                type=str(field.get("type") or ""),
                options=tuple(str(one.get("value")) for one in _active(field)),
                option_labels={
                    str(one.get("value")): str(one.get("label")) for one in _active(field)
                },
                is_custom=bool(field.get("custom")),
                is_calculated=bool(field.get("calculated")),
            )
            for name, field in self.fields.items()
        ]

    def lines(self, spec: SalesforceObject) -> list[dict[str, Any]]:
        """The fields as they are landed."""
        return [
            {
                "objectType": spec.name,
                "sobject": self.sobject,
                "name": name,
                "label": field.get("label"),
                "type": field.get("type"),
                "length": field.get("length"),
                "calculated": bool(field.get("calculated")),
                "nillable": bool(field.get("nillable")),
                "custom": bool(field.get("custom")),
                "picklistValues": [
                    {
                        "value": one.get("value"),
                        "label": one.get("label"),
                        "active": bool(one.get("active")),
                    }
                    for one in field.get("picklistValues") or ()
                ],
            }
            for name, field in self.fields.items()
        ]


def description(sobject: str, body: dict[str, Any]) -> Description | None:
    """The answer of a describe call, or None for what is none."""
    fields = body.get("fields")
    if not isinstance(fields, list):
        return None
    named = {one["name"]: one for one in fields if isinstance(one, dict) and one.get("name")}
    return Description(sobject, named)


def _relationship(field: dict[str, Any]) -> str:
    """The name by which a query reaches the parent that a field points to."""
    given = field.get("relationshipName")
    if given:
        return str(given)
    name = str(field.get("name"))
    return name.removesuffix("Id") if name.endswith("Id") and name != "Id" else ""


def _active(field: dict[str, Any]) -> list[dict[str, Any]]:
    values = field.get("picklistValues") or ()
    return [one for one in values if isinstance(one, dict) and one.get("active", True)]
