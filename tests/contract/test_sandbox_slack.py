"""Slack's sandbox, driven by the real slack_sdk over HTTP: answers, refusals, paces, and requests out."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.signature import SignatureVerifier
from slack_sdk.webhook import WebhookClient
from werkzeug.wrappers import Request, Response

from bot.sandbox.slack.app import start
from bot.sandbox.slack.state import (
    ADA,
    BOT_USER,
    GENERAL,
    GUS,
    LEADERS,
    OLD,
    OTTO,
    REVOPS,
    SYNC_ADMINS,
    VERA,
    Limits,
)
from bot.sandbox.slack.workspace import Workspace
from bot.server import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

Json = dict[str, Any]
MODAL: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Import"},
    "submit": {"type": "plain_text", "text": "Go"},
    "callback_id": "import.v1",
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "note", "min_length": 3},
        },
        {
            "type": "input",
            "block_id": "file",
            "optional": True,
            "label": {"type": "plain_text", "text": "File"},
            "element": {"type": "file_input", "action_id": "file"},
        },
    ],
}
CARD: list[Json] = [
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "go.v1",
                "value": "1",
                "text": {"type": "plain_text", "text": "Go"},
            },
            {
                "type": "overflow",
                "action_id": "more.v1",
                "options": [
                    {"text": {"type": "plain_text", "text": "CSV"}, "value": "csv"},
                    {"text": {"type": "plain_text", "text": "Mute"}, "value": "mute"},
                ],
            },
            {
                "type": "static_select",
                "action_id": "by.v1",
                "options": [
                    {"text": {"type": "plain_text", "text": "Type"}, "value": "type"},
                    {"text": {"type": "plain_text", "text": "Object"}, "value": "object"},
                ],
            },
        ],
    }
]


@dataclass
class Bot:
    """A bot of the test: keeps each request and answers what it was told to."""

    answer: Json | str = ""
    status: int = 200
    delay: float = 0.0
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        self.requests.append((dict(request.headers), request.get_data()))
        time.sleep(self.delay)
        body = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        kind = "text/plain" if isinstance(self.answer, str) else "application/json"
        return Response(body, self.status, self.headers, mimetype=kind)(environ, start_response)


class Clock:
    """The real time, moved on at will."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(bot: Bot, clock: Clock) -> Iterator[Workspace]:
    with serve(bot) as listening:
        workspace = Workspace(request_url=listening.url + "/slack/events", now=clock, limits=Limits(pace=0))
        with start(workspace):
            yield workspace


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return WebClient(token=workspace.bot_token, base_url=workspace.api_url)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_auth_test_tells_who_the_bot_is_and_its_scopes(client: WebClient) -> None:
    answer = client.auth_test()
    assert answer["user_id"] == BOT_USER
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert "chat:write" in headers["x-oauth-scopes"]


@pytest.mark.parametrize(("token", "error"), [(None, "not_authed"), ("xoxb-other", "invalid_auth")])
def test_a_token_is_needed(workspace: Workspace, token: str | None, error: str) -> None:
    client = WebClient(token=token, base_url=workspace.api_url)
    assert refused(client.auth_test) == error


def test_a_missing_scope_is_named(bot: Bot) -> None:
    workspace = Workspace(scopes={"commands"})
    with start(workspace), pytest.raises(SlackApiError) as caught:
        WebClient(token=workspace.bot_token, base_url=workspace.api_url).chat_postMessage(channel=REVOPS, text="x")
    assert caught.value.response["needed"] == "chat:write"
    assert not bot.requests


def test_an_unknown_method_is_refused(client: WebClient) -> None:
    assert refused(client.conversations_list) == "unknown_method"


