"""The page on how answers are made: the model, what it misses, and the races."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.questions.method import METHOD, MethodAsked
from orepact.api.texts import shown
from orepact.report.numbers import percent, ratio
from orepact.web.charts import Chart, Column, number
from orepact.web.page import Page, Part

if TYPE_CHECKING:
    from orepact.cases.backtest import Backtest, Row

DRAWS = 30
TITLES = {
    "model": "The model",
    "limits": "What it cannot do",
    "evidence-grades": "Evidence grades",
    "races": "Races against other software",
}
MOST = 12.0
"""Ratio at which the picture ends; ranges beyond it are in the table."""


def view(_asked: MethodAsked, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The texts in order."""
    return {
        "sections": [{"id": name, "title": title, "html": shown(name)} for name, title in TITLES.items()],
        "facts_version": found["facts_version"],
        "question": "",
    }


def form(_asked: MethodAsked) -> Mapping[str, Any]:
    """Nothing to fill in."""
    return {}


def _work(_asked: MethodAsked) -> Backtest:
    from orepact.cases.backtest import backtest

    return backtest(draws=DRAWS)


def _view(_asked: MethodAsked, found: Backtest) -> Mapping[str, Any]:
    rows = [row for row in found.rows if row.told]
    inside, right = sum(row.inside for row in rows), sum(row.right_way for row in rows)
    return {
        "finding": f"{inside} of {len(found.rows)} observed outcomes lie within the model's 80 % range; {right} moved to the side that the "
                   "model says. Nothing was fitted to them.",
        "chart": _chart(found, inside),
        "missing": [f"{told.episode.id}: {told.missing}" for told in found.told if told.missing],
    }  # fmt: skip


def _chart(found: Backtest, inside: int) -> Chart:
    rows = [row for row in found.rows if row.told]
    drawn = [row for row in rows if max(row.high, row.observed.value) < MOST]
    return Chart(
        id="backtest",
        kind="ranges",
        title=f"{inside} of {len(rows)} outcomes lie inside the range: the model is too sure of itself",
        unit="ratio to before; bar: the model's 80 % range, dot: its median, cross: what was seen",
        data={"rows": [_bar(row) for row in drawn], "rule": 1.0, "zero": True, "seen": True},
        columns=(
            Column("name", "Episode and outcome"), number("seen", "Seen"), number("median", "Model"), number("range", "80 % range"),
            Column("verdict", "Verdict"),
        ),
        rows=[
            {
                "name": _name(row), "seen": ratio(row.observed.value), "median": ratio(row.median),
                "range": f"{ratio(row.low)} to {ratio(row.high)}", "verdict": _verdict(row),
            }
            for row in rows
        ],
        source="Sources: events and outcomes are facts with their own sources (tables backtest_events and backtest_observed). "
               f"Coverage {percent(inside / len(found.rows))}, against 80 % aimed at.",
        note=f"{DRAWS} draws. Rows beyond {MOST:g} times are only in the table.",
    )  # fmt: skip


def _bar(row: Row) -> dict[str, Any]:
    ends = {"median": row.median, "low": row.low, "high": row.high, "seen": row.observed.value}
    return {"name": _name(row), **ends, "label": _verdict(row), "tone": "gain" if row.inside else "loss"}


def _verdict(row: Row) -> str:
    return "inside" if row.inside else "outside" if row.right_way else "wrong side"


def _name(row: Row) -> str:
    from orepact.report.backtest_text import WORDS

    return f"{row.episode.replace('_', ' ')}: {WORDS[row.observed.quantity]}, {row.observed.place}"


METHOD_PAGE = Page(
    question=METHOD,
    nav="Method",
    about="How are these answers made, and how well do they meet what happened?",
    view=view,
    form=form,
    parts=(Part(name="backtest", work=_work, view=_view),),
)
