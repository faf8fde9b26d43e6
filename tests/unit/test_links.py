"""Addresses of records and settings in both systems."""

from urllib.parse import urlsplit

import pytest

from bot.model.catalog import TYPES
from bot.model.facts import Facts
from bot.model.kinds import Where
from bot.model.links import Links, lightning_host

KNOWN = Links("24681012", "app-eu1.hubspot.com", "acme.lightning.force.com")


def test_a_record_has_a_page_in_each_system() -> None:
    assert KNOWN.hubspot_record("contact", "101") == "https://app-eu1.hubspot.com/contacts/24681012/record/0-1/101"
    assert KNOWN.hubspot_record("deal", "5") == "https://app-eu1.hubspot.com/contacts/24681012/record/0-3/5"
    expected = "https://acme.lightning.force.com/lightning/r/0015000000Gv7qJAAR/view"
    assert KNOWN.salesforce_record("0015000000Gv7qJAAR") == expected


def test_what_is_not_known_gives_no_link() -> None:
    unknown = Links()
    assert unknown.hubspot_record("contact", "101") == ""
    assert unknown.salesforce_record("0015000000Gv7qJAAR") == ""
    assert unknown.sync_health() == ""
    assert KNOWN.hubspot_record("contact", "") == ""
    assert KNOWN.hubspot_record("custom_thing__c", "101") == ""
    assert KNOWN.salesforce_record("") == ""
    assert {unknown.place(where) for where in Where} == {""}


def test_an_id_cannot_lead_elsewhere() -> None:
    assert urlsplit(KNOWN.salesforce_record("../../x?y#z")).path == "/lightning/r/..%2F..%2Fx%3Fy%23z/view"
    assert urlsplit(KNOWN.hubspot_record("contact", "1/../2")).path.endswith("/0-1/1%2F..%2F2")
    odd = Links("../x?y", "app.hubspot.com")
    assert urlsplit(odd.hubspot_record("contact", "{portal}")).path == "/contacts/..%2Fx%3Fy/record/0-1/%7Bportal%7D"


@pytest.mark.parametrize("where", list(Where))
def test_every_place_of_a_fix_has_a_page(where: Where) -> None:
    address = urlsplit(KNOWN.place(where))
    assert address.scheme == "https"
    assert address.hostname == ("app-eu1.hubspot.com" if where.startswith("hubspot") else "acme.lightning.force.com")
    assert "{" not in address.path


def test_every_error_type_leads_to_a_page() -> None:
    assert all(KNOWN.place(error_type.where) for error_type in TYPES.values())


SETUP = "https://acme.lightning.force.com/lightning/setup"
SETTINGS = "https://app-eu1.hubspot.com/integrations-settings/24681012/installed/salesforce"


@pytest.mark.parametrize(
    ("where", "known", "address"),
    [
        (Where.SALESFORCE_FIELD, Facts(object="Lead", fields=("Rating",)),
         "ObjectManager/Lead/FieldsAndRelationships/Rating/view"),
        (Where.SALESFORCE_FIELD, Facts(object="Lead", fields=("A", "B")),
         "ObjectManager/Lead/FieldsAndRelationships/view"),
        (Where.SALESFORCE_FIELD, Facts(object="Lead", label="Lead rating"),
         "ObjectManager/Lead/FieldsAndRelationships/view"),
        (Where.SALESFORCE_FIELD, Facts(fields=("Rating",)), "ObjectManager/home"),
        # A property of HubSpot's: Salesforce has no such field.
        (
            Where.SALESFORCE_FIELD,
            Facts(object="Lead", fields=("dealtype",)),
            "ObjectManager/Lead/FieldsAndRelationships/view",
        ),
        (Where.SALESFORCE_VALIDATION_RULES, Facts(object="Thing__c"), "ObjectManager/Thing__c/ValidationRules/view"),
        (Where.SALESFORCE_APEX, Facts(trigger="acme.Lead"), "ApexTriggers/home"),
        (Where.SALESFORCE_APEX, Facts(trigger="acme.Lead", object="Lead"), "ObjectManager/Lead/ApexTriggers/view"),
        (Where.SALESFORCE_APEX, Facts(apex="Handler.run"), "ApexClasses/home"),
        (Where.SALESFORCE_USERS, Facts(user_id="0055g00000AbCdEAAV"), "ManageUsers/page?address=%2F0055g00000AbCdEAAV"),
    ],
)  # fmt: skip
def test_what_is_known_of_an_error_leads_closer_to_its_cause(where: Where, known: Facts, address: str) -> None:
    assert KNOWN.place(where, known) == f"{SETUP}/{address}"


