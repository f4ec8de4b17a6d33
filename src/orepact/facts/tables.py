"""Tables by name: read from the package's own files, and kept while the program runs.

A shipped file is trusted when it is, byte for byte, the one that was validated when the tables were built and described in
``datapackage.json``; any other file is refused. A file of a user's own is validated row by row, by ``read``.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from orepact.errors import BadInput, Problem, unknown

if TYPE_CHECKING:
    import pandas as pd


@cache
def folder() -> Path:
    """The folder of the shipped tables: inside an installed package, or beside the source in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "data", package.parent.parent / "data"):
        if (candidate / "datapackage.json").is_file():
            return candidate
    raise BadInput(
        Problem(
            "facts", "the tables are not where the package keeps them", str(package / "data"), "install Orepact again"
        )
    )


def tables() -> list[str]:
    """Names of all tables."""
    from orepact.facts.schemas import SCHEMAS

    return sorted(SCHEMAS)


def load(name: str) -> pd.DataFrame:
    """A table by name, validated: columns as its schema says, missing figures as missing. Yours to change."""
    if name not in tables():
        raise unknown("facts", "table", name, tables())
    return _loaded(name).copy(deep=False)


@cache
def _loaded(name: str) -> pd.DataFrame:
    path = shipped(name)
    return _parsed(name, path, f"facts, {path.name}")


@cache
def shipped(name: str) -> Path:
    """The file of a shipped table, after making sure that it is the one that ``datapackage.json`` describes."""
    path = _path(name)
    place = f"facts, {path.name}"
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInput(
            Problem(place, "the file cannot be read", error.strerror or type(error).__name__, "put the table back")
        ) from None
    if found != _described().get(f"tables/{path.name}"):
        raise BadInput(
            Problem(
                place,
                "the file is not the one that datapackage.json describes",
                f"another content ({found[:12]})",
                "put the table back, or check and describe yours with data/build --describe",
            )
        )
    return path


@cache
def _described() -> dict[str, str]:
    """Hash of each file in ``datapackage.json``, by its path."""
    path = folder() / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        return {each["path"]: each["hash"].removeprefix("sha256:") for each in package["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise BadInput(
            Problem("facts, datapackage.json", "it does not describe the tables", str(path), "install Orepact again")
        ) from None


def _path(name: str) -> Path:
    for ending in ("csv", "parquet"):
        path = folder() / "tables" / f"{name}.{ending}"
        if path.exists():
            return path
    raise BadInput(
        Problem(
            f"facts, {name}", "the file of the table is missing", f"nothing at tables/{name}", "build the tables again"
        )
    )


def read(name: str, path: Path) -> pd.DataFrame:
    """A table of the schema ``name`` from a CSV or Parquet file; raises BadInput with every fault of the file."""
    from orepact.facts.schemas import validate

    place = f"facts, {path.name}"
    return validate(name, _parsed(name, path, place), place)


def _parsed(name: str, path: Path, place: str) -> pd.DataFrame:
    return _parquet(path, place) if path.suffix == ".parquet" else _csv(name, path, place)


def _csv(name: str, path: Path, place: str) -> pd.DataFrame:
    import pandas as pd

    from orepact.facts.schemas import COLUMNS, SCHEMAS

    text = {column: "str" for column in SCHEMAS[name].columns if COLUMNS[column].kind == "text"}
    try:
        return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    except FileNotFoundError:
        raise BadInput(Problem(place, "there is no such file", str(path), "give a file that exists")) from None
    except OSError as error:
        found = error.strerror or type(error).__name__
        raise BadInput(Problem(place, "the file cannot be read", found, "put the table back")) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, ValueError) as error:
        raise BadInput(
            Problem(place, "the file is not a CSV table", str(error), "give a comma-separated UTF-8 file")
        ) from None


def _parquet(path: Path, place: str) -> pd.DataFrame:
    import duckdb

    try:
        with duckdb.connect() as connection:
            table: pd.DataFrame = connection.read_parquet(str(path)).df()
            return table
    except duckdb.Error as error:
        found = str(error).splitlines()[0]
        raise BadInput(Problem(place, "the file is not a Parquet table", found, "build the tables again")) from None


@cache
def version() -> str:
    """Twelve hexadecimal digits of all tables together: the facts that an answer was computed from."""
    digest = hashlib.sha256()
    for path in sorted((folder() / "tables").iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def sources(ids: list[str] | tuple[str, ...]) -> pd.DataFrame:
    """The records of some sources, in the order of the table."""
    table = load("sources")
    return table[table["source"].isin(list(ids))].reset_index(drop=True)
