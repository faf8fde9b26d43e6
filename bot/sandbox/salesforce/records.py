"""Salesforce's record endpoints: describe, read, update, and sObject Collections."""

from typing import Any

from flask import Flask, Response, jsonify, request

from bot.sandbox.crm.metadata import Failure, Field, SObject
from bot.sandbox.crm.records import SalesforceRecord
from bot.sandbox.crm.rules import check_write
from bot.sandbox.crm.world import World
from bot.sandbox.crm.write import Write
from bot.sandbox.crm.writes import Neighbours, release_row, save_salesforce
from bot.sandbox.salesforce.query import row_of
from bot.sandbox.salesforce.wire import Refused, body, collection_result

COLLECTION_LIMIT = 200
CHUNK_LIMIT = 10
_ROOT = "/services/data/<version>"


def add_records(app: Flask, world: World) -> None:
    """Add the endpoints to an app."""
    records = RecordEndpoints(world)
    one = f"{_ROOT}/sobjects/<sobject>/<record_id>"
    app.add_url_rule(f"{_ROOT}/sobjects/<sobject>/describe", view_func=records.describe, methods=["GET"])
    app.add_url_rule(one, view_func=records.read, methods=["GET"])
    app.add_url_rule(one, view_func=records.update, methods=["PATCH"])
    collection = f"{_ROOT}/composite/sobjects"
    app.add_url_rule(collection, view_func=records.update_collection, methods=["PATCH"])


