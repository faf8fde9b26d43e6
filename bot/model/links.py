"""Addresses of records and settings in both systems."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.model.facts import Facts
from bot.model.kinds import Where
from bot.model.sync import salesforce_id

OBJECT_TYPES: Mapping[str, str] = {
    "contact": "0-1",
    "company": "0-2",
    "deal": "0-3",
    "ticket": "0-5",
    "task": "0-27",
}
"""HubSpot's object type ids (HubSpot, "Understanding the CRM APIs")."""

_SALESFORCE = "integrations-settings/{portal}/installed/salesforce"
_SYNC_HEALTH = f"{_SALESFORCE}/health"
_BUCKETS: Mapping[str, str] = {"custom_code": "CUSTOM_CODE", "picklists": "PICKLIST"}
"""HubSpot's own name of a category in the address of its Sync Health tab, as far as one has been seen."""

_MAPPED: Mapping[str, str] = {"contact": "contacts", "company": "companies"}
"""Objects whose mappings have a page of their own in HubSpot's Salesforce settings, and its name there."""

_SALESFORCE_PAGES: Mapping[Where, str] = {
    Where.SALESFORCE_RECORD: "page/home",
    Where.SALESFORCE_APEX: "setup/ApexClasses/home",
    Where.SALESFORCE_FLOWS: "setup/Flows/home",
    Where.SALESFORCE_VALIDATION_RULES: "setup/ObjectManager/home",
    Where.SALESFORCE_DUPLICATE_RULES: "setup/DuplicateRules/home",
    Where.SALESFORCE_FIELD: "setup/ObjectManager/home",
    Where.SALESFORCE_STATE_COUNTRY: "setup/AddressCleanerOverview/home",
    Where.SALESFORCE_OPPORTUNITY_STAGES: "setup/ObjectManager/Opportunity/FieldsAndRelationships/StageName/view",
    Where.SALESFORCE_RECORD_TYPES: "setup/ObjectManager/Opportunity/RecordTypes/view",
    Where.SALESFORCE_PERMISSIONS: "setup/PermSets/home",
    Where.SALESFORCE_USERS: "setup/ManageUsers/home",
}
"""Pages that are there whatever is known of an error."""

