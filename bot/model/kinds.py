"""What is told about an error: who acts, where, whether a resync helps, and what it means, in words with facts.

Every label, meaning and step is English and at the same time the key of its translation; the German texts are
in `templates/locales/de/catalog.po`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple


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
    HUBSPOT_COMPANY_SYNC = "hubspot_company_sync"
    HUBSPOT_MAPPINGS = "hubspot_mappings"
    HUBSPOT_SYNC_HEALTH = "hubspot_sync_health"
    SALESFORCE_RECORD = "salesforce_record"
    SALESFORCE_APEX = "salesforce_apex"
    SALESFORCE_FLOWS = "salesforce_flows"
    SALESFORCE_VALIDATION_RULES = "salesforce_validation_rules"
    SALESFORCE_DUPLICATE_RULES = "salesforce_duplicate_rules"
    SALESFORCE_FIELD = "salesforce_field"
    SALESFORCE_STATE_COUNTRY = "salesforce_state_country"
    SALESFORCE_OPPORTUNITY_STAGES = "salesforce_opportunity_stages"
    SALESFORCE_RECORD_TYPES = "salesforce_record_types"
    SALESFORCE_PERMISSIONS = "salesforce_permissions"
    SALESFORCE_USERS = "salesforce_users"


Wording = str | tuple[str, ...]
"""A text, or several that say the same with fewer and fewer facts: the last needs none. Facts stand in it as
`%(name)s`, with the names of `facts.Facts.known`, and with `one_` before the name where a fact is but an example."""


class Said(NamedTuple):
    """A text and the facts it names; the text is the key of its translations, which name the same."""

    text: str
    values: Mapping[str, str]


def worded(wording: Wording, known: Mapping[str, str]) -> Said:
    """Return the first wording of which every fact is known."""
    for text in (wording,) if isinstance(wording, str) else wording:
        places = _PLACE.findall(text)
        if all(place in known for place in places):
            break
    return Said(text, {place: known[place] for place in places})


_PLACE: Final = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Category:
    """One card of the *Sync Health* tab."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class Case:
    """What a code says in particular, in place of what its type says in general."""

    meaning: str
    steps: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class ErrorType:
    """One kind of error; `category` is a key of `catalog.CATEGORIES`."""

    slug: str
    category: str
    label: str
    meaning: str
    steps: tuple[Wording, ...]
    who: Who
    where: Where
    resync: Resync
