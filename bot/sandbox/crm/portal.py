"""The HubSpot portal of the demo: properties, pipelines, owners, and the field mapping with Salesforce."""

from collections.abc import Iterable

from bot.sandbox.crm import org_objects
from bot.sandbox.crm.mapping import LINKS, PIPELINE_PREFIX, TOKEN_PROPERTY, default_mappings
from bot.sandbox.crm.metadata import Option, Org, Owner, Pipeline, Portal, Property

OBJECT_TYPES = {"contacts": "0-1", "companies": "0-2", "deals": "0-3", "tickets": "0-5"}

LAST_MODIFIED = {"contacts": "lastmodifieddate"}
"""Where the time of the last change is kept; ``hs_lastmodifieddate`` for every other object."""

HUBSPOT_ONLY_OPTIONS = ["Aerospace", "Education", "Media"]


def default_portal(org: Org, *, resync_property: bool = True) -> Portal:
    """Answer a fresh portal connected with ``org``, with or without the property sfsync touches."""
    properties = {
        "contacts": _index(_contact_properties()),
        "companies": _index(_company_properties()),
        "deals": _index(_deal_properties()),
        "tickets": _index(_ticket_properties()),
    }
    for object_type, known in properties.items():
        for each in known.values():
            each.group = "salesforceinformation" if "Salesforce" in each.label else _group(object_type)
        if resync_property:
            known[TOKEN_PROPERTY] = token_property(_group(object_type))
    return Portal(
        id=24_681_012,
        properties=properties,
        pipelines={"deals": _deal_pipelines(), "tickets": _ticket_pipelines()},
        owners=_owners(org),
        mappings=default_mappings(resync_property=resync_property),
        inclusion=dict.fromkeys(("contacts", "companies", "tickets"), ("exclude_from_salesforce", "true")),
    )


def token_property(group: str) -> Property:
    """Answer the property whose only purpose is to be changed."""
    return Property(TOKEN_PROPERTY, "sfsync resync token", group=group, hubspot_defined=False)


def _index(properties: Iterable[Property]) -> dict[str, Property]:
    return {each.name: each for each in properties}


def _group(object_type: str) -> str:
    return {"contacts": "contact", "companies": "company", "deals": "deal", "tickets": "ticket"}[
        object_type
    ] + "information"


def _choice(name: str, label: str, values: Iterable[str], *, grows: bool = False) -> Property:
    """Answer a drop-down property; the integration may add options to one that ``grows``."""
    options = [Option(value, value) for value in values]
    return Property(
        name, label, "enumeration", "select", options=options, grows=grows, option_limit=60 if grows else None
    )


def _number(name: str, label: str, minimum: float | None = None) -> Property:
    return Property(name, label, "number", "number", minimum=minimum)


def _flag(name: str, label: str) -> Property:
    return Property(name, label, "bool", "booleancheckbox", options=[Option("true", "Yes"), Option("false", "No")])


def _common(object_type: str) -> list[Property]:
    """Answer the properties HubSpot itself gives to every record."""
    modified = LAST_MODIFIED.get(object_type, "hs_lastmodifieddate")
    read_only = [
        Property("hs_object_id", "Record ID", "number", "number", unique=True),
        Property("createdate", "Create date", "datetime", "date"),
        Property(modified, "Last modified date", "datetime", "date"),
        Property("salesforcelastsynctime", "Last Salesforce Sync Time", "datetime", "date"),
    ]
    read_only += [
        Property(name, f"Salesforce {sobject} ID") for sobject, (type_, name) in LINKS.items() if type_ == object_type
    ]
    for each in read_only:
        each.read_only = True
    excluded = _flag("exclude_from_salesforce", "Keep out of the inclusion segment")
    excluded.hubspot_defined = False
    return [*read_only, Property("hubspot_owner_id", "Owner", "enumeration", "select"), excluded]


