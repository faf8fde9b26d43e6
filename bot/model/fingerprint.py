"""The fingerprint of an error: the same for every record that fails for the same reason.

Salesforce puts the record into the message: its id, the rejected value, line numbers, an error id. What is
taken out here is what differs from record to record. What stays are the names somebody has to look for: rule,
flow, process, trigger, class and field.

A million messages go through here in one import, and anybody may write a message. Hence possessive
quantifiers and a scanner that never looks back: time is linear in the length of the message.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final


def fingerprint(code: str, message: str, fields: Iterable[str] = ()) -> str:
    """Return 64 hexadecimal characters that name the reason of an error.

    Made from Salesforce's or HubSpot's code, the normalised message and the set of field names. The derived
    error type is left out on purpose: better rules may change it, and the error must stay the same one.
    """
    parts = (code.strip().upper(), normalise(message), *sorted(set(fields)))
    # The length before each part keeps ("ab", "c") and ("a", "bc") apart.
    text = "".join([f"{len(part)}:{part}" for part in parts])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def normalise(message: str) -> str:
    """Return the message with `#` in place of everything that belongs to one record only.

    That is: record ids, numbers, quoted values, email and web addresses, and values that Salesforce repeats
    behind a colon. Quoted names stay as they are. White space is folded. Doing it twice changes nothing.
    """
    text = " ".join(message.split())
    if "：" in text:
        text = text.replace("：", ":")
    while '"message"' in text and (found := _JSON_MESSAGE.findall(text)):
        text = " ".join(" ".join(found).replace('\\"', '"').replace("\\n", " ").split())
    text = _LONG_VALUE.sub(": #", text)
    text = _WRONG_VALUE.sub(": #", text)
    if " was not " in text or "isn't an available" in text:
        text = _REFUSED.sub("#", text)
    if "VALUE_" in text:
        text = _JSON_VALUE.sub(r"\1 #", text)
    return _without_quoted_values(text) if _OPENING.search(text) else _without_values(text)


def _without_values(text: str) -> str:
    """Normalise a piece of text that has no quotation in it.

    What is replaced begins and ends with a letter or digit, so that what stands beside it is read in the
    same way the next time.
    """
    if "@" in text:
        text = _EMAIL.sub("#", text)
    if "://" in text:
        text = _URL.sub("#", text)
    if _DIGIT.search(text):
        text = _ID.sub("#", text)
        text = _TIME.sub("#", text)
        text = _NUMBER.sub("#", text)
    if "-#" in text or "+#" in text:
        text = _SIGN.sub("#", text)
    return _RUN.sub("#", text)


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    """Yield where quotations begin and end, from left to right, quotation marks included."""
    position = 0
    unclosed: set[str] = set()
    while opening := _OPENING.search(text, position):
        start, quote = opening.start(), opening[0]
        position = start + 1
        if quote in unclosed:
            continue
        if closing := _CLOSING[quote].search(text, position):
            position = closing.end()
            yield start, position
        else:
            unclosed.add(quote)


def _without_quoted_values(text: str) -> str:
    """Normalise what lies between quotations, keep quoted names and blank quoted values.

    Names are told by the word before or after them, as it reads after the normalisation.
    """
    done = 0
    quoted, between = [], []
    for start, end in _quotations(text):
        between.append(_without_values(text[done:start]))
        quoted.append(text[start:end])
        done = end
    between.append(_without_values(text[done:]))
    result = []
    for (before, after), quotation in zip(pairwise(between), quoted, strict=True):
        is_name = _NAMED_BEFORE.search(before[-24:]) or _NAMED_AFTER.match(after)
        result += [before, quotation if is_name else f"{quotation[0]}#{quotation[-1]}"]
    return "".join([*result, between[-1]])


# Errors that came as JSON, whole or cut off: only what stands under "message" is told to people.
_JSON_MESSAGE: Final = re.compile(r'"message"\s*+:\s*+"((?:[^"\\]|\\.)*+)')


def _behind(*phrases: str) -> str:
    """Return a pattern for the colon behind one of these phrases: finding colons is fast, phrases are not."""
    return ":(?:" + "|".join(f"(?<={re.escape(phrase)}:)" for phrase in phrases) + ")"


# No possessive quantifier around a look ahead: Python 3.11.2, which Debian 12 has, matches less than it should there.
# "Name: data value too large: Ms Jane Doe (max length=10)": up to the limit, whatever the value contains.
_LONG_VALUE: Final = re.compile(
    _behind(
        *("too large", "zu groß", "zu lang", "trop grande", "trop longue", "trop volumineuse"),
        *(
            "demasiado grande",
            "demasiado largo",
            "troppo grande",
            "troppo lungo",
            "muito grande",
            "te groot",
            "för stort",
        ),
        *("大きすぎます", "过大", "過大", "太大", "너무 큼"),
    )
    + r"\s*+(?:(?!\s?\([^()=]{1,40}=\s?(?:\d+|#)\)).)+"
)
# "Industry: bad value for restricted picklist field: Soup: [Industry]": up to where Salesforce goes on.
_WRONG_VALUE: Final = re.compile(
    _behind(
        *("restricted picklist field", "eingeschränktes Auswahllistenfeld", "liste de sélection restreinte "),
        *("elenco a discesa con restrizioni", "lista de selección restringida", "lista de selección restringido"),
        *("lista de opções restrita", "beperkte keuzelijst", "begränsad plocklista", "の値が不適切", "の不正な値"),
        *("잘못된 값", "值不正确", "值錯誤"),
        # Ids that are none, as in "Account ID: id value of incorrect type: Acme: [AccountId]".
        *(
            "of incorrect type",
            "falschen Typs",
            "type incorrect ",
            "tipo incorrecto",
            "tipo incorreto",
            "tipo non corretto",
        ),
        *("型が正しくありません", "类型不正确", "invalid ID field", "Invalid id", "Foreign key external ID"),
        *("invalid email address", "ngültige E-Mail-Adresse", "e-mail non valide ", "email non valido"),
        *("電子メールアドレスが無効です", "no es válida"),
    )
    + r"(?!\s?\[|\w+\s--)\s*+(?:(?!\s?(?::\s?\[|:\w+\s--|\snot found|,\s\w+(?:\s\w+)?:|\(\w+_\w+\))).)+"
)
# The value of an option that HubSpot knows nothing of, and of a state that Salesforce does not have.
_REFUSED: Final = re.compile(
    r"(?:\A|(?<=[\"“]))[^\"“”]{1,200}?(?= was not (?:one of the allowed options|a valid ))"
    r"|(?<=field contains )[^\"“”]{1,200}?(?=, which isn't an available)"
)
# "Cannot deserialize instance of double from VALUE_STRING value N01 or request may be missing ..."
_JSON_VALUE: Final = re.compile(r"((?<![A-Z_])VALUE_[A-Z_]++\svalue)\s(?:(?!\sor\srequest|\sat\s\[line).)+")

_OPENING: Final = re.compile(r"""["“„«‘‚「『]|'(?<![\w#]')""")
_PAIRS: Final = {'"': '"', "“": "”", "„": "[“”]", "«": "»", "‘": "’", "‚": "[‘’]", "「": "」", "『": "』"}
_CLOSING: Final = {
    **{opening: re.compile(closing) for opening, closing in _PAIRS.items()},
    # An apostrophe closes nothing: "the 'Don't touch' rule".
    "'": re.compile(r"'(?![\w#])"),
}
_NAMED: Final = (
    r"(?:flow|flujo|flusso|flux|fluxo|flöde|przepływ|ablauf|process|processus|proceso|processo|prozess|workflow|interview"
    r"|rule|regel|règle|regla|regola|regra|reguł|правил|поток|trigger|class|klasse|method|field|feld|champ|campo|column|spalte"
    r"|property|eigenschaft|object|objekt|entity|type|typ|action|aktion|element|named"
    r"|流程|规则|規則|触发器|觸發程序|字段|欄位|フロー|プロセス|ルール|トリガー|項目|플로|프로세스|규칙|트리거|필드)"
)
_NAMED_BEFORE: Final = re.compile(_NAMED + r"(?:e?s|n|en|\(s\))?[ ]?\Z", re.IGNORECASE)
_NAMED_AFTER: Final = re.compile(r"[ -]?" + _NAMED, re.IGNORECASE)

