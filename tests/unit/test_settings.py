"""Settings from the environment and a `.env` file, and what a person hears about wrong ones."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Needs, Settings, load
from bot.store.database import normal_url

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1-made-up",
    "SLACK_SIGNING_SECRET": "5" * 32,
    "SALESFORCE_DOMAIN": "acme.my",
    "SALESFORCE_CLIENT_ID": "3MVG9",
    "SALESFORCE_CLIENT_SECRET": "made-up-client-secret",
    "HUBSPOT_ACCESS_TOKEN": "pat-eu1-made-up",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave no setting of this machine, and no `.env` of this folder, to the test."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in {**GOOD, **more}.items():
        monkeypatch.setenv(name, value)


def problems(needs: Needs = Needs.ALL) -> dict[str, str]:
    """Load what must not load; answer each problem by the name it begins with."""
    with pytest.raises(SettingsError) as caught:
        load(needs)
    assert caught.value.exit_code == 2
    return dict(problem.split(": ", 1) for problem in caught.value.problems)


def test_good_settings_load(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)
    settings = load(Needs.ALL)
    assert settings.database_url == "sqlite:///sfsync.db"
    assert (settings.host, settings.port, settings.sfsync_proof_after) == ("127.0.0.1", 3000, 900)
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1-made-up"


def test_everything_missing_is_named_at_once_with_what_to_do() -> None:
    found = problems()
    assert set(found) == {
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SALESFORCE_DOMAIN",
        "SALESFORCE_CLIENT_ID",
        "SALESFORCE_CLIENT_SECRET",
        "HUBSPOT_ACCESS_TOKEN",
    }
    assert all(what.startswith("is missing; ") for what in found.values())


WRONG = {
    "DATABASE_URL": ("mysql://x/y", "postgresql://user:password@host/name"),
    "SLACK_BOT_TOKEN": ("xoxp-1-2", "must begin with xoxb-"),
    "SLACK_APP_TOKEN": ("xoxb-1-2", "must begin with xapp-"),
    "SLACK_API_URL": ("slack.com/api/", "https://"),
    "SALESFORCE_URL": ("acme.my.salesforce.com", "https://"),
    "SALESFORCE_API_VERSION": ("v64", "64.0"),
    "SALESFORCE_PRIVATE_KEY_FILE": ("nowhere.pem", "does not exist"),
    "HUBSPOT_API_URL": ("https:/x", "https://"),
    "SFSYNC_ADMINS": ("U0ADA,@otto", "not '@otto'"),
    "SFSYNC_OPERATORS": ("otto", "S…"),
    "SFSYNC_LANGUAGE": ("fr", "en, de"),
    "SFSYNC_TIMEZONE": ("Berlin", "Europe/Berlin"),
    "SFSYNC_PROOF_AFTER": ("-1", "a whole number from 0 to 86400"),
    "PORT": ("abc", "a whole number from 0 to 65535"),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_wrong_setting_is_refused_by_name_with_what_is_right(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    value, hint = WRONG[name]
    set_all(monkeypatch, **{name: value})
    found = problems()
    assert hint in found.pop(name)
    assert not found


def test_wrong_and_missing_ones_are_reported_together(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (value, _) in WRONG.items():
        monkeypatch.setenv(name, value)
    found = problems()
    assert set(WRONG) <= set(found)
    assert {"SALESFORCE_CLIENT_ID", "HUBSPOT_ACCESS_TOKEN"} <= set(found)


def test_slack_is_heard_by_an_app_token_or_a_signing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="xapp-1-made-up")
    assert load(Needs.ALL).slack_app_token.get_secret_value() == "xapp-1-made-up"
    set_all(monkeypatch, SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="")
    [(name, what)] = problems().items()
    assert name == "SLACK_APP_TOKEN"
    assert "SLACK_SIGNING_SECRET" in what


def test_a_command_looks_only_at_what_it_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "seventy")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxp-1-2")
    monkeypatch.setenv("SFSYNC_TIMEZONE", "Berlin")
    assert load(Needs.DATABASE).database_url == "sqlite:///sfsync.db"
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-made-up")
    assert load(Needs.HUBSPOT).hubspot_access_token.get_secret_value() == "pat-made-up"
    assert "PORT" in problems(Needs.SERVER)


@pytest.mark.parametrize(
    "url",
    ["sqlite:///sfsync.db", "postgresql://u:p@h/d", "postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"],
)
def test_sqlite_and_every_spelling_of_postgresql_are_accepted(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert load(Needs.DATABASE).database_url == url
    assert normal_url(url).split("://")[0] in {"sqlite", "postgresql+psycopg"}


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "http://x/y",
        "postgresql://u:p@h:abc/d",
        "postgresql://u:p@h:70000/d",
    ],
)
def test_an_address_that_keeps_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert set(problems(Needs.DATABASE)) == {"DATABASE_URL"}


def test_a_key_file_takes_the_place_of_the_secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("made up")
    set_all(monkeypatch, SALESFORCE_CLIENT_SECRET="", SALESFORCE_PRIVATE_KEY_FILE=str(key))
    assert list(problems()) == ["SALESFORCE_USERNAME, SALESFORCE_PRIVATE_KEY_FILE"]
    monkeypatch.setenv("SALESFORCE_USERNAME", "sync@acme.example")
    assert load(Needs.ALL).salesforce_username == "sync@acme.example"


def test_ids_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, SFSYNC_ADMINS=" U0ADA, S0LEADERS ,,")
    assert load(Needs.ALL).sfsync_admins == ("U0ADA", "S0LEADERS")


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, PORT="", SFSYNC_LANGUAGE="", SFSYNC_ADMINS="", SALESFORCE_API_VERSION="", DATABASE_URL="")
    settings = load(Needs.ALL)
    assert (settings.port, settings.sfsync_language, settings.sfsync_admins) == (3000, "en", ())


SECRETS = [
    "SLACK_BOT_TOKEN",
    "SLACK_APP_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SALESFORCE_CLIENT_SECRET",
    "HUBSPOT_ACCESS_TOKEN",
    "SFSYNC_API_TOKEN",
]


def test_no_secret_is_in_a_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    prefixes = {"SLACK_BOT_TOKEN": "xoxb-", "SLACK_APP_TOKEN": "xapp-"}
    set_all(monkeypatch, **{name: f"{prefixes.get(name, '')}hush-{name}" for name in SECRETS})
    settings = load(Needs.ALL)
    assert "hush" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_no_secret_is_in_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "hush-hush")
    monkeypatch.setenv("DATABASE_URL", "mysql://me:hush-hush@host/x")
    with pytest.raises(SettingsError) as caught:
        load(Needs.ALL)
    assert "SLACK_BOT_TOKEN" in str(caught.value)
    assert "hush" not in f"{caught.value} {caught.value!r} {caught.value.__cause__} {caught.value.__context__}"


def test_a_dotenv_file_is_read_and_the_environment_outranks_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nSFSYNC_API_TOKEN=from-file\nSOMETHING_ELSE=1\n# ünicode\n", "utf-8")
    set_all(monkeypatch, PORT="5000")
    settings = load(Needs.ALL)
    assert settings.port == 5000
    assert settings.sfsync_api_token.get_secret_value() == "from-file"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_dotenv_file_in_another_encoding_is_said_to_be_one(tmp_path: Path, encoding: str) -> None:
    (tmp_path / ".env").write_text("SFSYNC_API_TOKEN=grün\n", encoding)
    assert "UTF-8" in problems(Needs.DATABASE)[".env"]


def test_lines_that_say_nothing_are_named_with_all_else_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=abc\nmy token is hush\nSLACK_BOT_TOKEN\nHUBSPOT_ACCESS_TOKEN='hush\n", "utf-8")
    with pytest.raises(SettingsError) as caught:
        load(Needs.ALL)
    assert {
        "PORT: must be a whole number from 0 to 65535",
        ".env: line 2 cannot be read; write NAME=value",
        "SLACK_BOT_TOKEN: line 3 cannot be read; write NAME=value",
        "HUBSPOT_ACCESS_TOKEN: line 4 cannot be read; write NAME=value",
    } < set(caught.value.problems)
    assert "SLACK_APP_TOKEN" in str(caught.value)
    assert "hush" not in str(caught.value)
    assert problems(Needs.DATABASE) == {".env": "line 2 cannot be read; write NAME=value"}


def test_log_object_is_off_unless_named_and_is_known_or_told(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch)
    assert load(Needs.SALESFORCE).salesforce_log is None
    set_all(monkeypatch, SALESFORCE_LOG_OBJECT="npsp__Error__c", SALESFORCE_LOG_FIELDS="code=Kind__c")
    log = load(Needs.SALESFORCE).salesforce_log
    assert log
    assert (log.fields["code"], log.fields["message"]) == (("Kind__c",), ("npsp__Full_Message__c",))


def test_log_object_that_cannot_be_read_is_named_with_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(
        monkeypatch, SALESFORCE_LOG_OBJECT="Log__c; DELETE", SALESFORCE_LOG_FIELDS="code=Code__c FROM User", PORT="x"
    )
    found = problems()
    assert "API name of an object" in found["SALESFORCE_LOG_OBJECT"]
    assert "'Code__c FROM User' is not the API name of a field" in found["SALESFORCE_LOG_FIELDS"]
    assert "PORT" in found
    set_all(monkeypatch, SALESFORCE_LOG_OBJECT="Mine__c", SALESFORCE_LOG_FIELDS="message=Text__c", PORT="3000")
    assert problems() == {
        "SALESFORCE_LOG_FIELDS": "does not say which field holds the record: salesforce_id=…, hubspot_id=…, or record=…"
    }
