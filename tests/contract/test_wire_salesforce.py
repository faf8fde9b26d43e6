"""`bot.wire.salesforce` against the sandbox's Salesforce, and against the traps of simple-salesforce."""

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from flask import Flask

from bot.errors import Gone, NotAuthenticated, NotAuthorized, RateLimited, Rejected, Unavailable, VendorError
from bot.model.resync import RESYNC_FIELD, Failure
from bot.ports import ApiUsage, Salesforce
from bot.sandbox.crm.seeding import build_world
from bot.sandbox.crm.world import World
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.salesforce.app import create_salesforce
from bot.sandbox.salesforce.auth import CLIENT_ID, CLIENT_SECRET, USERNAME
from bot.server import serve
from bot.wire.http import session, within
from bot.wire.salesforce import SalesforceClient
from bot.wire.salesforce_org import CONCURRENT_REQUESTS, TOTAL_REQUESTS, Login
from tests.contract.loopback import Behaviour, Handler, Page, hangs, loopback, resets, says, truncates

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
INSTANCE = "https://acme.my.salesforce.com"
TOKEN_PATH = "/services/oauth2/token"
CREDENTIALS = Login("acme.my", "client", "secret")
SANDBOX = Login("acme.my", CLIENT_ID, CLIENT_SECRET)
ADA, BOB = "003000000000001AAA", "003000000000002AAA"

INVALID_SESSION = says(401, [{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}])
LIMITS = says(200, {"DailyApiRequests": {"Max": 5000, "Remaining": 4937}})


class Clock:
    def now(self) -> datetime:
        return NOW


@contextmanager
def org(*answers: Behaviour, login: Behaviour | None = None) -> Iterator[Page]:
    """Serve an org that hands out session-1, session-2, … and then gives the answers, the last one for ever."""
    remaining, tokens = list(answers), iter(range(1, 100))

    def behave(handler: Handler) -> None:
        if handler.path == TOKEN_PATH:
            token = {
                "access_token": f"session-{next(tokens)}",
                "instance_url": "https://acme.my.salesforce.com",
            }
            (login or says(200, token))(handler)
        else:
            (remaining.pop(0) if len(remaining) > 1 else remaining[0])(handler)

    with loopback(behave) as page:
        yield page


def client(page: Page, login: Login = CREDENTIALS, version: str = "66.0") -> SalesforceClient:
    return SalesforceClient(lambda: login, session=session(), clock=Clock(), url=page.url, version=version)


def logins(page: Page) -> int:
    return sum(request.path == TOKEN_PATH for request in page.requests)


def refused(description: str) -> dict[str, str]:
    return {"error": "invalid_grant", "error_description": description}


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(errors={})


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def sandbox(world: World, faults: Faults) -> Flask:
    return create_salesforce(world, faults)


@pytest.fixture
def url(sandbox: Flask) -> Iterator[str]:
    with serve(sandbox) as server:
        yield server.url


@pytest.fixture
def salesforce(url: str) -> SalesforceClient:
    return SalesforceClient(lambda: SANDBOX, session=session(), clock=Clock(), url=url)


