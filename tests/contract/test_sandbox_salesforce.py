"""The sandbox's Salesforce speaks as Salesforce does, to plain HTTP and to simple-salesforce."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)
from werkzeug.test import TestResponse

from bot.sandbox.crm.breakage import break_record
from bot.sandbox.crm.mapping import TOKEN_FIELD, TOKEN_PROPERTY
from bot.sandbox.crm.records import SalesforceRecord
from bot.sandbox.crm.seeding import build_world
from bot.sandbox.crm.sync import Sync
from bot.sandbox.crm.world import World
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.salesforce.app import create_salesforce
from bot.sandbox.salesforce.auth import CLIENT_ID, CLIENT_SECRET, JWT_GRANT, USERNAME
from bot.sandbox.salesforce.soql import MalformedQueryError, parse
from bot.server import serve

ROOT = "/services/data/v62.0"
LOGIN = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


class Client:
    """A client with an open session in one sandbox org."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = Faults()
        self.app = create_salesforce(world, self.faults)
        self.http = self.app.test_client()
        token = self.http.post("/services/oauth2/token", data=LOGIN).get_json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> TestResponse:
        return self.http.get(ROOT + path, headers=self.headers)

    def patch(self, path: str, body: object) -> TestResponse:
        return self.http.patch(ROOT + path, headers=self.headers, json=body)

    def query(self, text: str) -> TestResponse:
        return self.get("/query?q=" + quote(text))

    def rows(self, text: str) -> list[dict[str, Any]]:
        response = self.query(text)
        assert response.status_code == 200, response.get_json()
        found: list[dict[str, Any]] = response.get_json()["records"]
        return found

    def some(self, sobject: str, number: int = 1) -> list[SalesforceRecord]:
        return list(self.world.salesforce[sobject].values())[20 : 20 + number]


@pytest.fixture
def org() -> Client:
    return Client(build_world(errors={}))


def test_client_credentials(org: Client) -> None:
    body = org.http.post("/services/oauth2/token", data=LOGIN).get_json()
    assert body["token_type"] == "Bearer"
    assert body["access_token"].startswith(org.world.org.id[:15] + "!")
    assert body["instance_url"] == "http://localhost"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "unknown"}, "invalid_client_id"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": JWT_GRANT, "assertion": "x"}, "invalid_grant"),
    ],
)
def test_wrong_credentials(org: Client, change: dict[str, str], error: str) -> None:
    response = org.http.post("/services/oauth2/token", data=LOGIN | change)
    assert (response.status_code, response.get_json()["error"]) == (400, error)


def test_jwt_bearer(org: Client) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    org.app.extensions["sandbox.sessions"].public_key = public.decode()

    def ask(**change: object) -> TestResponse:
        end = datetime.now(UTC) + timedelta(minutes=3)
        claims = {"iss": CLIENT_ID, "sub": USERNAME, "aud": "https://login.salesforce.com", "exp": end}
        assertion = jwt.encode(claims | change, key, algorithm="RS256")
        return org.http.post("/services/oauth2/token", data={"grant_type": JWT_GRANT, "assertion": assertion})

    assert ask().status_code == 200
    assert ask(sub="somebody@else.example").get_json()["error_description"] == ("user hasn't approved this consumer")
    assert ask(aud="https://example.com").get_json()["error_description"] == "audience is invalid"
    past = datetime.now(UTC) - timedelta(minutes=3)
    assert ask(exp=past).get_json()["error_description"] == "expired authorization code"


def test_session_that_has_ended(org: Client) -> None:
    org.app.extensions["sandbox.sessions"].end_all()
    response = org.get("/limits")
    assert response.status_code == 401
    assert response.get_json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    assert "Sforce-Limit-Info" in response.headers


