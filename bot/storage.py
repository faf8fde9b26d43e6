"""What the use cases need stored. `bot.store` keeps it on SQLite or PostgreSQL.

Everything is reached through one transaction: `with storage.write() as tx: ...` is committed at its end, or
leaves no trace if anything is raised; `storage.read()` only reads. Times are aware and in UTC.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.model.columns import FileFound
from bot.model.digest import Delivery, Subscription
from bot.model.hubspot_view import HubSpotView
from bot.model.ignoring import Ignoring
from bot.model.person import Needle
from bot.model.resync import Outcome, ResyncBatch, ResyncItem
from bot.model.sync import Card, Group, ReportedError, Selection, Source, Status, SyncError
from bot.model.upload import Upload, UploadedFile, UploadState
from bot.ports import ApiUsage, Person, Posted

PATIENCE = 30.0
"""Seconds a transaction waits for the others that write."""

SHORT_PATIENCE = 2.0
"""The same where a person waits for an answer, which Slack gives three seconds."""

SAID_EVERY = timedelta(seconds=10)
"""How often a process that works writes down that it lives."""

ALIVE_WITHIN = timedelta(seconds=60)
"""How long ago a process that is taken for alive may last have said so."""

GroupKey = tuple[int, str]
"""Where a group stands among others: its number of errors, and its fingerprint."""

Scope = frozenset[tuple[str, str]]
"""Pairs of object and category. Each speaks also for the groups of its category that name no object; one whose object
is "" comes from such a group, and speaks for the whole category."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A reported error with what was made of it."""

    reported: ReportedError
    fingerprint: str
    error_type: str
    category: str
    resync: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of rows: ids of the errors that are new (or open again), and of those known before."""

    new: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Run:
    """One arrival of errors. `state` is reading, ready, working or done; `scope` what a complete one speaks for."""

    id: int
    source: Source
    name: str
    complete: bool
    state: str
    started_at: datetime
    finished_at: datetime | None
    rows: int
    new: int
    still_open: int
    resolved: int
    rejected: int
    rejections: list[dict[str, Any]]
    scope: Scope
    files: tuple[FileFound, ...] = ()

    @property
    def resolves(self) -> bool:
        """Whether what it does not contain is resolved: a row that could not be read may be about any open error."""
        return self.complete and not self.rejected


@dataclass(frozen=True, slots=True)
class Job:
    """A promise to run the workflow `kind` about `subject`; `attempt` makes each try's workflow id its own.

    `request` is the id of what made it necessary (`bot.trace`), "" where an older version promised it.
    """

    id: int
    kind: str
    subject: int
    attempt: int
    request: str = ""

    @property
    def workflow_id(self) -> str:
        """Name the one workflow of this attempt."""
        return f"{self.kind}:{self.subject}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Executor:
    """A process that works, by the number of its seat.

    `seen_at` is when it last said that it lives; `ended_at` is set once nothing of its work is left to it.
    `slack` tells how it hears from Slack, and is empty for one that does not.
    """

    id: int
    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    slack: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figures:
    """What operators watch.

    `due` and `running` count jobs by kind, `oldest_due` is when the oldest due job became due, `open_errors` counts
    by category. A digest nobody has planned yet is among those due, too.
    """

    due: Mapping[str, int]
    running: Mapping[str, int]
    oldest_due: datetime | None
    given_up: int
    open_errors: Mapping[str, int]
    deliveries_due: int
    deliveries_late: int
    paused: int
    executors: int


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A CSV file that somebody asked for; `where` is the message in whose thread it goes, None is their own DM.

    `file` is Slack's id of what was uploaded last, "" where nothing was.
    """

    who: str
    language: str
    selection: Selection
    where: Posted | None
    requested_at: datetime
    done: bool
    file: str


