"""The map of schemes: which scheme covers which criterion, by what pages say, with the page and its grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, cast

from orepact.errors import Problem, unknown_problem

Coverage = Literal["covers", "partly", "not", "cannot tell"]
CRITERIA: dict[str, str] = {
    "oecd_step_1": "management systems (OECD step 1)",
    "oecd_step_2": "finding risks in the supply chain (OECD step 2)",
    "oecd_step_3": "answering those risks (OECD step 3)",
    "oecd_step_4": "audits at points of the chain (OECD step 4)",
    "oecd_step_5": "reporting on due diligence (OECD step 5)",
    "chain_of_custody": "chain of custody",
    "human_rights": "human rights",
    "environment": "environment",
    "tailings": "tailings",
    "community": "communities and consent of Indigenous peoples",
    "third_party_audit": "audit by a third party",
    "public_disclosure": "public disclosure",
}
"""Criteria by id, in plain words."""

SHORT: dict[str, str] = {name: words.split(" (")[0] for name, words in CRITERIA.items()}


@dataclass(frozen=True)
class Cell:
    """Whether a scheme covers a criterion: what a page says, which page, and its grade."""

    coverage: Coverage
    basis: str
    period: str
    source: str
    grade: str


@dataclass(frozen=True)
class Scheme:
    """A scheme. sites: stages that it is for. recognition: whether the Commission has recognised it, as far as a page was seen."""

    id: str
    name: str
    lead: str
    sites: tuple[str, ...]
    recognition: str
    period: str
    source: str
    grade: str
    note: str
    cells: Mapping[str, Cell]

    def coverage(self, criterion: str) -> Coverage:
        """Whether it covers a criterion; cannot tell where no page was seen."""
        cell = self.cells.get(criterion)
        return "cannot tell" if cell is None else cell.coverage


@cache
def schemes() -> Mapping[str, Scheme]:
    """Every scheme of the map, by id."""
    from orepact import facts

    cells: dict[str, dict[str, Cell]] = {}
    for row in facts.load("scheme_criteria").to_dict("records"):
        coverage = cast("Coverage", str(row["coverage"]))
        cell = Cell(coverage, str(row["basis"]), str(row["period"]), str(row["source"]), str(row["grade"]))
        cells.setdefault(str(row["scheme"]), {})[str(row["criterion"])] = cell
    return {
        str(row["scheme"]): Scheme(
            id=str(row["scheme"]),
            name=str(row["name"]),
            lead=str(row["lead"]),
            sites=tuple(str(row["sites"]).split("|")),
            recognition=str(row["recognition"]),
            period=str(row["period"]),
            source=str(row["source"]),
            grade=str(row["grade"]),
            note=str(row["note"]),
            cells=cells.get(str(row["scheme"]), {}),
        )
        for row in facts.load("schemes").to_dict("records")
    }


def scheme_problem(name: str, place: str) -> Problem | None:
    """What is wrong with the name of a scheme; None where it is known."""
    return None if name in schemes() else unknown_problem(place, "scheme", name, schemes())


def covering(criterion: str, stage: str, *, partly: bool) -> tuple[Scheme, ...]:
    """Schemes for sites of a stage that cover a criterion; also those that cover it partly, where that is enough."""
    enough = {"covers", "partly"} if partly else {"covers"}
    return tuple(
        each
        for each in schemes().values()
        if stage in each.sites and each.coverage(criterion) in enough and each.id != "oecd"
    )


def scheme_rows() -> list[dict[str, Any]]:
    """The map as rows: scheme, criterion, coverage, what the page says, its year, source and grade."""
    return [
        {
            "scheme": each.id,
            "name": each.name,
            "criterion": criterion,
            "coverage": each.coverage(criterion),
            "basis": cell.basis,
            "period": cell.period,
            "source": cell.source,
            "grade": cell.grade,
            "recognition": each.recognition,
        }
        for each in schemes().values()
        for criterion in CRITERIA
        if (cell := each.cells.get(criterion)) is not None
    ]
