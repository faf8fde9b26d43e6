"""Rendering: translation, escaping exactly once, numbers, dates, and Slack's limits."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup

from bot.model.links import Links
from bot.model.message import Message
from bot.present import Presenter, bar
from bot.render import HEADER, MESSAGE_BLOCKS, SECTION, TEXT, VIEW_BLOCKS, Renderer, slack_escaped

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "*Hello* %(name)s"
msgstr "*Hallo* %(name)s"

msgid "%(n)s dog"
msgid_plural "%(n)s dogs"
msgstr[0] "%(n)s Hund"
msgstr[1] "%(n)s Hunde"

msgid "Say \\"hi\\"\\nand \\\\ leave"
msgstr "Sagen Sie \\"hallo\\"\\nund \\\\ gehen Sie"
"""

ENTITY_TORN = re.compile(r"&(?!(?:amp|lt|gt);)")
HOSTILE = '<!channel> & "q" \\ \n </a> *b* %s %(n)s {{ x }} &amp; 👍🏽'

SECTION_OF = '{"type": "section", "text": {"type": "plain_text", "text": "%s"}}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    german = tmp_path / "locales" / "de"
    german.mkdir(parents=True)
    (german / "messages.po").write_text(PO, encoding="utf-8")
    return tmp_path


def rendered(folder: Path, source: str, language: str = "en", **values: object) -> Message:
    (folder / "made_up.j2").write_text(source, encoding="utf-8")
    return Renderer(folder).message("made_up", language, **values)


def said(folder: Path, expression: str, language: str = "en", **values: object) -> str:
    """Return what an expression of a template comes to."""
    source = '"text"\n' + SECTION_OF.replace("%s", "{{ " + expression + " }}")
    text = rendered(folder, source, language, **values).blocks[0]["text"]["text"]
    assert isinstance(text, str)
    return text


def test_a_value_is_escaped_once_for_json_and_once_for_slack(folder: Path) -> None:
    assert said(folder, "name", name=HOSTILE) == slack_escaped(HOSTILE)


@pytest.mark.parametrize(
    "expression",
    [
        't("*Hello* %(name)s", name=name)',
        'tn("%(name)s dog", "%(name)s dogs", 2, name=name)',
        '"" ~ t("%(name)s", name=name)',
    ],
)
def test_a_value_in_a_translation_is_escaped_once(folder: Path, expression: str) -> None:
    assert slack_escaped(HOSTILE) in said(folder, expression, name=HOSTILE)


def test_a_translation_in_a_translation_stays_as_it_is(folder: Path) -> None:
    inner = 't("*Hello* %(name)s", name=t("*Hello* %(name)s", name=name))'
    assert said(folder, inner, "de", name="<x>") == "*Hallo* *Hallo* &lt;x&gt;"


def test_a_macro_stays_as_it_is(folder: Path) -> None:
    macro = '{% macro bold(x) %}*{{ x }}*{% endmacro %}"text"\n'
    message = rendered(folder, macro + SECTION_OF.replace("%s", "{{ bold(name) }}"), name='<"&">')
    assert message.blocks[0]["text"]["text"] == '*&lt;"&amp;"&gt;*'


def test_a_translation_may_hold_marks_quotes_and_lines(folder: Path) -> None:
    assert said(folder, 't("Say \\"hi\\"\\nand \\\\ leave")', "de") == 'Sagen Sie "hallo"\nund \\ gehen Sie'


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_escaping(text: str) -> None:
    once = slack_escaped(text)
    assert not re.search("[<>]", once)
    assert not ENTITY_TORN.search(once)
    assert once.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_a_sentence_takes_marks_of_its_own_and_none_of_its_values() -> None:
    sentence = Renderer().safe("en", "Only operators may do that. Ask %(names)s.", names=Markup("<@U1>"))
    assert sentence == "Only operators may do that. Ask <@U1>."
    assert "<@U1>" not in Renderer().safe("en", "Ask %(names)s.", names="<@U1>")


@pytest.mark.parametrize(
    ("count", "english", "german"),
    [
        (1, "<@U0>", "<@U0>"),
        (2, "<@U0> or <@U1>", "<@U0> oder <@U1>"),
        (3, "<@U0>, <@U1> or <@U2>", "<@U0>, <@U1> oder <@U2>"),
    ],
)
def test_of_several_to_ask_each_will_do(count: int, english: str, german: str) -> None:
    present, marks = Presenter(Renderer(), Links, "0"), [Markup(f"<@U{n}>") for n in range(count)]
    assert (present.one_of("en", marks), present.one_of("de", marks)) == (english, german)


