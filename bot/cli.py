"""The `sfsync` command. What a command needs is imported when it runs, so that help is there at once."""

import gc
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Annotated

import typer

from bot import __version__, operate
from bot.console import Json, print_json
from bot.errors import PersonError, SfsyncError

if TYPE_CHECKING:
    from bot.local import Local
    from bot.model.sync import Selection
    from bot.usecases.ingest import Found

app = typer.Typer(
    name="sfsync",
    help="The sync health of HubSpot's Salesforce integration, in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 120},
)

_LONGEST_ID = 18
"""Digits of an error id that every database can hold."""


def main() -> None:
    """Run a command. Exit codes: 0 done, 1 failed, 2 used wrongly or set up wrongly."""
    try:
        app()
    except PersonError as error:
        _complain(str(error))
        sys.exit(error.exit_code)
    except SfsyncError as error:
        _complain(f"{error}\nTry again in a while; `sfsync doctor` checks every connection.")
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output, say `head`, had enough.
        _give_output_up()
        sys.exit(1)
    except OSError as error:
        _complain(f"{error.filename or 'output'}: {error.strerror or error}")
        _give_output_up()
        sys.exit(1)
    except Exception:  # noqa: BLE001 - a bug, or a database that went away: a sentence, and the trace in the log
        from bot import logs, trace

        logs.configure(logging.ERROR)
        with trace.following(trace.current()):
            logs.get("sfsync").exception("command failed")
            _complain(f"Something went wrong inside sfsync: error {trace.current()}. Its trace is in the line above.")
        sys.exit(1)


@app.callback(invoke_without_command=True)
def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Look at sync errors, resync them, and tell Slack."""
    if version:
        typer.echo(f"sfsync {__version__}")
        raise typer.Exit


@app.command()
def errors(
    category: Annotated[str, typer.Argument(help="A category's slug or label; none shows the cards.")] = "",
    error_type: Annotated[str, typer.Option("--type", help="Only errors of this type.")] = "",
    search: Annotated[str, typer.Option(help="Only errors with this in record, message, code or id.")] = "",
    ids: Annotated[str, typer.Option(help="Only these errors, by id, separated by commas.")] = "",
    as_json: Json = False,
) -> None:
    """Show what is wrong: the cards, a category's groups, or single errors."""
    from bot.printing import print_cards, print_errors, print_groups
    from bot.usecases import look_up

    selection = _selection(category, error_type, search, ids)
    with _local() as at:
        if selection.error_type or selection.ids or selection.search:
            found = look_up.matching(at.storage, selection)
            print_json(look_up.errors_json(found)) if as_json else print_errors(found)
            if len(found) == look_up.MOST:
                _complain(f"Only the first {look_up.MOST:,} are shown; `sfsync export` has all.")
        elif selection.category:
            shown = look_up.grouped(at.storage, at.clock, selection)
            print_json(look_up.groups_json(selection.category, shown.groups)) if as_json else print_groups(
                shown, at.links
            )
        else:
            view = look_up.overview(at.storage, at.clock)
            print_json(look_up.overview_json(view)) if as_json else print_cards(view)


