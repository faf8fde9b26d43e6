"""The state of one Slack workspace: people, channels, messages, views and files.

The Web API (`api.py` and its neighbours) changes it on behalf of the bot. `workspace.Workspace`
adds what people do. Every reader and writer holds `lock`; requests to the bot are made without it.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bot.sandbox.slack.transport import over_http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.sandbox.slack.socket_mode import Sockets
    from bot.sandbox.slack.transport import Transport

Json = dict[str, Any]

TEAM, APP, BOT_USER, BOT = "T0SANDBOX1", "A0SANDBOX1", "U0SFSYNC01", "B0SFSYNC01"
ADA, OTTO, VERA, GUS = "U0ADA00001", "U0OTTO0001", "U0VERA0001", "U0GUS00001"
REVOPS, GENERAL, LEADERS, OLD = "C0REVOPS01", "C0GENERAL1", "C0LEADERS1", "C0ARCHIVE1"
SYNC_ADMINS = "S0SYNCADM1"

BOT_TOKEN = "xoxb-sandbox-0000000001-made-up"  # noqa: S105 - opens nothing but this sandbox
APP_TOKEN = "xapp-1-A0SANDBOX1-0000000001-made-up"  # noqa: S105 - likewise
SIGNING_SECRET = "sandbox-signing-secret-made-up"  # noqa: S105 - likewise

SCOPES = frozenset(
    {"commands", "chat:write", "files:write", "files:read", "im:write", "users:read"}
    | {"usergroups:read", "channels:read", "groups:read"}
)

CALLS_KEPT = 2_000
"""Web API calls a workspace remembers, so that a demo may run for days."""


@dataclass
class Person:
    """A member of the workspace, with what users.info tells about them."""

    id: str
    name: str
    real_name: str
    locale: str = "en-US"
    tz: str = "Europe/London"
    tz_offset: int = 0
    is_admin: bool = False
    is_guest: bool = False
    is_bot: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A conversation. Of a DM with the bot, `members` are the person and the bot."""

    id: str
    name: str
    kind: Literal["public", "private", "im"] = "public"
    members: set[str] = field(default_factory=set)
    archived: bool = False


