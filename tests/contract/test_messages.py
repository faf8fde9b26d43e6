"""Everything the bot says is something Slack takes, whatever the data and whatever vendors wrote into it."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slackblocks import _limits as limits

from bot.model.catalog import TYPES
from bot.model.message import Message, View
from bot.model.place import Page, Place, read
from bot.model.resync import Outcome
from bot.model.sync import Card, Selection, Source
from bot.present import Reader
from bot.render import MESSAGE_SIZE, VIEW_SIZE
from bot.sandbox.slack.blocks import check_blocks, check_view
from bot.sandbox.slack.content import SlackError, content
from bot.usecases.details import EACH, GroupsShown, RecordsShown
from tests.contract import slack_schemas
from tests.samples import (
    ASKER,
    CHANNEL,
    HOSTILE,
    LANGUAGES,
    LINKS,
    LOTS,
    VENDOR,
    WORLDS,
    World,
    details_presenter,
    everything,
    group,
    item,
    presenter,
    record,
)
from tests.texts import of_code

Json = dict[str, Any]

OURS = re.compile(rf"<(?:https://[^<>|\s]+\|[^<>|]+|!date\^\d+\^[^<>|]+\|[^<>|]+|@{ASKER}|#{CHANNEL})>")
"""What the bot itself puts between angle brackets."""

READER = Reader("en", "UTC")

HEARD = dict.fromkeys(Source, datetime(2026, 11, 24, tzinfo=UTC))

TEXTS = {
    ("header", "text"): limits.HEADER_TEXT_MAX_LENGTH,
    ("section", "text"): limits.SECTION_TEXT_MAX_LENGTH,
    ("context", "elements"): limits.TEXT_MAX_LENGTH,
    ("button", "text"): limits.BUTTON_TEXT_MAX_LENGTH,
    ("confirm", "title"): limits.CONFIRMATION_TITLE_MAX_LENGTH,
    ("confirm", "text"): limits.CONFIRMATION_TEXT_MAX_LENGTH,
    ("confirm", "confirm"): limits.CONFIRMATION_CONFIRM_MAX_LENGTH,
    ("confirm", "deny"): limits.CONFIRMATION_DENY_MAX_LENGTH,
    ("input", "label"): limits.INPUT_LABEL_MAX_LENGTH,
    ("input", "hint"): limits.INPUT_HINT_MAX_LENGTH,
    ("option", "text"): limits.OPTION_TEXT_MAX_LENGTH,
    ("element", "placeholder"): limits.SELECT_PLACEHOLDER_MAX_LENGTH,
    ("view", "title"): limits.VIEW_TITLE_MAX_LENGTH,
    ("view", "close"): limits.VIEW_CLOSE_MAX_LENGTH,
    ("view", "submit"): limits.VIEW_SUBMIT_MAX_LENGTH,
}


def blocks_of(said: Message | View) -> list[Json]:
    return said.blocks if isinstance(said, Message) else said["blocks"]


def elements_of(said: Message | View) -> Iterator[Json]:
    for block in blocks_of(said):
        if block["type"] == "actions":
            yield from block["elements"]
        yield from (block[part] for part in ("accessory", "element") if part in block)


def buttons_of(said: Message | View) -> Iterator[Json]:
    yield from (element for element in elements_of(said) if element["type"] == "button")


def texts_of(said: Message | View) -> Iterator[tuple[tuple[str, str], Json]]:
    """Yield every text object with where it stands."""
    if not isinstance(said, Message):
        yield from ((("view", part), said[part]) for part in ("title", "close", "submit") if part in said)
    for block in blocks_of(said):
        if block["type"] in {"header", "section"}:
            yield (block["type"], "text"), block["text"]
        elif block["type"] == "context":
            yield from ((("context", "elements"), element) for element in block["elements"])
        elif block["type"] == "input":
            yield from ((("input", part), block[part]) for part in ("label", "hint") if part in block)
    for element in elements_of(said):
        yield from ((("option", "text"), option["text"]) for option in element.get("options", ()))
        if "placeholder" in element:
            yield ("element", "placeholder"), element["placeholder"]
    for button in buttons_of(said):
        yield ("button", "text"), button["text"]
        yield from ((("confirm", part), text) for part, text in button.get("confirm", {}).items())


def read_of(said: Message | View) -> Iterator[str]:
    """Yield every string that a person reads or hears."""
    if isinstance(said, Message):
        yield said.text
    yield from (text["text"] for _, text in texts_of(said))
    yield from (button["accessibility_label"] for button in buttons_of(said) if "accessibility_label" in button)


def check(said: Message | View) -> None:
    """Fail where Slack would refuse it, or where it lets somebody else's text do something."""
    check_numbers(said)
    if isinstance(said, Message):
        assert check_blocks(said.blocks, "message") == []
        assert content({"text": said.text, "blocks": said.blocks})
        assert 1 <= len(said.text) <= 4000
        assert "\n" not in said.text
    else:
        assert check_view(said) == []
        assert len(json.dumps(said)) < 250_000
    check_across_blocks(said)
    check_harmless(said)


