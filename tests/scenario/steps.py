"""What scenarios do and look at, in the words of the people and systems around the bot."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.sandbox.control import pair_of
from bot.sandbox.crm.breakage import mend
from bot.sandbox.crm.health import SyncError
from bot.sandbox.crm.mapping import TOKEN_FIELD, TOKEN_PROPERTY
from bot.sandbox.crm.records import Pair
from bot.sandbox.slack.inputs import elements
from bot.sandbox.slack.state import ADA, BOT_USER, REVOPS, Message, Person, View
from bot.sandbox.slack.transport import Answer, Delivery
from bot.sandbox.slack.workspace import Outcome
from tests.bot_at_work import API_TOKEN, BotAtWork

PROOF = timedelta(seconds=601)
"""Later than the proof of `bot_at_work`."""


def words(shown: Message | View | None) -> str:
    """Everything a person reads in a message or a modal."""
    assert shown is not None
    blocks = shown.blocks if isinstance(shown, Message) else shown.body["blocks"]
    lines = [shown.text] if isinstance(shown, Message) else []
    return "\n".join([*lines, *_texts(blocks)])


def words_of(block: object) -> str:
    return "\n".join(_texts(block))


def _texts(part: object) -> Iterator[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("text"), str):
            yield part["text"]
        for name, value in part.items():
            if name != "confirm":
                yield from _texts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _texts(each)


def button(shown: Message, action: str, label: str = "") -> str:
    """Answer the value of the button a screen reader announces with this word among others."""
    found = [
        element["value"]
        for _, element in elements(shown.blocks)
        if element["action_id"] == action and label in element.get("accessibility_label", "")
    ]
    assert found, f"no {action} of {label!r}"
    return str(found[-1])


def ask(bot: BotAtWork, text: str, user: str = ADA, channel: str = REVOPS) -> Message:
    """Type a command; answer what the person sees."""
    outcome = bot.company.workspace.command(user, channel, text)
    assert outcome.ok, outcome
    assert outcome.message is not None
    return outcome.message


def press(bot: BotAtWork, card: Message, action: str, label: str = "", user: str = ADA) -> Outcome:
    """Press a button of a card."""
    return bot.company.workspace.press(user, card, action, value=button(card, action, label))


def open_errors(bot: BotAtWork, error_type: str = "", category: str = "") -> list[SyncError]:
    """What HubSpot's page lists, in the order of its export."""
    return [
        each
        for each in bot.company.sync.errors()
        if (not error_type or each.error_type == error_type) and (not category or each.category == category)
    ]


def pairs(bot: BotAtWork, errors: Iterable[SyncError]) -> list[Pair]:
    """The records that errors are about."""
    return [pair_of(bot.company.world, each) for each in errors]


def mend_all(bot: BotAtWork, errors: Iterable[SyncError]) -> None:
    """Put the causes right, as people do; nothing is resynced by that alone."""
    with bot.company.world.lock:
        for each in errors:
            mend(bot.company.world, each.error_type, pair_of(bot.company.world, each))


def hubspot_token(pair: Pair) -> str:
    return pair.hubspot.get(TOKEN_PROPERTY) if pair.hubspot else ""


def salesforce_token(pair: Pair) -> str:
    return str(pair.salesforce.fields.get(TOKEN_FIELD) or "") if pair.salesforce else ""


def resyncs(bot: BotAtWork, channel: str = REVOPS, user: str = ADA) -> list[Message]:
    """The messages about resyncs in a channel, oldest first."""
    return [
        each
        for each in bot.company.workspace.messages(channel, user)
        if each.user == BOT_USER and each.seen_by is None and "Resync" in each.text
    ]


def started(bot: BotAtWork, what: str, channel: str = REVOPS) -> Message:
    """Resync all that `errors` shows, and wait until every record was touched; answer the live message."""
    live = begun(bot, what, channel)
    bot.until(lambda: all_touched(live))
    return live


def begun(bot: BotAtWork, what: str, channel: str = REVOPS) -> Message:
    """Resync all that `errors` shows; answer the live message."""
    before = len(resyncs(bot, channel))
    assert press(bot, ask(bot, f"errors {what}", channel=channel), "resync.v1").ok
    return bot.until(lambda: resyncs(bot, channel)[before:])[-1]


def all_touched(live: Message) -> bool:
    return "All records were changed" in words(live)


def finished(live: Message) -> bool:
    return ": finished, " in live.text


def prove(bot: BotAtWork, live: Message) -> "Results":
    """Let the time of the proof come; answer what the live message tells then."""
    later(bot, PROOF)
    bot.until(lambda: finished(live))
    return results(live)


def later(bot: BotAtWork, by: timedelta) -> None:
    """Let so much time pass."""
    bot.later(by)


