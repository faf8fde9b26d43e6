"""Digests of several channels that are due at one moment, and what must be true of them once they were posted."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from time import sleep
from urllib.parse import parse_qs

from bot.sandbox.record import Call
from bot.sandbox.slack.state import ADA, BOT_USER, OTTO, Channel
from bot.store.database import Database
from bot.store.migrate import make_current
from bot.store.storage import SqlStorage
from bot.usecases import digests
from tests.reliability.kills import Doubled, Lost, insist
from tests.reliability.processes import Site, until
from tests.reliability.seeds import Fall

CHANNELS = tuple(f"C0DIGEST{number:02}" for number in range(8))

SLOW = 0.4
"""Seconds Slack takes for a post, before the message is there or after it; for some less, for others more."""


class Digest:
    """The digests of a moment, on their way to their channels."""

    kind, workflow, brings = "digest", "deliver", 0

    def begin(self, at: Site, fall: Fall) -> None:
        """Return when the first post has left the bot."""
        slow_slack(at, after=fall.coin("slow answer"))
        subscribe(at, CHANNELS)
        until(lambda: sent(at) > 0)

    def aim(self, at: Site, fall: Fall) -> None:
        # As soon as the first is on its way, and later: while there are others to come, or on their way too.
        post = fall.one_of(len(CHANNELS) - 1)
        until(lambda: sent(at) >= post)
        sleep(fall.after(SLOW * 0.9))

    def where(self, at: Site) -> tuple[str, bool]:
        self._unrecorded = {row["channel"] for row in at.books.rows(_UNRECORDED)}
        return step_of(at), bool(sent(at) and self._unrecorded)

    def finish(self, at: Site) -> None:
        until(lambda: at.books.number("SELECT count(*) FROM delivery") == len(CHANNELS))
        until(lambda: at.books.jobs_left() == 0)

    def check(self, at: Site, moment: float) -> str:
        in_flight = {channel for call, channel in posts(at) if call.began <= moment} & self._unrecorded
        found = Counter(message.channel for message in at.company.workspace.posted if message.user == BOT_USER)
        if missing := set(CHANNELS) - set(found):
            raise Lost(f"no digest in {sorted(missing)}")
        if twice := {channel for channel, count in found.items() if count > 1 + (channel in in_flight)}:
            raise Doubled(f"{sorted(twice)} in {found}, in flight were {sorted(in_flight)}")
        check_deliveries(at)
        doubled = sum(found.values()) - len(CHANNELS)
        return f"{len(CHANNELS)} digests" + (f", {doubled} in flight posted again" if doubled else "")


_UNRECORDED = (
    "SELECT s.channel FROM subscription s LEFT JOIN delivery d ON d.subscription_id = s.id"
    " WHERE d.id IS NULL OR d.state != 'delivered'"
)


def subscribe(at: Site, channels: tuple[str, ...]) -> None:
    """Give each channel a digest that is due since a minute."""
    due = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=1)
    for channel in channels:
        at.company.workspace.channels[channel] = Channel(channel, channel.lower(), members={ADA, OTTO, BOT_USER})
    database = Database(at.database_url)
    make_current(database)
    with SqlStorage(database).write() as tx:
        for channel in channels:
            digests.subscribe(tx, due, channel=channel, at=f"{due:%H:%M}", timezone="UTC", language="en", who=ADA)
        for wish in tx.subscriptions.all():
            tx.subscriptions.move(wish.id, due)
    database.close()


def slow_slack(at: Site, *, after: bool) -> None:
    """Let each channel's first post take its time, before the message is there or `after` it."""
    for number in range(len(CHANNELS)):
        at.company.workspace.fail("chat.postMessage", "", delay=SLOW * (0.5 + number / len(CHANNELS)), after=after)


def sent(at: Site) -> int:
    """Count the posts that have left the bot: the delays arranged for them are used up."""
    with at.company.workspace.lock:
        return len(CHANNELS) - len(at.company.workspace.faults)


def posts(at: Site) -> list[tuple[Call, str]]:
    """Return the posts that Slack got, with their channels."""
    return [(call, _channel(call)) for call in at.company.slack_calls if call.path.endswith("/chat.postMessage")]


def step_of(at: Site) -> str:
    """Tell from the bot's database and Slack where a kill fell."""
    states = Counter(row["state"] for row in at.books.rows("SELECT state FROM delivery"))
    running = at.books.number("SELECT count(*) FROM job WHERE kind = 'deliver' AND running IS NOT NULL")
    return f"{sent(at)} of {len(CHANNELS)} sent, {states['delivered']} recorded, {running} in the engine"


def check_deliveries(at: Site) -> None:
    """Check that every digest is recorded once, as the message that is there."""
    rows = at.books.rows(
        "SELECT s.channel, d.state, d.ts FROM delivery d JOIN subscription s ON s.id = d.subscription_id"
    )
    insist(Lost, Counter(row["state"] for row in rows), Counter(delivered=len(CHANNELS)))
    for row in rows:
        seen = [message.ts for message in at.company.workspace.messages(row["channel"])]
        if row["ts"] not in seen:
            raise Lost(f"{row} is not among {seen}")
    insist(Doubled, at.books.number("SELECT count(*) FROM job WHERE kind = 'deliver'"), len(CHANNELS))


def _channel(call: Call) -> str:
    body = call.body.decode()
    if body.startswith("{"):
        return str(json.loads(body)["channel"])
    return parse_qs(body)["channel"][0]
