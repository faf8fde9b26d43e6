"""What is remembered of people, and for how long."""

from collections.abc import Iterable
from datetime import timedelta

from bot.clock import Clock
from bot.errors import Gone, Rejected
from bot.ports import Slack
from bot.storage import Storage

CLAIMS_KEPT = timedelta(days=2)
"""Slack repeats an event for an hour at most; a program its push for as long as a weekend's outage."""


def refresh_groups(storage: Storage, clock: Clock, slack: Slack, groups: Iterable[str]) -> None:
    """Ask Slack who is in the user groups that the settings name."""
    for group in groups:
        try:
            members = slack.group_members(group)
        except (Gone, Rejected):
            # No such group (any more): nobody is in it, and the others are asked all the same.
            members = []
        with storage.write() as tx:
            tx.people.remember_group(group, members, clock.now())


def forget_claims(storage: Storage, clock: Clock) -> None:
    """Remove claims that nobody repeats any more."""
    with storage.write() as tx:
        tx.people.forget_claims(clock.now() - CLAIMS_KEPT)
