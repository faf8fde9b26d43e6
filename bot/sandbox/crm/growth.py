"""Growing records that are in order, in both systems at once."""

import random
from typing import TYPE_CHECKING

from bot.sandbox.crm.mapping import LINKS
from bot.sandbox.crm.org import COUNTRIES
from bot.sandbox.crm.org_objects import CASE_STATUSES, INDUSTRIES, LEAD_SOURCES, PRODUCT_INTERESTS, RATINGS, STAGES
from bot.sandbox.crm.records import HubSpotRecord, SalesforceRecord, iso
from bot.sandbox.crm.translate import OUTBOUND, Leave
from bot.sandbox.crm.world import World

if TYPE_CHECKING:
    from bot.sandbox.crm.metadata import Value

SIZES = {"Account": 190, "Contact": 330, "Lead": 160, "Opportunity": 210, "Case": 130}
"""How many pairs of records the default world has."""

_FIRST = "Anna Ben Clara David Elif Frieda Georg Hanna Ivan Jana Karl Lena Max Nina Omar Paula Quentin Rosa"
_LAST = "Adler Brandt Cole Demir Engel Fuchs Graham Hartmann Ito Jansen Keller Lorenz Meyer Novak Ortiz Peters"
_FIRMS = "Alster Birke Cobalt Delta Elbe Falken Granit Hansa Isar Juno Kiefer Lumen Mosel Neckar Orion Prisma"
_KINDS = "Logistik GmbH,Systems Inc.,Werke AG,Energy Ltd.,Medical GmbH,Retail Group"
_CITIES = ("Hamburg", "München", "Leipzig", "Austin", "Boston", "Toronto", "Graz", "Utrecht")
_TITLES = ("Head of Purchasing", "Plant Manager", "CFO", "IT Lead", "Operations Manager")


