"""`sfsync import`: files in, and what a snapshot says about the errors it does not contain."""

import io
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.errors import PersonError
from bot.local import Local, local, work_import
from bot.sandbox.company import Company
from bot.sandbox.crm.health import to_csv
from bot.settings import Needs, load
from bot.sources.export_file import read
from bot.usecases import ingest
from tests.command import Sfsync
from tests.databases import Databases, books

HEADER = "Object,HubSpot ID,Record Name,Error Code,Error Message\r\n"


def rows(ids: Iterable[int], message: str = "First Name: data value too large") -> str:
    return "".join(f"Contact,{one},person {one},STRING_TOO_LONG,{message}\r\n" for one in ids)


@pytest.fixture(scope="module")
def ten(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with ten open errors, ids 1 to 10."""
    folder = tmp_path_factory.mktemp("ten")
    sfsync = Sfsync(folder, {"DATABASE_URL": databases.migrated(folder)})
    said = sfsync.good("import", sfsync.file("ten.csv", HEADER + rows(range(1, 11))), "--json")
    assert (said.json["rows"], said.json["new"]) == (10, 10)
    return sfsync.database_url


@pytest.fixture
def empty(tmp_path: Path, database_url: str) -> Sfsync:
    return Sfsync(tmp_path, {"DATABASE_URL": database_url})


@pytest.fixture
def sfsync(databases: Databases, tmp_path: Path, ten: str) -> Iterator[Sfsync]:
    """The command, on a copy of the ten."""
    url = databases.copy(ten, tmp_path)
    yield Sfsync(tmp_path, {"DATABASE_URL": url})
    databases.drop(url)


def content(sfsync: Sfsync) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database holds."""
    with books(sfsync.database_url) as opened:
        return opened.content()


def statuses(sfsync: Sfsync) -> dict[str, str]:
    with books(sfsync.database_url) as opened:
        return {row["hubspot_id"]: row["status"] for row in opened.rows("SELECT hubspot_id, status FROM error")}


def test_a_snapshot_adds_what_is_new_and_resolves_what_is_gone(sfsync: Sfsync) -> None:
    said = sfsync.good("import", sfsync.file("next.csv", HEADER + rows(range(3, 14))), "--json")
    expected = {"dry_run": False, "rows": 11, "new": 3, "still_open": 8, "resolved": 2, "rejected": 0, "rejections": []}
    assert {**said.json, **expected} == said.json
    assert set(said.json) == {*expected, "run_id", "as_of", "complete", "files"}
    found = statuses(sfsync)
    assert {one for one, status in found.items() if status == "resolved"} == {"1", "2"}
    assert len(found) == 13


def test_a_partial_import_resolves_nothing_and_tells_in_words_what_it_did(sfsync: Sfsync) -> None:
    said = sfsync.good("import", sfsync.file("one.csv", HEADER + rows([11]) + "Contact,x,,A,b\r\n"), "--partial")
    assert set(statuses(sfsync).values()) == {"open"}
    assert said.out == (
        "1 row: 1 new error, 0 known already, 0 resolved, 1 row rejected\n  line 3: 'x' is no HubSpot record id\n"
    )
    assert said.err == ""


def test_a_row_that_cannot_be_read_may_be_about_any_error_so_nothing_is_resolved(sfsync: Sfsync) -> None:
    spoilt = HEADER + rows(range(1, 9)) + "Contact,1.53002E+10,person 9,STRING_TOO_LONG,what Excel makes of an id\r\n"
    said = sfsync.good("import", sfsync.file("excel.csv", spoilt))
    assert "0 resolved, 1 row rejected" in said.out
    assert "line 10: '1.53002E+10' is no HubSpot record id" in said.out
    assert "With such rows nothing is resolved. Correct them, and import again." in said.out
    assert set(statuses(sfsync).values()) == {"open"}
    assert sfsync.good("import", sfsync.file("right.csv", HEADER + rows(range(1, 9))), "--json").json["resolved"] == 2


def test_a_dry_run_tells_all_and_changes_nothing(sfsync: Sfsync) -> None:
    before = content(sfsync)
    next_one = sfsync.file("next.csv", HEADER + rows(range(9, 12)))
    view = sfsync.good("import", next_one, "--dry-run", "--json").json
    assert (view["dry_run"], view["rows"], view["new"], view["still_open"], view["resolved"]) == (True, 3, 1, 2, 8)
    assert sfsync.good("import", next_one, "--dry-run").out.endswith("Nothing was changed.\n")
    assert content(sfsync) == before


def test_resolving_more_than_half_is_asked_first(sfsync: Sfsync) -> None:
    before = content(sfsync)
    four = sfsync.file("four.csv", HEADER + rows(range(1, 5)))
    said = sfsync("import", four, "--json")
    assert (said.code, said.out) == (1, "")
    assert "would resolve 6 of 10 open errors" in said.err
    assert "--yes" in said.err
    assert "--partial" in said.err
    assert content(sfsync) == before
    assert sfsync.good("import", four, "--yes", "--json").json["resolved"] == 6


def test_a_file_with_nothing_in_it_is_asked_about_and_then_resolves_everything(sfsync: Sfsync) -> None:
    nothing = sfsync.file("nothing.csv", HEADER)
    said = sfsync("import", nothing)
    assert said.code == 1
    assert "contains no error at all, and 10 are open" in said.err
    assert set(statuses(sfsync).values()) == {"open"}
    assert sfsync.good("import", nothing, "--yes", "--json").json["resolved"] == 10
    assert set(statuses(sfsync).values()) <= {"resolved"}


def test_standard_input_and_several_files_are_one_snapshot(sfsync: Sfsync) -> None:
    german = sfsync.file(
        "de.csv", "\ufeffObjekt;HubSpot-Datensatz-ID;Fehlercode;Fehlermeldung\n"
        "Kontakt;1;STRING_TOO_LONG;First Name: data value too large\n"
    )  # fmt: skip
    said = sfsync.good("import", german, "-", "--json", stdin=(HEADER + rows(range(2, 12))).encode())
    assert (said.json["new"], said.json["still_open"], said.json["resolved"]) == (1, 10, 0)


def zipped(name: str, text: str) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return stream.getvalue()


def test_zipped_files_are_imported_as_they_are_also_from_standard_input(sfsync: Sfsync) -> None:
    first = sfsync.file("first.csv.zip", zipped("first.csv", HEADER + rows(range(3, 9))))
    said = sfsync.good("import", first, "-", "--json", stdin=zipped("../x.csv", HEADER + rows(range(9, 14))))
    assert (said.json["new"], said.json["still_open"], said.json["resolved"]) == (3, 8, 2)
    assert not {"first.csv", "x.csv"} & {each.name for each in sfsync.folder.parent.rglob("*.csv")}


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("contacts.csv", b"Record ID,First Name\n1,Jane\n"),
        ("empty.csv", b""),
        ("book.xlsx", b"PK\x03\x04\x14\x00\x06\x00\x81\x8d\x00"),
    ],
)
def test_a_file_that_fails_leaves_the_database_as_it_was(sfsync: Sfsync, name: str, bad: bytes) -> None:
    before = content(sfsync)
    said = sfsync("import", sfsync.file("good.csv", HEADER + rows(range(1, 1500))), sfsync.file(name, bad), "--yes")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(f"{name} ")
    assert "Traceback" not in said.err
    assert content(sfsync) == before


