"""What errors mean, and what to do about them: the values of `templates/explanation.j2`, and lines for a terminal."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.model.catalog import TYPES, explanation
from bot.model.facts import Facts, facts, shared
from bot.model.fingerprint import normalise
from bot.model.kinds import WHO, ErrorType, Resync, Said, Where, worded
from bot.model.links import Links
from bot.model.nesting import innermost
from bot.model.sync import OBJECTS, SOBJECTS, Group, SyncError
from bot.usecases.explain import Classified

RESYNC = {
    Resync.ALONE: "a resync alone can help",
    Resync.AFTER_FIX: "resync after the fix",
    Resync.NEVER: "a resync cannot help",
}

PLACES = {
    Where.HUBSPOT_RECORD: "records in HubSpot",
    Where.HUBSPOT_PROPERTIES: "properties in HubSpot",
    Where.HUBSPOT_PIPELINES: "pipelines in HubSpot",
    Where.HUBSPOT_COMPANY_SYNC: "Salesforce settings of companies in HubSpot",
    Where.HUBSPOT_MAPPINGS: "mappings in HubSpot",
    Where.HUBSPOT_SYNC_HEALTH: "Sync Health in HubSpot",
    Where.SALESFORCE_RECORD: "records in Salesforce",
    Where.SALESFORCE_APEX: "Apex in Salesforce Setup",
    Where.SALESFORCE_FLOWS: "flows in Salesforce Setup",
    Where.SALESFORCE_VALIDATION_RULES: "validation rules in Salesforce Setup",
    Where.SALESFORCE_DUPLICATE_RULES: "duplicate rules in Salesforce Setup",
    Where.SALESFORCE_FIELD: "fields in Salesforce Setup",
    Where.SALESFORCE_STATE_COUNTRY: "states and countries in Salesforce Setup",
    Where.SALESFORCE_OPPORTUNITY_STAGES: "opportunity stages in Salesforce Setup",
    Where.SALESFORCE_RECORD_TYPES: "record types in Salesforce Setup",
    Where.SALESFORCE_PERMISSIONS: "permission sets in Salesforce Setup",
    Where.SALESFORCE_USERS: "users in Salesforce Setup",
}
"""What people read for where a cause is put right."""

MOST_COMPARED = 10
"""Groups whose facts are compared; more have hardly any in common, and a person waits for the answer."""

_SOBJECT_OF = {"company": "Account", "deal": "Opportunity", "ticket": "Case", "task": "Task"}
"""The sObject of HubSpot's object, where there is but one."""


Reason = Group | Classified
"""Why errors came about: a group, or a single error that was never kept."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Groups of one type, explained. Texts are English and keys of their translations.

    `pages` are names and addresses of the pages on which the cause is put right, as far as they are known.
    """

    label: str
    meaning: str
    steps: tuple[Said, ...]
    who: str
    resync: str
    pages: tuple[tuple[str, str], ...]


def explained(groups: Sequence[Reason], links: Links, records: Sequence[SyncError] = ()) -> Explained:
    """Explain groups of one type; `records` are some of their errors, as far as they are at hand.

    What the groups' messages name is filled in where it holds for all of their errors; a value that only the latest
    error is known to have is called an example.
    """
    latest = groups[0]
    error_type = TYPES[latest.error_type]
    resync = Resync(_alike(group.resync for group in groups) or error_type.resync)
    what = explanation(latest.error_type, _alike(map(_code, groups)), resync)
    seen = facts(latest.message, latest.fields)
    known = _facts(groups, seen)
    nearby = _with_object(known, records)
    # Some records of one object do not say that all are; they are near enough for a link.
    certain = nearby if len(records) >= sum(group.errors for group in groups) else known
    places = {**certain.known(), **_cause(groups), **_examples(seen)}
    return Explained(
        label=error_type.label,
        meaning=what.meaning,
        steps=tuple(worded(step, places) for step in what.steps),
        who=WHO[error_type.who],
        resync=RESYNC[resync],
        pages=tuple(_pages(error_type, nearby, _object(nearby, records), links)),
    )


def _facts(groups: Sequence[Reason], latest: Facts) -> Facts:
    """Return what holds for all errors of the groups."""
    if _single(groups):
        return latest
    if len(groups) > MOST_COMPARED:
        return Facts()
    others = [facts(group.message, group.fields).of_group() for group in groups[1:]]
    return shared([latest.of_group(), *others])


def _examples(latest: Facts) -> Mapping[str, str]:
    return {name: value for name, value in (("one_value", latest.value), ("one_user", latest.user_id)) if value}


def _cause(groups: Sequence[Reason]) -> Mapping[str, str]:
    """Return the innermost cause where all errors have it in common."""
    cause, _ = innermost(groups[0].message)
    common = _single(groups) or (len(groups) == 1 and normalise(cause) == cause)
    return {"cause": cause} if cause and common else {}


def _single(groups: Sequence[Reason]) -> bool:
    return len(groups) == 1 and groups[0].errors == 1


def _alike(values: Iterable[str]) -> str:
    """Return what all values are, "" where they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else ""


def _code(group: Reason) -> str:
    return innermost(group.message)[1] or group.code


def _with_object(known: Facts, records: Sequence[SyncError]) -> Facts:
    """Return the facts with the sObject of the records, where none was named and they all are of the same."""
    if known.object:
        return known
    sobjects = (SOBJECTS.get(error.salesforce_id[:3], _SOBJECT_OF.get(error.object, "")) for error in records)
    return replace(known, object=_alike(sobjects))


def _object(known: Facts, records: Sequence[SyncError]) -> str:
    """Return HubSpot's name of the object that is concerned, "" where it is not known."""
    return _alike(error.object for error in records) or OBJECTS.get(known.object.lower(), "")


def _pages(error_type: ErrorType, known: Facts, obj: str, links: Links) -> Iterator[tuple[str, str]]:
    """Yield the place of the fix, a user it is about, and HubSpot's own list of such errors."""
    pages = (
        (error_type.where, links.place(error_type.where, known, obj)),
        (Where.SALESFORCE_USERS, links.user(known.user_id)),
        (Where.HUBSPOT_SYNC_HEALTH, links.sync_health(error_type.category)),
    )
    for number, (where, address) in enumerate(pages):
        if address and (number == 0 or where is not error_type.where):
            yield PLACES[where], address
