"""The facts that messages name: of every error of a group, and of one alone."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.facts import LONGEST, MOST_FIELDS, Facts, facts, shared
from bot.model.fingerprint import fingerprint

MESSAGES = Path(__file__).parents[1] / "data" / "public_messages.csv"

USER, LEAD, QUEUE = "0055g00000AbCdEAAV", "00Q5g00000AbCdEAAV", "00G1t000000AbCdEAV"

PICKLIST = "Industry: bad value for restricted picklist field: %s: [Industry]"


@pytest.mark.parametrize(
    ("message", "known"),
    [
        ("Required fields are missing: [LastName]", {"field": "LastName"}),
        ("Erforderliche Felder fehlen: [LastName, Company]", {"field": "LastName, Company"}),
        ("REQUIRED_FIELD_MISSING:Required fields are missing: [LastName]:LastName --", {"field": "LastName"}),
        ("Unable to create/update fields: Rating, Fax. Please check the security settings", {"field": "Rating, Fax"}),
        ("No such column 'Foo__c' on sobject of type Lead", {"field": "Foo__c", "object": "Lead"}),
        ("A country/territory must be specified before specifying a state value for field: State/Province",
         {"field": "State/Province"}),
        ("Description: data value too large: A very long text (max length=255)",
         {"field": "Description", "limit": "255"}),
        ("Beschreibung: Datenwert zu groß: Ein langer Text (maximale Länge=255)",
         {"field": "Beschreibung", "limit": "255"}),
        ("bad field names on insert/update call: Foo__c, Bar__c", {"field": "Foo__c, Bar__c"}),
        ("An error for the service call: We can't save this record", {}),
        ("Codice: X, campi: Lead_Status__c, CRM ErrorMessage: no", {"field": "Lead_Status__c"}),
        ("{'message': 'Mood: bad value for restricted picklist field: O'Neil-1', 'fields': []}", {"value": "O'Neil-1"}),
        (f"operation performed with inactive user [{USER}] as owner of [case]", {"user": USER}),
        (PICKLIST % "Soup", {"field": "Industry", "value": "Soup"}),
        ("Branche: ungültiger Wert für eingeschränktes Auswahllistenfeld: Suppe",
         {"field": "Branche", "value": "Suppe"}),
        ("The BillingStateCode field contains FD, which isn't an available state",
         {"field": "BillingStateCode", "value": "FD"}),
        ("Cannot deserialize instance of double from VALUE_STRING value N01 or request may be missing",
         {"value": "N01"}),
        ("tYES was not one of the allowed options: [true, false]", {"value": "tYES"}),
        ("Email: invalid email address: otto@", {"field": "Email", "value": "otto@"}),
        (f"duplicate value found: Code__c duplicates value on record with id: {LEAD}",
         {"field": "Code__c", "record": LEAD}),
        ("Contact already exists. Existing ID: 51", {"record": "51"}),
        (f"operation performed with inactive user [{USER}] as owner of contact", {"user": USER}),
        (f"Owner ID: id value of incorrect type: {QUEUE}", {"field": "Owner ID"}),
        ("We can't save this record because the “Route Leads” process failed.", {"flow": "Route Leads"}),
        ("Der Prozess „Leads verteilen“ ist fehlgeschlagen", {"flow": "Leads verteilen"}),
        ("Error element Set_Owner (FlowRecordUpdate).", {"element": "Set_Owner"}),
        ("The validation rule “Close date” says no", {"rule": "Close date"}),
        (("acme.LeadTrigger: execution of BeforeInsert\n\ncaused by: System.NullPointerException"
         "\n\nClass.acme.Handler.run: line 3, column 1\nTrigger.acme.LeadTrigger: line 1, column 1"),
         {"trigger": "acme.LeadTrigger", "apex": "acme.Handler.run"}),
        ("We need a reason for more than 40 % discount.", {}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_a_message_names(message: str, known: dict[str, str]) -> None:
    assert dict(facts(message).known()) == known


def test_a_field_is_an_api_name_or_what_people_call_it() -> None:
    strange = []
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        messages = [row["message"] for row in csv.DictReader(file)]
    for message in messages:
        found = facts(message)
        strange += [name for name in found.fields if not (_API_NAME.fullmatch(name) or _marked(name, message))]
        strange += [found.label] if found.label and not found.label[0].isupper() else []
    assert not strange


_API_NAME = re.compile(r"\w+_[cC]|(?:[A-Z][a-z]+){2,}|(?:[A-Z][a-z]+)*Id|Email|Name|Phone")


def _marked(name: str, message: str) -> bool:
    """Tell whether a message sets a name off, as no prose does; the owner's object stands in brackets, too."""
    return re.search(rf"['\"]{name}\\?['\"]|(?<! of )(?<!user )\[ ?(?:\w+, )*{name}[\],]|{name}:", message) is not None


