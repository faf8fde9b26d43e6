"""Commands of whoever operates an installation: its backups."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.console import Json, print_json
from bot.errors import NeedsConfirmation, PersonError

if TYPE_CHECKING:
    from bot.usecases.erase import Erased

PLACES = {
    "error": "errors",
    "ingest_chunk": "rows of imports that are not recorded yet",
    "ingest_run": "imports",
    "resync_batch": "resyncs",
    "resync_item": "results of resyncs",
    "export_request": "requests for CSV files",
    "audit_entry": "audit entries",
    "claim": "answers that were kept to be repeated",
}
"""What people call our tables; others by their own name."""

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


def erase(
    text: Annotated[str, typer.Argument(help="The person's e-mail address, whole name, or id in either system.")],
    file: Annotated[
        list[Path] | None,
        typer.Option(help="Also remove the person from this CSV file, or these lines from any other text, say a log."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what is there, and remove nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Forget a person: in every table, in CSV files that were sent to Slack, and in files that you name."""
    from bot.app import slack_client
    from bot.live import Live
    from bot.local import local
    from bot.settings import Needs, load
    from bot.usecases import erase as erasing

    settings = load(Needs.DATABASE)
    files = file or []
    with local(settings) as at:
        slack = slack_client(Live(settings)) if settings.slack_bot_token.get_secret_value() else None

        def look(*, only: bool) -> erasing.Erased:
            done = erasing.erase(at.storage, at.clock, text, dry_run=only)
            shared, unseen = erasing.in_slack(at.storage, slack, done.needles, dry_run=only)
            cleaned = {str(one): erasing.in_file(one, done.needles, dry_run=only) for one in files}
            return replace(done, files=cleaned, shared=shared, unseen=tuple(unseen))

        found = look(only=True)
        if not dry_run:
            if not yes:
                _tell_erased(found, "Found")
                if not sys.stdin.isatty():
                    raise NeedsConfirmation("Nothing was removed.", "Add --yes to remove it.")
                typer.confirm("Remove it?", abort=True, err=True)
            found = look(only=False)
            if not at.database.scrub():
                typer.echo("Somebody reads the database all the time: erase again later, to empty its files.", err=True)
    if as_json:
        print_json(
            {
                "removed": not dry_run,
                "rows": found.rows,
                "ids_learnt": found.learnt,
                "messages": found.messages,
                "slack_files": found.shared,
                "slack_files_not_read": list(found.unseen),
                "files": found.files,
            }
        )
        return
    _tell_erased(found, "Found" if dry_run else "Removed")
    if not dry_run:
        typer.echo("Backups still hold the person, and a later import may bring them back.", err=True)


def _tell_erased(found: "Erased", did: str) -> None:
    """Say what was found of a person, or removed, by place."""
    lines = [f"{count:,} {PLACES.get(place, place)}" for place, count in found.rows.items()]
    lines += [f"{count:,} in {name}" for name, count in found.files.items()]
    lines += [f"{found.shared:,} CSV files in Slack"] if found.shared else []
    lines += [f"{found.messages:,} messages in Slack, which `sfsync run` writes anew"] if found.messages else []
    if found.learnt:
        lines.append(f"(with {found.learnt} ids that belong to the person)")
    typer.echo(f"{did}:" if lines else f"{did}: nothing.", err=True)
    for line in lines:
        typer.echo(f"  {line}", err=True)
    if found.unseen:
        typer.echo(
            f"Not looked into, since Slack does not let us (token, scope files:read): {', '.join(found.unseen)}."
            " Delete these files in Slack by hand.",
            err=True,
        )


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