def test_a_message_can_be_written_as_json_and_as_a_form(workspace: Workspace, client: WebClient) -> None:
    sent = client.chat_postMessage(channel=REVOPS, text="Hello", blocks=CARD)
    form = {"channel": REVOPS, "text": "Form", "blocks": json.dumps(CARD), "token": workspace.bot_token}
    assert requests.post(workspace.api_url + "chat.postMessage", data=form, timeout=5).json()["ok"]
    first, second = workspace.messages(REVOPS)
    assert (first.ts, first.text, second.text) == (sent["ts"], "Hello", "Form")
    assert first.ts < second.ts
    assert workspace.called("chat.postMessage")[0].arguments["blocks"] == CARD


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("C0NOWHERE1", "channel_not_found"),
        ("#revops", "channel_not_found"),
        (GENERAL, "not_in_channel"),
        (LEADERS, "channel_not_found"),
        (OLD, "is_archived"),
    ],
)
def test_where_the_bot_may_not_write(client: WebClient, channel: str, error: str) -> None:
    assert refused(lambda: client.chat_postMessage(channel=channel, text="x")) == error
    assert refused(lambda: client.files_upload_v2(channel=channel, content="x", filename="x.txt")) == error


def test_with_chat_write_public_the_bot_writes_without_being_a_member(workspace: Workspace, client: WebClient) -> None:
    workspace.scopes.add("chat:write.public")
    assert client.chat_postMessage(channel=GENERAL, text="x")["ok"]


def test_a_message_needs_something_to_say(client: WebClient) -> None:
    assert refused(lambda: client.api_call("chat.postMessage", json={"channel": REVOPS, "text": " "})) == "no_text"


def test_bad_blocks_are_refused_with_their_place(client: WebClient) -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=REVOPS, text="x", blocks=blocks)
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]


