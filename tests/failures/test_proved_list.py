"""README's list of what is proved: each number there has a test, and each number with a test stands there."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]

ROW = re.compile(r"^\| (r\d\d) \| .+ \| .+ \| `(test_r\d\d_\w+)` \|$", re.MULTILINE)


TEST = re.compile(r"^def (test_r\d\d_\w+)", re.MULTILINE)


def test_list_in_the_readme_is_what_the_tests_prove() -> None:
    listed = dict(ROW.findall((HOUSE / "README.md").read_text()))
    files = (HOUSE / "tests").rglob("test_*.py")
    tests = {name for file in files for name in TEST.findall(file.read_text())}
    assert set(listed) == {name[5:8] for name in tests}
    assert set(listed.values()) <= tests
    assert all(name.startswith(f"test_{number}_") for number, name in listed.items())
