"""The rules of `bot.wire.http`, whoever is called."""

import threading
from pathlib import Path
from time import monotonic

import pytest
import requests

from bot import __version__
from bot.errors import Gone, NotAuthenticated, NotAuthorized, RateLimited, Rejected, Unavailable, VendorError
from bot.wire.answers import failure, json_object, retry_after
from bot.wire.http import Bearer, Session, calling, session, within
from bot.wire.pace import Turns
from tests.contract.loopback import Behaviour, hangs, loopback, resets, says, trickles, truncates


def get(http: Session, url: str) -> requests.Response:
    with calling(http, "HubSpot", "look"):
        return http.get(url)


def test_a_request_says_who_we_are() -> None:
    with loopback(says(200, {})) as page:
        get(session(), page.url)
    assert page.requests[0].headers["user-agent"] == f"sfsync/{__version__}"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(hangs, "timeout"), (trickles, "timeout"), (resets, "connection"), (truncates, "broken_answer")],
)
def test_a_call_that_breaks_is_unavailable_and_is_not_sent_again(behaviour: Behaviour, code: str) -> None:
    with loopback(behaviour) as page, within(0.5):
        started = monotonic()
        with pytest.raises(Unavailable) as caught:
            get(session(), page.url)
        assert monotonic() - started < 1.5
        assert len(page.requests) == 1
    assert caught.value.code == code
    assert caught.value.__suppress_context__, "a logged trace would hold the address"
    assert page.url not in str(caught.value)


def test_a_call_ends_below_eight_seconds_when_nobody_said_how_long() -> None:
    with loopback(hangs) as page, loopback(trickles) as other:
        seconds: list[float] = []

        def call(url: str) -> None:
            http = session(lambda *call: seconds.append(call[3]))
            with pytest.raises(Unavailable):
                get(http, url)

        threads = [threading.Thread(target=call, args=(url,)) for url in (page.url, other.url)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(seconds) == 2
    assert max(seconds) < 8


def test_a_server_that_is_down_is_unavailable() -> None:
    with loopback(says(200)) as page:
        pass
    with pytest.raises(Unavailable, match="connection"):
        get(session(), page.url)


def test_a_call_is_not_begun_when_the_time_is_up() -> None:
    with loopback(says(200)) as page, within(0), pytest.raises(Unavailable, match="timeout"):
        get(session(), page.url)
    assert page.requests == []


def test_a_redirect_is_not_followed() -> None:
    with loopback(says(302, Location="http://127.0.0.1:9/elsewhere")) as page:
        assert get(session(), page.url).status_code == 302
    assert len(page.requests) == 1


def test_a_netrc_entry_does_not_replace_our_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with loopback(says(200)) as page:
        http = session()
        http.get(page.url, auth=Bearer(lambda: "ours"))
        http.get(page.url, headers={"Authorization": "Bearer theirs"})
    assert [request.headers["authorization"] for request in page.requests] == ["Bearer ours", "Bearer theirs"]


def test_loopback_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with loopback(says(200)) as page:
        http = session()
        http.reroute("https://acme.my.salesforce.com", page.url)
        assert get(http, page.url).status_code == 200
        assert get(http, "https://acme.my.salesforce.com/services?a=b").status_code == 200
    assert page.requests[1].path == "/services?a=b"


def test_rerouting_one_host_leaves_hosts_of_a_like_name_alone() -> None:
    http = session()
    http.reroute("https://acme.my.salesforce.com", "http://127.0.0.1:9")
    usual = http.get_adapter("https://example.com/")
    assert http.get_adapter("https://acme.my.salesforce.com.example/") is usual
    assert http.get_adapter("https://acme.my.salesforce.com/") is not usual


def test_each_call_is_observed_once() -> None:
    seen: list[tuple[str, str, str]] = []
    http = session(lambda *call: seen.append(call[:3]))
    with loopback(says(200), resets) as page:
        get(http, page.url)
        with pytest.raises(Unavailable):
            get(http, page.url)
    with pytest.raises(Gone), calling(http, "Slack", "chat.update"):
        raise failure("Slack", 404)
    assert seen == [
        ("HubSpot", "look", "ok"),
        ("HubSpot", "look", "Unavailable"),
        ("Slack", "chat.update", "Gone"),
    ]


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, Unavailable),
        (400, Rejected),
        (401, NotAuthenticated),
        (403, NotAuthorized),
        (404, Gone),
        (408, Unavailable),
        (409, Rejected),
        (410, Gone),
        (422, Rejected),
        (423, Unavailable),
        (429, RateLimited),
        (477, Unavailable),
        (500, Unavailable),
        (502, Unavailable),
        (504, Unavailable),
        (521, Unavailable),
    ],
)
def test_a_status_has_one_meaning(status: int, kind: type[VendorError]) -> None:
    error = failure("HubSpot", status)
    assert type(error) is kind
    assert error.code == f"http_{status}"


def test_a_code_that_could_be_data_is_dropped() -> None:
    error = failure("HubSpot", 400, "ada@example.com is no e-mail", "ada@example.com is no e-mail")
    assert str(error) == "HubSpot: Rejected (http_400)"
    assert error.detail == "ada@example.com is no e-mail"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value}) == seconds


@pytest.mark.parametrize("body", ["<html>sign in</html>", "", "[]", "null", '{"half": '])
def test_an_answer_that_is_no_json_object_is_unavailable(body: str) -> None:
    with loopback(says(200, body)) as page, pytest.raises(Unavailable, match="broken_answer"):
        json_object("HubSpot", get(session(), page.url))


def test_turns_are_handed_out_in_order_and_refused_when_too_far_away() -> None:
    turns = Turns("Slack", interval=0.2, patience=0.5)
    started = monotonic()
    turns.wait("C1")
    turns.wait("C2")
    assert monotonic() - started < 0.15
    turns.wait("C1")
    turns.wait("C1")
    assert 0.4 <= monotonic() - started < 0.9

    impatient = Turns("Slack", interval=5, patience=1)
    impatient.wait("C1")
    with pytest.raises(RateLimited) as caught:
        impatient.wait("C1")
    assert caught.value.retry_after == pytest.approx(5, abs=0.2)
