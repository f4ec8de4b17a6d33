"""The page of question 9: does a batch qualify for the zone, which document is missing, and where does the batch come from?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.questions.eligible import ELIGIBLE, EligibleAsked
from orepact.custody.amounts import kg, percentage
from orepact.custody.origin import NOT_REFINED, UNKNOWN, Vector
from orepact.custody.schemes import CRITERIA, SHORT, schemes
from orepact.report.eligible_text import DEMONSTRATION, STATES, amount, named, record
from orepact.web.charts import Chart, Column, number
from orepact.web.forms import typed_places
from orepact.web.page import Page, Preset
from orepact.web.sources import source_line, source_rows, sources_of

if TYPE_CHECKING:
    from orepact.custody.verdict import Verdict

TONES = {"yes": "meets", "no": "below", "cannot tell": "untold"}
CELLS = {"covers": "meets", "partly": "open", "not": "below", "cannot tell": "untold"}
MARKS = {"met": "met", "failed": "not met", "missing": "no document"}
CHOICES = (("lacking", "the demonstration that lacks a document"), ("complete", "the demonstration that is complete"))
BALANCE = (
    Column("site", "Site"), Column("period", "Period"), number("in", "In, kg of content"), number("most", "May come out (in times yield)"),
    number("out", "Out"), number("qualifying_in", "Qualifying in"), number("qualifying_out", "Qualifying out"),
)  # fmt: skip
CRITERION = (
    Column("site", "Site"), Column("period", "Period"), Column("criterion", "Criterion"), Column("mark", "State"),
    Column("by", "Document"), Column("why", "Why"),
)  # fmt: skip
HOLDER = (
    Column("of", "Of"), Column("party", "Owner"), number("share", "Held by excluded parties"), Column("state", "State"),
)  # fmt: skip
DOCUMENT = (
    Column("id", "Document"), Column("scheme", "Scheme"), Column("subject", "About"), Column("valid", "Valid"),
    Column("why", "How it stands"),
)  # fmt: skip
WEAKEST = "E"


def view(asked: EligibleAsked, verdict: Verdict) -> Mapping[str, Any]:
    """Words, chain, bars and tables of a verdict."""
    answer = record(verdict)
    grades = [cell.grade for each in schemes().values() for cell in each.cells.values()]
    used = sources_of({cell.source for each in schemes().values() for cell in each.cells.values()})
    line = source_line(used, max(grades, default=WEAKEST))
    own = (
        "An invented file."
        if answer["demonstration"]
        else "The file that was sent; amounts as it gives them. Calculation: Orepact."
    )
    return {
        "answer": answer, "headline": verdict.headline(), "demonstration": DEMONSTRATION if answer["demonstration"] else "",
        "question": f"{verdict.batch}: {answer['outcome']}", "tests": [_test(each) for each in verdict.tests],
        "missing": answer["missing"], "refused": answer["refused"], "chain": _chain(answer), "of": verdict.batch,
        "charts": [_bars(verdict.origins.mined[verdict.batch], "mined", own),
                   _bars(verdict.origins.refined[verdict.batch], "refined", own)],
        "balance_columns": BALANCE, "balance": _balance(verdict), "criterion_columns": CRITERION, "criteria": _criteria(verdict),
        "holder_columns": HOLDER, "holders": _holders(verdict), "document_columns": DOCUMENT, "documents": _documents(answer),
        "schemes": [{"name": each.name, "recognition": each.recognition, "grade": each.grade} for each in schemes().values()],
        "map": _map(), "line": line, "sources": source_rows(used), "rules": verdict.rules, "members": len(verdict.members),
        "day": verdict.on, "command": _command(asked),
    }  # fmt: skip


def _test(test: Any) -> dict[str, Any]:
    missing = [each.sentence() for each in test.missing]
    return {
        "name": test.name,
        "tone": TONES[test.state],
        "state": STATES[test.state],
        "sentence": test.sentence,
        "missing": missing,
    }


def _chain(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Batches of the chain, step by step: those of one step are made of those of earlier ones."""
    step: dict[str, int] = {}
    for row in answer["chain"]:
        step[row["batch"]] = 1 + max((step.get(each, 0) for each in row["made_of"]), default=0)
    found = []
    for at in range(1, max(step.values(), default=0) + 1):
        rows = [row for row in answer["chain"] if step[row["batch"]] == at]
        found.append({"step": at, "rows": [_box(row) for row in rows]})
    return found


