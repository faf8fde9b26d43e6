"""views.*: modals and Home tabs."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.blocks import check_view
from bot.sandbox.slack.content import SlackError, with_ids
from bot.sandbox.slack.state import APP, BOT, TEAM, View

if TYPE_CHECKING:
    from bot.sandbox.slack.state import State

Json = dict[str, Any]

TRIGGER_SECONDS = 3.0
STACK_LIMIT = 3


def open_view(state: State, args: Json) -> Json:
    """views.open: a new modal, in place of any that is open."""
    body = checked(args, "modal")
    user = use_trigger(state, args)["user"]
    state.stacks[user].clear()
    return {"view": as_json(push(state, user, body))}


def push_view(state: State, args: Json) -> Json:
    """views.push: one more modal on top; its trigger must come from within a modal."""
    body = checked(args, "modal")
    trigger = use_trigger(state, args)
    stack = state.stacks[trigger["user"]]
    if not trigger["in_modal"] or not stack:
        raise SlackError("not_found")
    if len(stack) >= STACK_LIMIT:
        raise SlackError("push_limit_reached")
    return {"view": as_json(push(state, trigger["user"], body))}


def update_view(state: State, args: Json) -> Json:
    """views.update: by view_id or external_id; a stale hash loses."""
    body = checked(args, "modal")
    view = _find(state, args)
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    replace(state, view, body)
    return {"view": as_json(view)}


def publish(state: State, args: Json) -> Json:
    """views.publish: the Home tab of one person."""
    user = args.get("user_id")
    body = checked(args, "home")
    if user not in state.people or state.people[user].is_bot:
        raise SlackError("user_not_found")
    view = state.homes.get(user)
    if args.get("hash") and (view is None or args["hash"] != view.hash):
        raise SlackError("hash_conflict")
    if view is None:
        identity = state.new_id("V")
        view = state.homes[user] = View(identity, user, {}, "", root=identity)
    replace(state, view, body)
    return {"view": as_json(view)}


def follow(state: State, user: str, view: View, body: object) -> None:
    """Do what the answer to a submission says; an empty one closes the view."""
    stack = state.stacks[user]
    answer = body if isinstance(body, dict) else {"response_action": "none"}
    match answer.get("response_action"):
        case None:
            if view in stack:
                stack.remove(view)
        case "clear":
            stack.clear()
        case "errors":
            view.errors = _input_errors(view, answer.get("errors"))
        case "update":
            replace(state, view, _new_view(answer))
        case "push":
            if len(stack) >= STACK_LIMIT:
                raise SlackError("push_limit_reached")
            push(state, user, _new_view(answer))
        case _:
            raise SlackError("invalid_response_action")


def checked(args: Json, kind: str) -> Json:
    """Return the view of a call; Slack calls whatever is wrong with one `invalid_arguments`."""
    view = args.get("view")
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: view [json-pointer:]"])
    problems = check_view(view)
    if view.get("type") != kind and not problems:
        problems = [f"[ERROR] must be a {kind} view [json-pointer:/view/type]"]
    if problems:
        raise SlackError("invalid_arguments", problems)
    return view


def use_trigger(state: State, args: Json) -> Json:
    """Spend a trigger id: once, and within three seconds of the click."""
    trigger = state.triggers.get(str(args.get("trigger_id")))
    if trigger is None:
        raise SlackError("invalid_trigger_id" if args.get("trigger_id") else "invalid_arguments")
    if trigger["used"]:
        raise SlackError("exchanged_trigger_id")
    if state.now() - trigger["at"] > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    trigger["used"] = True
    return trigger


def push(state: State, user: str, body: Json) -> View:
    """Put a checked view on top of a person's stack."""
    stack = state.stacks[user]
    external = body.get("external_id")
    if external and any(view.body.get("external_id") == external for view in stack):
        raise SlackError("duplicate_external_id")
    identity = state.new_id("V")
    view = View(
        identity,
        user,
        {},
        "",
        root=stack[0].id if stack else identity,
        previous=stack[-1].id if stack else None,
    )
    stack.append(view)
    replace(state, view, body)
    return view


def replace(state: State, view: View, body: Json) -> None:
    """Give a view new content and a new hash. What was typed stays where the same input stays."""
    view.body = body | {"blocks": with_ids(state, body["blocks"])}
    view.errors = {}
    # Slack keeps an input's value only while its block_id and action_id survive the update.
    kept = {
        (block["block_id"], block["element"]["action_id"]) for block in view.body["blocks"] if block["type"] == "input"
    }
    view.state = {
        block: {action: value for action, value in values.items() if (block, action) in kept}
        for block, values in view.state.items()
        if any(block == known for known, _ in kept)
    }
    view.hash = f"{int(state.now())}.{secrets.token_hex(4)}"
    state.touch()


def as_json(view: View) -> Json:
    """Return a view with the fields Slack adds."""
    body = {
        "title": None,
        "close": None,
        "submit": None,
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
        **view.body,
    }
    if view.body.get("type") == "home":
        body = {key: value for key, value in body.items() if key != "title"}
    return {
        **body,
        "id": view.id,
        "team_id": TEAM,
        "app_id": APP,
        "bot_id": BOT,
        "app_installed_team_id": TEAM,
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "hash": view.hash,
        "state": {"values": view.state},
    }


def _find(state: State, args: Json) -> View:
    if args.get("view_id"):
        view = state.view(str(args["view_id"]))
    else:
        external = args.get("external_id")
        open_views = [view for stack in state.stacks.values() for view in stack]
        view = next((v for v in open_views if external and v.body.get("external_id") == external), None)
    if view is None or view.body["type"] != "modal":
        raise SlackError("not_found")
    return view


def _new_view(answer: Json) -> Json:
    view = answer.get("view")
    problems = check_view(view) if isinstance(view, dict) else ["[ERROR] missing required field: view"]
    if problems or not isinstance(view, dict):
        raise SlackError("invalid_view", problems)
    return view


def _input_errors(view: View, errors: object) -> dict[str, str]:
    inputs = [block["block_id"] for block in view.body["blocks"] if block["type"] == "input"]
    if not isinstance(errors, dict) or not errors or set(errors) - set(inputs):
        raise SlackError("invalid_errors", [f"[ERROR] errors must name input blocks, of {inputs}"])
    return {str(key): str(text) for key, text in errors.items()}
