"""What HubSpot and people call categories and types, in English and German, and which one a word means.

German labels are here as well as among the translations, because files exported from a German HubSpot contain them
and because people type them.
"""

import unicodedata
from typing import Final

from bot.model.catalog import CATEGORIES, TYPES
from bot.model.kinds import Category, ErrorType


def find(word: str) -> Category | ErrorType | None:
    """Return the category or type that a person or a file means by `word`, or None.

    Understood are slugs, English and German labels and the wordings HubSpot uses beside them. Case, spaces,
    hyphens and underscores do not matter, nor whether an umlaut is written `ü`, `ue` or `u`. Where a category
    and a type share a word (`other`), it means the category.
    """
    return _BY_WORD.get(_key(word))


CATEGORY_LABELS_DE: Final[dict[str, str]] = {
    "associations": "Zuordnungen",
    "custom_code": "Benutzerdefinierter Code",
    "duplicates": "Duplikate",
    "permissions": "Berechtigungen",
    "picklists": "Auswahllisten",
    "property_mappings": "Eigenschaftszuordnungen",
    "property_values": "Eigenschaftswerte",
    "other": "Sonstiges",
}
"""HubSpot's German label of each category, by slug."""

TYPE_LABELS_DE: Final[dict[str, str]] = {
    "association_limit_reached": "Zuordnung Limit erreicht",
    "waiting_on_account_sync": "Warten auf Synchronisierung des Accounts",
    "salesforce_automation": "Salesforce-Automatisierung",
    "missing_contact_id": "Fehlende Kontakt-ID",
    "salesforce_custom_field_validation_rule": "Validierungsregel für benutzerdefiniertes Salesforce-Feld",
    "salesforce_flow": "Salesforce-Ablauf",
    "email_already_in_use": "E-Mail wird bereits verwendet",
    "salesforce_duplicate_rule": "Salesforce-Duplikatregel",
    "insufficient_access_or_missing_record": "Unzureichender Zugriff oder fehlender Salesforce-Eintrag",
    "salesforce_field_permission": "Salesforce-Feldberechtigung",
    "insufficient_salesforce_access": "Unzureichender Zugriff auf Salesforce",
    "missing_salesforce_picklist_option": "Fehlende Salesforce-Auswahllistenoption",
    "invalid_state_or_country": "Ungültiger Wert für Bundesland oder Land",
    "mismatched_options": "Nicht übereinstimmende Optionen",
    "inactive_salesforce_owner": "Inaktiver Salesforce-Mitarbeiter",
    "restricted_picklist_value": "Eingeschränkter Auswahllistenwert",
    "inactive_opportunity_stage": "Phase der inaktiven Opportunity",
    "salesforce_owners_not_synced": "Salesforce-Inhaber wurden nicht synchronisiert",
    "option_limit_exceeded": "Optionslimit überschritten",
    "default_sales_process_unavailable": "Standard-Vertriebsprozess nicht verfügbar",
    "missing_or_invalid_opportunity_stage": "Fehlende oder ungültige Opportunity-Phase",
    "type_mismatch": "Nicht übereinstimmender Typ",
    "missing_salesforce_id": "Fehlende Salesforce-ID",
    "invalid_salesforce_id": "Ungültige Salesforce-ID",
    "string_too_long": "Zeichenfolge zu lang",
    "invalid_email": "Ungültige E-Mail-Adresse",
    "missing_required_country": "Erforderliches Land fehlt",
    "invalid_value": "Ungültiger Wert",
    "owner_assignment": "Zuweisung des zuständigen Mitarbeiters",
    "restricted_unique_value": "Eingeschränkter eindeutiger Wert",
    "missing_required_value": "Erforderlicher Wert fehlt",
    "other": "Unbekannter Fehler",
}
"""HubSpot's German label of each type, by slug."""

# What HubSpot writes for the same thing elsewhere: in page addresses, in running text, in later versions.
_ALSO: Final[dict[str, tuple[str, ...]]] = {
    "associations": ("Association", "Zuordnung"),
    "duplicates": ("Duplicate", "Duplikat"),
    "permissions": ("Permission", "Berechtigung"),
    "picklists": ("Picklist", "Auswahlliste"),
    "property_mappings": ("Property mapping", "Eigenschaftszuordnung"),
    "property_values": ("Property value", "Eigenschaftswert"),
    "other": ("Unknown", "Unbekannt"),
    "waiting_on_account_sync": ("Warten auf die Synchronisierung Account",),
    "salesforce_custom_field_validation_rule": (
        "Validation rule",
        "Salesforce validation rule",
        "Validierungsregel",
    ),
    "salesforce_flow": ("Flow", "Ablauf", "Salesforce-Flow"),
    "email_already_in_use": ("E-mail allerede i brug",),
    "salesforce_duplicate_rule": ("Duplicate rule", "Duplikatregel", "Salesforce-Duplikatregelfehler"),
    "salesforce_field_permission": ("Field permission", "Feldberechtigung"),
    "insufficient_salesforce_access": ("Salesforce insufficient access",),
    "invalid_state_or_country": (
        "Mismatched state or country value",
        "Mismatched/invalid state or country value",
        "Invalid state or country",
    ),
    "mismatched_options": ("Mismatched option",),
    "inactive_salesforce_owner": ("Inaktiver Salesforce-Inhaber",),
    "restricted_picklist_value": ("Restricted picklist",),
    "inactive_opportunity_stage": ("Inaktive Opportunity-Phase",),
    "salesforce_owners_not_synced": (
        "Salesforce owner not synced",
        "Salesforce owner(s) not synced",
        "Salesforce-Inhaber nicht synchronisiert",
    ),
    "option_limit_exceeded": ("Überschreitung des Optionslimits",),
    "default_sales_process_unavailable": ("Standardvertriebsprozess nicht verfügbar",),
    "string_too_long": ("Zu lange Zeichenfolge",),
    "invalid_email": ("Ungültige E-Mail",),
    "missing_required_country": ("Fehlendes erforderliches Land",),
    "owner_assignment": ("Mitarbeiterzuweisung",),
    "missing_required_value": ("Fehlender erforderlicher Wert",),
}

_TRANSLITERATED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _key(word: str) -> str:
    """Fold what people spell differently: case, accents, and everything that is no letter or digit."""
    folded = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in folded if char.isalnum())


def _words() -> dict[str, Category | ErrorType]:
    """Return every word `find` understands; what is entered first keeps its word."""
    words: dict[str, Category | ErrorType] = {}
    entries: list[tuple[Category | ErrorType, str]] = [
        *((category, CATEGORY_LABELS_DE[category.slug]) for category in CATEGORIES.values()),
        *((error_type, TYPE_LABELS_DE[error_type.slug]) for error_type in TYPES.values()),
    ]
    for entry, german in entries:
        for word in (entry.slug, entry.label, german, *_ALSO.get(entry.slug, ())):
            for spelling in (word, word.casefold().translate(_TRANSLITERATED)):
                words.setdefault(_key(spelling), entry)
    return words


_BY_WORD: Final = _words()
