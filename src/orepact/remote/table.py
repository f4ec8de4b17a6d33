"""A table in Parquet as pandas, by DuckDB, which needs a file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def read_parquet(content: bytes) -> pd.DataFrame:
    """The table of the bytes of a Parquet file."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "table.parquet"
        path.write_bytes(content)
        return connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).df()
