"""The words in which `limits` writes down what Slack accepts: small rules that check JSON.

A rule's `check(value, at, found)` adds one line to `found` for each thing Slack would refuse, in Slack's own
form: `[ERROR] what is wrong [json-pointer:/where/it/is]`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

WEB = ("https://", "http://")


class Rule(Protocol):
    """Something a value can be checked against."""

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Add a line to `found` for each fault of the value that stands at `at`."""


def fault(what: str, at: str) -> str:
    """Return one line of response_metadata.messages."""
    return f"[ERROR] {what} [json-pointer:{at}]"


@dataclass(frozen=True)
class Str:
    """A bare string. Slack counts code points, as Python does."""

    most: int
    least: int = 1
    starts: tuple[str, ...] = ()

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check type, length and, for an address, its scheme."""
        if not isinstance(value, str):
            found.append(fault("must provide a string", at))
        elif len(value) > self.most:
            found.append(fault(f"must be less than {self.most + 1} characters", at))
        elif len(value) < self.least:
            found.append(fault(f"must be more than {self.least - 1} characters", at))
        elif self.starts and not value.startswith(self.starts):
            found.append(fault("must be a valid URL", at))


@dataclass(frozen=True)
class Text:
    """A text object; `kinds` are the types it may have."""

    most: int = 3000
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check type, keys and length. Text of length 0 is what Slack refuses most often."""
        if not isinstance(value, dict):
            found.append(fault("must provide an object", at))
            return
        if value.get("type") not in self.kinds:
            found.append(fault(f"must be one of {', '.join(self.kinds)}", f"{at}/type"))
            return
        extra: dict[str, Rule] = {"emoji": Flag()} if value["type"] == "plain_text" else {"verbatim": Flag()}
        fields: dict[str, Rule] = {"type": Choice(self.kinds), "text": Str(self.most), **extra}
        Shape(fields, needs=("text",)).check(value, at, found)


def plain(most: int = 3000) -> Text:
    """Return the rule of a text object that must be plain_text."""
    return Text(most, ("plain_text",))


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check the type."""
        if not isinstance(value, bool):
            found.append(fault("must provide a boolean", at))


@dataclass(frozen=True)
class Number:
    """A number between two bounds, both allowed."""

    least: float = float("-inf")
    most: float = float("inf")
    whole: bool = True

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check type and bounds."""
        kinds = (int,) if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            found.append(fault("must provide a number", at))
        elif not self.least <= value <= self.most:
            found.append(fault(f"must be between {self.least} and {self.most}", at))


@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    values: tuple[Any, ...]

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check membership."""
        if value not in self.values:
            found.append(fault(f"must be one of {', '.join(map(str, self.values))}", at))


@dataclass(frozen=True)
class Many:
    """A list of things that all follow one rule; `None` items only where Slack takes null."""

    item: Rule
    most: int
    least: int = 1
    nulls: bool = False

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check the number of items, then each item."""
        if not isinstance(value, list):
            found.append(fault("must provide an array", at))
            return
        if len(value) > self.most:
            found.append(fault(f"no more than {self.most} items allowed", at))
        if len(value) < self.least:
            found.append(fault(f"no less than {self.least} items allowed", at))
        for index, item in enumerate(value):
            if item is not None or not self.nulls:
                self.item.check(item, f"{at}/{index}", found)


@dataclass(frozen=True)
class Shape:
    """An object: its fields, those it `needs`, and groups of which `one_of` or `any_of` must be there."""

    fields: Mapping[str, Rule]
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check what is missing, what is too much, then each field."""
        if not isinstance(value, dict):
            found.append(fault("must provide an object", at))
            return
        missing = [name for name in self.needs if name not in value]
        found.extend(fault(f"missing required field: {name}", at) for name in missing)
        for name, content in value.items():
            if name not in self.fields:
                found.append(fault(f"invalid additional property: {name}", at))
            else:
                self.fields[name].check(content, f"{at}/{name}", found)
        if self.one_of and sum(name in value for name in self.one_of) != 1:
            found.append(fault(f"must provide exactly one of {', '.join(self.one_of)}", at))
        if self.any_of and not any(name in value for name in self.any_of):
            found.append(fault(f"must provide one of {', '.join(self.any_of)}", at))


@dataclass(frozen=True)
class Typed:
    """An object whose `type` says which shape of `table` it has; `names` are the types allowed here."""

    table: Mapping[str, Shape] = field(repr=False)
    names: tuple[str, ...] | frozenset[str]

    def check(self, value: object, at: str, found: list[str]) -> None:
        """Check the type, then the shape that belongs to it."""
        if not isinstance(value, dict):
            found.append(fault("must provide an object", at))
        elif not isinstance(value.get("type"), str) or value["type"] not in self.names:
            found.append(fault(f"unsupported type: {value.get('type')}", f"{at}/type"))
        else:
            self.table[value["type"]].check(value, at, found)
