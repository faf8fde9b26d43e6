"""A company's two systems, grown from a seed: the same seed gives the same world.

First everything is in order: each record stands in both systems with equal values. Then, in waves that lie
days and hours back, records are broken as people break them; all waves but the last have been synced when the
world is handed out. The next sync finds the last wave.
"""

import random
from datetime import UTC, datetime, timedelta

from bot.sandbox.crm.breakage import break_record
from bot.sandbox.crm.growth import Growth
from bot.sandbox.crm.meter import Clock
from bot.sandbox.crm.org import default_org
from bot.sandbox.crm.portal import default_portal
from bot.sandbox.crm.sync import CLIENT, Sync
from bot.sandbox.crm.world import World

ERRORS = {
    "association_limit_reached": 6,
    "waiting_on_account_sync": 14,
    "salesforce_automation": 12,
    "missing_contact_id": 6,
    "salesforce_custom_field_validation_rule": 38,
    "salesforce_flow": 10,
    "email_already_in_use": 16,
    "salesforce_duplicate_rule": 14,
    "insufficient_access_or_missing_record": 16,
    "salesforce_field_permission": 18,
    "insufficient_salesforce_access": 7,
    "missing_salesforce_picklist_option": 9,
    "invalid_state_or_country": 28,
    "mismatched_options": 14,
    "inactive_salesforce_owner": 18,
    "restricted_picklist_value": 24,
    "inactive_opportunity_stage": 5,
    "salesforce_owners_not_synced": 5,
    "option_limit_exceeded": 4,
    "default_sales_process_unavailable": 4,
    "missing_or_invalid_opportunity_stage": 7,
    "type_mismatch": 12,
    "missing_salesforce_id": 8,
    "invalid_salesforce_id": 5,
    "string_too_long": 44,
    "invalid_email": 32,
    "missing_required_country": 15,
    "invalid_value": 14,
    "owner_assignment": 7,
    "restricted_unique_value": 13,
    "missing_required_value": 40,
    "other": 7,
}
"""How many records of the default world are broken in which way."""

WAVES = (timedelta(days=24), timedelta(days=9), timedelta(days=3), timedelta(hours=20), timedelta(hours=4))
CALLS_ALREADY_MADE = {"Data warehouse": 21_000, CLIENT: 16_400, "sfsync": 180}


def build_world(
    seed: int = 7,
    *,
    clock: Clock | None = None,
    errors: dict[str, int] | None = None,
    resync_property: bool = True,
) -> World:
    """Answer a world with ``errors`` (type to number of records; ``{}`` for a world in order).

    The last wave of them shows up with the next ``Sync.run``. Without ``resync_property`` the portal lacks
    the property that sfsync touches, as before ``sfsync setup``.
    """
    rng = random.Random(seed)  # noqa: S311 - made-up people, no secrets
    real = clock or (lambda: datetime.now(UTC))
    org = default_org()
    world = World(org, default_portal(org, resync_property=resync_property), real)
    at = real()
    _travel(world, at - timedelta(days=90))
    Growth(world, rng).grow()
    wanted = [kind for kind, number in (ERRORS if errors is None else errors).items() for _ in range(number)]
    rng.shuffle(wanted)
    for n, back in enumerate(WAVES):
        _travel(world, at - back)
        for kind in wanted[n :: len(WAVES) + 1]:
            break_record(world, kind, rng)
        Sync(world).run()
    world.clock = real
    for kind in wanted[len(WAVES) :: len(WAVES) + 1]:
        break_record(world, kind, rng)
    _spread_calls(world)
    return world


def _travel(world: World, moment: datetime) -> None:
    """Stop the world's clock at a past moment."""
    world.clock = lambda: moment


def _spread_calls(world: World) -> None:
    """Spread the calls of an ordinary day over the last 24 hours."""
    now = world.now()
    for client, calls in CALLS_ALREADY_MADE.items():
        for hour in range(24):
            world.calls.count(client, calls // 24, at=now - timedelta(hours=hour, minutes=30))