def long_message(characters: int) -> list[Json]:
    """Return blocks with that many characters of text in all, none of them too long by itself."""
    texts = [2_000] * (characters // 2_000) + [characters % 2_000]
    return [{"type": "section", "text": {"type": "plain_text", "text": "x" * length}} for length in texts]


def test_a_message_may_be_too_long_as_a_whole(workspace: Workspace, client: WebClient, bot: Bot) -> None:
    fits, too_long = long_message(11_300), long_message(11_301)
    ts = client.chat_postMessage(channel=REVOPS, text="x", blocks=fits)["ts"]
    for refusal in (
        refused(lambda: client.chat_postMessage(channel=REVOPS, text="x", blocks=too_long)),
        refused(lambda: client.chat_update(channel=REVOPS, ts=ts, text="x", blocks=too_long)),
    ):
        assert refusal == "msg_blocks_too_long"
    bot.answer = {"text": "x", "blocks": fits}
    card = workspace.command(ADA, REVOPS, "errors")
    assert card.ok
    bot.answer = {"text": "x", "blocks": too_long}
    assert workspace.command(ADA, REVOPS, "errors").error == "msg_blocks_too_long"
    assert card.delivery is not None
    answer = WebhookClient(card.delivery.payload["response_url"]).send(text="x", blocks=too_long)
    assert "msg_blocks_too_long" in answer.body
    assert len(workspace.messages(REVOPS, ADA)) == 2


def test_update_changes_the_bots_own_messages_only(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=REVOPS, text="x", blocks=CARD)["ts"]
    client.chat_update(channel=REVOPS, ts=ts, text="now plain")
    message = workspace.messages(REVOPS)[0]
    assert (message.text, message.blocks) == ("now plain", [])
    assert refused(lambda: client.chat_update(channel=REVOPS, ts=ts, text="x" * 4001)) == "msg_too_long"
    assert refused(lambda: client.chat_update(channel=REVOPS, ts="1.2", text="x")) == "message_not_found"
    other = workspace.say(ADA, REVOPS, "mine").ts
    assert refused(lambda: client.chat_update(channel=REVOPS, ts=other, text="x")) == "cant_update_message"
    client.chat_delete(channel=REVOPS, ts=ts)
    assert refused(lambda: client.chat_delete(channel=REVOPS, ts=ts)) == "message_not_found"


def test_an_ephemeral_message_is_seen_by_one_and_cannot_be_updated(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel=REVOPS, user=VERA, text="psst")["message_ts"]
    assert [m.text for m in workspace.messages(REVOPS, VERA)] == ["psst"]
    assert workspace.messages(REVOPS, ADA) == []
    assert refused(lambda: client.chat_update(channel=REVOPS, ts=ts, text="x")) == "message_not_found"
    assert (
        refused(lambda: client.chat_postEphemeral(channel=REVOPS, user="U0NOBODY01", text="x")) == "user_not_in_channel"
    )


def test_a_thread_needs_its_parent(workspace: Workspace, client: WebClient) -> None:
    parent = client.chat_postMessage(channel=REVOPS, text="x")["ts"]
    client.chat_postMessage(channel=REVOPS, text="reply", thread_ts=parent)
    assert workspace.messages(REVOPS)[1].thread_ts == parent
    assert refused(lambda: client.chat_postMessage(channel=REVOPS, text="x", thread_ts="1.2")) == "thread_not_found"


def test_people_channels_and_groups(client: WebClient) -> None:
    assert client.users_info(user=OTTO, include_locale=True)["user"]["locale"] == "de-DE"
    assert "locale" not in client.users_info(user=OTTO)["user"]
    assert client.users_info(user=GUS)["user"]["is_restricted"]
    assert refused(lambda: client.users_info(user="U0NOBODY01")) == "user_not_found"
    assert client.usergroups_users_list(usergroup=SYNC_ADMINS)["users"] == [ADA]
    assert client.conversations_info(channel=GENERAL)["channel"]["is_member"] is False
    assert refused(lambda: client.conversations_info(channel=LEADERS)) == "channel_not_found"
    assert refused(lambda: client.conversations_open(users="U0NOBODY01")) == "user_not_found"


def test_a_file_reaches_a_dm_and_can_be_downloaded_with_the_token(workspace: Workspace, client: WebClient) -> None:
    dm = client.conversations_open(users=OTTO)["channel"]["id"]
    done = client.files_upload_v2(channel=dm, content="a,b\n1,2\n", filename="errors.csv", initial_comment="Done")
    file = client.files_info(file=done["file"]["id"])["file"]
    assert dm in file["shares"]["private"]
    assert workspace.messages(dm)[0].text == "Done"
    token = {"Authorization": f"Bearer {workspace.bot_token}"}
    private = file["url_private_download"]
    assert requests.get(private, headers=token, timeout=5).content == b"a,b\n1,2\n"
    stranger = requests.get(private, timeout=5)
    assert stranger.status_code == 200
    assert stranger.headers["Content-Type"].startswith("text/html")


def test_an_upload_needs_bytes_a_channel_id_and_happens_once(workspace: Workspace, client: WebClient) -> None:
    assert refused(lambda: client.files_getUploadURLExternal(filename="x", length=0)) == "invalid_arguments"
    ticket = client.files_getUploadURLExternal(filename="x", length=1)
    files = [{"id": ticket["file_id"], "title": "x"}]
    assert refused(lambda: client.files_completeUploadExternal(files=files)) == "file_not_found"
    assert requests.post(ticket["upload_url"], data=b"", timeout=5).status_code == 400
    assert requests.post(ticket["upload_url"], data=b"x", timeout=5).text == "OK - 1"
    by_user = lambda: client.files_completeUploadExternal(files=files, channel_id=OTTO)  # noqa: E731 - one line to compare
    assert refused(by_user) == "channel_not_found"
    client.files_completeUploadExternal(files=files, channel_id=REVOPS)
    again = lambda: client.files_completeUploadExternal(files=files, channel_id=REVOPS)  # noqa: E731 - likewise
    assert refused(again) == "file_not_found"
    assert len(workspace.messages(REVOPS)) == 1


def test_one_post_a_second_and_channel() -> None:
    workspace = Workspace(limits=Limits(pace=1.0))
    with start(workspace):
        client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        client.chat_postMessage(channel=REVOPS, text="1")
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel=REVOPS, text="2")
        assert caught.value.response.status_code == 429
        assert caught.value.response["error"] == "ratelimited"
        assert caught.value.response.headers["Retry-After"] == "1"
        client.chat_postMessage(channel=workspace.dm(ADA).id, text="elsewhere")
        client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=2))
        client.chat_postMessage(channel=REVOPS, text="2")
        assert [m.text for m in workspace.messages(REVOPS)] == ["1", "2"]


def test_updates_are_counted_by_the_minute() -> None:
    workspace = Workspace(limits=Limits(burst=9, per_minute={"chat.update": 2}))
    with start(workspace):
        client = WebClient(token=workspace.bot_token, base_url=workspace.api_url)
        ts = client.chat_postMessage(channel=REVOPS, text="x")["ts"]
        for text in "ab":
            client.chat_update(channel=REVOPS, ts=ts, text=text)
        assert refused(lambda: client.chat_update(channel=REVOPS, ts=ts, text="c")) == "ratelimited"


