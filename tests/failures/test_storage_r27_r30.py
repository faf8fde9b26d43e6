"""Storage: rows 27 and 30. A database that is busy, and nothing in it that runs code.

Row 28, cells that compute, is in `tests/scenario/test_commands.py`.
"""

import base64
import binascii
import pickletools
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import bot as bot_package
from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import ADA, OTTO, REVOPS
from tests.bot_at_work import BotAtWork
from tests.failures.scenes import csv_files, due_digest, held_command, settled, writing
from tests.reliability.processes import ENDS_WITHIN, Site, site, until
from tests.scenario.steps import ask, captured, open_errors, resyncs, words

HOUSE = Path(bot_package.__file__).parents[1]

PROMISES = ("claim", "job", "export_request", "resync_batch", "resync_item", "audit_entry", "subscription")


def promised(bot: BotAtWork) -> dict[str, int]:
    """How much is in each table that a change writes to."""
    with closing(sqlite3.connect(bot.at.database.file)) as books:
        return {name: books.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in PROMISES}


def test_r27_questions_are_answered_while_another_process_writes(bot: BotAtWork) -> None:
    for user in (ADA, OTTO):
        ask(bot, "help", user)
    with writing(bot.at.database.file):
        assert f"{len(open_errors(bot))} open errors" in words(ask(bot, "errors"))
        assert "Duplikate" in words(ask(bot, "fehler", OTTO))
        assert "no digest" in ask(bot, "notify").text


@pytest.mark.parametrize("text", ["export duplicates", "resync associations", "notify daily 09:00"])
def test_r27_change_is_answered_in_time_while_another_process_writes_and_leaves_nothing_half_done(
    bot: BotAtWork, text: str
) -> None:
    ask(bot, "help")
    settled(bot)
    before, files, running = promised(bot), len(csv_files(bot)), len(resyncs(bot))
    typed = held_command(bot, text)
    with writing(bot.at.database.file):
        answer = bot.company.workspace.deliver(typed)
    # Slack's own patience of three seconds decides what is in time.
    assert (answer.error, answer.status) == (None, 200)
    assert "went wrong" not in answer.text
    assert "again" in answer.text
    assert promised(bot) == before
    # The very same command is a new one: nothing of it was claimed.
    again = bot.company.workspace.deliver(typed)
    assert again.error is None
    assert again.text.strip()
    bot.until(lambda: promised(bot) != before)
    settled(bot)
    assert len(csv_files(bot)) - files + len(resyncs(bot)) - running == (0 if "notify" in text else 1)
    ask(bot, "notify off")


def test_r27_click_is_answered_in_a_modal_while_another_process_writes(bot: BotAtWork) -> None:
    settled(bot)
    before = promised(bot)
    click = captured(bot, ask(bot, "errors"), "export.v1", "Duplicates")
    # Two seconds of waiting leave the modal one: on a busy machine that is not what is tested.
    bot.company.workspace.triggers[click.payload["trigger_id"]]["at"] += 60
    with writing(bot.at.database.file):
        answer = bot.company.workspace.deliver(click)
    assert (answer.error, answer.status) == (None, 200)
    assert promised(bot) == before
    assert "went wrong" not in words(bot.company.workspace.modal(ADA))


# Row 30


def is_pickle(value: bytes) -> bool:
    """Tell whether bytes are a pickle: those of the last 20 years begin with a mark, and are read to their end."""
    if not value.startswith(b"\x80"):
        return False
    try:
        return any(code.name == "STOP" for code, _, _ in pickletools.genops(value))
    except (ValueError, IndexError):
        return False


def forms(value: object) -> Iterator[bytes]:
    """Yield the bytes a stored value may stand for."""
    if isinstance(value, bytes):
        yield value
    if isinstance(value, str):
        yield value.encode("utf-8", "surrogateescape")
        for part in re.findall(r"[A-Za-z0-9+/=]{8,}", value):
            try:
                yield base64.b64decode(part, validate=True)
            except binascii.Error:
                continue


