"""The whole sandbox: a company with Slack, Salesforce and HubSpot, on three ports of this machine."""

from types import TracebackType
from typing import Self

from bot.sandbox.crm.seeding import build_world
from bot.sandbox.crm.sync import Sync
from bot.sandbox.faults import Call, Faults
from bot.sandbox.hubspot.app import ACCESS_TOKEN, create_hubspot
from bot.sandbox.page import backstage
from bot.sandbox.salesforce.app import create_salesforce
from bot.sandbox.salesforce.auth import CLIENT_ID, CLIENT_SECRET
from bot.sandbox.server import serve
from bot.sandbox.slack.app import create_slack
from bot.sandbox.slack.state import ADA, OTTO, Limits
from bot.sandbox.slack.workspace import Workspace


class Company:
    """The three vendors over one world.

    `page_port` is where Slack, and with it the page for people, is served; 0 takes a free port. `pace` is the
    seconds Slack demands between two messages in a channel. `hubspot_calls` and `salesforce_calls` are the
    requests each of them got, oldest first.
    """

    def __init__(self, *, seed: int = 7, page_port: int = 0, pace: float = 1.0) -> None:
        self.world = build_world(seed)
        self.faults = Faults()
        self.sync = Sync(self.world)
        self.workspace = Workspace(request_url="", limits=Limits(pace=pace))
        hubspot, salesforce = create_hubspot(self.world, self.faults), create_salesforce(self.world, self.faults)
        self.hubspot_calls: list[Call] = hubspot.extensions["sandbox.calls"]
        self.salesforce_calls: list[Call] = salesforce.extensions["sandbox.calls"]
        self._hubspot, self._salesforce = serve(hubspot), serve(salesforce)
        slack = create_slack(self.workspace)
        backstage.mount(slack, self.world)
        self.workspace.neighbours["Backstage: HubSpot and Salesforce"] = backstage.ADDRESS
        self._slack = serve(slack, page_port)
        self.workspace.url = self._slack.url

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
            "slack_app_token": "",
            "slack_signing_secret": self.workspace.signing_secret,
            "slack_api_url": self.workspace.api_url,
            "salesforce_domain": "acme.my",
            "salesforce_client_id": CLIENT_ID,
            "salesforce_client_secret": CLIENT_SECRET,
            "salesforce_username": "",
            "salesforce_private_key_file": "",
            "salesforce_url": self._salesforce.url,
            "hubspot_access_token": ACCESS_TOKEN,
            "hubspot_api_url": self._hubspot.url,
            "hubspot_portal_id": "",
            "hubspot_ui_domain": "",
            "sfsync_admins": ADA,
            "sfsync_operators": OTTO,
            "sfsync_language": "en",
            "sfsync_timezone": "UTC",
        }

    def close(self) -> None:
        """End the sync and all three servers."""
        self.sync.stop()
        for server in (self._slack, self._salesforce, self._hubspot):
            server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
