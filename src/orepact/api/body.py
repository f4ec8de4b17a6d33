"""Bodies that are posted: read by their content type, within bounds, with one sentence where they are not what they say."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import yaml
from fastapi import Request
from pydantic import BaseModel, ValidationError

from orepact.api.media import JSON
from orepact.api.problems import Malformed, TooLarge, WrongType, problems_in
from orepact.errors import BadInput, Problem

YAML = ("application/yaml", "application/x-yaml", "text/yaml")
LARGEST_YAML = 200_000
"""Bytes of a body in YAML, which is slow to read."""

DEEPEST = 40
"""Levels of a body: a case has fewer than ten."""

Read = TypeVar("Read", bound=BaseModel)


def content_type(request: Request, *known: str) -> str:
    """The content type of a body; WrongType where it is none of those that are read here."""
    found = request.headers.get("content-type", "").split(";")[0].strip().casefold()
    if found not in known:
        raise WrongType(
            Problem("content-type", "this address does not read it", f"'{found[:80]}'", f"send {' or '.join(known)}")
        )
    return found


async def body_within(request: Request, largest: int) -> bytes:
    """The body; TooLarge above ``largest`` bytes."""
    found = await request.body()
    if len(found) > largest:
        raise TooLarge(Problem("body", "the body is too large", f"{len(found)} bytes", f"send at most {largest} bytes"))
    return found


async def read_json(request: Request, model: type[Read], largest: int) -> Read:
    """A body in JSON as a record."""
    content_type(request, JSON)
    given = parsed(await body_within(request, largest), JSON)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise BadInput(problems_in(error.errors(), model)) from None


def parsed(content: bytes, form: str) -> Any:
    """What a body in JSON or YAML holds."""
    name = "JSON" if form == JSON else "YAML"
    try:
        text = content.decode("utf-8")
        found = json.loads(text, parse_constant=_no_constant) if form == JSON else _yaml(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())[:120] or type(error).__name__
        raise Malformed(Problem("body", f"it is not {name}", said, f"send {name} in UTF-8")) from None
    _not_deep(found)
    return found


class _Plain(yaml.SafeLoader):
    """YAML without anchors: a few lines of them can stand for more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node, unless it stands for another."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it repeats a part by *name, which is not read here")
        return super().compose_node(parent, index)


def _yaml(text: str) -> Any:
    if len(text) > LARGEST_YAML:
        raise TooLarge(
            Problem("body", "the body is too large", f"{len(text)} characters", f"send at most {LARGEST_YAML}, or JSON")
        )
    try:
        return yaml.load(text, Loader=_Plain)  # noqa: S506  (it is a SafeLoader)
    except (TypeError, AttributeError, KeyError, IndexError, OverflowError) as error:
        raise ValueError(f"a value cannot be read ({type(error).__name__})") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")


def _not_deep(value: Any, level: int = 0) -> None:
    if level > DEEPEST:
        raise Malformed(Problem("body", "it is too deep", f"more than {DEEPEST} levels", "send a flatter one"))
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in parts:
        _not_deep(each, level + 1)