def check_numbers(said: Message | View) -> None:
    message = isinstance(said, Message)
    assert 1 <= len(blocks_of(said)) <= (limits.MESSAGE_BLOCKS_MAX_ITEMS if message else limits.VIEW_BLOCKS_MAX_ITEMS)
    for place, text in texts_of(said):
        assert len(text["text"].strip()) >= limits.TEXT_MIN_LENGTH, place
        assert len(text["text"]) <= TEXTS[place], place
    for block in blocks_of(said):
        if block["type"] == "context":
            assert len(block["elements"]) <= limits.CONTEXT_ELEMENTS_MAX_ITEMS
        if block["type"] == "actions":
            assert len(block["elements"]) <= limits.ACTIONS_ELEMENTS_MAX_ITEMS
    for button in buttons_of(said):
        assert len(button["value"]) <= limits.BUTTON_VALUE_MAX_LENGTH
        assert len(button["action_id"]) <= limits.ACTION_ID_MAX_LENGTH
        assert 1 <= len(button["accessibility_label"]) <= limits.BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH


def check_across_blocks(said: Message | View) -> None:
    blocks = blocks_of(said)
    ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    assert all(count == 1 for count in ids.values())
    for block in blocks:
        if block["type"] == "actions":
            actions = [element["action_id"] for element in block["elements"]]
            assert len(set(actions)) == len(actions)
    for element in elements_of(said):
        assert re.fullmatch(r"[a-z_.]+\.v\d+", element["action_id"])
    assert blocks[0]["type"] != "divider"
    assert blocks[-1]["type"] != "divider"


def check_harmless(said: Message | View) -> None:
    for text in read_of(said):
        assert not re.search("[<>]", OURS.sub("", text)), text
        assert not re.search(r"&(?!(?:amp|lt|gt);)", text), text
    for place, shown in texts_of(said):
        if VENDOR in shown["text"]:
            assert shown["type"] == "plain_text", place
            assert shown["emoji"] is False, place
    assert not isinstance(said, Message) or VENDOR not in said.text


EVERYTHING = [
    pytest.param(world, language, id=f"{name}, {language}") for name, world in WORLDS.items() for language in LANGUAGES
]


@pytest.mark.parametrize(("world", "language"), EVERYTHING)
def test_r13_slack_takes_everything_the_bot_says(world: World, language: str) -> None:
    for name, said in everything(world, language):
        try:
            check(said)
        except (AssertionError, SlackError) as error:
            raise AssertionError(f"{name}: {error}") from error


@slack_schemas.needed
@pytest.mark.parametrize(("world", "language"), EVERYTHING)
def test_it_has_the_shape_of_slacks_own_types(world: World, language: str) -> None:
    for name, said in everything(world, language):
        if isinstance(said, Message):
            faults = slack_schemas.faults_of_message(shape({"text": said.text, "blocks": said.blocks}))
        else:
            faults = slack_schemas.faults_of_view(shape(said))
        assert not faults, f"{name}: {faults}"


CHOSEN_BY_US = {"type", "style", "trigger_actions_on"}


