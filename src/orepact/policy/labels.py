"""Which country stands where in a problem's arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orepact.errors import BadInput, Problem


@dataclass(frozen=True)
class Labels:
    """Countries by position: stage names, producers of each stage, buyers of each stage (refiners first, then users)."""

    stages: tuple[str, ...]
    producers: tuple[tuple[str, ...], ...]
    buyers: tuple[tuple[str, ...], ...]

    def stage(self, name: str) -> int:
        """Position of a stage by name; BadInput where the market has none of that name."""
        if name not in self.stages:
            raise BadInput(
                Problem("stage", "the market has no such stage", f"'{name}'", f"choose {' or '.join(self.stages)}")
            )
        return self.stages.index(name)

    def rows(self, stage: int, countries: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which producers of a stage are in ``countries``, boolean ``(n,)``."""
        return np.isin(self.producers[stage], countries)

    def columns(self, stage: int, countries: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which buyers of a stage are in ``countries``, boolean ``(m + J,)``."""
        return np.isin(self.buyers[stage], countries)
