"""The details: a modal that shows groups, and the affected records of one of them, page by page."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from markupsafe import Markup

from bot.explaining import explained
from bot.model.catalog import TYPES
from bot.model.choice import LONGEST_SEARCH
from bot.model.ignoring import LONGEST_REASON, Ignoring
from bot.model.kinds import Resync
from bot.model.links import Links
from bot.model.message import View
from bot.model.place import Page, Place, written
from bot.model.resync import PRESS_LIMIT
from bot.model.sync import Group, Status, SyncError
from bot.present import MESSAGE_IN_LIST, Presenter, Reader, heard_from, name_of, short
from bot.render import Renderer
from bot.usecases.details import GroupsShown, RecordsShown

MESSAGE_IN_GROUP, NAME = 1500, 200
"""Characters of a group's message on its own page, and of a record's name."""

ANY = "any"
"""What stands for no filter: Slack knows no empty option."""

OBJECTS = (
    (ANY, "All objects"),
    ("contact", "Contacts"),
    ("company", "Companies"),
    ("deal", "Deals"),
    ("ticket", "Tickets"),
    ("task", "Tasks"),
)
STATES = (
    (Status.OPEN, "Open"),
    (Status.RESYNCING, "Being resynced"),
    (Status.IGNORED, "Ignored"),
    (Status.RESOLVED, "Resolved"),
)
CHOICES: dict[Status, tuple[tuple[str, str], ...]] = {
    Status.OPEN: (("resync", "Resync"), ("ignore", "Ignore")),
    Status.RESYNCING: (("ignore", "Ignore"),),
    Status.IGNORED: (("stop", "Stop ignoring"),),
}
"""What can be done with one record."""


class DetailsPresenter:
    """Renders the pages of the details."""

    def __init__(self, renderer: Renderer, present: Presenter) -> None:
        self._renderer, self._present = renderer, present

    def page(self, reader: Reader, shown: GroupsShown | RecordsShown, said: Markup | None = None) -> View:
        """Show a page; `said` stands on top: what became of what was pressed."""
        links = self._present.links()
        if isinstance(shown, RecordsShown):
            ignored = {one.fingerprint or one.error: one for one in shown.ignored}
            values: dict[str, Any] = {
                "group": _group(shown.group, links, MESSAGE_IN_GROUP, shown.errors),
                "records": [_record(error, links, ignored.get(error.id)) for error in shown.errors],
                "ignored": ignored.get(shown.group.fingerprint),
            }
        else:
            values = {
                "title": self._present.title(reader.language, shown.place.selection),
                "errors": shown.errors,
                "groups": [_group(group, links, MESSAGE_IN_LIST) for group in shown.groups],
            }
        return self._renderer.view(
            "details_records" if isinstance(shown, RecordsShown) else "details_groups",
            reader.language,
            timezone=reader.timezone,
            said=said,
            heard=heard_from(shown.heard),
            total=shown.total,
            first=shown.place.page.start,
            back=_key(shown.back),
            next=_key(shown.next),
            press_limit=PRESS_LIMIT,
            **_narrowing(shown.place),
            **values,
        )

    def ignore(self, reader: Reader, place: Place, group: Group, error: SyncError | None) -> View:
        """Ask why, and until when, a group is to be ignored, or else a single error."""
        return self._renderer.view(
            "ignore",
            reader.language,
            remembered=json.dumps([written(place), error.id if error else 0]),
            label=TYPES[group.error_type].label,
            errors=group.errors,
            record=short(name_of(error), NAME) if error else "",
            longest=LONGEST_REASON,
        )


def _narrowing(place: Place) -> dict[str, Any]:
    selection = place.selection
    return {
        "place": written(place),
        "search": selection.search,
        "longest_search": LONGEST_SEARCH,
        "objects": OBJECTS,
        "object": selection.object or ANY,
        "states": STATES,
        "status": selection.status,
    }


def _group(group: Group, links: Links, most: int, records: Sequence[SyncError] = ()) -> dict[str, Any]:
    return {
        "explained": explained([group], links, records),
        "fingerprint": group.fingerprint,
        "message": short(" ".join(group.message.split()) if most == MESSAGE_IN_LIST else group.message, most),
        "errors": group.errors,
        "records": group.records,
        "helps": group.resync != Resync.NEVER,
        "first_seen": group.first_seen,
        "last_seen": group.last_seen,
    }


def _record(error: SyncError, links: Links, ignored: Ignoring | None) -> dict[str, Any]:
    return {
        "ignored": ignored,
        "name": short(name_of(error), NAME),
        "hubspot_url": links.hubspot_record(error.object, error.hubspot_id),
        "salesforce_url": links.salesforce_record(error.salesforce_id),
        "state": dict(STATES)[error.status],
        "choices": [
            (f"{what}:{error.id}", words)
            for what, words in CHOICES.get(error.status, ())
            if what != "resync" or error.resync != Resync.NEVER
        ],
        "first_seen": error.first_seen,
        "last_seen": error.last_seen,
    }


def _key(page: Page | None) -> str:
    return json.dumps(list(asdict(page).values())) if page else ""
