"""Dated figures of past disruptions, against which a model can be tried."""

from __future__ import annotations

import pandas as pd

from build_steps.inputs import Inputs

FORMS = " (oxide|metal|trioxide|products|hydroxide|carbonate|ore|APT)$"
WORDS = {"-late": "late in the year", "-peak": "peak of the year", "-01..11": "January to November"}


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``episodes``."""
    raw = inputs.read("parameters/episodes.csv", dtype={"date": str})
    period, when = raw["date"], pd.Series(None, index=raw.index, dtype=object)
    for ending, words in WORDS.items():
        found = period.str.endswith(ending)
        when = when.mask(found, words)
        period = period.mask(found, period.str.removesuffix(ending))
    span = period.str.fullmatch(r"\d{4}-\d{4}")
    period = period.mask(span, period.str.replace("-", "/"))
    note = (when.fillna("") + "; " + raw["note"].fillna("")).str.strip("; ")
    table = pd.DataFrame(
        {
            "episode": raw["episode"], "mineral": inputs.slug(raw["mineral"].str.replace(FORMS, "", regex=True)), "form": raw["mineral"], "period": period,
            "kind": raw["kind"], "measure": raw["measure"], "scope": raw["scope"], "value": raw["value"], "unit": raw["unit"],
            "basis": "as reported by: " + raw["source"], "source": "episode_reports", "grade": raw["grade"], "note": note.mask(note == ""),
        }
    )  # fmt: skip
    return {"episodes": table}
