"""Errors of picklists: options, states and countries, stages, owners."""

from typing import Final

from bot.model.kinds import ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="missing_salesforce_picklist_option",
        category="picklists",
        label="Missing Salesforce picklist option",
        meaning="HubSpot sends an option that the Salesforce picklist does not have.",
        steps=(
            (
                "Add “%(value)s” to the picklist “%(field)s” in Salesforce, for the record type as well.",
                "Add the option to the picklist “%(field)s” in Salesforce, for the record type as well.",
                "Add the option to the Salesforce picklist, for the record type as well.",
            ),
            "Or choose an option in HubSpot that both sides know.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_FIELD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="invalid_state_or_country",
        category="picklists",
        label="Invalid state or country value",
        meaning="State or country does not match Salesforce's list of states and countries.",
        steps=(
            (
                "Look for “%(value)s”, the value of “%(field)s”, in Salesforce's list of states and countries.",
                "Compare the internal value of “%(field)s” in HubSpot with Salesforce's list.",
                "Compare the internal values of state and country in HubSpot with Salesforce's list.",
            ),
            "Check that Salesforce offers the state for this country and that the internal values agree.",
            "Correct the value, then press Resync.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.SALESFORCE_STATE_COUNTRY,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="mismatched_options",
        category="picklists",
        label="Mismatched options",
        meaning="An option has one internal value in HubSpot and another API name in Salesforce.",
        steps=(
            (
                "Look for “%(value)s” among the options of “%(field)s” on both sides.",
                "Look for “%(value)s” among the options on both sides.",
                "Compare the internal values of “%(field)s” in HubSpot with the API names in Salesforce.",
                "Compare the property's internal values in HubSpot with the API names in Salesforce.",
            ),
            "Change the API name in Salesforce so that both are spelled alike.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_FIELD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="inactive_salesforce_owner",
        category="picklists",
        label="Inactive Salesforce owner",
        meaning="The record's owner is a deactivated user in Salesforce.",
        steps=(
            "Assign the HubSpot record to somebody who is active in Salesforce.",
            (
                "Or have the Salesforce user %(user)s reactivated.",
                "Or have the Salesforce user reactivated, for example %(one_user)s.",
                "Or have the Salesforce user reactivated.",
            ),
            "Press Resync.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.HUBSPOT_RECORD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="restricted_picklist_value",
        category="picklists",
        label="Restricted picklist value",
        meaning="The Salesforce picklist is restricted and does not contain the value HubSpot sends.",
        steps=(
            (
                "Add “%(value)s” to the picklist “%(field)s”, for the record type as well.",
                "Add what is missing to “%(field)s”, for example “%(one_value)s”, for the record type as well.",
                "Add the value to the picklist “%(field)s”, for the record type as well.",
                "Add the value to the picklist, for the record type as well.",
            ),
            (
                "Or lift the restriction to the value set in the settings of “%(field)s”.",
                "Or lift the restriction to the value set in the field's settings.",
            ),
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_FIELD,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="inactive_opportunity_stage",
        category="picklists",
        label="Inactive opportunity stage",
        meaning="The Salesforce opportunity is in a stage that has been deactivated.",
        steps=(
            "Activate the stage in Salesforce, or move the opportunity to an active one.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_OPPORTUNITY_STAGES,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="salesforce_owners_not_synced",
        category="picklists",
        label="Salesforce owners not synced",
        meaning="The owner's kind of Salesforce user does not sync to HubSpot.",
        steps=(
            (
                "Open the Salesforce user %(user)s.",
                "Open the owner among the Salesforce users.",
            ),
            "See to it that the user type is Standard, Power Partner or Guest, or choose another owner.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_USERS,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="option_limit_exceeded",
        category="picklists",
        label="Option limit exceeded",
        meaning="The property has more options than HubSpot allows.",
        steps=(
            (
                "Delete options of “%(field)s” that nobody uses, in HubSpot and in Salesforce.",
                "Delete options nobody uses, in HubSpot and in Salesforce.",
            ),
            "Check that the types match: not options on one side and free text on the other.",
            "Press Resync.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.HUBSPOT_PROPERTIES,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="default_sales_process_unavailable",
        category="picklists",
        label="Default sales process unavailable",
        meaning="The opportunity has no record type, so HubSpot finds no sales process for it.",
        steps=(
            "Give the opportunity a record type, or create one for such opportunities.",
            "Or deactivate all opportunity record types if nobody uses them.",
            "Press Resync.",
        ),
        who=Who.SALESFORCE_ADMIN,
        where=Where.SALESFORCE_RECORD_TYPES,
        resync=Resync.AFTER_FIX,
    ),
    ErrorType(
        slug="missing_or_invalid_opportunity_stage",
        category="picklists",
        label="Missing or invalid opportunity stage",
        meaning="The opportunity's stage does not exist in the matching HubSpot pipeline.",
        steps=(
            (
                "Add the stage “%(value)s” to the HubSpot pipeline, spelled as in Salesforce.",
                "Add the stage to the HubSpot pipeline, spelled as in Salesforce.",
            ),
            "Press Resync.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.HUBSPOT_PIPELINES,
        resync=Resync.AFTER_FIX,
    ),
)
