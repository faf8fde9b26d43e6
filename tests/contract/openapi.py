"""HubSpot's OpenAPI documents, and whether a call is one of theirs: path, parameters, both bodies.

Stricter than the documents in one way: a field they do not name is a fault, in requests as in answers.
"""

import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft4Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT4

from bot.sandbox.record import Call

Json = dict[str, Any]

FOLDER = Path(__file__).parents[2].parent / "shared/contracts/hubspot"

MORE_IN_ANSWERS: Mapping[str, Json] = {
    # Its page on errors shows `status`; a 429 also says which limit was met (usage guidelines).
    "Error": {"status": {"type": "string"}, "errorType": {"type": "string"}, "policyName": {"type": "string"}},
}
"""Fields that HubSpot sends and its documents leave out, by schema."""

NO_VALUE = {"type": ["string", "null"]}
"""A property of a record: the documents say string, HubSpot sends null for none."""


class Unknown(Exception):
    """No document has an operation for a call."""


@dataclass(frozen=True)
class Operation:
    """One operation: `template` is its path, `document` the file it stands in."""

    document: str
    method: str
    template: str
    spec: Json

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a path must look like; a parameter never spans a slash."""
        parts = re.split(r"\{\w+\}", self.template)
        return re.compile("[^/]+".join(map(re.escape, parts)))


class Contracts:
    """All documents of a folder."""

    def __init__(self, folder: Path = FOLDER) -> None:
        documents = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))}
        self._strict = {name: _strict(document) for name, document in documents.items()}
        self._registry: Registry[Any] = Registry().with_resources(
            (name, DRAFT4.create_resource(document)) for name, document in self._strict.items()
        )
        self._operations = [
            Operation(name, method.upper(), template, spec)
            for name, document in self._strict.items()
            for template, methods in document["paths"].items()
            for method, spec in methods.items()
        ]

    def operations(self, call: Call) -> list[Operation]:
        """Return the operations a call may be: several documents describe the same one. Raises Unknown for none.

        Where a path is written out (contacts/batch/read), what only fits a parameter (contacts/{id}) is not meant.
        """
        found = [each for each in self._operations if each.method == call.method and each.pattern.fullmatch(call.path)]
        if not found:
            raise Unknown(f"{call.method} {call.path}")
        least = min(len(_behind_object(each)) for each in found)
        return [each for each in found if len(_behind_object(each)) == least]

    def faults(self, call: Call) -> list[str]:
        """Return what is wrong with a call by its contract, a line for each fault; empty where nothing is."""
        try:
            operations = self.operations(call)
        except Unknown as nowhere:
            return [f"{nowhere}: no document knows it"]
        return [
            f"{call.method} {call.path} -> {call.status}, {each.document}.json: {fault}"
            for each in operations
            for fault in (*self._query(each, call), *self._request(each, call), *self._answer(each, call))
        ]

    def validate(self, document: str, schema: str, value: object) -> None:
        """Hold a value against a schema by its name. Raises jsonschema's ValidationError."""
        self._validator(document, {"$ref": f"#/components/schemas/{schema}"}).validate(value)

    def _query(self, operation: Operation, call: Call) -> Iterator[str]:
        known = {each["name"]: each for each in operation.spec.get("parameters", ()) if each["in"] == "query"}
        given = parse_qsl(call.query, keep_blank_values=True)
        yield from (f"query: no parameter {name}" for name, _ in given if name not in known)
        for name, parameter in known.items():
            texts = [text for each, text in given if each == name]
            if parameter.get("required") and not texts:
                yield f"query: {name} is missing"
            schema = parameter["schema"]
            if schema.get("type") == "array":
                yield from self._wrong(operation, f"query {name}", schema, texts)
            else:
                for text in texts:
                    yield from self._wrong(operation, f"query {name}", schema, _read(text, schema))

    def _request(self, operation: Operation, call: Call) -> Iterator[str]:
        wanted = operation.spec.get("requestBody")
        if wanted is None:
            if call.body:
                yield "request: takes no body"
            return
        kind = call.headers.get("content-type", "").partition(";")[0]
        if kind not in wanted["content"]:
            yield f"request: content type {kind or 'none'}, not {', '.join(wanted['content'])}"
        else:
            yield from self._body(operation, "request", wanted["content"][kind]["schema"], call.body)

    def _answer(self, operation: Operation, call: Call) -> Iterator[str]:
        if len(call.answer) < int(call.answer_headers.get("content-length", 0)):
            return  # torn on purpose: nobody got to read it
        responses = operation.spec["responses"]
        response = responses.get(str(call.status), responses.get("default"))
        if response is None:
            yield f"answer: status {call.status} is not foreseen"
            return
        if reference := response.get("$ref"):
            response = self._strict[operation.document]["components"]["responses"][reference.rpartition("/")[2]]
        kind = call.answer_headers.get("content-type", "").partition(";")[0]
        content = response["content"]
        if not content:
            if call.answer:
                yield "answer: has no content"
            return
        if kind not in content and "*/*" not in content:
            yield f"answer: content type {kind or 'none'}, not {', '.join(content)}"
        else:
            yield from self._body(operation, "answer", content.get(kind, content.get("*/*"))["schema"], call.answer)

    def _body(self, operation: Operation, what: str, schema: Json, body: bytes) -> Iterator[str]:
        try:
            value = json.loads(body)
        except ValueError:
            yield f"{what}: no JSON"
        else:
            yield from self._wrong(operation, what, schema, value)

    def _wrong(self, operation: Operation, what: str, schema: Json, value: object) -> Iterator[str]:
        for error in self._validator(operation.document, schema).iter_errors(value):
            closest = best_match([error]) or error
            yield f"{what}: {closest.json_path}: {closest.message}"

    def _validator(self, document: str, schema: Json) -> Draft4Validator:
        return Draft4Validator(_absolute(schema, document), registry=self._registry, format_checker=FORMATS)


