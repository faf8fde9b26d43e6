"""Errors that a program sends, as a JSON array or as JSON lines."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.errors import PersonError
from bot.model.sync import Rejection, ReportedError, Source
from bot.sources.push import LONGEST_TEXT, read

ROW: dict[str, Any] = {"object": "contact", "hubspot_id": "101", "code": "STRING_TOO_LONG"}


def rows(body: object) -> list[ReportedError | Rejection]:
    return list(read(body if isinstance(body, bytes) else json.dumps(body).encode()))


def error(**row: object) -> ReportedError:
    [found] = rows([{**ROW, **row}])
    assert isinstance(found, ReportedError)
    return found


def test_an_array_and_lines_say_the_same() -> None:
    other = {**ROW, "hubspot_id": "102"}
    lines = f"{json.dumps(ROW)}\n\n{json.dumps(other)}\r\n".encode()
    assert rows(lines) == rows([ROW, other]) == rows(b"\xef\xbb\xbf" + lines)
    assert len(rows(lines)) == 2


def test_all_that_is_told_is_kept() -> None:
    found = error(
        salesforce_id="00300000003T2PG",
        record=" jane@example.com ",
        message="First Name: data value too large",
        fields=["FirstName", " LastName ", ""],
        seen_at="2026-11-24T09:00:00+01:00",
        job="nightly",
    )
    assert found == ReportedError(
        object="contact",
        hubspot_id="101",
        salesforce_id="00300000003T2PGAA0",
        record="jane@example.com",
        code="STRING_TOO_LONG",
        message="First Name: data value too large",
        fields=("FirstName", "LastName"),
        source=Source.PUSH,
        seen_at=datetime(2026, 11, 24, 8, tzinfo=UTC),
        raw={"job": "nightly"},
    )


@pytest.mark.parametrize(
    "row",
    [
        {"object": "Lead", "hubspot_id": 101, "message": "m"},
        {"object": "contact", "record": "jane@example.com", "code": "X"},
        {"salesforce_id": "00300000003T2PG", "code": "X", "fields": "FirstName, LastName"},
        {"object": "contact", "hubspot_id": "101", "code": "X", "fields": None, "seen_at": None, "record": None},
    ],
)
def test_object_one_name_of_the_record_and_one_reason_suffice(row: dict[str, Any]) -> None:
    [found] = rows([row])
    assert isinstance(found, ReportedError)
    assert found.object == "contact"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (5, "is not an object"),
        (None, "is not an object"),
        ([], "is not an object"),
        ({"hubspot_id": "101", "code": "X"}, "does not say which object the record belongs to"),
        ({"object": "contact", "code": "X"}, "names no record"),
        ({"object": "contact", "hubspot_id": "101"}, "does not say what is wrong"),
        ({**ROW, "hubspot_id": "10a"}, "'10a' is no HubSpot record id"),
        ({**ROW, "hubspot_id": ["101"]}, "'[\"101\"]' is no HubSpot record id"),
        ({**ROW, "salesforce_id": "001"}, "'001' is no Salesforce id"),
        ({**ROW, "fields": {"a": 1}}, "fields must be a list of names"),
        ({**ROW, "seen_at": "yesterday"}, "seen_at is no ISO 8601 time"),
        ({**ROW, "seen_at": 1764000000}, "seen_at is no ISO 8601 time"),
        ({**ROW, "seen_at": "0001-01-01T00:00:00+14:00"}, "seen_at is no ISO 8601 time"),
    ],
)
def test_a_row_that_cannot_be_kept_is_rejected_by_index_and_the_others_are_not(row: object, reason: str) -> None:
    before, found, after = rows([ROW, row, ROW])
    assert found == Rejection(1, reason)
    assert isinstance(before, ReportedError)
    assert before == after


@pytest.mark.parametrize(
    "body",
    [b"hello", b"{", b"[", b'[{"a":1}', b"\xff\xfe", b"{}\nx", b"[" * 100_000, b"a=b&c=d", b"[" + b"9" * 10_000 + b"]"],
)
def test_a_body_that_is_no_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(PersonError, match="neither a JSON array nor JSON lines"):
        rows(body)


@pytest.mark.parametrize("body", [b"", b"\n\n", b"[]"])
def test_nothing_sent_is_nothing(body: bytes) -> None:
    assert rows(body) == []


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\u00a0"])
def test_characters_that_look_like_line_ends_end_no_line_of_json(character: str) -> None:
    line = json.dumps({**ROW, "message": f"one{character}two"}, ensure_ascii=False).encode()
    first, second = rows(line + b"\n" + line)
    assert isinstance(first, ReportedError)
    assert first == second
    assert first.message == f"one{character}two"


def test_what_no_database_keeps_is_taken_out() -> None:
    found = error(message="a\0b", record="half a \ud83d smile")
    assert (found.message, found.record) == ("ab", "half a ? smile")
    assert error(job="\udcff").raw == {"job": "?"}


def test_a_text_beyond_measure_is_cut() -> None:
    assert error(message="x" * 1_000_000).message == "x" * LONGEST_TEXT


def test_a_time_without_a_zone_is_utc() -> None:
    assert error(seen_at="2026-11-24T08:00:00").seen_at == datetime(2026, 11, 24, 8, tzinfo=UTC)
