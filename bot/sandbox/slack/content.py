"""What a message is made of and where it may go: the checks that the methods of the Web API share."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.blocks import check_blocks
from bot.sandbox.slack.limits import MESSAGE_TEXT
from bot.sandbox.slack.state import APP, BOT, BOT_USER, TEAM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.sandbox.slack.state import Channel, Message, State

Json = dict[str, Any]


class SlackError(Exception):
    """An answer with `ok: false`; `messages` go into response_metadata, `details` beside the error."""

    def __init__(self, error: str, messages: Sequence[str] = (), **details: Any) -> None:  # noqa: ANN401 - JSON
        super().__init__(error)
        self.error, self.messages, self.details = error, list(messages), details

    def answer(self) -> Json:
        """Return the body Slack would send."""
        body: Json = {"ok": False, "error": self.error, **self.details}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


def content(args: Json) -> tuple[str, list[Json], list[Json]]:
    """Return text, blocks and attachments of a call, checked as Slack checks them."""
    text, blocks, attachments = (args.get(key) for key in ("text", "blocks", "attachments"))
    blocks, attachments = blocks or [], attachments or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if not isinstance(attachments, list) or len(attachments) > 100:
        raise SlackError("invalid_attachments" if not isinstance(attachments, list) else "too_many_attachments")
    if problems := check_blocks(blocks, "message"):
        raise SlackError("invalid_blocks", problems, errors=problems)
    if _text_in(blocks) > MESSAGE_TEXT:
        # Slack says neither how much is too much nor how much it was.
        raise SlackError("msg_blocks_too_long")
    if not (str(text or "").strip() or blocks or attachments):
        raise SlackError("no_text")
    return str(text or ""), blocks, attachments


def _text_in(part: Any) -> int:  # noqa: ANN401 - JSON
    """Return the characters of every `text` in some JSON, at whatever depth."""
    if isinstance(part, list):
        return sum(map(_text_in, part))
    if not isinstance(part, dict):
        return 0
    return sum(
        len(value) if name == "text" and isinstance(value, str) else _text_in(value) for name, value in part.items()
    )


def writable(state: State, args: Json) -> Channel:
    """Return the channel a post goes to: a channel id, or a person's id for the DM."""
    identity = args.get("channel")
    if not isinstance(identity, str):
        raise SlackError("channel_not_found")
    if (person := state.people.get(identity)) is not None:
        if person.is_bot or person.deleted:
            raise SlackError("channel_not_found")
        return state.dm(identity)
    channel = readable(state, identity)
    if channel.archived:
        raise SlackError("is_archived")
    if BOT_USER not in channel.members and "chat:write.public" not in state.scopes:
        raise SlackError("not_in_channel")
    return channel


def readable(state: State, identity: object) -> Channel:
    """Return a channel the bot can know of; a private one without it does not exist for it."""
    channel = state.channels.get(identity) if isinstance(identity, str) else None
    if channel is None or (channel.kind != "public" and BOT_USER not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def with_ids(state: State, blocks: list[Json]) -> list[Json]:
    """Return a copy in which every block and action has an id, as Slack hands them out."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", state.new_id("b"))
        parts = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for part in parts:
            if isinstance(part, dict) and part.get("type") not in {None, "image", "mrkdwn", "plain_text"}:
                if str(part["type"]).startswith("rich_text_") and part["type"] != "rich_text_input":
                    continue
                part.setdefault("action_id", state.new_id("a"))
    return blocks


def as_json(state: State, message: Message) -> Json:
    """Return a message as the Web API and the interaction payloads show it."""
    body: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM,
    }
    if message.user == BOT_USER:
        body |= {"bot_id": BOT, "app_id": APP}
    optional = {
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "metadata": message.metadata,
        "edited": message.edited and {"user": message.user, "ts": message.edited},
        "files": [{"id": identity, "name": state.files[identity].name} for identity in message.files],
    }
    return copy.deepcopy(body | {key: value for key, value in optional.items() if value})
