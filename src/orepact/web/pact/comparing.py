"""Pages that compare: initiatives that overlap and gaps, agreements side by side, imports before and after a signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.templating import Jinja2Templates

from orepact import facts
from orepact.api.routes import client_of
from orepact.indicators.scoreboard import CANNOT_TELL
from orepact.pact.beside import COLUMNS as BESIDE_COLUMNS
from orepact.pact.beside import agreement_of, beside, beside_answer, beside_bloc, beside_rows
from orepact.pact.gaps import AT_LARGE, COVERED, UNCOVERED, GapCell, Gaps, gaps, gaps_answer
from orepact.pact.overlap import PAIR_COLUMNS, Pair, compact, overlap, overlap_answer, pair_rows
from orepact.pact.partner_effect import COLUMNS as EFFECT_COLUMNS
from orepact.pact.partner_effect import Effect, effect_answer, effect_row, partner_effect
from orepact.report.numbers import exact, percent, tonnes
from orepact.report.pact_beside_text import headline as beside_headline
from orepact.report.pact_effect_text import headline as effect_headline
from orepact.report.pact_overlap_text import gaps_headline
from orepact.report.pact_overlap_text import headline as overlap_headline
from orepact.web.pact.asking import Asking, Told, mount
from orepact.web.pact.names import Names, mineral, source

MOST_PAIRS = 60
BUYERS = ("EU27", "USA", "JPN", "KOR", "GBR", "G7", "MSP")
COVERAGE = (UNCOVERED, AT_LARGE, COVERED)
FEW = 6
"""Names that a cell of a table lists."""

PAIR_HEADS = (
    ("share", "Overlap", False), ("left", "Of", False), ("right", "And", False), ("functions", "Both do", False), ("minerals", "On", False),
    ("stages", "At", False), ("countries", "In", False),
)  # fmt: skip
GAP_HEADS = (
    ("cell", "Mineral, stage", False), ("share", "Largest third country", True), ("coverage", "Covered", False), ("by", "By name", False),
    ("without", "Nobody does", False),
)  # fmt: skip
EFFECT_HEADS = (
    ("what", "Mineral, stage", False), ("verdict", "Imports", False), ("before", "Before, t a year", True),
    ("after", "After, t a year", True),
    ("share_before", "Share before", True), ("share_after", "Share after", True), ("years", "Years", False), ("grade", "Grade", False),
)  # fmt: skip


def mount_comparing(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add the three pages."""
    mount(app, shown, "/pact/overlap", overlap_page, ("as_of", "mineral", "country", "region"))
    mount(app, shown, "/pact/beside", beside_page, ("as_of", "left", "right"))
    mount(app, shown, "/pact/effect", effect_page, ("as_of", "agreement", "buyer", "mineral"))


def overlap_page(asking: Asking) -> Told:
    """Which initiatives do the same in the same place, and which dependent cells nobody acts on."""
    given = asking.values
    found = overlap(asking.sight, asking.day, mineral=given.get("mineral"), country=given.get("country"))
    buyer = given.get("region", "EU27")
    names = asking.names
    missing = _gaps(asking, buyer, found.mineral)
    context = {
        "finding": overlap_headline(found), "columns": _heads(PAIR_HEADS),
        "rows": [_pair(each, names) for each in found.pairs[:MOST_PAIRS]],
        "more": max(len(found.pairs) - MOST_PAIRS, 0), "left_out": found.left_out, "gap_columns": _heads(GAP_HEADS), "buyer": buyer,
        "gap_finding": gaps_headline(missing), "gap_rows": [_gap(each) for name in COVERAGE for each in missing.of(name)],
        "untold": [f"{facts.mineral_name(each.cell.mineral)}, {each.cell.stage}" for each in missing.of(CANNOT_TELL)], "buyers": BUYERS,
        "as_of": given.get("as_of", ""), "mineral": given.get("mineral", ""), "country": given.get("country", ""),
    }  # fmt: skip
    return Told(
        "pact/overlap.html", context, record=lambda: overlap_answer(found) | {"gaps": gaps_answer(missing)},
        rows=lambda: pair_rows(found.pairs), columns=PAIR_COLUMNS,
    )  # fmt: skip


def _gaps(asking: Asking, region: str, mineral: str | None) -> Gaps:
    """The dependent cells, kept for as long as facts and initiatives are the same: the scoreboard takes a while."""
    state = asking.pact.store.state()
    key = ("pact gaps", f"{region} {mineral} {asking.day} {asking.viewer.id} {state.head}")
    kept: Gaps = asking.request.app.state.answers.kept(
        key, lambda: gaps(asking.sight, asking.day, region=region, materials=mineral or "strategic"),
        client_of(asking.request), slow=True,
    )  # fmt: skip
    return kept


