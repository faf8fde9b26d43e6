"""What the bot says, written down for people: one file a message and language, beside this one.

A change of words or layout shows in a review as a change of these files. After such a change write them anew,
look at what `git diff tests/golden` shows, and keep it if it is what you meant:

    .venv/bin/python -m tests.golden
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.model.message import Message, View
from bot.model.resync import Outcome
from bot.model.sync import Card, Source
from bot.ports import ApiUsage
from tests.samples import LANGUAGES, LINKS, NOTHING, NOW, World, everything, group, item, record

FOLDER = Path(__file__).parent

BUSY = World(
    cards=[
        Card("picklists", 118_000, 100_000, 53),
        Card("duplicates", 30, 29, 0),
        Card("custom_code", 1, 1, 1),
    ],
    groups=[
        group(1, "salesforce_flow", 'The flow "Route Leads" failed.\nError ID: 860348741-26177', 1200),
        group(2, "salesforce_custom_field_validation_rule", "Discounts <above> 40 % need *approval* & a reason.", 12),
        group(3, "salesforce_flow", "", 1, "never"),
    ],
    records=[
        record(1, "Ada Byron", salesforce_id="0037Q000001AAAAQA4"),
        record(2, "<!channel> & Söhne"),
        record(3, ""),
    ],
    items=[
        *(item(n, Outcome.RESOLVED, name) for n, name in enumerate(("Ada Byron", "Grace Hopper", "Emmy Noether"))),
        item(4, Outcome.SYNCHRONISED, "Alan Turing"),
        item(5, Outcome.STILL_FAILING, "Konrad Zuse", "Required fields are missing: [LastName]"),
        item(6, Outcome.STILL_FAILING, "Ida Rhodes", "Required fields are missing: [LastName]"),
        item(7, Outcome.STILL_FAILING, "", "FIELD_CUSTOM_VALIDATION_EXCEPTION: <no> *discount* & co."),
        item(8, Outcome.NOT_PICKED_UP, "Joan Clarke"),
        item(9, Outcome.TOUCHED, "Mary Jackson"),
        item(10, Outcome.WAITING, "Katherine Johnson"),
    ],
    usage=ApiUsage(37_841, 100_000, NOW - timedelta(minutes=7)),
    allocated=50_000,
    heard={Source.HUBSPOT_EXPORT: NOW - timedelta(hours=1), Source.PUSH: NOW - timedelta(minutes=2)},
    search="acme & sons",
    left_out=3,
    others=65,
    missed=2,
    links=LINKS,
)


WITH_DATA = (
    "overview", "groups of a category", "details of a category", "details of a group", "details without records",
    "ignore a group", "ignore a record", "view", "view refused", "details of a group, middle page, ignored",
    "resync asked for",
    "resync half done", "resync waiting for its proof", "resync finished", "resync moved", "digest", "digest paused",
    "usage", "help for viewer", "help with nearest", "mistake", "notice in a modal", "refusal in a modal",
)  # fmt: skip
WITHOUT = ("overview", "groups of a category", "details, first page, open", "digest", "usage")

_DATE = re.compile(r"<!date\^\d+\^[^|]+\|([^>]+)>")


def golden() -> Iterator[tuple[Path, str]]:
    """Yield each file and what it should hold."""
    for language in LANGUAGES:
        for world, prefix, names in ((BUSY, "", WITH_DATA), (NOTHING, "nothing ", WITHOUT)):
            messages = dict(everything(world, language))
            for name in names:
                file = f"{prefix}{name}.txt".replace(" ", "_").replace(",", "")
                yield FOLDER / language / file, written(messages[name])


def written(said: Message | View) -> str:
    """Write a message as a person would read it off the screen, with what is behind the buttons."""
    lines = list(_head(said))
    for block in said.blocks if isinstance(said, Message) else said["blocks"]:
        lines += _block(block)
    return _DATE.sub(r"⏱ \1", "\n".join(line.rstrip() for line in lines)) + "\n"


def _head(said: Message | View) -> Iterator[str]:
    if isinstance(said, Message):
        yield f"spoken: {said.text}"
    else:
        ends = "".join(f"  [{said[end]['text']}]" for end in ("close", "submit") if end in said)
        yield f"modal {said['callback_id']}: {said['title']['text']}{ends}"
        if "private_metadata" in said:
            yield f"    remembers: {said['private_metadata']}"
    yield ""


def _block(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "header":
            yield f"# {block['text']['text']}"
        case "divider":
            yield "-" * 40
        case "context":
            yield "    " + "  ".join(_text(element) for element in block["elements"]).replace("\n", "\n    ")
        case "actions":
            for element in block["elements"]:
                yield from _element(element)
        case "input":
            yield f"{block['label']['text']}:"
            yield from _element(block["element"])
            if "hint" in block:
                yield f"    {block['hint']['text']}"
        case _:
            yield _text(block["text"])
            if "accessory" in block:
                yield from _element(block["accessory"])


def _element(element: dict[str, Any]) -> Iterator[str]:
    match element["type"]:
        case "button":
            yield f"[{element['text']['text']}] {element['accessibility_label']}"
            yield f"    sends: {element['action_id']} {element['value']}"
            if "confirm" in element:
                words = {part: text["text"] for part, text in element["confirm"].items()}
                yield "    asks: {title} {text} [{deny}] [{confirm}]".format(**words)
        case "static_select" | "overflow":
            chosen = element.get("initial_option", {}).get("value")
            options = [f"{'*' * (one['value'] == chosen)}{one['text']['text']}" for one in element["options"]]
            yield f"{{{' | '.join(options)}}}"
            yield f"    sends: {element['action_id']} {', '.join(one['value'] for one in element['options'])}"
        case _:
            yield f"[{element.get('initial_value') or element.get('placeholder', {}).get('text', '')}___]"
            yield f"    sends: {element['action_id']}"


def _text(text: dict[str, Any]) -> str:
    """Mark what is shown letter by letter; the rest may hold Slack's marks."""
    words: str = text["text"]
    return f"‹{words}›" if text["type"] == "plain_text" else words
