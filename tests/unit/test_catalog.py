"""The catalogue of errors and its German texts."""

import csv
import re
from dataclasses import fields
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.model.catalog import CATEGORIES, TYPES, category_of
from bot.model.error_types.other import CASES, PASSING
from bot.model.facts import Facts
from bot.model.kinds import Case, ErrorType, Resync
from bot.model.labels import CATEGORY_LABELS_DE, TYPE_LABELS_DE, find
from bot.model.rules import RESYNC_OF_CODE
from tests.texts import of_catalogue, wordings

EVERY_FACT = Facts(**{one.name: ("x",) if one.name == "fields" else "x" for one in fields(Facts)})  # type: ignore[arg-type]
PLACE = re.compile(r"%\((\w+)\)s")
PLACES = {"cause", "one_value", "one_user", *EVERY_FACT.known()}

ROOT = Path(__file__).parents[2]
TABLE = ROOT.parent / "shared/data/error_types.csv"
GERMAN = ROOT / "templates/locales/de/catalog.po"


def texts() -> list[str]:
    """All English texts of the catalogue."""
    return [text for (text,) in of_catalogue()]


def test_slugs_and_labels_are_the_published_ones() -> None:
    if not TABLE.is_file():
        pytest.skip("the table of error types is not beside this checkout")
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["error_type"] for row in rows] == list(TYPES)
    assert list(dict.fromkeys(row["category"] for row in rows)) == list(CATEGORIES)
    for row in rows:
        entry = TYPES[row["error_type"]]
        assert (entry.category, entry.label) == (row["category"], row["error_type_en"])
        assert CATEGORIES[entry.category].label == row["category_en"]
        assert TYPE_LABELS_DE[entry.slug] == row["type_de"]
        assert CATEGORY_LABELS_DE[entry.category] == row["category_de"]


def test_there_are_eight_categories_and_31_types_and_other() -> None:
    assert len(CATEGORIES) == 8
    assert len(TYPES) == 31 + 1
    assert {entry.category for entry in TYPES.values()} == set(CATEGORIES)


EXPLANATIONS: list[ErrorType | Case] = [*TYPES.values(), PASSING, *CASES.values()]


@pytest.mark.parametrize("what", EXPLANATIONS)
def test_what_happened_and_what_to_do_is_said_in_few_words(what: ErrorType | Case) -> None:
    assert 2 <= len(what.steps) <= 4
    for text in (what.meaning, *(text for step in what.steps for text in wordings(step))):
        assert len(text) <= 110, text
        assert text.endswith((".", "”")), text


@pytest.mark.parametrize("slug", TYPES)
def test_every_type_ends_in_a_resync(slug: str) -> None:
    assert any("Resync" in text for step in TYPES[slug].steps for text in wordings(step))


def test_nobody_is_told_to_resync_what_no_resync_can_help() -> None:
    for code, case in CASES.items():
        advised = any("Resync" in text for step in case.steps for text in wordings(step))
        assert advised == (RESYNC_OF_CODE.get(code) is not Resync.NEVER), code


@pytest.mark.parametrize("what", EXPLANATIONS)
def test_every_step_can_be_said_without_a_fact_and_each_wording_is_of_use(what: ErrorType | Case) -> None:
    for step in what.steps:
        said = [set(PLACE.findall(text)) for text in wordings(step)]
        assert said[-1] == set()
        for number, places in enumerate(said):
            assert places <= PLACES
            # One that needs no more than what stands before it would never be reached.
            assert not any(before <= places for before in said[:number]), step


def test_texts_survive_formatting_and_markup() -> None:
    assert not [text for text in texts() if re.search(r"[%<>&*_~`{}]", PLACE.sub("", text))]


def test_the_category_of_a_type_nobody_knows_is_other() -> None:
    assert category_of("string_too_long") == "property_values"
    assert category_of("") == category_of("no_such_type") == "other"


@pytest.mark.parametrize("slug", TYPES)
def test_a_type_is_found_by_slug_and_both_labels(slug: str) -> None:
    if slug != "other":
        assert find(slug) is TYPES[slug]
    assert find(TYPES[slug].label) is TYPES[slug]
    assert find(TYPE_LABELS_DE[slug]) is TYPES[slug]


@pytest.mark.parametrize("slug", CATEGORIES)
def test_a_category_is_found_by_slug_and_both_labels(slug: str) -> None:
    for word in (slug, CATEGORIES[slug].label, CATEGORY_LABELS_DE[slug]):
        assert find(word) is CATEGORIES[slug]


@pytest.mark.parametrize(
    ("word", "slug"),
    [
        ("duplikate", "duplicates"),
        ("  Custom-Code ", "custom_code"),
        ("CUSTOM_CODE", "custom_code"),
        ("PICKLIST", "picklists"),
        ("eigenschaftswerte", "property_values"),
        ("STRING too-long", "string_too_long"),
        ("zu lange zeichenfolge", "string_too_long"),
        ("ungültige e-mail-adresse", "invalid_email"),
        ("ungu\u0308ltige e-mail-adresse", "invalid_email"),
        ("ungueltige e mail adresse", "invalid_email"),
        ("Ungultige E-Mail-Adresse", "invalid_email"),
        ("Salesforce owner(s) not synced", "salesforce_owners_not_synced"),
        ("Unknown", "other"),
    ],
)
def test_spelling_does_not_matter(word: str, slug: str) -> None:
    found = find(word)
    assert found is not None
    assert found.slug == slug


@pytest.mark.parametrize("word", ["", " ", "-", "acme", "salesforce", "missing"])
def test_other_words_are_not_found(word: str) -> None:
    assert find(word) is None


def test_every_text_is_translated_once_and_nothing_else_is() -> None:
    with GERMAN.open("rb") as file:
        catalogue = read_po(file, locale="de", abort_invalid=True)
    assert (catalogue.charset, catalogue.num_plurals) == ("utf-8", 2)
    german = {message.id: message.string for message in catalogue if message.id}
    assert set(german) == set(texts())
    assert all(german.values())
    lines = GERMAN.read_text(encoding="utf-8").splitlines()
    msgids = [line for line in lines if line.startswith("msgid ")]
    assert len(msgids) == len(set(msgids))


def test_labels_are_translated_as_hubspot_does() -> None:
    with GERMAN.open("rb") as file:
        catalogue = read_po(file, locale="de")
    pairs = [(category.label, CATEGORY_LABELS_DE[slug]) for slug, category in CATEGORIES.items()]
    pairs += [(entry.label, TYPE_LABELS_DE[slug]) for slug, entry in TYPES.items()]
    for english, german in pairs:
        message = catalogue.get(english)
        assert message is not None
        assert message.string == german
