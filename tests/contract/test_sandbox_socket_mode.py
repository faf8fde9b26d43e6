"""Socket Mode of the sandbox, driven by Slack's own client."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from queue import SimpleQueue
from time import monotonic, sleep
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.sandbox.slack.app import start
from bot.sandbox.slack.forgotten import Forgotten
from bot.sandbox.slack.socket_mode import MOST_CONNECTIONS, Sockets
from bot.sandbox.slack.state import ADA, APP, REVOPS
from bot.sandbox.slack.transport import Delivery
from bot.sandbox.slack.workspace import Workspace

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # the SDK's own

Json = dict[str, Any]


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    made = Workspace()
    sockets = Sockets()
    made.use_sockets(sockets)
    with start(made):
        yield made
    sockets.close()


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    """Sockets of their own, which leave no thread behind."""
    made = Sockets(patience=1)
    yield made
    made.close()
    assert not made._server.handler_threads
    assert not made._loop.is_alive()


class Bot:
    """Slack's client; `answer` is the payload of its next acknowledgements, `silent` keeps it from sending any."""

    def __init__(self, workspace: Workspace) -> None:
        self.heard: SimpleQueue[SocketModeRequest] = SimpleQueue()
        self.messages: SimpleQueue[Json] = SimpleQueue()
        self.answer: Json | None = None
        self.silent = False
        web = WebClient(base_url=workspace.api_url)
        self.client = SocketModeClient(workspace.app_token, web_client=web)
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.message_listeners.append(lambda _client, message, _raw: self.messages.put(message))

    def _hear(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        if not self.silent:
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, self.answer))
        self.heard.put(request)

    def next(self) -> SocketModeRequest:
        return self.heard.get(timeout=10)


@pytest.fixture(scope="module")
def started(workspace: Workspace) -> Iterator[Bot]:
    # One for all: its end takes it up to three seconds.
    made = Bot(workspace)
    made.client.connect()
    yield made
    try:
        made.client.close()
    except AttributeError:
        # Its own threads may have closed the socket between its two looks.
        made.client.close()


@pytest.fixture
def bot(workspace: Workspace, started: Bot) -> Bot:
    assert of(workspace).wait(1)
    started.silent, started.answer, of(workspace).patience = False, None, 10
    while not started.heard.empty():
        started.heard.get()
    return started


def of(workspace: Workspace) -> Sockets:
    assert workspace.sockets
    return workspace.sockets


def refused(workspace: Workspace, token: str) -> str:
    with pytest.raises(SlackApiError) as caught:
        WebClient(base_url=workspace.api_url).apps_connections_open(app_token=token)
    return str(caught.value.response["error"])


def test_only_an_app_token_with_its_scope_opens_connections(workspace: Workspace) -> None:
    assert refused(workspace, "xapp-1-wrong") == "invalid_auth"
    assert refused(workspace, workspace.bot_token) == "not_allowed_token_type"
    workspace.app_scopes.clear()
    try:
        assert refused(workspace, workspace.app_token) == "missing_scope"
    finally:
        workspace.app_scopes.add("connections:write")


def test_an_app_token_posts_no_message(workspace: Workspace) -> None:
    client = WebClient(base_url=workspace.api_url, token=workspace.app_token)
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.chat_postMessage(channel=REVOPS, text="hello")


def test_an_address_is_good_for_one_connection(workspace: Workspace) -> None:
    url = WebClient(base_url=workspace.api_url).apps_connections_open(app_token=workspace.app_token)["url"]
    with connect(url, proxy=None) as socket:
        assert '"hello"' in str(socket.recv(timeout=5))
    for bad in (url, url.split("?", maxsplit=1)[0]):
        with pytest.raises(InvalidStatus), connect(bad, proxy=None):
            pass


def test_hello_tells_app_host_and_connections(sockets: Sockets) -> None:
    with connect(sockets.url(), proxy=None) as socket:
        hello = json.loads(socket.recv(timeout=5))
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": APP}
    assert {"host", "approximate_connection_time"} <= hello["debug_info"].keys()


def test_a_command_is_answered_by_its_acknowledgement(bot: Bot, workspace: Workspace) -> None:
    bot.answer = {"text": "here you are"}
    outcome = workspace.command(ADA, REVOPS, "errors")
    assert outcome.ok
    assert outcome.message
    assert outcome.message.text == "here you are"
    request = bot.next()
    assert (request.type, request.accepts_response_payload) == ("slash_commands", True)
    assert request.payload["text"] == "errors"


def test_who_does_not_acknowledge_lets_the_person_wait_for_nothing(bot: Bot, workspace: Workspace) -> None:
    bot.silent, of(workspace).patience = True, 0.5
    assert workspace.command(ADA, REVOPS, "errors").error == "operation_timeout"