def test_session_lives_as_long_as_set(org: Client) -> None:
    org.app.extensions["sandbox.sessions"].seconds = 0.0
    token = org.http.post("/services/oauth2/token", data=LOGIN).get_json()["access_token"]
    assert org.http.get(f"{ROOT}/limits", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_limits_and_the_header_count_the_calls_of_all(org: Client) -> None:
    used, most = org.world.calls.used(), org.world.org.daily_calls
    first = org.get("/limits")
    assert first.headers["Sforce-Limit-Info"] == f"api-usage={used + 1}/{most}"
    daily = first.get_json()["DailyApiRequests"]
    assert (daily["Max"], daily["Remaining"]) == (most, most - used - 1)
    assert daily["HubSpot"] == {"Max": 0, "Remaining": 0}
    assert len(first.get_json()) >= 10

    (record,) = org.some("Contact")
    org.world.write_salesforce(record, {"Title": "Owner"}, by=org.world.org.admin_user)
    Sync(org.world).run()
    by_hubspot = org.world.calls.used() - used - 1
    assert by_hubspot > 0
    after = org.get("/sobjects/Nothing/describe")
    assert after.status_code == 404
    assert after.headers["Sforce-Limit-Info"] == f"api-usage={used + 2 + by_hubspot}/{most}"


def test_window_of_24_hours_rolls(org: Client) -> None:
    now = org.world.now()
    used = org.world.calls.used()
    org.world.clock = lambda: now + timedelta(hours=12, minutes=5)
    half = org.world.calls.used()
    assert 0 < half < used
    org.world.clock = lambda: now + timedelta(hours=25)
    assert org.world.calls.used() == 0


def test_request_limit_exceeded(org: Client) -> None:
    org.world.org.daily_calls = org.world.calls.used()
    response = org.get("/limits")
    assert response.status_code == 403
    assert response.get_json() == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    assert "Retry-After" not in response.headers


def test_versions_need_no_session(org: Client) -> None:
    response = org.http.get("/services/data/")
    assert {"label": "v62", "url": ROOT, "version": "62.0"} in response.get_json()
    assert "Sforce-Limit-Info" not in response.headers
    assert org.http.get("/services/data/v12.0/limits", headers=org.headers).status_code == 404


def test_query_with_everything(org: Client) -> None:
    ids = [each.id for each in org.some("Contact", 5)]
    listed = ", ".join(f"'{id_[:15]}'" for id_ in ids)
    rows = org.rows(
        f"SELECT Id, LastName, {TOKEN_FIELD} FROM Contact WHERE Id IN ({listed}) AND LastName != null "
        "AND SystemModstamp > 2020-01-01T00:00:00Z ORDER BY Id DESC LIMIT 3 OFFSET 1"
    )
    assert [row["Id"] for row in rows] == sorted(ids, reverse=True)[1:4]
    assert rows[0]["attributes"] == {"type": "Contact", "url": f"{ROOT}/sobjects/Contact/{rows[0]['Id']}"}
    assert rows[0][TOKEN_FIELD] is None


def test_query_of_the_setup(org: Client) -> None:
    assert org.rows("select id, isactive from user where username = 'INES.ALBRECHT@nordlicht.example'")
    assert org.rows("SELECT Name FROM Group")
    assert org.rows("SELECT Id FROM Organization")[0]["Id"] == org.world.org.id
    assert {row["SobjectType"] for row in org.rows("SELECT SobjectType FROM RecordType")} == {"Opportunity"}


def test_query_in_pages(org: Client) -> None:
    headers = org.headers | {"Sforce-Query-Options": "batchSize=200"}
    page = org.http.get(f"{ROOT}/query?q=SELECT+Id+FROM+Contact", headers=headers).get_json()
    ids = [row["Id"] for row in page["records"]]
    assert (page["totalSize"], page["done"], len(ids)) == (330, False, 200)
    rest = org.http.get(page["nextRecordsUrl"], headers=headers).get_json()
    assert rest["done"] is True
    assert "nextRecordsUrl" not in rest
    assert len({*ids, *(row["Id"] for row in rest["records"])}) == 330
    assert org.get("/query/01gNONE-200").get_json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_query_all_finds_what_was_deleted(org: Client) -> None:
    record = org.some("Contact")[0]
    record.deleted = True
    text = quote(f"SELECT Id, IsDeleted FROM Contact WHERE Id = '{record.id}'")
    assert org.get(f"/query?q={text}").get_json()["records"] == []
    assert [row["IsDeleted"] for row in org.get(f"/queryAll/?q={text}").get_json()["records"]] == [True]


def test_conditions_in_parentheses(org: Client) -> None:
    ada, bob, carl = (record.id for record in org.some("Contact", 3))

    def found(condition: str) -> set[str]:
        return {row["Id"] for row in org.rows(f"SELECT Id FROM Contact WHERE {condition}")}

    assert found(f"(Id = '{ada}' OR Id = '{bob}' OR Id = '{carl}') AND Id != '{bob}'") == {ada, carl}
    assert found(f"(Id = '{ada}' AND Id != '{bob}')") == {ada}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT FROM Contact",
        "SELECT Id Contact",
        "SELECT Id FROM Contact WHERE",
        "SELECT Id FROM Contact WHERE Id IN ()",
        "SELECT Id FROM Contact WHERE Name LIKE 'A%'",
        "SELECT Id FROM Contact WHERE Name = 'a' OR Name = 'b'",
        "SELECT Id FROM Contact WHERE (Name = 'a' OR Name = 'b' AND Name = 'c')",
        "SELECT Id FROM Contact WHERE (Name = 'a'",
        "SELECT COUNT() FROM Contact",
        "SELECT Account.Name FROM Contact",
        "SELECT Id FROM Contact LIMIT x",
        "SELECT Id FROM Contact WHERE Name = 'open",
        "SELECT Id FROM Contact GROUP BY Name",
        "SELECT Id FROM Contact; DROP",
    ],
)
def test_query_that_is_not_understood(org: Client, text: str) -> None:
    with pytest.raises(MalformedQueryError):
        parse(text)
    response = org.query(text)
    assert (response.status_code, response.get_json()[0]["errorCode"]) == (400, "MALFORMED_QUERY")


