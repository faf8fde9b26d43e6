"""The Bolt app: which listener hears what."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot import trace
from bot.ports import SlackIdentity
from handlers import actions, commands, events, modals
from handlers.intake import Desk

Ack = Callable[..., Any]
Body = dict[str, Any]
Listener = Callable[[Desk, Ack, Mapping[str, Any]], str | None]
"""Acknowledges, or returns the acknowledgement as JSON."""

Name = Callable[[Mapping[str, Any]], str]
"""What a request is called in logs and metrics: one of a few words, and nothing a person typed."""


def bolt_app(
    desk: Desk,
    identity: Callable[[], SlackIdentity | None],
    token: Callable[[], str],
    observe: trace.Observe = trace.ignore,
) -> App:
    """Return the app that hears commands, buttons, modals and events; `observe` is told of each.

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
            bot_token=token(),
        )

    app = App(
        authorize=authorize,
        request_verification_enabled=False,
        # Functions of workflows: there are none.
        attaching_function_token_enabled=False,
        # Listeners do short work and acknowledge with its answer, so they run in the request's own thread:
        # Bolt's pool has five, and the sixth person would get a timeout.
        process_before_response=True,
    )

    def serve(entry: str, name: Name, listener: Listener) -> Callable[[Ack, Body], BoltResponse | None]:
        def listen(ack: Ack, body: Body) -> BoltResponse | None:
            with trace.serving(entry, name(body), observe):
                answer = listener(desk, ack, body)
            return BoltResponse(status=200, body=answer) if answer else None

        return listen

    def hear(desk: Desk, ack: Ack, body: Mapping[str, Any]) -> None:
        known = identity()
        events.event(desk, ack, body, known.bot_user_id if known else "")

    app.command("/sfsync")(serve("command", commands.name, commands.command))
    app.action(re.compile(".*"))(serve("action", actions.name, actions.press))
    app.view(re.compile(".*"))(serve("view", modals.name, modals.submit))
    app.view_closed(re.compile(".*"))(serve("view", modals.name, modals.closed))
    app.event(re.compile(".*"))(serve("event", events.name, hear))
    return app
