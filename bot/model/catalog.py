"""The catalogue of sync errors: what each one means, who acts, where, and whether a resync helps.

Categories and types are those of HubSpot's *Sync Health* tab: 8 categories, 31 types, and `other` for what
HubSpot cannot name either. Slugs are stable names that people script against. Labels are what people read.

Every label, meaning and step is English and at the same time the key of its translation; the German texts are
in `templates/locales/de/catalog.po`. German *labels* are here as well, because files exported from a German
HubSpot contain them and because people type them.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Who(StrEnum):
    """Who has to act before the record can sync."""

    HUBSPOT_ADMIN = "hubspot_admin"
    SALESFORCE_ADMIN = "salesforce_admin"
    RECORD_OWNER = "record_owner"


WHO: Final = {
    Who.HUBSPOT_ADMIN: "HubSpot admin",
    Who.SALESFORCE_ADMIN: "Salesforce admin",
    Who.RECORD_OWNER: "record owner",
}
"""What people read for who has to act."""


class Resync(StrEnum):
    """What pressing *Resync* can achieve."""

    ALONE = "alone"
    """The cause passes by itself: a resync is all it takes."""
    AFTER_FIX = "after_fix"
    """A resync fails again until somebody has removed the cause."""
    NEVER = "never"
    """No resync of this record can succeed, for example because its counterpart was deleted."""


class Where(StrEnum):
    """The place of the fix. Links to these places are built where portal and org are known."""

    HUBSPOT_RECORD = "hubspot_record"
    HUBSPOT_PROPERTIES = "hubspot_properties"
    HUBSPOT_PIPELINES = "hubspot_pipelines"
    HUBSPOT_IMPORT = "hubspot_import"
    HUBSPOT_SALESFORCE_SETTINGS = "hubspot_salesforce_settings"
    SALESFORCE_RECORD = "salesforce_record"
    SALESFORCE_APEX = "salesforce_apex"
    SALESFORCE_FLOWS = "salesforce_flows"
    SALESFORCE_VALIDATION_RULES = "salesforce_validation_rules"
    SALESFORCE_DUPLICATE_RULES = "salesforce_duplicate_rules"
    SALESFORCE_OBJECT_MANAGER = "salesforce_object_manager"
    SALESFORCE_PICKLISTS = "salesforce_picklists"
    SALESFORCE_STATE_COUNTRY = "salesforce_state_country"
    SALESFORCE_OPPORTUNITY_STAGES = "salesforce_opportunity_stages"
    SALESFORCE_RECORD_TYPES = "salesforce_record_types"
    SALESFORCE_PERMISSIONS = "salesforce_permissions"
    SALESFORCE_USERS = "salesforce_users"


@dataclass(frozen=True, slots=True)
class Category:
    """One card of the *Sync Health* tab."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class ErrorType:
    """One kind of error; `category` is a key of `CATEGORIES`, texts are English msgids."""

    slug: str
    category: str
    label: str
    meaning: str
    steps: tuple[str, ...]
    who: Who
    where: Where
    resync: Resync


def category_of(error_type: str) -> str:
    """Return the slug of the category an error type belongs to; a type we do not know is `other`."""
    known = TYPES.get(error_type)
    return known.category if known else "other"


def find(word: str) -> Category | ErrorType | None:
    """Return the category or type that a person or a file means by `word`, or None.

    Understood are slugs, English and German labels and the wordings HubSpot uses beside them. Case, spaces,
    hyphens and underscores do not matter, nor whether an umlaut is written `ü`, `ue` or `u`. Where a category
    and a type share a word (`other`), it means the category.
    """
    return _BY_WORD.get(_key(word))


CATEGORIES: Final[dict[str, Category]] = {
    category.slug: category
    for category in (
        Category("associations", "Associations"),
        Category("custom_code", "Custom code"),
        Category("duplicates", "Duplicates"),
        Category("permissions", "Permissions"),
        Category("picklists", "Picklists"),
        Category("property_mappings", "Property mappings"),
        Category("property_values", "Property values"),
        Category("other", "Other"),
    )
}

