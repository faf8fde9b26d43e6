"""Errors of associations."""

from typing import Final

from bot.model.kinds import ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="association_limit_reached",
        category="associations",
        label="Association limit reached",
        meaning="The record is linked to one that has as many associations as HubSpot allows.",
        steps=(
            "Open the linked record in HubSpot and remove associations nobody needs.",
            "Or link the record to a different one in Salesforce.",
            "Press Resync.",
        ),
        who=Who.RECORD_OWNER,
        where=Where.HUBSPOT_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="waiting_on_account_sync",
        category="associations",
        label="Waiting for account to sync",
        meaning="The record belongs to a Salesforce account that has no company in HubSpot yet.",
        steps=(
            "Check in HubSpot's Salesforce settings that accounts sync to companies.",
            (
                "Import the Salesforce account “%(record)s” into HubSpot.",
                "Import the Salesforce accounts into HubSpot.",
            ),
            "Press Resync once the companies are there.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.HUBSPOT_COMPANY_SYNC,
        resync=Resync.AFTER_FIX,
    ),
)
