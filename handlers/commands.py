"""`/sfsync …`: the first word says what is wanted, in English or German; the rest is about what."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from bot.model.access import Role
from bot.model.message import Message
from bot.model.sync import Selection
from bot.present import SHOWN_GROUPS
from bot.storage import SHORT_PATIENCE, Transaction
from bot.usecases import digests, exports, look_up, resync, usage
from handlers import uploads
from handlers.intake import Asker, Desk, explain

Look = Callable[[Desk, Asker, str], Message]
"""Answers a question; changes nothing."""

Change = Callable[[Desk, Transaction, Asker, str, str], Message]
"""Changes something in one transaction and answers; the last argument is the response_url."""

WORDS: Mapping[str, str] = {
    **dict.fromkeys(("errors", "error", "fehler", "synchronisierungsfehler"), "errors"),
    **dict.fromkeys(("usage", "nutzung", "verbrauch", "api"), "usage"),
    **dict.fromkeys(("resync", "sync", "synchronisieren", "neu"), "resync"),
    **dict.fromkeys(("export", "csv", "exportieren"), "export"),
    **dict.fromkeys(("import", "importieren", "upload", "hochladen"), "import"),
    **dict.fromkeys(("notify", "benachrichtigen", "benachrichtigung", "benachrichtigungen"), "notify"),
    **dict.fromkeys(("help", "hilfe", "?"), "help"),
}


def command(desk: Desk, ack: Callable[..., Any], body: Mapping[str, Any]) -> str | None:
    """Answer a slash command in its acknowledgement, which is JSON; one that says nothing is given at once."""
    language = desk.team.language
    try:
        asker = desk.asker(body)
        language = asker.reader.language
        answer = _answer(desk, asker, body)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets an answer
        answer = explain(desk, language, error)
    if answer is None:
        ack()
        return None
    return answer.answer


def name(body: Mapping[str, Any]) -> str:
    """Return the word that says what is wanted, in English; "other" where it is none of ours."""
    first, _ = _words(str(body.get("text") or ""))
    return WORDS.get(first.lower(), "other") if first else "help"


def _answer(desk: Desk, asker: Asker, body: Mapping[str, Any]) -> Message | None:
    """Return the answer; None where the same change was asked for before. A question may be answered twice."""
    first, rest = _words(str(body.get("text") or ""))
    word = WORDS.get(first.lower(), "")
    if not word:
        return _unknown(desk, asker, first, rest)
    if word == "import":
        return uploads.asked(desk, asker, str(body.get("trigger_id") or ""))
    if word not in CHANGES or (not rest and word in LOOKS):
        return LOOKS[word](desk, asker, rest)
    return _changed(desk, asker, body, word, rest)


def _changed(desk: Desk, asker: Asker, body: Mapping[str, Any], word: str, rest: str) -> Message | None:
    role, change = CHANGES[word]
    if word == "usage" and _words(rest)[0].lower() not in ALLOCATED:
        return desk.present.notice(asker.reader.language, "Type `/sfsync usage` or `/sfsync usage allocated 50000`.")
    desk.require(asker, role)
    # Before the transaction: nobody else can write meanwhile.
    if word in FIRST and (shown := FIRST[word](desk, asker, rest)):
        return shown
    with desk.storage.write(SHORT_PATIENCE) as tx:
        if not tx.people.claim(f"command:{body.get('trigger_id')}", desk.clock.now()):
            return None
        answer = change(desk, tx, asker, rest, str(body.get("response_url") or ""))
    desk.wake()
    return answer


def _words(text: str) -> tuple[str, str]:
    """Split the first word from the rest. PostgreSQL keeps no NUL, and nobody means one."""
    first, *rest = text.replace("\x00", "").split(None, 1) or [""]
    return first, rest[0].strip() if rest else ""


def _errors(desk: Desk, asker: Asker, rest: str, *, unresynced: bool = False) -> Message:
    selection = look_up.selection_of(rest)
    if selection == Selection():
        return desk.cards.show(asker.reader, unresynced=unresynced)
    found = look_up.grouped(desk.storage, desk.clock, selection, SHOWN_GROUPS)
    if selection.search and not found.groups:
        raise look_up.nothing_contains(rest)
    return desk.present.groups(asker.reader, selection, found, unresynced=unresynced)


def _usage(desk: Desk, asker: Asker, _rest: str) -> Message:
    return desk.present.usage(asker.reader, usage.show(desk.storage, desk.clock))


def _help(desk: Desk, asker: Asker, _rest: str) -> Message:
    return desk.present.help(asker.reader, asker.role)


def _which_resync(desk: Desk, asker: Asker, _rest: str) -> Message:
    """`/sfsync resync` alone: the cards, where each category has its button."""
    return _errors(desk, asker, "", unresynced=True)


def _subscribed(desk: Desk, asker: Asker, _rest: str) -> Message:
    with desk.storage.read() as tx:
        here = next((one for one in tx.subscriptions.all() if one.channel == asker.channel), None)
    language = asker.reader.language
    if here is None:
        return desk.present.notice(
            language, "This channel gets no digest yet. `/sfsync notify daily 09:00` starts one."
        )
    if here.paused:
        return desk.present.notice(
            language,
            "The digest of this channel is paused: sfsync could not post here (%(why)s). Invite it with"
            " `/invite @sfsync`, then type `/sfsync notify daily %(at)s`.",
            why=here.paused,
            at=here.at,
        )
    return desk.present.notice(
        language,
        "This channel gets a digest daily at %(at)s (%(zone)s). `/sfsync notify off` stops it.",
        at=here.at,
        zone=here.timezone,
    )


def _unknown(desk: Desk, asker: Asker, first: str, rest: str) -> Message:
    if not first:
        return _help(desk, asker, "")
    selection = look_up.selection_of(f"{first} {rest}".strip())
    if not selection.search:
        # A category or type without the word before it: what is meant is plain.
        return _errors(desk, asker, f"{first} {rest}")
    nearest = get_close_matches(first.lower(), WORDS, n=1, cutoff=0.5)
    return desk.present.help(asker.reader, asker.role, first, nearest[0] if nearest else "")


def _shown_first(desk: Desk, asker: Asker, rest: str) -> Message | None:
    """Show, before it is touched, whatever happens to contain a text, and what has no end."""
    selection = look_up.selection_of(rest)
    if selection.search or selection == Selection():
        return _errors(desk, asker, rest, unresynced=True)
    return None


def _something_found(desk: Desk, _asker: Asker, rest: str) -> None:
    """Raise PersonError where nothing contains what is to be exported."""
    selection = look_up.selection_of(rest)
    if selection.search and not look_up.matching(desk.storage, selection, limit=1):
        raise look_up.nothing_contains(rest)


def _resync(desk: Desk, tx: Transaction, asker: Asker, rest: str, response_url: str) -> Message:
    selection, language = look_up.selection_of(rest), desk.told_in(asker)
    resync.request(
        tx,
        desk.clock.now(),
        selection,
        who=asker.user,
        title=desk.present.title(language, selection),
        language=language,
        channel=asker.channel,
        response_url=response_url,
    )
    what = desk.present.title(asker.reader.language, selection)
    return desk.present.notice(asker.reader.language, "Resync of %(what)s was started.", what=what)


def _export(desk: Desk, tx: Transaction, asker: Asker, rest: str, _response_url: str) -> Message:
    selection = look_up.selection_of(rest)
    exports.request(tx, desk.clock.now(), who=asker.user, language=asker.reader.language, selection=selection)
    return desk.present.notice(asker.reader.language, "The CSV file comes as a direct message in a moment.")


def _notify(desk: Desk, tx: Transaction, asker: Asker, rest: str, _response_url: str) -> Message:
    language = asker.reader.language
    what, _, at = rest.partition(" ")
    if what.lower() in {"off", "aus"}:
        if digests.unsubscribe(tx, desk.clock.now(), channel=asker.channel, who=asker.user):
            return desk.present.notice(language, "This channel gets no digest any more.")
        return desk.present.notice(language, "This channel had no digest.")
    if what.lower() in {"daily", "täglich", "taeglich"}:
        wish = digests.subscribe(
            tx,
            desk.clock.now(),
            channel=asker.channel,
            at=at or "09:00",
            timezone=asker.reader.timezone,
            language=desk.team.language,
            who=asker.user,
        )
        return desk.present.notice(
            language,
            "This channel gets a digest daily at %(at)s (%(zone)s), the next one on %(date)s. If sfsync is not in it"
            " yet: `/invite @sfsync`.",
            at=wish.at,
            zone=wish.timezone,
            date=desk.present.date(language, wish.next_at, wish.timezone),
        )
    return desk.present.notice(language, "Type `/sfsync notify daily 09:00` or `/sfsync notify off`.")


def _allocated(desk: Desk, tx: Transaction, asker: Asker, rest: str, _response_url: str) -> Message:
    language = asker.reader.language
    _, number = _words(rest)
    if not number:
        return desk.present.notice(language, "Type `/sfsync usage allocated 50000`.")
    calls = usage.allocate(tx, desk.clock.now(), number, asker.user)
    return desk.present.notice(
        language,
        "Noted: %(calls)s API calls are allocated to HubSpot. HubSpot's own field is changed in HubSpot itself.",
        calls=desk.present.number(language, calls),
    )


ALLOCATED = {"allocated", "zugewiesen"}
LOOKS: Mapping[str, Look] = {
    "errors": _errors,
    "usage": _usage,
    "resync": _which_resync,
    "notify": _subscribed,
    "help": _help,
}
FIRST: Mapping[str, Callable[[Desk, Asker, str], Message | None]] = {"resync": _shown_first, "export": _something_found}
"""What is looked at before a change; where that has an answer, nothing is changed."""
CHANGES: Mapping[str, tuple[Role, Change]] = {
    "resync": (Role.OPERATOR, _resync),
    "export": (Role.OPERATOR, _export),
    "notify": (Role.OPERATOR, _notify),
    "usage": (Role.ADMIN, _allocated),
}
