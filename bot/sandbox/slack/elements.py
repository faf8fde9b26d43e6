"""What Slack accepts inside a block, as tables: text, options, interactive elements, rich text.

`TYPES` grows while this module and `limits` are read from top to bottom: afterwards it holds every
"type" Block Kit knows.
"""

from __future__ import annotations

from bot.sandbox.slack.rules import WEB, Choice, Flag, Many, Number, Rule, Shape, Str, Text, Typed, plain

UNBOUNDED = 10**9  # Slack documents no limit

ID = Str(255)
PLACEHOLDER = plain(150)
STYLE = Choice(("primary", "danger"))
URL = Str(3000, starts=(*WEB, "mailto:", "slack://"))
IMAGE_URL = Str(3000, starts=WEB)

CONFIRM = Shape(
    {"title": plain(100), "text": Text(300), "confirm": plain(30), "deny": plain(30), "style": STYLE},
    needs=("text",),  # Slack has defaults for the rest
)
TYPES: dict[str, Shape] = {}  # every "type" Block Kit knows; filled below


def typed(*names: str) -> Typed:
    """Return the rule of an object that has one of these types."""
    return Typed(TYPES, names)


def option(text: Rule, **more: Rule) -> Shape:
    """Return the shape of an option object."""
    fields = {"text": text, "value": Str(150), "description": plain(75), **more}
    return Shape(fields, needs=("text", "value"))