@pytest.fixture(scope="module")
def contacts(world: World) -> list[str]:
    return [*world.salesforce["Contact"]]


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def pem(key: RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


# Against the sandbox


def test_the_client_is_what_the_use_cases_ask_for(salesforce: SalesforceClient) -> None:
    port: Salesforce = salesforce
    assert port


def test_a_full_batch_is_written_and_read_back(salesforce: SalesforceClient, contacts: list[str]) -> None:
    batch = contacts[:200]
    assert salesforce.update({record: {RESYNC_FIELD: record} for record in batch}) == dict.fromkeys(batch)
    found = salesforce.read("Contact", batch, [RESYNC_FIELD])
    assert found == {record: {RESYNC_FIELD: record} for record in batch}


def test_records_of_several_objects_are_written_in_one_call(salesforce: SalesforceClient, world: World) -> None:
    some = [record for sobject in ("Lead", "Account", "Case") for record in [*world.salesforce[sobject]][:2]]
    mixed = [*some[::2], *some[1::2]]
    assert salesforce.update({record: {RESYNC_FIELD: "mixed"} for record in mixed}) == dict.fromkeys(mixed)


def test_a_record_that_is_refused_fails_alone(salesforce: SalesforceClient, contacts: list[str]) -> None:
    good, bad, unknown = contacts[0], contacts[1], ADA
    outcomes = salesforce.update({good: {RESYNC_FIELD: "x"}, bad: {"Title": "x" * 5000}, unknown: {RESYNC_FIELD: "x"}})
    assert outcomes[good] is None
    long, gone = outcomes[bad], outcomes[unknown]
    assert long
    assert gone
    assert (long.code, long.fields) == ("STRING_TOO_LONG", ("Title",))
    assert gone.code


def test_records_are_read_by_the_ids_they_were_asked_by(salesforce: SalesforceClient, contacts: list[str]) -> None:
    short = contacts[0][:15]
    found = salesforce.read("Contact", [short, contacts[1], ADA, "x' OR Id != '"], ["LastName"])
    assert found.keys() == {short, contacts[1]}
    assert found[short]["LastName"]


def test_a_field_that_does_not_exist_is_rejected(salesforce: SalesforceClient, contacts: list[str]) -> None:
    with pytest.raises(Rejected, match="INVALID_FIELD"):
        salesforce.read("Contact", contacts[:1], ["No_Such__c"])


def test_a_field_must_be_there_and_be_ours_to_write(salesforce: SalesforceClient) -> None:
    assert salesforce.has_field("Contact", RESYNC_FIELD)
    assert salesforce.has_field("Contact", RESYNC_FIELD.lower())
    assert not salesforce.has_field("Contact", "CreatedDate")
    assert not salesforce.has_field("Contact", "No_Such__c")
    assert not salesforce.has_field("No_Such__c", "Name")


def test_usage_is_asked_for_and_then_follows_every_answer(salesforce: SalesforceClient, world: World) -> None:
    assert salesforce.last_usage() is None
    first = salesforce.usage()
    assert (first.limit, first.taken_at) == (world.org.daily_calls, NOW)
    assert first == salesforce.last_usage()
    salesforce.has_field("Contact", "Title")
    later = salesforce.last_usage()
    assert later
    assert later.used == first.used + 1


def test_a_session_that_ends_is_renewed(salesforce: SalesforceClient, sandbox: Flask) -> None:
    salesforce.usage()
    sandbox.extensions["sandbox.sessions"].end_all()
    salesforce.usage()


def test_804_a_session_that_stays_invalid_is_not_renewed_without_end(
    salesforce: SalesforceClient, faults: Faults, contacts: list[str]
) -> None:
    faults.add(Fault("expired_session", path="/services/data", times=3))
    with pytest.raises(NotAuthenticated, match="INVALID_SESSION_ID"):
        salesforce.update({contacts[0]: {RESYNC_FIELD: "never"}})
    assert [fault.times for fault in faults.active()] == [1], "asked twice, and no more"


def test_the_sandbox_takes_a_jwt(url: str, sandbox: Flask, key: RSAPrivateKey, pem: str) -> None:
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    sandbox.extensions["sandbox.sessions"].public_key = public.decode()
    login = Login("acme.my", CLIENT_ID, username=USERNAME, private_key=pem)
    SalesforceClient(lambda: login, session=session(), clock=Clock(), url=url).usage()


@pytest.mark.parametrize(
    ("login", "code"),
    [
        (Login("acme.my", "somebody", CLIENT_SECRET), "invalid_client_id"),
        (Login("acme.my", CLIENT_ID, "wrong"), "invalid_client"),
    ],
)
def test_wrong_credentials_are_not_authorized(url: str, login: Login, code: str) -> None:
    with pytest.raises(NotAuthenticated) as caught:
        SalesforceClient(lambda: login, session=session(), clock=Clock(), url=url).usage()
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (Fault("rate_limit", times=1), RateLimited, TOTAL_REQUESTS),
        (Fault("server_error", times=1), Unavailable, "SERVER_UNAVAILABLE"),
        (Fault("drop", times=1), Unavailable, "broken_answer"),
    ],
)
def test_trouble_is_typed_and_the_call_is_not_repeated(
    salesforce: SalesforceClient, faults: Faults, contacts: list[str], fault: Fault, kind: type[VendorError], code: str
) -> None:
    salesforce.usage()
    faults.add(fault)
    with pytest.raises(kind) as caught:
        salesforce.update({contacts[0]: {RESYNC_FIELD: "trouble"}})
    assert caught.value.code == code
    assert faults.active() == []
    salesforce.usage()


def test_r21_a_slow_answer_is_unavailable(salesforce: SalesforceClient, faults: Faults) -> None:
    salesforce.usage()
    faults.add(Fault("slow", seconds=1.5, times=1))
    with within(0.3), pytest.raises(Unavailable, match="timeout"):
        salesforce.usage()


