"""How often what was seen in past disruptions lay inside the model's 80 % ranges: the one place that words about it are made from.

The numbers are those of :func:`orepact.cases.backtest.backtest` as it is shipped, with its own draws and seed; a test runs it again and
compares. They are kept because the back-test takes minutes, and every answer with a range must say how far such ranges held.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """Of ``outcomes`` observed ones, ``inside`` lay within the model's 80 % range."""

    inside: int
    outcomes: int


PAST = Held(inside=6, outcomes=35)
