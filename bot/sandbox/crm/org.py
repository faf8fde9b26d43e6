"""The Salesforce org of the demo: its people, countries, stages and record types."""

from bot.sandbox.crm.ids import make_id
from bot.sandbox.crm.metadata import Org, User
from bot.sandbox.crm.org_objects import INACTIVE_STAGES, RECORD_TYPES, SALESFORCE_ONLY_STAGES, STAGES, standard_objects

COUNTRIES = {
    "Germany": ["Bavaria", "Berlin", "Hamburg", "Hesse", "Saxony"],
    "United States": ["California", "Illinois", "New York", "Texas", "Washington"],
    "Canada": ["British Columbia", "Ontario", "Quebec"],
    "Austria": ["Salzburg", "Styria", "Tyrol", "Vienna"],
    "Netherlands": [],
}

_PEOPLE = [
    ("Ines", "Albrecht"),
    ("Tom", "Becker"),
    ("Carla", "Dietz"),
    ("Noah", "Ellis"),
    ("Grace", "Howard"),
    ("Milan", "Kovac"),
]
_FORMER_PEOPLE = [("Rolf", "Sander"), ("Amy", "Tanner")]
_OTHER_PEOPLE = [("Case", "Robot"), ("Customer", "Community")]
QUEUES = ["Inbound Leads", "Support Tier 1"]


def default_org() -> Org:
    """Answer a fresh org, as the admin has set it up."""
    users = _users()
    record_types = {make_id("RecordType", 10 + n): name for n, name in enumerate(RECORD_TYPES)}
    by_name = {user.last_name: user.id for user in users}
    return Org(
        id=make_id("Organization", 1),
        name="Nordlicht Maschinenbau GmbH",
        objects={each.name: each for each in standard_objects()},
        users={user.id: user for user in users},
        queues={make_id("Group", 40 + n): name for n, name in enumerate(QUEUES)},
        countries={name: list(states) for name, states in COUNTRIES.items()},
        stages=dict.fromkeys([*STAGES, *SALESFORCE_ONLY_STAGES], True) | dict.fromkeys(INACTIVE_STAGES, False),
        record_types=record_types,
        integration_user=by_name["HubSpot"],
        bot_user=by_name["sfsync"],
        admin_user=by_name["Albrecht"],
    )


def _users() -> list[User]:
    people = [
        *_PEOPLE,
        *_FORMER_PEOPLE,
        *_OTHER_PEOPLE,
        ("Integration", "HubSpot"),
        ("Integration", "sfsync"),
    ]
    users = [
        User(make_id("User", 100 + n), first, last, f"{first}.{last}@nordlicht.example".lower())
        for n, (first, last) in enumerate(people)
    ]
    for user in users:
        user.active = (user.first_name, user.last_name) not in _FORMER_PEOPLE
        if (user.first_name, user.last_name) in _OTHER_PEOPLE:
            # HubSpot syncs owners of the types Standard, Power Partner and Guest only.
            user.type = "CspLitePortal"
    return users
