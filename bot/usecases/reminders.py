"""Reminders that HubSpot's export file, which only a person can bring, has grown old.

Each channel with a digest gets one when the newest export crosses the age that is set, and one more each time that age
passes again. What was said is noted in the transaction that promises the message, so that nobody hears it twice.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import Gone
from bot.model.digest import Subscription
from bot.model.message import Message
from bot.model.sync import Source
from bot.ports import Slack
from bot.storage import Storage, Transaction

WORKFLOW = "remind"


def plan_due(storage: Storage, clock: Clock, age: timedelta) -> None:
    """Promise the reminders that are due; an `age` of 0 means none. Where there never was an export, none is old."""
    with storage.read() as tx:
        crossed = _crossed(tx, clock.now(), age)
        channels = [one for one in tx.subscriptions.all() if not one.paused] if crossed else []
    for wish in channels:
        with storage.write() as tx:
            if tx.notes.get(_note(wish)) != crossed:
                tx.notes.set(_note(wish), crossed, clock.now())
                tx.jobs.arm(WORKFLOW, wish.id, clock.now(), lane=wish.channel)


def post(
    storage: Storage,
    clock: Clock,
    slack: Slack,
    render: Callable[[Subscription, datetime], Message],
    age: timedelta,
    subscription: int,
) -> None:
    """Remind a channel, unless a newer export came or its digest was ended meanwhile."""
    with storage.read() as tx:
        wish = tx.subscriptions.get(subscription)
        heard = tx.runs.latest().get(Source.HUBSPOT_EXPORT)
        still = _crossed(tx, clock.now(), age)
    if wish and heard and still and not wish.paused:
        # A channel that is gone is noticed, and its owner told, by the next digest.
        with suppress(Gone):
            slack.post(wish.channel, render(wish, heard))


def _crossed(tx: Transaction, now: datetime, age: timedelta) -> str:
    """Name the newest export and how many times the age fits into its own; "" where it does not."""
    heard = tx.runs.latest().get(Source.HUBSPOT_EXPORT)
    times = (now - heard) // age if heard and age else 0
    return f"{heard.isoformat()} {times}" if heard and times >= 1 else ""


def _note(wish: Subscription) -> str:
    return f"reminded of an old export: {wish.id}"
