"""slack_sdk's Web API client on our own session, and what Slack's error codes mean to us."""

import re
from collections.abc import Callable
from typing import Any

import requests
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.errors import Gone, NotAuthenticated, NotAuthorized, RateLimited, Rejected, Unavailable, VendorError
from bot.wire.answers import failure, json_object, mapping, retry_after, text, texts
from bot.wire.http import Bearer, Session, calling

VENDOR = "Slack"


class Api(WebClient):
    """`WebClient` whose calls all go through `Session`: sent once, bounded in time, with typed errors.

    slack_sdk's own transport sends a POST again after a reset connection, which can double a message
    (ConnectionErrorRetryHandler), restarts its time-out with every byte, and puts the request into its errors.
    """

    def __init__(self, *, token: Callable[[], str], base_url: str, session: Session) -> None:
        super().__init__(base_url=base_url, retry_handlers=[])
        self._session = session
        self._bearer = Bearer(token)

    def api_call(
        self,
        api_method: str,
        *,
        http_verb: str = "POST",
        files: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: dict[str, Any] | None = None,
    ) -> SlackResponse:
        """Call a method with `params` (sent as a form) or `json`. Raises VendorError."""
        if files or data or auth:
            raise NotImplementedError("none of our methods sends files, raw data or basic auth")
        url = self.base_url + api_method
        form = {name: _form(value) for name, value in (params or {}).items() if value is not None}
        with calling(self._session, VENDOR, api_method):
            # Slack takes a POST for every method, and a POST keeps arguments out of access logs.
            response = self._session.post(url, data=form, json=json, headers=headers, auth=self._bearer)
            answer = _answer(response)
        return SlackResponse(
            client=self,
            http_verb=http_verb,
            api_url=url,
            req_args={},
            data=answer,
            headers=response.headers,  # type: ignore[arg-type]  # a mapping that ignores case
            status_code=response.status_code,
        )


def refusal(response: requests.Response, code: str, detail: str = "") -> VendorError:
    """Return the error for an answer that says no by its code, or by its status alone."""
    code = code if _CODE.fullmatch(code) else ""
    for kind, codes in _KINDS.items():
        if code in codes:
            return kind(VENDOR, code, detail, retry_after(response.headers))
    if response.status_code == 200:
        return Rejected(VENDOR, code, detail)
    return failure(VENDOR, response.status_code, code, detail, response.headers)


_CODE = re.compile(r"[a-z][a-z0-9_.]{1,60}")

_KINDS: dict[type[VendorError], frozenset[str]] = {
    NotAuthenticated: frozenset(
        {
            "account_inactive",
            "invalid_auth",
            "not_allowed_token_type",
            "not_authed",
            "token_expired",
            "token_revoked",
        }
    ),
    NotAuthorized: frozenset(
        {
            "access_denied",
            "ekm_access_denied",
            "invalid_token",
            "missing_scope",
            "no_permission",
            "org_login_required",
            "team_access_not_granted",
            "two_factor_setup_required",
        }
    ),
    Gone: frozenset(
        {
            # A channel that exists no longer, or not for us.
            "cannot_dm_bot",
            "channel_is_archived",
            "channel_not_found",
            "is_archived",
            "is_inactive",
            "not_in_channel",
            "restricted_action",
            "restricted_action_non_threadable_channel",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            # A message that is gone, or not to be changed any more: either way a new one is due.
            "cant_update_message",
            "edit_window_closed",
            "message_not_found",
            "thread_not_found",
            # A view, or the right to open one.
            "exchanged_trigger_id",
            "expired_trigger_id",
            "hash_conflict",
            "invalid_trigger_id",
            "not_found",
            "trigger_expired",
            "trigger_exchanged",
            "view_not_found",
            # A response_url after 30 minutes or 5 uses.
            "expired_url",
            "no_service",
            "used_url",
            # A file.
            "file_deleted",
            "file_not_found",
            # A person or a group.
            "no_such_subteam",
            "subteam_not_found",
            "user_disabled",
            "user_not_found",
            "user_not_visible",
            "users_not_found",
        }
    ),
    RateLimited: frozenset({"message_limit_exceeded", "rate_limited", "ratelimited"}),
    Unavailable: frozenset({"fatal_error", "internal_error", "request_timeout", "rollup_error", "service_unavailable"}),
}
"""Error codes by what they mean to a caller; all others are Rejected."""


def _answer(response: requests.Response) -> dict[str, Any]:
    """Return the body of a success. Most errors, too, have status 200: `{"ok": false, "error": …}`."""
    good = response.status_code == 200
    try:
        body = json_object(VENDOR, response)
    except Unavailable:
        if good:
            raise
        body = {}
    if good and body.get("ok") is True:
        return body
    code = text(body.get("error"))
    if good and not code:
        raise Unavailable(VENDOR, "broken_answer")
    raise refusal(response, code, _detail(body))


def _detail(body: dict[str, Any]) -> str:
    """Return what Slack adds to a code: the scope that is missing, or what is wrong with which block."""
    if needed := body.get("needed"):
        return f"needed: {needed}; provided: {body.get('provided')}"
    return "\n".join(texts(mapping(body.get("response_metadata")).get("messages")))


def _form(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
