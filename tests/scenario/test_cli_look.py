"""The commands that only look: errors, export, classify, usage, subscriptions, audit-log, help."""

import csv
import io
import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.local import local
from bot.model.catalog import CATEGORIES
from bot.model.digest import Frequency, Subscription
from bot.model.sync import ReportedError
from bot.ports import ApiUsage
from bot.settings import Needs, load
from bot.sources.export_file import read
from bot.store.tables import SCHEMA
from bot.usecases import ingest
from bot.usecases.export import COLUMNS
from tests.command import COMMAND, Sfsync
from tests.databases import Databases, books
from tests.postgres import PostgresServer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAMP = "2026-11-23T12:00:00Z"


def too_long(number: int, **more: Any) -> ReportedError:  # noqa: ANN401 - whatever an error holds
    values: dict[str, Any] = {
        "object": "contact",
        "hubspot_id": str(number),
        "record": f"person{number}@example.com",
        "code": "STRING_TOO_LONG",
        "message": f"First Name: data value too large: {number} (max length=40)",
        "fields": ("FirstName",),
        "seen_at": NOON,
    }
    return ReportedError(**values | more)


ERRORS = [
    too_long(1),
    too_long(2, record="=1+1"),
    too_long(3, salesforce_id="00300000003T2PGAA0"),
    ReportedError(
        "company", "4", record="Müller [bold]GmbH[/bold]", code="DUPLICATES_DETECTED",
        message="Use one of these records?", seen_at=NOON,
    ),
]  # fmt: skip


def fill(sfsync: Sfsync, errors: Iterable[ReportedError]) -> None:
    """Bring errors in as an import does, without starting one."""
    settings = load(Needs.DATABASE, {"database_url": sfsync.database_url})
    with local(settings) as at:
        run = ingest.read_in(at.storage, at.clock, errors, "test", complete=False)
        for number in ingest.remaining(at.storage, run):
            ingest.record_chunk(at.storage, at.clock, run, number)
        ingest.finish(at.storage, at.clock, run)


@pytest.fixture(scope="module")
def sfsync(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Sfsync:
    """The command on a database with four errors, which no test changes."""
    folder = tmp_path_factory.mktemp("look")
    command = Sfsync(folder, {"DATABASE_URL": databases.migrated(folder)})
    fill(command, ERRORS)
    return command


@pytest.fixture(scope="module")
def empty(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Sfsync:
    folder = tmp_path_factory.mktemp("empty")
    return Sfsync(folder, {"DATABASE_URL": databases.migrated(folder)})


@pytest.fixture
def fresh(tmp_path: Path, database_url: str) -> Sfsync:
    """The command on a database of the test's own."""
    return Sfsync(tmp_path, {"DATABASE_URL": database_url})


# errors


def test_the_cards_as_json(sfsync: Sfsync) -> None:
    said = sfsync.good("errors", "--json")
    document = said.json
    assert datetime.fromisoformat(document.pop("as_of")).utcoffset() is not None
    new = (datetime.now(UTC) - NOON).total_seconds() < 86_400
    assert document == {
        "categories": [
            {"category": "property_values", "errors": 3, "records": 3, "new_24h": 3 * new},
            {"category": "duplicates", "errors": 1, "records": 1, "new_24h": 1 * new},
        ],
        "total": {"errors": 4, "records": 4},
    }
    assert said.err == ""


def test_the_groups_of_a_category_as_json(sfsync: Sfsync) -> None:
    document = sfsync.good("errors", "Eigenschaftswerte", "--json").json
    assert document["category"] == "property_values"
    [group] = document["groups"]
    assert len(group.pop("fingerprint")) == 64
    assert group.pop("message").startswith("First Name: data value too large")
    assert group == {
        "error_type": "string_too_long",
        "errors": 3,
        "records": 3,
        "first_seen": STAMP,
        "last_seen": STAMP,
        "transient": False,
        "who": "record_owner",
    }


def test_single_errors_as_json(sfsync: Sfsync) -> None:
    assert sfsync.good("errors", "--ids", "3", "--json").json == {
        "errors": [
            {
                "error_id": 3,
                "category": "property_values",
                "error_type": "string_too_long",
                "object": "contact",
                "hubspot_id": "3",
                "salesforce_id": "00300000003T2PGAA0",
                "record": "person3@example.com",
                "code": "STRING_TOO_LONG",
                "message": "First Name: data value too large: 3 (max length=40)",
                "fields": ["FirstName"],
                "status": "open",
                "first_seen": STAMP,
                "last_seen": STAMP,
                "source": "hubspot_export",
            }
        ]
    }


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--type", "Zeichenfolge zu lang"], [1, 2, 3]),
        (["--search", "PERSON1"], [1]),
        (["--search", "00300000003t2pg"], [3]),
        (["--search", "MÜLLER [B"], [4]),
        (["--ids", "4, 1,999,"], [1, 4]),
        (["property_values", "--search", "person3"], [3]),
    ],
)
def test_errors_are_narrowed_by_each_part_that_is_given(sfsync: Sfsync, arguments: list[str], ids: list[int]) -> None:
    document = sfsync.good("errors", *arguments, "--json").json
    assert [error["error_id"] for error in document["errors"]] == ids


