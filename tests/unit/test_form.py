"""A modal that comes back, whatever it holds."""

from datetime import date
from typing import Any

import pytest

from handlers.views import Form


def form(**values: object) -> Form:
    held = {f"block {name}": {name: value} for name, value in values.items()}
    found = Form.of({"trigger_id": "1.2", "view": {"id": "V1", "hash": "3.4", "state": {"values": held}}})
    assert found
    return found


def test_each_kind_of_input_is_read_by_its_action() -> None:
    filled = form(
        reason={"type": "plain_text_input", "value": " known\x00 \n"},
        object={"type": "static_select", "selected_option": {"value": "contact"}},
        until={"type": "datepicker", "selected_date": "2026-12-01"},
        file={"type": "file_input", "files": [{"id": "F1"}]},
    )
    assert filled.text("reason") == "known"
    assert filled.choice("object") == "contact"
    assert filled.date("until") == date(2026, 12, 1)
    assert filled.files("file") == [{"id": "F1"}]


@pytest.mark.parametrize("held", [None, 5, "text", [], {}, {"value": 5, "selected_option": "x", "selected_date": "x"}])
def test_what_is_not_there_is_empty(held: Any) -> None:  # noqa: ANN401 - JSON
    filled = form(it=held)
    assert (filled.text("it"), filled.choice("it"), filled.date("it"), filled.files("it")) == ("", "", None, [])


@pytest.mark.parametrize("body", [{}, {"view": None}, {"view": "V1"}])
def test_a_message_is_no_modal(body: dict[str, Any]) -> None:
    assert Form.of(body) is None


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": 5},
        {"state": {"values": [1]}},
        {"state": {"values": {"a": None}}},
        {"private_metadata": 5, "id": 7},
    ],
)
def test_a_modal_of_any_shape_is_read(view: dict[str, Any]) -> None:
    found = Form.of({"view": view})
    assert found
    assert (found.metadata, found.text("reason")) == ("", "")