def test_query_of_what_does_not_exist(org: Client) -> None:
    assert org.query("SELECT Nope FROM Contact").get_json()[0]["errorCode"] == "INVALID_FIELD"
    assert org.query("SELECT Id FROM Contact ORDER BY Nope").get_json()[0]["errorCode"] == "INVALID_FIELD"
    assert org.query("SELECT Id FROM Nope").get_json()[0]["errorCode"] == "INVALID_TYPE"


def test_quoted_text_in_a_query(org: Client) -> None:
    (record,) = org.some("Account")
    name = "O'Hara \\ Söhne"
    org.world.write_salesforce(record, {"Name": name}, by=org.world.org.admin_user)
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    assert [row["Id"] for row in org.rows(f"SELECT Id FROM Account WHERE Name = '{escaped}'")] == [record.id]


def test_describe(org: Client) -> None:
    body = org.get("/sobjects/opportunity/describe").get_json()
    assert (body["name"], body["keyPrefix"]) == ("Opportunity", "006")
    fields = {each["name"]: each for each in body["fields"]}
    assert fields[TOKEN_FIELD]["updateable"] is True
    assert fields["Name"]["nillable"] is False
    inactive = {each["value"] for each in fields["StageName"]["picklistValues"] if not each["active"]}
    assert inactive == {"Needs Analysis", "Value Proposition"}
    assert {each["name"] for each in body["recordTypeInfos"]} == {"New Business", "Renewal"}


def test_record_is_read_and_changed(org: Client) -> None:
    (record,) = org.some("Contact")
    response = org.patch(f"/sobjects/Contact/{record.id[:15]}", {TOKEN_FIELD: "t-1"})
    assert (response.status_code, response.data) == (204, b"")
    body = org.get(f"/sobjects/Contact/{record.id}?fields={TOKEN_FIELD},SystemModstamp").get_json()
    assert body[TOKEN_FIELD] == "t-1"
    assert body["SystemModstamp"].endswith("+0000")
    Sync(org.world).run()
    counterpart = org.world.counterpart(record.id)
    assert counterpart is not None
    assert counterpart.get(TOKEN_PROPERTY) == "t-1"


def test_record_that_is_not_there(org: Client) -> None:
    (record,) = org.some("Contact")
    for path in ("/sobjects/Contact/003000000000000AAA", f"/sobjects/Lead/{record.id}"):
        response = org.get(path)
        assert (response.status_code, response.get_json()[0]["errorCode"]) == (404, "NOT_FOUND")
    record.deleted = True
    response = org.patch(f"/sobjects/Contact/{record.id}", {TOKEN_FIELD: "t"})
    assert response.status_code == 404
    assert response.get_json() == [{"message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": []}]


