"""An import that is killed in the middle: no row lost, none counted twice."""

from pathlib import Path
from time import sleep

import pytest

from tests.reliability.files import export_file
from tests.reliability.processes import Site, site, until
from tests.reliability.seeds import FALLS, Fall

ROWS = 4000
"""Rows of the file: four transactions' worth."""

RECORDING = 0.9
"""Seconds within which the kill falls once recording has begun; longer than it takes."""


def step_of(at: Site) -> str:
    """Tell from the database where a kill fell."""
    runs = at.books.rows("SELECT state FROM ingest_run WHERE name = 'errors.csv'")
    chunks = at.books.number("SELECT count(*) FROM ingest_chunk")
    if not runs:
        return "before reading"
    if runs[0]["state"] != "working":
        return f"{runs[0]['state']}, {chunks} chunks kept"
    running = at.books.number("SELECT count(*) FROM job WHERE running IS NOT NULL")
    return f"recording, {chunks} of {ROWS // 1000} chunks left, {'in the engine' if running else 'not handed over'}"


def check_books(at: Site) -> None:
    books = at.books
    assert books.number("SELECT count(*) FROM error") == ROWS
    assert books.number("SELECT count(DISTINCT hubspot_id) FROM error WHERE hubspot_id LIKE '7000%'") == ROWS
    assert books.rows("SELECT DISTINCT occurrences, status FROM error") == [{"occurrences": 1, "status": "open"}]
    assert books.number("SELECT count(*) FROM ingest_chunk") == 0
    counts = "SELECT state, rows, new, still_open, resolved, rejected FROM ingest_run WHERE name = 'errors.csv'"
    assert books.rows(counts) == [
        {"state": "done", "rows": ROWS, "new": ROWS, "still_open": 0, "resolved": 0, "rejected": 0}
    ]
    assert books.number("SELECT count(*) FROM audit_entry WHERE action = 'import' AND detail LIKE '%errors.csv%'") == 1
    assert books.jobs_left() == 0


def check_second_import(at: Site, file: Path) -> None:
    """Import the same file again: nothing but the number of reports changes."""
    what = "SELECT id, object, record_key, fingerprint, status, first_seen FROM error ORDER BY id"
    before = at.books.rows(what)
    assert at.launch("import", str(file)).ended() == 0
    assert at.books.rows(what) == before
    last = at.books.rows("SELECT new, still_open, resolved FROM ingest_run ORDER BY id DESC LIMIT 1")
    assert last == [{"new": 0, "still_open": ROWS, "resolved": 0}]
    assert at.books.rows("SELECT DISTINCT occurrences FROM error") == [{"occurrences": 2}]
    assert at.books.number("SELECT count(*) FROM ingest_chunk") == 0


def wait_in_recording(at: Site, fall: Fall) -> float:
    """Let time pass from the promise to record on, for some seeds from the first recorded chunk on."""
    if fall.coin("a chunk is recorded"):
        until(lambda: at.books.number("SELECT count(*) FROM ingest_run WHERE new > 0"))
        moment = fall.after(RECORDING / 3)
    else:
        until(lambda: promised(at))
        moment = fall.after(RECORDING)
    sleep(moment)
    return moment


def promised(at: Site) -> bool:
    return at.books.number("SELECT count(*) FROM ingest_run WHERE state = 'working'") > 0


def finish_with_another_import(at: Site) -> None:
    """Import a file without rows: each row's only report stays the one that was interrupted."""
    finish = at.launch("import", "--partial", str(export_file(at.folder, "empty.csv", range(0))))
    assert finish.ended() == 0, finish.log.read_text()


@pytest.mark.parametrize("fall", FALLS)
def test_import_killed_while_recording_is_finished_by_the_next_import(tmp_path: Path, fall: Fall) -> None:
    with site(tmp_path) as at:
        file = export_file(tmp_path, "errors.csv", range(ROWS))
        command = at.launch("import", str(file))
        moment = wait_in_recording(at, fall)
        command.kill()
        step = step_of(at)
        finish_with_another_import(at)
        check_books(at)
        check_second_import(at, file)
        fall.tell(moment, step, "every row once")


@pytest.mark.parametrize("fall", FALLS)
def test_import_killed_while_recording_is_finished_by_the_next_run(tmp_path: Path, fall: Fall) -> None:
    with site(tmp_path) as at:
        file = export_file(tmp_path, "errors.csv", range(ROWS))
        command = at.launch("import", str(file))
        moment = wait_in_recording(at, fall)
        command.kill()
        step = step_of(at)
        at.run()
        until(lambda: at.books.jobs_left() == 0)
        check_books(at)
        fall.tell(moment, step, "every row once")


@pytest.mark.parametrize("fall", FALLS)
def test_import_done_by_a_run_that_is_killed_is_finished_by_the_next(tmp_path: Path, fall: Fall) -> None:
    with site(tmp_path) as at:
        file = export_file(tmp_path, "errors.csv", range(ROWS))
        bot = at.run()
        command = at.launch("import", str(file))
        until(lambda: promised(at))
        command.kill()
        moment = wait_in_recording(at, fall)
        bot.kill()
        step = step_of(at)
        at.run()
        until(lambda: at.books.jobs_left() == 0)
        check_books(at)
        fall.tell(moment, step, "every row once")


@pytest.mark.parametrize("fall", FALLS)
def test_import_finishes_by_itself_what_a_killed_run_was_doing_for_it(tmp_path: Path, fall: Fall) -> None:
    with site(tmp_path) as at:
        file = export_file(tmp_path, "errors.csv", range(ROWS))
        bot = at.run()
        command = at.launch("import", str(file))
        moment = wait_in_recording(at, fall)
        bot.kill()
        step = step_of(at)
        assert command.ended() == 0, command.log.read_text()
        check_books(at)
        fall.tell(moment, step, "every row once")


@pytest.mark.parametrize("fall", FALLS)
def test_import_killed_at_any_moment_leaves_no_row_or_every_row_once(tmp_path: Path, fall: Fall) -> None:
    with site(tmp_path) as at:
        file = export_file(tmp_path, "errors.csv", range(ROWS))
        command = at.launch("import", str(file))
        sleep(moment := fall.after(4.0))
        command.kill()
        step = step_of(at)
        finish_with_another_import(at)
        if at.books.number("SELECT count(*) FROM ingest_run WHERE name = 'errors.csv' AND state = 'done'"):
            check_books(at)
            result = "every row once"
        else:
            assert at.books.number("SELECT count(*) FROM error") == 0
            assert at.books.jobs_left() == 0
            result = "no row"
        fall.tell(moment, step, result)
