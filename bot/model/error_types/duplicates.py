"""Errors of duplicates."""

from typing import Final

from bot.model.kinds import ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="email_already_in_use",
        category="duplicates",
        label="Email already in use",
        meaning="Another HubSpot contact already has this email address.",
        steps=(
            (
                "Open the contact %(record)s in HubSpot, which has the email address.",
                "Search HubSpot for the email address.",
            ),
            "Remove it from the contact that should not have it, or merge the two contacts.",
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.HUBSPOT_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="salesforce_duplicate_rule",
        category="duplicates",
        label="Salesforce duplicate rule",
        meaning="A duplicate rule in Salesforce takes the record for one that already exists.",
        steps=(
            "Search Salesforce for the matching record and merge real duplicates.",
            (
                "If they are different records, relax the duplicate rule “%(rule)s” or its matching rule.",
                "If they are different records, relax a duplicate rule of “%(object)s” or its matching rule.",
                "If they are different records, relax the duplicate rule or its matching rule.",
            ),
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_DUPLICATE_RULES,
        resync=Resync.AFTER_FIX,
    ),
)
