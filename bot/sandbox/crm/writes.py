"""Saving records the way a client does: the vendor's rules first, then the change."""

from collections.abc import Mapping

from bot.sandbox.crm.metadata import Failure, Value, Values
from bot.sandbox.crm.records import SalesforceRecord
from bot.sandbox.crm.rules import check_write
from bot.sandbox.crm.world import World
from bot.sandbox.crm.write import Write


class Neighbours:
    """Answers what the rules of both vendors ask about other records."""

    def __init__(self, world: World) -> None:
        self._world = world

    def exists(self, record_id: str) -> bool:
        """Tell whether a Salesforce record is there and not deleted."""
        record = self._world.salesforce_record(record_id)
        return record is not None and not record.deleted

    def same(self, sobject: str, values: Values, but: str | None) -> str | None:
        """Answer the id of another Salesforce record that has all of these values."""
        for record in self._world.salesforce[sobject].values():
            if record.id == but or record.deleted:
                continue
            if all(record.fields.get(name) == value for name, value in values.items()):
                return record.id
        return None

    def holder(self, object_type: str, name: str, value: str) -> str | None:
        """Answer the id of the HubSpot record that has this value; e-mail addresses ignore case."""
        wanted = value.lower()
        records = self._world.hubspot[object_type].values()
        return next((each.id for each in records if each.get(name).lower() == wanted), None)


def save_salesforce(world: World, record: SalesforceRecord, changes: Mapping[str, Value], *, by: str) -> list[Failure]:
    """Save the changes of a Salesforce record, or answer why Salesforce refuses them."""
    write = Write(world.org.objects[record.type], record.id, record.fields, changes, by=by, deleted=record.deleted)
    failures = check_write(world.org, Neighbours(world), write)
    if failures:
        release_row(world, record.id, failures)
    else:
        world.write_salesforce(record, changes, by=by)
    return failures


def release_row(world: World, record_id: str, failures: list[Failure]) -> None:
    """Let go of a locked row after an attempt: the other transaction has ended meanwhile."""
    if any(each.code == "UNABLE_TO_LOCK_ROW" for each in failures):
        world.org.row_locks[record_id] -= 1
