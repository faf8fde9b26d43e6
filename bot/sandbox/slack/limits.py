"""What Slack accepts in Block Kit, as tables: blocks, surfaces and views (elements: `elements`).

The numbers are those of Slack's reference pages, blocks.json and `slackblocks`. Where these disagree
(rows of a data_table, alert and container on other surfaces) the narrower one is taken: what passes here
passes everywhere.
"""

from __future__ import annotations

from bot.sandbox.slack.elements import (
    ACCESSORIES,
    ACTIONS,
    ID,
    IMAGE_URL,
    INPUTS,
    SLACK_FILE,
    TYPES,
    UNBOUNDED,
    block,
    define,
    typed,
)
from bot.sandbox.slack.rules import WEB, Choice, Flag, Many, Number, Rule, Shape, Str, Text, Typed, plain

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
MARKDOWN_TOTAL = 12_000
MESSAGE_TEXT = 11_300
"""Characters of all `text` in the blocks of one message, before `msg_blocks_too_long`. Slack publishes no number. Of
the measured messages one of 9,597 was taken and one of 11,341 refused (their JSON: 15,561 and 17,694; bolt-js #2867),
and with markdown alone 13,297 passed (#2509), so that part of the room goes to the blocks themselves.
"""
CHARTS_PER_MESSAGE = 2
DATA_TABLE_TOTAL = 20_000

define("plain_text", {"text": Str(3000), "emoji": Flag()}, needs=("text",))
define("mrkdwn", {"text": Str(3000), "verbatim": Flag()}, needs=("text",))
PICTURE: dict[str, Rule] = {"image_url": IMAGE_URL, "slack_file": SLACK_FILE, "alt_text": Str(2000)}
# One name, two things: as an element an image has neither block_id nor title.
block("image", {**PICTURE, "title": plain(2000)}, needs=("alt_text",), one_of=("image_url", "slack_file"))
IMAGE_ELEMENT = Shape({"type": Choice(("image",)), **PICTURE}, needs=("alt_text",), one_of=("image_url", "slack_file"))
ELEMENT_TYPES = {**TYPES, "image": IMAGE_ELEMENT}

block("header", {"text": plain(150)}, needs=("text",))
block("divider", {})
block(
    "section",
    {
        "text": Text(3000),
        "fields": Many(Text(2000), 10),
        "accessory": Typed(ELEMENT_TYPES, ACCESSORIES),
        "expand": Flag(),
    },
    any_of=("text", "fields"),
)
block(
    "context",
    {"elements": Many(Typed(ELEMENT_TYPES, ("image", "plain_text", "mrkdwn")), 10)},
    needs=("elements",),
)
block("actions", {"elements": Many(Typed(ELEMENT_TYPES, ACTIONS), 25)}, needs=("elements",))
block(
    "context_actions",
    {"elements": Many(typed("feedback_buttons", "icon_button"), 5)},
    needs=("elements",),
)
block(
    "input",
    {
        "label": plain(2000),
        "element": typed(*INPUTS),
        "hint": plain(2000),
        "optional": Flag(),
        "dispatch_action": Flag(),
    },
    needs=("label", "element"),
)
block("markdown", {"text": Str(MARKDOWN_TOTAL)}, needs=("text",))
block(
    "video",
    {
        "alt_text": Str(2000),
        "title": plain(200),
        "title_url": Str(2000, starts=("https://",)),
        "thumbnail_url": IMAGE_URL,
        "video_url": Str(3000, starts=("https://",)),
        "description": plain(200),
        "author_name": Str(50),
        "provider_name": Str(50),
        "provider_icon_url": Str(2000, starts=WEB),
    },
    needs=("alt_text", "title", "thumbnail_url", "video_url"),
)
block(
    "alert",
    {"text": Text(200), "level": Choice(("default", "info", "warning", "error", "success"))},
    needs=("text",),
)
MARKED = ("mrkdwn",)
block(
    "card",
    {
        "title": Text(150, MARKED),
        "subtitle": Text(150, MARKED),
        "body": Text(200, MARKED),
        "subtext": Text(200, MARKED),
        "icon": IMAGE_ELEMENT,
        "hero_image": IMAGE_ELEMENT,
        "actions": Many(typed("button"), 3),
    },
    any_of=("title", "subtitle", "body", "hero_image", "actions"),
)
block("carousel", {"elements": Many(typed("card"), 10)}, needs=("elements",))

