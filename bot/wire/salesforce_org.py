"""A session with one Salesforce org: logging in, logging in again, and errors of our own.

simple-salesforce formats and sends the requests. Each `Salesforce` object is made for one session id and
thrown away with it, since an object that is given its session id never logs in by itself. With that go its
endless logins when a session stays invalid (its issue #804), the headers it loses on the way, and its
KeyError for a 401 that holds no list of errors.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError
from simple_salesforce.login import SalesforceLogin

from bot.errors import NotAuthenticated, RateLimited, Unavailable, VendorError
from bot.wire.answers import failure, mapping, required, text
from bot.wire.http import Session, calling, seconds_left

VENDOR = "Salesforce"

API_VERSION = "66.0"

TOTAL_REQUESTS = "REQUEST_LIMIT_EXCEEDED:TotalRequests"
"""Code of RateLimited: the org's calls of 24 hours are used up. Only hours free some again."""

CONCURRENT_REQUESTS = "REQUEST_LIMIT_EXCEEDED:ConcurrentRequests"
"""Code of RateLimited: too many long calls at this moment."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to Salesforce: client credentials, or JWT bearer where a private key (PEM text) is given.

    `domain` is the My Domain: acme.my, acme--dev.sandbox.my; its whole address will do.
    """

    domain: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    username: str = ""
    private_key: str = field(default="", repr=False)


class Org:
    """An org that `ask` talks to. It logs in at the first call, and once more where the session has expired.

    `login` is asked for with each call: where it tells another one, the session made with the old one is dropped.
    Its domain stays what it was at first. `url`, if given, replaces https://<domain>.salesforce.com for login and
    REST alike.
    """

    def __init__(self, login: Callable[[], Login], *, session: Session, url: str, version: str) -> None:
        self._login = login
        self._session = session
        self._version = version.removeprefix("v")
        self._domain = _my_domain(login().domain)
        self._host = ""
        if url:
            self._domain = self._domain or "rerouted.my"
            self._host = f"{self._domain}.salesforce.com"
            session.reroute(f"https://{self._host}", url)
        self._lock = Lock()
        self._current: Salesforce | None = None
        self._current_login: Login | None = None

    def ask(self, operation: str, question: Callable[[Salesforce], Any]) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return what `question` gets from the org. Raises VendorError for all that goes wrong outside."""
        with calling(self._session, VENDOR, operation):
            org = self._logged_in()
            try:
                return _typed(lambda: question(org))
            except NotAuthenticated as error:
                if error.code != "INVALID_SESSION_ID":
                    raise
            # What was refused for its session was not carried out, so that asking again repeats nothing.
            renewed = self._logged_in(expired=org)
            return _typed(lambda: question(renewed))

    def _logged_in(self, expired: Salesforce | None = None) -> Salesforce:
        """Return the org with a session other than `expired`. Of several threads one logs in."""
        if not self._lock.acquire(timeout=seconds_left()):
            raise Unavailable(VENDOR, "timeout")
        try:
            login = self._login()
            if self._current is None or self._current is expired or self._current_login != login:
                self._current, self._current_login = None, login
                with calling(self._session, VENDOR, "login"):
                    token, host = _typed(lambda: self._request_token(login))
                    self._current = Salesforce(
                        session_id=required(VENDOR, token),
                        instance=self._host or required(VENDOR, host),
                        session=self._session,
                        version=self._version,
                    )
            return self._current
        finally:
            self._lock.release()

    def _request_token(self, login: Login) -> tuple[str, str]:
        """Return a session id and the host it is good for."""
        # A connected app that nobody has approved also gets a warning, with an address in it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if login.private_key:
                _check_key(login.private_key)
                return SalesforceLogin(
                    session=self._session,
                    username=login.username,
                    consumer_key=login.client_id,
                    privatekey=login.private_key,
                    domain="test" if self._domain.endswith(".sandbox.my") else "login",  # the assertion's `aud`
                    instance_url=self._domain,  # not an address, whatever its name says
                )
            if self._domain in {"", "login", "test"}:
                raise NotAuthenticated(VENDOR, "my_domain_missing")  # simple-salesforce asks for a token instead
            return SalesforceLogin(
                session=self._session,
                consumer_key=login.client_id,
                consumer_secret=login.client_secret,
                domain=self._domain,
            )


_TRANSIENT = frozenset({"QUERY_TIMEOUT", "SERVER_UNAVAILABLE", "UNABLE_TO_LOCK_ROW"})

_Answer = TypeVar("_Answer")


def _typed(ask: Callable[[], _Answer]) -> _Answer:
    """Ask through simple-salesforce, and leave its errors behind: their texts hold record data."""
    try:
        return ask()
    except (VendorError, requests.RequestException):
        raise
    except SalesforceAuthenticationFailed as error:
        raise _login_refusal(error.code, text(error.auth_message)) from None
    except SalesforceError as error:
        raise _refusal(error) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        # It looks into answers without looking at them first.
        raise Unavailable(VENDOR, "broken_answer") from None


def _refusal(error: SalesforceError) -> VendorError:
    content: object = error.content
    first = mapping(content[0] if isinstance(content, list) and content else content)
    code, message = text(first.get("errorCode") or first.get("error")), text(first.get("message"))
    if code == "REQUEST_LIMIT_EXCEEDED":
        # One code and one status, 403, for two limits, and never a Retry-After (Platform Limits, API Requests).
        return RateLimited(VENDOR, CONCURRENT_REQUESTS if "Concurrent" in message else TOTAL_REQUESTS, message)
    if code in _TRANSIENT:
        return Unavailable(VENDOR, code, message)
    status = 400 if error.status == 300 else error.status  # 300: several records have this external id
    return failure(VENDOR, status, code, message)


def _login_refusal(code: str | int | None, message: str) -> VendorError:
    """Return the error of a refused login. Its code is OAuth's, or the status of an answer without JSON."""
    if isinstance(code, int):
        return failure(VENDOR, code)
    if not code or code in {"server_error", "temporarily_unavailable"}:
        return Unavailable(VENDOR, code or "broken_answer", message)
    if "rate exceeded" in message:
        return RateLimited(VENDOR, "login_rate_exceeded", message)
    return failure(VENDOR, 401, code, message)


def _check_key(pem: str) -> None:
    """Raise NotAuthenticated for what is no private key; what jwt raises for it tells little, and varies."""
    try:
        load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it asks for a password
        raise NotAuthenticated(VENDOR, "invalid_private_key") from None


def _my_domain(domain: str) -> str:
    host = domain.strip().lower().removeprefix("https://").split("/")[0]
    return host.removesuffix(".salesforce.com").removesuffix(".lightning.force.com")
