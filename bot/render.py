"""From a template to a message that Slack takes: translation, escaping and Slack's limits live here.

A template is a sequence of JSON documents: for a message first its text, then its blocks; for a view first the
view without its blocks, then those. In it every value is escaped once, for JSON and for Slack; `t` and `tn`
translate, and their values are escaped likewise. What a vendor wrote goes into plain text objects only: Slack's
own marks (*, _, ~, `) cannot be escaped.
"""

import gettext
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.model.message import Block, Message, View

TEMPLATES = Path(__file__).parent.parent / "templates"

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
TEXT, SECTION, HEADER, BUTTON, CONTEXT_ELEMENTS = 4000, 3000, 150, 75, 10
CONFIRM = {"title": 100, "text": 300, "confirm": 30, "deny": 30}
VIEW_TITLE, VALUE, ACTIONS = 24, 2000, 25
"""Slack's limits (docs.slack.dev, Block Kit reference); a text of more than 4,000 cannot be updated."""

MESSAGE_SIZE = 10_000
"""Characters in all blocks of a message. Slack publishes no limit, but answers `msg_blocks_too_long`: some people
met it at 11,300 characters, none below (slackapi/bolt-js #2509, #2867)."""

VIEW_SIZE = 240_000
"""Bytes of a view; beyond 250 kB Slack answers `view_too_large` (docs.slack.dev, views.open)."""

_TORN = re.compile(r"(?:&[a-z]{0,4}|<[^>]*)\Z")
_SHORTEST = 80
"""No text is cut shorter than this to make room for others."""


class Renderer:
    """Renders templates in English and German."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            # Only to make macros and translations safe values; what is escaped, and how, says `_escaped`.
            autoescape=True,
            finalize=_escaped,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["raw"] = _json_only
        self._environment.filters["address"] = _address
        self._catalogues = {"en": gettext.NullTranslations(), "de": _catalogue(folder / "locales" / "de")}

    def message(self, template: str, language: str, **values: Any) -> Message:  # noqa: ANN401 - any value
        """Render a message, cut to what Slack takes."""
        text, *blocks = self._documents(template, language, values)
        fitted = _fit(blocks, MESSAGE_BLOCKS, MESSAGE_SIZE, _characters, self._more(language))
        return Message(_cut(" ".join(text.split()), TEXT), fitted)

    def view(self, template: str, language: str, **values: Any) -> View:  # noqa: ANN401 - any value
        """Render a view, cut to what Slack takes."""
        view, *blocks = self._documents(template, language, values)
        for part in ("title", "submit", "close"):
            if part in view:
                view[part]["text"] = _cut(view[part]["text"], VIEW_TITLE)
        return {**view, "blocks": _fit(blocks, VIEW_BLOCKS, VIEW_SIZE, _bytes, self._more(language))}

    def text(self, language: str, text: str, **values: Any) -> str:  # noqa: ANN401 - any value
        """Translate one sentence, unescaped."""
        return self._catalogues[language].gettext(text) % values

    def count(self, language: str, one: str, many: str, count: int) -> str:
        """Translate one sentence about a number of things, unescaped."""
        number = format_decimal(count, locale=language)
        return self._catalogues[language].ngettext(one, many, count) % {"n": number}

    def safe(self, language: str, text: str, **values: Any) -> Markup:  # noqa: ANN401 - any value
        """Translate one sentence that may hold Slack's marks, for a template; its values are escaped."""
        return _marked_up(self._catalogues[language].gettext(text), values)

    def _documents(self, template: str, language: str, values: Mapping[str, Any]) -> list[Any]:
        rendered = self._environment.get_template(f"{template}.j2", globals=self._globals(language)).render(values)
        return list(_decode(rendered))

    def _globals(self, language: str) -> dict[str, Callable[..., Any]]:
        catalogue = self._catalogues[language]

        def t(text: str, **values: Any) -> Markup:  # noqa: ANN401 - any value
            return _marked_up(catalogue.gettext(text), values)

        def tn(one: str, many: str, count: int, **values: Any) -> Markup:  # noqa: ANN401 - any value
            return _marked_up(catalogue.ngettext(one, many, count), {"n": number(count), **values})

        def number(value: float) -> str:
            return str(format_decimal(value, locale=language))

        def when(moment: datetime, timezone: str = "UTC") -> Markup:
            local = moment.astimezone(ZoneInfo(timezone))
            fallback = format_datetime(local, "medium", locale=language)
            return Markup("<!date^%d^{date_short_pretty} {time}|%s>") % (int(moment.timestamp()), fallback)

        return {"t": t, "tn": tn, "number": number, "when": when}

    def _more(self, language: str) -> Callable[[int], Block]:
        def more(count: int) -> Block:
            text = self.count(
                language,
                "… and %(n)s more part, which does not fit in one message.",
                "… and %(n)s more parts, which do not fit in one message.",
                count,
            )
            return {"type": "context", "elements": [{"type": "plain_text", "text": text}]}

        return more


