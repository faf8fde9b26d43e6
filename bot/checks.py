"""What `sfsync doctor` looks at, each as far as its settings are there."""

from collections.abc import Iterator
from functools import partial

from bot.app import connector, hubspot_client, salesforce_client, slack_client
from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.live import Live
from bot.manifest import SCOPES
from bot.settings import Needs, Settings, load
from bot.sources.salesforce_log import read as read_log
from bot.store.database import Database
from bot.store.migrate import current
from bot.store.storage import SqlStorage
from bot.store.tables import SCHEMA
from bot.usecases.checkup import (
    Finding,
    check_database,
    check_hubspot,
    check_log,
    check_processes,
    check_salesforce,
    check_slack,
    check_socket_mode,
    check_work,
)


def examine() -> Iterator[Finding]:
    """Check everything that is set up; a part whose settings are missing says which."""
    for need, check in (
        (Needs.DATABASE, _database),
        (Needs.SLACK | Needs.SERVER, _slack),
        (Needs.SALESFORCE, _salesforce),
        (Needs.HUBSPOT, _hubspot),
    ):
        try:
            settings = load(need)
        except SettingsError as error:
            for problem in error.problems:
                name, _, what = problem.partition(": ")
                seen, _, mend = what.partition("; ")
                yield Finding(name, ok=False, seen=seen, mend=mend)
        else:
            yield from check(settings)


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.database_url)
    try:
        finding = check_database(lambda: current(database), SCHEMA)
        yield finding
        if finding.ok:
            storage = SqlStorage(database)
            yield from check_processes(storage, SystemClock().now())
            yield from check_work(storage)
    finally:
        database.close()


def _slack(settings: Settings) -> Iterator[Finding]:
    live = Live(settings)
    yield from check_slack(slack_client(live), set(SCOPES), SystemClock().now())
    if settings.slack_app_token.get_secret_value():
        yield check_socket_mode(connector(live).address)


def _salesforce(settings: Settings) -> Iterator[Finding]:
    salesforce, log = salesforce_client(Live(settings), SystemClock()), settings.salesforce_log
    yield from check_salesforce(salesforce)
    if log:
        yield check_log(log, partial(read_log, salesforce, log), SystemClock().now())


def _hubspot(settings: Settings) -> Iterator[Finding]:
    return check_hubspot(hubspot_client(Live(settings)))
