"""Whether Slack would take these blocks or this view.

`check_blocks` and `check_view` answer with one line for each fault, as in response_metadata.messages; an
empty list means accepted. `limits` says what a single block may be; the rules that concern several
blocks at once stand here.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.sandbox.slack.elements import TYPES
from bot.sandbox.slack.limits import (
    CHARTS_PER_MESSAGE,
    DATA_TABLE_TOTAL,
    HOME,
    MARKDOWN_TOTAL,
    MESSAGE_BLOCKS,
    MODAL,
    SURFACES,
    VIEW_BLOCKS,
)
from bot.sandbox.slack.rules import Many, Shape, Typed, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]
Place = tuple[str, Json]  # a JSON pointer and the block that stands there

# What a select starts with must be one of its options, or Slack refuses the block.
STARTS = {"initial_option", "initial_options"}


def check_blocks(blocks: object, surface: str, at: str = "/blocks") -> list[str]:
    """Return the faults of `blocks` on a surface: message, modal or home."""
    found: list[str] = []
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    Many(Typed(TYPES, SURFACES[surface]), most, 0).check(blocks, at, found)
    if found:
        return found  # the rules below may rely on the shape
    places = list(_blocks(blocks, at))
    for rule in RULES:
        found += rule(places, surface)
    return found


def check_view(view: Json, at: str = "/view") -> list[str]:
    """Return the faults of a modal or Home view."""
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        return [fault(f"unsupported type: {kind}", f"{at}/type")]
    found: list[str] = []
    modal = kind == "modal"
    rest = {key: value for key, value in view.items() if key != "blocks"}
    Shape(MODAL if modal else HOME, needs=("title",) if modal else ()).check(rest, at, found)
    if "blocks" not in view:
        return [*found, fault("missing required field: blocks", at)]
    found += check_blocks(view["blocks"], kind, f"{at}/blocks")
    if not found and modal and "submit" not in view and any(b["type"] == "input" for b in view["blocks"]):
        found.append(fault("missing required field: submit", at))
    return found


def _blocks(blocks: Any, at: str) -> Iterator[Place]:  # noqa: ANN401 - shapes are checked already
    """Yield every block, those inside containers and carousels included."""
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        yield here, block
        if block["type"] == "container":
            yield from _blocks(block["child_blocks"], f"{here}/child_blocks")
        if block["type"] == "carousel":
            yield from _blocks(block["elements"], f"{here}/elements")


def _elements(block: Json) -> list[Json]:
    if block["type"] in {"context", "rich_text", "carousel"}:
        return []
    several = [*block.get("elements", ()), *block.get("actions", ())]
    return several + [block[key] for key in ("accessory", "element") if key in block]


def _block_ids(places: list[Place], _surface: str) -> list[str]:
    seen = Counter(block["block_id"] for _, block in places if "block_id" in block)
    return [
        fault(f"`block_id` already exists: {block['block_id']}", f"{at}/block_id")
        for at, block in places
        if seen[block.get("block_id")] > 1
    ]


def _action_ids(places: list[Place], _surface: str) -> list[str]:
    found = []
    for at, block in places:
        seen = Counter(element["action_id"] for element in _elements(block) if "action_id" in element)
        found += [fault(f"`action_id` already exists: {name}", at) for name, n in seen.items() if n > 1]
    return found


def _initial_options(places: list[Place], _surface: str) -> list[str]:
    found = []
    for at, block in places:
        for element in _elements(block):
            groups = element.get("option_groups", ())
            options = [*element.get("options", ()), *(o for group in groups for o in group["options"])]
            for key in STARTS & element.keys():
                start = element[key] if isinstance(element[key], list) else [element[key]]
                if options and any(option not in options for option in start):
                    found.append(fault(f"`{key}` must be among the options", at))
    return found


def _tables(places: list[Place], surface: str) -> list[str]:
    found = []
    tables = [(at, block) for at, block in places if block["type"] in {"table", "data_table"}]
    if surface == "message" and len(tables) > 1:
        found.append(fault("only_one_table_allowed", tables[1][0]))
    for at, block in tables:
        rows = block["rows"]
        if len({len(row) for row in rows}) > 1:
            found.append(fault("rows must be of equal length", f"{at}/rows"))
        if block["type"] == "table":
            continue
        if any(cell["type"] == "rich_text" for cell in rows[0]):
            found.append(fault("header cells must be raw text", f"{at}/rows/0"))
        if block.get("row_header_column_index", 0) >= len(rows[0]):
            found.append(fault("no such column", f"{at}/row_header_column_index"))
        if sum(_length(cell) for row in rows for cell in row) > DATA_TABLE_TOTAL:
            found.append(fault(f"must be less than {DATA_TABLE_TOTAL + 1} characters", f"{at}/rows"))
    return found


def _length(cell: Json) -> int:
    return len(cell["text"]) if "text" in cell else len(json.dumps(cell["elements"], ensure_ascii=False))


def _markdown(places: list[Place], _surface: str) -> list[str]:
    marked = [(at, len(block["text"])) for at, block in places if block["type"] == "markdown"]
    if sum(length for _, length in marked) <= MARKDOWN_TOTAL:
        return []
    return [fault(f"markdown text must be less than {MARKDOWN_TOTAL + 1} characters in all", marked[-1][0])]


def _charts(places: list[Place], _surface: str) -> list[str]:
    charts = [(at, block["chart"]) for at, block in places if block["type"] == "data_visualization"]
    found = []
    if len(charts) > CHARTS_PER_MESSAGE:
        found.append(fault(f"no more than {CHARTS_PER_MESSAGE} charts allowed", charts[-1][0]))
    for at, chart in charts:
        series = chart.get("series", ())
        if len({entry["name"] for entry in series}) < len(series):
            found.append(fault("series names must differ", f"{at}/chart/series"))
        wanted = sorted(chart["axis_config"]["categories"]) if series else []
        if any(sorted(point["label"] for point in entry["data"]) != wanted for entry in series):
            found.append(fault("every series needs one point a category", f"{at}/chart/series"))
    return found


def _inputs(places: list[Place], surface: str) -> list[str]:
    elements = [(at, element) for at, block in places for element in _elements(block)]
    found = [
        fault("file_input is allowed in modals only", f"{at}/element")
        for at, element in elements
        if element["type"] == "file_input" and surface != "modal"
    ]
    if sum(bool(element.get("focus_on_load")) for _, element in elements) > 1:
        found.append(fault("only one element may have focus_on_load", ""))
    return found


RULES: tuple[Callable[[list[Place], str], list[str]], ...] = (
    _block_ids,
    _action_ids,
    _initial_options,
    _tables,
    _markdown,
    _charts,
    _inputs,
)
