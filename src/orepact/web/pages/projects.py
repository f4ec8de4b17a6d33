"""The page of question 6: what projects add by 2030 and the odds of each benchmark; scrap beside it; and one's own list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, get_args

from orepact import facts
from orepact.api.own_list import EXAMPLE, LARGEST_LIST, MOST_PROJECTS
from orepact.api.questions.projects import PROJECTS, ProjectsAnswer, ProjectsAsked
from orepact.errors import UnknownName
from orepact.report.numbers import UNTOLD, counted, interval_of_tonnes, percent, tonnes
from orepact.web.charts import Chart, Column, number
from orepact.web.forms import minerals, region_choices, spoken, typed_places
from orepact.web.page import Page, Preset
from orepact.web.pages.answers_why import project_why, projects_why
from orepact.web.pages.scoreboard import COLUMNS
from orepact.web.sources import command_line, source_line, sources_of

if TYPE_CHECKING:
    from orepact.planning.projects import Contribution
    from orepact.planning.scrap import Scrap

UNKNOWN_STATE = "not said"
PERMITTED = ("permitted", "financed", "construction", "built", "ramping", "operating")
WORST = "E"


def view(asked: ProjectsAsked, answer: ProjectsAnswer) -> Mapping[str, Any]:
    """Words and pictures of the answer."""
    from orepact.web.pages import projects_cells as cells

    region = dict(region_choices()).get(asked.region, asked.region)
    sources = sources_of(_sources(answer))
    source = source_line(sources, _grade(answer))
    if answer.own:
        source = source.replace("Sources: ", "Sources: your own list; ", 1)
    drawn = (cells.adds(answer, source), cells.gaps(answer, source), cells.late(answer, source))
    told = cells.counts(cells.shown_outlooks(answer))
    headline = _headline(answer, region)
    return {
        "headline": headline, "figure": projects_why(asked, answer, headline),
        "normal": cells.normal(answer, region), "region": region, "answer": answer,
        "charts": {chart.id: chart for chart in drawn if chart is not None}, "columns": COLUMNS, "rows": cells.grid(answer), "told": told,
        "whole": sum(told.values()), "pipeline": _pipeline(asked, answer), "lacking": _lacking(answer), "scrap": _scrap(answer),
        "no_scrap": answer.scrap_untold, "name": None if answer.mineral is None else facts.mineral_name(answer.mineral),
        "command": command_line("projects", asked, {}) + (" --file YOUR_LIST.csv" if answer.own else ""),
        "sources": sources, "example": EXAMPLE, "largest": LARGEST_LIST, "most": MOST_PROJECTS,
        "with_scrap": _with_scrap(), "address": asked.address(),
    }  # fmt: skip


def _sources(answer: ProjectsAnswer) -> set[str]:
    cells = {source for cell in answer.board.cells for source in cell.sources}
    chances = {source for each in answer.pipeline.contributions if each.chance for source in each.chance.sources}
    listed = set() if answer.own else set(facts.load("projects")["source"])
    return cells | chances | listed


def _grade(answer: ProjectsAnswer) -> str:
    """The weakest grade of today's shares and of the odds of projects."""
    from orepact.web.pages import projects_cells as cells

    grades = {(cell.mineral, cell.benchmark, cell.method, cell.stage): cell.grade for cell in answer.board.cells}
    used = {grades[key] for key, each in cells.shown_outlooks(answer).items() if each.today is not None}
    used |= {each.chance.grade for each in answer.pipeline.contributions if each.chance and each.told}
    return max((grade for grade in used if grade), default=WORST)