class RecordEndpoints:
    """The endpoints, over one world. Writes are made by the bot's user, under the same rules as the sync."""

    def __init__(self, world: World) -> None:
        self.world = world

    def describe(self, version: str, sobject: str) -> Response:
        """Tell an object's fields."""
        del version
        with self.world.lock:
            found = self._object(sobject)
            types = self.world.org.record_types if found.name == "Opportunity" else {}
            answer = {
                "name": found.name,
                "label": found.label,
                "keyPrefix": found.prefix,
                "custom": found.name.endswith("__c"),
                "queryable": True,
                "updateable": True,
                "fields": [self._described(each) for each in found.fields.values()],
                "recordTypeInfos": [
                    {"recordTypeId": id_, "name": name, "active": True, "available": True}
                    for id_, name in types.items()
                ],
            }
            return jsonify(answer)

    def read(self, version: str, sobject: str, record_id: str) -> Response:
        """Answer one record, whole or the fields asked for."""
        with self.world.lock:
            found = self._object(sobject)
            record = self._find(found, record_id)
            if record.deleted:
                raise Refused(404, "ENTITY_IS_DELETED", "entity is deleted", [])
            names = [each for each in request.args.get("fields", "").split(",") if each]
            for name in names:
                if name not in found.fields:
                    raise Refused(400, "INVALID_FIELD", f"No such column '{name}' on sobject of type {found.name}")
            row = row_of(record)
            shown = {name: row.get(name) for name in names or found.fields}
        url = f"/services/data/{version}/sobjects/{found.name}/{record.id}"
        return jsonify({"attributes": {"type": found.name, "url": url}, "Id": record.id, **shown})

    def update(self, version: str, sobject: str, record_id: str) -> tuple[str, int]:
        """Change fields of one record."""
        del version
        changes = body()
        if not isinstance(changes, dict):
            raise Refused(400, "JSON_PARSER_ERROR", "The value is not an object")
        with self.world.lock:
            record = self._find(self._object(sobject), record_id)
            if "Id" in changes or "id" in changes:
                text = "The Id field should not be specified in the sobject data."
                raise Refused(400, "INVALID_FIELD", text, ["Id"])
            changes.pop("attributes", None)
            failures = save_salesforce(self.world, record, changes, by=self.world.org.bot_user)
        if failures:
            raise Refused.of(failures)
        return "", 204

    def update_collection(self, version: str) -> Response:
        """Change up to 200 records; results come in the order of the records."""
        del version
        sent = body()
        records = sent.get("records") if isinstance(sent, dict) else None
        if not isinstance(records, list) or not all(isinstance(each, dict) for each in records):
            raise Refused(400, "JSON_PARSER_ERROR", "records is missing or no array of objects")
        if len(records) > COLLECTION_LIMIT:
            text = f"record limit reached. cannot submit more than {COLLECTION_LIMIT} records into this call"
            raise Refused(400, "EXCEEDED_ID_LIMIT", text)
        _check_chunks(records)
        with self.world.lock:
            all_or_none = sent.get("allOrNone") is True
            checked = [self._check(each) for each in records]
            if all_or_none and any(failures for _, _, failures in checked):
                rolled_back = Failure(
                    "other",
                    "Record rolled back because not all records were valid and the request was using AllOrNone header",
                    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
                )
                return jsonify([collection_result(None, f or [rolled_back]) for _, _, f in checked])
            results = [self._save(*each) for each in checked]
        return jsonify(results)

    def _check(self, sent: dict[str, Any]) -> tuple[SalesforceRecord | None, dict[str, Any], list[Failure]]:
        """Find one record of a collection and let the rules judge it."""
        kind = (sent.get("attributes") or {}).get("type")
        record_id = sent.get("id") or sent.get("Id")
        changes = {k: v for k, v in sent.items() if k not in {"attributes", "id", "Id"}}
        if kind not in self.world.org.objects:
            text = f"The type {kind} is not supported."
            return None, changes, [Failure("other", text, "INVALID_TYPE")]
        if not record_id:
            text = "Id not specified in an update call"
            return None, changes, [Failure("other", text, "MISSING_ARGUMENT", ("Id",))]
        record = self.world.salesforce_record(str(record_id))
        if record is None or record.type != kind:
            kind_of = "MALFORMED_ID" if record is None else "INVALID_CROSS_REFERENCE_KEY"
            text = f"invalid cross reference id: {record_id}" if record else f"bad id {record_id}"
            return None, changes, [Failure("other", text, kind_of, ("Id",))]
        write = Write(
            self.world.org.objects[kind],
            record.id,
            record.fields,
            changes,
            by=self.world.org.bot_user,
            deleted=record.deleted,
        )
        return record, changes, check_write(self.world.org, Neighbours(self.world), write)

    def _save(
        self, record: SalesforceRecord | None, changes: dict[str, Any], failures: list[Failure]
    ) -> dict[str, Any]:
        if record is None or failures:
            if record is not None:
                release_row(self.world, record.id, failures)
            return collection_result(None, failures)
        # A record before it in the same call may have taken its unique value: it is judged once more.
        failures = save_salesforce(self.world, record, changes, by=self.world.org.bot_user)
        return collection_result(record.id, failures)

    def _object(self, name: str) -> SObject:
        found = {each.lower(): each for each in self.world.org.objects}.get(name.lower())
        if found is None:
            raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
        return self.world.org.objects[found]

    def _find(self, sobject: SObject, record_id: str) -> SalesforceRecord:
        record = self.world.salesforce_record(record_id)
        if record is None or record.type != sobject.name:
            text = "Provided external ID field does not exist or is not accessible: " + record_id
            raise Refused(404, "NOT_FOUND", text)
        return record

    def _described(self, field: Field) -> dict[str, Any]:
        active = self.world.org.stages if field.name == "StageName" else {}
        return {
            "name": field.name,
            "label": field.label,
            "type": field.type,
            "length": field.length,
            "nillable": not field.required,
            "custom": field.name.endswith("__c"),
            "updateable": not field.system,
            "createable": not field.system,
            "unique": field.unique,
            "restrictedPicklist": field.restricted,
            "picklistValues": [
                {"active": active.get(each, True), "label": each, "value": each, "defaultValue": False}
                for each in field.values
            ],
            "referenceTo": list(field.refers_to),
        }


def _check_chunks(records: list[dict[str, Any]]) -> None:
    """Refuse more than ten runs of records of one type."""
    types = [(each.get("attributes") or {}).get("type") for each in records]
    chunks = sum(before != after for before, after in zip([object(), *types], types, strict=False))
    if chunks > CHUNK_LIMIT:
        text = (
            f"Cannot have more than {CHUNK_LIMIT} chunks in a single operation. "
            "Please rearrange the data to reduce chunking."
        )
        raise Refused(400, "LIMIT_EXCEEDED", text)
