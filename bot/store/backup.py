"""Backups of an installation on SQLite: one zip file with both databases, as they were at one moment.

What is promised stands in the product's database, what was begun in the engine's, and each is written by its own
transactions, the product's first: a step commits its rows, and then the engine notes that it ended. So the moment
is fixed while this process holds the write lock of the product's database: nothing can be committed there from
before the engine's state is seen until the product's is. The pair is then what a power cut at that moment would
have left, and from that the bot recovers by itself: a step whose rows are there but not its end is repeated, which
every step allows; one that the engine takes for ended while its rows are missing cannot occur.

The lock is held for an instant only. Both databases write ahead, so what a reader saw first it sees until it has
done, and the copying takes as long as it likes while the bot goes on.
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from bot.errors import NeedsConfirmation, PersonError
from bot.store.database import Database, engine_url
from bot.store.tables import SCHEMA

PRODUCT, ENGINE, MANIFEST = "sfsync.db", "sfsync-engine.db", "manifest.json"
"""What an archive holds, whatever the files are called at home."""

FORMAT = 1
LARGEST_MANIFEST = 10_000

PATIENCE = 30.0
"""Seconds to wait for others that write."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is known of a backup: the version of sfsync that made it, the schema of its tables, and when."""

    version: str
    schema: str
    created_at: str
    format: int = FORMAT


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored, and the files that were there before, under their new names."""

    manifest: Manifest
    kept: tuple[Path, ...]


def backup(database: Database, target: Path, *, version: str, now: datetime, replace: bool = False) -> Manifest:
    """Write a backup to `target`, readable for its owner only; it appears whole or not at all.

    Raises PersonError where there is nothing to back up, and NeedsConfirmation where `target` exists and is not to
    be replaced.
    """
    files = _files(database)
    if target.exists() and not target.is_file():
        raise PersonError("%(file)s is no file.", "Name one that can be written.", file=target)
    if target.exists() and not replace:
        raise NeedsConfirmation(
            "%(file)s exists already.", "Choose another name, or add --yes to replace it.", file=target
        )
    if not files[PRODUCT].is_file():
        raise PersonError("There is no database at %(file)s.", "Check DATABASE_URL.", file=files[PRODUCT])
    try:
        # Beside the target, for this may be large and must become it in one move; nobody else may look into it.
        with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
            copies = {name: Path(folder) / name for name in files}
            with _moment(files) as seen:
                for name, source in seen.items():
                    with closing(sqlite3.connect(copies[name])) as copy:
                        source.backup(copy)
            manifest = Manifest(version, _sound(copies[PRODUCT]), now.isoformat(timespec="seconds"))
            half = Path(folder) / "archive"
            _pack(half, manifest, copies)
            half.replace(target)
    except sqlite3.DatabaseError as error:
        raise PersonError("The database cannot be read: %(why)s.", why=error) from error
    return manifest


def restore(database: Database, archive: Path, *, now: datetime, replace: bool = False) -> Restored:
    """Put the databases of an archive in the place of what is there, which is kept beside it.

    Whoever calls this holds the lock of those who work. Raises PersonError where the archive is none of ours, is
    damaged or too new, or where another program has a database open, and NeedsConfirmation where there is
    something that is not to be replaced. Nothing was changed then.
    """
    files = _files(database)
    home = files[PRODUCT].parent
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home, prefix=".restore.") as folder:
        copies = {name: Path(folder) / name for name in files}
        manifest = _unpack(archive, copies)
        if any(_has_content(file) for file in files.values()) and not replace:
            raise NeedsConfirmation(
                "There is a database at %(file)s.",
                "Add --yes to put the backup of %(at)s in its place; the present one is kept beside it.",
                file=files[PRODUCT],
                at=manifest.created_at,
            )
        for file in files.values():
            _fold(file)
        kept: list[Path] = []
        # The engine's first: beside an older product's database it is just an engine that knows too much.
        for name in (ENGINE, PRODUCT):
            kept += _set_aside(files[name], f"{now:%Y%m%dT%H%M%SZ}")
            copies[name].replace(files[name])
    return Restored(manifest, tuple(kept))


def _files(database: Database) -> Mapping[str, Path]:
    if not database.on_sqlite:
        raise PersonError(
            "This command is for SQLite; your DATABASE_URL names a PostgreSQL server.",
            "Use pg_dump and pg_restore for the whole database: it holds everything, in the schemas public and dbos.",
        )
    return {PRODUCT: database.file, ENGINE: Path(engine_url(database).removeprefix("sqlite:///"))}


@contextmanager
def _moment(files: Mapping[str, Path]) -> Iterator[Mapping[str, sqlite3.Connection]]:
    """Yield connections that see both databases as of one moment."""
    with (
        closing(_opened(files[PRODUCT])) as lock,
        closing(_opened(files[PRODUCT])) as product,
        # Where nothing was ever done there is no engine yet, and an empty one takes its place.
        closing(_opened(files[ENGINE]) if files[ENGINE].is_file() else sqlite3.connect(":memory:")) as engine,
    ):
        lock.execute("BEGIN IMMEDIATE")
        for connection in (engine, product):
            connection.execute("BEGIN")
            # A transaction begins to see with its first read.
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        lock.execute("ROLLBACK")
        yield {ENGINE: engine, PRODUCT: product}


def _pack(archive: Path, manifest: Manifest, copies: Mapping[str, Path]) -> None:
    private = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(private, "wb") as out:  # noqa: PTH123 - a Path opens no descriptor
        # The first level is nearly as small, and several times as fast.
        with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as packed:
            packed.writestr(MANIFEST, json.dumps(asdict(manifest)))
            for name, copy in copies.items():
                packed.write(copy, name)
        out.flush()
        os.fsync(out.fileno())


def _unpack(archive: Path, copies: Mapping[str, Path]) -> Manifest:
    """Write an archive's databases to where we say, whatever names it holds, and make sure that they are sound."""
    try:
        with ZipFile(archive) as packed:
            with packed.open(MANIFEST) as stream:
                manifest = Manifest(**json.loads(stream.read(LARGEST_MANIFEST)))
            if manifest.format > FORMAT:
                raise _too_new(manifest)
            for name, copy in copies.items():
                with packed.open(name) as stream, copy.open("xb") as out:
                    copy.chmod(0o600)
                    shutil.copyfileobj(stream, out)
                    os.fsync(out.fileno())
        if _sound(copies[PRODUCT]) > SCHEMA:
            raise _too_new(manifest)
        _sound(copies[ENGINE])
    except (BadZipFile, KeyError, ValueError, TypeError, RuntimeError, EOFError, sqlite3.DatabaseError) as error:
        raise PersonError(
            "%(file)s is no backup of sfsync, or it is damaged: %(why)s.", file=archive, why=str(error).rstrip(".")
        ) from error
    return manifest


