"""Error files as people have them: HubSpot's export in two languages, our own, and what Excel made of either."""

import io
from datetime import UTC, datetime

import pytest

from bot.errors import UnreadableFile
from bot.model.catalog import TYPES
from bot.model.columns import FileFound
from bot.model.labels import find
from bot.model.sync import Rejection, ReportedError, Source, Status
from bot.sandbox.crm.health import ERROR_TYPES, Language, to_csv
from bot.sandbox.crm.health import SyncError as Listed
from bot.sources.export_file import read

HEADER = "Object,HubSpot ID,Error Code,Error Message"
ROW = "Contact,101,STRING_TOO_LONG,First Name: data value too large"


def found(content: str | bytes, encoding: str = "utf-8") -> list[FileFound | ReportedError | Rejection]:
    return list(read(io.BytesIO(content if isinstance(content, bytes) else content.encode(encoding)), "file.csv"))


def rows(content: str | bytes, encoding: str = "utf-8") -> list[ReportedError | Rejection]:
    return [row for row in found(content, encoding) if not isinstance(row, FileFound)]


def columns(content: str | bytes) -> list[tuple[str, str]]:
    [file] = [row for row in found(content) if isinstance(row, FileFound)]
    return [(column.meaning, column.by) for column in file.columns]


def errors(content: str | bytes, encoding: str = "utf-8") -> list[ReportedError]:
    found = rows(content, encoding)
    assert not [row for row in found if isinstance(row, Rejection)]
    return [row for row in found if isinstance(row, ReportedError)]