TYPES: Final[dict[str, ErrorType]] = {
    error_type.slug: error_type
    for error_type in (
        ErrorType(
            slug="association_limit_reached",
            category="associations",
            label="Association limit reached",
            meaning="The record would be linked to more records than HubSpot allows.",
            steps=(
                "Open the linked record in HubSpot and remove associations nobody needs.",
                "Or link the record to a different one in Salesforce.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.HUBSPOT_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="waiting_on_account_sync",
            category="associations",
            label="Waiting for account to sync",
            meaning="The record belongs to a Salesforce account that has no company in HubSpot yet.",
            steps=(
                "Check in HubSpot's Salesforce settings that accounts sync to companies.",
                "Import the Salesforce accounts into HubSpot.",
                "Press Resync once the companies are there.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.HUBSPOT_IMPORT,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="salesforce_automation",
            category="custom_code",
            label="Salesforce automation",
            meaning="Apex code or other automation in Salesforce failed and undid the change.",
            steps=(
                "Find the trigger or class named in the message.",
                "Have its developer or the package vendor fix the innermost cause.",
                "Save one affected record in Salesforce to test it, then press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_APEX,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="missing_contact_id",
            category="custom_code",
            label="Missing contact ID",
            meaning="Automation in Salesforce needs a contact ID, and this record has none.",
            steps=(
                "Find the trigger, flow or rule in Salesforce that asks for the contact.",
                "Let it accept records without a contact, or fill the contact before it runs.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_APEX,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="salesforce_custom_field_validation_rule",
            category="custom_code",
            label="Salesforce custom field validation rule",
            meaning="A validation rule in Salesforce refused the values. The message is its text.",
            steps=(
                "Find the rule with this text among the object's validation rules.",
                "Correct the values in HubSpot, or exempt the integration user in the rule.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_VALIDATION_RULES,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="salesforce_flow",
            category="custom_code",
            label="Salesforce flow",
            meaning="A flow or process in Salesforce failed and undid the change.",
            steps=(
                "Open the flow or process named in the message.",
                "Repair the failing element, or add a fault path to it.",
                "Save one affected record in Salesforce to test it, then press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_FLOWS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="email_already_in_use",
            category="duplicates",
            label="Email already in use",
            meaning="Another HubSpot contact already has this email address.",
            steps=(
                "Search HubSpot for the email address.",
                "Remove it from the contact that should not have it, or merge the two contacts.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.HUBSPOT_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="salesforce_duplicate_rule",
            category="duplicates",
            label="Salesforce duplicate rule",
            meaning="A duplicate rule in Salesforce takes the record for one that already exists.",
            steps=(
                "Search Salesforce for the matching lead or contact and merge real duplicates.",
                "If they are different records, relax the duplicate rule or its matching rule.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_DUPLICATE_RULES,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="insufficient_access_or_missing_record",
            category="permissions",
            label="Insufficient access or missing Salesforce record",
            meaning="The change points to a Salesforce record that is gone or hidden from HubSpot.",
            steps=(
                "Look at the fields that link to other records: owner, account, record type, campaign.",
                "Correct the value or association that points to the wrong record.",
                "If the linked record is right, share it with the integration user.",
                "Press Resync.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.SALESFORCE_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="salesforce_field_permission",
            category="permissions",
            label="Salesforce field permission",
            meaning="The integration user may not read or edit one of the mapped Salesforce fields.",
            steps=(
                "Open the field-level security of the field named in the message.",
                "Give the integration user read and edit access, by profile or permission set.",
                "If Salesforce maintains the field itself, let the mapping write to HubSpot only.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_PERMISSIONS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="insufficient_salesforce_access",
            category="permissions",
            label="Insufficient Salesforce access",
            meaning="Salesforce does not let the integration user perform this action on the record.",
            steps=(
                "Compare the integration user's object permissions with the object in question.",
                "Grant what is missing, or share or unlock the record.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_PERMISSIONS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="missing_salesforce_picklist_option",
            category="picklists",
            label="Missing Salesforce picklist option",
            meaning="HubSpot sends an option that the Salesforce picklist does not have.",
            steps=(
                "Add the option to the Salesforce picklist, for the record type as well.",
                "Or choose an option in HubSpot that both sides know.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_PICKLISTS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="invalid_state_or_country",
            category="picklists",
            label="Invalid state or country value",
            meaning="State or country does not match Salesforce's list of states and countries.",
            steps=(
                "Compare the country's internal value in HubSpot with Salesforce's list.",
                "Check that Salesforce offers the state for this country and that the internal values agree.",
                "Correct the value, then press Resync.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.SALESFORCE_STATE_COUNTRY,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="mismatched_options",
            category="picklists",
            label="Mismatched options",
            meaning="An option has one internal value in HubSpot and another API name in Salesforce.",
            steps=(
                "Compare the property's internal values in HubSpot with the API names in Salesforce.",
                "Change the API name in Salesforce so that both are spelled alike.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_PICKLISTS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="inactive_salesforce_owner",
            category="picklists",
            label="Inactive Salesforce owner",
            meaning="The record's owner is a deactivated user in Salesforce.",
            steps=(
                "Assign the HubSpot record to somebody who is active in Salesforce.",
                "Or have the Salesforce user reactivated.",
                "Press Resync.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.HUBSPOT_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="restricted_picklist_value",
            category="picklists",
            label="Restricted picklist value",
            meaning="The Salesforce picklist is restricted and does not contain the value HubSpot sends.",
            steps=(
                "Add the value to the picklist, for the record type as well.",
                "Or lift the restriction to the value set in the field's settings.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_PICKLISTS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="inactive_opportunity_stage",
            category="picklists",
            label="Inactive opportunity stage",
            meaning="The Salesforce opportunity is in a stage that has been deactivated.",
            steps=(
                "Activate the stage in Salesforce, or move the opportunity to an active one.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_OPPORTUNITY_STAGES,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="salesforce_owners_not_synced",
            category="picklists",
            label="Salesforce owners not synced",
            meaning="The owner's kind of Salesforce user does not sync to HubSpot.",
            steps=(
                "Open the owner among the Salesforce users.",
                "Set the user type to Standard, Power Partner or Guest, or choose another owner.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_USERS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="option_limit_exceeded",
            category="picklists",
            label="Option limit exceeded",
            meaning="The property has more options than HubSpot allows.",
            steps=(
                "Delete options nobody uses, in HubSpot and in Salesforce.",
                "Check that the mapping does not turn free text into options.",
                "Press Resync.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.HUBSPOT_PROPERTIES,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="default_sales_process_unavailable",
            category="picklists",
            label="Default sales process unavailable",
            meaning="The opportunity has no record type, so HubSpot finds no sales process for it.",
            steps=(
                "Give the opportunity a record type, or create one for such opportunities.",
                "Or deactivate all opportunity record types if nobody uses them.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_RECORD_TYPES,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="missing_or_invalid_opportunity_stage",
            category="picklists",
            label="Missing or invalid opportunity stage",
            meaning="The opportunity's stage does not exist in the matching HubSpot pipeline.",
            steps=(
                "Add the stage to the HubSpot pipeline, spelled as in Salesforce.",
                "Press Resync.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.HUBSPOT_PIPELINES,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="type_mismatch",
            category="property_mappings",
            label="Mismatched type",
            meaning="A property is mapped to a Salesforce field of another type, or to one that is gone.",
            steps=(
                "Open the mapping in HubSpot's Salesforce settings.",
                "Check that the field still exists and takes this type of value.",
                "Map a matching pair, then press Resync.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.HUBSPOT_SALESFORCE_SETTINGS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="missing_salesforce_id",
            category="property_mappings",
            label="Missing Salesforce ID",
            meaning="A Salesforce lookup field was sent something other than the ID of an existing record.",
            steps=(
                "Find the HubSpot property that is mapped to the lookup field.",
                "Store Salesforce IDs in it, or remove the mapping.",
                "Press Resync.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.HUBSPOT_SALESFORCE_SETTINGS,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="invalid_salesforce_id",
            category="property_mappings",
            label="Invalid Salesforce ID",
            meaning="Salesforce refused an ID: wrong length, wrong kind, or against a rule.",
            steps=(
                "Compare the ID in the message with the record it should name.",
                "Check the validation rules that look at IDs.",
                "Correct the value or the rule, then press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_VALIDATION_RULES,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="string_too_long",
            category="property_values",
            label="String too long",
            meaning="A text is longer than its Salesforce field allows.",
            steps=(
                "Shorten the text in the record.",
                "Or have the Salesforce field made longer.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.HUBSPOT_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="invalid_email",
            category="property_values",
            label="Invalid email address",
            meaning="The email address is not written the way an address must be.",
            steps=(
                "Look for spaces, missing parts and typing errors in the address.",
                "Correct it in the Salesforce record.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.SALESFORCE_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="missing_required_country",
            category="property_values",
            label="Missing required country",
            meaning="The record has a state but no country that this state belongs to.",
            steps=(
                "Fill in the country in HubSpot, spelled as in Salesforce's list of countries.",
                "Check that the state belongs to this country.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.HUBSPOT_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="invalid_value",
            category="property_values",
            label="Invalid value",
            meaning="A value breaks the rules of the property or field it is meant for.",
            steps=(
                "Find the field in the message and what it accepts: range, format, filter.",
                "Correct the value in the record.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.SALESFORCE_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="owner_assignment",
            category="property_values",
            label="Owner assignment",
            meaning="The record or activity would be assigned to a queue or to somebody who cannot own it.",
            steps=(
                "Assign the Salesforce record to a user instead of a queue.",
                "Check that this user may own such records.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.SALESFORCE_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="restricted_unique_value",
            category="property_values",
            label="Restricted unique value",
            meaning="The value must be unique, and another record already has it.",
            steps=(
                "Search for the record that has the value; the message often names its ID.",
                "Merge the two records or change one of the values.",
                "If both may keep it, have the field's uniqueness or the matching rule changed.",
                "Press Resync.",
            ),
            who=Who.SALESFORCE_ADMIN,
            where=Where.SALESFORCE_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="missing_required_value",
            category="property_values",
            label="Missing required value",
            meaning="A required field is empty.",
            steps=(
                "Find the required field in the message.",
                "Fill it in on the record, and map it so that it stays filled.",
                "Press Resync.",
            ),
            who=Who.RECORD_OWNER,
            where=Where.SALESFORCE_RECORD,
            resync=Resync.AFTER_FIX,
        ),
        ErrorType(
            slug="other",
            category="other",
            label="Unknown error",
            meaning="HubSpot has no type for this error. The message says what happened.",
            steps=(
                "Read the message and look the record up on both sides.",
                "Press Resync once.",
                "If the error comes back, ask HubSpot support.",
            ),
            who=Who.HUBSPOT_ADMIN,
            where=Where.HUBSPOT_SALESFORCE_SETTINGS,
            resync=Resync.AFTER_FIX,
        ),
    )
}

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
