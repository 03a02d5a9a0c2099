"""SOQL as text: its words, and the query that they make."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handoff.sandbox.server.salesforce.answers import Refusal

_WORDS = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^'\\]|\\.)*')
    |(?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    |(?P<date>\d{4}-\d\d-\d\d)
    |(?P<number>[+-]?\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    |(?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_AGGREGATES = frozenset({"count", "count_distinct", "min", "max", "sum", "avg"})
_LONGEST = 100_000


@dataclass(frozen=True)
class Word:
    """kind: string, datetime, date, number, name, sign or end. at: where it stands in the text."""

    kind: str
    text: str
    at: int

    def says(self, *words: str) -> bool:
        return self.kind in ("name", "sign") and self.text.lower() in words


@dataclass(frozen=True)
class Literal:
    """kind: string, datetime, date, number, boolean or null."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Comparison:
    """sign: ``=``, ``!=``, ``<``, ``<=``, ``>``, ``>=``, ``like``, ``in`` or ``not in``."""

    field: str
    sign: str
    literals: tuple[Literal, ...]
    at: int


@dataclass(frozen=True)
class Combined:
    """sign: ``and``, ``or`` or ``not``."""

    sign: str
    parts: tuple[Condition, ...]


Condition = Comparison | Combined


@dataclass(frozen=True)
class Selected:
    """A field, or an aggregate of one (of all records when its field is empty)."""

    field: str
    at: int
    aggregate: str | None = None
    alias: str | None = None


@dataclass(frozen=True)
class Ordering:
    field: str
    at: int
    descending: bool
    nulls_first: bool


@dataclass(frozen=True)
class Query:
    """A query as it was written."""

    text: str
    selected: tuple[Selected, ...]
    entity: str
    entity_at: int
    where: Condition | None
    order: tuple[Ordering, ...]
    limit: int | None
    offset: int

    @property
    def is_count(self) -> bool:
        """Whether it is ``SELECT COUNT()``, which answers with a size and no records."""
        (first, *more) = self.selected
        return not more and first.aggregate == "count" and not first.field

    @property
    def is_aggregate(self) -> bool:
        return any(one.aggregate for one in self.selected)


def located(text: str, at: int, problem: str) -> str:
    """A problem with the place in the query, as Salesforce words it."""
    row = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    start = max(0, at - 40)
    piece = text[start : at + 20].replace("\n", " ")
    caret = " " * (at - start) + "^"
    return f"\n{piece}\n{caret}\nERROR at Row:{row}:Column:{column}\n{problem}"


def parse(text: str) -> Query:
    """The query that a text says. Raises Refusal MALFORMED_QUERY."""
    if len(text) > _LONGEST:
        raise Refusal(
            400, "MALFORMED_QUERY", "SOQL statements cannot be longer than 100000 characters."
        )
    return _Parser(text, _words(text)).query()


def _words(text: str) -> list[Word]:
    words: list[Word] = []
    place = 0
    end = len(text.rstrip())
    while place < end:
        found = _WORDS.match(text, place)
        if found is None:
            rest = text[place:].lstrip()
            at = len(text) - len(rest)
            raise Refusal(
                400, "MALFORMED_QUERY", located(text, at, f"unexpected token: '{rest[:1]}'")
            )
        kind = str(found.lastgroup)
        words.append(Word(kind, found[kind], found.start(kind)))
        place = found.end()
    return [*words, Word("end", "<EOF>", end)]


