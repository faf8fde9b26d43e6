"""The payloads Slack sends to an app, built from the state of the workspace.

Everything here only reads; `workspace` decides what happens and when.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack import content, inputs, views
from bot.sandbox.slack.state import APP, BOT_USER, TEAM, Message, View

if TYPE_CHECKING:
    from bot.sandbox.slack.state import Channel, State

Json = dict[str, Any]

DOMAIN = "sandbox"
TOKEN = "deprecated-verification-token"  # noqa: S105 - Slack still sends one; nobody should read it


def action(block: Json, element: Json, value: Any) -> Json:  # noqa: ANN401 - see `inputs.chosen`
    """Return one entry of `actions`."""
    shown: Json = {key: element[key] for key in ("placeholder", "confirm") if key in element}
    return {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        **shown,
        **inputs.chosen(element, value),
        "action_ts": f"{time.time():.6f}",
    }


def command(state: State, user: str, channel: Channel, name: str, text: str) -> Json:
    """Return the form of a slash command, without trigger id and response URL."""
    shown = {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "team_domain": DOMAIN,
        "channel_id": channel.id,
        "channel_name": shown,
        "user_id": user,
        "user_name": state.people[user].name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
    }


def interaction(state: State, kind: str, user: str) -> Json:
    """Return what all interactions have in common."""
    name = state.people[user].name
    return {
        "type": kind,
        "user": {"id": user, "username": name, "name": name, "team_id": TEAM},
        "api_app_id": APP,
        "token": TOKEN,
        "team": {"id": TEAM, "domain": DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def place(state: State, where: Message | View, user: str) -> Json:
    """Return container, channel, message or view, and state of a block action."""
    if isinstance(where, View):
        body = views.as_json(where)
        body["state"] = {"values": inputs.state_values(where.body["blocks"], where.state)}
        return {"container": {"type": "view", "view_id": where.id}, "view": body}
    channel = state.channels[where.channel]
    ephemeral = where.seen_by is not None
    container = {
        "type": "message",
        "message_ts": where.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if where.thread_ts:
        container["thread_ts"] = where.thread_ts
    body = {
        "container": container,
        "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
        "state": {"values": inputs.state_values(where.blocks, where.states.get(user, {}))},
    }
    # Slack does not repeat an ephemeral message to the app that sent it.
    return body if ephemeral else body | {"message": content.as_json(state, where)}


def submission(state: State, view: View, user: str) -> Json:
    """Return a view_submission, without its trigger id."""
    return interaction(state, "view_submission", user) | {
        "view": place(state, view, user)["view"],
        "response_urls": [],
    }


def event(state: State, body: Json) -> Json:
    """Wrap an event into the envelope of the Events API."""
    return {
        "token": TOKEN,
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": body,
        "type": "event_callback",
        "event_id": state.new_id("Ev"),
        "event_time": int(time.time()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{state.new_id('ev')}",
    }
