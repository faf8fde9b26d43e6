"""The error without a type, and what some codes say about errors of any type."""

from typing import Final

from bot.model.kinds import Case, ErrorType, Resync, Where, Who

TYPES: Final = (
    ErrorType(
        slug="other",
        category="other",
        label="Unknown error",
        meaning="HubSpot has no type for this error. The message says what happened.",
        steps=(
            "Read the message and look the record up on both sides.",
            "Press Resync once.",
            "If the error comes back, ask HubSpot support.",
        ),
        who=Who.HUBSPOT_ADMIN,
        where=Where.HUBSPOT_SYNC_HEALTH,
        resync=Resync.AFTER_FIX,
    ),
)

PASSING: Final = Case(
    meaning="The cause was a passing one. A resync is all it takes.",
    steps=(
        "Press Resync.",
        "If it comes back, read the message and look for the cause it names.",
    ),
)
GONE: Final = Case(
    meaning="The record, or one linked to it, no longer exists in Salesforce.",
    steps=(
        "Look in Salesforce's recycle bin, and restore the record if it was deleted by mistake.",
        "If it was deleted on purpose, remove what links to it in HubSpot, or ignore the error.",
    ),
)
CONVERTED: Final = Case(
    meaning="The Salesforce lead was converted, and a converted lead can no longer be changed.",
    steps=(
        "Look for the Salesforce contact that the lead became.",
        "Check that HubSpot syncs with that contact, and not with the lead.",
    ),
)
"""What is said where no code says more: of what passes by itself, of what never can be repaired."""

_CASES: Final[dict[str, Case]] = {
    """
        UNABLE_TO_LOCK_ROW RECORD_IN_USE_BY_WORKFLOW ALREADY_IN_PROCESS
        ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE TERRITORY_REALIGN_IN_PROGRESS
    """: Case(
        meaning="Something else changed the record, or one linked to it, at the same moment. That passes by itself.",
        steps=(
            "Press Resync.",
            "If it comes back, find the import or automation that changes many of these records at once.",
        ),
    ),
    "REQUEST_LIMIT_EXCEEDED TOO_MANY_APEX_REQUESTS RATE_LIMIT RATE_LIMITS": Case(
        meaning="Salesforce or HubSpot took no more calls at that time: a limit was reached.",
        steps=(
            "Look at the API call use with /sfsync usage.",
            "Press Resync when there are calls left again.",
        ),
    ),
    """
        SERVER_UNAVAILABLE QUERY_TIMEOUT REQUEST_RUNNING_TOO_LONG
        INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE PLATFORM_EVENT_PUBLISHING_UNAVAILABLE
        PLATFORM_EVENT_PUBLISH_FAILED
    """: Case(
        meaning="Salesforce was too busy or under maintenance at that time. That passes by itself.",
        steps=(
            "Press Resync.",
            "If it comes back, ask the Salesforce admin whether Salesforce reports a disruption.",
        ),
    ),
    "ENTITY_IS_DELETED ENTITY_IS_ARCHIVED NOT_FOUND": GONE,
    "CANNOT_UPDATE_CONVERTED_LEAD": CONVERTED,
    """
        INVALID_SESSION_ID INVALID_LOGIN INVALID_GRANT INVALID_OPERATION_WITH_EXPIRED_PASSWORD
        LOGIN_MUST_USE_SECURITY_TOKEN LOGIN_CHALLENGE_ISSUED LOGIN_CHALLENGE_PENDING
    """: Case(
        meaning="Salesforce no longer accepts HubSpot's log-in.",
        steps=(
            "Open HubSpot's Salesforce settings and look for a warning about the connection.",
            "Connect again as the integration user, and check that this user is active and may use the API.",
            "Press Resync.",
        ),
    ),
    "STORAGE_LIMIT_EXCEEDED": Case(
        meaning="The Salesforce org has no room left for more data.",
        steps=(
            "Have the Salesforce admin free data storage, or buy more.",
            "Press Resync.",
        ),
    ),
}
CASES: Final = {code: case for codes, case in _CASES.items() for code in codes.split()}
"""What codes say that HubSpot has no type for, or for which a resync does something else than for their type."""
