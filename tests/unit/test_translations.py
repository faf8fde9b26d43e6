"""Every text a person can read is translated, and nothing else is."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot.model.catalog import CATEGORIES, TYPES
from bot.model.labels import CATEGORY_LABELS_DE, TYPE_LABELS_DE
from bot.render import TEMPLATES
from tests.texts import Texts, of_catalogue, of_code, of_tables, of_templates

GERMAN = TEMPLATES / "locales" / "de"
MESSAGES, CATALOG = GERMAN / "messages.po", GERMAN / "catalog.po"

SAME_IN_GERMAN = {
    "Deals",
    "Details",
    "Tickets",
    "%(what)s: %(errors)s",
    "%(what)s: %(errors)s.",
    "/sfsync %(command)s: %(meaning)s.",
    "–",
}
"""Names and mere layout: the only texts that may be alike in both languages."""

PLACE = re.compile(r"%\((\w+)\)s")
MARKS = re.compile(r"\*|`|\n|<[@#!]|:[a-z_]+:|/sfsync|/invite @sfsync|[<>]")


SAID = {texts[0]: texts for texts in (*of_templates(), *of_code(), *of_tables())}
EXPLAINED = {texts[0]: texts for texts in of_catalogue()}

FILES = [
    pytest.param(MESSAGES, SAID, id="messages"),
    pytest.param(CATALOG, EXPLAINED, id="catalog"),
]


def entries(file: Path) -> dict[str, tuple[Texts, Texts]]:
    """Return English (singular, plural) and German (likewise) of a .po file, by the English singular."""
    with file.open("rb") as source:
        catalog = read_po(source, abort_invalid=True)
    return {_forms(entry.id)[0]: (_forms(entry.id), _forms(entry.string)) for entry in catalog if entry.id}


def _forms(text: object) -> Texts:
    return (text,) if isinstance(text, str) else tuple(str(form) for form in text) if isinstance(text, tuple) else ()


def names(file: Path, keys: Iterable[str]) -> str:
    return "".join(f"\n  {file.name}: {key!r}" for key in keys)


def test_texts_are_found_where_they_are_known_to_be() -> None:
    assert "Sync errors" in SAID  # a template, and present.py
    assert "%(n)s sync error as CSV." in SAID
    assert "Only operators may do that. Ask %(names)s." in SAID
    assert "Type `/sfsync errors` for fresh ones." in SAID
    assert "record owner" in SAID
    assert "Press Resync." in EXPLAINED


@pytest.mark.parametrize(("file", "used"), FILES)
def test_every_text_is_translated(file: Path, used: dict[str, Texts]) -> None:
    known = entries(file)
    missing = [key for key, texts in used.items() if key not in known or known[key][0] != texts]
    empty = [key for key, (_, german) in known.items() if not all(form.strip() for form in german) or not german]
    assert not missing, names(file, missing)
    assert not empty, names(file, empty)


@pytest.mark.parametrize(("file", "used"), FILES)
def test_no_translation_is_left_over(file: Path, used: dict[str, Texts]) -> None:
    obsolete = [key for key in entries(file) if key not in used]
    assert not obsolete, names(file, obsolete)


@pytest.mark.parametrize(("file", "used"), FILES)
def test_only_names_and_layout_are_alike_in_both_languages(file: Path, used: dict[str, Texts]) -> None:
    del used
    alike = [key for key, (english, german) in entries(file).items() if set(english) & set(german)]
    assert not set(alike) - SAME_IN_GERMAN, names(file, alike)


def test_the_list_of_what_is_alike_is_as_short_as_it_can_be() -> None:
    alike = {
        key
        for file in (MESSAGES, CATALOG)
        for key, (english, german) in entries(file).items()
        if set(english) & set(german)
    }
    assert alike == SAME_IN_GERMAN


@pytest.mark.parametrize(("file", "used"), FILES)
def test_places_and_marks_are_the_same_in_both_languages(file: Path, used: dict[str, Texts]) -> None:
    del used
    for english, german in entries(file).values():
        assert len(english) == len(german), english
        for one, other in zip(english, german, strict=True):
            assert Counter(PLACE.findall(one)) == Counter(PLACE.findall(other)), one
            assert Counter(MARKS.findall(one)) == Counter(MARKS.findall(other)), one
            assert "“" not in other or "„" in other, f"German quotation marks: {other}"


@pytest.mark.parametrize(("file", "used"), FILES)
def test_every_percent_sign_is_a_place_or_doubled(file: Path, used: dict[str, Texts]) -> None:
    del used
    for english, german in entries(file).values():
        for text in (*english, *german):
            assert "%" not in PLACE.sub("", text).replace("%%", ""), text


def test_no_text_is_translated_in_two_ways() -> None:
    both = entries(MESSAGES).keys() & entries(CATALOG).keys()
    different = [key for key in both if entries(MESSAGES)[key] != entries(CATALOG)[key]]
    assert not different, different


def test_categories_and_types_have_hubspots_own_german_names() -> None:
    known = entries(CATALOG)
    for category in CATEGORIES.values():
        assert known[category.label][1] == (CATEGORY_LABELS_DE[category.slug],)
    for one in TYPES.values():
        assert known[one.label][1] == (TYPE_LABELS_DE[one.slug],)


def test_germans_are_addressed_politely() -> None:
    for file in (MESSAGES, CATALOG):
        for _, german in entries(file).values():
            for text in german:
                assert not re.search(r"\b(du|dein|deine|deinen|deiner|dir|dich)\b", text, re.IGNORECASE), text