class Errors(Protocol):
    """The sync errors."""

    def cards(self, since: datetime) -> list[Card]:
        """Count open errors by category, most errors first; new are those first seen after `since`."""
        ...

    def total(self) -> tuple[int, int]:
        """Count open errors, and the records they affect."""
        ...

    def groups(
        self, selection: Selection, limit: int = 1000, *, after: GroupKey | None = None, before: GroupKey | None = None
    ) -> list[Group]:
        """Count open errors, or those in the selection's state, by fingerprint; most errors first.

        With `after` those that follow there; with `before` the last ones ahead of it.
        """
        ...

    def count_groups(self, selection: Selection) -> int:
        """Count the groups that `groups` goes through."""
        ...

    def page(
        self, selection: Selection, limit: int, *, after: int | None = None, before: int | None = None
    ) -> list[SyncError]:
        """Return errors by id, in any state unless the selection names one; `after` and `before` as for `groups`."""
        ...

    def find(self, selection: Selection, limit: int, statuses: Collection[Status] = ()) -> list[SyncError]:
        """Return errors, oldest first; in any state unless `statuses` names some."""
        ...

    def count(self, selection: Selection, statuses: Collection[Status] = ()) -> int:
        """Count errors; in any state unless `statuses` or the selection names some."""
        ...

    def to_resync(self, selection: Selection, limit: int) -> list[SyncError]:
        """Return open errors that a resync may help and whose record has an id; the least lately tried first."""
        ...

    def count_to_resync(self, selection: Selection) -> int:
        """Count them."""
        ...

    def resyncing(self, ids: Collection[int], now: datetime) -> None:
        """Note that a resync has errors in hand."""
        ...

    def stream(self, selection: Selection) -> Iterator[SyncError]:
        """Walk through all errors that are not resolved, in memory that does not grow with them."""
        ...

    def match(self, rows: Sequence[Understood]) -> list[SyncError | None]:
        """Return for each row the error it is, None for a new one. Changes nothing."""
        ...

    def record(self, rows: Sequence[Understood], run: int, now: datetime) -> Recorded:
        """Add what is new, refresh what is known, open again what was resolved. Ignored errors stay ignored."""
        ...

    def open_in(self, source: Source, scope: Scope | None) -> set[int]:
        """Return the ids of open errors of a source within a scope; None is everything."""
        ...

    def resolve_unseen(self, source: Source, scope: Scope | None, run: int, now: datetime) -> int:
        """Resolve open errors of a source within a scope which a run did not contain; answer how many."""
        ...

    def forget(self, ids: Collection[int], now: datetime) -> None:
        """Remove errors, and what resyncs know of them; a resync that goes on does so without them."""
        ...

    def set_status(self, ids: Iterable[int], status: Status, now: datetime) -> None:
        """Move errors to a state."""
        ...

    def seen_since(self, ids: Collection[int], moment: datetime) -> dict[int, SyncError]:
        """Return, by error, what was reported of its record after a moment: the same error, or else another."""
        ...


class Ignored(Protocol):
    """What people have decided to ignore: groups, and single errors."""

    def begin(self, ignoring: Ignoring) -> int:
        """Ignore what is not ignored yet; answer the id of the decision."""
        ...

    def get(self, number: int) -> Ignoring | None:
        """Return a decision, also one that has ended."""
        ...

    def end(self, number: int, now: datetime) -> None:
        """Note that a decision holds no longer."""
        ...

    def any(self) -> bool:
        """Tell whether anything is ignored now."""
        ...

    def of(self, fingerprints: Collection[str] = (), errors: Collection[int] = ()) -> list[Ignoring]:
        """Return the decisions that hold now for groups as a whole, and for single errors."""
        ...


class Views(Protocol):
    """Views in HubSpot, and their lists."""

    def request(self, key: str, selection: Selection, title: str, who: str, language: str, now: datetime) -> int:
        """Note who wants a view of a selection, which `key` names; answer its id, the same as before."""
        ...

    def get(self, view: int) -> HubSpotView | None:
        """Return a view; None once it was forgotten."""
        ...

    def plan(self, view: HubSpotView, obj: str) -> None:
        """Find a name for the list of an object that has none yet, before HubSpot hears of it."""
        ...

    def change(self, view: int, obj: str, **values: Any) -> None:  # noqa: ANN401 - fields of ListKept
        """Note more about the list of an object."""
        ...

    def forget(self, view: int) -> None:
        """Remove a view and its lists, as far as we know them."""
        ...


