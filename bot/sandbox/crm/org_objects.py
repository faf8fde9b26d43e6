"""The objects of the demo's org: fields, validation rules, duplicate rules, automations."""

from collections.abc import Iterable

from bot.sandbox.crm.ids import PREFIXES
from bot.sandbox.crm.metadata import Automation, DuplicateRule, Field, SObject, ValidationRule
from bot.sandbox.crm.org_code import (
    escalation_cause,
    hot_lead_cause,
    number,
    region_cause,
    rollup_cause,
    territory_cause,
)

LEAD_SOURCES = ["Web", "Referral", "Event", "Partner", "Outbound"]
INDUSTRIES = ["Manufacturing", "Software", "Logistics", "Health", "Energy", "Retail"]
RATINGS = ["Hot", "Warm", "Cold"]
PRODUCT_INTERESTS = ["Analytics", "Automation", "Connect", "Service"]
STAGES = ["Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost"]
INACTIVE_STAGES = ["Needs Analysis", "Value Proposition"]
SALESFORCE_ONLY_STAGES = ["Legal Review", "Pilot Phase"]
CASE_STATUSES = ["New", "Working", "Waiting on customer", "Closed"]
PRIORITIES = ["LOW", "MEDIUM", "HIGH"]
RECORD_TYPES = ["New Business", "Renewal"]


def standard_objects() -> list[SObject]:
    """Answer fresh copies of the five objects that sync, and of the one in which the org logs what does not."""
    return [_account(), _contact(), _lead(), _opportunity(), _case(), _sync_error()]


def _text(name: str, label: str, length: int = 255, *, required: bool = False) -> Field:
    return Field(name, label, length=length, required=required)


def _picklist(name: str, label: str, values: Iterable[str], *, restricted: bool = False) -> Field:
    return Field(name, label, "picklist", values=list(values), restricted=restricted)


def _lookup(name: str, label: str, *refers_to: str) -> Field:
    return Field(name, label, "reference", 18, refers_to=refers_to)


def _object(name: str, *fields: Field, label: str | None = None) -> SObject:
    """Answer an object that syncs: its own fields, and those that every object has."""
    # The field the resync touch of sfsync travels in; mapped two-way.
    token = _text("SFSync_Resync_Token__c", "sfsync Resync Token", 80)
    return _bare(name, label or name, token, *fields)


def _bare(name: str, label: str, *fields: Field) -> SObject:
    common = [
        Field("Id", name + " ID", "id", 18, system=True),
        Field("CreatedDate", "Created Date", "datetime", 0, system=True),
        Field("LastModifiedDate", "Last Modified Date", "datetime", 0, system=True),
        Field("LastModifiedById", "Last Modified By ID", "reference", 18, refers_to=("User",), system=True),
        Field("SystemModstamp", "System Modstamp", "datetime", 0, system=True),
        Field("IsDeleted", "Deleted", "boolean", 0, system=True),
        _lookup("OwnerId", "Owner ID", "User", "Group"),
    ]
    return SObject(name, label, PREFIXES[name], {each.name: each for each in [*common, *fields]})


def _sync_error() -> SObject:
    return _bare(
        "Sync_Error__c",
        "Sync Error",
        _text("Object__c", "Object", 40),
        _text("HubSpot_Id__c", "HubSpot ID", 20),
        _text("Salesforce_Id__c", "Salesforce ID", 18),
        _text("Record_Name__c", "Record Name"),
        _text("Code__c", "Code", 80),
        Field("Message__c", "Message", "textarea", 32_000),
        _text("Fields__c", "Fields"),
        Field("Seen_At__c", "Seen At", "datetime", 0),
        Field("Resolved__c", "Resolved", "boolean", 0),
    )


def _account() -> SObject:
    account = _object(
        "Account",
        _text("Name", "Account Name", required=True),
        Field("Website", "Website", "url", 255),
        Field("Phone", "Phone", "phone", 40),
        Field("BillingStreet", "Billing Street", "textarea", 255),
        _text("BillingCity", "Billing City", 40),
        _text("BillingState", "Billing State/Province", 80),
        _text("BillingPostalCode", "Billing Zip/Postal Code", 20),
        _text("BillingCountry", "Billing Country", 80),
        _picklist("Industry", "Industry", INDUSTRIES),
        _picklist("Rating", "Account Rating", RATINGS, restricted=True),
        Field("Description", "Account Description", "textarea", 32_000),
        Field("Summary__c", "Summary", "string", 120),
        Field("NumberOfEmployees", "Employees", "int", 0, maximum=99_999_999),
        Field("AnnualRevenue", "Annual Revenue", "currency", 0, maximum=999_999_999_999),
        Field("Customer_Number__c", "Customer Number", "string", 20, unique=True),
        # Only the accounting team may edit it: the integration user's profile lacks the permission.
        Field("Credit_Limit__c", "Credit Limit", "currency", 0, maximum=99_999_999, editable=False),
        _lookup("ParentId", "Parent Account ID", "Account"),
    )
    account.addresses = [("BillingState", "BillingCountry")]
    account.validation_rules = [
        ValidationRule(
            "Revenue_For_Key_Accounts",
            "A hot account needs its annual revenue before it can be saved.",
            lambda values: values.get("Rating") == "Hot" and not values.get("AnnualRevenue"),
            "AnnualRevenue",
        ),
    ]
    account.automations = [
        Automation("AccountTerritoryTrigger", "trigger", territory_cause, "BeforeUpdate"),
    ]
    return account