def slack_escaped(text: str) -> str:
    """Return text that Slack shows as it is: no mention, no link (docs.slack.dev, "Formatting message text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _escaped(value: Any) -> Any:  # noqa: ANN401 - Jinja's finalize
    return value if isinstance(value, Markup) else _json_only(slack_escaped(str(value)))


def _json_only(value: Any) -> Markup:  # noqa: ANN401 - any value
    """Escape for JSON alone: addresses, and values of buttons that come back to us."""
    return Markup(json.dumps(str(value), ensure_ascii=False)[1:-1])  # noqa: S704 - it is escaped here


def _address(value: str) -> Markup:
    """Escape an address for JSON and for the <address|text> it stands in."""
    return _json_only(slack_escaped(quote(value, safe="%/:=&?~#+!$,;'@()*[]")))


def _marked_up(text: str, values: Mapping[str, Any]) -> Markup:
    """Fill a translation, which may hold Slack's marks, with escaped values."""
    pattern = Markup(json.dumps(text, ensure_ascii=False)[1:-1])  # noqa: S704 - our own text
    return Markup(str(pattern) % {name: str(_escaped(value)) for name, value in values.items()})  # noqa: S704 - escaped here


def _decode(rendered: str) -> Iterator[Any]:
    decoder, at, end = json.JSONDecoder(), 0, len(rendered)
    while True:
        while at < end and rendered[at].isspace():
            at += 1
        if at == end:
            return
        document, at = decoder.raw_decode(rendered, at)
        yield document


def _catalogue(folder: Path) -> gettext.NullTranslations:
    """Compile the .po files of a language in memory."""
    translations: gettext.NullTranslations | None = None
    for file in sorted(folder.glob("*.po")):
        compiled = io.BytesIO()
        with file.open("rb") as source:
            write_mo(compiled, read_po(source))
        compiled.seek(0)
        catalogue = gettext.GNUTranslations(compiled)
        if translations:
            catalogue.add_fallback(translations)
        translations = catalogue
    return translations or gettext.NullTranslations()


def _fit(
    blocks: list[Block],
    most: int,
    room: int,
    size: Callable[[list[Block]], int],
    more: Callable[[int], Block],
) -> list[Block]:
    """Make blocks fit: cut what is too long, and say how much was cut; nothing is dropped in silence."""
    for block in blocks:
        _fit_block(block)
    if len(blocks) > most:
        blocks = [*blocks[: most - 1], more(len(blocks) - most + 1)]
    # Where all of it together is too much, the longest texts make room for the others.
    longest = SECTION
    while size(blocks) > room and longest > _SHORTEST:
        longest = longest * 3 // 4
        for block in blocks:
            for text in _texts(block):
                text["text"] = _cut(text["text"], longest)
    return blocks


def _texts(block: Block) -> list[dict[str, Any]]:
    """Return the text objects of a section or context, which may be as long as Slack allows any."""
    if block["type"] == "section":
        return [block["text"]]
    return list(block["elements"]) if block["type"] == "context" else []


def _fit_block(block: Block) -> None:
    if block["type"] == "header":
        block["text"]["text"] = _cut(block["text"]["text"], HEADER)
    for text in _texts(block):
        text["text"] = _cut(text["text"], SECTION)
    most = {"actions": ACTIONS, "context": CONTEXT_ELEMENTS}.get(block["type"], 0)
    if block.get("accessory", {}).get("type") == "button":
        _fit_button(block["accessory"])
    if len(block.get("elements", ())) > most:
        raise ValueError(f"more than {most} elements in a block of type {block['type']}")
    if block["type"] == "actions":
        for element in block["elements"]:
            if element["type"] == "button":
                _fit_button(element)


def _fit_button(button: dict[str, Any]) -> None:
    if len(button["value"]) > VALUE:
        # A part of it would mean something else.
        raise ValueError(f"the value of {button['action_id']} is longer than {VALUE}")
    button["text"]["text"] = _cut(button["text"]["text"], BUTTON)
    if "accessibility_label" in button:
        button["accessibility_label"] = _cut(button["accessibility_label"], BUTTON)
    for part, text in button.get("confirm", {}).items():
        text["text"] = _cut(text["text"], CONFIRM[part])


def _characters(blocks: list[Block]) -> int:
    """Return how much of a message there is to read, buttons included."""
    elements = (element for block in blocks if block["type"] == "actions" for element in block["elements"])
    buttons = (element["text"] for element in elements if element["type"] == "button")
    return sum(len(text["text"]) for text in (*buttons, *(text for block in blocks for text in _texts(block))))


def _bytes(blocks: list[Block]) -> int:
    return len(json.dumps(blocks))


def _cut(text: str, limit: int) -> str:
    if not text.strip():
        # Slack refuses an empty text; a record may well have no name.
        return "–"
    if len(text) <= limit:
        return text
    # An entity or a <link> that is cut in two would be shown as rubbish, or hide the rest.
    return _TORN.sub("", text[: limit - 1]) + "…"
