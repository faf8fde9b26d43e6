"""What is said in Slack, before anybody decides where."""

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]
"""One Block Kit block, as Slack's reference describes it."""

View = dict[str, Any]
"""One modal or Home tab, as `views.open` and `views.publish` take it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that fits Slack's limits.

    `text` is what notifications and screen readers say; it has no default, since a message without it
    is silent for both.
    """

    text: str
    blocks: list[Block] = field(default_factory=list)
