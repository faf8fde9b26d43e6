"""Ways of breaking the values of a record: picklists, ids and types, and what a field can hold."""

from bot.sandbox.crm.metadata import Option
from bot.sandbox.crm.portal import HUBSPOT_ONLY_OPTIONS
from bot.sandbox.crm.scene import Scene, breaks

# Picklists


@breaks("missing_salesforce_picklist_option", "Account", "Lead", "Opportunity", "Case")
def _option_that_only_hubspot_has(scene: Scene) -> None:
    field = {"Account": "Industry", "Lead": "Status", "Opportunity": "Type", "Case": "Priority"}[scene.salesforce.type]
    name = scene.property_for(field)
    options = scene.world.portal.properties[scene.hubspot.type][name].options
    known = scene.world.org.objects[scene.salesforce.type].fields[field].values
    missing = [option.value for option in options if option.value not in known]
    if not missing:
        missing = [f"{HUBSPOT_ONLY_OPTIONS[0]} {scene.world.next_number()}"]
        options.append(Option(missing[0], missing[0]))
    scene.in_hubspot(**{name: scene.rng.choice(missing)})


@breaks("invalid_state_or_country", "Contact", "Lead", "Account")
def _country_in_other_words(scene: Scene) -> None:
    scene.in_hubspot(country=scene.rng.choice(["Deutschland", "USA", "U.K.", "Österreich", "Holland"]))


@breaks("invalid_state_or_country", "Contact", "Lead", "Account")
def _state_in_other_words(scene: Scene) -> None:
    scene.in_hubspot(state=scene.rng.choice(["Bayern", "NRW", "Calif.", "N.Y.", "Wien"]))


@breaks("mismatched_options", "Account", "Opportunity", "Case")
def _option_that_only_salesforce_has(scene: Scene) -> None:
    field, values = {
        "Account": ("Industry", ["Automotive", "IT & Telecom", "Public sector"]),
        "Opportunity": ("Type", ["Upsell", "Service Contract"]),
        "Case": ("Priority", ["Critical", "P1"]),
    }[scene.salesforce.type]
    options = scene.world.portal.properties[scene.hubspot.type][scene.property_for(field)].options
    known = {option.value for option in options}
    unknown = [value for value in values if value not in known] or [f"New {scene.world.next_number()}"]
    scene.in_salesforce(**{field: scene.rng.choice(unknown)})


@breaks("inactive_salesforce_owner", "Contact", "Account", "Opportunity", "Lead")
def _owner_who_left(scene: Scene) -> None:
    users = scene.world.org.users
    owners = scene.world.portal.owners.values()
    left = [each.id for each in owners if each.type == "PERSON" and not users[each.salesforce_id].active]
    scene.in_hubspot(hubspot_owner_id=scene.rng.choice(left))


@breaks("restricted_picklist_value", "Contact", "Lead")
def _lead_source_typed_by_hand(scene: Scene) -> None:
    scene.in_hubspot(leadsource=scene.rng.choice(["web form", "Trade show", "LinkedIn", "Empfehlung"]))


@breaks("restricted_picklist_value", "Account")
def _rating_typed_by_hand(scene: Scene) -> None:
    scene.in_hubspot(rating=scene.rng.choice(["A", "B+", "hot"]))


@breaks("restricted_picklist_value", "Case")
def _origin_typed_by_hand(scene: Scene) -> None:
    scene.in_hubspot(source_type=scene.rng.choice(["Chat", "WhatsApp"]))


@breaks("inactive_opportunity_stage", "Opportunity")
def _stage_of_the_old_process(scene: Scene) -> None:
    inactive = [stage for stage, active in scene.world.org.stages.items() if not active]
    scene.in_salesforce(StageName=scene.rng.choice(inactive))


@breaks("salesforce_owners_not_synced", "Contact", "Account", "Opportunity")
def _owner_of_a_type_that_does_not_sync(scene: Scene) -> None:
    users = list(scene.world.org.users.values())[-4:-2]
    owner = scene.rng.choice(users)
    owner.type = "CspLitePortal"
    scene.in_salesforce(OwnerId=owner.id)


@breaks("option_limit_exceeded", "Contact", "Lead")
def _one_option_too_many(scene: Scene) -> None:
    known = scene.world.portal.properties["contacts"]["product_interest"]
    while len(known.options) < (known.option_limit or 0):
        legacy = f"Legacy {scene.world.next_number()}"
        known.options.append(Option(legacy, legacy))
    scene.in_salesforce(Product_Interest__c=f"Module {scene.world.next_number()}")


@breaks("default_sales_process_unavailable", "Opportunity")
def _opportunity_without_record_type(scene: Scene) -> None:
    scene.in_salesforce(RecordTypeId=None)


