"""What codes, fields and ids say about an error: evidence that reads the same in every language.

The tables hold no behaviour; `classify` reads them. Whoever meets a message that is filed wrongly changes a
line here or in `wordings`, adds the message to the tests and raises RULES_VERSION.

Sources: the status codes of Salesforce's SOAP and REST API, HubSpot's error categories, and what HubSpot's
page on sync errors says about each type. Nobody publishes how HubSpot itself files Salesforce's codes.
"""

import re
from typing import Final

from bot.model.catalog import TYPES
from bot.model.kinds import Resync

RULES_VERSION: Final = 3
"""Stored beside what was derived, so that a later version can find what older rules filed."""

# Types, likeliest first: the codes that leave these types. Where several are left, fields, ids and text choose.
_CODES_OF: Final[dict[str, str]] = {
    "salesforce_automation": """
        CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY APEX_ERROR SELF_REFERENCE_FROM_TRIGGER
        UNSUPPORTED_APEX_TRIGGER_OPERATION RECORD_IN_USE_BY_WORKFLOW NO_APPLICABLE_PROCESS MANAGER_NOT_DEFINED
        TEMPLATE_NOT_ACTIVE ERROR_IN_MAILER INVALID_FIELD_WHEN_USING_TEMPLATE EMAIL_TEMPLATE_FORMULA_ERROR
        EMAIL_TEMPLATE_MERGEFIELD_ACCESS_ERROR EMAIL_TEMPLATE_MERGEFIELD_ERROR
        EMAIL_TEMPLATE_MERGEFIELD_VALUE_ERROR EMAIL_TEMPLATE_PROCESSING_ERROR SINGLE_EMAIL_LIMIT_EXCEEDED
        UNVERIFIED_SENDER_ADDRESS""",
    "salesforce_flow": "CANNOT_EXECUTE_FLOW_TRIGGER FLOW_EXCEPTION",
    "salesforce_custom_field_validation_rule": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
    "email_already_in_use restricted_unique_value": "CONFLICT CONTACT_EXISTS",
    "email_already_in_use": "DUPLICATE_EMAIL EMAIL_ALREADY_EXISTS EMAIL_EXISTS",
    "salesforce_duplicate_rule": "DUPLICATES_DETECTED DUPLICATE_DETECTED",
    "insufficient_access_or_missing_record": """
        INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY ENTITY_IS_DELETED ENTITY_IS_ARCHIVED NOT_FOUND
        OBJECT_NOT_FOUND CHILD_SHARE_FAILS_PARENT SHARE_NEEDED_FOR_CHILD_OWNER TRANSFER_REQUIRES_READ
        PRIVATE_CONTACT_ON_ASSET UNAVAILABLE_RECORDTYPE_EXCEPTION""",
    "insufficient_access_or_missing_record owner_assignment": "INVALID_CROSS_REFERENCE_KEY",
    "salesforce_field_permission": "INVALID_FIELD_FOR_INSERT_UPDATE",
    "insufficient_salesforce_access insufficient_access_or_missing_record": """
        INSUFFICIENT_ACCESS_OR_READONLY INSUFFICIENT_ACCESS""",
    "insufficient_salesforce_access": """
        ENTITY_IS_LOCKED FORBIDDEN API_CURRENTLY_DISABLED API_DISABLED API_DISABLED_FOR_ORG
        APEX_REST_SERVICES_DISABLED TXN_SECURITY_NO_ACCESS TRANSACTION_SECURITY_NO_ACCESS MISSING_SCOPES
        CANNOT_DELETE_MANAGED_OBJECT CANNOT_MODIFY_MANAGED_OBJECT COMMUNITY_NOT_ACCESSIBLE
        INVALID_ACCESS_LEVEL INVALID_READ_ONLY_USER_DML INVALID_TYPE INVALID_TYPE_FOR_OPERATION
        LIGHT_PORTAL_USER_EXCEPTION NO_ATTACHMENT_PERMISSION NO_MASS_MAIL_PERMISSION
        OP_WITH_INVALID_USER_TYPE_EXCEPTION PACKAGE_LICENSE_REQUIRED""",
    "invalid_state_or_country": "INVALID_SIGNUP_COUNTRY",
    "mismatched_options missing_or_invalid_opportunity_stage": "INVALID_OPTION",
    "inactive_salesforce_owner": "INACTIVE_OWNER_OR_USER",
    "restricted_picklist_value": "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "option_limit_exceeded": "TOO_MANY_ENUM_VALUE",
    "type_mismatch": """
        JSON_PARSER_ERROR XML_PARSER_ERROR INVALID_TYPE_ON_FIELD_IN_RECORD INVALID_ARGUMENT_TYPE
        CANNOT_RESOLVE_NAME PROPERTY_DOESNT_EXIST READ_ONLY_VALUE""",
    "type_mismatch salesforce_field_permission missing_salesforce_id": "INVALID_FIELD",
    "missing_salesforce_id owner_assignment invalid_salesforce_id": "MALFORMED_ID",
    "missing_salesforce_id": "INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD",
    "invalid_salesforce_id": "INVALID_ID_FIELD INVALID_MESSAGE_ID_REFERENCE",
    "string_too_long": "STRING_TOO_LONG MAX_TASK_DESCRIPTION_EXCEEDED",
    "invalid_email": "INVALID_EMAIL_ADDRESS INVALID_EMAIL EMAIL_ADDRESS_BOUNCED UNSPECIFIED_EMAIL_ADDRESS",
    "invalid_value": """
        NUMBER_OUTSIDE_VALID_RANGE FIELD_FILTER_VALIDATION_EXCEPTION TEXT_DATA_OUTSIDE_SUPPORTED_CHARSET
        CIRCULAR_DEPENDENCY MAXIMUM_HIERARCHY_LEVELS_REACHED INVALID_CURRENCY_ISO INVALID_STATUS
        INVALID_INET_ADDRESS INVALID_MARKUP INVALID_CREDIT_CARD_INFO INVALID_SAVE_AS_ACTIVITY_FLAG
        WEBLINK_URL_INVALID STANDARD_PRICE_NOT_DEFINED INVALID_LONG INVALID_INTEGER INVALID_DOUBLE
        INVALID_NUMBER INVALID_DATE""",
    """invalid_value invalid_state_or_country missing_required_country owner_assignment missing_salesforce_id
    restricted_picklist_value string_too_long""": "FIELD_INTEGRITY_EXCEPTION",
    "owner_assignment": "INVALID_ASSIGNEE_TYPE ASSIGNEE_TYPE_REQUIRED INVALID_EMPTY_KEY_OWNER",
    "restricted_unique_value": """
        DUPLICATE_VALUE DUPLICATE_EXTERNAL_ID DUPLICATE_USERNAME DUPLICATE_DEVELOPER_NAME
        DUPLICATE_MASTER_LABEL DUPLICATE_CASE_SOLUTION DUPLICATE_SENDER_DISPLAY_NAME
        NONUNIQUE_SHIPPING_ADDRESS PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT""",
    "missing_required_value": "REQUIRED_FIELD_MISSING MISSING_REQUIRED_FIELD MISSING_REQUIRED_PROPERTY",
    # Here it is clear what happened, but HubSpot's page has no type for it.
    "other": """
        UNABLE_TO_LOCK_ROW SERVER_UNAVAILABLE QUERY_TIMEOUT REQUEST_LIMIT_EXCEEDED REQUEST_RUNNING_TOO_LONG
        ALREADY_IN_PROCESS ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE TERRITORY_REALIGN_IN_PROGRESS
        INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE PLATFORM_EVENT_PUBLISHING_UNAVAILABLE
        PLATFORM_EVENT_PUBLISH_FAILED TOO_MANY_APEX_REQUESTS RATE_LIMIT RATE_LIMITS
        CANNOT_UPDATE_CONVERTED_LEAD STORAGE_LIMIT_EXCEEDED LICENSE_LIMIT_EXCEEDED INVALID_SESSION_ID
        INVALID_LOGIN INVALID_GRANT INVALID_OPERATION_WITH_EXPIRED_PASSWORD LOGIN_MUST_USE_SECURITY_TOKEN
        LOGIN_CHALLENGE_ISSUED LOGIN_CHALLENGE_PENDING EXCEEDED_ID_LIMIT OPERATION_TOO_LARGE MALFORMED_QUERY
        MALFORMED_SEARCH INVALID_QUERY_LOCATOR INVALID_QUERY_FILTER_OPERATOR METHOD_NOT_ALLOWED
        INVALID_AUTHENTICATION EXPIRED_AUTHENTICATION INVALID_AUTH_HEADER INVALID_CLIENT INVALID_CLIENT_ID
        AUTHENTICATION_FAILURE EXPIRED_ACCESS INACTIVE_ORGANIZATION API_LIMIT_EXCEEDED""",
    # These say nothing at all, and their words would only mislead.
    "": "UNKNOWN_EXCEPTION UNKNOWN_ERROR VALIDATION_ERROR BAD_REQUEST INVALID_INPUT INVALID_OPERATION",
}
CODES: Final[dict[str, tuple[str, ...]]] = {
    # HubSpot's keys for its own types are not published: their names are the best that is known.
    **{slug.upper(): (slug,) for slug in TYPES if slug != "other"},
    **{code: tuple(types.split()) for types, codes in _CODES_OF.items() for code in codes.split()},
}
"""Codes that mean something: the types they leave, the likeliest first. Codes that are not here are read as words."""

