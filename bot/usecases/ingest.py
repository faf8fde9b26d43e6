"""Bringing errors in, from any source.

First everything is read to its end and kept as chunks of a run: what cannot be read leaves no trace. Then the
chunks are recorded one by one, each in one transaction with its own removal, so that an interrupted run goes
on where it stopped and no row counts twice. Last, what a complete snapshot no longer contains is resolved, unless some
of its rows could not be read. Our own export says nothing new: what it lacks, somebody took out or never asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import NeedsConfirmation
from bot.model.classify import classify
from bot.model.columns import FileFound
from bot.model.fingerprint import fingerprint
from bot.model.labels import find
from bot.model.sync import Rejection, ReportedError, Source, Status, record_key
from bot.storage import Recorded, Run, Scope, Storage, Transaction, Understood
from bot.usecases import ignoring

CHUNK = 1000
"""Rows that are recorded in one transaction."""

SHOWN_REJECTIONS = 20
"""Rejected rows that are kept with their reasons; the others are counted."""

ABANDONED = timedelta(days=1)
"""After this long nobody says yes to what was read any more; whoever read it was killed."""

RUNS_KEPT = timedelta(days=30)
"""How long runs are kept that were recorded; a program that pushes makes thousands a day."""

WORKFLOW = "import"

Found = FileFound | ReportedError | Rejection
"""What a source yields: of each file what it is, then its rows."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What recording a run would do."""

    rows: int
    new: int
    still_open: int
    resolved: int
    rejected: int
    rejections: tuple[Rejection, ...]
    open_before: int
    complete: bool
    files: tuple[FileFound, ...] = ()

    @property
    def alarming(self) -> bool:
        """Whether a person should say yes first: nothing in it, or most of what is open would be resolved."""
        return not self.rows or self.resolved * 2 > self.open_before


def understand(reported: ReportedError) -> Understood:
    """Classify an error and name its reason."""
    if not (reported.message or reported.code or find(reported.label)):
        # A label we do not know is all that is told: it is shown, and exported, as the message, and understood as one.
        reported = replace(reported, message=reported.label)
    meaning = classify(reported.code, reported.message, reported.fields, reported.object, reported.label)
    return Understood(
        reported=reported,
        fingerprint=fingerprint(reported.code, _reason(reported), reported.fields),
        error_type=meaning.error_type,
        category=meaning.category,
        resync=meaning.resync,
    )


def read_in(storage: Storage, clock: Clock, rows: Iterable[Found], name: str, *, complete: bool | None = None) -> int:
    """Read all rows into a run; answer its id. Nothing is recorded yet.

    Without a word on it, the run is complete unless a file is our own export. Whatever `rows` raises is passed on,
    and the run forgotten.
    """
    with storage.write() as tx:
        tx.runs.forget_abandoned(clock.now() - ABANDONED)
        run = tx.runs.start(Source.HUBSPOT_EXPORT, name, complete=complete is not False, now=clock.now())
    try:
        _read_in(storage, run, rows, complete=complete)
    except BaseException:
        forget(storage, run)
        raise
    return run


def preview(storage: Storage, run: int) -> Preview:
    """Tell what recording a run would do, and change nothing."""
    with storage.read() as tx:
        view = tx.runs.get(run)
        known: dict[int, Status] = {}
        new: set[tuple[str, str, str]] = set()
        for number in tx.runs.chunks(run):
            rows = tx.runs.chunk(run, number)
            for row, before in zip(rows, tx.errors.match(rows), strict=True):
                if before is None:
                    new.add((row.reported.object, record_key(row.reported), row.fingerprint))
                else:
                    known[before.id] = before.status
        again = sum(status is Status.RESOLVED for status in known.values())
        gone = tx.errors.open_in(view.source, _scope(view)) - known.keys() if view.resolves else set()
        return Preview(
            rows=view.rows,
            new=len(new) + again,
            still_open=len(known) - again,
            resolved=len(gone),
            rejected=view.rejected,
            rejections=tuple(Rejection(**rejection) for rejection in view.rejections),
            open_before=tx.errors.total()[0],
            complete=view.complete,
            files=view.files,
        )


def confirm(storage: Storage, run: int, *, yes: bool) -> None:
    """Raise NeedsConfirmation, and forget the run, if a person must agree first."""
    with storage.read() as tx:
        nothing_to_lose = yes or not tx.runs.get(run).resolves or not tx.errors.total()[0]
    if nothing_to_lose or not (view := preview(storage, run)).alarming:
        return
    forget(storage, run)
    raise NeedsConfirmation(
        "This would resolve %(resolved)s of %(open)s open errors, because the import does not contain them."
        if view.rows
        else "The import contains no error at all, and %(open)s are open.",
        "Nothing was changed. Import again with --yes if that is right, or with --partial if the file holds only"
        " some of the errors.",
        resolved=view.resolved,
        open=view.open_before,
    )


def start(storage: Storage, clock: Clock, run: int) -> None:
    """Have a run recorded by the engine."""
    with storage.write() as tx:
        begin(tx, clock.now(), run)


