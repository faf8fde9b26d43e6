"""The stage on which records are broken: one healthy pair, and what people may do to it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.crm.metadata import Value
from bot.sandbox.crm.records import HubSpotRecord, Pair, SalesforceRecord
from bot.sandbox.crm.world import World


@dataclass(frozen=True)
class Scene:
    """One healthy pair of records about to be broken."""

    world: World
    rng: random.Random
    hubspot: HubSpotRecord
    salesforce: SalesforceRecord

    def in_hubspot(self, **values: str) -> None:
        """Change properties as a HubSpot user does."""
        self.world.write_hubspot(self.hubspot, values)

    def in_salesforce(self, **values: Value) -> None:
        """Change fields as a Salesforce user who may do anything does: by-passing all rules."""
        self.world.write_salesforce(self.salesforce, values, by=self.world.org.admin_user)

    def property_for(self, field: str) -> str:
        """Answer the HubSpot property a Salesforce field is mapped with."""
        lines = self.world.portal.mappings[self.salesforce.type]
        return next(line.hubspot for line in lines if line.salesforce == field)

    def another(self) -> SalesforceRecord:
        """Answer another healthy record of the same object; it stays as it is, for the error rests on it."""
        records = list(self.world.salesforce[self.salesforce.type].values())
        while True:
            pair = self.world.pair_of(self.rng.choice(records))
            if is_healthy(self.world, pair) and pair.salesforce and pair.salesforce is not self.salesforce:
                self.world.reserved.add(pair.hubspot.id if pair.hubspot else "")
                return pair.salesforce


Breaker = Callable[[Scene], Pair | None]
BREAKERS: dict[str, list[tuple[str, Breaker]]] = {}
"""Error type to the ways of causing it: the Salesforce object it works on, and what is done."""


def breaks(error_type: str, *sobjects: str) -> Callable[[Breaker], Breaker]:
    """Register a way of causing an error type with records of these objects."""

    def register(breaker: Breaker) -> Breaker:
        BREAKERS.setdefault(error_type, []).extend((sobject, breaker) for sobject in sobjects)
        return breaker

    return register


def is_healthy(world: World, pair: Pair) -> bool:
    """Tell whether a pair is in order: no error, nothing waiting for the next sync, inside the segment."""
    record, counterpart = pair.hubspot, pair.salesforce
    if record is None or counterpart is None or counterpart.deleted:
        return False
    waiting = (record.type, record.id) in world.changed_in_hubspot
    waiting = waiting or counterpart.id in world.changed_in_salesforce
    spared = record.id in world.reserved or world.outside_segment(record)
    return not waiting and not spared and pair.key not in world.sync_errors
