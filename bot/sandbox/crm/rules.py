"""Whether Salesforce accepts a write: decided anew each time, from metadata and values alone.

The checks stand in the order in which Salesforce makes them: parsing, permissions, field values, triggers
that run before the save, validation rules, duplicate rules, unique fields, and what runs after the save.
The first stage that objects answers; what a later one would have said remains unknown, as in a real org.
"""

import math
from collections.abc import Callable, Iterator
from datetime import date

from bot.sandbox.crm.field_rules import check_field_values
from bot.sandbox.crm.metadata import Automation, Failure, Field, Org, Value
from bot.sandbox.crm.write import Records, Write

Check = Callable[[Org, Records, Write], Iterator[Failure]]


def check_write(org: Org, records: Records, write: Write) -> list[Failure]:
    """Answer why Salesforce refuses the write; an empty list means that it accepts."""
    for check in (
        _record_state,
        _parsing,
        _columns,
        _permissions,
        check_field_values,
        _before,
        _rules,
        _duplicates,
        _after,
    ):
        if failures := list(check(org, records, write)):
            return failures
    return []


def _record_state(org: Org, _: Records, write: Write) -> Iterator[Failure]:
    record_id = write.record_id
    if write.deleted:
        yield Failure("insufficient_access_or_missing_record", "entity is deleted", "ENTITY_IS_DELETED")
    elif write.before.get("IsConverted"):
        yield Failure("other", "cannot reference converted lead", "CANNOT_UPDATE_CONVERTED_LEAD")
    elif record_id and org.row_locks.get(record_id, 0) > 0:
        text = f"unable to obtain exclusive access to this record or 1 records: {record_id}"
        yield Failure("other", text, "UNABLE_TO_LOCK_ROW")


def _parsing(_: Org, __: Records, write: Write) -> Iterator[Failure]:
    """Stop at the first value of the wrong type: the JSON parser gives up there and names no field."""
    column = 2
    for name, value in write.changes.items():
        column += len(name) + len(str(value)) + 6
        field = write.sobject.fields.get(name)
        kind = _unreadable(field, value) if field else None
        if kind:
            text = (
                f"Cannot deserialize instance of {kind} from VALUE_STRING value {value} "
                f"or request may be missing a required field at [line:1, column:{column}]"
            )
            yield Failure("type_mismatch", text, "JSON_PARSER_ERROR")
            return


def _unreadable(field: Field, value: Value) -> str | None:
    """Answer Salesforce's word for the type a value should have had, None when it has it."""
    if value is None:
        return None
    match field.type:
        case "double" | "currency" | "percent" | "int":
            good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            return None if good else "double"
        case "boolean":
            return None if isinstance(value, bool) else "boolean"
        case "date":
            return None if isinstance(value, str) and _is_date(value) else "date"
        case _:
            return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _columns(_: Org, __: Records, write: Write) -> Iterator[Failure]:
    for name in write.changes:
        if name not in write.sobject.fields:
            text = f"No such column '{name}' on sobject of type {write.sobject.name}"
            yield Failure("type_mismatch", text, "INVALID_FIELD")


def _permissions(org: Org, _: Records, write: Write) -> Iterator[Failure]:
    integration = write.by == org.integration_user
    fields = [write.sobject.fields[name] for name in write.changes]
    closed = [each.name for each in fields if each.system or (integration and not each.editable)]
    if closed:
        text = (
            f"Unable to create/update fields: {', '.join(closed)}. Please check the security settings of "
            "this field and verify that it is read/write for your profile or permission set."
        )
        yield Failure("salesforce_field_permission", text, "INVALID_FIELD_FOR_INSERT_UPDATE", tuple(closed))
    elif integration and write.record_id in org.read_only | org.hidden:
        text = "insufficient access rights on object id"
        yield Failure("insufficient_salesforce_access", text, "INSUFFICIENT_ACCESS_OR_READONLY")
    elif write.record_id in org.in_approval:
        text = "This record is locked. If you need to edit it, contact your admin."
        yield Failure("insufficient_salesforce_access", text, "ENTITY_IS_LOCKED")


def _before(_: Org, __: Records, write: Write) -> Iterator[Failure]:
    yield from _automations(write, lambda each: each.kind == "trigger" and each.event.startswith("Before"))


def _rules(_: Org, __: Records, write: Write) -> Iterator[Failure]:
    for rule in write.sobject.validation_rules:
        if rule.active and rule.rejects(write.after):
            at = (rule.field,) if rule.field else ()
            kind = "salesforce_custom_field_validation_rule"
            yield Failure(kind, rule.message, "FIELD_CUSTOM_VALIDATION_EXCEPTION", at)


def _duplicates(_: Org, records: Records, write: Write) -> Iterator[Failure]:
    name = write.sobject.name
    for rule in write.sobject.duplicate_rules:
        matched = {field: write.after.get(field) for field in rule.fields}
        touched = write.record_id is None or not write.changes.keys().isdisjoint(rule.fields)
        if rule.active and touched and all(matched.values()) and records.same(name, matched, write.record_id):
            yield Failure("salesforce_duplicate_rule", rule.message, "DUPLICATES_DETECTED")
            return
    for field in write.sobject.fields.values():
        if not field.unique or not write.changes.get(field.name):
            continue
        other = records.same(name, {field.name: write.changes[field.name]}, write.record_id)
        if other:
            text = f"duplicate value found: {field.name} duplicates value on record with id: {other}"
            yield Failure("restricted_unique_value", text, "DUPLICATE_VALUE", (field.name,))


def _after(_: Org, __: Records, write: Write) -> Iterator[Failure]:
    yield from _automations(write, lambda each: each.kind == "trigger" and each.event.startswith("After"))
    yield from _automations(write, lambda each: each.kind == "flow")


def _automations(write: Write, wanted: Callable[[Automation], bool]) -> Iterator[Failure]:
    for automation in filter(wanted, write.sobject.automations):
        cause = automation.fails(write.after) if automation.active else None
        if cause is None:
            continue
        if automation.kind == "flow":
            yield _flow_failure(automation, cause, write.record_id)
        else:
            event = automation.event if write.record_id else automation.event.replace("Update", "Insert")
            text = f"{automation.name}: execution of {event}\n\ncaused by: {cause}"
            yield Failure("salesforce_automation", text, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")
        return


def _flow_failure(flow: Automation, cause: str, record_id: str | None) -> Failure:
    """Dress a flow's cause as Salesforce does; the error id differs from record to record."""
    number = int.from_bytes((record_id or flow.name).encode()[-6:], "big") % 2_000_000_000
    text = (
        f"We can't save this record because the “{flow.name}” process failed. "
        f"Give your Salesforce admin these details. {cause}. You can look up ExceptionCode values in the "
        f"SOAP API Developer Guide. Error ID: {number}-{number % 99_991} ({-number})"
    )
    return Failure("salesforce_flow", text, "CANNOT_EXECUTE_FLOW_TRIGGER")
