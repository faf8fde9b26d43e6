"""What is remembered of people, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.errors import Gone, Rejected
from bot.ports import Person, Slack
from bot.storage import SHORT_PATIENCE, Storage

KNOWN_FOR = timedelta(days=1)
"""How long what Slack tells about a person is believed; longer only while Slack tells nothing."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

MOMENT = timedelta(seconds=30)
"""How long what other processes learn about people goes unnoticed."""

MOST = 1000
"""People kept in memory."""

CLAIMS_KEPT = timedelta(days=2)
"""Slack repeats an event for an hour at most; a program its push for as long as a weekend's outage."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored about somebody: `person` is None unless Slack told about them within `KNOWN_FOR`."""

    person: Person | None
    groups: frozenset[str]
    read_at: datetime


class Directory:
    """Who people are, and which user groups they are in, as of Slack's last word.

    It is stored, and what was read is kept for a moment, since every request asks. What this process learns is
    seen at once.
    """

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._kept: dict[str, Known] = {}

    def find(self, user: str) -> Known:
        """Return what is known about somebody."""
        # Who reads while others forget puts it where nobody looks any more.
        kept, now = self._kept, self._clock.now()
        known = kept.get(user)
        if known and timedelta() <= now - known.read_at < MOMENT:
            return known
        with self._storage.read() as tx:
            known = Known(tx.people.person(user, now - KNOWN_FOR), frozenset(tx.people.groups_of(user)), now)
        if len(kept) >= MOST:
            kept.clear()
        if known.person:
            kept[user] = known
        return known

    def last_word(self, user: str) -> Person | None:
        """Return what Slack told about somebody last, however long ago."""
        with self._storage.read() as tx:
            return tx.people.person(user, LONG_AGO)

    def remember(self, person: Person) -> None:
        """Store what Slack told about somebody."""
        with self._storage.write(SHORT_PATIENCE) as tx:
            tx.people.remember(person, self._clock.now())
        self._kept = {}

    def refresh_groups(self, slack: Slack, groups: Iterable[str]) -> None:
        """Ask Slack who is in the user groups that the settings name."""
        for group in groups:
            try:
                members = slack.group_members(group)
            except (Gone, Rejected):
                # No such group (any more): nobody is in it, and the others are asked all the same.
                members = []
            with self._storage.write() as tx:
                tx.people.remember_group(group, members, self._clock.now())
            self._kept = {}


def forget_claims(storage: Storage, clock: Clock) -> None:
    """Remove claims that nobody repeats any more."""
    with storage.write() as tx:
        tx.people.forget_claims(clock.now() - CLAIMS_KEPT)
