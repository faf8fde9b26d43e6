"""How errors nest: a trigger or flow fails because of something inside it, and passes on what that said.

Only Apex and flows nest, and their frame is English whatever the language of the user:

    acme.LeadTrigger: execution of AfterInsert caused by: System.DmlException: Update failed. First exception on
    row 0 with id 00Q…; first error: STRING_TOO_LONG, Name: data value too large: … (max length=80): [Name]
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.model.rules import CODES


class Mark(NamedTuple):
    """What a message says in no particular language: the types it leaves, and its text if that is a code."""

    types: tuple[str, ...]
    text: str
    code: str
    start: int


def marks(message: str) -> Iterator[Mark]:
    """Yield the codes and traces of Apex in a message, the outermost first."""
    for match in _MARK.finditer(message):
        text = match[0]
        if match.lastgroup == "apex":
            yield Mark(_AUTOMATION, text, "", match.start())
        elif text in CODES:
            yield Mark(CODES[text], text, text, match.start())


def is_in_flow(message: str) -> bool:
    """Tell whether a flow or process wraps all of the message."""
    flow = _FLOW.search(message) if _mentions(_FLOW_WORDS, message) else None
    if not flow:
        return False
    outermost = next(marks(message), None)
    return outermost is None or outermost.types != _AUTOMATION or flow.start() < outermost.start


def innermost(message: str) -> tuple[str, str]:
    """Return the innermost cause of a nested message and the code it begins with; each may be ""."""
    if not _mentions(_NESTING_WORDS, message):
        return "", ""
    start, code = 0, ""
    for match in _CAUSE.finditer(message):
        if match.lastgroup == "link":
            start, code = match.end(), ""
        elif match.lastgroup == "apex":
            start, code = match.start(), ""
        elif match[0] in CODES:
            start, code = match.start(), match[0]
    cause = _END.split(message[start:], maxsplit=1)[0] if start else ""
    return " ".join(cause.split())[:_LONGEST_CAUSE], code


def _mentions(words: tuple[str, ...], message: str) -> bool:
    # A plain loop: any() over a generator takes twice as long.
    for word in words:  # noqa: SIM110 - as said above
        if word in message:
            return True
    return False


_AUTOMATION: Final = ("salesforce_automation",)
_LONGEST_CAUSE: Final = 300

# Chinese, Japanese and Korean write no space before a code.
_CODE: Final = r"(?<![A-Za-z0-9_])(?:[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)++|[A-Z]{6,}+)(?![A-Za-z0-9_])"
# The event of a trigger, or an exception of Apex. A DmlException merely passes on the code it names.
_APEX: Final = (
    r"\b(?:Before|After)(?:Insert|Update|Delete|Undelete)\b|\bSystem\.(?!Dml)[A-Z][A-Za-z]*Exception\b"
    r"|\bApex[- ][Tt]rigger\b"
)
# A line of a stack trace. It says where, not why: no cause begins with it.
_TRACE: Final = r"\b(?:Class|Trigger)\.\w[\w.]*+: line\b"
_MARK: Final = re.compile(rf"(?P<code>{_CODE})|(?P<apex>{_APEX}|{_TRACE})")
_CAUSE: Final = re.compile(rf"(?P<link>caused by:|first error:)|(?P<code>{_CODE})|(?P<apex>{_APEX})")
# The kind of a flow's element, as in `Set_Owner (FlowRecordUpdate)`, the advice to look up "ExceptionCode", and the
# English frame; in other languages `wordings` know it.
_FLOW: Final = re.compile(
    r"\(Flow[A-Z][A-Za-z]+\)|\bExceptionCode\b|\bflow tried to\b|\boccurred at element\b|\b[Tt]he flow [\"“'‘]"
    r"|\brecord because the [^.]{1,100}? process failed\b"
)
# Where the cause ends: at the stack trace, at Salesforce's advice, or at an empty list of fields.
_END: Final = re.compile(
    r"\n\s*+\n|\n?\b(?:Class|Trigger|AnonymousBlock)\b\.?[\w.]*+: line|\nExternal entry point|\(System Code\)"
    r"|You can look up|: \[\]"
)
# Looked for first, since a pattern takes ten times as long to find nothing.
_FLOW_WORDS: Final = ("(Flow", "ExceptionCode", "flow tried", "at element", "he flow ", "process failed")
_NESTING_WORDS: Final = ("caused by:", "first error:", "execution of ", "System.", *_FLOW_WORDS)
