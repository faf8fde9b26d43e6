"""Breaking records as people do, and correcting them.

A way of breaking changes a healthy record (or the metadata around it) as somebody in HubSpot or Salesforce
would, so that the next sync fails with exactly one error type. What the sync will say is written down nowhere:
it follows from the values. The ways are in ``breakers_system.py`` and ``breakers_value.py``.
"""

import random

from bot.sandbox.crm import breakers_system, breakers_value
from bot.sandbox.crm.records import Pair
from bot.sandbox.crm.repairs import mend
from bot.sandbox.crm.scene import BREAKERS, Scene, is_healthy
from bot.sandbox.crm.world import World

__all__ = ["BREAKERS", "break_record", "mend"]

# Importing these two is what fills BREAKERS.
_WAYS = (breakers_system, breakers_value)


def break_record(world: World, error_type: str, rng: random.Random) -> Pair:
    """Break a random healthy record so that the next sync meets exactly this error type.

    Answers the broken pair; it has no HubSpot side where somebody created a record in Salesforce.
    """
    with world.lock:
        ways = BREAKERS[error_type]
        for sobject, breaker in rng.sample(ways, len(ways)):
            records = list(world.salesforce[sobject].values())
            # Most records are healthy: a few draws find one much sooner than a look at all of them.
            for record in (*rng.choices(records, k=20), *records):
                pair = world.pair_of(record)
                if is_healthy(world, pair) and pair.hubspot and pair.salesforce:
                    created = breaker(Scene(world, rng, pair.hubspot, pair.salesforce))
                    return created or world.pair_of(pair.hubspot)
    raise LookupError(f"no healthy record is left to break with {error_type}")
