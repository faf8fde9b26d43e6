"""Addresses of records and settings in both systems."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.model.catalog import Where

_OBJECT_TYPES: Mapping[str, str] = {
    "contact": "0-1",
    "company": "0-2",
    "deal": "0-3",
    "ticket": "0-5",
    "task": "0-27",
}
"""HubSpot's object type ids (HubSpot, "Understanding the CRM APIs")."""

_HUBSPOT_PAGES: Mapping[Where, str] = {
    Where.HUBSPOT_RECORD: "contacts/{portal}/objects/0-1",
    Where.HUBSPOT_PROPERTIES: "property-settings/{portal}/properties",
    Where.HUBSPOT_PIPELINES: "pipelines-settings/{portal}/object/0-3",
    Where.HUBSPOT_IMPORT: "integrations-settings/{portal}/installed/salesforce/settings",
    Where.HUBSPOT_SALESFORCE_SETTINGS: "integrations-settings/{portal}/installed/salesforce/health",
}

_SALESFORCE_PAGES: Mapping[Where, str] = {
    Where.SALESFORCE_RECORD: "page/home",
    Where.SALESFORCE_APEX: "setup/ApexClasses/home",
    Where.SALESFORCE_FLOWS: "setup/Flows/home",
    Where.SALESFORCE_VALIDATION_RULES: "setup/ObjectManager/home",
    Where.SALESFORCE_DUPLICATE_RULES: "setup/DuplicateRules/home",
    Where.SALESFORCE_OBJECT_MANAGER: "setup/ObjectManager/home",
    Where.SALESFORCE_PICKLISTS: "setup/Picklists/home",
    Where.SALESFORCE_STATE_COUNTRY: "setup/AddressCleanerOverview/home",
    Where.SALESFORCE_OPPORTUNITY_STAGES: "setup/ObjectManager/Opportunity/FieldsAndRelationships/view",
    Where.SALESFORCE_RECORD_TYPES: "setup/ObjectManager/Opportunity/RecordTypes/view",
    Where.SALESFORCE_PERMISSIONS: "setup/PermSets/home",
    Where.SALESFORCE_USERS: "setup/ManageUsers/home",
}


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
        if not (self.portal_id and record_id and obj in _OBJECT_TYPES):
            return ""
        return self._hubspot(f"contacts/{self.portal_id}/record/{_OBJECT_TYPES[obj]}/{quote(record_id, safe='')}")

    def salesforce_record(self, record_id: str) -> str:
        """Return the page of a record in Salesforce; the id alone finds the object."""
        if not (self.salesforce_host and record_id):
            return ""
        return f"https://{self.salesforce_host}/lightning/r/{quote(record_id, safe='')}/view"

    def sync_health(self) -> str:
        """Return HubSpot's Sync Health tab."""
        return self.place(Where.HUBSPOT_SALESFORCE_SETTINGS)

    def place(self, where: Where) -> str:
        """Return the page on which an error type is put right."""
        if page := _HUBSPOT_PAGES.get(where):
            return self._hubspot(page.format(portal=self.portal_id)) if self.portal_id else ""
        return f"https://{self.salesforce_host}/lightning/{_SALESFORCE_PAGES[where]}" if self.salesforce_host else ""

    def _hubspot(self, path: str) -> str:
        return f"https://{self.ui_domain}/{path}"


def lightning_host(domain: str) -> str:
    """Return the host of Lightning pages for a My Domain: acme.my or acme.my.salesforce.com."""
    name = domain.removeprefix("https://").strip("/").removesuffix(".salesforce.com").removesuffix(".my")
    return f"{name}.lightning.force.com" if name else ""
