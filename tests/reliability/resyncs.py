"""A resync of 100 errors, and what must be true of it once it ended."""

from collections import Counter
from itertools import islice
from time import sleep
from typing import Any

from bot.sandbox.crm.mapping import TOKEN_FIELD, TOKEN_PROPERTY
from bot.sandbox.crm.records import Pair
from bot.sandbox.faults import Fault
from bot.sandbox.record import Call
from bot.sandbox.slack.state import OTTO, REVOPS, Message
from bot.settings import Settings
from tests.reliability.kills import Doubled, Lost, insist
from tests.reliability.processes import Site, until
from tests.reliability.seeds import Fall

IN_HUBSPOT = {"Contact": 40, "Account": 25, "Opportunity": 15}
ONLY_IN_SALESFORCE = 10
BROKEN = 10
"""Records that HubSpot cannot sync whatever we do; the other 90 it can."""

ERRORS = sum(IN_HUBSPOT.values()) + ONLY_IN_SALESFORCE + BROKEN

CALLS = 4
"""Calls this takes: contacts, companies, deals, and the records only in Salesforce."""

SLOW = 0.4
"""Seconds each of them is made to take."""

PROOF_AFTER = 2
"""Seconds; the sandbox' sync needs a fifth of one."""

IN_TOUCH = 0.8
"""The part of the kills that is aimed at the touch; the others fall when the proof is read."""


class Resync:
    """A resync that somebody asked for in Slack."""

    kind, workflow, brings = "resync", "resync", 0

    def begin(self, at: Site, fall: Fall) -> None:
        del fall
        self._pairs = bring_hundred_in(at)
        slow_vendors(at)
        press(at)

    def aim(self, at: Site, fall: Fall) -> None:
        if fall.coin("in the touch", IN_TOUCH):
            call = fall.one_of(CALLS)
            until(lambda: at.books.number("SELECT calls FROM resync_batch") >= call)
            sleep(fall.after(SLOW * 0.8))  # what comes after the last call is the idle wait for the proof
        else:
            until(lambda: proving(at))
            sleep(fall.after(CALLS * SLOW))

    def where(self, at: Site) -> tuple[str, bool]:
        self._unrecorded = unrecorded(at)
        [batch] = at.books.rows("SELECT calls, touched_at, finished_at FROM resync_batch")
        idle = batch["touched_at"] and not proving(at)
        return step_of(at), bool(batch["calls"] and not batch["finished_at"] and not idle)

    def finish(self, at: Site) -> None:
        at.company.faults.clear()
        wait_for_the_end(at)

    def check(self, at: Site, moment: float) -> str:
        check_touches(at, self._pairs, kills=1)
        check_repeats(at, moment)
        check_states(at, self._pairs)
        return check_message(at, unrecorded=self._unrecorded)


def proving(at: Site) -> bool:
    """Tell whether the proof is being read."""
    return at.books.number("SELECT count(*) FROM job WHERE kind = 'prove' AND running IS NOT NULL") > 0


