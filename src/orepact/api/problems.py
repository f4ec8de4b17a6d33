"""The one error body of the API, and how each failure becomes it.

``{"error": KIND, "problems": [{"field", "place", "wrong", "found", "todo", "sentence"}]}``; KIND is ``bad_input``, ``missing_data``
("cannot tell"), ``not_solved``, ``too_many`` or ``not_found``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from orepact.api.question import Asked, Question
from orepact.errors import BadInput, MissingData, NotSolved, OrepactError, Problem, UnknownName, unknown_problem

MOST_SHOWN = 80
"""Characters of a wrong value that an error repeats."""


class ProblemRow(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(extra="forbid")

    field: str | None = Field(
        description="Parameter that it concerns; null where it concerns none.", examples=["mineral"]
    )
    place: str = Field(description="Where it is.", examples=["--mineral"])
    wrong: str = Field(description="What is wrong.", examples=["there is no mineral of that name"])
    found: str = Field(description="What was found.", examples=["'galium'"])
    todo: str = Field(description="What to do.", examples=["did you mean gallium?"])
    sentence: str = Field(description="The whole sentence.")


class ErrorBody(BaseModel):
    """What every failure answers with."""

    model_config = ConfigDict(extra="forbid")

    error: str = Field(description="Kind of failure.", examples=["bad_input"])
    problems: list[ProblemRow]


KINDS: tuple[tuple[type[OrepactError], str, int], ...] = (
    (MissingData, "missing_data", 404),
    (NotSolved, "not_solved", 500),
    (UnknownName, "bad_input", 422),
    (BadInput, "bad_input", 422),
)
"""Failure, its kind and its HTTP status. A market that was not solved is ours, and the only one from 500 on."""


def kind_of(error: OrepactError) -> tuple[str, int]:
    """Kind and HTTP status of a failure."""
    for failure, kind, status in KINDS:
        if isinstance(error, failure):
            return kind, status
    return "bad_input", 422


def body_of(error: OrepactError, question: Question[Any, Any] | None = None) -> dict[str, Any]:
    """The error body of a failure."""
    rows = [
        {"field": None if question is None else question.field_of(each), **vars(each), "sentence": str(each)}
        for each in error.problems
    ]
    return {"error": kind_of(error)[0], "problems": rows}


def read_asked(question: Question[Any, Any], values: Mapping[str, Any]) -> Asked:
    """The parameters of a question from text; BadInput with every problem, in the one grammar."""
    try:
        return cast(Asked, question.asked.model_validate(dict(values)))
    except ValidationError as error:
        raise BadInput(problems_in(error.errors(), question.asked)) from None


def problems_in(errors: Sequence[Mapping[str, Any]], asked: type[BaseModel]) -> list[Problem]:
    """What a validation found, in the one grammar."""
    return [_problem(each, asked) for each in errors]


def _problem(error: Mapping[str, Any], asked: type[BaseModel]) -> Problem:
    parts = [str(part) for part in error["loc"] if part not in {"query", "body", "path"}]
    place = ".".join(parts) or "request"
    if error["type"] == "extra_forbidden":
        return unknown_problem(place, "parameter", place, asked.model_fields)
    found = str(error.get("input"))
    found = f"{found[:MOST_SHOWN]}…" if len(found) > MOST_SHOWN else found
    about = asked.model_fields.get(parts[0]) if parts else None
    wanted = (
        f"give {about.description[:1].lower()}{about.description[1:]}".rstrip(".")
        if about and about.description
        else "read the documentation"
    )
    message = str(error["msg"]).removeprefix("Value error, ")
    return Problem(place, f"{message[:1].lower()}{message[1:]}", f"'{found}'", wanted)