def _contact_properties() -> list[Property]:
    associated = Property("associatedcompanyid", "Primary associated company ID", "number", "number")
    associated.read_only = True
    return [
        *_common("contacts"),
        associated,
        Property("email", "Email", unique=True),
        Property("secondary_email", "Secondary email"),
        Property("firstname", "First name"),
        Property("lastname", "Last name"),
        Property("jobtitle", "Job title"),
        Property("phone", "Phone number", "string", "phonenumber"),
        Property("company", "Company name"),
        Property("website", "Website URL"),
        Property("address", "Street address"),
        Property("city", "City"),
        Property("state", "State/Region"),
        Property("zip", "Postal code"),
        Property("country", "Country/Region"),
        Property("leadsource", "Lead source"),
        Property("annual_budget", "Annual budget"),
        _choice("product_interest", "Product interest", org_objects.PRODUCT_INTERESTS, grows=True),
        Property("lead_rating", "Lead rating"),
        _choice("lead_status", "Lead status", ["Open", "Working", "Qualified", "Unqualified", "Nurturing"]),
        Property("lead_status_reason", "Lead status reason"),
        _flag("decision_maker", "Decision maker"),
        Property("contract_start", "Contract start"),
        Property("customer_number", "Customer number"),
        Property("reports_to", "Reports to (record ID)"),
    ]


def _company_properties() -> list[Property]:
    return [
        *_common("companies"),
        Property("name", "Company name", required=True),
        Property("domain", "Company domain name"),
        Property("website", "Website URL"),
        Property("phone", "Phone number", "string", "phonenumber"),
        Property("address", "Street address"),
        Property("city", "City"),
        Property("state", "State/Region"),
        Property("zip", "Postal code"),
        Property("country", "Country/Region"),
        _choice("industry", "Industry", [*org_objects.INDUSTRIES, *HUBSPOT_ONLY_OPTIONS]),
        Property("rating", "Account rating"),
        Property("description", "Description", "string", "textarea"),
        Property("summary", "Summary", "string", "textarea"),
        _number("numberofemployees", "Number of employees", 1),
        _number("annualrevenue", "Annual revenue"),
        Property("customer_number", "Customer number"),
        _number("credit_limit", "Credit limit"),
        Property("parent_account", "Parent account (record ID)"),
    ]


def _deal_properties() -> list[Property]:
    return [
        *_common("deals"),
        Property("dealname", "Deal name"),
        _number("amount", "Amount"),
        Property("closedate", "Close date", "datetime", "date"),
        Property("pipeline", "Pipeline", "enumeration", "select"),
        Property("dealstage", "Deal stage", "enumeration", "radio"),
        _choice("dealtype", "Deal type", ["newbusiness", "existingbusiness", "crosssell"]),
        Property("hs_next_step", "Next step"),
        _number("discount", "Discount"),
        Property("loss_reason", "Loss reason"),
        Property("deal_region", "Deal region", required=True),
        _number("margin", "Margin"),
    ]


def _ticket_properties() -> list[Property]:
    return [
        *_common("tickets"),
        Property("subject", "Ticket name"),
        Property("content", "Ticket description", "string", "textarea"),
        Property("hs_pipeline", "Pipeline", "enumeration", "select"),
        Property("hs_pipeline_stage", "Ticket status", "enumeration", "select"),
        _choice("hs_ticket_priority", "Priority", [*org_objects.PRIORITIES, "URGENT"]),
        Property("hs_ticket_category", "Category"),
        Property("source_type", "Source"),
        Property("serial_number", "Serial number"),
    ]


def _deal_pipelines() -> dict[str, Pipeline]:
    """Answer one pipeline for each record type, as the integration creates them."""
    pipelines = [
        Pipeline(
            f"sf-{name.split(maxsplit=1)[0].lower()}",
            PIPELINE_PREFIX + name,
            {f"{10_000 + 100 * n + i}": stage for i, stage in enumerate(org_objects.STAGES)},
        )
        for n, name in enumerate(org_objects.RECORD_TYPES)
    ]
    return {each.id: each for each in pipelines}


def _ticket_pipelines() -> dict[str, Pipeline]:
    stages = {str(n): status for n, status in enumerate(org_objects.CASE_STATUSES, 1)}
    return {"0": Pipeline("0", "Support pipeline", stages)}


def _owners(org: Org) -> dict[str, Owner]:
    """Answer an owner for each user a person logs in with, and one for each queue."""
    people = [
        Owner(str(71_000 + n), user.first_name, user.last_name, user.email, 5_100_000 + n, salesforce_id=user.id)
        for n, user in enumerate(org.users.values())
        if user.type == "Standard" and user.first_name != "Integration"
    ]
    queues = [
        Owner(str(72_000 + n), "", name, "", 0, salesforce_id=queue_id, type="QUEUE")
        for n, (queue_id, name) in enumerate(org.queues.items())
    ]
    return {owner.id: owner for owner in [*people, *queues]}
