"""What is said in Slack, before anybody decides where."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Block = dict[str, Any]
"""One Block Kit block, as Slack's reference describes it."""

View = dict[str, Any]
"""One modal or Home tab, as `views.open` and `views.publish` take it."""


@dataclass(frozen=True)
class Message:
    """A message that fits Slack's limits.

    `text` is what notifications and screen readers say; it has no default, since a message without it
    is silent for both.
    """

    text: str
    blocks: list[Block] = field(default_factory=list)

    @cached_property
    def answer(self) -> str:
        """The message as JSON that answers a command, for the person alone. The same cards answer many."""
        return json.dumps({"response_type": "ephemeral", "text": self.text, "blocks": self.blocks})
