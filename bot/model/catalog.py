"""The catalogue of sync errors: what each one means, who acts, where, and whether a resync helps.

Categories and types are those of HubSpot's *Sync Health* tab: 8 categories, 31 types, and `other` for what
HubSpot cannot name either. Slugs are stable names that people script against. Labels are what people read.
"""

from typing import Final

from bot.model.error_types import (
    associations,
    custom_code,
    duplicates,
    other,
    permissions,
    picklists,
    property_mappings,
    property_values,
)
from bot.model.error_types.other import CASES, CONVERTED, GONE, PASSING
from bot.model.kinds import Case, Category, ErrorType, Resync

CATEGORIES: Final[dict[str, Category]] = {
    category.slug: category
    for category in (
        Category("associations", "Associations"),
        Category("custom_code", "Custom code"),
        Category("duplicates", "Duplicates"),
        Category("permissions", "Permissions"),
        Category("picklists", "Picklists"),
        Category("property_mappings", "Property mappings"),
        Category("property_values", "Property values"),
        Category("other", "Other"),
    )
}

TYPES: Final[dict[str, ErrorType]] = {
    error_type.slug: error_type
    for error_type in (
        *associations.TYPES,
        *custom_code.TYPES,
        *duplicates.TYPES,
        *permissions.TYPES,
        *picklists.TYPES,
        *property_mappings.TYPES,
        *property_values.TYPES,
        *other.TYPES,
    )
}


def category_of(error_type: str) -> str:
    """Return the slug of the category an error type belongs to; a type we do not know is `other`."""
    known = TYPES.get(error_type)
    return known.category if known else "other"


def explanation(error_type: str, code: str, resync: str) -> ErrorType | Case:
    """Return what an error means and what to do: what its code says where that is more than its type does.

    `code` is the one that decides, of nested errors the innermost; `resync` is what a resync can achieve.
    """
    known = TYPES[error_type]
    if error_type != "other" and resync == known.resync:
        return known
    if case := CASES.get(code):
        return case
    return PASSING if resync == Resync.ALONE else _NEVER.get(error_type, known) if resync == Resync.NEVER else known


_NEVER: Final = {"other": CONVERTED, "insufficient_access_or_missing_record": GONE}
"""What it means, by type, where no resync helps and no code says why."""
