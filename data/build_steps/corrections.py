"""Corrections to publishers' figures as records, each with a guard that stops the build once the source has changed.

A record names a table, rows (``column=value`` joined by ``;``), a column, and the wrong value that must still be there:
for numbers the sum over the rows, for words the value of every row. Four verbs, no others: ``override`` puts ``corrected``
in its place, ``scale`` multiplies by it, ``drop`` removes the rows, ``flag`` leaves them and writes the reason in their note.
"""

from __future__ import annotations

import math

import pandas as pd

from build_steps.inputs import Inputs
from orepact.errors import BadInput, Problem

ACTIONS = ("override", "scale", "drop", "flag")
CLOSE = 1e-9


def tables(inputs: Inputs) -> dict[str, pd.DataFrame]:
    """``corrections``, as they are shipped."""
    return {"corrections": inputs.mine("corrections").assign(source="orepact_corrections", grade="B")}


def applied(built: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables with every correction made; raises BadInput naming each one that no longer fits."""
    result, problems = dict(built), []
    for record in built["corrections"].itertuples():
        try:
            result[str(record.table)] = _apply(record, result)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return result


def _apply(record: object, built: dict[str, pd.DataFrame]) -> pd.DataFrame:
    name = str(record.table)
    if name not in built:
        raise _misfit(record, "the table does not exist", f"'{name}'")
    table = built[name]
    rows = _rows(record, table)
    if not rows.any():
        raise _misfit(record, "no row is as the correction says", str(record.where))
    _guard(record, table.loc[rows, record.column])
    return _changed(record, table, rows)


def _rows(record: object, table: pd.DataFrame) -> pd.Series:
    rows = pd.Series(data=True, index=table.index)
    conditions = [part.partition("=") for part in str(record.where).split(";")]
    unknown = [column for column, _, _ in [*conditions, (record.column, "", "")] if column not in table]
    if unknown:
        raise _misfit(record, "a column does not exist", ", ".join(unknown))
    for column, _, value in conditions:
        rows &= table[column].astype("string").fillna("") == value
    return rows


def _guard(record: object, found: pd.Series) -> None:
    """The wrong value must still be there."""
    if pd.api.types.is_numeric_dtype(found):
        total = float(found.sum())
        fits = math.isclose(total, float(record.expected), rel_tol=CLOSE, abs_tol=CLOSE)
        seen = f"{total:.10g}"
    else:
        seen = ", ".join(sorted(found.astype("string").fillna("nothing").unique())[:3])
        fits = seen == record.expected
    if not fits:
        raise _misfit(record, f"the wrong value {record.expected} is no longer there", seen)


def _changed(record: object, table: pd.DataFrame, rows: pd.Series) -> pd.DataFrame:
    if record.action == "drop":
        return table[~rows].reset_index(drop=True)
    table = table.copy()
    numeric = pd.api.types.is_numeric_dtype(table[record.column])
    if record.action == "flag":
        if "note" not in table:
            raise _misfit(record, "the table has no note to write the reason in", str(record.table))
        note = table.loc[rows, "note"].astype("object")
        table["note"] = table["note"].astype("object")
        table.loc[rows, "note"] = [_joined(old, str(record.reason)) for old in note]
    elif record.action == "scale":
        table.loc[rows, record.column] *= float(record.corrected)
    elif record.action == "override":
        table.loc[rows, record.column] = float(record.corrected) if numeric else record.corrected
    else:
        raise _misfit(record, f"the action is none of {', '.join(ACTIONS)}", f"'{record.action}'")
    return table


def _joined(old: object, reason: str) -> str:
    return f"{old}; {reason}" if isinstance(old, str) and old else reason


def _misfit(record: object, wrong: str, found: str) -> BadInput:
    todo = "look at the source again, then correct or delete the record in own/corrections.csv"
    return BadInput(Problem(f"corrections, {record.correction}", wrong, found, todo))