def bring_hundred_in(at: Site) -> list[Pair]:
    """Bring 100 errors of real records in; answer the records."""
    pairs: list[Pair] = []
    with at.company.world.lock:
        for sobject, number in IN_HUBSPOT.items():
            pairs += islice((pair for pair in at.company.world.pairs(sobject) if _healthy(at, pair)), number)
        others = (pair for pair in at.company.world.pairs("Lead") if _healthy(at, pair))
        alone = list(islice(others, ONLY_IN_SALESFORCE))
        broken = (pair for pair in at.company.world.pairs("Contact") if pair.key in at.company.world.sync_errors)
        pairs += islice((pair for pair in broken if pair.hubspot and pair.salesforce), BROKEN)
    why = {"code": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access to this record"}
    at.push(
        [
            *({"object": pair.object_type, "hubspot_id": pair.hubspot.id, **why} for pair in pairs if pair.hubspot),
            *({"salesforce_id": pair.salesforce.id, **why} for pair in alone if pair.salesforce),
        ]
    )
    assert at.books.number("SELECT count(*) FROM error") == ERRORS
    return [*pairs, *alone]


def slow_vendors(at: Site, seconds: float = SLOW) -> None:
    """Let each vendor call take its time, so that a kill falls inside one."""
    version = Settings.model_fields["salesforce_api_version"].default
    for path in ("/crm/objects/", f"/services/data/v{version}/composite"):
        at.company.faults.add(Fault("slow", path, seconds=seconds))


def press(at: Site) -> None:
    """Ask for the resync in Slack, and return when the bot has begun with it."""
    at.company.sync.start(0.2)
    outcome = at.company.workspace.command(OTTO, REVOPS, "resync other")
    assert outcome.ok, outcome
    until(lambda: at.books.number("SELECT calls FROM resync_batch") > 0)


def step_of(at: Site) -> str:
    """Tell from the bot's database and the vendors' records where a kill fell."""
    batch = at.books.rows("SELECT * FROM resync_batch")[0]
    outcomes = {
        row["outcome"]: row["n"]
        for row in at.books.rows("SELECT outcome, count(*) AS n FROM resync_item GROUP BY outcome")
    }
    where = f"touching, {outcomes.get('waiting', 0)} of {ERRORS} waiting, {batch['calls']} calls begun"
    if batch["finished_at"]:
        where = "after the proof"
    elif batch["touched_at"]:
        where = "reading the proof" if proving(at) else "waiting for the proof"
    elif not outcomes.get("waiting"):
        where = "after the last touch"
    posting = "" if batch["ts"] else ", in the post" if live_messages(at) else ", before the post"
    return where + posting


def wait_for_the_end(at: Site) -> None:
    """Wait until the resync is proved and its message tells so."""
    until(lambda: at.books.number("SELECT count(*) FROM resync_batch WHERE finished_at IS NOT NULL"))
    until(lambda: at.books.jobs_left() == 0)


def check_touches(at: Site, pairs: list[Pair], *, kills: int) -> None:
    """Check what reached the vendors: each record, with one token, in at most one call more for each kill."""
    (batch,) = at.books.rows("SELECT * FROM resync_batch")
    with at.company.world.lock:
        for pair in pairs:
            assert pair.hubspot is not None
            assert pair.salesforce is not None
            written = {entry.value for entry in pair.hubspot.history[TOKEN_PROPERTY] if entry.value}
            written |= {str(value) for value in [pair.salesforce.fields.get(TOKEN_FIELD)] if value}
            insist(Doubled if written else Lost, written, {batch["token"]})
    paths = [call.path for call in touches(at)]
    insist(Lost, len(set(paths)), CALLS)
    if len(paths) > CALLS + kills:
        raise Doubled(f"{len(paths)} calls")


def check_repeats(at: Site, *strikes: float) -> None:
    """Check that no call was made twice but those in flight at the `strikes`, seconds since the epoch."""
    calls = touches(at)
    in_flight = [[call.path for call in calls if call.began <= moment][-1:] for moment in strikes]
    for path, count in Counter(call.path for call in calls).items():
        if count > 1 + in_flight.count([path]):
            raise Doubled(f"{path} was called {count} times, in flight were {in_flight}")


def touches(at: Site) -> list[Call]:
    """Return the calls that change records, by the time they began."""
    calls = [call for call in at.company.hubspot_calls if call.path.endswith("/batch/update")]
    calls += [call for call in at.company.salesforce_calls if call.path.endswith("/composite/sobjects")]
    return sorted((call for call in calls if call.method in {"POST", "PATCH"}), key=lambda call: call.began)


def check_states(at: Site, pairs: list[Pair]) -> None:
    """Check that each outcome is what the vendors' records show, and that nothing is left over."""
    outcomes = at.books.rows(
        "SELECT e.hubspot_id, e.salesforce_id, e.status, i.outcome, i.open_error"
        " FROM resync_item i JOIN error e ON e.id = i.error_id"
    )
    assert len(outcomes) == ERRORS
    by_id = {row["hubspot_id"] or row["salesforce_id"]: row for row in outcomes}
    for pair in pairs:
        assert pair.hubspot is not None
        assert pair.salesforce is not None
        arrived = pair.hubspot.get(TOKEN_PROPERTY) == pair.salesforce.fields.get(TOKEN_FIELD)
        row: dict[str, Any] = by_id.get(pair.hubspot.id) or by_id[pair.salesforce.id]
        expected = ("resolved", "resolved") if arrived else ("not_picked_up", "open")
        insist(Lost, (row["outcome"], row["status"], row["open_error"]), (*expected, None))
    insist(Lost, sum(row["outcome"] == "resolved" for row in outcomes), ERRORS - BROKEN)
    assert at.books.jobs_left() == 0
    assert at.books.rows("SELECT kind, last_error FROM job WHERE last_error != ''") == []


def live_messages(at: Site) -> list[Message]:
    """Return what everybody in the channel sees of the resync."""
    return at.company.workspace.messages(REVOPS)


def unrecorded(at: Site) -> bool:
    """Tell whether the message may stand in Slack without the bot knowing."""
    return not at.books.number("SELECT count(*) FROM resync_batch WHERE ts != ''")


def check_message(at: Site, *, unrecorded: int) -> str:
    """Check that one message tells the end; one more at most for each kill that found the post `unrecorded`."""
    messages = live_messages(at)
    if not messages:
        raise Lost("no message")
    (batch,) = at.books.rows("SELECT channel, ts FROM resync_batch")
    last = messages[-1]
    assert (last.channel, last.ts) == (batch["channel"], batch["ts"])
    if str(ERRORS - BROKEN) not in str(last.blocks):
        raise Lost(f"the end is not told: {last.text}")
    if len(messages) > 1 + unrecorded:
        raise Doubled(f"{len(messages)} messages")
    return "1 message" if len(messages) == 1 else f"{len(messages)} messages, killed in the post"


def _healthy(at: Site, pair: Pair) -> bool:
    world = at.company.world
    if pair.hubspot is None or pair.salesforce is None or world.outside_segment(pair.hubspot):
        return False
    failing = world.sync_errors.keys()
    return pair.key not in failing and f"salesforce:{pair.salesforce.id}" not in failing
