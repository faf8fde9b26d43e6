"""A bot's `.env` file, written as editors write: a new file takes the place of the old one."""

from collections.abc import Mapping
from pathlib import Path


def put(folder: Path, content: str) -> None:
    """Replace the file."""
    half = folder / ".env.new"
    half.write_text(content, "utf-8")
    half.replace(folder / ".env")


def written(values: Mapping[str, object]) -> str:
    """Return settings as lines."""
    return "".join(f"{name.upper()}={value}\n" for name, value in values.items())
