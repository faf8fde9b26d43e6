"""Importing files that were uploaded in Slack.

What was asked for is a row. One workflow does what its state calls for: it reads the files into a run and shows what
recording that would do; once somebody has said yes, it shows how far the recording is, until it ended. The row
decides, so that it goes on after any interruption.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO

from bot.clock import Clock
from bot.errors import Gone, NotAuthorized, PersonError, Rejected
from bot.model.message import Message
from bot.model.upload import Upload, UploadedFile, UploadState
from bot.ports import Posted, Slack
from bot.storage import Run, Storage, Transaction
from bot.usecases import ingest
from bot.usecases.ingest import Found, Preview

WORKFLOW = "upload"

PROGRESS = timedelta(seconds=2)
"""Between two looks at how far the recording is."""

VALID = ingest.ABANDONED - timedelta(hours=1)
"""How long somebody may say yes to what was read."""

Read = Callable[[IO[bytes], str], Iterator[Found]]
Render = Callable[[Upload, "Preview | Run | None", int], Message]
"""Renders an upload with what would happen, or with where its recording stands and how many rows are recorded."""


def request(
    tx: Transaction, now: datetime, *, who: str, language: str, files: Sequence[UploadedFile], partial: bool
) -> None:
    """Have files read, and what they hold shown to who uploaded them, in a direct message."""
    upload = tx.uploads.request(who, language, files, partial=partial, now=now)
    tx.jobs.arm(WORKFLOW, upload, now)


def decide(tx: Transaction, now: datetime, upload: int, *, who: str, yes: bool) -> None:
    """Record what was read, or forget it. Said again it changes nothing; raise PersonError where it is too late."""
    asked = tx.uploads.get(upload)
    if asked is None or (asked.state is UploadState.READ and now - asked.requested_at > VALID):
        raise PersonError("What was read has been forgotten meanwhile.", "Type `/sfsync import` and upload it again.")
    if asked.state is not UploadState.READ:
        return
    tx.uploads.decided(upload, UploadState.CONFIRMED if yes else UploadState.CANCELLED, who)
    if yes:
        ingest.begin(tx, now, asked.run)
    else:
        tx.runs.forget(asked.run)
    tx.jobs.arm(WORKFLOW, upload, now)


def receive(storage: Storage, clock: Clock, slack: Slack, read: Read, upload: int) -> bool:
    """Read the files into a run; what keeps them from being read is kept for its message. False where that was done."""
    with storage.read() as tx:
        asked = tx.uploads.get(upload)
    if asked is None or asked.state is not UploadState.ASKED:
        return False
    try:
        rows = _rows(slack, read, asked.files)
        run = ingest.read_in(storage, clock, rows, asked.name, complete=False if asked.partial else None)
    except PersonError as error:
        problem = error
    except NotAuthorized:
        problem = PersonError("Slack does not let sfsync read files.", "Whoever runs it: `sfsync doctor` tells more.")
    except (Gone, Rejected):
        problem = PersonError("Slack does not hand the file over.", "Type `/sfsync import` and upload it again.")
    else:
        with storage.write() as tx:
            tx.uploads.was_read(upload, run)
        return True
    with storage.write() as tx:
        tx.uploads.failed(upload, {"text": problem.text, "advice": problem.advice, "values": problem.values})
    return True


def tell(storage: Storage, clock: Clock, slack: Slack, render: Render, upload: int) -> None:
    """Show where an upload stands, in its one message; look again in a moment while something goes on."""
    with storage.read() as tx:
        asked = tx.uploads.get(upload)
    if asked is None:
        return
    shown: Preview | Run | None = None
    recorded, goes_on = 0, False
    if asked.state is UploadState.READ:
        shown = ingest.preview(storage, asked.run)
    elif asked.state is UploadState.CONFIRMED:
        shown = ingest.result(storage, asked.run)
        recorded = max(0, shown.rows - len(ingest.remaining(storage, asked.run)) * ingest.CHUNK)
        goes_on = shown.state != "done" and not ingest.given_up(storage, asked.run)
    _place(storage, slack, asked, render(asked, shown, recorded))
    if goes_on:
        with storage.write() as tx:
            tx.jobs.arm(WORKFLOW, upload, clock.now() + PROGRESS)


def _place(storage: Storage, slack: Slack, asked: Upload, message: Message) -> None:
    """Change the upload's message, or post it where there is none (any more)."""
    if asked.ts:
        try:
            slack.update(Posted(asked.channel, asked.ts), message)
        except Gone:
            pass
        else:
            return
    posted = slack.post(slack.direct_channel(asked.requested_by), message)
    with storage.write() as tx:
        tx.uploads.placed(asked.id, posted.channel, posted.ts)


def _rows(slack: Slack, read: Read, files: Sequence[UploadedFile]) -> Iterator[Found]:
    for file in files:
        yield from read(BytesIO(slack.download(file.id)), file.name)