@dataclass
class Message:
    """A message; `seen_by` is set on an ephemeral one. `states` holds what people chose in its inputs."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    seen_by: str | None = None
    edited: str | None = None
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    states: dict[str, Json] = field(default_factory=dict)
    history: list[tuple[str, list[Json]]] = field(default_factory=list)


@dataclass
class View:
    """An open modal or a published Home tab. `hash` changes with each update; `errors` are shown in it."""

    id: str
    user: str
    body: Json
    hash: str
    root: str = ""
    previous: str | None = None
    state: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class File:
    """A file: `content` is None until its bytes came, `shares` are the channels it was completed into."""

    id: str
    name: str
    length: int
    user: str
    title: str = ""
    content: bytes | None = None
    completed: bool = False
    shares: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """One Web API call as it was received and answered."""

    method: str
    arguments: Json
    answer: Json
    status: int
    at: float


@dataclass(frozen=True)
class Limits:
    """The paces of Slack. `pace` 0 switches them all off."""

    pace: float = 1.0  # seconds between two chat.postMessage in one channel
    burst: int = 1  # how many of them may come at once
    per_minute: dict[str, int] = field(default_factory=lambda: {"chat.update": 50})


@dataclass
class Fault:
    """What `Workspace.fail` arranged: how the next `times` calls of `method` go wrong.

    With an empty `error` they are only slow.
    """

    method: str
    error: str
    times: int = 1
    status: int = 200
    retry_after: int | None = None
    delay: float = 0.0
    after: bool = False


class State:
    """One team with one installed app.

    `now` dates messages, trigger ids and response URLs, so that a test can let 30 minutes pass; paces and
    signatures follow the real clock, as a bot's HTTP stack does. `request_url` is the bot's
    `/slack/events`; `transport` may replace HTTP altogether. `url` is where this sandbox is served.
    """

    def __init__(
        self,
        *,
        request_url: str = "",
        now: Callable[[], float] = time.time,
        limits: Limits | None = None,
        scopes: Iterable[str] = SCOPES,
        bot_token: str = BOT_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        transport: Transport | None = None,
        retry_delays: tuple[float, ...] = (0.0, 0.0, 0.0),
    ) -> None:
        self.request_url, self.now, self.limits = request_url, now, limits or Limits()
        self.scopes, self.bot_token, self.signing_secret = set(scopes), bot_token, signing_secret
        self.app_token, self.app_scopes = APP_TOKEN, {"connections:write"}
        self.transport: Transport = transport or over_http
        self.sockets: Sockets | None = None
        self.retry_delays = retry_delays
        self.url = ""
        # Other pages of the demo that the page leads to, by name.
        self.neighbours: dict[str, str] = {}
        self.installed = True
        self.revoked: set[str] = set()
        self.lock = threading.Condition()
        self.version = 0
        self._ids = itertools.count(1)
        self._last_ts = 0
        self.people = {person.id: person for person in _people()}
        self.channels = {channel.id: channel for channel in _channels()}
        self.usergroups: dict[str, list[str]] = {SYNC_ADMINS: [ADA]}
        self.posted: list[Message] = []
        self.stacks: dict[str, list[View]] = defaultdict(list)
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.triggers: dict[str, Json] = {}
        self.response_urls: dict[str, Json] = {}
        self.paces: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def use_sockets(self, sockets: Sockets) -> None:
        """Turn Socket Mode on: payloads go over the app's connections, not to its request URL."""
        self.sockets, self.transport = sockets, sockets.deliver

    def new_id(self, prefix: str) -> str:
        """Return an id of Slack's shape, unique in this workspace."""
        return f"{prefix}0{next(self._ids):09d}"

    def new_ts(self) -> str:
        """Return a message time stamp, later than all before it."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def touch(self) -> None:
        """Tell those who wait that something changed. The caller holds the lock."""
        self.version += 1
        self.lock.notify_all()

    def wait(self, until: Callable[[], Any], timeout: float = 5.0) -> bool:
        """Block until the predicate holds or the time is up; what the bot does later arrives this way."""
        with self.lock:
            return bool(self.lock.wait_for(until, timeout))

    def dm(self, user: str) -> Channel:
        """Return the direct conversation of a person and the bot."""
        identity = "D" + user[1:]
        if identity not in self.channels:
            self.channels[identity] = Channel(identity, user, "im", {user, BOT_USER})
        return self.channels[identity]

    def add(self, message: Message) -> Message:
        """Put a message into its channel."""
        with self.lock:
            self.posted.append(message)
            self.touch()
        return message

    def messages(self, channel: str, user: str | None = None) -> list[Message]:
        """Return what a person sees in a channel, oldest first; without a person, what everybody sees."""
        with self.lock:
            return [m for m in self.posted if m.channel == channel and m.seen_by in {None, user}]

    def message(self, channel: str, ts: str, user: str | None = None) -> Message | None:
        """Return the message of that time stamp, if this person (or everybody) sees it."""
        return next((m for m in self.messages(channel, user) if m.ts == ts), None)

    def called(self, method: str) -> list[Call]:
        """Return the calls of one Web API method, oldest first."""
        with self.lock:
            return [call for call in self.calls if call.method == method]

    def view(self, view_id: str) -> View | None:
        """Return a view that is on somebody's screen."""
        shown = itertools.chain(self.homes.values(), *self.stacks.values())
        return next((view for view in shown if view.id == view_id), None)

    def modal(self, user: str) -> View | None:
        """Return the topmost open modal of a person."""
        return self.stacks[user][-1] if self.stacks[user] else None

    def fail(self, method: str, error: str = "internal_error", **details: Any) -> None:  # noqa: ANN401 - the fields of Fault
        """Let the next calls of a method go wrong.

        `after=True` does the work first and loses only the answer: what a client sees when the connection
        drops, and the reason why a retry can post twice. `delay` passes before the work, or after it then.
        `times`, `status`, `retry_after` as in `Fault`.
        """
        with self.lock:
            self.faults.append(Fault(method, error, **details))


def _people() -> list[Person]:
    return [
        Person(ADA, "ada", "Ada Admin", "en-US", "America/New_York", -18000, is_admin=True),
        Person(OTTO, "otto", "Otto Operator", "de-DE", "Europe/Berlin", 3600),
        Person(VERA, "vera", "Vera Viewer", "en-GB", "Europe/London", 0),
        Person(GUS, "gus", "Gus Guest", "en-US", "America/Chicago", -21600, is_guest=True),
        Person(BOT_USER, "sfsync", "sfsync", is_bot=True),
    ]


def _channels() -> list[Channel]:
    everyone = {ADA, OTTO, VERA}
    return [
        Channel(REVOPS, "revops", members={*everyone, GUS, BOT_USER}),
        Channel(GENERAL, "general", members=set(everyone)),
        Channel(LEADERS, "leadership", "private", {ADA, OTTO}),
        Channel(OLD, "old-integration", members={*everyone, BOT_USER}, archived=True),
    ]
