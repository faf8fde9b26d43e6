"""What an error means, without keeping it."""

from collections.abc import Mapping
from typing import Any

from bot.model.catalog import TYPES
from bot.model.classify import classify
from bot.model.kinds import Resync


def explain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return category, error_type, transient, who and because of {code, message, fields, object}."""
    meaning = classify(row["code"], row["message"], row["fields"], row["object"])
    return {
        "category": meaning.category,
        "error_type": meaning.error_type,
        "transient": meaning.resync == Resync.ALONE,
        "who": TYPES[meaning.error_type].who,
        "because": meaning.because,
    }
