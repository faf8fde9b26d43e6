"""Modals as they come back, and how they are shown: opened, put on top of another, changed, or answered.

What a modal must remember stands in its `private_metadata`, which comes back with each press. Whatever it holds is
read like anything else that somebody sends.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import logs
from bot.errors import Gone, VendorError
from bot.model.message import View
from handlers.intake import Desk


@dataclass(frozen=True, slots=True)
class Form:
    """A modal that somebody submitted or pressed something in.

    `seen` is the hash of what they saw, `below` the id of the modal under it, "" where there is none.
    """

    id: str
    callback: str
    seen: str
    below: str
    metadata: str
    trigger: str
    values: Mapping[str, Mapping[str, Any]]
    """By action id, what its element holds."""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Form | None":
        """Return the modal that a payload is about, None where it is about a message."""
        view = body.get("view")
        if not isinstance(view, Mapping):
            return None
        blocks = _mapping(_mapping(view.get("state")).get("values")).values()
        values = {action: _mapping(held) for block in blocks for action, held in _mapping(block).items()}
        return cls(
            id=_text(view.get("id")),
            callback=_text(view.get("callback_id")),
            seen=_text(view.get("hash")),
            below=_text(view.get("previous_view_id")),
            metadata=_text(view.get("private_metadata")),
            trigger=_text(body.get("trigger_id")),
            values=values,
        )

    @property
    def claim(self) -> str:
        """Return under what a submission is claimed."""
        return f"view:{self.trigger or f'{self.id} {self.seen}'}"

    def text(self, action: str) -> str:
        """Return what was typed, without what surrounds it; PostgreSQL keeps no NUL, and nobody means one."""
        return _text(self._held(action).get("value")).replace("\x00", "").strip()

    def choice(self, action: str) -> str:
        """Return the value of the option that was chosen, "" where none was."""
        return _text(_mapping(self._held(action).get("selected_option")).get("value"))

    def ticked(self, action: str) -> set[str]:
        """Return the values of the boxes that were ticked."""
        held = self._held(action).get("selected_options")
        return {_text(_mapping(one).get("value")) for one in held} if isinstance(held, list) else set()

    def date(self, action: str) -> date | None:
        """Return the day that was chosen."""
        try:
            return date.fromisoformat(_text(self._held(action).get("selected_date")))
        except ValueError:
            return None

    def files(self, action: str) -> list[Mapping[str, Any]]:
        """Return Slack's objects of the files that were uploaded."""
        held = self._held(action).get("files")
        return [_mapping(file) for file in held] if isinstance(held, list) else []

    def _held(self, action: str) -> Mapping[str, Any]:
        return self.values.get(action, {})


def updated(view: View) -> str:
    """Return the answer to a submission that shows something else in the modal's place."""
    return json.dumps({"response_action": "update", "view": view})


def pushed(view: View) -> str:
    """Return the answer to a submission that keeps the modal and shows something on top of it."""
    return json.dumps({"response_action": "push", "view": view})


def wrong(block: str, words: str) -> str:
    """Return the answer to a submission that says under an input what is wrong with it."""
    return json.dumps({"response_action": "errors", "errors": {block: words}})


def show(desk: Desk, trigger: str, view: View) -> None:
    """Open a modal.

    Where Slack is down or too slow for this click, what was asked for is done, but cannot be shown now.
    """
    try:
        desk.slack.open_view(trigger, view)
    except VendorError as error:
        logs.get(__name__).warning("no modal", error=str(error))


def show_above(desk: Desk, form: Form, view: View) -> None:
    """Put a modal on top of the one that was pressed in."""
    try:
        desk.slack.push_view(form.trigger, view)
    except VendorError as error:
        logs.get(__name__).warning("no modal", error=str(error))


def change(desk: Desk, view_id: str, view: View, seen: str = "") -> None:
    """Show something else in an open modal, with `seen` only to who still sees that.

    A modal that was closed needs nothing more, and of two fast clicks the first counts.
    """
    try:
        desk.slack.update_view(view_id, view, seen)
    except Gone as error:
        logs.get(__name__).info("modal was closed or changed meanwhile", error=str(error))
    except VendorError as error:
        logs.get(__name__).warning("no modal", error=str(error))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
