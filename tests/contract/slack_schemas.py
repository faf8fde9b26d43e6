"""The schemas made from @slack/types: what a message and a view look like."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

FOLDER = Path(__file__).parents[2].parent / "shared/contracts/slack"

needed = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the schemas made from @slack/types are not beside this repository"
)


def faults_of_message(message: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a message as chat.postMessage takes it; its channel may be missing."""
    return list(_faults("message", message))


def faults_of_view(view: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a view as views.open takes it."""
    return list(_faults("view", view))


def _faults(kind: str, whole: Mapping[str, Any]) -> Iterator[str]:
    """Validate block by block: each is tried against every kind of block there is, which takes its time."""
    rest = {name: value for name, value in whole.items() if name != "blocks"}
    blocks = whole.get("blocks") or []
    for block in [[each] for each in blocks] or [[]]:
        yield from _faults_of_text(kind, json.dumps({**rest, "blocks": block}, sort_keys=True))


@cache
def _faults_of_text(kind: str, text: str) -> tuple[str, ...]:
    value = json.loads(text) if kind == "message" else {"view": json.loads(text)}
    found = ((error, best_match([error])) for error in _schema(kind).iter_errors(value))
    return tuple(f"{(closest or error).json_path}: {(closest or error).message}" for error, closest in found)


@cache
def _schema(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads((FOLDER / f"{name}.schema.json").read_text("utf-8")))
