"""What an error means, without keeping it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.catalog import TYPES
from bot.model.classify import classify
from bot.model.kinds import Resync


@dataclass(frozen=True, slots=True)
class Classified:
    """A row and what it means: `error_type` is a key of `catalog.TYPES`, `because` the deciding evidence."""

    code: str
    message: str
    fields: tuple[str, ...]
    category: str
    error_type: str
    resync: Resync
    because: str
    errors: int = 1


def explain(row: Mapping[str, Any]) -> Classified:
    """Tell what {code, message, fields, object, label} means.

    `label` is what HubSpot's export calls the error: it outranks all else, as it does in an import.
    """
    meaning = classify(row["code"], row["message"], row["fields"], row["object"], row["label"])
    return Classified(
        code=row["code"],
        message=row["message"],
        fields=tuple(row["fields"]),
        category=meaning.category,
        error_type=meaning.error_type,
        resync=meaning.resync,
        because=meaning.because,
    )


def classified_json(one: Classified) -> dict[str, Any]:
    """Return what a row means with the keys people script against."""
    return {
        "category": one.category,
        "error_type": one.error_type,
        "transient": one.resync == Resync.ALONE,
        "who": TYPES[one.error_type].who,
        "because": one.because,
    }
