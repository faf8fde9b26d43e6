"""`sfsync run`, `doctor` and `migrate`, against the sandbox of all three vendors."""

import json
import re
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import Popen
from time import monotonic

import pytest
import requests

from bot.sandbox.company import Company
from bot.sandbox.crm.seeding import build_world
from bot.sandbox.crm.sync_log import LOG
from bot.sandbox.faults import Faults
from bot.sandbox.hubspot.app import create_hubspot
from bot.server import serve
from bot.store.tables import SCHEMA
from tests.command import Said, Sfsync
from tests.databases import Databases, books

ROWS = "Object,HubSpot ID,Error Code\n" + "".join(f"Contact,{number},STRING_TOO_LONG\n" for number in range(5))


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    with Company(pace=0) as started:
        yield started


def settings_of(company: Company) -> dict[str, str]:
    return {name.upper(): value for name, value in company.settings().items()} | {"HOST": "127.0.0.1", "PORT": "0"}


@pytest.fixture
def sfsync(company: Company, tmp_path: Path, database_url: str) -> Iterator[Sfsync]:
    scopes = set(company.workspace.scopes)
    yield Sfsync(tmp_path, settings_of(company) | {"DATABASE_URL": database_url})
    company.workspace.scopes.update(scopes)


@pytest.fixture
def fresh(company: Company, databases: Databases, tmp_path: Path) -> Iterator[Sfsync]:
    """The command on a database without any table."""
    url = databases.empty(tmp_path)
    yield Sfsync(tmp_path, settings_of(company) | {"DATABASE_URL": url})
    databases.drop(url)


@contextmanager
def running(sfsync: Sfsync) -> Iterator[tuple[Popen[str], str]]:
    """Start `sfsync run`; yield the process and its address once it is ready."""
    process = sfsync.start("run")
    try:
        assert process.stderr
        lines = []
        for line in process.stderr:
            lines.append(line)
            if '"ready"' in line:
                yield process, json.loads(line)["address"]
                break
        else:
            pytest.fail("".join(lines))
    finally:
        process.kill()
        process.communicate(timeout=10)


def end(process: Popen[str], number: signal.Signals) -> tuple[float, Said]:
    """Send a signal; answer how long the end took, and what was said."""
    started = monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    return monotonic() - started, Said(process.returncode, out, err)


def test_run_works_alone_on_sqlite(company: Company, tmp_path: Path) -> None:
    sfsync = Sfsync(tmp_path, settings_of(company))
    with running(sfsync):
        second = sfsync("run")
    assert (second.code, second.out) == (1, "")
    assert "Another sfsync works on this database already" in second.err
    assert "Traceback" not in second.err


def test_run_does_what_import_asks_and_ends_on_sigterm(sfsync: Sfsync) -> None:
    with running(sfsync) as (process, address):
        assert requests.get(address.replace("/slack/events", "/healthz"), timeout=10).status_code == 200
        done = sfsync.good("import", sfsync.file("some.csv", ROWS), "--json")
        assert done.json["new"] == 5
        assert done.err == ""

        took, said = end(process, signal.SIGTERM)
    assert (said.code, said.out) == (0, "")
    assert took < 10
    assert "Traceback" not in said.err
    assert '"stopping"' in said.err
    assert sfsync.good("errors", "--json").json["total"]["errors"] == 5


def test_a_start_warns_of_nothing(sfsync: Sfsync) -> None:
    with running(sfsync) as (process, _):
        _, said = end(process, signal.SIGTERM)
    levels = [json.loads(line)["level"] for line in said.err.splitlines()]
    assert set(levels) == {"info"}, said.err


def test_files_that_hold_peoples_data_are_for_their_owner_alone(tmp_path: Path, company: Company) -> None:
    url = {"DATABASE_URL": f"sqlite:///{tmp_path / 'sfsync.db'}"}
    with running(Sfsync(tmp_path, settings_of(company) | url)) as (process, _):
        files = [*tmp_path.glob("*.db"), *tmp_path.glob("*.db-*")]
        modes = {file.name: oct(file.stat().st_mode & 0o777) for file in files}
        end(process, signal.SIGTERM)
    assert {"sfsync.db", "sfsync.db-wal", "sfsync-engine.db"} <= set(modes)
    assert set(modes.values()) == {"0o600"}, modes


def test_run_ends_on_control_c_and_can_start_again(sfsync: Sfsync) -> None:
    for _ in range(2):
        with running(sfsync) as (process, _):
            took, said = end(process, signal.SIGINT)
        assert said.code == 0
        assert took < 10
        assert "Traceback" not in said.err


def test_no_secret_is_in_the_log(sfsync: Sfsync) -> None:
    sfsync.settings["SFSYNC_API_TOKEN"] = "hush-api-token"
    secrets = [value for name, value in sfsync.settings.items() if re.search("TOKEN|SECRET", name) and value]
    assert len(secrets) == 5
    with running(sfsync) as (process, address):
        push = address.replace("/slack/events", "/api/v1/errors")
        assert requests.post(push, json=[], headers={"Authorization": "Bearer wrong"}, timeout=10).status_code == 401
        assert requests.post(address, data={"token": "x"}, timeout=10).status_code == 401
        _, said = end(process, signal.SIGTERM)
    assert not [secret for secret in secrets if secret in said.err]