OPTION = option(plain(75))
MARKED_OPTION = option(Text(75))
OPTION_GROUP = Shape({"label": plain(75), "options": Many(OPTION, 100)}, needs=("label", "options"))
SLACK_FILE = Shape({"id": Str(255), "url": Str(3000)}, one_of=("id", "url"))
FILTER = Shape(
    {
        "include": Many(Choice(("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    any_of=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
DISPATCH = Shape(
    {"trigger_actions_on": Many(Choice(("on_enter_pressed", "on_character_entered")), 2)},
    needs=("trigger_actions_on",),
)


def define(name: str, fields: dict[str, Rule], **rules: tuple[str, ...]) -> None:
    """Enter a type into `TYPES`."""
    TYPES[name] = Shape({"type": Choice((name,)), **fields}, **rules)


def element(name: str, fields: dict[str, Rule], **rules: tuple[str, ...]) -> None:
    """Enter an element: something with an action_id."""
    define(name, {"action_id": ID, **fields}, **rules)


def block(name: str, fields: dict[str, Rule], **rules: tuple[str, ...]) -> None:
    """Enter a block: something with a block_id."""
    define(name, {"block_id": ID, **fields}, **rules)


ASKS: dict[str, Rule] = {"confirm": CONFIRM}
FOCUS: dict[str, Rule] = {"focus_on_load": Flag()}
BUTTON: dict[str, Rule] = {"text": plain(75), "accessibility_label": Str(75)}

element("button", {**BUTTON, **ASKS, "value": Str(2000, 0), "url": URL, "style": STYLE}, needs=("text",))
element(
    "workflow_button",
    {**BUTTON, **ASKS, "style": STYLE, "workflow": Shape({"trigger": Shape({"url": URL}, needs=("url",))})},
    needs=("text", "workflow"),
)
FEEDBACK = Shape({**BUTTON, "value": Str(2000, 0)}, needs=("text", "value"))
element(
    "feedback_buttons",
    {"positive_button": FEEDBACK, "negative_button": FEEDBACK},
    needs=("positive_button", "negative_button"),
)
element(
    "icon_button",
    {**BUTTON, **ASKS, "icon": Str(255), "value": Str(2000, 0), "visible_to_user_ids": Many(Str(20), 10)},
    needs=("icon", "text"),
)
element("overflow", {**ASKS, "options": Many(option(plain(75), url=URL), 5)}, needs=("options",))
element(
    "checkboxes",
    {**ASKS, **FOCUS, "options": Many(MARKED_OPTION, 10), "initial_options": Many(MARKED_OPTION, 10)},
    needs=("options",),
)
element(
    "radio_buttons",
    {**ASKS, **FOCUS, "options": Many(MARKED_OPTION, 10), "initial_option": MARKED_OPTION},
    needs=("options",),
)

SELECT: dict[str, Rule] = {**ASKS, **FOCUS, "placeholder": PLACEHOLDER}
SEVERAL: dict[str, Rule] = {**SELECT, "max_selected_items": Number(1)}
CHOICES: dict[str, Rule] = {"options": Many(OPTION, 100), "option_groups": Many(OPTION_GROUP, 100)}
IDS = Many(Str(20), 100, 0)
EITHER = {"one_of": ("options", "option_groups")}
OPENS: dict[str, Rule] = {"response_url_enabled": Flag()}
CONVERSATIONS: dict[str, Rule] = {"filter": FILTER, "default_to_current_conversation": Flag()}

element("static_select", {**SELECT, **CHOICES, "initial_option": OPTION}, **EITHER)
element("external_select", {**SELECT, "initial_option": OPTION, "min_query_length": Number(0)})
element("users_select", {**SELECT, "initial_user": Str(20)})
element("channels_select", {**SELECT, **OPENS, "initial_channel": Str(20)})
element("conversations_select", {**SELECT, **OPENS, **CONVERSATIONS, "initial_conversation": Str(20)})
element("multi_static_select", {**SEVERAL, **CHOICES, "initial_options": Many(OPTION, 100)}, **EITHER)
element(
    "multi_external_select",
    {**SEVERAL, "initial_options": Many(OPTION, 100), "min_query_length": Number(0)},
)
element("multi_users_select", {**SEVERAL, "initial_users": IDS})
element("multi_channels_select", {**SEVERAL, "initial_channels": IDS})
element("multi_conversations_select", {**SEVERAL, **CONVERSATIONS, "initial_conversations": IDS})

element("datepicker", {**SELECT, "initial_date": Str(10, 10)})
element("timepicker", {**SELECT, "initial_time": Str(5, 5), "timezone": Str(100)})
element("datetimepicker", {**ASKS, **FOCUS, "initial_date_time": Number(10**9, 10**10 - 1)})

INPUT: dict[str, Rule] = {**FOCUS, "placeholder": PLACEHOLDER, "dispatch_action_config": DISPATCH}
TYPED: dict[str, Rule] = {**INPUT, "initial_value": Str(3000, 0)}
LENGTHS: dict[str, Rule] = {"min_length": Number(0, 3000), "max_length": Number(1, 3000)}
RANGE: dict[str, Rule] = {"is_decimal_allowed": Flag(), "min_value": Str(30), "max_value": Str(30)}

element("plain_text_input", {**TYPED, **LENGTHS, "multiline": Flag()})
element("email_text_input", TYPED)
element("url_text_input", TYPED)
element("number_input", {**TYPED, **RANGE}, needs=("is_decimal_allowed",))
element("file_input", {"filetypes": Many(Str(20), 100), "max_files": Number(1, 10)})
element(
    "rich_text_input",
    {
        **INPUT,
        "initial_value": typed("rich_text"),
        "min_lines": Number(1, 100),
        "max_lines": Number(1, 100),
    },
)

SINGLE = ("static_select", "external_select", "users_select", "channels_select", "conversations_select")
MULTI = tuple(f"multi_{name}" for name in SINGLE)
PICKERS = ("datepicker", "timepicker", "datetimepicker")
TICKS = ("checkboxes", "radio_buttons")
BUTTONS = ("button", "workflow_button")
ENTRIES = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")

ACTIONS = (*BUTTONS, *TICKS, *PICKERS, *SINGLE, *MULTI, "overflow", "rich_text_input")
ACCESSORIES = (*BUTTONS, *TICKS, *SINGLE, *MULTI, "datepicker", "timepicker", "overflow", "image")
INPUTS = (*TICKS, *PICKERS, *SINGLE, *MULTI, *ENTRIES, "file_input")

STYLES = Shape({name: Flag() for name in ("bold", "italic", "strike", "code", "underline")})
RICH_PARTS: dict[str, dict[str, Rule]] = {
    "text": {"text": Str(UNBOUNDED)},
    "link": {"url": Str(3000)},
    "emoji": {"name": Str(255)},
    "user": {"user_id": Str(20)},
    "channel": {"channel_id": Str(20)},
    "usergroup": {"usergroup_id": Str(20)},
    "team": {"team_id": Str(20)},
    "broadcast": {"range": Choice(("here", "channel", "everyone"))},
    "color": {"value": Str(20)},
    "date": {"timestamp": Number(0), "format": Str(3000)},
}
RICH_OPTIONAL: dict[str, dict[str, Rule]] = {
    "link": {"text": Str(UNBOUNDED), "unsafe": Flag()},
    "emoji": {"unicode": Str(255), "url": Str(3000)},
    "date": {"url": Str(3000), "fallback": Str(3000)},
}
for _name, _fields in RICH_PARTS.items():
    define(_name, {**_fields, **RICH_OPTIONAL.get(_name, {}), "style": STYLES}, needs=tuple(_fields))

RICH_TEXT = Many(typed(*RICH_PARTS), UNBOUNDED, 0)
BORDER: dict[str, Rule] = {"border": Number(0, 1)}
define("rich_text_section", {"elements": RICH_TEXT}, needs=("elements",))
define("rich_text_quote", {"elements": RICH_TEXT, **BORDER}, needs=("elements",))
define(
    "rich_text_preformatted",
    {"elements": Many(typed("text", "link"), UNBOUNDED, 0), **BORDER},
    needs=("elements",),
)
define(
    "rich_text_list",
    {
        "elements": Many(typed("rich_text_section"), UNBOUNDED),
        "style": Choice(("bullet", "ordered")),
        "indent": Number(0, 8),
        "offset": Number(0),
        **BORDER,
    },
    needs=("elements", "style"),
)
block(
    "rich_text",
    {
        "elements": Many(
            typed("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"),
            UNBOUNDED,
        )
    },
    needs=("elements",),
)