def test_people_read_labels_and_the_vendors_words_as_they_are(sfsync: Sfsync) -> None:
    cards = sfsync.good("errors").out
    assert "Property values" in cards
    assert "4 errors, 4 affected records" in cards
    assert "String too long" in sfsync.good("errors", "property_values").out
    assert "Müller [bold]GmbH[/bold]" in sfsync.good("errors", "--ids", "4").out


def test_nothing_found_and_nothing_there_are_said_in_words(sfsync: Sfsync, empty: Sfsync) -> None:
    assert sfsync.good("errors", "--search", "nobody").out == "No errors found.\n"
    assert sfsync.good("errors", "picklists").out == "No open errors.\n"
    assert "sfsync import FILE" in empty.good("errors").out
    assert empty.good("errors", "--json").json["total"] == {"errors": 0, "records": 0}


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["errors", "nosuch"], "property_values"),
        (["errors", "--type", "nosuch"], "string_too_long"),
        (["errors", "--ids", "1,x"], "'x' is no error id"),
        (["errors", "--ids", "9" * 30], "is no error id"),
        (["export", "nosuch"], "property_values"),
        (["errors", "--nosuch"], "No such option"),
        (["nosuch"], "No such command"),
        (["audit-log", "--limit", "0"], "--limit"),
        (["manifest", "http://example.com"], "https://"),
    ],
)
def test_what_is_used_wrongly_says_what_is_right_with_exit_code_2(
    sfsync: Sfsync, arguments: list[str], hint: str
) -> None:
    said = sfsync(*arguments)
    assert (said.code, said.out) == (2, "")
    assert hint in said.err
    assert "Traceback" not in said.err


def test_a_database_that_cannot_be_opened_is_said_in_words(tmp_path: Path) -> None:
    sfsync = Sfsync(tmp_path, {"DATABASE_URL": f"sqlite:///{tmp_path / 'nowhere' / 'sfsync.db'}"})
    for arguments in (["errors"], ["migrate"], ["export"]):
        said = sfsync(*arguments)
        assert (said.code, said.out) == (1, "")
        assert said.err == "The database cannot be opened: unable to open database file. Check DATABASE_URL.\n"


def test_a_server_that_is_not_there_is_said_in_words_without_its_password(tmp_path: Path) -> None:
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        sfsync = Sfsync(tmp_path, {"DATABASE_URL": f"postgresql://someone:hush@127.0.0.1:{port}/sfsync"})
        for arguments in (
            ["errors"],
            ["migrate"],
            ["import", sfsync.file("one.csv", "Object,HubSpot ID,Error Code\n")],
        ):
            said = sfsync(*arguments)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith("The database cannot be opened: ")
            assert said.err.endswith("Check DATABASE_URL.\n")
            assert "hush" not in said.err


