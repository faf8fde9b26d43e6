"""What HubSpot's requests and answers look like on the wire."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from bot.sandbox.crm.metadata import Failure
from bot.sandbox.crm.portal import OBJECT_TYPES
from bot.sandbox.crm.records import HubSpotRecord, iso
from bot.sandbox.crm.world import World

VERSION = "2026-03"

DEFAULT_PROPERTIES = {
    "contacts": ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
    "companies": ["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
    "deals": [
        *["amount", "closedate", "createdate", "dealname", "dealstage"],
        *["hs_lastmodifieddate", "hs_object_id", "pipeline"],
    ],
    "tickets": [
        *["content", "createdate", "hs_lastmodifieddate", "hs_object_id", "hs_pipeline"],
        *["hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority", "subject"],
    ],
}
"""What is answered where no properties are asked for."""

_SINGULAR = {"contact": "contacts", "company": "companies", "deal": "deals", "ticket": "tickets"}


class Refused(Exception):
    """A refusal, with the HTTP status and the parts of HubSpot's error body."""

    def __init__(self, status: int, category: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.category = category
        self.more = more


def invalid(message: str, **more: object) -> Refused:
    """Answer the refusal of a request that is not well formed."""
    return Refused(400, "VALIDATION_ERROR", message, **more)


def object_type(name: str) -> str:
    """Answer the object a path names: by plural, singular or type id."""
    by_id = {type_id: known for known, type_id in OBJECT_TYPES.items()}
    found = by_id.get(name) or _SINGULAR.get(name.lower()) or name.lower()
    if found not in OBJECT_TYPES:
        raise invalid(f"Unable to infer object type from: {name}")
    return found


def body(*known: str) -> dict[str, Any]:
    """Answer the request's JSON object; fields HubSpot does not know are refused."""
    if request.mimetype != "application/json":
        raise Refused(415, "VALIDATION_ERROR", "HTTP 415 Unsupported Media Type")
    try:
        found = json.loads(request.get_data())
    except ValueError as problem:
        raise invalid(f"Invalid input JSON on line 1, column 1: {problem}") from None
    if not isinstance(found, dict):
        raise invalid("Invalid input JSON on line 1, column 1: Cannot deserialize value of type object.")
    unknown = [name for name in found if name not in known]
    if unknown:
        raise invalid(f'Invalid input JSON on line 1, column 1: Unrecognized field "{unknown[0]}".')
    return found


def entries(found: Mapping[str, Any], name: str, kind: type) -> list[Any]:
    """Answer a list of the body whose items are all of one kind."""
    value = found.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, kind) for each in value):
        raise invalid(f"Invalid input JSON on line 1, column 1: Cannot deserialize {name}.")
    return value


def names(argument: str) -> list[str]:
    """Answer a list in the query string: separated by commas, or repeated."""
    return [part for text in request.args.getlist(argument) for part in text.split(",") if part]


def page_size(limit: int, default: int) -> int:
    """Answer the page size asked for, up to HubSpot's limit."""
    text = request.args.get("limit", str(default))
    if not text.isdecimal() or not 1 <= int(text) <= limit:
        raise invalid(f"Invalid limit {text}: must be between 1 and {limit}.")
    return int(text)


def shown(
    world: World,
    record: HubSpotRecord,
    properties: Sequence[str] = (),
    history: Sequence[str] = (),
    associations: Sequence[str] = (),
) -> dict[str, Any]:
    """Write a record as HubSpot does.

    Properties that do not exist are passed over; those without a value are null, whatever the contract says
    about strings: clients trip over it.
    """
    known = world.portal.properties[record.type]
    always = [
        "createdate",
        "hs_object_id",
        "lastmodifieddate" if record.type == "contacts" else "hs_lastmodifieddate",
    ]
    wanted = {*always, *(properties or ([] if history else DEFAULT_PROPERTIES[record.type])), *history}
    answer: dict[str, Any] = {
        "id": record.id,
        "properties": {name: record.get(name) or None for name in sorted(wanted) if name in known},
        "createdAt": iso(record.created),
        "updatedAt": iso(record.updated),
        "archived": False,
        "url": f"https://{world.portal.ui_domain}/contacts/{world.portal.id}/record/"
        f"{OBJECT_TYPES[record.type]}/{record.id}",
    }
    if history:
        answer["propertiesWithHistory"] = {
            name: [
                {
                    "value": entry.value,
                    "timestamp": iso(entry.timestamp),
                    "sourceType": entry.source_type,
                    **({"sourceId": entry.source_id} if entry.source_id else {}),
                }
                for entry in record.history[name]
            ]
            for name in history
            if name in known
        }
    linked = {to_type: record.associations[to_type] for to_type in associations if record.associations.get(to_type)}
    if linked:
        answer["associations"] = {
            to_type: {"results": [{"id": id_, "type": f"{record.type}_to_{to_type}"} for id_ in ids]}
            for to_type, ids in linked.items()
        }
    return answer


def values_refused(failures: Sequence[Failure]) -> Refused:
    """Answer the refusal of property values: the message holds a JSON list inside its text."""
    if failures[0].reason == "CONFLICT":
        holder = failures[0].message.rpartition(" ")[2]
        return Refused(409, "CONFLICT", f"Contact already exists. Existing ID: {holder}")
    details = [
        {"isValid": False, "message": each.message, "error": each.reason, "name": each.fields[0]} for each in failures
    ]
    errors = [
        {"message": each.message, "code": each.reason, "context": {"propertyName": list(each.fields)}}
        for each in failures
    ]
    return invalid(f"Property values were not valid: {json.dumps(details)}", errors=errors)
