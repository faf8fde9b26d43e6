"""Logs hold no record data, whatever is asked for and whatever goes wrong with it."""

import re
from pathlib import Path

import requests

from bot.sandbox.faults import Fault
from bot.sandbox.slack.state import ADA, REVOPS, Message
from tests.reliability.processes import API_TOKEN, Site, site, until
from tests.scenario.steps import button, words

NAME, EMAIL = "Zebulon Quarrington", "z.quarrington@example.com"
HUBSPOT_ID, SALESFORCE_ID = "990177043", "003ZqRt000ZeBuLAAV"
HELD = re.compile(f"zebulon|quarrington|{HUBSPOT_ID}|{SALESFORCE_ID[:15]}", re.IGNORECASE)

ROW = {
    "object": "contact",
    "record": EMAIL,
    "code": "STRANGE_CODE",
    "message": f"{NAME} ({EMAIL}) is like {SALESFORCE_ID}; value '{NAME}' is refused",
}


def ask(at: Site, text: str) -> Message:
    outcome = at.company.workspace.command(ADA, REVOPS, text)
    assert outcome.message, outcome
    return outcome.message


def press(at: Site, card: Message, action: str) -> None:
    assert at.company.workspace.press(ADA, card, action, value=button(card, action)).ok


def push(at: Site, body: bytes | None = None, token: str = API_TOKEN, json: object = None) -> int:
    door = at.company.workspace.request_url.replace("/slack/events", "/api/v1/errors")
    headers = {"Authorization": f"Bearer {token}"}
    return requests.post(door, data=body, json=json, headers=headers, timeout=30).status_code


def test_no_log_line_names_a_record_or_a_person(tmp_path: Path) -> None:
    with site(tmp_path) as at:
        workspace, run = at.company.workspace, at.run()
        rows = [{**ROW, "hubspot_id": HUBSPOT_ID}, {**ROW, "code": "ODD_CODE", "salesforce_id": SALESFORCE_ID}]
        assert push(at, json=[*rows, {**ROW, "hubspot_id": NAME}, {**ROW, "seen_at": EMAIL}]) == 200
        assert push(at, f'[{{"record": "{EMAIL}"'.encode()) == 400
        assert push(at, token=EMAIL, json=rows) == 401
        for text in (
            f"errors {EMAIL}",
            f"errors {NAME} Junior",
            f"{EMAIL}",
            f"notify daily {NAME}",
            f"usage allocated {NAME}",
        ):
            ask(at, text)
        press(at, ask(at, "errors strange_code"), "details.v1")
        modal = workspace.modal(ADA)
        assert EMAIL in words(modal)
        ask(at, f"export {EMAIL}")
        until(lambda: [one for one in workspace.files.values() if one.completed])
        workspace.fail("files.getUploadURLExternal", "missing_scope")
        ask(at, f"export {NAME}")
        # Neither system has these records: both refuse the change, and name them.
        at.company.faults.add(Fault("server_error", "/crm/objects/", times=1))
        for code in ("strange_code", "odd_code"):
            press(at, ask(at, f"errors {code}"), "resync.v1")
        until(lambda: at.books.number("SELECT count(*) FROM resync_batch WHERE finished_at IS NOT NULL") == 2)
        # A bug that meets data: rows of a type that this version does not know.
        at.books.change("UPDATE error_group SET error_type = :name WHERE code = 'ODD_CODE'", name=NAME)
        ask(at, "errors odd_code")
        ask(at, f"export {EMAIL}")
        until(lambda: any(line["event"] == "step failed" for line in run.said()))
        imported = tmp_path / f"{EMAIL}.csv"
        imported.write_text(
            f"Object,HubSpot ID,Record,Code,Message\nContact,{NAME},x,A,b\nContact,1,{NAME},A,{EMAIL}\n"
        )
        command = at.launch("import", str(imported), "--partial")
        assert command.ended() == 0
        run.terminate()
        events = {line["event"] for line in run.said()}
        assert {"vendor call", "listener failed", "step failed", "job failed"} <= events
        for process in at.started:
            found = [line for line in process.log.read_text().splitlines() if HELD.search(line)]
            assert not found, found
