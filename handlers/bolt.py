"""The Bolt app: which listener hears what."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult

from bot import logs
from bot.ports import SlackIdentity
from handlers.actions import press
from handlers.commands import command
from handlers.intake import Desk

Ack = Callable[..., Any]
Body = dict[str, Any]
Listener = Callable[[Desk, Ack, Mapping[str, Any]], None]


def bolt_app(desk: Desk, identity: Callable[[], SlackIdentity | None], token: str) -> App:
    """Return the app that hears commands, buttons, modals and events.

    Signatures are checked before (`bot.web`), or not needed (Socket Mode). `identity` answers from memory,
    with None while Slack has not told yet: Bolt wants it with every request, and would ask Slack itself.
    """

    def authorize() -> AuthorizeResult:
        known = identity()
        return AuthorizeResult(
            enterprise_id=None,
            team_id=known.team_id if known else None,
            bot_user_id=known.bot_user_id if known else None,
            bot_id=known.bot_id if known else None,
            bot_token=token,
        )

    app = App(
        authorize=authorize,
        request_verification_enabled=False,
        # Listeners do short work and acknowledge with its answer, so they run in the request's own thread:
        # Bolt's pool has five, and the sixth person would get a timeout.
        process_before_response=True,
    )
    app.command("/sfsync")(_listener(desk, command))
    app.action(re.compile(".*"))(_listener(desk, press))
    app.view(re.compile(".*"))(_acknowledge)
    app.view_closed(re.compile(".*"))(_acknowledge)
    app.event(re.compile(".*"))(_heard)
    return app


def _listener(desk: Desk, listener: Listener) -> Callable[[Ack, Body], None]:
    def listen(ack: Ack, body: Body) -> None:
        with structlog.contextvars.bound_contextvars(request=secrets.token_hex(8)):
            listener(desk, ack, body)

    return listen


def _acknowledge(ack: Ack) -> None:
    ack()


def _heard(body: Body) -> None:
    logs.get(__name__).debug("event", type=(body.get("event") or {}).get("type"))
