"""Tokens and secrets that take effect while the process runs, when the `.env` file changes.

A file that somebody is still writing, or that is wrong, changes nothing; environment variables outrank it as ever.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from bot import logs
from bot.errors import SettingsError
from bot.settings import Settings

OF_VENDORS = {
    "Slack": {"slack_bot_token"},
    "Salesforce": {
        "salesforce_client_id",
        "salesforce_client_secret",
        "salesforce_username",
        "salesforce_private_key_file",
    },
    "HubSpot": {"hubspot_access_token"},
}
"""Settings by which each vendor knows us."""

OURS = {"slack_app_token", "slack_signing_secret", "sfsync_api_token", "sfsync_admins", "sfsync_operators"}

TAKE_EFFECT = OURS.union(*OF_VENDORS.values())
"""Settings that take effect at once. All others need a restart."""

IN_FLIGHT = 8.0
"""Seconds after which no call is under way any more that was begun with an old token (`bot.ports`)."""

KEY_FILE = "salesforce_private_key_file"


@dataclass(frozen=True, slots=True)
class InForce:
    """Settings, and what is in the key file they name. Replaced as a whole, so that nobody sees half of a change."""

    settings: Settings
    private_key: str = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "InForce":
        """Return settings with their key."""
        file = settings.salesforce_private_key_file
        return cls(settings, Path(file).read_text() if file else "")

    def differs(self, other: "InForce") -> set[str]:
        """Return the names of the settings that are not the same."""
        names = {
            name for name in Settings.model_fields if getattr(self.settings, name) != getattr(other.settings, name)
        }
        return names | ({KEY_FILE} if self.private_key != other.private_key else set())


class Live:
    """The settings in force.

    `file`, if given, is looked at by `look`, and `read` reads it together with the environment, raising
    SettingsError. `changed` is told the names of settings that took effect, and once more a moment later: work that
    had begun with an old token has failed by then.
    """

    def __init__(
        self, settings: Settings, file: Path | None = None, read: Callable[[], Settings] | None = None
    ) -> None:
        self.now = InForce.of(settings)
        self.changed: Callable[[Collection[str]], None] = lambda _names: None
        self._file, self._read = file, read or (lambda: settings)
        self._start = self.now
        self._dealt_with = self._coming = self._content()
        self._tell_again: tuple[float, Collection[str]] | None = None
        self._told_later: set[str] = set()
        self._log = logs.get(__name__)

    @property
    def settings(self) -> Settings:
        """Return the settings in force."""
        return self.now.settings

    def secret(self, name: str) -> Callable[[], str]:
        """Return what tells a secret as it is at that moment, by the name of its setting."""

        def tell() -> str:
            return str(getattr(self.settings, name).get_secret_value())

        return tell

    def look(self) -> None:
        """Look at the file, and let it take effect once two looks have found the same in it."""
        if self._tell_again and monotonic() >= self._tell_again[0]:
            names, self._tell_again = self._tell_again[1], None
            self.changed(names)
        content = self._content()
        if content == self._dealt_with or content != self._coming:
            self._coming = content
            return
        try:
            found = self._found()
        except SettingsError as error:
            self._log.warning("settings kept as they were: .env is wrong", problems=error.problems)
            self._dealt_with = content
            return
        if self._content() == content:
            self._dealt_with = content
            self._take(found)

    def _found(self) -> InForce:
        """Read the file. Raises SettingsError."""
        try:
            found = InForce.of(self._read())
        except (OSError, UnicodeDecodeError) as error:
            problem = f".env: it, or the key file it names, cannot be read ({type(error).__name__})"
            raise SettingsError([problem]) from None
        if found.private_key and not _PEM.fullmatch(found.private_key.strip()):
            raise SettingsError([f"{KEY_FILE.upper()}: holds no private key (PEM)"])
        return found

    def _take(self, found: InForce) -> None:
        names = self.now.differs(found) & TAKE_EFFECT
        later = self._start.differs(found) - TAKE_EFFECT
        if bool(self.settings.slack_app_token) != bool(found.settings.slack_app_token):
            # Between Socket Mode and HTTP: another door, and until then this one keeps its key.
            door = {"slack_app_token", "slack_signing_secret"} & self._start.differs(found)
            names, later = names - door, later | door
        if names:
            taken = {name: getattr(found.settings, name) for name in names}
            self.now = InForce(
                self.settings.model_copy(update=taken), found.private_key if KEY_FILE in names else self.now.private_key
            )
            self._log.info("settings took effect", variables=_variables(names))
            self._tell_again = monotonic() + IN_FLIGHT, names
            self.changed(names)
        if later - self._told_later:
            self._told_later = later
            self._log.warning("settings that need a restart were changed", variables=_variables(later))

    def _content(self) -> tuple[bytes, bytes]:
        key = self.settings.salesforce_private_key_file
        return (_bytes(self._file), _bytes(Path(key) if key else None)) if self._file else (b"", b"")


_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*-----END [A-Z ]*PRIVATE KEY-----", re.DOTALL)


def _variables(names: Collection[str]) -> list[str]:
    return sorted(name.upper() for name in names)


def _bytes(file: Path | None) -> bytes:
    try:
        return file.read_bytes() if file else b""
    except OSError:
        return b""
