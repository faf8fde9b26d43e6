"""auth.test, apps.connections.open, conversations.*, users.info and user groups: who and what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.content import SlackError, readable
from bot.sandbox.slack.state import APP, BOT, BOT_USER, TEAM

if TYPE_CHECKING:
    from bot.sandbox.slack.state import Channel, State

Json = dict[str, Any]


def auth_test(state: State, _args: Json) -> Json:
    """auth.test."""
    return {
        "url": f"{state.url}/",
        "team": "Sandbox",
        "team_id": TEAM,
        "user": state.people[BOT_USER].name,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def open_connection(state: State, _args: Json) -> Json:
    """apps.connections.open."""
    if state.sockets is None:
        raise SlackError("socket_mode_not_enabled")
    return {"url": state.sockets.url()}


def open_conversation(state: State, args: Json) -> Json:
    """conversations.open: the DM with one person."""
    wanted = [user for user in str(args.get("users") or "").split(",") if user]
    if len(wanted) != 1:
        raise SlackError("users_list_not_supplied" if not wanted else "method_not_supported_for_channel_type")
    person = state.people.get(wanted[0])
    if person is None:
        raise SlackError("user_not_found")
    if person.is_bot:
        raise SlackError("cannot_dm_bot")
    if person.deleted:
        raise SlackError("user_disabled")
    channel = state.dm(person.id)
    return {"no_op": False, "already_open": True, "channel": {"id": channel.id}}


def conversation_info(state: State, args: Json) -> Json:
    """conversations.info; the scope depends on the kind of conversation."""
    channel = readable(state, args.get("channel"))
    scope = {"public": "channels:read", "private": "groups:read", "im": "im:read"}[channel.kind]
    if scope not in state.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(state.scopes)))
    return {"channel": _channel(channel)}


def user_info(state: State, args: Json) -> Json:
    """users.info; the locale only on request."""
    person = state.people.get(str(args.get("user")))
    if person is None:
        raise SlackError("user_not_found")
    user: Json = {
        "id": person.id,
        "team_id": TEAM,
        "name": person.name,
        "deleted": person.deleted,
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": person.tz_offset,
        "profile": {
            "real_name": person.real_name,
            "display_name": person.name,
            "email": f"{person.name}@example.com",
        },
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
    }
    if person.is_bot:
        user["profile"] |= {"api_app_id": APP, "bot_id": BOT}
    if str(args.get("include_locale")).lower() in {"true", "1"}:
        user["locale"] = person.locale
    return {"user": user}


def usergroup_users(state: State, args: Json) -> Json:
    """usergroups.users.list."""
    users = state.usergroups.get(str(args.get("usergroup")))
    if users is None:
        raise SlackError("no_such_subteam")
    return {"users": list(users)}


def _channel(channel: Channel) -> Json:
    if channel.kind == "im":
        return {"id": channel.id, "is_im": True, "user": channel.name, "is_archived": False}
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": False,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind == "private",
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "is_member": BOT_USER in channel.members,
        "is_ext_shared": False,
        "num_members": len(channel.members),
    }