def rejections(content: str) -> list[tuple[int, str]]:
    return [(row.place, row.reason) for row in rows(content) if isinstance(row, Rejection)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_and_line_end_is_read(delimiter: str, end: str) -> None:
    text = f"{HEADER}{end}{ROW}{end}".replace(",", delimiter)
    [error] = errors(text)
    assert (error.object, error.hubspot_id, error.code) == ("contact", "101", "STRING_TOO_LONG")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    text = f"Objekt,HubSpot-Datensatz-ID,Fehlercode,Fehlermeldung\n{ROW} für Müller\n"
    [error] = errors(text, encoding)
    assert error.message.endswith("für Müller")


def test_utf_16_of_either_byte_order_is_told_by_its_mark() -> None:
    text = f"{HEADER}\n{ROW}\n"
    assert errors(b"\xfe\xff" + text.encode("utf-16-be")) == errors(b"\xff\xfe" + text.encode("utf-16-le"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_read_too(encoding: str) -> None:
    [error] = errors(f"{HEADER}\n{ROW} für 5 €\n", encoding)
    assert error.message.endswith("für 5 €")


def test_a_character_cut_at_the_end_of_the_sniffed_bytes_is_still_utf_8() -> None:
    start = f"{HEADER}\nContact,101,X,".encode()
    text = start + b"x" * (65_535 - len(start)) + "ü\n".encode()
    [error] = errors(text)
    assert error.message.endswith("xü")


LISTED = [
    Listed(
        category=ERROR_TYPES[slug][0],
        error_type=slug,
        object_type=("contacts", "companies", "deals", "tickets")[number % 4],
        hubspot_id=str(1000 + number),
        record_name=f"Jörg, „{number}“",
        salesforce_id="001A0000006Vm9rIAC" if number % 2 else "",
        code="SOME_CODE",
        message=f'One "quoted" word,\nand a second line; {number}',
        fields=("FirstName", "LastName"),
        direction="HubSpot to Salesforce",
        first_detected=datetime(2026, 3, 5, 7, 8, tzinfo=UTC),
        last_detected=datetime(2026, 11, 24, 16, 30, tzinfo=UTC),
    )
    for number, slug in enumerate(ERROR_TYPES)
]


@pytest.mark.parametrize("language", ["en", "de"])
def test_hubspots_own_file_is_understood_in_both_languages(language: Language) -> None:
    found = errors(to_csv(LISTED, language))
    assert len(found) == len(LISTED)
    for error, listed in zip(found, LISTED, strict=True):
        assert error.object == listed.object_type.removesuffix("s").replace("companie", "company")
        assert (error.hubspot_id, error.salesforce_id) == (listed.hubspot_id, listed.salesforce_id)
        assert (error.record, error.code, error.message) == (listed.record_name, listed.code, listed.message)
        assert error.fields == listed.fields
        assert (error.first_seen, error.seen_at) == (listed.first_detected, listed.last_detected)
        meant = find(error.label)
        assert meant is not None
        assert listed.error_type in {meant.slug, "other"}
        assert error.raw == {}
    assert {listed.error_type for listed in LISTED} == set(TYPES)


def test_columns_may_stand_in_any_order_case_and_layout_and_unknown_ones_are_kept_raw() -> None:
    [error] = errors("ERROR_MESSAGE,Owner,hubspot-record-id , Objekttyp\nToo long,Ada,101,Kontakt\n")
    assert (error.message, error.hubspot_id, error.object) == ("Too long", "101", "contact")
    assert error.raw == {"Owner": "Ada"}


def test_a_name_that_comes_twice_counts_the_first_time() -> None:
    [error] = errors("Object,HubSpot ID,Code,Message,Error\nContact,101,X,first,second\n")
    assert error.message == "first"
    assert error.raw == {"Error": "second"}


@pytest.mark.parametrize(
    ("cell", "hubspot", "salesforce"),
    [
        ("101", "101", ""),
        ("0010i0000046cD3", "", "0010i0000046cD3AAI"),
        ("0010i0000046cD3AAI", "", "0010i0000046cD3AAI"),
    ],
)
def test_a_column_that_does_not_say_whose_id_it_holds_is_read_by_value(
    cell: str, hubspot: str, salesforce: str
) -> None:
    [error] = errors(f"Object,Record ID,Message\nCompany,{cell},Too long\n")
    assert (error.hubspot_id, error.salesforce_id) == (hubspot, salesforce)


def test_a_salesforce_id_tells_the_object_where_no_column_does() -> None:
    text = "Record ID,Message\n0010i0000046cD3,a\n00300000003T2PG,b\n00Q300000012345,c\n"
    assert [error.object for error in errors(text)] == ["company", "contact", "contact"]


def test_quoted_newlines_delimiters_and_quotes_belong_to_the_cell() -> None:
    text = f'{HEADER}\nContact,101,X,"a ""quoted"", word\r\nand a line"\n{ROW}\n'
    first, second = errors(text)
    assert first.message == 'a "quoted", word\r\nand a line'
    assert second.message.startswith("First Name")


def test_blank_lines_are_passed_over() -> None:
    assert len(errors(f"{HEADER}\n\n{ROW}\n,,,\n\n")) == 1


def test_rejected_rows_name_the_line_they_begin_on_and_the_others_are_read() -> None:
    text = (
        f"{HEADER}\n"
        f"{ROW}\n"  # line 2
        "Contact,10a,X,m\n"  # line 3
        'Contact,,X,"two\nlines"\n'  # line 4, with no record
        "\n"
        "Contact,102,,\n"  # line 7
        "Contact,103,X,m,more\n"  # line 8
        ",104,X,m\n"  # line 9
        f"{ROW}\n"
    )
    assert rejections(text) == [
        (3, "'10a' is no HubSpot record id"),
        (4, "names no record"),
        (7, "does not say what is wrong"),
        (8, "has 5 columns, the header 4"),
        (9, "does not say which object the record belongs to"),
    ]
    assert len(rows(text)) == 7


def test_empty_cells_behind_the_last_column_are_none() -> None:
    assert len(errors(f"{HEADER}\n{ROW},,\n{ROW}")) == 2


def test_a_resolved_error_of_our_own_export_is_not_opened_again() -> None:
    header, row = f"error_id,status,{HEADER}", "1,{},{}"
    assert len(errors(f"{header}\n{row.format('open', ROW)}")) == 1
    assert rejections(f"{header}\n{row.format('resolved', ROW)}") == [(2, "is about an error that was resolved")]


def test_a_row_that_is_short_lacks_only_its_last_cells() -> None:
    [error] = errors("Object,HubSpot ID,Message,Fields\nContact,101,Too long\n")
    assert (error.message, error.fields) == ("Too long", ())


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-11-24T08:00:00Z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T09:00:00+01:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24 08:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("24.11.2026 08:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("24.11.2026", datetime(2026, 11, 24, tzinfo=UTC)),
        ("", None),
    ],
)
def test_times_are_read_in_both_languages(cell: str, moment: datetime | None) -> None:
    [error] = errors(f"{HEADER},Last seen\n{ROW},{cell}\n")
    assert error.seen_at == moment
    assert error.seen_at is None or error.seen_at.utcoffset() is not None


@pytest.mark.parametrize("cell", ["yesterday", "31.02.2026", "11/24/2026", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_rejects_the_row(cell: str) -> None:
    assert rejections(f"{HEADER},Last seen\n{ROW},{cell}\n") == [
        (2, f"{cell!r} is no time; times look like 2026-11-24T08:00:00Z")
    ]


@pytest.mark.parametrize(("cell", "count"), [("7", 7), ("", 0), ("many", 0), ("-1", 0), ("9" * 5000, 0)])
def test_occurrences_are_a_number_that_a_database_can_hold(cell: str, count: int) -> None:
    assert [error.occurrences for error in errors(f"{HEADER},Occurrences\n{ROW},{cell}\n")] == [count]


def test_our_own_columns_say_source_and_state() -> None:
    header = f"{HEADER},source,status"
    found = errors(f"{header}\n{ROW},push,ignored\n{ROW},hubspot_export,resyncing\n{ROW},elsewhere,resolved\n")
    assert [error.source for error in found] == [Source.PUSH, Source.HUBSPOT_EXPORT, Source.HUBSPOT_EXPORT]
    assert [error.status for error in found] == [Status.IGNORED, Status.OPEN, Status.OPEN]


def test_disarmed_cells_are_armed_again() -> None:
    [error] = errors("Object,Record Name,Message\nContact,'=Jane,'+49 is no number\n")
    assert (error.record, error.message) == ("=Jane", "+49 is no number")


def test_a_nul_is_left_out() -> None:
    [error] = errors(f"{HEADER},Owner\nContact,101,X,to\0o long,A\0da\n")
    assert error.message == "too long"
    assert error.raw == {"Owner": "Ada"}


def test_a_cell_may_be_huge() -> None:
    [error] = errors(f"{HEADER}\nContact,101,X,{'x' * 900_000}\n")
    assert len(error.message) == 900_000


NOT_ERROR_FILES = {
    "empty": b"",
    "one line of prose": b"Dear all,\nplease find attached nothing.\n",
    "contacts": b"Record ID,First Name,Email\n101,Jane,jane@example.com\n",
    "field mappings": b"HubSpot Property Name,HubSpot Property Type,Salesforce Field Name\nEmail,string,Email\n",
    "a spreadsheet": b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\x81\x8d\x8f",
    "a quotation that never ends in each row": f"{HEADER}\n".encode() + b'Contact,102,X,"torn\n' * 300,
    "a million columns": b"Object,HubSpot ID,Message" + b",x" * 1_000_000 + b"\n",
}


@pytest.mark.parametrize("kind", NOT_ERROR_FILES)
def test_what_is_no_error_file_is_said_to_be_none_with_what_to_do(kind: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        rows(NOT_ERROR_FILES[kind])
    assert str(caught.value).startswith("file.csv ")
    assert "import that file" in caught.value.advice


DEFECTS = {
    "half a utf-16 character at the end": (
        b"\xff\xfe" + f"{HEADER}\n{ROW}\n{ROW}\n{ROW}".encode("utf-16-le") + b"x",
        "holds bytes that are no text in the file's encoding",
    ),
    "a broken byte in utf-8": (
        f"{HEADER}\n{ROW} für\n{ROW}".encode() + b"\xff\n" + f"{ROW} über\n".encode(),
        "holds bytes that are no text in the file's encoding",
    ),
    "a byte that Windows-1252 has not": (
        f"{HEADER}\n{ROW} für\n{ROW}\x81\n{ROW}\n".encode("latin-1"),
        "holds bytes that are no text in the file's encoding",
    ),
    "a quotation that never ends": (
        f'{HEADER}\n{ROW}\nContact,102,X,"torn\n{ROW}\n'.encode(),
        "has a quotation that never ends, or ends in the middle of a cell",
    ),
    "a quotation that never ends before others": (
        f'{HEADER}\n{ROW}\nContact,102,X,"torn\nContact,103,X,"a ""word"", quoted"\n'.encode(),
        "has a quotation that never ends, or ends in the middle of a cell",
    ),
    "a quotation that ends in the middle": (
        f'{HEADER}\nContact,102,X,"torn"off\n{ROW}\n{ROW}\n'.encode(),
        "has a quotation that never ends, or ends in the middle of a cell",
    ),
    "a cell beyond measure": (
        f"{HEADER}\n{ROW}\nContact,101,X,{'x' * 10_000_000}\n{ROW}\n".encode(),
        "has a cell of more than 1,000,000 characters, or a quotation that never ends",
    ),
    "an object that is none": (
        f"{HEADER}\n{ROW}\n<!channel>,101,X,m\n{ROW}\n".encode(),
        "'<!channel>' is no name of an object",
    ),
    "an id beyond measure": (
        f"{HEADER}\n{ROW}\nContact,{'1' * 5000},X,m\n{ROW}\n".encode(),
        f"'{'1' * 40}' is no HubSpot record id",
    ),
}


@pytest.mark.parametrize("kind", DEFECTS)
def test_what_is_torn_or_broken_costs_its_own_row(kind: str) -> None:
    content, reason = DEFECTS[kind]
    read_rows = rows(content)
    assert [row.reason for row in read_rows if isinstance(row, Rejection)] == [reason]
    assert len(read_rows) == 3


def test_the_first_umlaut_may_come_late() -> None:
    text = f"{HEADER}\n" + f"{ROW}\n" * 2_000 + f"{ROW} für Müller\n"
    assert errors(text, "cp1252")[-1].message == errors(text)[-1].message


# Columns that no title tells.


def test_columns_are_recognised_by_their_values_where_no_title_helps_and_the_guess_is_told() -> None:
    text = "A,B,C,D,E,F,Contact ID\n" + "".join(
        f"003000000{n:06d}AAA,jane{n}@example.com,REQUIRED_FIELD_MISSING,Required fields are missing: [Name],"
        f"2026-11-2{n} 08:00,2026-11-01 0{n}:00,1234567890{n}\n"
        for n in range(5)
    )
    names = ["salesforce_id", "record", "code", "message", "seen_at", "first_seen", "hubspot_id"]
    assert columns(text) == [(name, "values") for name in names]
    assert [error.object for error in errors(text)] == ["contact"] * 5


def test_a_file_without_titles_is_read_from_its_first_row_on() -> None:
    text = "".join(
        f"Kontakt;{10_000 + n};E-Mail wird bereits verwendet;Diese E-Mail, gibt, es, schon {n}\n" for n in range(3)
    )
    found_errors = errors(text)
    assert [(error.object, error.hubspot_id) for error in found_errors] == [
        ("contact", str(10_000 + n)) for n in range(3)
    ]
    assert found_errors[0].label == "E-Mail wird bereits verwendet"
    assert found_errors[0].message == "Diese E-Mail, gibt, es, schon 0"


@pytest.mark.parametrize(
    ("header", "cells", "meanings"),
    [
        # Above numbers that count or measure, and above who owns the record.
        ("Object,Record,Message,Revenue", "Contact,Ada,Too long,100000", ["object", "record", "message", ""]),
        ("Object,Record,Message,Owner", "Contact,Ada,Too long,005000000000001AAA", ["object", "record", "message", ""]),
        # Titles of two meanings.
        ("Type,HubSpot ID,Error", "Contact,101,STRING_TOO_LONG", ["object", "hubspot_id", "code"]),
        ("Affected Records,Error Type,Object", "Ada Byron,String too long,Contact", ["record", "label", "object"]),
        ("Record,Error Type", "0010i0000046cD3AAI,String too long", ["salesforce_id", "label"]),
    ],
)
def test_a_title_says_only_what_the_values_do_not_deny(header: str, cells: str, meanings: list[str]) -> None:
    assert [meaning for meaning, _ in columns(f"{header}\n{cells}\n{cells}\n{cells}\n")] == meanings


def test_times_in_a_form_that_nobody_can_read_are_kept_and_cost_no_row() -> None:
    [error, *others] = errors(f"{HEADER},Last seen\n" + f"{ROW},11/24/2026 8:00 AM\n" * 4)
    assert (error.seen_at, error.raw) == (None, {"Last seen": "11/24/2026 8:00 AM"})
    assert len(others) == 3


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Error Type,Affected Records\nString too long,120 records\nInvalid email,1 record\n", [120, 1]),
        ('Error Type,Affected Records\nString too long,"1,234 records"\n', [1234]),
        ("Fehlertyp;Betroffene Datensätze\nZeichenfolge zu lang;1.234 Datensätze\n", [1234]),
        ("Kategorie;Fehlertyp;Anzahl\nDuplikate;E-Mail wird bereits verwendet;99\n", [99]),
    ],
)
def test_a_file_of_groups_tells_how_many_records_each_affects(text: str, counts: list[int]) -> None:
    assert [error.affected for error in errors(text)] == counts
    assert {(error.object, error.record) for error in errors(text)} == {("", "")}


def test_a_group_that_does_not_say_how_many_is_rejected() -> None:
    text = "Error Type,Affected Records\nString too long,12\nInvalid email,12\nInvalid value,\n"
    assert rejections(text) == [(4, "does not say how many records are affected")]


def test_the_line_that_names_the_separator_for_excel_is_passed_over() -> None:
    text = f"sep=;\n{HEADER}\n{ROW}\nContact,1,,\n".replace(",", ";")
    assert rejections(text) == [(4, "does not say what is wrong")]
    assert len(rows(text)) == 2


def test_a_file_of_any_size_takes_the_memory_of_a_few_rows() -> None:
    stream = io.BytesIO(f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 100_000)
    found_rows = read(stream, "large.csv")
    assert isinstance(next(found_rows), FileFound)
    assert isinstance(next(found_rows), ReportedError)
    assert stream.tell() < 100_000
    assert sum(1 for _ in found_rows) == 99_999
