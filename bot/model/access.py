"""Who may do what."""

from collections.abc import Collection
from enum import IntEnum


class Role(IntEnum):
    """Each may do what those before may: look; resync and export; change settings."""

    VIEWER = 1
    OPERATOR = 2
    ADMIN = 3


def role_of(
    user: str, groups: Collection[str], admins: Collection[str], operators: Collection[str], *, guest: bool
) -> Role:
    """Return a person's role; guests, and people of other workspaces, only look whatever the settings say."""
    ids = {user, *groups}
    if guest:
        return Role.VIEWER
    if ids & set(admins):
        return Role.ADMIN
    return Role.OPERATOR if ids & set(operators) else Role.VIEWER
