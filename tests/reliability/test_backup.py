"""Backups: taken while the bot works, put back when its machine is gone, and never over what is still needed."""

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from shutil import copy2, copytree
from threading import Event, Thread
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import requests

from bot import __version__
from bot.store.tables import SCHEMA
from tests.command import Sfsync
from tests.reliability.files import export_file
from tests.reliability.processes import API_TOKEN, Site, site, until
from tests.reliability.resyncs import (
    PROOF_AFTER,
    bring_hundred_in,
    check_states,
    check_touches,
    press,
    slow_vendors,
    wait_for_the_end,
)

BOTH = {"sfsync.db", "sfsync-engine.db"}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installation that knows three errors, in `home`, and its backup."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "home").mkdir()
    sfsync = Sfsync(folder / "home")
    sfsync.good("import", str(export_file(folder, "errors.csv", range(3))))
    sfsync.good("backup", folder / "backup.zip")
    return folder


@pytest.fixture
def home(model: Path, tmp_path: Path) -> Sfsync:
    """An installation that knows three errors."""
    return Sfsync(copytree(model / "home", tmp_path / "home"))


@pytest.fixture
def archive(model: Path, tmp_path: Path) -> Path:
    """Its backup."""
    return Path(copy2(model / "backup.zip", tmp_path))


def elsewhere(tmp_path: Path) -> Sfsync:
    """Another machine, on which nothing ever ran."""
    (tmp_path / "new").mkdir()
    return Sfsync(tmp_path / "new", {"DATABASE_URL": f"sqlite:///{tmp_path / 'new' / 'data' / 'bot.db'}"})


def database(sfsync: Sfsync) -> Path:
    return sfsync.folder / "sfsync.db"


def errors(sfsync: Sfsync) -> int:
    return int(sfsync.good("errors", "--json").json["total"]["errors"])


def repacked(archive: Path, **changed: bytes | None) -> Path:
    """Write an archive anew with other content for some of its names; None leaves one out."""
    names = {"manifest": "manifest.json", "product": "sfsync.db", "engine": "sfsync-engine.db"}
    with ZipFile(archive) as old:
        content = {name: old.read(name) for name in names.values()}
    content |= {names.get(short, short): each for short, each in changed.items() if each is not None}
    left_out = {names[short] for short, each in changed.items() if each is None}
    other = archive.with_name("repacked.zip")
    with ZipFile(other, "w", ZIP_DEFLATED) as new:
        for name, each in content.items():
            if name not in left_out:
                new.writestr(name, each)
    return other


def manifest(archive: Path) -> dict[str, object]:
    with ZipFile(archive) as packed:
        found: dict[str, object] = json.loads(packed.read("manifest.json"))
    return found