_RESYNC_OF: Final[dict[Resync, str]] = {
    Resync.ALONE: """
        UNABLE_TO_LOCK_ROW SERVER_UNAVAILABLE QUERY_TIMEOUT REQUEST_LIMIT_EXCEEDED REQUEST_RUNNING_TOO_LONG
        ALREADY_IN_PROCESS RECORD_IN_USE_BY_WORKFLOW ALL_OR_NONE_OPERATION_ROLLED_BACK TOO_MANY_APEX_REQUESTS
        ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE EMAIL_NOT_PROCESSED_DUE_TO_PRIOR_ERROR
        TERRITORY_REALIGN_IN_PROGRESS INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE
        PLATFORM_EVENT_PUBLISHING_UNAVAILABLE PLATFORM_EVENT_PUBLISH_FAILED RATE_LIMIT RATE_LIMITS""",
    Resync.NEVER: "ENTITY_IS_DELETED ENTITY_IS_ARCHIVED NOT_FOUND CANNOT_UPDATE_CONVERTED_LEAD",
}
RESYNC_OF_CODE: Final[dict[str, Resync]] = {
    code: resync for resync, codes in _RESYNC_OF.items() for code in codes.split()
}
"""Codes for which a resync achieves something else than for their type in general."""

FIELDS: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (
        re.compile(r"(?:State|Country)(?:Code)?$|^(?:state|country|province)$"),
        ("invalid_state_or_country", "missing_required_country"),
    ),
    (
        re.compile(r"^(?:OwnerId|AssignedToId|hubspot_owner_id)$"),
        ("owner_assignment", "insufficient_access_or_missing_record"),
    ),
    (re.compile(r"^(?:dealstage|StageName)$"), ("missing_or_invalid_opportunity_stage",)),
    (re.compile(r"^[A-Z][A-Za-z]*Id$"), ("missing_salesforce_id", "invalid_value")),
)
"""API names of fields, and which types they leave."""

IDS: Final[tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...]] = (
    (re.compile(r"\b00G[0-9A-Za-z]{4,15}\b"), "queue", ("owner_assignment",)),
    (re.compile(r"\b012[0-9A-Za-z]{12,15}\b"), "record type", ("insufficient_access_or_missing_record",)),
    (re.compile(r"\[005[0-9A-Za-z]{12,15}\]"), "user", ("inactive_salesforce_owner",)),
)
"""Ids by the key prefix of their object, what they belong to, and which types they leave."""

TOLD_BY_HINTS: Final = frozenset(
    {
        "inactive_salesforce_owner",
        "insufficient_access_or_missing_record",
        "invalid_state_or_country",
        "owner_assignment",
    }
)
"""What fields and ids may tell where there is no code; else they say too little: many messages name a field."""
