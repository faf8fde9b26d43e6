"""What the bot says is what was read and approved. To approve a change: `python -m tests.golden`, then `git diff`."""

from pathlib import Path

import pytest

from tests.golden import FOLDER, golden

FILES = dict(golden())


@pytest.mark.parametrize("file", [pytest.param(file, id=f"{file.parent.name}/{file.stem}") for file in FILES])
def test_it_says_what_was_approved(file: Path) -> None:
    assert file.exists(), "a new message: python -m tests.golden"
    assert FILES[file] == file.read_text(encoding="utf-8"), "approve the change: python -m tests.golden"


def test_no_file_is_left_over() -> None:
    assert set(FOLDER.glob("*/*.txt")) == set(FILES)
