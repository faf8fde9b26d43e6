"""A selection as the value of a button, which comes back when it is pressed, perhaps much later."""

import json
from typing import Any

from bot.errors import PersonError
from bot.model.catalog import CATEGORIES, TYPES
from bot.model.sync import Selection, Status

LONGEST_SEARCH = 200
"""Characters of a search: what a button covers is what was shown, so a longer one is cut before it is looked for."""

_KEYS = {
    "category": "c",
    "error_type": "t",
    "fingerprint": "f",
    "ids": "i",
    "search": "s",
    "object": "o",
    "status": "z",
}


def encode(selection: Selection) -> str:
    """Return a selection in at most 2,000 characters, as long as it names few errors by id."""
    values = {short: getattr(selection, name) for name, short in _KEYS.items() if getattr(selection, name)}
    if "s" in values:
        values["s"] = values["s"][:LONGEST_SEARCH]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def decode(value: str) -> Selection:
    """Return the selection a button stands for; raise PersonError for a value that no version of ours wrote."""
    try:
        values: dict[str, Any] = dict(json.loads(value).items())
        ids = tuple(int(one) for one in values.pop(_KEYS["ids"], ()))
        words = {name: str(values.pop(short)) for name, short in _KEYS.items() if short in values}
    except (ValueError, TypeError, AttributeError) as error:
        raise outdated() from error
    known = words.get("category", "other") in CATEGORIES and words.get("error_type", "other") in TYPES
    known = known and words.get("status", Status.OPEN) in set(Status)
    if not known or (values and not words and not ids):
        # Read as if nothing stood there, it would be a button for all errors.
        raise outdated()
    return Selection(**words, ids=ids)


def outdated() -> PersonError:
    """Return what a person is told who pressed what no version of ours wrote."""
    return PersonError("This button is from an older version.", "Type `/sfsync errors` for fresh ones.")
