"""The rows of a CSV file, whatever program wrote it, and however it was damaged since.

A torn quotation would swallow the rows behind it. So what cannot be read costs the line on which its row begins,
and reading goes on with the next one.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import StringIO, TextIOWrapper
from itertools import chain
from typing import IO

from bot.errors import UnreadableFile
from bot.model.sync import Rejection

DELIMITERS = ",;\t"
LONGEST_CELL = 1_000_000
"""Characters; ten times what Salesforce's longest field holds."""

LONGEST_LINE = 16 * LONGEST_CELL
"""Characters; the rest of a longer one counts as another line. A small zip file may unpack to one line of gigabytes."""

MOST_TORN = 100
"""Rows with a torn quotation after which a file is not read on: each may cost a million characters, read twice."""

_SAYS_DELIMITER = re.compile(r"sep=([,;\t])\r?\n")
"""The first line of a file that some programs write for Excel."""

_SNIFFED = 65_536
_LINES_SNIFFED = 20

_BROKEN = "\udcff"
"""Stands where bytes were that are no text; half a character, which no text has."""


@contextmanager
def text_of(stream: IO[bytes]) -> Iterator[IO[str]]:
    """Open a seekable stream as text, in the encoding its bytes show."""
    codecs.register_error("sfsync.broken", _mark)
    encoding = _encoding(stream)
    stream.seek(0)
    text = TextIOWrapper(stream, encoding=encoding, errors="sfsync.broken", newline="")
    try:
        yield text
    finally:
        text.detach()


def delimiter_of(text: IO[str], known: Callable[[list[str]], int]) -> str:
    """Return what separates the cells; `known` counts the cells of a first row that we know."""
    sample = text.readline(_SNIFFED)
    for _ in range(_LINES_SNIFFED):
        sample += text.readline(max(0, _SNIFFED - len(sample)))
    text.seek(0)
    if told := _SAYS_DELIMITER.match(sample):
        return told[1]

    def likely(delimiter: str) -> tuple[int, int, int]:
        try:
            rows = [row for row in csv.reader(StringIO(sample, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0, 0
        first = rows[0] if rows else []
        alike = sum(len(row) == len(first) for row in rows) if len(first) > 1 else 0
        return known(first), alike, len(first)

    return max(DELIMITERS, key=likely)


def rows_of(text: IO[str], delimiter: str, name: str) -> Iterator[tuple[int, list[str]] | Rejection]:
    """Yield each row with the line it begins on, or what keeps it from being read.

    Raises UnreadableFile where too much is torn.
    """
    csv.field_size_limit(LONGEST_CELL)
    taken: list[str] = []
    lines: Iterator[str] = iter(partial(text.readline, LONGEST_LINE), "")
    number, torn = 1, 0
    while True:
        # Strict, so that a quotation that never ends is an error and not the rest of the file.
        reader = csv.reader(_noting(lines, taken), delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                line = taken[0] if len(taken) == 1 else "".join(taken)
                if not line.isascii() and _BROKEN in line:
                    yield Rejection(number, "holds bytes that are no text in the file's encoding", name)
                else:
                    yield number, cells
                number += len(taken)
                taken.clear()
        except csv.Error as error:
            torn += 1
            yield Rejection(number, _why(error), name)
            if torn > MOST_TORN:
                raise UnreadableFile(
                    "%(name)s is torn: more than %(most)s of its rows have quotations that end nowhere or too early.",
                    "Export the errors in HubSpot again and import that file as it is.",
                    name=name,
                    most=MOST_TORN,
                ) from error
            number += 1
            lines = chain(taken[1:], lines)
            taken.clear()
        else:
            return


def _noting(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    """Pass lines on, and note them as part of the row that is being read."""
    for line in lines:
        # PostgreSQL keeps no NUL, and nobody means one.
        whole = line.replace("\x00", "") if "\x00" in line else line
        taken.append(whole)
        yield whole


def _why(error: csv.Error) -> str:
    if "limit" in str(error):
        return f"has a cell of more than {LONGEST_CELL:,} characters, or a quotation that never ends"
    return "has a quotation that never ends, or ends in the middle of a cell"


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _BROKEN, error.end


def _encoding(stream: IO[bytes]) -> str:
    start = stream.read(_SNIFFED)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\x00" in start[:2]:
        # Without its mark; a header begins with a plain letter.
        return "utf-16-be" if start.startswith(b"\x00") else "utf-16-le"
    while start and start.isascii():
        # The first umlaut may come late.
        start = stream.read(_SNIFFED)
    decoded = codecs.getincrementaldecoder("utf-8")("sfsync.broken").decode(start)
    broken = decoded.count(_BROKEN)
    # Two or more characters beyond ASCII hardly ever look like UTF-8 by chance: a file with both is damaged UTF-8.
    good = sum(not character.isascii() for character in decoded) - broken
    return "utf-8-sig" if good >= broken else "cp1252"  # what Excel writes on a western Windows
