"""What `sfsync doctor` looks at, each as far as its settings are there."""

from collections.abc import Iterator

from bot.app import hubspot_client, salesforce_client, slack_client
from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.manifest import SCOPES
from bot.settings import Needs, Settings, load
from bot.store.database import Database
from bot.store.migrate import current
from bot.store.storage import SqlStorage
from bot.store.tables import SCHEMA
from bot.usecases.checkup import (
    Finding,
    check_database,
    check_hubspot,
    check_salesforce,
    check_slack,
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
            yield from check_work(SqlStorage(database))
    finally:
        database.close()


def _slack(settings: Settings) -> Iterator[Finding]:
    return check_slack(slack_client(settings), set(SCOPES), SystemClock().now())


def _salesforce(settings: Settings) -> Iterator[Finding]:
    return check_salesforce(salesforce_client(settings, SystemClock()))


def _hubspot(settings: Settings) -> Iterator[Finding]:
    return check_hubspot(hubspot_client(settings))
