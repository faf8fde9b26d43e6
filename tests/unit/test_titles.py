"""What a selection is called where its resync is told of: in the channel, and in the audit log."""

import pytest

from bot.model.sync import Selection
from tests.samples import presenter


@pytest.mark.parametrize(
    ("selection", "title"),
    [
        (Selection(), "Sync errors"),
        (Selection(search=" acme  inc "), "acme inc"),
        (Selection(error_type="invalid_email"), "Invalid email address"),
        (
            Selection(error_type="invalid_email", object="contact", search="acme"),
            "Invalid email address · contact · acme",
        ),
    ],
)
def test_a_title_is_as_narrow_as_its_selection(selection: Selection, title: str) -> None:
    assert presenter().title("en", selection) == title