def test_a_sentence_that_is_not_for_slack_is_not_escaped() -> None:
    assert Renderer().text("en", "Ask %(names)s.", names="<A & B>") == "Ask <A & B>."


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [
        ("en", 100_000, "100,000"),
        ("de", 100_000, "100.000"),
        ("en", 999, "999"),
        ("de", 1_234_567, "1.234.567"),
        ("en", 0, "0"),
        ("de", 12.5, "12,5"),
    ],
)
def test_numbers_are_written_as_the_reader_is_used_to(folder: Path, language: str, number: float, written: str) -> None:
    assert said(folder, "number(value)", language, value=number) == written


@pytest.mark.parametrize(
    ("language", "count", "phrase"),
    [
        ("en", 0, "0 dogs"),
        ("en", 1, "1 dog"),
        ("en", 2, "2 dogs"),
        ("de", 0, "0 Hunde"),
        ("de", 1, "1 Hund"),
        ("de", 1_000, "1.000 Hunde"),
    ],
)
def test_plural_forms(folder: Path, language: str, count: int, phrase: str) -> None:
    assert said(folder, 'tn("%(n)s dog", "%(n)s dogs", value)', language, value=count) == phrase


def test_counts_outside_of_templates() -> None:
    renderer = Renderer()
    one, many = "%(n)s sync error as CSV.", "%(n)s sync errors as CSV."
    assert renderer.count("en", one, many, 1) == "1 sync error as CSV."
    assert renderer.count("de", one, many, 100_000) == "100.000 Synchronisierungsfehler als CSV."


@pytest.mark.parametrize(
    ("language", "zone", "fallback"),
    [
        ("en", "Europe/London", "Nov 24, 2026, 8:00:00\u202fAM"),
        ("de", "Europe/Berlin", "24.11.2026, 09:00:00"),
    ],
)
def test_slack_writes_dates_in_each_readers_zone(folder: Path, language: str, zone: str, fallback: str) -> None:
    moment = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    text = said(folder, "when(moment, zone)", language, moment=moment, zone=zone)
    assert text == f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def test_a_value_that_nobody_gave_is_a_bug(folder: Path) -> None:
    with pytest.raises(UndefinedError):
        said(folder, "nobody")
    with pytest.raises(UndefinedError):
        said(folder, 't("*Hello* %(name)s", name=nobody)')
    with pytest.raises(KeyError):
        said(folder, 't("*Hello* %(name)s")')


def test_a_text_without_translation_is_said_in_english(folder: Path) -> None:
    assert said(folder, 't("Never translated")', "de") == "Never translated"


def test_an_address_cannot_leave_its_link(folder: Path) -> None:
    text = said(folder, '"<" ~ (url | address) ~ "|here>"', url='https://x.example/a b|c>d<e"f?g=1&h=2')
    assert text == "&lt;https://x.example/a%20b%7Cc%3Ed%3Ce%22f?g=1&amp;h=2|here&gt;"


# --- Cutting -----------------------------------------------------------------------------------------------------


def section(kind: str = "plain_text") -> str:
    return f'"text"\n{{"type": "section", "text": {{"type": "{kind}", "text": "{{{{ value }}}}"}}}}'


def test_what_fits_is_not_cut(folder: Path) -> None:
    assert rendered(folder, section(), value="x" * SECTION).blocks[0]["text"]["text"] == "x" * SECTION


def test_what_is_cut_says_so(folder: Path) -> None:
    text = rendered(folder, section(), value="x" * (SECTION + 1)).blocks[0]["text"]["text"]
    assert len(text) == SECTION
    assert text.endswith("x…")


@pytest.mark.parametrize("offset", range(8))
@pytest.mark.parametrize("sign", "&<>")
def test_cutting_never_tears_an_entity(folder: Path, sign: str, offset: int) -> None:
    text = rendered(folder, section(), value="x" * offset + sign * SECTION).blocks[0]["text"]["text"]
    assert SECTION - 8 < len(text) <= SECTION
    assert not ENTITY_TORN.search(text)
    assert "<" not in text


@pytest.mark.parametrize("length", range(SECTION - 30, SECTION + 3))
def test_cutting_never_tears_a_link(folder: Path, length: int) -> None:
    link = "<https://x.example|here>"
    source = section("mrkdwn").replace("{{ value }}", f"{{{{ value }}}}{link} and more")
    text = rendered(folder, source, value="x" * length).blocks[0]["text"]["text"]
    assert len(text) <= SECTION
    assert text.count("<") == text.count(">")
    assert "<" not in text or link in text


