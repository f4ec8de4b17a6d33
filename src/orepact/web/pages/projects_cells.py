"""Cells of the page of projects: today, what is missing, what projects promise, and the odds, in the scoreboard's look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orepact import facts
from orepact.api.questions.projects import ProjectsAnswer
from orepact.planning.pipeline import DELAYS, Outlook
from orepact.report.numbers import UNTOLD, tonnes
from orepact.report.projects_chart import STATES, state_of
from orepact.report.projects_text import odds_of, promised
from orepact.web.charts import Chart, Column, number
from orepact.web.pages.scoreboard import COLUMNS, SHOWN

MARKS = {"meets": "✓", "below": "✕", "open": "~", "untold": "?", "beside": "–"}
LAWS = {"extraction": "mined", "processing": "refined", "recycling": "recycled"}
MOST_BARS = 12

Key = tuple[str, str, str, str]


def shown_outlooks(answer: ProjectsAnswer) -> dict[Key, Outlook]:
    """The outlooks that the page shows, by mineral, benchmark, method and stage."""
    found = {(each.mineral, each.benchmark, each.method, each.stage): each for each in answer.pipeline.outlooks}
    return {key: each for key, each in found.items() if key[1:] in SHOWN}


def grid(answer: ProjectsAnswer) -> list[dict[str, Any]]:
    """One row a mineral, one cell a benchmark."""
    outlooks = shown_outlooks(answer)
    grades = {(each.mineral, each.benchmark, each.method, each.stage): each.grade for each in answer.board.cells}
    return [
        {
            "mineral": mineral,
            "name": facts.mineral_name(mineral),
            "cells": [
                _cell(outlooks[mineral, law, how, stage], grades[mineral, law, how, stage])
                for law, how, stage, _, _ in COLUMNS
            ],
        }
        for mineral in dict.fromkeys(key[0] for key in outlooks)
    ]


def _cell(each: Outlook, grade: str | None) -> dict[str, Any]:
    state, (plate, expected) = state_of(each), promised(each)
    return {
        "state": state, "mark": MARKS[state], "words": STATES[state], "odds": "" if each.met is None else odds_of(each).replace(">=", "≥"),
        "today": UNTOLD if each.today is None else f"{each.today:.0f} %", "grade": grade, "target": f"{each.target:.0f} %",
        "gap": None if each.benchmark == "single_country" else UNTOLD if each.gap is None else f"{tonnes(each.gap)} t",
        "applies": each.applies,
        "plate": plate.replace("?", UNTOLD), "expected": expected.replace("?", UNTOLD), "told": each.told, "untold": each.untold,
        "missing": each.missing,
    }  # fmt: skip


def gaps(answer: ProjectsAnswer, source: str) -> Chart | None:
    """What is missing to the benchmarks today: tonnes of one mineral, or points of use of the processing of many."""
    found = [each for each in shown_outlooks(answer).values() if each.gap is not None and each.use]
    if answer.mineral is None:
        found = [each for each in found if each.benchmark == "processing"]
    if not found:
        return None
    if not any(each.gap for each in found):
        return None
    short = sorted((each for each in found if (each.gap or 0) > 0), key=_points, reverse=True)
    one = answer.mineral is not None
    rows = [
        {
            "name": f"{each.target:.0f} % {LAWS[each.benchmark]}" if one else facts.mineral_name(each.mineral),
            "value": (each.gap or 0.0) if one else _points(each), "tone": "loss",
            "label": f"{tonnes(each.gap or 0.0)} t", "today": f"{each.today:.0f} %", "use": f"{tonnes(each.use or 0.0)} t",
        }
        for each in short
    ]  # fmt: skip
    title = f"Today {len(short)} of {len(found)} benchmarks whose share can be told are missed"
    if not one:
        title = f"Today {len(short)} of {len(found)} materials whose share can be told are below {found[0].target:.0f} % refined"
    return Chart(
        id="gaps", kind="bars", title=title,
        unit="tonnes of content a year missing to the benchmark" if one else "points of use missing; label: tonnes of content a year",
        data={"rows": rows[:MOST_BARS]},
        columns=(Column("name", "Benchmark" if one else "Material"), number("today", "Today"), number("label", "Missing a year"),
                 number("use", "Use a year")),
        rows=[{key: str(value) for key, value in row.items()} for row in rows], source=source,
        note="" if len(rows) <= MOST_BARS else f"The {MOST_BARS} furthest away; the table has all {len(rows)}.",
    )  # fmt: skip


def _points(each: Outlook) -> float:
    return max(each.target - (each.today or 0.0), 0.0)


def adds(answer: ProjectsAnswer, source: str) -> Chart | None:
    """Name-plate against risk-adjusted contribution, as a share of use; None where no project has figures."""
    found = [each for each in shown_outlooks(answer).values() if each.benchmark in LAWS and each.told and each.use]
    if not found:
        return None
    rows = [
        {**_range(each), "name": f"{facts.mineral_name(each.mineral)}, {LAWS[each.benchmark]}", "tone": "gain"}
        for each in found
    ]
    below = sum(each.risk_adjusted[1] < each.name_plate for each in found)
    whole = "1 case" if len(found) == 1 else f"{len(found)} cases"
    title = (
        f"In {below} of {whole} projects can be expected to add less than they promise"
        if below
        else "Projects can be expected to add what they promise"
    )
    return Chart(
        id="adds", kind="ranges", title=title, unit=f"% of the region's use, in {answer.pipeline.year}",
        data={"rows": rows, "zero": True, "ends": True, "markName": "name-plate"},
        columns=(Column("name", "Material and stage"), number("plate", "Name-plate, t"), number("expected", "Expected, t"),
                 number("gap", "Missing today, t"), number("label", "Expected, % of use")),
        rows=[{key: str(row[key]) for key in ("name", "plate", "expected", "gap", "label")} for row in rows], source=source,
        note="Bar: expected output by planned start and ramp, times P(on time), low to high. Diamond: name-plate, full output for sure "
             "and in time.",
    )  # fmt: skip


def _range(each: Outlook) -> dict[str, Any]:
    use, (plate, expected) = each.use or 1.0, promised(each)
    low, high = (100 * end / use for end in each.risk_adjusted)
    label = f"{low:.3g} %" if f"{low:.3g}" == f"{high:.3g}" else f"{low:.3g} to {high:.3g} %"
    return {
        "low": low, "high": high, "median": low if low == high else None, "mark": 100 * each.name_plate / use, "label": f"expected {label}",
        "plate": plate, "expected": expected, "gap": UNTOLD if each.gap is None else tonnes(each.gap),
    }  # fmt: skip


def late(answer: ProjectsAnswer, source: str) -> Chart | None:
    """Output of one mineral if every project starts later, against what is missing."""
    found = [each for each in shown_outlooks(answer).values() if each.benchmark in LAWS and each.told]
    if answer.mineral is None or not found:
        return None
    when = ["as planned", *(f"{years} year{'s' if years > 1 else ''} late" for years in DELAYS[1:])]
    last = found[-1]
    whole, left = tonnes(last.late[0]), tonnes(last.late[DELAYS.index(2)])
    series = [{"name": LAWS[each.benchmark], "values": list(each.late), "dashed": True} for each in found]
    return Chart(
        id="late", kind="lines", title=f"If all start 2 years late, {left} of {whole} t {LAWS[last.benchmark]} are left",
        unit=f"tonnes of content in {answer.pipeline.year}, before P(on time)", data={"periods": when, "series": series, "zero": True},
        columns=(Column("when", "All projects"), *(number(LAWS[each.benchmark], f"{LAWS[each.benchmark]}, t") for each in found)),
        rows=[
            {"when": words} | {LAWS[each.benchmark]: tonnes(each.late[at]) for each in found} for at, words in enumerate(when)
        ],
        source=source, note="; ".join(_against(each) for each in found if each.gap is not None),
    )  # fmt: skip


def _against(each: Outlook) -> str:
    return f"Missing to {each.target:.0f} % {LAWS[each.benchmark]} today: {tonnes(each.gap or 0.0)} t a year"


def normal(answer: ProjectsAnswer, region: str) -> str:
    """How the region stands today: each benchmark of one mineral, or counts over all."""
    found = [each for each in shown_outlooks(answer).values() if each.benchmark in LAWS and each.applies]
    if answer.mineral is None:
        told = [each for each in found if each.gap is not None]
        met = sum(each.gap == 0 for each in told)
        return (
            f"Today, of {len(found)} benchmarks (10 % mined, 40 % refined, 25 % recycled, for each strategic material), {region} is at or "
            f"above {met}, below {len(told) - met}, and for {len(found) - len(told)} nobody can tell how many tonnes are missing."
        )
    return "Today: " + "; ".join(_today(each) for each in found) + "."


def _today(each: Outlook) -> str:
    if each.today is None:
        return f"what share is {LAWS[each.benchmark]} cannot be told"
    missing = "" if each.gap is None else f", {tonnes(each.gap)} t a year missing" if each.gap > 0 else ", enough"
    return f"{each.today:.0f} % {LAWS[each.benchmark]} of {each.target:.0f} % needed{missing}"


def adds_words(answer: ProjectsAnswer) -> str:
    """What projects of one mineral can be expected to add, against what they promise and what is missing."""
    found = [each for each in shown_outlooks(answer).values() if each.benchmark in LAWS and each.told]
    parts = []
    for each in found:
        plate, expected = promised(each)
        gap = "" if each.gap is None else f"; {tonnes(each.gap)} t missing to {each.target:.0f} % today"
        parts.append(f"{expected} t {LAWS[each.benchmark]} ({plate} t promised{gap})")
    return " and ".join(parts)


def counts(outlooks: Mapping[Key, Outlook]) -> dict[str, int]:
    """How many cells are in each state."""
    states = [state_of(each) for each in outlooks.values()]
    return {state: states.count(state) for state in MARKS}
