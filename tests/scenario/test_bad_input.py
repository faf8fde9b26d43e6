"""What should never arrive, and what it must not do: no trace, no change, a clear answer."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from structlog.testing import capture_logs

from bot.sandbox.slack.payloads import TOKEN
from bot.sandbox.slack.state import ADA, REVOPS
from bot.sandbox.slack.transport import Delivery, encode, sign
from tests.bot_at_work import API_TOKEN, BotAtWork
from tests.scenario.steps import ask, captured, hubspot_batches, post, resyncs, words

FORM = "application/x-www-form-urlencoded"

signed_door = pytest.mark.http_only(reason="about signatures and bodies of requests, which Socket Mode has not")


def knock(
    bot: BotAtWork, body: bytes, headers: Mapping[str, str | None] | None = None, *, content_type: str = FORM
) -> requests.Response:
    """Send what Slack never would, signed as Slack does unless told otherwise."""
    stamp = str(int(time.time()))
    sent: dict[str, str | None] = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": sign(bot.company.workspace.signing_secret, stamp, body),
        **(headers or {}),
    }
    return requests.post(
        f"{bot.address}/slack/events",
        data=body,
        headers={name: value for name, value in sent.items() if value is not None},
        timeout=10,
    )


def good_command(bot: BotAtWork) -> bytes:
    outcome = bot.company.workspace.command(ADA, REVOPS, "help")
    assert outcome.delivery
    return encode(outcome.delivery)[0]


# Signatures


def signed_at(bot: BotAtWork, stamp: str, body: bytes) -> dict[str, str | None]:
    signature = sign(bot.company.workspace.signing_secret, stamp, body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


@signed_door
@pytest.mark.parametrize("stamp", ["now-600", "now+600", "soon", "", "1e3", "٣", "-1", "99999999999999999999"])
def test_r29_a_stale_or_malformed_timestamp_is_401_though_rightly_signed(bot: BotAtWork, stamp: str) -> None:
    body = good_command(bot)
    if stamp.startswith("now"):
        stamp = str(int(time.time()) + int(stamp[3:]))
    if not stamp.isascii():
        # HTTP headers hold Latin-1 alone: a client can only send its bytes.
        stamp = stamp.encode().decode("latin-1")
    assert knock(bot, body, signed_at(bot, stamp, body)).status_code == 401


@signed_door
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "garbage"},
        {"X-Slack-Signature": None},
        {"X-Slack-Request-Timestamp": None},
        {"X-Slack-Signature": None, "X-Slack-Request-Timestamp": None},
    ],
)
def test_a_wrong_or_missing_signature_is_401(bot: BotAtWork, headers: dict[str, str | None]) -> None:
    assert knock(bot, good_command(bot), headers).status_code == 401


@signed_door
def test_a_changed_body_is_401_and_a_right_one_is_not(bot: BotAtWork) -> None:
    body = good_command(bot)
    stamp = str(int(time.time()))
    headers = signed_at(bot, stamp, body)
    assert knock(bot, body, headers).status_code == 200
    assert knock(bot, body.replace(b"help", b"usage"), headers).status_code == 401
    assert knock(bot, b"\xff\xfe", signed_at(bot, stamp, b"\xff\xfe ")).status_code == 401


# Payloads


@signed_door
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"payload=%7Bnot-json", FORM),
        (b"payload=", FORM),
        (b"payload=%5B1%5D", FORM),
        (b"payload=null", FORM),
        (b"payload=" + b"%5B" * 100_000, FORM),
        (b"no form at all", FORM),
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"", "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_what_cannot_be_read_is_400_one_log_line_and_no_trace(bot: BotAtWork, body: bytes, content_type: str) -> None:
    with capture_logs() as logs:
        answer = knock(bot, body, content_type=content_type)
    assert answer.status_code == 400
    assert "Traceback" not in answer.text
    told = [line for line in logs if line["log_level"] != "debug"]
    assert len(told) == 1, told
    assert "exc_info" not in told[0]


@signed_door
@pytest.mark.parametrize("content_type", [FORM, "application/json"])
def test_bytes_that_are_no_text_are_refused_in_one_log_line(bot: BotAtWork, content_type: str) -> None:
    with capture_logs() as logs:
        answer = knock(bot, b"\xff\xfe\x00", content_type=content_type)
    # Slack signs text, so these bytes cannot even be signed.
    assert answer.status_code in {400, 401}
    assert len([line for line in logs if line["log_level"] != "debug"]) == 1


@signed_door
@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": []},
        {"type": "block_actions", "actions": [{}], "user": None},
        {"type": "view_submission", "view": None},
        {"type": "view_closed", "view": "text"},
        {"type": "event_callback", "event": None},
        {"type": "event_callback", "event": {}},
        {"type": ["list"]},
        {"type": "never_heard_of_it"},
        {"type": "block_actions", "actions": "text", "user": {"id": 7}},
    ],
)
def test_a_payload_of_an_unknown_shape_harms_nothing(bot: BotAtWork, payload: dict[str, Any]) -> None:
    answer = knock(bot, urlencode({"payload": json.dumps({"token": TOKEN, **payload})}).encode())
    assert answer.status_code < 500
    assert "Traceback" not in answer.text


@signed_door
def test_slacks_challenge_is_answered(bot: BotAtWork) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": TOKEN}).encode()
    answer = knock(bot, body, content_type="application/json")
    assert answer.status_code == 200
    assert "c-1" in answer.text


def test_an_event_is_acknowledged_whatever_it_is(bot: BotAtWork) -> None:
    assert bot.company.workspace.event({"type": "something_new", "user": ADA}).ok
    assert bot.company.workspace.open_home(ADA).ok


# Buttons from another time


def pressed(bot: BotAtWork, **changed: str) -> Delivery:
    """Answer a press of Resync whose button is another than the one on the card."""
    click = captured(bot, ask(bot, "errors"), "resync.v1", "Duplicates")
    action = {**click.payload["actions"][0], **changed}
    return Delivery(click.kind, {**click.payload, "actions": [action]})


@pytest.mark.parametrize("action", ["resync", "resync.v0", "resync.v99", "anything", "Ünknown 💥"])
def test_r17_a_button_of_another_version_is_explained(bot: BotAtWork, action: str) -> None:
    calls, running = hubspot_batches(bot), len(resyncs(bot))
    assert bot.company.workspace.deliver(pressed(bot, action_id=action)).error is None
    assert "older version" in words(bot.company.workspace.modal(ADA))
    assert (hubspot_batches(bot), len(resyncs(bot))) == (calls, running)


@pytest.mark.parametrize("action", ["details.v1", "resync.v1", "export.v1"])
@pytest.mark.parametrize(
    "value",
    ["", "garbage", "[]", "7", "null", '"c"', '{"c":"gone"}', '{"t":"gone"}', '{"z":1}', '{"i":["x"]}', '{"i":5}'],
)
def test_r17_a_button_whose_value_means_nothing_is_explained(bot: BotAtWork, action: str, value: str) -> None:
    calls, running = hubspot_batches(bot), len(resyncs(bot))
    bot.company.workspace.stacks[ADA].clear()
    assert bot.company.workspace.deliver(pressed(bot, action_id=action, value=value)).error is None
    told = words(bot.company.workspace.modal(ADA))
    assert "older version" in told, told[:200]
    assert (hubspot_batches(bot), len(resyncs(bot))) == (calls, running)


# Errors pushed by programs

AUTHORIZED = {"Authorization": f"Bearer {API_TOKEN}"}


def row(number: int, **changed: object) -> dict[str, object]:
    given = {"object": "contact", "hubspot_id": f"7700{number}", "code": "PUSHED_CODE", "message": f"Pushed {number}"}
    return {**given, **changed}


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer wrong", f"Basic {API_TOKEN}", "Bearer ü", API_TOKEN])
def test_push_without_the_token_is_401(bot: BotAtWork, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": token.encode()}
    assert post(bot, "/api/v1/errors", json=[row(0)], headers=headers).status_code == 401


def test_an_array_and_json_lines_are_taken_and_seen(bot: BotAtWork) -> None:
    answer = post(bot, "/api/v1/errors", json=[row(1, code="SEEN_CODE"), row(2, code="SEEN_CODE")], headers=AUTHORIZED)
    assert answer.status_code == 200
    assert answer.json() == {"accepted": 2, "new": 2, "updated": 0, "rejected": []}
    lines = "\n".join(json.dumps(row(number, code="SEEN_CODE")) for number in (2, 3))
    answer = post(bot, "/api/v1/errors", data=lines.encode(), headers=AUTHORIZED)
    assert answer.json() == {"accepted": 2, "new": 1, "updated": 1, "rejected": []}
    assert ": 3 open errors" in words(ask(bot, "errors SEEN_CODE"))


def test_rows_that_say_nothing_are_rejected_one_by_one_with_the_reason(bot: BotAtWork) -> None:
    rows = [
        row(11),
        7,
        {},
        row(12, object=""),
        row(13, hubspot_id="", record=""),
        row(14, code="", message=""),
        row(15, seen_at="yesterday"),
        row(16, fields=9),
        row(17, fields=["a", "b"], seen_at="2026-01-01T00:00:00Z"),
    ]
    answer = post(bot, "/api/v1/errors", json=rows, headers=AUTHORIZED).json()
    assert answer["accepted"] == 2
    assert [each["index"] for each in answer["rejected"]] == [1, 2, 3, 4, 5, 6, 7]
    assert all(each["reason"] for each in answer["rejected"])


def test_the_same_idempotency_key_is_done_once_and_answered_alike(bot: BotAtWork) -> None:
    headers = {**AUTHORIZED, "Idempotency-Key": "night-1"}
    first = post(bot, "/api/v1/errors", json=[row(21)], headers=headers)
    again = post(bot, "/api/v1/errors", json=[row(21)], headers=headers)
    assert first.json()["new"] == 1
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = post(bot, "/api/v1/errors", json=[row(21)], headers={**headers, "Idempotency-Key": "night-2"})
    assert other.json()["updated"] == 1


def test_an_idempotency_key_for_another_body_is_refused_and_loses_nothing(bot: BotAtWork) -> None:
    headers = {**AUTHORIZED, "Idempotency-Key": "k" * 200 + "1"}
    assert post(bot, "/api/v1/errors", json=[row(23)], headers=headers).json()["new"] == 1
    refused = post(bot, "/api/v1/errors", json=[row(24)], headers=headers)
    assert (refused.status_code, "another body" in refused.json()["error"]) == (422, True)
    alike = {**headers, "Idempotency-Key": "k" * 200 + "2"}
    assert post(bot, "/api/v1/errors", json=[row(24)], headers=alike).json()["new"] == 1


@pytest.mark.parametrize("body", [b"garbage", b"\xff", b"[", b"[" * 100_000, b"{}{}", b"<xml/>"])
def test_a_body_that_is_no_json_is_400(bot: BotAtWork, body: bytes) -> None:
    with capture_logs() as logs:
        answer = post(bot, "/api/v1/errors", data=body, headers=AUTHORIZED)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not [line for line in logs if line["log_level"] in {"error", "critical"}]


def test_a_body_beyond_the_limit_is_413(bot: BotAtWork) -> None:
    answer = post(bot, "/api/v1/errors", data=b"[" + b" " * 10_000_001 + b"]", headers=AUTHORIZED)
    assert answer.status_code == 413
    assert answer.json()["error"]


def test_pushed_text_reaches_nobody_as_markup(bot: BotAtWork) -> None:
    evil = "<!channel> *bold* <https://evil.example|click> `x` & co"
    post(bot, "/api/v1/errors", json=[row(31, record=evil, message=evil, code="EVIL_CODE")], headers=AUTHORIZED)
    shown = ask(bot, "errors EVIL_CODE")
    assert "<!channel>" not in json.dumps(shown.blocks)
    assert "&lt;!channel&gt;" in json.dumps(shown.blocks)
    told = [b["text"]["type"] for b in shown.blocks if b["type"] == "section" and "&lt;!channel" in b["text"]["text"]]
    assert set(told) == {"plain_text"}


# What an operator's tools ask


def test_health_readiness_and_metrics(bot: BotAtWork) -> None:
    assert requests.get(f"{bot.address}/healthz", timeout=10).status_code == 200
    ready = requests.get(f"{bot.address}/readyz", timeout=10)
    assert ready.status_code == 200
    assert {name: ready.json()[name] for name in ("database", "engine", "slack")} == dict.fromkeys(
        ("database", "engine", "slack"), "ok"
    )
    assert post(bot, "/api/v1/errors").status_code == 401
    metrics = requests.get(f"{bot.address}/metrics", timeout=10)
    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert 'sfsync_http_requests_total{path="/api/v1/errors",status="401"}' in metrics.text
    assert 'vendor="Slack"' in metrics.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/slack/events", 405), ("GET", "/api/v1/errors", 405), ("POST", "/healthz", 405)],
)
def test_other_doors_are_closed(bot: BotAtWork, method: str, path: str, status: int) -> None:
    assert requests.request(method, f"{bot.address}{path}", timeout=10).status_code == status
