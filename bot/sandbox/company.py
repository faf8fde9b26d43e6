"""The whole sandbox: a company with Slack, Salesforce and HubSpot, on three ports of this machine."""

import secrets
from types import TracebackType
from typing import Self

from bot.sandbox.crm.seeding import build_world
from bot.sandbox.crm.sync import Sync
from bot.sandbox.faults import Faults
from bot.sandbox.hubspot.app import create_hubspot
from bot.sandbox.page import backstage
from bot.sandbox.record import Call, Record
from bot.sandbox.salesforce.app import create_salesforce
from bot.sandbox.salesforce.auth import CLIENT_ID, Sessions
from bot.sandbox.slack.app import create_slack
from bot.sandbox.slack.socket_mode import Sockets
from bot.sandbox.slack.state import ADA, OTTO, Limits
from bot.sandbox.slack.workspace import Workspace
from bot.server import serve


class Company:
    """The three vendors over one world.

    `page_port` is where Slack, and with it the page for people, is served; 0 takes a free port. `pace` is the
    seconds Slack demands between two messages in a channel. With `socket_mode` the Slack app has that turned on.
    """

    def __init__(self, *, seed: int = 7, page_port: int = 0, pace: float = 1.0, socket_mode: bool = False) -> None:
        self.world = build_world(seed)
        self.faults = Faults()
        self.sync = Sync(self.world)
        self.workspace = Workspace(request_url="", limits=Limits(pace=pace))
        hubspot, salesforce = create_hubspot(self.world, self.faults), create_salesforce(self.world, self.faults)
        self._keys: set[str] = hubspot.extensions["sandbox.keys"]
        self._sessions: Sessions = salesforce.extensions["sandbox.sessions"]
        self._hubspot, self._salesforce = serve(hubspot), serve(salesforce)
        slack = create_slack(self.workspace)
        backstage.mount(slack, self.world)
        self.workspace.neighbours["Backstage: HubSpot and Salesforce"] = backstage.ADDRESS
        self._records: dict[str, Record] = {
            name: app.extensions["sandbox.record"]
            for name, app in (("hubspot", hubspot), ("salesforce", salesforce), ("slack", slack))
        }
        self._slack = serve(slack, page_port)
        self.workspace.url = self._slack.url
        if socket_mode:
            self.workspace.use_sockets(Sockets())

    @property
    def hubspot_calls(self) -> list[Call]:
        """The latest requests HubSpot got, oldest first."""
        return self._records["hubspot"].calls()

    @property
    def salesforce_calls(self) -> list[Call]:
        """The latest requests Salesforce got, oldest first."""
        return self._records["salesforce"].calls()

    @property
    def slack_calls(self) -> list[Call]:
        """The latest requests Slack got from the bot, oldest first; not those of its page."""
        return self._records["slack"].calls()

    @property
    def sockets(self) -> Sockets:
        """The Slack app's WebSocket connections. Raises LookupError where it is not in Socket Mode."""
        if self.workspace.sockets is None:
            raise LookupError("not in Socket Mode")
        return self.workspace.sockets

    @property
    def page(self) -> str:
        """The address a person opens."""
        return self._slack.url

    @property
    def export_address(self) -> str:
        """Where HubSpot's page offers its export file."""
        return f"{self._hubspot.url}/sandbox/export-errors.csv"

    def settings(self) -> dict[str, str]:
        """Return the settings of a bot that works for this company, Ada its admin and Otto an operator."""
        return {
            "slack_bot_token": self.workspace.bot_token,
            "slack_app_token": self.workspace.app_token if self.workspace.sockets else "",
            "slack_signing_secret": "" if self.workspace.sockets else self.workspace.signing_secret,
            "slack_api_url": self.workspace.api_url,
            "salesforce_domain": "acme.my",
            "salesforce_client_id": CLIENT_ID,
            "salesforce_client_secret": self._sessions.client_secret,
            "salesforce_username": "",
            "salesforce_private_key_file": "",
            "salesforce_url": self._salesforce.url,
            "salesforce_log_object": "",
            "salesforce_log_fields": "",
            "salesforce_log_where": "",
            "hubspot_access_token": next(iter(self._keys)),
            "hubspot_api_url": self._hubspot.url,
            "hubspot_portal_id": "",
            "hubspot_ui_domain": "",
            "sfsync_admins": ADA,
            "sfsync_operators": OTTO,
            "sfsync_language": "en",
            "sfsync_timezone": "UTC",
        }

    def rotate_hubspot_key(self) -> str:
        """Take HubSpot's key back and return the one that takes its place."""
        self._keys.clear()
        self._keys.add(f"pat-eu1-{secrets.token_hex(16)}")
        return next(iter(self._keys))

    def rotate_salesforce_secret(self) -> str:
        """Give the connected app another secret, end its sessions, and return the secret."""
        self._sessions.client_secret = secrets.token_hex(16).upper()
        self._sessions.end_all()
        return self._sessions.client_secret

    def close(self) -> None:
        """End the sync and all servers."""
        self.sync.stop()
        if self.workspace.sockets:
            self.workspace.sockets.close()
        for server in (self._slack, self._salesforce, self._hubspot):
            server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
