"""A list of stops and cuts of exports, each with its probability a year: of the facts, or of a file of one's own.

The facts hold no list but a rule (table ``stop_probabilities``, an assumption of grade E): every exporting country stops every mineral
at every stage, for a year or for a quarter, with a probability that its political stability (table ``governance``) gives. A file is
CSV or YAML, a row a stop, with the columns of ``COLUMNS``.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from orepact import facts
from orepact.cases.request import read_places, read_share
from orepact.errors import BadInput, MissingData, OrepactError, Problem
from orepact.files import read_yaml
from orepact.network import Network, StageTable
from orepact.policy.instrument import StageName

COLUMNS = ("country", "mineral", "stage", "cut", "months", "probability", "source")
NEEDED = ("country", "mineral", "probability")
EVERY = "*"
LONGEST = 12
ASSUMED = "E"


@dataclass(frozen=True)
class Stop:
    """Exports of a mineral cut by some countries. cut: share taken away. months: from the start of the year. probability: a year.

    ``probability`` is None where nothing says how likely it is; ``why`` says where it comes from.
    """

    mineral: str
    stage: StageName
    origins: tuple[str, ...]
    cut: float
    months: int
    probability: float | None
    source: str
    why: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a list: empty ``origins`` for every exporting country, ``*`` for every mineral, None for the last stage."""

    origins: tuple[str, ...]
    mineral: str
    stage: StageName | None
    cut: float
    months: int
    probability: float
    source: str


def exporters(table: StageTable) -> tuple[str, ...]:
    """Named countries that sell beyond their borders at a stage, in the table's order."""
    own = np.array(table.producers)[:, None] == np.array(table.buyers)[None, :]
    sold = np.where(own, 0.0, table.flows).sum(axis=1)
    return tuple(country for country, tonnes in zip(table.producers, sold, strict=True) if tonnes > 0)


def stops_of(network: Network, rows: Sequence[Row] | None) -> tuple[Stop, ...]:
    """The stops of one mineral: of the facts where no list is given. MissingData where a row has nothing to stop."""
    if rows is None:
        return tuple(
            stop
            for table in network.stages
            for country in exporters(table)
            for stop in _assumed(network, table, country)
        )
    return tuple(stop for row in rows if row.mineral in {EVERY, network.mineral} for stop in _listed(network, row))


def _listed(network: Network, row: Row) -> Iterable[Stop]:
    stages = {table.stage: table for table in network.stages}
    stage = row.stage or network.stages[-1].stage
    selling = exporters(stages[stage]) if stage in stages else ()
    origins = [(country,) for country in selling] if not row.origins else [row.origins]
    for each in origins:
        if set(each) & set(selling):
            yield Stop(
                network.mineral,
                cast(StageName, stage),
                each,
                row.cut,
                row.months,
                row.probability,
                row.source,
                row.source,
            )
        elif row.mineral != EVERY:
            wrong, found = "it exports none of it in the table", f"exporters: {', '.join(selling[:8]) or 'none'}"
            place = f"stop, {', '.join(each)}, {network.mineral}, {stage}"
            raise MissingData(Problem(place, wrong, found, "take the row out, or name another stage"))


def _assumed(network: Network, table: StageTable, country: str) -> Iterable[Stop]:
    """The stops of the facts' rule for one country: of every length once, without a probability where its governance is not known."""
    stability = governance().get(country)
    lengths: set[float] = set()
    for row in rule():
        if stability is not None and row["governance_from"] <= stability < row["governance_to"]:
            likely, why = row["value"], row["basis"]
        elif stability is None and row["months"] not in lengths:
            likely, why = None, f"no political stability of {country} in table governance"
        else:
            continue
        lengths.add(row["months"])
        stage = cast(StageName, table.stage)
        yield Stop(network.mineral, stage, (country,), row["cut"], int(row["months"]), likely, row["source"], why)


@cache
def rule() -> tuple[dict[str, Any], ...]:
    """The rows of table ``stop_probabilities``."""
    rows = facts.load("stop_probabilities").to_dict("records")
    return tuple({str(key): value for key, value in row.items()} for row in rows)


@cache
def governance() -> dict[str, float]:
    """The dimension that the rule names, of the newest year, by country."""
    table = facts.load("governance")
    table = table[table["dimension"] == str(rule()[0]["dimension"])].dropna(subset=["value"])
    newest = table[table["period"] == table["period"].max()]
    return {str(country): float(value) for country, value in zip(newest["country"], newest["value"], strict=True)}


