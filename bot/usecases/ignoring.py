"""Ignore: errors that leave the cards for a while, and count again when that is over.

What is ignored is said at once; errors of a large group move in portions, in a job, so that nobody waits for them.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import WrongInput
from bot.model.ignoring import LONGEST_REASON, Ignoring, end_of
from bot.model.sync import Selection, Status, SyncError
from bot.storage import Storage, Transaction

MOVE, END = "ignore", "unignore"
"""The workflows."""

PORTION = 1000
"""Errors that move in one transaction."""


FURTHEST = timedelta(days=3650)
"""No end is later than that: what is never to count again needs none."""


def begin(
    tx: Transaction,
    now: datetime,
    *,
    who: str,
    reason: str,
    until: date | None,
    timezone: str,
    fingerprint: str = "",
    error: int | None = None,
) -> None:
    """Ignore a group, also those of its errors that come in later, or a single error; until the end of a day.

    What was ignored already is from now on ignored for this reason. Raises WrongInput.
    """
    if not reason:
        raise WrongInput("Say why, for those who find these errors ignored.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise WrongInput("A reason has at most %(most)s characters.", field="reason", most=LONGEST_REASON)
    today = now.astimezone(ZoneInfo(timezone)).date()
    if until and not today < until < today + FURTHEST:
        raise WrongInput("The end date must be in the future, within ten years.", field="until")
    end = end_of(until, timezone) if until else None
    for before in tx.ignored.of([fingerprint] if fingerprint else (), [error] if error else ()):
        tx.ignored.end(before.id, now)
    number = tx.ignored.begin(Ignoring(0, fingerprint, error, reason, who, now, end))
    until_when = end.isoformat() if end else ""
    tx.audit.add(who, "ignore", now, group=fingerprint, error=error, until=until_when, ignored=number)
    _move(tx, now, number)
    if end:
        tx.jobs.arm(END, number, end)


def stop(tx: Transaction, now: datetime, *, who: str, fingerprint: str = "", error: int | None = None) -> None:
    """Have a group, or a single error, count again."""
    ended = tx.ignored.of([fingerprint] if fingerprint else (), [error] if error else ())
    for one in ended:
        tx.ignored.end(one.id, now)
    tx.audit.add(who, "stop ignoring", now, group=fingerprint, error=error)
    if ended:
        _move(tx, now, ended[-1].id)
        return
    # Ignored elsewhere, as an imported file told.
    where = Selection(fingerprint=fingerprint, ids=(error,) if error else (), status=Status.IGNORED)
    tx.errors.set_status((each.id for each in tx.errors.page(where, PORTION)), Status.OPEN, now)


def end(storage: Storage, clock: Clock, number: int) -> None:
    """Have what was ignored count again where its time is over; doing it twice changes nothing."""
    with storage.write() as tx:
        now, known = clock.now(), tx.ignored.get(number)
        if known is None or known.ended_at or known.until is None or known.until > now:
            return
        tx.ignored.end(number, now)
        tx.audit.add("", "stop ignoring", now, group=known.fingerprint, error=known.error)
        _move(tx, now, number)


def move(storage: Storage, clock: Clock, number: int, after: int) -> int:
    """Move one more portion of errors; answer after which id the next one begins, 0 where none is left."""
    with storage.write() as tx:
        known = tx.ignored.get(number)
        return _portion(tx, clock.now(), known, after) if known else 0


def cover(tx: Transaction, now: datetime, errors: Collection[int]) -> None:
    """Ignore those of errors, which are new or open again, that somebody has decided to ignore."""
    if not errors or not tx.ignored.any():
        return
    for some in _slices(sorted(errors)):
        found = tx.errors.find(Selection(ids=some), len(some), (Status.OPEN,))
        tx.errors.set_status(_decided(tx, found), Status.IGNORED, now)


def _move(tx: Transaction, now: datetime, number: int) -> None:
    known = tx.ignored.get(number)
    if known and _portion(tx, now, known, 0):
        tx.jobs.arm(MOVE, number, now)


def _portion(tx: Transaction, now: datetime, known: Ignoring, after: int) -> int:
    ended = known.ended_at is not None
    status = Status.IGNORED if ended else Status.OPEN
    where = Selection(fingerprint=known.fingerprint, ids=(known.error,) if known.error else (), status=status)
    found = tx.errors.page(where, PORTION, after=after)
    # What is ignored for another reason stays so.
    stay = _decided(tx, found) if ended else set()
    moved = [error.id for error in found if error.id not in stay]
    tx.errors.set_status(moved, Status.OPEN if ended else Status.IGNORED, now)
    return found[-1].id if len(found) == PORTION else 0


def _decided(tx: Transaction, found: Collection[SyncError]) -> set[int]:
    """Return the ids of those errors that are to be ignored, each for itself or with its group."""
    active = tx.ignored.of({error.fingerprint for error in found}, [error.id for error in found])
    groups, single = {one.fingerprint for one in active} - {""}, {one.error for one in active}
    return {error.id for error in found if error.fingerprint in groups or error.id in single}


def _slices(ids: list[int]) -> Iterator[tuple[int, ...]]:
    for start in range(0, len(ids), PORTION // 2):
        yield tuple(ids[start : start + PORTION // 2])
