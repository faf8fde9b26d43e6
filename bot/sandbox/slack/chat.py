"""chat.* and response URLs: messages as the bot may write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.content import SlackError, as_json, content, readable, with_ids, writable
from bot.sandbox.slack.state import BOT_USER, Message

if TYPE_CHECKING:
    from bot.sandbox.slack.state import Channel, State

Json = dict[str, Any]

# chat.update refuses what chat.postMessage would only cut (docs of both methods).
TEXT_LIMIT_UPDATE, TEXT_LIMIT_POST = 4000, 40_000
RESPONSE_URL_USES, RESPONSE_URL_SECONDS = 5, 30 * 60


def post_message(state: State, args: Json) -> Json:
    """chat.postMessage."""
    channel = writable(state, args)
    text, blocks, attachments = content(args)
    message = Message(
        state.new_ts(),
        channel.id,
        BOT_USER,
        text[:TEXT_LIMIT_POST],
        with_ids(state, blocks),
        attachments,
        thread_ts=_thread(state, channel, args),
        metadata=_metadata(args),
    )
    state.add(message)
    return {"channel": channel.id, "ts": message.ts, "message": as_json(state, message)}


def post_ephemeral(state: State, args: Json) -> Json:
    """chat.postEphemeral."""
    channel = writable(state, args)
    text, blocks, attachments = content(args)
    if args.get("user") not in channel.members:
        raise SlackError("user_not_in_channel")
    message = Message(
        state.new_ts(),
        channel.id,
        BOT_USER,
        text,
        with_ids(state, blocks),
        attachments,
        thread_ts=args.get("thread_ts"),
        seen_by=args["user"],
    )
    state.add(message)
    return {"message_ts": message.ts}


def update(state: State, args: Json) -> Json:
    """chat.update: the bot's own, lasting messages; text without blocks takes the blocks away."""
    message = _own(state, args, "cant_update_message")
    if len(str(args.get("text") or "")) > TEXT_LIMIT_UPDATE:
        raise SlackError("msg_too_long")
    text, blocks, attachments = content(args)
    change(state, message, text, blocks, attachments)
    if "metadata" in args:
        message.metadata = _metadata(args)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": text,
        "message": as_json(state, message),
    }


def delete(state: State, args: Json) -> Json:
    """chat.delete: the bot's own messages."""
    message = _own(state, args, "cant_delete_message")
    state.posted.remove(message)
    state.touch()
    return {"channel": message.channel, "ts": message.ts}


def permalink(state: State, args: Json) -> Json:
    """chat.getPermalink; it leads to this sandbox's page instead of slack.com."""
    channel = readable(state, args.get("channel"))
    if not state.message(channel.id, str(args.get("message_ts"))):
        raise SlackError("message_not_found")
    place = f"{channel.id}/p{str(args['message_ts']).replace('.', '')}"
    return {"channel": channel.id, "permalink": f"{state.url}/archives/{place}"}


def respond(state: State, identity: str, args: Json) -> None:
    """Use a response URL: at most 5 times within 30 minutes, whether or not the bot is in the channel.

    Raises `SlackError("used_url" | "expired_url")` beyond that.
    """
    origin = state.response_urls.get(identity)
    if origin is None or state.now() - origin["at"] > RESPONSE_URL_SECONDS:
        raise SlackError("expired_url")
    if origin["uses"] >= RESPONSE_URL_USES:
        raise SlackError("used_url")
    message: Message | None = origin["message"]
    if message is not None and message not in state.posted:
        message = None
    if args.get("delete_original"):
        origin["uses"] += 1
        if message:
            state.posted.remove(message)
            state.touch()
        return
    text, blocks, attachments = content(args)
    origin["uses"] += 1
    if args.get("replace_original") and message:
        change(state, message, text, blocks, attachments)
        return
    lasting = args.get("response_type") == "in_channel"
    answer = Message(
        state.new_ts(),
        origin["channel"],
        BOT_USER,
        text,
        with_ids(state, blocks),
        attachments,
        thread_ts=args.get("thread_ts"),
        seen_by=None if lasting else origin["user"],
    )
    state.add(answer)


def change(
    state: State, message: Message, text: str, blocks: list[Json], attachments: list[Json] | None = None
) -> None:
    """Give a message new content. Slack marks only a change of plain text as edited."""
    message.history.append((message.text, message.blocks))
    message.text, message.blocks = text, with_ids(state, blocks)
    message.attachments, message.states = attachments or [], {}
    message.edited = None if blocks else state.new_ts()
    state.touch()


def _own(state: State, args: Json, error: str) -> Message:
    # A person's id is no channel here: chat.update wants the D… of the DM.
    channel = readable(state, args.get("channel"))
    if channel.archived:
        raise SlackError("is_archived")
    message = state.message(channel.id, str(args.get("ts")))
    if message is None:
        raise SlackError("message_not_found")
    if message.user != BOT_USER:
        raise SlackError(error)
    return message


def _thread(state: State, channel: Channel, args: Json) -> str | None:
    thread = args.get("thread_ts")
    if thread is not None and not state.message(channel.id, str(thread)):
        raise SlackError("thread_not_found")
    return thread


def _metadata(args: Json) -> Json | None:
    metadata = args.get("metadata")
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if not metadata.get("event_type"):
        raise SlackError("invalid_metadata_format")
    return metadata
