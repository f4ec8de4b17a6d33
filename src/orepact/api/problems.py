"""The one error body of the API, and how each failure becomes it.

``{"error": KIND, "problems": [{"field", "place", "wrong", "found", "todo", "sentence"}]}``; the kinds are those of ``KINDS``, and
``broken`` where the fault is ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from orepact.api.question import Asked, Question
from orepact.errors import BadInput, MissingData, NotSolved, OrepactError, Problem, UnknownName, unknown_problem
from orepact.pact.access import Denied
from orepact.pact.database import Unavailable
from orepact.pact.limits import TooOften
from orepact.pact.pact import NoRecord
from orepact.pact.people import NotSignedIn
from orepact.pact.store import Conflict

MOST_SHOWN = 80
"""Characters of a wrong value that an error repeats."""


class ProblemRow(BaseModel):
    """One thing that is wrong."""

    model_config = ConfigDict(extra="forbid")

    field: str | None = Field(
        default=None, description="Parameter that it concerns; null where it concerns none.", examples=["mineral"]
    )
    place: str = Field(description="Where it is.", examples=["--mineral"])
    wrong: str = Field(description="What is wrong.", examples=["there is no mineral of that name"])
    found: str = Field(description="What was found.", examples=["'galium'"])
    todo: str = Field(description="What to do.", examples=["did you mean gallium?"])
    sentence: str = Field(description="The whole sentence.")


class ErrorBody(BaseModel):
    """What every failure answers with."""

    model_config = ConfigDict(extra="forbid")

    error: str = Field(
        description="Kind of failure: bad_input, missing_data (cannot tell), not_found, no_record, not_ready, conflict, not_signed_in, "
        "denied, refused, too_many, not_solved, no_jobs, no_pact, unavailable or broken.",
        examples=["bad_input"],
    )
    problems: list[ProblemRow]


class Malformed(BadInput):
    """A body that is not what its content type says."""


class Refused(OrepactError):
    """A request that a page elsewhere may have made, or that nobody may make."""


class NotFound(OrepactError):
    """An address, or a thing of that name, that is not there."""


class NotAllowed(OrepactError):
    """A method that an address does not know."""


class NotReady(OrepactError):
    """An answer that is not there yet, or will never be."""


class TooLarge(BadInput):
    """A body that is larger than it may be."""


class WrongType(BadInput):
    """A content type that an address does not read."""


class TooMany(OrepactError):
    """A client asked for more than it may."""


class NoJobs(OrepactError):
    """This workbench works on no jobs."""


class NoPact(OrepactError):
    """This workbench keeps no pact."""


PLAIN = {
    "float_parsing": "a number is needed", "float_type": "a number is needed", "finite_number": "a finite number is needed",
    "int_parsing": "a whole number is needed", "int_from_float": "a whole number is needed", "int_type": "a whole number is needed",
    "greater_than_equal": "the number is out of range", "greater_than": "the number is out of range",
    "less_than_equal": "the number is out of range", "less_than": "the number is out of range",
    "string_too_short": "it is empty", "string_too_long": "it is too long", "bool_parsing": "yes or no is needed",
    "date_from_datetime_parsing": "a day is needed", "date_parsing": "a day is needed",
}  # fmt: skip
"""What a validation finds, in words."""

OUT_OF_RANGE = {"greater_than_equal", "greater_than", "less_than_equal", "less_than"}

KINDS: tuple[tuple[type[OrepactError], str, int], ...] = (
    (Malformed, "bad_input", 400),
    (NotSignedIn, "not_signed_in", 401),
    (Refused, "refused", 403),
    (Denied, "denied", 403),
    (MissingData, "missing_data", 404),
    (NotFound, "not_found", 404),
    (NoRecord, "no_record", 404),
    (NotAllowed, "bad_input", 405),
    (NotReady, "not_ready", 409),
    (Conflict, "conflict", 409),
    (TooLarge, "bad_input", 413),
    (WrongType, "bad_input", 415),
    (TooMany, "too_many", 429),
    (TooOften, "too_many", 429),
    (NotSolved, "not_solved", 500),
    (NoJobs, "no_jobs", 503),
    (NoPact, "no_pact", 503),
    (Unavailable, "unavailable", 503),
    (UnknownName, "bad_input", 422),
    (BadInput, "bad_input", 422),
)
"""Failure, its kind and its HTTP status. A market that was not solved is ours."""

BY_KIND = {kind: status for _, kind, status in KINDS} | {"missing_data": 404, "broken": 500}
"""The status that a kept error body is answered with."""

WORDS = {
    400: "The body is not what its content type says.",
    401: "Nobody is signed in, or the token, name or code does not hold.",
    403: "A page elsewhere may have made this request; or it is not the asker's to do.",
    404: "Cannot tell: the facts that the answer needs do not exist; or there is nothing of that name.",
    405: "The address does not know this method.",
    409: "The answer is not there yet, or the job was cancelled; or somebody changed the record since.",
    413: "The body is too large.",
    415: "The address does not read this content type.",
    422: "Something that was asked is wrong.",
    429: "Too many new answers in a minute, too many jobs, or too many tries to sign in.",
    500: "The market was not solved within its tolerance.",
    503: "This workbench works on no jobs, or keeps no pact; or its database cannot be reached.",
}
"""What each status of a failure means, for the documentation."""

EXAMPLES: dict[int, tuple[str, str, str, str, str]] = {
    400: ("bad_input", "body", "it is not JSON", "Expecting value in line 1", "send JSON"),
    401: ("not_signed_in", "request", "nobody is signed in", "no token and no session", "send Authorization: Bearer orep_…, or sign in"),
    403: ("refused", "request", "a page elsewhere may have made it", "Origin 'http://example.org'", "send it from its own pages"),
    404: ("missing_data", "network, indium, 2015", "no table can be made", "no output of 2015", "choose another year"),
    405: ("bad_input", "/api/v1/shock", "method not allowed", "POST", "read /openapi.json"),
    409: ("not_ready", "job", "it has no answer yet", "running, 2 of 6 steps", "ask again, or follow its events"),
    413: ("bad_input", "body", "the body is too large", "3000000 bytes", "send at most 2000000 bytes"),
    415: ("bad_input", "content-type", "this address does not read it", "'text/plain'", "send application/json"),
    422: ("bad_input", "--mineral", "there is no mineral of that name", "'galium'", "did you mean gallium?"),
    429: ("too_many", "request", "too many new answers in a minute", "120", "wait 12 seconds and ask again"),
    500: ("not_solved", "refined, CHN", "the market was not solved within tolerance", "1e-3", "ask for a smaller change"),
    503: ("no_jobs", "jobs", "this workbench works on no jobs", "none", "start it with orepact serve"),
}  # fmt: skip


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Failures as the documentation of a route has them, each with an example."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        kind, *said = EXAMPLES[status]
        example = {"error": kind, "problems": [row_of(Problem(*said), None)]}
        content = {"application/json": {"example": example}}
        found[status] = {"model": ErrorBody, "description": WORDS[status], "content": content}
    return found


def row_of(problem: Problem, field: str | None) -> dict[str, Any]:
    """A problem as the error body has it: in the words of parameters, and not of a command line's options."""
    said = problem if field is None or not problem.place.startswith("-") else replace(problem, place=field)
    return {"field": field, **vars(said), "sentence": str(said)}


