"""`sfsync doctor`: does everything that is set up work, and if not, what mends it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.errors import (
    Gone,
    NotAuthenticated,
    NotAuthorized,
    RateLimited,
    Rejected,
    SfsyncError,
    VendorError,
    vendor_and_kind,
)
from bot.model.log_object import LogObject, LogPage
from bot.model.resync import RESYNC_FIELD, RESYNC_PROPERTY
from bot.model.sync import Rejection
from bot.ports import HubSpot, Salesforce, Slack
from bot.storage import ALIVE_WITHIN, Storage
from bot.usecases import slack_stop

CLOCK_TOLERANCE = timedelta(seconds=60)
"""Slack refuses a signature that is five minutes off, so a minute is worth a word."""

ROTATED = "a running sfsync takes what is new in .env by itself, and then does what waited"

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
        mend = "copy the Bot User OAuth Token (xoxb-…) of the app again: SLACK_BOT_TOKEN"
        yield _trouble(
            "Slack token", error, mend, "add the scopes that `sfsync manifest` has, and install the app again"
        )
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


def check_socket_mode(address: Callable[[], str]) -> Finding:
    """Look whether Slack lets us connect; `address` asks where, and opens nothing."""
    try:
        address()
    except VendorError as error:
        mend = "turn on Socket Mode in the Slack app, and create an app-level token with connections:write under Basic"
        return _trouble("Slack app token", error, f"{mend} Information (xapp-…): SLACK_APP_TOKEN")
    return Finding("Slack app token", ok=True, seen="Slack takes connections (Socket Mode)")


def check_salesforce(salesforce: Salesforce) -> Iterator[Finding]:
    """Look at the login, the limits, and the fields a resync writes."""
    try:
        usage = salesforce.usage()
    except VendorError as error:
        mend = "check SALESFORCE_DOMAIN, SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET; the connected app needs the"
        mend += " client credentials flow and a run-as user with View Setup and Configuration"
        lacking = "give the run-as user the permissions API Enabled and View Setup and Configuration"
        yield _trouble("Salesforce login", error, mend, lacking)
        return
    yield Finding("Salesforce login", ok=True, seen=f"{usage.used:,} of {usage.limit:,} calls used in 24 hours")
    for sobject in CHECKED_OBJECTS.values():
        yield _field(
            f"Salesforce {sobject}.{RESYNC_FIELD}",
            partial(salesforce.has_field, sobject, RESYNC_FIELD),
            f"create a text field {RESYNC_FIELD} on {sobject}, let the integration user edit it, and map it two-way to"
            f" {RESYNC_PROPERTY}",
        )


def check_log(log: LogObject, read: Callable[[datetime, str], LogPage], now: datetime) -> Finding:
    """Look at the object in which Salesforce keeps errors, its fields, and whether its rows tell any."""
    check = f"Salesforce {log.name}"
    try:
        page = read(now - timedelta(days=1), "")
    except VendorError as error:
        setting = {"INVALID_TYPE": "SALESFORCE_LOG_OBJECT", "MALFORMED_QUERY": "SALESFORCE_LOG_WHERE"}
        mend = f"correct {setting.get(error.code, 'SALESFORCE_LOG_FIELDS')}, or let the run-as user read the object and"
        mend += " the fields"
        finding = _trouble(check, error, mend)
        # The rest of what Salesforce says repeats the query.
        named = re.search(r"'([\w.]{1,80})'", error.detail)
        return replace(finding, seen=f"{finding.seen}: {named[1]}") if named else finding
    entries = [entry for entry in page.entries if not (entry.deleted or entry.resolved)]
    reasons = [entry.error.reason for entry in entries if isinstance(entry.error, Rejection)]
    seen = f"can be read, {len(entries):,}{' or more' if page.more else ''} rows of the last 24 hours"
    if not reasons:
        return Finding(check, ok=True, seen=seen)
    return Finding(
        check,
        ok=len(reasons) < len(entries),
        seen=f"{seen}, {len(reasons):,} of them tell no error: the first {reasons[0]}",
        mend="name the fields in SALESFORCE_LOG_FIELDS, or leave such rows out with SALESFORCE_LOG_WHERE",
    )


def check_hubspot(hubspot: HubSpot) -> Iterator[Finding]:
    """Look at the service key, and the properties a resync writes."""
    try:
        account = hubspot.account()
    except VendorError as error:
        mend = "create a service key in HubSpot, Development > Keys: HUBSPOT_ACCESS_TOKEN"
        lacking = "give the service key read and write scopes for contacts, companies, deals, tickets and lists"
        yield _trouble("HubSpot key", error, mend, lacking)
        return
    yield Finding("HubSpot key", ok=True, seen=f"portal {account.portal_id}")
    for obj in CHECKED_OBJECTS:
        yield _field(
            f"HubSpot {obj}.{RESYNC_PROPERTY}",
            partial(hubspot.has_property, obj, RESYNC_PROPERTY),
            f"create a single-line text property {RESYNC_PROPERTY} on {obj} and map it two-way to {RESYNC_FIELD}",
        )


def check_processes(storage: Storage, now: datetime) -> Iterator[Finding]:
    """Look at the processes that work, and at how each hears from Slack."""
    with storage.read() as tx:
        working = tx.executors.working()
    for one in working:
        name = f"process {one.id}"
        silent = now - one.seen_at
        if silent > ALIVE_WITHIN:
            seen = f"{one.host}, pid {one.pid}: not heard of for {_span(silent)}"
            yield Finding(name, ok=False, seen=seen, mend="start `sfsync run`; it does what was left")
        elif one.slack:
            yield Finding(name, ok=True, seen=f"{one.host}, pid {one.pid}, since {_span(now - one.started_at)}")
            yield from _slack_connection(name, one.slack, now)
    if not working:
        yield Finding("processes", ok=True, seen="no `sfsync run` works on this database now")


def check_work(storage: Storage) -> Iterator[Finding]:
    """Look at whether anything is sent to Slack, at jobs that were given up, and digests that are paused."""
    with storage.read() as tx:
        stop = slack_stop.stopped(tx)
        lost = tx.jobs.given_up()
        paused = [one for one in tx.subscriptions.all() if one.paused]
    if stop:
        mend = (
            "install the app again at api.slack.com/apps (Install App), and put its new Bot User OAuth Token into .env"
        )
        mend += f" (SLACK_BOT_TOKEN); {ROTATED}"
        yield Finding("Slack messages", ok=False, seen=f"{stop}; what is due is kept", mend=mend)
    for kind, subject, error in lost:
        vendor, _ = vendor_and_kind(error)
        mend = f"{vendor} said no each time: ask for it anew" if vendor else "the log has the trace; report it as a bug"
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


def _slack_connection(process: str, slack: Mapping[str, Any], now: datetime) -> Iterator[Finding]:
    """Tell how a process hears from Slack, as it wrote down itself."""
    since = slack.get("connected_since")
    if slack.get("mode") != "socket":
        yield Finding(f"{process}, Slack", ok=True, seen="heard over HTTP")
        return
    trouble = str(slack.get("trouble") or "")
    seen = f"Socket Mode, connected for {_span(now - datetime.fromisoformat(since))}" if since else "not connected"
    mend = "its log tells more; it goes on trying by itself" if trouble or not since else ""
    if trouble and int(slack.get("connections") or 0) > int(slack.get("known") or 0):
        mend = "stop the instance that was forgotten; one that is meant to run needs a Slack app of its own"
    yield Finding(f"{process}, Slack", ok=not mend, seen=": ".join(part for part in (seen, trouble) if part), mend=mend)


def _span(time: timedelta) -> str:
    """Write a time so that its size is seen: 40 s, 12 min, 3 h, 5 d."""
    seconds = max(0, int(time.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _trouble(check: str, error: SfsyncError, mend: str, lacking: str = "") -> Finding:
    """Say what went wrong, and what mends it; `lacking` is for a token that is accepted but may not do enough.

    What the settings cannot mend is said to be the vendor's.
    """
    if isinstance(error, NotAuthenticated):
        mend += f"; {ROTATED}"
    elif isinstance(error, NotAuthorized):
        mend = lacking or mend
    elif isinstance(error, RateLimited):
        mend = "wait until the limit of API calls is free again, and find out who uses them up; work waits meanwhile"
    elif not isinstance(error, Rejected | Gone):
        mend = "try again in a while; if it stays, check the network, proxies and the vendor's status page"
    return Finding(check, ok=False, seen=str(error), mend=mend)
