"""How both systems name a record, and what an error needs before it can be kept."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.sync import OBJECTS, ReportedError, object_name, problem, record_key, salesforce_id

ALNUM = string.ascii_letters + string.digits
PREFIXES = st.sampled_from(["001", "003", "006", "00Q", "500", "a0B"])
SHORT_IDS = st.builds(str.__add__, PREFIXES, st.text(ALNUM, min_size=12, max_size=12))


@pytest.mark.parametrize(
    ("short", "full"),
    [
        # Published: Salesforce's community, the Apex Developer Guide, two guides to the conversion.
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        ("00300000003T2PG", "00300000003T2PGAA0"),
        ("0010i0000046cD3", "0010i0000046cD3AAI"),
        ("0019000000B98de", "0019000000B98deAAB"),
        # Worked out by hand, for the ends of the alphabet: B and both Z are 4 + 8 + 16 = 28, the letter 2.
        ("001000000000000", "001000000000000AAA"),
        ("a0BZZZZZZZZZZZZ", "a0BZZZZZZZZZZZZ255"),
    ],
)
def test_fifteen_characters_get_the_three_salesforce_gives_them(short: str, full: str) -> None:
    assert salesforce_id(short) == full
    assert salesforce_id(full) == full
    assert salesforce_id(f" {full}\t") == full


@given(SHORT_IDS, SHORT_IDS)
def test_ids_that_differ_in_capitals_only_stay_apart_where_case_is_ignored(one: str, other: str) -> None:
    full = salesforce_id(one)
    assert full[:15] == one
    assert salesforce_id(full) == full
    assert (salesforce_id(other).lower() == full.lower()) == (other == one)
    assert salesforce_id(one.swapcase()).lower() != full.lower() or one == one.swapcase()


@given(SHORT_IDS)
def test_the_suffix_tells_which_characters_are_capitals(short: str) -> None:
    suffix = salesforce_id(short)[15:]
    bits = [("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".index(suffix[i // 5]) >> i % 5) & 1 for i in range(15)]
    assert bits == [int(char in string.ascii_uppercase) for char in short]


@pytest.mark.parametrize(
    "value",
    ["", "123", "0015000000Gv7q", "0015000000Gv7qJA", "0015000000Gv7qJAAR1", "0015000000Gv7q!", "Internationales"],
)
def test_what_is_no_salesforce_id_gives_none(value: str) -> None:
    assert salesforce_id(value) == ""


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Contact", "contact"),
        (" LEADS ", "contact"),
        ("Kontakte", "contact"),
        ("Account", "company"),
        ("Unternehmen", "company"),
        ("0-3", "deal"),
        ("Opportunity", "deal"),
        ("Case", "ticket"),
        ("Aufgabe", "task"),
        ("Custom_Thing__c", "custom_thing__c"),
    ],
)
def test_objects_are_known_by_the_words_of_both_systems_and_languages(word: str, name: str) -> None:
    assert object_name(word) == name


def test_naming_an_object_twice_changes_nothing() -> None:
    for word, name in OBJECTS.items():
        assert object_name(name) == name == object_name(word.upper())


def test_a_record_goes_by_hubspots_id_before_salesforces_before_its_name() -> None:
    both = ReportedError("contact", "101", "0015000000Gv7qJAAR", " Jane@Example.com ")
    only_salesforce = ReportedError("contact", "", "0015000000Gv7qJAAR", " Jane@Example.com ")
    only_name = ReportedError("contact", record=" Jane@Example.com ")
    assert record_key(both) == "hubspot:101"
    assert record_key(only_salesforce) == "salesforce:0015000000Gv7qJAAR"
    assert record_key(only_name) == record_key(ReportedError("contact", record="jane@example.COM"))
    assert len({record_key(both), record_key(only_salesforce), record_key(only_name)}) == 3


@pytest.mark.parametrize(
    ("reported", "reason"),
    [
        (ReportedError("contact", "10a", code="X"), "'10a' is no HubSpot record id"),
        (ReportedError("contact", "", "001", code="X"), "'001' is no Salesforce id"),
        (ReportedError("", "101", code="X"), "does not say which object the record belongs to"),
        (ReportedError("contact", code="X"), "names no record"),
        (ReportedError("contact", "101"), "does not say what is wrong"),
        (ReportedError("contact", "101", code="X"), ""),
        (ReportedError("contact", "101", message="X"), ""),
        (ReportedError("contact", "101", label="X"), ""),
        (ReportedError("contact", record="Jane", message="X"), ""),
        (ReportedError("contact", salesforce_id="0015000000Gv7qJAAR", message="X"), ""),
    ],
)
def test_an_error_has_an_object_a_record_and_something_wrong(reported: ReportedError, reason: str) -> None:
    assert problem(reported) == reason