def test_a_fault_before_the_work_and_one_after_it(workspace: Workspace, client: WebClient) -> None:
    workspace.fail("chat.postMessage", "fatal_error")
    assert refused(lambda: client.chat_postMessage(channel=REVOPS, text="lost")) == "fatal_error"
    workspace.fail("chat.postMessage", "internal_error", after=True, status=500)
    assert refused(lambda: client.chat_postMessage(channel=REVOPS, text="done")) == "internal_error"
    assert [m.text for m in workspace.messages(REVOPS)] == ["done"]


def test_a_trigger_opens_one_modal_within_three_seconds(workspace: Workspace, client: WebClient, clock: Clock) -> None:
    trigger = workspace.new_trigger(ADA)
    view = client.views_open(trigger_id=trigger, view=MODAL)["view"]
    assert view["root_view_id"] == view["id"]
    assert refused(lambda: client.views_open(trigger_id=trigger, view=MODAL)) == "exchanged_trigger_id"
    late = workspace.new_trigger(ADA)
    clock.ahead += 3.1
    assert refused(lambda: client.views_open(trigger_id=late, view=MODAL)) == "expired_trigger_id"
    broken = {**MODAL, "title": {"type": "plain_text", "text": "x" * 25}}
    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=workspace.new_trigger(ADA), view=broken)
    assert caught.value.response["error"] == "invalid_arguments"
    assert "/view/title/text" in caught.value.response["response_metadata"]["messages"][0]


def test_views_are_stacked_updated_and_gone(workspace: Workspace, client: WebClient) -> None:
    view = client.views_open(trigger_id=workspace.new_trigger(ADA), view=MODAL)["view"]
    for _ in range(2):
        trigger = workspace.new_trigger(ADA, in_modal=True)
        top = client.views_push(trigger_id=trigger, view=MODAL)["view"]
    assert top["root_view_id"] == view["id"]
    trigger = workspace.new_trigger(ADA, in_modal=True)
    assert refused(lambda: client.views_push(trigger_id=trigger, view=MODAL)) == "push_limit_reached"
    fresh = client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)["view"]
    stale = lambda: client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)  # noqa: E731 - one line to compare
    assert fresh["hash"] != view["hash"]
    assert refused(stale) == "hash_conflict"
    modal = workspace.modal(ADA)
    assert modal is not None
    workspace.close(ADA, modal)
    assert refused(lambda: client.views_update(view_id=modal.id, view=MODAL)) == "not_found"


def test_a_home_tab_belongs_to_one_person(workspace: Workspace, client: WebClient) -> None:
    home = {"type": "home", "blocks": CARD}
    first = client.views_publish(user_id=ADA, view=home)["view"]
    client.views_publish(user_id=ADA, view=home, hash=first["hash"])
    old = lambda: client.views_publish(user_id=ADA, view=home, hash=first["hash"])  # noqa: E731 - one line to compare
    assert refused(old) == "hash_conflict"
    assert list(workspace.homes) == [ADA]


def test_a_command_is_a_signed_form_and_its_answer_is_seen_by_one(workspace: Workspace, bot: Bot) -> None:
    bot.answer = {"text": "Errors", "blocks": CARD}
    outcome = workspace.command(VERA, GENERAL, "/sfsync errors duplicates")
    headers, body = bot.requests[0]
    assert SignatureVerifier(workspace.signing_secret).is_valid_request(body, headers)
    assert outcome.ok
    assert outcome.delivery is not None
    sent = outcome.delivery.payload
    assert (sent["command"], sent["text"], sent["user_id"]) == ("/sfsync", "errors duplicates", VERA)
    assert [m.text for m in workspace.messages(GENERAL, VERA)] == ["Errors"]
    assert workspace.messages(GENERAL, ADA) == []


def test_plain_text_json_and_in_channel_acknowledgements(workspace: Workspace, bot: Bot) -> None:
    bot.answer = "just text"
    assert workspace.command(ADA, REVOPS, "help").message is not None
    bot.answer = {"text": "for all", "response_type": "in_channel"}
    workspace.command(ADA, REVOPS, "help")
    assert [m.text for m in workspace.messages(REVOPS)] == ["for all"]
    bot.answer = {"text": "x", "blocks": [{"type": "nonsense"}]}
    outcome = workspace.command(ADA, REVOPS, "help")
    assert (outcome.error, len(outcome.problems)) == ("invalid_blocks", 1)


