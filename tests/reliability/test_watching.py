"""What an operator's tools see when things are bad: a database that is down, and doors that all wait for it."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from bot.sandbox.slack.state import ADA, REVOPS
from bot.service import HTTP_THREADS
from tests.postgres import NoPostgres, PostgresServer
from tests.reliability.processes import Site, site, until

LONGEST_PROBE = 20.0
"""Seconds after which whoever watches gives up; far more than it takes, for this machine may be busy."""


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server to stop."""
    try:
        server = PostgresServer()
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")
    yield server
    server.close()


def look(at: Site, path: str) -> requests.Response:
    return requests.get(at.company.workspace.request_url.replace("/slack/events", path), timeout=LONGEST_PROBE)


def samples(at: Site) -> dict[str, float]:
    """Return the samples without a label."""
    answer = look(at, "/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {each.name: each.value for family in families for each in family.samples if not each.labels}


def test_a_scrape_is_answered_while_the_database_is_down(tmp_path: Path, own_server: PostgresServer) -> None:
    with site(tmp_path, database_url=own_server.create()) as at:
        bot = at.run()
        assert samples(at)["sfsync_database_up"] == 1
        own_server.stop()
        shown = samples(at)
        assert shown["sfsync_database_up"] == 0
        assert shown["process_resident_memory_bytes"] > 0
        assert "sfsync_deliveries_due" not in shown
        assert look(at, "/healthz").status_code == 200
        assert look(at, "/readyz").status_code == 503
        own_server.start()
        until(lambda: samples(at)["sfsync_database_up"] == 1)
        assert bot.alive


def test_health_is_told_although_every_thread_waits_for_a_locked_database(tmp_path: Path) -> None:
    with site(tmp_path) as at, closing(sqlite3.connect(tmp_path / "sfsync.db", isolation_level=None)) as other:
        at.run()
        at.company.workspace.command(ADA, REVOPS, "help")
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(2 * HTTP_THREADS) as people:
            asked = [
                people.submit(at.company.workspace.command, ADA, REVOPS, "usage allocated 1")
                for _ in range(2 * HTTP_THREADS)
            ]
            until(lambda: sum(one.running() for one in asked) >= HTTP_THREADS)
            assert look(at, "/healthz").status_code == 200
            assert look(at, "/readyz").status_code in {200, 503}
            assert samples(at)["sfsync_database_up"] == 1
        other.execute("ROLLBACK")
