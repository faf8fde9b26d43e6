"""How a value is carried over: each kind of mapping line, in each direction."""

from collections.abc import Callable

from bot.sandbox.crm.mapping import PIPELINE_PREFIX
from bot.sandbox.crm.metadata import Failure, FieldMapping, Value, Values
from bot.sandbox.crm.records import HubSpotRecord, Pair
from bot.sandbox.crm.world import World

SYNCED_USER_TYPES = {"Standard", "PowerPartner", "Guest"}


class Leave:
    """Says that a value has no counterpart and is left alone."""


LEAVE = Leave()

Outbound = Value | Leave
Inbound = str | Failure | Leave


# From HubSpot to Salesforce


def _value_out(world: World, record: HubSpotRecord, line: FieldMapping, sobject: str) -> Outbound:
    """Write a property value as the Salesforce field's type wants it; what does not fit goes as it is."""
    text = record.get(line.hubspot)
    if not text:
        return False if world.org.objects[sobject].fields[line.salesforce].type == "boolean" else None
    kind = world.org.objects[sobject].fields[line.salesforce].type
    if kind in {"double", "currency", "percent", "int"}:
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    if kind == "date":
        return text[:10] if text[10:11] == "T" else text
    return text


def _owner_out(world: World, record: HubSpotRecord, line: FieldMapping, _: str) -> Outbound:
    owner = world.portal.owners.get(record.get(line.hubspot))
    return owner.salesforce_id if owner else LEAVE


def _company_out(world: World, record: HubSpotRecord, line: FieldMapping, _: str) -> Outbound:
    ids = record.associations.get(line.hubspot, [])
    if not ids:
        return None
    company = world.hubspot["companies"].get(ids[0])
    return (company.get("salesforceaccountid") if company else "") or LEAVE


def contact_out(world: World, record: HubSpotRecord, line: FieldMapping, _: str) -> Outbound:
    """Answer the Salesforce contact of the contact a ticket is associated with, None without one."""
    ids = record.associations.get(line.hubspot, [])
    contact = world.hubspot["contacts"].get(ids[0]) if ids else None
    return (contact.get("salesforcecontactid") if contact else "") or None


def _pipeline_out(world: World, record: HubSpotRecord, line: FieldMapping, _: str) -> Outbound:
    pipeline = world.portal.pipelines["deals"].get(record.get(line.hubspot))
    label = pipeline.label.removeprefix(PIPELINE_PREFIX) if pipeline else ""
    return next((id_ for id_, name in world.org.record_types.items() if name == label), LEAVE)


def _stage_out(world: World, record: HubSpotRecord, line: FieldMapping, _: str) -> Outbound:
    for pipeline in world.portal.pipelines[record.type].values():
        if record.get(line.hubspot) in pipeline.stages:
            return pipeline.stages[record.get(line.hubspot)]
    return LEAVE


# From Salesforce to HubSpot


def _value_in(world: World, pair: Pair, line: FieldMapping) -> Inbound:
    value = _fields(pair).get(line.salesforce)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if world.portal.properties[pair.object_type][line.hubspot].type == "datetime":
        return f"{value}T00:00:00Z"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _owner_in(world: World, pair: Pair, line: FieldMapping) -> Inbound:
    owner_id = str(_fields(pair).get(line.salesforce) or "")
    user = world.org.users.get(owner_id)
    if user is not None and user.type not in SYNCED_USER_TYPES:
        text = (
            f"The owner {user.first_name} {user.last_name} is not synced: "
            f"the Salesforce user type {user.type} is none of Standard, Power Partner and Guest."
        )
        return Failure("salesforce_owners_not_synced", text, fields=(line.salesforce,))
    owners = (owner.id for owner in world.portal.owners.values() if owner.salesforce_id == owner_id)
    return next(owners, LEAVE)


def _company_in(world: World, pair: Pair, line: FieldMapping) -> Inbound:
    account_id = _fields(pair).get(line.salesforce)
    if not account_id:
        return ""
    company = world.counterpart(str(account_id))
    if company is None:
        text = f"The Salesforce account {account_id} of this record has not synced to a HubSpot company yet."
        return Failure("waiting_on_account_sync", text, fields=(line.salesforce,))
    limit = world.portal.contacts_per_company
    contacts = world.hubspot["contacts"].values()
    members = sum(company.id in each.associations.get("companies", []) for each in contacts)
    if pair.object_type == "contacts" and members >= limit:
        text = (
            f"The company {company.get('name')} is associated with {members} contacts and "
            f"has reached HubSpot's limit of {limit}."
        )
        return Failure("association_limit_reached", text, fields=(line.salesforce,))
    return company.id


def _contact_in(world: World, pair: Pair, line: FieldMapping) -> Inbound:
    contact_id = _fields(pair).get(line.salesforce)
    contact = world.counterpart(str(contact_id)) if contact_id else None
    return contact.id if contact else LEAVE if contact_id else ""


def _pipeline_in(world: World, pair: Pair, line: FieldMapping) -> Inbound:
    record_type = _fields(pair).get(line.salesforce)
    if not record_type:
        text = "The opportunity has no record type, so no default sales process tells its HubSpot pipeline."
        return Failure("default_sales_process_unavailable", text, fields=(line.salesforce,))
    label = PIPELINE_PREFIX + world.org.record_types.get(str(record_type), "")
    pipelines = world.portal.pipelines["deals"].values()
    return next((each.id for each in pipelines if each.label == label), LEAVE)


def _stage_in(world: World, pair: Pair, line: FieldMapping) -> Inbound:
    stage = str(_fields(pair).get(line.salesforce) or "")
    if pair.object_type == "deals" and not world.org.stages.get(stage, False):
        text = f"The opportunity is in the stage {stage}, which is inactive in Salesforce."
        return Failure("inactive_opportunity_stage", text, fields=(line.salesforce,))
    for pipeline in world.portal.pipelines[pair.object_type].values():
        name = world.org.record_types.get(str(_fields(pair).get("RecordTypeId") or ""))
        if name is not None and pipeline.label != PIPELINE_PREFIX + name:
            continue
        for stage_id, label in pipeline.stages.items():
            if label == stage:
                return stage_id
    text = f"The Salesforce stage {stage} does not exist in the HubSpot pipeline of this record."
    return Failure("missing_or_invalid_opportunity_stage", text, fields=(line.salesforce,))


def _fields(pair: Pair) -> Values:
    return pair.salesforce.fields if pair.salesforce is not None else {}


OUTBOUND: dict[str, Callable[[World, HubSpotRecord, FieldMapping, str], Outbound]] = {
    "value": _value_out,
    "owner": _owner_out,
    "company": _company_out,
    "contact": contact_out,
    "pipeline": _pipeline_out,
    "stage": _stage_out,
}
INBOUND: dict[str, Callable[[World, Pair, FieldMapping], Inbound]] = {
    "value": _value_in,
    "owner": _owner_in,
    "company": _company_in,
    "contact": _contact_in,
    "pipeline": _pipeline_in,
    "stage": _stage_in,
}
