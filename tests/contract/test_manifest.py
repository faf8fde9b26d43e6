"""The Slack app manifest against Slack's own schema."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from bot.manifest import SCOPES, manifest

SCHEMA = Path(__file__).parents[3] / "shared" / "contracts" / "slack" / "manifest.schema.json"
ADDRESS = "https://sfsync.example.com/slack/events"


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    if not SCHEMA.is_file():
        pytest.skip("Slack's manifest schema is not beside the repository")
    return Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize("address", [ADDRESS, ""], ids=["http", "socket mode"])
def test_slack_accepts_the_manifest(schema: Draft7Validator, address: str) -> None:
    assert [error.message for error in schema.iter_errors(manifest(address))] == []


def test_without_an_address_slack_is_heard_over_sockets_and_calls_nothing() -> None:
    document = manifest()
    assert document["settings"]["socket_mode_enabled"]
    assert "url" not in json.dumps(document)
    assert manifest(ADDRESS)["settings"]["socket_mode_enabled"] is False


def test_the_schema_would_notice_a_mistake(schema: Draft7Validator) -> None:
    document = manifest(ADDRESS)
    document["features"]["slash_commands"][0]["command"] = 5
    assert list(schema.iter_errors(document))


def test_everything_slack_calls_is_at_the_address_given() -> None:
    settings = manifest(ADDRESS)["settings"]
    [command] = manifest(ADDRESS)["features"]["slash_commands"]
    assert command["command"] == "/sfsync"
    called = {command["url"], settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]}
    assert called == {ADDRESS}


def test_the_scopes_are_those_that_doctor_asks_for() -> None:
    assert manifest(ADDRESS)["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
