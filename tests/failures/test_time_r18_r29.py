"""Time: rows 18 to 20 and 29. Clocks jump, processes die in between, and each digest still comes once.

Row 18 in the same process and row 19's three days of downtime are in `tests/scenario/test_digest.py`, what a wrong
time stamp is answered in `tests/scenario/test_bad_input.py`.
"""

import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests

from bot.sandbox.company import Company
from bot.sandbox.slack.state import ADA, REVOPS
from tests.bot_at_work import BotAtWork
from tests.command import Sfsync
from tests.failures.scenes import channel, digests, due_digest, settled
from tests.reliability.files import export_file
from tests.reliability.processes import site, until
from tests.scenario.steps import ask, later

NEW_YORK = ZoneInfo("America/New_York")

LOOKS = (1.75, 2.75, 3.75, 12.0, 26.75, 36.0)
"""Hours after midnight at which due work is looked for: after both of the hours that repeat, and the next day."""

needs_compiler = pytest.mark.skipif(not shutil.which("cc"), reason="a clock that can be set needs a C compiler")


@pytest.mark.parametrize(
    ("month", "week", "at"), [(3, 2, "02:30"), (11, 1, "01:30")], ids=["hour that is skipped", "hour that repeats"]
)
def test_r19_digest_in_the_hour_that_a_clock_change_skips_or_repeats_comes_once_each_day(
    bot: BotAtWork, month: int, week: int, at: str
) -> None:
    first = datetime(bot.clock.now().year + 1, month, 1, tzinfo=NEW_YORK)
    sunday = first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (week - 1))
    assert sunday.utcoffset() != (sunday + timedelta(days=1)).utcoffset()
    room = channel(bot, f"DST{month:02}")
    midnight = sunday.astimezone(UTC)
    later(bot, midnight - bot.clock.now())
    ask(bot, f"notify daily {at}", channel=room)
    days = []
    for hours in LOOKS:
        before = len(digests(bot, room))
        later(bot, midnight + timedelta(hours=hours) - bot.clock.now())
        settled(bot)
        days += [bot.clock.now().astimezone(NEW_YORK).date()] * (len(digests(bot, room)) - before)
    assert days == [sunday.date(), (sunday + timedelta(days=1)).date()]
    ask(bot, "notify off", channel=room)


def test_r20_killed_between_post_and_record_leaves_one_duplicate_at_most_and_the_last_one_is_known(
    tmp_path: Path,
) -> None:
    with site(tmp_path) as at:
        due_digest(at)
        # Slack has the message; its answer is still on its way when the process dies.
        at.company.workspace.fail("chat.postMessage", "", delay=2.0, after=True)
        bot = at.run()
        until(lambda: at.company.workspace.messages(REVOPS))
        bot.kill()
        assert at.books.rows("SELECT state FROM delivery") == [{"state": "due"}]
        at.run()
        until(lambda: at.books.jobs_left() == 0)
        told = at.company.workspace.messages(REVOPS)
        assert 1 <= len(told) <= 2
        assert at.books.rows("SELECT state, channel, ts FROM delivery") == [
            {"state": "delivered", "channel": REVOPS, "ts": told[-1].ts}
        ]


@pytest.fixture(scope="module")
def settable(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of a process whose clock a file sets, by so many seconds."""
    folder = tmp_path_factory.mktemp("clock")
    source, library, offset = Path(__file__).with_name("set_clock.c"), folder / "set_clock.so", folder / "offset"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, timeout=60)
    return {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(offset)}


def set_clock(settable: Mapping[str, str], seconds: int) -> None:
    # In one step: a process that reads in between must not see an empty file.
    offset = Path(settable["CLOCK_OFFSET"])
    fresh = offset.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(offset)


@needs_compiler
def test_r29_doctor_tells_a_clock_that_is_wrong_and_how_to_mend_it(tmp_path: Path, settable: dict[str, str]) -> None:
    set_clock(settable, -600)
    with Company(pace=0) as company:
        settings = {name.upper(): value for name, value in company.settings().items()}
        doctor = Sfsync(tmp_path, settings | settable)("doctor", "--json")
    [clock] = [each for each in doctor.json["findings"] if each["check"] == "clock"]
    assert not clock["ok"]
    assert 590 <= int(clock["seen"].split()[0]) <= 610
    assert "NTP" in clock["mend"]
    assert doctor.code == 1


@needs_compiler
def test_r29_timers_go_on_and_each_refused_request_is_one_line_after_the_clock_was_set_back_and_forward(
    tmp_path: Path, settable: dict[str, str]
) -> None:
    set_clock(settable, 0)
    with site(tmp_path, **settable) as at:
        bot = at.run()
        for number, ahead in enumerate((-3600, +3600), start=1):
            set_clock(settable, ahead)
            # Slack's five minutes: its requests are refused, and nobody's log overflows.
            for _ in range(3):
                assert at.company.workspace.command(ADA, REVOPS, "errors").answer.status == 401
            told = [line["event"] for line in bot.said() if line["event"].startswith("refused")]
            assert told == ["refused: signature or timestamp"] * 3 * number
            # Nobody wakes the timers: what another process read is recorded all the same.
            file = export_file(tmp_path, f"errors{number}.csv", range(10 * number))
            assert at.launch("import", str(file)).ended() == 0
            assert at.books.number("SELECT count(*) FROM error") == 10 * number
            door = at.company.workspace.request_url.replace("/slack/events", "/readyz")
            assert requests.get(door, timeout=10).status_code == 200
        assert "Traceback" not in bot.log.read_text()
        bot.terminate()
        assert bot.ended() == 0
