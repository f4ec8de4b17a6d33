"""The folder of publishers' figures and our own small tables, read with one sentence when something is not what it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd

from orepact.errors import BadInput, Problem


@dataclass(frozen=True)
class Inputs:
    """Where figures come from: ``folder`` of publishers, ``own`` tables written by hand with their sources."""

    folder: Path
    own: Path

    def read(self, name: str, **options: object) -> pd.DataFrame:
        """A CSV of the folder, with empty cells as missing and the text ``NA`` (Namibia) kept."""
        return _csv(self.folder / name, **options)

    def mine(self, name: str) -> pd.DataFrame:
        """One of our own tables, all text."""
        return _csv(self.own / f"{name}.csv", dtype=str)

    def parquet(self, name: str) -> pd.DataFrame:
        """A Parquet file of the folder."""
        path = self.folder / name
        _must_exist(path)
        try:
            return duckdb.read_parquet(str(path)).df()
        except duckdb.Error as error:
            raise BadInput(
                Problem(str(path.name), "the file is not Parquet", str(error).splitlines()[0], "fetch it again")
            ) from error

    @cached_property
    def slugs(self) -> dict[str, str]:
        """Every name of a mineral that a source uses, in lower case, to our slug."""
        names: dict[str, str] = {}
        for row in self.mine("minerals").itertuples():
            for name in (row.mineral, row.name, *str(row.aliases if isinstance(row.aliases, str) else "").split("|")):
                if name:
                    names[str(name).lower()] = str(row.mineral)
        return names

    def slug(self, names: pd.Series) -> pd.Series:
        """Names to slugs; missing where a name is none of ours."""
        return names.str.strip().str.lower().map(self.slugs)


def _must_exist(path: Path) -> None:
    if not path.is_file():
        raise BadInput(
            Problem(str(path), "a file of figures is missing", "no such file", "give the folder that holds it")
        )


def _csv(path: Path, **options: object) -> pd.DataFrame:
    _must_exist(path)
    try:
        return pd.read_csv(path, keep_default_na=False, na_values=[""], **options)  # type: ignore[call-overload]
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise BadInput(Problem(str(path.name), "the file is not a CSV table", str(error), "fetch it again")) from error
