"""HubSpot's search: filter groups are alternatives, the filters within one must all hold."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.crm.metadata import Property
from bot.sandbox.crm.records import HubSpotRecord
from bot.sandbox.crm.world import World
from bot.sandbox.hubspot.wire import entries, invalid, shown

PAGE_LIMIT = 200
RESULT_LIMIT = 10_000
GROUP_LIMIT, FILTER_LIMIT, TOTAL_FILTER_LIMIT = 5, 6, 18
BODY_LIMIT = 3_000

Comparable = float | str


def search(world: World, object_type: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a page of the records that match a search request."""
    groups = entries(found, "filterGroups", dict)
    filters = [entries(group, "filters", dict) for group in groups]
    _check_limits(found, filters)
    limit, start = _page(found)
    with world.lock:
        known = world.portal.properties[object_type]
        tests = [[_test(each, known) for each in group] for group in filters]
        query = str(found.get("query", "")).lower()
        records = [
            record
            for record in world.hubspot[object_type].values()
            if (not tests or any(all(test(record) for test in group) for group in tests))
            and (not query or _mentions(record, query))
        ]
        _sort(records, found.get("sorts", []), known)
        properties = entries(found, "properties", str)
        results = [shown(world, record, properties) for record in records[start : start + limit]]
    answer: dict[str, Any] = {"total": len(records), "results": results}
    if start + limit < len(records):
        answer["paging"] = {"next": {"after": str(start + limit)}}
    return answer


def _check_limits(found: Mapping[str, Any], filters: list[list[Any]]) -> None:
    if len(json.dumps(found)) > BODY_LIMIT:
        raise invalid(f"The maximum length of a search request is {BODY_LIMIT} characters.")
    if len(filters) > GROUP_LIMIT:
        raise invalid(f"A search may have {GROUP_LIMIT} filterGroups at most.")
    if any(len(group) > FILTER_LIMIT for group in filters):
        raise invalid(f"A filterGroup may have {FILTER_LIMIT} filters at most.")
    if sum(map(len, filters)) > TOTAL_FILTER_LIMIT:
        raise invalid(f"A search may have {TOTAL_FILTER_LIMIT} filters at most.")
    if len(entries(found, "sorts", object)) > 1:
        raise invalid("A search may have one sort at most.")


def _page(found: Mapping[str, Any]) -> tuple[int, int]:
    limit, after = found.get("limit", 10), found.get("after", "0")
    if not isinstance(limit, int) or not 1 <= limit <= PAGE_LIMIT:
        raise invalid(f"Invalid limit {limit}: must be between 1 and {PAGE_LIMIT}.")
    if not str(after).isdecimal():
        raise invalid(f"Invalid paging cursor: {after}")
    if int(after) + limit > RESULT_LIMIT:
        raise invalid(f"Paging beyond {RESULT_LIMIT} results of one search is not possible.")
    return limit, int(after)


Test = Callable[[HubSpotRecord], bool]


def _test(spec: Mapping[str, Any], known: Mapping[str, Property]) -> Test:
    """Turn one filter into a test of a record."""
    name, operator = spec.get("propertyName"), spec.get("operator")
    if not isinstance(name, str) or name not in known:
        raise invalid(f"There was a problem with the request: property {name} does not exist.")
    kind = known[name].type

    def value_of(record: HubSpotRecord) -> Comparable | None:
        return _comparable(record.get(name), kind)

    if operator == "HAS_PROPERTY":
        return lambda record: value_of(record) is not None
    if operator == "NOT_HAS_PROPERTY":
        return lambda record: value_of(record) is None
    if operator in {"IN", "NOT_IN"}:
        # HubSpot keeps text in small letters and takes the values of these two operators as they are.
        given = entries(spec, "values", str)
        wanted = set(given) if kind == "string" else {_wanted(each, kind) for each in given}
        if not wanted:
            raise invalid(f"The operator {operator} needs values.")

        def is_among(record: HubSpotRecord) -> bool:
            return value_of(record) in wanted

        return is_among if operator == "IN" else lambda record: not is_among(record)
    if operator not in _COMPARISONS:
        raise invalid(f"Invalid operator {operator}.")
    low = _wanted(spec.get("value"), kind)
    high = _wanted(spec.get("highValue"), kind) if operator == "BETWEEN" else low
    compare = _COMPARISONS[operator]

    def holds(record: HubSpotRecord) -> bool:
        value = value_of(record)
        return operator in {"NEQ", "NOT_CONTAINS_TOKEN"} if value is None else compare(value, low, high)

    return holds


def _wanted(value: object, kind: str) -> Comparable:
    """Read a filter's value; times come as milliseconds since 1970, written as a string."""
    if not isinstance(value, str):
        raise invalid("A filter's value must be a string.")
    if kind in {"datetime", "date"} and value.lstrip("-").isdecimal():
        return float(value)
    found = _comparable(value, kind)
    if found is None:
        raise invalid(f"{value!r} is no value of the type {kind}.")
    return found if kind != "string" else value.lower()


def _comparable(text: str, kind: str) -> Comparable | None:
    """Answer what a value is compared by: numbers and times as numbers, text in small letters."""
    try:
        if kind == "number" and text:
            return float(text)
        if kind in {"datetime", "date"} and text:
            return datetime.fromisoformat(text).timestamp() * 1000
    except ValueError:
        return None
    return text.lower() or None


def _contains(value: Comparable, wanted: Comparable) -> bool:
    token = str(wanted).strip("*")
    return token in str(value).replace("@", " ").replace(".", " ").split() or token in str(value)


def _between(value: Any, low: Any, high: Any) -> bool:  # noqa: ANN401 - both are numbers or both are strings
    return bool(low <= value <= high)


_COMPARISONS: dict[str, Callable[[Any, Any, Any], bool]] = {
    "EQ": lambda value, low, _: value == low,
    "NEQ": lambda value, low, _: value != low,
    "LT": lambda value, low, _: value < low,
    "LTE": lambda value, low, _: value <= low,
    "GT": lambda value, low, _: value > low,
    "GTE": lambda value, low, _: value >= low,
    "BETWEEN": _between,
    "CONTAINS_TOKEN": lambda value, low, _: _contains(value, low),
    "NOT_CONTAINS_TOKEN": lambda value, low, _: not _contains(value, low),
}


def _mentions(record: HubSpotRecord, query: str) -> bool:
    searched = ("email", "firstname", "lastname", "phone", "name", "domain", "dealname", "subject", "content")
    return any(query in record.get(name).lower() for name in searched)


def _sort(records: list[HubSpotRecord], sorts: list[Any], known: Mapping[str, Property]) -> None:
    """Sort in place, by a property's name or by ``{propertyName, direction}``; records without it last."""
    if not sorts:
        return
    spec = sorts[0] if isinstance(sorts[0], dict) else {"propertyName": sorts[0]}
    name = str(spec.get("propertyName", "")).lstrip("-")
    if name not in known:
        raise invalid(f"There was a problem with the request: property {name} does not exist.")
    descending = spec.get("direction") == "DESCENDING" or str(spec["propertyName"]).startswith("-")
    valued = [(_comparable(record.get(name), known[name].type), record) for record in records]
    present = sorted((pair for pair in valued if pair[0] is not None), key=lambda pair: pair[0], reverse=descending)
    records[:] = [record for _, record in present] + [record for value, record in valued if value is None]
