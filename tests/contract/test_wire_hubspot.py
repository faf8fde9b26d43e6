"""`bot.wire.hubspot` against the sandbox's HubSpot, and against answers the sandbox has no reason to give."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.errors import Gone, NotAuthenticated, NotAuthorized, RateLimited, Rejected, Unavailable, VendorError
from bot.model.resync import RESYNC_PROPERTY, Failure
from bot.ports import HubSpot, HubSpotAccount
from bot.sandbox.crm.seeding import build_world
from bot.sandbox.crm.world import World
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.hubspot.app import ACCESS_TOKEN, create_hubspot
from bot.server import serve
from bot.wire.http import session, within
from bot.wire.hubspot import HubSpotClient
from bot.wire.hubspot_api import HubSpotApi
from tests.contract.loopback import Behaviour, Handler, Page, loopback, resets, says

VALUES = {"101": {"city": "Bonn"}, "102": {"city": "Köln"}, "103": {"city": ""}}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(errors={})


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def url(world: World, faults: Faults) -> Iterator[str]:
    with serve(create_hubspot(world, faults)) as server:
        yield server.url


@pytest.fixture
def hubspot(url: str) -> HubSpotClient:
    return HubSpotClient(HubSpotApi(token=lambda: ACCESS_TOKEN, session=session(), base_url=url))


@pytest.fixture(scope="module")
def ids(world: World) -> list[str]:
    return [*world.hubspot["contacts"]]


def elsewhere(page: Page) -> HubSpotClient:
    return HubSpotClient(HubSpotApi(token=lambda: "pat-1", session=session(), base_url=f"{page.url}/"))


def test_the_client_is_what_the_use_cases_ask_for(hubspot: HubSpotClient) -> None:
    port: HubSpot = hubspot
    assert port


@pytest.mark.parametrize("obj", ["contact", "company", "deal", "ticket"])
def test_a_full_batch_is_written_and_read_back(hubspot: HubSpotClient, world: World, obj: str) -> None:
    kind = "companies" if obj == "company" else f"{obj}s"
    batch = [*world.hubspot[kind]][:100]
    written = hubspot.update(obj, {record: {RESYNC_PROPERTY: f"token-{record}"} for record in batch})
    assert written == dict.fromkeys(batch)
    found = hubspot.read(obj, batch, [RESYNC_PROPERTY])
    assert found == {record: {RESYNC_PROPERTY: f"token-{record}"} for record in batch}


def test_a_record_that_does_not_exist_fails_alone(hubspot: HubSpotClient, ids: list[str]) -> None:
    values = {record: {RESYNC_PROPERTY: "alone"} for record in (ids[0], "17", ids[1], "18")}
    found = hubspot.update("contact", values)
    assert found[ids[0]] is found[ids[1]] is None
    for missing in ("17", "18"):
        failure = found[missing]
        assert failure
        assert failure.code == "OBJECT_NOT_FOUND"


def test_a_batch_refused_as_a_whole_is_rejected_for_the_caller_to_split(hubspot: HubSpotClient, ids: list[str]) -> None:
    values = {ids[0]: {RESYNC_PROPERTY: "kept"}, ids[1]: {"no_such_property": "x"}}
    with pytest.raises(Rejected) as caught:
        hubspot.update("contact", values)
    assert str(caught.value) == "HubSpot: Rejected (VALIDATION_ERROR)"
    assert "no_such_property" in caught.value.detail
    assert hubspot.read("contact", ids[:1], [RESYNC_PROPERTY])[ids[0]] != {RESYNC_PROPERTY: "kept"}


def test_records_are_read_with_empty_values_and_without_missing_ids(hubspot: HubSpotClient, ids: list[str]) -> None:
    found = hubspot.read("contact", [ids[0], "17"], ["email", "reports_to", "no_such_property"])
    assert found.keys() == {ids[0]}
    assert "@" in found[ids[0]]["email"]
    assert (found[ids[0]]["reports_to"], found[ids[0]]["no_such_property"]) == ("", "")


def test_records_are_found_by_the_ids_of_the_other_system(hubspot: HubSpotClient, world: World) -> None:
    linked = [record for record in world.hubspot["contacts"].values() if record.get("salesforcecontactid")][:150]
    numbers = [record.get("salesforcecontactid") for record in linked]
    found = hubspot.find("contact", "salesforcecontactid", [*numbers, "003000000000001AAA", ""], ["email"])
    assert found == {record.get("salesforcecontactid"): {"email": record.get("email")} for record in linked}


def test_a_property_must_be_there_and_be_ours_to_write(hubspot: HubSpotClient) -> None:
    assert hubspot.has_property("contact", RESYNC_PROPERTY)
    assert not hubspot.has_property("contact", "salesforcelastsynctime")
    assert not hubspot.has_property("contact", "no_such_property")


def test_the_account_has_a_number_and_a_host(hubspot: HubSpotClient, world: World) -> None:
    assert hubspot.account() == HubSpotAccount(str(world.portal.id), world.portal.ui_domain)


def test_a_wrong_token_is_not_authorized(url: str) -> None:
    stranger = HubSpotClient(HubSpotApi(token=lambda: "pat-other", session=session(), base_url=url))
    with pytest.raises(NotAuthenticated, match="INVALID_AUTHENTICATION"):
        stranger.account()


@pytest.mark.parametrize(
    ("fault", "kind", "code", "seconds"),
    [
        (Fault("rate_limit", times=1), RateLimited, "TEN_SECONDLY_ROLLING", 10),
        (Fault("rate_limit", times=1, retry_after=3), RateLimited, "TEN_SECONDLY_ROLLING", 3),
        (Fault("expired_session", times=1), NotAuthenticated, "EXPIRED_AUTHENTICATION", None),
        (Fault("server_error", times=1, status=502), Unavailable, "INTERNAL_ERROR", None),
        (Fault("drop", times=1), Unavailable, "broken_answer", None),
    ],
)
def test_r23_trouble_is_typed_and_the_call_is_not_repeated(
    hubspot: HubSpotClient,
    faults: Faults,
    ids: list[str],
    fault: Fault,
    kind: type[VendorError],
    code: str,
    seconds: float | None,
) -> None:
    faults.add(fault)
    with pytest.raises(kind) as caught:
        hubspot.update("contact", {ids[0]: {RESYNC_PROPERTY: "trouble"}})
    assert (caught.value.code, caught.value.retry_after) == (code, seconds)
    assert faults.active() == []
    hubspot.account()


def test_a_slow_answer_is_unavailable(hubspot: HubSpotClient, faults: Faults) -> None:
    faults.add(Fault("slow", seconds=1.5, times=1))
    with within(0.3), pytest.raises(Unavailable, match="timeout"):
        hubspot.account()


# What the sandbox has no reason to do


def test_a_batch_is_one_call_with_a_trace_id_for_each_record() -> None:
    results = [{"id": record} for record in VALUES]
    with loopback(says(200, {"status": "COMPLETE", "results": results})) as page:
        assert elsewhere(page).update("company", VALUES) == dict.fromkeys(VALUES)
    (request,) = page.requests
    assert (request.method, request.path) == ("POST", "/crm/objects/2026-03/companies/batch/update")
    assert request.headers["authorization"] == "Bearer pat-1"
    inputs = request.json["inputs"]
    assert [(one["id"], one["properties"]) for one in inputs] == list(VALUES.items())
    assert len({one["objectWriteTraceId"] for one in inputs}) == 3


def outcomes(*errors: dict[str, Any], written: tuple[str, ...] = ()) -> dict[str, Failure | None]:
    """Return what becomes of VALUES; "TRACE-102" in an error stands for the trace id of that record."""

    def behave(handler: Handler) -> None:
        text = json.dumps(errors)
        for one in handler.server.page.requests[-1].json["inputs"]:
            text = text.replace(f"TRACE-{one['id']}", one["objectWriteTraceId"])
        body = {"results": [{"id": record} for record in written], "errors": json.loads(text)}
        says(207, body)(handler)

    with loopback(behave) as page:
        return elsewhere(page).update("contact", VALUES)


@pytest.mark.parametrize(
    "where",
    [
        {"context": {"ids": ["102"]}},
        {"context": {"id": ["102"]}},
        {"context": {"objectWriteTraceId": ["TRACE-102"]}},
        {"objectWriteTraceId": "TRACE-102"},
        {"errors": [{"message": "m", "context": {"id": ["102"]}}]},
        {"context": {"objectWriteTraceId": ["TRACE-102"], "id": ["101"]}},
    ],
)
def test_an_error_finds_its_record(where: dict[str, Any]) -> None:
    error = {"status": "error", "category": "VALIDATION_ERROR", "message": "Too long", **where}
    found = outcomes(error, written=("101", "103"))
    assert found == {"101": None, "102": Failure("VALIDATION_ERROR", "Too long"), "103": None}


def test_one_error_may_be_about_several_records() -> None:
    error = {"category": "OBJECT_NOT_FOUND", "message": "Gone", "context": {"ids": ["101", "103"]}}
    found = outcomes(error, written=("102",))
    assert found["101"] == found["103"] == Failure("OBJECT_NOT_FOUND", "Gone")
    assert found["102"] is None


def test_an_error_names_the_fields_it_is_about() -> None:
    error = {
        "category": "VALIDATION_ERROR",
        "message": "m",
        "context": {"ids": ["101"], "propertyName": ["city"]},
        "errors": [{"message": "m", "in": "email", "context": {"propertyName": ["city"]}}],
    }
    found = outcomes(error, written=("102", "103"))["101"]
    assert found
    assert set(found.fields) == {"city", "email"}


def test_a_value_that_looks_like_an_id_is_no_id() -> None:
    error = {"category": "VALIDATION_ERROR", "message": "m", "context": {"ids": ["101"], "value": ["102"]}}
    assert outcomes(error, written=("102", "103"))["102"] is None


def test_a_record_in_neither_list_has_failed() -> None:
    failed = outcomes(written=("101", "102"))["103"]
    assert failed
    assert failed.code == "NOT_REPORTED"


def test_an_error_that_names_no_record_is_about_those_nothing_else_explains() -> None:
    error = {"category": "VALIDATION_ERROR", "message": "Whose?", "context": None, "errors": "none"}
    found = outcomes(error, written=("101", "102"))
    assert found == {"101": None, "102": None, "103": Failure("VALIDATION_ERROR", "Whose?")}


def test_records_that_are_missing_for_another_reason_are_not_taken_for_deleted() -> None:
    body = {"results": [], "errors": [{"category": "MISSING_SCOPES", "message": "m"}]}
    with loopback(says(207, body)) as page, pytest.raises(Rejected, match="MISSING_SCOPES"):
        elsewhere(page).read("deal", ["101"], ["city"])


def test_a_search_asks_in_lower_case_and_answers_as_asked() -> None:
    body = {"results": [{"id": "1", "properties": {"salesforcecontactid": "003000000000001AAA", "city": "Bonn"}}]}
    with loopback(says(200, body)) as page:
        found = elsewhere(page).find("contact", "salesforcecontactid", ["003000000000001AAA"], ["city"])
        assert elsewhere(page).find("contact", "salesforcecontactid", ["", ""], ["city"]) == {}
    assert found == {"003000000000001AAA": {"city": "Bonn"}}
    (request,) = page.requests
    assert request.path == "/crm/objects/2026-03/contacts/search"
    assert request.json["filterGroups"][0]["filters"][0]["values"] == ["003000000000001aaa"]


@pytest.mark.parametrize(
    ("body", "writable"),
    [
        ({"name": "x"}, True),
        ({"name": "x", "modificationMetadata": {"readOnlyValue": False}}, True),
        ({"name": "x", "modificationMetadata": {"readOnlyValue": True}}, False),
        ({"name": "x", "calculated": True}, False),
        ({"name": "x", "archived": True}, False),
    ],
)
def test_a_property_is_ours_to_write_unless_hubspot_says_no(body: object, writable: bool) -> None:  # noqa: FBT001 - a parameter of the table
    with loopback(says(200, body), says(404)) as page:
        hubspot = elsewhere(page)
        assert hubspot.has_property("ticket", "a/b") is writable
        assert not hubspot.has_property("2-1234", "x")
    paths = [request.path for request in page.requests]
    assert paths == ["/crm/properties/2026-03/tickets/a%2Fb", "/crm/properties/2026-03/2-1234/x"]


@pytest.mark.parametrize(
    ("body", "account"),
    [
        ({"portalId": 42, "uiDomain": "app-eu1.hubspot.com"}, HubSpotAccount("42", "app-eu1.hubspot.com")),
        ({"portalId": 42}, HubSpotAccount("42", "app.hubspot.com")),
    ],
)
def test_an_account_without_a_host_has_the_usual_one(body: object, account: HubSpotAccount) -> None:
    with loopback(says(200, body)) as page:
        assert elsewhere(page).account() == account
    assert page.requests[0].path == "/account-info/2026-03/details"


@pytest.mark.parametrize(
    ("body", "headers", "code", "seconds"),
    [
        ({"policyName": "TEN_SECONDLY_ROLLING"}, {}, "TEN_SECONDLY_ROLLING", 10),
        ({"policyName": "SECONDLY"}, {}, "SECONDLY", 1),
        ({"policyName": "DAILY"}, {}, "DAILY", None),
        ({"category": "RATE_LIMITS"}, {}, "RATE_LIMITS", None),
        ({"policyName": "TEN_SECONDLY_ROLLING"}, {"Retry_After": "3"}, "TEN_SECONDLY_ROLLING", 3),
        ({}, {"Retry_After": "2500"}, "http_429", 2.5),
        ({}, {"Retry_After": "900"}, "http_429", 60),
        ("<html>slow down</html>", {"Retry_After": "soon"}, "http_429", None),
    ],
)
def test_r23_a_rate_limit_says_how_long_to_wait(
    body: object, headers: dict[str, str], code: str, seconds: float | None
) -> None:
    with loopback(says(429, body, **headers)) as page, pytest.raises(RateLimited) as caught:
        elsewhere(page).account()
    assert (caught.value.code, caught.value.retry_after) == (code, seconds)
    assert len(page.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, NotAuthenticated), (403, NotAuthorized), (404, Gone), (409, Rejected), (423, Unavailable),
     (477, Unavailable), (502, Unavailable), (524, Unavailable)],
)  # fmt: skip
def test_each_refusal_is_typed(status: int, kind: type[VendorError]) -> None:
    with loopback(says(status, {"category": "SOME_CATEGORY"})) as page, pytest.raises(kind) as caught:
        elsewhere(page).account()
    assert type(caught.value) is kind
    assert caught.value.code == "SOME_CATEGORY"


def test_a_migration_says_how_long_it_takes() -> None:
    with loopback(says(477, {}, Retry_After="30")) as page, pytest.raises(Unavailable) as caught:
        elsewhere(page).account()
    assert caught.value.retry_after == 30


@pytest.mark.parametrize("behaviour", [resets, says(502, "<html>")])
def test_a_batch_whose_answer_breaks_is_not_sent_again(behaviour: Behaviour) -> None:
    with loopback(behaviour) as page, pytest.raises(Unavailable):
        elsewhere(page).update("contact", VALUES)
    assert len(page.requests) == 1


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", '{"results": '])
def test_an_answer_that_makes_no_sense_is_unavailable(body: str) -> None:
    with loopback(says(200, body)) as page, pytest.raises(Unavailable, match="broken_answer"):
        elsewhere(page).update("contact", VALUES)


def test_nothing_is_asked_for_nothing_and_too_much_is_a_mistake() -> None:
    with loopback(says(200, {})) as page:
        hubspot = elsewhere(page)
        assert hubspot.update("contact", {}) == {}
        assert hubspot.read("contact", [], ["city"]) == {}
        with pytest.raises(ValueError, match="100"):
            hubspot.read("contact", [str(number) for number in range(101)], ["city"])
        with pytest.raises(ValueError, match="100"):
            hubspot.update("contact", {str(number): {"city": "x"} for number in range(101)})
    assert page.requests == []
