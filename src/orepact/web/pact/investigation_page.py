"""An investigation as its page shows it: how far it is, what screens showed, the legal test, innocent explanations, costs and dissent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orepact.pact.kinds.investigations import ELEMENTS, EXPLANATIONS, LEAST_LEADS, SIDES, independent
from orepact.pact.state import Kept
from orepact.report.numbers import counted, money
from orepact.web.pact.asking import Asking

SHOWN_HERE = {"steps", "leads", "elements", "explanations", "costs", "decision", "measure", "reviews"}
NOT_YET = "nobody has looked yet"
LEAD_NOT_PROOF = "A screen is a lead and no proof. What is not found out stands as such, and no measure rests on it."


def of_investigation(asking: Asking, kept: Kept) -> dict[str, Any]:
    """What the page of an investigation says beyond its fields."""
    held: Any = kept.record
    dissents: list[Any] = [each for each in asking.sight.all("dissent") if each.record.investigation == kept.id]  # type: ignore[attr-defined]
    return {
        "finding": _finding(held, asking),
        "lines": [LEAD_NOT_PROOF, *_lines(held, len(dissents))],
        "template": "pact/round.html",
        "tables": [*_tables(held), ("Dissent", ("Party", "What it sees otherwise"), _dissents(asking, dissents))],
        "bids": (),
        "links": (),
    }  # fmt: skip


def _dissents(asking: Asking, dissents: list[Any]) -> list[tuple[str, str]]:
    return [(asking.names.of(each.record.owner or "the secretariat"), each.record.text) for each in dissents]


def _finding(held: Any, asking: Asking) -> str:
    alone = len(independent(held.leads))
    told = f"{counted(len(held.leads), 'lead')}, {alone} of them independent"
    if held.state == "watch":
        rest = (
            "it may be called a signal"
            if alone >= LEAST_LEADS
            else f"a signal takes {LEAST_LEADS} that read no data in common"
        )
        return f"Watched: {told}; {rest}."
    if held.measure is not None and held.state in {"measure", "review"}:
        late = " It is late." if held.measure.review_by < asking.day else ""
        what = held.measure.instrument[:1].upper() + held.measure.instrument[1:]
        return f"{what} since {held.measure.begins}; to be reviewed by {held.measure.review_by}.{late}"
    if held.decision is not None:
        return f"Decided: {held.decision.outcome}. {held.decision.reason}"
    return f"{held.state.capitalize()}: {told}."


def _lines(held: Any, dissents: int) -> Iterator[str]:
    innocent = [each.explanation for each in held.explanations if each.finding == "explains it"]
    if innocent:
        yield f"Explained by something innocent: {', '.join(innocent)}."
    if held.steps:
        yield f"So far: {', '.join(held.steps)}."
    if dissents:
        yield f"{counted(dissents, 'party', 'parties')} {'sees' if dissents == 1 else 'see'} it otherwise; dissent stops nothing."


Table = tuple[str, tuple[str, ...], list[Any]]


def _tables(held: Any) -> Iterator[Table]:
    if held.leads:
        leads = [
            (each.screen.replace("-", " "), ", ".join(each.families), each.period, each.reading) for each in held.leads
        ]
        yield "What screens showed", ("Screen", "Data", "Period", "What it read"), leads
    if held.state == "watch" or not (held.elements or held.explanations or held.state == "case"):
        return
    said = {each.element: (each.finding, each.why) for each in held.elements}
    yield (
        "The legal test",
        ("Element", "Found", "Why"),
        [
            (each, *said.get(each, (NOT_YET, "")))
            for each in (*(each for each in said if each not in ELEMENTS), *ELEMENTS)
        ],
    )
    told = {each.explanation: (each.finding, each.why) for each in held.explanations}
    innocent = [(each, *told.get(each, (NOT_YET, ""))) for each in EXPLANATIONS]
    yield "Innocent explanations", ("Explanation", "Found", "Why"), innocent
    costs = {each.side: (_amount(each), each.who) for each in held.costs}
    yield "What it costs", ("Side", "A year", "Who pays"), [(each, *costs.get(each, (NOT_YET, ""))) for each in SIDES]
    if held.reviews:
        reviews = [(each.outcome, str(each.next_by or "none"), each.reason) for each in held.reviews]
        yield "Reviews", ("The measure", "Next by", "Why"), reviews


def _amount(cost: Any) -> str:
    return "cannot tell" if cost.amount is None else f"{money(cost.amount)} {cost.currency}"