@dataclass
class Results:
    """How many records had which outcome, and the lines about those that are listed, as (name, detail)."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def names(self, outcome: str) -> list[str]:
        return sorted(name for name, _ in self.lines.get(outcome, ()))


def results(live: Message) -> Results:
    """Read the result of each record off a resync's message."""
    found, current, unlisted = Results(), "", 0
    for block in live.blocks:
        if block["type"] == "section" and block["text"]["type"] == "mrkdwn":
            if heading := re.match(r"\*([\w ]+)\* · ([\d,]+) records?\b", block["text"]["text"]):
                current = heading[1]
                found.counts[current] = int(heading[2].replace(",", ""))
        elif block["type"] == "section" and current:
            for line in block["text"]["text"].splitlines():
                together, _, detail = line.removeprefix("• ").partition(" — ")
                found.lines.setdefault(current, []).extend((name, detail) for name in together.split(" · "))
        elif block["type"] == "context" and (more := re.match(r"… and ([\d,]+) more record", words_of(block))):
            unlisted += int(more[1].replace(",", ""))
    listed = sum(len(lines) for lines in found.lines.values())
    assert sum(found.counts.values()) == listed + unlisted, "a record without a line"
    return found


def hubspot_batches(bot: BotAtWork) -> int:
    """How many batch updates HubSpot has got."""
    return sum(call.path.endswith("/batch/update") for call in list(bot.company.hubspot_calls))


def salesforce_batches(bot: BotAtWork) -> int:
    """How many sObject Collections updates Salesforce has got."""
    return sum(
        call.method == "PATCH" and call.path.endswith("/composite/sobjects")
        for call in list(bot.company.salesforce_calls)
    )


def captured(bot: BotAtWork, card: Message, action: str, label: str = "", user: str = ADA) -> Delivery:
    """Answer the request a press sends, without sending it."""
    with _held(bot) as kept:
        press(bot, card, action, label, user)
    return kept[0]


def captured_in(bot: BotAtWork, modal: View, action: str, value: str | None = None, user: str = ADA) -> Delivery:
    """Answer the request that the use of something in a modal sends, without sending it."""
    with _held(bot) as kept:
        bot.company.workspace.press(user, modal, action, value=value)
    return kept[0]


@contextmanager
def _held(bot: BotAtWork) -> Iterator[list[Delivery]]:
    """Keep what Slack sends instead of sending it."""
    kept: list[Delivery] = []
    workspace = bot.company.workspace
    real = workspace.transport

    def keep(delivery: Delivery, _url: str, _secret: str) -> Answer:
        kept.append(delivery)
        return Answer(200)

    workspace.transport = keep
    try:
        yield kept
    finally:
        workspace.transport = real


def tell_of_lead(bot: BotAtWork, code: str) -> None:
    """Push an error of a healthy record of which the bot knows only Salesforce's id."""
    world = bot.company.world
    with world.lock:
        unheard = (pair for pair in world.pairs("Lead") if not (pair.hubspot and pair.hubspot.history[TOKEN_PROPERTY]))
        leads = (pair.salesforce for pair in unheard if pair.key not in world.sync_errors)
        number = next(lead.id for lead in leads if lead and f"salesforce:{lead.id}" not in world.sync_errors)
    error = {"object": "contact", "salesforce_id": number, "code": code, "message": "no"}
    answer = post(bot, "/api/v1/errors", json=[error], headers={"Authorization": f"Bearer {API_TOKEN}"})
    assert answer.json()["accepted"] == 1, answer.text


def names(errors: Iterable[SyncError]) -> list[str]:
    return sorted(each.record_name for each in errors)


def newcomer(bot: BotAtWork, locale: str) -> str:
    """Answer a person the bot has never seen."""
    people = bot.company.workspace.people
    number = f"U0NEW{len(people):05d}"
    people[number] = Person(number, f"new{len(people)}", "New Comer", locale)
    bot.company.workspace.channels[REVOPS].members.add(number)
    return number


def dm(bot: BotAtWork, user: str) -> str:
    return bot.company.workspace.dm(user).id


def post(bot: BotAtWork, path: str, **given: Any) -> Any:  # noqa: ANN401 - requests' own arguments and answer
    """Knock at one of the bot's own doors."""
    import requests

    return requests.post(f"{bot.address}{path}", timeout=10, **given)


def readiness(bot: BotAtWork) -> tuple[int, dict[str, Any]]:
    """Answer status and body of /readyz."""
    import requests

    answer = requests.get(f"{bot.address}/readyz", timeout=10)
    return answer.status_code, answer.json()


def slack_connection(bot: BotAtWork) -> dict[str, Any]:
    """What /readyz tells of the connection to Slack."""
    found: dict[str, Any] = readiness(bot)[1]["slack_connection"]
    return found