class Runs(Protocol):
    """Arrivals of errors, and their rows until they are recorded."""

    def start(self, source: Source, name: str, *, complete: bool, now: datetime) -> int:
        """Begin to read; answer the run's id."""
        ...

    def add_chunk(self, run: int, number: int, rows: Sequence[Understood]) -> None:
        """Keep rows for later."""
        ...

    def chunks(self, run: int) -> list[int]:
        """Return the numbers of the chunks that are not recorded yet."""
        ...

    def chunk(self, run: int, number: int) -> list[Understood]:
        """Return a chunk's rows; none once it is recorded."""
        ...

    def drop_chunk(self, run: int, number: int, recorded: Recorded) -> None:
        """Forget a chunk, since it is recorded, and add its figures to the run."""
        ...

    def ready(
        self,
        run: int,
        *,
        rows: int,
        rejections: Sequence[Mapping[str, Any]],
        rejected: int,
        scope: Scope,
        files: Sequence[FileFound] = (),
        complete: bool = False,
    ) -> None:
        """Note that the input was read to its end, and whether it holds everything its source has."""
        ...

    def set_state(self, run: int, state: str) -> None:
        """Move a run to a state."""
        ...

    def finish(self, run: int, *, resolved: int, now: datetime) -> None:
        """Note that all is recorded."""
        ...

    def get(self, run: int) -> Run:
        """Return a run."""
        ...

    def forget(self, run: int) -> None:
        """Remove a run of which nothing was recorded."""
        ...

    def forget_abandoned(self, before: datetime) -> None:
        """Remove runs that began before a moment and were never told to be recorded: their reader was killed."""
        ...

    def forget_done(self, before: datetime) -> None:
        """Remove runs that began before a moment and were recorded, but the newest of each source."""
        ...

    def latest(self) -> dict[Source, datetime]:
        """Return when each source was last heard to its end."""
        ...


class Jobs(Protocol):
    """Work that is due. A row here decides what is done; the engine only does it."""

    def arm(self, kind: str, subject: int, due_at: datetime, lane: str = "") -> None:
        """Promise a workflow about a subject, or promise it once more.

        First promises with one `lane` are kept one after the other, in the order they were made.
        """
        ...

    def leave_lane(self, kind: str, subject: int) -> None:
        """Let the others in its lane go on, although the job may be armed again."""
        ...

    def due(self, now: datetime, kinds: Collection[str], limit: int) -> list[Job]:
        """Return jobs whose time has come and which nobody is working on."""
        ...

    def take(self, job: Job, now: datetime) -> bool:
        """Note that the engine gets the job's attempt; False where that is not due any more."""
        ...

    def runs(self, job: int, attempt: int) -> bool:
        """Tell whether this attempt is the one that the engine is to work on."""
        ...

    def finish(self, job: int, attempt: int) -> None:
        """Note that the running attempt did its work; the job is done unless it was armed again meanwhile."""
        ...

    def fail(self, job: int, attempt: int, due_at: datetime | None, error: str) -> None:
        """Note that the running attempt failed; another follows at `due_at`, none where that is None."""
        ...

    def hurry(self, vendor: str, now: datetime) -> None:
        """Make jobs due that wait because a vendor did not accept our token or login."""
        ...

    def failures(self, job: int) -> int:
        """Return how many attempts failed since the job was last armed."""
        ...

    def running_since(self, moment: datetime | None) -> list[Job]:
        """Return jobs that the engine has, with the attempt it has; only those it had before a moment."""
        ...

    def release(self, job: Job) -> None:
        """Make a job due again, in its old place, whose attempt the engine does not have."""
        ...

    def done(self, kind: str, subject: int) -> bool:
        """Tell whether nothing is left to do; a job given up counts as done."""
        ...

    def given_up(self) -> list[tuple[str, int, str]]:
        """Return kind, subject and last error of jobs that were given up."""
        ...

    def forget_given_up(self, before: datetime) -> None:
        """Say no more of jobs that were given up and whose last attempt was due before a moment."""
        ...


class Resyncs(Protocol):
    """Resyncs and the outcome for each record."""

    def open(self, batch: ResyncBatch, errors: Sequence[SyncError]) -> tuple[int, int]:
        """Start a resync of the errors that are in no other; answer its id (0 where none is left) and how many."""
        ...

    def get(self, batch: int) -> ResyncBatch:
        """Return a resync."""
        ...

    def items(self, batch: int) -> list[ResyncItem]:
        """Return its errors."""
        ...

    def settle(self, outcomes: Mapping[int, tuple[Outcome, str]]) -> None:
        """Set the outcome and its detail, by item id. A final outcome frees the error for the next resync."""
        ...

    def touching(self, items: Collection[int], system: str) -> None:
        """Note in which system items are about to be touched."""
        ...

    def note_call(self, batch: int, calls: int = 1) -> None:
        """Count one more vendor call, or, with -1, that one was none: it was turned away."""
        ...

    def waits(self, batch: int, error: str) -> None:
        """Note what keeps the resync waiting, "" once it goes on."""
        ...

    def touched(self, batch: int, at: datetime, prove_at: datetime) -> None:
        """Note that every record was touched, and when the proof is due."""
        ...

    def finished(self, batch: int, at: datetime) -> None:
        """Note that nothing more will be found out."""
        ...

    def placed(self, batch: int, channel: str, ts: str) -> None:
        """Note where the resync's message stands."""
        ...

    def answered(self, batch: int) -> None:
        """Note that the card it was pressed on has been replaced."""
        ...

    def holders(self, errors: Collection[int]) -> list[ResyncBatch]:
        """Return the resyncs that errors are in at the moment."""
        ...


