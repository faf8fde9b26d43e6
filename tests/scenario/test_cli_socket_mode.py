"""`sfsync run` and `doctor` with an app token."""

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from time import monotonic
from typing import Any

import pytest
import requests

from bot.sandbox.company import Company
from bot.sandbox.slack.state import ADA, REVOPS
from tests.command import Said, Sfsync


@pytest.fixture
def company() -> Iterator[Company]:
    with Company(pace=0, socket_mode=True) as started:
        yield started


@pytest.fixture
def sfsync(company: Company, tmp_path: Path) -> Sfsync:
    settings = {name.upper(): value for name, value in company.settings().items()}
    return Sfsync(tmp_path, settings | {"HOST": "127.0.0.1", "PORT": "0"})


@contextmanager
def running(sfsync: Sfsync) -> Iterator[tuple[Popen[str], dict[str, Any]]]:
    """Start `sfsync run`; yield the process and the line that tells it is ready."""
    process = sfsync.start("run")
    try:
        assert process.stderr
        lines = []
        for line in process.stderr:
            lines.append(line)
            if '"ready"' in line:
                yield process, json.loads(line)
                break
        else:
            pytest.fail("".join(lines))
    finally:
        process.kill()
        process.communicate(timeout=10)


def findings(said: Said) -> dict[str, dict[str, Any]]:
    return {one["check"]: one for one in said.json["findings"]}


def test_run_is_heard_over_a_socket_says_so_and_lets_go_of_it_when_it_ends(sfsync: Sfsync, company: Company) -> None:
    with running(sfsync) as (process, ready):
        assert ready["slack"] == "Socket Mode"
        assert requests.get(f"{ready['address']}/healthz", timeout=10).ok
        assert company.sockets.wait(1, timeout=30)
        assert company.workspace.command(ADA, REVOPS, "help").ok
        began = monotonic()
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert monotonic() - began < 15
    assert company.sockets.wait(0, timeout=1)
    assert "Traceback" not in err
    secrets = [company.workspace.app_token, company.workspace.bot_token, "ticket="]
    assert not [secret for secret in secrets if secret in err]


def test_doctor_opens_nothing_and_tells_what_mends_a_bad_token(sfsync: Sfsync, company: Company) -> None:
    sfsync.good("migrate")
    assert findings(sfsync.good("doctor", "--json"))["Slack app token"]["ok"]
    assert company.sockets.links == []
    sfsync.settings["SLACK_APP_TOKEN"] = "xapp-1-of-another-app"
    found = findings(sfsync("doctor", "--json"))["Slack app token"]
    assert not found["ok"]
    assert "invalid_auth" in found["seen"]
    assert "SLACK_APP_TOKEN" in found["mend"]


def test_doctor_tells_that_socket_mode_is_off(sfsync: Sfsync, company: Company) -> None:
    sfsync.good("migrate")
    company.sockets.disable()
    found = findings(sfsync("doctor", "--json"))["Slack app token"]
    assert "socket_mode_not_enabled" in found["seen"]
    assert "turn on Socket Mode" in found["mend"]


def test_r25_doctor_tells_of_the_connection_of_a_running_process(sfsync: Sfsync, company: Company) -> None:
    with running(sfsync):
        assert company.sockets.wait(1, timeout=30)
        end = monotonic() + 40
        seen = ""
        while "connected for" not in seen and monotonic() < end:
            seen = str(findings(sfsync("doctor", "--json")).get("process 1, Slack", {}).get("seen"))
        assert "Socket Mode, connected for" in seen
