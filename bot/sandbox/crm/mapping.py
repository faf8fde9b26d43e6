"""How HubSpot's objects and properties are mapped with Salesforce's."""

from bot.sandbox.crm.metadata import FieldMapping, SyncRule

TOKEN_PROPERTY = "sfsync_resync_token"  # noqa: S105 - the name of a property, no secret
TOKEN_FIELD = "SFSync_Resync_Token__c"  # noqa: S105 - the name of a field, no secret

LINKS = {
    "Contact": ("contacts", "salesforcecontactid"),
    "Lead": ("contacts", "salesforceleadid"),
    "Account": ("companies", "salesforceaccountid"),
    "Opportunity": ("deals", "hs_salesforceopportunityid"),
    "Case": ("tickets", "salesforcecaseid"),
}
"""Salesforce object to the HubSpot object it syncs with and the property that holds its id."""

PIPELINE_PREFIX = "Salesforce - "
"""What the integration puts before the name of a record type to name the pipeline it creates for it."""


def default_mappings(*, resync_property: bool) -> dict[str, list[FieldMapping]]:
    """Answer the mapping table, with or without the line of the property sfsync touches."""
    mappings = {
        "Account": [
            *_pairs("name Name", "phone Phone", "industry Industry", "rating Rating"),
            FieldMapping("website", "Website", SyncRule.PREFER_SALESFORCE),
            FieldMapping("description", "Description", SyncRule.ALWAYS_SALESFORCE),
            *_pairs("summary Summary__c", "annualrevenue AnnualRevenue"),
            *_pairs("numberofemployees NumberOfEmployees", "customer_number Customer_Number__c"),
            *_pairs("credit_limit Credit_Limit__c", "parent_account ParentId"),
            *_address("Billing"),
            FieldMapping("hubspot_owner_id", "OwnerId", kind="owner"),
        ],
        "Contact": [
            *_person(),
            *_address("Mailing"),
            *_pairs("decision_maker Decision_Maker__c", "contract_start Contract_Start__c"),
            *_pairs("customer_number Customer_Number__c", "reports_to ReportsToId"),
            FieldMapping("companies", "AccountId", kind="company"),
        ],
        "Lead": [
            *_person(),
            *_address(""),
            *_pairs("company Company", "website Website", "lead_rating Rating", "lead_status Status"),
            *_pairs("lead_status_reason Status_Reason__c"),
        ],
        "Opportunity": [
            # The pipeline comes before the stage: a stage means nothing without it.
            FieldMapping("pipeline", "RecordTypeId", kind="pipeline"),
            FieldMapping("dealstage", "StageName", kind="stage"),
            *_pairs("dealname Name", "amount Amount", "closedate CloseDate", "dealtype Type"),
            *_pairs("hs_next_step NextStep", "discount Discount__c", "loss_reason Loss_Reason__c"),
            *_pairs("deal_region Region__c", "margin Margin__c"),
            FieldMapping("hubspot_owner_id", "OwnerId", kind="owner"),
            FieldMapping("companies", "AccountId", kind="company"),
        ],
        "Case": [
            FieldMapping("hs_pipeline_stage", "Status", kind="stage"),
            *_pairs("subject Subject", "content Description", "hs_ticket_priority Priority"),
            *_pairs("source_type Origin", "serial_number Serial_Number__c"),
            FieldMapping("hubspot_owner_id", "OwnerId", kind="owner"),
            FieldMapping("contacts", "ContactId", kind="contact"),
        ],
    }
    if resync_property:
        for lines in mappings.values():
            lines.append(FieldMapping(TOKEN_PROPERTY, TOKEN_FIELD))
    return mappings


def _pairs(*lines: str) -> list[FieldMapping]:
    split = (line.partition(" ") for line in lines)
    return [FieldMapping(prop, name) for prop, _, name in split]


def _person() -> list[FieldMapping]:
    return [
        *_pairs("email Email", "secondary_email Secondary_Email__c", "firstname FirstName"),
        *_pairs("lastname LastName", "jobtitle Title", "phone Phone", "annual_budget Annual_Budget__c"),
        *_pairs("product_interest Product_Interest__c"),
        FieldMapping("leadsource", "LeadSource"),
        FieldMapping("hubspot_owner_id", "OwnerId", kind="owner"),
    ]


def _address(prefix: str) -> list[FieldMapping]:
    names = ("Street", "City", "State", "PostalCode", "Country")
    properties = ("address", "city", "state", "zip", "country")
    return _pairs(*(f"{prop} {prefix}{name}" for prop, name in zip(properties, names, strict=True)))