def test_without_a_connection_a_command_cannot_be_dispatched(sockets: Sockets) -> None:
    workspace = Workspace(transport=sockets.deliver)
    assert workspace.command(ADA, REVOPS, "errors").error == "dispatch_failed"


def test_an_event_is_sent_again_until_it_is_acknowledged(bot: Bot, workspace: Workspace) -> None:
    bot.silent, of(workspace).patience = True, 0.5
    outcome = workspace.event({"type": "app_uninstalled"})
    assert (outcome.error, outcome.attempts) == ("operation_timeout", 4)
    heard = [bot.next() for _ in range(4)]
    assert [(each.retry_attempt, each.retry_reason) for each in heard] == [
        (0, ""),
        *((number, "timeout") for number in (1, 2, 3)),
    ]
    assert len({each.payload["event_id"] for each in heard}) == 1
    assert len({each.envelope_id for each in heard}) == 4


def test_a_forgotten_instance_takes_half_and_events_go_on_to_the_other(bot: Bot, workspace: Workspace) -> None:
    of(workspace).patience = 2
    with Forgotten(workspace) as forgotten:
        assert of(workspace).wait(2)
        outcomes = [workspace.event({"type": "tokens_revoked"}) for _ in range(2)]
        assert [outcome.error for outcome in outcomes] == [None, None]
        commands = [workspace.command(ADA, REVOPS, "errors").error for _ in range(2)]
        assert sorted(commands, key=str) == [None, "operation_timeout"]
        assert len(forgotten.heard) >= 2
    assert of(workspace).wait(1)
    assert bot.next().type == "events_api"


def test_the_same_envelope_can_come_twice(bot: Bot, workspace: Workspace) -> None:
    assert workspace.command(ADA, REVOPS, "errors").ok
    assert not of(workspace).send(of(workspace).envelopes[-1]).error
    assert bot.next().envelope_id == bot.next().envelope_id


def test_a_refresh_is_announced_and_the_client_comes_back(bot: Bot, workspace: Workspace) -> None:
    [first] = of(workspace).links
    of(workspace).refresh(first, notice=0.5)
    told = []
    while "hello" not in told:
        message = bot.messages.get(timeout=10)
        told.append(message.get("type"))
    end = monotonic() + 10
    # Slack's client lets go of its connection for a moment.
    while not workspace.command(ADA, REVOPS, "errors").ok and monotonic() < end:
        sleep(0.1)
    assert first.closed
    assert workspace.command(ADA, REVOPS, "errors").ok


def test_a_disabled_app_is_told_and_gets_no_address(sockets: Sockets) -> None:
    workspace = Workspace()
    workspace.use_sockets(sockets)
    with start(workspace), connect(sockets.url(), proxy=None) as socket:
        assert sockets.wait(1)
        sockets.disable()
        socket.recv(timeout=5)
        assert '"link_disabled"' in str(socket.recv(timeout=5))
        assert refused(workspace, workspace.app_token) == "socket_mode_not_enabled"
    assert sockets.wait(0)


def test_the_eleventh_connection_is_one_too_many(sockets: Sockets) -> None:
    with ExitStack() as held:
        for _ in range(MOST_CONNECTIONS):
            held.enter_context(connect(sockets.url(), proxy=None))
        assert sockets.wait(MOST_CONNECTIONS)
        with connect(sockets.url(), proxy=None) as late:
            assert '"too_many_websockets"' in str(late.recv(timeout=5))
        assert len(sockets.links) == MOST_CONNECTIONS


def test_a_dead_line_carries_nothing_and_nobody_closes_it(sockets: Sockets) -> None:
    with connect(sockets.url(), proxy=None) as socket:
        socket.recv(timeout=5)
        assert sockets.wait(1)
        sockets.links[0].die()
        outcome = sockets.deliver(Delivery("slash_commands", {"command": "/sfsync"}))
        assert outcome.error == "timeout"
        assert not socket.ping().wait(0.5)
        sockets.links[0].revive()


def test_text_that_is_no_acknowledgement_is_ignored(sockets: Sockets) -> None:
    with connect(sockets.url(), proxy=None) as socket:
        for text in ("nonsense", "[]", "{}", '{"envelope_id": 5}', '{"envelope_id": "of nobody"}'):
            socket.send(text)
        assert socket.ping().wait(5)
        assert sockets.wait(1)


def test_the_port_is_free_after_the_end() -> None:
    sockets = Sockets()
    address = sockets.url().replace("ws:", "http:")
    sockets.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
