"""`sfsync doctor`: does everything that is set up work, and if not, what mends it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.errors import Gone, NotAuthorized, Rejected, SfsyncError, VendorError
from bot.model.resync import RESYNC_FIELD, RESYNC_PROPERTY
from bot.ports import HubSpot, Salesforce, Slack
from bot.storage import Storage

CLOCK_TOLERANCE = timedelta(seconds=60)
"""Slack refuses a signature that is five minutes off, so a minute is worth a word."""

CHECKED_OBJECTS = {"contact": "Contact", "company": "Account", "deal": "Opportunity"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, what was seen, and what mends it."""

    check: str
    ok: bool
    seen: str
    mend: str = ""


def check_database(version: Callable[[], str], needed: str) -> Finding:
    """Look at the database and its migrations."""
    try:
        at = version()
    except Exception as error:  # noqa: BLE001 - whatever a driver raises is the finding
        return Finding(
            "database", ok=False, seen=f"cannot be opened ({type(error).__name__})", mend="check DATABASE_URL"
        )
    if at == needed:
        return Finding("database", ok=True, seen=f"migration {at}")
    return Finding("database", ok=False, seen=f"migration {at or 'none'}, needed {needed}", mend="run `sfsync migrate`")


def check_slack(slack: Slack, scopes: set[str], now: datetime) -> Iterator[Finding]:
    """Look at the bot token, its scopes, and this machine's clock beside Slack's."""
    try:
        known = slack.identity()
    except VendorError as error:
        yield _trouble("Slack token", error, "copy the Bot User OAuth Token (xoxb-…) of the app again: SLACK_BOT_TOKEN")
        return
    yield Finding("Slack token", ok=True, seen=f"{known.team}, bot {known.bot_user_id}")
    missing = sorted(scopes - set(known.scopes))
    if missing:
        mend = "add them under OAuth & Permissions (`sfsync manifest` has them all) and install the app again"
        yield Finding("Slack scopes", ok=False, seen=f"missing: {', '.join(missing)}", mend=mend)
    else:
        yield Finding("Slack scopes", ok=True, seen=f"all {len(scopes)} granted")
    if known.told_at:
        off = abs(now - known.told_at)
        well = off <= CLOCK_TOLERANCE
        seen = f"{off.total_seconds():.0f} s off Slack's"
        yield Finding("clock", ok=well, seen=seen, mend="" if well else "turn on time synchronisation (NTP)")


def check_salesforce(salesforce: Salesforce) -> Iterator[Finding]:
    """Look at the login, the limits, and the fields a resync writes."""
    try:
        usage = salesforce.usage()
    except VendorError as error:
        mend = "check SALESFORCE_DOMAIN, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET; the connected app needs the"
        mend += " client credentials flow and a run-as user with View Setup and Configuration"
        yield _trouble("Salesforce login", error, mend)
        return
    yield Finding("Salesforce login", ok=True, seen=f"{usage.used:,} of {usage.limit:,} calls used in 24 hours")
    for sobject in CHECKED_OBJECTS.values():
        yield _field(
            f"Salesforce {sobject}.{RESYNC_FIELD}",
            partial(salesforce.has_field, sobject, RESYNC_FIELD),
            f"create a text field {RESYNC_FIELD} on {sobject}, let the integration user edit it, and map it two-way to"
            f" {RESYNC_PROPERTY}",
        )


def check_hubspot(hubspot: HubSpot) -> Iterator[Finding]:
    """Look at the service key, and the properties a resync writes."""
    try:
        account = hubspot.account()
    except VendorError as error:
        yield _trouble(
            "HubSpot key", error, "create a service key in HubSpot, Development > Keys: HUBSPOT_ACCESS_TOKEN"
        )
        return
    yield Finding("HubSpot key", ok=True, seen=f"portal {account.portal_id}")
    for obj in CHECKED_OBJECTS:
        yield _field(
            f"HubSpot {obj}.{RESYNC_PROPERTY}",
            partial(hubspot.has_property, obj, RESYNC_PROPERTY),
            f"create a single-line text property {RESYNC_PROPERTY} on {obj} and map it two-way to {RESYNC_FIELD}",
        )


def check_work(storage: Storage) -> Iterator[Finding]:
    """Look at jobs that were given up, and digests that are paused."""
    with storage.read() as tx:
        lost = tx.jobs.given_up()
        paused = [one for one in tx.subscriptions.all() if one.paused]
    for kind, subject, error in lost:
        mend = "the log has the trace of each attempt; report it as a bug"
        yield Finding(f"job {kind} {subject}", ok=False, seen=f"given up after {error}", mend=mend)
    for one in paused:
        mend = f"invite the bot there and type `/sfsync notify daily {one.at}`"
        yield Finding(f"digest of {one.channel}", ok=False, seen=f"paused: {one.paused}", mend=mend)
    if not lost and not paused:
        yield Finding("work", ok=True, seen="nothing was given up or paused")


def _field(check: str, exists: Callable[[], bool], mend: str) -> Finding:
    try:
        there = exists()
    except VendorError as error:
        return _trouble(check, error, mend)
    return Finding(
        check, ok=there, seen="can be written" if there else "missing, or not writable", mend="" if there else mend
    )


def _trouble(check: str, error: SfsyncError, mend: str) -> Finding:
    """Say what went wrong; what the settings cannot mend is said to be the vendor's."""
    if not isinstance(error, NotAuthorized | Rejected | Gone):
        mend = "try again in a while; if it stays, check the network, proxies and the vendor's status page"
    return Finding(check, ok=False, seen=str(error), mend=mend)
