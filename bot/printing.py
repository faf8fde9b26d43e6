"""What a person at a terminal reads. Results go to standard output, progress to standard error."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from bot.explaining import Explained, explained
from bot.model.catalog import CATEGORIES, TYPES
from bot.model.columns import MEANINGS, By, FileFound
from bot.model.digest import Subscription
from bot.model.kinds import WHO
from bot.model.links import Links
from bot.model.sync import SOURCES, Group, Source, SyncError
from bot.storage import Run
from bot.usecases.checkup import Finding
from bot.usecases.explain import Classified
from bot.usecases.ingest import CHUNK, Preview
from bot.usecases.look_up import Grouped, Overview, moment
from bot.usecases.usage import UsageView

FEW = 5
"""Errors to classify, each of which is explained in full; for more, a table says enough."""

_out = Console()


def print_cards(view: Overview) -> None:
    """Print the categories with open errors."""
    if not view.cards:
        _say("No open errors." if view.heard else "No errors yet. Bring some in: sfsync import FILE")
        return
    rows = [
        (CATEGORIES[card.category].label, f"{card.errors:,}", f"{card.records:,}", f"{card.new_24h:,}")
        for card in view.cards
    ]
    _table(("Category", "Errors", "Affected records", "New in 24 hours"), rows)
    _say(f"{_n(view.errors, 'error')}, {_n(view.records, 'affected record')}")
    _say_heard(view.heard, view.as_of)


def print_groups(found: Grouped, links: Links) -> None:
    """Print a category's groups, and what to do about each type of error."""
    groups = found.groups
    if not groups:
        _say("No open errors.")
        return
    _table(
        ("Error type", "Errors", "Affected records", "Who acts", "Message"),
        [
            (
                TYPES[group.error_type].label,
                f"{group.errors:,}",
                f"{group.records:,}",
                WHO[TYPES[group.error_type].who],
                _short(group.message),
            )
            for group in groups
        ],
    )
    by_type: dict[str, list[Group]] = {}
    for group in groups:
        by_type.setdefault(group.error_type, []).append(group)
    for members in by_type.values():
        _explain(explained(members, links))
    if found.total > len(groups):
        _say(f"… and {_n(found.total - len(groups), 'more group')}; `sfsync export` has all errors.")
    _say_heard(found.heard, found.as_of)


def print_errors(errors: Sequence[SyncError]) -> None:
    """Print single errors."""
    if not errors:
        _say("No errors found.")
        return
    _table(
        ("Id", "Error type", "Object", "Record", "Status", "Message"),
        [
            (
                str(error.id),
                TYPES[error.error_type].label,
                error.object,
                error.record or error.hubspot_id or error.salesforce_id,
                error.status,
                _short(error.message),
            )
            for error in errors
        ],
    )


def print_classified(answers: Sequence[Classified]) -> None:
    """Print what errors mean, and what to do about them where they are few."""
    if not answers:
        _say("Nothing to classify: there is no row below the line that names the columns.")
        return
    _table(
        ("Category", "Error type", "Who acts", "Because"),
        [
            (
                CATEGORIES[answer.category].label,
                TYPES[answer.error_type].label,
                WHO[TYPES[answer.error_type].who],
                answer.because,
            )
            for answer in answers
        ],
    )
    if len(answers) <= FEW:
        for answer in answers:
            _explain(explained([answer], Links()))


def print_usage(view: UsageView) -> None:
    """Print API call use."""
    if view.usage is None:
        _say("Not known yet: Salesforce is asked by `sfsync run`, at its start and every hour.")
        return
    allocated = (
        f"{view.allocated:,}" if view.allocated else "not set; an admin types /sfsync usage allocated N in Slack"
    )
    _say(f"Used in the last 24 hours: {view.usage.used:,}")
    _say(f"Limited by Salesforce: {view.usage.limit:,}")
    _say(f"Left: {view.usage.limit - view.usage.used:,}")
    _say(f"Allocated to HubSpot: {allocated}")
    _say(f"As of {moment(view.usage.taken_at)}, all calls of the whole Salesforce org")


def print_subscriptions(found: Sequence[Subscription]) -> None:
    """Print the channels that get a digest."""
    if not found:
        _say("No channel gets a digest. Type /sfsync notify daily 09:00 in one.")
        return
    _table(
        ("Channel", "When", "Language", "Next", "Paused", "Set up by"),
        [
            (
                one.channel,
                f"{one.frequency} {one.at} {one.timezone}",
                one.language,
                moment(one.next_at),
                one.paused or "no",
                one.created_by,
            )
            for one in found
        ],
    )


def subscriptions_json(found: Sequence[Subscription]) -> dict[str, Any]:
    """Return the channels that get a digest, as JSON."""
    return {
        "subscriptions": [
            {
                "channel": one.channel,
                "frequency": one.frequency,
                "at": one.at,
                "timezone": one.timezone,
                "language": one.language,
                "next_at": moment(one.next_at),
                "paused": one.paused,
                "created_by": one.created_by,
            }
            for one in found
        ]
    }


def print_audit(entries: Sequence[Mapping[str, Any]]) -> None:
    """Print who changed what."""
    if not entries:
        _say("Nothing was changed yet.")
        return
    _table(
        ("When", "Who", "What", "Detail"),
        [
            (
                moment(entry["at"]),
                entry["who"] or "-",
                entry["action"],
                ", ".join(f"{name}={value}" for name, value in entry["detail"].items()),
            )
            for entry in entries
        ],
    )


