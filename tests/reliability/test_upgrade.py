"""A new version on the database of an old one that was killed in the middle of its work: it ends what that began.

The old version is this one, killed, and its database brought back to what version 0001 of the tables had: no column
for what a job came from, and workflows that were handed over without it.
"""

import json
from pathlib import Path
from typing import Any

import requests
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import OTTO, REVOPS
from bot.store import migrate
from bot.store.database import Database, engine_url, normal_url
from bot.store.tables import SCHEMA
from tests.databases import Books, books
from tests.reliability.processes import API_TOKEN, Site, site, until

FIRST = "0001"

ERRORS = 3


def bring_errors_in(at: Site) -> None:
    with at.company.world.lock:
        pairs = [pair for pair in at.company.world.pairs("Contact") if pair.hubspot and pair.salesforce][:ERRORS]
        ids = [pair.hubspot.id for pair in pairs if pair.hubspot]
    rows = [{"object": "contact", "hubspot_id": one, "code": "UNABLE_TO_LOCK_ROW"} for one in ids]
    door = at.company.workspace.request_url.replace("/slack/events", "/api/v1/errors")
    answer = requests.post(door, json=rows, headers={"Authorization": f"Bearer {API_TOKEN}"}, timeout=30)
    assert answer.json()["new"] == ERRORS


def go_back(url: str) -> int:
    """Make a database what the first version would have left; answer how many workflows it had begun."""
    database = Database(url)
    try:
        config = Config()
        config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
        with database.engine.connect() as connection, migrate._references_ignored(connection):
            config.attributes["connection"] = connection
            command.downgrade(config, FIRST)
            connection.commit()
        return forget_requests(database)
    finally:
        database.close()


def forget_requests(database: Database) -> int:
    """Take what a job came from out of the workflows that are not over."""
    engine = create_engine(normal_url(engine_url(database)))
    schema = "" if database.on_sqlite else "dbos."
    try:
        with engine.begin() as connection:
            rows = connection.execute(
                text(
                    f"SELECT workflow_uuid, i.inputs FROM {schema}workflow_input i"
                    f" JOIN {schema}workflow_status USING (workflow_uuid) WHERE status IN ('PENDING', 'ENQUEUED')"
                )
            ).all()
            for workflow, inputs in rows:
                given: dict[str, Any] = json.loads(inputs)
                arguments = given["positionalArgs"]
                assert len(arguments) == 4
                del arguments[3:]
                connection.execute(
                    text(f"UPDATE {schema}workflow_input SET inputs = :inputs WHERE workflow_uuid = :workflow"),
                    {"inputs": json.dumps(given), "workflow": workflow},
                )
        return len(rows)
    finally:
        engine.dispose()


def version(stored: Books) -> str:
    return str(stored.rows("SELECT version_num FROM alembic_version")[0]["version_num"])


def test_work_that_an_older_version_began_is_ended_by_the_next(tmp_path: Path, database_url: str) -> None:
    with site(tmp_path, database_url=database_url, sfsync_proof_after=1) as at, books(database_url) as stored:
        old = at.run()
        bring_errors_in(at)
        at.company.faults.add(Fault("slow", "/crm/objects/", seconds=3.0))
        asked = at.company.workspace.command(OTTO, REVOPS, "resync other")
        assert asked.ok, asked
        until(lambda: stored.number("SELECT calls FROM resync_batch"))
        old.kill()
        at.company.faults.clear()
        assert go_back(database_url) > 0
        assert version(stored) == FIRST
        assert stored.jobs_left() > 0
        if not database_url.startswith("sqlite:"):
            refused = at.launch("run")
            assert refused.ended() == 1
            assert "sfsync migrate" in refused.log.read_text()
            assert at.launch("migrate").ended() == 0
        at.company.sync.start(0.2)
        new = at.run()
        until(lambda: stored.number("SELECT count(*) FROM resync_batch WHERE finished_at IS NOT NULL"))
        until(lambda: stored.jobs_left() == 0)
        assert version(stored) == SCHEMA
        assert stored.number("SELECT count(*) FROM resync_item") == ERRORS
        assert stored.number("SELECT count(*) FROM resync_item WHERE open_error IS NOT NULL") == 0
        assert stored.number("SELECT count(*) FROM resync_item WHERE outcome = 'resolved'") > 0
        touches = [call for call in at.company.hubspot_calls if call.path.endswith("/batch/update")]
        assert 1 <= len(touches) <= 2
        assert len([one for one in at.company.workspace.messages(REVOPS) if "Resync" in one.text]) <= 2
        # Work that has no request gets an id of its own, so that its lines belong together even so.
        calls = [line for line in new.said() if line["event"] == "vendor call" and "job" in line]
        assert calls
        assert all(line["request"] for line in calls)