def _contact() -> SObject:
    contact = _object(
        "Contact",
        *_person_fields(),
        Field("MailingStreet", "Mailing Street", "textarea", 255),
        _text("MailingCity", "Mailing City", 40),
        _text("MailingState", "Mailing State/Province", 80),
        _text("MailingPostalCode", "Mailing Zip/Postal Code", 20),
        _text("MailingCountry", "Mailing Country", 80),
        _lookup("AccountId", "Account ID", "Account"),
        _lookup("ReportsToId", "Reports To ID", "Contact"),
        Field("Decision_Maker__c", "Decision Maker", "boolean", 0),
        Field("Contract_Start__c", "Contract Start", "date", 0),
        Field("Customer_Number__c", "Customer Number", "string", 20, unique=True),
    )
    contact.addresses = [("MailingState", "MailingCountry")]
    contact.validation_rules = [
        ValidationRule(
            "Decision_Maker_Needs_Phone",
            "Please enter a phone number before you mark a contact as decision maker.",
            lambda values: values.get("Decision_Maker__c") is True and not values.get("Phone"),
        ),
    ]
    contact.automations = [Automation("ContactRegionTrigger", "trigger", region_cause, "AfterUpdate")]
    contact.duplicate_rules = [DuplicateRule("Same name and phone", ("LastName", "Phone"), "Use one of these records?")]
    return contact


def _lead() -> SObject:
    lead = _object(
        "Lead",
        *_person_fields(),
        _text("Company", "Company", required=True),
        Field("Street", "Street", "textarea", 255),
        _text("City", "City", 40),
        _text("State", "State/Province", 80),
        _text("PostalCode", "Zip/Postal Code", 20),
        _text("Country", "Country", 80),
        Field("Website", "Website", "url", 255),
        _picklist("Rating", "Rating", RATINGS, restricted=True),
        _text("Status_Reason__c", "Lead Status Reason", 100),
        _picklist("Status", "Lead Status", ["Open", "Working", "Qualified", "Unqualified"]),
        Field("IsConverted", "Converted", "boolean", 0, system=True),
        Field("ConvertedContactId", "Converted Contact ID", "reference", 18, system=True),
    )
    lead.addresses = [("State", "Country")]
    lead.validation_rules = [
        ValidationRule(
            "Reason_For_Unqualified",
            "Select the lead status reason when a lead is unqualified.",
            lambda values: values.get("Status") == "Unqualified" and not values.get("Status_Reason__c"),
            "Status_Reason__c",
        ),
    ]
    lead.automations = [Automation("Lead - Route Hot Leads", "flow", hot_lead_cause)]
    lead.duplicate_rules = [
        DuplicateRule(
            "Same company and name",
            ("LastName", "Company"),
            "You're creating a duplicate record. We recommend you use an existing record instead.",
        )
    ]
    lead.queues_may_own = True
    return lead


def _person_fields() -> list[Field]:
    return [
        Field("Name", "Full Name", "string", 121, system=True),
        _text("FirstName", "First Name", 40),
        _text("LastName", "Last Name", 80, required=True),
        _text("Title", "Title", 128),
        Field("Email", "Email", "email", 80),
        Field("Secondary_Email__c", "Secondary Email", "email", 80),
        Field("Phone", "Business Phone", "phone", 40),
        _picklist("LeadSource", "Lead Source", LEAD_SOURCES, restricted=True),
        Field("Annual_Budget__c", "Annual Budget", "double", 0, maximum=99_999_999),
        _picklist("Product_Interest__c", "Product Interest", PRODUCT_INTERESTS),
    ]


def _opportunity() -> SObject:
    opportunity = _object(
        "Opportunity",
        _text("Name", "Opportunity Name", 120, required=True),
        Field("Amount", "Amount", "currency", 0, maximum=999_999_999_999),
        Field("CloseDate", "Close Date", "date", 0, required=True),
        _picklist("StageName", "Stage", [*STAGES, *SALESFORCE_ONLY_STAGES, *INACTIVE_STAGES], restricted=True),
        _lookup("RecordTypeId", "Record Type ID", "RecordType"),
        _lookup("AccountId", "Account ID", "Account"),
        _picklist("Type", "Opportunity Type", ["newbusiness", "existingbusiness"]),
        _text("NextStep", "Next Step", 255),
        Field("Discount__c", "Discount", "percent", 0, maximum=100),
        _text("Loss_Reason__c", "Loss Reason", 100),
        _text("Region__c", "Region", 60),
        Field("Margin__c", "Margin", "percent", 0, maximum=100, editable=False),
    )
    opportunity.fields["StageName"].required = True
    opportunity.validation_rules = [
        ValidationRule(
            "Loss_Reason_Required",
            "A lost opportunity needs a loss reason.",
            lambda values: values.get("StageName") == "Closed Lost" and not values.get("Loss_Reason__c"),
            "Loss_Reason__c",
        ),
        ValidationRule(
            "Discount_Needs_Next_Step",
            "Discounts above 40 % must name the approval in Next Step.",
            lambda values: 40 < number(values.get("Discount__c")) <= 100 and not values.get("NextStep"),
        ),
    ]
    opportunity.automations = [Automation("dlrs_OpportunityTrigger", "trigger", rollup_cause, "AfterUpdate")]
    return opportunity


def _case() -> SObject:
    case = _object(
        "Case",
        Field("CaseNumber", "Case Number", "string", 30, system=True),
        _text("Subject", "Subject", 255),
        Field("Description", "Description", "textarea", 32_000),
        _picklist("Status", "Status", CASE_STATUSES),
        _picklist("Priority", "Priority", PRIORITIES),
        _picklist("Origin", "Case Origin", ["Phone", "Email", "Web"], restricted=True),
        _lookup("ContactId", "Contact ID", "Contact"),
        _text("Serial_Number__c", "Serial Number", 30),
    )
    case.automations = [Automation("Case - Set Escalation", "flow", escalation_cause)]
    case.queues_may_own = True
    return case
