"""How people put broken records right: in the system, and on the side, where the fault is.

What is wrong is read off the record as it is now; nothing remembers how it was broken. A repair of a
record's values counts as a change like any other. A repair of metadata does not: somebody has to resync.
"""

from collections.abc import Callable

from bot.sandbox.crm.exchange import TO_SALESFORCE, plan
from bot.sandbox.crm.health import ERROR_TYPES
from bot.sandbox.crm.mapping import TOKEN_PROPERTY
from bot.sandbox.crm.metadata import Failure
from bot.sandbox.crm.records import Pair
from bot.sandbox.crm.sync import Sync
from bot.sandbox.crm.translate import INBOUND, OUTBOUND, Leave
from bot.sandbox.crm.world import World

Mender = Callable[[World, Pair], None]


def mend(world: World, error_type: str, pair: Pair) -> None:
    """Correct what causes this error for this pair; the error goes with the next sync of the record."""
    if error_type not in ERROR_TYPES:
        raise LookupError(f"no such error type: {error_type}")
    with world.lock:
        MENDERS.get(error_type, _take_back)(world, pair)


def _take_back(world: World, pair: Pair) -> None:
    """Give the side that changed the value which the other side still has."""
    record, counterpart = pair.hubspot, pair.salesforce
    if record is None or counterpart is None:
        return
    planned = plan(world, pair)
    accused = {field for _, failure in planned.failures for field in failure.fields}
    changed_in_salesforce = accused | planned.to_hubspot.keys() | planned.associations.keys()
    for line in world.portal.mappings[planned.sobject]:
        if line.hubspot == TOKEN_PROPERTY:
            continue
        if line.salesforce in planned.to_salesforce:
            value = INBOUND[line.kind](world, pair, line)
            if isinstance(value, str):
                world.write_hubspot(record, {line.hubspot: value})
        elif not changed_in_salesforce.isdisjoint({line.hubspot, line.salesforce}):
            back = OUTBOUND[line.kind](world, record, line, planned.sobject)
            if not isinstance(back, Leave):
                world.write_salesforce(counterpart, {line.salesforce: back}, by=world.org.admin_user)


def _failures(world: World, pair: Pair) -> list[Failure]:
    return [failure for _, failure in plan(world, pair).failures]


def _import_account(world: World, pair: Pair) -> None:
    if pair.salesforce is not None:
        Sync(world).import_account(str(pair.salesforce.fields["AccountId"]))


def _associate_contact(world: World, pair: Pair) -> None:
    """Associate the ticket with the contact that its case already names."""
    contact = world.counterpart(str(pair.salesforce.fields.get("ContactId"))) if pair.salesforce else None
    if pair.hubspot is not None and contact is not None:
        world.associate(pair.hubspot, "contacts", contact.id)


def _free_the_email(world: World, pair: Pair) -> None:
    """Take the address back in Salesforce; a record that HubSpot has never seen gets its own."""
    if pair.hubspot is not None:
        _take_back(world, pair)
    elif pair.salesforce is not None:
        email = f"{pair.salesforce.id.lower()}@new.example.com"
        world.write_salesforce(pair.salesforce, {"Email": email}, by=world.org.admin_user)


def _restore_access(world: World, pair: Pair) -> None:
    """Undelete the record itself, or correct the lookup."""
    if pair.salesforce is not None and pair.salesforce.deleted:
        pair.salesforce.deleted = False
    else:
        _take_back(world, pair)


def _grant_field(world: World, pair: Pair) -> None:
    fields = world.org.objects[plan(world, pair).sobject].fields
    for failure in _failures(world, pair):
        for name in failure.fields:
            fields[name].editable = True


def _share(world: World, pair: Pair) -> None:
    if pair.salesforce is not None:
        world.org.read_only.discard(pair.salesforce.id)
        world.org.in_approval.discard(pair.salesforce.id)


def _add_salesforce_option(world: World, pair: Pair) -> None:
    planned = plan(world, pair)
    for direction, failure in planned.failures:
        for name in failure.fields if direction == TO_SALESFORCE else ():
            value = str(planned.to_salesforce[name])
            values = world.org.objects[planned.sobject].fields[name].values
            if value not in values:
                values.append(value)


def _change_user_type(world: World, pair: Pair) -> None:
    if pair.salesforce is not None:
        world.org.users[str(pair.salesforce.fields["OwnerId"])].type = "Standard"


def _delete_options(world: World, pair: Pair) -> None:
    """Delete the options of the growing property that no record uses; failing that, give up the value."""
    known = world.portal.properties["contacts"]["product_interest"]
    used = {record.get(known.name) for record in world.hubspot["contacts"].values()}
    known.options = [option for option in known.options if option.value in used]
    if len(known.options) >= (known.option_limit or 0):
        _take_back(world, pair)


def _add_stage(world: World, pair: Pair) -> None:
    if pair.hubspot is not None and pair.salesforce is not None:
        pipeline = world.portal.pipelines["deals"][pair.hubspot.get("pipeline")]
        pipeline.stages[str(90_000 + world.next_number())] = str(pair.salesforce.fields["StageName"])


def _shorten(world: World, pair: Pair) -> None:
    """Cut every text to what Salesforce's field holds."""
    planned = plan(world, pair)
    fields = world.org.objects[planned.sobject].fields
    for line in world.portal.mappings[planned.sobject]:
        value = planned.to_salesforce.get(line.salesforce)
        limit = fields[line.salesforce].length
        if pair.hubspot is not None and isinstance(value, str) and 0 < limit < len(value):
            world.write_hubspot(pair.hubspot, {line.hubspot: value[: limit - 1].rstrip() + "…"})


def _settle_other(world: World, pair: Pair) -> None:
    """End the lock; follow a converted lead to its contact."""
    if pair.salesforce is None:
        return
    world.org.row_locks.pop(pair.salesforce.id, None)
    contact_id = pair.salesforce.fields.get("ConvertedContactId")
    contact = world.salesforce_record(str(contact_id)) if contact_id else None
    if contact is not None and pair.hubspot is not None:
        world.unlink(pair.salesforce.id)
        world.link(pair.hubspot, contact)


MENDERS: dict[str, Mender] = {
    "waiting_on_account_sync": _import_account,
    "missing_contact_id": _associate_contact,
    "email_already_in_use": _free_the_email,
    "insufficient_access_or_missing_record": _restore_access,
    "salesforce_field_permission": _grant_field,
    "insufficient_salesforce_access": _share,
    "missing_salesforce_picklist_option": _add_salesforce_option,
    "salesforce_owners_not_synced": _change_user_type,
    "option_limit_exceeded": _delete_options,
    "missing_or_invalid_opportunity_stage": _add_stage,
    "string_too_long": _shorten,
    "other": _settle_other,
}
"""How the types are put right that need more than the old value back."""