# Logging in


def test_nothing_is_called_before_the_first_question() -> None:
    with org(LIMITS) as page:
        assert client(page).last_usage() is None
    assert page.requests == []


def test_https_is_hard_coded_but_login_and_calls_reach_another_base() -> None:
    with org(LIMITS) as page:
        assert client(page, version="v66.0").usage() == ApiUsage(63, 5000, NOW)
    assert [request.path for request in page.requests] == [TOKEN_PATH, "/services/data/v66.0/limits/"]
    assert page.requests[1].headers["authorization"] == "Bearer session-1"


def test_client_credentials_are_sent_to_the_my_domain() -> None:
    with org(LIMITS) as page:
        client(page).usage()
    request = page.requests[0]
    assert parse_qs(request.body.decode()) == {"grant_type": ["client_credentials"]}
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"client:secret"


@pytest.mark.parametrize("domain", ["login", "test", ""])
def test_client_credentials_need_a_my_domain(domain: str) -> None:
    salesforce = SalesforceClient(lambda: Login(domain, "client", "secret"), session=session(), clock=Clock())
    with pytest.raises(NotAuthenticated, match="my_domain_missing"):
        salesforce.usage()


@pytest.mark.parametrize("domain", ["acme.my", "acme.my.salesforce.com", "https://Acme.my.salesforce.com/"])
def test_a_my_domain_may_be_pasted_as_an_address(domain: str) -> None:
    http = session()
    with org(LIMITS) as page:
        http.reroute("https://acme.my.salesforce.com", page.url)
        SalesforceClient(lambda: Login(domain, "client", "secret"), session=http, clock=Clock()).usage()
    assert logins(page) == 1


@pytest.mark.parametrize(
    ("domain", "audience"),
    [("acme.my", "https://login.salesforce.com"), ("acme--dev.sandbox.my", "https://test.salesforce.com")],
)
def test_a_jwt_goes_to_the_my_domain_and_names_the_login_host(key: RSAPrivateKey, domain: str, audience: str) -> None:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with org(LIMITS) as page:
        client(page, Login(domain, "client", username="bot@acme.com", private_key=pem)).usage()
    form = parse_qs(page.requests[0].body.decode())
    claims = jwt.decode(form["assertion"][0], key.public_key(), algorithms=["RS256"], audience=audience)
    assert (claims["iss"], claims["sub"]) == ("client", "bot@acme.com")


@pytest.mark.parametrize("pem", ["nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
def test_a_private_key_that_is_none_is_not_authorized(pem: str) -> None:
    with org(LIMITS) as page, pytest.raises(NotAuthenticated, match="invalid_private_key"):
        client(page, Login("acme.my", "client", username="bot@acme.com", private_key=pem)).usage()
    assert page.requests == []


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, refused("invalid assertion"), NotAuthenticated, "invalid_grant"),
        (400, {"error": "invalid_client_id"}, NotAuthenticated, "invalid_client_id"),
        (400, refused("user hasn't approved this consumer"), NotAuthenticated, "invalid_grant"),
        (400, refused("login rate exceeded"), RateLimited, "login_rate_exceeded"),
        (400, {"error": "server_error"}, Unavailable, "server_error"),
        (503, {"message": "down"}, Unavailable, "broken_answer"),
        (503, "<html>maintenance</html>", Unavailable, "http_503"),
        (401, "", NotAuthenticated, "http_401"),
        (200, "<html>sign in</html>", Unavailable, "http_200"),
        (200, [], Unavailable, "broken_answer"),
        (200, {}, Unavailable, "broken_answer"),
        (200, {"access_token": None, "instance_url": INSTANCE}, Unavailable, "broken_answer"),
    ],
)  # fmt: skip
def test_a_login_that_fails_has_a_typed_error(status: int, body: object, kind: type[VendorError], code: str) -> None:
    with org(LIMITS, login=says(status, body)) as page, pytest.raises(kind) as caught:
        client(page).usage()
    assert caught.value.code == code
    assert logins(page) == 1


def test_secrets_are_in_no_repr() -> None:
    login = Login("acme.my", "client", "c-secret", "bot@acme.com", "k-secret")
    assert "secret" not in repr(login)


# Sessions that expire


