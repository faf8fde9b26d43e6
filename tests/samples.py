"""Every message and view of the product, for data from nothing to far too much, and for text that means harm."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.errors import NotAllowed, PersonError
from bot.model.access import Role
from bot.model.catalog import CATEGORIES, TYPES, category_of
from bot.model.choice import LONGEST_SEARCH
from bot.model.columns import MEANINGS, By, Column, FileFound
from bot.model.digest import Digest, Frequency, Subscription
from bot.model.hubspot_view import OBJECTS, HubSpotView, ListKept
from bot.model.ignoring import Ignoring
from bot.model.links import Links
from bot.model.message import Message, View
from bot.model.place import Page, Place
from bot.model.resync import Outcome, ResyncBatch, ResyncItem
from bot.model.sync import Card, Group, Rejection, Selection, Source, Status, SyncError
from bot.model.upload import Upload, UploadedFile, UploadState
from bot.ports import ApiUsage
from bot.present import Presenter, Reader
from bot.present_details import DetailsPresenter
from bot.present_uploads import UploadPresenter
from bot.render import Renderer
from bot.storage import Run
from bot.usecases.details import EACH, GroupsShown, RecordsShown
from bot.usecases.ingest import Preview
from bot.usecases.look_up import Grouped, Overview
from bot.usecases.usage import UsageView

LANGUAGES = ("en", "de")

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

ASKER, CHANNEL = "U0OTTO0001", "C0REVOPS01"

VENDOR = "Zyx9"
"""Stands in everything that vendors wrote, where a test has to find it again."""

HOSTILE = (
    "<!channel> <!here|x> <!everyone> <@U123> <#C123|general> <!subteam^S1>",
    "<https://evil.example|your bank> https://evil.example",
    "\"quotes\" 'single' \\backslash\\ \\n \\u0041 \\",
    "line one\nline two\r\nline three\ttab\x0bvt\x00nul\x1b[31m",
    "`code` ```block``` *bold* _italic_ ~strike~ > quote :tada: - list",
    "%s %(n)s %d %% %(missing)s 100%",
    "{{ x }} {% raw %} {# no #} ${y} {0} {name}",
    "&amp; &lt;!channel&gt; & < > &#60; &quot;",
    "\u202eright to left\u202c \u200f\u200e \u2066isolate\u2069 \ufeff\u200b",
    "emoji 👩‍👩‍👧‍👦 🇩🇪 👍🏽 é́́ astral 𝕏𝒴𝓏 𠜎 ﷽",
    "</script><img src=x onerror=alert(1)>",
    "\u2028line\u2029paragraph\x85next",
)

LINKS = Links(portal_id="1234567", salesforce_host="acme.lightning.force.com")


@dataclass(frozen=True)
class World:
    """What there is to be told. `search` is what a person typed."""

    cards: list[Card] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    records: list[SyncError] = field(default_factory=list)
    items: list[ResyncItem] = field(default_factory=list)
    usage: ApiUsage | None = None
    allocated: int | None = None
    heard: dict[Source, datetime] = field(default_factory=dict)
    search: str = "acme"
    left_out: int = 0
    others: int = 0
    missed: int = 0
    links: Links = field(default_factory=Links)


def group(number: int, error_type: str, message: str, errors: int = 1, resync: str = "after_fix") -> Group:
    return Group(
        fingerprint=f"{number:064x}",
        category=category_of(error_type),
        error_type=error_type,
        resync=resync,
        code="CODE",
        message=message,
        fields=(),
        errors=errors,
        records=errors,
        first_seen=NOW,
        last_seen=NOW,
    )


def record(number: int, name: str, message: str = "", hubspot_id: str = "151", salesforce_id: str = "") -> SyncError:
    return SyncError(
        id=number,
        object="contact",
        hubspot_id=hubspot_id,
        salesforce_id=salesforce_id,
        record=name,
        code="CODE",
        message=message,
        fields=(),
        fingerprint="f",
        error_type="other",
        category="other",
        resync="after_fix",
        status=Status.OPEN,
        source=Source.PUSH,
        first_seen=NOW,
        last_seen=NOW,
        occurrences=1,
    )


def item(number: int, outcome: Outcome, name: str, detail: str = "") -> ResyncItem:
    return ResyncItem(number, number, "contact", "151", "", name, outcome, detail)


NOTHING = World()

ONE = World(
    cards=[Card("duplicates", 1, 1, 0)],
    groups=[group(1, "email_already_in_use", "Email already in use")],
    records=[record(1, "Ada Byron", salesforce_id="0037Q000001AAAAQA4")],
    items=[item(1, Outcome.RESOLVED, "Ada Byron")],
    usage=ApiUsage(1, 15_000, NOW),
    allocated=1,
    heard={Source.HUBSPOT_EXPORT: NOW},
    missed=1,
    others=1,
    left_out=1,
    links=LINKS,
)

LONG = f"{VENDOR} System.DmlException: Update failed. " * 250  # 10,000 characters

LOTS = World(
    cards=[Card(slug, 125_000, 100_000, 1_234) for slug in CATEGORIES],
    groups=[group(n, list(TYPES)[n % len(TYPES)], f"{LONG}{n}", 1_000_000 - n) for n in range(500)],
    records=[
        record(n, f"{VENDOR} {'Donaudampfschifffahrt' * 100}", LONG, "9" * 20, "0037Q00000" * 2) for n in range(9)
    ],
    items=[
        item(n, outcome, f"{VENDOR} company {n} {'x' * 300}", f"{LONG}{n % 30}")
        for outcome in Outcome
        for n in range(100)
    ],
    usage=ApiUsage(1_250_000, 1_000_000, NOW),
    allocated=1_000_000,
    heard={source: NOW - timedelta(days=400) for source in Source},
    search="acme " * 40,
    left_out=1_000_000,
    others=1_000_000,
    missed=1_000,
    links=LINKS,
)


def hostile(text: str) -> World:
    """Return a world in which every text that somebody else wrote is `text`; some names are empty."""
    return World(
        cards=[Card("other", 3, 2, 1)],
        groups=[group(n, slug, text, 3, resync) for n, (slug, resync) in enumerate(_KINDS)],
        records=[
            record(1, text, text),
            record(2, "", text),
            record(3, " \u200b ", text, "", text.replace(VENDOR, "")[:18]),
        ],
        items=[item(n, outcome, name, text) for n, (outcome, name) in enumerate(_named(text))],
        usage=ApiUsage(0, 0, NOW),
        heard={Source.PUSH: NOW},
        search=text.replace(VENDOR, ""),
        links=Links(portal_id=text.replace(VENDOR, ""), ui_domain="app.example", salesforce_host="x.example"),
    )


_KINDS = (("other", "alone"), ("salesforce_flow", "never"), ("salesforce_flow", "after_fix"))


def _named(text: str) -> Iterator[tuple[Outcome, str]]:
    for outcome in Outcome:
        yield from ((outcome, text), (outcome, ""), (outcome, f"{text} 2"))


WORLDS = {
    "nothing": NOTHING,
    "one": ONE,
    "lots": LOTS,
    **{f"hostile {n}": hostile(f"{VENDOR} {text}") for n, text in enumerate(HOSTILE)},
    "hostile all": hostile(f"{VENDOR} ".join(("", *HOSTILE))),
    "hostile long": hostile(f"{VENDOR}&<>\"'\\" * 1000),
    "no text": hostile(""),
    "one long word": hostile(VENDOR + "ß" * 9000),
    "four bytes": hostile(VENDOR + "😀" * 5000),
    "spaces": hostile(" \n\t "),
}

RENDERER = Renderer()


def presenter(links: Links = LINKS) -> Presenter:
    return Presenter(RENDERER, lambda: links, "0.1.0")


def details_presenter(links: Links = LINKS) -> DetailsPresenter:
    return DetailsPresenter(RENDERER, presenter(links))


def everything(world: World, language: str) -> Iterator[tuple[str, Message | View]]:
    """Yield every message and view there is about a world, each with a name."""
    present, reader = presenter(world.links), Reader(language, "Europe/Berlin")
    errors, records = sum(card.errors for card in world.cards), sum(card.records for card in world.cards)
    yield "overview", present.overview(reader, Overview(NOW, world.cards, errors, records, world.heard))
    found = Grouped(NOW, world.groups, len(world.groups), sum(group.errors for group in world.groups), world.heard)
    yield "groups of a category", present.groups(reader, Selection(category="custom_code"), found)
    yield "groups of a search", present.groups(reader, Selection(search=world.search), found)
    yield from _details(world, reader)
    yield from _resyncs(present, world, language)
    for paused in ("", "is_archived"):
        wish = _subscription(language, paused)
        digest = Digest(NOW, tuple(world.cards), errors, records, 5 if errors else 0, world.missed, world.heard)
        yield f"digest {paused}".strip(), present.digest(wish, digest)
    yield "digest paused", present.paused(_subscription(language, "is_archived"))
    yield "old export", present.old_export(_subscription(language, ""), NOW)
    yield "usage", present.usage(reader, UsageView(NOW, world.usage, world.allocated))
    for role in Role:
        yield f"help for {role.name.lower()}", present.help(reader, role)
    yield "help with nearest", present.help(reader, Role.VIEWER, world.search, "errors")
    yield "help without nearest", present.help(reader, Role.VIEWER, world.search)
    kept = [ListKept(obj, f"SF sync errors - {n}", f"{n}", 10**n, 10**n, bool(n)) for n, obj in enumerate(OBJECTS)]
    for name, lists, trouble in (("", kept, ""), (" of nothing", [], ""), (" refused", [], "HubSpot: NotAuthorized")):
        view = HubSpotView(1, Selection(search=world.search), "t", ASKER, language, NOW, tuple(lists))
        yield f"view{name}", present.view(view, trouble)
    yield from _mistakes(present, world, language)
    yield from _uploads(present, world, language)


def _details(world: World, reader: Reader) -> Iterator[tuple[str, View]]:
    """Yield pages of the details, at their first and somewhere in the middle, in each state."""
    present = details_presenter(world.links)
    told = presenter().safe(reader.language, "The CSV file comes as a direct message in a moment.")
    back, middle, onwards = (Page(number, f"{number}", "") for number in (1_234_551, 1_234_561, 1_234_571))
    errors = sum(group.errors for group in world.groups)
    for status in Status:
        found = Selection(search=world.search[:LONGEST_SEARCH], object="deal", status=status)
        for name, page, ways in (("first", Page(), (None, None)), ("middle", middle, (back, onwards))):
            place, total = Place(found, groups=page, records=page, channel=CHANNEL), page.start + 10
            groups = GroupsShown(place, world.groups[:EACH], total, errors, ways[0], ways[1], world.heard)
            yield f"details, {name} page, {status}", present.page(reader, groups)
            for group in world.groups[:1]:
                some = [replace(one, status=status) for one in (world.records * EACH)[:EACH]]
                why = world.records[0].message if world.records else world.search
                whole = Ignoring(1, group.fingerprint, None, why, ASKER, NOW)
                single = Ignoring(2, "", 1, why, ASKER, NOW, until=NOW)
                inside = place.into(group.fingerprint)
                records = RecordsShown(inside, group, some, total, ways[0], ways[1], world.heard, (whole, single))
                yield f"details of a group, {name} page, {status}", present.page(reader, records, told)
    for group in world.groups[:1]:
        place = Place.of(Selection(category="custom_code"), CHANNEL)
        yield (
            "details of a category",
            present.page(reader, GroupsShown(place, world.groups[:EACH], 3, 1213, None, None, world.heard)),
        )
        place = place.into(group.fingerprint)
        yield (
            "details of a group",
            present.page(reader, RecordsShown(place, group, world.records, 1200, None, onwards, world.heard)),
        )
        for of in (None, *world.records):
            yield "ignore a record" if of else "ignore a group", present.ignore(reader, place, group, of)
        none = RecordsShown(place, replace(group, errors=0, records=0), [], 0, None, None, world.heard)
        yield "details without records", present.page(reader, none)


def _resyncs(present: Presenter, world: World, language: str) -> Iterator[tuple[str, Message | View]]:
    batch = _batch(language, world)
    touched = _batch(language, world, touched=True)
    finished = _batch(language, world, touched=True, finished=True)
    waiting = [one for one in world.items if not one.outcome.final] or world.items
    settled = [one for one in world.items if one.outcome.final]
    yield "resync asked for", present.resync(batch, waiting, "Europe/Berlin")
    yield "resync half done", present.resync(batch, world.items, "Europe/Berlin")
    yield "resync waiting for its proof", present.resync(touched, world.items, "Europe/Berlin")
    for kind in ("NotAuthenticated (invalid_client)", "RateLimited", "Unavailable (timeout)", "Gone (http_410)"):
        held = replace(batch, waiting=f"Salesforce: {kind}")
        yield f"resync held up by {kind.partition(' ')[0]}", present.resync(held, waiting, "Europe/Berlin")
    yield "resync finished", present.resync(finished, settled, "Europe/Berlin")
    for outcome in Outcome:
        some = [one for one in world.items if one.outcome is outcome]
        yield f"resync all {outcome}", present.resync(finished, some, "Europe/Berlin")
    yield "resync moved", present.moved(batch, "https://acme.slack.example/archives/C1/p1?thread_ts=1.2&cid=C|>1")


def _mistakes(present: Presenter, world: World, language: str) -> Iterator[tuple[str, Message | View]]:
    error = PersonError("“%(given)s” is not a time of day.", "Write it like 09:00.", given=world.search)
    yield "mistake", present.mistake(language, error)
    yield "mistake in a modal", present.said(language, present.mistake(language, error))
    refusal = NotAllowed("Nobody is allowed to do that yet.")
    yield "refusal in a modal", present.said(language, present.mistake(language, refusal))
    yield "notice", present.notice(language, "Resync of %(what)s was started.", what=world.search)
    yield "notice in a modal", present.notice_view(language, "The CSV file comes as a direct message in a moment.")


def _uploads(present: Presenter, world: World, language: str) -> Iterator[tuple[str, Message | View]]:
    uploads = UploadPresenter(RENDERER, present)
    yield "import modal", uploads.modal(language)
    name = f"{world.search}.csv"
    titles = [group.message for group in world.groups] or [""]
    columns = tuple(
        Column(titles[n % len(titles)], meaning, By.VALUES if meaning and n % 2 else By.HEADER)
        for n, meaning in enumerate(("", *MEANINGS))
    )
    rejections = tuple(Rejection(n, title) for n, title in enumerate(titles[:20]))
    preview = Preview(
        9, 3, 3, 3, len(titles), rejections, 4, complete=True, files=(FileFound(name, columns, ours=True),)
    )
    files = (UploadedFile("F1", name),)
    problem = {"text": "“%(given)s” is not a time of day.", "advice": "", "values": {"given": world.search}}
    upload = Upload(
        1, ASKER, language, NOW, files, partial=False, state=UploadState.ASKED, run=1, channel="D1", ts="1",
        decided_by=ASKER, problem=problem,
    )  # fmt: skip
    yield "import asked for", uploads.message(upload, None, 0)
    yield "import read", uploads.message(replace(upload, state=UploadState.READ), preview, 0)
    yield "import read, empty", uploads.message(replace(upload, state=UploadState.READ), replace(preview, rows=0), 0)
    yield "import failed", uploads.message(replace(upload, state=UploadState.FAILED), None, 0)
    yield "import cancelled", uploads.message(replace(upload, state=UploadState.CANCELLED), None, 0)
    run = Run(
        1, Source.HUBSPOT_EXPORT, name, complete=False, state="working", started_at=NOW, finished_at=None, rows=9,
        new=3, still_open=3, resolved=0, rejected=len(titles), rejections=[asdict(one) for one in rejections],
        scope=frozenset(), files=preview.files,
    )  # fmt: skip
    yield "import under way", uploads.message(replace(upload, state=UploadState.CONFIRMED), run, 4)
    done = replace(run, state="done", finished_at=NOW)
    yield "import done", uploads.message(replace(upload, state=UploadState.CONFIRMED), done, 9)


def _batch(language: str, world: World, *, touched: bool = False, finished: bool = False) -> ResyncBatch:
    return ResyncBatch(
        id=1,
        token="made up",
        requested_by=ASKER,
        title=" ".join(world.search.split()),
        language=language,
        requested_at=NOW,
        touched_at=NOW if touched else None,
        prove_at=NOW + timedelta(minutes=15) if touched else None,
        finished_at=NOW + timedelta(minutes=16) if finished else None,
        channel="",
        home_channel=CHANNEL,
        ts="",
        response_url="",
        left_out=world.left_out,
        others=world.others,
        calls=len(world.items),
    )


def _subscription(language: str, paused: str) -> Subscription:
    return Subscription(1, CHANNEL, Frequency.DAILY, "09:00", "Europe/Berlin", language, ASKER, NOW, NOW, paused)
