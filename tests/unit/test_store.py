"""What the database keeps: identity of records, states, jobs, claims, and writers side by side."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import NoResultFound
from sqlmodel import SQLModel

from bot.errors import NotAuthenticated, PersonError
from bot.model.sync import ReportedError, Selection, Source, Status, SyncError
from bot.storage import Job, Recorded
from bot.store import migrate as migrations
from bot.store.database import Database
from bot.store.storage import SqlStorage
from bot.store.tables import SCHEMA
from bot.usecases import ingest
from bot.usecases.ingest import understand

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
SALESFORCE_ID = "00300000003T2PGAA0"
TOO_LONG = ReportedError(
    "contact", "101", record="jane@example.com", code="STRING_TOO_LONG", message="First Name: data value too large"
)
JUERGEN = replace(TOO_LONG, hubspot_id="103", record="Jürgen Groß")
DUPLICATE = ReportedError("contact", "101", code="DUPLICATES_DETECTED", message="Use one of these records?")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    migrations.migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def storage(database: Database) -> SqlStorage:
    return SqlStorage(database)


def report(storage: SqlStorage, *reported: ReportedError, run: int = 99, now: datetime = NOW) -> Recorded:
    with storage.write() as tx:
        return tx.errors.record([understand(one) for one in reported], run, now)


def stored(storage: SqlStorage, *statuses: Status) -> list[SyncError]:
    with storage.read() as tx:
        return tx.errors.find(Selection(), 1000, statuses)


def only(storage: SqlStorage, *statuses: Status) -> SyncError:
    [error] = stored(storage, *statuses)
    return error


def set_status(storage: SqlStorage, error: int, status: Status, now: datetime = NOW) -> None:
    with storage.write() as tx:
        tx.errors.set_status([error], status, now)


# One error: one record failing for one reason.


def test_a_record_is_the_same_by_hubspots_id_by_both_and_by_salesforces_alone(storage: SqlStorage) -> None:
    by_hubspot = TOO_LONG
    by_both = replace(TOO_LONG, salesforce_id=SALESFORCE_ID)
    by_salesforce = replace(TOO_LONG, hubspot_id="", salesforce_id=SALESFORCE_ID)
    first = report(storage, by_hubspot)
    assert report(storage, by_both).known == first.new
    assert report(storage, by_salesforce).known == first.new
    error = only(storage)
    assert (error.hubspot_id, error.salesforce_id, error.occurrences) == ("101", SALESFORCE_ID, 3)


def test_a_record_known_by_salesforces_id_is_the_same_once_a_row_names_both(storage: SqlStorage) -> None:
    alone = replace(TOO_LONG, hubspot_id="", salesforce_id=SALESFORCE_ID)
    both = replace(TOO_LONG, salesforce_id=SALESFORCE_ID)
    first = report(storage, alone)
    with storage.read() as tx:
        [matched] = tx.errors.match([understand(both)])
    assert matched is not None
    assert [matched.id] == first.new
    assert report(storage, both).known == first.new
    assert report(storage, TOO_LONG).known == first.new
    assert only(storage).hubspot_id == "101"


def test_rows_of_one_file_find_each_other_too(storage: SqlStorage) -> None:
    alone = replace(TOO_LONG, hubspot_id="", salesforce_id=SALESFORCE_ID)
    both = replace(TOO_LONG, salesforce_id=SALESFORCE_ID)
    assert len(report(storage, alone, both, TOO_LONG).new) == 1
    assert (only(storage).hubspot_id, only(storage).salesforce_id) == ("101", SALESFORCE_ID)
    again = [replace(one, message=f"{one.message} again") for one in (TOO_LONG, both)]
    report(storage, *again)
    assert {error.salesforce_id for error in stored(storage)} == {SALESFORCE_ID}


def test_another_error_of_a_known_record_carries_its_hubspot_id(storage: SqlStorage) -> None:
    report(storage, replace(TOO_LONG, salesforce_id=SALESFORCE_ID))
    alone = replace(DUPLICATE, hubspot_id="", salesforce_id=SALESFORCE_ID)
    [other] = report(storage, alone).new
    assert {error.hubspot_id for error in stored(storage)} == {"101"}
    assert report(storage, replace(DUPLICATE, salesforce_id=SALESFORCE_ID)).known == [other]
    assert len(stored(storage, Status.OPEN)) == 2


def test_twins_become_one_once_a_row_names_both_ids(storage: SqlStorage) -> None:
    alone = replace(TOO_LONG, hubspot_id="", salesforce_id=SALESFORCE_ID)
    report(storage, alone)
    under_hubspot = report(storage, TOO_LONG).new
    assert len(stored(storage, Status.OPEN)) == 2
    assert report(storage, replace(TOO_LONG, salesforce_id=SALESFORCE_ID)).known == under_hubspot
    assert [error.id for error in stored(storage, Status.OPEN)] == under_hubspot
    assert report(storage, alone).known == under_hubspot
    assert [error.id for error in stored(storage, Status.OPEN)] == under_hubspot


def test_one_error_of_many_of_a_record_is_told_by_its_reason(storage: SqlStorage) -> None:
    assert len(report(storage, TOO_LONG, DUPLICATE).new) == 2
    with storage.read() as tx:
        assert tx.errors.total() == (2, 1)


def test_the_same_number_in_another_object_is_another_record(storage: SqlStorage) -> None:
    assert len(report(storage, TOO_LONG, replace(TOO_LONG, object="company")).new) == 2
    assert len(report(storage, replace(TOO_LONG, object="deal", hubspot_id="", salesforce_id=SALESFORCE_ID)).new) == 1


def test_values_in_a_message_make_no_new_error(storage: SqlStorage) -> None:
    first = report(storage, replace(TOO_LONG, message="First Name: data value too large: Jane (max length=40)"))
    again = report(storage, replace(TOO_LONG, message="First Name: data value too large: Janet (max length=40)"))
    assert again.known == first.new
    assert "Janet" in only(storage).message


@pytest.mark.parametrize("label", ["string_too_long", "String too long", "Zeichenfolge zu lang"])
def test_an_error_known_by_its_label_alone_is_the_same_in_every_language(storage: SqlStorage, label: str) -> None:
    first = report(storage, ReportedError("contact", "101", label="String too long"))
    assert report(storage, ReportedError("contact", "101", label=label)).known == first.new


def test_a_label_beside_a_code_makes_no_other_error(storage: SqlStorage) -> None:
    first = report(storage, ReportedError("contact", "101", code="STRING_TOO_LONG"))
    again = ReportedError("contact", "101", code="STRING_TOO_LONG", label="string_too_long")
    assert report(storage, again).known == first.new


# States.


def test_what_was_resolved_opens_again_and_counts_as_new(storage: SqlStorage) -> None:
    [error] = report(storage, TOO_LONG).new
    set_status(storage, error, Status.RESOLVED)
    assert report(storage, TOO_LONG, now=NOW + HOUR).new == [error]
    assert (only(storage).status, only(storage).first_seen) == (Status.OPEN, NOW + HOUR)


def test_what_is_ignored_stays_ignored(storage: SqlStorage) -> None:
    [error] = report(storage, TOO_LONG).new
    set_status(storage, error, Status.IGNORED)
    assert report(storage, TOO_LONG, now=NOW + HOUR).known == [error]
    assert only(storage).status is Status.IGNORED
    with storage.read() as tx:
        assert tx.errors.total() == (0, 0)


def test_each_report_is_one_more_occurrence(storage: SqlStorage) -> None:
    report(storage, TOO_LONG)
    report(storage, TOO_LONG, now=NOW + HOUR)
    error = only(storage)
    assert (error.occurrences, error.first_seen, error.last_seen) == (2, NOW, NOW + HOUR)


def test_a_source_that_counts_is_believed_and_never_counts_down(storage: SqlStorage) -> None:
    report(storage, replace(TOO_LONG, occurrences=7))
    report(storage, replace(TOO_LONG, occurrences=7))
    assert only(storage).occurrences == 7
    report(storage, replace(TOO_LONG, occurrences=3))
    assert only(storage).occurrences == 7


def test_an_old_report_does_not_turn_time_back(storage: SqlStorage) -> None:
    report(storage, replace(TOO_LONG, seen_at=NOW))
    report(storage, replace(TOO_LONG, seen_at=NOW - 5 * HOUR))
    assert only(storage).last_seen == NOW


def test_a_report_that_says_less_takes_nothing_away(storage: SqlStorage) -> None:
    report(storage, replace(TOO_LONG, salesforce_id=SALESFORCE_ID))
    report(storage, replace(TOO_LONG, record=""))
    assert (only(storage).record, only(storage).salesforce_id) == ("jane@example.com", SALESFORCE_ID)


# Resolving.


def resolve(
    storage: SqlStorage, *pairs: tuple[str, str], run: int = 100, source: Source = Source.HUBSPOT_EXPORT
) -> int:
    with storage.write() as tx:
        return tx.errors.resolve_unseen(source, frozenset(pairs), run, NOW)


def test_only_what_a_snapshot_speaks_for_is_resolved(storage: SqlStorage) -> None:
    another = replace(TOO_LONG, hubspot_id="102")
    of_a_company = replace(TOO_LONG, object="company")
    pushed = replace(TOO_LONG, hubspot_id="103", source=Source.PUSH)
    ignored = replace(TOO_LONG, hubspot_id="104", status=Status.IGNORED)
    report(storage, TOO_LONG, another, of_a_company, DUPLICATE, pushed, ignored)
    report(storage, TOO_LONG, run=100)
    with storage.read() as tx:
        scope = frozenset({("contact", "property_values")})
        assert len(tx.errors.open_in(Source.HUBSPOT_EXPORT, scope)) == 2
    assert resolve(storage, ("contact", "property_values")) == 1
    [gone] = stored(storage, Status.RESOLVED)
    assert gone.hubspot_id == "102"


def test_a_snapshot_of_nothing_resolves_nothing(storage: SqlStorage) -> None:
    report(storage, TOO_LONG)
    assert resolve(storage) == 0


def test_what_is_being_resynced_is_resolved_when_it_is_gone(storage: SqlStorage) -> None:
    [error] = report(storage, TOO_LONG).new
    set_status(storage, error, Status.RESYNCING)
    assert resolve(storage, ("contact", "property_values")) == 1


def test_a_preview_tells_what_recording_then_does(storage: SqlStorage, clock: "Fixed") -> None:
    resolved, ignored = (replace(TOO_LONG, hubspot_id=number) for number in ("201", "202"))
    alone = replace(TOO_LONG, hubspot_id="", salesforce_id=SALESFORCE_ID)
    for error, status in zip(report(storage, resolved, ignored).new, (Status.RESOLVED, Status.IGNORED), strict=True):
        set_status(storage, error, status)
    report(storage, alone, *(replace(TOO_LONG, hubspot_id=str(number)) for number in range(300, 310)))
    snapshot = [
        resolved,
        ignored,
        replace(TOO_LONG, salesforce_id=SALESFORCE_ID),
        replace(TOO_LONG, hubspot_id="300"),
        replace(TOO_LONG, hubspot_id="301"),
        replace(TOO_LONG, hubspot_id="", record="New@example.com"),
        replace(TOO_LONG, hubspot_id="", record="new@example.com"),
    ]
    run = ingest.read_in(storage, clock, snapshot, "file.csv", complete=True)
    view = ingest.preview(storage, run)
    assert (view.new, view.still_open, view.resolved) == (2, 4, 8)
    for number in ingest.remaining(storage, run):
        ingest.record_chunk(storage, clock, run, number)
    ingest.finish(storage, clock, run)
    done = ingest.result(storage, run)
    assert (done.new, done.still_open, done.resolved) == (view.new, view.still_open, view.resolved)


class Fixed:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def clock() -> Fixed:
    return Fixed()


def test_recording_a_chunk_twice_counts_once(storage: SqlStorage, clock: Fixed) -> None:
    run = ingest.read_in(storage, clock, [TOO_LONG], "file.csv", complete=True)
    for _ in range(2):
        ingest.record_chunk(storage, clock, run, 0)
    for _ in range(2):
        ingest.finish(storage, clock, run)
    assert only(storage).occurrences == 1
    assert ingest.result(storage, run).new == 1
    with storage.read() as tx:
        assert [entry["action"] for entry in tx.audit.entries(10)] == ["import"]


# Finding.


def test_a_search_finds_text_as_it_is_typed(storage: SqlStorage) -> None:
    report(storage, TOO_LONG, replace(TOO_LONG, hubspot_id="102", record="100%_sure@example.com"), JUERGEN)
    with storage.read() as tx:
        for text, count in (
            ("JANE@", 1),
            ("jürgen", 1),
            ("JÜRGEN", 1),
            ("100%_s", 1),
            ("%", 1),
            ("_", 3),
            ("data value", 3),
            ("102", 1),
            ("x%e", 0),
        ):
            assert len(tx.errors.find(Selection(search=text), 10)) == count, text


def test_new_errors_are_those_of_the_last_day(storage: SqlStorage) -> None:
    report(storage, replace(TOO_LONG, first_seen=NOW - 25 * HOUR), replace(TOO_LONG, hubspot_id="102"))
    with storage.read() as tx:
        [card] = tx.errors.cards(NOW - 24 * HOUR)
    assert (card.category, card.errors, card.records, card.new_24h) == ("property_values", 2, 2, 1)


# Jobs.


def due(storage: SqlStorage, now: datetime = NOW) -> list[Job]:
    with storage.read() as tx:
        return tx.jobs.due(now, ["import"], 10)


def arm(storage: SqlStorage, at: datetime = NOW) -> None:
    with storage.write() as tx:
        tx.jobs.arm("import", 1, at)


def take(storage: SqlStorage, now: datetime = NOW) -> Job:
    [job] = due(storage, now)
    with storage.write() as tx:
        assert tx.jobs.take(job, now)
        assert not tx.jobs.take(job, now)
    return job


def done(storage: SqlStorage) -> bool:
    with storage.read() as tx:
        return tx.jobs.done("import", 1)


def test_an_armed_job_is_due_at_its_time_and_until_it_is_taken(storage: SqlStorage) -> None:
    arm(storage, NOW + HOUR)
    assert due(storage) == []
    assert not done(storage)
    take(storage, NOW + HOUR)
    assert due(storage, NOW + 2 * HOUR) == []
    assert not done(storage)


def test_a_finished_job_is_done_and_can_be_armed_again(storage: SqlStorage) -> None:
    arm(storage)
    job = take(storage)
    with storage.write() as tx:
        tx.jobs.finish(job.id, job.attempt)
    assert done(storage)
    assert due(storage) == []
    arm(storage)
    assert not done(storage)
    assert take(storage).workflow_id != job.workflow_id


def test_a_job_armed_while_it_runs_runs_once_more_afterwards_and_not_beside(storage: SqlStorage) -> None:
    arm(storage)
    job = take(storage)
    arm(storage)
    assert due(storage) == []
    with storage.write() as tx:
        tx.jobs.finish(job.id, job.attempt)
    assert not done(storage)
    assert take(storage).attempt == job.attempt + 1


def test_a_job_armed_while_it_runs_outlives_the_failure_of_that_attempt(storage: SqlStorage) -> None:
    arm(storage)
    job = take(storage)
    arm(storage)
    with storage.write() as tx:
        tx.jobs.fail(job.id, job.attempt, None, "KeyError")
    assert [one.attempt for one in due(storage)] == [job.attempt + 1]
    with storage.read() as tx:
        assert tx.jobs.failures(job.id) == 0
        assert tx.jobs.given_up() == []


@pytest.mark.parametrize("armed_meanwhile", [False, True])
def test_what_waits_for_a_token_goes_on_when_there_is_another(storage: SqlStorage, *, armed_meanwhile: bool) -> None:
    arm(storage)
    job = take(storage)
    if armed_meanwhile:
        arm(storage)
    with storage.write() as tx:
        tx.jobs.fail(job.id, job.attempt, NOW + HOUR, str(NotAuthenticated("Slack", "token_revoked")))
    assert due(storage) == []
    with storage.write() as tx:
        tx.jobs.hurry("HubSpot", NOW)
    assert due(storage) == []
    with storage.write() as tx:
        tx.jobs.hurry("Slack", NOW)
    assert len(due(storage)) == 1


def test_a_failed_attempt_is_followed_by_another_under_another_id(storage: SqlStorage) -> None:
    arm(storage)
    job = take(storage)
    with storage.write() as tx:
        tx.jobs.fail(job.id, job.attempt, NOW + HOUR, "Slack: Unavailable")
    assert due(storage) == []
    again = take(storage, NOW + HOUR)
    assert again.workflow_id != job.workflow_id
    with storage.read() as tx:
        assert tx.jobs.failures(job.id) == 1


def test_a_job_is_given_up_only_when_nothing_follows_and_stays_no_failure_once_it_succeeds(storage: SqlStorage) -> None:
    arm(storage)
    job = take(storage)
    with storage.write() as tx:
        tx.jobs.fail(job.id, job.attempt, NOW, "Slack: Unavailable")
        assert tx.jobs.given_up() == []
    job = take(storage)
    with storage.write() as tx:
        tx.jobs.finish(job.id, job.attempt)
        assert tx.jobs.given_up() == []
    arm(storage)
    job = take(storage)
    with storage.write() as tx:
        tx.jobs.fail(job.id, job.attempt, None, "KeyError")
    assert done(storage)
    with storage.read() as tx:
        assert tx.jobs.given_up() == [("import", 1, "KeyError")]
    arm(storage)
    with storage.read() as tx:
        assert tx.jobs.given_up() == []


def test_what_was_given_up_long_ago_is_no_longer_told(storage: SqlStorage) -> None:
    arm(storage)
    job = take(storage)
    with storage.write() as tx:
        tx.jobs.fail(job.id, job.attempt, None, "KeyError")
        tx.jobs.forget_given_up(NOW)
        assert tx.jobs.given_up()
        tx.jobs.forget_given_up(NOW + HOUR)
        assert not tx.jobs.given_up()
    assert done(storage)


def test_old_runs_go_but_each_source_is_known_to_have_been_heard(storage: SqlStorage) -> None:
    def run(source: Source, at: datetime, *, recorded: bool = True) -> int:
        with storage.write() as tx:
            number = tx.runs.start(source, "a run", complete=False, now=at)
            if recorded:
                tx.runs.finish(number, resolved=0, now=at)
            return number

    runs = [run(Source.PUSH, NOW), run(Source.PUSH, NOW + HOUR), run(Source.HUBSPOT_EXPORT, NOW)]
    unfinished = run(Source.PUSH, NOW, recorded=False)
    with storage.write() as tx:
        before = tx.runs.latest()
        tx.runs.forget_done(NOW + 2 * HOUR)
        assert tx.runs.latest() == before == {Source.PUSH: NOW + HOUR, Source.HUBSPOT_EXPORT: NOW}
        assert [tx.runs.get(number).id for number in (*runs[1:], unfinished)] == [*runs[1:], unfinished]
        with pytest.raises(NoResultFound):
            tx.runs.get(runs[0])


def test_an_attempt_that_no_longer_runs_changes_nothing(storage: SqlStorage) -> None:
    arm(storage)
    lost = take(storage)
    with storage.write() as tx:
        tx.jobs.release(lost)
        tx.jobs.finish(lost.id, lost.attempt)
        tx.jobs.fail(lost.id, lost.attempt, None, "KeyError")
    again = take(storage)
    assert again.attempt == lost.attempt + 1
    with storage.write() as tx:
        tx.jobs.finish(lost.id, lost.attempt)
        tx.jobs.release(lost)
        assert not tx.jobs.runs(lost.id, lost.attempt)
        assert tx.jobs.runs(again.id, again.attempt)
        assert tx.jobs.given_up() == []
    assert not done(storage)


def test_only_jobs_taken_before_a_moment_may_be_lost(storage: SqlStorage) -> None:
    arm(storage)
    job = take(storage)
    with storage.read() as tx:
        assert tx.jobs.running_since(NOW) == []
        assert tx.jobs.running_since(NOW + HOUR) == [job] == tx.jobs.running_since(None)


# Writers side by side.


def test_of_eight_that_claim_at_once_one_succeeds(storage: SqlStorage) -> None:
    together = Barrier(8)

    def claim(_: int) -> list[bool]:
        together.wait()
        taken = []
        for number in range(20):
            with storage.write() as tx:
                taken.append(tx.people.claim(f"trigger {number}", NOW))
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(claim, range(8)))
    assert [sum(column) for column in zip(*taken, strict=True)] == [1] * 20


COUNT_UP = """
import sys
from datetime import UTC, datetime
from bot.store.database import Database
from bot.store.storage import SqlStorage