@app.command("import")
def import_(
    files: Annotated[list[str], typer.Argument(help="CSV files of HubSpot's or our own export; - is standard input.")],
    complete: Annotated[
        bool | None,
        typer.Option(
            "--complete/--partial",
            help="Resolve what the files do not contain, or nothing.",
            show_default="complete, but for our own export",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before much is resolved.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen, and change nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Bring errors in from files. All files of one call are one snapshot: what is not in it is resolved."""
    from bot import logs, trace
    from bot.local import work_import
    from bot.printing import import_progress, preview_json, print_preview, print_run, run_json
    from bot.usecases import ingest

    logs.configure(logging.WARNING)
    trace.begin()
    with _local() as at:
        name = ", ".join("standard input" if file == "-" else Path(file).name for file in files)
        run = ingest.read_in(at.storage, at.clock, _rows(files), name, complete=complete)
        if dry_run:
            view = ingest.preview(at.storage, run)
            ingest.forget(at.storage, run)
            print_json(preview_json(view)) if as_json else print_preview(view)
            return
        ingest.confirm(at.storage, run, yes=yes)
        with import_progress() as tell:
            done = work_import(at, run, tell)
        print_json(run_json(done)) if as_json else print_run(done)


@app.command()
def export(
    category: Annotated[str, typer.Argument(help="Only this category's errors.")] = "",
    error_type: Annotated[str, typer.Option("--type", help="Only errors of this type.")] = "",
    group: Annotated[
        str, typer.Option(help="Only this group's, by fingerprint; `sfsync errors CATEGORY --json`.")
    ] = "",
    search: Annotated[str, typer.Option(help="Only errors with this in record, message, code or id.")] = "",
    ids: Annotated[str, typer.Option(help="Only these errors, by id, separated by commas.")] = "",
    output: Annotated[str, typer.Option("--output", "-o", help="The file to write; - is standard output.")] = "-",
) -> None:
    """Write unresolved errors as CSV. The file can be imported again."""
    from dataclasses import replace

    from bot.usecases.export import write_csv

    selection = replace(_selection(category, error_type, search, ids), fingerprint=group)
    with _local() as at, _writable(output) as out:
        count = write_csv(at.storage, selection, at.links, out)
    typer.echo(f"{count:,} error{'s' * (count != 1)} exported.", err=True)


@app.command()
def classify(
    file: Annotated[
        str, typer.Argument(help="CSV or JSON lines with code, message, fields, object, label; - is standard input.")
    ] = "-",
    as_json: Json = False,
) -> None:
    """Tell what errors mean, in the order given. Needs no database and no settings."""
    from bot.printing import print_classified
    from bot.sources.loose_rows import read
    from bot.usecases.explain import classified_json, explain

    with _readable(file) as stream:
        answers = [explain(row) for row in read(stream, _name(file))]
    print_json([classified_json(one) for one in answers]) if as_json else print_classified(answers)


@app.command()
def migrate() -> None:
    """Bring the database up to date. Safe to run from several processes at once."""
    from bot.settings import Needs, load
    from bot.store.database import Database
    from bot.store.migrate import migrate as bring_up_to_date
    from bot.store.tables import SCHEMA

    database = Database(load(Needs.DATABASE).database_url)
    before = bring_up_to_date(database)
    database.close()
    typer.echo("The database is up to date." if before == SCHEMA else f"The database is now at {SCHEMA}.", err=True)


@app.command()
def run() -> None:
    """Run everything in one process: Slack over Socket Mode, or over HTTP on PORT; timers, and work."""
    from bot import logs
    from bot.app import build
    from bot.live import Live
    from bot.local import local
    from bot.settings import Needs, load

    settings = load(Needs.ALL)
    logs.configure()
    log = logs.get("sfsync")
    stop = _on_signals()
    with local(settings) as at:
        service = build(settings, at, Live(settings, Path(".env").absolute(), lambda: load(Needs.ALL)))
        service.start(stop)
        try:
            port = service.serve(settings.host, settings.port)
            # What is there by now stays. To look for garbage in it takes 0.2 s, in which nobody gets an answer.
            gc.collect()
            gc.freeze()
            way, door = ("Socket Mode", "") if service.door else ("HTTP", "/slack/events")
            log.info("ready", slack=way, address=f"http://{settings.host}:{port}{door}", version=__version__)
            # Not without end: Python does not hear of a signal that comes just before such a wait.
            while not stop.wait(0.5):
                pass
        finally:
            log.info("stopping")
            service.stop()
    # A step that had not enough time waits for a vendor still. Its thread would keep us; the next start does it again.
    sys.stdout.flush()
    os._exit(int(service.displaced))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the page.")] = 8300,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the page.")] = False,
    http: Annotated[bool, typer.Option("--http", help="Let Slack call the bot, instead of Socket Mode.")] = False,
) -> None:
    """Try it: a made-up company and the bot in one go, on a database that is thrown away. Ctrl-C ends all of it."""
    import webbrowser

    from bot import logs
    from bot.demo import run_demo

    def ready(address: str) -> None:
        typer.echo(
            f"\nOpen {address}\n"
            "Type /sfsync errors there, press buttons, be somebody else, correct errors backstage.\n"
            "Ctrl-C ends all of it."
        )
        if not no_browser:
            webbrowser.open(address)

    logs.configure(logging.WARNING)
    run_demo(page_port=port, socket_mode=not http, stop=_on_signals(), tell=typer.echo, ready=ready)


@app.command()
def usage(as_json: Json = False) -> None:
    """Show Salesforce API calls: used, limited by Salesforce, allocated to HubSpot."""
    from bot.printing import print_usage
    from bot.usecases.usage import show, usage_json

    with _local() as at:
        view = show(at.storage, at.clock)
    print_json(usage_json(view)) if as_json else print_usage(view)


@app.command()
def subscriptions(as_json: Json = False) -> None:
    """List the channels that get a digest."""
    from bot.printing import print_subscriptions, subscriptions_json

    with _local() as at, at.storage.read() as tx:
        found = tx.subscriptions.all()
    print_json(subscriptions_json(found)) if as_json else print_subscriptions(found)


@app.command("audit-log")
def audit_log(
    as_json: Json = False,
    limit: Annotated[int, typer.Option(help="How many of the newest entries.", min=1)] = 100,
) -> None:
    """List who changed what, newest first."""
    from bot.printing import audit_json, print_audit

    with _local() as at, at.storage.read() as tx:
        entries = tx.audit.entries(limit)
    print_json(audit_json(entries)) if as_json else print_audit(entries)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Check settings, tokens, scopes, clock and database, and tell how to mend what is wrong."""
    from dataclasses import asdict

    from bot.checks import examine
    from bot.printing import print_findings

    found = list(examine())
    print_json({"findings": [asdict(one) for one in found]}) if as_json else print_findings(found)
    if not all(one.ok for one in found):
        raise typer.Exit(1)


@app.command()
def manifest(
    address: Annotated[
        str,
        typer.Argument(
            help="Where Slack reaches the bot, for HTTP, e.g. https://sfsync.example.com", show_default="Socket Mode"
        ),
    ] = "",
) -> None:
    """Print the Slack app manifest, ready to paste at api.slack.com/apps. Without an address it is for Socket Mode."""
    from bot.manifest import manifest as document

    if address and not address.startswith("https://"):
        raise typer.BadParameter("Slack only calls addresses that begin with https://")
    typer.echo(json.dumps(document(f"{address.rstrip('/')}/slack/events" if address else ""), indent=2))


app.command()(operate.backup)
app.command()(operate.restore)
app.command()(operate.erase)


@contextmanager
def _local() -> Iterator["Local"]:
    from bot.local import local
    from bot.settings import Needs, load

    with local(load(Needs.DATABASE)) as at:
        yield at


def _rows(files: list[str]) -> "Iterator[Found]":
    from bot.sources.export_file import read

    for file in files:
        with _readable(file) as stream:
            yield from read(stream, _name(file))


@contextmanager
def _readable(file: str) -> Iterator[IO[bytes]]:
    """Open a file, or a seekable copy of standard input, as bytes."""
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    if file != "-":
        try:
            stream = Path(file).open("rb")  # noqa: SIM115 - closed below
        except OSError as error:
            raise PersonError("%(file)s cannot be opened: %(why)s.", file=file, why=error.strerror or error) from error
        with stream:
            yield stream
        return
    with SpooledTemporaryFile(max_size=16_000_000) as copy:
        copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        yield copy


@contextmanager
def _writable(file: str) -> Iterator[IO[str]]:
    """Open a file for CSV. A file appears whole or not at all."""
    if file == "-":
        with open(sys.stdout.fileno(), "w", encoding="utf-8", newline="", closefd=False) as out:
            yield out
        return
    target = Path(file).resolve()
    # What is no file, say /dev/null or a pipe, is written to, never replaced.
    half = target if target.exists() and not target.is_file() else target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with half.open("w", encoding="utf-8", newline="") as out:
            yield out
        if half is not target:
            half.replace(target)
    except OSError as error:
        raise PersonError("%(file)s cannot be written: %(why)s.", file=file, why=error.strerror or error) from error
    finally:
        if half is not target:
            half.unlink(missing_ok=True)


def _on_signals() -> Event:
    """Return an event that SIGINT and SIGTERM set; jobs in the background are started with SIGINT ignored."""
    stop, heard = Event(), SimpleQueue[int]()

    def listen() -> None:
        heard.get()
        stop.set()

    # Not set by the handler itself: it may interrupt the very wait that holds the event's lock, and both hang.
    Thread(target=listen, name="signals", daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: heard.put(number))
    return stop


def _name(file: str) -> str:
    return "standard input" if file == "-" else Path(file).name


def _selection(category: str, error_type: str, search: str, ids: str) -> "Selection":
    from bot.model.sync import Selection
    from bot.usecases import look_up

    return Selection(
        category=_meant(look_up.category_slug, category),
        error_type=_meant(look_up.type_slug, error_type),
        ids=_numbers(ids),
        search=search,
    )


def _meant(slug_of: Callable[[str], str], word: str) -> str:
    """Return the slug of what a person means, "" where they named nothing; a word that means nothing is misuse."""
    try:
        return slug_of(word) if word else ""
    except PersonError as error:
        raise typer.BadParameter(str(error)) from error


def _numbers(ids: str) -> tuple[int, ...]:
    parts = [part.strip() for part in ids.split(",") if part.strip()]
    if wrong := [part for part in parts if not part.isdecimal() or len(part) > _LONGEST_ID]:
        raise typer.BadParameter(
            f"{wrong[0]!r} is no error id; ids are numbers, as `sfsync errors CATEGORY --type T --json` shows them"
        )
    return tuple(int(part) for part in parts)


def _give_output_up() -> None:
    """Let what is still buffered go nowhere, or Python complains about it once more when it exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(text: str) -> None:
    typer.echo(text, err=True)
