"""Errors of property values."""

from typing import Final

from bot.model.kinds import ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="string_too_long",
        category="property_values",
        label="String too long",
        meaning="A text is longer than its Salesforce field allows.",
        steps=(
            (
                "Shorten “%(field)s” to at most %(limit)s characters, in HubSpot or in Salesforce.",
                "Shorten “%(field)s” in HubSpot or in Salesforce.",
                "Shorten the text to at most %(limit)s characters, in HubSpot or in Salesforce.",
                "Shorten the text in HubSpot or in Salesforce.",
            ),
            (
                "Or have the Salesforce field “%(field)s” made longer.",
                "Or have the Salesforce field made longer.",
            ),
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.HUBSPOT_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="invalid_email",
        category="property_values",
        label="Invalid email address",
        meaning="The email address is not written the way an address must be.",
        steps=(
            (
                "Look for spaces, missing parts and typing errors in “%(value)s”.",
                "Look for spaces, missing parts and typing errors in the address.",
            ),
            (
                "Correct “%(field)s” in the system it comes from, mostly Salesforce.",
                "Correct it in the system it comes from, mostly Salesforce.",
            ),
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.SALESFORCE_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="missing_required_country",
        category="property_values",
        label="Missing required country",
        meaning="The record has a state but no country that this state belongs to.",
        steps=(
            (
                "Fill in the country that belongs to “%(field)s” in HubSpot, spelled as in Salesforce's list.",
                "Fill in the country in HubSpot, spelled as in Salesforce's list of countries.",
            ),
            "Check that Salesforce offers the state for this country.",
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.HUBSPOT_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="invalid_value",
        category="property_values",
        label="Invalid value",
        meaning="A value breaks the rules of the property or field it is meant for.",
        steps=(
            (
                "Look at what “%(field)s” accepts: range, format, filter.",
                "Find the field in the message and what it accepts: range, format, filter.",
            ),
            "Correct the value in the system it comes from.",
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.SALESFORCE_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="owner_assignment",
        category="property_values",
        label="Owner assignment",
        meaning="The record or activity would be assigned to a queue or to somebody who cannot own it.",
        steps=(
            "Assign the Salesforce record to a user instead of a queue.",
            "Check that this user may own such records.",
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.SALESFORCE_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="restricted_unique_value",
        category="property_values",
        label="Restricted unique value",
        meaning="The value must be unique, and another record already has it.",
        steps=(
            (
                "Open the record %(record)s, which has the same “%(field)s”.",
                "Open the record %(record)s, which has the value.",
                "Search for the record with the same “%(field)s”; the message often names its ID.",
                "Search for the record that has the value; the message often names its ID.",
            ),
            "Merge the two records or change one of the values.",
            "If both may keep it, have the field's uniqueness or the matching rule changed.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="missing_required_value",
        category="property_values",
        label="Missing required value",
        meaning="A required field is empty.",
        steps=(
            (
                "Fill in “%(field)s” on the record.",
                "Find the required field in the message and fill it in on the record.",
            ),
            (
                "Map “%(field)s” in HubSpot's Salesforce settings, so that it stays filled.",
                "Map it in HubSpot's Salesforce settings, so that it stays filled.",
            ),
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.SALESFORCE_RECORD,
        resync=Resync.AFTER_FIX,
    ),
)
