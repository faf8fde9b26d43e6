"""What each message says: from the answers of the use cases to the values of the templates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup

from bot.errors import NotAuthenticated, PersonError, RateLimited, Unavailable, vendor_and_kind
from bot.explaining import explained
from bot.model.access import Role
from bot.model.catalog import CATEGORIES, TYPES
from bot.model.choice import encode
from bot.model.digest import Digest, Subscription
from bot.model.hubspot_view import MOST, HubSpotView
from bot.model.kinds import Resync
from bot.model.links import Links
from bot.model.message import Message, View
from bot.model.resync import PRESS_LIMIT, Outcome, ResyncBatch, ResyncItem
from bot.model.sync import SOURCES, Group, Selection, Source, SyncError
from bot.render import SECTION, Renderer, slack_escaped
from bot.usecases.look_up import Grouped, Overview
from bot.usecases.usage import UsageView

SHOWN_GROUPS = 8
"""Groups in an answer; each takes five blocks of a message's fifty."""

MESSAGE_IN_LIST = 300
"""Characters of a vendor's message; an export has all of it."""

NAMES_TOGETHER = 500
"""Characters of names that stand in one line."""

LISTED, LISTED_AT_LEAST = 6000, 1000
"""Characters of a resync's records that are listed, all outcomes together, and of each outcome in any case."""

OUTCOMES = {
    Outcome.STILL_FAILING: ("Still failing", "The cause is still there. Fix it, then resync again."),
    Outcome.NOT_PICKED_UP: (
        "Not picked up",
        (
            "HubSpot has not synced the change yet. Likely reasons: the cause is still there, the record is outside the"
            " inclusion segment, the property is not mapped two-way, or the integration is suspended."
        ),
    ),
    Outcome.SYNCHRONISED: ("Synchronised", "HubSpot reports a sync since then; the change itself was not seen."),
    Outcome.RESOLVED: ("Resolved", "The change has arrived on the other side."),
}
"""What became of records, in words; what somebody must look at stands first."""

WAITING = {
    NotAuthenticated.__name__: "Waiting: %(vendor)s does not accept our token. `sfsync doctor` tells what to do.",
    RateLimited.__name__: "Waiting: %(vendor)s takes no more API calls for now.",
    Unavailable.__name__: "Waiting: %(vendor)s does not answer.",
}
"""What keeps a resync from going on, in words."""

WAITING_ANYHOW = "Waiting: the last attempt failed (%(error)s). `sfsync doctor` tells more."

