"""Who may do what."""

import pytest

from bot.model.access import Role, role_of

ADMINS, OPERATORS = ("U0ADA", "S0LEADERS"), ("U0OTTO", "S0REVOPS", "U0ADA")


@pytest.mark.parametrize(
    ("user", "groups", "role"),
    [
        ("U0ADA", [], Role.ADMIN),
        ("U0OTTO", [], Role.OPERATOR),
        ("U0VERA", [], Role.VIEWER),
        ("U0VERA", ["S0REVOPS"], Role.OPERATOR),
        ("U0VERA", ["S0LEADERS"], Role.ADMIN),
        ("U0OTTO", ["S0LEADERS"], Role.ADMIN),
        ("U0VERA", ["S0OTHERS"], Role.VIEWER),
        ("u0ada", [], Role.VIEWER),
    ],
)
def test_the_highest_role_of_a_person_and_their_groups_counts(user: str, groups: list[str], role: Role) -> None:
    assert role_of(user, groups, ADMINS, OPERATORS, guest=False) is role


@pytest.mark.parametrize("user", ["U0ADA", "U0OTTO", "U0VERA"])
def test_guests_only_look_whatever_the_settings_say(user: str) -> None:
    assert role_of(user, ["S0LEADERS"], ADMINS, OPERATORS, guest=True) is Role.VIEWER


def test_without_settings_everybody_only_looks() -> None:
    assert role_of("U0ADA", ["S0LEADERS"], (), (), guest=False) is Role.VIEWER


def test_each_role_includes_those_below() -> None:
    assert Role.VIEWER < Role.OPERATOR < Role.ADMIN
