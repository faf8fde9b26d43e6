"""Salesforce's REST API for records, fields and limits (REST API Developer Guide)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import requests
from simple_salesforce.format import format_soql

from bot.clock import Clock
from bot.errors import Gone, Rejected, Unavailable
from bot.model.resync import SALESFORCE_BATCH, Failure
from bot.model.sync import SOBJECTS, salesforce_id
from bot.ports import ApiUsage
from bot.wire.answers import date, mapping, mappings, text, texts
from bot.wire.http import Session
from bot.wire.salesforce_org import API_VERSION, VENDOR, Login, Org


class SalesforceClient:
    """`bot.ports.Salesforce`; `url` replaces https://<domain>.salesforce.com. See `Org` for `login`."""

    def __init__(
        self, login: Callable[[], Login], *, session: Session, clock: Clock, url: str = "", version: str = API_VERSION
    ) -> None:
        self._org = Org(login, session=session, url=url, version=version)
        self._clock = clock
        self._usage: ApiUsage | None = None
        self._told_at: datetime | None = None
        session.hooks["response"].append(self._note_headers)

    def update(self, values: Mapping[str, Mapping[str, str]]) -> dict[str, Failure | None]:
        """See `bot.ports.Salesforce.update`. An id of no known kind fails as UNKNOWN_OBJECT."""
        _fits(values)
        outcomes: dict[str, Failure | None] = {
            record: Failure("UNKNOWN_OBJECT", f"No object is known whose ids start with {record[:3]!r}.")
            for record in values
        }
        # A call takes at most 10 runs of one type (sObject Collections): types stay together.
        known = sorted((record for record in values if record[:3] in SOBJECTS), key=lambda record: record[:3])
        if not known:
            return outcomes
        records = [{"attributes": {"type": SOBJECTS[record[:3]]}, "id": record, **values[record]} for record in known]
        body = {"allOrNone": False, "records": records}
        # simple-salesforce has no method of its own for sObject Collections.
        answer = self._org.ask("update", lambda org: org.restful("composite/sobjects", method="PATCH", json=body))
        results = mappings(answer)
        if len(results) != len(known):
            raise Unavailable(VENDOR, "broken_answer")
        return outcomes | {record: _failure(result) for record, result in zip(known, results, strict=True)}

    def read(self, sobject: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, dict[str, str]]:
        """See `bot.ports.Salesforce.read`. Ids that are none are left out; one would fail the whole query."""
        _fits(ids)
        asked = {full: record for record in ids if (full := salesforce_id(record))}
        if not asked:
            return {}  # `IN ()` is no SOQL
        query = format_soql(
            "SELECT {fields:literal} FROM {sobject:literal} WHERE Id IN {ids}",
            fields=", ".join(dict.fromkeys(("Id", *map(_name, fields)))),
            sobject=_name(sobject),
            ids=list(asked),
        )
        answer = mapping(self._org.ask("read", lambda org: org.query(query)))
        if "records" not in answer:
            raise Unavailable(VENDOR, "broken_answer")
        return {
            asked[full]: {name: text(record.get(name)) for name in fields}
            for record in mappings(answer["records"])
            if (full := salesforce_id(text(record.get("Id")))) in asked
        }

    def has_field(self, sobject: str, name: str) -> bool:
        """See `bot.ports.Salesforce.has_field`. False for an object our user cannot see."""
        path = f"sobjects/{_name(sobject)}/describe"
        try:
            answer = mapping(self._org.ask("describe", lambda org: org.restful(path)))
        except Gone:
            return False
        return any(
            text(field.get("name")).lower() == name.lower() and field.get("updateable") is True
            for field in mappings(answer.get("fields"))
        )

    def changes(
        self, sobject: str, fields: Sequence[str], since: datetime, where: str = "", more: str = ""
    ) -> tuple[list[dict[str, str]], str]:
        """See `bot.ports.Salesforce.changes`."""
        query = format_soql(
            "SELECT {fields:literal} FROM {sobject:literal} WHERE {where:literal}SystemModstamp >= {since}"
            " ORDER BY SystemModstamp",
            fields=", ".join(".".join(map(_name, path.split("."))) for path in fields),
            sobject=_name(sobject),
            where=f"({where}) AND " if where else "",
            since=since,
        )

        def ask(org: Any) -> Any:  # noqa: ANN401 - simple-salesforce ships no types
            return org.query_more(more, identifier_is_url=True) if more else org.query(query, include_deleted=True)

        answer = mapping(self._org.ask("changes", ask))
        onward = "" if answer.get("done") is True else text(answer.get("nextRecordsUrl"))
        # Without a way on, a page that says there is more would be taken for the last.
        if "records" not in answer or (answer.get("done") is not True and not onward.startswith("/services/data/")):
            raise Unavailable(VENDOR, "broken_answer")
        return [{path: _at(record, path) for path in fields} for record in mappings(answer["records"])], onward

    def usage(self) -> ApiUsage:
        """See `bot.ports.Salesforce.usage`. Where the answer lacks the figure, its header may have it."""
        answer = mapping(self._org.ask("limits", lambda org: org.limits()))
        # Beside Max and Remaining stand objects, one for each connected app, that say 0 and 0 (§1.1).
        daily = mapping(answer.get("DailyApiRequests"))
        limit, left = _whole(daily.get("Max")), _whole(daily.get("Remaining"))
        if limit is not None and left is not None:
            self._usage = ApiUsage(limit - left, limit, self._clock.now())
        if self._usage is None:
            raise Unavailable(VENDOR, "broken_answer")
        return self._usage

    def last_usage(self) -> ApiUsage | None:
        """See `bot.ports.Salesforce.last_usage`."""
        return self._usage

    def told_at(self) -> datetime | None:
        """See `bot.ports.Salesforce.told_at`."""
        return self._told_at

    def _note_headers(self, response: requests.Response, *_: object, **__: object) -> None:
        """Read time and figure of any answer; simple-salesforce skips errors, even the 403 of the limit itself."""
        self._told_at = date(response.headers.get("Date", ""))
        found = _API_USAGE.search(response.headers.get("Sforce-Limit-Info", ""))
        if found:
            self._usage = ApiUsage(int(found[1]), int(found[2]), self._clock.now())


