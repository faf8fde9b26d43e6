"""Errors of Salesforce's own automation: Apex, flows and validation rules."""

from typing import Final

from bot.model.kinds import ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="salesforce_automation",
        category="custom_code",
        label="Salesforce automation",
        meaning="Apex code or other automation in Salesforce failed and undid the change.",
        steps=(
            (
                "Open the trigger “%(trigger)s”; it failed in “%(apex)s”.",
                "Open the trigger “%(trigger)s”.",
                "Open the class of “%(apex)s”.",
                "Find the trigger, class or process that the message speaks of.",
            ),
            (
                "Have its developer or the package vendor fix the innermost cause: “%(cause)s”",
                "Have its developer or the package vendor fix the innermost cause.",
            ),
            "Save one affected record in Salesforce to test it, then press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_APEX,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="missing_contact_id",
        category="custom_code",
        label="Missing contact ID",
        meaning="Automation in Salesforce needs a contact ID, and this record has none.",
        steps=(
            (
                "Open the flow “%(flow)s”, which asks for the contact.",
                "Open the trigger “%(trigger)s”, which asks for the contact.",
                "Find the trigger, flow or rule in Salesforce that asks for the contact.",
            ),
            "Let it accept records without a contact, or fill the contact before it runs.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_APEX,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="salesforce_custom_field_validation_rule",
        category="custom_code",
        label="Salesforce custom field validation rule",
        meaning="A validation rule in Salesforce refused the values. The message is its text.",
        steps=(
            (
                "Open the validation rule “%(rule)s”.",
                "Open the validation rules of “%(object)s” and find the one with this text, shown at “%(field)s”.",
                "Open the validation rules of “%(object)s” and find the one with this text.",
                "Open the object's validation rules and find the one with this text, shown at “%(field)s”.",
                "Open the object's validation rules and find the one with this text.",
            ),
            "Correct the values in HubSpot, or exempt the integration user in the rule.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_VALIDATION_RULES,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="salesforce_flow",
        category="custom_code",
        label="Salesforce flow",
        meaning="A flow or process in Salesforce failed and undid the change.",
        steps=(
            (
                "Open “%(flow)s” among the flows.",
                "Open the flow with the element “%(element)s”.",
                "Open the flow or process that the message names, or that runs when such a record is saved.",
            ),
            (
                "Repair the element “%(element)s”, or add a fault path to it.",
                "Put the cause right: “%(cause)s”",
                "Repair the failing element, or add a fault path to it.",
            ),
            "Save one affected record in Salesforce to test it, then press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_FLOWS,
        resync=Resync.AFTER_FIX,
    ),
)
