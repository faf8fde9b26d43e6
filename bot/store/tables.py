"""The tables. A change here needs a migration, and moves SCHEMA to it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Index,
    LargeBinary,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

SCHEMA = "0009"
"""The migration these tables belong to."""


BYTEWISE = String().with_variant(String(collation="C"), "postgresql")
"""Text that is compared byte by byte, so that an index finds what begins like something."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time, in UTC on the way in and out: SQLite forgets the zone, PostgreSQL answers in its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Move to UTC; a time without a zone is a mistake of ours."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a stored time needs a zone"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time its zone."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _time(**options: Any) -> Any:  # noqa: ANN401 - Field itself returns Any
    return Field(sa_type=UTCDateTime, **options)


class ErrorGroup(SQLModel, table=True):
    """What all errors with one fingerprint share that were understood alike.

    `errors` counts its open errors. `first_seen` and `last_seen` tell when it was reported since it last had none.
    """

    __tablename__ = "error_group"
    __table_args__ = (UniqueConstraint("fingerprint", "error_type", "resync"),)
    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str
    error_type: str
    category: str
    resync: str
    rules_version: int = Field(index=True)
    code: str
    message: str
    fields: list[str] = Field(sa_type=JSON)
    errors: int = 0
    first_seen: datetime = _time()
    last_seen: datetime = _time()