def _box(row: Mapping[str, Any]) -> dict[str, str]:
    held = (
        "content not disclosed"
        if row["content_kg"] is None
        else f"{row['content_kg']:,.10g} kg of content".replace(",", "\u2009")
    )
    where = named(row["country"]) if row["country"] else "country not disclosed"
    made = f"made of {', '.join(row['made_of'])} ({row['model']})" if row["made_of"] else ""
    return {
        "batch": row["batch"], "form": row["form"], "site": f"{row['site_name']}, {where}", "period": row["period"], "held": held,
        "made": made,
    }  # fmt: skip


def _bars(vector: Vector, what: str, source: str) -> Chart:
    parts = sorted(vector.items(), key=lambda each: (each[0] in {UNKNOWN, NOT_REFINED}, -each[1], each[0]))
    shown = [(named(country), share) for country, share in parts]
    words = "mined" if what == "mined" else "last refined"
    title = f"{percentage(shown[0][1])} was {words} in {shown[0][0]}"
    if parts[0][0] == UNKNOWN:
        title = f"Where it was {words} is not known"
    elif parts[0][0] == NOT_REFINED:
        title = "It is not refined yet"
    return Chart(
        id=f"origin-{what}", kind="bars", title=title, unit="share of the content, %",
        data={"rows": [{"name": name, "value": 100 * float(share), "label": percentage(share)} for name, share in shown], "most": 100.0},
        columns=(Column("name", "Country"), number("share", "Share of the content"), number("exact", "As a fraction")),
        rows=[{"name": name, "share": percentage(share), "exact": str(share)} for name, share in shown], source=source,
    )  # fmt: skip


def _balance(verdict: Verdict) -> list[dict[str, str]]:
    rows = []
    for each in verdict.balance.accounts:
        none = not each.qualifying_in and not each.qualifying_out
        rows.append({
            "site": each.site, "period": each.period, "in": amount(each.inputs), "most": amount(each.allowed), "out": amount(each.outputs),
            "qualifying_in": "none claimed" if none else kg(each.qualifying_in),
            "qualifying_out": "none claimed" if none else kg(each.qualifying_out),
        })  # fmt: skip
    return rows


def _criteria(verdict: Verdict) -> list[dict[str, str]]:
    rows = next(each.rows for each in verdict.tests if each.name == "standards")
    return [
        {"site": row["site"], "period": row["period"], "criterion": row["words"], "mark": MARKS[row["mark"]], "by": row["by"] or "none",
         "why": row["why"]}
        for row in rows
    ]  # fmt: skip


def _holders(verdict: Verdict) -> list[dict[str, str]]:
    rows = next(each.rows for each in verdict.tests if each.name == "ownership")
    found = []
    for row in rows:
        low, high = f"{100 * row['low']:.3g}", f"{100 * row['high']:.3g}"
        share = f"{low}\u2009%" if low == high else f"{low} to {high}\u2009%"
        found.append(
            {"of": row["of"], "party": row["party"] or "not told", "share": share, "state": STATES[row["state"]]}
        )
    return found


def _documents(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"id": row["id"], "scheme": row["scheme"], "subject": row["subject"], "valid": f"{row['valid_from']} to {row['valid_until']}",
         "why": row["why"]}
        for row in answer["documents"]
    ]  # fmt: skip


def _map() -> list[dict[str, Any]]:
    """Criteria, each with what every scheme covers of it."""
    return [
        {
            "criterion": SHORT[criterion],
            "cells": [
                {
                    "words": "?" if each.coverage(criterion) == "cannot tell" else each.coverage(criterion),
                    "tone": CELLS[each.coverage(criterion)],
                    "why": each.cells[criterion].basis if criterion in each.cells else "no page was seen",
                }
                for each in schemes().values()
            ],
        }
        for criterion in CRITERIA
    ]


def _command(asked: EligibleAsked) -> str:
    from orepact.api.questions.eligible import FILES

    file = f"eligible-example/{FILES[asked.example]}"
    first = "orepact eligible example"
    return f"{first}\norepact eligible {file} --keys eligible-example/keys.json --zone {asked.zone} --on {asked.on}"


def form(asked: EligibleAsked) -> Mapping[str, Any]:
    """What the blanks hold."""
    return {
        "example": asked.example, "choices": CHOICES, "zone": asked.zone, "on": asked.on.isoformat(), "places": typed_places(),
        "batch": asked.batch or "",
    }  # fmt: skip


ELIGIBLE_PAGE = Page(
    question=ELIGIBLE,
    nav="Eligibility",
    view=view,
    form=form,
    presets=(
        Preset("Demonstration: one document is missing", {"example": "lacking"}),
        Preset("Demonstration: complete", {"example": "complete"}),
        Preset("The same for the EU alone", {"example": "complete", "zone": "EU27"}),
    ),
    about="Does this batch qualify for the preferential zone, and which document is missing?",
)