_NOTHING = Facts()
_API_NAME = re.compile(r"[A-Za-z]\w*\Z", re.ASCII)
# HubSpot writes its properties in lower case, Salesforce no field of its own.
_FIELD = re.compile(r"(?:[A-Z]\w*|\w+__c)\Z", re.ASCII)
_PROPERTY = re.compile(r"[a-z][a-z0-9_]*(?<!__c)\Z")


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages of both systems are; a part that is not known ("") gives no link.

    `salesforce_host` is the host of Lightning pages, e.g. acme.lightning.force.com.
    """

    portal_id: str = ""
    ui_domain: str = "app.hubspot.com"
    salesforce_host: str = ""

    def hubspot_record(self, obj: str, record_id: str) -> str:
        """Return the page of a record in HubSpot."""
        if not (self.portal_id and record_id and obj in OBJECT_TYPES):
            return ""
        return self._hubspot(f"contacts/{{portal}}/record/{OBJECT_TYPES[obj]}/{{record}}", record_id)

    def hubspot_list(self, number: str) -> str:
        """Return the page of a list in HubSpot."""
        return self._hubspot("contacts/{portal}/objectLists/{record}/filters", number) if number else ""

    def salesforce_record(self, record_id: str) -> str:
        """Return the page of a record in Salesforce; the id alone finds the object."""
        if not (self.salesforce_host and record_id):
            return ""
        return self._lightning(f"r/{_quoted(record_id)}/view")

    def sync_health(self, category: str = "") -> str:
        """Return HubSpot's Sync Health tab, at the errors of a category where its address is known."""
        bucket = f"?archived=false&bucket={_BUCKETS[category]}" if category in _BUCKETS else ""
        return self._hubspot(f"{_SYNC_HEALTH}{bucket}")

    def user(self, user_id: str) -> str:
        """Return the page of a user in Salesforce Setup."""
        if not (self.salesforce_host and user_id):
            return ""
        return self._lightning(f"setup/ManageUsers/page?address=%2F{_quoted(user_id)}")

    def place(self, where: Where, known: Facts = _NOTHING, obj: str = "") -> str:
        """Return the page on which an error is put right, as close to the cause as what is known of it leads.

        `obj` is HubSpot's name of the object; "" where it is not known.
        """
        if where.startswith("hubspot"):
            return self._place_in_hubspot(where, known, obj)
        return self._place_in_salesforce(where, known) if self.salesforce_host else ""

    def _place_in_hubspot(self, where: Where, known: Facts, obj: str) -> str:
        if where is Where.HUBSPOT_RECORD and known.record_id.isdecimal():
            return self.hubspot_record(obj or "contact", known.record_id)
        kind = OBJECT_TYPES.get(obj, "")
        pages = {
            Where.HUBSPOT_RECORD: f"contacts/{{portal}}/objects/{kind or OBJECT_TYPES['contact']}",
            Where.HUBSPOT_PROPERTIES: f"property-settings/{{portal}}/properties{_property(kind, known.fields)}",
            Where.HUBSPOT_PIPELINES: "pipelines-settings/{portal}/object/0-3",
            Where.HUBSPOT_COMPANY_SYNC: f"{_SALESFORCE}/companies",
            Where.HUBSPOT_MAPPINGS: f"{_SALESFORCE}/{_MAPPED.get(obj, 'settings')}",
        }
        return self._hubspot(pages.get(where, _SYNC_HEALTH))

    def _place_in_salesforce(self, where: Where, known: Facts) -> str:
        setup = f"setup/ObjectManager/{known.object}" if _API_NAME.match(known.object) else ""
        page = _SALESFORCE_PAGES[where]
        match where:
            case Where.SALESFORCE_RECORD if record := salesforce_id(known.record_id):
                page = f"r/{record}/view"
            case Where.SALESFORCE_RECORD if setup:
                page = f"o/{known.object}/list"
            case Where.SALESFORCE_USERS if known.user_id:
                return self.user(known.user_id)
            case Where.SALESFORCE_APEX if known.trigger:
                page = f"{setup}/ApexTriggers/view" if setup else "setup/ApexTriggers/home"
            case Where.SALESFORCE_VALIDATION_RULES if setup:
                page = f"{setup}/ValidationRules/view"
            case Where.SALESFORCE_FIELD if setup:
                named = len(known.fields) == 1 and _FIELD.match(known.fields[0])
                field = f"/{known.fields[0]}" if named else ""
                page = f"{setup}/FieldsAndRelationships{field}/view"
        return self._lightning(page)

    def _hubspot(self, page: str, record: str = "") -> str:
        """Return a page of the portal; what is put into its address cannot lead elsewhere."""
        parts = {"portal": _quoted(self.portal_id), "record": _quoted(record)}
        return f"https://{self.ui_domain}/{page.format(**parts)}" if self.portal_id else ""

    def _lightning(self, path: str) -> str:
        return f"https://{self.salesforce_host}/lightning/{path}"


def _quoted(text: str) -> str:
    """Return a text as part of an address; an id, as all of a million are, needs no second look."""
    return text if text.isascii() and text.isalnum() else quote(text, safe="")


def _property(kind: str, fields: Sequence[str]) -> str:
    """Return the query that opens an object's properties, at the one that is concerned where it is known."""
    if not kind:
        return ""
    named = len(fields) == 1 and _PROPERTY.match(fields[0])
    return f"?type={kind}&action=edit&property={fields[0]}" if named else f"?type={kind}"


def lightning_host(domain: str) -> str:
    """Return the host of Lightning pages for a My Domain: acme.my or acme.my.salesforce.com."""
    name = domain.removeprefix("https://").strip("/").removesuffix(".salesforce.com").removesuffix(".my")
    return f"{name}.lightning.force.com" if name else ""
