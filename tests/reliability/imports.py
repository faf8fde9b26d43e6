"""An import of some thousand rows, and what must be true of it once it ended."""

from pathlib import Path
from time import sleep

from bot.usecases.ingest import CHUNK
from tests.reliability.files import export_file
from tests.reliability.kills import Doubled, Lost, insist
from tests.reliability.processes import Process, Site, until
from tests.reliability.seeds import Fall

CHUNKS = 4
ROWS = CHUNKS * CHUNK
"""Rows of the file: so many transactions' worth."""

A_CHUNK = 0.2
"""Seconds within which the kill falls once the chunk before was recorded; about what one takes."""


class Import:
    """An import that the command does which asked for it, or, beside it, a `sfsync run`."""

    kind, workflow, brings = "import", "import", 1

    def begin(self, at: Site, fall: Fall) -> None:
        """Ask for it, and wait until everything was read."""
        del fall
        self.command = at.launch("import", str(export_file(at.folder, "errors.csv", range(ROWS))))
        until(lambda: promised(at))

    def aim(self, at: Site, fall: Fall) -> None:
        chunk = fall.one_of(CHUNKS - 2)
        until(lambda: recorded(at) >= chunk)
        sleep(fall.after(A_CHUNK))

    def where(self, at: Site) -> tuple[str, bool]:
        return step_of(at), 0 < recorded(at) < CHUNKS

    def finish(self, at: Site) -> None:
        until(lambda: at.books.number("SELECT count(*) FROM ingest_run WHERE state = 'done'") > 0)
        until(lambda: at.books.jobs_left() == 0)

    def check(self, at: Site, moment: float) -> str:
        del moment
        check_books(at)
        return "every row once" + _how_it_ended(self.command)


def promised(at: Site) -> bool:
    """Tell whether everything was read: from now on it will be recorded."""
    return at.books.number("SELECT count(*) FROM ingest_run WHERE state = 'working'") > 0


def recorded(at: Site) -> int:
    """Count the chunks that are recorded."""
    if not at.books.rows("SELECT id FROM ingest_run WHERE name = 'errors.csv' AND state IN ('working', 'done')"):
        return 0
    return CHUNKS - at.books.number("SELECT count(*) FROM ingest_chunk")


def step_of(at: Site) -> str:
    """Tell from the database where a kill fell."""
    runs = at.books.rows("SELECT state FROM ingest_run WHERE name = 'errors.csv'")
    if not runs:
        return "before reading"
    if runs[0]["state"] != "working":
        return f"{runs[0]['state']}, {at.books.number('SELECT count(*) FROM ingest_chunk')} chunks kept"
    running = at.books.number("SELECT count(*) FROM job WHERE running IS NOT NULL")
    return f"recording, {recorded(at)} of {CHUNKS} chunks done, {'in the engine' if running else 'not handed over'}"


def check_books(at: Site) -> None:
    """Check that each row of the file is there, once, and that the run's figures say so."""
    books = at.books
    insist(Lost, books.number("SELECT count(DISTINCT hubspot_id) FROM error WHERE hubspot_id LIKE '7000%'"), ROWS)
    insist(Doubled, books.number("SELECT count(*) FROM error"), ROWS)
    insist(Doubled, books.number("SELECT max(occurrences) FROM error"), 1)
    insist(Lost, books.rows("SELECT DISTINCT status FROM error"), [{"status": "open"}])
    insist(Lost, books.number("SELECT count(*) FROM ingest_chunk"), 0)
    counts = "SELECT state, rows, new, still_open, resolved, rejected FROM ingest_run WHERE name = 'errors.csv'"
    figures = {"state": "done", "rows": ROWS, "new": ROWS, "still_open": 0, "resolved": 0, "rejected": 0}
    insist(Doubled, books.rows(counts), [figures])
    told = "SELECT count(*) FROM audit_entry WHERE action = 'import' AND CAST(detail AS text) LIKE '%errors.csv%'"
    insist(Doubled, books.number(told), 1)
    assert books.jobs_left() == 0


def check_second_import(at: Site, file: Path) -> None:
    """Import the same file again: nothing but the number of reports changes."""
    what = "SELECT id, object, record_key, group_id, status, first_seen FROM error ORDER BY id"
    before = at.books.rows(what)
    assert at.launch("import", str(file)).ended() == 0
    assert at.books.rows(what) == before
    last = at.books.rows("SELECT new, still_open, resolved FROM ingest_run ORDER BY id DESC LIMIT 1")
    assert last == [{"new": 0, "still_open": ROWS, "resolved": 0}]
    assert at.books.rows("SELECT DISTINCT occurrences FROM error") == [{"occurrences": 2}]
    assert at.books.number("SELECT count(*) FROM ingest_chunk") == 0


def finish_with_another_import(at: Site) -> None:
    """Import a file without rows: each row's only report stays the one that was interrupted."""
    finish = at.launch("import", "--partial", str(export_file(at.folder, "empty.csv", range(0))))
    assert finish.ended() == 0, finish.log.read_text()


def _how_it_ended(command: Process) -> str:
    """Tell what became of the command that asked, unless it was killed."""
    code = command.ended()
    assert "Traceback" not in command.log.read_text(), command.log.read_text()
    return "" if code <= 0 else f", the command gave up with {code}"
