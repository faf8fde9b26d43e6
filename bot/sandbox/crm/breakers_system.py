"""Ways of breaking what stands around a record: links, custom code, duplicates, permissions, locks."""

from typing import TYPE_CHECKING

from bot.sandbox.crm.records import Pair
from bot.sandbox.crm.scene import Scene, breaks

if TYPE_CHECKING:
    from bot.sandbox.crm.metadata import Value


# Associations


@breaks("association_limit_reached", "Contact")
def _move_to_full_company(scene: Scene) -> None:
    full, *_ = scene.world.hubspot["companies"].values()
    scene.in_salesforce(AccountId=full.get("salesforceaccountid"))


@breaks("waiting_on_account_sync", "Contact", "Opportunity")
def _move_to_account_not_imported(scene: Scene) -> None:
    """Salesforce had accounts before it was connected: they stay unknown until somebody imports them."""
    number = scene.world.next_number()
    values: dict[str, Value] = {"Name": f"Altbestand {number} KG", "OwnerId": scene.world.org.admin_user}
    account = scene.world.add_salesforce("Account", values)
    scene.in_salesforce(AccountId=account.id)


# Custom code


@breaks("salesforce_automation", "Contact")
def _postal_code_without_digits(scene: Scene) -> None:
    scene.in_hubspot(zip=scene.rng.choice(["unknown", "n/a", "tbd"]))


@breaks("salesforce_automation", "Account")
def _company_without_industry(scene: Scene) -> None:
    scene.in_hubspot(industry="")


@breaks("salesforce_automation", "Opportunity")
def _amount_beyond_the_account(scene: Scene) -> None:
    scene.in_hubspot(amount=str(scene.rng.randrange(51, 99) * 1_000_000))


@breaks("missing_contact_id", "Case")
def _ticket_loses_its_contact(scene: Scene) -> None:
    scene.world.associate(scene.hubspot, "contacts", None)


@breaks("salesforce_custom_field_validation_rule", "Account")
def _hot_account_without_revenue(scene: Scene) -> None:
    scene.in_hubspot(rating="Hot", annualrevenue="")


@breaks("salesforce_custom_field_validation_rule", "Contact")
def _decision_maker_without_phone(scene: Scene) -> None:
    scene.in_hubspot(decision_maker="true", phone="")


@breaks("salesforce_custom_field_validation_rule", "Lead")
def _unqualified_without_reason(scene: Scene) -> None:
    scene.in_hubspot(lead_status="Unqualified", lead_status_reason="")


@breaks("salesforce_custom_field_validation_rule", "Opportunity")
def _lost_without_reason(scene: Scene) -> None:
    pipeline = scene.world.portal.pipelines["deals"][scene.hubspot.get("pipeline")]
    lost = next(stage for stage, label in pipeline.stages.items() if label == "Closed Lost")
    scene.in_hubspot(dealstage=lost, loss_reason="")


@breaks("salesforce_custom_field_validation_rule", "Opportunity")
def _large_discount(scene: Scene) -> None:
    scene.in_hubspot(discount=str(scene.rng.randrange(41, 90)), hs_next_step="")


@breaks("salesforce_flow", "Lead")
def _hot_lead_without_phone(scene: Scene) -> None:
    scene.in_hubspot(lead_rating="Hot", phone="")


@breaks("salesforce_flow", "Case")
def _escalated_without_description(scene: Scene) -> None:
    scene.in_hubspot(hs_ticket_priority="HIGH", content="")


# Duplicates


@breaks("email_already_in_use", "Contact", "Lead")
def _email_of_somebody_else(scene: Scene) -> None:
    scene.in_salesforce(Email=scene.another().fields["Email"])


