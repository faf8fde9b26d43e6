"""How rules of words are found in a text: the time depends on the text, not on how many words there are.

Each word is entered under its first characters. The text is cut into pieces of that length once, so that only
words which can occur are looked for, and only the rules of words that do occur are tried.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bot.model.kinds import Resync

_Groups = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that point to a type: of each group one has to occur.

    The words are in lower case and with straight apostrophes. A space belongs to the word, and the text they
    are looked for in begins and ends with one.
    """

    error_type: str
    groups: _Groups
    resync: Resync | None = None

    def found_in(self, text: str) -> str:
        """Name the words of the rule that occur in a folded text."""
        words = [next(word for word in group if word in text).strip() for group in self.groups]
        return f"the words '{' … '.join(words)}'"


def words(error_type: str, *groups: str, resync: Resync | None = None) -> Wording:
    """Return the rule for groups written as `word|word|word`."""
    return Wording(error_type, tuple(tuple(group.split("|")) for group in groups), resync)


def folded(text: str) -> str:
    """Return the beginning of a text as the rules expect it."""
    folds = text[:ENOUGH].lower().replace("’", "'").split()
    return f" {' '.join(folds)} "


class Wordings:
    """Rules in the order they are tried: what is specific stands before what is general."""

    def __init__(self, rules: Iterable[Wording]) -> None:
        self.rules: Final = tuple(rules)
        self._places: Final[dict[str, set[int]]] = defaultdict(set)
        self._long: Final[dict[str, set[str]]] = defaultdict(set)
        self._short: Final[dict[str, set[str]]] = defaultdict(set)
        for place, rule in enumerate(self.rules):
            for word in rule.groups[0]:
                self._places[word].add(place)
            for word in (word for group in rule.groups for word in group):
                if len(word) >= _LONG:
                    self._long[word[:_LONG]].add(word)
                else:
                    self._short[word[:_SHORT]].add(word)
        self._beginnings: Final = frozenset(self._long)
        self._few: Final[dict[tuple[tuple[str, ...], bool], tuple[tuple[Wording, _Groups], ...]]] = {}

    def first(self, text: str, among: Container[str]) -> Wording | None:
        """Return the first rule for one of the types in `among` whose words occur in a folded text."""
        found = self._found(text)
        places = {place for word in found for place in self._places.get(word, ())}
        for place in sorted(places):
            rule = self.rules[place]
            if rule.error_type in among and not any(found.isdisjoint(group) for group in rule.groups):
                return rule
        return None

    def one_of(self, types: tuple[str, ...], text: str) -> Wording | None:
        """Do the same for a handful of types, whose words are faster looked for one by one."""
        key = types, text.isascii()
        if key not in self._few:
            self._few[key] = tuple(self._rules_of(*key))
        for rule, groups in self._few[key]:
            for group in groups:
                for word in group:
                    if word in text:
                        break
                else:
                    break
            else:
                return rule
        return None

    def _rules_of(self, types: tuple[str, ...], ascii_only: bool) -> Iterator[tuple[Wording, _Groups]]:  # noqa: FBT001 - a key
        for rule in self.rules:
            groups = tuple(tuple(word for word in group if word.isascii() or not ascii_only) for group in rule.groups)
            if rule.error_type in types and all(groups):
                yield rule, groups

    def _found(self, text: str) -> set[str]:
        found = {
            word for piece in self._beginnings & _pieces(text, _LONG) for word in self._long[piece] if word in text
        }
        if not text.isascii():
            found |= {
                word
                for piece in self._short.keys() & _pieces(text, _SHORT)
                for word in self._short[piece]
                if word in text
            }
        return found


@lru_cache(maxsize=4)  # The guesses are looked for in the same text as the words before them.
def _pieces(text: str, length: int) -> frozenset[str]:
    return frozenset({text[start : start + length] for start in range(len(text) - length + 1)})


# Words of two and three characters are Chinese, Japanese or Korean.
_LONG: Final = 4
_SHORT: Final = 2
ENOUGH: Final = 4_000
"""Characters that are read for words."""
