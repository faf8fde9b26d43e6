"""HubSpot's record endpoints: read, update, list and search, one at a time and in batches."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from bot.sandbox.crm.metadata import Failure
from bot.sandbox.crm.property_rules import check_values
from bot.sandbox.crm.records import HubSpotRecord, iso
from bot.sandbox.crm.world import World
from bot.sandbox.crm.writes import Neighbours
from bot.sandbox.hubspot.search import search
from bot.sandbox.hubspot.wire import (
    VERSION,
    Refused,
    body,
    entries,
    invalid,
    names,
    object_type,
    page_size,
    shown,
    values_refused,
)

BATCH_LIMIT = 100
HISTORY_BATCH_LIMIT = 50
_ROOT = f"/crm/objects/{VERSION}/<kind>"


def add_objects(app: Flask, world: World) -> None:
    """Add the endpoints to an app."""
    objects = Objects(world)
    app.add_url_rule(_ROOT, view_func=objects.page, methods=["GET"])
    app.add_url_rule(f"{_ROOT}/<record_id>", view_func=objects.read, methods=["GET"])
    app.add_url_rule(f"{_ROOT}/<record_id>", view_func=objects.update, methods=["PATCH"])
    app.add_url_rule(f"{_ROOT}/batch/read", view_func=objects.batch_read, methods=["POST"])
    app.add_url_rule(f"{_ROOT}/batch/update", view_func=objects.batch_update, methods=["POST"])
    app.add_url_rule(f"{_ROOT}/search", view_func=objects.find, methods=["POST"])


class Objects:
    """The endpoints, over one world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def page(self, kind: str) -> Response:
        """List records in the order of their ids."""
        type_ = object_type(kind)
        limit, after = page_size(100, 10), request.args.get("after", "0")
        history = names("propertiesWithHistory")
        if history and limit > HISTORY_BATCH_LIMIT:
            raise invalid(f"The maximum page size for property histories is {HISTORY_BATCH_LIMIT}.")
        with self.world.lock:
            records = [each for each in self.world.hubspot[type_].values() if int(each.id) > _cursor(after)]
            answer: dict[str, Any] = {
                "results": [
                    shown(self.world, each, names("properties"), history, names("associations"))
                    for each in records[:limit]
                ]
            }
        if len(records) > limit:
            answer["paging"] = {"next": {"after": records[limit - 1].id}}
        return jsonify(answer)

    def read(self, kind: str, record_id: str) -> Response:
        """Answer one record, by id or by a unique property."""
        type_ = object_type(kind)
        with self.world.lock:
            record = self._find(type_, record_id, request.args.get("idProperty"))
            if record is None:
                raise _absent()
            wanted = names("properties"), names("propertiesWithHistory"), names("associations")
            return jsonify(shown(self.world, record, *wanted))

    def update(self, kind: str, record_id: str) -> Response:
        """Change properties of one record."""
        type_ = object_type(kind)
        changes = _texts(body("properties", "associations").get("properties"))
        with self.world.lock:
            record = self._find(type_, record_id, request.args.get("idProperty"))
            if record is None:
                raise _absent()
            if failures := self._failures(type_, changes, record):
                raise values_refused(failures)
            self.world.write_hubspot(record, changes, source_type="INTEGRATION")
            return jsonify(shown(self.world, record, list(changes)))

    def batch_read(self, kind: str) -> tuple[Response, int]:
        """Answer up to 100 records; those that do not exist are named in a 207."""
        type_ = object_type(kind)
        found = body("inputs", "properties", "propertiesWithHistory", "idProperty")
        inputs = _inputs(found)
        history = entries(found, "propertiesWithHistory", str)
        if history and len(inputs) > HISTORY_BATCH_LIMIT:
            raise invalid(
                "The maximum number of inputs supported in a batch request for property histories is "
                f"{HISTORY_BATCH_LIMIT}. Please reduce the number of items and try again"
            )
        started = self.world.now()
        with self.world.lock:
            ids = dict.fromkeys(each["id"] for each in inputs)
            records = {id_: self._find(type_, id_, found.get("idProperty")) for id_ in ids}
            properties = entries(found, "properties", str)
            results = [shown(self.world, each, properties, history) for each in records.values() if each]
        return self._batch(type_, started, results, [id_ for id_, each in records.items() if each is None])

    def batch_update(self, kind: str) -> tuple[Response, int]:
        """Change up to 100 records.

        A property that is unknown or read-only, or a value that is not valid, refuses the whole batch; an
        unknown id only itself.
        """
        type_ = object_type(kind)
        inputs = _inputs(body("inputs"))
        repeated = {each["id"] for each in inputs if [i["id"] for i in inputs].count(each["id"]) > 1}
        if repeated:
            raise invalid(f"Duplicate IDs found in batch input: [{', '.join(sorted(repeated))}]")
        wanted = [(each, _texts(each.get("properties"))) for each in inputs]
        started = self.world.now()
        with self.world.lock:
            found = [(self._find(type_, each["id"], each.get("idProperty")), each["id"], c) for each, c in wanted]
            failures = [failure for record, _, changes in found for failure in self._failures(type_, changes, record)]
            if failures:
                raise values_refused(failures)
            results, missing = [], []
            for record, id_, changes in found:
                if record is None:
                    missing.append(id_)
                    continue
                self.world.write_hubspot(record, changes, source_type="INTEGRATION")
                results.append(shown(self.world, record, list(changes)))
        return self._batch(type_, started, results, missing)

    def find(self, kind: str) -> Response:
        """Search; see ``search``."""
        type_ = object_type(kind)
        return jsonify(search(self.world, type_, body(*_SEARCH_FIELDS)))

    def _find(self, type_: str, record_id: str, id_property: str | None) -> HubSpotRecord | None:
        records = self.world.hubspot[type_]
        if not id_property or id_property == "hs_object_id":
            return records.get(record_id)
        known = self.world.portal.properties[type_].get(id_property)
        if known is None or not known.unique:
            raise invalid(f"{id_property} is not a unique property and cannot be used as an id.")
        holder = Neighbours(self.world).holder(type_, id_property, record_id)
        return records[holder] if holder else None

    def _failures(self, type_: str, changes: Mapping[str, str], record: HubSpotRecord | None) -> list[Failure]:
        known = self.world.portal.properties[type_]
        read_only = [
            Failure(
                "salesforce_field_permission",
                f'"{name}" is a read only property; its value cannot be set.',
                fields=(name,),
                reason="READ_ONLY_VALUE",
            )
            for name in changes
            if name in known and known[name].read_only
        ]
        record_id = record.id if record else None
        return read_only or check_values(known, type_, changes, Neighbours(self.world), record_id)

    def _batch(
        self, type_: str, started: datetime, results: list[dict[str, Any]], missing: list[str]
    ) -> tuple[Response, int]:
        answer: dict[str, Any] = {
            "status": "COMPLETE",
            "results": results,
            "startedAt": iso(started),
            "completedAt": iso(self.world.now()),
        }
        if not missing:
            return jsonify(answer), 200
        error = {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": f"Could not get some {type_.upper()} objects, they may be deleted or not exist. "
            "Check that ids are valid.",
            "context": {"ids": missing},
            "errors": [],
            "links": {},
        }
        return jsonify({**answer, "numErrors": 1, "errors": [error]}), 207


