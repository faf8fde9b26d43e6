"""A selection as the value of a button."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PersonError
from bot.model.choice import decode, encode
from bot.model.sync import Selection

BUTTON_VALUE = 2000
"""Characters that Slack allows in a button's value."""

SELECTIONS = st.builds(
    Selection,
    category=st.sampled_from(["", "property_values", "other"]),
    error_type=st.sampled_from(["", "string_too_long", "default_sales_process_unavailable"]),
    fingerprint=st.sampled_from(["", "f" * 64]),
    ids=st.lists(st.integers(1, 2**31), max_size=50).map(tuple),
    search=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
)


@given(SELECTIONS)
def test_a_selection_comes_back_from_its_button(selection: Selection) -> None:
    assert decode(encode(selection)) == selection


@given(SELECTIONS)
def test_every_value_fits_into_a_button(selection: Selection) -> None:
    assert len(encode(selection)) <= BUTTON_VALUE


@pytest.mark.parametrize("letter", ["x", "ü", "😀", '"', "\\", "\n", "\x01"])
def test_a_search_nobody_types_is_cut_to_fit(letter: str) -> None:
    value = encode(Selection(category="property_values", fingerprint="f" * 64, search=letter * 5000))
    assert len(value) <= BUTTON_VALUE
    assert decode(value).search == letter * 200


def test_all_errors_are_an_empty_choice() -> None:
    assert decode(encode(Selection())) == Selection()


@pytest.mark.parametrize("value", ["", "property_values", "5", "null", "[]", '["c"]', '"c"', '{"i":5}', '{"i":["x"]}'])
def test_a_button_that_no_version_wrote_is_refused_in_words(value: str) -> None:
    with pytest.raises(PersonError, match="older version"):
        decode(value)


def test_what_a_later_version_adds_does_not_break_the_button() -> None:
    assert decode('{"c":"other","later":1}') == Selection(category="other")
