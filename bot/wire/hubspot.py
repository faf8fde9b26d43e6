"""HubSpot's CRM over HTTP.

Written by hand on `requests`, because the official client's last release speaks only the v3 paths.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from bot.errors import Gone
from bot.model.resync import HUBSPOT_BATCH, Failure
from bot.ports import HubSpotAccount
from bot.wire.answers import failure, mapping, mappings, required, text, texts
from bot.wire.http import TOTAL_SECONDS, within
from bot.wire.hubspot_api import API_VERSION, VENDOR, HubSpotApi


class HubSpotClient:
    """`bot.ports.HubSpot`."""

    def __init__(self, api: HubSpotApi) -> None:
        self._hubspot = api

    def update(self, obj: str, values: Mapping[str, Mapping[str, str]]) -> dict[str, Failure | None]:
        """See `bot.ports.HubSpot.update`. A record HubSpot says nothing about has failed as NOT_REPORTED."""
        if not values:
            return {}
        _fits(values)
        # With a trace id for each input HubSpot answers 207 with the records that failed, instead of
        # refusing the batch for one of them (CRM API, batch update).
        batch = uuid4().hex
        traces = {f"{batch}-{number}": record for number, record in enumerate(values)}
        inputs = [
            {"id": record, "properties": dict(values[record]), "objectWriteTraceId": trace}
            for trace, record in traces.items()
        ]
        answer = self._hubspot.call("batch_update", "POST", _objects(obj, "batch/update"), {"inputs": inputs})
        return _outcomes(answer, traces)

    def read(self, obj: str, ids: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, str]]:
        """See `bot.ports.HubSpot.read`. Raises Rejected where records are missing for another reason."""
        if not ids:
            return {}
        _fits(ids)
        body = {
            "inputs": [{"id": record} for record in ids],
            "properties": list(properties),
            "propertiesWithHistory": [],
        }
        answer = self._hubspot.call("batch_read", "POST", _objects(obj, "batch/read"), body)
        for error in mappings(answer.get("errors")):
            if error.get("category") != "OBJECT_NOT_FOUND":
                raise failure(VENDOR, 400, text(error.get("category")), text(error.get("message")))
        return {
            text(record.get("id")): {name: text(mapping(record.get("properties")).get(name)) for name in properties}
            for record in mappings(answer.get("results"))
        }

    def find(self, obj: str, name: str, values: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, str]]:
        """See `bot.ports.HubSpot.find`. The values asked for are the keys, in whatever case HubSpot has them."""
        # IN takes the values of a text property in lower case (HubSpot, "Search the CRM").
        asked = {value.lower(): value for value in values if value}
        keys = list(asked)
        found: dict[str, dict[str, str]] = {}
        with within(TOTAL_SECONDS):
            for start in range(0, len(keys), _SEARCHED):
                test = {"propertyName": name, "operator": "IN", "values": keys[start : start + _SEARCHED]}
                body = {
                    "filterGroups": [{"filters": [test]}],
                    "properties": [name, *properties],
                    # Its OpenAPI document requires these, too, though there is nothing to say.
                    "sorts": [],
                    "limit": _SEARCH_PAGE,
                    "after": "0",
                }
                answer = self._hubspot.call("search", "POST", _objects(obj, "search"), body)
                for record in mappings(answer.get("results")):
                    known = mapping(record.get("properties"))
                    if value := asked.get(text(known.get(name)).lower()):
                        found[value] = {each: text(known.get(each)) for each in properties}
        return found

    def has_property(self, obj: str, name: str) -> bool:
        """See `bot.ports.HubSpot.has_property`."""
        path = f"/crm/properties/{API_VERSION}/{_plural(obj)}/{quote(name, safe='')}"
        try:
            answer = self._hubspot.call("property", "GET", path)
        except Gone:
            return False
        read_only = mapping(answer.get("modificationMetadata")).get("readOnlyValue")
        return not (answer.get("archived") or answer.get("calculated") or read_only)

    def account(self) -> HubSpotAccount:
        """See `bot.ports.HubSpot.account`."""
        answer = self._hubspot.call("account", "GET", f"/account-info/{API_VERSION}/details")
        portal = required(VENDOR, answer.get("portalId"))
        return HubSpotAccount(portal, text(answer.get("uiDomain")) or "app.hubspot.com")


_PLURALS = {
    "contact": "contacts",
    "company": "companies",
    "deal": "0-3",  # as its OpenAPI document for deals has it
    "ticket": "tickets",
    "task": "tasks",
}

_SEARCHED = 100
"""Values in one search: a body holds 3,000 characters (HubSpot, "Search the CRM")."""

_SEARCH_PAGE = 200
"""The most a page of results may hold."""


def _plural(obj: str) -> str:
    """Return the object's name in paths; a custom object's type id (2-1234) stands for itself."""
    return _PLURALS.get(obj) or quote(obj, safe="")


def _objects(obj: str, action: str) -> str:
    return f"/crm/objects/{API_VERSION}/{_plural(obj)}/{action}"


def _fits(batch: Mapping[str, object] | Sequence[str]) -> None:
    if len(batch) > HUBSPOT_BATCH:
        raise ValueError(f"a batch holds at most {HUBSPOT_BATCH} records, not {len(batch)}")


def _outcomes(answer: dict[str, Any], traces: Mapping[str, str]) -> dict[str, Failure | None]:
    """Sort a batch's answer by record: what failed, what was written, and what was not mentioned."""
    failed: dict[str, Failure] = {}
    unplaced = Failure("NOT_REPORTED", "HubSpot's answer says nothing about this record.")
    for error in mappings(answer.get("errors")):
        reason = _failure(error)
        records = _records(error, traces)
        failed |= dict.fromkeys(records, reason)
        if not records:
            unplaced = reason  # it names no record, so it belongs to those that nothing else explains
    written = {text(record.get("id")) for record in mappings(answer.get("results"))}
    return {record: failed.get(record) or (None if record in written else unplaced) for record in traces.values()}


def _records(error: dict[str, Any], traces: Mapping[str, str]) -> set[str]:
    """Return the records an error is about: by trace id, else by the ids in its context.

    Context values are lists of strings under keys that HubSpot does not document; a property's value may
    look like an id, so that only keys that speak of ids count.
    """
    context = {
        key: {text(value) for value in values if value}
        for part in (error, *mappings(error.get("errors")))
        for key, values in mapping(part.get("context")).items()
        if isinstance(values, list)
    }
    named = set().union(*context.values(), {text(error.get("objectWriteTraceId"))})
    traced = {traces[value] for value in named if value in traces}
    ids = set().union(*(values for key, values in context.items() if key.lower().endswith(("id", "ids"))))
    return traced or ids & set(traces.values())


def _failure(error: dict[str, Any]) -> Failure:
    details = mappings(error.get("errors"))
    fields = [text(detail.get("in")) for detail in details]
    for part in (error, *details):
        fields += texts(mapping(part.get("context")).get("propertyName"))
    code = text(error.get("category")) or "UNKNOWN"
    return Failure(code, text(error.get("message")), tuple(dict.fromkeys(filter(None, fields))))