def audit_json(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return who changed what, as JSON."""
    return {"entries": [{**entry, "at": moment(entry["at"])} for entry in entries]}


def print_findings(found: Sequence[Finding]) -> None:
    """Print what was checked, and how to mend what is wrong."""
    for one in found:
        _say(Text(f"{'ok  ' if one.ok else 'FAIL'}  {one.check}: {one.seen}"))
        if one.mend:
            _say(Text(f"      {one.mend}"))


def print_preview(view: Preview) -> None:
    """Print what an import would do."""
    _columns(view.files)
    _say(
        f"{_n(view.rows, 'row')}: {_n(view.new, 'new error')}, {view.still_open:,} known already, "
        f"{view.resolved:,} would be resolved, {_n(view.rejected, 'row')} rejected"
    )
    _rejections(view.rejected, [asdict(rejection) for rejection in view.rejections], complete=view.complete)
    _resolves(view.files, complete=view.complete)
    _say("Nothing was changed.")


def print_run(run: Run) -> None:
    """Print what an import did."""
    _columns(run.files)
    _say(
        f"{_n(run.rows, 'row')}: {_n(run.new, 'new error')}, {run.still_open:,} known already, "
        f"{run.resolved:,} resolved, {_n(run.rejected, 'row')} rejected"
    )
    _rejections(run.rejected, run.rejections, complete=run.complete)
    _resolves(run.files, complete=run.complete)


def preview_json(view: Preview) -> dict[str, Any]:
    """Return what an import would do, as JSON."""
    return {
        "dry_run": True,
        "rows": view.rows,
        "new": view.new,
        "still_open": view.still_open,
        "resolved": view.resolved,
        "rejected": view.rejected,
        "rejections": [asdict(rejection) for rejection in view.rejections],
        "complete": view.complete,
        "files": _files_json(view.files),
    }


def run_json(run: Run) -> dict[str, Any]:
    """Return what an import did, as JSON."""
    return {
        "run_id": run.id,
        "dry_run": False,
        "as_of": moment(run.finished_at or run.started_at),
        "rows": run.rows,
        "new": run.new,
        "still_open": run.still_open,
        "resolved": run.resolved,
        "rejected": run.rejected,
        "rejections": run.rejections,
        "complete": run.complete,
        "files": _files_json(run.files),
    }


def _files_json(files: Sequence[FileFound]) -> list[dict[str, Any]]:
    return [
        {
            "name": file.name,
            "columns": [
                {"title": column.title, "understood_as": column.meaning, "by": column.by} for column in file.columns
            ],
        }
        for file in files
    ]


@contextmanager
def import_progress() -> Iterator[Callable[[Run, int], None]]:
    """Show a bar on standard error while an import is recorded, if that is a terminal."""
    terminal = Console(stderr=True)
    bar = Progress(
        TextColumn("Importing"),
        BarColumn(),
        MofNCompleteColumn(),
        console=terminal,
        transient=True,
        disable=not terminal.is_terminal,
    )
    with bar:
        task = bar.add_task("import", total=None)

        def tell(run: Run, chunks_left: int) -> None:
            bar.update(task, total=run.rows, completed=max(0, run.rows - chunks_left * CHUNK))

        yield tell


def _explain(what: Explained) -> None:
    _say(f"\n{what.label}: {what.meaning}")
    for number, step in enumerate(what.steps, start=1):
        _say(_harmless(f"  {number}. {step.text % step.values}"))
    _say(f"  Who can fix it: {what.who}, {what.resync}")
    for name, address in what.pages:
        _say(f"  {name}: {address}")


def _columns(files: Sequence[FileFound]) -> None:
    """Print what each column was understood as, but where all of them are known by their titles."""
    for file in files:
        if all(column.by is By.HEADER for column in file.columns):
            continue
        _say(Text(f"{file.name}:"))
        for column in file.columns:
            meant = MEANINGS[column.meaning] if column.meaning else "kept as it is"
            guessed = " (guessed from its values)" if column.by is By.VALUES else ""
            _say(_harmless(f"  {_short(column.title, 60) or '–'}: {meant}{guessed}"))


def _resolves(files: Sequence[FileFound], *, complete: bool) -> None:
    if any(file.ours for file in files) and not complete:
        _say("What sfsync exported resolves nothing. If it holds all errors there are, say --complete.")


def _rejections(count: int, shown: Sequence[Mapping[str, Any]], *, complete: bool) -> None:
    several = len({rejection.get("file", "") for rejection in shown}) > 1
    for rejection in shown:
        where = f"{rejection['file']}, " if several else ""
        _say(_harmless(f"  {where}line {rejection['place']}: {rejection['reason']}"))
    if count > len(shown):
        _say(f"  … and {count - len(shown):,} more")
    if count and complete:
        _say("With such rows nothing is resolved. Correct them, and import again.")


def _say(text: str | Text) -> None:
    """Print a line, whole however narrow the terminal is: what reads our output reads lines."""
    _out.print(text, soft_wrap=True, markup=False)


def _say_heard(heard: Mapping[Source, datetime], now: datetime) -> None:
    """Print how fresh each source is."""
    for source, at in sorted(heard.items()):
        _say(f"{SOURCES[source]}: last update {moment(at)} ({_age(now - at)} ago)")


def _age(since: timedelta) -> str:
    minutes = max(0, int(since.total_seconds()) // 60)
    for unit, length in (("day", 24 * 60), ("hour", 60)):
        if minutes >= length:
            return _n(minutes // length, unit)
    return _n(minutes, "minute")


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in titles:
        numeric = title in {"Errors", "Affected records", "New in 24 hours", "Id"}
        table.add_column(title, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_harmless, row))
    _out.print(table)


def _harmless(text: str) -> Text:
    """Return text, not markup: a vendor's message may hold [brackets], or orders to the terminal."""
    return Text(_CONTROL.sub("\ufffd", text))


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def _n(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def _short(message: str, length: int = 160) -> str:
    line = " ".join(message.split())
    return line if len(line) <= length else line[: length - 1] + "…"
