"""The page of question 1: the answer in a sentence, the map of losses, prices, flows before and after, who replaces, how sure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.shock import SHOCK, ShockAsked
from orepact.errors import OrepactError
from orepact.report.numbers import interval_of_tonnes, percent, ratio, tonnes
from orepact.web.charts import Chart, Column, classes, number
from orepact.web.forms import minerals, places, stages
from orepact.web.page import Page, Preset
from orepact.web.pages.sankey import flows_chart
from orepact.web.pages.shock_months import MONTHS, months_page
from orepact.web.pages.shock_why import why_view
from orepact.web.sources import command_line, source_line, source_rows

if TYPE_CHECKING:
    from orepact.cases import ShockResult

BOUNDS = (0.01, 0.05, 0.1, 0.2, 0.4)
"""Shares of use lost at which the map changes colour."""

LEGEND = ("below 1 %", "1 to 5 %", "5 to 10 %", "10 to 20 %", "20 to 40 %", "40 % and more")
MOST_BARS = 10
FAR = 1.5
"""Price, of base, from which the axis begins at nothing."""

MOST_DRIVERS = 6
LONG, LADDER_DRAWS = 20_000, 100
"""Draws of the jobs that the page offers."""


def view(asked: ShockAsked, result: ShockResult) -> Mapping[str, Any]:
    """Words and pictures of the answer."""
    from orepact.cases.words import question
    from orepact.report.shock_text import headline, remarks
    from orepact.report.too_narrow import too_narrow

    answer = result.summary()
    source = source_line(answer["sources"], answer["grade"])
    charts = [_map(result, source), _prices(result, source), _gains(result, source), flows_chart(result, source)]
    return {
        "answer": answer,
        "question": question(result.case),
        "headline": headline(result),
        "normal": _normal(result),
        "narrow": too_narrow(),
        "remarks": [each.strip() for each in remarks(result)],
        "charts": {chart.id: chart for chart in charts},
        "drivers": _drivers(result, source),
        "losses": _losses(result, source),
        "sources": source_rows(answer["sources"]),
        "long": asked.model_dump(mode="json", exclude_none=True) | {"draws": LONG},
        "ladder": _ladder(asked),
        "command": command_line("shock", asked, {"origin": "from"}),
        **why_view(asked, result),
    }


def _ladder(asked: ShockAsked) -> dict[str, Any]:
    """The same shock as the ladder is asked for it: whole months."""
    given = asked.model_dump(mode="json", exclude_none=True, exclude={"draws", "months", "close"})
    return given | {"months": max(1, round(asked.months)), "draws": LADDER_DRAWS}


def form(asked: ShockAsked) -> Mapping[str, Any]:
    """What the blanks of the sentence may hold."""
    try:
        mineral = facts.resolve_mineral(asked.mineral)
        found = stages(mineral)
    except OrepactError:
        mineral, found = asked.mineral, ()
    share = asked.cut.strip().removesuffix("%").strip()
    return {
        "mineral": mineral, "minerals": minerals(), "stages": found, "stage": asked.stage or (found[-1][0] if found else ""),
        "places": places(), "origin": _spoken(asked.origin), "against": _spoken(asked.against or ""), "close": asked.close or "",
        "cut": share if asked.cut.strip().endswith("%") else asked.cut,
    }  # fmt: skip


def _spoken(codes: str) -> str:
    """Country codes as names, as far as they are codes."""
    parts = [part.strip() for part in codes.split(",") if part.strip()]
    return ", ".join(facts.country_name(part.upper()) if len(part) == 3 else part for part in parts)


def _normal(result: ShockResult) -> str:
    price, share = result.network.price, _share_of_exports(result)
    use = sum(row["use_t"] for row in result.summary()["losses"])
    name = facts.mineral_name(result.case.mineral)
    year = result.case.base_year
    return (
        f"Normal, in {year}: {name} at USD {tonnes(price.usd_per_t)} per tonne of content ({price.basis}), {tonnes(use)} tonnes used in "
        f"{result.case.months:g} months, {share} of what is shipped across borders from those who cut."
    )


def _share_of_exports(result: ShockResult) -> str:
    flows = result.data["flow_base"]
    origins, buyers = flows["origin"].to_numpy(), flows["destination"].to_numpy()
    abroad = flows.to_numpy() * (origins[:, None] != buyers[None, :])
    rows = [origin in result.case.origins for origin in origins]
    return percent(float(abroad[rows].sum() / abroad.sum())) if abroad.sum() > 0 else "none"


def _shares(result: ShockResult) -> list[dict[str, Any]]:
    """Users who lose, with the share of use lost."""
    rows = []
    for row in result.summary()["losses"]:
        if row["use_t"] > 0:
            share = {key: value / row["use_t"] for key, value in row["lost_t"].items()}
            rows.append({**row, "share": share, "name": facts.country_name(row["country"])})
    return rows


def _map(result: ShockResult, source: str) -> Chart:
    rows = _shares(result)
    tones = classes([row["share"]["median"] for row in rows], BOUNDS)
    data = [
        {
            "code": row["country"],
            "name": row["name"],
            "tone": tone,
            "label": f"{percent(max(row['share']['median'], 0))} of use lost",
        }
        for row, tone in zip(rows, tones, strict=True)
    ]
    rest = next((row for row in rows if row["country"] == "ROW"), None)
    note = "Grey: no use of its own in the table."
    if rest is not None:
        note += f" Users too small to be told apart lose {percent(max(rest['share']['median'], 0))} together."
    return Chart(
        id="map", kind="map", title=_map_title(rows), unit="share of use lost, median",
        data={"places": data, "origins": list(result.case.origins), "tones": "loss"},
        columns=(Column("name", "Country"), number("use", "Use, t"), number("lost", "Lost, t (80 % range)"),
                 number("share", "Share lost"), number("unserved", "Of it unserved, t")),
        rows=[
            {"name": row["name"], "use": tonnes(row["use_t"]), "lost": interval_of_tonnes(row["lost_t"]),
             "share": percent(row["share"]["median"]), "unserved": tonnes(row["unserved_t"]["median"])}
            for row in rows
        ],
        source=source, note=note, legend=tuple((f"loss-{index}", words) for index, words in enumerate(LEGEND)),
    )  # fmt: skip


def _map_title(rows: list[dict[str, Any]]) -> str:
    most = [row for row in rows if row["country"] != "ROW" and row["lost_t"]["median"] > 0][:1]
    if not most:
        return "No country loses use"
    return f"{most[0]['name']} loses most tonnes: {percent(most[0]['share']['median'])} of its use"


def _prices(result: ShockResult, source: str) -> Chart:
    answer = result.summary()
    groups = [("Buyers abroad", "price_abroad"), ("Those cut off", "price_cut_off"), ("Buyers at home", "price_home"),
              ("Producers at home", "producer_price_home"), ("Producers elsewhere", "producer_price_abroad")]  # fmt: skip
    if not result.case.against:
        del groups[1]
    rows = [
        {"name": name, **answer[key], "label": f"{ratio(answer[key]['median'])} ×"}
        for name, key in groups
        if answer[key]["median"] == answer[key]["median"]
    ]
    return Chart(
        id="prices", kind="ranges", title=f"{rows[0]['name']} pay {rows[0]['label']} the base price", unit="times the base price",
        data={
            "rows": [{**row, "tone": "gain" if row["median"] < 1 else "loss"} for row in rows], "rule": 1.0,
            "zero": max(row["high"] for row in rows) > FAR,
        },
        columns=(Column("name", "Who"), number("median", "Median, × base"), number("range", "80 % range")),
        rows=[
            {"name": row["name"], "median": ratio(row["median"]), "range": f"{ratio(row['low'])} to {ratio(row['high'])}"} for row in rows
        ],
        source=source, note="Dot: median of the draws. Bar: 80 % of them. 1 is the base price.",
    )  # fmt: skip


def _losses(result: ShockResult, source: str) -> Chart:
    rows = [row for row in _shares(result) if row["lost_t"]["median"] > 0][:MOST_BARS]
    shown = [
        {
            "name": row["name"],
            **{key: 100 * value for key, value in row["share"].items()},
            "label": percent(row["share"]["median"]),
            "tone": "loss",
        }
        for row in rows
    ]
    return Chart(
        id="losses", kind="ranges", title="Who runs short: the users who lose most tonnes, by share of use lost",
        unit="% of use lost", data={"rows": shown, "zero": True},
        columns=(Column("name", "Country"), number("lost", "Lost, t (80 % range)"), number("share", "Share lost")),
        rows=[{"name": row["name"], "lost": interval_of_tonnes(row["lost_t"]), "share": percent(row["share"]["median"])} for row in rows],
        source=source,
    )  # fmt: skip


def _gains(result: ShockResult, source: str) -> Chart:
    answer = result.summary()
    floor = 0.001 * answer["where_it_went"]["lost_t"]["median"]
    rows = [
        {
            "name": facts.country_name(row["country"]),
            "median": row["gained_t"],
            **row["gained_range_t"],
            "label": tonnes(row["gained_t"]),
            "tone": "gain",
        }
        for row in answer["replaced_by"][:MOST_BARS]
        if row["gained_t"] > floor
    ]
    whole, covered = float(result.data["supply_lost"].mean()), float(result.data["replaced"].mean())
    title = (
        f"Others replace {percent(covered / whole)} of the lost supply"
        if rows and whole > 0
        else "Nobody replaces the lost supply"
    )
    return Chart(
        id="gains", kind="ranges", title=title, unit="extra tonnes of content to those cut off", data={"rows": rows, "zero": True},
        columns=(Column("name", "Country"), number("gained", "Extra, t (80 % range)")),
        rows=[{"name": row["name"], "gained": interval_of_tonnes(row)} for row in rows], source=source,
    )  # fmt: skip


def _drivers(result: ShockResult, source: str) -> Chart:
    rows = [
        {"name": row["parameter"], "low": row["price_abroad_when_low"], "high": row["price_abroad_when_high"],
         "correlation": row["rank_correlation"]}
        for row in result.summary()["drivers"][:MOST_DRIVERS]
    ]  # fmt: skip
    middle = result.summary()["price_cut_off" if result.case.against else "price_abroad"]["median"]
    shown = [
        {"name": row["name"], "low": min(row["low"], row["high"]), "high": max(row["low"], row["high"]), "median": None,
         "label": f"{ratio(row['low'])} … {ratio(row['high'])}", "tone": "plain"}
        for row in rows
    ]  # fmt: skip
    return Chart(
        id="drivers", kind="ranges", title=f"The range hangs most on: {rows[0]['name']}",
        unit="price, times base: median where the parameter is low … high",
        data={"rows": shown, "rule": middle},
        columns=(Column("name", "Parameter"), number("low", "Price where low, ×"), number("high", "Price where high, ×"),
                 number("correlation", "Rank correlation")),
        rows=[
            {"name": row["name"], "low": ratio(row["low"]), "high": ratio(row["high"]), "correlation": f"{row['correlation']:+.2f}"}
            for row in rows
        ],
        source=source,
    )  # fmt: skip


def _picture(result: ShockResult, ending: str) -> bytes:
    from orepact.report.shock_chart import picture

    return picture(result, ending)


SHOCK_PAGE = Page(
    question=SHOCK,
    nav="Shock",
    about="A supply stops: who runs short, when, at what price, and what helps?",
    view=view,
    form=form,
    picture=_picture,
    parts=(MONTHS,),
    presets=(
        Preset("China stops gallium", {"mineral": "gallium", "origin": "CHN"}),
        Preset("China stops rare earths", {"mineral": "rare_earths", "origin": "CHN", "stage": "refined"}),
        Preset("Congo holds back cobalt ore", {"mineral": "cobalt", "origin": "COD", "stage": "mine", "cut": "57%"}),
        Preset("China stops antimony to the United States", {"mineral": "antimony", "origin": "CHN", "against": "USA"}),
        Preset("Indonesia halves nickel ore", {"mineral": "nickel", "origin": "IDN", "stage": "mine", "cut": "50%"}),
    ),
)

MONTHS_PAGE = months_page(form)
