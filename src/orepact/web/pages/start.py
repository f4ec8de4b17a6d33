"""The first page: the questions, the map of dependence, suspensions that end, and what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from orepact import facts
from orepact.api.questions.start import START, Start, StartAsked
from orepact.report.numbers import percent
from orepact.web.charts import Chart, Column, classes, number
from orepact.web.forms import minerals, stages
from orepact.web.page import Page, Part

if TYPE_CHECKING:
    import pandas as pd

BOUNDS = (2, 3, 5, 10, 20)
LEGEND = ("one", "two", "3 or 4", "5 to 9", "10 to 19", "20 and more")
MOST_CHANGES = 12
HALF = 0.5


def view(_asked: StartAsked, found: Start) -> Mapping[str, Any]:
    """The two lists."""
    return {
        "question": "",
        "suspensions": [_suspension(row) for row in found.suspensions],
        "changes": [{**row, "day": _day(str(row["date"]))} for row in found.changes[:MOST_CHANGES]],
        "on": _day(found.on.isoformat()),
    }


def _work(_asked: StartAsked) -> pd.DataFrame:
    from orepact.indicators.leading import leading

    return leading()


def _leaders(_asked: StartAsked, found: pd.DataFrame) -> Mapping[str, Any]:
    """The finding and the map, which take every mineral's table."""
    last = found.groupby("mineral", sort=False).tail(1)
    most = last["country_name"].value_counts()
    over = int((last["share"] > HALF).sum())
    return {
        "finding": f"{most.index[0]} makes more than any other country of {most.iloc[0]} of {len(last)} minerals at their last stage; "
                   f"of {over} of them one country makes more than half.",
        "map": _map(last),
    }  # fmt: skip


def _map(last: pd.DataFrame) -> Chart:
    groups = {str(country): rows.sort_values("share", ascending=False) for country, rows in last.groupby("country")}
    order = sorted(groups, key=lambda country: (-len(groups[country]), country))
    tones = classes([len(groups[country]) for country in order], BOUNDS)
    said = {country: _led(groups[country]) for country in order}
    return Chart(
        id="dependence",
        kind="map",
        title=_map_title(groups, order),
        unit="minerals of which a country makes more than any other, at the last stage of each table",
        data={
            "places": [
                {"code": country, "name": facts.country_name(country), "tone": tone, "label": said[country]}
                for country, tone in zip(order, tones, strict=True)
            ],
            "tones": "gain",
        },
        columns=(
            Column("name", "Country"),
            number("count", "Minerals"),
            Column("which", "Which, with share of world output"),
        ),
        rows=[
            {"name": facts.country_name(each), "count": str(len(groups[each])), "which": said[each]} for each in order
        ],
        source=_source(last),
        note="Grey: leads in none. Each share is of a balanced table of its own base year.",
        legend=tuple((f"gain-{index}", words) for index, words in enumerate(LEGEND)),
    )


def _led(rows: pd.DataFrame) -> str:
    return ", ".join(f"{row['name']} {percent(row['share'])}" for row in rows.to_dict("records"))


def _map_title(groups: Mapping[str, Any], order: list[str]) -> str:
    first, rest = order[0], sum(map(len, groups.values())) - len(groups[order[0]])
    return f"{facts.country_name(first)} leads in {len(groups[first])} minerals, all other countries together in {rest}"


def _source(last: pd.DataFrame) -> str:
    years, grades = sorted(set(last["year"])), sorted(set(last["grade"]))
    return (
        f"Source: Orepact's balanced tables of {years[0]} to {years[-1]}, from official statistics of production and trade; "
        f"evidence grades {grades[0]} to {grades[-1]}."
    )


def _suspension(row: Mapping[str, Any]) -> dict[str, Any]:
    days = int(row["days"])
    near = {0: "ends today", 1: "ends tomorrow"}
    when = near.get(days, f"ends in {days} days" if days > 0 else f"ended {-days} days ago")
    target = "" if row["target"] == "all" else facts.country_name(str(row["target"]))
    what = f"{row['country_name']}, {row['mineral_name']}" + (
        f" ({row['stage']})" if row["stage"] not in {"all", "refined"} else ""
    )
    return {
        **row,
        "when": when,
        "what": what,
        "whom": target or "everybody",
        "day": _day(str(row["until"])),
        "ask": _ask(row),
        "over": days < 0,
    }


def _ask(row: Mapping[str, Any]) -> str | None:
    """Address of the shock that a suspension's end may bring; None where the mineral or the stage has no table."""
    mineral, stage = str(row["mineral"]), str(row["stage"])
    if mineral not in dict(minerals()) or stage not in dict(stages(mineral)):
        return None
    asked = {"mineral": mineral, "origin": str(row["country"]), "stage": stage}
    if row["target"] != "all":
        asked["against"] = str(row["target"])
    return f"/shock?{urlencode(asked)}"


def _day(text: str) -> str:
    """A date as it is said; a month or a year stays as it is."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} {day:%B %Y}"


def form(_asked: StartAsked) -> Mapping[str, Any]:
    """Nothing to fill in."""
    return {}


START_PAGE = Page(
    question=START, nav="Start", view=view, form=form, address="/", parts=(Part(name="map", work=_work, view=_leaders),)
)
