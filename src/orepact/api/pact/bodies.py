"""Bodies of changes: what a verb asks for, with the day, rule and evidence that go with it; and how the documentation shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from orepact.api.body import body_within, content_type, parsed
from orepact.api.media import JSON
from orepact.api.problems import Malformed, problems_in
from orepact.errors import BadInput, Problem
from orepact.pact import Command
from orepact.pact.event import Act, Evidence
from orepact.pact.kinds.base import Kind, Nothing, Verb

LARGEST = 200_000
"""Bytes of one change."""

DAY = "2026-05-01"


class ChangeBody(BaseModel):
    """A change: what the verb asks for, and what goes with every change."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] = Field(default_factory=dict, description="What the verb asks for.")
    effective: str | None = Field(None, description="Day from which it holds; today when left out.", max_length=20)
    rule: str | None = Field(None, description="Rule under which it is done.", max_length=300)
    evidence: list[dict[str, Any]] = Field(default_factory=list, description="What shows it.", max_length=20)
    override: str | None = Field(
        None, description="Reason for acting against a guard that may be overridden.", min_length=1, max_length=1000
    )


async def change_of(request: Request) -> ChangeBody:
    """The change in a body; Malformed or BadInput with everything that is wrong. What the verb asks for is checked by the pact."""
    content_type(request, JSON)
    given = parsed(await body_within(request, LARGEST), JSON)
    try:
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        todo = "send finite numbers and whole characters"
        raise Malformed(Problem("body", "a number or text in it cannot be kept", "one that is no such", todo)) from None
    return checked(given)


def checked(given: Any) -> ChangeBody:
    """A change in JSON terms as a record."""
    from pydantic import ValidationError

    try:
        return ChangeBody.model_validate(given)
    except ValidationError as error:
        raise BadInput(problems_in(error.errors(), ChangeBody)) from None


def command_of(kind: Kind, verb: str, record: str | None, change: ChangeBody, request: Request) -> Command:
    """The command that a request asks for."""
    return Command(
        kind.name, verb, change.data, record, change.effective, change.rule, change.evidence, expected_of(request),  # type: ignore[arg-type]
        change.override,
    )  # fmt: skip


def expected_of(request: Request) -> int | None:
    """The version that an ``If-Match`` header names; None without one."""
    said = request.headers.get("if-match", "").strip()
    if said in {"", "*"}:
        return None
    found = re.fullmatch(r'(?:W/)?"(\d{1,9})"', said)
    if found is None:
        todo = 'give the ETag of the record as you read it, like "3"'
        raise BadInput(Problem("if-match", "it is no version", f"'{said[:80]}'", todo))
    return int(found[1])


def key_of(request: Request) -> str | None:
    """The ``Idempotency-Key`` of a request."""
    return request.headers.get("idempotency-key") or None


def documented_body(kind: Kind, verbs: Mapping[str, Verb]) -> dict[str, Any]:
    """The body and the headers of some verbs of a kind, for the documentation."""
    schemas = [_schema(each) for each in verbs.values()]
    examples = {
        name: {"summary": each.meaning, "value": {"data": example(_data_schema(each)), "evidence": [EVIDENCE]}}
        for name, each in verbs.items()
    }
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {
        "requestBody": {"required": True, "content": {JSON: {"schema": schema, "examples": examples}}},
        "parameters": [
            _header(
                "Idempotency-Key",
                "The same key does the same thing once, and says again what came of it.",
                "2026-05-01-a",
            ),
            _header("If-Match", f"Version of the {kind.name} that you have read, as its ETag.", '"1"'),
        ],
    }


EVIDENCE = {"address": "https://example.org/page", "title": "where it is said"}


def _header(name: str, meaning: str, shown: str) -> dict[str, Any]:
    schema = {"type": "string", "maxLength": 200, "pattern": r'^("[0-9]{1,9}")?$' if name == "If-Match" else "^[!-~]*$"}
    return {"in": "header", "name": name, "required": False, "description": meaning, "schema": schema, "example": shown}


def _schema(verb: Verb) -> dict[str, Any]:
    whole = _inlined_of(ChangeBody)
    act = _inlined_of(Act)["properties"]
    properties = {**whole["properties"], "data": _data_schema(verb), "effective": act["effective"], "rule": act["rule"]}
    properties["evidence"] = {"type": "array", "maxItems": 20, "items": _inlined_of(Evidence)}
    return {**whole, "title": f"{verb.name}", "description": verb.meaning, "properties": properties}


def _data_schema(verb: Verb) -> dict[str, Any]:
    """What a verb asks for; of a partial one any part, and nothing where the pact works it out."""
    found = _inlined_of(Nothing if verb.asked_by else verb.asks)
    return {key: value for key, value in found.items() if not (verb.partial and key == "required")}


@cache
def _inlined_of(record: type[BaseModel]) -> dict[str, Any]:
    """The schema of a record, standing alone; made once, since every workbench documents the same records."""
    return inlined(record.model_json_schema())


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema with what it refers to written in its place, so that it stands alone inside another document."""
    parts = schema.get("$defs", {})

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            rest = {key: each for key, each in value.items() if key != "$ref"}
            return plain({**parts[value["$ref"].rpartition("/")[2]], **rest})
        return {key: plain(each) for key, each in value.items() if key not in {"$defs", "discriminator"}}

    found: dict[str, Any] = plain(schema)
    return found


def example(schema: Mapping[str, Any]) -> Any:
    """The least that a schema asks for: of a record what must be given, of a choice the first."""
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0])
    kind = schema.get("type")
    if kind == "object":
        return {name: example(schema["properties"][name]) for name in schema.get("required", ())}
    if kind == "array":
        return [example(schema["items"])] if schema.get("minItems") else []
    return _plain_example(kind, schema)


def _plain_example(kind: Any, schema: Mapping[str, Any]) -> Any:
    if kind in {"number", "integer"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    if schema.get("format") == "date":
        return DAY
    return "EUR" if "pattern" in schema else "example"
