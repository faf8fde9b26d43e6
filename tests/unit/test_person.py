"""Whose text it is: whole addresses, names and ids, never parts of somebody else's."""

import pytest
from sqlalchemy import LargeBinary
from sqlmodel import SQLModel

from bot.errors import PersonError
from bot.model.person import needle, without
from bot.store.traces import NOBODY, PACKED


@pytest.mark.parametrize(
    ("text", "hit", "miss"),
    [
        ("ann@example.com", "ask <ANN@Example.com>.", "joann@example.com"),
        ("ann@example.com", '"ann@example.com"', "ann@example.com.au"),
        ("Ann Lee", "duplicate of ann  lee, again", "Anna Lee"),
        ("Ann Lee", "(Ann Lee)", "Ann Leeds"),
        ("Ann Lee", "Ann Lee", "Ann Lee-Smith"),
        ("Jörg Müller", "JÖRG MÜLLER", "Jörg Müllerin"),
        ("Jörg Müller", "Jo\u0308rg Mu\u0308ller", "Jörg Muller"),
        ("003000000000001", "id 003000000000001AAA", "0030000000000012"),
        ("003000000000001AAA", "id 003000000000001", "xx003000000000001"),
        ("12345678", "record/0-1/12345678", "1234567890"),
        ("12345678", "12345678", "12345678-9"),
    ],
)
def test_it_is_the_whole_of_it_that_is_found(text: str, hit: str, miss: str) -> None:
    sought = needle(text)
    assert sought.within({"raw": [hit]})
    assert not sought.within({"raw": [miss]})


@pytest.mark.parametrize("text", ["Ann", "", "  ", "a b", "@", "example.com"])
def test_what_may_be_several_people_is_refused(text: str) -> None:
    with pytest.raises(PersonError, match="several people"):
        needle(text)


def test_a_short_number_is_the_id_of_a_contact_and_nothing_else() -> None:
    sought = needle("101")
    assert sought.is_of("contact", "101")
    assert not sought.is_of("company", "101")
    assert not sought.within("101 rows")


def test_a_person_is_taken_out_of_a_value_that_stays() -> None:
    assert without({"search": "ann@example.com", "ids": [1]}, [needle("ann@example.com")]) == {
        "search": "[erased]",
        "ids": [1],
    }


def test_every_column_is_searched_or_its_table_holds_nobody() -> None:
    for table in SQLModel.metadata.sorted_tables:
        if table.name in NOBODY:
            assert NOBODY[table.name]
            continue
        for column in table.c:
            packed = (table.name, column.name) in PACKED
            assert packed or not isinstance(column.type, LargeBinary), f"nobody finds people in {column}"
    assert {name for name, _ in PACKED} | NOBODY.keys() <= SQLModel.metadata.tables.keys()
