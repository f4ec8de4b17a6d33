"""Published exports of a country as evidence, where no bilateral trade is recorded: they say what stays at home.

What enters: output and published exports of the last stage, each with its grade. What leaves: the output that a country keeps
for itself, with its error, claims on what it sells abroad, and a note that sets the table beside the publisher. Exports at or
above output are not of a country's own making alone and say nothing of its use: they are left out, and the note says so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from orepact.network.balance import ERROR_OF_GRADE, Claim
from orepact.network.evidence import Evidence

Array = NDArray[np.float64]


def kept_at_home(evidence: Evidence, stage: str) -> pd.DataFrame:
    """Output less published exports by country: ``tonnes`` of content and ``error``, the standard error of both together."""
    table = _usable(evidence, stage)
    of_output = table["output"] * table["output_grade"].map(ERROR_OF_GRADE).astype(float)
    of_exports = table["tonnes"] * table["grade"].map(ERROR_OF_GRADE).astype(float)
    return pd.DataFrame({"tonnes": table["output"] - table["tonnes"], "error": np.hypot(of_output, of_exports)})


def export_claims(evidence: Evidence, stage: str, producers: tuple[str, ...], users: tuple[str, ...]) -> list[Claim]:
    """Published exports as claims on what a producer sells to every user but its own, with the error of their grade."""
    return [
        Claim(
            f"exports {country}", _abroad(str(country), producers, users), tonnes, ERROR_OF_GRADE[str(grade)] * tonnes
        )
        for country, tonnes, grade in _usable(evidence, stage)[["tonnes", "grade"]].itertuples()
    ]


def note_exports(
    evidence: Evidence, stage: str, producers: tuple[str, ...], users: tuple[str, ...], flows: Array
) -> None:
    """Write down what is published, what the table has, whether that lies in the published range, and what was not used."""
    home = kept_at_home(evidence, stage)
    for country, tonnes, low, high, grade in evidence.exports.itertuples(index=False):
        published = f"exports of {country} are published as {tonnes:,.0f} t ({low:,.0f} to {high:,.0f}, grade {grade})"
        if country not in home.index:
            evidence.notes.append(
                f"{published}, no less than its output: they tell nothing of its use and are not used"
            )
            continue
        found = float((_abroad(country, producers, users) * flows).sum())
        outside = "" if low <= found <= high else ", outside that range"
        left, error = home.loc[country, ["tonnes", "error"]]
        evidence.notes.append(
            f"{published}; the table has {found:,.0f} t{outside}, scrap and re-exports not counted. Use by {country} starts "
            f"from its output less these exports, {left:,.0f} t give or take {error:,.0f} t; nobody records what it imports"
        )


def _usable(evidence: Evidence, stage: str) -> pd.DataFrame:
    """Published exports below output, by country: tonnes, grade, output and its grade."""
    made = evidence.made[stage]
    table = evidence.exports.set_index("country")
    table = table.assign(output=made.tonnes.reindex(table.index), output_grade=made.grades.reindex(table.index))
    usable: pd.DataFrame = table[table["tonnes"] < table["output"]]
    return usable


def _abroad(country: str, producers: tuple[str, ...], users: tuple[str, ...]) -> Array:
    """Ones where ``country`` sells to another, zeros elsewhere; shape (producers, users)."""
    seller = np.array(producers)[:, None] == country
    return np.asarray(seller & (np.array(users)[None, :] != country), dtype=np.float64)