def test_a_person_sees_that_the_bot_was_slow_or_broken(workspace: Workspace, bot: Bot) -> None:
    bot.status = 500
    assert workspace.command(ADA, REVOPS, "help").error == "dispatch_failed"
    bot.status, bot.delay = 200, 3.3
    assert workspace.command(ADA, REVOPS, "help").error == "operation_timeout"


def test_buttons_menus_and_selects_say_what_was_chosen(workspace: Workspace, client: WebClient) -> None:
    client.chat_postMessage(channel=REVOPS, text="card", blocks=CARD)
    card = workspace.messages(REVOPS)[0]
    pressed = workspace.press(OTTO, card, "go.v1").delivery
    assert pressed is not None
    action = pressed.payload["actions"][0]
    assert (action["type"], action["value"], action["block_id"]) == ("button", "1", "row")
    assert pressed.payload["message"]["ts"] == pressed.payload["container"]["message_ts"] == card.ts
    menu = workspace.press(OTTO, card, "more.v1", value="mute").delivery
    assert menu is not None
    assert menu.payload["actions"][0]["selected_option"]["value"] == "mute"
    select = workspace.press(OTTO, card, "by.v1", value="object").delivery
    assert select is not None
    assert select.payload["state"]["values"]["row"]["by.v1"]["selected_option"]["value"] == "object"
    with pytest.raises(LookupError):
        workspace.press(OTTO, card, "gone.v1")


def test_a_press_on_an_ephemeral_message_has_no_message_only_a_response_url(workspace: Workspace, bot: Bot) -> None:
    bot.answer = {"text": "card", "blocks": CARD}
    card = workspace.command(VERA, GENERAL, "errors").message
    assert card is not None
    bot.answer = ""
    delivery = workspace.press(VERA, card, "go.v1").delivery
    assert delivery is not None
    assert delivery.payload["container"]["is_ephemeral"]
    assert "message" not in delivery.payload
    hook = WebhookClient(delivery.payload["response_url"])
    assert hook.send(text="Queued", replace_original=True).body == "ok"
    assert [m.text for m in workspace.messages(GENERAL, VERA)] == ["Queued"]
    assert hook.send(delete_original=True).status_code == 200
    assert workspace.messages(GENERAL, VERA) == []


def test_a_response_url_lives_for_five_uses_and_thirty_minutes(
    workspace: Workspace, client: WebClient, clock: Clock
) -> None:
    ts = client.chat_postMessage(channel=REVOPS, text="card", blocks=CARD)["ts"]
    card = workspace.message(REVOPS, ts)
    assert card is not None

    def hook() -> WebhookClient:
        delivery = workspace.press(ADA, card, "go.v1").delivery
        assert delivery is not None
        return WebhookClient(delivery.payload["response_url"])

    used = hook()
    assert used.send(text="x", blocks=[{"type": "divider", "oops": 1}]).status_code == 400
    assert [used.send(text=str(n)).status_code for n in range(6)] == [200] * 5 + [404]
    assert "used_url" in used.send(text="x").body
    late = hook()
    clock.ahead += 30 * 60 + 1
    assert "expired_url" in late.send(text="x").body
    lasting = hook()
    lasting.send(text="for all", response_type="in_channel")
    assert [m.text for m in workspace.messages(REVOPS)] == ["card", "for all"]


def test_a_modal_asks_for_what_is_missing_before_it_is_sent(workspace: Workspace, client: WebClient, bot: Bot) -> None:
    client.views_open(trigger_id=workspace.new_trigger(ADA), view=MODAL)
    view = workspace.modal(ADA)
    assert view is not None
    assert list(workspace.submit(ADA, view).errors) == ["note"]
    assert list(workspace.submit(ADA, view, {"note": "ab"}).errors) == ["note"]
    assert bot.requests == []
    outcome = workspace.submit(ADA, view, {"note": "abc", "file": [("e.csv", b"a,b\n")]})
    assert outcome.ok
    assert outcome.delivery is not None
    values = outcome.delivery.payload["view"]["state"]["values"]
    assert values["note"]["note"]["value"] == "abc"
    assert values["file"]["file"]["files"][0]["name"] == "e.csv"
    assert workspace.modal(ADA) is None