def broken(what: str) -> dict[str, Any]:
    """The error body of a fault of ours; what it was stands in the server's log."""
    problem = Problem(what, "it broke, and the fault is ours", "an error in the code", "report it with what was asked")
    return {"error": "broken", "problems": [row_of(problem, None)]}


def kind_of(error: OrepactError) -> tuple[str, int]:
    """Kind and HTTP status of a failure."""
    for failure, kind, status in KINDS:
        if isinstance(error, failure):
            return kind, status
    return "bad_input", 422


def body_of(error: OrepactError, question: Question[Any, Any] | None = None) -> dict[str, Any]:
    """The error body of a failure."""
    rows = [row_of(each, None if question is None else question.field_of(each)) for each in error.problems]
    return {"error": kind_of(error)[0], "problems": rows}


def read_asked(question: Question[Any, Any], values: Mapping[str, Any], asked: type[Asked] | None = None) -> Asked:
    """The parameters of a question (as ``asked`` has them); BadInput with every problem, in the one grammar."""
    model = asked or question.asked
    try:
        return cast(Asked, model.model_validate(dict(values)))
    except ValidationError as error:
        raise BadInput(problems_in(error.errors(), model)) from None


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
    meaning = about.description.rstrip(".") if about and about.description else "read the documentation"
    wanted = f"give what it stands for: {meaning[:1].lower()}{meaning[1:]}" if about else meaning
    if error["type"] in OUT_OF_RANGE:
        wanted = f"give one {_bounds(about)}" if about else meaning
    return Problem(place, _wrong(error), f"'{found}'", wanted)


def _wrong(error: Mapping[str, Any]) -> str:
    """What a validation says, in plain words."""
    if error["type"] in PLAIN:
        return PLAIN[error["type"]]
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _bounds(field: FieldInfo) -> str:
    """The numbers that a parameter takes: ``from 1 to 60``."""
    words = {"ge": "from", "gt": "above", "le": "to", "lt": "below"}
    found = {
        name: getattr(each, name) for each in field.metadata for name in words if getattr(each, name, None) is not None
    }
    return " ".join(f"{words[name]} {found[name]:g}" for name in words if name in found)