@pytest.mark.parametrize(
    ("sobject", "changes", "code", "message", "fields"),
    [
        ("Contact", {"Title": "x" * 129}, "STRING_TOO_LONG", "(max length=128)", ["Title"]),
        ("Contact", {"LastName": ""}, "REQUIRED_FIELD_MISSING", "[LastName]", ["LastName"]),
        ("Contact", {"Annual_Budget__c": "much"}, "JSON_PARSER_ERROR", "instance of double", None),
        ("Contact", {"Nope__c": 1}, "INVALID_FIELD", "No such column 'Nope__c' on sobject", None),
        (
            "Account",
            {"BillingCountry": "Narnia"},
            *("FIELD_INTEGRITY_EXCEPTION", "problem with this country", ["BillingCountry"]),
        ),
        (
            "Opportunity",
            {"StageName": "Closed Lost"},
            *("FIELD_CUSTOM_VALIDATION_EXCEPTION", "loss reason", ["Loss_Reason__c"]),
        ),
        ("Case", {"Id": "x"}, "INVALID_FIELD", "The Id field should not be specified", ["Id"]),
        ("Lead", {"SystemModstamp": "x"}, "INVALID_FIELD_FOR_INSERT_UPDATE", "security", ["SystemModstamp"]),
    ],
)
def test_rules_hold_for_writes(
    org: Client, sobject: str, changes: dict[str, Any], code: str, message: str, fields: list[str] | None
) -> None:
    (record,) = org.some(sobject)
    before = dict(record.fields)
    response = org.patch(f"/sobjects/{sobject}/{record.id}", changes)
    (error,) = response.get_json()
    assert (response.status_code, error["errorCode"], error.get("fields")) == (400, code, fields)
    assert message in error["message"]
    assert record.fields == before


def test_nested_messages_keep_their_line_breaks(org: Client) -> None:
    (record,) = org.some("Contact")
    (error,) = org.patch(f"/sobjects/Contact/{record.id}", {"MailingPostalCode": "n/a"}).get_json()
    assert error["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert error["message"].startswith(
        "ContactRegionTrigger: execution of AfterUpdate\n\ncaused by: System.TypeException: Invalid integer: n/a"
    )


def collection(org: Client, *records: dict[str, Any], all_or_none: bool = False) -> TestResponse:
    return org.patch("/composite/sobjects", {"allOrNone": all_or_none, "records": list(records)})


def touch(record: SalesforceRecord, **changes: object) -> dict[str, Any]:
    return {"attributes": {"type": record.type}, "id": record.id, TOKEN_FIELD: "t", **changes}


def test_collection_answers_in_order(org: Client) -> None:
    first, second, third = org.some("Contact", 3)
    lead = touch(third) | {"attributes": {"type": "Lead"}}
    response = collection(org, touch(first), touch(second, Email="none"), lead)
    assert response.status_code == 200
    good, bad, stray = response.get_json()
    assert good == {"id": first.id, "success": True, "errors": []}
    assert bad == {
        "success": False,
        "errors": [
            {
                "message": "Email: invalid email address: none",
                "statusCode": "INVALID_EMAIL_ADDRESS",
                "fields": ["Email"],
            }
        ],
    }
    assert stray["success"] is False
    assert (first.fields[TOKEN_FIELD], second.fields.get(TOKEN_FIELD)) == ("t", None)


def test_collection_all_or_none(org: Client) -> None:
    first, second = org.some("Account", 2)
    response = collection(org, touch(first), touch(second, Name=""), all_or_none=True)
    codes = [each["errors"][0]["statusCode"] for each in response.get_json()]
    assert codes == ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]
    assert first.fields.get(TOKEN_FIELD) is None


