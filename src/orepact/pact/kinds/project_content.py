"""What must be right in what is said of a project, whatever its state: names of minerals, shares that add up, money with a currency."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from orepact.errors import OrepactError, Problem
from orepact.pact.kinds.base import Guard, Situation
from orepact.pact.kinds.project_money import PERCENT, share_of, stack
from orepact.pact.kinds.project_parts import CRITERIA, Money
from orepact.pact.kinds.project_record import Project

KEYS: dict[str, tuple[str, ...]] = {
    "outputs": ("mineral", "stage"), "criteria": ("scheme", "criterion"), "verdicts": ("scheme",), "value_added": ("host",),
    "finance": ("item",), "stakes": ("holder",), "offtakes": ("buyer", "mineral"),
}  # fmt: skip
"""By what a part is known among the others of its field."""


def content(situation: Situation) -> Iterable[Guard]:
    """Everything that is wrong in what the project says after the change."""
    after: Any = situation.after
    before: Any = situation.before
    if before is None or before.minerals != after.minerals or before.outputs != after.outputs:
        yield from _minerals(after)
    for name, keys in KEYS.items():
        yield from _twice(after, name, keys)
    yield from _criteria(after)
    yield from _money(after)
    yield from _hosts(after)
    yield from _assessor(after, situation)
    yield from _offtakes(after)


def _minerals(project: Project) -> Iterable[Guard]:
    from orepact import facts

    for name in dict.fromkeys((*project.minerals, *(each.mineral for each in project.outputs))):
        try:
            slug = facts.resolve_mineral(name)
        except OrepactError as error:
            yield from (Guard(each) for each in error.problems)
            continue
        if slug != name:
            yield Guard(Problem("project, minerals", "a mineral goes by its slug", f"'{name}'", f"write {slug}"))
        elif project.minerals and name not in project.minerals:
            found = f"'{name}', of {', '.join(project.minerals)}"
            yield Guard(
                Problem("project, outputs, mineral", "the project is not about it", found, "change its minerals")
            )


def _twice(project: Project, name: str, keys: tuple[str, ...]) -> Iterable[Guard]:
    named = Counter(tuple(getattr(each, key) for key in keys) for each in getattr(project, name))
    for which, times in named.items():
        if times > 1:
            found = ", ".join(str(each) for each in which if each is not None)
            yield Guard(Problem(f"project, {name}", "it is there twice", found, "give it once"))


def _criteria(project: Project) -> Iterable[Guard]:
    for each in project.criteria:
        if each.scheme == "CRMA" and each.criterion not in CRITERIA:
            todo = f"choose one of {', '.join(CRITERIA)}"
            problem = Problem(
                "project, criterion", "the Act has no criterion of that name", f"'{each.criterion}'", todo
            )
            yield Guard(problem)


def _money(project: Project) -> Iterable[Guard]:
    for _, each in stack(project):
        if (each.amount is None) != (each.currency is None):
            found = "an amount alone" if each.currency is None else "a currency alone"
            name = each.item if isinstance(each, Money) else each.holder
            yield Guard(Problem(f"project, {name}", "an amount has a currency", found, "give both or neither"))


def _hosts(project: Project) -> Iterable[Guard]:
    for each in project.value_added:
        if each.host not in project.host:
            todo = f"choose one of {', '.join(project.host) or 'its hosts, once they are known'}"
            yield Guard(Problem("project, value_added, host", "it is no host state", f"'{each.host}'", todo))


def _assessor(project: Project, situation: Situation) -> Iterable[Guard]:
    kept: Any = None if project.assessor is None else situation.sight.get("party", project.assessor)
    if kept is not None and kept.record.kind == "firm":
        todo = "name a state or a bloc"
        yield Guard(Problem("project, assessor", "no firm assesses a project", f"'{project.assessor}'", todo))


def _offtakes(project: Project) -> Iterable[Guard]:
    total = sum(share_of(each, project.outputs) or 0.0 for each in project.offtakes if each.mineral is None)
    if total > 1 + 1e-9:
        yield Guard(_too_much("the output", total))
    for mineral in {each.mineral for each in project.offtakes if each.mineral is not None}:
        of_it = sum(share_of(each, project.outputs) or 0.0 for each in project.offtakes if each.mineral == mineral)
        if of_it > 1 + 1e-9:
            yield Guard(_too_much(f"the {mineral}", of_it))
    for each in project.offtakes:
        if each.tonnes is not None and each.mineral is None:
            problem = Problem("project, offtakes, mineral", "tonnes are of a mineral", f"{each.tonnes:g} t", "name it")
            yield Guard(problem)


def _too_much(what: str, share: float) -> Problem:
    found = f"{PERCENT * share:.0f} %"
    return Problem("project, offtakes", f"buyers take more than all of {what}", found, "correct the shares")


def criterion_content(situation: Situation) -> Iterable[Guard]:
    """A criterion that is met, or not, is shown: by evidence, a reason or a source (Article 6)."""
    asked: Any = situation.asked
    yield from content(situation)
    if asked.met != "unknown" and not (situation.evidence or asked.reason or asked.source):
        yield Guard(Problem("evidence", "nothing shows the answer", asked.met, "give a reason, a source or evidence"))
