"""Buttons. Their ids carry a version: one we do not know belongs to a message from another time."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.model.access import Role
from bot.model.choice import decode, outdated
from bot.model.message import View
from bot.model.sync import Selection
from bot.ports import Posted
from bot.storage import SHORT_PATIENCE, Transaction
from bot.usecases import exports, resync
from handlers import details, uploads, views
from handlers.intake import Asker, Desk, explain
from handlers.views import Form

Change = Callable[[Desk, Transaction, Asker, Selection, Mapping[str, Any]], View | None]
"""Changes something in one transaction; the answer is a modal, or nothing."""


def press(desk: Desk, ack: Callable[..., Any], body: Mapping[str, Any]) -> None:
    """Do what a button stands for; what there is to say at once is said in a modal, on top of one that is open."""
    language, view, form = desk.team.language, None, Form.of(body)
    try:
        asker = desk.asker(body)
        language = asker.reader.language
        view = _pressed(desk, asker, body, form)
    except Exception as error:  # noqa: BLE001 - whatever it is, the person gets an answer
        view = desk.present.said(language, explain(desk, language, error))
    ack()
    if view and form:
        views.show_above(desk, form, view)
    elif view:
        views.show(desk, str(body.get("trigger_id") or ""), view)


def name(body: Mapping[str, Any]) -> str:
    """Return the id of the button, if it is one of ours."""
    action = str(body["actions"][0].get("action_id") or "")
    ours = action == DETAILS or any(action in table for table in (CHANGES, details.ACTIONS, uploads.ANSWERS))
    return action if ours else "other"


def _pressed(desk: Desk, asker: Asker, body: Mapping[str, Any], form: Form | None) -> View | None:
    action = body["actions"][0]
    pressed = str(action.get("action_id") or "")
    if pressed == DETAILS:
        return details.opened(desk, asker, decode(str(action.get("value") or "")))
    if form and pressed in details.ACTIONS:
        return details.pressed(desk, asker, form, action)
    if pressed in uploads.ANSWERS:
        return uploads.decided(desk, asker, body, action)
    if pressed in CHANGES:
        return _changed(desk, asker, body, action)
    if not pressed.startswith("link."):
        raise outdated()
    # The page it leads to is open already; Slack only wants to know that we heard.
    return None


def _changed(desk: Desk, asker: Asker, body: Mapping[str, Any], action: Mapping[str, Any]) -> View | None:
    role, change = CHANGES[str(action.get("action_id"))]
    desk.require(asker, role)
    claim = f"action:{body.get('trigger_id')}"
    with desk.storage.write(SHORT_PATIENCE) as tx:
        if not tx.people.claim(claim, desk.clock.now()):
            return None
        view = change(desk, tx, asker, decode(str(action.get("value") or "")), body)
    desk.wake()
    return view


def _resync(desk: Desk, tx: Transaction, asker: Asker, selection: Selection, body: Mapping[str, Any]) -> View | None:
    # A card only its reader sees is replaced by a line; one in the channel stays there for the others.
    ephemeral = bool((body.get("container") or {}).get("is_ephemeral"))
    language = desk.told_in(asker)
    resync.request(
        tx,
        desk.clock.now(),
        selection,
        who=asker.user,
        title=desk.present.title(language, selection),
        language=language,
        channel=asker.channel,
        response_url=str(body.get("response_url") or "") if ephemeral else "",
    )
    return None


def _export(desk: Desk, tx: Transaction, asker: Asker, selection: Selection, body: Mapping[str, Any]) -> View | None:
    language, where = asker.reader.language, _own_thread(body)
    exports.request(tx, desk.clock.now(), who=asker.user, language=language, selection=selection, where=where)
    if where:
        return desk.present.notice_view(language, "The CSV file comes in the thread of this message in a moment.")
    return desk.present.notice_view(language, "The CSV file comes as a direct message in a moment.")


def _own_thread(body: Mapping[str, Any]) -> Posted | None:
    """Return the message that was pressed, where only its reader and we see it and what stands in its thread."""
    container = body.get("container") or {}
    channel, ts = str(container.get("channel_id") or ""), str(container.get("message_ts") or "")
    return Posted(channel, ts) if channel.startswith("D") and ts and not container.get("is_ephemeral") else None


DETAILS = "details.v1"
CHANGES: Mapping[str, tuple[Role, Change]] = {
    "resync.v1": (Role.OPERATOR, _resync),
    "export.v1": (Role.OPERATOR, _export),
}
