"""The sandbox's Block Kit rules: what stands at a limit passes, what is one beyond is refused."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Literal

import pytest
from slackblocks import _limits as oracle
from slackblocks._surfaces import _BLOCK_TYPES_BY_SURFACE as SURFACES_OF_SLACKBLOCKS

from bot.sandbox.slack.blocks import check_blocks, check_view
from bot.sandbox.slack.limits import SURFACES
from tests.contract import slack_schemas

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def long(length: int) -> str:
    return "ä" * length


def url(length: int) -> str:
    return "https://a.example/".ljust(length, "x")


def button(action_id: str = "a", **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(number: int = 0, **more: object) -> Json:
    return {"text": plain("Option"), "value": str(number), **more}


def many(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def chooser(kind: str, **more: object) -> Json:
    return actions({"type": kind, "action_id": "a", **more})


def group(count: int, label: str = "Group") -> Json:
    return {"label": plain(label), "options": many(count)}


def confirm(**more: object) -> Json:
    dialog = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}
    return actions(button(confirm={**dialog, **more}))


def entry(element: Json | None = None, **more: object) -> Json:
    element = element or {"type": "plain_text_input", "action_id": "a"}
    return {"type": "input", "label": plain("Label"), "element": element, **more}


def section(**more: object) -> Json:
    return {"type": "section", **more}


def image(**more: object) -> Json:
    return {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "a", **more}


def rows(count: int, columns: int = 2) -> list[list[Json]]:
    return [[{"type": "raw_text", "text": "x"}] * columns for _ in range(count)]


def table(**more: object) -> Json:
    return {"type": "table", "rows": rows(2), **more}


def data_table(**more: object) -> Json:
    return {"type": "data_table", "caption": "Errors", "rows": rows(2), **more}


def chart(**more: object) -> Json:
    return {
        "type": "data_visualization",
        "title": "Errors",
        "chart": {"type": "pie", "segments": slices(2)},
        **more,
    }


def slices(count: int) -> list[Json]:
    return [{"label": str(number), "value": 1} for number in range(count)]


def bars(points: int = 2, series: int = 1, **axis: object) -> Json:
    names = [str(number) for number in range(points)]
    data = [{"label": name, "value": 1} for name in names]
    lines = [{"name": f"s{number}", "data": data} for number in range(series)]
    axes: Json = {"categories": names, **axis}
    return chart(chart={"type": "bar", "series": lines, "axis_config": axes})


def card(**more: object) -> Json:
    return {"type": "card", "title": mrkdwn("Card"), **more}


def video(**more: object) -> Json:
    required = {"alt_text": "a", "title": plain("Title"), "thumbnail_url": url(30), "video_url": url(30)}
    return {"type": "video", **required, **more}


# (what, the limit, a constant of slackblocks or None, one block whose size is n)
MESSAGE_LIMITS: list[tuple[str, int, str | None, Callable[[int], Json]]] = [
    ("section text", 3000, "SECTION_TEXT_MAX_LENGTH", lambda n: section(text=mrkdwn(long(n)))),
    ("section fields", 10, "SECTION_FIELDS_MAX_ITEMS", lambda n: section(fields=[plain("x")] * n)),
    ("field", 2000, "SECTION_FIELDS_ITEM_MAX_LENGTH", lambda n: section(fields=[mrkdwn(long(n))])),
    ("header", 150, "HEADER_TEXT_MAX_LENGTH", lambda n: {"type": "header", "text": plain(long(n))}),
    (
        "context elements",
        10,
        "CONTEXT_ELEMENTS_MAX_ITEMS",
        lambda n: {"type": "context", "elements": [plain("x")] * n},
    ),
    ("context text", 3000, "TEXT_MAX_LENGTH", lambda n: {"type": "context", "elements": [mrkdwn(long(n))]}),
    ("actions", 25, "ACTIONS_ELEMENTS_MAX_ITEMS", lambda n: actions(*(button(str(i)) for i in range(n)))),
    ("block_id", 255, "BLOCK_ID_MAX_LENGTH", lambda n: {"type": "divider", "block_id": long(n)}),
    ("action_id", 255, "ACTION_ID_MAX_LENGTH", lambda n: actions(button(long(n)))),
    ("button text", 75, "BUTTON_TEXT_MAX_LENGTH", lambda n: actions(button(text=plain(long(n))))),
    ("button value", 2000, "BUTTON_VALUE_MAX_LENGTH", lambda n: actions(button(value=long(n)))),
    ("button url", 3000, "BUTTON_URL_MAX_LENGTH", lambda n: actions(button(url=url(n)))),
    (
        "button label",
        75,
        "BUTTON_ACCESSIBILITY_LABEL_MAX_LENGTH",
        lambda n: actions(button(accessibility_label=long(n))),
    ),
    ("overflow", 5, "OVERFLOW_OPTIONS_MAX_ITEMS", lambda n: chooser("overflow", options=many(n))),
    ("select options", 100, "SELECT_OPTIONS_MAX_ITEMS", lambda n: chooser("static_select", options=many(n))),
    (
        "option groups",
        100,
        "SELECT_OPTION_GROUPS_MAX_ITEMS",
        lambda n: chooser("static_select", option_groups=[group(1)] * n),
    ),
    (
        "group options",
        100,
        "OPTION_GROUP_OPTIONS_MAX_ITEMS",
        lambda n: chooser("static_select", option_groups=[group(n)]),
    ),
    (
        "group label",
        75,
        "OPTION_GROUP_LABEL_MAX_LENGTH",
        lambda n: chooser("static_select", option_groups=[group(1, long(n))]),
    ),
    (
        "option text",
        75,
        "OPTION_TEXT_MAX_LENGTH",
        lambda n: chooser("overflow", options=[option(text=plain(long(n)))]),
    ),
    (
        "option value",
        150,
        "OPTION_VALUE_MAX_LENGTH",
        lambda n: chooser("overflow", options=[option(value=long(n))]),
    ),
    (
        "option description",
        75,
        "OPTION_DESCRIPTION_MAX_LENGTH",
        lambda n: chooser("overflow", options=[option(description=plain(long(n)))]),
    ),
    (
        "option url",
        3000,
        "OPTION_URL_MAX_LENGTH",
        lambda n: chooser("overflow", options=[option(url=url(n))]),
    ),
    ("checkboxes", 10, "CHECKBOXES_OPTIONS_MAX_ITEMS", lambda n: chooser("checkboxes", options=many(n))),
    (
        "radio buttons",
        10,
        "RADIO_BUTTONS_OPTIONS_MAX_ITEMS",
        lambda n: chooser("radio_buttons", options=many(n)),
    ),
    (
        "placeholder",
        150,
        "SELECT_PLACEHOLDER_MAX_LENGTH",
        lambda n: chooser("users_select", placeholder=plain(long(n))),
    ),
    ("confirm title", 100, "CONFIRMATION_TITLE_MAX_LENGTH", lambda n: confirm(title=plain(long(n)))),
    ("confirm text", 300, "CONFIRMATION_TEXT_MAX_LENGTH", lambda n: confirm(text=mrkdwn(long(n)))),
    ("confirm yes", 30, "CONFIRMATION_CONFIRM_MAX_LENGTH", lambda n: confirm(confirm=plain(long(n)))),
    ("confirm no", 30, "CONFIRMATION_DENY_MAX_LENGTH", lambda n: confirm(deny=plain(long(n)))),
    ("image url", 3000, "IMAGE_IMAGE_URL_MAX_LENGTH", lambda n: image(image_url=url(n))),
    ("image alt text", 2000, "IMAGE_ALT_TEXT_MAX_LENGTH", lambda n: image(alt_text=long(n))),
    ("image title", 2000, "IMAGE_TITLE_MAX_LENGTH", lambda n: image(title=plain(long(n)))),
    ("markdown", 12_000, "MARKDOWN_TEXT_MAX_LENGTH", lambda n: {"type": "markdown", "text": long(n)}),
    ("input label", 2000, "INPUT_LABEL_MAX_LENGTH", lambda n: entry(label=plain(long(n)))),
    ("input hint", 2000, "INPUT_HINT_MAX_LENGTH", lambda n: entry(hint=plain(long(n)))),
    (
        "input max_length",
        3000,
        "PLAIN_TEXT_INPUT_MAX_LENGTH_MAX",
        lambda n: entry({"type": "plain_text_input", "action_id": "a", "max_length": n}),
    ),
    ("table rows", 100, "TABLE_ROWS_MAX_ITEMS", lambda n: table(rows=rows(n))),
    ("table columns", 20, "TABLE_COLUMNS_MAX_ITEMS", lambda n: table(rows=rows(1, n))),
    (
        "column settings",
        20,
        "TABLE_COLUMN_SETTINGS_MAX_ITEMS",
        lambda n: table(column_settings=[{"align": "left"}] * n),
    ),
    # slackblocks says 201, Slack's page 101: the narrower one.
    ("data_table rows", 101, None, lambda n: data_table(rows=rows(n))),
    ("data_table columns", 20, "DATA_TABLE_COLUMNS_MAX_ITEMS", lambda n: data_table(rows=rows(2, n))),
    ("data_table page", 100, "DATA_TABLE_PAGE_SIZE_MAX", lambda n: data_table(page_size=n)),
    (
        "data_table text",
        20_000,
        "DATA_TABLE_CONTENT_MAX_LENGTH",
        lambda n: data_table(rows=[[{"type": "raw_text", "text": long(n - 1)}], [{"type": "raw_text", "text": "x"}]]),
    ),
    ("chart title", 50, "DATA_VISUALIZATION_TITLE_MAX_LENGTH", lambda n: chart(title=long(n))),
    (
        "pie segments",
        12,
        "DATA_VISUALIZATION_SEGMENTS_MAX_ITEMS",
        lambda n: chart(chart={"type": "pie", "segments": slices(n)}),
    ),
    ("chart series", 12, "DATA_VISUALIZATION_SERIES_MAX_ITEMS", lambda n: bars(series=n)),
    ("chart points", 20, "DATA_VISUALIZATION_DATA_MAX_ITEMS", lambda n: bars(points=n)),
    ("chart axis", 50, "DATA_VISUALIZATION_AXIS_LABEL_MAX_LENGTH", lambda n: bars(x_label=long(n))),
    ("card title", 150, "CARD_TITLE_MAX_LENGTH", lambda n: card(title=mrkdwn(long(n)))),
    ("card body", 200, "CARD_BODY_MAX_LENGTH", lambda n: card(body=mrkdwn(long(n)))),
    ("card actions", 3, "CARD_ACTIONS_MAX_ITEMS", lambda n: card(actions=[button(str(i)) for i in range(n)])),
    ("carousel", 10, "CAROUSEL_ELEMENTS_MAX_ITEMS", lambda n: {"type": "carousel", "elements": [card()] * n}),
    (
        "container",
        10,
        "CONTAINER_CHILD_BLOCKS_MAX_ITEMS",
        lambda n: {"type": "container", "child_blocks": [{"type": "divider"}] * n},
    ),
    (
        "container title",
        150,
        "CONTAINER_TITLE_MAX_LENGTH",
        lambda n: {"type": "container", "title": plain(long(n)), "child_blocks": [{"type": "divider"}]},
    ),
    (
        "context_actions",
        5,
        "CONTEXT_ACTIONS_ELEMENTS_MAX_ITEMS",
        lambda n: {
            "type": "context_actions",
            "elements": [
                {"type": "icon_button", "action_id": str(i), "icon": "trash", "text": plain("x")} for i in range(n)
            ],
        },
    ),
    ("video title", 200, "VIDEO_TITLE_MAX_LENGTH", lambda n: video(title=plain(long(n)))),
    ("video author", 50, "VIDEO_AUTHOR_NAME_MAX_LENGTH", lambda n: video(author_name=long(n))),
]


@pytest.mark.parametrize(("limit", "constant", "build"), [pytest.param(*row[1:], id=row[0]) for row in MESSAGE_LIMITS])
def test_a_block_may_reach_its_limit_and_not_pass_it(
    limit: int, constant: str | None, build: Callable[[int], Json]
) -> None:
    assert constant is None or getattr(oracle, constant) == limit
    assert check_blocks([build(limit)], "message") == []
    assert check_blocks([build(limit + 1)], "message") != []


@pytest.mark.parametrize(
    ("surface", "limit"),
    [("message", oracle.MESSAGE_BLOCKS_MAX_ITEMS), ("modal", oracle.VIEW_BLOCKS_MAX_ITEMS), ("home", 100)],
)
def test_blocks_are_counted(surface: str, limit: int) -> None:
    assert check_blocks([{"type": "divider"}] * limit, surface) == []
    assert check_blocks([{"type": "divider"}] * (limit + 1), surface) == [
        f"[ERROR] no more than {limit} items allowed [json-pointer:/blocks]"
    ]


VIEW_LIMITS: list[tuple[str, int, str, Callable[[int], Json]]] = [
    ("title", 24, "VIEW_TITLE_MAX_LENGTH", lambda n: {"title": plain(long(n))}),
    ("submit", 24, "VIEW_SUBMIT_MAX_LENGTH", lambda n: {"submit": plain(long(n))}),
    ("close", 24, "VIEW_CLOSE_MAX_LENGTH", lambda n: {"close": plain(long(n))}),
    ("private_metadata", 3000, "VIEW_PRIVATE_METADATA_MAX_LENGTH", lambda n: {"private_metadata": long(n)}),
    ("callback_id", 255, "VIEW_CALLBACK_ID_MAX_LENGTH", lambda n: {"callback_id": long(n)}),
    ("external_id", 255, "VIEW_EXTERNAL_ID_MAX_LENGTH", lambda n: {"external_id": long(n)}),
    ("blocks", 100, "VIEW_BLOCKS_MAX_ITEMS", lambda n: {"blocks": [{"type": "divider"}] * n}),
    (
        "alert",
        200,
        "ALERT_TEXT_MAX_LENGTH",
        lambda n: {"blocks": [{"type": "alert", "text": plain(long(n))}]},
    ),
    (
        "max_files",
        10,
        "FILE_INPUT_MAX_FILES_MAX",
        lambda n: {
            "submit": plain("Go"),
            "blocks": [entry({"type": "file_input", "action_id": "a", "max_files": n})],
        },
    ),
]


@pytest.mark.parametrize(("limit", "constant", "build"), [pytest.param(*row[1:], id=row[0]) for row in VIEW_LIMITS])
def test_a_view_may_reach_its_limit_and_not_pass_it(limit: int, constant: str, build: Callable[[int], Json]) -> None:
    assert getattr(oracle, constant) == limit
    view = {"type": "modal", "title": plain("Title"), "blocks": []}
    assert check_view({**view, **build(limit)}) == []
    assert check_view({**view, **build(limit + 1)}) != []


REFUSED: list[tuple[str, Json | list[Json], str, str]] = [
    ("empty text", section(text=mrkdwn("")), "must be more than 0 characters", "/blocks/0/text/text"),
    (
        "mrkdwn in a header",
        {"type": "header", "text": mrkdwn("x")},
        "must be one of plain_text",
        "/blocks/0/text/type",
    ),
    ("mrkdwn on a button", actions(button(text=mrkdwn("x"))), "must be one of plain_text", "/0/text/type"),
    ("section without content", section(), "must provide one of text, fields", "/blocks/0"),
    ("unknown block", {"type": "banner"}, "unsupported type: banner", "/blocks/0/type"),
    ("unknown element", actions({"type": "slider"}), "unsupported type: slider", "/blocks/0/elements/0/type"),
    ("an input in actions", actions(entry()["element"]), "unsupported type", "/blocks/0/elements/0/type"),
    (
        "unknown key",
        section(text=plain("x"), colour="red"),
        "invalid additional property: colour",
        "/blocks/0",
    ),
    ("unknown key of a text", section(text=plain("x") | {"verbatim": True}), "verbatim", "/blocks/0/text"),
    ("not an object", ["text"], "must provide an object", "/blocks/0"),  # type: ignore[list-item]  # on purpose
    ("text as a string", section(text="x"), "must provide an object", "/blocks/0/text"),
    ("no actions", actions(), "no less than 1 items", "/blocks/0/elements"),
    ("no overflow options", chooser("overflow", options=[]), "no less than 1 items", "/options"),
    (
        "options and groups",
        chooser("static_select", options=many(1), option_groups=[group(1)]),
        "exactly one",
        "/0",
    ),
    (
        "option without value",
        chooser("overflow", options=[{"text": plain("x")}]),
        "missing required field: value",
        "/0",
    ),
    (
        "image without alt text",
        {"type": "image", "image_url": url(30)},
        "missing required field: alt_text",
        "/blocks/0",
    ),
    (
        "image without a source",
        {"type": "image", "alt_text": "x"},
        "exactly one of image_url, slack_file",
        "/blocks/0",
    ),
    ("script as a link", actions(button(url="javascript:alert(1)")), "must be a valid URL", "/url"),
    ("wrong style", actions(button(style="green")), "must be one of primary, danger", "/style"),
    (
        "foreign initial option",
        chooser("static_select", options=many(2), initial_option=option(7)),
        "among the options",
        "/blocks/0",
    ),
    ("same action_id", actions(button(), button()), "`action_id` already exists: a", "/blocks/0"),
    (
        "same block_id",
        [{"type": "divider", "block_id": "b"}, {"type": "divider", "block_id": "b"}],
        "`block_id` already exists: b",
        "/blocks/1/block_id",
    ),
    ("two tables", [table(), table()], "only_one_table_allowed", "/blocks/1"),
    ("table and data_table", [table(), data_table()], "only_one_table_allowed", "/blocks/1"),
    ("ragged rows", table(rows=[*rows(1, 2), *rows(1, 3)]), "equal length", "/blocks/0/rows"),
    (
        "empty cell",
        table(rows=[[{"type": "raw_text", "text": ""}]]),
        "more than 0",
        "/blocks/0/rows/0/0/text",
    ),
    ("number without text", table(rows=[[{"type": "raw_number", "value": 1}]]), "field: text", "/rows/0/0"),
    ("data_table of one row", data_table(rows=rows(1)), "no less than 2 items", "/rows"),
    (
        "markdown in all",
        [{"type": "markdown", "text": long(6001)}, {"type": "markdown", "text": long(6000)}],
        "less than 12001 characters in all",
        "/blocks/1",
    ),
    ("three charts", [chart(), chart(), chart()], "no more than 2 charts", "/blocks/2"),
    (
        "an empty slice",
        chart(chart={"type": "pie", "segments": [{"label": "x", "value": 0}]}),
        "between",
        "/value",
    ),
    (
        "file_input outside a modal",
        entry({"type": "file_input", "action_id": "a"}),
        "modals only",
        "/blocks/0/element",
    ),
    (
        "a file block",
        {"type": "file", "external_id": "x", "source": "remote"},
        "unsupported type: file",
        "/type",
    ),
    (
        "a waiting task on its own",
        {"type": "task_card", "task_id": "1", "title": "x", "status": "pending"},
        "must be one of",
        "/blocks/0/status",
    ),
]


@pytest.mark.parametrize(("blocks", "words", "place"), [pytest.param(*row[1:], id=row[0]) for row in REFUSED])
def test_a_fault_is_named_with_its_place(blocks: Json | list[Json], words: str, place: str) -> None:
    found = check_blocks(blocks if isinstance(blocks, list) else [blocks], "message")
    assert any(words in line and f"{place}]" in line for line in found), found


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
def test_no_surface_takes_more_than_slackblocks_knows(surface: Literal["message", "modal", "home"]) -> None:
    # They disagree on charts and containers of a Home tab; the sandbox is the stricter.
    assert SURFACES[surface] <= SURFACES_OF_SLACKBLOCKS[surface]
    assert SURFACES_OF_SLACKBLOCKS[surface] - SURFACES[surface] <= {"file", "container", "data_visualization"}


@pytest.mark.parametrize(
    ("surface", "block"),
    [
        ("modal", table()),
        ("modal", {"type": "markdown", "text": "x"}),
        ("home", {"type": "markdown", "text": "x"}),
        ("home", chart()),
        ("message", {"type": "alert", "text": plain("x")}),
    ],
)
def test_a_block_on_the_wrong_surface_is_refused(surface: str, block: Json) -> None:
    assert check_blocks([block], surface) == [
        f"[ERROR] unsupported type: {block['type']} [json-pointer:/blocks/0/type]"
    ]


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    view = {"type": "modal", "title": plain("Title"), "blocks": [entry()]}
    assert check_view(view) == ["[ERROR] missing required field: submit [json-pointer:/view]"]
    assert check_view({**view, "submit": plain("Save")}) == []


@pytest.mark.parametrize(
    "view",
    [
        {"type": "modal", "blocks": []},
        {"type": "modal", "title": plain("x")},
        {"type": "modal", "title": mrkdwn("x"), "blocks": []},
        {"type": "home", "title": plain("x"), "blocks": []},
        {"type": "workflow_step", "blocks": []},
    ],
)
def test_a_misshapen_view_is_refused(view: Json) -> None:
    assert check_view(view) != []


def test_checking_changes_nothing() -> None:
    blocks = [section(text=plain("x"), accessory=button()), table()]
    before = copy.deepcopy(blocks)
    check_blocks(blocks, "message")
    assert blocks == before


@slack_schemas.needed
@pytest.mark.parametrize("build", [pytest.param(row[3], id=row[0]) for row in MESSAGE_LIMITS])
def test_slacks_own_types_agree_with_what_passes(build: Callable[[int], Json]) -> None:
    block = build(2)
    assert check_blocks([block], "message") == []
    # @slack/types does not know charts yet.
    agree = not slack_schemas.faults_of_message({"text": "x", "blocks": [block]})
    assert agree is (block["type"] != "data_visualization")
