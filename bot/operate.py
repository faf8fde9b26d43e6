"""Commands of whoever operates an installation: its backups."""

from pathlib import Path
from typing import Annotated

import typer

from bot.console import Json, print_json
from bot.errors import PersonError

Yes = Annotated[bool, typer.Option("--yes", help="Replace what is there already.")]


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write: a zip with both databases.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Back up a SQLite installation, also while it runs. The file holds people's data."""
    from bot import __version__
    from bot.clock import SystemClock
    from bot.settings import Needs, load
    from bot.store import backup as backups
    from bot.store.database import Database

    database = Database(load(Needs.DATABASE).database_url)
    made = backups.backup(database, file.resolve(), version=__version__, now=SystemClock().now(), replace=yes)
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size, "schema": made.schema, "created_at": made.created_at})
    else:
        typer.echo(f"{file}: {size:,} bytes, as of {made.created_at}.", err=True)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `sfsync backup` wrote.", exists=True, dir_okay=False)],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the database, which is kept beside it. Nothing may work on it meanwhile."""
    from bot.clock import SystemClock
    from bot.settings import Needs, load
    from bot.store import backup as backups
    from bot.store.database import Database
    from bot.work.lock import WorkerLock

    database = Database(load(Needs.DATABASE).database_url)
    lock = WorkerLock(database.file)
    if database.on_sqlite and database.file.parent.exists() and not lock.acquire():
        raise PersonError("Another sfsync works on this database.", "Stop it first.")
    try:
        done = backups.restore(database, file.resolve(), now=SystemClock().now(), replace=yes)
    finally:
        lock.release()
    if as_json:
        print_json(
            {
                "file": str(file),
                "version": done.manifest.version,
                "schema": done.manifest.schema,
                "created_at": done.manifest.created_at,
                "kept": [str(one) for one in done.kept],
            }
        )
        return
    typer.echo(f"Restored the state of {done.manifest.created_at}.", err=True)
    for one in done.kept:
        typer.echo(f"Kept: {one}", err=True)
