"""What Slack tells by itself. Only one thing matters to us: that it takes nothing from us any more."""

from collections.abc import Callable, Mapping
from typing import Any

from bot import logs
from bot.storage import SHORT_PATIENCE
from bot.usecases import slack_stop
from handlers.intake import Desk


def name(body: Mapping[str, Any]) -> str:
    """Return what an event is called in logs and metrics."""
    return str((body.get("event") or {}).get("type"))


def event(desk: Desk, ack: Callable[..., Any], body: Mapping[str, Any], bot_user: str) -> None:
    """Hear an event; `bot_user` is our own id, "" while Slack has not told it."""
    if reason := slack_stop.told(body.get("event") or {}, bot_user):
        now = desk.clock.now()
        with desk.storage.write(SHORT_PATIENCE) as tx:
            news = tx.people.claim(f"event:{body.get('event_id')}", now)
            if news:
                slack_stop.stop(tx, now, reason)
        if news:
            logs.get(__name__).warning("Slack takes nothing from us any more", reason=reason)
    ack()