_API_USAGE = re.compile(r"(?<![\w-])api-usage\s*=\s*(\d{1,12})\s*/\s*(\d{1,12})", re.ASCII)
"""The org's own figure, wherever it stands among api-bursts and per-app-api-usage."""


def _failure(result: Mapping[str, object]) -> Failure | None:
    """Return what a result of sObject Collections says of its record; its code is a `statusCode`."""
    if result.get("success") is True:
        return None
    first = next(iter(mappings(result.get("errors"))), {})
    code = text(first.get("statusCode") or first.get("errorCode"))
    return Failure(code or "UNKNOWN", text(first.get("message")), tuple(texts(first.get("fields"))))


def _name(word: str) -> str:
    """Return an API name, which goes into SOQL and paths as it stands. Raises Rejected for anything else."""
    if not re.fullmatch(r"[A-Za-z]\w*", word, re.ASCII):
        raise Rejected(VENDOR, "INVALID_FIELD", word)
    return word


def _at(record: Mapping[str, object], path: str) -> str:
    """Return the value of a field, of a looked-up record too; "" where there is none. Salesforce ignores case."""
    value: object = record
    for name in path.lower().split("."):
        value = next((found for key, found in mapping(value).items() if key.lower() == name), None)
    return text(value)


def _fits(batch: Mapping[str, object] | Sequence[str]) -> None:
    if len(batch) > SALESFORCE_BATCH:
        raise ValueError(f"a batch holds at most {SALESFORCE_BATCH} records, not {len(batch)}")


def _whole(value: object) -> int | None:
    """Return a whole number; old API versions write it as a string."""
    digits = text(value)
    return int(digits) if digits.isdecimal() else None
