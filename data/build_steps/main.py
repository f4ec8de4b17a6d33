"""The order of the build: gather, validate, write beside, put in place."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd
from rich.console import Console

from build_steps import (
    alliances,
    backtest,
    circular,
    claims,
    coefficients,
    controls,
    corrections,
    corridors,
    editions,
    episodes,
    europe,
    exports,
    flows,
    geography,
    governance,
    minerals,
    money,
    outlooks,
    package,
    pact,
    parameters,
    places,
    quantities,
    schemes,
    shares,
    sources,
    tariffs,
    uses,
)
from build_steps.inputs import Inputs
from orepact.errors import BadInput, OrepactError, Problem
from orepact.facts import read
from orepact.facts.schemas import SCHEMAS, validate

DATA = Path(__file__).resolve().parent.parent
STEPS = (
    minerals, places, quantities, editions, uses, flows, shares, money, parameters, coefficients, episodes, europe, outlooks, governance,
    tariffs, controls, alliances, pact, schemes, geography, corridors, circular, corrections,
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run the build; returns the exit code."""
    console = Console(stderr=True)
    try:
        if len(arguments) != 1:
            raise BadInput(
                Problem(
                    "data/build",
                    "one folder is needed",
                    f"{len(arguments)} arguments",
                    "run: data/build FOLDER, or data/build --describe",
                )
            )
        if arguments == ["--describe"]:
            return describe_anew(console)
        inputs = Inputs(Path(arguments[0]), DATA / "own")
        tables: dict[str, pd.DataFrame] = {}
        for step in STEPS:
            console.print(f"building {step.__name__.split('.')[-1]}")
            tables |= step.tables(inputs)
        tables = corrections.applied(tables)
        tables |= claims.tables(inputs, tables)
        tables |= backtest.tables(inputs, tables)
        tables |= exports.tables(inputs, tables)
        tables |= minerals.eu_materials(inputs, tables)
        tables |= sources.tables(inputs, tables)
        _check(tables)
        _write(tables)
    except OrepactError as error:
        for problem in error.problems:
            console.print(str(problem), style="red", highlight=False, markup=False)
        return error.exit_code
    for name in sorted(tables):
        console.print(f"{name:22s} {len(tables[name]):8,d} rows", highlight=False)
    return 0


def describe_anew(console: Console) -> int:
    """Check the tables that lie under ``data/tables`` and describe them as they are: for tables changed by hand."""
    found = sorted((DATA / "tables").iterdir())
    tables = {path.stem: read(path.stem, path) for path in found}
    _check(tables)
    described = package.describe(tables, DATA / "tables")
    (DATA / "datapackage.json").write_text(described, encoding="utf-8")
    console.print(f"{len(tables)} tables are described as they are")
    return 0


def _check(tables: dict[str, pd.DataFrame]) -> None:
    problems: list[Problem] = []
    if set(tables) != set(SCHEMAS):
        problems.append(
            Problem("data/build", "tables and schemas differ", str(set(tables) ^ set(SCHEMAS)), "write the missing one")
        )
    for name, table in tables.items():
        try:
            tables[name] = validate(name, table, f"tables/{name}")
        except BadInput as error:
            problems += error.problems
    problems += faults_of_sources(tables)
    if problems:
        raise BadInput(problems)


def faults_of_sources(tables: dict[str, pd.DataFrame]) -> list[Problem]:
    """Sources that rows name and nobody describes, whose licence forbids passing figures on, or that are graded below a row."""
    sources = tables["sources"].set_index("source")
    closed = set(sources.index[sources["redistributable"] != "yes"])
    problems = []
    for name, table in tables.items():
        if "source" not in table or name == "sources":
            continue
        used, place = set(table["source"]), f"tables/{name}, source"
        described = table[table["source"].isin(sources.index)]
        unknown, shut = sorted(used - set(sources.index)), sorted(used & closed)
        above = (
            described["source"][described["grade"] < described["source"].map(sources["grade"])]
            if "grade" in table
            else []
        )
        if unknown:
            problems.append(Problem(place, "a source is not described", str(unknown[:5]), "add it to own/sources.csv"))
        if shut:
            todo = "leave its rows out, or let users load their own copy"
            problems.append(Problem(place, "a source may not be redistributed", str(shut), todo))
        if len(above):
            todo = "grade the row or the source again"
            problems.append(Problem(place, "a row is graded better than its source", str(sorted(set(above))), todo))
    return problems


def _write(tables: dict[str, pd.DataFrame]) -> None:
    with tempfile.TemporaryDirectory(dir=DATA) as folder:
        fresh = Path(folder) / "tables"
        fresh.mkdir()
        for name, table in tables.items():
            package.write_table(table, name, fresh)
        described = package.describe(tables, fresh)
        (Path(folder) / "datapackage.json").write_text(described, encoding="utf-8")
        shutil.rmtree(DATA / "tables", ignore_errors=True)
        fresh.replace(DATA / "tables")
        (Path(folder) / "datapackage.json").replace(DATA / "datapackage.json")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
