"""The facts that a message names: which field, flow, rule, trigger, value or user it is about.

Names are looked for in the normalised message, and so belong to every error of a group: what differs from record
to record is not in there (`bot.model.fingerprint`). Values, ids and limits are looked for in the message itself, and
are known of that one error only. What says the same in every language comes first: fields that were reported, API
names in brackets, ids, names in quotation marks; words come last.

Anybody may write a message: what is found is text, never markup, and no longer than `LONGEST`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Final

from bot.model.fingerprint import normalise
from bot.model.sync import SOBJECTS, salesforce_id

LONGEST: Final = 80
"""Characters of a fact; a longer one is cut, and ends in …"""

MOST_FIELDS: Final = 5
"""Fields that are named; of more, the first."""

_READ, _SEARCHED = 20_000, 4_000
"""Characters of a message that are read, and of what is left of them once normalised that are searched."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known; "" or () where it is not.

    `object` is an sObject's API name, `fields` are API names of either system and `label` what people call a field.
    `apex` is a class and its method, `element` an element of a flow. `limit` is a number of characters. `record_id`
    is the Salesforce or HubSpot id of another record than the one that fails, `user_id` of a Salesforce user.
    """

    object: str = ""
    fields: tuple[str, ...] = ()
    label: str = ""
    flow: str = ""
    element: str = ""
    rule: str = ""
    trigger: str = ""
    apex: str = ""
    value: str = ""
    limit: str = ""
    record_id: str = ""
    user_id: str = ""

    @property
    def field(self) -> str:
        """The field or fields in words."""
        return ", ".join(self.fields) or self.label

    def of_group(self) -> "Facts":
        """Return what the other errors of the same group share."""
        return replace(self, value="", limit="", record_id="", user_id="")

    def known(self) -> Mapping[str, str]:
        """Return what can be put in place of `%(name)s`, by name."""
        places = {
            "object": self.object,
            "field": self.field,
            "flow": self.flow,
            "element": self.element,
            "rule": self.rule,
            "trigger": self.trigger,
            "apex": self.apex,
            "value": self.value,
            "limit": self.limit,
            "record": self.record_id,
            "user": self.user_id,
        }
        return {name: value for name, value in places.items() if value}


def facts(message: str, reported: Iterable[str] = ()) -> Facts:
    """Return what a message says of one error; `reported` are the fields that came with it."""
    read = message[:_READ]
    text = normalise(read)
    if len(text) > _SEARCHED:
        # Up to a space, lest half a name be taken for one.
        text = text[:_SEARCHED].rpartition(" ")[0]
    obj = _first(_OBJECTS, text)
    existing, limit = _EXISTING.search(read), _LIMIT.search(read)
    ids = [match[1] for match in _IDS.finditer(read) if salesforce_id(match[1])]
    records = [one for one in ids if not one.startswith(_SETUP)]
    return Facts(
        object=obj if obj in _SOBJECTS or obj.endswith("__c") else "",
        fields=_fields(text, reported, obj),
        label=_first(_LABELS, text),
        flow=_first(_FLOWS, text),
        element=_first(_ELEMENTS, text),
        rule=_first(_RULES, text),
        trigger=_first(_TRIGGERS, text),
        apex=_first(_APEX, text),
        value=_first(_VALUES, read[:_SEARCHED]),
        limit=limit[1] if limit else "",
        record_id=next(iter(records), existing[1] if existing else ""),
        user_id=next((one for one in ids if one.startswith("005")), ""),
    )


def shared(several: Sequence[Facts]) -> Facts:
    """Return what holds for all of several groups."""
    return reduce(_common, several) if several else Facts()


def _common(one: Facts, other: Facts) -> Facts:
    same = (field.name for field in fields(Facts) if getattr(one, field.name) == getattr(other, field.name))
    return Facts(**{name: getattr(one, name) for name in same})


def _fields(text: str, reported: Iterable[str], obj: str) -> tuple[str, ...]:
    found = [name.strip() for name in reported]
    for pattern in _FIELDS:
        if any(found):
            break
        # Of nested errors, the innermost stands last.
        if matches := pattern.findall(text):
            found = [name for name in _NAMES.findall(matches[-1]) if name != obj]
    return tuple(_short(name) for name in dict.fromkeys(found) if name)[:MOST_FIELDS]


def _first(patterns: Sequence[re.Pattern[str]], text: str) -> str:
    for pattern in patterns:
        if match := pattern.search(text):
            return _short(next(group for group in match.groups() if group is not None))
    return ""


def _short(name: str) -> str:
    name = " ".join(name.split())
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _patterns(*sources: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(source) for source in sources)


def _quoted(words: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns for a name in quotation marks beside one of these words."""
    marks = ("“([^”]{1,200})”", "„([^“”]{1,200})[“”]", "«\\s?([^»]{1,200}?)\\s?»", "「([^」]{1,200})」")
    straight = ('"([^"]{1,200})"', "(?<!\\w)'([^']{1,200})'(?!\\w)")
    quotation = "|".join((*marks, *straight))
    return _patterns(
        rf"(?i)(?:{quotation})[ -]?(?:{words})",
        rf"(?i)(?:{words})(?:e?s|n|en)? ?(?:{quotation})",
    )


