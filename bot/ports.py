"""What the use cases need from the outside: three vendors. Storage is in `bot.store`, time in `bot.clock`.

Each method makes at most one call where nothing else is said, never waits longer than 8 seconds, never
tries twice, and raises only `bot.errors.VendorError`. Trying again is the caller's: every call that matters
is made by a job, and the job is the one owner of its retries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from bot.model.message import Message, View
from bot.model.resync import Failure


@dataclass(frozen=True, slots=True)
class ApiUsage:
    """Salesforce API calls of the whole org in the rolling 24 hours, at `taken_at`."""

    used: int
    limit: int
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class HubSpotAccount:
    """The portal. `ui_domain` is the host of its pages, e.g. app-eu1.hubspot.com."""

    portal_id: str
    ui_domain: str


@dataclass(frozen=True, slots=True)
class Person:
    """A Slack user. `locale` is Slack's, e.g. de-DE; `guest` holds for guests and people of other workspaces."""

    id: str
    locale: str
    timezone: str
    guest: bool


@dataclass(frozen=True, slots=True)
class SlackIdentity:
    """Who the bot token belongs to, the scopes Slack says it has, and the time Slack's answer bears."""

    team_id: str
    team: str
    bot_user_id: str
    bot_id: str
    url: str
    scopes: tuple[str, ...]
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message stands."""

    channel: str
    ts: str


class HubSpot(Protocol):
    """HubSpot's CRM. Objects are named contact, company, deal, ticket."""

    def update(self, obj: str, values: Mapping[str, Mapping[str, str]]) -> dict[str, Failure | None]:
        """Write properties of at most 100 records, by record id; None for each record that was written.

        Raises Rejected where HubSpot refused the whole batch.
        """
        ...

    def read(self, obj: str, ids: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, str]]:
        """Read properties of at most 100 records; ids that do not exist are left out, empty values are ""."""
        ...

    def find(self, obj: str, name: str, values: Sequence[str], properties: Sequence[str]) -> dict[str, dict[str, str]]:
        """Search records by a property with at most 200 values; answer their properties, by that property's value.

        Makes a call for each 100 values, since a search body holds 3,000 characters. What was written in the
        last seconds may not be found yet.
        """
        ...

    def has_property(self, obj: str, name: str) -> bool:
        """Tell whether the property exists and may be written."""
        ...

    def account(self) -> HubSpotAccount:
        """Return the portal the token belongs to."""
        ...


class HubSpotLists(Protocol):
    """HubSpot's lists of records that people choose (MANUAL), which its pages call segments and views."""

    def named(self, obj: str, name: str) -> str | None:
        """Return the id of the list of an object that has a name."""
        ...

    def create(self, obj: str, name: str) -> str:
        """Create an empty list; answer its id. Raises Rejected where the name is taken, by a list of any object."""
        ...

    def members(self, number: str, after: str = "") -> tuple[list[str], str]:
        """Return a page of ids of its records, and where the next one begins, "" at the end. Raises Gone."""
        ...

    def change(self, number: str, add: Sequence[str], remove: Sequence[str]) -> None:
        """Add and remove records, at most 1,000; unknown ones, and those already in or out, are passed over."""
        ...

    def delete(self, number: str) -> None:
        """Remove a list, not its records. Raises Gone where somebody else did."""
        ...


class Salesforce(Protocol):
    """One Salesforce org. sObjects are found by the key prefix of the 18-character id."""

    def update(self, values: Mapping[str, Mapping[str, str]]) -> dict[str, Failure | None]:
        """Write fields of at most 200 records of any sObject, by record id, each on its own (allOrNone=false)."""
        ...

    def read(self, sobject: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, dict[str, str]]:
        """Read fields of at most 200 records of one sObject; ids that do not exist are left out, null is ""."""
        ...

    def has_field(self, sobject: str, name: str) -> bool:
        """Tell whether the field exists and may be written by our user."""
        ...

    def changes(
        self, sobject: str, fields: Sequence[str], since: datetime, where: str = "", more: str = ""
    ) -> tuple[list[dict[str, str]], str]:
        """Return records that changed since a moment, deleted ones too, in the order they changed, and what leads on.

        `fields` may name fields of looked-up records (Log__r.Name), and `where` is a condition in SOQL. `more` is what
        the page before this one gave, "" for the first; "" is given after the last.
        """
        ...

    def usage(self) -> ApiUsage:
        """Ask for the org's limits (one call)."""
        ...

    def last_usage(self) -> ApiUsage | None:
        """Return what the header of the latest answer said (no call); None before the first."""
        ...

    def told_at(self) -> datetime | None:
        """Return when the latest answer was given, by Salesforce's clock (no call); None where that is not known."""
        ...


class Slack(Protocol):
    """One Slack workspace, as the bot."""

    def identity(self) -> SlackIdentity:
        """Ask who the token belongs to."""
        ...

    def post(self, channel: str, message: Message, thread: str = "") -> Posted:
        """Post a message; waits its turn where Slack paces the channel (one a second).

        Raises Gone where the channel is archived, unknown, or not open to the bot.
        """
        ...

    def update(self, where: Posted, message: Message) -> None:
        """Change a message of our own. Raises Gone where it is no longer there."""
        ...

    def permalink(self, where: Posted) -> str:
        """Return the address of a message."""
        ...

    def replace(self, response_url: str, message: Message) -> None:
        """Replace the message a person pressed in. Raises Gone once Slack's 30 minutes or 5 uses are over."""
        ...

    def direct_channel(self, user: str) -> str:
        """Return the id of the conversation between the bot and a person."""
        ...

    def upload(self, filename: str, content: IO[bytes]) -> str:
        """Bring a file to Slack where nobody sees it yet (two calls, the second as long as it is large); answer its id.

        `content` is read as it is sent, so that a large file on disk stays there.
        """
        ...

    def share(self, file: str, title: str, channel: str, comment: str, thread: str = "") -> None:
        """Show a file that was uploaded in a channel."""
        ...

    def is_shared(self, file: str) -> bool:
        """Tell whether a file that was uploaded came to be shared; it is not there for anybody before."""
        ...

    def download(self, file: str) -> bytes:
        """Return what is in a file (two calls, the second as long as the file is large).

        Raises Gone where it was deleted, NotAuthorized where we may not read files.
        """
        ...

    def delete_file(self, file: str) -> None:
        """Delete a file that we shared, wherever it was shared. Raises Gone where it was deleted before."""
        ...

    def open_view(self, trigger_id: str, view: View) -> None:
        """Open a modal. Raises Gone where the trigger is older than 3 seconds."""
        ...

    def push_view(self, trigger_id: str, view: View) -> None:
        """Put a modal on top of the one that was pressed in, at most two on the first. Raises Gone as `open_view`."""
        ...

    def update_view(self, view_id: str, view: View, seen: str = "") -> None:
        """Change an open modal; only if it is still the one of the hash `seen`, where that is given.

        Raises Gone where it was closed, or changed since it was seen.
        """
        ...

    def person(self, user: str) -> Person:
        """Look a person up; waits at most 800 ms, since somebody is waiting for an answer."""
        ...

    def group_members(self, group: str) -> list[str]:
        """Return the user ids of a user group."""
        ...
