"""Whom a text means, and where it stands: a whole e-mail address, name or id, never a part of somebody else's."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import PersonError
from bot.model.sync import salesforce_id

REMOVED = "[erased]"
"""What stands in the place of a person afterwards, where the text around them stays."""

LONG_NUMBER = 8
"""Digits from which on a HubSpot id is looked for in texts, too; a shorter one may be any number."""

_EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.\w{2,}")
_RUN = re.compile(r"[A-Za-z0-9@._+-]{2,}")
NOT_PEOPLE = {"company", "deal", "ticket", "task"}
"""Objects whose records are no people; each of HubSpot's objects has ids of its own."""


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for.

    `hint` is plain ASCII that stands, in any case, wherever it matches, "" where nothing does; `number` is a HubSpot
    record id, "" for anything else.
    """

    pattern: re.Pattern[str]
    hint: str = ""
    number: str = ""

    def within(self, value: Any) -> bool:  # noqa: ANN401 - any JSON
        """Tell whether it stands somewhere in a value."""
        return any(self.pattern.search(text) for text in _texts(value))

    def is_of(self, obj: str, hubspot_id: str) -> bool:
        """Tell whether it is the HubSpot id of this record."""
        return bool(self.number) and self.number == hubspot_id and obj not in NOT_PEOPLE


def needle(text: str) -> Needle:
    """Return what a person means; raise PersonError where that may be several people, or nobody."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if number := salesforce_id(text):
        # 18 characters tell ids apart in any case; the 15 are written as they are.
        pattern = f"(?<![A-Za-z0-9]){number[:15]}(?:(?i:{number[15:]}))?(?![A-Za-z0-9])"
        return Needle(re.compile(pattern), number[:15])
    if text.isascii() and text.isdecimal():
        return _of_number(text)
    if _EMAIL.fullmatch(text):
        pattern = rf"(?<![\w.+%-]){re.escape(text)}(?![\w-]|\.\w)"
        return Needle(re.compile(pattern, re.IGNORECASE), _hint(text))
    if len(text.split()) < 2 or len(text) < 5:
        raise PersonError(
            "“%(given)s” may be several people.", "Give an e-mail address, a whole name or an id.", given=text
        )
    forms = {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}
    names = "|".join(r"\s+".join(re.escape(word) for word in form.split()) for form in sorted(forms))
    return Needle(
        re.compile(rf"(?<!\w)(?<!\w[-'’])(?:{names})(?![\w\u0300-\u036f])(?!-\w)", re.IGNORECASE), _hint(text)
    )


def _of_number(text: str) -> Needle:
    pattern = rf"(?<![\w.-]){text}(?![\w-]|\.\d)" if len(text) >= LONG_NUMBER else r"(?!)"
    return Needle(re.compile(pattern), text, number=text)


def without(value: Any, needles: Iterable[Needle]) -> Any:  # noqa: ANN401 - any JSON
    """Return a value with REMOVED in the place of each needle."""
    if isinstance(value, str):
        for one in needles:
            value = one.pattern.sub(REMOVED, value)
        return value
    if isinstance(value, Mapping):
        return {without(name, needles): without(part, needles) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [without(part, needles) for part in value]
    return value


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from (str(name), *_texts(part))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _hint(text: str) -> str:
    return max(_RUN.findall(text), key=len, default="")
