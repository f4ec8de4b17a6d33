"""Where numbers come from, in a line under a picture and in a list; and the command that gives the same answer."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orepact.api.question import Asked, plain

GRADES = {
    "A": "official and complete", "B": "official in part", "C": "derived from official figures", "D": "estimated", "E": "inferred",
}  # fmt: skip
MOST_NAMED = 4


def source_line(sources: Sequence[Mapping[Any, Any]], grade: str) -> str:
    """Publishers with years and the grade, as it stands under a picture."""
    named = sorted({f"{row['publisher']} ({_year(row)})" for row in sources if row["source"] != "orepact_assumption"})
    shown = "; ".join(named[:MOST_NAMED]) + (f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else "")
    return f"Sources: {shown}. Evidence grade {grade} of A to E. Calculation: Orepact."


def _year(row: Mapping[Any, Any]) -> str:
    return "no year" if str(row["year"]) in {"", "nan", "None"} else str(row["year"])


def source_rows(sources: Sequence[Mapping[Any, Any]]) -> list[dict[str, str]]:
    """Sources for a list: publisher, title, year, licence, address (only where it is a web address)."""
    keys = ("source", "publisher", "title", "year", "licence", "address")
    return [{key: str(row.get(key, "")) for key in keys} for row in sources]


def sources_of(ids: Iterable[str]) -> list[dict[str, str]]:
    """The sources of these ids, as text, in order."""
    from orepact import facts

    found = facts.sources(sorted(set(ids))).astype(str).to_dict("records")
    return source_rows([{str(key): value for key, value in row.items()} for row in found])


def command_line(name: str, asked: Asked, options: Mapping[str, str], always: Sequence[str] = ()) -> str:
    """The command that gives the same answer: ``options`` names those whose option is called otherwise.

    always: parameters to name even at their default here, since the command has another one or none.
    """
    words = ["orepact", name]
    for parameter, value in asked.model_dump(mode="json", exclude_none=True).items():
        field, own = type(asked).model_fields[parameter], getattr(asked, parameter)
        value = own if isinstance(own, float) else value  # noqa: PLW2901  (a command takes a share as a number)
        told = value != field.default or field.is_required() or parameter in {"mineral", "origin", "region", *always}
        if told and value is True:
            words.append(f"--{options.get(parameter, parameter).replace('_', '-')}")
        elif told and value is not False:
            words += [f"--{options.get(parameter, parameter).replace('_', '-')}", shlex.quote(plain(value))]
    return " ".join(words)
