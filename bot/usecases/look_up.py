"""What is wrong right now: cards, groups, and single errors."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from bot.clock import Clock
from bot.errors import PersonError
from bot.model.catalog import CATEGORIES, TYPES
from bot.model.choice import LONGEST_SEARCH
from bot.model.kinds import Category, Resync
from bot.model.labels import CATEGORY_LABELS_DE, TYPE_LABELS_DE, find
from bot.model.sync import Card, Group, Selection, Source, Status, SyncError
from bot.storage import Storage

NEW = timedelta(hours=24)
"""How long an error counts as new."""

MOST = 10_000
"""Single errors that one look shows."""


@dataclass(frozen=True, slots=True)
class Overview:
    """All cards; `heard` is when each source was last heard."""

    as_of: datetime
    cards: list[Card]
    errors: int
    records: int
    heard: dict[Source, datetime]


@dataclass(frozen=True, slots=True)
class Grouped:
    """The first groups of a selection. `total` counts all of them, `errors` all errors in them; `heard` as above."""

    as_of: datetime
    groups: list[Group]
    total: int
    errors: int
    heard: dict[Source, datetime]


def overview(storage: Storage, clock: Clock) -> Overview:
    """Return the cards of all categories with open errors."""
    now = clock.now()
    with storage.read() as tx:
        errors, records = tx.errors.total()
        return Overview(now, tx.errors.cards(now - NEW), errors, records, tx.runs.latest())


def grouped(storage: Storage, clock: Clock, selection: Selection, limit: int = 1000) -> Grouped:
    """Return the groups of a selection with open errors, most errors first."""
    with storage.read() as tx:
        return Grouped(
            clock.now(),
            tx.errors.groups(selection, limit),
            tx.errors.count_groups(selection),
            tx.errors.count(selection, (Status.OPEN, Status.RESYNCING)),
            tx.runs.latest(),
        )


def matching(storage: Storage, selection: Selection, limit: int = MOST) -> list[SyncError]:
    """Return the open errors of a selection, without those that are ignored; those named by id in any state."""
    statuses = () if selection.ids else (Status.OPEN, Status.RESYNCING)
    with storage.read() as tx:
        return tx.errors.find(selection, limit, statuses)


ALL = {"", "all", "alle", "alles", "everything"}
"""What a person types who means every error."""


def selection_of(words: str) -> Selection:
    """Return what a person means: all, a category, a type, by slug or label in either language, or text to search."""
    if words.casefold() in ALL:
        return Selection()
    meant = find(words)
    if meant is None:
        return Selection(search=words[:LONGEST_SEARCH])
    return Selection(category=meant.slug) if isinstance(meant, Category) else Selection(error_type=meant.slug)


def nearest(words: str) -> str:
    """Return the label of the category or type that a misspelt one may mean, in the language it resembles."""
    labels = [
        *(category.label for category in CATEGORIES.values()),
        *CATEGORY_LABELS_DE.values(),
        *(error_type.label for error_type in TYPES.values()),
        *TYPE_LABELS_DE.values(),
    ]
    by_word = {label.casefold(): label for label in labels}
    close = get_close_matches(words.casefold(), by_word, n=1, cutoff=0.7)
    return by_word[close[0]] if close else ""


def nothing_contains(words: str) -> PersonError:
    """Return what a person is told whose text no open error contains."""
    if label := nearest(words):
        return PersonError("No open error contains “%(words)s”.", "Did you mean “%(label)s”?", words=words, label=label)
    return PersonError("No open error contains “%(words)s”.", "`/sfsync errors` shows all of them.", words=words)


def category_slug(word: str) -> str:
    """Return the slug of the category a person means; raise PersonError where it is none."""
    meant = find(word)
    if isinstance(meant, Category):
        return meant.slug
    raise PersonError(
        "There is no category “%(word)s”.",
        "The categories are: %(known)s.",
        word=word,
        known=", ".join(CATEGORIES),
    )


def type_slug(word: str) -> str:
    """Return the slug of the error type a person means; raise PersonError where it is none."""
    meant = find(word)
    if meant is not None and meant.slug in TYPES:
        return meant.slug
    raise PersonError(
        "There is no error type “%(word)s”.", "The error types are: %(known)s.", word=word, known=", ".join(TYPES)
    )


def overview_json(view: Overview) -> dict[str, Any]:
    """Return the overview with the keys people script against."""
    return {
        "as_of": moment(view.as_of),
        "categories": [
            {
                "category": card.category,
                "errors": card.errors,
                "records": card.records,
                "new_24h": card.new_24h,
            }
            for card in view.cards
        ],
        "total": {"errors": view.errors, "records": view.records},
    }


def groups_json(category: str, found: list[Group]) -> dict[str, Any]:
    """Return a category's groups with the keys people script against."""
    return {
        "category": category,
        "groups": [
            {
                "fingerprint": group.fingerprint,
                "error_type": group.error_type,
                "message": group.message,
                "errors": group.errors,
                "records": group.records,
                "first_seen": moment(group.first_seen),
                "last_seen": moment(group.last_seen),
                "transient": group.resync == Resync.ALONE,
                "who": TYPES[group.error_type].who,
            }
            for group in found
        ],
    }


def errors_json(found: list[SyncError]) -> dict[str, Any]:
    """Return errors with the keys people script against."""
    return {
        "errors": [
            {
                "error_id": error.id,
                "category": error.category,
                "error_type": error.error_type,
                "object": error.object,
                "hubspot_id": error.hubspot_id,
                "salesforce_id": error.salesforce_id,
                "record": error.record,
                "code": error.code,
                "message": error.message,
                "fields": list(error.fields),
                "status": error.status,
                "first_seen": moment(error.first_seen),
                "last_seen": moment(error.last_seen),
                "source": error.source,
            }
            for error in found
        ]
    }


def moment(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the second, ending in Z."""
    return at.astimezone(UTC).isoformat()[: len("2026-11-24T08:00:00")] + "Z"
