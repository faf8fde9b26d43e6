"""Settings from the environment or a `.env` file.

Each command names what it uses; everything that is missing or wrong among that is reported at once, by name.
What a command does not use is not looked at: a wrong port keeps nobody from exporting a file.
"""

import logging
import re
from collections.abc import Collection, Mapping
from enum import Flag, auto
from io import StringIO
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from dotenv.parser import parse_stream
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SettingsError
from bot.model.log_object import Fields, LogObject, is_name, lacking, log_object, read_fields

LANGUAGES = ("en", "de")
MOST_PORT = 65_535


class Needs(Flag):
    """What a command uses."""

    DATABASE = auto()
    SLACK = auto()
    SALESFORCE = auto()
    HUBSPOT = auto()
    SERVER = auto()
    ALL = DATABASE | SLACK | SALESFORCE | HUBSPOT | SERVER


def _number(least: int, most: int) -> BeforeValidator:
    """Take whole numbers in a range, and say so of all else."""

    def check(value: object) -> int:
        written = str(value).strip()
        if not re.fullmatch(r"[0-9]{1,9}", written) or not least <= int(written) <= most:
            problem = f"must be a whole number from {least} to {most}"
            raise ValueError(problem)
        return int(written)

    return BeforeValidator(check)


class Settings(BaseSettings):
    """All settings; what each means is in the README's table."""

    # Empty is not set: a template of an `.env` names every variable, and a shell has no other way to say so.
    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field(default="sqlite:///sfsync.db", repr=False)
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    salesforce_domain: str = ""
    salesforce_client_id: str = ""
    salesforce_client_secret: SecretStr = SecretStr("")
    salesforce_username: str = ""
    salesforce_private_key_file: str = ""
    salesforce_url: str = ""
    salesforce_api_version: str = "66.0"
    salesforce_log_object: str = ""
    salesforce_log_fields: Annotated[Fields, NoDecode] = {}
    salesforce_log_where: str = ""
    hubspot_access_token: SecretStr = SecretStr("")
    hubspot_api_url: str = "https://api.hubapi.com"
    hubspot_portal_id: str = ""
    hubspot_ui_domain: str = ""
    sfsync_admins: Annotated[tuple[str, ...], NoDecode] = ()
    sfsync_operators: Annotated[tuple[str, ...], NoDecode] = ()
    sfsync_api_token: SecretStr = SecretStr("")
    sfsync_language: str = "en"
    sfsync_timezone: str = "UTC"
    sfsync_proof_after: Annotated[int, _number(0, 86_400)] = 900
    sfsync_export_max_age: Annotated[int, _number(0, 3_650)] = 7
    sfsync_keep_resolved_days: Annotated[int, _number(1, 36_500)] = 180
    host: str = "127.0.0.1"
    port: Annotated[int, _number(0, MOST_PORT)] = 3000

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):  # the latter of a port that is no number
            url = None
        known = url is not None and url.get_backend_name() in {"sqlite", "postgres", "postgresql"}
        if url is None or not known or not 0 < (url.port or 5432) <= MOST_PORT:
            problem = "must look like sqlite:///sfsync.db or postgresql://user:password@host/name (or …@host:5432/name)"
            raise ValueError(problem)
        if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
            problem = "must name a file, e.g. sqlite:///sfsync.db: what is in memory only is lost"
            raise ValueError(problem)
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr) -> SecretStr:
        return _prefixed(value, "xoxb-", "the Bot User OAuth Token of your Slack app's Install page")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr) -> SecretStr:
        return _prefixed(value, "xapp-", "an app-level token with the scope connections:write")

    @field_validator("slack_api_url", "salesforce_url", "hubspot_api_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^\s/]+", value):
            problem = "must begin with https://"
            raise ValueError(problem)
        return value

    @field_validator("sfsync_admins", "sfsync_operators", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        ids = tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
        if isinstance(ids, tuple) and (wrong := [one for one in ids if not re.fullmatch(r"[UWS][A-Z0-9]+", str(one))]):
            problem = f"must be ids of Slack users (U…) or user groups (S…), separated by commas; not {wrong[0]!r}"
            raise ValueError(problem)
        return ids

    @field_validator("sfsync_language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in LANGUAGES:
            problem = f"must be one of {', '.join(LANGUAGES)}"
            raise ValueError(problem)
        return value

    @field_validator("sfsync_timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        if value not in available_timezones():
            problem = "must be a name like Europe/Berlin"
            raise ValueError(problem)
        ZoneInfo(value)
        return value

    @field_validator("salesforce_api_version")
    @classmethod
    def _version(cls, value: str) -> str:
        if not re.fullmatch(r"\d{2}\.0", value):
            problem = "must look like 64.0"
            raise ValueError(problem)
        return value

    @field_validator("salesforce_log_object")
    @classmethod
    def _log_object(cls, value: str) -> str:
        if value and not is_name(value):
            problem = "must be the API name of an object, like Sync_Error__c"
            raise ValueError(problem)
        return value

    @field_validator("salesforce_log_fields", mode="before")
    @classmethod
    def _log_fields(cls, value: object) -> object:
        return read_fields(value) if isinstance(value, str) else value

    @field_validator("salesforce_private_key_file")
    @classmethod
    def _key_file(cls, value: str) -> str:
        if value and not Path(value).is_file():
            problem = "names a file that does not exist"
            raise ValueError(problem)
        return value

    @property
    def salesforce_log(self) -> LogObject | None:
        """The object in which Salesforce keeps errors, None where it is not to be read."""
        if not self.salesforce_log_object:
            return None
        return log_object(self.salesforce_log_object, self.salesforce_log_fields, self.salesforce_log_where)


_USED_BY: Mapping[Needs, tuple[str, ...]] = {
    Needs.DATABASE: ("database_url",),
    Needs.SLACK: (
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_api_url",
        "sfsync_admins",
        "sfsync_operators",
        "sfsync_language",
        "sfsync_timezone",
    ),
    Needs.SALESFORCE: (
        "salesforce_domain",
        "salesforce_client_id",
        "salesforce_client_secret",
        "salesforce_username",
        "salesforce_private_key_file",
        "salesforce_url",
        "salesforce_api_version",
        "salesforce_log_object",
        "salesforce_log_fields",
        "salesforce_log_where",
    ),
    Needs.HUBSPOT: (
        "hubspot_access_token",
        "hubspot_api_url",
        "hubspot_portal_id",
        "hubspot_ui_domain",
        "sfsync_proof_after",
    ),
    Needs.SERVER: ("host", "port", "sfsync_api_token", "sfsync_export_max_age", "sfsync_keep_resolved_days"),
}


def load(needs: Needs, given: Mapping[str, Any] | None = None) -> Settings:
    """Read the settings a command uses; `given` overrides the environment.

    Raises SettingsError with every missing or wrong one among them.
    """
    used = {name for need, names in _USED_BY.items() if need in needs for name in names}
    settings, problems = _read(used, dict(given or {}))
    wrong = {problem.partition(":")[0] for problem in problems}
    problems += [problem for problem in _missing(settings, needs) if problem.partition(":")[0] not in wrong]
    if problems:
        raise SettingsError(problems)
    return settings


def _read(used: Collection[str], given: dict[str, Any]) -> tuple[Settings, list[str]]:
    """Read what can be read. What is wrong keeps its default, and is a problem only if it is used."""
    try:
        problems = _unreadable(given.get("_env_file", Settings.model_config["env_file"]), used)
        return Settings(**given), problems
    except ValidationError as error:
        wrong = {str(problem["loc"][0]): problem["msg"].removeprefix("Value error, ") for problem in error.errors()}
    except UnicodeDecodeError as error:
        raise SettingsError([".env: is not a UTF-8 text file; save it as UTF-8"]) from error
    defaults = {name: Settings.model_fields[name].default for name in wrong}
    problems += [f"{name.upper()}: {wrong[name]}" for name in sorted(wrong) if name in used]
    return Settings(**{**given, **defaults}), problems


_NAME = re.compile(r"\s*(?:export\s+)?(\w+)")


def _unreadable(file: str | Path | None, used: Collection[str]) -> list[str]:
    """Return which lines of a `.env` file say nothing, as far as they could be about a setting that is used."""
    # It says so, too, in words of its own.
    logging.getLogger("dotenv").setLevel(logging.ERROR)
    if not file or not Path(file).is_file():
        return []
    problems = []
    for line in parse_stream(StringIO(Path(file).read_text("utf-8"))):
        if line.error or (line.key and line.value is None):
            named = _NAME.match(line.original.string)
            name = named[1].lower() if named else ""
            # Whatever stands in a place where no name of ours does may be a part of a secret.
            if name in used or name not in Settings.model_fields:
                place = name.upper() if name in used else ".env"
                problems.append(f"{place}: line {line.original.line} cannot be read; write NAME=value")
    return problems


def _missing(settings: Settings, needs: Needs) -> list[str]:
    problems = []
    if Needs.SLACK in needs and not settings.slack_bot_token.get_secret_value():
        problems.append("SLACK_BOT_TOKEN: is missing; copy it from your Slack app, Install App (xoxb-…)")
    heard = settings.slack_app_token.get_secret_value() or settings.slack_signing_secret.get_secret_value()
    if Needs.SLACK in needs and Needs.SERVER in needs and not heard:
        problems.append(
            "SLACK_APP_TOKEN: is missing; create an app-level token with connections:write in your Slack app, Basic"
            " Information (xapp-…), or, to be called over HTTP, set SLACK_SIGNING_SECRET, found on the same page"
        )
    if Needs.SALESFORCE in needs:
        problems += _missing_salesforce(settings)
    if Needs.HUBSPOT in needs and not settings.hubspot_access_token.get_secret_value():
        problems.append("HUBSPOT_ACCESS_TOKEN: is missing; create a service key in HubSpot, Development > Keys")
    return problems


def _missing_salesforce(settings: Settings) -> list[str]:
    problems = []
    if not settings.salesforce_domain and not settings.salesforce_url:
        problems.append("SALESFORCE_DOMAIN: is missing; it is your My Domain without .salesforce.com, e.g. acme.my")
    if not settings.salesforce_client_id:
        problems.append("SALESFORCE_CLIENT_ID: is missing; it is the consumer key of your Salesforce connected app")
    by_key = settings.salesforce_username or settings.salesforce_private_key_file
    if by_key and not (settings.salesforce_username and settings.salesforce_private_key_file):
        problems.append(
            "SALESFORCE_USERNAME, SALESFORCE_PRIVATE_KEY_FILE: one is missing; signing in with a key takes both"
        )
    if not by_key and not settings.salesforce_client_secret.get_secret_value():
        problems.append(
            "SALESFORCE_CLIENT_SECRET: is missing; it is the consumer secret of your Salesforce connected app"
        )
    if settings.salesforce_log and (lack := lacking(settings.salesforce_log)):
        problems.append(f"SALESFORCE_LOG_FIELDS: {lack}")
    return problems


def _prefixed(value: SecretStr, prefix: str, what: str) -> SecretStr:
    if (secret := value.get_secret_value()) and not secret.startswith(prefix):
        problem = f"must begin with {prefix}: it is {what}"
        raise ValueError(problem)
    return value
