"""The sandbox's HubSpot speaks as HubSpot's own OpenAPI documents say, and refuses as HubSpot does."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests
from werkzeug.test import TestResponse

from bot.sandbox.crm.health import ERROR_TYPES
from bot.sandbox.crm.mapping import TOKEN_FIELD, TOKEN_PROPERTY
from bot.sandbox.crm.seeding import build_world
from bot.sandbox.crm.sync import Sync
from bot.sandbox.crm.world import World
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.hubspot.app import ACCESS_TOKEN, create_hubspot
from bot.server import serve
from tests.contract.openapi import FOLDER, Contracts

if TYPE_CHECKING:
    from flask.testing import FlaskClient

AUTH = {"Authorization": f"Bearer {ACCESS_TOKEN}"}
TYPES = ("contacts", "companies", "deals", "tickets")

needs_contracts = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="HubSpot's OpenAPI documents are not beside the repository"
)


class Portal:
    """A client of one sandbox portal."""

    def __init__(self, world: World, faults: Faults) -> None:
        self.world = world
        self.faults = faults
        self.app = create_hubspot(world, faults)
        self.http: FlaskClient = self.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.http.get(path, headers=AUTH)

    def post(self, path: str, body: object) -> TestResponse:
        return self.http.post(path, headers=AUTH, json=body)

    def patch(self, path: str, body: object) -> TestResponse:
        return self.http.patch(path, headers=AUTH, json=body)

    def some(self, kind: str, number: int = 1) -> list[str]:
        """Answer ids of healthy, linked records."""
        sobject = {"contacts": "Contact", "companies": "Account", "deals": "Opportunity", "tickets": "Case"}[kind]
        pairs = (each.hubspot for each in self.world.pairs(sobject))
        inside = (each.id for each in pairs if each and not self.world.outside_segment(each))
        return [next(inside) for _ in range(number)]


@pytest.fixture
def portal() -> Portal:
    return Portal(build_world(errors={}), Faults())


Check = Callable[[TestResponse, str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def conforms() -> Check:
    """Validate an answer against a schema of one of the documents."""
    contracts = Contracts()

    def check(response: TestResponse, document: str, schema: str) -> dict[str, Any]:
        found: dict[str, Any] = response.get_json()
        contracts.validate(document, schema, found)
        return found

    return check


@needs_contracts
@pytest.mark.parametrize("kind", TYPES)
def test_records_conform(portal: Portal, conforms: Check, kind: str) -> None:
    document = "objects"
    root = f"/crm/objects/2026-03/{kind}"
    (id_,) = portal.some(kind)
    history = f"?propertiesWithHistory=salesforcelastsynctime,{TOKEN_PROPERTY}&associations=companies"
    one = conforms(portal.get(f"{root}/{id_}{history}"), document, "SimplePublicObjectWithAssociations")
    assert one["propertiesWithHistory"]["salesforcelastsynctime"][0]["sourceType"] == "SALESFORCE"
    listed = conforms(
        portal.get(f"{root}?limit=3"),
        document,
        "CollectionResponseSimplePublicObjectWithAssociationsForwardPaging",
    )
    assert len(listed["results"]) == 3
    body = {"inputs": [{"id": id_}], "properties": [TOKEN_PROPERTY], "propertiesWithHistory": []}
    read = conforms(portal.post(f"{root}/batch/read", body), document, "BatchResponseSimplePublicObject")
    assert read["results"][0]["properties"][TOKEN_PROPERTY] is None
    touch = {"inputs": [{"id": id_, "properties": {TOKEN_PROPERTY: "t-1"}}]}
    updated = portal.post(f"{root}/batch/update", touch)
    assert updated.status_code == 200
    conforms(updated, document, "BatchResponseSimplePublicObject")
    changed = portal.patch(f"{root}/{id_}", {"properties": {TOKEN_PROPERTY: "t-2"}})
    assert conforms(changed, document, "SimplePublicObject")["properties"][TOKEN_PROPERTY] == "t-2"
    found = portal.post(f"{root}/search", {"limit": 2, "properties": [TOKEN_PROPERTY]})
    conforms(found, document, "CollectionResponseWithTotalSimplePublicObject")


@needs_contracts
def test_settings_conform(portal: Portal, conforms: Check) -> None:
    root = "/crm/properties/2026-03/contacts"
    conforms(portal.get(root), "properties", "CollectionResponsePropertyNoPaging")
    one = conforms(portal.get(f"{root}/salesforcelastsynctime"), "properties", "Property")
    assert one["modificationMetadata"]["readOnlyValue"] is True
    conforms(portal.get("/crm/owners/2026-03?limit=2"), "crmOwners", "CollectionResponsePublicOwnerForwardPaging")
    (owner, *_) = portal.world.portal.owners
    conforms(portal.get(f"/crm/owners/2026-03/{owner}"), "crmOwners", "PublicOwner")
    details = portal.get("/account-info/2026-03/details")
    assert conforms(details, "accountInfo", "PortalInformationResponse")["portalId"] == portal.world.portal.id
    usage = portal.get("/account-info/2026-03/api-usage/daily/private-apps")
    assert conforms(usage, "accountInfo", "CollectionResponseApiUsageNoPaging")["results"][0]["currentUsage"] == 6


@needs_contracts
def test_full_company_shows_in_the_limits(portal: Portal, conforms: Check) -> None:
    response = portal.get("/crm/limits/2026-03/associations/records/0-2/0-1")
    body = conforms(response, "limitsTracking", "AssociationRecordLimitResponse")
    assert (body["totalRecordsAtLimit"], body["limit"]) == (1, portal.world.portal.contacts_per_company)
    assert portal.get("/crm/limits/2026-03/associations/records/0-3/0-1").status_code == 404


@needs_contracts
def test_refusals_conform(portal: Portal, conforms: Check) -> None:
    root = "/crm/objects/2026-03/contacts"
    answers = {
        401: portal.http.get(root),
        404: portal.get("/crm/nothing/here"),
        405: portal.http.delete(f"{root}/batch/read", headers=AUTH),
        415: portal.http.post(f"{root}/search", headers=AUTH, data="{}"),
        400: portal.http.post(f"{root}/search", headers=AUTH | {"Content-Type": "application/json"}, data="{"),
    }
    for status, response in answers.items():
        assert response.status_code == status
        conforms(response, "objects", "Error")
    assert answers[401].get_json()["category"] == "INVALID_AUTHENTICATION"


@needs_contracts
def test_unknown_ids_are_named_in_a_207(portal: Portal, conforms: Check) -> None:
    (id_,) = portal.some("deals")
    root = "/crm/objects/2026-03/deals/batch"
    touch = {TOKEN_PROPERTY: "t"}
    updates = {"inputs": [{"id": id_, "properties": touch}, {"id": "1", "properties": touch}]}
    for response in (
        portal.post(f"{root}/update", updates),
        portal.post(f"{root}/read", {"inputs": [{"id": id_}, {"id": "1"}], "properties": []}),
    ):
        assert response.status_code == 207
        body = conforms(response, "objects", "BatchResponseSimplePublicObjectWithErrors")
        assert [each["id"] for each in body["results"]] == [id_]
        assert body["errors"][0]["context"] == {"ids": ["1"]}


def test_more_than_100_inputs_are_refused(portal: Portal) -> None:
    inputs = [{"id": str(n), "properties": {TOKEN_PROPERTY: "t"}} for n in range(101)]
    response = portal.post("/crm/objects/2026-03/contacts/batch/update", {"inputs": inputs})
    assert response.status_code == 400
    assert response.get_json()["message"] == (
        "The maximum number of inputs supported in a batch is 100. Please reduce the number of items and try again"
    )


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"no_such_property": "x"}, "PROPERTY_DOESNT_EXIST"),
        ({"salesforcelastsynctime": "2026-01-01T00:00:00Z"}, "READ_ONLY_VALUE"),
        ({"product_interest": "Nothing we sell"}, "INVALID_OPTION"),
        ({"email": "nobody"}, "INVALID_EMAIL"),
    ],
)
def test_one_bad_property_refuses_the_whole_batch(portal: Portal, values: dict[str, str], reason: str) -> None:
    first, second = portal.some("contacts", 2)
    inputs = [{"id": first, "properties": {TOKEN_PROPERTY: "t"}}, {"id": second, "properties": values}]
    response = portal.post("/crm/objects/2026-03/contacts/batch/update", {"inputs": inputs})
    assert response.status_code == 400
    body = response.get_json()
    assert body["category"] == "VALIDATION_ERROR"
    assert [each["code"] for each in body["errors"]] == [reason]
    assert portal.world.hubspot["contacts"][first].get(TOKEN_PROPERTY) == ""


def test_email_of_another_contact_is_a_conflict(portal: Portal) -> None:
    first, second = portal.some("contacts", 2)
    email = portal.world.hubspot["contacts"][first].get("email").upper()
    response = portal.patch(f"/crm/objects/2026-03/contacts/{second}", {"properties": {"email": email}})
    assert response.status_code == 409
    assert response.get_json()["message"] == f"Contact already exists. Existing ID: {first}"


def test_contact_is_found_by_email_and_by_type_id(portal: Portal) -> None:
    (id_,) = portal.some("contacts")
    email = portal.world.hubspot["contacts"][id_].get("email")
    assert portal.get(f"/crm/objects/2026-03/0-1/{email}?idProperty=email").get_json()["id"] == id_


def search(portal: Portal, *filters: dict[str, Any], **more: object) -> dict[str, Any]:
    body = {"filterGroups": [{"filters": list(filters)}], **more}
    response = portal.post("/crm/objects/2026-03/contacts/search", body)
    found: dict[str, Any] = response.get_json()
    assert response.status_code == 200, found
    return found


def test_search_pages_through_what_matches(portal: Portal) -> None:
    portal.world.portal.searches_per_second = 100
    linked = {"propertyName": "salesforcecontactid", "operator": "HAS_PROPERTY"}
    pages, after = [], "0"
    while True:
        page = search(portal, linked, limit=100, after=after)
        pages.append([each["id"] for each in page["results"]])
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
    assert sum(map(len, pages)) == page["total"] == len({id_ for ids in pages for id_ in ids}) == 330


def test_search_operators(portal: Portal) -> None:
    portal.world.portal.searches_per_second = 100
    (id_,) = portal.some("contacts")
    record = portal.world.hubspot["contacts"][id_]
    moment = record.created.timestamp() * 1000
    hits: list[dict[str, Any]] = [
        {"operator": "EQ", "propertyName": "email", "value": record.get("email")},
        {"operator": "IN", "propertyName": "hs_object_id", "values": [id_]},
        {"operator": "CONTAINS_TOKEN", "propertyName": "email", "value": record.get("email").split("@")[0]},
        {"operator": "BETWEEN", "propertyName": "createdate"}
        | {"value": f"{moment - 1:.0f}", "highValue": f"{moment + 1:.0f}"},
    ]
    same = {"operator": "EQ", "propertyName": "hs_object_id", "value": id_}
    for hit in hits:
        assert search(portal, hit, same)["total"] == 1
    for miss in (
        {"operator": "NEQ", "propertyName": "email", "value": record.get("email")},
        {"operator": "NOT_IN", "propertyName": "email", "values": [record.get("email")]},
        {"operator": "GT", "propertyName": "createdate", "value": f"{moment:.0f}"},
        {"operator": "NOT_HAS_PROPERTY", "propertyName": "email"},
        {"operator": "IN", "propertyName": "email", "values": [record.get("email").upper()]},
    ):
        assert search(portal, miss, same)["total"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"after": "9990", "limit": 20},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "HAS_PROPERTY"}] * 7}]},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "LIKE", "value": "x"}]}]},
        {"filterGroups": [{"filters": [{"propertyName": "nope", "operator": "HAS_PROPERTY"}]}]},
        {"query": "x" * 3_000},
        {"filters": []},
    ],
)
def test_search_beyond_its_limits_is_refused(portal: Portal, body: dict[str, Any]) -> None:
    response = portal.post("/crm/objects/2026-03/contacts/search", body)
    assert (response.status_code, response.get_json()["category"]) == (400, "VALIDATION_ERROR")


def test_sixth_search_within_a_second_waits(portal: Portal) -> None:
    answers = [portal.post("/crm/objects/2026-03/contacts/search", {"limit": 1}) for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert answers[5].get_json()["policyName"] == "SECONDLY"
    assert not [name for name in answers[5].headers.keys() if name.startswith("X-HubSpot")]  # noqa: SIM118 - iterating Werkzeug's headers gives pairs


def test_ten_second_limit(portal: Portal) -> None:
    portal.world.portal.ten_second_limit = 3
    answers = [portal.get("/account-info/2026-03/details") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert [each.headers["X-HubSpot-RateLimit-Remaining"] for each in answers] == ["2", "1", "0", "0"]
    body = answers[3].get_json()
    assert (body["policyName"], body["errorType"]) == ("TEN_SECONDLY_ROLLING", "RATE_LIMIT")


@needs_contracts
def test_property_is_created_once_and_not_mapped(conforms: Check) -> None:
    portal = Portal(build_world(errors={}, resync_property=False), Faults())
    root = "/crm/properties/2026-03/contacts"
    assert portal.get(f"{root}/{TOKEN_PROPERTY}").status_code == 404
    wanted = {
        "name": TOKEN_PROPERTY,
        "label": "sfsync resync token",
        "groupName": "contactinformation",
        "type": "string",
        "fieldType": "text",
    }
    made = portal.post(root, wanted)
    assert made.status_code == 201
    conforms(made, "properties", "Property")
    assert portal.post(root, wanted).status_code == 409
    assert portal.post(root, {**wanted, "name": "other", "type": "text"}).status_code == 400
    (id_,) = portal.some("contacts")
    portal.patch(f"/crm/objects/2026-03/contacts/{id_}", {"properties": {TOKEN_PROPERTY: "t"}})
    assert Sync(portal.world).run().synced == 0, "an unmapped property triggers nothing"


def test_calls_are_recorded(portal: Portal) -> None:
    portal.get("/crm/owners/2026-03?limit=1")
    portal.get("/nowhere")
    calls = portal.app.extensions["sandbox.record"].calls()
    assert [(each.method, each.path, each.status) for each in calls] == [
        ("GET", "/crm/owners/2026-03", 200),
        ("GET", "/nowhere", 404),
    ]


def exported(portal: Portal, language: str) -> list[dict[str, str]]:
    response = portal.http.get(f"/sandbox/export-errors.csv?language={language}")
    assert response.status_code == 200
    assert response.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_export_in_both_languages() -> None:
    portal = Portal(build_world(), Faults())
    portal.http.post("/sandbox/sync")
    english, german = exported(portal, "en"), exported(portal, "de")
    assert len(english) == len(german) == len(Sync(portal.world).errors())
    assert {row["Error Type"] for row in english} == {label for _, label, _ in ERROR_TYPES.values()}
    assert {row["Fehlertyp"] for row in german} == {label for *_, label in ERROR_TYPES.values()}
    assert [row["Error Message"] for row in english] == [row["Fehlermeldung"] for row in german]
    assert portal.http.get("/sandbox/export-errors.csv?language=fr").status_code == 400


def test_touch_mend_and_sync_over_http() -> None:
    portal = Portal(build_world(errors={"invalid_state_or_country": 4}), Faults())
    portal.http.post("/sandbox/sync")
    errors = [each for each in Sync(portal.world).errors() if each.object_type == "contacts"]
    answer = portal.http.post("/sandbox/mend", json={"error_type": "invalid_state_or_country", "limit": 100})
    assert answer.get_json()["mended"] == 4
    for each in errors:
        url = f"/crm/objects/2026-03/contacts/{each.hubspot_id}"
        portal.patch(url, {"properties": {TOKEN_PROPERTY: "press 1"}})
    assert portal.http.post("/sandbox/sync").get_json()["errors"] == 0
    records = [portal.world.pair_of(portal.world.hubspot["contacts"][e.hubspot_id]).salesforce for e in errors]
    assert all(record and record.fields[TOKEN_FIELD] == "press 1" for record in records)


def test_break_over_http(portal: Portal) -> None:
    answer = portal.http.post("/sandbox/break", json={"error_type": "salesforce_flow", "limit": 3})
    assert answer.get_json()["broken"] == 3
    portal.http.post("/sandbox/sync")
    assert [each.error_type for each in Sync(portal.world).errors()] == ["salesforce_flow"] * 3
    wrong_requests: list[object] = [{"error_type": "gremlins"}, {"error_type": "other", "limit": "all"}, []]
    for wrong in wrong_requests:
        assert portal.http.post("/sandbox/break", json=wrong).status_code == 400


@pytest.fixture
def served(portal: Portal) -> Iterator[str]:
    """Serve the portal on a port of its own."""
    with serve(portal.app) as server:
        yield server.url


def test_faults_over_real_http(portal: Portal, served: str) -> None:
    details = f"{served}/account-info/2026-03/details"

    def status() -> int:
        return requests.get(details, headers=AUTH, timeout=5).status_code

    def switch(**fault: object) -> None:
        assert requests.post(f"{served}/sandbox/faults", json=fault, timeout=5).status_code == 201

    switch(kind="rate_limit", path="/account-info/", times=1, retry_after=3)
    limited = requests.get(details, headers=AUTH, timeout=5)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "3")
    switch(kind="server_error", times=2, status=502)
    assert [status(), status(), status()] == [502, 502, 200]
    switch(kind="expired_session", times=1)
    assert [status(), status()] == [401, 200]
    switch(kind="drop", times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        status()
    switch(kind="slow", seconds=0.4)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(details, headers=AUTH, timeout=0.1)
    assert portal.faults.active() == [Fault("slow", seconds=0.4, id=5)]
    requests.delete(f"{served}/sandbox/faults", timeout=5)
    assert portal.faults.active() == []
    assert requests.post(f"{served}/sandbox/faults", json={"kind": "plague"}, timeout=5).status_code == 400
