"""Whether HubSpot accepts a property value, from the property's definition and the value alone.

The words are this sandbox's own, in the manner of HubSpot's API. Such errors carry no Salesforce code.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Protocol

from bot.sandbox.crm.metadata import Failure, Property

_EMAIL = re.compile(r"[\w+-]+(\.[\w+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


class Holders(Protocol):
    """What the rules may ask about other records."""

    def holder(self, object_type: str, name: str, value: str) -> str | None:
        """Answer the id of the record that already has a value of a unique property."""


def check_values(
    known: Mapping[str, Property],
    object_type: str,
    changes: Mapping[str, str],
    holders: Holders,
    record_id: str | None = None,
) -> list[Failure]:
    """Answer why HubSpot refuses the values; an empty list means that it accepts them all."""
    failures: list[Failure] = []
    for name, value in changes.items():
        found = known.get(name)
        if found is None:
            text = f'Property "{name}" does not exist'
            failures.append(Failure("type_mismatch", text, fields=(name,), reason="PROPERTY_DOESNT_EXIST"))
        elif value:
            failures.extend(_value(found, value))
            holder = holders.holder(object_type, name, value) if found.unique else None
            if holder not in {None, record_id}:
                text = f"The email address {value} is already in use by another contact. Existing ID: {holder}"
                failures.append(Failure("email_already_in_use", text, fields=(name,), reason="CONFLICT"))
    return failures


def check_required(known: Mapping[str, Property], changes: Mapping[str, str], *, new: bool) -> list[Failure]:
    """Answer which properties that the portal requires a sync from Salesforce would leave empty."""
    required = (each for each in known.values() if each.required and (new or each.name in changes))
    return [
        Failure(
            "missing_required_value",
            f"{each.label} is required in HubSpot, and the Salesforce record has no value for it.",
            fields=(each.name,),
            reason="REQUIRED_FIELD",
        )
        for each in required
        if not changes.get(each.name)
    ]


def _value(found: Property, value: str) -> Iterator[Failure]:
    at = (found.name,)
    if found.name == "email" and not _EMAIL.fullmatch(value):
        yield Failure("invalid_email", f"Email address {value} is invalid", fields=at, reason="INVALID_EMAIL")
    elif len(value) > found.max_length:
        text = f"{found.label} may have {found.max_length} characters at most."
        yield Failure("string_too_long", text, fields=at, reason="PROPERTY_VALUE_TOO_LONG")
    elif found.type == "number":
        yield from _number(found, value)
    elif found.options and value not in (allowed := [option.value for option in found.options]):
        if found.grows and found.option_limit is not None and len(allowed) >= found.option_limit:
            text = (
                f"{value} cannot be added to {found.label}: the property already has {len(allowed)} options, its limit."
            )
            yield Failure("option_limit_exceeded", text, fields=at, reason="OPTION_LIMIT_EXCEEDED")
        else:
            text = f"{value} was not one of the allowed options: [{', '.join(allowed)}]"
            yield Failure("mismatched_options", text, fields=at, reason="INVALID_OPTION")


def _number(found: Property, value: str) -> Iterator[Failure]:
    try:
        number = float(value)
    except ValueError:
        text = f"{value} was not a valid number."
        yield Failure("type_mismatch", text, fields=(found.name,), reason="INVALID_INTEGER")
        return
    if found.minimum is not None and number < found.minimum:
        text = f"{value} is below the lowest value HubSpot accepts for {found.label}, {found.minimum:g}."
        yield Failure("invalid_value", text, fields=(found.name,), reason="NUMBER_OUT_OF_RANGE")
