"""What messages say, in the languages of Salesforce's users, and the type of error it points to.

The last evidence: texts change with the language of the integration user and with Salesforce's releases. So a
rule names the few words that carry the meaning, never a sentence. Salesforce's own texts are covered in its 18
fully supported languages, Polish and Turkish, as far as they are known. Order matters: what is specific stands
before what is general.
"""

from typing import Final

from bot.model.wordings.automation import AUTOMATION, CONNECTION, FAULTS, PASSING
from bot.model.wordings.duplicates import DUPLICATES, TAKEN
from bot.model.wordings.guesses import GUESSED, SENTENCE, TECHNICAL
from bot.model.wordings.mappings import MAPPINGS
from bot.model.wordings.matching import ENOUGH, Wordings, folded
from bot.model.wordings.permissions import PERMISSIONS
from bot.model.wordings.picklists import PICKLISTS, PLAIN
from bot.model.wordings.values import GENERAL, VALUES

__all__ = ["GUESSES", "WORDINGS", "folded", "is_sentence"]

WORDINGS: Final = Wordings(
    (
        *PLAIN,
        *AUTOMATION,
        *PASSING,
        *CONNECTION,
        *PERMISSIONS,
        *DUPLICATES,
        *MAPPINGS,
        *PICKLISTS,
        *VALUES,
        *GENERAL,
        *TAKEN,
        *FAULTS,
    )
)
"""Rules in the order they are tried."""

GUESSES: Final = Wordings(GUESSED)
"""Tried when there is no code and nothing else fits."""


def is_sentence(message: str) -> bool:
    """Tell whether a message reads like a sentence that an administrator wrote for people."""
    beginning = message[:ENOUGH]
    return bool(SENTENCE.search(beginning)) and not TECHNICAL.search(beginning)