@pytest.mark.parametrize("value", ["", " ", "\n\t"])
def test_nothing_is_shown_as_a_dash(folder: Path, value: str) -> None:
    assert rendered(folder, section(), value=value).blocks[0]["text"]["text"] == "–"


def test_a_header_and_the_text_have_limits_of_their_own(folder: Path) -> None:
    source = '"{{ value }}"\n{"type": "header", "text": {"type": "plain_text", "text": "{{ value }}"}}'
    message = rendered(folder, source, value="word " * 2000)
    assert len(message.blocks[0]["text"]["text"]) == HEADER
    assert len(message.text) == TEXT


def test_the_text_is_one_line(folder: Path) -> None:
    assert rendered(folder, '"{{ value }}"', value=" a\n b\t c ").text == "a b c"


WORDS = '{"type": "plain_text", "text": "{{ words }}"}'
BUTTON = f"""
"text"
{{"type": "actions", "elements": [{{"type": "button", "action_id": "x.v1", "value": "{{{{ value | raw }}}}",
  "accessibility_label": "{{{{ words }}}}", "text": {WORDS},
  "confirm": {{"title": {WORDS}, "text": {WORDS}, "confirm": {WORDS}, "deny": {WORDS}}}}}]}}
"""


def test_every_part_of_a_button_fits(folder: Path) -> None:
    button = rendered(folder, BUTTON, value="v" * 2000, words="&" * 500).blocks[0]["elements"][0]
    texts = [button["text"], *button["confirm"].values()]
    assert [len(one["text"]) <= limit for one, limit in zip(texts, (75, 100, 300, 30, 30), strict=True)] == [True] * 5
    assert len(button["accessibility_label"]) <= 75
    assert not any(ENTITY_TORN.search(one["text"]) for one in texts)


def test_what_a_button_stands_for_is_never_cut(folder: Path) -> None:
    value = '{"s":"<&>\\"\\\\ü"}'
    assert rendered(folder, BUTTON, value=value, words="x").blocks[0]["elements"][0]["value"] == value
    with pytest.raises(ValueError, match="longer than 2000"):
        rendered(folder, BUTTON, value="v" * 2001, words="x")


MANY = '"text"\n{% for n in range(count) %}\n' + SECTION_OF.replace("%s", "{{ value }}") + "\n{% endfor %}"


def test_blocks_that_are_too_many_are_counted(folder: Path) -> None:
    assert len(rendered(folder, MANY, count=MESSAGE_BLOCKS, value="x").blocks) == MESSAGE_BLOCKS
    message = rendered(folder, MANY, count=MESSAGE_BLOCKS + 10, value="x")
    assert len(message.blocks) == MESSAGE_BLOCKS
    last = message.blocks[-1]["elements"][0]["text"]
    assert last == "… and 11 more parts, which do not fit in one message."


def test_a_view_has_room_for_more_blocks(folder: Path) -> None:
    head = '{"type": "modal", "title": {"type": "plain_text", "text": "{{ title }}"}}'
    (folder / "made_up.j2").write_text(MANY.replace('"text"', head, 1), encoding="utf-8")
    view = Renderer(folder).view("made_up", "en", count=VIEW_BLOCKS + 1, value="😀" * 3000, title="x" * 25)
    assert len(view["blocks"]) == VIEW_BLOCKS
    assert len(json.dumps(view)) < 250_000
    assert view["title"]["text"] == "x" * 23 + "…"


def test_the_longest_texts_make_room_for_the_others(folder: Path) -> None:
    source = (
        '"text"\n{% for n in range(10) %}'
        '{"type": "section", "text": {"type": "plain_text", "text": "{{ "x" * (3000 if n < 5 else 50) }}"}}'
        "{% endfor %}"
    )
    lengths = [len(block["text"]["text"]) for block in rendered(folder, source).blocks]
    assert lengths[5:] == [50] * 5
    assert len(set(lengths[:5])) == 1
    assert 5_000 < sum(lengths) <= 10_000


@pytest.mark.parametrize(
    ("part", "whole", "drawn"),
    [(0, 100, "░" * 12), (1, 1000, "█" + "░" * 11), (99, 100, "█" * 11 + "░"), (100, 100, "█" * 12), (0, 0, "░" * 12)],
)
def test_a_bar_is_full_when_all_is_done_and_empty_when_nothing_is(part: int, whole: int, drawn: str) -> None:
    assert bar(part, whole) == drawn


def test_a_bar_never_runs_over() -> None:
    assert bar(200, 100) == "█" * 12
