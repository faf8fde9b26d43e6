"""What the columns of an error file may be called, in English and German.

HubSpot documents no column of its export. So a header is recognised by aliases, after case and layout are
taken off; what is recognised by none is kept in the raw row.
"""

import re
from collections.abc import Mapping, Sequence

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
    "occurrences": ("occurrences", "count", "vorkommen", "anzahl"),
    "status": ("status",),
    "source": ("source", "quelle"),
    "error_id": ("error id",),
    "transient": ("transient",),
    "who": ("who",),
    "hubspot_url": ("hubspot url",),
    "salesforce_url": ("salesforce url",),
}  # fmt: skip

_NAMES = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
_LAYOUT = re.compile(r"[\s_\-./]+")


def recognise(header: Sequence[str]) -> list[str]:
    """Return what each column of a header holds, "" where that is not known. A name is given once, to the first."""
    names: list[str] = []
    for title in header:
        name = _NAMES.get(_LAYOUT.sub(" ", title).strip().casefold(), "")
        names.append("" if name in names else name)
    return names
