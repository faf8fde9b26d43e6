"""What kind of error a message reports.

Salesforce writes in the language of the integration user, and whoever passes a message on wraps it in words of
their own. So evidence is heard in this order: HubSpot's own label, the code, the fields, the ids, and only then
the wording. A code that can mean several things narrows the choice; what is heard after it chooses.

The outermost code decides, since that is what Salesforce answered and what HubSpot files the error under. The
innermost cause is what has to be repaired, so it is told as well.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bot.model.catalog import TYPES, category_of
from bot.model.kinds import ErrorType, Resync
from bot.model.labels import find
from bot.model.nesting import innermost, is_in_flow, marks
from bot.model.rules import CODES, FIELDS, IDS, RESYNC_OF_CODE, TOLD_BY_HINTS
from bot.model.wordings import GUESSES, WORDINGS, folded, is_sentence


@dataclass(frozen=True, slots=True)
class Classification:
    """What an error is: a key of `catalog.TYPES`, the deciding evidence in a few words, what a resync does.

    `cause` is the innermost cause that a nested message names, "" where nothing is nested.
    """

    error_type: str
    because: str
    resync: Resync
    cause: str = ""

    @property
    def category(self) -> str:
        """The slug of the type's category."""
        return category_of(self.error_type)


def classify(code: str, message: str, fields: Sequence[str] = (), obj: str = "", label: str = "") -> Classification:
    """Find the type of an error; what nothing is known about is `other`, never an exception.

    Anything may be empty. `code` is Salesforce's or HubSpot's, `fields` are API names, `obj` is the kind of
    record in either system's words, `label` is HubSpot's name for the type or category, in English or German.
    """
    message = message[:_READ]
    report = _Report(_canonical(code), message, fields, obj)
    verdict = _by_label(label, report) or _by_report(report) or _NOTHING
    cause, cause_code = innermost(message)
    if RESYNC_OF_CODE.get(cause_code) is Resync.ALONE:
        resync = Resync.ALONE
    else:
        special = verdict.resync or RESYNC_OF_CODE.get(verdict.code or report.code)
        resync = special or TYPES[verdict.error_type].resync
    return Classification(verdict.error_type, verdict.because, resync, cause)


class _Report(NamedTuple):
    code: str
    message: str
    fields: Sequence[str]
    obj: str


class _Verdict(NamedTuple):
    error_type: str
    because: str
    code: str = ""
    resync: Resync | None = None


class _Evidence(NamedTuple):
    types: tuple[str, ...]
    because: str
    code: str = ""


def _by_label(label: str, report: _Report) -> _Verdict | None:
    """Follow HubSpot's label: a type decides, a category limits what the report can be."""
    if not label:
        return None
    meant = find(label)
    because = f"HubSpot's label '{label}'"
    if meant is None:
        wording = WORDINGS.first(folded(label), TYPES)
        return _Verdict(wording.error_type, because) if wording else None
    if meant.slug == "other":
        return None
    if isinstance(meant, ErrorType):
        return _Verdict(meant.slug, because)
    return _by_report(report, {slug for slug, error_type in TYPES.items() if error_type.category == meant.slug})


def _by_report(report: _Report, among: Collection[str] = TYPES) -> _Verdict | None:
    """Decide by the report alone, for one of the types in `among`."""
    for evidence in _decisive(report):
        if left := [error_type for error_type in evidence.types if error_type in among]:
            return _chosen(left, evidence, report)
    if (named := _named(report.message)) and named in among:
        return _Verdict(named, "HubSpot's label in the message")
    text = _text(report)
    if wording := WORDINGS.first(text, among):
        return _Verdict(wording.error_type, wording.found_in(text), resync=wording.resync)
    for hint in _hints(report):
        if hint.types[0] in among and hint.types[0] in TOLD_BY_HINTS:
            return _Verdict(hint.types[0], hint.because)
    return _guessed(report, text, among)


def _named(message: str) -> str:
    """Return the type whose label the message begins with, as in "Option limit exceeded: ...", else ""."""
    head = _HEAD.match(message)
    meant = find(head[1]) if head else None
    return meant.slug if isinstance(meant, ErrorType) and meant.slug != "other" else ""


