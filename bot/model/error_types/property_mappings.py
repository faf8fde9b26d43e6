"""Errors of property mappings."""

from typing import Final

from bot.model.kinds import ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="type_mismatch",
        category="property_mappings",
        label="Mismatched type",
        meaning="A property is mapped to a Salesforce field of another type, or to one that is gone.",
        steps=(
            (
                "Open the mapping of “%(field)s” in HubSpot's Salesforce settings.",
                "Find the mapping that sends “%(value)s” in HubSpot's Salesforce settings.",
                "Open the mapping in HubSpot's Salesforce settings.",
            ),
            "Check that property and field still exist and that their types match.",
            "Map a matching pair, then press Resync.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.HUBSPOT_MAPPINGS,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="missing_salesforce_id",
        category="property_mappings",
        label="Missing Salesforce ID",
        meaning="A Salesforce lookup field was sent something other than the ID of an existing record.",
        steps=(
            (
                "Find the HubSpot property that is mapped to “%(field)s”.",
                "Find the HubSpot property that is mapped to the lookup field.",
            ),
            "Store Salesforce IDs in it, or remove the mapping.",
            "Press Resync.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.HUBSPOT_MAPPINGS,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="invalid_salesforce_id",
        category="property_mappings",
        label="Invalid Salesforce ID",
        meaning="Salesforce refused an ID: wrong length, wrong kind, or against a rule.",
        steps=(
            (
                "Compare the ID in “%(field)s” with the record it should name.",
                "Compare the ID in the message with the record it should name.",
            ),
            (
                "Check the validation rule “%(rule)s”.",
                "Check the validation rules of “%(object)s” that look at IDs.",
                "Check the validation rules that look at IDs.",
            ),
            "Correct the value or the rule, then press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_VALIDATION_RULES,
        resync=Resync.AFTER_FIX,
    ),
)
