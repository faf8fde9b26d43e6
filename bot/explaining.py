"""What errors mean, and what to do about them: the values of `templates/explanation.j2`."""

from collections.abc import Sequence
from typing import Any

from bot.model.catalog import TYPES, WHO, Resync
from bot.model.links import Links
from bot.model.sync import Group, SyncError

RESYNC = {
    Resync.ALONE: "a resync alone can help",
    Resync.AFTER_FIX: "resync after the fix",
    Resync.NEVER: "a resync cannot help",
}


def explained(groups: Sequence[Group], links: Links, records: Sequence[SyncError] = ()) -> dict[str, Any]:
    """Explain groups of one type; `records` are some of their errors, as far as they are at hand.

    All texts are English and keys of their translations: label, meaning, steps, who, resync. `link` is the page
    on which the cause is put right, "" where it is not known.
    """
    del records
    error_type = TYPES[groups[0].error_type]
    ways = {group.resync for group in groups}
    return {
        "label": error_type.label,
        "meaning": error_type.meaning,
        "steps": error_type.steps,
        "who": WHO[error_type.who],
        "resync": RESYNC[Resync(ways.pop()) if len(ways) == 1 else error_type.resync],
        "link": links.place(error_type.where),
    }
