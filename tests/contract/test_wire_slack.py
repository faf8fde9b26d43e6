"""`bot.wire.slack` against the sandbox's Slack, and against servers Slack would never be."""

import threading
import time
from collections.abc import Iterator
from io import BytesIO
from time import monotonic

import pytest

from bot.errors import Gone, NotAuthenticated, NotAuthorized, RateLimited, Rejected, Unavailable, VendorError
from bot.model.message import Message
from bot.ports import Posted, Slack
from bot.sandbox.slack.app import Workspace, start
from bot.sandbox.slack.state import (
    ADA,
    BOT,
    BOT_USER,
    GENERAL,
    GUS,
    LEADERS,
    OLD,
    OTTO,
    REVOPS,
    SYNC_ADMINS,
    TEAM,
    Limits,
)
from bot.wire.http import session
from bot.wire.slack import SlackClient
from tests.contract.loopback import Page, hangs, loopback, resets, says, trickles

HELLO = Message("Hello", [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}])
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Resync"},
    "blocks": [{"type": "divider"}],
}


@pytest.fixture
def clock() -> list[float]:
    """The sandbox's time; a test moves it on."""
    return [time.time()]


@pytest.fixture
def workspace(clock: list[float]) -> Iterator[Workspace]:
    workspace = Workspace(limits=Limits(pace=0), now=lambda: clock[0])
    with start(workspace):
        yield workspace


@pytest.fixture
def slack(workspace: Workspace) -> SlackClient:
    return client(workspace)


def client(workspace: Workspace, token: str = "") -> SlackClient:
    return SlackClient(token=lambda: token or workspace.bot_token, session=session(), base_url=workspace.api_url)


def elsewhere(page: Page) -> SlackClient:
    return SlackClient(token=lambda: "xoxb-1", session=session(), base_url=f"{page.url}/api/")


def test_the_client_is_what_the_use_cases_ask_for(slack: SlackClient) -> None:
    port: Slack = slack
    assert port


def test_identity_tells_who_we_are_and_what_we_may(slack: SlackClient, workspace: Workspace) -> None:
    identity = slack.identity()
    assert (identity.team_id, identity.bot_user_id, identity.bot_id) == (TEAM, BOT_USER, BOT)
    assert set(identity.scopes) == workspace.scopes


def test_a_message_is_posted_updated_and_found(slack: SlackClient, workspace: Workspace) -> None:
    where = slack.post(REVOPS, HELLO)
    slack.update(where, Message("Hello again"))
    message = workspace.message(where.channel, where.ts)
    assert message
    assert (message.text, message.blocks) == ("Hello again", [])
    assert slack.permalink(where).startswith(workspace.url)


def test_a_message_can_answer_in_a_thread(slack: SlackClient, workspace: Workspace) -> None:
    root = slack.post(REVOPS, HELLO)
    reply = slack.post(REVOPS, HELLO, thread=root.ts)
    message = workspace.message(reply.channel, reply.ts)
    assert message
    assert message.thread_ts == root.ts


def test_a_long_text_is_cut_to_what_an_update_takes(slack: SlackClient, workspace: Workspace) -> None:
    where = slack.post(REVOPS, Message("ä" * 4001))
    slack.update(where, Message("ö" * 9000))
    message = workspace.message(where.channel, where.ts)
    assert message
    assert message.text == "ö" * 3999 + "…"
    assert len(workspace.called("chat.postMessage")[0].arguments["text"]) == 4000


def test_r15_a_message_without_text_is_not_sent(slack: SlackClient, workspace: Workspace) -> None:
    with pytest.raises(Rejected, match="no_text"):
        slack.post(REVOPS, Message(" ", HELLO.blocks))
    assert workspace.called("chat.postMessage") == []


@pytest.mark.parametrize(
    ("channel", "code"),
    [
        (OLD, "is_archived"),
        (GENERAL, "not_in_channel"),
        (LEADERS, "channel_not_found"),
        ("C0NOWHERE1", "channel_not_found"),
    ],
)
def test_r10_a_channel_that_is_not_open_to_us_is_gone(slack: SlackClient, channel: str, code: str) -> None:
    with pytest.raises(Gone) as caught:
        slack.post(channel, HELLO)
    assert caught.value.code == code