@breaks("missing_or_invalid_opportunity_stage", "Opportunity")
def _stage_that_only_salesforce_has(scene: Scene) -> None:
    org, pipelines = scene.world.org, scene.world.portal.pipelines["deals"]
    known = set(pipelines[scene.hubspot.get("pipeline")].stages.values())
    new = [stage for stage, active in org.stages.items() if active and stage not in known]
    if not new:
        new = [f"Review {scene.world.next_number()}"]
        org.stages[new[0]] = True
        org.objects["Opportunity"].fields["StageName"].values.append(new[0])
    scene.in_salesforce(StageName=scene.rng.choice(new))


# Property mappings


@breaks("type_mismatch", "Contact", "Lead")
def _budget_in_words(scene: Scene) -> None:
    scene.in_hubspot(annual_budget=scene.rng.choice(["approx. 50k", "25.000 EUR", "TBD"]))


@breaks("type_mismatch", "Contact")
def _date_in_german(scene: Scene) -> None:
    scene.in_hubspot(contract_start=f"{scene.rng.randrange(1, 28)}.03.2026")


@breaks("missing_salesforce_id", "Contact")
def _manager_by_name(scene: Scene) -> None:
    scene.in_hubspot(reports_to=scene.rng.choice(["Jane Miller", "see org chart", "Hr. Lorenz"]))


@breaks("missing_salesforce_id", "Account")
def _parent_by_name(scene: Scene) -> None:
    scene.in_hubspot(parent_account=scene.rng.choice(["Nordlicht Holding", "Konzernmutter"]))


@breaks("invalid_salesforce_id", "Contact", "Account")
def _id_that_lost_its_case(scene: Scene) -> None:
    """Paste an id from a spreadsheet that wrote it in small letters: its suffix no longer fits."""
    field = "ReportsToId" if scene.salesforce.type == "Contact" else "ParentId"
    scene.in_hubspot(**{scene.property_for(field): scene.another().id.lower()})


# Property values


@breaks("string_too_long", "Contact", "Lead")
def _long_title(scene: Scene) -> None:
    scene.in_hubspot(jobtitle="Head of " + "International Purchasing and " * scene.rng.randrange(5, 9))


@breaks("string_too_long", "Account")
def _long_summary(scene: Scene) -> None:
    scene.in_hubspot(summary="They asked for a quote, again. " * scene.rng.randrange(5, 12))


@breaks("string_too_long", "Contact", "Lead", "Account")
def _long_city(scene: Scene) -> None:
    city = scene.rng.choice(["Llanfairpwllgwyngyllgogerychwyrndrobwll", "Frankfurt am Main / Sachsenhausen"])
    scene.in_hubspot(city=city + " (district office)")


@breaks("string_too_long", "Case")
def _long_serial_number(scene: Scene) -> None:
    scene.in_hubspot(serial_number="NL-7000, NL-7001, NL-7002 and all of the 2024 batch")


@breaks("invalid_email", "Contact", "Lead")
def _second_email_is_none(scene: Scene) -> None:
    scene.in_hubspot(secondary_email=scene.rng.choice(["none", "k.A.", "info(at)firma.example", "a@b"]))


@breaks("invalid_email", "Contact", "Lead")
def _email_hubspot_rejects(scene: Scene) -> None:
    """Salesforce accepts addresses that HubSpot does not."""
    name, _, host = scene.hubspot.get("email").partition("@")
    scene.in_salesforce(Email=scene.rng.choice([f"{name}.@{host}", f"{name}@{host}.c0m"]))


@breaks("missing_required_country", "Contact", "Lead", "Account")
def _state_without_country(scene: Scene) -> None:
    scene.in_hubspot(country="")


@breaks("invalid_value", "Opportunity")
def _discount_beyond_all(scene: Scene) -> None:
    scene.in_hubspot(discount=str(scene.rng.randrange(110, 900)))


@breaks("invalid_value", "Account")
def _negative_employees(scene: Scene) -> None:
    scene.in_salesforce(NumberOfEmployees=-float(scene.rng.randrange(1, 40)))


@breaks("owner_assignment", "Contact", "Account", "Opportunity")
def _owned_by_a_queue(scene: Scene) -> None:
    queues = [each.id for each in scene.world.portal.owners.values() if each.type == "QUEUE"]
    scene.in_hubspot(hubspot_owner_id=scene.rng.choice(queues))


@breaks("restricted_unique_value", "Contact", "Account")
def _customer_number_of_somebody_else(scene: Scene) -> None:
    scene.in_hubspot(customer_number=str(scene.another().fields["Customer_Number__c"]))


@breaks("missing_required_value", "Contact", "Lead")
def _without_last_name(scene: Scene) -> None:
    scene.in_hubspot(lastname="")


@breaks("missing_required_value", "Lead")
def _without_company(scene: Scene) -> None:
    scene.in_hubspot(company="")


@breaks("missing_required_value", "Opportunity")
def _without_close_date(scene: Scene) -> None:
    scene.in_hubspot(closedate="")


@breaks("missing_required_value", "Opportunity")
def _without_the_region_hubspot_requires(scene: Scene) -> None:
    scene.in_salesforce(Region__c=None)
