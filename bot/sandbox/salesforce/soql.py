"""A small, honest part of SOQL: what is not understood is refused, never guessed.

SELECT fields FROM object [WHERE a = 'x' AND (b IN ('y', 'z') OR c != null) AND d >= 2026-01-01T00:00:00Z]
[ORDER BY field [ASC|DESC] [NULLS FIRST|LAST]] [LIMIT n] [OFFSET n]
"""

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.sandbox.crm.metadata import Value, Values

_TOKENS = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?\d+(?:\.\d+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<sign><=|>=|!=|<>|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class MalformedQueryError(Exception):
    """The query is none that this part of SOQL understands."""


@dataclass(frozen=True)
class Condition:
    """One comparison; ``IN`` has several values."""

    field: str
    operator: str
    values: tuple[Value, ...]


@dataclass
class Query:
    """A query taken apart; names are as they were written."""

    fields: list[str]
    sobject: str
    conditions: list[list[Condition]] = field(default_factory=list)
    """All of these hold, and of each of them one."""
    order_by: str | None = None
    descending: bool = False
    nulls_first: bool = True
    limit: int | None = None
    offset: int = 0


def parse(text: str) -> Query:
    """Take a query apart, or raise ``MalformedQueryError``."""
    return _Parser(text).query()


class _Parser:
    """Reads one token after the other."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_split(text))
        self._at = 0

    def query(self) -> Query:
        self._expect("SELECT")
        fields = [self._name()]
        while self._accept(","):
            fields.append(self._name())
        self._expect("FROM")
        query = Query(fields, self._name())
        if self._accept("WHERE"):
            query.conditions += self._conditions()
            while self._accept("AND"):
                query.conditions += self._conditions()
        self._tail(query)
        if self._at < len(self._tokens):
            raise MalformedQueryError(f"unexpected token: '{self._tokens[self._at][1]}'")
        return query

    def _tail(self, query: Query) -> None:
        if self._accept("ORDER"):
            self._expect("BY")
            query.order_by = self._name()
            query.descending = self._accept("DESC") or (self._accept("ASC") and False)
            if self._accept("NULLS"):
                query.nulls_first = self._accept("FIRST")
                if not query.nulls_first:
                    self._expect("LAST")
        if self._accept("LIMIT"):
            query.limit = self._count()
        if self._accept("OFFSET"):
            query.offset = self._count()

    def _conditions(self) -> list[list[Condition]]:
        """Read one condition, or several in parentheses, which AND or OR joins, but not both."""
        if not self._accept("("):
            return [[self._condition()]]
        found = [self._condition()]
        word = "OR" if self._peek()[1].upper() == "OR" else "AND"
        while self._accept(word):
            found.append(self._condition())
        self._expect(")")
        return [found] if word == "OR" else [[each] for each in found]

    def _condition(self) -> Condition:
        name = self._name()
        if self._accept("IN"):
            self._expect("(")
            values = [self._value()]
            while self._accept(","):
                values.append(self._value())
            self._expect(")")
            return Condition(name, "IN", tuple(values))
        sign = self._next("sign")
        if sign == "<>":
            sign = "!="
        if sign not in COMPARISONS:
            raise MalformedQueryError(f"unexpected token: '{sign}'")
        return Condition(name, sign, (self._value(),))

    def _value(self) -> Value:
        kind, text = self._peek()
        self._at += 1
        match kind:
            case "text":
                return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text[1:-1])
            case "number":
                return float(text)
            case "date" | "time":
                return text
            case "word" if text.lower() in _WORDS:
                return _WORDS[text.lower()]
        raise MalformedQueryError(f"unexpected token: '{text}'")

    def _count(self) -> int:
        text = self._next("number")
        if not text.isdecimal():
            raise MalformedQueryError(f"unexpected token: '{text}'")
        return int(text)

    def _name(self) -> str:
        text = self._next("word")
        if text.upper() in _RESERVED:
            raise MalformedQueryError(f"unexpected token: '{text}'")
        return text

    def _peek(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise MalformedQueryError("unexpected token: '<EOF>'")
        return self._tokens[self._at]

    def _next(self, kind: str) -> str:
        found, text = self._peek()
        if found != kind:
            raise MalformedQueryError(f"unexpected token: '{text}'")
        self._at += 1
        return text

    def _accept(self, wanted: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at][1].upper() == wanted:
            self._at += 1
            return True
        return False

    def _expect(self, wanted: str) -> None:
        if not self._accept(wanted):
            raise MalformedQueryError(f"unexpected token: '{self._peek()[1]}', expecting {wanted}")


_WORDS: dict[str, Value] = {"null": None, "true": True, "false": False}
_RESERVED = {"SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "ORDER", "BY", "LIMIT", "OFFSET", "LIKE"}


def _split(text: str) -> Sequence[tuple[str, str]]:
    tokens, at = [], 0
    text = text.strip()
    while at < len(text):
        found = _TOKENS.match(text, at)
        if found is None or found.lastgroup is None:
            raise MalformedQueryError(f"line 1:{at} no viable alternative at character '{text[at]}'")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "=": lambda one, other: _key(one) == _key(other),
    "!=": lambda one, other: _key(one) != _key(other),
    "<": lambda one, other: _ordered(operator.lt, one, other),
    "<=": lambda one, other: _ordered(operator.le, one, other),
    ">": lambda one, other: _ordered(operator.gt, one, other),
    ">=": lambda one, other: _ordered(operator.ge, one, other),
}


def matches(query: Query, values: Values) -> bool:
    """Tell whether a record meets all conditions; text is compared without regard to case."""
    return all(any(_holds(each, values.get(each.field)) for each in some) for some in query.conditions)


def _holds(condition: Condition, value: Value) -> bool:
    if condition.operator == "IN":
        return any(_key(value) == _key(each) for each in condition.values)
    return COMPARISONS[condition.operator](value, condition.values[0])


def sort_key(query: Query) -> Callable[[Values], tuple[bool, float | str]]:
    """Answer what records are sorted by; empty values come first unless the query says otherwise."""
    name, first = query.order_by or "Id", query.nulls_first != query.descending

    def key(values: Values) -> tuple[bool, float | str]:
        found = _key(values.get(name))
        absent = found is None
        return absent != first, ("" if found is None else found)

    return key


def _key(value: Value) -> float | str | None:
    """Answer what a value is compared by: times as numbers, text in small letters, '' like null."""
    if isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT.*", value):
            return datetime.fromisoformat(value).astimezone(UTC).timestamp()
        return value.lower() or None
    return value


def _ordered(compare: Callable[[float, float], bool], one: Value, other: Value) -> bool:
    first, second = _key(one), _key(other)
    if first is None or second is None or isinstance(first, str) != isinstance(second, str):
        return False
    return compare(first, second)  # type: ignore[arg-type] # both are numbers or both are strings