def test_a_backup_is_one_private_file_that_says_what_it_is(home: Sfsync, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    said = home.good("backup", file, "--json").json
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with ZipFile(file) as packed:
        assert set(packed.namelist()) == BOTH | {"manifest.json"}
    told = manifest(file)
    assert (told["version"], told["schema"]) == (__version__, SCHEMA)
    assert said == {
        "file": str(file),
        "bytes": file.stat().st_size,
        "schema": SCHEMA,
        "created_at": told["created_at"],
    }
    assert sorted(each.name for each in tmp_path.iterdir()) == ["backup.zip", "home"]


def test_a_backup_overwrites_nothing_unless_told_to(home: Sfsync, archive: Path, tmp_path: Path) -> None:
    before = archive.read_bytes()
    refused = home("backup", archive)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert archive.read_bytes() == before
    home.good("import", "--partial", str(export_file(home.folder, "more.csv", range(10, 14))))
    home.good("backup", archive, "--yes")
    other = elsewhere(tmp_path)
    other.good("restore", archive)
    assert errors(other) == 7


@pytest.mark.parametrize("where", ["missing/backup.zip", "."])
def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(home: Sfsync, tmp_path: Path, where: str) -> None:
    before = sorted(tmp_path.iterdir())
    refused = home("backup", tmp_path / where)
    assert refused.code == 1
    assert "Traceback" not in refused.err
    assert str(tmp_path) in refused.err
    assert sorted(tmp_path.iterdir()) == before


def test_there_is_no_backup_of_nothing(tmp_path: Path) -> None:
    sfsync = Sfsync(tmp_path)
    refused = sfsync("backup", tmp_path / "backup.zip")
    assert refused.code == 1
    assert "There is no database" in refused.err
    assert list(tmp_path.iterdir()) == []


def test_a_lost_machine_comes_back_from_its_backup(home: Sfsync, archive: Path, tmp_path: Path) -> None:
    other = elsewhere(tmp_path)
    said = other.good("restore", archive, "--json").json
    assert said["kept"] == []
    assert said["created_at"] == manifest(archive)["created_at"]
    assert errors(other) == 3
    assert (
        other.good("errors", "--search", "Person", "--json").json
        == home.good("errors", "--search", "Person", "--json").json
    )
    other.good("import", "--partial", str(export_file(other.folder, "more.csv", range(10, 12))))
    assert errors(other) == 5


def test_what_is_replaced_is_asked_about_and_kept_under_a_dated_name(home: Sfsync, archive: Path) -> None:
    home.good("import", "--partial", str(export_file(home.folder, "more.csv", range(10, 14))))
    refused = home("restore", archive)
    assert refused.code == 1
    assert "--yes" in refused.err
    assert errors(home) == 7
    kept = [Path(each) for each in home.good("restore", archive, "--yes", "--json").json["kept"]]
    assert errors(home) == 3
    assert {each.parent for each in kept} == {home.folder}
    [old] = [each for each in kept if "engine" not in each.name]
    assert old.name.startswith("sfsync.2")
    home.settings["DATABASE_URL"] = f"sqlite:///{old}"
    assert errors(home) == 7


def test_a_database_that_is_broken_is_replaced_and_kept_as_it_is(home: Sfsync, archive: Path) -> None:
    rubbish = b"rubbish " * 1000
    database(home).write_bytes(rubbish)
    # A log of another file beside the restored one would break that, too.
    database(home).with_name("sfsync.db-wal").write_bytes(rubbish)
    kept = home.good("restore", archive, "--yes", "--json").json["kept"]
    assert errors(home) == 3
    assert sum(Path(each).read_bytes() == rubbish for each in kept) == 1


def test_nothing_is_restored_while_somebody_works_on_the_database(home: Sfsync, archive: Path) -> None:
    with site(home.folder) as at:
        bot = at.run()
        refused = home("restore", archive, "--yes")
        assert refused.code == 1
        assert "Stop it first" in refused.err
        bot.terminate()
    home.good("restore", archive, "--yes")


def test_nothing_is_restored_while_another_program_has_the_database_open(home: Sfsync, archive: Path) -> None:
    with closing(sqlite3.connect(database(home))) as other:
        other.execute("SELECT count(*) FROM error").fetchone()
        refused = home("restore", archive, "--yes")
        assert refused.code == 1
        assert "open" in refused.err
        assert other.execute("SELECT count(*) FROM error").fetchone() == (3,)
    assert not list(home.folder.glob("sfsync.2*"))


def test_an_archive_that_is_none_of_ours_is_refused_and_changes_nothing(home: Sfsync, archive: Path) -> None:
    plain = home.file("plain.txt", "no archive")
    with ZipFile(archive) as packed:
        damaged = bytearray(packed.read("sfsync.db"))
    damaged[4096:8192] = b"\xff" * 4096
    before = database(home).read_bytes()
    for wrong in (
        plain,
        repacked(archive, product=None),
        repacked(archive, engine=None),
        repacked(archive, manifest=None),
        repacked(archive, manifest=b"[]"),
        repacked(archive, product=b"rubbish " * 1000),
        repacked(archive, product=bytes(damaged)),
        repacked(archive, product=b""),
        repacked(archive, engine=b"rubbish " * 1000),
    ):
        refused = home("restore", wrong, "--yes")
        assert refused.code == 1
        assert "is no backup of sfsync" in refused.err, refused.err
        assert "Traceback" not in refused.err
    assert database(home).read_bytes() == before
    assert not list(home.folder.glob("sfsync.2*"))
    assert not list(home.folder.glob(".restore*"))


def test_an_archive_of_a_later_version_is_refused(home: Sfsync, archive: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.db"
    with ZipFile(archive) as packed:
        later.write_bytes(packed.read("sfsync.db"))
    with closing(sqlite3.connect(later)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")
    for other in (
        repacked(archive, product=later.read_bytes()),
        repacked(archive, manifest=json.dumps(manifest(archive) | {"format": 2}).encode()),
    ):
        refused = home("restore", other, "--yes")
        assert refused.code == 1
        assert "newer" in refused.err


def test_names_in_an_archive_decide_about_no_place(archive: Path, tmp_path: Path) -> None:
    evil = repacked(archive, **{"../../evil.db": b"x", "/tmp/evil.db": b"x"})
    other = elsewhere(tmp_path)
    other.good("restore", evil)
    assert not list(tmp_path.rglob("evil*"))
    assert errors(other) == 3


def test_on_postgresql_its_own_tools_are_named(home: Sfsync, archive: Path) -> None:
    home.settings["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    for words in (("backup", "x.zip"), ("restore", archive)):
        refused = home(*words)
        assert refused.code == 1
        assert "pg_dump" in refused.err


@contextmanager
def pushing(at: Site) -> Iterator[list[int]]:
    """Push one error after the other; what is yielded grows by the number of each that was accepted."""
    done, accepted = Event(), list[int]()
    door = at.company.workspace.request_url.replace("/slack/events", "/api/v1/errors")

    def push() -> None:
        for number in range(100_000):
            if done.is_set():
                return
            row = {"object": "contact", "hubspot_id": str(80_000_000 + number), "code": "STRING_TOO_LONG"}
            answer = requests.post(door, json=[row], headers={"Authorization": f"Bearer {API_TOKEN}"}, timeout=30)
            assert answer.status_code == 200, answer.text
            accepted.append(number)

    thread = Thread(target=push)
    thread.start()
    try:
        yield accepted
    finally:
        done.set()
        thread.join()


def test_a_backup_under_load_starts_elsewhere_and_ends_what_was_begun_once(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    with site(folder, sfsync_proof_after=PROOF_AFTER) as at:
        bot = at.run()
        pairs = bring_hundred_in(at)
        with pushing(at) as accepted:
            slow_vendors(at)
            press(at)
            until(lambda: accepted)
            before = len(accepted)
            assert at.launch("backup", str(tmp_path / "backup.zip")).ended() == 0
            after = len(accepted)
            until(lambda: len(accepted) > after)
        # The machine is lost.
        bot.kill()
        copytree(folder, tmp_path / "lost")
        for each in folder.glob("sfsync*"):
            each.unlink()
        assert at.launch("restore", str(tmp_path / "backup.zip")).ended() == 0
        assert at.books.number("SELECT count(*) FROM job WHERE NOT done OR running IS NOT NULL")
        at.run()
        wait_for_the_end(at)
        # What was done after the backup is done again, each call once: as after a crash at that moment.
        check_touches(at, pairs, kills=4)
        check_states(at, pairs)
        known = "SELECT count(*) FROM error WHERE hubspot_id LIKE '800%'"
        assert before <= at.books.number(known) <= after + 1
        assert at.books.number(f"{known} AND occurrences > 1") == 0
