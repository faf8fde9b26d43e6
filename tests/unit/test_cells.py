"""Cells that a spreadsheet must not run, and that come back as they were."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.model.cells import arm, disarm

STARTS = ("=", "+", "-", "@", "\t", "\r")


@given(st.one_of(st.text(), st.text("='+-@\t\r a")))
@example("'")
@example("''=1")
def test_what_was_disarmed_comes_back(cell: str) -> None:
    assert arm(disarm(cell)) == cell


@given(st.one_of(st.text(), st.text("='+-@\t\r a")))
def test_a_disarmed_cell_starts_no_formula_and_keeps_its_text(cell: str) -> None:
    assert not disarm(cell).startswith(STARTS)
    assert disarm(cell).endswith(cell)


@pytest.mark.parametrize("cell", ["=1+1", "+49 30 1234", "-5", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_formulas_are_disarmed_by_an_apostrophe(cell: str) -> None:
    assert disarm(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Jane", "1+1", "a=b", "0015000000Gv7qJAAR"])
def test_ordinary_text_is_left_alone(cell: str) -> None:
    assert disarm(cell) == cell == arm(cell)
