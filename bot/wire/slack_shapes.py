"""What Slack sends us, as far as Bolt relies on it: what has no such shape never gets that far.

Bolt looks for a listener by these parts, and raises where one of them is missing or of another type.
"""

_TEXTS = ("text", "user_id", "channel_id", "trigger_id", "response_url")
"""What a command holds besides its name; text always in the forms of HTTP, but maybe anything over a WebSocket."""


def shaped(payload: object) -> bool:
    """Tell whether a payload, of whatever kind, has the parts by which Bolt looks for a listener."""
    match payload:
        case {"type": "block_actions", "actions": [{"action_id": str()}, *_], "user": {}}:
            return True
        case {"type": "view_submission" | "view_closed", "view": {}}:
            return True
        case {"type": "event_callback", "event": {"type": str()}}:
            return True
        case {"type": "block_actions" | "view_submission" | "view_closed" | "event_callback"}:
            return False
        case {"command": name, **rest}:
            return isinstance(name, str) and all(isinstance(rest.get(one, ""), str) for one in _TEXTS)
    return isinstance(payload, dict)
