"""A CSV file that comes in a zip file, as our own large exports do."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from bot.errors import UnreadableFile

LARGEST = 2_000_000_000
"""Bytes, unpacked; more than twice what an export of a million errors takes."""

_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 0x1
_BESIDE = "__MACOSX/"
"""What macOS packs beside a file, about it."""


@contextmanager
def unzipped(stream: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """Yield what a seekable stream holds: itself, or, where it is a zip file, the one file in it, seekable too.

    Nothing is written to disk, and the names in the zip file are not looked at. Raises UnreadableFile, also while it
    is read, where there is not one file, or none that can be unpacked.
    """
    signature = stream.read(len(_SIGNATURE))
    stream.seek(0)
    if signature != _SIGNATURE:
        yield stream
        return
    try:
        with ZipFile(stream) as archive, archive.open(_only(archive, name)) as member:
            yield member
    except (BadZipFile, EOFError, zlib.error) as error:
        raise UnreadableFile(
            "%(name)s is a damaged zip file.", "Copy or download it again, and import that file.", name=name
        ) from error


def _only(archive: ZipFile, name: str) -> ZipInfo:
    files = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith(_BESIDE)]
    if len(files) != 1:
        raise UnreadableFile(
            "%(name)s is an Excel workbook, or a zip file that does not hold exactly one file.",
            "Save it as CSV, or unzip it, and import that file.",
            name=name,
        )
    [file] = files
    if file.flag_bits & _ENCRYPTED or file.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise UnreadableFile(
            "%(name)s is a zip file with a password, or packed in an unusual way.",
            "Unzip it, and import what it holds.",
            name=name,
        )
    # Reading ends at the size that is said here, whatever comes out of the packed bytes.
    if file.file_size > LARGEST:
        raise UnreadableFile(
            "%(name)s would have %(size)s bytes unzipped; at most %(most)s are read from a zip file.",
            "Unzip it, and import what it holds.",
            name=name,
            size=file.file_size,
            most=LARGEST,
        )
    return file
