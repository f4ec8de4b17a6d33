"""An answer that came from a workbench, with the calls that the answers of the functions here have."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

PARQUET, CSV = "application/vnd.apache.parquet", "text/csv"
FRAMES = {"losses_frame": ("shock",), "periods_frame": ("run", "diff"), "flows_frame": ("solve",)}
"""What the main table is called in the functions' own answers, where it is not ``frame``."""


class Answer:
    """An answer. ``summary()`` is its record in JSON terms (null where nobody can tell); ``frame()`` its main table."""

    def __init__(self, question: str, record: Any, table: Callable[[str], bytes]) -> None:
        self.question, self._record, self._table = question, record, table
        self._frame: pd.DataFrame | None = None

    def summary(self) -> Any:
        """The answer in JSON terms."""
        return dict(self._record) if isinstance(self._record, Mapping) else list(self._record)

    def frame(self) -> pd.DataFrame:
        """The main table."""
        if self._frame is None:
            from orepact.remote.table import read_parquet

            self._frame = read_parquet(self._table(PARQUET))
        return self._frame.copy()

    def to_csv(self) -> str:
        """The main table as CSV text, as the functions here write it."""
        return io.TextIOWrapper(io.BytesIO(self._table(CSV)), encoding="utf-8", newline="").read()

    def __getattr__(self, name: str) -> Any:
        """The main table under the name that the function's own answer has for it."""
        if self.question in FRAMES.get(name, ()):
            return self.frame
        raise AttributeError(
            f"the answer to '{self.question}' from a workbench has no '{name}'; it has summary(), frame() and to_csv()"
        )

    def __repr__(self) -> str:
        return f"<Answer to '{self.question}' from a workbench>"
