"""Digests: a channel asks for one, gets it once for each local date, and may stop it."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import Gone, PersonError
from bot.model.digest import Digest, Frequency, Subscription
from bot.model.message import Message
from bot.model.schedule import due_daily, next_daily
from bot.ports import Slack
from bot.storage import Storage, Transaction
from bot.usecases.look_up import NEW

WORKFLOW = "deliver"

LONGEST_PAUSE = timedelta(days=3)
"""No daily digest is further off."""

_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?:uhr|(?P<half>am|pm))?", re.ASCII)


def subscribe(
    tx: Transaction, now: datetime, *, channel: str, at: str, timezone: str, language: str, who: str
) -> Subscription:
    """Have a channel get a digest daily at a local time, HH:MM; replaces what it had."""
    time = clock_time(at)
    next_at = next_daily(now, time, timezone)
    if tx.subscriptions.planned(channel, next_at.astimezone(ZoneInfo(timezone)).date().isoformat()):
        # One digest for each local date: today's was sent before the channel chose another time.
        next_at = next_daily(next_at, time, timezone)
    wish = Subscription(
        id=0,
        channel=channel,
        frequency=Frequency.DAILY,
        at=time,
        timezone=timezone,
        language=language,
        created_by=who,
        created_at=now,
        next_at=next_at,
    )
    tx.subscriptions.save(wish)
    tx.audit.add(who, "subscribe", now, channel=channel, at=wish.at, timezone=timezone)
    return wish


def unsubscribe(tx: Transaction, now: datetime, *, channel: str, who: str) -> bool:
    """Stop a channel's digest; tell whether it had one."""
    removed = tx.subscriptions.remove(channel)
    if removed:
        tx.audit.add(who, "unsubscribe", now, channel=channel)
    return removed


def clock_time(text: str) -> str:
    """Return HH:MM for what a person writes: 9, 9:30, 09.30, 9 Uhr, 9am; raise PersonError for anything else."""
    found = _TIME.fullmatch(text.strip().lower())
    if found:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
        if found["half"]:
            hour = hour % 12 + (12 if found["half"] == "pm" else 0) if 1 <= hour <= 12 else 24
        if hour < 24 and minute < 60:
            return f"{hour:02}:{minute:02}"
    raise PersonError("“%(given)s” is not a time of day.", "Write it like 09:00.", given=text)


def plan_due(storage: Storage, clock: Clock) -> None:
    """Plan the digests whose time has come: one a subscription, the earlier ones that were missed folded in."""
    with storage.read() as tx:
        now = clock.now()
        waiting = tx.subscriptions.due(now)
        # A clock that was ahead for a while has put them off; it is right again.
        put_off = [one for one in tx.subscriptions.all() if one.next_at > now + LONGEST_PAUSE]
    for one in put_off:
        with storage.write() as tx:
            tx.subscriptions.move(one.id, next_daily(now, one.at, one.timezone))
    for one in waiting:
        with storage.write() as tx:
            wish = tx.subscriptions.get(one.id)
            due = wish and due_daily(wish.next_at, clock.now(), wish.at, wish.timezone)
            if not wish or not due:
                continue
            send_now(tx, wish, due.local_date.isoformat(), due.at, due.missed)
            tx.subscriptions.move(wish.id, next_daily(clock.now(), wish.at, wish.timezone))


def send_now(tx: Transaction, wish: Subscription, local_date: str, due_at: datetime, missed: int = 0) -> None:
    """Have the digest for a local date delivered, unless it was planned before."""
    if delivery := tx.subscriptions.plan(wish.id, local_date, due_at, missed):
        tx.jobs.arm(WORKFLOW, delivery, due_at, lane=wish.channel)


def given_up(tx: Transaction, delivery: int) -> None:
    """Note that a digest will not be posted; the next one of its channel is another."""
    tx.subscriptions.dropped(delivery)


def post(
    storage: Storage,
    clock: Clock,
    slack: Slack,
    render: Callable[[Subscription, Digest], Message],
    tell_owner: Callable[[Subscription], Message],
    delivery: int,
) -> None:
    """Post a planned digest. Where the channel is gone, the subscription is paused and its owner told once."""
    with storage.read() as tx:
        planned = tx.subscriptions.delivery(delivery)
        wish = tx.subscriptions.get(planned.subscription) if planned else None
        if planned is None or wish is None or planned.done:
            return
        now = clock.now()
        cards = tuple(tx.errors.cards(now - NEW))
        errors, records = tx.errors.total()
        heard = tx.runs.latest()
    new = sum(card.new_24h for card in cards)
    digest = Digest(now, cards, errors, records, new, planned.missed, heard)
    try:
        posted = slack.post(wish.channel, render(wish, digest))
    except Gone as gone:
        # Told first and noted then: the owner may hear it twice after a crash, but never not at all.
        if not wish.paused:
            with suppress(Gone):
                slack.post(slack.direct_channel(wish.created_by), tell_owner(wish))
        with storage.write() as tx:
            tx.subscriptions.pause(wish.id, gone.code or "gone")
            tx.subscriptions.dropped(delivery)
        return
    with storage.write() as tx:
        tx.subscriptions.delivered(delivery, posted.channel, posted.ts, clock.now())
