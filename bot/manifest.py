"""The Slack app manifest: what a person pastes to create the app (api.slack.com/apps, "From a manifest")."""

from typing import Any

SCOPES: dict[str, str] = {
    "chat:write": "post digests and results",
    "commands": "/sfsync",
    "files:read": "import the files that people upload, and look for a person to be forgotten in those it sent",
    "files:write": "send CSV exports",
    "im:write": "send them as direct messages",
    "usergroups:read": "know who is in the user groups that may resync",
    "users:read": "answer in each person's language, and tell guests from members",
}
"""Each scope of the bot token, and what it is for."""


def manifest(request_url: str = "") -> dict[str, Any]:
    """Return the manifest; `request_url` is where Slack reaches `/slack/events`, none with Socket Mode."""
    address = {"request_url": request_url} if request_url else {}
    return {
        "display_information": {
            "name": "sfsync",
            "description": "The sync health of HubSpot's Salesforce integration",
            "background_color": "#1d3b4f",
        },
        "features": {
            "bot_user": {"display_name": "sfsync", "always_online": True},
            "slash_commands": [
                {
                    "command": "/sfsync",
                    **({"url": request_url} if request_url else {}),
                    "description": "Sync errors between HubSpot and Salesforce",
                    "usage_hint": "errors | usage | resync | export | import | notify | help",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**address, "bot_events": ["app_uninstalled", "tokens_revoked"]},
            "interactivity": {"is_enabled": True, **address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not request_url,
            "token_rotation_enabled": False,
        },
    }