def test_a_server_is_changed_by_migrate_alone(postgres: PostgresServer, tmp_path: Path) -> None:
    with postgres.database("template1") as url:
        sfsync = Sfsync(tmp_path, {"DATABASE_URL": url})
        said = sfsync("errors")
        assert (said.code, said.out) == (1, "")
        assert said.err == "The database is not up to date. Run `sfsync migrate`, then try again.\n"
        assert sfsync.good("migrate").err == f"The database is now at {SCHEMA}.\n"
        assert sfsync.good("errors", "--json").json["categories"] == []


# export


def table(out: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(out.removeprefix("\ufeff"), newline="")))


def test_an_export_has_exactly_these_columns_and_says_what_it_did(sfsync: Sfsync) -> None:
    said = sfsync.good("export")
    header, *found = table(said.out)
    assert header == list(COLUMNS)
    assert ",".join(header) == (
        "error_id,category,error_type,object,hubspot_id,salesforce_id,record,code,message,fields,transient,who,status,"
        "first_seen,last_seen,occurrences,source,hubspot_url,salesforce_url"
    )
    assert found[2] == [
        "3", "property_values", "string_too_long", "contact", "3", "00300000003T2PGAA0", "person3@example.com",
        "STRING_TOO_LONG", "First Name: data value too large: 3 (max length=40)", "FirstName", "false",
        "record_owner", "open", STAMP, STAMP, "1", "hubspot_export", "", "",
    ]  # fmt: skip
    assert len(found) == 4
    assert said.err == "4 errors exported.\n"


def test_an_export_is_what_spreadsheets_read_and_do_not_run(sfsync: Sfsync) -> None:
    out = sfsync.good("export").out
    assert out.startswith("\ufefferror_id,")
    assert out.count("\r\n") == out.count("\n") == 5
    assert table(out)[2][6] == "'=1+1"


def test_an_export_of_a_category_holds_only_that(sfsync: Sfsync) -> None:
    assert [row[0] for row in table(sfsync.good("export", "Duplikate").out)] == ["error_id", "4"]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--type", "string_too_long"], {"1", "2", "3"}),
        (["--search", "person3@"], {"3"}),
        (["--ids", "2,4"], {"2", "4"}),
        (["duplicates", "--ids", "2,4"], {"4"}),
        (["--group", "nosuch"], set()),
    ],
)
def test_an_export_holds_what_was_asked_for(sfsync: Sfsync, options: list[str], found: set[str]) -> None:
    assert {row[0] for row in table(sfsync.good("export", *options).out)[1:]} == found


def test_an_export_of_a_group_holds_only_that(sfsync: Sfsync) -> None:
    groups = sfsync.good("errors", "duplicates", "--json").json["groups"]
    rows = table(sfsync.good("export", "--group", groups[0]["fingerprint"]).out)[1:]
    assert [row[0] for row in rows] == ["4"]


def test_links_stand_in_the_export_where_they_are_known(sfsync: Sfsync) -> None:
    known = {
        "HUBSPOT_PORTAL_ID": "24681012",
        "HUBSPOT_UI_DOMAIN": "app-eu1.hubspot.com",
        "SALESFORCE_DOMAIN": "acme.my",
    }
    said = Sfsync(sfsync.folder, {"DATABASE_URL": sfsync.database_url, **known}).good("export")
    assert table(said.out)[3][-2:] == [
        "https://app-eu1.hubspot.com/contacts/24681012/record/0-1/3",
        "https://acme.lightning.force.com/lightning/r/00300000003T2PGAA0/view",
    ]


