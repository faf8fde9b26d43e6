"""The vocabulary of both set-ups: fields, rules, users, pipelines, and how the fields are mapped.

Nothing here knows a record. What this demo's Salesforce org and HubSpot portal contain is written down in
``org.py`` and ``portal.py``, in these words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Value = str | float | int | bool | None
"""What a Salesforce field holds."""

Values = Mapping[str, Value]
"""A Salesforce record as its rules see it: field name to value."""


@dataclass
class Field:
    """A field of a Salesforce object, with what its describe call tells."""

    name: str
    label: str
    type: str = "string"
    length: int = 255
    required: bool = False
    values: list[str] = field(default_factory=list)
    restricted: bool = False
    refers_to: tuple[str, ...] = ()
    unique: bool = False
    maximum: float | None = None
    editable: bool = True
    """Whether the integration user may edit the field (field-level security)."""
    system: bool = False
    """Whether Salesforce alone writes the field."""


@dataclass
class ValidationRule:
    """A rule of a Salesforce admin: a record for which ``rejects`` is true is not saved."""

    name: str
    message: str
    rejects: Callable[[Values], bool]
    field: str | None = None
    """The field the message is shown at; None for the top of the page."""
    active: bool = True


@dataclass
class Automation:
    """A trigger or a flow. ``fails`` answers the cause it dies of for this record, or None."""

    name: str
    kind: Literal["trigger", "flow"]
    fails: Callable[[Values], str | None]
    event: str = "BeforeUpdate"
    active: bool = True


@dataclass
class DuplicateRule:
    """Records that agree in all of ``fields`` are duplicates of each other."""

    name: str
    fields: tuple[str, ...]
    message: str
    active: bool = True


@dataclass
class SObject:
    """A Salesforce object with everything that decides about a write to it."""

    name: str
    label: str
    prefix: str
    fields: dict[str, Field]
    addresses: list[tuple[str, str]] = field(default_factory=list)
    """Pairs of state field and country field."""
    validation_rules: list[ValidationRule] = field(default_factory=list)
    automations: list[Automation] = field(default_factory=list)
    duplicate_rules: list[DuplicateRule] = field(default_factory=list)
    queues_may_own: bool = False


@dataclass
class User:
    """A Salesforce user."""

    id: str
    first_name: str
    last_name: str
    email: str
    active: bool = True
    type: str = "Standard"


@dataclass
class Org:
    """A Salesforce org: its metadata, its people, and who may see what."""

    id: str
    name: str
    objects: dict[str, SObject]
    users: dict[str, User]
    queues: dict[str, str]
    countries: dict[str, list[str]]
    """Country to its states; an empty list means that any state will do."""
    stages: dict[str, bool]
    """Opportunity stage to whether it is active."""
    record_types: dict[str, str]
    integration_user: str
    bot_user: str
    admin_user: str
    daily_calls: int = 100_000
    hidden: set[str] = field(default_factory=set)
    """Records the integration user may not see."""
    read_only: set[str] = field(default_factory=set)
    """Records it may see but not edit."""
    in_approval: set[str] = field(default_factory=set)
    """Records locked by an approval process."""
    row_locks: dict[str, int] = field(default_factory=dict)
    """Records another transaction holds, and for how many attempts still."""
    case_needs_contact: bool = True
    """An installed package works on the contact of every case."""


@dataclass
class Option:
    """A choice of a HubSpot property; ``value`` is its internal name."""

    value: str
    label: str
    hidden: bool = False


@dataclass
class Property:
    """A HubSpot property."""

    name: str
    label: str
    type: str = "string"
    field_type: str = "text"
    group: str = "contactinformation"
    description: str = ""
    options: list[Option] = field(default_factory=list)
    option_limit: int | None = None
    grows: bool = False
    """Whether the integration adds options that Salesforce has and HubSpot lacks."""
    required: bool = False
    unique: bool = False
    read_only: bool = False
    minimum: float | None = None
    max_length: int = 65_536
    hubspot_defined: bool = True


@dataclass
class Pipeline:
    """A HubSpot pipeline: stage id to label."""

    id: str
    label: str
    stages: dict[str, str]


@dataclass
class Owner:
    """A HubSpot owner and the Salesforce user or queue it is matched with."""

    id: str
    first_name: str
    last_name: str
    email: str
    user_id: int
    salesforce_id: str
    type: Literal["PERSON", "QUEUE"] = "PERSON"


class SyncRule(StrEnum):
    """HubSpot's choices for which side of a field mapping wins."""

    TWO_WAY = "two-way"
    PREFER_SALESFORCE = "prefer Salesforce unless blank"
    ALWAYS_SALESFORCE = "always use Salesforce"
    OFF = "don't sync"


@dataclass
class FieldMapping:
    """One line of the integration's mapping table.

    ``kind`` says how a value is carried over: as it is, or by looking up its counterpart.
    """

    hubspot: str
    salesforce: str
    rule: SyncRule = SyncRule.TWO_WAY
    kind: Literal["value", "owner", "company", "contact", "pipeline", "stage"] = "value"


@dataclass
class Portal:
    """A HubSpot portal: properties, pipelines, owners, limits, and the integration's settings."""

    id: int
    properties: dict[str, dict[str, Property]]
    pipelines: dict[str, dict[str, Pipeline]]
    owners: dict[str, Owner]
    mappings: dict[str, list[FieldMapping]]
    """By Salesforce object: contacts are mapped twice, with leads and with contacts."""
    contacts_per_company: int = 30
    ten_second_limit: int = 190
    searches_per_second: int = 5
    daily_limit: int = 625_000
    time_zone: str = "Europe/Berlin"
    ui_domain: str = "app-eu1.hubspot.com"
    inclusion: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Object type to the property and value that keep a record out of the inclusion segment."""


@dataclass(frozen=True)
class Failure:
    """Why one write was refused, as its vendor says it.

    ``code`` is Salesforce's status code and empty where HubSpot itself refuses; ``reason`` is the word
    HubSpot's API uses for it. ``error_type`` is the row of the Sync Health page it falls under.
    """

    error_type: str
    message: str
    code: str = ""
    fields: tuple[str, ...] = ()
    reason: str = ""
