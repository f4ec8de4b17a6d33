"""Write tables so that the same figures give the same bytes, and describe them as a Frictionless data package."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pandas as pd

from orepact.facts.schemas import SCHEMAS

AS_PARQUET = {"governance", "production_editions", "trade"}
TYPES = {"float64": "number", "bool": "boolean"}


def write_table(table: pd.DataFrame, name: str, folder: Path) -> None:
    """One table as CSV, or as Parquet where it is large."""
    if name in AS_PARQUET:
        connection = duckdb.connect(config={"threads": 1})
        connection.register("rows", table)
        connection.sql("select * from rows").write_parquet(str(folder / f"{name}.parquet"), compression="zstd")
        connection.close()
        return
    table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def describe(tables: dict[str, pd.DataFrame], folder: Path) -> str:
    """The data package as JSON: fields, units by column, licences, sources and a hash of every file."""
    sources = tables["sources"]
    licences = [
        {"name": "Apache-2.0", "title": "Schema, scripts and own tables"},
        {"name": "mixed-open", "title": "Figures: the licence of each row's source, see tables/sources.csv"},
    ]
    resources = [_resource(name, tables[name], folder) for name in sorted(tables)]
    package = {
        "profile": "tabular-data-package",
        "name": "orepact-facts",
        "title": "Orepact facts: critical minerals from mine to use",
        "licenses": licences,
        "sources": [{"title": f"{row.publisher}: {row.title}", "path": row.address} for row in sources.itertuples()],
        "resources": resources,
    }
    return json.dumps(package, indent=1, ensure_ascii=False) + "\n"


def _resource(name: str, table: pd.DataFrame, folder: Path) -> dict[str, object]:
    path = folder / (f"{name}.parquet" if name in AS_PARQUET else f"{name}.csv")
    schema = SCHEMAS[name]
    fields = [
        {"name": column, "type": TYPES.get(str(table[column].dtype), "string"), "description": schema.describes[column]}
        for column in table.columns
    ]
    content = path.read_bytes()
    return {
        "name": name.replace("_", "-"),
        "title": schema.title,
        "path": f"tables/{path.name}",
        "format": path.suffix[1:],
        "bytes": len(content),
        "hash": "sha256:" + hashlib.sha256(content).hexdigest(),
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": list(schema.key)},
    }