def test_a_file_is_written_as_standard_output_is(sfsync: Sfsync, tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    said = sfsync.good("export", "--output", file)
    assert said.out == ""
    assert file.read_bytes().decode() == sfsync.good("export").out
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_whole_or_as_it_was(fresh: Sfsync) -> None:
    fill(fresh, [*(too_long(number) for number in range(1999)), too_long(1999, code="UNKNOWN_EXCEPTION")])
    with books(fresh.database_url) as opened:
        opened.change("UPDATE error_group SET error_type = 'unheard_of' WHERE code = 'UNKNOWN_EXCEPTION'")
    file = fresh.file("ours.csv", "as it was")
    before = sorted(fresh.folder.iterdir())
    assert fresh("export", "-o", file).code == 1
    assert file.read_text() == "as it was"
    assert sorted(fresh.folder.iterdir()) == before


def test_where_nothing_can_be_written_that_is_said(sfsync: Sfsync, tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "nowhere" / "ours.csv"):
        said = sfsync("export", "-o", target)
        assert said.code == 1
        assert "cannot be written" in said.err
        assert "Traceback" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_and_a_link_is_followed(sfsync: Sfsync, tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to("target.csv")
    sfsync.good("export", "-o", link)
    assert link.is_symlink()
    assert (tmp_path / "target.csv").stat().st_size > 500
    null = Path("/dev/null")
    sfsync.good("export", "-o", null)
    assert null.is_char_device()


def test_a_reader_that_had_enough_ends_the_export_quietly(tmp_path: Path) -> None:
    sfsync = Sfsync(tmp_path)
    fill(sfsync, [too_long(number) for number in range(2000)])
    process = sfsync.start("export")
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline().startswith("\ufefferror_id")
    process.stdout.close()
    assert process.wait(30) != 0
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize("arguments", [["export"], ["errors"], ["errors", "--json"]])
def test_a_full_disk_is_said_in_words(sfsync: Sfsync, arguments: list[str]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with full.open("w") as out:
        done = subprocess.run(
            [*COMMAND, *arguments], stdout=out, stderr=subprocess.PIPE, text=True, env=sfsync.environment, check=False
        )
    assert done.returncode == 1
    assert done.stderr == "output: No space left on device\n"


# classify

ROWS: list[dict[str, Any]] = [
    {"code": "STRING_TOO_LONG", "message": "First Name: data value too large", "fields": ["FirstName"]},
    {"code": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access to this record"},
    {"code": "NEVER_HEARD_OF", "message": "one,\u2028two “quoted” lines\n=1"},
    {"code": "DUPLICATES_DETECTED", "message": "Use one of these records?", "object": "contact"},
]
TYPES = ["string_too_long", "insufficient_access_or_missing_record", "other", "salesforce_duplicate_rule"]


def as_csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["code", "message", "fields", "object"])
    writer.writeheader()
    writer.writerows({**row, "fields": ",".join(row.get("fields", []))} for row in rows)
    return "\ufeff" + out.getvalue()


FORMS = {
    "CSV": as_csv(ROWS),
    "a JSON array": json.dumps(ROWS, indent=1),
    "JSON lines": "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\n\n",
}


@pytest.fixture
def bare(tmp_path: Path) -> Sfsync:
    """A place where every setting is wrong."""
    return Sfsync(tmp_path, {"DATABASE_URL": "nonsense", "PORT": "x"})


@pytest.mark.parametrize("form", FORMS)
def test_classify_answers_each_row_in_order_without_settings_or_database(bare: Sfsync, form: str) -> None:
    said = bare.good("classify", bare.file("rows", FORMS[form]), "--json")
    assert [set(answer) for answer in said.json] == [{"category", "error_type", "transient", "who", "because"}] * 4
    found = [answer["error_type"] for answer in said.json]
    assert (found[0], found[2], found[3]) == (TYPES[0], TYPES[2], TYPES[3])
    assert [answer["transient"] for answer in said.json] == [False, True, False, False]
    assert all(answer["category"] in CATEGORIES and answer["because"] for answer in said.json)
    assert bare.good("classify", "--json", stdin=FORMS[form].encode()).out == said.out
    assert [path.name for path in bare.folder.iterdir()] == ["rows"]


def test_classify_keeps_the_order_of_many(bare: Sfsync) -> None:
    rows = [ROWS[(number * 7 + number // 3) % 4] for number in range(400)]
    alone = bare.good("classify", "--json", stdin=FORMS["CSV"].encode()).json
    one_by_one = {row["code"]: answer for row, answer in zip(ROWS, alone, strict=True)}
    answers = bare.good("classify", "--json", stdin=json.dumps(rows).encode()).json
    assert answers == [one_by_one[row["code"]] for row in rows]


def test_classify_tells_people_in_labels(bare: Sfsync) -> None:
    said = bare.good("classify", stdin=FORMS["CSV"].encode())
    assert "String too long" in said.out
    assert "Salesforce duplicate rule" in said.out


def test_few_errors_are_explained_with_what_to_do(bare: Sfsync) -> None:
    said = bare.good("classify", stdin=FORMS["CSV"].encode())
    assert "1. Shorten “FirstName” in HubSpot or in Salesforce." in said.out
    assert "Who can fix it: record owner, resync after the fix" in said.out
    many = bare.good("classify", stdin=json.dumps(ROWS * 2).encode())
    assert "Who can fix it" not in many.out


def test_what_a_vendor_wrote_gives_the_terminal_no_orders(bare: Sfsync) -> None:
    row = {"code": "REQUIRED_FIELD_MISSING", "message": "x", "fields": ["\x1b[31mName[/bold]"]}
    said = bare.good("classify", stdin=json.dumps([row]).encode())
    assert "1. Fill in “\ufffd[31mName[/bold]” on the record." in said.out


@pytest.mark.parametrize("column", ["label", "Error type", "Fehlertyp"])
def test_classify_follows_hubspots_label_as_an_import_does(bare: Sfsync, column: str) -> None:
    row = {"code": "STRING_TOO_LONG", "message": "too long", column: "Eingeschränkter eindeutiger Wert"}
    [answer] = bare.good("classify", "--json", stdin=json.dumps([row]).encode()).json
    assert answer["error_type"] == "restricted_unique_value"
    assert "Eingeschränkter eindeutiger Wert" in answer["because"]


def test_classify_does_not_read_its_answer_from_the_question(bare: Sfsync) -> None:
    row = {"code": "STRING_TOO_LONG", "message": "too long", "error_type": "salesforce_flow", "category": "custom_code"}
    assert bare.good("classify", "--json", stdin=json.dumps([row]).encode()).json[0]["error_type"] == "string_too_long"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a,b\n1,2\n", "no column named code or message"),
        (b"[{", "not JSON"),
        (b'{"code":"A"}\n{', "line 2: not JSON"),
        (b"[1]", "row 1: not an object"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_classify_says_what_is_wrong_with_its_input(bare: Sfsync, content: bytes, problem: str) -> None:
    said = bare("classify", "--json", stdin=content)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("standard input")
    assert problem in said.err
    assert "Traceback" not in said.err


def test_classify_of_nothing_is_nothing(bare: Sfsync) -> None:
    assert bare.good("classify", "--json").json == []
    assert bare("classify", "nowhere.csv").code == 1


# usage, subscriptions, audit-log


def test_empty_states_are_said_in_words_and_in_json(empty: Sfsync) -> None:
    assert "Not known yet" in empty.good("usage").out
    assert "No channel gets a digest" in empty.good("subscriptions").out
    assert "Nothing was changed yet" in empty.good("audit-log").out
    assert empty.good("usage", "--json").json["used"] is None
    assert empty.good("subscriptions", "--json").json == {"subscriptions": []}
    assert empty.good("audit-log", "--json").json == {"entries": []}


def test_usage_subscriptions_and_audit_log_tell_what_is_known(fresh: Sfsync) -> None:
    with local(load(Needs.DATABASE, {"database_url": fresh.database_url})) as at, at.storage.write() as tx:
        tx.usage.add(ApiUsage(21_345, 100_000, NOON))
        digest = Subscription(
            id=0, channel="C0REVOPS", frequency=Frequency.DAILY, at="09:00", timezone="Europe/Berlin", language="de",
            created_by="U0ADA", created_at=NOON, paused="", next_at=NOON,
        )  # fmt: skip
        tx.subscriptions.save(digest)
        for number in range(3):
            tx.audit.add("U0ADA", "subscribe", NOON, channel=f"C{number}")
    usage = fresh.good("usage", "--json").json
    assert (usage["used"], usage["limit"], usage["remaining"], usage["as_of"]) == (21_345, 100_000, 78_655, STAMP)
    assert "Limited by Salesforce: 100,000" in fresh.good("usage").out
    [found] = fresh.good("subscriptions", "--json").json["subscriptions"]
    assert found == {
        "channel": "C0REVOPS", "frequency": "daily", "at": "09:00", "timezone": "Europe/Berlin", "language": "de",
        "next_at": STAMP, "paused": "", "created_by": "U0ADA",
    }  # fmt: skip
    assert "C0REVOPS" in fresh.good("subscriptions").out
    entries = fresh.good("audit-log", "--limit", "2", "--json").json["entries"]
    assert [entry["detail"]["channel"] for entry in entries] == ["C2", "C1"]
    assert {(entry["at"], entry["who"], entry["action"]) for entry in entries} == {(STAMP, "U0ADA", "subscribe")}


# help, version, interruption


def test_help_and_version_are_there_without_settings(bare: Sfsync) -> None:
    said = bare.good("--help")
    for command in ("run", "migrate", "import", "errors", "export", "classify", "usage", "doctor", "manifest", "demo"):
        assert f"\n  {command} " in said.out
    assert bare.good("--version").out.startswith("sfsync ")
    assert bare("run", "--nosuch").code == 2


def test_the_manifest_is_printed_for_an_address(bare: Sfsync) -> None:
    document = bare.good("manifest", "https://bot.example.com/").json
    assert document["settings"]["interactivity"]["request_url"] == "https://bot.example.com/slack/events"
    assert not document["settings"]["socket_mode_enabled"]


def test_the_manifest_is_one_for_socket_mode_without_an_address(bare: Sfsync) -> None:
    said = bare.good("manifest")
    assert said.json["settings"]["socket_mode_enabled"]
    assert "http" not in said.out
    assert bare("manifest", "http://bot.example.com").code == 2


def test_control_c_ends_a_command_without_a_trace_and_leaves_nothing_behind(fresh: Sfsync) -> None:
    fill(fresh, ERRORS)
    waiting = subprocess.Popen(
        [*COMMAND, "import", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=fresh.folder,
        env=fresh.environment,
    )
    assert waiting.stdin
    waiting.stdin.write("Object,HubSpot ID,Error Code\n")
    waiting.stdin.flush()
    with local(load(Needs.DATABASE, {"database_url": fresh.database_url})) as at:
        end = time.monotonic() + 30
        reading = 0
        while not reading and time.monotonic() < end:
            with at.database.read() as session:
                reading = session.execute(text("SELECT count(*) FROM ingest_run WHERE state = 'reading'")).scalar_one()
            time.sleep(0.05)
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=30)
        with at.database.read() as session:
            assert session.execute(text("SELECT count(*) FROM ingest_run WHERE state = 'reading'")).scalar_one() == 0
    assert waiting.returncode in {1, 130}
    assert "Traceback" not in said


def test_what_a_source_reads_is_what_an_export_wrote(sfsync: Sfsync) -> None:
    """The two formats are one: no column of ours is unknown to the importer."""
    found = list(read(io.BytesIO(sfsync.good("export").out.encode()), "ours.csv"))
    assert [one.raw for one in found if isinstance(one, ReportedError)] == [{}] * 4