def test_an_expired_session_is_renewed_once_and_the_call_repeated_whole() -> None:
    done = says(200, [{"id": ADA, "success": True, "errors": []}])
    with org(INVALID_SESSION, done) as page:
        salesforce = client(page)
        assert salesforce.update({ADA: {"Title": "x"}}) == {ADA: None}
        assert salesforce.update({ADA: {"Title": "y"}}) == {ADA: None}
    first, second = page.requests[1], page.requests[3]
    assert [request.path for request in page.requests[::2]] == [TOKEN_PATH, TOKEN_PATH, first.path]
    assert second.headers.pop("authorization") == "Bearer session-2"
    assert first.headers.pop("authorization") == "Bearer session-1"
    assert (first.body, first.headers) == (second.body, second.headers), "no header is lost on the way"


def test_804_a_session_that_stays_invalid_ends_after_one_more_login() -> None:
    with org(INVALID_SESSION) as page, pytest.raises(NotAuthenticated, match="INVALID_SESSION_ID"):
        client(page).usage()
    assert logins(page) == 2
    assert len(page.requests) == 4


@pytest.mark.parametrize("body", ["", {"error": "x"}, [], "<html>no</html>", [{"message": "no code"}], "null", "7"])
def test_a_401_of_an_odd_shape_is_not_authorized_and_no_reason_to_log_in(body: object) -> None:
    with org(says(401, body)) as page, pytest.raises(NotAuthenticated):
        client(page).usage()
    assert logins(page) == 1


def test_threads_that_find_the_session_expired_log_in_once() -> None:
    seen: list[VendorError | ApiUsage] = []
    barrier = threading.Barrier(8)

    def fresh(handler: Handler) -> None:
        (LIMITS if handler.headers["Authorization"] == "Bearer session-2" else INVALID_SESSION)(handler)

    with org(fresh) as page:
        salesforce = client(page)

        def ask() -> None:
            barrier.wait()
            seen.append(salesforce.usage())

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert logins(page) == 2
    assert seen == [ApiUsage(63, 5000, NOW)] * 8


# Limits


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("TotalRequests Limit exceeded.", TOTAL_REQUESTS),
        ("ConcurrentRequests (Concurrent API Requests) Limit exceeded.", CONCURRENT_REQUESTS),
        ("ConcurrentPerOrgLongTxn Limit exceeded.", CONCURRENT_REQUESTS),
        ("Limite dépassée", TOTAL_REQUESTS),
    ],
)
def test_r22_the_403_of_a_limit_says_which_and_does_not_log_in_again(message: str, code: str) -> None:
    limit = says(
        403,
        [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": message}],
        Sforce_Limit_Info="api-usage=5000/5000",
    )
    with org(limit) as page:
        salesforce = client(page)
        with pytest.raises(RateLimited) as caught:
            salesforce.has_field("Contact", "Title")
        assert caught.value.code == code
        assert logins(page) == 1
        assert salesforce.last_usage() == ApiUsage(5000, 5000, NOW), "read from an error as well"


@pytest.mark.parametrize(
    ("header", "used"),
    [
        ("api-usage=18/5000", 18),
        ("api-usage=18/5000; api-bursts=1/750", 18),
        ("api-bursts=1/750; api-usage=18/5000", 18),
        ("per-app-api-usage=17/250(appName=sample-connected-app); api-usage=18/5000", 18),
        ("api-usage=18/5000; per-app-api-usage=17/250(appName=sample-connected-app)", 18),
        ("per-app-api-usage=17/250(appName=sample)", None),
        ("api-usage=18", None),
        ("api-usage=many/5000", None),
        ("", None),
    ],
)
def test_the_limit_header_is_read_in_every_form(header: str, used: int | None) -> None:
    with org(says(200, {"fields": []}, Sforce_Limit_Info=header)) as page:
        salesforce = client(page)
        salesforce.has_field("Contact", "Title")
    assert salesforce.last_usage() == (ApiUsage(used, 5000, NOW) if used else None)


@pytest.mark.parametrize(
    "body",
    [
        {"DailyApiRequests": {"Max": "5000", "Remaining": "4937"}},
        {"DailyApiRequests": {"Max": 5000, "Remaining": 4937, "Dataloader": {"Max": 0, "Remaining": 0}}},
        {"DailyApiRequests": {}},
        {"DailyApiRequests": [1]},
        {"Other": {"Max": 1, "Remaining": 1}},
        {},
    ],
)
def test_usage_is_read_from_limits_of_any_age_or_else_from_their_header(body: object) -> None:
    with org(says(200, body, Sforce_Limit_Info="api-usage=63/5000")) as page:
        assert client(page).usage() == ApiUsage(63, 5000, NOW)


def test_usage_that_is_nowhere_to_be_found_is_unavailable() -> None:
    body = {"DailyApiRequests": {"Max": "many"}}
    with org(says(200, body)) as page, pytest.raises(Unavailable, match="broken_answer"):
        client(page).usage()


# Answers


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (300, "SEVERAL_RECORDS", Rejected),
        (400, "MALFORMED_QUERY", Rejected),
        (400, "UNABLE_TO_LOCK_ROW", Unavailable),
        (400, "QUERY_TIMEOUT", Unavailable),
        (401, "SOMETHING_ELSE", NotAuthenticated),
        (403, "API_DISABLED_FOR_ORG", NotAuthorized),
        (404, "NOT_FOUND", Gone),
        (405, "METHOD_NOT_ALLOWED", Rejected),
        (414, "URI_TOO_LONG", Rejected),
        (429, "", RateLimited),
        (500, "UNKNOWN_EXCEPTION", Unavailable),
        (503, "SERVER_UNAVAILABLE", Unavailable),
    ],
)
def test_each_kind_of_error_is_typed_and_keeps_data_out_of_its_text(
    status: int, code: str, kind: type[VendorError]
) -> None:
    body = [{"errorCode": code, "message": "ada@example.com"}]
    with org(says(status, body)) as page, pytest.raises(kind) as caught:
        client(page).read("Contact", [ADA], ["Email"])
    assert type(caught.value) is kind
    assert caught.value.detail == "ada@example.com"
    assert str(caught.value) == f"Salesforce: {kind.__name__} ({code or f'http_{status}'})"
    assert caught.value.__suppress_context__, "simple-salesforce's own text holds address and data"