def test_missing_settings_are_all_named_at_once(tmp_path: Path) -> None:
    said = Sfsync(tmp_path, {"PORT": "many", "SFSYNC_TIMEZONE": "Berlin"})("run")
    assert (said.code, said.out) == (2, "")
    names = [line.split(":")[0] for line in said.err.splitlines()]
    assert sorted(names) == sorted(
        [
            *("PORT", "SFSYNC_TIMEZONE", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SALESFORCE_DOMAIN"),
            *("SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET", "HUBSPOT_ACCESS_TOKEN"),
        ]
    )
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_is_said_to_be(sfsync: Sfsync) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sfsync.settings["PORT"] = str(port)
        said = sfsync("run")
    assert said.code == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in said.err
    assert "Traceback" not in said.err


# doctor


def findings(said: Said) -> dict[str, dict[str, object]]:
    return {one["check"]: one for one in said.json["findings"]}


def failed(said: Said) -> list[str]:
    return [check for check, one in findings(said).items() if not one["ok"]]


def test_doctor_finds_everything_well(sfsync: Sfsync) -> None:
    sfsync.good("migrate")
    sfsync.settings["SALESFORCE_LOG_OBJECT"] = LOG
    said = sfsync.good("doctor", "--json")
    assert failed(said) == []
    assert str(findings(said)[f"Salesforce {LOG}"]["seen"]).startswith("can be read, ")
    checks = set(findings(said))
    assert {"database", "Slack token", "Slack scopes", "clock", "Salesforce login", "HubSpot key"} <= checks
    assert {"HubSpot contact.sfsync_resync_token", "Salesforce Contact.SFSync_Resync_Token__c"} <= checks
    assert all(set(one) == {"check", "ok", "seen", "mend"} for one in said.json["findings"])
    told = sfsync.good("doctor").out
    assert told.count("ok  ") == len(checks)
    assert "FAIL" not in told


def test_doctor_tells_what_is_wrong_and_how_to_mend_it(fresh: Sfsync, company: Company) -> None:
    fresh.settings |= {
        "SLACK_BOT_TOKEN": "xoxb-of-another-app",
        "SALESFORCE_CLIENT_SECRET": "wrong",
        "HUBSPOT_ACCESS_TOKEN": "wrong",
    }
    said = fresh("doctor", "--json")
    assert said.code == 1
    found = findings(said)
    assert failed(said) == ["database", "Slack token", "Salesforce login", "HubSpot key"]
    assert "sfsync migrate" in str(found["database"]["mend"])
    assert "SLACK_BOT_TOKEN" in str(found["Slack token"]["mend"])
    assert "SALESFORCE_CLIENT_SECRET" in str(found["Salesforce login"]["mend"])
    assert "HUBSPOT_ACCESS_TOKEN" in str(found["HubSpot key"]["mend"])
    assert company.workspace.bot_token not in said.out


def test_doctor_misses_a_scope_and_a_property(sfsync: Sfsync, company: Company) -> None:
    sfsync.good("migrate")
    company.workspace.scopes.remove("files:write")
    with serve(create_hubspot(build_world(errors={}, resync_property=False), Faults())) as hubspot:
        sfsync.settings["HUBSPOT_API_URL"] = hubspot.url
        said = sfsync("doctor")
    assert said.code == 1
    lines = said.out.splitlines()
    bad = [number for number, line in enumerate(lines) if line.startswith("FAIL")]
    assert [lines[number] for number in bad] == [
        "FAIL  Slack scopes: missing: files:write",
        *(
            f"FAIL  HubSpot {obj}.sfsync_resync_token: missing, or not writable"
            for obj in ("contact", "company", "deal")
        ),
    ]
    assert "OAuth & Permissions" in lines[bad[0] + 1]
    assert "create a single-line text property sfsync_resync_token on contact" in lines[bad[1] + 1]


def test_doctor_tells_a_vendor_that_does_not_answer_from_a_wrong_setting(sfsync: Sfsync) -> None:
    sfsync.good("migrate")
    with closing(socket.socket()) as closed:
        closed.bind(("127.0.0.1", 0))
        sfsync.settings["HUBSPOT_API_URL"] = f"http://127.0.0.1:{closed.getsockname()[1]}"
        said = sfsync("doctor", "--json")
    assert failed(said) == ["HubSpot key"]
    assert "status page" in str(findings(said)["HubSpot key"]["mend"])


def test_doctor_names_settings_that_are_missing(tmp_path: Path) -> None:
    said = Sfsync(tmp_path)("doctor", "--json")
    assert said.code == 1
    assert {"SLACK_BOT_TOKEN", "SALESFORCE_DOMAIN", "HUBSPOT_ACCESS_TOKEN"} <= set(failed(said))


# migrate


def test_migrate_from_four_processes_at_once(fresh: Sfsync) -> None:
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: fresh("migrate"), range(4)))
    assert [said.code for said in done] == [0] * 4
    assert sorted(said.err for said in done) == [
        f"The database is now at {SCHEMA}.\n",
        *["The database is up to date.\n"] * 3,
    ]
    assert fresh.good("errors", "--json").json["categories"] == []


def test_a_database_of_a_newer_version_is_refused_untouched(sfsync: Sfsync) -> None:
    sfsync.good("migrate")
    with books(sfsync.database_url) as opened:
        opened.change("UPDATE alembic_version SET version_num = '9999'")
        for arguments in (["migrate"], ["errors"]):
            said = sfsync(*arguments)
            assert (said.code, said.out) == (1, "")
            assert "belongs to a newer version of sfsync" in said.err
        assert opened.rows("SELECT version_num FROM alembic_version") == [{"version_num": "9999"}]
