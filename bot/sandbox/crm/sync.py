"""HubSpot's Salesforce integration: it polls both sides and carries changes over.

A record is looked at when a mapped value of it changed on either side, and at no other time: correcting the
*metadata* mends nothing until somebody touches the record. All differing fields of a record are attempted
together. When one is refused nothing is written on the other side, and the record stays in the Sync Health
list with the reason of this latest attempt.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox.crm import sync_log
from bot.sandbox.crm.exchange import Plan, plan
from bot.sandbox.crm.health import ERROR_TYPES, Direction, SyncError
from bot.sandbox.crm.mapping import LINKS
from bot.sandbox.crm.metadata import Failure, Option
from bot.sandbox.crm.records import HubSpotRecord, Pair, SalesforceRecord, iso
from bot.sandbox.crm.world import World
from bot.sandbox.crm.writes import release_row

CLIENT = "HubSpot"
"""The name under which the integration's Salesforce calls are counted."""

_ORDER = list(LINKS)
# Accounts come first: a contact can only follow its account.
_ORDER.sort(key=lambda sobject: sobject != "Account")


@dataclass(frozen=True)
class SyncRun:
    """What one look at both sides came to."""

    synced: int
    failed: int
    suspended: bool = False
    """Whether the integration stands still because the org has used up its API calls."""


class Sync:
    """HubSpot's Salesforce integration, on demand (``run``) or every few seconds (``start`` to ``stop``).

    Any number of instances may look at one world; all that is remembered is in the world.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def errors(self) -> list[SyncError]:
        """Answer the Sync Health list: one line for each record and reason, oldest first."""
        with self.world.lock:
            lines = [each for lines in self.world.sync_errors.values() for each in lines]
        return sorted(lines, key=lambda each: (each.first_detected, each.hubspot_id, each.salesforce_id))

    def run(self) -> SyncRun:
        """Look for changes on both sides once, and attempt each changed record."""
        with self.world.lock:
            if self.world.calls.used() >= self.world.org.daily_calls:
                return SyncRun(0, 0, suspended=True)
            # One composite request asks for the changes of all objects.
            self.world.calls.count(CLIENT)
            done = [self._attempt(pair) for pair in list(self._changed())]
        return SyncRun(synced=done.count(True), failed=done.count(False))

    def start(self, seconds: float) -> None:
        """Poll in a thread of its own until ``stop``."""
        self.stop()
        self._stopped.clear()
        self._thread = threading.Thread(target=self._poll, args=(seconds,), name="hubspot-sync", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; waits for the run that is under way."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def import_account(self, account_id: str) -> None:
        """Import one Salesforce account, as a person does on the import page: the next run syncs it."""
        with self.world.lock:
            self.world.changed_in_salesforce[account_id] = None

    def _poll(self, seconds: float) -> None:
        while not self._stopped.wait(seconds):
            self.run()

    def _changed(self) -> Iterator[Pair]:
        """Empty both lists of changes into pairs, each once, in the order of ``_ORDER``."""
        world = self.world
        pairs: dict[str, Pair] = {}
        for object_type, record_id in world.changed_in_hubspot:
            pair = world.pair_of(world.hubspot[object_type][record_id])
            pairs[pair.key] = pair
        for record_id in world.changed_in_salesforce:
            record = world.salesforce_record(record_id)
            if record is not None and not record.deleted:
                pair = world.pair_of(record)
                pairs[pair.key] = pair
        world.changed_in_hubspot.clear()
        world.changed_in_salesforce.clear()
        types = [LINKS[sobject][0] for sobject in _ORDER]
        inside = (each for each in pairs.values() if not (each.hubspot and world.outside_segment(each.hubspot)))
        yield from sorted(inside, key=lambda pair: types.index(pair.object_type))

    def _attempt(self, pair: Pair) -> bool:
        """Sync one pair and bring its lines of the list up to date; tell whether it worked."""
        planned = plan(self.world, pair)
        self.world.calls.count(CLIENT, 2 if planned.to_salesforce else 1)
        if planned.failures:
            self._note(pair, planned.failures)
            return False
        self._carry_out(pair, planned)
        self._settle(pair.key)
        if pair.salesforce is not None:
            self._settle(f"salesforce:{pair.salesforce.id}")
        return True

    def _settle(self, key: str) -> None:
        if self.world.sync_errors.pop(key, None):
            sync_log.note(self.world, key, ())

    def _note(self, pair: Pair, failures: list[tuple[Direction, Failure]]) -> None:
        world, now = self.world, self.world.now()
        salesforce_id = pair.salesforce.id if pair.salesforce else ""
        release_row(world, salesforce_id, [failure for _, failure in failures])
        known = {(each.error_type, each.code): each for each in world.sync_errors.get(pair.key, [])}
        world.sync_errors[pair.key] = [
            SyncError(
                category=ERROR_TYPES[failure.error_type][0],
                error_type=failure.error_type,
                object_type=pair.object_type,
                hubspot_id=pair.hubspot.id if pair.hubspot else "",
                record_name=pair.name,
                salesforce_id=salesforce_id,
                code=failure.code,
                message=failure.message,
                fields=failure.fields,
                direction=direction,
                first_detected=before.first_detected if before else now,
                last_detected=now,
            )
            for direction, failure in failures
            for before in [known.get((failure.error_type, failure.code))]
        ]
        sync_log.note(world, pair.key, world.sync_errors[pair.key])

    def _carry_out(self, pair: Pair, planned: Plan) -> None:
        world = self.world
        record, counterpart = self._both(pair, planned)
        world.write_salesforce(counterpart, planned.to_salesforce, by=world.org.integration_user)
        self._grow(record.type, planned.to_hubspot)
        stamped = {**planned.to_hubspot, "salesforcelastsynctime": iso(world.now())}
        world.write_hubspot(record, stamped, source_type="SALESFORCE", note=False)
        for to_type, to_id in planned.associations.items():
            world.associate(record, to_type, to_id, note=False)

    def _both(self, pair: Pair, planned: Plan) -> tuple[HubSpotRecord, SalesforceRecord]:
        """Answer both records of the pair; create and link the one that is missing."""
        record, counterpart = pair.hubspot, pair.salesforce
        if record is None:
            record = self.world.add_hubspot(pair.object_type, {})
        if counterpart is None:
            owner = self.world.org.integration_user
            counterpart = self.world.add_salesforce(planned.sobject, {"OwnerId": owner})
        if pair.hubspot is None or pair.salesforce is None:
            self.world.link(record, counterpart)
        return record, counterpart

    def _grow(self, object_type: str, values: dict[str, str]) -> None:
        """Add the options that Salesforce has and a growing HubSpot property lacks."""
        for name, value in values.items():
            known = self.world.portal.properties[object_type][name]
            if known.grows and value and value not in [option.value for option in known.options]:
                known.options.append(Option(value, value))
