"""`sfsync erase`: whom it forgets, whom it leaves, and that nothing of them is left in any file."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest

from bot.sandbox.slack.state import ADA
from tests.bot_at_work import BotAtWork, bot_at_work
from tests.command import Sfsync
from tests.databases import Books, books
from tests.failures.scenes import push
from tests.scenario.steps import ask, begun, finished, words

ANN, ANNA = "ann.lee@example.com", "joann.lee@example.com"
LEAD = "00Q000000000901AAA"


@pytest.fixture
def bot(tmp_path: Path, databases: object) -> Iterator[BotAtWork]:
    folder = tmp_path / "bot"
    folder.mkdir()
    url = databases.migrated(folder)  # type: ignore[attr-defined]
    with bot_at_work(folder, url, sfsync_admins=ADA) as bot:
        yield bot


def command(bot: BotAtWork, folder: Path) -> Sfsync:
    given = {name.upper(): str(value) for name, value in bot.company.settings().items()}
    return Sfsync(folder, {"DATABASE_URL": bot.at.settings.database_url, **given})


def holding(folder: Path, pattern: bytes) -> list[str]:
    files = [one for one in sorted(folder.rglob("*")) if one.is_file()]
    return [one.name for one in files if re.search(pattern, one.read_bytes())]


def test_a_person_is_forgotten_everywhere_and_nobody_else(bot: BotAtWork, tmp_path: Path) -> None:
    row = {"object": "contact", "code": "STRANGE_CODE"}
    push(
        bot,
        {**row, "hubspot_id": "990001", "record": ANN, "message": "first", "salesforce_id": LEAD},
        {**row, "salesforce_id": LEAD, "hubspot_id": "990001", "record": "Somebody", "message": "by id alone"},
        {**row, "hubspot_id": "990002", "record": ANNA, "message": "second"},
        {**row, "hubspot_id": "990003", "record": "Bob", "message": f"duplicate of {ANN}, see there"},
    )
    live = begun(bot, "strange_code")
    bot.until(lambda: finished(live))
    assert f"• {ANN}" in words(live)
    ask(bot, "export strange_code")
    ask(bot, f"export {ANN}")
    files = bot.company.workspace.files
    bot.until(lambda: sum(one.completed for one in files.values()) == 2)
    sfsync = command(bot, tmp_path)
    ours = tmp_path / "ours.csv"
    sfsync.good("export", "-o", ours)
    log = sfsync.file("old.log", f'{{"a": "{ANN}"}}\n{{"a": "{ANNA}"}}\n')

    shown = sfsync.good("erase", ANN, "--dry-run", "--json", "--file", ours, "--file", log).json
    assert shown["rows"]["error"] == 3
    assert shown["removed"] is False
    assert sfsync("erase", ANN).code == 1
    assert len(files) == 2

    done = sfsync.good("erase", ANN, "--yes", "--json", "--file", ours, "--file", log).json
    assert done == {**shown, "removed": True}
    assert done["slack_files"] == 2
    assert done["files"] == {str(ours): 3, str(log): 1}
    assert not files
    bot.until(lambda: ANN not in words(live).replace(ANNA, ""))
    assert ANNA in words(live)
    with books(bot.at.settings.database_url) as stored:
        assert ANN not in repr(stored.content()).replace(ANNA, "")
        assert "990001" not in json.dumps(repr(stored.content()["error"]))
        assert stored.number("SELECT count(*) FROM error") == 1
        assert stored.number("SELECT count(*) FROM audit_entry WHERE action = 'erase'") == 1
    if bot.at.database.on_sqlite:
        for folder in (bot.folder, tmp_path):
            assert holding(folder, LEAD[:15].encode()) == []
            assert holding(folder, rb"(?<!jo)ann\.lee@") == []
    assert sfsync.good("erase", ANN, "--yes", "--json").json["rows"] == {}
    assert words(ask(bot, "errors strange_code")).count(ANNA) <= 1


def left_by_the_timer(bot: BotAtWork, stored: Books) -> int:
    """Let the timer come, which does nothing where it came a moment ago; answer how many errors are left."""
    bot.service.timers.wake("forget what was resolved")
    sleep(0.2)
    return stored.number("SELECT count(*) FROM error")


def test_errors_resolved_long_ago_are_forgotten_and_younger_ones_kept(bot: BotAtWork) -> None:
    push(bot, *({"object": "deal", "hubspot_id": str(n), "code": "OLD", "message": "x"} for n in range(1200)))
    with books(bot.at.settings.database_url) as stored:
        stored.change(
            "UPDATE error SET status = 'resolved', resolved_at = :at", at=f"{bot.clock.now():%Y-%m-%d %H:%M:%S.%f}"
        )
        stored.change("UPDATE error SET status = 'open', resolved_at = NULL WHERE hubspot_id = '7'")
        bot.later(timedelta(days=179))
        assert left_by_the_timer(bot, stored) == 1200
        bot.later(timedelta(days=2))
        bot.until(lambda: left_by_the_timer(bot, stored) == 1)