class Error(SQLModel, table=True):
    """A sync error: one record failing for one reason.

    No two have the same object, record key and fingerprint. `affected` is more than 1 where the source names no record
    but tells how many there are. The words of `record` are indexed by the database itself: on SQLite by triggers that
    keep the table `error_words`, on PostgreSQL by an index on an expression (migration 0008).
    """

    __table_args__ = (
        UniqueConstraint("record_key", "object", "group_id"),
        Index("ix_error_group", "group_id", "status", "id", "affected"),
        Index(
            "ix_error_salesforce",
            "salesforce_id",
            sqlite_where=text("salesforce_id != ''"),
            postgresql_where=text("salesforce_id != ''"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    object: str
    record_key: str = Field(sa_type=BYTEWISE)
    hubspot_id: str
    salesforce_id: str = Field(sa_type=BYTEWISE)
    record: str
    message: str
    label: str
    direction: str
    raw: dict[str, str] = Field(sa_type=JSON)
    group_id: int
    status: str
    source: str
    first_seen: datetime = _time()
    last_seen: datetime = _time()
    resolved_at: datetime | None = _time(default=None)
    tried_at: datetime | None = _time(default=None)
    occurrences: int = 1
    affected: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    run_id: int | None = None


class Ignored(SQLModel, table=True):
    """A group of errors, or a single one, that somebody ignores, or ignored.

    `active` names it until it ends, and is unique: nothing is ignored twice.
    """

    __table_args__ = (Index("ix_ignored_group", "fingerprint"), Index("ix_ignored_error", "error_id"))
    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str
    error_id: int | None = Field(foreign_key="error.id", ondelete="CASCADE")
    active: str | None = Field(unique=True)
    reason: str
    who: str
    at: datetime = _time()
    until: datetime | None = _time(default=None)
    ended_at: datetime | None = _time(default=None)


class Tally(SQLModel, table=True):
    """Open errors of a category, and the records they affect; those of the category "" are all there are."""

    __tablename__ = "error_tally"
    category: str = Field(primary_key=True)
    errors: int
    records: int


class Minute(SQLModel, table=True):
    """Open errors of a category that were first seen in one minute (since 1970). Only the last day is kept."""

    __tablename__ = "error_minute"
    minute: int = Field(primary_key=True)
    category: str = Field(primary_key=True)
    errors: int


class HubSpotView(SQLModel, table=True):
    """A selection of errors whose records somebody wants as a view in HubSpot; `key` names the selection."""

    __tablename__ = "hubspot_view"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    selection: dict[str, Any] = Field(sa_type=JSON)
    title: str
    requested_by: str
    language: str
    requested_at: datetime = _time()


class HubSpotList(SQLModel, table=True):
    """A list in HubSpot, of one object of a view; `number` is its id there, "" before it is known."""

    __tablename__ = "hubspot_list"
    __table_args__ = (UniqueConstraint("view_id", "object"),)
    id: int | None = Field(default=None, primary_key=True)
    view_id: int = Field(foreign_key="hubspot_view.id", ondelete="CASCADE")
    object: str
    name: str = Field(unique=True)
    number: str = ""
    records: int = 0
    unknown: int = 0
    cut: bool = False


class IngestRun(SQLModel, table=True):
    """One arrival of errors: a file, a push."""

    __tablename__ = "ingest_run"
    __table_args__ = (Index("ix_ingest_run_heard", "source", "state", "started_at"),)
    id: int | None = Field(default=None, primary_key=True)
    source: str
    name: str
    complete: bool
    state: str
    started_at: datetime = _time()
    finished_at: datetime | None = _time(default=None)
    rows: int = 0
    new: int = 0
    still_open: int = 0
    resolved: int = 0
    rejected: int = 0
    rejections: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    scope: list[list[str]] = Field(default_factory=list, sa_type=JSON)
    files: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})


class IngestChunk(SQLModel, table=True):
    """Rows of a run that are read but not yet in `error`; gone once they are."""

    __tablename__ = "ingest_chunk"
    run_id: int = Field(primary_key=True, foreign_key="ingest_run.id", ondelete="CASCADE")
    number: int = Field(primary_key=True)
    rows: bytes = Field(sa_type=LargeBinary)


class Job(SQLModel, table=True):
    """A promise to run a workflow about one subject; see `bot.store.jobs`."""

    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index("ix_job_due", "done", "due_at"),
        Index("ix_job_lane", "lane", "done"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    subject: int
    attempt: int
    due_at: datetime = _time()
    running: int | None = None
    running_since: datetime | None = _time(default=None)
    done: bool = False
    failures: int = 0
    last_error: str = ""
    lane: str = Field(default="", sa_column_kwargs={"server_default": ""})
    request: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Executor(SQLModel, table=True):
    """A process that works: `sfsync run`, or an import on PostgreSQL. See `bot.store.executors`.

    `seen_at` is when it last said that it lives; `ended_at` is set once nothing of its work is left to it.
    `slack` is how it hears from Slack.
    """

    id: int | None = Field(default=None, primary_key=True)
    host: str
    pid: int
    started_at: datetime = _time()
    seen_at: datetime = _time()
    ended_at: datetime | None = _time(default=None)
    slack: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class Resync(SQLModel, table=True):
    """One press of Resync."""

    __tablename__ = "resync_batch"
    id: int | None = Field(default=None, primary_key=True)
    token: str = Field(unique=True)
    requested_by: str
    title: str
    language: str
    requested_at: datetime = _time()
    touched_at: datetime | None = _time(default=None)
    prove_at: datetime | None = _time(default=None)
    finished_at: datetime | None = _time(default=None)
    home_channel: str
    channel: str = ""
    ts: str = ""
    response_url: str = ""
    left_out: int = 0
    others: int = 0
    calls: int = 0
    waiting: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ResyncedError(SQLModel, table=True):
    """One error of a resync.

    `open_error` is the error's id until the outcome is final, and unique: no error is in two resyncs.
    """

    __tablename__ = "resync_item"
    __table_args__ = (Index("ix_resync_item_batch", "batch_id"),)
    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="resync_batch.id")
    error_id: int = Field(foreign_key="error.id")
    open_error: int | None = Field(unique=True)
    outcome: str
    detail: str = ""
    touched_in: str = ""


class Subscription(SQLModel, table=True):
    """A channel that wants a digest."""

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(unique=True)
    frequency: str
    at: str
    timezone: str
    language: str
    created_by: str
    created_at: datetime = _time()
    paused: str = ""
    next_at: datetime = _time()


class Delivery(SQLModel, table=True):
    """One digest of one subscription for one local date."""

    __table_args__ = (UniqueConstraint("subscription_id", "local_date"),)
    id: int | None = Field(default=None, primary_key=True)
    subscription_id: int = Field(foreign_key="subscription.id", ondelete="CASCADE")
    local_date: str
    due_at: datetime = _time()
    missed: int = 0
    state: str
    channel: str = ""
    ts: str = ""
    delivered_at: datetime | None = _time(default=None)


class Export(SQLModel, table=True):
    """A CSV file that somebody asked for in Slack.

    `channel` and `thread` are where it goes, "" for a direct message; `file` is Slack's id once it is uploaded.
    """

    __tablename__ = "export_request"
    id: int | None = Field(default=None, primary_key=True)
    requested_by: str
    language: str
    selection: dict[str, Any] = Field(sa_type=JSON)
    requested_at: datetime = _time()
    delivered_at: datetime | None = _time(default=None)
    channel: str = Field(default="", sa_column_kwargs={"server_default": ""})
    thread: str = Field(default="", sa_column_kwargs={"server_default": ""})
    file: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Upload(SQLModel, table=True):
    """Files that were uploaded in Slack."""

    id: int | None = Field(default=None, primary_key=True)
    requested_by: str
    language: str
    requested_at: datetime = _time()
    files: list[dict[str, Any]] = Field(sa_type=JSON)
    partial: bool
    state: str
    run_id: int | None = None
    channel: str = ""
    ts: str = ""
    decided_by: str = ""
    problem: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class UsageSample(SQLModel, table=True):
    """Salesforce API calls of the whole org, at one moment."""

    __tablename__ = "usage_sample"
    id: int | None = Field(default=None, primary_key=True)
    taken_at: datetime = _time(index=True)
    used: int
    allowed: int


class Claim(SQLModel, table=True):
    """Something a sender told us once; `answer` is repeated to whoever tells it again."""

    key: str = Field(primary_key=True)
    claimed_at: datetime = _time(index=True)
    answer: str = ""


class AuditEntry(SQLModel, table=True):
    """Who changed what."""

    __tablename__ = "audit_entry"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = _time()
    who: str
    action: str
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class KnownPerson(SQLModel, table=True):
    """What Slack told about a person, for a day."""

    __tablename__ = "person"
    id: str = Field(primary_key=True)
    locale: str
    timezone: str
    guest: bool
    looked_up_at: datetime = _time()


class UserGroup(SQLModel, table=True):
    """Who is in a Slack user group, as of the last look."""

    __tablename__ = "user_group"
    id: str = Field(primary_key=True)
    members: list[str] = Field(sa_type=JSON)
    looked_up_at: datetime = _time()


class Note(SQLModel, table=True):
    """One fact to remember, by name."""

    name: str = Field(primary_key=True)
    value: str
    at: datetime = _time()
    by: str = ""


def core(model: type[SQLModel]) -> Table:
    """Return the Core table of a model: rows in bulk go through it, since objects one by one cost 28 times as much."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