def _too_new(manifest: Manifest) -> PersonError:
    return PersonError(
        "The backup was made by sfsync %(version)s, which is newer than this one.",
        "Install that version, then restore.",
        version=manifest.version,
    )


def _sound(file: Path) -> str:
    """Return the schema of a database's tables, "" for the engine's. Raises DatabaseError where it is damaged."""
    with closing(_opened(file)) as connection:
        [*problems] = (text for (text,) in connection.execute("PRAGMA integrity_check(1)"))
        if problems != ["ok"]:
            raise sqlite3.DatabaseError(problems[0])
        found = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
        version = connection.execute("SELECT version_num FROM alembic_version").fetchone() if found else None
    if file.name == PRODUCT and not version:
        raise sqlite3.DatabaseError("it has no tables of sfsync")
    return str(version[0]) if version else ""


def _has_content(file: Path) -> bool:
    if not file.exists():
        return False
    try:
        with closing(_opened(file)) as connection:
            return bool(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.DatabaseError:
        return True


def _fold(file: Path) -> None:
    """Bring what was written ahead into a database's file; that is possible only while nobody else has it open."""
    if not file.exists():
        return
    try:
        with closing(_opened(file, patience=1.0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.DatabaseError as error:
        # A damaged one is kept as it is, and its log with it.
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise PersonError("Another program has %(file)s open.", "End it, then try again.", file=file) from error


def _set_aside(file: Path, stamp: str) -> list[Path]:
    """Keep a database under a dated name. It stays where it is until it is replaced; what belongs to it does not."""
    kept = []
    for part in ("-wal", "-shm", ""):
        old, aside = (Path(f"{one}{part}") for one in (file, file.with_name(f"{file.stem}.{stamp}{file.suffix}")))
        if not old.exists():
            continue
        if part:
            old.replace(aside)
        else:
            os.link(old, aside)
        kept.append(aside)
    return kept


def _opened(file: Path, patience: float = PATIENCE) -> sqlite3.Connection:
    """Open a database that exists."""
    return sqlite3.connect(f"file:{quote(str(file))}?mode=rw", uri=True, isolation_level=None, timeout=patience)