_SOBJECTS: Final = frozenset(
    {*SOBJECTS.values(), "Campaign", "CampaignMember", "Contract", "Order", "Product2", "Quote"}
)
# Setup, not records: users, organisations, queues, record types, profiles. The failing record is named by its row.
_SETUP: Final = ("005", "00D", "00G", "012", "00e")
_IDS: Final = re.compile(r"(?<!\w)(?<!row \d with id )([0-9a][0-9A-Za-z]{14}(?:[0-9A-Za-z]{3})?)(?!\w)")
_EXISTING: Final = re.compile(r"Existing ID: ([0-9]{1,20})")
# "(max length=80)" and its translations.
_LIMIT: Final = re.compile(r"\([^()=]{1,40}=\s?([0-9]{1,7})\)")

_NAMES: Final = re.compile(r"[^\W\d]\w*")
_LIST: Final = r"[^\W\d]\w{0,79}(?:, ?[^\W\d]\w{0,79}){0,30}"
_FIELDS: Final = _patterns(
    rf"(?<!options: )(?<!inactive user )(?<!owner of )(?<![\w\[])\[ ?({_LIST})\]",
    r":([^\W\d]\w{0,79}) --",
    # A list that goes on in words is no list up to there.
    rf"(?:fields|Felder|champs|campi|campos|names on insert/update call)\b[^:.]{{0,60}}: ({_LIST})(?!\w| \w|['’])",
    r"column '(\w{1,80})'",
    r"Property \"(\w{1,80})\"",
    r"(?:The|Das Feld|Le champ) (\w{1,80}) (?:field )?(?:contains|enthält|contient)",
    r"value found: (\w{1,80}) ",
    r"(?i)(?<![\w-])(?<!on )([a-z]\w{0,78}__c)(?!\w)",
)
_WRONG: Final = (
    "data value too large|bad value for restricted picklist field|invalid email address|id value of incorrect type"
    "|value outside of valid range|value not of required type"
    "|Datenwert zu groß|[Uu]ngültiger Wert für eingeschränktes Auswahllistenfeld|[Uu]ngültige E-Mail-Adresse"
)
_LABELS: Final = _patterns(
    rf"(?:^|[,:;] )([^\W\d][^.:,;()\[\]#]{{0,60}}): (?:{_WRONG})",
    r"for field: ([^:\[\]#\"]{1,60})",
    r"(?:Field\(s\)|Feld\(er\)|Champ\(s\)|Campo/i|Campo\(s\)|campi) ?: ([^\W\d]\w{0,79})",
)
_OBJECTS: Final = _patterns(
    r"sobject of type (\w{1,80})",
    r"(?i)(?:entity|entity type|entitätstyp|type d['’]entité|tipo di entità) ?:? ?['„“\"](\w{1,80})",
)
_FLOWS: Final = (
    *_quoted("flow|process|prozess|ablauf|flux|processus|flujo|proceso|flusso|processo|フロー|プロセス|플로|프로세스"),
    *_patterns(r"Flow API Name: ?(\w{1,80})"),
)
_ELEMENTS: Final = _patterns(r"\b(\w{1,80}) \(Flow[A-Z][A-Za-z]+\)")
_RULES: Final = _quoted("rule|regel|règle|regla|regola|ルール|규칙")
_TRIGGERS: Final = _patterns(
    r"\b([A-Za-z][\w.]{0,79}): execution of (?:Before|After)",
    r"Apex trigger ([A-Za-z][\w.]{0,79})",
    r"\bTrigger\.([A-Za-z][\w.]{0,79}): line",
)
_APEX: Final = _patterns(r"\bClass\.([A-Za-z][\w.]{0,79}): line")
_END_OF_VALUE: Final = r"(?= ?(?:: ?\[|:\w+ --|, \w+(?: \w+)?:|\(\w+_\w+\)|\"|'(?=[,}\])]|$)|$))"
_VALUES: Final = _patterns(
    r"(?:restricted picklist field|eingeschränktes Auswahllistenfeld|liste de sélection restreinte"
    rf"|elenco a discesa con restrizioni|lista de selección restringida) ?: ?([^\n\[]{{1,300}}?){_END_OF_VALUE}",
    rf"(?:invalid email address|ngültige E-Mail-Adresse|email non valido) ?: ?([^\n\[]{{1,300}}?){_END_OF_VALUE}",
    r"(?:^|: |\")([^:\"\n]{1,200}) was not one of the allowed options",
    r"field contains ([^,\n]{1,200}), which",
    r"VALUE_[A-Z_]+ value (.{1,200}?) (?:or request|at \[line)",
)