class Subscriptions(Protocol):
    """Channels that want a digest, and each digest they got."""

    def all(self) -> list[Subscription]:
        """Return all of them."""
        ...

    def save(self, subscription: Subscription) -> int:
        """Add the channel's subscription, or replace it; answer its id."""
        ...

    def remove(self, channel: str) -> bool:
        """Remove the channel's subscription; tell whether there was one."""
        ...

    def get(self, subscription: int) -> Subscription | None:
        """Return one."""
        ...

    def due(self, now: datetime) -> list[Subscription]:
        """Return those whose next digest is due and which are not paused."""
        ...

    def planned(self, channel: str, local_date: str) -> bool:
        """Tell whether the channel had or has a digest for a local date."""
        ...

    def plan(self, subscription: int, local_date: str, due_at: datetime, missed: int) -> int:
        """Add the delivery for a local date; answer its id, 0 where there is one already."""
        ...

    def move(self, subscription: int, next_at: datetime) -> None:
        """Set when the next digest is due."""
        ...

    def pause(self, subscription: int, reason: str) -> None:
        """Stop sending, and keep the reason."""
        ...

    def delivery(self, delivery: int) -> Delivery | None:
        """Return a delivery; None where its subscription was removed."""
        ...

    def delivered(self, delivery: int, channel: str, ts: str, now: datetime) -> None:
        """Note that a digest was posted."""
        ...

    def dropped(self, delivery: int) -> None:
        """Note that a digest will not be posted."""
        ...


class Exports(Protocol):
    """CSV files somebody asked for in Slack."""

    def request(self, who: str, language: str, selection: Selection, where: Posted | None, now: datetime) -> int:
        """Add a request; answer its id."""
        ...

    def get(self, export: int) -> ExportRequest:
        """Return a request."""
        ...

    def uploaded(self, export: int, file: str) -> None:
        """Note the file that is about to be shared."""
        ...

    def done(self, export: int, now: datetime) -> None:
        """Note that the file was shared, or will not be."""
        ...

    def shared(self) -> list[tuple[int, str]]:
        """Return the requests whose files may be in Slack, with their ids there."""
        ...

    def unshared(self, export: int) -> None:
        """Note that the file is no longer in Slack."""
        ...


class Uploads(Protocol):
    """Files that were uploaded in Slack."""

    def request(self, who: str, language: str, files: Sequence[UploadedFile], *, partial: bool, now: datetime) -> int:
        """Add an upload; answer its id."""
        ...

    def get(self, upload: int) -> Upload | None:
        """Return an upload; None where it is forgotten."""
        ...

    def was_read(self, upload: int, run: int) -> None:
        """Note which run holds what was read."""
        ...

    def failed(self, upload: int, problem: Mapping[str, Any]) -> None:
        """Note what kept it from being read."""
        ...

    def decided(self, upload: int, state: UploadState, who: str) -> None:
        """Note that somebody said yes or no."""
        ...

    def placed(self, upload: int, channel: str, ts: str) -> None:
        """Note where its message stands."""
        ...


class People(Protocol):
    """Who asks, and what they told us already."""

    def claim(self, key: str, now: datetime) -> bool:
        """Take a sender's own id; False where it was taken before."""
        ...

    def answer_of(self, key: str) -> str:
        """Return what was answered under a claim."""
        ...

    def remember_answer(self, key: str, answer: str) -> None:
        """Keep what was answered under a claim."""
        ...

    def forget_claims(self, before: datetime) -> None:
        """Remove claims nobody repeats any more."""
        ...

    def person(self, user: str, since: datetime) -> Person | None:
        """Return a person who was looked up after `since`."""
        ...

    def remember(self, person: Person, now: datetime) -> None:
        """Keep what Slack told about a person."""
        ...

    def groups_of(self, user: str) -> set[str]:
        """Return the user groups a person is in, as of the last look."""
        ...

    def remember_group(self, group: str, members: Sequence[str], now: datetime) -> None:
        """Keep who is in a user group."""
        ...