@pytest.mark.parametrize("behaviour", [resets, truncates, says(503, "<html>down</html>")])
def test_nothing_is_sent_twice_when_the_answer_breaks(behaviour: Behaviour) -> None:
    with org(behaviour) as page, pytest.raises(Unavailable):
        client(page).update({ADA: {"Title": "x"}})
    assert len(page.requests) == 2


def test_r21_a_call_that_hangs_ends_although_simple_salesforce_has_no_timeout() -> None:
    with org(hangs) as page, within(0.5), pytest.raises(Unavailable, match="timeout"):
        client(page).update({ADA: {"Title": "x"}})


def test_login_and_call_together_stay_below_eight_seconds() -> None:
    def slow(handler: Handler) -> None:
        sleep(2)
        says(200, {"access_token": "session-1", "instance_url": INSTANCE})(handler)

    with org(hangs, login=slow) as page:
        started = monotonic()
        with pytest.raises(Unavailable, match="timeout"):
            client(page).usage()
    assert monotonic() - started < 8


@pytest.mark.parametrize("body", ["<html>", "", "null", "7", '"x"', "{}", "[]", '[{"success": true}]'])
@pytest.mark.parametrize(
    "ask",
    [
        lambda salesforce: salesforce.update({ADA: {"Title": "x"}, BOB: {"Title": "x"}}),
        lambda salesforce: salesforce.read("Contact", [ADA], ["Title"]),
        lambda salesforce: salesforce.usage(),
    ],
)
def test_an_answer_that_makes_no_sense_is_unavailable(body: str, ask: Callable[[SalesforceClient], object]) -> None:
    with org(says(200, body)) as page, pytest.raises(Unavailable, match="broken_answer"):
        ask(client(page))


# Records and fields


def test_records_are_written_each_on_its_own_in_runs_of_one_type() -> None:
    lead, other = "00Q000000000001AAA", "0XX000000000001AAA"
    answer = [
        {"id": ADA, "success": True, "errors": []},
        {
            "success": False,
            "errors": [{"statusCode": "STRING_TOO_LONG", "message": "m", "fields": ["Title"]}],
        },
        {"success": False, "errors": []},
    ]
    with org(says(200, answer)) as page:
        values = {ADA: {"Title": "a"}, lead: {"Title": "l"}, BOB: {"Title": "b"}, other: {"Title": "o"}}
        outcomes = client(page).update(values)
    assert outcomes == {
        ADA: None,
        BOB: Failure("STRING_TOO_LONG", "m", ("Title",)),
        lead: Failure("UNKNOWN", ""),
        other: Failure("UNKNOWN_OBJECT", "No object is known whose ids start with '0XX'."),
    }
    request = page.requests[1]
    assert (request.method, request.path) == ("PATCH", "/services/data/v66.0/composite/sobjects")
    assert request.json["allOrNone"] is False
    types = [record["attributes"]["type"] for record in request.json["records"]]
    assert types == ["Contact", "Contact", "Lead"]
    assert request.json["records"][0] == {"attributes": {"type": "Contact"}, "id": ADA, "Title": "a"}


