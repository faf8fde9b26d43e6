"""`sfsync demo`: the real service, working for a made-up company, on a database that is thrown away.

At first a helper plays the one person the product needs and the sandbox has not: who exports the errors from HubSpot's
page, and brings them in. From then on they come out of the log that the company keeps in its Salesforce.
"""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import requests

from bot.app import build
from bot.local import Local, local
from bot.sandbox.company import Company
from bot.sandbox.crm.sync_log import LOG
from bot.sandbox.slack.state import ADA, REVOPS
from bot.service import Service
from bot.settings import Needs, load
from bot.sources.export_file import read
from bot.usecases import digests, ingest, salesforce_log

SYNC_EVERY = 3.0
"""Seconds between two looks of the made-up HubSpot; the real one takes about 15 minutes."""

PROOF_AFTER = 9
"""Seconds from a resync to its proof, long enough for a sync and a look into the log in between."""


def run_demo(
    *,
    page_port: int,
    stop: Event,
    tell: Callable[[str], None],
    ready: Callable[[str], None],
    socket_mode: bool = True,
) -> None:
    """Run until `stop` is set. `tell` hears what happens, `ready` the page's address once a digest is there."""
    with TemporaryDirectory(prefix="sfsync-demo-") as folder, _company(page_port, socket_mode, tell) as company:
        given = {
            **company.settings(),
            "salesforce_log_object": LOG,
            "database_url": f"sqlite:///{Path(folder) / 'sfsync.db'}",
            "sfsync_proof_after": PROOF_AFTER,
            "sfsync_api_token": "",
            "host": "127.0.0.1",
            "port": 0,
        }
        settings = load(Needs.ALL, given)
        with local(settings) as at:
            service = build(settings, at)
            service.start(stop)
            try:
                port = service.serve("127.0.0.1", 0)
                company.workspace.request_url = f"http://127.0.0.1:{port}/slack/events"
                _begin(company, at, service, tell)
                ready(company.page)
                while not stop.wait(SYNC_EVERY):
                    _live(company, at, service)
            finally:
                tell("Stopping …")
                service.stop()


def import_export(company: Company, at: Local, service: Service) -> ingest.Preview:
    """Do what a person does: export the errors on HubSpot's page, and bring the file in."""
    answer = requests.get(company.export_address, timeout=10, stream=True)
    answer.raise_for_status()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "hubspot-sync-errors.csv"
        file.write_bytes(answer.content)
        with file.open("rb") as stream:
            run = ingest.read_in(at.storage, at.clock, read(stream, file.name), file.name, complete=True)
    view = ingest.preview(at.storage, run)
    ingest.start(at.storage, at.clock, run)
    service.wake()
    while ingest.result(at.storage, run).state != "done":
        time.sleep(0.05)
    return view


def _company(page_port: int, socket_mode: bool, tell: Callable[[str], None]) -> Company:  # noqa: FBT001 - a setting
    try:
        return Company(page_port=page_port, socket_mode=socket_mode)
    except OSError:
        tell(f"Port {page_port} is taken; using a free one.")
        return Company(socket_mode=socket_mode)


def _begin(company: Company, at: Local, service: Service, tell: Callable[[str], None]) -> None:
    """Bring the world's errors in, and post the first digest."""
    company.sync.run()
    view = import_export(company, at, service)
    tell(f"{view.new:,} sync errors of a made-up company were imported.")
    now = at.clock.now()
    with at.storage.write() as tx:
        digests.subscribe(tx, now, channel=REVOPS, at="09:00", timezone="UTC", language="en", who=ADA)
        digests.send_now(tx, tx.subscriptions.all()[0], now.date().isoformat(), now)
    service.wake()
    while not company.workspace.messages(REVOPS):
        time.sleep(0.05)
    tell("The first digest was posted.")


def _live(company: Company, at: Local, service: Service) -> None:
    """Let HubSpot sync, and look into the log at once where that changed something, not after ten minutes."""
    looked = company.sync.run()
    if looked.synced or looked.failed:
        salesforce_log.arm(at.storage, at.clock)
        service.wake()