def test_what_cannot_be_opened_is_said_in_words(sfsync: Sfsync) -> None:
    for file, why in (("nowhere.csv", "No such file"), (".", "Is a directory")):
        said = sfsync("import", file)
        assert said.code == 1
        assert why in said.err
        assert "Traceback" not in said.err
    assert sfsync("import").code == 2


def test_each_column_is_told_with_what_it_was_understood_as_and_by_what(sfsync: Sfsync) -> None:
    text = "Object,VID,Owner,Message\r\nContact,10001,Ada,Too long\r\nContact,10002,Bo,Too long\r\n"
    file = sfsync.file("guess.csv", text)
    said = sfsync.good("import", file, "--partial", "--dry-run", "--json").json
    assert said["files"] == [
        {
            "name": "guess.csv",
            "columns": [
                {"title": "Object", "understood_as": "object", "by": "header"},
                {"title": "VID", "understood_as": "hubspot_id", "by": "values"},
                {"title": "Owner", "understood_as": "", "by": ""},
                {"title": "Message", "understood_as": "message", "by": "header"},
            ],
        }
    ]
    told = sfsync.good("import", file, "--partial", "--dry-run").out
    assert "  VID: HubSpot record id (guessed from its values)\n  Owner: kept as it is\n" in told


GROUPS = (
    "Fehlertyp;Betroffene Datensätze\r\nZeichenfolge zu lang;1.234 Datensätze\r\nE-Mail wird bereits verwendet;7\r\n"
)


def test_a_file_of_groups_and_one_of_records_take_each_others_place(empty: Sfsync) -> None:
    """Both tell of the same errors: counted together they would count twice."""
    groups, records = empty.file("groups.csv", GROUPS), empty.file("records.csv", HEADER + rows(range(1, 4)))
    assert empty.good("import", groups, "--json").json["new"] == 2
    said = empty.good("import", records, "--json", "--yes").json
    assert (said["new"], said["resolved"]) == (3, 1)
    assert empty.good("import", groups, "--json", "--yes").json["resolved"] == 3