def test_what_a_submission_answers_is_done(workspace: Workspace, client: WebClient, bot: Bot) -> None:
    client.views_open(trigger_id=workspace.new_trigger(ADA), view=MODAL)
    view = workspace.modal(ADA)
    assert view is not None
    bot.answer = {"response_action": "errors", "errors": {"note": "Not that"}}
    assert workspace.submit(ADA, view, {"note": "abc"}).errors == {"note": "Not that"}
    bot.answer = {"response_action": "errors", "errors": {"nobody": "x"}}
    assert workspace.submit(ADA, view).error == "invalid_errors"
    bot.answer = {"response_action": "push", "view": MODAL}
    assert len(workspace.stacks[ADA]) == 1
    pushed = workspace.submit(ADA, view).view
    assert pushed is not None
    assert pushed.previous == view.id
    changed = {**MODAL, "callback_id": "second.v1"}
    bot.answer = {"response_action": "update", "view": changed}
    assert workspace.submit(ADA, pushed, {"note": "abc"}).view is pushed
    assert pushed.body["callback_id"] == "second.v1"
    bot.answer = {"response_action": "clear"}
    assert workspace.submit(ADA, pushed).view is None


def test_closing_is_told_only_on_request(workspace: Workspace, client: WebClient, bot: Bot) -> None:
    for wanted in (False, True):
        view = {**MODAL, "notify_on_close": wanted}
        client.views_open(trigger_id=workspace.new_trigger(ADA), view=view)
        modal = workspace.modal(ADA)
        assert modal is not None
        workspace.close(ADA, modal)
        assert len(bot.requests) == int(wanted)


def test_an_event_is_repeated_with_the_same_id_until_acknowledged(workspace: Workspace, bot: Bot) -> None:
    bot.status = 500
    outcome = workspace.open_home(ADA)
    assert outcome.attempts == len(bot.requests) == 4
    assert len({json.loads(body)["event_id"] for _, body in bot.requests}) == 1
    assert [headers.get("X-Slack-Retry-Num") for headers, _ in bot.requests] == [None, "1", "2", "3"]
    assert bot.requests[3][0]["X-Slack-Retry-Reason"] == "http_error"
    bot.headers["X-Slack-No-Retry"] = "1"
    assert workspace.open_home(ADA).attempts == 1


def test_a_request_can_be_sent_twice_stale_or_forged(workspace: Workspace, bot: Bot) -> None:
    delivery = workspace.command(ADA, REVOPS, "help").delivery
    assert delivery is not None
    workspace.deliver(delivery)
    assert bot.requests[0][1] == bot.requests[1][1]
    workspace.deliver(replace(delivery, timestamp=str(int(time.time()) - 600)))
    workspace.deliver(replace(delivery, signature="v0=forged"))
    verifier = SignatureVerifier(workspace.signing_secret)
    valid = [verifier.is_valid_request(body, headers) for headers, body in bot.requests]
    assert valid == [True, True, False, False]


def test_an_uninstalled_app_has_no_token(workspace: Workspace, client: WebClient, bot: Bot) -> None:
    workspace.uninstall()
    assert json.loads(bot.requests[0][1])["event"]["type"] == "app_uninstalled"
    assert refused(client.auth_test) == "account_inactive"


def test_a_revoked_token_stays_so_and_installing_again_gives_another(
    workspace: Workspace, client: WebClient, bot: Bot
) -> None:
    workspace.revoke_token()
    event = json.loads(bot.requests[0][1])["event"]
    assert (event["type"], event["tokens"]) == ("tokens_revoked", {"oauth": [], "bot": [BOT_USER]})
    assert refused(client.auth_test) == "token_revoked"
    assert WebClient(token=workspace.reinstall(), base_url=workspace.api_url).auth_test()["ok"]
    assert refused(client.auth_test) == "token_revoked"


def test_what_comes_later_can_be_waited_for(workspace: Workspace, client: WebClient) -> None:
    assert not workspace.wait(lambda: workspace.messages(REVOPS), timeout=0.05)
    client.chat_postMessage(channel=REVOPS, text="x")
    assert workspace.wait(lambda: workspace.messages(REVOPS))
