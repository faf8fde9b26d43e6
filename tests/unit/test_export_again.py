"""Whatever errors hold: what is exported, imported again, is the same errors, here and elsewhere."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.local import Local, local
from bot.model.links import Links
from bot.model.sync import ReportedError, Selection, Source, Status, SyncError
from bot.settings import Needs, load
from bot.sources.export_file import read
from bot.sources.push import read as read_push
from bot.usecases import ingest
from bot.usecases.export import write_csv

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)

PIECES = [
    *"=+-@\t\r\n'\" ,;|",
    "\r\n",
    '""',
    "\u200f",
    "\u202e",
    "\ufeff",
    "\u2028",
    "\x85",
    "\xa0",
    "\x1c",
    "<!channel>",
]
MISTAKEN = ["12 records", "STRING_TOO_LONG", "String too long", "0010i0000046cD3AAI", "2026-11-24", "contact", "101"]
"""Values by which a column could be taken for another."""

texts = st.one_of(
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=6).map("".join),
    st.sampled_from([*MISTAKEN, "x" * 31_999 + " cut off behind a space"]),
)
pushed = st.fixed_dictionaries(
    {
        "object": st.sampled_from(["contact", "deal", "Invoice__c"]),
        "hubspot_id": st.sampled_from(["", "101", "102"]),
        "salesforce_id": st.sampled_from(["", "00300000003T2PG", "001A0000006Vm9rIAC"]),
        "record": texts,
        "code": texts,
        "message": texts,
        "fields": st.lists(texts, max_size=3),
        "seen_at": st.sampled_from(["", "2026-11-23T07:08:09+01:00", "2020-02-29T00:00:00Z"]),
    }
)


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


@contextmanager
def database(folder: Path) -> Iterator[Local]:
    folder.mkdir()
    with local(load(Needs.DATABASE, {"database_url": f"sqlite:///{folder / 'sfsync.db'}"}), Standing()) as at:
        yield at


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with database(tmp_path_factory.mktemp("here") / "db") as at:
        yield at


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    with database(tmp_path_factory.mktemp("elsewhere") / "db") as at:
        yield at


def held(at: Local) -> list[SyncError]:
    with at.storage.read() as tx:
        return tx.errors.page(Selection(), 1000)


def emptied(at: Local) -> None:
    with at.storage.write() as tx:
        tx.errors.forget([error.id for error in tx.errors.page(Selection(), 1000)], NOW)


def push(at: Local, rows: list[dict[str, Any]], ignored: int) -> None:
    """Record what is pushed, and have some of it ignored."""
    found = [row for row in read_push(json.dumps(rows).encode()) if isinstance(row, ReportedError)]
    with at.storage.write() as tx:
        recorded = ingest.arrive(tx, NOW, [ingest.understand(row) for row in found], Source.PUSH, "push")
        tx.errors.set_status(recorded.new[:ignored], Status.IGNORED, NOW)


def exported(at: Local) -> bytes:
    out = io.StringIO(newline="")
    write_csv(at.storage, Selection(), Links("4711", salesforce_host="acme.lightning.force.com"), out)
    return out.getvalue().encode()


def imported(at: Local, content: bytes) -> ingest.Preview:
    run = ingest.read_in(at.storage, at.clock, read(io.BytesIO(content), "ours.csv"), "ours.csv")
    view = ingest.preview(at.storage, run)
    for number in ingest.remaining(at.storage, run):
        ingest.record_chunk(at.storage, at.clock, run, number)
    ingest.finish(at.storage, at.clock, run)
    return view


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(pushed, max_size=5), ignored=st.integers(0, 2))
def test_what_is_exported_and_imported_again_is_the_same_errors(
    here: Local, elsewhere: Local, rows: list[dict[str, Any]], ignored: int
) -> None:
    emptied(here)
    emptied(elsewhere)
    push(here, rows, ignored)
    before, content = held(here), exported(here)
    again = imported(here, content)
    assert (again.new, again.still_open, again.resolved, again.rejected) == (0, len(before), 0, 0)
    assert held(here) == before
    imported(elsewhere, content)
    assert [replace(error, id=0) for error in held(elsewhere)] == [replace(error, id=0) for error in before]
