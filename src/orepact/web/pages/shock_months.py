"""The part of the shock page that goes by months: the price over time, when who runs short, and what would help most."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from orepact.api.question import Question
from orepact.api.questions.shock import SHOCK, ShockAsked, months_of
from orepact.report import months_text as words
from orepact.report.numbers import interval_of_tonnes, money, percent, ratio, times, tonnes
from orepact.web.charts import Chart, Column, number
from orepact.web.page import Page, Part
from orepact.web.sources import source_line

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.ladder import Ladder

RUNGS = {"L0": "Arithmetic: stocks and shares only", "L1": "One period of a market", "L4": "Month by month"}


def _view(asked: ShockAsked, found: Ladder) -> Mapping[str, Any]:
    from orepact import facts
    from orepact.report.note.shock import command_of
    from orepact.report.too_narrow import too_narrow

    answer = found.summary()
    source = source_line(facts.sources(answer["sources"]).astype(object).to_dict("records"), answer["grade"])
    rows = sorted(answer["mitigations"], key=lambda row: -row["avoided_t"]["median"])
    return {
        "answer": answer,
        "fan": _fan(found, source),
        "help": _help(rows, source),
        "helps": _best(rows),
        "when": words.when(found),
        "first": words.hit_first(found),
        "rungs": [_rung(row) for row in answer["rungs"]],
        "draws": found.asked.case.draws,
        "command": command_of(found.asked.case, "ladder"),
        "state": f"?{urlencode(asked.address())}" if asked.address() else "",
        "narrow": too_narrow(),
    }


def _best(rows: list[dict[str, Any]]) -> str:
    first = rows[0]
    if first["avoided_t"]["median"] <= 0:
        return "None of the measures tried spares anything."
    share = (
        ""
        if first["avoided_share_of_shortage"] is None
        else f", {percent(first['avoided_share_of_shortage'])} of the shortage"
    )
    return (
        f"Of what was tried, most is spared if {first['what']}: {interval_of_tonnes(first['avoided_t'])} tonnes{share}."
    )


def _rung(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": RUNGS[row["rung"]],
        "short": interval_of_tonnes(row["shortage_t"]),
        "share": percent(row["shortage_share_of_use"]["median"]),
        "price": "none" if row["price"] is None else times(row["price"]),
        "day": "none" if row["days_until_short"] is None else words.day(row["days_until_short"]["median"]),
    }


def _fan(found: Ladder, source: str) -> Chart:
    periods = found.path.summary()["periods"]
    whom, month, price = words.dearest(found)
    key = next(name for name in words.PRICES if name in periods[0])
    rows = [{"name": f"month {at + 1}", **period[key]} for at, period in enumerate(periods)]
    return Chart(
        id="months",
        kind="fan",
        title=f"Month by month, {whom} pay up to {ratio(price['median'])} times the base price, in {month}",
        unit="price paid, times the base price",
        data={"rows": rows, "rule": 1.0, "ruleName": "base price", "zero": True},
        columns=(Column("name", "Month"), number("median", "Median, × base"), number("range", "80 % range")),
        rows=[
            {
                "name": row["name"],
                "median": ratio(row["median"]),
                "range": f"{ratio(row['low'])} to {ratio(row['high'])}",
            }
            for row in rows
        ],
        source=source,
        note=f"Modelled, {found.asked.case.draws} draws. Plants, habits and stocks take time here, so a month can be dearer than the year.",
    )


def _help(rows: list[dict[str, Any]], source: str) -> Chart:
    shown = [
        {"name": row["name"], **row["avoided_t"], "label": f"{tonnes(row['avoided_t']['median'])} t", "tone": "gain"}
        for row in rows
    ]
    return Chart(
        id="help",
        kind="ranges",
        title=f"What would help: {rows[0]['name']} spares most",
        unit="tonnes of content spared to all that are hit",
        data={"rows": shown, "zero": True},
        columns=(
            Column("name", "Measure"), Column("what", "What it is"), number("spared", "Spared, t (80 % range)"),
            number("share", "Of the shortage"),
            number("price", "Price with it, ×"), number("day", "Short from"), number("worth", "Worth at base prices, USD"),
        ),
        rows=[
            {
                "name": row["name"], "what": row["what"], "spared": interval_of_tonnes(row["avoided_t"]),
                "share": "none" if row["avoided_share_of_shortage"] is None else percent(row["avoided_share_of_shortage"]),
                "price": times(row["price"]), "day": words.day(row["days_until_short"]["median"]),
                "worth": money(row["avoided_usd"]["median"]),
            }
            for row in rows
        ],
        source=source,
        note="Each alone; the sizes are assumptions, in the table. The order can change with them.",
    )  # fmt: skip


MONTHS = Part(name="months", work=months_of, view=_view)


def _record(found: Ladder) -> dict[str, Any]:
    return found.summary() | {"months": list(found.path.summary()["periods"])}


def _frame(found: Ladder) -> pd.DataFrame:
    """One row a month: what the fan shows, and use given up and unserved."""
    return found.path.periods_frame()


def _page_view(asked: ShockAsked, found: Ladder) -> Mapping[str, Any]:
    return {**_view(asked, found), "question": found.summary()["question"]}


def months_page(form: Callable[[Any], Mapping[str, Any]]) -> Page:
    """The same part as a page of its own, for readers without scripts, and the data twins of the part.

    form: what the blanks of the shock's sentence may hold. Its name is the key under which the part's answer is kept, so that
    ``/shock/months.json`` is the answer that the shock page has shown.
    """
    question: Question[Any, Any] = Question(
        name=f"{SHOCK.name}/{MONTHS.name}", title=SHOCK.title, asked=ShockAsked, work=months_of, record=_record, frame=_frame,
        places=SHOCK.places, slow=True,
    )  # fmt: skip
    return Page(question=question, nav="", view=_page_view, form=form, address=f"/{SHOCK.name}/by-month")
