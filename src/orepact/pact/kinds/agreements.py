"""Initiatives, and agreements with their clauses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, field_validator

from orepact.pact.event import Draft
from orepact.pact.kinds.base import PARTIES, RECORDER, Kind, PactRecord, Verb, ordinary
from orepact.policy.attributes import attribute
from orepact.policy.record import Day, Record, Text, not_before

Function = Literal["projects", "trade", "stock", "standards", "data", "finance"]
Stage = Literal["mine", "intermediate", "refined", "component", "scrap"]
Answer = Literal["yes", "no", "unknown"]
EVERYTHING = "*"
"""Among minerals, stages or countries: all of them."""


class Clause(Record):
    """What one clause of an agreement says, in our own words. stands: whether the agreement has it, as far as evidence goes."""

    clause: Text = attribute(
        unit="id", meaning="entry of the clause library", source="facts, clause_templates", max_length=60
    )
    stands: Answer = attribute(unit="text", meaning="whether the agreement has it", source=RECORDER)
    binding: Answer = attribute("unknown", unit="text", meaning="whether it binds", source=RECORDER)
    summary: Text | None = attribute(None, unit="text", meaning="what it says", source=RECORDER, max_length=2000)
    value: float | None = attribute(
        None, unit="as unit says", meaning="number that it carries", source=RECORDER, allow_inf_nan=False
    )
    unit: Text | None = attribute(None, unit="text", meaning="unit of the number", source=RECORDER, max_length=40)
    source: str | None = attribute(None, unit="id", meaning="source that shows it", source=RECORDER, max_length=1000)
    grade: Literal["A", "B", "C", "D", "E"] | None = attribute(
        None, unit="grade", meaning="grade of the source", source=RECORDER
    )


class Initiative(PactRecord):
    """Something that parties do together: what for, on which minerals and stages, where."""

    name: Text = attribute(unit="text", meaning="its usual name", source=RECORDER, max_length=300)
    functions: tuple[Function, ...] = attribute(
        unit="texts",
        meaning="what it does: projects, trade, stock, standards, data, finance",
        source="D1",
        min_length=1,
        max_length=6,
    )
    minerals: tuple[str, ...] = attribute(
        unit="ids", meaning="minerals that it is about; * for all", source="D1", min_length=1, max_length=120
    )
    stages: tuple[str, ...] = attribute(
        unit="ids",
        meaning="mine, intermediate, refined, component, scrap; * for all",
        source="D1",
        min_length=1,
        max_length=5,
    )
    countries: tuple[str, ...] = attribute(
        unit="ids", meaning="countries or regions that it acts in; * for all", source="D1", min_length=1, max_length=250
    )
    lead: Text | None = attribute(None, unit="text", meaning="who leads it", source=RECORDER, max_length=300)
    instrument: Text | None = attribute(None, unit="text", meaning="by what it acts", source=RECORDER, max_length=1000)
    since: Day | None = attribute(None, unit="date", meaning="first day; not known when left out", source=RECORDER)
    until: Day | None = attribute(None, unit="date", meaning="last day", source=RECORDER)
    status: Text | None = attribute(
        None, unit="text", meaning="how it stands, in words", source=RECORDER, max_length=300
    )
    clauses: tuple[Clause, ...] = Field(
        (), description="clauses known of it", json_schema_extra={"unit": "records", "source": RECORDER}, max_length=60
    )

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: object, info: Any) -> object:
        return not_before(until, info.data.get("since"))  # type: ignore[arg-type]


class Agreement(PactRecord):
    """What parties agreed, with the clauses that are known of it. A clause that is not listed is not known, neither there nor absent."""

    name: Text = attribute(unit="text", meaning="its title", source=RECORDER, max_length=300)
    kind: Text | None = attribute(
        None, unit="text", meaning="treaty, framework, memorandum, action plan", source=RECORDER, max_length=120
    )
    parties: tuple[str, ...] = attribute(
        unit="ids", meaning="who agreed", source=RECORDER, min_length=1, max_length=250
    )
    signed: str | None = attribute(
        None, unit="date", meaning="day, month or year of signature, as far as known", source=RECORDER,
        pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?$",
    )  # fmt: skip
    status: Text | None = attribute(
        None, unit="text", meaning="announced, agreed, signed, in force, ended", source=RECORDER, max_length=120
    )
    until: Day | None = attribute(None, unit="date", meaning="last day in force", source=RECORDER)
    clauses: tuple[Clause, ...] = Field(
        (), description="clauses known of it", json_schema_extra={"unit": "records", "source": RECORDER}, max_length=60
    )

    def names(self) -> Iterable[tuple[str, str, str]]:
        """Its parties."""
        return tuple(("parties", "party", each) for each in self.parties)

    def clause(self, name: str) -> Clause | None:
        """What it says on one entry of the library; None where nothing is known."""
        return next((each for each in self.clauses if each.clause == name), None)


def _with_clause(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del draft
    others = [each for each in before.clauses if each.clause != asked.clause]
    found: Agreement | Initiative = before.model_copy(update={"clauses": (*others, asked)})
    return found


STATE = Verb("state", "say what a clause says, in place of what was said of it", Clause, _with_clause, PARTIES)
INITIATIVE = Kind(
    "initiative", "initiatives", "what parties do together, by function, mineral, stage and country", Initiative,
    ordinary(Initiative, PARTIES) | {"state": STATE},
)  # fmt: skip
AGREEMENT = Kind(
    "agreement", "agreements", "what parties agreed, clause by clause", Agreement, ordinary(Agreement, PARTIES) | {"state": STATE}
)  # fmt: skip