_EMAIL: Final = re.compile(r"(?<![\w.+%#-])\w[\w.+%-]*+@[\w.-]*\w")
_URL: Final = re.compile(r"\bhttps?://[^\s\"'<>]*\w")
_DIGIT: Final = re.compile(r"\d")
# Letters that make a digit part of a name. Chinese, Japanese and Korean are not: "4件のレコード".
_LETTER: Final = r"[0-9A-Za-z_\u00c0-\u024f]"
# Ids begin with the key prefix of their object: 001, 00Q, 500, or a0B for a custom object. Names never do.
_ID: Final = re.compile(
    rf"\b(?:[0-9][0-9A-Za-z]|[a-z][0-9])[0-9A-Za-z]{{13}}(?:[0-9A-Za-z]{{3}})?(?!{_LETTER})"
    rf"|\b[0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}(?!{_LETTER})"
)
_TIME: Final = re.compile(rf"\d(?<!{_LETTER}.)\d{{3}}-\d\d-\d\dT[\d:.]*\d(?:Z|[+-]\d\d:?\d\d)?+(?!{_LETTER})")
_NUMBER: Final = re.compile(rf"\d(?<!{_LETTER}.)\d*+(?:[eE][+-]?\d++)?+(?!{_LETTER})")
_SIGN: Final = re.compile(r"(?<=[\s(\[=:])[+-]#")
_RUN: Final = re.compile(r"#(?:(?:[.,:/-]|[\s,;]+)#)+")
