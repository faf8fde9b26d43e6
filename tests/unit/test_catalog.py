"""The catalogue of errors and its German texts."""

import csv
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.model.catalog import CATEGORIES, CATEGORY_LABELS_DE, TYPE_LABELS_DE, TYPES, category_of, find

ROOT = Path(__file__).parents[2]
TABLE = ROOT.parent / "shared/data/error_types.csv"
GERMAN = ROOT / "templates/locales/de/catalog.po"


def texts() -> list[str]:
    """All English texts, in the catalogue's order."""
    labels = [category.label for category in CATEGORIES.values()] + [entry.label for entry in TYPES.values()]
    return labels + [text for entry in TYPES.values() for text in (entry.meaning, *entry.steps)]


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


@pytest.mark.parametrize("slug", TYPES)
def test_a_type_is_explained_in_few_words(slug: str) -> None:
    entry = TYPES[slug]
    assert entry.slug == slug
    assert 2 <= len(entry.steps) <= 4
    for text in (entry.meaning, *entry.steps):
        assert len(text) <= 110, text
        assert text.endswith("."), text
    assert any("Resync" in step for step in entry.steps)


def test_texts_survive_formatting_and_markup() -> None:
    assert not [text for text in texts() if re.search(r"[%<>&*_~`{}]", text)]


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
