"""Salesforce API calls: how many were made, how many there are, how many are HubSpot's."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.errors import PersonError
from bot.ports import ApiUsage, Salesforce
from bot.storage import Storage, Transaction
from bot.usecases.look_up import moment

KEPT = timedelta(days=8)
_ALLOCATED = "allocated_to_hubspot"
_NUMBER = re.compile(r"\d{1,12}|\d{1,3}(?:[,.\u00a0 ]\d{3}){1,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class UsageView:
    """The latest reading, None before the first; `allocated` is None while nobody told it."""

    as_of: datetime
    usage: ApiUsage | None
    allocated: int | None


def sample(storage: Storage, clock: Clock, salesforce: Salesforce) -> None:
    """Ask Salesforce for its limits and keep the answer (one call)."""
    usage = salesforce.usage()
    with storage.write() as tx:
        tx.usage.add(usage)
        tx.usage.forget(clock.now() - KEPT)


def show(storage: Storage, clock: Clock) -> UsageView:
    """Return what is known."""
    with storage.read() as tx:
        allocated = tx.notes.get(_ALLOCATED)
        return UsageView(clock.now(), tx.usage.latest(), int(allocated) if allocated else None)


def allocate(tx: Transaction, now: datetime, text: str, who: str) -> int:
    """Keep how many calls are allocated to HubSpot, as HubSpot's page shows it; raise PersonError for no number."""
    digits = re.sub(r"[,.\u00a0 ]", "", text) if _NUMBER.fullmatch(text.strip()) else ""
    latest = tx.usage.latest()
    if not digits or not int(digits):
        raise PersonError("“%(given)s” is not a number of API calls.", "Write it like 50000.", given=text)
    if latest and int(digits) > latest.limit:
        raise PersonError(
            "Salesforce allows %(limit)s API calls in 24 hours; HubSpot cannot have more.",
            limit=latest.limit,
        )
    tx.notes.set(_ALLOCATED, digits, now, who)
    tx.audit.add(who, "allocate", now, calls=int(digits))
    return int(digits)


def usage_json(view: UsageView) -> dict[str, Any]:
    """Return what is known, with the keys people script against; what is not known is null."""
    usage = view.usage
    return {
        "as_of": moment(usage.taken_at) if usage else None,
        "used": usage.used if usage else None,
        "limit": usage.limit if usage else None,
        "allocated": view.allocated,
        "remaining": usage.limit - usage.used if usage else None,
        "window_hours": 24,
    }
