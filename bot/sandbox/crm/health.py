"""HubSpot's Sync Health list and the file a person downloads from it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.sandbox.crm.records import iso

Direction = Literal["HubSpot to Salesforce", "Salesforce to HubSpot"]
Language = Literal["en", "de"]


@dataclass(frozen=True)
class SyncError:
    """One line of the Sync Health list: a record that did not sync, and for what reason."""

    category: str
    error_type: str
    object_type: str
    hubspot_id: str
    record_name: str
    salesforce_id: str
    code: str
    message: str
    fields: tuple[str, ...]
    direction: Direction
    first_detected: datetime
    last_detected: datetime


CATEGORIES: dict[str, tuple[str, str]] = {
    "associations": ("Associations", "Zuordnungen"),
    "custom_code": ("Custom code", "Benutzerdefinierter Code"),
    "duplicates": ("Duplicates", "Duplikate"),
    "permissions": ("Permissions", "Berechtigungen"),
    "picklists": ("Picklists", "Auswahllisten"),
    "property_mappings": ("Property mappings", "Eigenschaftszuordnungen"),
    "property_values": ("Property values", "Eigenschaftswerte"),
    "other": ("Other", "Sonstiges"),
}
"""Category to its English and German name."""

ERROR_TYPES: dict[str, tuple[str, str, str]] = {
    "association_limit_reached": (
        "associations",
        "Association limit reached",
        "Zuordnung Limit erreicht",
    ),
    "waiting_on_account_sync": (
        "associations",
        "Waiting for account to sync",
        "Warten auf Synchronisierung des Accounts",
    ),
    "salesforce_automation": ("custom_code", "Salesforce automation", "Salesforce-Automatisierung"),
    "missing_contact_id": ("custom_code", "Missing contact ID", "Fehlende Kontakt-ID"),
    "salesforce_custom_field_validation_rule": (
        "custom_code",
        "Salesforce custom field validation rule",
        "Validierungsregel für benutzerdefiniertes Salesforce-Feld",
    ),
    "salesforce_flow": ("custom_code", "Salesforce flow", "Salesforce-Ablauf"),
    "email_already_in_use": ("duplicates", "Email already in use", "E-Mail wird bereits verwendet"),
    "salesforce_duplicate_rule": ("duplicates", "Salesforce duplicate rule", "Salesforce-Duplikatregel"),
    "insufficient_access_or_missing_record": (
        "permissions",
        "Insufficient access or missing Salesforce record",
        "Unzureichender Zugriff oder fehlender Salesforce-Eintrag",
    ),
    "salesforce_field_permission": (
        "permissions",
        "Salesforce field permission",
        "Salesforce-Feldberechtigung",
    ),
    "insufficient_salesforce_access": (
        "permissions",
        "Insufficient Salesforce access",
        "Unzureichender Zugriff auf Salesforce",
    ),
    "missing_salesforce_picklist_option": (
        "picklists",
        "Missing Salesforce picklist option",
        "Fehlende Salesforce-Auswahllistenoption",
    ),
    "invalid_state_or_country": (
        "picklists",
        "Invalid state or country value",
        "Ungültiger Wert für Bundesland oder Land",
    ),
    "mismatched_options": ("picklists", "Mismatched options", "Nicht übereinstimmende Optionen"),
    "inactive_salesforce_owner": (
        "picklists",
        "Inactive Salesforce owner",
        "Inaktiver Salesforce-Mitarbeiter",
    ),
    "restricted_picklist_value": (
        "picklists",
        "Restricted picklist value",
        "Eingeschränkter Auswahllistenwert",
    ),
    "inactive_opportunity_stage": (
        "picklists",
        "Inactive opportunity stage",
        "Phase der inaktiven Opportunity",
    ),
    "salesforce_owners_not_synced": (
        "picklists",
        "Salesforce owners not synced",
        "Salesforce-Inhaber wurden nicht synchronisiert",
    ),
    "option_limit_exceeded": ("picklists", "Option limit exceeded", "Optionslimit überschritten"),
    "default_sales_process_unavailable": (
        "picklists",
        "Default sales process unavailable",
        "Standard-Vertriebsprozess nicht verfügbar",
    ),
    "missing_or_invalid_opportunity_stage": (
        "picklists",
        "Missing or invalid opportunity stage",
        "Fehlende oder ungültige Opportunity-Phase",
    ),
    "type_mismatch": ("property_mappings", "Mismatched type", "Nicht übereinstimmender Typ"),
    "missing_salesforce_id": ("property_mappings", "Missing Salesforce ID", "Fehlende Salesforce-ID"),
    "invalid_salesforce_id": ("property_mappings", "Invalid Salesforce ID", "Ungültige Salesforce-ID"),
    "string_too_long": ("property_values", "String too long", "Zeichenfolge zu lang"),
    "invalid_email": ("property_values", "Invalid email address", "Ungültige E-Mail-Adresse"),
    "missing_required_country": (
        "property_values",
        "Missing required country",
        "Erforderliches Land fehlt",
    ),
    "invalid_value": ("property_values", "Invalid value", "Ungültiger Wert"),
    "owner_assignment": ("property_values", "Owner assignment", "Zuweisung des zuständigen Mitarbeiters"),
    "restricted_unique_value": (
        "property_values",
        "Restricted unique value",
        "Eingeschränkter eindeutiger Wert",
    ),
    "missing_required_value": (
        "property_values",
        "Missing required value",
        "Erforderlicher Wert fehlt",
    ),
    "other": ("other", "Unknown error", "Unbekannter Fehler"),
}
"""Error type to its category and its English and German name."""

_HEADERS = {
    "en": "Category;Error Type;Object;HubSpot Record ID;Record Name;Salesforce ID;Error Code;Error Message;"
    "Fields;Direction;First Detected;Last Detected",
    "de": "Kategorie;Fehlertyp;Objekt;HubSpot-Datensatz-ID;Datensatzname;Salesforce-ID;Fehlercode;"
    "Fehlermeldung;Felder;Richtung;Erstmals erkannt;Zuletzt erkannt",
}
_OBJECTS = {
    "contacts": ("Contact", "Kontakt"),
    "companies": ("Company", "Unternehmen"),
    "deals": ("Deal", "Deal"),
    "tickets": ("Ticket", "Ticket"),
}
_DIRECTIONS = {
    "HubSpot to Salesforce": "HubSpot zu Salesforce",
    "Salesforce to HubSpot": "Salesforce zu HubSpot",
}


def to_csv(errors: Iterable[SyncError], language: Language) -> str:
    """Write the list as *Export errors (CSV)* does, in the language of the person who downloads it.

    HubSpot's columns are not documented: these are made after the words of its page. Salesforce's own
    messages stay in the language of the integration user.
    """
    german = language == "de"
    stamp = (lambda moment: f"{moment:%d.%m.%Y %H:%M}") if german else iso
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_HEADERS[language].split(";"))
    for each in errors:
        category, *labels = ERROR_TYPES[each.error_type]
        writer.writerow(
            [
                CATEGORIES[category][german],
                labels[german],
                _OBJECTS[each.object_type][german],
                each.hubspot_id,
                each.record_name,
                each.salesforce_id,
                each.code,
                each.message,
                ", ".join(each.fields),
                _DIRECTIONS[each.direction] if german else each.direction,
                stamp(each.first_detected),
                stamp(each.last_detected),
            ]
        )
    return "\ufeff" + out.getvalue()
