"""One Slack workspace, as the bot."""

import re
from collections.abc import Callable
from typing import IO, Any
from urllib.parse import urlsplit

from bot.errors import Gone, NotAuthorized, Rejected, Unavailable
from bot.model.message import Message, View
from bot.ports import Person, Posted, SlackIdentity
from bot.wire.answers import date, mapping, required, text
from bot.wire.http import TOTAL_SECONDS, Bearer, Session, Upload, calling, within
from bot.wire.pace import Turns
from bot.wire.slack_api import VENDOR, Api, refusal

BASE_URL = "https://slack.com/api/"

TEXT_LIMIT = 4000
"""Characters of `text`: chat.update refuses more, and any message may be updated (docs.slack.dev, chat.update)."""

PACE_SECONDS = 1.05
"""Between two posts in a channel, and two changes of a message. Slack counts arrivals, hence the margin."""

SLOWEST = 100_000
"""Bytes a second that a file takes at the least; one that is slower is given up, and sent again later."""

PATIENCE_SECONDS = 4.0
"""The longest wait for a turn, which leaves time for the call itself."""

VIEW_SECONDS = 1.5
"""The longest wait for a modal: its trigger lives for 3 seconds, and a look-up may come first."""


class SlackClient:
    """`bot.ports.Slack` with a bot token, asked for with each call. `base_url` ends in /api/."""

    def __init__(self, *, token: Callable[[], str], session: Session, base_url: str = BASE_URL) -> None:
        self._session = session
        self._api = Api(token=token, base_url=base_url, session=session)
        self._hooks = {"https://hooks.slack.com", _origin(base_url)}
        self._files = {"https://files.slack.com", _origin(base_url)}
        self._bearer = Bearer(token)
        self._team = ""
        self._posts = Turns(VENDOR, interval=PACE_SECONDS, patience=PATIENCE_SECONDS)
        self._edits = Turns(VENDOR, interval=PACE_SECONDS, patience=PATIENCE_SECONDS)

    def identity(self) -> SlackIdentity:
        """See `bot.ports.Slack.identity`. The scopes are in a header of the answer."""
        answer = self._api.auth_test()
        self._team = text(answer.get("team_id"))
        scopes = answer.headers.get("x-oauth-scopes", "")
        return SlackIdentity(
            team_id=self._team,
            team=text(answer.get("team")),
            bot_user_id=text(answer.get("user_id")),
            bot_id=text(answer.get("bot_id")),
            url=text(answer.get("url")),
            scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
            told_at=date(answer.headers.get("date", "")),
        )

    def post(self, channel: str, message: Message, thread: str = "") -> Posted:
        """See `bot.ports.Slack.post`. Raises RateLimited where its turn is more than 4 seconds away."""
        with within(TOTAL_SECONDS):
            self._posts.wait(channel)
            answer = self._api.chat_postMessage(
                channel=channel,
                text=_fit(message.text),
                blocks=message.blocks or None,
                thread_ts=thread or None,
                unfurl_links=False,
                unfurl_media=False,
            )
        return Posted(required(VENDOR, answer.get("channel")), required(VENDOR, answer.get("ts")))

    def update(self, where: Posted, message: Message) -> None:
        """See `bot.ports.Slack.update`. Raises RateLimited where its turn is more than 4 seconds away."""
        with within(TOTAL_SECONDS):
            self._edits.wait(f"{where.channel} {where.ts}")
            self._api.chat_update(channel=where.channel, ts=where.ts, text=_fit(message.text), blocks=message.blocks)

    def permalink(self, where: Posted) -> str:
        """See `bot.ports.Slack.permalink`."""
        answer = self._api.chat_getPermalink(channel=where.channel, message_ts=where.ts)
        return required(VENDOR, answer.get("permalink"))

    def replace(self, response_url: str, message: Message) -> None:
        """See `bot.ports.Slack.replace`. Raises Rejected for an address that is not Slack's."""
        if _origin(response_url) not in self._hooks:
            raise Rejected(VENDOR, "invalid_response_url")
        body = {"replace_original": True, "text": _fit(message.text), "blocks": message.blocks}
        with calling(self._session, VENDOR, "response_url"):
            response = self._session.post(response_url, json=body)
            answer = response.text.strip()
            if response.status_code == 200 and _OK.fullmatch(answer):
                return
            found = _HOOK_ERROR.search(answer)
            if response.status_code == 200 and not found:
                raise Unavailable(VENDOR, "broken_answer")
            raise refusal(response, found[1] or found[2] if found else "")

    def direct_channel(self, user: str) -> str:
        """See `bot.ports.Slack.direct_channel`."""
        channel = mapping(self._api.conversations_open(users=user).get("channel"))
        return required(VENDOR, channel.get("id"))

    def upload(self, filename: str, content: IO[bytes]) -> str:
        """See `bot.ports.Slack.upload`. Raises Rejected for an address to send it to that is not Slack's.

        `files_upload_v2` would read the file into memory and send it past our session.
        """
        body = Upload(content)
        seconds = TOTAL_SECONDS + len(body) / SLOWEST
        with within(seconds):
            slot = self._api.files_getUploadURLExternal(filename=filename, length=len(body))
            file, address = (required(VENDOR, slot.get(name)) for name in ("file_id", "upload_url"))
            if _origin(address) not in self._files:
                raise Rejected(VENDOR, "invalid_upload_url")
            with calling(self._session, VENDOR, "upload", seconds):
                response = self._session.post(address, data=body)
                if response.status_code != 200:
                    raise refusal(response, "")
        return file

    def share(self, file: str, title: str, channel: str, comment: str, thread: str = "") -> None:
        """See `bot.ports.Slack.share`."""
        if not _CHANNEL_ID.fullmatch(channel):  # Slack takes neither names nor people here
            raise Rejected(VENDOR, "invalid_channel")
        self._api.files_completeUploadExternal(
            files=[{"id": file, "title": title}],
            channel_id=channel,
            initial_comment=comment[:TEXT_LIMIT] or None,
            thread_ts=thread or None,
        )

    def is_shared(self, file: str) -> bool:
        """See `bot.ports.Slack.is_shared`."""
        try:
            self._api.files_info(file=file)
        except Gone:
            return False
        return True

    def download(self, file: str) -> bytes:
        """See `bot.ports.Slack.download`. The token goes to Slack alone, whatever address an answer names."""
        found = mapping(self._api.files_info(file=file).get("file"))
        address = required(VENDOR, found.get("url_private_download"))
        if _origin(address) not in self._files:
            raise Rejected(VENDOR, "invalid_file_address")
        size = found.get("size")
        with calling(
            self._session, VENDOR, "download", TOTAL_SECONDS + (size if isinstance(size, int) else 0) / SLOWEST
        ):
            response = self._session.get(address, auth=self._bearer)
            if response.status_code != 200:
                raise refusal(response, "")
            # Slack does not refuse: it shows its page to log in, with status 200.
            if response.headers.get("Content-Type", "").startswith("text/html"):
                raise NotAuthorized(VENDOR, "login_page")
        return response.content

    def delete_file(self, file: str) -> None:
        """See `bot.ports.Slack.delete_file`."""
        self._api.files_delete(file=file)

    def open_view(self, trigger_id: str, view: View) -> None:
        """See `bot.ports.Slack.open_view`."""
        with within(VIEW_SECONDS):
            self._api.views_open(trigger_id=trigger_id, view=view)

    def push_view(self, trigger_id: str, view: View) -> None:
        """See `bot.ports.Slack.push_view`; waits as `open_view`."""
        with within(VIEW_SECONDS):
            self._api.views_push(trigger_id=trigger_id, view=view)

    def update_view(self, view_id: str, view: View, seen: str = "") -> None:
        """See `bot.ports.Slack.update_view`; waits as `open_view`: somebody is looking at it."""
        with within(VIEW_SECONDS):
            self._api.views_update(view_id=view_id, view=view, hash=seen or None)

    def person(self, user: str) -> Person:
        """See `bot.ports.Slack.person`. Other workspaces are told from ours once `identity` was asked."""
        with within(0.8):
            found = mapping(self._api.users_info(user=user, include_locale=True).get("user"))
        if found.get("id") != user:
            raise Unavailable(VENDOR, "broken_answer")
        return Person(
            id=user,
            locale=text(found.get("locale")),
            timezone=text(found.get("tz")),
            guest=self._is_guest(found),
        )

    def group_members(self, group: str) -> list[str]:
        """See `bot.ports.Slack.group_members`."""
        users = self._api.usergroups_users_list(usergroup=group).get("users")
        if not isinstance(users, list):
            raise Unavailable(VENDOR, "broken_answer")
        return [text(user) for user in users]

    def _is_guest(self, user: dict[str, Any]) -> bool:
        """Tell guests and strangers. On Enterprise Grid a colleague may belong to several workspaces."""
        if any(user.get(mark) for mark in ("is_restricted", "is_ultra_restricted", "is_stranger")):
            return True
        teams = mapping(user.get("enterprise_user")).get("teams")
        homes = {user.get("team_id") or self._team, *(teams if isinstance(teams, list) else ())}
        if not self._team:
            # Before `identity` has answered nobody can tell a stranger; a guess would be believed for a day.
            raise Unavailable(VENDOR, "team_unknown")
        return self._team not in homes


_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{8,}")

# A response_url answers in plain text or in JSON, whatever the status.
_OK = re.compile(r'(ok)?|\{.*"ok"\s*:\s*true.*\}', re.DOTALL)
_HOOK_ERROR = re.compile(r'"error"\s*:\s*"(\w+)"|\A(\w+)\Z')


def _origin(url: str) -> str:
    """Return scheme://host:port as written, so that an address two parsers read differently equals none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _fit(text: str) -> str:
    """Return a text within Slack's limit. Raises Rejected for an empty one, which would notify nobody."""
    if not text.strip():
        raise Rejected(VENDOR, "no_text")
    return text if len(text) <= TEXT_LIMIT else text[: TEXT_LIMIT - 1] + "…"
