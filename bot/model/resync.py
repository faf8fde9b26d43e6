"""Resync: what was asked of a vendor for a record, and what may be said about the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

PRESS_LIMIT = 100
"""The most errors one press resyncs; HubSpot's own page allows as many."""

HUBSPOT_BATCH = 100
"""Records a HubSpot batch call takes."""

SALESFORCE_BATCH = 200
"""Records an sObject Collections call takes."""

RESYNC_PROPERTY = "sfsync_resync_token"
"""The HubSpot property that is changed to make HubSpot sync a record; mapped two-way."""

RESYNC_FIELD = "SFSync_Resync_Token__c"
"""The Salesforce field it is mapped to."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a vendor did not change one record, in the vendor's words."""

    code: str
    message: str
    fields: tuple[str, ...] = ()


class Outcome(StrEnum):
    """What is known of one record of a resync."""

    WAITING = "waiting"
    """Not touched yet."""
    TOUCHED = "touched"
    """The token was written on one side; HubSpot has not been seen to carry it over."""
    RESOLVED = "resolved"
    """Proved: the token arrived on the other side."""
    SYNCHRONISED = "synchronised"
    """HubSpot says it synced the record after the touch; the token was not seen."""
    STILL_FAILING = "still_failing"
    """A vendor refused, or the record was reported again after the touch."""
    NOT_PICKED_UP = "not_picked_up"
    """Nothing happened: outside the inclusion segment, not mapped two-way, or the integration is suspended."""

    @property
    def final(self) -> bool:
        """Whether nothing more will be found out about the record."""
        return self not in {Outcome.WAITING, Outcome.TOUCHED}


@dataclass(frozen=True, slots=True)
class ResyncItem:
    """One error in a resync.

    `detail` says in the vendor's words why it failed, `touched_in` which system was written to: the proof is
    looked for in the other one, whatever has been learned of the record's ids since.
    """

    id: int
    error_id: int
    object: str
    hubspot_id: str
    salesforce_id: str
    record: str
    outcome: Outcome
    detail: str = ""
    touched_in: str = ""


@dataclass(frozen=True, slots=True)
class ResyncBatch:
    """One press of Resync. `token` is what is written to every record; `channel` and `ts` are its message's.

    `waiting` is the error that keeps it from going on, "" where nothing does.
    """

    id: int
    token: str
    requested_by: str
    title: str
    language: str
    requested_at: datetime
    touched_at: datetime | None
    prove_at: datetime | None
    finished_at: datetime | None
    channel: str
    home_channel: str
    ts: str
    response_url: str
    left_out: int
    others: int
    calls: int
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """Records that one call touches: `system` is "hubspot" or "salesforce"; `object` matters to HubSpot only."""

    system: str
    object: str
    items: tuple[ResyncItem, ...]


def portions(items: Sequence[ResyncItem]) -> list[Portion]:
    """Split items into the fewest calls: HubSpot takes 100 records of one object, Salesforce 200 of any.

    A record known to HubSpot is touched there, since that is the change HubSpot sees at once; only
    records without a HubSpot id are touched in Salesforce.
    """
    in_hubspot: dict[str, list[ResyncItem]] = {}
    in_salesforce: list[ResyncItem] = []
    for item in items:
        if (item.touched_in or ("hubspot" if item.hubspot_id else "salesforce")) == "hubspot":
            in_hubspot.setdefault(item.object, []).append(item)
        else:
            in_salesforce.append(item)
    return [
        *(
            Portion("hubspot", obj, batch)
            for obj, members in in_hubspot.items()
            for batch in _batches(members, HUBSPOT_BATCH)
        ),
        *(Portion("salesforce", "", batch) for batch in _batches(in_salesforce, SALESFORCE_BATCH)),
    ]


def _batches(items: Sequence[ResyncItem], size: int) -> list[tuple[ResyncItem, ...]]:
    return [tuple(items[start : start + size]) for start in range(0, len(items), size)]
