"""The order of the build: gather, validate, write beside, put in place."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import pandas as pd
from rich.console import Console

from build_steps import controls, flows, minerals, money, package, parameters, places, quantities, shares, sources
from build_steps.inputs import Inputs
from orepact.errors import BadInput, OrepactError, Problem
from orepact.facts.schemas import SCHEMAS, validate

DATA = Path(__file__).resolve().parent.parent
STEPS = (minerals, places, quantities, flows, shares, money, parameters, controls)


def main(arguments: list[str]) -> int:
    """Run the build; returns the exit code."""
    console = Console(stderr=True)
    try:
        if len(arguments) != 1:
            raise BadInput(
                Problem("data/build", "one folder is needed", f"{len(arguments)} arguments", "run: data/build FOLDER")
            )
        inputs = Inputs(Path(arguments[0]), DATA / "own")
        tables: dict[str, pd.DataFrame] = {}
        for step in STEPS:
            console.print(f"building {step.__name__.split('.')[-1]}")
            tables |= step.tables(inputs)
        tables |= sources.tables(inputs, tables)
        tables |= minerals.eu_materials(inputs, tables)
        _check(tables)
        _write(tables)
    except OrepactError as error:
        for problem in error.problems:
            console.print(str(problem), style="red", highlight=False, markup=False)
        return error.exit_code
    for name in sorted(tables):
        console.print(f"{name:16s} {len(tables[name]):8,d} rows", highlight=False)
    return 0


def _check(tables: dict[str, pd.DataFrame]) -> None:
    problems: list[Problem] = []
    if set(tables) != set(SCHEMAS):
        problems.append(
            Problem("data/build", "tables and schemas differ", str(set(tables) ^ set(SCHEMAS)), "write the missing one")
        )
    known = set(tables["sources"]["source"])
    closed = tables["sources"].loc[tables["sources"]["redistributable"] != "yes", "source"]
    for name, table in tables.items():
        try:
            tables[name] = validate(name, table, f"tables/{name}")
        except BadInput as error:
            problems += error.problems
        used = set(table["source"]) if "source" in table else set()
        if used - known:
            problems.append(
                Problem(
                    f"tables/{name}, source",
                    "a source is not described",
                    str(sorted(used - known)[:5]),
                    "add it to own/sources.csv",
                )
            )
        if used & set(closed):
            problems.append(
                Problem(
                    f"tables/{name}, source",
                    "a source may not be redistributed",
                    str(sorted(used & set(closed))),
                    "leave its rows out, or let users load their own copy",
                )
            )
    if problems:
        raise BadInput(problems)


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