class Growth:
    """Grows records that are in order, in both systems at once."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world = world
        self.rng = rng
        self._owners = [
            owner
            for owner in world.portal.owners.values()
            if owner.type == "PERSON" and world.org.users[owner.salesforce_id].active
        ]

    def grow(self) -> None:
        """Fill both systems."""
        makers = {
            "Account": self._account,
            "Contact": self._contact,
            "Lead": self._lead,
            "Opportunity": self._opportunity,
            "Case": self._case,
        }
        for sobject, make in makers.items():
            for n in range(SIZES[sobject]):
                make(n)
        self._fill_one_company()
        self._keep_some_out()

    def _pair(self, sobject: str, values: dict[str, str], **lookups: HubSpotRecord | None) -> HubSpotRecord:
        """Create a HubSpot record and the Salesforce record the sync would have made of it."""
        world = self.world
        object_type, _ = LINKS[sobject]
        record = world.add_hubspot(object_type, values | {"hubspot_owner_id": self.rng.choice(self._owners).id})
        for to_type, other in lookups.items():
            world.associate(record, to_type, other.id if other else None, note=False)
        counterpart = world.add_salesforce(sobject, {"OwnerId": world.org.admin_user})
        world.link(record, counterpart)
        self._level(record, counterpart)
        world.write_hubspot(record, {"salesforcelastsynctime": iso(world.now())}, source_type="SALESFORCE", note=False)
        return record

    def _level(self, record: HubSpotRecord, counterpart: SalesforceRecord) -> None:
        """Give the Salesforce record every value of the HubSpot record."""
        world = self.world
        changes: dict[str, Value] = {}
        for line in world.portal.mappings[counterpart.type]:
            value = OUTBOUND[line.kind](world, record, line, counterpart.type)
            if not isinstance(value, Leave):
                changes[line.salesforce] = value
        world.write_salesforce(counterpart, changes, by=world.org.integration_user)

    def _account(self, n: int) -> None:
        rng = self.rng
        name = f"{_nth(_FIRMS.split(), n)} {_nth(_KINDS.split(','), n // 16 + n)}"
        host = f"{name.split(maxsplit=1)[0]}-{n}.example".lower()
        country, state = self._place()
        values = {
            "name": f"{name} {n // 16 + 1}",
            "domain": host,
            "website": f"https://{host}",
            "phone": f"+49 40 7{n:05d}",
            "address": f"Werkstraße {n % 90 + 1}",
            "city": rng.choice(_CITIES),
            "state": state,
            "zip": f"{20_000 + 37 * n}",
            "country": country,
            "industry": rng.choice(INDUSTRIES),
            "rating": rng.choice(RATINGS),
            "summary": "Buys spare parts and service contracts.",
            "annualrevenue": str(rng.randrange(1, 400) * 100_000),
            "numberofemployees": str(rng.randrange(5, 4_000)),
            "customer_number": f"K-{10_000 + n}",
        }
        self._pair("Account", values)

    def _contact(self, n: int) -> None:
        companies = list(self.world.hubspot["companies"].values())
        values = self._person(n) | {
            "customer_number": f"P-{50_000 + n}",
            "decision_maker": self.rng.choice(["true", "false"]),
            "contract_start": f"2025-{n % 12 + 1:02d}-{n % 28 + 1:02d}",
        }
        self._pair("Contact", values, companies=companies[n % len(companies)])

    def _lead(self, n: int) -> None:
        values = self._person(1_000 + n) | {
            "company": f"{_nth(_FIRMS.split(), n)} Beteiligungen {n}",
            "website": f"https://lead-{n}.example",
            "lead_rating": self.rng.choice(RATINGS),
            "lead_status": self.rng.choice(["Open", "Working", "Qualified"]),
        }
        self._pair("Lead", values)

    def _opportunity(self, n: int) -> None:
        rng, portal = self.rng, self.world.portal
        companies = list(self.world.hubspot["companies"].values())
        pipeline = rng.choice(list(portal.pipelines["deals"].values()))
        stage = rng.choice([id_ for id_, label in pipeline.stages.items() if label in STAGES[:5]])
        company = companies[(n * 3) % len(companies)]
        values = {
            "dealname": f"{company.get('name')} - {rng.choice(['Line 4', 'Retrofit', 'Service 2027'])}",
            "amount": str(rng.randrange(4, 900) * 1_000),
            "closedate": f"2027-{n % 12 + 1:02d}-{n % 28 + 1:02d}T00:00:00Z",
            "pipeline": pipeline.id,
            "dealstage": stage,
            "dealtype": rng.choice(["newbusiness", "existingbusiness"]),
            "hs_next_step": "Send the revised offer.",
            "discount": str(rng.randrange(0, 30)),
            "deal_region": rng.choice(["DACH", "North America", "Benelux"]),
        }
        self._pair("Opportunity", values, companies=company)

    def _case(self, n: int) -> None:
        contacts = [each for each in self.world.hubspot["contacts"].values() if each.get("salesforcecontactid")]
        values = {
            "subject": f"{self.rng.choice(['Spindle', 'Sensor', 'Drive', 'Invoice'])} question #{n + 1}",
            "content": "Please call back before the next shift.",
            "hs_pipeline": "0",
            "hs_pipeline_stage": str(self.rng.randrange(1, len(CASE_STATUSES) + 1)),
            "hs_ticket_priority": self.rng.choice(["LOW", "MEDIUM", "HIGH"]),
            "source_type": self.rng.choice(["Phone", "Email", "Web"]),
            "serial_number": f"NL-{7_000 + n}",
        }
        self._pair("Case", values, contacts=contacts[n % len(contacts)])

    def _person(self, n: int) -> dict[str, str]:
        rng = self.rng
        first, last = _nth(_FIRST.split(), n), _nth(_LAST.split(), n // 18 + n)
        country, state = self._place()
        return {
            "email": f"{first}.{last}.{n}@kunde{n % 40}.example.com".lower(),
            "secondary_email": f"{first}.{n}@post.example.org".lower(),
            "firstname": first,
            "lastname": last,
            "jobtitle": rng.choice(_TITLES),
            "phone": f"+49 30 6{n:05d}",
            "address": f"Hafenweg {n % 70 + 1}",
            "city": rng.choice(_CITIES),
            "state": state,
            "zip": f"{10_000 + 13 * n}",
            "country": country,
            "leadsource": rng.choice(LEAD_SOURCES),
            "annual_budget": str(rng.randrange(5, 500) * 1_000),
            "product_interest": rng.choice(PRODUCT_INTERESTS),
        }

    def _place(self) -> tuple[str, str]:
        country = self.rng.choice([name for name, states in COUNTRIES.items() if states])
        return country, self.rng.choice(COUNTRIES[country])

    def _fill_one_company(self) -> None:
        """Associate one company with as many contacts as HubSpot allows."""
        world = self.world
        company, *_ = world.hubspot["companies"].values()
        world.reserved.add(company.id)
        contacts = [each for each in world.hubspot["contacts"].values() if each.get("salesforcecontactid")]
        for contact in contacts[-world.portal.contacts_per_company :]:
            if contact.associations["companies"] != [company.id]:
                world.associate(contact, "companies", company.id, note=False)
                self._level(contact, _salesforce_side(world, contact))
        for contact in contacts:
            if contact.associations["companies"] == [company.id]:
                world.reserved.add(contact.id)
        world.portal.contacts_per_company = sum(each.associations["companies"] == [company.id] for each in contacts)

    def _keep_some_out(self) -> None:
        """Put a few records outside the inclusion segment; their differences never meet a sync."""
        world = self.world
        for object_type, step in (("contacts", 60), ("companies", 70), ("tickets", 50)):
            for record in list(world.hubspot[object_type].values())[5::step]:
                if record.id not in world.reserved:
                    values = {"exclude_from_salesforce": "true", "phone": "+49 40 0", "subject": "Not synced"}
                    known = world.portal.properties[object_type]
                    fitting = {name: value for name, value in values.items() if name in known}
                    world.write_hubspot(record, fitting, note=False)


def _salesforce_side(world: World, record: HubSpotRecord) -> SalesforceRecord:
    counterpart = world.pair_of(record).salesforce
    if counterpart is None:
        raise LookupError(record.id)
    return counterpart


def _nth(items: list[str], n: int) -> str:
    return items[n % len(items)]