def test_the_record_that_fails_is_no_other_record() -> None:
    message = f"Update failed. First exception on row 0 with id {LEAD}; first error: DUPLICATE_VALUE"
    assert facts(message).record_id == ""


def test_fields_that_were_reported_are_believed_first() -> None:
    assert facts("Required fields are missing: [LastName]", ["Name"]).fields == ("Name",)


def test_of_nested_errors_the_fields_of_the_innermost_are_named() -> None:
    message = "T: execution of AfterInsert caused by: Required fields are missing: [Company]: [LastName]"
    assert facts(message).fields == ("LastName",)


def test_a_value_is_no_fact_of_a_group() -> None:
    one, other = PICKLIST % "Soup", PICKLIST % "Bread"
    assert fingerprint("", one) == fingerprint("", other)
    assert facts(one).of_group() == facts(other).of_group() == Facts(fields=("Industry",), label="Industry")
    assert (facts(one).value, facts(other).value) == ("Soup", "Bread")


TEXTS = st.text(st.sampled_from("aZ0_ :;,.#“”„\"'[](){}<>=%\n-项é") | st.characters(), max_size=300)
SHAPES = st.sampled_from(
    [
        "Required fields are missing: [{}]",
        "{}: data value too large: {} (max length=80)",
        "the “{}” flow failed",
        "validation rule '{}'",
        "{}: execution of AfterInsert",
        "Class.{}: line 1",
        "with id: {}",
        "{}",
    ]
)


@given(SHAPES, TEXTS)
def test_whatever_a_message_says_its_facts_are_short_and_on_one_line(shape: str, text: str) -> None:
    found = facts(shape.replace("{}", text), [text])
    assert len(found.fields) <= MOST_FIELDS
    for part in (*found.fields, *(value for name, value in found.known().items() if name != "field")):
        assert 0 < len(part) <= LONGEST
        assert part == " ".join(part.split())


@given(SHAPES, TEXTS, SHAPES, TEXTS)
def test_errors_of_one_group_have_the_same_names(shape: str, text: str, other_shape: str, other: str) -> None:
    one, two = shape.replace("{}", text), other_shape.replace("{}", other)
    assert facts(one).of_group() == facts(" ".join(one.split())).of_group()
    if fingerprint("", one) == fingerprint("", two):
        assert facts(one).of_group() == facts(two).of_group()


@pytest.mark.parametrize(
    "piece", ["[A, ", '"', "“", ": ", "a", "x__c ", "Class.", "field contains ", " (", "[[", "id: 0"]
)
def test_a_long_message_is_read_in_no_time(piece: str) -> None:
    # Would take minutes, and so time out, if a pattern went over a text again and again.
    facts(piece * (2_000_000 // len(piece)))


def test_what_several_groups_have_in_common() -> None:
    one = Facts(object="Lead", fields=("Rating",), trigger="T")
    assert shared([one]) == one
    assert shared([one, Facts(object="Lead", fields=("Fax",), trigger="T")]) == Facts(object="Lead", trigger="T")
    assert shared([]) == Facts()
