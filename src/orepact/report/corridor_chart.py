"""A corridor answer as one picture: a map of its routes with what is closed, and what limits and what is allied beside it."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from orepact.corridors.corridor import CorridorAnswer
from orepact.corridors.lines import LAND, SEA, WAS, lines, points
from orepact.report.corridor_headline import opening, sever_sentence
from orepact.report.corridor_text import cut_sentence, loss_sentence
from orepact.report.numbers import percent
from orepact.report.pictures import drawn
from orepact.report.shock_chart import GAIN, GREY, LOSS, with_footer, wrapped

WIDTH, HEIGHT = 620, 330
INK = "#1b1f23"
EVERY = 8
"""Of the places of an outline, which are drawn."""

LEAST = 12
"""Places that an outline keeps where it has as many."""

LOOKS = ((WAS, "#9aa0a6", [2, 3], 1.2), (LAND, INK, [4, 3], 1.4), (SEA, GAIN, [1, 0], 1.8))
"""Kind of line, colour, dash and width."""


def corridor_picture(found: CorridorAnswer, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, found), ending)


def _chart(alt: Any, found: CorridorAnswer) -> Any:
    answer = found.summary()
    footer = [
        *opening(found)[1:],
        sever_sentence(found),
        cut_sentence(found),
        loss_sentence(found),
        f"Evidence grade {answer['grade']} (A official to E inferred). Facts {answer['facts_version']}. Dashed: on land; grey: "
        "the way before a closure.",
    ]
    parts = [_map(alt, found)]
    if answer["allied"]:
        parts.append(_rules(alt, answer))
    return with_footer(alt, parts, wrapped(opening(found)[0], 84), answer["question"], footer)


def _map(alt: Any, found: CorridorAnswer) -> Any:
    countries = alt.Data(values=_world(), format=alt.TopoDataFormat(feature="countries", type="topojson"))
    layers = [alt.Chart(countries).mark_geoshape(fill="#e3e6e9", stroke="white", strokeWidth=0.4)]
    for kind, colour, dash, wide in (
        (WAS, "#9aa0a6", [2, 3], 1.2),
        (LAND, INK, [4, 3], 1.4),
        ("sea", GAIN, [1, 0], 1.8),
    ):
        shapes = [_feature(each.places) for each in lines(found) if each.kind == kind]
        if shapes:
            layers.append(
                alt.Chart(alt.Data(values=shapes)).mark_geoshape(
                    filled=False, stroke=colour, strokeWidth=wide, strokeDash=dash, opacity=0.8
                )
            )
    marks = [
        {"x": each.place[0], "y": each.place[1], "kind": each.kind, "name": f"{each.name}, closed" if each.kind == "closed" else each.name,
         "colour": LOSS if each.kind == "closed" or each.weak else INK, "shape": "cross" if each.kind == "closed" else "circle"}
        for each in points(found)
    ]  # fmt: skip
    if marks:
        base = alt.Chart(alt.Data(values=marks)).encode(longitude="x:Q", latitude="y:Q")
        layers.append(
            base.mark_point(filled=True, size=60, opacity=1).encode(
                color=alt.Color("colour:N", scale=None), shape=alt.Shape("shape:N", scale=None)
            )
        )
        layers.append(
            base.mark_text(align="left", dx=6, dy=-6, fontSize=10).encode(
                text="name:N", color=alt.Color("colour:N", scale=None)
            )
        )
    return alt.layer(*layers).project("naturalEarth1").properties(width=WIDTH, height=HEIGHT)


@cache
def _world() -> dict[str, Any]:
    """Outlines of countries, every arc with few of its places: the picture is small, and drawing each place takes seconds."""
    world: dict[str, Any] = json.loads(
        resources.files("orepact").joinpath("web/static/vendor/world.json").read_text(encoding="utf-8")
    )
    return world | {"arcs": [_thin(arc) for arc in world["arcs"]]}


def _thin(arc: list[list[int]]) -> list[list[int]]:
    """An arc of steps with fewer of its places, and its ends. An island of too few would turn inside out and cover the world."""
    x = y = 0
    places = [(x := x + step[0], y := y + step[1]) for step in arc]
    kept = [*places[: -1 : min(EVERY, max(1, len(places) // LEAST))], places[-1]]
    before = (0, 0)
    steps = []
    for place in kept:
        steps.append([place[0] - before[0], place[1] - before[1]])
        before = place
    return steps


def _feature(places: tuple[tuple[float, float], ...]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": [list(each) for each in places]},
    }


def _rules(alt: Any, answer: dict[str, Any]) -> Any:
    rows = [
        {"name": row["words"], "order": at, "low": row["low_share"] or 0.0, "high": row["high_share"] or 0.0,
         "label": _span(row["low_share"] or 0.0, row["high_share"] or 0.0)}
        for at, row in enumerate(answer["allied"]["rules"])
    ]  # fmt: skip
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "name:N",
            sort=alt.EncodingSortField("order"),
            title=None,
            axis=alt.Axis(labelLimit=300, domain=False, ticks=False),
        ),
        x=alt.X(
            "low:Q",
            title=f"share of use without leaving {answer['allied']['name']}",
            axis=alt.Axis(format="%"),
            scale=alt.Scale(domain=[0, 1]),
        ),
        x2="high:Q",
    )
    return (
        base.mark_bar(height=12, color=GAIN, opacity=0.6)
        + base.mark_text(align="left", dx=4, color=GREY).encode(text="label:N", x="high:Q")
    ).properties(width=300, height=75)


def _span(low: float, high: float) -> str:
    return percent(low) if percent(low) == percent(high) else f"{percent(low)} to {percent(high)}"
