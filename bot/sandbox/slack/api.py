"""The dispatcher of the Web API: token, arguments, scope, pace, and the table of methods."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from bot.sandbox.slack import chat, directory, files, views
from bot.sandbox.slack.content import SlackError
from bot.sandbox.slack.state import CALLS_KEPT, Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Request

    from bot.sandbox.slack.state import Fault, State

Json = dict[str, Any]


class Method(NamedTuple):
    """A Web API method: what it does, the scope it needs, whether it reads JSON bodies, and whose token it takes."""

    run: Callable[[State, Json], Json]
    scope: str | None = None
    reads_json: bool = True
    app_level: bool = False


METHODS: dict[str, Method] = {
    "apps.connections.open": Method(directory.open_connection, "connections:write", reads_json=False, app_level=True),
    "auth.test": Method(directory.auth_test),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.getPermalink": Method(chat.permalink, reads_json=False),
    "conversations.open": Method(directory.open_conversation, "im:write"),
    "conversations.info": Method(directory.conversation_info, reads_json=False),
    "users.info": Method(directory.user_info, "users:read", reads_json=False),
    "usergroups.users.list": Method(directory.usergroup_users, "usergroups:read", reads_json=False),
    "views.open": Method(views.open_view),
    "views.push": Method(views.push_view),
    "views.update": Method(views.update_view),
    "views.publish": Method(views.publish),
    "files.getUploadURLExternal": Method(files.get_upload_url, "files:write", reads_json=False),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write"),
    "files.delete": Method(files.delete, "files:write", reads_json=True),
    "files.info": Method(files.info, "files:read", reads_json=False),
}


def _unknown(_state: State, _args: Json) -> Json:
    raise SlackError("unknown_method")


UNKNOWN = Method(_unknown)

# In a form these arrive as JSON text.
STRUCTURED = {"blocks", "attachments", "metadata", "view", "files"}


@dataclass(frozen=True)
class Response:
    """Status, body and headers of one answer."""

    body: Json
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def answer(state: State, name: str, request: Request) -> Response:
    """Answer one call and keep it in `state.calls`."""
    arguments: Json = {}
    fault = _fault(state, name)
    if fault and not fault.after:
        time.sleep(fault.delay)
    with state.lock:
        try:
            method = METHODS.get(name, UNKNOWN)
            arguments = _arguments(request, reads_json=method.reads_json)
            if method is not UNKNOWN:
                _authorise(state, request, arguments, method)
            response = _paced(state, name, arguments)
            if response is None and (fault is None or fault.after or not fault.error):
                response = Response({"ok": True, **method.run(state, arguments)})
        except SlackError as error:
            response = Response(error.answer())
        if fault and fault.error:
            wait = () if fault.retry_after is None else (("Retry-After", str(fault.retry_after)),)
            response = Response({"ok": False, "error": fault.error}, fault.status, wait)
        assert response is not None  # noqa: S101 - only a fault leaves it empty, and that was just filled
        state.calls.append(Call(name, arguments, response.body, response.status, state.now()))
        del state.calls[:-CALLS_KEPT]
        state.touch()
    if fault and fault.after:
        time.sleep(fault.delay)
    scopes = ("X-OAuth-Scopes", ",".join(sorted(state.scopes)))
    return Response(response.body, response.status, (*response.headers, scopes))


def bearer(request: Request) -> str:
    """Return the token of the Authorization header, or an empty string."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _arguments(request: Request, *, reads_json: bool) -> Json:
    arguments: Json = {**request.args.to_dict(), **request.form.to_dict()}
    if request.is_json and reads_json:
        try:
            body = json.loads(request.get_data() or b"{}")
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return arguments | body
    for key in STRUCTURED & arguments.keys():
        try:
            arguments[key] = json.loads(arguments[key])
        except ValueError:
            raise SlackError("invalid_blocks_format" if key == "blocks" else "invalid_arguments") from None
    return arguments


def _authorise(state: State, request: Request, arguments: Json, method: Method) -> None:
    token = bearer(request) or str(arguments.pop("token", ""))
    arguments.pop("token", None)
    if not token:
        raise SlackError("not_authed")
    if token in state.revoked:
        raise SlackError("token_revoked")
    if token not in {state.bot_token, state.app_token}:
        raise SlackError("invalid_auth")
    if token != (state.app_token if method.app_level else state.bot_token):
        raise SlackError("not_allowed_token_type")
    if not state.installed:
        raise SlackError("account_inactive")
    scopes = state.app_scopes if method.app_level else state.scopes
    if method.scope and method.scope not in scopes:
        raise SlackError("missing_scope", needed=method.scope, provided=",".join(sorted(scopes)))


def _paced(state: State, name: str, arguments: Json) -> Response | None:
    """Return the 429 of a call that comes too soon: a sliding window a method, and a channel for posts."""
    limits = state.limits
    if not limits.pace:
        return None
    if name == "chat.postMessage":
        key, allowed, window = (name, str(arguments.get("channel"))), limits.burst, limits.pace * limits.burst
    elif name in limits.per_minute:
        key, allowed, window = (name, ""), limits.per_minute[name], 60.0
    else:
        return None
    moment, recent = time.monotonic(), state.paces[key]
    while recent and moment - recent[0] >= window:
        recent.popleft()
    if len(recent) < allowed:
        recent.append(moment)
        return None
    wait = max(1, math.ceil(window - (moment - recent[0])))
    return Response({"ok": False, "error": "ratelimited"}, 429, (("Retry-After", str(wait)),))


def _fault(state: State, name: str) -> Fault | None:
    with state.lock:
        fault = next((fault for fault in state.faults if fault.method in {name, "*"}), None)
        if fault:
            fault.times -= 1
            if fault.times <= 0:
                state.faults.remove(fault)
    return fault