class Usage(Protocol):
    """Salesforce API calls over time."""

    def add(self, usage: ApiUsage) -> None:
        """Keep a sample."""
        ...

    def latest(self) -> ApiUsage | None:
        """Return the newest sample."""
        ...

    def forget(self, before: datetime) -> None:
        """Remove older samples."""
        ...


class Notes(Protocol):
    """Single facts, by name."""

    def get(self, name: str) -> str:
        """Return a fact, "" where there is none."""
        ...

    def set(self, name: str, value: str, now: datetime, by: str = "") -> None:
        """Keep a fact."""
        ...


class Traces(Protocol):
    """What is stored about a person, wherever that is."""

    def ids(self, needles: Sequence[Needle]) -> set[str]:
        """Return the ids in both systems of the people whose errors these are."""
        ...

    def erase(self, needles: Sequence[Needle], now: datetime, *, dry_run: bool) -> tuple[dict[str, int], set[int]]:
        """Remove what is found; answer how many rows of which table, and the resyncs that lost something."""
        ...


class Retention(Protocol):
    """What is forgotten by itself. Each call removes at most `limit` rows, and answers how many."""

    def resolved(self, before: datetime, limit: int) -> int:
        """Remove errors that were resolved before a moment and are in no resync that goes on."""
        ...

    def resyncs(self, before: datetime, limit: int) -> int:
        """Remove resyncs that ended before a moment, with their results."""
        ...

    def jobs(self, before: datetime, limit: int) -> int:
        """Remove jobs that were done, and last due before a moment."""
        ...

    def deliveries(self, before: datetime, limit: int) -> int:
        """Remove digests that were due before a moment and are delivered or dropped."""
        ...

    def exports(self, before: datetime, limit: int) -> int:
        """Remove requests for files that were answered before a moment."""
        ...

    def uploads(self, before: datetime, limit: int) -> int:
        """Remove uploads that were made before a moment."""
        ...

    def people(self, before: datetime, limit: int) -> int:
        """Remove what Slack told about people before a moment."""
        ...

    def audit(self, before: datetime, limit: int) -> int:
        """Remove audit entries from before a moment."""
        ...


class Audit(Protocol):
    """Who changed what."""

    def add(self, who: str, action: str, now: datetime, **detail: Any) -> None:  # noqa: ANN401 - JSON values
        """Add an entry; `detail` holds JSON values."""
        ...

    def entries(self, limit: int) -> list[dict[str, Any]]:
        """Return the newest entries: at, who, action, detail."""
        ...


class Executors(Protocol):
    """The processes that work, each on a numbered seat."""

    def begin(self, number: int, host: str, pid: int, now: datetime) -> None:
        """Note that a process has taken a seat."""
        ...

    def seen(self, number: int, slack: Mapping[str, Any], now: datetime) -> None:
        """Note that a process lives, and how it hears from Slack."""
        ...

    def end(self, number: int, now: datetime) -> None:
        """Note that nothing of a seat's work is left to it."""
        ...

    def working(self) -> list[Executor]:
        """Return the processes that have not ended, dead ones among them until their work was taken over."""
        ...


class Watch(Protocol):
    """The figures that operators watch."""

    def read(self, now: datetime, *, late_before: datetime, alive_since: datetime) -> Figures:
        """Count what is due now, digests due since `late_before`, and processes seen `alive_since`."""
        ...


class Transaction(Protocol):
    """One transaction over all of it."""

    @property
    def executors(self) -> Executors: ...

    @property
    def errors(self) -> Errors: ...
    @property
    def ignored(self) -> Ignored: ...
    @property
    def views(self) -> Views: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def resyncs(self) -> Resyncs: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def exports(self) -> Exports: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def people(self) -> People: ...
    @property
    def usage(self) -> Usage: ...
    @property
    def notes(self) -> Notes: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def retention(self) -> Retention: ...
    @property
    def figures(self) -> Watch: ...


class Storage(Protocol):
    """Opens transactions."""

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a transaction that only reads, all of it as of one moment. Raises StorageUnavailable."""
        ...

    def write(self, patience: float = PATIENCE) -> AbstractContextManager[Transaction]:
        """Open a transaction that is committed at its end; the only one that writes at that time.

        Raises StorageUnavailable where that is not possible within `patience` seconds.
        """
        ...

    def revision(self) -> str:
        """Return a value that is another one after each change of the cards, in any process; costs next to nothing."""
        ...
