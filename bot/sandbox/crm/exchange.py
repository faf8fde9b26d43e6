"""What one sync of one record would do: values in both directions, and every reason it cannot.

Reading only. ``sync.py`` carries out what is planned here; a plan with a failure is not carried out at all.
"""

from dataclasses import dataclass, field

from bot.sandbox.crm.health import Direction
from bot.sandbox.crm.mapping import LINKS
from bot.sandbox.crm.metadata import Failure, FieldMapping, SyncRule, Value
from bot.sandbox.crm.property_rules import check_required, check_values
from bot.sandbox.crm.records import Pair
from bot.sandbox.crm.rules import check_write
from bot.sandbox.crm.translate import INBOUND, LEAVE, OUTBOUND, Leave, contact_out
from bot.sandbox.crm.world import World
from bot.sandbox.crm.write import Write
from bot.sandbox.crm.writes import Neighbours

TO_SALESFORCE: Direction = "HubSpot to Salesforce"
TO_HUBSPOT: Direction = "Salesforce to HubSpot"


@dataclass
class Plan:
    """What a sync would write to each side, and why it would be refused."""

    sobject: str
    to_salesforce: dict[str, Value] = field(default_factory=dict)
    to_hubspot: dict[str, str] = field(default_factory=dict)
    associations: dict[str, str | None] = field(default_factory=dict)
    failures: list[tuple[Direction, Failure]] = field(default_factory=list)


def plan(world: World, pair: Pair) -> Plan:
    """Work out a sync of the pair: for each mapped field the newer side wins, as far as its rule allows."""
    sobject = _sobject(pair)
    result = Plan(sobject)
    for line in world.portal.mappings[sobject]:
        _compare(world, pair, line, result)
    _check_ticket_contact(world, pair, result)
    failed = {direction for direction, _ in result.failures}
    if TO_SALESFORCE not in failed:
        result.failures += [(TO_SALESFORCE, each) for each in _check_salesforce(world, pair, result)]
    if TO_HUBSPOT not in failed:
        result.failures += [(TO_HUBSPOT, each) for each in _check_hubspot(world, pair, result)]
    return result


def _sobject(pair: Pair) -> str:
    """Answer the object on the Salesforce side; a new HubSpot contact becomes a lead."""
    if pair.salesforce is not None:
        return pair.salesforce.type
    by_type = {object_type: sobject for sobject, (object_type, _) in LINKS.items()}
    return by_type[pair.object_type]


def _compare(world: World, pair: Pair, line: FieldMapping, result: Plan) -> None:
    outbound = OUTBOUND[line.kind](world, pair.hubspot, line, result.sobject) if pair.hubspot else LEAVE
    current = pair.salesforce.fields.get(line.salesforce) if pair.salesforce else None
    if line.rule is SyncRule.OFF or (not isinstance(outbound, Leave) and _equal(outbound, current)):
        return
    if _salesforce_wins(pair, line, current):
        inbound = INBOUND[line.kind](world, pair, line)
        if isinstance(inbound, Failure):
            result.failures.append((TO_HUBSPOT, inbound))
        elif isinstance(inbound, Leave):
            return
        elif line.kind in {"company", "contact"}:
            result.associations[line.hubspot] = inbound or None
        else:
            result.to_hubspot[line.hubspot] = inbound
    elif not isinstance(outbound, Leave):
        failure = _missing_option(world, pair, line, outbound, result.sobject)
        if failure:
            result.failures.append((TO_SALESFORCE, failure))
        result.to_salesforce[line.salesforce] = outbound


def _salesforce_wins(pair: Pair, line: FieldMapping, current: Value) -> bool:
    if pair.hubspot is None or pair.salesforce is None:
        return pair.hubspot is None
    if line.rule is SyncRule.ALWAYS_SALESFORCE:
        return True
    if line.rule is SyncRule.PREFER_SALESFORCE:
        return current not in {None, ""}
    return pair.salesforce.ticks.get(line.salesforce, 0) > pair.hubspot.ticks.get(line.hubspot, 0)


def _equal(one: Value, other: Value) -> bool:
    return (one in {None, ""} and other in {None, ""}) or (one == other and type(one) in _kin(other))


def _kin(value: Value) -> tuple[type, ...]:
    return (int, float) if type(value) in {int, float} else (type(value),)


def _missing_option(world: World, pair: Pair, line: FieldMapping, value: Value, sobject: str) -> Failure | None:
    """Refuse a drop-down option that Salesforce's picklist lacks: HubSpot does so before it calls."""
    known = world.portal.properties[pair.object_type].get(line.hubspot)
    target = world.org.objects[sobject].fields[line.salesforce]
    picklists = known is not None and known.type == "enumeration" and target.type == "picklist"
    if line.kind != "value" or not picklists or not value or value in target.values:
        return None
    label = known.label if known else line.hubspot
    text = f"The HubSpot option {value} of {label} is no option of the Salesforce picklist {target.label}."
    return Failure("missing_salesforce_picklist_option", text, fields=(line.salesforce,))


def _check_ticket_contact(world: World, pair: Pair, result: Plan) -> None:
    """Refuse a case without a contact: a package in Salesforce works on the contact of each case."""
    if result.sobject != "Case" or pair.hubspot is None or not world.org.case_needs_contact:
        return
    line = next(line for line in world.portal.mappings["Case"] if line.kind == "contact")
    if line.hubspot not in result.associations and not contact_out(world, pair.hubspot, line, "Case"):
        text = (
            "Contact ID is missing: custom code in Salesforce needs the contact of the case, "
            "and the ticket is associated with no contact that syncs to one."
        )
        failure = Failure("missing_contact_id", text, fields=("ContactId",))
        result.failures.append((TO_SALESFORCE, failure))


def _check_salesforce(world: World, pair: Pair, result: Plan) -> list[Failure]:
    record = pair.salesforce
    if not result.to_salesforce and record is not None:
        return []
    write = Write(
        world.org.objects[result.sobject],
        record.id if record else None,
        record.fields if record else {},
        result.to_salesforce,
        by=world.org.integration_user,
        deleted=record.deleted if record else False,
    )
    return check_write(world.org, Neighbours(world), write)


def _check_hubspot(world: World, pair: Pair, result: Plan) -> list[Failure]:
    known = world.portal.properties[pair.object_type]
    record_id = pair.hubspot.id if pair.hubspot else None
    changes = result.to_hubspot
    failures = check_values(known, pair.object_type, changes, Neighbours(world), record_id)
    # The integration adds a missing option itself while the property has room for one.
    failures = [
        each
        for each in failures
        if not (each.error_type == "mismatched_options" and all(known[name].grows for name in each.fields))
    ]
    mapped = {line.hubspot for line in world.portal.mappings[result.sobject]}
    wanted = {name: each for name, each in known.items() if name in mapped}
    return [*failures, *check_required(wanted, changes, new=pair.hubspot is None)]
