"""Everything that can go wrong on purpose.

SfsyncError
├── PersonError           a person can put it right: a sentence and what to do next
│   ├── SettingsError     all missing or wrong settings at once
│   ├── UnreadableFile    a file that holds no sync errors
│   ├── WrongInput        what was entered in one field of a modal
│   ├── NotAllowed        the person's role does not cover it
│   └── NeedsConfirmation nothing was changed; asked again with a yes it will be
├── StorageUnavailable    the database is away, full or busy; nothing was changed
└── VendorError           Slack, Salesforce or HubSpot did not do it
    ├── NotAuthenticated  our token or login is not accepted: work waits until somebody puts a right one in
    ├── NotAuthorized     a scope or permission is missing
    ├── RateLimited       try again after `retry_after` seconds
    ├── Unavailable       no answer, a broken one, or a 5xx; the call may or may not have happened
    ├── Rejected          the vendor read it and said no, with its code
    └── Gone              what was addressed exists no longer, or not for us

Anything else that is raised is a bug: the person gets an id, the log gets the trace.
"""

import re
from collections.abc import Sequence


class SfsyncError(Exception):
    """Root of the tree."""


class PersonError(SfsyncError):
    """What a person can put right.

    `text` and `advice` are English and the keys of their translations; `values` fill their
    `%(name)s` places, numbers as a reader is used to. `str()` is the finished English sentence.
    """

    exit_code = 1

    def __init__(self, text: str, advice: str = "", **values: object) -> None:
        self.text, self.advice, self.values = text, advice, values
        written = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        super().__init__(" ".join(self.parts) % written)

    @property
    def parts(self) -> tuple[str, ...]:
        """What there is to say: the text, and the advice where there is any."""
        return tuple(part for part in (self.text, self.advice) if part)


class SettingsError(PersonError):
    """Settings that are missing or wrong, one line each, named by their environment variable."""

    exit_code = 2

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("%(problems)s", problems="\n".join(self.problems))


class UnreadableFile(PersonError):
    """A file that holds no sync errors; nothing was changed."""


class WrongInput(PersonError):
    """What a person entered in one field of a modal, named by `field`; nothing was changed."""

    def __init__(self, text: str, advice: str = "", *, field: str, **values: object) -> None:
        self.field = field
        super().__init__(text, advice, **values)


class NotAllowed(PersonError):
    """The person's role does not cover what they asked for."""


class NeedsConfirmation(PersonError):
    """Nothing was changed; asked again with a yes, it will be."""


class StorageUnavailable(SfsyncError):
    """The database is away, full or busy. What was to be changed was not, or is found done when asked again."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The database cannot be used: {why.rstrip('.')}.")


class VendorError(SfsyncError):
    """A vendor did not do what was asked.

    `vendor` is "Slack", "Salesforce" or "HubSpot"; `code` the vendor's own error code, or one of ours
    where it gave none (`timeout`, `http_502`; see `bot.wire`). `detail` may hold record data: it belongs
    on the person's own screen, escaped, and in no log above debug. `retry_after` is in seconds, None where
    the vendor named no time.
    """

    def __init__(self, vendor: str, code: str = "", detail: str = "", retry_after: float | None = None) -> None:
        self.vendor, self.code, self.detail, self.retry_after = vendor, code, detail, retry_after
        super().__init__(f"{vendor}: {type(self).__name__}" + (f" ({code})" if code else ""))


class NotAuthenticated(VendorError):
    """Our token or login is not accepted; it will be once somebody puts a right one into the settings."""


class NotAuthorized(VendorError):
    """A scope or permission is missing; the token itself is accepted."""


class RateLimited(VendorError):
    """Too many calls; worth another try after `retry_after` seconds."""


class Unavailable(VendorError):
    """No answer, a broken one, or a 5xx: the call may or may not have happened."""


class Rejected(VendorError):
    """The vendor read the request and said no."""


class Gone(VendorError):
    """What was addressed (channel, message, record, view) exists no longer, or not for us."""


def vendor_and_kind(written: str) -> tuple[str, str]:
    """Return the vendor and the class name of a VendorError from its `str()`; two "" for anything else."""
    found = re.fullmatch(r"(\w+): (\w+)(?: \(.*\))?", written)
    return (found[1], found[2]) if found else ("", "")
