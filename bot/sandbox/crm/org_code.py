"""The custom code of the demo's org: what its triggers and flows die of.

Each function answers the cause for a record, or None where the code runs through.
"""

from bot.sandbox.crm.ids import make_id
from bot.sandbox.crm.metadata import Value, Values


def number(value: Value) -> float:
    """Answer a number field's value, 0 where it is empty."""
    return value if isinstance(value, int | float) else 0.0


def _apex(exception: str, *frames: str) -> str:
    """Answer what an Apex exception looks like in the message of the failed write."""
    return "\n\n".join([exception, "\n".join(frames)])


def region_cause(values: Values) -> str | None:
    """Fail for postal codes without a digit: the trigger reads the region from them."""
    code = values.get("MailingPostalCode")
    if not isinstance(code, str) or any(char.isdigit() for char in code):
        return None
    return _apex(
        f"System.TypeException: Invalid integer: {code}",
        "Class.RegionService.fromPostalCode: line 27, column 1",
        "Class.ContactHandler.setRegion: line 45, column 1",
        "Trigger.ContactRegionTrigger: line 2, column 1",
    )


def territory_cause(values: Values) -> str | None:
    """Fail for an account with employees and no industry: a null nobody expected."""
    if values.get("Industry") or not values.get("NumberOfEmployees"):
        return None
    return _apex(
        "System.NullPointerException: Attempt to de-reference a null object",
        "Class.TerritoryService.assign: line 118, column 1",
        "Trigger.AccountTerritoryTrigger: line 9, column 1",
    )


def rollup_cause(values: Values) -> str | None:
    """Fail for an amount the account's own rule refuses: an error nested in another."""
    if number(values.get("Amount")) <= 50_000_000:
        return None
    account = values.get("AccountId") or make_id("Account", 1)
    return _apex(
        f"System.DmlException: Update failed. First exception on row 0 with id {account}; first error: "
        "FIELD_CUSTOM_VALIDATION_EXCEPTION, The open pipeline of an account must stay below 50 million.: []",
        "(dlrs)",
        "Trigger.dlrs_OpportunityTrigger: line 7, column 1",
    )


def hot_lead_cause(values: Values) -> str | None:
    """Fail for a hot lead that nobody can call back."""
    if values.get("Rating") != "Hot" or values.get("Phone"):
        return None
    return (
        "This error occurred when the flow tried to create records: REQUIRED_FIELD_MISSING: "
        "Required fields are missing: [CallBackNumber]"
    )


def escalation_cause(values: Values) -> str | None:
    """Fail for an urgent case that does not say what is wrong."""
    if values.get("Priority") != "HIGH" or values.get("Description"):
        return None
    return (
        "This error occurred when the flow tried to update records: FIELD_CUSTOM_VALIDATION_EXCEPTION: "
        "Describe the problem before you escalate the case."
    )
