"""What all commands share."""

import json
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def print_json(document: Any) -> None:  # noqa: ANN401 - any JSON
    """Print the one document of a command on standard output."""
    typer.echo(json.dumps(document, ensure_ascii=False))
