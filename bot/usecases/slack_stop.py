"""When Slack takes nothing from us any more: the app was uninstalled, or its token revoked.

One note in the database says so, to all processes. While it stands nothing is sent: messages stay due, and digests
are not planned. Everything else goes on, and nothing is deleted. It ends when Slack accepts our token again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.errors import NotAuthenticated
from bot.storage import Storage, Transaction

NOTE = "slack_stopped"

REASONS = {
    "app_uninstalled": "the app was uninstalled",
    "tokens_revoked": "the bot token was revoked",
    "account_inactive": "the app was uninstalled, or its bot user removed",
    "token_revoked": "the bot token was revoked",
}
"""By Slack's event, or by its error code where the event never reached us."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Since when nothing is sent, and why: a key of `REASONS`."""

    since: datetime
    reason: str

    def __str__(self) -> str:
        return f"stopped since {self.since:%Y-%m-%d %H:%M} UTC: {REASONS[self.reason]}"


def told(event: Mapping[str, Any], bot_user: str) -> str:
    """Return the reason to stop that an event of Slack's is, "" for all others; `bot_user` is "" while unknown."""
    kind = str(event.get("type"))
    if kind == "tokens_revoked":
        tokens = event.get("tokens")
        bots = tokens.get("bot") if isinstance(tokens, Mapping) else None
        # Other tokens are those of people, who never gave us any.
        ours = isinstance(bots, list) and bool(bots) and (not bot_user or bot_user in bots)
        return kind if ours else ""
    return kind if kind == "app_uninstalled" else ""


def stop(tx: Transaction, now: datetime, reason: str) -> None:
    """Send nothing from now on. What is said first stays."""
    if not stopped(tx):
        tx.notes.set(NOTE, f"{now.isoformat()} {reason}", now)


def stopped(tx: Transaction) -> Stop | None:
    """Return whether and why nothing is sent."""
    since, _, reason = tx.notes.get(NOTE).partition(" ")
    return Stop(datetime.fromisoformat(since), reason) if reason in REASONS else None


def refused(storage: Storage, clock: Clock, error: NotAuthenticated) -> None:
    """Stop where Slack's answer says what an event would have, had it reached us."""
    if error.code in REASONS:
        with storage.write() as tx:
            stop(tx, clock.now(), error.code)


def accepted(storage: Storage, clock: Clock) -> bool:
    """Go on, since Slack accepts our token; tell whether that is news."""
    with storage.read() as tx:
        if not stopped(tx):
            return False
    with storage.write() as tx:
        tx.notes.set(NOTE, "", clock.now())
        tx.jobs.hurry("Slack", clock.now())
    return True