def test_groups_that_were_exported_come_back_with_their_counts(empty: Sfsync) -> None:
    empty.good("import", empty.file("groups.csv", GROUPS))
    ours = empty.file("ours.csv", empty.good("export").out.encode())
    assert empty.good("import", ours, "--json").json["still_open"] == 2
    assert empty.good("errors", "--json").json["total"] == {"errors": 1241, "records": 1241}


# Our own export.


@pytest.fixture(scope="module")
def exported(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sfsync, Path]:
    """The sandbox's whole Sync Health list, imported and exported, with cells a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("sandbox")
    sfsync = Sfsync(folder, {"DATABASE_URL": databases.migrated(folder)})
    with Company() as company:
        company.sync.run()
        hubspots = sfsync.file("hubspot.csv", to_csv(company.sync.errors(), "de"))
    nasty = sfsync.file(
        "nasty.csv",
        'Object,HubSpot ID,Record Name,Error Type,Error Code,Error Message\n'
        'Contact,1,"=HYPERLINK(""x"")",,A_CODE,"+49, ""quoted""\r\nsecond line; ü 😀"\n'
        "Contact,2,'quoted,,ONLY_A_CODE,\n"
        "Deal,3,@SUM(A1),Zeichenfolge zu lang,,\n"
        "Deal,4,-5,Something HubSpot has not shown us yet,,\n",
    )  # fmt: skip
    assert sfsync.good("import", hubspots, nasty, "--json").json["rejected"] == 0
    file = sfsync.folder / "ours.csv"
    sfsync.good("export", "-o", file)
    return sfsync, file


def test_our_own_export_imported_again_changes_nothing(exported: tuple[Sfsync, Path]) -> None:
    sfsync, file = exported
    count = file.read_bytes().count(b",hubspot_export,")
    assert count > 400
    again = sfsync.good("import", file, "--json").json
    assert (again["rows"], again["new"], again["still_open"]) == (count, 0, count)
    assert (again["resolved"], again["rejected"]) == (0, 0)
    assert sfsync.good("export").out.encode() == file.read_bytes()


def test_our_own_export_of_a_part_resolves_nothing_unless_it_is_said_to_hold_everything(sfsync: Sfsync) -> None:
    whole = sfsync.good("export").out
    part = sfsync.file("part.csv", "".join(whole.splitlines(keepends=True)[:9]))
    said = sfsync.good("import", part)
    assert "0 resolved" in said.out
    assert "What sfsync exported resolves nothing" in said.out
    assert set(statuses(sfsync).values()) == {"open"}
    assert sfsync.good("import", part, "--complete", "--json").json["resolved"] == 2


def test_our_own_export_imported_elsewhere_gives_equal_content(exported: tuple[Sfsync, Path], empty: Sfsync) -> None:
    _, file = exported
    empty.good("import", shutil.copy(file, empty.folder))
    assert empty.good("export").out.encode() == file.read_bytes()


# Work that was interrupted.


@pytest.fixture
def at(empty: Sfsync) -> Iterator[Local]:
    with local(load(Needs.DATABASE, {"database_url": empty.database_url})) as opened:
        yield opened


class Hasty:
    """A clock by which a second passes in a hundredth."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)

    def now(self) -> datetime:
        return self._start + (datetime.now(UTC) - self._start) * 100


def read_in(at: Local, sfsync: Sfsync, ids: Iterable[int]) -> int:
    with sfsync.file("some.csv", HEADER + rows(ids)).open("rb") as stream:
        return ingest.read_in(at.storage, at.clock, read(stream, "some.csv"), "some.csv", complete=True)


def test_an_import_that_was_killed_is_ended_by_the_next(at: Local, empty: Sfsync) -> None:
    run = read_in(at, empty, range(1, 11))
    ingest.start(at.storage, at.clock, run)
    said = empty.good("import", empty.file("more.csv", HEADER + rows([11])), "--partial", "--json")
    assert said.json["new"] == 1
    assert ingest.result(at.storage, run).state == "done"
    assert set(statuses(empty)) == {str(number) for number in range(1, 12)}


def test_a_file_that_was_deleted_without_the_engines_own_can_be_filled_again(tmp_path: Path) -> None:
    sfsync = Sfsync(tmp_path)
    one = sfsync.file("one.csv", HEADER + rows([1]))
    sfsync.good("import", one, "--partial")
    for file in sfsync.folder.glob("sfsync.db*"):
        file.unlink()
    assert sfsync.good("import", one, "--json").json["new"] == 1


def test_what_can_never_be_recorded_is_given_up_in_words(at: Local, empty: Sfsync) -> None:
    run = read_in(at, empty, [1])
    with books(empty.database_url) as opened:
        opened.change("UPDATE ingest_chunk SET rows = :torn", torn=b"\0")
    with pytest.raises(PersonError, match="could not be recorded"):
        work_import(replace(at, clock=Hasty()), run, lambda *_: None)
    with at.storage.read() as tx:
        assert [kind for kind, *_ in tx.jobs.given_up()] == ["import"]
