"""Figures of prices, instruments, reserves and projects that open their tree: the one in the finding, and a first table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.report.numbers import interval_of_tonnes, money, times, tonnes
from orepact.web.charts import Column, number
from orepact.web.why import figure_link, split

if TYPE_CHECKING:
    from orepact.api.question import Asked
    from orepact.api.questions.projects import ProjectsAnswer
    from orepact.planning.projects import Contribution

Answer = Mapping[str, Any]
FIGURES = (Column("name", "Figure"), number("value", "Median (80 % range)"), Column("unit", "Unit"))
MOST_ORIGINS = 6
SMALLEST = 1e4
YEAR = "USD a year, below zero for a loss"


def price_why(asked: Asked, answer: Answer) -> dict[str, Any]:
    """The finding of a reference price around its first figure, and the figures that it rests on."""
    from orepact.api.why.shared import money_words
    from orepact.report.price_text import verdict

    def row(name: str, value: str, unit: str, figure: str) -> dict[str, str]:
        return {"name": name, "value": value, "unit": unit, "value.tree": figure_link("price", asked, figure)}

    base = answer["base_price"]
    rows = [row("Base price", tonnes(base["median"]), "USD per t of content", "base_price")]
    if answer["binds"] and "zone" in answer["prices"]:
        rows.append(
            row("Price that buyers in the zone pay", times(answer["prices"]["zone"]), "times base", "price:zone")
        )
    sold = [each for each in answer["duties"] if each["imports_before_t"] >= 1][:MOST_ORIGINS]
    for each in sold:
        name = f"Duty on goods of {facts.country_name(each['origin'])}"
        said = "exempt" if each["exempt"] else interval_of_tonnes(each["duty"])
        rows.append(row(name, said, "USD per t of content", f"duty:{each['origin']}"))
    if answer["binds"]:
        told = [each for each in answer["groups"] if abs(each["amount"]["median"]) >= SMALLEST]
        rows += [
            row(
                f"{each['who'][:1].upper()}{each['who'][1:]}", money_words(each["amount"]), YEAR, f"party:{each['who']}"
            )
            for each in told
        ]
        rows.append(row("All together", money_words(answer["total"]), YEAR, "total"))
    first = verdict(answer)[0]
    bound = answer["binds"] and "zone" in answer["prices"]
    said, figure = (times(answer["prices"]["zone"]), "price:zone") if bound else ("reference price", "base_price")
    if said not in first:
        said, figure = interval_of_tonnes(answer["output"][f"{answer['stage']}_zone_t"]), "made:zone"
    return {
        "finding": split(first, said, figure_link("price", asked, figure)),
        "figure_columns": FIGURES,
        "figure_rows": rows,
    }


HEADINGS = {
    "Level, USD a tonne": "level", "More made in the zone, t a year": "made", "Lost all together": "cost", "Public purse": "purse",
    "Fund is gone: 5 %, 50 %, 95 % of price paths": "runout",
}  # fmt: skip
"""Headings of the briefing whose cells open a tree, and the figure's name."""


def compare_why(asked: Asked, answer: Answer) -> dict[str, Any]:
    """The finding of a comparison around its cost, and the trees behind the cells of the briefing."""
    from orepact.report.compare_text import short, verdict

    rows = answer["instruments"]
    links = {
        heading: [
            figure_link("compare", asked, f"{key}:{short(each['name'])}") if key != "runout" or each["runout"] is not None else ""
            for each in rows
        ]
        for heading, key in HEADINGS.items()
    }  # fmt: skip
    first = verdict(dict(answer))[0]
    reached = sorted((each for each in rows if each["reached"]), key=lambda each: float(each["cost"]["median"]))
    if not reached:
        return {
            "finding": split(first, "these tonnes", figure_link("compare", asked, f"made:{short(rows[0]['name'])}")),
            "trees": links,
        }
    least = reached[0]
    said = f"{money(least['cost']['median'])} USD"
    return {
        "finding": split(first, said, figure_link("compare", asked, f"cost:{short(least['name'])}")),
        "trees": links,
    }


def reserve_why(asked: Asked, answer: Answer) -> dict[str, Any]:
    """The finding of a reserve around its purchases, and what makes the address of a figure of a holding."""
    from orepact.report.reserve_text import headline

    held = any(row["tonnes"] > 0 for row in answer["holdings"])
    said = f"{money(answer['money']['purchases_usd'])} USD" if held else "no tonne"
    figure = "purchases_usd"
    if not held and answer["holdings"]:
        figure = f"tonnes:{answer['holdings'][0]['mineral']}"
    keys = ("tonnes", "days", "cost", "carry_usd_a_year", "worth", "pace")
    trees = {
        row["mineral"]: {key: figure_link("reserve", asked, f"{key}:{row['mineral']}") for key in keys}
        for row in answer["holdings"]
    }  # fmt: skip
    return {"finding": split(headline(dict(answer)), said, figure_link("reserve", asked, figure)), "trees": trees}


def projects_why(asked: Asked, answer: ProjectsAnswer, headline: str) -> tuple[str, str, str, str]:
    """The finding of the pipeline around how many projects it counts."""
    names = {each.project.name for each in answer.pipeline.contributions}
    told = {each.project.name for each in answer.pipeline.contributions if each.told}
    if answer.own or not names:
        return split(headline, "", "")
    said = (f"{len(told)} of {len(names)}", f"none of the {len(names)} projects", "the one project")
    words = next((each for each in said if each in headline), "")
    return split(headline, words, figure_link("projects", asked, "counts"))


def project_why(asked: Asked, each: Contribution) -> dict[str, str]:
    """The trees behind what a project adds and its odds."""
    from orepact.api.why.of_projects import named

    return {f"{key}.tree": figure_link("projects", asked, f"{key}:{named(each)}") for key in ("adds", "odds")}
