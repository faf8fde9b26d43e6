"""From what Slack sends to who asks for what, once.

Every command, click and event is claimed by its sender's own id, in the same transaction as what it changes:
told again, it changes nothing. Whatever goes wrong becomes a sentence for the person; nothing escapes to Bolt,
which would forget the acknowledgement and show a timeout instead.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import logs, trace
from bot.clock import Clock
from bot.errors import NotAllowed, PersonError, StorageUnavailable, VendorError
from bot.model.access import Role, role_of
from bot.model.message import Message
from bot.ports import Person, Slack
from bot.present import Presenter, Reader
from bot.present_details import DetailsPresenter
from bot.present_uploads import UploadPresenter
from bot.storage import Storage
from bot.usecases.people import Directory
from handlers.cards import Cards


@dataclass(frozen=True, slots=True)
class Team:
    """Who may what, and what holds for people we cannot look up."""

    admins: Sequence[str]
    operators: Sequence[str]
    language: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Asker:
    """The person at the other end, and where they are; `known` is False while Slack has not told about them."""

    user: str
    channel: str
    role: Role
    reader: Reader
    known: bool = True


@dataclass(frozen=True, slots=True)
class Desk:
    """What every listener works with. `wake` has due work looked at now rather than within a second.

    `who` tells who may what at this moment: settings may change.
    """

    storage: Storage
    clock: Clock
    slack: Slack
    present: Presenter
    details: DetailsPresenter
    uploads: UploadPresenter
    cards: Cards
    directory: Directory
    who: Callable[[], Team]
    wake: Callable[[], None]

    @property
    def team(self) -> Team:
        """Return who may what."""
        return self.who()

    def asker(self, body: Mapping[str, Any]) -> Asker:
        """Find out who asks; a person seen for the first time is looked up in Slack, within 800 ms."""
        user, channel = _user_of(body), _channel_of(body)
        stored, team = self.directory.find(user), self.team
        known = stored.person or self._look_up(user)
        person = known or self._stranger(user)
        role = role_of(user, stored.groups, team.admins, team.operators, guest=person.guest)
        language = "de" if person.locale.lower().startswith("de") else "en"
        return Asker(user, channel, role, Reader(language, self._zone(person.timezone)), known is not None)

    def told_in(self, asker: Asker) -> str:
        """Return the language of a message that stays where the asker is: a channel's own, or the person's in a DM."""
        return asker.reader.language if asker.channel.startswith("D") else self.team.language

    def require(self, asker: Asker, role: Role) -> None:
        """Raise NotAllowed, naming whom to ask, where the asker's role does not cover it."""
        if asker.role >= role:
            return
        if not asker.known:
            raise NotAllowed("Slack did not tell who you are, so nothing was changed.", "Try again in a moment.")
        able = [*self.team.admins, *(self.team.operators if role is Role.OPERATOR else ())]
        if not able:
            raise NotAllowed(
                "Nobody is allowed to do that yet.",
                "Whoever runs sfsync can name people in SFSYNC_OPERATORS and SFSYNC_ADMINS.",
            )
        groups, people = Markup("<!subteam^%s>"), Markup("<@%s>")
        marks = [(groups if one.startswith("S") else people) % one for one in able[:5]]
        names = self.present.one_of(asker.reader.language, marks)
        if role is Role.ADMIN:
            raise NotAllowed("Only admins may do that. Ask %(names)s.", names=names)
        raise NotAllowed("Only operators may do that. Ask %(names)s.", names=names)

    def _zone(self, name: str) -> str:
        """Return a person's time zone, the default where this machine does not know it."""
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return self.team.timezone
        return name

    def _stranger(self, user: str) -> Person:
        # A user group may hold guests: until Slack has told who this is, they only look.
        locale = "de-DE" if self.team.language == "de" else "en-US"
        return Person(user, locale, self.team.timezone, guest=True)

    def _look_up(self, user: str) -> Person | None:
        try:
            person = self.slack.person(user)
        except VendorError:
            # The answer matters more than how fresh this is.
            return self.directory.last_word(user)
        # What cannot be kept now is asked again next time.
        with suppress(StorageUnavailable):
            self.directory.remember(person)
        return person


def explain(desk: Desk, language: str, error: Exception) -> Message:
    """Return what a person is told of an error, and note it as what became of their request."""
    trace.went_wrong(error)
    if isinstance(error, PersonError):
        return desk.present.mistake(language, error)
    if isinstance(error, StorageUnavailable):
        logs.get(__name__).warning("listener failed", error=str(error))
        return desk.present.notice(
            language, "sfsync's database is busy or out of reach, so nothing was changed. Try again in a moment."
        )
    logs.get(__name__).exception("listener failed")
    return desk.present.notice(
        language,
        "Something went wrong here, and it is not your fault. Tell whoever runs sfsync: error %(id)s.",
        id=trace.current(),
    )


def _user_of(body: Mapping[str, Any]) -> str:
    user = body.get("user_id") or body.get("user")
    return str(user["id"] if isinstance(user, Mapping) else user or "")


def _channel_of(body: Mapping[str, Any]) -> str:
    channel = body.get("channel_id") or body.get("channel") or {}
    return str(channel.get("id", "") if isinstance(channel, Mapping) else channel)