_SEARCH_FIELDS = ("filterGroups", "sorts", "query", "properties", "limit", "after")


def _inputs(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer the inputs of a batch, each with an id that is a string."""
    inputs = entries(found, "inputs", dict)
    if len(inputs) > BATCH_LIMIT:
        raise invalid(
            f"The maximum number of inputs supported in a batch is {BATCH_LIMIT}. "
            "Please reduce the number of items and try again"
        )
    if not inputs or any(not isinstance(each.get("id"), str | int) for each in inputs):
        raise invalid("Invalid input JSON on line 1, column 1: Some required fields were not set: [id]")
    return [{**each, "id": str(each["id"])} for each in inputs]


def _texts(properties: object) -> dict[str, str]:
    """Answer property values as the strings they become; null clears like an empty string."""
    if not isinstance(properties, dict):
        raise invalid("Invalid input JSON on line 1, column 1: Some required fields were not set: [properties]")
    texts = {}
    for name, value in properties.items():
        if isinstance(value, dict | list):
            raise invalid(f"Invalid input JSON on line 1, column 1: Cannot deserialize value of {name}.")
        texts[name] = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return texts


def _cursor(after: str) -> int:
    if not after.isdecimal():
        raise invalid(f"Invalid paging cursor: {after}")
    return int(after)


def _absent() -> Refused:
    return Refused(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