def test_the_other_record_is_opened_where_it_is_known() -> None:
    lead = KNOWN.place(Where.SALESFORCE_RECORD, Facts(record_id="00Q5g00000AbCdEEAV"))
    assert lead == "https://acme.lightning.force.com/lightning/r/00Q5g00000AbCdEEAV/view"
    leads = KNOWN.place(Where.SALESFORCE_RECORD, Facts(object="Lead"))
    assert leads == "https://acme.lightning.force.com/lightning/o/Lead/list"
    contact = KNOWN.place(Where.HUBSPOT_RECORD, Facts(record_id="151"))
    assert contact == "https://app-eu1.hubspot.com/contacts/24681012/record/0-1/151"
    assert KNOWN.place(Where.HUBSPOT_RECORD, Facts(), "deal").endswith("/contacts/24681012/objects/0-3")


def test_hubspots_settings_open_at_the_object_that_is_concerned() -> None:
    assert KNOWN.place(Where.HUBSPOT_MAPPINGS, Facts(), "company") == f"{SETTINGS}/companies"
    assert KNOWN.place(Where.HUBSPOT_MAPPINGS, Facts(), "deal") == f"{SETTINGS}/settings"
    assert KNOWN.place(Where.HUBSPOT_PROPERTIES, Facts(), "deal").endswith("/24681012/properties?type=0-3")
    one = KNOWN.place(Where.HUBSPOT_PROPERTIES, Facts(fields=("dealtype",)), "deal")
    assert one.endswith("/24681012/properties?type=0-3&action=edit&property=dealtype")


def test_sync_health_opens_at_a_category_only_where_hubspots_name_of_it_is_known() -> None:
    assert KNOWN.sync_health("custom_code") == f"{SETTINGS}/health?archived=false&bucket=CUSTOM_CODE"
    assert KNOWN.sync_health("picklists") == f"{SETTINGS}/health?archived=false&bucket=PICKLIST"
    assert KNOWN.sync_health("permissions") == KNOWN.sync_health() == f"{SETTINGS}/health"


@pytest.mark.parametrize("where", list(Where))
@pytest.mark.parametrize(
    "text", ["../../x", "a b", "<x|y>", "x?y=1#z", "Lead/../..", "{portal}", "%2e%2e", "ſobject", "\n"]
)
def test_no_fact_can_lead_elsewhere(where: Where, text: str) -> None:
    known = Facts(object=text, fields=(text,), trigger=text, user_id=text, record_id=text)
    plain = urlsplit(KNOWN.place(where))
    address = urlsplit(KNOWN.place(where, known, text))
    assert (address.scheme, address.netloc, address.fragment) == (plain.scheme, plain.netloc, "")
    assert address.path in {plain.path, "/lightning/setup/ManageUsers/page", "/lightning/setup/ApexTriggers/home"}


@pytest.mark.parametrize(
    ("domain", "host"),
    [
        ("acme.my", "acme.lightning.force.com"),
        ("acme.my.salesforce.com", "acme.lightning.force.com"),
        ("https://acme.my.salesforce.com/", "acme.lightning.force.com"),
        ("acme", "acme.lightning.force.com"),
        ("acme--uat.sandbox.my", "acme--uat.sandbox.lightning.force.com"),
        ("", ""),
    ],
)
def test_lightning_pages_live_beside_the_my_domain(domain: str, host: str) -> None:
    assert lightning_host(domain) == host