class _Parser:
    def __init__(self, text: str, words: list[Word]) -> None:
        self._text = text
        self._words = words
        self._place = 0

    def query(self) -> Query:
        self._expect("select")
        selected = [self._selected()]
        while self._take(","):
            selected.append(self._selected())
        self._expect("from")
        entity = self._name()
        where = self._condition() if self._take("where") else None
        order: list[Ordering] = []
        if self._take("order"):
            self._expect("by")
            order.append(self._ordering())
            while self._take(","):
                order.append(self._ordering())
        limit = self._whole_number() if self._take("limit") else None
        offset = self._whole_number() if self._take("offset") else 0
        if self._word.kind != "end":
            raise self._unexpected()
        return Query(
            self._text,
            tuple(selected),
            entity.text,
            entity.at,
            where,
            tuple(order),
            limit,
            offset,
        )

    def _selected(self) -> Selected:
        name = self._name()
        if not self._word.says("("):
            return Selected(name.text, name.at)
        if name.text.lower() not in _AGGREGATES:
            raise self._unexpected()
        self._expect("(")
        field = "" if self._word.says(")") else self._name().text
        self._expect(")")
        alias = None
        if self._word.kind == "name" and not self._word.says("from"):
            alias = self._name().text
        return Selected(field, name.at, name.text.lower(), alias)

    def _condition(self) -> Condition:
        first = self._operand()
        parts = [first]
        # Without parentheses, AND and OR do not mix in SOQL.
        sign = next((s for s in ("and", "or") if self._word.says(s)), None)
        while sign is not None and self._take(sign):
            parts.append(self._operand())
        if self._word.says("and", "or"):
            raise self._unexpected()
        return first if sign is None else Combined(sign, tuple(parts))

    def _operand(self) -> Condition:
        if self._take("not"):
            return Combined("not", (self._operand(),))
        if self._take("("):
            inside = self._condition()
            self._expect(")")
            return inside
        return self._comparison()

    def _comparison(self) -> Comparison:
        field = self._name()
        word = self._next()
        if word.says("=", "!=", "<>", "<", "<=", ">", ">=", "like"):
            sign = "!=" if word.text == "<>" else word.text.lower()
            return Comparison(field.text, sign, (self._literal(),), field.at)
        if word.says("not"):
            self._expect("in")
            return Comparison(field.text, "not in", self._list(), field.at)
        if word.says("in"):
            return Comparison(field.text, "in", self._list(), field.at)
        self._place -= 1
        raise self._unexpected()

    def _list(self) -> tuple[Literal, ...]:
        self._expect("(")
        literals = [self._literal()]
        while self._take(","):
            literals.append(self._literal())
        self._expect(")")
        return tuple(literals)

    def _literal(self) -> Literal:
        word = self._next()
        if word.kind == "string":
            return Literal("string", self._unescaped(word), word.at)
        if word.kind in ("datetime", "date", "number"):
            return Literal(word.kind, word.text, word.at)
        if word.says("true", "false"):
            return Literal("boolean", word.text.lower(), word.at)
        if word.says("null"):
            return Literal("null", "", word.at)
        self._place -= 1
        raise self._unexpected()

    def _unescaped(self, word: Word) -> str:
        def plain(found: re.Match[str]) -> str:
            letter = found[1]
            if letter in "_%":  # of LIKE: stays escaped until the pattern is made
                return f"\\{letter}"
            if letter not in _ESCAPES:
                raise self._refusal(word.at, f"Invalid string literal '{word.text[1:-1]}'")
            return _ESCAPES[letter]

        return re.sub(r"\\(.)", plain, word.text[1:-1], flags=re.DOTALL)

    def _ordering(self) -> Ordering:
        field = self._name()
        descending = bool(self._take("desc"))
        if not descending:
            self._take("asc")
        nulls_first = True
        if self._take("nulls"):
            nulls_first = bool(self._take("first"))
            if not nulls_first:
                self._expect("last")
        return Ordering(field.text, field.at, descending, nulls_first)

    def _whole_number(self) -> int:
        word = self._next()
        if word.kind != "number" or not word.text.isdigit():
            self._place -= 1
            raise self._unexpected()
        return int(word.text)

    @property
    def _word(self) -> Word:
        return self._words[self._place]

    def _next(self) -> Word:
        word = self._word
        if word.kind == "end":
            raise self._unexpected()
        self._place += 1
        return word

    def _take(self, *words: str) -> bool:
        if not self._word.says(*words):
            return False
        self._place += 1
        return True

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected()

    def _name(self) -> Word:
        if self._word.kind != "name":
            raise self._unexpected()
        return self._next()

    def _unexpected(self) -> Refusal:
        return self._refusal(self._word.at, f"unexpected token: '{self._word.text}'")

    def _refusal(self, at: int, problem: str) -> Refusal:
        return Refusal(400, "MALFORMED_QUERY", located(self._text, at, problem))