def test_r11_a_deleted_message_is_gone(slack: SlackClient) -> None:
    with pytest.raises(Gone, match="message_not_found"):
        slack.update(Posted(REVOPS, "1.000001"), HELLO)


def test_r13_blocks_slack_refuses_are_rejected_and_explained(slack: SlackClient) -> None:
    with pytest.raises(Rejected, match="invalid_blocks") as caught:
        slack.post(REVOPS, Message("Hello", [{"type": "header"}]))
    assert caught.value.detail
    assert caught.value.detail not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("account_inactive", NotAuthenticated),
        ("token_revoked", NotAuthenticated),
        ("invalid_auth", NotAuthenticated),
        ("not_authed", NotAuthenticated),
        ("cant_update_message", Gone),
        ("edit_window_closed", Gone),
        ("hash_conflict", Gone),
        ("expired_trigger_id", Gone),
        ("ratelimited", RateLimited),
        ("message_limit_exceeded", RateLimited),
        ("internal_error", Unavailable),
        ("fatal_error", Unavailable),
        ("msg_too_long", Rejected),
        ("a_code_of_next_year", Rejected),
    ],
)
def test_an_error_code_has_one_meaning(
    slack: SlackClient, workspace: Workspace, code: str, kind: type[VendorError]
) -> None:
    workspace.fail("chat.postMessage", code)
    with pytest.raises(kind) as caught:
        slack.post(REVOPS, HELLO)
    assert type(caught.value) is kind
    assert caught.value.code == code


def test_a_missing_scope_is_named(slack: SlackClient, workspace: Workspace) -> None:
    workspace.scopes.discard("users:read")
    with pytest.raises(NotAuthorized, match="missing_scope") as caught:
        slack.person(ADA)
    assert "users:read" in caught.value.detail


def test_a_wrong_token_is_not_authorized(workspace: Workspace) -> None:
    with pytest.raises(NotAuthenticated, match="invalid_auth"):
        client(workspace, "xoxb-other").identity()


