"""What operators find in the logs: one id from the request to the last call, and nothing that is nobody's business."""

import re
from pathlib import Path
from typing import Any

import requests

from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import ADA, OTTO, REVOPS
from tests.databases import Books, books
from tests.postgres import PostgresServer
from tests.reliability.processes import API_TOKEN, Process, Site, site, until

SECRET_NAME = "Jane Doe of Secret Corp"

ERROR_ID = re.compile(r"(?:error|Fehler) ([0-9a-f]{12})\b")


def push(at: Site, **error: str) -> requests.Response:
    door = at.company.workspace.request_url.replace("/slack/events", "/api/v1/errors")
    row = {"object": "contact", "code": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access", **error}
    return requests.post(door, json=[row], headers={"Authorization": f"Bearer {API_TOKEN}"}, timeout=30)


def answered(at: Site, text: str, user: str = ADA) -> str:
    outcome = at.company.workspace.command(user, REVOPS, text)
    assert outcome.ok, outcome
    assert outcome.message
    return outcome.message.text


def request_lines(process: Process, **like: str) -> list[dict[str, Any]]:
    return [line for line in process.said() if line["event"] == "request" and like.items() <= line.items()]


def a_known_contact(at: Site) -> str:
    with at.company.world.lock:
        pairs = at.company.world.pairs("Contact")
        return next(pair.hubspot.id for pair in pairs if pair.hubspot and pair.salesforce)


def test_one_id_leads_from_the_request_to_the_last_call_also_past_a_kill(tmp_path: Path, database_url: str) -> None:
    with site(tmp_path, database_url=database_url, sfsync_proof_after=1) as at, books(database_url) as stored:
        killed = at.run()
        push(at, hubspot_id=a_known_contact(at))
        at.company.faults.add(Fault("slow", "/crm/objects/", seconds=2.0))
        answered(at, "resync other", OTTO)
        [asked] = until(lambda: request_lines(killed, name="resync"))
        assert (asked["entry"], asked["outcome"]) == ("command", "ok")
        until(lambda: stored.number("SELECT calls FROM resync_batch"))
        killed.kill()
        at.company.faults.clear()
        second = at.run()
        until(lambda: stored.number("SELECT count(*) FROM resync_batch WHERE finished_at IS NOT NULL"))
        until(lambda: stored.jobs_left() == 0)
        calls = [line for line in second.said() if line["event"] == "vendor call" and "job" in line]
        assert {line["request"] for line in calls} == {asked["request"]}
        assert {line["vendor"] for line in calls} == {"HubSpot", "Salesforce", "Slack"}
        assert all(line["ms"] > 0 for line in calls)
        assert {line["job"].partition(":")[0] for line in calls} >= {"resync", "prove", "report"}


def test_a_push_is_answered_with_the_id_of_its_lines(tmp_path: Path) -> None:
    with site(tmp_path) as at:
        bot = at.run()
        answer = push(at, hubspot_id="701", record=SECRET_NAME)
        [line] = until(lambda: request_lines(bot, entry="push"))
        assert line["request"] == answer.headers["X-Request-Id"]
        assert SECRET_NAME not in bot.log.read_text()


def test_the_id_a_person_reads_leads_to_the_trace_which_names_no_value(tmp_path: Path, database_url: str) -> None:
    with site(tmp_path, database_url=database_url) as at, books(database_url) as stored:
        bot = at.run()
        answered(at, "usage allocated 5000")
        stored.change("UPDATE note SET value = :name WHERE name LIKE '%allocated%'", name=SECRET_NAME)
        said = ERROR_ID.search(answered(at, "usage"))
        assert said
        [line] = until(lambda: [one for one in bot.said() if one["event"] == "listener failed"])
        assert line["request"] == said[1]
        assert "builtins.ValueError: invalid literal for int() with base 10: …" in line["exception"]
        assert "usage.py" in line["exception"]
        assert [one["outcome"] for one in request_lines(bot, name="usage")] == ["ok", "failed"]
        assert SECRET_NAME not in bot.log.read_text()


def test_neither_secrets_nor_record_data_that_postgresql_names_are_logged(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    with postgres.database() as url, site(tmp_path, database_url=url) as at, books(url) as stored:
        bot = at.run()
        push(at, hubspot_id="701")
        refuse(stored, "error", "record = ''")
        refuse(stored, "resync_batch", "response_url = ''")
        refused = push(at, hubspot_id="702", record=SECRET_NAME)
        assert refused.status_code == 500
        assert refused.json()["error"].endswith(refused.headers["X-Request-Id"])
        said = answered(at, "resync other", OTTO)
        told = ERROR_ID.search(said)
        assert told, said
        answered(at, f"errors {SECRET_NAME}")
        traces = until(lambda: [line for line in bot.said() if "CheckViolation" in line.get("exception", "")])
        assert [line["request"] for line in traces] == [refused.headers["X-Request-Id"], told[1]]
        bot.terminate()
        log = bot.log.read_text()
        response_urls = {str(hook) for hook in at.company.workspace.response_urls}
        secrets = {
            name: str(value) for name, value in at.company.settings().items() if "token" in name or "secret" in name
        }
        assert response_urls
        assert secrets
        for secret in (SECRET_NAME, API_TOKEN, *response_urls, *secrets.values()):
            assert not secret or secret not in log
        assert "DETAIL" not in log
        assert "Failing row" not in log


def refuse(stored: Books, table: str, unless: str) -> None:
    """Have the server refuse rows, with an error that names all their values."""
    stored.change(f"ALTER TABLE {table} ADD CHECK ({unless}) NOT VALID")
