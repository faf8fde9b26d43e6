"""Whether the fields of a Salesforce record can hold the values of a write: one rule for each kind of field."""

import re
from collections.abc import Iterator

from bot.sandbox.crm.ids import looks_like_id, normalise
from bot.sandbox.crm.metadata import Failure, Field, Org, Value
from bot.sandbox.crm.write import Records, Write

_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+")
_BAD_COUNTRY = (
    "There's a problem with this country, even though it may appear correct. "
    "Please select a country/territory from the list of valid countries."
)
_BAD_STATE = (
    "There's a problem with this state, even though it may appear correct. "
    "Please select a state from the list of valid states."
)


def check_field_values(org: Org, records: Records, write: Write) -> Iterator[Failure]:
    """Answer each value of the write that its field cannot hold."""
    yield from _required(write)
    for name, value in write.changes.items():
        if value is None or value == "":
            continue
        field = write.sobject.fields[name]
        yield from _text(field, value)
        if field.type == "reference":
            yield from _reference(org, records, write, field, str(value))
    yield from _addresses(org, write)


def _required(write: Write) -> Iterator[Failure]:
    wanted = [field.name for field in write.sobject.fields.values() if field.required]
    if write.record_id is not None:
        wanted = [name for name in wanted if name in write.changes]
    missing = [name for name in wanted if write.changes.get(name) in {None, ""}]
    if missing:
        text = f"Required fields are missing: [{', '.join(missing)}]"
        yield Failure("missing_required_value", text, "REQUIRED_FIELD_MISSING", tuple(missing))


def _text(field: Field, value: Value) -> Iterator[Failure]:
    at = (field.name,)
    if isinstance(value, str) and field.length and field.type != "reference" and len(value) > field.length:
        text = f"{field.label}: data value too large: {value} (max length={field.length})"
        yield Failure("string_too_long", text, "STRING_TOO_LONG", at)
    elif field.type == "email" and not _EMAIL.fullmatch(str(value)):
        text = f"{field.label}: invalid email address: {value}"
        yield Failure("invalid_email", text, "INVALID_EMAIL_ADDRESS", at)
    elif field.restricted and value not in field.values:
        text = f"{field.label}: bad value for restricted picklist field: {value}"
        yield Failure("restricted_picklist_value", text, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", at)
    elif field.maximum is not None and isinstance(value, int | float) and abs(value) > field.maximum:
        text = f"{field.label}: value outside of valid range on numeric field: {value}"
        yield Failure("invalid_value", text, "NUMBER_OUTSIDE_VALID_RANGE", at)


def _reference(org: Org, records: Records, write: Write, field: Field, value: str) -> Iterator[Failure]:
    at = (field.name,)
    record_id = normalise(value)
    if record_id is None and looks_like_id(value):
        yield Failure("invalid_salesforce_id", f"invalid ID field: {value}", "INVALID_ID_FIELD", at)
    elif record_id is None:
        text = f"{field.label}: id value of incorrect type: {value}"
        yield Failure("missing_salesforce_id", text, "MALFORMED_ID", at)
    elif field.name == "OwnerId":
        yield from _owner(org, write, field, record_id)
    elif field.refers_to == ("RecordType",):
        if record_id not in org.record_types:
            text = "Record Type ID: this ID value isn't valid for the user: " + value
            yield Failure("insufficient_access_or_missing_record", text, "INVALID_CROSS_REFERENCE_KEY", at)
    elif not records.exists(record_id):
        text = "invalid cross reference id"
        yield Failure("insufficient_access_or_missing_record", text, "INVALID_CROSS_REFERENCE_KEY", at)
    elif write.by == org.integration_user and record_id in org.hidden:
        text = f"insufficient access rights on cross-reference id: {record_id}"
        code = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        yield Failure("insufficient_access_or_missing_record", text, code, at)


def _owner(org: Org, write: Write, field: Field, owner_id: str) -> Iterator[Failure]:
    at = (field.name,)
    user = org.users.get(owner_id)
    if user is not None and not user.active:
        text = f"operation performed with inactive user [{owner_id}] as owner of {write.sobject.label.lower()}"
        yield Failure("inactive_salesforce_owner", text, "INACTIVE_OWNER_OR_USER", at)
    elif user is None and not (owner_id in org.queues and write.sobject.queues_may_own):
        text = f"{field.label}: id value of incorrect type: {owner_id}"
        yield Failure("owner_assignment", text, "FIELD_INTEGRITY_EXCEPTION", at)


def _addresses(org: Org, write: Write) -> Iterator[Failure]:
    """Check state and country against the org's lists, as *State and Country/Territory Picklists* do."""
    for state_field, country_field in write.sobject.addresses:
        if not {state_field, country_field} & write.changes.keys():
            continue
        state, country = write.after.get(state_field), write.after.get(country_field)
        label = write.sobject.fields[country_field].label
        if country and country not in org.countries:
            text = f"{_BAD_COUNTRY}: {label}"
            yield Failure("invalid_state_or_country", text, "FIELD_INTEGRITY_EXCEPTION", (country_field,))
            continue
        label = write.sobject.fields[state_field].label
        if state and not country:
            text = f"A country/territory must be specified before specifying a state value for field: {label}"
            yield Failure("missing_required_country", text, "FIELD_INTEGRITY_EXCEPTION", (state_field,))
        elif state and org.countries[str(country)] and state not in org.countries[str(country)]:
            text = f"{_BAD_STATE}: {label}"
            yield Failure("invalid_state_or_country", text, "FIELD_INTEGRITY_EXCEPTION", (state_field,))
