"""What the forms of the page hold: the element that was used, and what was typed into inputs."""

from __future__ import annotations

import json
from typing import Any

from flask import abort, request

from bot.sandbox.slack import inputs
from bot.sandbox.slack.state import Message, View

Json = dict[str, Any]


def element(where: Message | View, block_id: str, action_id: str) -> Json | None:
    """Return the element of that name, if it is still there."""
    for block, found in inputs.elements(_blocks(where)):
        if (block["block_id"], found["action_id"]) == (block_id, action_id):
            return found
    return None


def typed(where: Message | View) -> Json:
    """Return what the form holds for the inputs of a place, by `block|action`."""
    values: Json = {}
    for block, found in inputs.elements(_blocks(where)):
        name = f"{block['block_id']}|{found['action_id']}"
        if found["type"] == "file_input":
            files = [file for file in request.files.getlist(name) if file.filename]
            if files:
                values[name] = [(str(file.filename), file.read()) for file in files]
        elif inputs.FIELDS.get(found["type"], "").endswith("s"):
            values[name] = request.form.getlist(name)
        elif name in request.form:
            values[name] = request.form[name]
    return values


def held(place: Message | View, block: Json, element: Json, user: str) -> list[str]:
    """Return what an input holds for this person, as the values of its form field."""
    touched = place.state if isinstance(place, View) else place.states.get(user, {})
    entry = touched.get(block["block_id"], {}).get(element["action_id"]) or inputs.initial(element)
    held = entry.get(inputs.FIELDS[element["type"]])
    several = held if isinstance(held, list) else [] if held is None else [held]
    return [str(item.get("value") or item.get("name")) if isinstance(item, dict) else str(item) for item in several]


def pressed(text: str) -> Json:
    """Return what a button sent: block, action, and for a menu the value."""
    try:
        sent = json.loads(text)
    except ValueError:
        abort(400)
    return sent if isinstance(sent, dict) else abort(400)


def local(path: str) -> str:
    """Return a path of this page, never another site."""
    return path if path.startswith("/as/") else "/"


def _blocks(where: Message | View) -> list[Json]:
    blocks: list[Json] = where.body["blocks"] if isinstance(where, View) else where.blocks
    return blocks