def _guessed(report: _Report, text: str, among: Collection[str]) -> _Verdict | None:
    """Take for a validation rule what has no code at all and is written for people."""
    if _RULE not in among or report.code or _CODE.search(report.message):
        return None
    if guess := GUESSES.first(text, among):
        return _Verdict(_RULE, guess.found_in(text))
    if is_sentence(report.message):
        return _Verdict(_RULE, "a sentence without a code")
    return None


def _chosen(left: list[str], evidence: _Evidence, report: _Report) -> _Verdict:
    """Choose among the types that a code leaves: by fields and ids, then by words, else the likeliest."""
    because = evidence.because
    if len(left) > 1:
        for hint in _hints(report):
            if kept := [error_type for error_type in left if error_type in hint.types]:
                left, because = kept, f"{hint.because} with {evidence.because}"
                break
    if len(left) > 1 and (wording := WORDINGS.one_of(tuple(left), text := _text(report))):
        because = f"{because} and {wording.found_in(text)}"
        return _Verdict(wording.error_type, because, evidence.code, wording.resync)
    return _Verdict(left[0], because, evidence.code)


def _decisive(report: _Report) -> Iterator[_Evidence]:
    """Yield what decides by itself, the outermost first."""
    if is_in_flow(report.message):
        # Reported with the code of what failed inside the flow.
        yield _Evidence(("salesforce_flow",), "a flow wraps the message")
    if report.code in CODES:
        yield _Evidence(CODES[report.code], f"code {report.code}", report.code)
    for mark in marks(report.message):
        yield _Evidence(mark.types, f"{'code ' if mark.code else ''}{mark.text} in the message", mark.code)


def _hints(report: _Report) -> Iterator[_Evidence]:
    """Yield what fields and ids point to."""
    names = dict.fromkeys((*report.fields, *_FIELD.findall(report.message)))
    for pattern, types in FIELDS:
        if meant := [name for name in names if pattern.search(name)]:
            yield _Evidence(types, f"fields {', '.join(meant)}")
    for pattern, whose, types in IDS:
        if pattern.search(report.message):
            yield _Evidence(types, f"the id of a {whose}")


def _text(report: _Report) -> str:
    """Return what words are looked for in: the message without its codes, and the words of unknown codes."""
    message = report.message
    codes = [report.code]
    if "_" in message:
        codes += _CODE.findall(message)
        message = _CODE.sub(" ", message)
    unknown = [code for code in codes if code not in CODES]
    subject = report.obj if report.obj.casefold() in {"deal", "opportunity"} else ""
    return folded(f"{subject} {message} {' '.join(unknown).replace('_', ' ')}")


def _canonical(code: str) -> str:
    """Write a code as Salesforce does: `sf:INVALID_FIELD` and `InvalidSessionId` are codes as well."""
    return _CAMEL.sub("_", code.rpartition(":")[2].strip()).upper().replace(" ", "_")


_READ: Final = 20_000
"""Characters of a message that are read: nobody needs a book to tell what went wrong."""

_RULE: Final = "salesforce_custom_field_validation_rule"
_NOTHING: Final = _Verdict("other", "nothing known in it")

# No label is longer than 60 characters.
_HEAD: Final = re.compile(r"\s*+([^:.\n]{4,60})(?:[:.\n]|\Z)")
# Where a translator got at a code, it has letters like Ü.
_CODE: Final = re.compile(r"(?<![A-Za-zÀ-Þ0-9_])[A-Z][A-ZÀ-Þ0-9]*+(?:_[A-ZÀ-Þ0-9]++)++(?![A-Za-z0-9_])")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
# Names behind a message: `...: [BillingState]`, `"fields":["State"]`, `Field(s): Country, `, `:AccountId --`.
_FIELD: Final = re.compile(r'(?:\[\s*"?|Field\(s\):\s|:)([A-Z]\w*+)(?="?[\],]|,|\s--)')
