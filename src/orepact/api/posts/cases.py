"""A case in time, and two cases side by side, as bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.body import LARGEST_YAML, YAML
from orepact.api.media import JSON
from orepact.api.posted import Posted, Told
from orepact.errors import BadInput, OrepactError, Problem, unknown_problem

if TYPE_CHECKING:
    from orepact.cases.path_case import PathCase

MOST_MARKETS = 24_000
"""Draws times periods of a case that is worked out while somebody waits: about 20 s on one core."""

MOST_INSTRUMENTS = 200
CASE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "mineral", "start", "months"],
    "properties": {
        "name": {"type": "string", "description": "What the case is called."},
        "mineral": {"type": "string", "description": "Mineral, by any usual name."},
        "start": {"type": "string", "format": "date", "description": "First day of the first period."},
        "months": {"type": "integer", "minimum": 1, "maximum": 600, "description": "How long it runs."},
        "step": {"enum": [1, 3, 12], "description": "Length of a period, months."},
        "base_year": {"type": ["integer", "null"], "description": "Year of the table; the usual one when left out."},
        "instruments": {
            "type": "array",
            "maxItems": MOST_INSTRUMENTS,
            "items": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
            "description": "What happens and what is decided, each with kind, from, to, source and what its kind asks for (docs/cases.md).",
        },
        "draws": {"type": "integer", "minimum": 10, "description": f"Draws; times periods at most {MOST_MARKETS}."},
        "seed": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1, "description": "Seed of the draws."},
        "note": {"type": "string", "description": "What a reader should know."},
    },
    "additionalProperties": False,
}
CUT = {"kind": "export_cut", "origins": ["CHN"], "stage": "refined", "cut": 0.6, "from": "2026-02-01"}
CASE = {"name": "gallium", "mineral": "gallium", "start": "2026-01-01", "months": 6, "draws": 20, "instruments": [CUT]}
NAME_OR_CASE = {"oneOf": [CASE_SCHEMA, {"type": "string", "description": "Name of a case of the gallery."}]}
DIFF_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["first", "second"],
    "properties": {
        "first": NAME_OR_CASE,
        "second": NAME_OR_CASE,
        "draws": {"type": ["integer", "null"], "minimum": 10, "description": "Draws for both, instead of their own."},
        "seed": {"type": ["integer", "null"], "minimum": 0, "description": "Seed for both, instead of their own."},
    },
    "additionalProperties": False,
}


def case_of(given: Any, place: str) -> PathCase:
    """A case from what a body holds: keys, or the name of a case of the gallery; never the name of a file."""
    from orepact.cases.case_file import read_case
    from orepact.cases.shipped import gallery

    if isinstance(given, str):
        if given not in gallery():
            raise BadInput(unknown_problem(place, "case in the gallery", given[:80], gallery()))
        return gallery()[given].case
    if not isinstance(given, Mapping):
        todo = "give an object, as docs/cases.md has it"
        raise BadInput(Problem(place, "a case has keys", type(given).__name__, todo))
    instruments = given.get("instruments")
    if isinstance(instruments, list) and len(instruments) > MOST_INSTRUMENTS:
        todo = f"give at most {MOST_INSTRUMENTS}"
        raise BadInput(Problem(f"{place}, instruments", "there are too many", str(len(instruments)), todo))
    return read_case({str(key): value for key, value in given.items()})


def check_size(case: PathCase, place: str, draws: int | None = None) -> None:
    """BadInput for a case that takes too long to wait for. draws: instead of its own."""
    markets = (draws or case.draws) * (case.months // case.step)
    if markets > MOST_MARKETS:
        wrong = "draws times periods are too many to wait for"
        todo = f"give at most {MOST_MARKETS}, or run it with orepact run"
        raise BadInput(Problem(f"{place}, draws", wrong, str(markets), todo))


def _run(given: Any, words: Mapping[str, str]) -> Told:
    del words
    from orepact.cases.path import run

    case = case_of(given, "case")
    check_size(case, "case")
    result = run(case)
    return result.summary(), result.periods_frame()


def _diff(given: Any, words: Mapping[str, str]) -> Told:
    del words
    from orepact.cases.path_diff import diff

    known = DIFF_SCHEMA["properties"]
    if not isinstance(given, Mapping):
        raise BadInput(Problem("body", "two cases are needed", type(given).__name__, "give first and second"))
    problems = [unknown_problem("body", "key", str(key)[:80], known) for key in given if key not in known]
    numbers = {key: _whole(given.get(key), key, least, problems) for key, least in (("draws", 10), ("seed", 0))}
    cases = []
    for key in ("first", "second"):
        try:
            cases.append(case_of(given.get(key), key))
            check_size(cases[-1], key, numbers["draws"])
        except OrepactError as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    result = diff(*cases, draws=numbers["draws"], seed=numbers["seed"])
    return result.summary(), result.periods_frame()


def _whole(value: Any, key: str, least: int, problems: list[Problem]) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**32):
        return value
    problems.append(Problem(key, "a whole number is needed", repr(value)[:60], f"give {least} or more"))
    return None


RUN = Posted(
    name="run",
    title="What happens over time when several things happen and are decided?",
    about="A case in time, as docs/cases.md has it, in JSON or YAML.",
    types=(JSON, *YAML),
    largest=LARGEST_YAML,
    work=_run,
    schema=CASE_SCHEMA,
    example=CASE,
)
DIFF = Posted(
    name="diff",
    title="What differs between two cases, and what follows from it?",
    about="Two cases, or names of the gallery, worked out with the same draws; the answer is the second less the first.",
    types=(JSON, *YAML),
    largest=2 * LARGEST_YAML,
    work=_diff,
    schema=DIFF_SCHEMA,
    example={"first": CASE, "second": {**CASE, "instruments": [{**CUT, "cut": 0.3}]}, "draws": 20},
)