@breaks("email_already_in_use", "Lead")
def _second_lead_for_a_known_email(scene: Scene) -> Pair:
    """Somebody creates a lead in Salesforce for a person HubSpot already has under another record."""
    world = scene.world
    copied = ("FirstName", "LastName", "Email", "City", "State", "Country", "LeadSource", "OwnerId")
    values = {name: scene.salesforce.fields.get(name) for name in copied}
    lead = world.add_salesforce("Lead", {**values, "Company": f"Neukunde {world.next_number()}"})
    world.changed_in_salesforce[lead.id] = None
    return Pair(None, lead)


@breaks("salesforce_duplicate_rule", "Contact")
def _same_name_and_phone(scene: Scene) -> None:
    fields = scene.another().fields
    scene.in_hubspot(lastname=str(fields["LastName"]), phone=str(fields["Phone"]))


@breaks("salesforce_duplicate_rule", "Lead")
def _same_name_and_company(scene: Scene) -> None:
    fields = scene.another().fields
    scene.in_hubspot(lastname=str(fields["LastName"]), company=str(fields["Company"]))


# Permissions


@breaks("insufficient_access_or_missing_record", "Contact")
def _reports_to_a_hidden_contact(scene: Scene) -> None:
    hidden = scene.world.add_salesforce("Contact", {"LastName": "Vertraulich", "Title": "Board"})
    scene.world.org.hidden.add(hidden.id)
    scene.in_hubspot(reports_to=hidden.id)


@breaks("insufficient_access_or_missing_record", "Account")
def _parent_that_never_was(scene: Scene) -> None:
    gone = scene.world.add_salesforce("Account", {"Name": "Merged away"})
    gone.deleted = True
    scene.in_hubspot(parent_account=gone.id)


@breaks("insufficient_access_or_missing_record", "Contact", "Lead")
def _deleted_in_salesforce(scene: Scene) -> None:
    scene.salesforce.deleted = True
    scene.in_hubspot(jobtitle="Managing Director")


@breaks("salesforce_field_permission", "Account")
def _credit_limit(scene: Scene) -> None:
    scene.world.org.objects["Account"].fields["Credit_Limit__c"].editable = False
    scene.in_hubspot(credit_limit=str(scene.rng.randrange(1, 90) * 1_000 + 500))


@breaks("salesforce_field_permission", "Opportunity")
def _margin(scene: Scene) -> None:
    scene.world.org.objects["Opportunity"].fields["Margin__c"].editable = False
    scene.in_hubspot(margin=f"{scene.rng.randrange(10, 60)}.5")


@breaks("insufficient_salesforce_access", "Account", "Opportunity")
def _record_shared_read_only(scene: Scene) -> None:
    scene.world.org.read_only.add(scene.salesforce.id)
    _edit_something(scene)


@breaks("insufficient_salesforce_access", "Opportunity")
def _record_in_approval(scene: Scene) -> None:
    scene.world.org.in_approval.add(scene.salesforce.id)
    _edit_something(scene)


def _edit_something(scene: Scene) -> None:
    """Change a value that nobody could object to."""
    name = {"Account": "summary", "Opportunity": "hs_next_step"}.get(scene.salesforce.type, "address")
    scene.in_hubspot(**{name: f"Updated, see note {scene.world.next_number()}."})


# Other


@breaks("other", "Contact", "Account")
def _row_locked_by_a_batch_job(scene: Scene) -> None:
    scene.world.org.row_locks[scene.salesforce.id] = 1
    scene.in_hubspot(phone=f"+49 89 {scene.rng.randrange(100_000, 999_999)}")


@breaks("other", "Lead")
def _converted_in_salesforce(scene: Scene) -> None:
    """Convert the lead, as a salesperson does; HubSpot still writes to the old one."""
    world, fields = scene.world, scene.salesforce.fields
    shared = world.org.objects["Contact"].fields.keys() - {"Id", "Name"}
    contact = world.add_salesforce("Contact", {k: v for k, v in fields.items() if k in shared})
    scene.salesforce.fields.update(IsConverted=True, ConvertedContactId=contact.id)
    scene.in_hubspot(jobtitle="Customer since this week")
