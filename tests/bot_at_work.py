"""The bot and the vendors it talks to, as scenario tests use them: a request in, the vendors' wire out."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import TypeVar

import requests

from bot.app import build
from bot.live import Live
from bot.local import Local, local
from bot.sandbox.company import Company
from bot.service import Service
from bot.settings import Needs, load
from bot.sources.export_file import read
from bot.usecases import ingest
from tests import dotenv

T = TypeVar("T")

API_TOKEN = "push-token-made-up"

IN_PASSING = 3.0
"""Seconds within which a call ends that does not hang."""


class MovableClock:
    """Domain time that a test moves; it goes on by itself like any clock."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class BotAtWork:
    company: Company
    at: Local
    service: Service
    clock: MovableClock
    address: str
    folder: Path
    dotenv: dict[str, object] = field(default_factory=dict)

    def put_into_env(self, **values: object) -> None:
        """Change settings in the bot's `.env` file, and have it looked at sooner than it would be by itself.

        It takes effect once two looks have found the same in it.
        """
        self.dotenv |= values
        dotenv.put(self.folder, dotenv.written(self.dotenv))
        for _ in range(2):
            self.service.timers.wake("settings")
            sleep(0.1)

    def import_errors(self) -> None:
        """Bring in what HubSpot's page has to export, as a person does."""
        answer = requests.get(self.company.export_address, timeout=10)
        file = self.folder / "export.csv"
        file.write_bytes(answer.content)
        with file.open("rb") as stream:
            run = ingest.read_in(self.at.storage, self.at.clock, read(stream, file.name), file.name, complete=True)
        ingest.start(self.at.storage, self.at.clock, run)
        self.service.wake()
        self.until(lambda: ingest.result(self.at.storage, run).state == "done")

    def later(self, by: timedelta) -> None:
        """Move the clock, once what was begun is over: a call that failed just now must not fail in the future.

        What hangs is not waited for.
        """
        end = monotonic() + IN_PASSING
        while self.at_work() and monotonic() < end:
            sleep(0.01)
        self.clock.ahead += by
        self.service.wake()

    def at_work(self) -> bool:
        """Whether something was begun whose end is not written down yet."""
        with self.at.storage.read() as tx:
            return bool(tx.jobs.running_since(None))

    def until(self, condition: Callable[[], T], seconds: float = 20.0) -> T:
        """Wait for what happens by itself; answer what it came to."""
        end = monotonic() + seconds
        while monotonic() < end:
            if value := condition():
                return value
            sleep(0.02)
        raise AssertionError(f"did not happen within {seconds} s")


@contextmanager
def bot_at_work(
    folder: Path,
    database_url: str = "",
    *,
    proof_after: int = 600,
    pace: float = 0.0,
    in_env: Collection[str] = (),
    socket_mode: bool = False,
    slack_is_down: bool = False,
    **given: object,
) -> Iterator[BotAtWork]:
    """Start the three vendors and the bot, by default on SQLite in `folder`; the vendors sync when told to.

    The settings named by `in_env` stand in the bot's `.env` file. With `socket_mode` the bot is connected when this
    yields, unless `slack_is_down`: then every call to Slack fails until the workspace's faults are cleared.
    """
    with Company(pace=pace, socket_mode=socket_mode) as company:
        company.sync.run()
        if slack_is_down:
            company.workspace.fail("*", "service_unavailable", times=10_000)
        given = {
            **company.settings(),
            "database_url": database_url or f"sqlite:///{folder / 'sfsync.db'}",
            "sfsync_proof_after": proof_after,
            "sfsync_api_token": API_TOKEN,
            "host": "127.0.0.1",
            "port": 0,
            "_env_file": folder / ".env",
            **given,
        }
        rotating = {name: given.pop(name) for name in in_env}
        dotenv.put(folder, dotenv.written(rotating))
        settings = load(Needs.ALL, given)
        clock = MovableClock()
        with local(settings, clock) as at:
            service = build(settings, at, Live(settings, folder / ".env", lambda: load(Needs.ALL, given)))
            service.start(Event())
            try:
                port = service.serve("127.0.0.1", 0)
                address = f"http://127.0.0.1:{port}"
                company.workspace.request_url = f"{address}/slack/events"
                if socket_mode and not slack_is_down:
                    assert company.sockets.wait(1)
                yield BotAtWork(company, at, service, clock, address, folder, rotating)
            finally:
                service.stop()