def test_r08_a_rate_limit_says_how_long_to_wait(slack: SlackClient, workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", "ratelimited", status=429, retry_after=7)
    with pytest.raises(RateLimited) as caught:
        slack.post(REVOPS, HELLO)
    assert caught.value.retry_after == 7
    assert len(workspace.called("chat.postMessage")) == 1


def test_r08_posts_in_a_channel_are_paced_to_what_slack_takes(workspace: Workspace) -> None:
    workspace.limits = Limits()
    slack = client(workspace)
    started = monotonic()
    threads = [threading.Thread(target=slack.post, args=(REVOPS, HELLO)) for _ in range(4)]
    for thread in threads:
        thread.start()
    slack.post(slack.direct_channel(ADA), HELLO)
    assert monotonic() - started < 2, "other channels do not wait"
    for thread in threads:
        thread.join()
    assert monotonic() - started > 3
    assert len(workspace.messages(REVOPS)) == 4


def test_r08_a_turn_that_is_too_far_away_is_a_rate_limit(slack: SlackClient, workspace: Workspace) -> None:
    waiting = [threading.Thread(target=slack.post, args=(REVOPS, HELLO)) for _ in range(4)]
    for thread in waiting:
        thread.start()
    while len(workspace.messages(REVOPS)) < 1:
        time.sleep(0.01)
    with pytest.raises(RateLimited) as caught:
        slack.post(REVOPS, HELLO)
    assert caught.value.retry_after
    assert caught.value.retry_after > 4
    for thread in waiting:
        thread.join()


def test_updates_of_one_message_are_paced(slack: SlackClient) -> None:
    where = slack.post(REVOPS, HELLO)
    started = monotonic()
    slack.update(where, HELLO)
    slack.update(where, HELLO)
    assert monotonic() - started >= 1


def test_a_post_whose_answer_is_lost_is_not_sent_again(slack: SlackClient, workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", "internal_error", status=500, after=True)
    with pytest.raises(Unavailable):
        slack.post(REVOPS, HELLO)
    assert len(workspace.messages(REVOPS)) == 1


def test_a_post_whose_connection_resets_is_not_sent_again() -> None:
    with loopback(resets) as page:
        with pytest.raises(Unavailable, match="connection"):
            elsewhere(page).post(REVOPS, HELLO)
        assert len(page.requests) == 1


@pytest.mark.parametrize("body", ["<html>sign in</html>", "[]", "{}", '{"ok": true}'])
def test_an_answer_that_makes_no_sense_is_unavailable(body: str) -> None:
    with loopback(says(200, body)) as page, pytest.raises(Unavailable, match="broken_answer"):
        elsewhere(page).post(REVOPS, HELLO)


def test_an_error_that_is_no_code_stays_out_of_the_message() -> None:
    with (
        loopback(says(200, {"ok": False, "error": "ada@example.com!"})) as page,
        pytest.raises(Rejected) as caught,
    ):
        elsewhere(page).post(REVOPS, HELLO)
    assert str(caught.value) == "Slack: Rejected"


def test_a_person_has_locale_time_zone_and_standing(slack: SlackClient) -> None:
    slack.identity()
    otto, gus = slack.person(OTTO), slack.person(GUS)
    assert (otto.locale, otto.timezone, otto.guest) == ("de-DE", "Europe/Berlin", False)
    assert gus.guest
    with pytest.raises(Gone, match="user_not_found"):
        slack.person("U0NOBODY01")


@pytest.mark.parametrize(
    ("user", "guest"),
    [
        ({"team_id": "T1"}, False),
        ({}, False),
        ({"team_id": "T2"}, True),
        ({"team_id": "T2", "enterprise_user": {"teams": ["T1", "T2"]}}, False),
        ({"team_id": "T1", "is_ultra_restricted": True}, True),
        ({"team_id": "T1", "is_stranger": True}, True),
    ],
)
def test_people_of_other_workspaces_are_guests(user: dict[str, object], guest: bool) -> None:  # noqa: FBT001 - a parameter of the table
    who = says(200, {"ok": True, "team_id": "T1"})
    with loopback(who, says(200, {"ok": True, "user": {"id": ADA, **user}})) as page:
        slack = elsewhere(page)
        slack.identity()
        person = slack.person(ADA)
    assert person.guest is guest
    assert (person.locale, person.timezone) == ("", "")


@pytest.mark.parametrize("behaviour", [hangs, trickles])
def test_a_person_is_looked_up_within_800_milliseconds(behaviour: object) -> None:
    with loopback(behaviour) as page:  # type: ignore[arg-type]  # parametrize forgets the type
        started = monotonic()
        with pytest.raises(Unavailable, match="timeout"):
            elsewhere(page).person(ADA)
        assert monotonic() - started < 1.2


def test_a_group_has_members(slack: SlackClient) -> None:
    assert slack.group_members(SYNC_ADMINS) == [ADA]
    with pytest.raises(Gone):
        slack.group_members("S0NOGROUP1")


def test_a_modal_opens_once_for_a_trigger(slack: SlackClient, workspace: Workspace, clock: list[float]) -> None:
    trigger = workspace.new_trigger(ADA)
    slack.open_view(trigger, MODAL)
    assert workspace.modal(ADA)
    with pytest.raises(Gone):
        slack.open_view(trigger, MODAL)
    late = workspace.new_trigger(ADA)
    clock[0] += 4
    with pytest.raises(Gone, match="expired_trigger_id"):
        slack.open_view(late, MODAL)


def test_a_modal_is_put_on_top_and_changed_for_who_still_sees_it(slack: SlackClient, workspace: Workspace) -> None:
    slack.open_view(workspace.new_trigger(ADA), MODAL)
    slack.push_view(workspace.new_trigger(ADA, in_modal=True), MODAL)
    below, top = workspace.stacks[ADA]
    changed = {**MODAL, "title": {"type": "plain_text", "text": "Changed"}}
    seen = top.hash
    slack.update_view(top.id, changed, seen)
    assert top.body["title"]["text"] == "Changed"
    with pytest.raises(Gone, match="hash_conflict"):
        slack.update_view(top.id, MODAL, seen)
    slack.update_view(below.id, changed)
    assert below.body["title"]["text"] == "Changed"
    workspace.close(ADA, top)
    with pytest.raises(Gone, match="not_found"):
        slack.update_view(top.id, MODAL)


def test_r12_a_response_url_ends_after_thirty_minutes_or_five_uses(
    slack: SlackClient, workspace: Workspace, clock: list[float]
) -> None:
    where = slack.post(REVOPS, HELLO)
    pressed = workspace.message(where.channel, where.ts)
    url = workspace.new_response_url(ADA, REVOPS, pressed)
    for number in range(5):
        slack.replace(url, Message(f"Queued {number}"))
    assert pressed
    assert pressed.text == "Queued 4"
    with pytest.raises(Gone, match="used_url"):
        slack.replace(url, HELLO)
    late = workspace.new_response_url(ADA, REVOPS, pressed)
    clock[0] += 31 * 60
    with pytest.raises(Gone, match="expired_url"):
        slack.replace(late, HELLO)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/response/R1",
        "http://hooks.slack.com/actions/1",
        "https://hooks.slack.com.example/actions/1",
        "https://hooks.slack.com@example.com/actions/1",
        "https://example.com\\@hooks.slack.com/actions/1",
        "https://hooks.slack.com:8443/actions/1",
        "file:///etc/hostname",
        "",
    ],
)
def test_nothing_is_posted_to_an_address_that_is_not_slacks(slack: SlackClient, url: str) -> None:
    with pytest.raises(Rejected, match="invalid_response_url"):
        slack.replace(url, HELLO)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "ok", None),
        (200, '{"ok": true}', None),
        (200, "", None),
        (200, '{"ok":false,"error":"expired_url"}', Gone),
        (200, "<html>sign in</html>", Unavailable),
        (404, "used_url", Gone),
        (404, "<html>no</html>", Gone),
        (410, "channel_is_archived", Gone),
        (400, "invalid_payload", Rejected),
        (403, "invalid_token", NotAuthorized),
        (429, "rate_limited", RateLimited),
        (500, "rollup_error", Unavailable),
        (502, "<html>bad gateway</html>", Unavailable),
    ],
)
def test_a_response_url_answers_in_text_or_json(status: int, body: str, kind: type[VendorError] | None) -> None:
    with loopback(says(status, body)) as page:
        slack = elsewhere(page)
        if kind is None:
            slack.replace(f"{page.url}/response/1", HELLO)
        else:
            with pytest.raises(kind):
                slack.replace(f"{page.url}/response/1", HELLO)
    assert "authorization" not in page.requests[0].headers