def test_values_are_read_as_text_by_a_query_of_valid_ids() -> None:
    records = [{"attributes": {"type": "Contact"}, "Id": ADA, "Title": None, "DoNotCall": True, "Size": 3}]
    with org(says(200, {"done": True, "records": records})) as page:
        found = client(page).read("Contact", [ADA[:15], BOB, "x' OR Id != '"], ["Title", "DoNotCall", "Size"])
    assert found == {ADA[:15]: {"Title": "", "DoNotCall": "true", "Size": "3"}}
    query = parse_qs(urlsplit(page.requests[1].path).query)["q"][0]
    assert query == f"SELECT Id, Title, DoNotCall, Size FROM Contact WHERE Id IN ('{ADA}','{BOB}')"


@pytest.mark.parametrize("ids", [[], ["", "17", "x' OR Id != '"]])
def test_an_empty_in_list_is_never_sent(ids: list[str]) -> None:
    with org(LIMITS) as page:
        assert client(page).read("Contact", ids, ["Title"]) == {}
        assert client(page).update({}) == {}
    assert page.requests == []


@pytest.mark.parametrize(("sobject", "name"), [("Contact", "Id FROM User"), ("Contact WHERE", "Title")])
def test_names_that_are_none_do_not_get_into_a_query(sobject: str, name: str) -> None:
    with org(LIMITS) as page, pytest.raises(Rejected, match="INVALID_FIELD"):
        client(page).read(sobject, [ADA], [name])
    assert page.requests == []


def test_a_batch_has_its_limit() -> None:
    many = {f"003{number:012}AAA": {"Title": "x"} for number in range(201)}
    with org(LIMITS) as page, pytest.raises(ValueError, match="200"):
        client(page).update(many)
    assert page.requests == []


# Changes


def test_changes_come_page_by_page_with_what_was_deleted_and_looked_up() -> None:
    first = {"Id": "1", "Log__r": {"attributes": {}, "Name": "L"}, "isdeleted": True, "Count__c": None}
    onward = "/services/data/v66.0/query/01g-2000"
    pages = (
        says(200, {"done": False, "nextRecordsUrl": onward, "records": [first]}),
        says(200, {"done": True, "records": [{"Id": "2", "Log__r": None}]}),
    )
    fields = ("Id", "Log__r.Name", "IsDeleted", "Count__c")
    with org(*pages) as page:
        salesforce = client(page)
        found, more = salesforce.changes("Entry__c", fields, NOW, "A__c = 'x' OR B__c = 'y'")
        assert (found, more) == ([{"Id": "1", "Log__r.Name": "L", "IsDeleted": "true", "Count__c": ""}], onward)
        found, more = salesforce.changes("Entry__c", fields, NOW, more=more)
        assert (found, more) == ([{"Id": "2", "Log__r.Name": "", "IsDeleted": "", "Count__c": ""}], "")
        query, further = (urlsplit(each.path) for each in page.requests if each.path != TOKEN_PATH)
    assert query.path == "/services/data/v66.0/queryAll/"
    assert parse_qs(query.query)["q"][0] == (
        "SELECT Id, Log__r.Name, IsDeleted, Count__c FROM Entry__c WHERE (A__c = 'x' OR B__c = 'y') AND"
        " SystemModstamp >= 2026-11-24T12:00:00+00:00 ORDER BY SystemModstamp"
    )
    assert further.path == onward


def test_changes_that_do_not_tell_where_they_go_on_are_not_taken_for_all() -> None:
    astray = {"done": False, "records": [], "nextRecordsUrl": "@example.org/"}
    answers: list[dict[str, object]] = [{"records": []}, {"done": True}, astray]
    for answer in answers:
        with org(says(200, answer)) as page, pytest.raises(Unavailable):
            client(page).changes("Entry__c", ("Id",), NOW)


def test_changes_of_what_has_no_api_name_are_not_asked_for() -> None:
    with org(says(200, {})) as page:
        for sobject, field in (("Entry__c WHERE", "Id"), ("Entry__c", "Id FROM User"), ("Entry__c", "a..b")):
            with pytest.raises(Rejected):
                client(page).changes(sobject, (field,), NOW)
