"""The log that the demo's admin keeps in Salesforce: a row for each record and reason, marked once that is mended.

HubSpot writes no such object. As in orgs that have one, an automation of the org's own does, from what it sees of the
integration.
"""

from collections.abc import Mapping, Sequence

from bot.sandbox.crm.health import SyncError
from bot.sandbox.crm.metadata import Value
from bot.sandbox.crm.records import SalesforceRecord, iso
from bot.sandbox.crm.world import World

LOG = "Sync_Error__c"


def note(world: World, key: str, lines: Sequence[SyncError]) -> None:
    """Bring the rows of a pair up to date with its lines of the Sync Health list."""
    rows = world.log_rows.setdefault(key, {})
    failing = {(line.error_type, line.code): line for line in lines}
    for reason, line in failing.items():
        if reason in rows:
            world.write_salesforce(rows[reason], _values(line), by=world.org.admin_user)
        else:
            rows[reason] = world.add_salesforce(LOG, _values(line))
    for reason, row in rows.items():
        if reason not in failing and not row.fields["Resolved__c"]:
            world.write_salesforce(row, {"Resolved__c": True}, by=world.org.admin_user)


def delete(world: World, row: SalesforceRecord) -> None:
    """Move a row to the recycle bin, as a person does."""
    row.deleted, row.modified = True, world.now()


def _values(line: SyncError) -> Mapping[str, Value]:
    return {
        "Object__c": line.object_type,
        "HubSpot_Id__c": line.hubspot_id,
        "Salesforce_Id__c": line.salesforce_id,
        "Record_Name__c": line.record_name,
        "Code__c": line.code,
        "Message__c": line.message,
        "Fields__c": ", ".join(line.fields),
        "Seen_At__c": iso(line.last_detected),
        "Resolved__c": False,
    }
