"""Files that a person uploaded in Slack: read first, shown, and recorded once somebody says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class UploadState(StrEnum):
    """Where an upload stands."""

    ASKED = "asked"
    READ = "read"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as Slack knows it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Upload:
    """Files of one upload, which are one snapshot; `partial` where the person said that they are only some errors.

    `run` is what was read of them, 0 before; `channel` and `ts` are where its message stands; `problem` is what
    a `PersonError` said: text, advice, values.
    """

    id: int
    requested_by: str
    language: str
    requested_at: datetime
    files: tuple[UploadedFile, ...]
    partial: bool
    state: UploadState
    run: int
    channel: str
    ts: str
    decided_by: str
    problem: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name the files in a line."""
        return ", ".join(file.name for file in self.files)
