"""files.*: the three steps of an upload, a look at a file, and its private download."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.sandbox.slack.content import SlackError, content, readable, with_ids
from bot.sandbox.slack.state import BOT_USER, File, Message

if TYPE_CHECKING:
    from bot.sandbox.slack.state import Channel, State

Json = dict[str, Any]

# The method takes ids only: neither names nor user ids (python-slack-sdk #1359, #1465).
CHANNEL_ID = re.compile(r"^[CGD][A-Z0-9]{8,}$")

LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body><h1>Sign in to Sandbox</h1></body></html>"


def get_upload_url(state: State, args: Json) -> Json:
    """files.getUploadURLExternal: names a file and where its bytes go."""
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    problems = [] if name else ["[ERROR] missing required field: filename"]
    if not length.isdigit() or int(length) < 1:
        problems.append("[ERROR] must be greater than 0 [json-pointer:/length]")
    if problems:
        raise SlackError("invalid_arguments", problems)
    file = File(state.new_id("F"), name, int(length), BOT_USER)
    state.files[file.id] = file
    return {"upload_url": f"{state.url}/upload/v1/{file.id}", "file_id": file.id}


def receive(state: State, identity: str, data: bytes) -> bool:
    """Take the bytes of an announced file; False where nothing was announced or nothing came."""
    file = state.files.get(identity)
    if file is None or file.completed or not data:
        return False
    file.content, file.length = data, len(data)
    return True


def complete_upload(state: State, args: Json) -> Json:
    """files.completeUploadExternal: once a file; with a channel it becomes a message there."""
    wanted = args.get("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(f, dict) for f in wanted):
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    files = [_uploaded(state, str(entry.get("id"))) for entry in wanted]
    channel = None if args.get("channel_id") is None else _destination(state, args["channel_id"])
    comment, blocks = str(args.get("initial_comment") or ""), args.get("blocks") or []
    if comment and blocks:
        raise SlackError("invalid_arguments", ["[ERROR] blocks and initial_comment exclude each other"])
    if blocks:
        content({"blocks": blocks})
    for file, entry in zip(files, wanted, strict=True):
        file.completed, file.title = True, str(entry.get("title") or file.name)
    if channel:
        message = Message(
            state.new_ts(),
            channel.id,
            BOT_USER,
            comment,
            with_ids(state, blocks),
            thread_ts=args.get("thread_ts"),
            files=[file.id for file in files],
        )
        for file in files:
            file.shares[channel.id] = message.ts
        state.add(message)
    return {"files": [{"id": file.id, "title": file.title} for file in files]}


def info(state: State, args: Json) -> Json:
    """files.info."""
    file = state.files.get(str(args.get("file")))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    return {"file": as_json(state, file), "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(state: State, args: Json) -> Json:
    """files.delete: a bot deletes what it shared itself; the message stays without its file."""
    file = state.files.get(str(args.get("file")))
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    if file.user != BOT_USER:
        raise SlackError("cant_delete_file")
    del state.files[file.id]
    for message in state.posted:
        message.files = [one for one in message.files if one != file.id]
    return {}


def as_json(state: State, file: File) -> Json:
    """Return a file as files.info and the file_input element show it."""
    private = f"{state.url}/files-pri/{file.id}"
    suffix = file.name.rpartition(".")[2].lower() if "." in file.name else "text"
    shares: dict[str, Json] = {"public": {}, "private": {}}
    for channel, ts in file.shares.items():
        side = "public" if state.channels[channel].kind == "public" else "private"
        shares[side][channel] = [{"ts": ts}]
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": "text/csv" if suffix == "csv" else "application/octet-stream",
        "filetype": suffix,
        "size": file.length,
        "user": file.user,
        "mode": "hosted",
        "is_external": False,
        "file_access": "visible",
        "url_private": f"{private}/{quote(file.name, safe='')}",
        "url_private_download": f"{private}/download/{quote(file.name, safe='')}",
        "shares": shares,
    }


def _destination(state: State, identity: object) -> Channel:
    if not CHANNEL_ID.match(str(identity)):
        raise SlackError("channel_not_found")
    channel = readable(state, identity)
    if channel.archived:
        raise SlackError("is_archived")
    if BOT_USER not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _uploaded(state: State, identity: str) -> File:
    file = state.files.get(identity)
    if file is None or file.content is None or file.completed:
        raise SlackError("file_not_found")
    return file
