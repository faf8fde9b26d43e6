"""Every call the product makes, as it went over the wire, against the vendors' own contracts.

A bot does everything it can do once, in the sandbox, which records it. Then each of HubSpot's calls, and the
answer to it, is held against HubSpot's OpenAPI documents, and each message and view against Slack's schemas.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.sandbox.crm.mapping import TOKEN_PROPERTY
from bot.sandbox.crm.sync_log import LOG
from bot.sandbox.faults import Fault
from bot.sandbox.record import Call
from bot.sandbox.slack.state import ADA, OTTO, REVOPS, SYNC_ADMINS, VERA
from bot.sandbox.slack.transport import Answer, Delivery
from bot.usecases.checkup import check_hubspot, check_salesforce, check_slack
from tests.bot_at_work import API_TOKEN, BotAtWork, bot_at_work
from tests.conftest import NO_CONTRACT
from tests.contract import openapi, slack_schemas
from tests.contract.operations import Operation, operations
from tests.scenario.steps import (
    all_touched,
    ask,
    dm,
    finished,
    later,
    mend_all,
    open_errors,
    press,
    resyncs,
    words,
)

Json = dict[str, Any]

needs_openapi = pytest.mark.skipif(
    not openapi.FOLDER.is_dir(), reason="HubSpot's OpenAPI documents are not beside this repository"
)

_SALESFORCE = "Salesforce publishes none; an org generates its own, for sObjects alone"
_SLACK = "Slack publishes none for its Web API"
_VIEW = "Slack publishes none; the view within is held against @slack/types"
_MESSAGE = "Slack publishes none; the message within is held against @slack/types"

WITHOUT_CONTRACT: Mapping[Operation, str] = {
    ("Salesforce", "changes"): _SALESFORCE,
    ("Salesforce", "describe"): _SALESFORCE,
    ("Salesforce", "limits"): _SALESFORCE,
    ("Salesforce", "login"): "OAuth's standards, but no document of Salesforce's",
    ("Salesforce", "read"): _SALESFORCE,
    ("Salesforce", "update"): _SALESFORCE,
    ("Slack", "apps.connections.open"): _SLACK,
    ("Slack", "auth.test"): _SLACK,
    ("Slack", "chat.getPermalink"): _SLACK,
    ("Slack", "chat.postMessage"): _MESSAGE,
    ("Slack", "chat.update"): _MESSAGE,
    ("Slack", "conversations.open"): _SLACK,
    ("Slack", "files.completeUploadExternal"): _SLACK,
    ("Slack", "download"): "bytes from an address that Slack hands out",
    ("Slack", "files.delete"): _SLACK,
    ("Slack", "files.getUploadURLExternal"): _SLACK,
    ("Slack", "files.info"): _SLACK,
    ("Slack", "response_url"): _MESSAGE,
    ("Slack", "upload"): "raw bytes to an address that Slack hands out",
    ("Slack", "usergroups.users.list"): _SLACK,
    ("Slack", "users.info"): _SLACK,
    ("Slack", "views.open"): _VIEW,
    ("Slack", "views.push"): _VIEW,
    ("Slack", "views.update"): _VIEW,
}
"""The operations whose calls nobody's document can judge, and why; all others are HubSpot's."""

BESIDE = {"replace_original", "response_type", "type", "user", "team", "bot_id", "app_id", "edited"}
"""What stands beside a message: how a response URL or an acknowledgement uses it, and what Slack adds in an answer."""


@dataclass
class Seen:
    """What a bot did: its calls to each vendor, its acknowledgements of commands, and the operations it counted."""

    hubspot: list[Call]
    slack: list[Call]
    acks: list[Any]
    counted: set[Operation]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    admins = f"{ADA},{SYNC_ADMINS}"
    with bot_at_work(tmp_path_factory.mktemp("bot"), sfsync_admins=admins, salesforce_log_object=LOG) as bot:
        bot.company.world.clock = bot.clock.now
        acks = _kept_acks(bot)
        _everything(bot)
        hubspot = [call for call in bot.company.hubspot_calls if not call.path.startswith("/sandbox/")]
        done = Seen(hubspot, bot.company.slack_calls, acks, _counted(bot))
    # Only a bot in Socket Mode asks for the address of a WebSocket.
    with bot_at_work(tmp_path_factory.mktemp("sockets"), socket_mode=True) as bot:
        acks = _kept_acks(bot)
        ask(bot, "help")
        done.slack += bot.company.slack_calls
        done.acks += acks
        done.counted |= _counted(bot)
    return done


def _kept_acks(bot: BotAtWork) -> list[Json]:
    """Keep what the bot answers to commands from now on."""
    workspace, acks = bot.company.workspace, list[Json]()
    real = workspace.transport

    def keep(delivery: Delivery, url: str, secret: str) -> Answer:
        answer = real(delivery, url, secret)
        if delivery.kind == "slash_commands":
            acks.append(answer.body)
        return answer

    workspace.transport = keep
    return acks


def _everything(bot: BotAtWork) -> None:
    bot.import_errors()
    _look(bot)
    _resync_with_trouble(bot)
    _resync_all_kinds(bot)
    _send_files_and_digests(bot)
    _check_up(bot)
    _have_a_view_created(bot)


def _look(bot: BotAtWork) -> None:
    for text in ("errors", "errors duplicates", "errors invalid_email", "errors nothing like this", "usage", "help"):
        ask(bot, text)
    for text in ("hilfe", "fehler", "nutzung", "eerrors", "notify", "usage allocated 50000", "usage"):
        ask(bot, text, OTTO)
    card = ask(bot, "errors duplicates")
    for action in ("details.v1", "export.v1"):
        assert press(bot, card, action).ok
        assert bot.company.workspace.modal(ADA)
    _walk_through_details(bot)


def _walk_through_details(bot: BotAtWork) -> None:
    """Open, search and change the details, and be refused on top of them."""
    workspace = bot.company.workspace
    assert press(bot, ask(bot, "errors"), "details.v1", "Duplicates", VERA).ok
    modal = workspace.modal(VERA)
    assert modal
    for action, value in (("details_state.v1", "ignored"), ("details_state.v1", "open"), ("details_group.v1", None)):
        assert workspace.press(VERA, modal, action, value=value).ok
    assert workspace.submit(VERA, modal, {"details_search.v1": "a"}).ok
    assert workspace.press(VERA, modal, "details_export.v1").ok
    assert len(workspace.stacks[VERA]) == 2


def _have_a_view_created(bot: BotAtWork) -> None:
    """Have the records of some errors put into lists in HubSpot, and these removed after a month."""
    workspace, lists = bot.company.workspace, bot.company.world.lists
    assert press(bot, ask(bot, "errors"), "details.v1", "Duplicates").ok
    modal = workspace.modal(ADA)
    assert modal
    assert workspace.press(ADA, modal, "details_view.v1").ok
    bot.until(lambda: any("HubSpot view" in each.text for each in workspace.messages(dm(bot, ADA))))
    later(bot, timedelta(days=31))
    bot.until(lambda: not lists)


def _resync_with_trouble(bot: BotAtWork) -> None:
    """Resync what HubSpot refuses in several ways: too fast, down, an unknown property."""
    faults = bot.company.faults
    faults.add(Fault("rate_limit", "/crm/objects/", times=1, retry_after=1))
    faults.add(Fault("server_error", "/crm/objects/", times=1, status=502))
    bot.company.workspace.fail("chat.postMessage", "ratelimited", status=429, retry_after=1)
    _finished(bot, _started(bot, "invalid_email"))
    assert not faults.active()
    known = bot.company.world.portal.properties["contacts"]
    taken = known.pop(TOKEN_PROPERTY)
    _finished(bot, _started(bot, "invalid_email"))
    known[TOKEN_PROPERTY] = taken


def _resync_all_kinds(bot: BotAtWork) -> None:
    """Resync a record of each object, one that only Salesforce has, and one that is nowhere; then prove it."""
    found = {
        each.object_type: each for each in open_errors(bot) if each.hubspot_id and each.code != "ENTITY_IS_DELETED"
    }
    there = next(each for each in open_errors(bot, "email_already_in_use") if not each.hubspot_id)
    told = [{"object": name, "hubspot_id": each.hubspot_id} for name, each in found.items()]
    told += [{"object": "contact", "salesforce_id": there.salesforce_id}]
    told += [{"object": name, "hubspot_id": "990000000001"} for name in ("contact", "company", "deal", "ticket")]
    answer = requests.post(
        f"{bot.address}/api/v1/errors",
        json=[{**each, "code": "OF_ALL_KINDS", "message": "told by a test"} for each in told],
        headers={"Authorization": f"Bearer {API_TOKEN}"},
        timeout=10,
    )
    assert answer.json()["accepted"] == len(told), answer.text
    live = _started(bot, "OF_ALL_KINDS")
    bot.until(lambda: all_touched(live))
    mend_all(bot, [*found.values(), there])
    bot.company.sync.run()
    later(bot, timedelta(seconds=601))
    _finished(bot, live)
    assert "Resolved" in words(live)


def _send_files_and_digests(bot: BotAtWork) -> None:
    """Send a file, a digest, and the word to its owner that it is paused."""
    workspace = bot.company.workspace
    ask(bot, "export duplicates")
    bot.until(lambda: workspace.called("files.completeUploadExternal"))
    file = bot.until(lambda: [one for one in workspace.files.values() if one.completed])[0]
    assert bot.service.slack.download(file.id) == file.content
    bot.service.slack.delete_file(file.id)
    assert file.id not in workspace.files
    at = (bot.clock.now() + timedelta(minutes=2)).astimezone(ZoneInfo(workspace.people[ADA].tz))
    ask(bot, f"notify daily {at:%H:%M}")
    later(bot, timedelta(minutes=2))
    bot.until(lambda: any(each.text.startswith("Sync health") for each in workspace.messages(REVOPS)))
    workspace.channels[REVOPS].archived = True
    later(bot, timedelta(days=1))
    bot.until(lambda: any("paused" in each.text for each in workspace.messages(dm(bot, ADA))))


def _check_up(bot: BotAtWork) -> None:
    """Do what `sfsync doctor` does, with the clients of the bot that runs, which count; one property is missing."""
    service = bot.service
    bot.company.world.portal.properties["deals"].pop(TOKEN_PROPERTY)
    findings = [
        *check_slack(service.slack, set(), datetime.now(UTC)),
        *check_salesforce(service.salesforce),
        *check_hubspot(service.hubspot),
    ]
    assert [each.check for each in findings if not each.ok] == [f"HubSpot deal.{TOKEN_PROPERTY}"]
    bot.company.faults.add(Fault("expired_session", "/account-info/", times=1))
    assert [each.ok for each in check_hubspot(service.hubspot)] == [False]


def _started(bot: BotAtWork, what: str) -> Any:  # noqa: ANN401 - a message of Slack's
    before = len(resyncs(bot))
    assert press(bot, ask(bot, f"errors {what}"), "resync.v1").ok
    return bot.until(lambda: resyncs(bot)[before:])[-1]


def _finished(bot: BotAtWork, live: Any) -> None:  # noqa: ANN401 - a message of Slack's
    bot.until(lambda: finished(live) or all_touched(live))
    if not finished(live):
        later(bot, timedelta(seconds=601))
        bot.until(lambda: finished(live))


def _counted(bot: BotAtWork) -> set[Operation]:
    metrics = requests.get(f"{bot.address}/metrics", timeout=10).text
    return {
        (sample.labels["vendor"], sample.labels["operation"])
        for family in text_string_to_metric_families(metrics)
        if family.name == "sfsync_vendor_call_seconds"
        for sample in family.samples
    }


def _as_json(call: Call) -> Json:
    found: Json = json.loads(call.body)
    return found


def _messages(seen: Seen) -> Iterator[tuple[str, Json]]:
    """Yield every message that went to Slack or came back from there, with where it was."""
    for ack in seen.acks:
        yield "the acknowledgement of a command", ack
    for call in seen.slack:
        if call.path.startswith("/response/"):
            yield "a response_url", _as_json(call)
        if call.path in {"/api/chat.postMessage", "/api/chat.update"}:
            yield call.path, _as_json(call)
            answer = json.loads(call.answer)
            if answer["ok"]:
                yield f"the answer to {call.path}", answer["message"]


def test_everything_the_product_can_ask_a_vendor_was_asked(seen: Seen) -> None:
    assert seen.counted == operations()
    methods = {call.path.removeprefix("/api/") for call in seen.slack if call.path.startswith("/api/")}
    assert methods == {name for vendor, name in seen.counted if vendor == "Slack" and "." in name}


def test_what_has_no_contract_is_named_with_the_reason(seen: Seen, record_property: Any) -> None:  # noqa: ANN401 - pytest's own
    assert {each for each in seen.counted if each[0] != "HubSpot"} == WITHOUT_CONTRACT.keys()
    for (vendor, operation), why in sorted(WITHOUT_CONTRACT.items()):
        record_property(NO_CONTRACT, f"{vendor} {operation}: {why}")


@needs_openapi
def test_hubspots_documents_know_every_call_and_every_answer(seen: Seen) -> None:
    contracts = openapi.Contracts()
    assert [fault for call in seen.hubspot for fault in contracts.faults(call)] == []


@needs_openapi
def test_each_object_was_written_and_read_and_each_kind_of_refusal_met(seen: Seen) -> None:
    contracts = openapi.Contracts()
    documents = {each.document for call in seen.hubspot for each in contracts.operations(call)}
    assert documents >= {"accountInfo", "companies", "contacts", "deals", "objects", "properties", "tickets"}
    assert {call.status for call in seen.hubspot} == {200, 204, 207, 400, 401, 404, 429, 502}


@slack_schemas.needed
def test_every_message_has_the_shape_of_slacks_own_types(seen: Seen) -> None:
    places = set()
    for place, message in _messages(seen):
        places.add(place)
        faults = slack_schemas.faults_of_message({name: message[name] for name in message if name not in BESIDE})
        assert not faults, f"{place}: {faults}"
    assert len(places) == 6


@slack_schemas.needed
def test_every_view_has_the_shape_of_slacks_own_types(seen: Seen) -> None:
    calls = [call for call in seen.slack if call.path.startswith("/api/views.")]
    assert {call.path.removeprefix("/api/views.") for call in calls} == {"open", "push", "update"}
    for call in calls:
        sent = _as_json(call)
        assert sent.keys() <= {"trigger_id", "view_id", "hash", "view"}
        shown = json.loads(call.answer)["view"]
        for view in (sent["view"], {name: shown[name] for name in sent["view"]}):
            assert not slack_schemas.faults_of_view(view)


# The judges themselves


def _changed(call: Call, **bodies: object) -> Call:
    return Call(**(call._asdict() | {name: json.dumps(value).encode() for name, value in bodies.items()}))


@pytest.fixture
def batch(seen: Seen) -> Call:
    """A batch update of contacts that HubSpot took."""
    return next(c for c in seen.hubspot if c.path.endswith("/contacts/batch/update") and c.status == 200)


@needs_openapi
def test_a_request_with_a_field_too_many_or_too_few_is_noticed(batch: Call) -> None:
    contracts, sent = openapi.Contracts(), _as_json(batch)
    [first, *others] = sent["inputs"]
    for wrong in (
        {**sent, "dryRun": True},
        {"inputs": [{**first, "archived": False}, *others]},
        {"inputs": [{"id": first["id"]}, *others]},
        {"inputs": [{**first, "id": int(first["id"])}, *others]},
    ):
        assert any("request: " in fault for fault in contracts.faults(_changed(batch, body=wrong))), wrong
    assert contracts.faults(batch._replace(query="archived=maybe"))
    assert contracts.faults(batch._replace(headers={}))
    assert contracts.faults(batch._replace(path=batch.path.replace("/objects/", "/things/")))


@needs_openapi
def test_an_answer_with_a_wrong_field_is_noticed(batch: Call) -> None:
    contracts, told = openapi.Contracts(), json.loads(batch.answer)
    [first, *others] = told["results"]
    for wrong in (
        {**told, "took": 1},
        {**told, "status": "DONE"},
        {**told, "startedAt": "yesterday"},
        {**told, "results": [{**first, "id": 5}, *others]},
        {**told, "results": [{name: first[name] for name in first if name != "archived"}, *others]},
    ):
        broken = _changed(batch, answer=wrong)._replace(answer_headers={"content-type": "application/json"})
        assert any("answer: " in fault for fault in contracts.faults(broken)), wrong


@slack_schemas.needed
def test_a_message_with_a_wrong_field_is_noticed(seen: Seen) -> None:
    message = next(message for place, message in _messages(seen) if place == "/api/chat.postMessage")
    assert slack_schemas.faults_of_message({**message, "colour": "red"})
    assert slack_schemas.faults_of_message({**message, "blocks": [{"type": "section", "text": "no text object"}]})