def test_r24_a_file_is_shared_in_a_thread(slack: SlackClient, workspace: Workspace) -> None:
    root = slack.post(REVOPS, HELLO)
    file = slack.upload("fehler.csv", BytesIO("ä;1\n".encode()))
    assert not slack.is_shared(file)
    slack.share(file, "fehler.csv", REVOPS, "All errors", thread=root.ts)
    assert slack.is_shared(file)
    shared = workspace.messages(REVOPS)[-1]
    assert (shared.text, shared.thread_ts) == ("All errors", root.ts)
    assert workspace.files[shared.files[0]].content == "ä;1\n".encode()


@pytest.mark.parametrize("channel", ["#revops", "revops", ADA, ""])
def test_r24_a_file_goes_to_a_channel_by_id_only(slack: SlackClient, workspace: Workspace, channel: str) -> None:
    with pytest.raises(Rejected, match="invalid_channel"):
        slack.share("F0000000001", "errors.csv", channel, "")
    assert not workspace.calls


def test_r24_a_file_needs_membership_and_content(slack: SlackClient) -> None:
    file = slack.upload("errors.csv", BytesIO(b"1"))
    with pytest.raises(Gone, match="not_in_channel"):
        slack.share(file, "errors.csv", GENERAL, "")
    with pytest.raises(Rejected):
        slack.upload("errors.csv", BytesIO())


def test_a_file_is_sent_to_slack_and_nobody_else() -> None:
    with loopback(says(200)) as other:
        slot = {"ok": True, "upload_url": f"{other.url}/upload", "file_id": "F1"}
        with loopback(says(200, slot)) as page, pytest.raises(Rejected, match="invalid_upload_url"):
            elsewhere(page).upload("errors.csv", BytesIO(b"1"))
    assert [request.path for request in page.requests] == ["/api/files.getUploadURLExternal"]
    assert not other.requests
