"""Inputs of messages and views: where they stand, what they hold, and how a choice looks on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.sandbox.slack.state import View

Json = dict[str, Any]

# How an element tells what was chosen in it, and which field holds what it starts with.
FIELDS = {
    "overflow": "selected_option",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "checkboxes": "selected_options",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}


def elements(blocks: Iterable[Json]) -> Iterator[tuple[Json, Json]]:
    """Yield every interactive element with the block it stands in."""
    for block in blocks:
        inner = [*block.get("elements", ()), *block.get("actions", ())]
        inner += [block[key] for key in ("accessory", "element") if key in block]
        for element in inner:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element
        nested = [*block.get("child_blocks", ()), *block.get("elements", ())]
        yield from elements(child for child in nested if isinstance(child, dict) and "type" in child)


def options_of(element: Json) -> list[Json]:
    """Return an element's options, those of its groups included."""
    grouped = [option for group in element.get("option_groups", ()) for option in group["options"]]
    return [*element.get("options", ()), *grouped]


def chosen(element: Json, value: Any) -> Json:  # noqa: ANN401 - what a person chose depends on the element
    """Describe a choice: option values, ids, dates and texts are given bare, files as their JSON."""
    kind = element["type"]
    if kind not in FIELDS:
        return {key: element[key] for key in ("text", "value", "style") if key in element}
    field = FIELDS[kind]
    if field == "selected_option":
        return {field: next((o for o in options_of(element) if o.get("value") == value), None)}
    if field == "selected_options":
        wanted = [value] if isinstance(value, str) else list(value or ())
        return {field: [option for option in options_of(element) if option.get("value") in wanted]}
    if field.startswith("selected_") and field.endswith("s"):
        return {field: [value] if isinstance(value, str) else list(value or ())}
    if field == "selected_date_time":
        return {field: int(value) if value else None}
    return {field: list(value or ()) if field == "files" else (value or None)}


def initial(element: Json) -> Json:
    """Describe what an element holds before anybody touches it."""
    kind = element["type"]
    field = FIELDS[kind]
    start = field.replace("selected", "initial") if field != "value" else "initial_value"
    empty: list[Json] | None = [] if field.endswith("s") else None
    return {field: element.get(start, empty)}


def state_values(blocks: Iterable[Json], touched: Json) -> Json:
    """Return `state.values`: every element that keeps a value, as chosen or as it started."""
    values: Json = {}
    for block, element in elements(blocks):
        kind = element["type"]
        if kind in FIELDS and kind != "overflow":
            now = touched.get(block["block_id"], {}).get(element["action_id"])
            entry = now or {"type": kind, **initial(element)}
            values.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return values


def unfinished(view: View) -> dict[str, str]:
    """Return, by block_id, what Slack's own client asks for before it sends a modal."""
    errors = {}
    values = state_values(view.body["blocks"], view.state)
    for block in view.body["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            value = values[block["block_id"]][element["action_id"]][FIELDS[element["type"]]]
            if problem := _problem(element, value, optional=bool(block.get("optional"))):
                errors[block["block_id"]] = problem
    return errors


def _problem(element: Json, value: object, *, optional: bool) -> str | None:
    if not value:
        return None if optional else "Please complete this required field."
    if isinstance(value, str) and len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if isinstance(value, str) and len(value) > element.get("max_length", 3000):
        return "Please enter a shorter text."
    if element["type"] == "file_input" and isinstance(value, list):
        return "Please choose fewer files." if len(value) > element.get("max_files", 10) else None
    return None
