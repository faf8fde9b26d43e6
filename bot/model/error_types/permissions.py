"""Errors of permissions."""

from typing import Final

from bot.model.kinds import ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="insufficient_access_or_missing_record",
        category="permissions",
        label="Insufficient access or missing Salesforce record",
        meaning="The change points to a Salesforce record that is gone or hidden from HubSpot.",
        steps=(
            (
                "Look at “%(field)s”, and at what links the record to others.",
                "Look at the fields that link to other records: owner, account, record type, campaign.",
            ),
            (
                "Correct the value or association that points to “%(record)s”.",
                "Correct the value or association that points to the wrong record.",
            ),
            "If the linked record is right, share it with the integration user.",
            "Press Resync.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.SALESFORCE_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="salesforce_field_permission",
        category="permissions",
        label="Salesforce field permission",
        meaning="The integration user may not read or edit one of the mapped Salesforce fields.",
        steps=(
            (
                "Open the field-level security of “%(field)s”.",
                "Find the field in the message and open its field-level security.",
            ),
            "Give the integration user read and edit access, by profile or permission set.",
            "If Salesforce maintains the field itself, let the mapping write to HubSpot only.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_FIELD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="insufficient_salesforce_access",
        category="permissions",
        label="Insufficient Salesforce access",
        meaning="Salesforce does not let the integration user perform this action on the record.",
        steps=(
            (
                "Check the integration user's permissions for the object “%(object)s”.",
                "Check the integration user's permissions for the object.",
            ),
            "Grant what is missing, or share or unlock the record.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_PERMISSIONS,
        resync=Resync.AFTER_FIX,
    ),
)