storage = SqlStorage(Database(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(150):
    with storage.write() as tx:
        tx.notes.set("count", str(int(tx.notes.get("count") or 0) + 1), datetime.now(UTC))
"""


def test_two_processes_that_read_and_write_lose_nothing(database: Database, storage: SqlStorage) -> None:
    command = [sys.executable, "-c", COUNT_UP, database.url.render_as_string(hide_password=False)]
    workers = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for worker in workers:
            assert worker.stdout
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        for worker in workers:
            worker.communicate(timeout=60)
            assert worker.returncode == 0
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    with storage.read() as tx:
        assert tx.notes.get("count") == "300"


def test_a_transaction_that_raises_leaves_no_trace(storage: SqlStorage) -> None:
    def half_done() -> None:
        with storage.write() as tx:
            tx.notes.set("left", "over", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    with storage.read() as tx:
        assert tx.notes.get("left") == ""


def test_times_come_back_in_utc_and_those_without_a_zone_are_refused(storage: SqlStorage) -> None:
    report(storage, replace(TOO_LONG, seen_at=datetime.fromisoformat("2026-11-24T09:00:00+01:00")))
    assert only(storage).last_seen == NOW
    assert only(storage).last_seen.utcoffset() == timedelta()
    with pytest.raises(Exception, match="needs a zone"):
        report(storage, replace(DUPLICATE, first_seen=NOW.replace(tzinfo=None)))


# Migrations.


def test_the_migrations_make_the_tables_that_the_models_describe(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_modelled})
        assert compare_metadata(context, SQLModel.metadata) == []


def _is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    # The words of records are indexed past the models: each database in its own way.
    return not (name or "").startswith(("error_words", "ix_error_words")) or kind not in {"table", "index"}


def test_the_models_belong_to_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert migrations.migrate(database) == SCHEMA
    assert migrations.current(database) == SCHEMA


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for bring_up in (migrations.migrate, migrations.make_current):
        with pytest.raises(PersonError, match="newer version of sfsync"):
            bring_up(database)
    assert migrations.current(database) == "9999"


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("Dear diary, " * 500)
    opened = Database(f"sqlite:///{file}")
    try:
        with pytest.raises(PersonError, match=r"cannot be opened: .*not a database\. Check DATABASE_URL"):
            migrations.make_current(opened)
    finally:
        opened.close()
    assert file.read_text().startswith("Dear diary")