def _headline(answer: ProjectsAnswer, region: str) -> str:
    from orepact.web.pages import projects_cells as cells

    found = answer.pipeline
    names = {each.project.name for each in found.contributions}
    told = {each.project.name for each in found.contributions if each.told}
    what = "" if answer.mineral is None else f" of {facts.mineral_name(answer.mineral)}"
    if not names:
        return f"No project{what} in {region} is in the list, so nothing is added by {found.year}."
    states = cells.counts(cells.shown_outlooks(answer))
    if not told:
        many = f"none of the {len(names)} projects" if len(names) > 1 else "the one project"
        lack = "states the usable capacity, start and state that would tell it"
        untold = (
            f"hat projects{what} add in {region} by {found.year} cannot be told, because {many} in the list {lack}."
        )
        if not states["meets"] + states["below"]:
            return f"W{untold}"
        whole = sum(states.values()) - states["beside"]
        return (
            f"Whatever projects add, {states['meets']} of {whole} benchmarks are more likely met than not by {found.year} and "
            f"{states['below']} more likely missed; w{untold}"
        )
    added = cells.adds_words(answer) if answer.mineral is not None else ""
    if added:
        return (
            f"Projects{what} in {region} can be expected to add {added} a year by {found.year}; "
            f"{len(told)} of {len(names)} have the figures."
        )
    likely = f"{states['meets']} of {sum(states.values()) - states['beside']} benchmarks are more likely met than not by {found.year}"
    return f"{len(told)} of {counted(len(names), 'project')}{what} in {region} have the figures that tell what they add; {likely}."


def _pipeline(asked: ProjectsAsked, answer: ProjectsAnswer) -> list[dict[str, Any]]:
    """Projects by how far they are, each with its permit clock and P(on time)."""
    from orepact.planning.projects import State

    order = (*get_args(State), UNKNOWN_STATE)
    by_state: dict[str, list[dict[str, str]]] = {state: [] for state in order}
    for each in answer.pipeline.contributions:
        by_state[each.project.state or UNKNOWN_STATE].append(
            _project(each) | ({} if answer.own else project_why(asked, each))
        )
    return [{"state": f"{state[:1].upper()}{state[1:]}", "rows": rows} for state, rows in by_state.items() if rows]


def _project(each: Contribution) -> dict[str, str]:
    project, chance = each.project, each.chance
    odds = UNTOLD
    if chance is not None:
        odds = f"{percent(chance.low)} to {percent(chance.high)}" if chance.low < chance.high else percent(chance.low)
        odds += f" (grade {chance.grade}: {chance.trail})"
    adjusted = each.risk_adjusted
    return {
        "name": project.name, "mineral": facts.mineral_name(project.mineral) if project.mineral else UNTOLD,
        "stage": project.stage or UNTOLD, "where": ", ".join(facts.country_name(code) for code in project.countries),
        "start": f"{project.first_output:.0f}" if project.first_output is not None else UNTOLD, "clock": _clock(each), "odds": odds,
        "plate": UNTOLD if each.name_plate is None else tonnes(each.name_plate),
        "expected": UNTOLD if adjusted is None else " to ".join(dict.fromkeys(tonnes(end) for end in adjusted)),
        "missing": "; ".join(each.missing) if each.counted else "nothing: it operates, and today's figures hold it",
    }  # fmt: skip


def _clock(each: Contribution) -> str:
    """What the Act's permit clock says of a project."""
    from orepact.planning.project_list import STAGES
    from orepact.policy.permit_clock import MONTHS

    project = each.project
    if project.state in PERMITTED:
        return "over: permitted"
    if not set(project.countries) <= set(facts.resolve_place("EU27")):
        return "none: outside the EU"
    kinds = {stage: kind for kind, stage in STAGES.items()}
    limit = f"{MONTHS[kinds[project.stage]]}" if project.stage else "15 or 27"
    return f"{limit} months, since: cannot tell"


def _lacking(answer: ProjectsAnswer) -> list[dict[str, Any]]:
    """What is missing most often, without what each source says in its place."""
    entries = [each for each in answer.pipeline.contributions if each.counted and not each.told]
    found = Counter(what.split(" (source:")[0].removeprefix("its ") for each in entries for what in each.missing)
    return [{"what": what, "count": count, "of": len(entries)} for what, count in found.most_common()]


def _with_scrap() -> list[tuple[str, str]]:
    from orepact.planning.product_groups import minerals_with_lives

    return [(mineral, facts.mineral_name(mineral)) for mineral in minerals_with_lives()]


def _scrap(answer: ProjectsAnswer) -> Mapping[str, Any] | None:
    if answer.scrap is None:
        return None
    from orepact.report.scrap_text import headline, limits

    found = answer.scrap
    source = source_line(sources_of(found.sources), found.grade)
    return {
        "headline": headline(found), "found": found, "charts": (_arising(found, source), _share(found, source)),
        "limits": [line.strip() for line in limits(found)],
    }  # fmt: skip


