"""When a change of the `.env` file takes effect, and when it does not."""

from collections.abc import Collection
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.live import Live
from bot.settings import Needs, Settings, load
from tests import dotenv

GOOD = {
    "slack_bot_token": "xoxb-1-made-up",
    "slack_signing_secret": "5" * 32,
    "salesforce_domain": "acme.my",
    "salesforce_client_id": "3MVG9",
    "salesforce_username": "bot@acme.example",
    "hubspot_access_token": "pat-eu1-made-up",
}

KEY = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Live:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    Path("key.pem").write_text(KEY.format("first"))
    write()
    return Live(load(Needs.ALL), tmp_path / ".env", lambda: load(Needs.ALL))


def write(**values: str) -> None:
    dotenv.put(Path(), dotenv.written({**GOOD, "salesforce_private_key_file": "key.pem", **values}))


def looked(live: Live, times: int = 3) -> list[Collection[str]]:
    """Let it look; answer what was told to have changed."""
    told: list[Collection[str]] = []
    live.changed = told.append
    for _ in range(times):
        live.look()
    return told


def test_a_change_takes_effect_once_the_file_stays_as_it_is(live: Live) -> None:
    for half in ("pat-eu1", "pat-eu1-ano", "pat-eu1-another"):
        write(hubspot_access_token=half)
        assert not looked(live, 1)
    assert looked(live) == [{"hubspot_access_token"}]
    assert live.secret("hubspot_access_token")() == "pat-eu1-another"


def test_what_is_in_the_key_file_counts_and_a_broken_key_does_not(live: Live) -> None:
    Path("key.pem").write_text(KEY.format("second")[:-20])
    with capture_logs() as logs:
        assert not looked(live)
    assert logs[0]["problems"] == ("SALESFORCE_PRIVATE_KEY_FILE: holds no private key (PEM)",)
    assert "first" in live.now.private_key
    Path("key.pem").write_text(KEY.format("second"))
    assert looked(live) == [{"salesforce_private_key_file"}]
    assert "second" in live.now.private_key


def test_the_environment_outranks_the_file(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-eu1-made-up")
    write(hubspot_access_token="outranked", sfsync_api_token="new")
    assert looked(live) == [{"sfsync_api_token"}]
    assert live.secret("hubspot_access_token")() == "pat-eu1-made-up"


def test_socket_mode_begins_and_ends_with_a_restart(live: Live) -> None:
    write(slack_app_token="xapp-1-made-up", sfsync_language="de")
    with capture_logs() as logs:
        assert not looked(live)
    assert [line["variables"] for line in logs] == [["SFSYNC_LANGUAGE", "SLACK_APP_TOKEN"]]
    assert live.settings.sfsync_language == "en"


def test_requests_are_still_checked_with_their_secret_until_the_restart_that_begins_socket_mode(live: Live) -> None:
    write(slack_app_token="xapp-1-made-up", slack_signing_secret="")
    with capture_logs() as logs:
        assert not looked(live)
    assert [line["variables"] for line in logs] == [["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"]]
    assert live.secret("slack_signing_secret")() == GOOD["slack_signing_secret"]


@pytest.mark.parametrize("line", ["hush-hush-hush", 'HUSH="hush', "MIIEvhush+hush/hush", "export 'hush"])
def test_a_line_that_cannot_be_read_is_told_by_its_number_alone(live: Live, line: str) -> None:
    dotenv.put(Path(), f"{dotenv.written(GOOD)}SALESFORCE_PRIVATE_KEY_FILE=key.pem\nSFSYNC_API_TOKEN=x\n{line}\n")
    with capture_logs() as logs:
        assert not looked(live)
    assert "line 9 cannot be read" in str(logs)
    assert "hush" not in str(logs).lower()


def test_a_file_in_another_encoding_changes_nothing(live: Live) -> None:
    Path(".env").write_text("HUBSPOT_ACCESS_TOKEN=grün\n", "utf-16")
    with capture_logs() as logs:
        assert not looked(live)
    assert ".env" in str(logs[0]["problems"])
