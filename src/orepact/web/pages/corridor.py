"""The page of question 8: routes on a map with what is closed, the cut, what is allied, what is lost, and what crosses which passage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.corridor import CORRIDOR, CorridorAsked
from orepact.errors import OrepactError
from orepact.report.numbers import UNTOLD, percent, tonnes
from orepact.web.charts import Chart, Column, number
from orepact.web.forms import minerals, places, spoken, stages
from orepact.web.page import Page, Preset
from orepact.web.sources import command_line, source_line, source_rows

if TYPE_CHECKING:
    from orepact.corridors.corridor import CorridorAnswer

MOST_LOSSES = 8
MOST_EXPOSED = 8
MILLION = 1e6
TONES = {"land": "ink", "sea": "gain", "was": "soft"}
WAY_COLUMNS = (
    Column("name", "Corridor"), Column("mode", "Mode"), number("length", "Length, km"), number("days", "Days"),
    number("capacity", "Can carry, t a year"), number("planned", "Planned, t a year"), number("cost", "USD a t"), Column("grade", "Grade"),
)  # fmt: skip


def view(asked: CorridorAsked, found: CorridorAnswer) -> Mapping[str, Any]:
    """Words and pictures of the answer."""
    from orepact.corridors.ways import freight, speed
    from orepact.report import corridor_text as text
    from orepact.report.corridor_headline import opening, sever_sentence

    answer = found.summary()
    source = source_line(answer["sources"], answer["grade"])
    drawn = (
        _map(found, source),
        _allied(answer, source),
        _losses(answer, source),
        _exposure(answer, source),
        _refiners(answer, source),
    )
    market, knots, usd = answer["market"], speed(), freight()
    return {
        "headline": opening(found)[0], "then": " ".join(opening(found)[1:]), "normal": _normal(answer), "severs": sever_sentence(found),
        "cut": text.cut_sentence(found), "loss": text.loss_sentence(found),
        "added": text.added_sentence(found), "market": text.market_sentence(found) if asked.close else "",
        "charts": {chart.id: chart for chart in drawn if chart is not None}, "fails": answer["allied"]["fails"] if answer["allied"] else [],
        "refining": answer["refining"]["sentence"], "limit": percent(answer["refining"]["limit"]), "ways": _ways(answer),
        "way_columns": WAY_COLUMNS, "details": _details(answer), "case": market["case"] if market else "",
        "records": len(market["records"]) if market else 0, "notes": answer["notes"], "untold": answer["cannot_tell"],
        "speed": f"{knots.value:g} knots ({knots.low:g} to {knots.high:g})", "freight": f"{usd.value:g} ({usd.low:g} to {usd.high:g})",
        "units": tonnes(answer["certificate"]["flow_units"]), "sources": source_rows(answer["sources"]),
        "command": command_line("corridor", asked, {"origin": "from", "allied_only": "allied-only"}),
    }  # fmt: skip


def _normal(answer: Mapping[str, Any]) -> str:
    flow, effective = answer["flow"], answer["effective_routes"]
    routes = UNTOLD if effective["by_refiner"] is None else f"{effective['by_refiner']:.1f}"
    return (
        f"Today {tonnes(flow['today_t'])} t of it reach {answer['to']['name']} by the network's flows of {answer['base_year']}; "
        f"{tonnes(flow['supply_t'])} t could leave, {tonnes(flow['use_t'])} t are used. Effective number of routes, by who "
        f"refines: {routes}."
    )


def _map(found: CorridorAnswer, source: str) -> Chart:
    from orepact.corridors.lines import lines, points
    from orepact.corridors.sea import passages, ports

    rows = [route.record() for route in found.routes]
    closed = [passages()[name] for name in found.request.close]
    left = sum(row["exists"] for row in rows)
    title = (
        f"{left} of {len(rows)} routes are left with {' and '.join(closed)} closed"
        if closed
        else f"{len(rows)} routes, the shortest drawn"
    )
    return Chart(
        id="routes", kind="routes", title=title, unit="land dashed, sea solid; dotted: the way before a closure",
        data={
            "lines": [{"tone": TONES[each.kind], "kind": each.kind, "said": each.said, "coords": each.places} for each in lines(found)],
            "points": [{"kind": each.kind, "name": each.name, "place": each.place, "weak": each.weak} for each in points(found)],
            "origin": found.request.origin, "refiners": sorted({row["refined_in"] for row in rows if row["refined_in"]}),
            "members": list(found.request.members),
        },
        columns=(Column("out", "Out by"), Column("refined", "Refined in"), Column("gate", "Landed at"), Column("crosses", "Crosses"),
                 number("km", "km at sea"), number("land", "Days on land"), number("days", "Days at sea"), number("added", "Added days"),
                 number("usd", "Added USD a gross t")),
        rows=[_row(row, passages(), {code: port.name for code, port in ports().items()}) for row in rows],
        source=source,
        note="On land a line goes straight from the country's middle to the port; at sea along the network. Red: closed, or weak.",
    )  # fmt: skip


def _row(row: Mapping[str, Any], names: Mapping[str, str], harbours: Mapping[str, str]) -> dict[str, str]:
    refined = "" if row["refined_in"] is None else facts.country_name(row["refined_in"])
    land = UNTOLD if row["land_days"] is None else f"{row['land_days']:g}"
    said = {"out": row["out_name"], "refined": refined, "land": land}
    if not row["exists"]:
        return said | {"gate": "no route left", "crosses": "", "km": "", "days": "", "added": "", "usd": ""}
    days, added, usd = row["days_at_sea"], row["added_days"], row["added_cost_usd_per_t"]
    return said | {
        "gate": harbours.get(row["gate"], ""), "crosses": ", ".join(names[name] for name in row["crosses"]), "km": tonnes(row["km"]),
        "days": f"{days['value']:.0f} ({days['low']:.0f} to {days['high']:.0f})", "added": f"{added['value']:.1f}",
        "usd": f"{usd['value']:.0f}",
    }  # fmt: skip


def _span(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return UNTOLD
    return percent(low) if percent(low) == percent(high) else f"{percent(low)} to {percent(high)}"


def _ranges(rows: list[dict[str, Any]], tone: str) -> list[dict[str, Any]]:
    return [
        {"name": row["name"], "low": 100 * row["low"], "high": 100 * row["high"],
         "median": 100 * row["high"] if row["low"] == row["high"] else None, "label": _span(row["low"], row["high"]), "tone": tone}
        for row in rows
    ]  # fmt: skip


def _allied(answer: Mapping[str, Any], source: str) -> Chart | None:
    allied = answer["allied"]
    if allied is None or not answer["flow"]["use_t"]:
        return None
    rows = [
        {"name": row["words"], "low": row["low_share"], "high": row["high_share"], **row} for row in allied["rules"]
    ]
    last = rows[-1]
    return Chart(
        id="allied", kind="ranges", title=f"Without leaving {allied['name']}: {_span(last['low'], last['high'])} of use", unit="% of use",
        data={"rows": _ranges(rows, "gain"), "zero": True},
        columns=(Column("name", "Rule, each on top of the one before"), number("tonnes", "t a year"), number("share", "Of use"),
                 Column("cut", "What limits it")),
        rows=[
            {"name": row["name"], "tonnes": f"{tonnes(row['low_t'])} to {tonnes(row['high_t'])}", "share": _span(row["low"], row["high"]),
             "cut": ", ".join(row["cut"]) or "no way at all"}
            for row in rows
        ],
        source=source, note="From what surely passes to what may: owners that no page seen names may be inside or outside.",
    )  # fmt: skip


def _losses(answer: Mapping[str, Any], source: str) -> Chart | None:
    rows = [
        {"name": row["names"][0], "low": row["share"], "high": row["share"], "lost": row["lost_t"]}
        for row in answer["losses"]["single"]
    ]
    pair = answer["losses"]["pair"]
    if pair is not None and pair["lost_t"] > 0:
        rows = [
            *rows[: MOST_LOSSES - 1],
            {"name": " with ".join(pair["names"]), "low": pair["share"], "high": pair["share"], "lost": pair["lost_t"]},
        ]
    if not rows:
        return None
    return Chart(
        id="losses", kind="ranges", title=f"Losing {rows[0]['name']} costs {percent(rows[0]['low'])} of the most that can flow",
        unit="% of the most that can flow", data={"rows": _ranges(rows, "loss"), "zero": True},
        columns=(Column("name", "Lost"), number("lost", "t a year"), number("share", "Of the flow")),
        rows=[{"name": row["name"], "lost": tonnes(row["lost"]), "share": percent(row["low"])} for row in rows],
        source=source, note="One thing alone (N-1); the last row is the worst pair (N-2).",
    )  # fmt: skip


def _exposure(answer: Mapping[str, Any], source: str) -> Chart | None:
    rows = answer["exposure"][:MOST_EXPOSED]
    if not rows:
        return None
    first = rows[0]
    before = "Before the closure, " if answer["flow"]["closed"] else ""
    return Chart(
        id="exposure", kind="ranges",
        title=f"{before}{_span(first['low'], first['high'])} of all that {answer['to']['name']} uses crosses {first['name']}, as ore or "
        "metal",
        unit="% of use", data={"rows": _ranges(rows, "plain"), "zero": True},
        columns=(Column("name", "Passage"), number("share", "Ore or metal crosses"), number("last", "The metal alone")),
        rows=[
            {"name": row["name"], "share": _span(row["low"], row["high"]), "last": _span(row["last_leg_low"], row["last_leg_high"])}
            for row in rows
        ],
        source=source,
        note="All origins, by the network's flows on the shortest way; a range where goods may go by land or no gateway is known.",
    )  # fmt: skip


def _refiners(answer: Mapping[str, Any], source: str) -> Chart:
    rows = [{"name": facts.country_name(row["country"]), **row} for row in answer["refining"]["refiners"]]
    return Chart(
        id="refiners", kind="bars", title=f"{rows[0]['name']} is the last refiner of {percent(rows[0]['share'])}", unit="% of what leaves",
        data={
            "rows": [
                {"name": row["name"], "value": 100 * row["share"], "label": percent(row["share"]), "tone": "plain"} for row in rows
            ]
        },
        columns=(Column("name", "Refined in"), number("tonnes", "t a year"), number("share", "Share"), number("on", "On to the region, t")),
        rows=[
            {"name": row["name"], "tonnes": tonnes(row["tonnes"]), "share": percent(row["share"]), "on": tonnes(row["to_region_t"])}
            for row in rows
        ],
        source=source,
    )  # fmt: skip


def _ways(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for row in answer["corridors"]:
        figures = row["figures"]
        carried = figures.get("capacity") or figures.get("carried")
        found.append({
            "name": row["name"], "mode": row["mode"], "length": _figure(figures.get("length")), "days": _figure(figures.get("days")),
            "capacity": _figure(carried), "planned": _figure(figures.get("capacity_planned")), "cost": _figure(figures.get("cost")),
            "grade": row["grade"],
        })  # fmt: skip
    return found


def _figure(fact: Mapping[str, Any] | None) -> str:
    return (
        UNTOLD
        if fact is None
        else f"{fact['value']:,g}".replace(",", "\u2009")
        if fact["value"] < MILLION
        else tonnes(fact["value"])
    )


def _details(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {"name": row["name"], "operator": row["operator"], "status": row["status"], "note": row["note"],
         "owners": ", ".join(facts.country_name(each) for each in row["owners"]) or "nobody that a page seen names",
         "laws": ", ".join(facts.country_name(each) for each in row["laws"])}
        for row in answer["corridors"]
    ]  # fmt: skip


def form(asked: CorridorAsked) -> Mapping[str, Any]:
    """What the blanks may hold."""
    from orepact.corridors.sea import ARCTIC, passages
    from orepact.corridors.ways import ways

    try:
        mineral = facts.resolve_mineral(asked.mineral)
        found = stages(mineral)
    except OrepactError:
        mineral, found = asked.mineral, ()
    return {
        "mineral": mineral, "minerals": minerals(), "stage": asked.stage or "", "stages": found, "places": places(),
        "origin": spoken(asked.origin), "to": spoken(asked.to), "close": asked.close or "", "allied_only": spoken(asked.allied_only or ""),
        "passages": [(slug, name) for slug, name in passages().items() if slug != ARCTIC], "via": asked.via or "", "planned": asked.planned,
        "ways": [(slug, way.name) for slug, way in ways().items()],
    }  # fmt: skip


def _picture(found: CorridorAnswer, ending: str) -> bytes:
    from orepact.report.corridor_chart import corridor_picture

    return corridor_picture(found, ending)


CORRIDOR_PAGE = Page(
    question=CORRIDOR,
    nav="Routes",
    about="Which routes are secure end to end, what is the cut, and what does a closed passage do?",
    view=view,
    form=form,
    picture=_picture,
    presets=(
        Preset(
            "Congo's cobalt to the EU within the MSP",
            {"mineral": "cobalt", "origin": "COD", "to": "EU27", "allied_only": "MSP"},
        ),
        Preset(
            "The same by Lobito alone, within FORGE",
            {"mineral": "cobalt", "origin": "COD", "to": "EU27", "via": "lobito", "allied_only": "FORGE"},
        ),
        Preset(
            "China's rare earths to the EU with the Red Sea closed",
            {"mineral": "rare_earths", "origin": "CHN", "to": "EU27", "close": "suez,babalmandab"},
        ),
        Preset(
            "Gulf aluminium to the EU with Hormuz closed",
            {"mineral": "aluminium", "origin": "ARE", "to": "EU27", "close": "ormuz"},
        ),
        Preset(
            "Kazakhstan's chromite to the EU with the Bosporus closed",
            {"mineral": "chromium", "origin": "KAZ", "to": "EU27", "close": "bosporus"},
        ),
    ),
)