def begin(tx: Transaction, now: datetime, run: int) -> None:
    """Have a run recorded by the engine, once the caller's transaction is committed."""
    tx.runs.set_state(run, "working")
    tx.jobs.arm(WORKFLOW, run, now)


def remaining(storage: Storage, run: int) -> list[int]:
    """Return the numbers of the chunks that are still to be recorded."""
    with storage.read() as tx:
        return tx.runs.chunks(run)


def record_chunk(storage: Storage, clock: Clock, run: int, number: int) -> None:
    """Record one chunk; doing it twice changes nothing."""
    with storage.write() as tx:
        rows = tx.runs.chunk(run, number)
        if rows:
            recorded = tx.errors.record(rows, run, clock.now())
            ignoring.cover(tx, clock.now(), recorded.new)
            tx.runs.drop_chunk(run, number, recorded)


def finish(storage: Storage, clock: Clock, run: int) -> None:
    """Resolve what a complete snapshot no longer contains, and close the run; doing it twice changes nothing."""
    with storage.write() as tx:
        view = tx.runs.get(run)
        if view.state == "done":
            return
        now = clock.now()
        resolved = tx.errors.resolve_unseen(view.source, _scope(view), run, now) if view.resolves else 0
        tx.runs.finish(run, resolved=resolved, now=now)
        tx.audit.add("", "import", now, name=view.name, new=view.new, still_open=view.still_open, resolved=resolved)


def given_up(storage: Storage, run: int) -> bool:
    """Tell whether recording a run was tried for the last time and failed."""
    with storage.read() as tx:
        return tx.jobs.done(WORKFLOW, run) and tx.runs.get(run).state != "done"


def result(storage: Storage, run: int) -> Run:
    """Return where a run stands."""
    with storage.read() as tx:
        return tx.runs.get(run)


def forget(storage: Storage, run: int) -> None:
    """Remove a run of which nothing was recorded."""
    with storage.write() as tx:
        tx.runs.forget(run)


def forget_old(storage: Storage, clock: Clock) -> None:
    """Remove old runs."""
    with storage.write() as tx:
        tx.runs.forget_done(clock.now() - RUNS_KEPT)


def arrive(
    tx: Transaction,
    now: datetime,
    rows: Sequence[Understood],
    source: Source,
    name: str,
    rejected: Sequence[Rejection] = (),
) -> Recorded:
    """Record some errors of a source at once, within the caller's transaction. They resolve nothing."""
    run = tx.runs.start(source, name, complete=False, now=now)
    recorded = tx.errors.record(rows, run, now)
    ignoring.cover(tx, now, recorded.new)
    shown = [asdict(rejection) for rejection in rejected[:SHOWN_REJECTIONS]]
    tx.runs.ready(run, rows=len(rows), rejections=shown, rejected=len(rejected), scope=frozenset())
    tx.runs.finish(run, resolved=0, now=now)
    return recorded


def _read_in(storage: Storage, run: int, rows: Iterable[Found], *, complete: bool | None) -> None:
    scope: set[tuple[str, str]] = set()
    files: list[FileFound] = []
    rejections = _Rejections()
    count = 0
    errors = _errors_of(rows, files, rejections)
    for number, chunk in enumerate(_chunks(errors)):
        understood = [understand(row) for row in chunk]
        scope.update((row.reported.object, row.category) for row in understood)
        count += len(chunk)
        with storage.write() as tx:
            tx.runs.add_chunk(run, number, understood)
    with storage.write() as tx:
        tx.runs.ready(
            run,
            rows=count,
            rejections=[asdict(rejection) for rejection in rejections.first],
            rejected=rejections.count,
            scope=frozenset(scope),
            files=files,
            complete=not any(file.ours for file in files) if complete is None else complete,
        )


def _scope(run: Run) -> Scope | None:
    """Return what a complete run speaks for: the objects and categories it contains; a run of no rows, for all."""
    return run.scope if run.rows else None


class _Rejections:
    """Rejected rows: the first with their reasons, the others counted."""

    def __init__(self) -> None:
        self.first: list[Rejection] = []
        self.count = 0

    def add(self, rejection: Rejection) -> None:
        self.count += 1
        if self.count <= SHOWN_REJECTIONS:
            self.first.append(rejection)


def _errors_of(rows: Iterable[Found], files: list[FileFound], rejections: _Rejections) -> Iterator[ReportedError]:
    for row in rows:
        if isinstance(row, ReportedError):
            yield row
        elif isinstance(row, Rejection):
            rejections.add(row)
        else:
            files.append(row)


def _chunks(rows: Iterable[ReportedError]) -> Iterator[list[ReportedError]]:
    chunk: list[ReportedError] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _reason(reported: ReportedError) -> str:
    """Return the text that names the reason. A label does so only where it is all there is, in any language.

    Our own export has the slug of the type in the label's place: what comes back must stay the same error.
    """
    if reported.message or reported.code:
        return reported.message
    meant = find(reported.label)
    return meant.slug if meant else reported.label