def values_of(file: Path) -> Iterator[tuple[str, object]]:
    """Yield everything that is in a database, with its table."""
    with closing(sqlite3.connect(file)) as books:
        for (table,) in books.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in books.execute(f'SELECT * FROM "{table}"'):
                yield from ((table, value) for value in row)


def test_r30_nothing_in_either_database_is_a_pickle(bot: BotAtWork) -> None:
    import pickle

    assert any(map(is_pickle, forms(base64.b64encode(pickle.dumps({"a": 1})).decode())))
    bot.company.faults.add(Fault("server_error", "/crm/objects/", times=1))
    ask(bot, "resync type_mismatch")
    ask(bot, "export duplicates")
    settled(bot)
    ours = bot.at.database.file
    tables = set()
    for file in (ours, ours.with_name(f"{ours.stem}-engine.db")):
        for table, value in values_of(file):
            tables.add(table)
            assert not any(map(is_pickle, forms(value))), (table, value)
    assert {"job", "workflow_status", "operation_outputs"} <= tables


RENAMED = {
    r"\bbot\.work\.workflows\b": "bot.work.flows",
    r"\bbot\.usecases\.digests\b": "bot.usecases.bulletins",
    r"(from bot\.usecases import [^)\n]*(?:\([^)]*)?)\bdigests\b": r"\1bulletins as digests",
    r"\bdigests\.post\b": "digests.put_up",
    r"^def post\(": "def put_up(",
    r"\b_deliver\b": "_bring",
}
"""What somebody tidies up between two releases: modules, and the functions that durable work is made of."""


def renamed_house(folder: Path) -> Path:
    """Write the product anew, with modules and functions under other names."""
    for name in ("bot", "handlers", "templates"):
        shutil.copytree(HOUSE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "bot/work/workflows.py").rename(folder / "bot/work/flows.py")
    (folder / "bot/usecases/digests.py").rename(folder / "bot/usecases/bulletins.py")
    for file in (one for one in folder.rglob("*.py") if "sandbox" not in one.parts):
        text = file.read_text()
        for old, new in RENAMED.items():
            text = re.sub(old, new, text, flags=re.MULTILINE)
        file.write_text(text)
    return folder


def run_renamed(at: Site, house: Path) -> "subprocess.Popen[bytes]":
    """Start `sfsync run` of another source tree on this site's databases."""
    command = [sys.executable, "-c", "from bot.cli import main; main()", "run"]
    with (at.folder / "renamed.log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=house, env={**at._env, "PYTHONPATH": str(house)})


def test_r30_work_that_was_begun_ends_although_modules_and_functions_were_renamed(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with site(tmp_path / "site") as at:
        due_digest(at)
        at.company.workspace.fail("chat.postMessage", "", delay=3.0)
        bot = at.run()
        until(lambda: at.books.number("SELECT count(*) FROM job WHERE running IS NOT NULL"))
        until(lambda: not at.company.workspace.faults)
        bot.kill()
        assert at.books.jobs_left() == 1
        # What was on its way to Slack when the process died may arrive, and is none of the next one's.
        before = until(lambda: at.company.workspace.called("chat.postMessage"))
        house = renamed_house(tmp_path / "house")
        assert "bot.work.workflows" not in (house / "bot/app.py").read_text()
        renamed = run_renamed(at, house)
        try:
            until(lambda: at.books.jobs_left() == 0 or renamed.poll() is not None, ENDS_WITHIN)
            assert renamed.poll() is None, (at.folder / "renamed.log").read_text()
            assert len(at.company.workspace.called("chat.postMessage")) == len(before) + 1
            [delivery] = at.books.rows("SELECT state, ts FROM delivery")
            assert (delivery["state"], delivery["ts"]) == ("delivered", at.company.workspace.messages(REVOPS)[-1].ts)
        finally:
            renamed.terminate()
            renamed.wait(30)