def _arising(found: Scrap, source: str) -> Chart:
    rows = [
        {
            "name": each.name, "value": each.arising, "label": f"{tonnes(each.arising)} t", "tone": "gain",
            "share": percent(each.share), "life": f"{each.mean_life:.0f}", "arising": tonnes(each.arising),
            "collected": "no rate" if each.collected is None else percent(each.collected),
            "recovered": UNTOLD if each.recovered is None else tonnes(each.recovered),
        }
        for each in sorted(found.groups, key=lambda each: -each.arising)
    ]  # fmt: skip
    return Chart(
        id="scrap-groups", kind="bars", title=f"Most scrap of {found.year} comes from: {rows[0]['name']}",
        unit="tonnes of content leaving use in the year, at the middle of all ranges", data={"rows": rows},
        columns=(Column("name", "Products"), number("share", "Share of use"), number("life", "Life, years"),
                 number("arising", "Leaves use, t"), number("collected", "Collected, sorted"), number("recovered", "Recovered, t")),
        rows=[{key: str(value) for key, value in row.items()} for row in rows], source=source,
        note=f"In all {interval_of_tonnes(found.arising)} t (80 % of draws).",
    )  # fmt: skip


def _share(found: Scrap, source: str) -> Chart:
    whole: dict[str, Any] = {
        **found.share,
        "name": "all ranges together",
        "label": f"{found.share['median']:.0f} %",
        "tone": "gain",
    }
    alone = [
        {"name": name, "low": min(ends), "high": max(ends), "median": None, "label": f"{min(ends):.0f} to {max(ends):.0f} %"}
        for name, ends in found.moves.items()
    ]  # fmt: skip
    verdict = "below even at its best" if found.verdict == "below" else "cannot tell on which side"
    rows = [whole, *alone]
    return Chart(
        id="scrap-share", kind="ranges", title=f"Against {found.target:.0f} % from scrap: {verdict}",
        unit="% of use that scrap could cover", data={"rows": rows, "rule": found.target, "zero": True},
        columns=(Column("name", "Range"), number("low", "Low, %"), number("high", "High, %"), number("middle", "Middle, %")),
        rows=[
            {"name": row["name"], "low": f"{row['low']:.0f}", "high": f"{row['high']:.0f}",
             "middle": "" if row["median"] is None else f"{row['median']:.0f}"}
            for row in rows
        ],
        source=source, note="First bar: 80 % of the draws. The others: one range alone at its low and its high end.",
    )  # fmt: skip


def form(asked: ProjectsAsked) -> Mapping[str, Any]:
    """What the blanks may hold."""
    named = [*minerals(), *_with_scrap()]
    mineral = asked.mineral or ""
    with suppress(UnknownName):
        mineral = facts.resolve_mineral(mineral) if mineral else ""
    choices = sorted(dict(named).items(), key=lambda each: each[1])
    if mineral and mineral not in dict(choices):
        choices.append((mineral, mineral))
    return {
        "region": spoken(asked.region), "regions": region_choices(), "places": typed_places(), "mineral": mineral, "minerals": choices,
        "year": asked.year, "years": range(2026, 2061),
    }  # fmt: skip


def _picture(answer: ProjectsAnswer, ending: str) -> bytes:
    from orepact.report.projects_chart import projects_picture

    return projects_picture(answer.pipeline, answer.mineral, ending)


PROJECTS_PAGE = Page(
    question=PROJECTS,
    nav="Projects",
    about="What do projects add by 2030, allowing for delay, and what is still missing?",
    view=view,
    form=form,
    picture=_picture,
    presets=(
        Preset("EU strategic projects, all materials", {"region": "EU27"}),
        Preset("European lithium, 2030", {"region": "EU27", "mineral": "lithium"}),
        Preset("European copper and its scrap", {"region": "EU27", "mineral": "copper"}),
        Preset("Tungsten from Spain", {"region": "EU27", "mineral": "tungsten"}),
        Preset("Australia's list", {"region": "AUS"}),
        Preset("The United States", {"region": "USA"}),
    ),
)
