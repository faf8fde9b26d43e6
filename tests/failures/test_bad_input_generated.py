"""300 files and 300 pushed bodies that are wrong: a sentence, no trace, nothing half written, every good row there.

They are made from a seed that each failure prints; `SFSYNC_SEED=7 pytest -k generated` tries others.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from bot.errors import PersonError
from bot.local import Local, local
from bot.model.links import Links
from bot.model.sync import Selection
from bot.settings import Needs, load
from bot.sources.export_file import read
from bot.usecases import ingest
from bot.usecases.export import write_csv
from tests.bot_at_work import API_TOKEN, BotAtWork, bot_at_work
from tests.command import Sfsync
from tests.failures.bad_files import HOSTILE, LARGE, Bad, body_with_one_defect, files, hostile_body, one_defect
from tests.scenario.steps import post

SEED = int(os.environ.get("SFSYNC_SEED", "20261124"))
FILES = BODIES = 300


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    file = tmp_path_factory.mktemp("bad") / "sfsync.db"
    with local(load(Needs.DATABASE, {"database_url": f"sqlite:///{file}"})) as opened:
        yield opened


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotAtWork]:
    with bot_at_work(tmp_path_factory.mktemp("bodies")) as started:
        yield started


def known(at: Local) -> set[str]:
    with at.storage.read() as tx:
        return {error.hubspot_id for error in tx.errors.find(Selection(), 1_000_000)}


def bring_in(at: Local, bad: Bad) -> int:
    """Import a file as `sfsync import --partial` does; answer the rows that were rejected."""
    run = ingest.read_in(at.storage, at.clock, read(io.BytesIO(bad.content), "bad.csv"), "bad.csv", complete=False)
    ingest.preview(at.storage, run)
    ingest.start(at.storage, at.clock, run)
    for number in ingest.remaining(at.storage, run):
        ingest.record_chunk(at.storage, at.clock, run, number)
    ingest.finish(at.storage, at.clock, run)
    return ingest.result(at.storage, run).rejected


def refused(at: Local, bad: Bad) -> str:
    """Bring a file in; answer what a person is told where that cannot be."""
    try:
        bring_in(at, bad)
    except PersonError as error:
        return str(error)
    return ""


def state(at: Local) -> tuple[object, ...]:
    with at.storage.read() as tx:
        return tx.errors.total(), tx.runs.latest()


def test_generated_files_lose_the_one_row_that_is_wrong_and_no_other(at: Local) -> None:
    random, promised = Random(SEED), set[str]()
    for number in range(FILES // 2):
        bad = one_defect(random, number)
        where = f"seed {SEED}, file {number}: {bad.kind}"
        assert bad.ids is not None
        assert bring_in(at, bad) == 1, where
        promised |= bad.ids
    assert known(at) >= promised, f"seed {SEED}"
    assert not {one for one in known(at) if one.startswith("500")} - promised, f"seed {SEED}"


def test_generated_hostile_files_are_explained_or_read_and_leave_nothing_half_written(at: Local) -> None:
    random = Random(SEED)
    kinds = sorted(HOSTILE)
    for number in range(FILES // 2):
        # Each kind once, whatever the seed; the large ones no oftener.
        kind = kinds[number] if number < len(kinds) else random.choice([one for one in kinds if one not in LARGE])
        bad = Bad(kind, HOSTILE[kind](random, number))
        where, before = f"seed {SEED}, file {number}: {bad.kind}", state(at)
        refusal = refused(at, bad)
        if refusal:
            assert refusal.startswith("bad.csv "), where
            assert "%(" not in refusal, where
            assert state(at) == before, where
    out = io.StringIO()
    assert write_csv(at.storage, Selection(), Links(), out) > 0
    assert list(read(io.BytesIO(out.getvalue().encode()), "ours.csv"))


def test_generated_bodies_lose_the_one_row_that_is_wrong_and_no_other(bot: BotAtWork) -> None:
    random, promised = Random(SEED), set[str]()
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    with capture_logs() as logs:
        for number in range(BODIES // 2):
            bad, spoilt = body_with_one_defect(random, number)
            where = f"seed {SEED}, body {number}: {bad.kind}"
            answer = post(bot, "/api/v1/errors", data=bad.content, headers=headers)
            assert answer.status_code == 200, where
            assert [row["index"] for row in answer.json()["rejected"]] == [spoilt], where
            assert answer.json()["rejected"][0]["reason"], where
            assert bad.ids is not None
            assert answer.json()["accepted"] == len(bad.ids), where
            promised |= bad.ids
    assert known(bot.at) >= promised, f"seed {SEED}"
    assert not [line for line in logs if line["log_level"] in {"error", "critical"}]


def test_generated_bodies_that_are_none_are_refused_in_words_and_change_nothing(bot: BotAtWork) -> None:
    random = Random(SEED)
    headers = {"Authorization": f"Bearer {API_TOKEN}"}
    before = state(bot.at)
    with capture_logs() as logs:
        for number in range(BODIES // 2):
            bad = hostile_body(random)
            where = f"seed {SEED}, body {number}: {bad.content[:60]!r}"
            answer = post(bot, "/api/v1/errors", data=bad.content, headers=headers)
            assert answer.status_code == 400 or answer.json()["accepted"] == 0, where
            assert answer.status_code != 400 or answer.json()["error"], where
    assert state(bot.at)[0] == before[0]
    assert not [line for line in logs if line["log_level"] in {"error", "critical"}]


def test_generated_files_at_the_terminal_are_a_sentence_and_never_a_trace(tmp_path: Path) -> None:
    sfsync = Sfsync(tmp_path)
    for number, bad in enumerate(files(SEED, 6)):
        said = sfsync("import", sfsync.file(f"{number}.csv", bad.content), "--partial")
        assert said.code in {0, 1}, (SEED, bad.kind, said)
        assert "Traceback" not in said.err
        assert '"event"' not in said.err
        assert bool(said.out) == (said.code == 0), (SEED, bad.kind, said)