def shape(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON without what differs from text to text: the schemas say nothing of that, and take their time."""
    if isinstance(value, dict):
        return {
            key: shape(part) if key not in {"type", "style", "trigger_actions_on"} else part
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [shape(part) for part in value]
    return "x" if isinstance(value, str) else value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [*HOSTILE, "", "x" * 20_000, "&" * 20_000])
def test_every_sentence_takes_any_value(language: str, value: str) -> None:
    present = presenter()
    for texts in of_code():
        values = dict.fromkeys(re.findall(r"%\((\w+)\)s", "".join(texts)), value)
        if values.keys() & {"who", "channel"}:
            continue  # ids, which stand in mentions of our own
        check(present.notice(language, texts[0], **values))
        check(present.notice_view(language, texts[0], **values))


@pytest.mark.parametrize("text", HOSTILE)
def test_r14_hostile_text_is_shown_as_it_was_written(text: str) -> None:
    place = Place.of(Selection(fingerprint=f"{1:064x}"))
    shown_page = RecordsShown(place, group(1, "other", text), [record(1, text)], 1, None, None, HEARD)
    view = details_presenter().page(READER, shown_page)
    shown = [slack_shows(part["text"]) for _, part in texts_of(view)]
    assert f"“{text}”" in shown
    assert " ".join(text.split()) in shown


def slack_shows(text: str) -> str:
    """Return what Slack makes of a text: it knows these three entities and no other."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_out_is_counted(language: str) -> None:
    said = dict(everything(LOTS, language))
    more = re.compile(r"… (?:and|und) [\d.,]+ (?:more|weitere)")
    for name in ("groups of a category", "resync finished"):
        assert any(more.match(text["text"]) for _, text in texts_of(said[name])), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_there_is_too_much_of_is_chosen_before_it_is_cut(language: str) -> None:
    for name, said in everything(LOTS, language):
        cut = [
            text["text"] for _, text in texts_of(said) if re.search("in one message|in eine Nachricht", text["text"])
        ]
        assert not cut, name


def test_every_record_of_a_resync_is_named_or_counted() -> None:
    said = dict(everything(LOTS, "en"))["resync finished"]
    texts = [text["text"] for _, text in texts_of(said)]
    named = sum(len(re.findall(r"company \d+", text)) for text in texts)
    counted = sum(int(found[1]) for text in texts if (found := re.match(r"… and (\d+) more record", text)))
    assert named > 0
    assert named + counted == sum(one.outcome.final for one in LOTS.items)


def test_a_whole_message_leaves_room_for_what_slack_adds() -> None:
    for language in LANGUAGES:
        for name, said in everything(LOTS, language):
            if isinstance(said, Message):
                assert sum(len(text["text"]) for place, text in texts_of(said) if place[0] != "confirm") <= (
                    MESSAGE_SIZE + 200
                ), name
            else:
                assert len(json.dumps(said["blocks"])) <= VIEW_SIZE, name


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400) | st.sampled_from(HOSTILE)
LONG_TEXT = st.builds(lambda text, times: text * times, ANY_TEXT, st.integers(1, 60))
COUNTS = st.integers(1, 10**9)
GROUPS = st.lists(
    st.builds(
        group,
        st.integers(0, 2**64),
        st.sampled_from(sorted(TYPES)),
        LONG_TEXT,
        COUNTS,
        st.sampled_from(["alone", "after_fix", "never"]),
    ),
    max_size=40,
)
RECORDS = st.lists(st.builds(record, st.integers(1), ANY_TEXT, st.just(""), ANY_TEXT, ANY_TEXT), max_size=5)
ITEMS = st.lists(st.builds(item, st.integers(1), st.sampled_from(Outcome), ANY_TEXT, LONG_TEXT), max_size=150)
MADE_UP = st.builds(
    World,
    cards=st.lists(st.builds(Card, st.sampled_from(["other", "picklists"]), COUNTS, COUNTS, COUNTS), max_size=8),
    groups=GROUPS,
    records=RECORDS,
    items=ITEMS,
    search=ANY_TEXT.map(lambda text: text[:200]),
    left_out=st.integers(0, 10**9),
    others=st.integers(0, 10**9),
    links=st.just(LINKS),
)


@given(world=MADE_UP, language=st.sampled_from(LANGUAGES))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_r13_slack_takes_what_nobody_thought_of(world: World, language: str) -> None:
    for _, said in everything(world, language):
        check(said)


@given(groups=GROUPS, found=RECORDS, page=st.builds(Page, st.integers(1, 10**9), st.integers(0, 10**18 - 1).map(str)))
@settings(max_examples=50, deadline=None)
def test_a_place_comes_back_from_every_page_and_fits(groups: list[Any], found: list[Any], page: Page) -> None:
    place = Place(Selection(search='ß𝕏"\\' * 50, object="contact", status="ignored"), "f" * 64, page, page, CHANNEL)
    for shown in (
        GroupsShown(place, groups[:EACH], 10**6, 10**9, page, page, HEARD),
        RecordsShown(place, group(1, "other", "x"), found, 10**6, page, page, HEARD),
    ):
        view = details_presenter().page(READER, shown)
        assert read(view["private_metadata"]) == place
        assert len(view["private_metadata"]) <= limits.VIEW_PRIVATE_METADATA_MAX_LENGTH
        assert len(view["blocks"]) <= 100
        assert not any("one message" in text["text"] for _, text in texts_of(view))
