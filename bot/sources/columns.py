"""What the columns of an error file hold, by their titles in English and German, else by their values.

HubSpot documents no column of its export. So a title is recognised by aliases, after case and layout are taken
off. Where that does not help, the values of the first rows tell, as far as they can be nothing else. What neither
tells is kept in the raw row.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.model.columns import By, Column
from bot.sources.values import KINDS, all_are, count_of, is_text, is_time, kind, time_of

ALIASES: Mapping[str, Sequence[str]] = {
    "object": ("object", "object type", "objekt", "objekttyp", "record type", "entity type"),
    "hubspot_id": (
        "hubspot id", "hubspot record id", "hubspot object id", "hubspot datensatz id", "hubspot eintrags id",
    ),
    "salesforce_id": (
        "salesforce id", "salesforce record id", "sfdc id", "salesforce datensatz id", "salesforce eintrags id",
    ),
    "id": ("id", "record id", "object id", "datensatz id", "eintrags id"),
    "record": (
        "record", "record name", "name", "email", "e mail", "e mail adresse", "record email",
        "datensatz", "datensatzname", "name des datensatzes", "eintrag", "affected record", "betroffener datensatz",
    ),
    "affected": (
        "affected", "affected records", "impacted records", "records", "number of records",
        "number of affected records",
        "betroffen", "betroffene datensätze", "datensätze", "anzahl datensätze", "anzahl der datensätze",
        "anzahl betroffener datensätze", "betroffene einträge",
    ),
    "label": ("error type", "fehlertyp", "type", "typ", "error name", "fehlername"),
    "category": ("category", "error category", "kategorie", "fehlerkategorie"),
    "code": ("code", "error code", "status code", "fehlercode", "statuscode"),
    "message": (
        "message", "error message", "error", "details", "error details", "description", "reason",
        "meldung", "fehlermeldung", "fehler", "fehlerdetails", "beschreibung", "grund",
    ),
    "fields": ("fields", "field", "property", "properties", "feld", "felder", "eigenschaft", "eigenschaften"),
    "direction": ("direction", "sync direction", "richtung", "synchronisierungsrichtung"),
    "first_seen": (
        "first seen", "first detected", "first occurred", "zuerst erkannt", "erstmals erkannt", "zuerst gesehen",
    ),
    "seen_at": (
        "seen at", "last seen", "last detected", "last occurred", "detected", "date", "timestamp",
        "zuletzt erkannt", "zuletzt gesehen", "erkannt am", "datum", "zeitstempel",
    ),
    "occurrences": ("occurrences", "count", "errors", "number of errors", "vorkommen", "anzahl", "anzahl fehler"),
    "status": ("status",),
    "source": ("source", "quelle"),
    "error_id": ("error id",),
    "transient": ("transient",),
    "who": ("who",),
    "hubspot_url": ("hubspot url",),
    "salesforce_url": ("salesforce url",),
}  # fmt: skip

OF_TWO_MEANINGS: Mapping[str, Sequence[str]] = {
    "label": ("object", "code"),
    "category": ("label",),
    "message": ("code", "label"),
    "record": ("affected", "salesforce_id"),
}
"""Meanings whose titles also stand above other things: above these, where the values are sure to be such."""

_NAMES = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
_LAYOUT = re.compile(r"[\s_\-./#\[\]()]+")
_NAMES_A_RECORD = re.compile(
    r"#\d+|.*\b(id|ids|key|nr|no|vid|record|contact|company|deal|ticket|kontakt|datensatz)\b.*"
)
"""Titles below which numbers may be HubSpot ids: below any other they could count or measure something."""

_OF_ERRORS_ALONE = {"salesforce_id", "hubspot_id", "seen_at", "record", "affected", "label"}
"""Kinds of values that no title looks like."""

MOST = 1_000
"""Columns of which a file of errors has fewer."""

_FEW = 3
"""Values from which on a column tells that it is not what its title says."""


def has_titles(first: Sequence[str]) -> bool:
    """Tell whether a first row names the columns, rather than being the first error itself."""
    return sum(map(bool, map(_alias, first))) > 1 or not any(kind([cell.strip()]) in _OF_ERRORS_ALONE for cell in first)


def known_cells(first: Sequence[str]) -> int:
    """Count the cells of a first row that we know, as titles or as values."""
    return sum(bool(_alias(cell) or kind([cell.strip()])) for cell in first[:MOST])


def recognise(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Column]:
    """Return what each column holds, from its title and the first rows. A meaning is given once, to the first."""
    samples: list[list[str]] = [[] for _ in titles]
    for row in rows:
        for values, cell in zip(samples, row, strict=False):
            if cell := cell.strip():
                values.append(cell)
    # Our own titles mean what they say, whatever stands below them.
    ours = any(_alias(title) == "error_id" for title in titles)
    found: dict[str, int] = {}
    for place, (title, values) in enumerate(zip(titles, samples, strict=True)):
        if meaning := _alias(title) if ours else _meant(title, values):
            found.setdefault(meaning, place)
    unnamed = [place for place, title in enumerate(titles) if not _alias(title)]
    _guess(found, {place: samples[place] for place in unnamed}, titles)
    of = {place: meaning for meaning, place in found.items()}
    return [
        Column(title, meaning, By.HEADER if meaning == _alias(title) else By.VALUES)
        if (meaning := of.get(place, ""))
        else Column(title)
        for place, title in enumerate(titles)
    ]


def _alias(title: str) -> str:
    return _NAMES.get(_LAYOUT.sub(" ", title).strip().casefold(), "")


def _meant(title: str, values: Sequence[str]) -> str:
    """Return what a title says, corrected by the values where these are sure to be something else."""
    meaning = _alias(title)
    for other in OF_TWO_MEANINGS.get(meaning, ()):
        if all_are(values, KINDS[other]):
            return other
    if meaning == "affected" and values and not all_are(values, lambda value: count_of(value) > 0):
        return "record"
    if meaning in {"first_seen", "seen_at"} and len(values) >= _FEW and not any(map(is_time, values)):
        # Times in a form that cannot be read: better none than no row at all.
        return ""
    return meaning


def _guess(found: dict[str, int], samples: Mapping[int, Sequence[str]], titles: Sequence[str]) -> None:
    """Add to `found` what columns without a known title hold, as far as their values can be nothing else."""
    times = []
    for place, values in samples.items():
        meaning = kind(values)
        if meaning == "hubspot_id" and ("id" in found or not _NAMES_A_RECORD.fullmatch(titles[place].casefold())):
            continue
        if meaning == "seen_at":
            times.append(place)
        elif meaning:
            found.setdefault(meaning, place)
    times.sort(key=lambda place: str(next(time_of(value) for value in samples[place] if is_time(value))))
    if times and "seen_at" not in found:
        found["seen_at"] = times.pop()
    if times and "first_seen" not in found:
        found["first_seen"] = times[0]
    texts = [place for place, values in samples.items() if place not in found.values() and all_are(values, is_text)]
    if texts and "message" not in found:
        found["message"] = max(texts, key=lambda place: sum(map(len, samples[place])) / len(samples[place]))