def _pair(each: Pair, names: Names) -> dict[str, str]:
    shared = compact(each.shared)
    left, right = each.left.record, each.right.record
    return {
        "share": percent(each.jaccard), "left": left.name, "left.page": f"/pact/initiatives/{left.id}", "right": right.name,
        "right.page": f"/pact/initiatives/{right.id}", "functions": _few(shared["functions"]),
        "minerals": _few([mineral(slug) for slug in shared["minerals"]]),
        "stages": _few(shared["stages"]), "countries": _few([names.place(code) for code in shared["countries"]]),
    }  # fmt: skip


def _gap(each: GapCell) -> dict[str, str]:
    cell = each.cell
    return {
        "cell": f"{facts.mineral_name(cell.mineral)}, {cell.stage}", "cell.page": f"/mineral/{cell.mineral}",
        "share": "–" if cell.value is None else f"{cell.value:.0f} %", "coverage": each.coverage, "by": _few(each.by_name) or "nobody",
        "without": _few(each.functions_without) or "–",
    }  # fmt: skip


def _few(names: Sequence[str]) -> str:
    if list(names) == ["*"]:
        return "all"
    more = len(names) - FEW
    return ", ".join(names[:FEW]) + (f" and {more} more" if more > 0 else "")


def beside_page(asking: Asking) -> Told:
    """Two agreements, clause by clause, and the deals of a bloc's members beside the bloc's own."""
    sight, given = asking.sight, asking.values
    everything: list[Any] = [each.record for each in sight.all("agreement")]
    names = [(each.id, each.name) for each in sorted(everything, key=lambda each: (-len(each.clauses), each.id))]
    asked = [given[name] for name in ("left", "right") if name in given] or [
        "us-japan-framework",
        "us-australia-framework",
    ]
    found = beside(sight, [each for each in asked if given or sight.get("agreement", each)])
    deals = beside_bloc(sight, found.agreements[0]) if found.agreements else ()
    rows = [
        {"title": row.title, "verdict": row.verdict, "number": row.number, "differences": ", ".join(row.differences), "sides": row.sides}
        for row in found.rows
    ]  # fmt: skip
    context = {
        "finding": beside_headline(found), "agreements": found.agreements, "rows": [row for row in rows if row["verdict"] != "not known"],
        "unknown": [row["title"] for row in rows if row["verdict"] == "not known"], "names": names, "left": asked[0] if asked else "",
        "right": asked[1] if len(asked) > 1 else "", "deals": deals, "as_of": given.get("as_of", ""),
    }  # fmt: skip
    return Told(
        "pact/beside.html",
        context,
        record=lambda: beside_answer(found, deals),
        rows=lambda: beside_rows(found),
        columns=BESIDE_COLUMNS,
    )


def effect_page(asking: Asking) -> Told:
    """What a buyer imports from a partner before and after they signed."""
    sight, given = asking.sight, asking.values
    everything: list[Any] = [each.record for each in sight.all("agreement")]
    names = [(each.id, each.name) for each in everything if each.signed is not None and not each.demonstration]
    said = agreement_of(sight, given.get("agreement", "eu-kazakhstan-partnership"))
    found = partner_effect(sight, said, asking.day, buyer=given.get("buyer"), mineral=given.get("mineral"))
    told = [each for each in found.effects if each.test is not None and not each.small]
    context = {
        "finding": effect_headline(found), "trade": source(found.source), "columns": _heads(EFFECT_HEADS),
        "rows": [_effect(each) for each in told], "found": found,
        "small": sum(each.small for each in found.effects), "untold": [each for each in found.effects if each.test is None], "names": names,
        "agreement": said.id, "buyer": given.get("buyer", ""), "mineral": given.get("mineral", ""), "as_of": given.get("as_of", ""),
    }  # fmt: skip
    return Told(
        "pact/effect.html", context, record=lambda: effect_answer(found), rows=lambda: [effect_row(each) for each in found.effects],
        columns=EFFECT_COLUMNS,
    )  # fmt: skip


def _effect(each: Effect) -> dict[str, str]:
    test = each.test
    if test is None:
        return {}
    row = effect_row(each)
    return {
        "what": f"{facts.mineral_name(each.mineral)}, {each.stage}", "what.page": f"/mineral/{each.mineral}", "verdict": each.verdict,
        "before": tonnes(test.before), "after": tonnes(test.after), "share_before": percent(test.share_before),
        "share_after": percent(test.share_after), "years": f"{_years(row['years_before'])}; {_years(row['years_after'])}",
        "grade": each.grade or "–",
    }  # fmt: skip


def _years(said: Any) -> str:
    return (
        str(said).replace("..", " to ")
        if isinstance(said, str)
        else exact(said)
        if isinstance(said, int | float)
        else "–"
    )


def _heads(heads: Sequence[tuple[str, str, bool]]) -> list[dict[str, Any]]:
    return [{"key": key, "heading": heading, "number": number} for key, heading, number in heads]