def read_stops(path: Path) -> tuple[Row, ...]:
    """A list of one's own, CSV or YAML; raises BadInput with everything that is wrong with it."""
    problems: list[Problem] = []
    found: list[Row] = []
    seen: dict[Row, int] = {}
    for number, given in enumerate(_loaded(path), start=2 if path.suffix == ".csv" else 1):
        place = f"{path.name}, row {number}"
        row = _row(given, place, problems)
        if row is None:
            continue
        same = replace(row, probability=0.0, source="")
        if same in seen:
            problems.append(Problem(place, "the same stop is there twice", f"row {seen[same]} too", "keep one of them"))
        seen[same] = number
        found.append(row)
    if problems:
        raise BadInput(problems)
    if not found:
        raise BadInput(Problem(path.name, "there is no stop in it", "no row", f"give {', '.join(COLUMNS)}"))
    return tuple(found)


def _loaded(path: Path) -> list[Any]:
    place = f"--probabilities, {path.name}"
    content = _csv(path, place) if path.suffix == ".csv" else read_yaml(path, place).content
    if not isinstance(content, list):
        raise BadInput(Problem(place, "a list of stops is needed", repr(content)[:60], f"give {', '.join(COLUMNS)}"))
    return content


def _csv(path: Path, place: str) -> list[Any]:
    try:
        return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise BadInput(Problem(place, "the file cannot be read", str(reason), "give a CSV or YAML file")) from None


def _row(given: Any, place: str, problems: list[Problem]) -> Row | None:
    """One row of a file; its faults are added to ``problems``."""
    if not isinstance(given, Mapping):
        problems.append(Problem(place, "a stop has columns", repr(given)[:60], f"give {', '.join(COLUMNS)}"))
        return None
    before = len(problems)
    cells = {str(key): "" if value is None else str(value).strip() for key, value in given.items()}
    unknown, missing = [key for key in cells if key not in COLUMNS], [key for key in NEEDED if not cells.get(key)]
    problems += [
        Problem(place, "there is no column of that name", f"'{key}'", f"give {', '.join(COLUMNS)}") for key in unknown
    ]
    problems += [Problem(f"{place}, {key}", "it is empty", "nothing", "fill it in") for key in missing]
    row = Row(
        origins=_read(lambda: _countries(cells.get("country", "")), place, problems, ()),
        mineral=_read(lambda: _mineral(cells.get("mineral", "")), place, problems, EVERY),
        stage=_read(lambda: _stage(cells.get("stage", "")), place, problems, None),
        cut=_read(lambda: read_share(_number_or_percent(cells.get("cut") or "100%"), "cut"), place, problems, 1.0),
        months=int(_number(cells.get("months") or "12", f"{place}, months", problems, 1, LONGEST, whole=True)),
        probability=_number(cells.get("probability") or "0", f"{place}, probability", problems, 0, 1),
        source=cells.get("source", ""),
    )  # fmt: skip
    return row if len(problems) == before else None


def _countries(text: str) -> tuple[str, ...]:
    return () if text in {EVERY, ""} else read_places(text, "country")


def _mineral(text: str) -> str:
    return EVERY if text in {EVERY, ""} else facts.resolve_mineral(text)


def _stage(text: str) -> StageName | None:
    return cast(StageName, facts.resolve_stage(text)) if text else None


def _number_or_percent(text: str) -> float | str:
    """A cut as a number where it is one: a file's 1 is all of it."""
    try:
        return float(text)
    except ValueError:
        return text


def _read(reader: Any, place: str, problems: list[Problem], fallback: Any) -> Any:
    try:
        return reader()
    except OrepactError as error:
        problems += [Problem(_inside(place, each.place), each.wrong, each.found, each.todo) for each in error.problems]
        return fallback


def _inside(place: str, field: str) -> str:
    return f"{place}, {field}" if field in COLUMNS else place


def _number(text: str, place: str, problems: list[Problem], low: float, high: float, *, whole: bool = False) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high or (whole and not value.is_integer()):
        kind = "a whole number" if whole else "a number"
        problems.append(Problem(place, f"{kind} from {low:g} to {high:g} is needed", f"'{text}'", "correct it"))
        return low
    return value
