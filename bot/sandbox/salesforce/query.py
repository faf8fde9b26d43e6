"""Salesforce's query endpoint, and the tables a query can read."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, Response, jsonify, request

from bot.sandbox.crm.ids import normalise
from bot.sandbox.crm.metadata import Value, Values
from bot.sandbox.crm.records import SalesforceRecord
from bot.sandbox.crm.world import World
from bot.sandbox.salesforce.soql import Condition, MalformedQueryError, Query, matches, parse, sort_key
from bot.sandbox.salesforce.wire import Refused, timestamp

PAGE_SIZE = 2_000
SMALLEST_PAGE = 200
_SETUP = {
    "User": ["Id", "Name", "FirstName", "LastName", "Email", "Username", "IsActive", "UserType"],
    "Group": ["Id", "Name", "Type"],
    "RecordType": ["Id", "Name", "DeveloperName", "SobjectType", "IsActive"],
    "Organization": ["Id", "Name", "OrganizationType", "IsSandbox"],
}


def add_query(app: Flask, world: World) -> None:
    """Add the query endpoints to an app."""
    cursors: dict[str, tuple[str, list[dict[str, Any]]]] = {}
    numbers = itertools.count(1)

    @app.get("/services/data/<version>/query")
    @app.get("/services/data/<version>/query/", endpoint="query_slash")
    def query(version: str) -> Response:
        """Answer the first page of a query."""
        return first_page(version, deleted=False)

    @app.get("/services/data/<version>/queryAll")
    @app.get("/services/data/<version>/queryAll/", endpoint="query_all_slash")
    def query_all(version: str) -> Response:
        """Answer the first page of a query that finds deleted records, too."""
        return first_page(version, deleted=True)

    def first_page(version: str, *, deleted: bool) -> Response:
        text = request.args.get("q")
        if not text:
            raise Refused(400, "MALFORMED_QUERY", "A query string has to be specified")
        with world.lock:
            found = run(world, text, version, deleted=deleted)
        name = f"01g7Q{next(numbers):011d}AA"
        size = _page_size()
        if len(found) > size:
            cursors[name] = (version, found)
        return jsonify(_page(found, version, name, 0, size))

    @app.get("/services/data/<version>/query/<cursor>")
    def more(version: str, cursor: str) -> Response:
        """Answer a further page, by the address that the one before it gave."""
        name, _, start = cursor.rpartition("-")
        if name not in cursors or not start.isdecimal():
            raise Refused(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return jsonify(_page(cursors[name][1], version, name, int(start), _page_size()))


def _page_size() -> int:
    found = re.search(r"batchSize=(\d+)", request.headers.get("Sforce-Query-Options", ""))
    return max(SMALLEST_PAGE, min(PAGE_SIZE, int(found[1]))) if found else PAGE_SIZE


def _page(found: list[dict[str, Any]], version: str, name: str, start: int, size: int) -> dict[str, Any]:
    done = start + size >= len(found)
    answer: dict[str, Any] = {"totalSize": len(found), "done": done}
    if not done:
        answer["nextRecordsUrl"] = f"/services/data/{version}/query/{name}-{start + size}"
    return {**answer, "records": found[start : start + size]}


def run(world: World, text: str, version: str, *, deleted: bool) -> list[dict[str, Any]]:
    """Answer all rows of a query, or refuse it as Salesforce does; ``deleted`` ones are among them if asked for."""
    try:
        query = parse(text)
    except MalformedQueryError as problem:
        raise Refused(400, "MALFORMED_QUERY", str(problem)) from None
    table = {name.lower(): name for name in [*world.org.objects, *_SETUP]}.get(query.sobject.lower())
    if table is None:
        text = (
            f"sObject type '{query.sobject}' is not supported. If you are attempting to use a custom object, "
            "be sure to append the '__c' after the entity name."
        )
        raise Refused(400, "INVALID_TYPE", text)
    _name_fields(world, query, table)
    rows = [row for row in _rows(world, table, deleted=deleted) if matches(query, row)]
    if query.order_by:
        rows.sort(key=sort_key(query), reverse=query.descending)
    last = None if query.limit is None else query.offset + query.limit
    return [
        {
            "attributes": {"type": table, "url": f"/services/data/{version}/sobjects/{table}/{row['Id']}"},
            **{name: row.get(name) for name in query.fields},
        }
        for row in rows[query.offset : last]
    ]


def _name_fields(world: World, query: Query, table: str) -> None:
    """Spell fields as the metadata does, widen ids of 15 characters, refuse what does not exist."""
    known = _SETUP.get(table) or [*world.org.objects[table].fields]
    spelled = {name.lower(): name for name in known}

    def spell(name: str) -> str:
        if name.lower() not in spelled:
            text = (
                f"No such column '{name}' on entity '{table}'. If you are attempting to use a custom field, "
                "be sure to append the '__c' after the custom field name."
            )
            raise Refused(400, "INVALID_FIELD", text)
        return spelled[name.lower()]

    query.fields = [spell(name) for name in query.fields]
    query.conditions = [
        [_widened(Condition(spell(c.field), c.operator, c.values)) for c in some] for some in query.conditions
    ]
    if query.order_by:
        query.order_by = spell(query.order_by)


def _widened(condition: Condition) -> Condition:
    if not condition.field.endswith("Id"):
        return condition
    values = tuple((isinstance(v, str) and normalise(v)) or v for v in condition.values)
    return Condition(condition.field, condition.operator, values)


def _rows(world: World, table: str, *, deleted: bool) -> Iterator[Values]:
    if table in world.org.objects:
        yield from (row_of(each) for each in world.salesforce[table].values() if deleted or not each.deleted)
    elif table == "User":
        for user in world.org.users.values():
            name = f"{user.first_name} {user.last_name}"
            yield {
                "Id": user.id,
                "Name": name,
                "FirstName": user.first_name,
                "LastName": user.last_name,
                "Email": user.email,
                "Username": user.email,
                "IsActive": user.active,
                "UserType": user.type,
            }
    elif table == "Group":
        yield from ({"Id": id_, "Name": name, "Type": "Queue"} for id_, name in world.org.queues.items())
    elif table == "RecordType":
        for id_, name in world.org.record_types.items():
            row: dict[str, Value] = {"Id": id_, "Name": name, "DeveloperName": name.replace(" ", "_")}
            yield {**row, "SobjectType": "Opportunity", "IsActive": True}
    else:
        edition: dict[str, Value] = {"OrganizationType": "Enterprise Edition", "IsSandbox": False}
        yield {"Id": world.org.id, "Name": world.org.name, **edition}


def row_of(record: SalesforceRecord) -> dict[str, Value]:
    """Answer a record's fields together with those that Salesforce keeps itself."""
    return {
        **record.fields,
        "Id": record.id,
        "IsDeleted": record.deleted,
        "CreatedDate": timestamp(record.created),
        "LastModifiedDate": timestamp(record.modified),
        "LastModifiedById": record.modified_by,
        "SystemModstamp": timestamp(record.modified),
    }