define("raw_text", {"text": Str(UNBOUNDED)}, needs=("text",))
define("raw_number", {"text": Str(UNBOUNDED), "value": Number(whole=False)}, needs=("text", "value"))
CELLS = typed("raw_text", "raw_number", "rich_text")
COLUMN = Shape({"align": Choice(("left", "center", "right")), "is_wrapped": Flag()})
block(
    "table",
    {"rows": Many(Many(CELLS, 20), 100), "column_settings": Many(COLUMN, 20, 0, nulls=True)},
    needs=("rows",),
)
block(
    "data_table",
    {
        "caption": Str(UNBOUNDED),
        "rows": Many(Many(CELLS, 20), 101, 2),
        "page_size": Number(1, 100),
        "row_header_column_index": Number(0),
    },
    needs=("caption", "rows"),
)
POINT = Shape({"label": Str(20), "value": Number(whole=False)}, needs=("label", "value"))
SERIES = Shape({"name": Str(20), "data": Many(POINT, 20)}, needs=("name", "data"))
AXES = Shape({"categories": Many(Str(20), 20), "x_label": Str(50), "y_label": Str(50)}, needs=("categories",))
SEGMENT = Shape({"label": Str(20), "value": Number(5e-324, whole=False)}, needs=("label", "value"))
CHARTS: dict[str, Shape] = {
    "pie": Shape({"type": Choice(("pie",)), "segments": Many(SEGMENT, 12)}, needs=("segments",))
}
for _name in ("bar", "line", "area"):
    CHARTS[_name] = Shape(
        {"type": Choice((_name,)), "series": Many(SERIES, 12), "axis_config": AXES},
        needs=("series", "axis_config"),
    )
block(
    "data_visualization",
    {"title": Str(50), "chart": Typed(CHARTS, tuple(CHARTS))},
    needs=("title", "chart"),
)
define("url", {"url": Str(3000), "text": Str(UNBOUNDED)}, needs=("url", "text"))
TASK: dict[str, Rule] = {
    "task_id": Str(UNBOUNDED),
    "title": Str(UNBOUNDED),
    "details": typed("rich_text"),
    "output": typed("rich_text"),
    "sources": Many(typed("url"), UNBOUNDED, 0),
}
NEEDS_TASK = ("task_id", "title", "status")
block("task_card", {**TASK, "status": Choice(("in_progress", "complete", "error"))}, needs=NEEDS_TASK)
# Only within a plan may a task wait, and there Slack asks for no type.
PLANNED = {**TASK, "type": Choice(("task_card",)), "block_id": ID}
PLAN_TASK = Shape({**PLANNED, "status": Choice(("pending", "in_progress", "complete", "error"))}, needs=NEEDS_TASK)
block("plan", {"title": Str(UNBOUNDED), "tasks": Many(PLAN_TASK, 50, 0)}, needs=("title",))
CHILDREN = (
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
block(
    "container",
    {
        "child_blocks": Many(typed(*CHILDREN), 10),
        "title": plain(150),
        "rich_text_title": typed("rich_text"),
        "subtitle": Text(150),
        "icon": IMAGE_ELEMENT,
        "width": Choice(("narrow", "standard", "wide", "full")),
        "is_collapsible": Flag(),
        "default_collapsed": Flag(),
        "has_header_divider": Flag(),
    },
    needs=("child_blocks",),
)

EVERYWHERE = frozenset({"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"})
# https://docs.slack.dev/blocks.json; `file` is missing because apps cannot send it.
SURFACES: dict[str, frozenset[str]] = {
    "message": EVERYWHERE
    | {"table", "data_table", "data_visualization", "markdown", "context_actions"}
    | {"plan", "task_card", "container", "carousel", "card"},
    "modal": EVERYWHERE | {"card", "alert"},
    "home": EVERYWHERE | {"table", "data_table", "carousel", "card"},
}
META: dict[str, Rule] = {
    "private_metadata": Str(3000, 0),
    "callback_id": Str(255, 0),
    "external_id": Str(255, 0),
    "blocks": Many(Shape({}), UNBOUNDED, 0),  # replaced by check_view: the surface decides
}
MODAL: dict[str, Rule] = {
    **META,
    "type": Choice(("modal",)),
    "title": plain(24),
    "submit": plain(24),
    "close": plain(24),
    "clear_on_close": Flag(),
    "notify_on_close": Flag(),
    "submit_disabled": Flag(),
}
HOME: dict[str, Rule] = {**META, "type": Choice(("home",))}