ROLES = {Role.VIEWER: "viewer", Role.OPERATOR: "operator", Role.ADMIN: "admin"}
COMMANDS = (
    ("errors", "All sync errors, by category"),
    ("errors duplicates", "One category or error type, or any words to search for"),
    ("resync duplicates", "Resync up to 100 errors of a category (operators)"),
    ("export duplicates", "Get the errors as a CSV file, in a direct message (operators)"),
    ("usage", "API call use: used, limited by Salesforce, allocated to HubSpot"),
    ("import", "Upload HubSpot's export file, and look before anything is recorded (operators)"),
    ("notify daily 09:00", "Post a digest in this channel every day (operators)"),
    ("notify off", "Stop it (operators)"),
    ("help", "This list"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: language is "en" or "de"."""

    language: str
    timezone: str


class Presenter:
    """Renders every message. `links` tells where the pages of both systems are, asked each time."""

    def __init__(self, renderer: Renderer, links: Callable[[], Links], version: str) -> None:
        self._renderer, self.links, self._version = renderer, links, version

    def overview(self, reader: Reader, view: Overview, *, unresynced: bool = False) -> Message:
        """Show the cards; `unresynced` to somebody who asked for a resync without saying of what."""
        return self._message(
            reader,
            "overview",
            cards=view.cards,
            errors=view.errors,
            records=view.records,
            new=sum(card.new_24h for card in view.cards),
            as_of=view.as_of,
            heard=heard_from(view.heard),
            unresynced=unresynced,
            chosen={card.category: encode(Selection(category=card.category)) for card in view.cards},
        )

    def groups(self, reader: Reader, selection: Selection, found: Grouped, *, unresynced: bool = False) -> Message:
        """Show the groups of a selection; `unresynced` as in `overview`."""
        links = self.links()
        return self._message(
            reader,
            "groups",
            title=self.title(reader.language, selection),
            errors=found.errors,
            groups=[_group(group, links) for group in found.groups[:SHOWN_GROUPS]],
            more=max(0, found.total - SHOWN_GROUPS),
            as_of=found.as_of,
            heard=heard_from(found.heard),
            unresynced=unresynced,
            chosen=encode(selection),
        )

    def resync(self, batch: ResyncBatch, items: Sequence[ResyncItem], timezone: str) -> Message:
        """Show where a resync stands, with each record's result."""
        settled = sum(item.outcome.final for item in items)
        return self._message(
            Reader(batch.language, timezone),
            "resync",
            title=batch.title,
            who=batch.requested_by,
            requested_at=batch.requested_at,
            prove_at=batch.prove_at,
            waiting=self._waiting(batch),
            finished=batch.finished_at is not None,
            total=len(items),
            settled=settled,
            bar=bar(settled, len(items)),
            outcomes=_outcomes(items),
            left_out=batch.left_out,
            others=batch.others,
            calls=batch.calls,
        )

    def moved(self, batch: ResyncBatch, address: str) -> Message:
        """Lead from the card that was pressed to the resync's message."""
        return self._renderer.message("moved", batch.language, title=batch.title, address=address)

    def digest(self, wish: Subscription, digest: Digest) -> Message:
        """Show a channel's digest."""
        return self._message(
            Reader(wish.language, wish.timezone),
            "digest",
            digest=digest,
            at=wish.at,
            heard=heard_from(digest.heard),
            chosen={card.category: encode(Selection(category=card.category)) for card in digest.cards},
        )

    def paused(self, wish: Subscription) -> Message:
        """Tell who set a digest up that its channel is gone."""
        return self.notice(
            wish.language,
            "The daily digest for <#%(channel)s> is paused: sfsync cannot post there any more. Invite it again with"
            " `/invite @sfsync`, then type `/sfsync notify daily %(at)s` there.",
            channel=wish.channel,
            at=wish.at,
        )

    def old_export(self, wish: Subscription, heard: datetime) -> Message:
        """Remind a channel that its figures come from an old file."""
        return self._renderer.message(
            "old_export",
            wish.language,
            date=self.date(wish.language, heard, wish.timezone),
            page=self.links().sync_health(),
        )

    def export_comment(self, language: str, count: int) -> str:
        """Say what is in a CSV file."""
        return self._renderer.count(language, "%(n)s sync error as CSV.", "%(n)s sync errors as CSV.", count)

    def export_failed(self, language: str, why: str, permission: bool) -> Message:  # noqa: FBT001 - by place
        """Tell a person why their CSV file does not come, and what to do."""
        if permission:
            return self.notice(
                language,
                "The CSV file could not be sent: Slack does not let sfsync share files (%(why)s). Whoever runs sfsync"
                " gives its Slack app the scope `files:write` and installs it again; `sfsync doctor` checks it. Then"
                " export again.",
                why=why,
            )
        return self.notice(
            language,
            "The CSV file could not be sent (%(why)s). Export a part of the errors, say one category, or ask whoever"
            " runs sfsync to type `sfsync export` there.",
            why=why,
        )

    def view(self, view: HubSpotView, trouble: str) -> Message:
        """Lead to a view's lists in HubSpot; `trouble` is what HubSpot refused."""
        return self._renderer.message(
            "view",
            view.language,
            title=self.title(view.language, view.selection),
            trouble=trouble,
            lists=[(one, self.links().hubspot_list(one.number)) for one in view.lists if one.number],
            unknown=sum(one.unknown for one in view.lists),
            cut=any(one.cut for one in view.lists),
            most=MOST,
        )

    def usage(self, reader: Reader, view: UsageView) -> Message:
        """Show API call use."""
        usage = view.usage
        return self._message(
            reader,
            "usage",
            usage=usage,
            allocated=view.allocated,
            left=max(0, usage.limit - usage.used) if usage else 0,
            health=self.links().sync_health(),
            bar=bar(usage.used, usage.limit) if usage else "",
            percent=round(100 * usage.used / usage.limit) if usage and usage.limit else 0,
        )

    def help(self, reader: Reader, role: Role, unknown: str = "", nearest: str = "") -> Message:
        """Show what can be typed, and what may have been meant."""
        return self._message(
            reader,
            "help",
            commands=COMMANDS,
            version=self._version,
            role=ROLES[role],
            unknown=unknown,
            nearest=nearest,
        )

    def notice(self, language: str, text: str, **values: object) -> Message:
        """Say one sentence."""
        return self._renderer.message("notice", language, words=self._renderer.safe(language, text, **values))

    def notice_view(self, language: str, text: str, **values: object) -> View:
        """Say one sentence in a modal."""
        return self._renderer.view("notice_view", language, words=self._renderer.safe(language, text, **values))

    def safe(self, language: str, text: str, **values: object) -> Markup:
        """Write one sentence for a template."""
        return self._renderer.safe(language, text, **values)

    def mistake(self, language: str, error: PersonError) -> Message:
        """Tell a person what to put right."""
        return self._renderer.message("notice", language, words=self._mistake(language, error))

    def one_of(self, language: str, choices: Sequence[Markup]) -> Markup:
        """Name several, which may hold Slack's marks, of which each will do: A, B or C."""
        *some, last = choices
        if not some:
            return last
        return self._renderer.safe(language, "%(some)s or %(last)s", some=Markup(", ").join(some), last=last)

    def mistake_text(self, language: str, error: PersonError) -> str:
        """Tell a person what to put right where only plain text may stand: under an input."""
        return " ".join(self.text(language, part, **self._written(language, error)) for part in error.parts)

    def said(self, language: str, message: Message) -> View:
        """Show a message in a modal."""
        return {**self.notice_view(language, "–"), "blocks": message.blocks}

    def date(self, language: str, moment: datetime, timezone: str) -> str:
        """Write the day of a moment out as a reader is used to."""
        return str(format_date(moment.astimezone(ZoneInfo(timezone)), "long", locale=language))

    def number(self, language: str, number: int) -> str:
        """Write a number out as a reader is used to."""
        return str(format_decimal(number, locale=language))

    def text(self, language: str, text: str, **values: object) -> str:
        """Translate one sentence."""
        return self._renderer.text(language, text, **values)

    def title(self, language: str, selection: Selection) -> str:
        """Name a selection in a reader's language, as narrow as it is."""
        label = ""
        if selection.category:
            label = self.text(language, CATEGORIES[selection.category].label)
        elif selection.error_type:
            label = self.text(language, TYPES[selection.error_type].label)
        parts = (label, selection.object, " ".join(selection.search.split()))
        return " · ".join(part for part in parts if part) or self.text(language, "Sync errors")

    def _waiting(self, batch: ResyncBatch) -> Markup | None:
        if not batch.waiting:
            return None
        vendor, kind = vendor_and_kind(batch.waiting)
        text = WAITING.get(kind, WAITING_ANYHOW)
        return self._renderer.safe(batch.language, text, vendor=vendor, error=batch.waiting)

    def _mistake(self, language: str, error: PersonError) -> Markup:
        values = self._written(language, error)
        return Markup(" ").join(self._renderer.safe(language, part, **values) for part in error.parts)

    def _written(self, language: str, error: PersonError) -> dict[str, object]:
        return {
            name: self.number(language, value) if isinstance(value, int) else value
            for name, value in error.values.items()
        }

    def _message(self, reader: Reader, template: str, **values: Any) -> Message:  # noqa: ANN401 - template values
        labels = {slug: category.label for slug, category in CATEGORIES.items()}
        return self._renderer.message(
            template,
            reader.language,
            timezone=reader.timezone,
            labels=labels,
            press_limit=PRESS_LIMIT,
            **values,
        )


def bar(part: int, whole: int, length: int = 12) -> str:
    """Draw how much of a whole is done; any part of it shows, and only all of it fills the bar."""
    filled = 0 if whole <= 0 else min(length, part * length // whole)
    if part and not filled:
        filled = 1
    return "█" * filled + "░" * (length - filled)


def _group(group: Group, links: Links) -> dict[str, Any]:
    return {
        "explained": explained([group], links),
        "helps": group.resync != Resync.NEVER,
        "errors": group.errors,
        "records": group.records,
        "message": short(" ".join(group.message.split()), MESSAGE_IN_LIST),
        "chosen": encode(Selection(error_type=group.error_type, fingerprint=group.fingerprint)),
    }


def name_of(record: SyncError | ResyncItem) -> str:
    """Return what a person calls a record: its name, or else its id."""
    return " ".join(record.record.split()) or record.hubspot_id or record.salesforce_id


def _outcomes(items: Sequence[ResyncItem]) -> list[dict[str, Any]]:
    """Return what became of the records, for each outcome there is: how many, and as many names as have room."""
    room = LISTED
    outcomes: list[dict[str, Any]] = []
    for outcome, (label, meaning) in OUTCOMES.items():
        members = [item for item in items if item.outcome is outcome]
        if not members:
            continue
        texts, more = _listed(members, max(room, LISTED_AT_LEAST))
        room -= sum(len(slack_escaped(text)) for text in texts)
        outcomes.append({"label": label, "meaning": meaning, "records": len(members), "texts": texts, "more": more})
    return outcomes


def _listed(items: Sequence[ResyncItem], room: int) -> tuple[list[str], int]:
    """List records with what went wrong, in texts that each fit a section; count those for which there is no room."""
    texts: list[str] = []
    left = len(items)
    for line, records in _lines(items):
        length = len(slack_escaped(line)) + 2
        if length > room:
            break
        room, left = room - length, left - records
        joined = "\n".join((*texts[-1:], line))
        if len(slack_escaped(joined)) <= SECTION:
            texts[-1:] = [joined]
        else:
            texts.append(line)
    return texts, left


def _lines(items: Sequence[ResyncItem]) -> Iterator[tuple[str, int]]:
    """Yield lines, and how many records each names; a reason that several share is told once."""
    by_reason: dict[str, list[str]] = {}
    for item in items:
        reason = short(" ".join(item.detail.split()), 200)
        by_reason.setdefault(reason, []).append(short(name_of(item), 100))
    for reason, names in by_reason.items():
        for some in _together(names):
            line = f"• {' · '.join(some)}"
            yield f"{line} — {reason}" if reason else line, len(some)


def _together(names: Sequence[str]) -> Iterator[list[str]]:
    """Split names into portions of a few lines each."""
    some: list[str] = []
    for name in names:
        if some and len(slack_escaped(" · ".join((*some, name)))) > NAMES_TOGETHER:
            yield some
            some = []
        some.append(name)
    yield some


def short(text: str, limit: int) -> str:
    """Return at most so many characters of a text, with a mark where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def heard_from(heard: Mapping[Source, datetime]) -> list[tuple[str, datetime]]:
    """Return each source in words, and when it was last heard."""
    return [(SOURCES[source], at) for source, at in sorted(heard.items())]