FORMATS = FormatChecker(formats=("uuid",))
"""The formats of the documents in use; jsonschema knows the first."""


@FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("int32")
def _is_int32(value: object) -> bool:
    return not isinstance(value, int) or -(2**31) <= value < 2**31


@FORMATS.checks("int64")
def _is_int64(value: object) -> bool:
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def _strict(document: Json) -> Json:
    """Return a document whose objects have no field but those it names."""
    document = deepcopy(document)
    for name, schema in document["components"]["schemas"].items():
        schema.get("properties", {}).update(MORE_IN_ANSWERS.get(name, {}))
        for part in _parts(schema):
            if "properties" in part and isinstance(part["properties"], dict):
                part.setdefault("additionalProperties", False)
        values = schema.get("properties", {}).get("properties", {}).get("additionalProperties", {})
        if "Input" not in name and values.get("type") == "string":
            values.update(NO_VALUE)
    return document


def _parts(schema: Any) -> Iterator[Json]:  # noqa: ANN401 - JSON
    """Yield a schema and all within it; what `properties` holds are names, not words of the schema."""
    if not isinstance(schema, dict):
        return
    yield schema
    for word, part in schema.items():
        if word == "properties":
            for each in part.values():
                yield from _parts(each)
        elif word in {"items", "additionalProperties"}:
            yield from _parts(part)
        elif word in {"oneOf", "anyOf", "allOf"}:
            for each in part:
                yield from _parts(each)


def _absolute(schema: Json, document: str) -> Json:
    """Return a schema of an operation with references that lead into its document."""
    found: Json = json.loads(json.dumps(schema).replace('"#/', f'"{document}#/'))
    return found


def _behind_object(operation: Operation) -> list[str]:
    """Return the parameters of a path but the one for the object's name, which may as well be written out."""
    return [name for name in re.findall(r"\{(\w+)\}", operation.template) if not name.startswith("objectType")]


def _read(text: str, schema: Json) -> object:
    """Return what a text in a query stands for."""
    if schema.get("type") in {"integer", "number", "boolean"}:
        try:
            return json.loads(text)
        except ValueError:
            pass
    return text
