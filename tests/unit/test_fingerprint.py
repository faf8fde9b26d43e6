"""The fingerprint: equal for the same reason, different for another one."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.fingerprint import fingerprint, normalise

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHORT_IDS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["001", "003", "00Q", "005", "500", "a0B"]), st.text(ALPHANUMERIC, min_size=12, max_size=12)
    ),
)
IDS = st.one_of(
    SHORT_IDS,
    st.builds("".join, st.tuples(SHORT_IDS, st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", min_size=3, max_size=3))),
)
NUMBERS = st.one_of(st.integers(min_value=0).map(str), st.floats(0, 1e6, allow_nan=False).map(repr))
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=1, max_size=12)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
EMAILS = st.builds("{}.{}@{}.example".format, WORDS, WORDS, WORDS)
URLS = st.builds("https://{}.example/{}".format, WORDS, WORDS)
# Printable values without what ends them: their own quotation mark, or the limit in parentheses.
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_characters='"()'), max_size=40)

# Pieces that meet the rules half-way, for what must hold of any text at all.
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *"\"'“”„«»‘’#5-+@_xeET:,;.[]() \tж件\\",
            *("12.5", "a@b.c", "http://x.y/z)", "://", "2017-10-17T10:00:00Z"),
            *("003000000000001", "0035g00000ABCDEAAA", "a0B5e000004OQkL"),
            *("flow ", " process ", "rule ", "value ", '"message":"', '\\"', "\\n"),
            *("data value too large: ", " (max length=3)", " (", "max length=255)"),
            *("restricted picklist field: ", ": [", "VALUE_STRING value ", " or request"),
        ]
    )
    | st.text(max_size=4),
    max_size=25,
).map("".join)

# One place for a value of each kind; the rest of the text is the reason.
PLACES = [
    ("insufficient access rights on cross-reference id: {}", IDS),
    ("Update failed. First exception on row 0 with id {}; first error: STRING_TOO_LONG, x: [Name]", IDS),
    (
        "unable to obtain exclusive access to this record or 2 records: {}",
        st.lists(IDS, min_size=1, max_size=4).map(",".join),
    ),
    ("Class.acme.Sync.run: line {}, column 1", NUMBERS),
    ("Error ID: {} (-12)", st.builds("{}-{}".format, st.integers(0, 10**9), st.integers(0, 10**6))),
    ("Amount: value outside of valid range on numeric field: {}", NUMBERS),
    ("Contact already exists: {}", EMAILS),
    ("See {} for details", URLS),
    ('The value "{}" was refused', VALUES),
    ("Der Wert „{}“ wurde abgelehnt", VALUES.filter(lambda value: "“" not in value)),
    ("The value '{}' was refused", WORDS),
    ("Name: data value too large: {} (max length=80): [Name]", VALUES.map("x{}".format)),
    ("Nachname: Datenwert zu groß: {} (maximale Länge=80)", VALUES.map("x{}".format)),
    ("Tier: bad value for restricted picklist field: {}: [Tier__c]", NAMES),
    ("Email: invalid email address: {}", NAMES),
    ("Account ID: id value of incorrect type: {}: [AccountId]", NAMES),
    ("Foreign key external ID: {} not found for field Key__c in entity Account", NAMES),
    ("invalid ID field: {}", NAMES),
    ("{} was not one of the allowed options: [gold, silver]", NAMES),
    ('[{{"isValid":false,"message":"{} was not a valid number.","error":"INVALID_NUMBER","name":"a"}}]', NAMES),
    ("The BillingStateCode field contains {}, which isn't an available state.", NAMES),
    ("受限选取列表字段的值不正确：{}", NAMES),
    ("valor incorreto para o campo de lista de opções restrita: {}", NAMES),
]
PAIRS = st.one_of(
    [st.tuples(st.just(text), values, values) for text, values in PLACES],
)

# One place for a name of each kind; another name is another reason.
NAMED = [
    "We can't save this record because the “{}” process failed.",
    "Der Prozess „{}“ ist fehlgeschlagen.",
    "The flow '{}' failed",
    'The rule "{}" was violated',
    "Die Regel «{}» wurde verletzt",
    "フロー「{}」でエラーが発生しました",
    "流程“{}”失败",
    "O fluxo “{}” falhou",
    "The {} field contains XY, which isn't an available state.",
    "No such column '{}' on entity 'Lead'",
    "acme.{}: execution of AfterUpdate",
    "Error element {} (FlowRecordUpdate).",
    "Required fields are missing: [{}]",
    "Please fill in the {} before you close the deal",
]


@given(PAIRS)
def test_what_belongs_to_one_record_does_not_matter(pair: tuple[str, str, str]) -> None:
    text, one, other = pair
    assert fingerprint("", text.format(one)) == fingerprint("", text.format(other))


@given(st.sampled_from(NAMED), NAMES, NAMES)
def test_another_name_is_another_reason(text: str, one: str, other: str) -> None:
    same = fingerprint("", text.format(one)) == fingerprint("", text.format(other))
    assert same == (one == other)


@given(st.sampled_from(NAMED[:5]), st.integers(0, 99), st.integers(0, 99))
def test_numbers_in_a_quoted_name_are_kept(text: str, one: int, other: int) -> None:
    same = fingerprint("", text.format(f"Step {one}")) == fingerprint("", text.format(f"Step {other}"))
    assert same == (one == other)


@given(st.integers(0, 99), st.integers(0, 99))
def test_numbers_in_api_names_are_kept(one: int, other: int) -> None:
    texts = [f"Required fields are missing: [Score_{number}__c]" for number in (one, other)]
    assert (fingerprint("", texts[0]) == fingerprint("", texts[1])) == (one == other)


@given(st.lists(WORDS), st.lists(WORDS))
def test_other_fields_are_another_reason(one: list[str], other: list[str]) -> None:
    assert (fingerprint("C", "m", one) == fingerprint("C", "m", other)) == (set(one) == set(other))


@given(WORDS, WORDS, NAMES, NAMES)
def test_code_and_message_are_not_mixed_up(code: str, other_code: str, message: str, other: str) -> None:
    same = fingerprint(code, message) == fingerprint(other_code, other)
    assert same == (code.upper() == other_code.upper() and message == other)


@given(FRAGMENTS)
def test_normalising_twice_changes_nothing(message: str) -> None:
    once = normalise(message)
    assert normalise(once) == once


@given(st.text(), st.text(), st.lists(st.text()))
def test_a_fingerprint_is_64_hexadecimal_characters(code: str, message: str, fields: list[str]) -> None:
    assert re.fullmatch("[0-9a-f]{64}", fingerprint(code, message, fields))


def test_a_fingerprint_never_changes() -> None:
    # Stored beside each error: another value would double every open error.
    assert fingerprint("STRING_TOO_LONG", "Name: data value too large: Jo (max length=1)", ["Name"]) == (
        "db175a5d3585baf44fa888867f39777c49d11736eee135e94c4b5d88177934fa"
    )


def test_json_and_plain_text_are_the_same_reason() -> None:
    as_json = '[{"message":"Name: data value too large: \\"Jo\\" (max length=1)","errorCode":"STRING_TOO_LONG"}]'
    assert normalise(as_json) == normalise("Name: data value too large: Ann (max length=1)")


def test_white_space_does_not_matter() -> None:
    assert normalise(" a\n\n b\t") == "a b"


@pytest.mark.parametrize(
    ("message", "normalised"),
    [
        ("There's a problem with Jo's record 17", "There's a problem with Jo's record #"),
        ("'Don't touch' rule, value 'don't'", "'Don't touch' rule, value '#'"),
        ("At 2026-11-24T00:01:02.345Z or 24.11.2026, 10:15", "At # or #"),
        ("4件のレコード", "#件のレコード"),
        ("v2 of Step_3 and 3rd", "v2 of Step_3 and 3rd"),
        ("000001 is no id, 0015g00000AbCdE is", "# is no id, # is"),
        ("INSUFFICIENT_ACCESS responsibilities", "INSUFFICIENT_ACCESS responsibilities"),
    ],
)
def test_examples(message: str, normalised: str) -> None:
    assert normalise(message) == normalised


@pytest.mark.parametrize(
    "piece",
    [
        '"a was not a valid ',
        "field contains ",
        "：",
        "'a ",
        '"a',
        "„",
        "a@",
        "a.",
        "1,",
        "http://",
        '"message":"',
        "too large: ",
        "VALUE_",
        "(a=",
        "# ",
        "a",
        "\\",
    ],
)
def test_a_long_message_takes_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        message = (piece * length)[:length]
        start = time.perf_counter()
        normalise(message)
        return time.perf_counter() - start

    seconds(100)
    # Quadratic work would take a hundred times as long; the constant forgives a busy machine.
    assert seconds(100_000) < 40 * seconds(10_000) + 0.5
