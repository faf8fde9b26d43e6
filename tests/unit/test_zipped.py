"""Error files in a zip file: one file is read as if it were not zipped, all else is told with what to do."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import IO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from bot.errors import UnreadableFile
from bot.sources.export_file import read
from bot.sources.loose_rows import read as read_loose
from bot.sources.zipped import unzipped

CSV = "Objekt,HubSpot-ID,Fehlercode,Fehlermeldung\n" + "Kontakt,101,STRING_TOO_LONG,Nachname: zu lang für 80\n" * 3


def packed(*names: str, content: str | bytes = CSV, how: int = ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with ZipFile(stream, "w", how) as archive:
        for name in names:
            archive.writestr(name, content)
    return stream.getvalue()


def patched(archive: bytes, place: int, value: bytes) -> bytes:
    """Change the entry of the one file in the directory of a zip file, `place` bytes behind its beginning."""
    at = archive.index(b"PK\x01\x02") + place
    return archive[:at] + value + archive[at + len(value) :]


def refusal(content: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        list(read(io.BytesIO(content), "x.zip"))
    assert str(caught.value).startswith("x.zip ")
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    "names", [("errors.csv",), ("../../etc/passwd",), ("folder/", "folder/errors.csv", "__MACOSX/folder/._errors.csv")]
)
def test_one_zipped_file_is_read_as_if_it_were_not_zipped(names: tuple[str, ...], encoding: str) -> None:
    content = CSV.encode(encoding)
    rows = list(read(io.BytesIO(packed(*names, content=content)), "x.csv"))
    assert rows == list(read(io.BytesIO(content), "x.csv"))
    assert len(rows) == 4


def test_rows_to_classify_may_be_zipped_too() -> None:
    content = b"code,message\nSTRING_TOO_LONG,too long\n"
    loose = list(read_loose(io.BytesIO(packed("rows.csv", content=content)), "x.zip"))
    assert loose == list(read_loose(io.BytesIO(content), "x.csv"))


UNUSABLE = {
    "a workbook": (packed("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook, or a zip file that does not"),
    "nothing": (packed("folder/", "__MACOSX/._errors.csv"), "does not hold exactly one file"),
    "encrypted": (patched(packed("errors.csv"), 8, b"\x01\x00"), "with a password"),
    "bzip2": (packed("errors.csv", how=ZIP_BZIP2), "packed in an unusual way"),
    "cut off": (packed("errors.csv")[:100], "damaged"),
    "another checksum": (patched(packed("errors.csv"), 16, b"\x00\x00\x00\x00"), "damaged"),
    "two names": (packed("errors.csv").replace(b"errors.csv", b"others.csv", 1), "damaged"),
    "too large": (patched(packed("errors.csv"), 24, (3_000_000_000).to_bytes(4, "little")), "3,000,000,000 bytes"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_cannot_be_unzipped_is_told_with_what_to_do(kind: str) -> None:
    content, why = UNUSABLE[kind]
    refused = refusal(content)
    assert why in str(refused)
    assert "import" in refused.advice


def test_a_zip_bomb_ends_at_the_size_it_admits() -> None:
    bomb = packed("errors.csv", content=b"x" * 10_000_000)
    stream = io.BytesIO(patched(bomb, 24, (1_000).to_bytes(4, "little")))
    got: list[bytes] = []
    with pytest.raises(UnreadableFile, match="damaged"):
        got.extend(_parts(stream))
    assert sum(map(len, got)) <= 1_000


def _parts(stream: IO[bytes]) -> Iterator[bytes]:
    with unzipped(stream, "x.zip") as plain:
        while part := plain.read(100):
            yield part


def test_one_line_of_any_length_takes_bounded_memory() -> None:
    bomb = packed("errors.csv", content=CSV.encode() + b"x" * 100_000_000)
    tracemalloc.start()
    try:
        rows = list(read(io.BytesIO(bomb), "x.zip"))
        assert tracemalloc.get_traced_memory()[1] < 90_000_000
    finally:
        tracemalloc.stop()
    assert len(rows) > 4
