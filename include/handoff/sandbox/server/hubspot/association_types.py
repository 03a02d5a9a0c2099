"""The association types HubSpot defines between two objects, with their ids and labels."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.sandbox.server.hubspot.object_types import OBJECT_TYPES


@dataclass(frozen=True)
class AssociationType:
    """One kind of link in one direction. v3 shows `name`; v4 and later category, id and label."""

    name: str
    category: str
    type_id: int
    label: str | None

    def spec(self) -> dict[str, object]:
        return {"category": self.category, "typeId": self.type_id, "label": self.label}


# Page "Associations v4", table "Association type id values". Pairs with a primary record have a
# second, labelled type, which v3 shows under the plain name while the other is `…_unlabeled`.
_PLAIN = {
    ("contacts", "companies"): 279,
    ("companies", "contacts"): 280,
    ("deals", "contacts"): 3,
    ("contacts", "deals"): 4,
    ("deals", "companies"): 341,
    ("companies", "deals"): 342,
    ("companies", "calls"): 181,
    ("calls", "companies"): 182,
    ("companies", "emails"): 185,
    ("emails", "companies"): 186,
    ("companies", "meetings"): 187,
    ("meetings", "companies"): 188,
    ("companies", "notes"): 189,
    ("notes", "companies"): 190,
    ("companies", "tasks"): 191,
    ("tasks", "companies"): 192,
    ("contacts", "calls"): 193,
    ("calls", "contacts"): 194,
    ("contacts", "emails"): 197,
    ("emails", "contacts"): 198,
    ("contacts", "meetings"): 199,
    ("meetings", "contacts"): 200,
    ("contacts", "notes"): 201,
    ("notes", "contacts"): 202,
    ("contacts", "tasks"): 203,
    ("tasks", "contacts"): 204,
    ("deals", "calls"): 205,
    ("calls", "deals"): 206,
    ("deals", "emails"): 209,
    ("emails", "deals"): 210,
    ("deals", "meetings"): 211,
    ("meetings", "deals"): 212,
    ("deals", "notes"): 213,
    ("notes", "deals"): 214,
    ("deals", "tasks"): 215,
    ("tasks", "deals"): 216,
}
_PRIMARY = {
    ("contacts", "companies"): 1,
    ("companies", "contacts"): 2,
    ("deals", "companies"): 5,
    ("companies", "deals"): 6,
}


class AssociationTypes:
    """The types in use, numbered; labels that the account made itself are added as they appear."""

    def __init__(self) -> None:
        self._types: list[AssociationType] = []
        self._codes: dict[tuple[str, str, str], int] = {}
        self._named: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        self._back: dict[int, int] = {}

    def __getitem__(self, code: int) -> AssociationType:
        return self._types[code]

    def plain(self, source: str, target: str) -> int:
        """The unlabelled type of a pair."""
        self.primary(source, target)  # numbered first: labelled types stand before plain ones
        base = _base_name(source, target)
        name = f"{base}_unlabeled" if (source, target) in _PRIMARY else base
        type_id = _PLAIN.get((source, target), 9000 + 100 * len(source) + len(target))
        return self._code(source, target, AssociationType(name, "HUBSPOT_DEFINED", type_id, None))

    def primary(self, source: str, target: str) -> int | None:
        """The type that marks the primary record of a pair, if the pair has one."""
        type_id = _PRIMARY.get((source, target))
        if type_id is None:
            return None
        name = _base_name(source, target)
        return self._code(
            source, target, AssociationType(name, "HUBSPOT_DEFINED", type_id, "Primary")
        )

    def labelled(self, source: str, target: str, name: str) -> int:
        """A label that the account made itself."""
        known = self._codes.get((source, target, name))
        if known is not None:
            return known
        number = 1 + sum(kind.category == "USER_DEFINED" for kind in self._types)
        label = name.replace("_", " ").capitalize()
        return self._code(source, target, AssociationType(name, "USER_DEFINED", number, label))

    def named(self, source: str, target: str, name: str) -> list[tuple[int, int]]:
        """The types that a `type` in a portal file means, each with the one of the way back."""
        key = (source, target, name)
        if key not in self._named:
            pairs = self._named[key] = self._read(source, target, name)
            for there, back in pairs:
                self._back[there], self._back[back] = back, there
        return self._named[key]

    def back(self, code: int) -> int:
        """The type of the way back."""
        return self._back[code]

    def _read(self, source: str, target: str, name: str) -> list[tuple[int, int]]:
        base = _base_name(source, target)
        plain = (self.plain(source, target), self.plain(target, source))
        if name.endswith("_unlabeled"):
            return [plain]
        if name in (base, f"{base}_primary", _base_name(target, source)):
            there, back = self.primary(source, target), self.primary(target, source)
            return [plain] if there is None or back is None else [(there, back), plain]
        there = self.labelled(source, target, name)
        return [(there, self.labelled(target, source, name)), plain]

    def by_id(self, source: str, target: str, type_id: int) -> list[tuple[int, int]]:
        """The types that a type id in a request means, each with the one of the way back."""
        base = _base_name(source, target)
        if type_id == _PRIMARY.get((source, target)):
            return self.named(source, target, base)
        if type_id == self[self.plain(source, target)].type_id:
            return self.named(source, target, f"{base}_unlabeled")
        for (from_name, to_name, name), code in list(self._codes.items()):
            if (from_name, to_name) == (source, target) and self[code].type_id == type_id:
                return self.named(source, target, name)
        return []

    def _code(self, source: str, target: str, kind: AssociationType) -> int:
        key = (source, target, kind.name)
        if key not in self._codes:
            self._codes[key] = len(self._types)
            self._types.append(kind)
        return self._codes[key]


def _base_name(source: str, target: str) -> str:
    return f"{OBJECT_TYPES[source].singular}_to_{OBJECT_TYPES[target].singular}"
