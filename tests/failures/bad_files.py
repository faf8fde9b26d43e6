"""Files and pushed bodies that are wrong, made from a seed: half of them in exactly one row, the others altogether."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

HEADERS = (
    ("Object", "HubSpot ID", "Record Name", "Error Code", "Error Message", "Last Detected"),
    ("Objekt", "HubSpot-Datensatz-ID", "Datensatzname", "Fehlercode", "Fehlermeldung", "Zuletzt erkannt"),
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")

HARMLESS = (
    '=HYPERLINK("http://evil.example")', "+49 170", "-1+1", "@SUM(A1)", "<!channel> <@U1>", "\u200fright\u200e to left",
    "Jörg Müller", 'a "quoted" word', "two\nlines", "semi;colon, comma\ttab", "'apostrophe", '5" pipe', "x" * 5_000,
)  # fmt: skip
"""Texts that are odd and right: none of them costs its row."""


@dataclass(frozen=True)
class Bad:
    """A file or body; `ids` are the records that must arrive, None where nobody can say."""

    kind: str
    content: bytes
    ids: frozenset[str] | None = None


def _cell(place: int, value: str) -> Callable[[list[str]], str | None]:
    def spoil(row: list[str]) -> None:
        row[place] = value

    return spoil


def _more(row: list[str]) -> None:
    row.extend(["more", "and more"])


DEFECTS: dict[str, Callable[[list[str]], str | None]] = {
    "an id in Excel's notation": _cell(1, "1.53002E+10"),
    "an id that is a word": _cell(1, "#N/A"),
    "an id beyond measure": _cell(1, "7" * 400),
    "no record": lambda row: row.__setitem__(slice(1, 3), ["", ""]),
    "no object": _cell(0, ""),
    "an object that is none": _cell(0, "<!channel>"),
    "no reason": lambda row: row.__setitem__(slice(3, 5), ["", ""]),
    "a time that is none": _cell(5, "31.02.2026"),
    "too many cells": _more,
    "a cell beyond measure": _cell(4, "x" * 1_000_001),
}
"""What makes one row unreadable, by its cells; the writer then writes it as any other."""

TORN = {
    "a quotation that never ends": '"torn',
    "a quotation that ends too early": '"torn"off',
}


def one_defect(random: Random, number: int) -> Bad:
    """Return a valid file but for one row."""
    titles, delimiter, encoding = random.choice(HEADERS), random.choice(",;\t"), random.choice(ENCODINGS)
    kind = random.choice([*DEFECTS, *TORN, "bytes that are no text"])
    rows = [_row(random, number * 1000 + place) for place in range(random.randint(4, 30))]
    spoilt = random.randrange(len(rows))
    ids = frozenset(row[1] for place, row in enumerate(rows) if place != spoilt)
    if kind in DEFECTS:
        DEFECTS[kind](rows[spoilt])
    lines = [_written(row, delimiter) for row in rows]
    if kind in TORN:
        lines[spoilt] = delimiter.join([*rows[spoilt][:2], "name", "CODE", TORN[kind], ""]) + "\r\n"
    parts = [_encoded(line, encoding) for line in (_written(list(titles), delimiter), *lines)]
    if kind == "bytes that are no text":
        if encoding == "utf-16":
            encoding = "utf-8"
            parts = [part.decode("utf-16-le").encode() for part in parts]
        # A file of UTF-8 shows that it is one, or its one odd byte would be a letter of Windows-1252.
        parts[0] = _encoded(_written([*titles], delimiter), encoding)
        good = "Ü" if encoding.startswith("utf-8") else ""
        parts[1 + spoilt] = delimiter.join(["Contact", "1", f"{good}{good}", "CODE", ""]).encode() + b"\x81\x9d\r\n"
    start = {"utf-16": b"\xff\xfe", "utf-8-sig": b"\xef\xbb\xbf"}.get(encoding, b"")
    return Bad(f"{kind}, {encoding}, {delimiter!r}", start + b"".join(parts), ids)


def hostile(random: Random, number: int) -> Bad:
    """Return a file that is wrong altogether, or looks it."""
    kind = random.choice(sorted(HOSTILE))
    return Bad(kind, HOSTILE[kind](random, number))


def _torn_all_over(random: Random, number: int) -> bytes:
    rows = [_written(_row(random, number * 1000 + place), ",") for place in range(60)]
    text = list(_written(list(HEADERS[0]), ",") + "".join(rows))
    for _ in range(random.randint(1, 200)):
        text.insert(random.randrange(60, len(text)), random.choice("\"\n,;\t'\x00\r"))
    return "".join(text).encode()


def _bytes_all_over(random: Random, number: int) -> bytes:
    content = bytearray(_torn_all_over(random, number))
    for _ in range(random.randint(1, 300)):
        content[random.randrange(60, len(content))] = random.randrange(256)
    return bytes(content)


HOSTILE: dict[str, Callable[[Random, int], bytes]] = {
    "torn all over": _torn_all_over,
    "bytes all over": _bytes_all_over,
    "binary": lambda random, _: random.randbytes(random.randint(1, 60_000)),
    "binary below a header": lambda random, _: b"Object,HubSpot ID,Message\n" + random.randbytes(20_000),
    "nothing but NULs": lambda random, _: b"\x00" * random.randint(1, 5_000),
    "nothing but quotes": lambda random, _: b'"' * random.randint(1, 5_000),
    "nothing but delimiters": lambda random, _: (random.choice(",;\t") * 3_000 + "\n").encode() * 3,
    "a quotation around everything": lambda _, number: b'"' + _torn_all_over(Random(number), number),
    "a cell of 10 MB": lambda _, number: f'Object,HubSpot ID,Message\nContact,{number},"{"x" * 10_000_000}"\n'.encode(),
    "lines without end in a cell": lambda *_: (
        b'Object,HubSpot ID,Message\nContact,1,"' + b"a line of it\n" * 100_000 + b'"\n'
    ),
    "a million columns": lambda *_: b"Object,HubSpot ID,Message" + b",x" * 1_000_000 + b"\nContact,1,m\n",
    "a million cells": lambda *_: b"Object,HubSpot ID,Message\nContact,1,m" + b",x" * 1_000_000 + b"\n",
    "a workbook": lambda random, _: b"PK\x03\x04" + random.randbytes(500),
    "half of UTF-16": lambda random, _: b"\xff\xfe" + random.randbytes(2 * random.randint(1, 500) + 1),
    "prose": lambda *_: b"Dear all,\nplease find attached nothing.\n",
    "a web page": lambda *_: b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "nothing": lambda *_: b"",
    "titles alone, twice": lambda *_: b"Object,HubSpot ID,Message\n" * 2,
}


LARGE = {"a cell of 10 MB", "lines without end in a cell", "a million columns", "a million cells"}
"""Kinds that take a while to read."""


def _row(random: Random, record: int) -> list[str]:
    name, message = random.choice(HARMLESS), random.choice(HARMLESS)
    return [random.choice(("Contact", "Unternehmen", "invoice__c")), str(500_000_000 + record), name, "CODE", message,
            "2026-11-24T08:00:00Z"]  # fmt: skip


def _written(row: list[str], delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerow(row)
    return out.getvalue()


def _encoded(line: str, encoding: str) -> bytes:
    return line.encode({"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding), "ignore")


# Bodies


ROW_DEFECTS: dict[str, Any] = {
    "no object": {"object": ""},
    "an object that is none": {"object": "<script>"},
    "an object that is a list": {"object": ["contact"]},
    "an id that is a word": {"hubspot_id": "one"},
    "an id beyond measure": {"hubspot_id": "7" * 5_000},
    "an id that is an object": {"hubspot_id": {"id": 1}},
    "no Salesforce id": {"salesforce_id": "001"},
    "no reason": {"code": "", "message": None},
    "no record": {"hubspot_id": None, "record": ""},
    "a time that is none": {"seen_at": "yesterday"},
    "a time beyond measure": {"seen_at": 10**30},
    "fields that are none": {"fields": 7},
}
NO_ROWS: tuple[Any, ...] = (None, 7, "text", [], True, 1e308)

NO_BODIES: tuple[Callable[[Random], bytes], ...] = (
    lambda random: random.randbytes(random.randint(1, 5_000)),
    lambda random: b"[" * random.randint(1, 50_000),
    lambda random: b'[{"object":' + b"9" * random.randint(5_000, 9_000) + b"}]",
    lambda random: b'{"object": "contact"' + random.choice((b"", b"}}", b"}{}", b"]")),
    lambda _: b"object,hubspot_id\ncontact,1\n",
    lambda _: b'["\\ud800"',
    lambda _: b"NaN",
    lambda random: json.dumps({"a": 1}).encode("utf-16") * random.randint(1, 3),
)


def body_with_one_defect(random: Random, number: int) -> tuple[Bad, int]:
    """Return a body that is right but for one row, and which."""
    rows: list[Any] = [_pushed(random, number * 100 + place) for place in range(random.randint(2, 12))]
    spoilt = random.randrange(len(rows))
    ids = frozenset(row["hubspot_id"] for place, row in enumerate(rows) if place != spoilt)
    kind = random.choice([*ROW_DEFECTS, "no object at all"])
    rows[spoilt] = random.choice(NO_ROWS) if kind not in ROW_DEFECTS else rows[spoilt] | ROW_DEFECTS[kind]
    lines = random.random() < 0.5 and not isinstance(rows[0], list)
    body = "\n".join(json.dumps(row) for row in rows) if lines else json.dumps(rows)
    return Bad(kind, body.encode(), ids), spoilt


def hostile_body(random: Random) -> Bad:
    """Return a body that is none."""
    return Bad("no body", random.choice(NO_BODIES)(random))


def _pushed(random: Random, record: int) -> dict[str, Any]:
    text = random.choice(HARMLESS)
    return {"object": "contact", "hubspot_id": str(600_000_000 + record), "record": text, "code": "X", "message": text,
            random.choice(HARMLESS): random.choice(HARMLESS)}  # fmt: skip


def files(seed: int, count: int) -> Iterator[Bad]:
    """Yield so many files, half of them with one defect."""
    random = Random(seed)
    for number in range(count):
        yield (one_defect if number % 2 else hostile)(random, number)
