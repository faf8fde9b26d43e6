"""Addresses of records and settings in both systems."""

from urllib.parse import urlsplit

import pytest

from bot.model.catalog import TYPES, Where
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


@pytest.mark.parametrize("where", list(Where))
def test_every_place_of_a_fix_has_a_page(where: Where) -> None:
    address = urlsplit(KNOWN.place(where))
    assert address.scheme == "https"
    assert address.hostname == ("app-eu1.hubspot.com" if where.startswith("hubspot") else "acme.lightning.force.com")
    assert "{" not in address.path


def test_every_error_type_leads_to_a_page() -> None:
    assert all(KNOWN.place(error_type.where) for error_type in TYPES.values())


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
