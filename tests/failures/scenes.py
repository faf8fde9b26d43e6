"""What several of these tests do, in the words of the people and systems around the bot."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.slack.state import ADA, BOT_USER, OTTO, REVOPS, Channel, File, Message
from bot.sandbox.slack.transport import Answer, Delivery
from bot.store.database import Database
from bot.store.migrate import make_current
from bot.store.storage import SqlStorage
from bot.usecases import digests as subscription
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.reliability.processes import Site
from tests.scenario.steps import ask, captured, dm, later, post, press, resyncs

AUTHORIZED = {"Authorization": f"Bearer {API_TOKEN}"}

_ONE_STATEMENT = (
    "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=30).execute(sys.argv[2]).connection.commit()"
)

_A_WRITER = """
import sqlite3, sys, time
books = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
books.execute("BEGIN IMMEDIATE")
print("begun", flush=True)
sys.stdin.read()
books.execute("ROLLBACK")
"""


def push(bot: BotAtWork, *errors: dict[str, Any]) -> None:
    """Bring errors in, as a program does."""
    answer = post(bot, "/api/v1/errors", json=errors, headers=AUTHORIZED)
    assert answer.json()["accepted"] == len(errors), answer.text


def held_command(bot: BotAtWork, text: str, user: str = ADA) -> Delivery:
    """Answer the request a command sends, without sending it."""
    workspace, real = bot.company.workspace, bot.company.workspace.transport
    workspace.transport = lambda _delivery, _url, _secret: Answer(200)
    try:
        delivery = workspace.command(user, REVOPS, text).delivery
    finally:
        workspace.transport = real
    assert delivery
    return delivery


def changed(click: Delivery, **action: str) -> Delivery:
    """Answer a click as if its button were another."""
    return replace(click, payload={**click.payload, "actions": [{**click.payload["actions"][0], **action}]})


def click_on(bot: BotAtWork, action: str, value: str = "") -> Delivery:
    """Answer the press of a button as a message of some time showed it, without sending it."""
    click = captured(bot, ask(bot, "errors"), "details.v1")
    return changed(click, action_id=action, **({"value": value} if value else {}))


def too_late(bot: BotAtWork, click: Delivery) -> Delivery:
    """Let the trigger of a click die; the click is still to be delivered."""
    bot.company.workspace.triggers[click.payload["trigger_id"]]["at"] -= 4.0
    return click


def channel(bot: BotAtWork, name: str, **details: Any) -> str:  # noqa: ANN401 - the fields of Channel
    """Open a channel with the bot in it; answer its id."""
    number = f"C0{name.upper():0<8}"
    members = {*bot.company.workspace.people, BOT_USER}
    bot.company.workspace.channels[number] = Channel(number, name, **{"members": members, **details})
    return number


def digests(bot: BotAtWork, where: str = REVOPS) -> list[Message]:
    return [each for each in bot.company.workspace.messages(where) if each.text.startswith("Sync health")]


def subscribe(bot: BotAtWork, where: str = REVOPS, minutes: int = 2, user: str = ADA) -> None:
    """Have a channel get its digest for the first time in so many minutes."""
    zone = ZoneInfo(bot.company.workspace.people[user].tz)
    at = (bot.clock.now() + timedelta(minutes=minutes)).astimezone(zone)
    assert f"{at:%H:%M}" in ask(bot, f"notify daily {at:%H:%M}", user, where).text


def due_digest(at: Site) -> None:
    """Give a site a digest that is due when its bot starts."""
    due = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    database = Database(f"sqlite:///{at.folder / 'sfsync.db'}")
    make_current(database)
    with SqlStorage(database).write() as tx:
        subscription.subscribe(tx, due, channel=REVOPS, at=f"{due:%H:%M}", timezone="UTC", language="en", who=ADA)
        tx.subscriptions.move(tx.subscriptions.all()[0].id, due)
    database.close()


def csv_files(bot: BotAtWork, user: str = ADA) -> list[File]:
    """The files in somebody's direct messages."""
    return [file for file in list(bot.company.workspace.files.values()) if dm(bot, user) in file.shares]


def settled(bot: BotAtWork) -> None:
    """Wait until whatever is due has been done: a digest asked for now, and due last, has arrived."""
    where = channel(bot, f"LAST{len(bot.company.workspace.channels):04}")
    # Otto's zone: the nights in which Ada's clock jumps are ordinary there.
    subscribe(bot, where, 1, OTTO)
    later(bot, timedelta(minutes=1, seconds=1))
    bot.until(lambda: digests(bot, where))
    ask(bot, "notify off", channel=where)


def elsewhere(file: Path, statement: str) -> None:
    """Have another process change the bot's database."""
    subprocess.run([sys.executable, "-c", _ONE_STATEMENT, str(file), statement], check=True, timeout=60)


@contextmanager
def writing(file: Path) -> Iterator[None]:
    """Have another process hold a write transaction on the bot's database."""
    command = [sys.executable, "-c", _A_WRITER, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdin
        assert other.stdout.readline() == "begun\n"
        try:
            yield
        finally:
            other.stdin.close()
            other.wait(30)


@contextmanager
def table_gone(bot: BotAtWork, table: str) -> Iterator[None]:
    """Have another process take a table away, and bring it back."""
    file = bot.at.database.file
    elsewhere(file, f"ALTER TABLE {table} RENAME TO {table}_away")
    try:
        yield
    finally:
        elsewhere(file, f"ALTER TABLE {table}_away RENAME TO {table}")


def refusals(bot: BotAtWork, since: int) -> list[str]:
    """What Slack refused of what the bot sent, other than what a test arranged."""
    return [f"{c.method}: {c.answer}" for c in bot.company.workspace.calls[since:] if not c.answer.get("ok")]


def say_everything(bot: BotAtWork, what: str) -> None:
    """Have the bot say all it can about some errors: answers, modals, a digest, a resync, a file."""
    for text in ("errors", f"errors {what}", f"notify {what}", f"export {what}", "usage", "help", what, "resync"):
        for user in (ADA, OTTO):
            outcome = bot.company.workspace.command(user, REVOPS, text)
            assert outcome.ok, (text, outcome.error, outcome.problems)
    card = ask(bot, f"errors {what}")
    if any(each.get("action_id") == "resync.v1" for block in card.blocks for each in block.get("elements", ())):
        assert press(bot, card, "details.v1").ok
        before = len(resyncs(bot))
        assert press(bot, card, "resync.v1").ok
        bot.until(lambda: len(resyncs(bot)) > before)
    before = len(digests(bot))
    subscribe(bot)
    later(bot, timedelta(minutes=2, seconds=1))
    bot.until(lambda: len(digests(bot)) > before)
    ask(bot, "notify off")
    settled(bot)
