"""Where somebody is in the details: what is listed, how it is narrowed, and which page of it is shown."""

import json
import re
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.model.choice import decode, encode, outdated
from bot.model.sync import Selection, Status

VERSION = 1

FURTHEST = 10**9
"""No page begins later than here."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: the number of its first item, and the key of the item before it, or else of the one after it.

    A key says where to go on in the list's own order, so that the thousandth page is found as fast as the first.
    """

    start: int = 1
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A page of a selection's groups or, with `group` (a fingerprint), of the affected records of one of them.

    `channel` is where the details were opened, "" where that is not known.
    """

    selection: Selection
    group: str = ""
    groups: Page = field(default_factory=Page)
    records: Page = field(default_factory=Page)
    channel: str = ""

    @classmethod
    def of(cls, selection: Selection, channel: str = "") -> "Place":
        """Return where the details of a selection begin: with open errors, and in its group where it is one."""
        outer = replace(selection, fingerprint="", status=selection.status or Status.OPEN)
        return cls(outer, selection.fingerprint, channel=channel)

    @property
    def chosen(self) -> Selection:
        """Return what is listed, and what the buttons act on."""
        return replace(self.selection, fingerprint=self.group)

    @property
    def page(self) -> Page:
        """Return the page that is shown."""
        return self.records if self.group else self.groups

    def into(self, group: str) -> "Place":
        """Go into a group."""
        return replace(self, group=group, records=Page())

    def out(self) -> "Place":
        """Go back to the page of the groups."""
        return replace(self, group="", records=Page())

    def turned(self, page: Page) -> "Place":
        """Go to another page of the list that is shown."""
        return replace(self, records=page) if self.group else replace(self, groups=page)

    def narrowed(self, *, search: str, obj: str, status: str) -> "Place":
        """Look for something else; a list that changes begins anew."""
        selection = replace(self.selection, search=search, object=obj, status=status)
        if selection == self.selection:
            return self
        return replace(self, selection=selection, groups=Page(), records=Page())


def written(place: Place) -> str:
    """Return a place as text, in less than 2,000 characters."""
    parts = {
        "v": VERSION,
        "s": encode(place.selection),
        "g": place.group,
        "l": list(asdict(place.groups).values()),
        "r": list(asdict(place.records).values()),
        "c": place.channel,
    }
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> Place:
    """Return the place a text stands for; raise PersonError for one that this version did not write."""
    try:
        parts: dict[str, Any] = dict(json.loads(text).items())
        if parts["v"] != VERSION or not _GROUP.fullmatch(parts["g"]) or not _CHANNEL.fullmatch(parts["c"]):
            raise outdated()
        return Place(decode(parts["s"]), parts["g"], page_of(parts["l"]), page_of(parts["r"]), parts["c"])
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise outdated() from error


def page_of(parts: object) -> Page:
    """Return a page from its parts; raise PersonError for what is none."""
    match parts:
        case [int(start), str(after), str(before)] if 1 <= start <= FURTHEST and _KEY.fullmatch(f"{after}{before}"):
            return Page(start, after, before)
    raise outdated()


_GROUP = re.compile(r"[0-9a-f]{0,64}")
_CHANNEL = re.compile(r"([CGD][A-Z0-9]{2,20})?")
_KEY = re.compile(r"(\d{1,18}(:[0-9a-f]{0,64})?)?")
