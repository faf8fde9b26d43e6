"""An import that is struck in the middle: no row lost, none counted twice."""

from pathlib import Path
from time import sleep

import pytest

from tests.reliability.files import export_file
from tests.reliability.imports import (
    ROWS,
    Import,
    check_books,
    check_second_import,
    finish_with_another_import,
    promised,
    recorded,
)
from tests.reliability.kills import Note
from tests.reliability.processes import site, until
from tests.reliability.seeds import FALL, Fall, matrix
from tests.reliability.setups import RESTARTING, Setup
from tests.reliability.stories import strike

LIFE = 4.0
"""Seconds within which an import is over."""


@pytest.mark.parametrize(("setup", "fall"), matrix("import", RESTARTING), indirect=["setup"])
def test_import_struck_between_its_first_and_last_chunk_records_every_row_once(
    setup: Setup, fall: Fall, tmp_path: Path, record_property: Note
) -> None:
    strike(Import(), setup, fall, tmp_path, record_property)


def test_import_killed_while_recording_is_finished_by_the_next_import(tmp_path: Path) -> None:
    with site(tmp_path) as at:
        file = export_file(tmp_path, "errors.csv", range(ROWS))
        command = at.launch("import", str(file))
        until(lambda: recorded(at))
        command.kill()
        finish_with_another_import(at)
        check_books(at)
        check_second_import(at, file)


def test_import_done_by_a_run_that_is_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    with site(tmp_path) as at:
        bot = at.run()
        command = at.launch("import", str(export_file(tmp_path, "errors.csv", range(ROWS))))
        until(lambda: promised(at))
        command.kill()
        until(lambda: recorded(at))
        bot.kill()
        at.run()
        until(lambda: at.books.jobs_left() == 0)
        check_books(at)


def test_import_finishes_by_itself_what_a_killed_run_was_doing_for_it(tmp_path: Path) -> None:
    with site(tmp_path) as at:
        bot = at.run()
        command = at.launch("import", str(export_file(tmp_path, "errors.csv", range(ROWS))))
        until(lambda: recorded(at))
        bot.kill()
        assert command.ended() == 0, command.log.read_text()
        check_books(at)


def test_import_killed_at_any_moment_leaves_no_row_or_every_row_once(tmp_path: Path) -> None:
    with site(tmp_path) as at:
        command = at.launch("import", str(export_file(tmp_path, "errors.csv", range(ROWS))))
        sleep(FALL.after(LIFE))
        command.kill()
        finish_with_another_import(at)
        if at.books.number("SELECT count(*) FROM ingest_run WHERE name = 'errors.csv' AND state = 'done'"):
            check_books(at)
        else:
            assert at.books.number("SELECT count(*) FROM error") == 0
            assert at.books.jobs_left() == 0