def test_collection_limits(org: Client) -> None:
    contacts = [touch(each) for each in org.some("Contact", 201)]
    used = org.world.calls.used()
    too_many = collection(org, *contacts)
    assert (too_many.status_code, too_many.get_json()[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    assert all(each["success"] for each in collection(org, *contacts[:200]).get_json())
    assert org.world.calls.used() == used + 2, "a whole collection is one call"
    pairs = zip(org.some("Contact", 6), org.some("Lead", 6), strict=True)
    mixed = collection(org, *(touch(each) for pair in pairs for each in pair))
    assert "Cannot have more than 10 chunks" in mixed.get_json()[0]["message"]


def test_locked_row_is_free_at_the_next_attempt(org: Client) -> None:
    (record,) = org.some("Contact")
    org.world.org.row_locks[record.id] = 1
    first, second = (collection(org, touch(record)).get_json()[0] for _ in range(2))
    assert first["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert second["success"] is True


def test_malformed_requests(org: Client) -> None:
    json_type = org.headers | {"Content-Type": "application/json"}
    broken = org.http.patch(f"{ROOT}/composite/sobjects", headers=json_type, data="{")
    assert (broken.status_code, broken.get_json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")
    assert org.http.delete(f"{ROOT}/limits", headers=org.headers).status_code == 405
    assert org.get("/nowhere").get_json()[0]["errorCode"] == "NOT_FOUND"
    form = org.headers | {"Content-Type": "application/x-www-form-urlencoded"}
    assert org.http.patch(f"{ROOT}/composite/sobjects", headers=form, data="a=b").status_code == 415


def test_touch_in_salesforce_of_a_record_hubspot_never_saw(org: Client) -> None:
    rng = random.Random(11)
    while (pair := break_record(org.world, "email_already_in_use", rng)).hubspot is not None:
        pass
    Sync(org.world).run()
    assert pair.salesforce is not None
    assert collection(org, touch(pair.salesforce)).get_json()[0]["success"] is True
    Sync(org.world).run()
    assert [e.error_type for e in Sync(org.world).errors() if e.salesforce_id == pair.salesforce.id] == [
        "email_already_in_use"
    ]


class Loopback(HTTPAdapter):
    """Sends what simple-salesforce addresses to https:// in the clear to a local port."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401 - as requests has it
        _, _, path = (request.url or "").removeprefix("https://").partition("/")
        request.url = f"{self._url}/{path}"
        return super().send(request, *args, **kwargs)


@pytest.fixture
def served(org: Client) -> Iterator[requests.Session]:
    """Serve the org on a port of its own and answer a session that reaches it."""
    with serve(org.app) as server, requests.Session() as session:
        session.mount("https://", Loopback(server.url))
        yield session


def login(session: requests.Session, secret: str = CLIENT_SECRET) -> Any:  # noqa: ANN401 - simple-salesforce ships no types
    return Salesforce(consumer_key=CLIENT_ID, consumer_secret=secret, domain="acme.my", session=session)


def test_simple_salesforce_reads_and_writes(org: Client, served: requests.Session) -> None:
    client = login(served)
    (record,) = org.some("Contact")
    assert client.limits()["DailyApiRequests"]["Max"] == org.world.org.daily_calls
    body = {"allOrNone": False, "records": [touch(record)]}
    (result,) = client.restful("composite/sobjects", method="PATCH", json=body)
    assert result["success"] is True
    query = f"SELECT Id, {TOKEN_FIELD} FROM Contact WHERE {TOKEN_FIELD} = 't'"
    assert [row["Id"] for row in client.query_all(query)["records"]] == [record.id]
    assert client.Contact.update(record.id, {TOKEN_FIELD: "u"}) == 204
    assert client.Contact.describe()["keyPrefix"] == "003"
    assert client.api_usage["api-usage"].total == org.world.org.daily_calls


def test_simple_salesforce_meets_its_own_exceptions(org: Client, served: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed) as denied:
        login(served, "wrong")
    assert denied.value.code == "invalid_client"
    client = login(served)
    (record,) = org.some("Contact")
    with pytest.raises(SalesforceMalformedRequest) as refused:
        client.Contact.update(record.id, {"Email": "none"})
    assert "INVALID_EMAIL_ADDRESS" in str(refused.value.content)
    with pytest.raises(SalesforceMalformedRequest):
        client.query("SELECT Id FROM Contact WHERE Name LIKE 'A%'")
    with pytest.raises(SalesforceResourceNotFound):
        client.Contact.get("003000000000000AAA")
    org.world.org.daily_calls = org.world.calls.used()
    with pytest.raises(SalesforceRefusedRequest) as limited:
        client.limits()
    assert "REQUEST_LIMIT_EXCEEDED" in str(limited.value.content)


def test_simple_salesforce_logs_in_again(org: Client, served: requests.Session) -> None:
    client = login(served)
    org.faults.add(Fault("expired_session", path="/services/data/", times=1))
    assert client.limits()
    org.app.extensions["sandbox.sessions"].end_all()
    assert client.limits()
    token = org.headers["Authorization"].removeprefix("Bearer ")
    stale = Salesforce(session_id=token, instance="acme.my.salesforce.com", session=served)
    with pytest.raises(SalesforceExpiredSession):
        stale.limits()


def test_slow_answers_do_not_hold_up_others(org: Client, served: requests.Session) -> None:
    client = login(served)
    org.faults.add(Fault("slow", path=f"{ROOT[:14]}", times=1, seconds=1.0))
    slow = threading.Thread(target=client.limits)
    slow.start()
    time.sleep(0.1)
    started = time.monotonic()
    assert login(served).limits()
    assert time.monotonic() - started < 0.8
    slow.join()
