"""The tree of what a project adds: capacity, start, ramp, and P(on time) with the classes of projects that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.why.shared import GIVEN, rows_of
from orepact.api.why.tree import Node
from orepact.errors import BadInput, unknown_problem
from orepact.report.numbers import UNTOLD, percent, tonnes

if TYPE_CHECKING:
    from orepact.api.questions.projects import ProjectsAnswer
    from orepact.planning.projects import Contribution

ADDS = "contribution = capacity \u00d7 ramp share \u00d7 yield \u00d7 P(on time)"
ODDS = (
    "P(on time) = finished \u00d7 (1 \u2212 late \u00d7 exp(\u2212slack \u00d7 late / delay)), slack in months from the start to the end "
    "of the year"
)
RAMP = "mean over the year of a straight line from 0 at first output to 1 after the ramp"
COUNTS = "projects for which capacity, start, yield and P(on time) are all told"
ANY = "*"


def tree_of_projects(answer: ProjectsAnswer, figure: str) -> Node:
    """The tree of ``counts``, ``adds:NAME|MINERAL|STAGE`` or ``odds:NAME|MINERAL|STAGE``."""
    key, _, of = figure.partition(":")
    known = {named(each): each for each in answer.pipeline.contributions}
    if figure == "counts":
        return _counts(answer)
    if key in ("adds", "odds") and of in known:
        each = known[of]
        return _adds(answer, each) if key == "adds" else _odds(each)
    raise BadInput(unknown_problem("figure", "figure of this answer", figure, figures(answer)))


def named(each: Contribution) -> str:
    """A project's entry in a figure's name."""
    project = each.project
    return f"{project.name}|{project.mineral or ''}|{project.stage or ''}"


def figures(answer: ProjectsAnswer) -> list[str]:
    """Names of the figures that have a tree."""
    return ["counts", *(f"{key}:{named(each)}" for each in answer.pipeline.contributions for key in ("adds", "odds"))]


def _counts(answer: ProjectsAnswer) -> Node:
    found = answer.pipeline
    names = {each.project.name for each in found.contributions}
    told = {each.project.name for each in found.contributions if each.told}
    children = [_fact(answer, name) for name in sorted(names)]
    return Node(
        what="Projects whose contribution can be told", value=f"{len(told)} of {len(names)}", number=float(len(told)), unit="projects",
        period=str(found.year), formula=COUNTS, children=tuple(children),
        source="list of projects; none is held here for this region" if not children else "",
    )  # fmt: skip


def _fact(answer: ProjectsAnswer, name: str) -> Node:
    """The record of a project in the facts, or that it is on a list of one's own."""
    if answer.own:
        return Node(what=name, source="the list that was given")
    rows = rows_of("projects", name=name)
    return rows[0] if rows else Node(what=name, value=UNTOLD)


def _adds(answer: ProjectsAnswer, each: Contribution) -> Node:
    adjusted, project = each.risk_adjusted, each.project
    value = UNTOLD if adjusted is None else " to ".join(dict.fromkeys(tonnes(end) for end in adjusted))
    lines = (("missing", "; ".join(each.missing)),) if each.missing else ()
    if not each.counted:
        lines = (("not added", "it operates, and today's figures hold it"),)
    return Node(
        what=f"{project.name}: what it can be expected to add", value=value, number=None if adjusted is None else adjusted[0],
        unit="" if adjusted is None else "t of content a year", period=str(each.year), grade=each.chance.grade if each.chance else "",
        formula=ADDS, lines=lines,
        children=(_fact(answer, project.name), _capacity(answer, each), _ramp(answer, each), _odds(each)),
    )  # fmt: skip


def _capacity(answer: ProjectsAnswer, each: Contribution) -> Node:
    from orepact.planning.projects import yield_of

    share = yield_of(each.project)
    said = UNTOLD if each.name_plate is None else tonnes(each.name_plate)
    lines = [("yield", UNTOLD if share is None else percent(share))]
    if each.project.unsaid:
        lines.append(("what its source says", each.project.unsaid))
    return Node(
        what="Name-plate capacity that reaches users", value=said, number=each.name_plate,
        unit="" if each.name_plate is None else "t of content a year",
        formula="capacity \u00d7 yield", lines=tuple(lines), source=_listed(answer),
    )  # fmt: skip


def _ramp(answer: ProjectsAnswer, each: Contribution) -> Node:
    first, own = each.project.first_output, each.project.ramp
    return Node(
        what=f"Share of capacity that runs in {each.year}", value=UNTOLD if each.ramp_share is None else percent(each.ramp_share),
        number=each.ramp_share, formula=RAMP,
        lines=(("first output", UNTOLD if first is None else f"{first:g}"), *(() if own is None else (("ramp", f"{own:g} years"),))),
        source=_listed(answer), children=rows_of("parameters", parameter="ramp_years") if own is None else (),
    )  # fmt: skip


def _odds(each: Contribution) -> Node:
    project, chance = each.project, each.chance
    what = f"{project.name}: P(on time)"
    if chance is None:
        why = "; ".join(each.missing) or "it operates, and today's figures hold it"
        return Node(what=what, value=UNTOLD, lines=(("missing", why),), formula=ODDS, children=_classes(each))
    said = f"{percent(chance.low)} to {percent(chance.high)}" if chance.low < chance.high else percent(chance.low)
    node = Node(
        what=what, value=said, number=chance.low, grade=chance.grade, formula=ODDS, lines=(("how", chance.trail),)
    )
    if project.on_time is not None:
        return replace(node, source=GIVEN)
    return replace(node, children=_classes(each))


def _classes(each: Contribution) -> tuple[Node, ...]:
    """Rows of the reference classes that the odds of a project of this stage and state come from."""
    from orepact.planning.on_time import DELAY, FINISHED, LATE

    project = each.project
    nodes: list[Node] = []
    table = facts.load("reference_classes")
    for measure in (FINISHED, LATE, DELAY):
        rows = table[
            (table["measure"] == measure)
            & table["stage"].isin([project.stage, ANY])
            & table["state"].isin([project.state, ANY])
        ]
        rows = rows.sort_values(["stage", "state"], ascending=False)
        for row in rows.head(1).to_dict("records"):
            found = rows_of("reference_classes", measure=measure, stage=row["stage"], state=row["state"])
            nodes += [_ranged(node, row) for node in found]
    if not nodes:
        nodes.append(Node(what="Reference class", value=f"{UNTOLD}: none is published for its stage and state"))
    return tuple(nodes)


def _ranged(node: Node, row: Mapping[Any, Any]) -> Node:
    """The node of a class in words, with both ends where it states no single figure."""
    stage, state = (row[each] for each in ("stage", "state"))
    whose = f"{'projects of every stage' if stage == ANY else f'{stage} projects'}, {'in every state' if state == ANY else state}"
    node = replace(node, what=f"{str(row['measure']).capitalize()}: {whose}")
    if node.number is not None or not row["low"] <= row["high"]:
        return node
    return replace(node, value=f"{percent(row['low'])} to {percent(row['high'])}", unit="of projects")


def _listed(answer: ProjectsAnswer) -> str:
    return "the list that was given" if answer.own else "list of projects in the facts"
