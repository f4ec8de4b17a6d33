"""Whatever is done to a project: no state is skipped, the clock keeps its time, no money is lost, and a replay says the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from project_book import CRITERIA, MINE, Book, book

from orepact.errors import OrepactError
from orepact.pact.kinds.project_money import totals
from orepact.pact.kinds.project_parts import ORDER
from orepact.pact.kinds.project_record import Project
from orepact.pact.state import State
from orepact.policy.permit_clock import MONTHS, due_day
from orepact.policy.record import add_months

STEPS = st.one_of(
    st.just(("next", None)),
    st.just(("skip", None)),
    st.sampled_from([("stop_clock", None), ("resume_clock", None)]),
    st.tuples(st.just("move"), st.sampled_from(ORDER)),
    st.tuples(st.sampled_from(["stop_clock", "resume_clock", "decide", "approve", "object", "more_time", "report"]), st.none()),
    st.tuples(st.just("extend_clock"), st.integers(1, 8)),
    st.tuples(st.just("finance"), st.tuples(st.sampled_from("abc"), st.integers(0, 99), st.sampled_from(["EUR", "USD"]))),
    st.tuples(st.just("stake"), st.tuples(st.sampled_from("de"), st.integers(0, 99), st.sampled_from(["EUR", "USD"]))),
)  # fmt: skip

NEXT = (("next", None), 5)
STOOD_STILL = [*[NEXT] * 4, (("stop_clock", None), 3), (("resume_clock", None), 20)]
PREFIXES = st.sampled_from([[], [NEXT], [NEXT] * 4, STOOD_STILL])
"""How far a walk has come before it goes anywhere: to permitting, or to a clock that has stood still for 20 days."""


@dataclass
class Model:
    """What a project is expected to be, in plain terms."""

    state: int = 0
    money: dict[str, tuple[int, str]] = field(default_factory=dict)
    complete: date | None = None
    stopped: date | None = None
    still: int = 0
    months: int = 0


def asked(model: Model, verb: str, what: Any) -> tuple[str, dict[str, Any]]:
    """What is asked of the pact."""
    if verb == "next":
        return "move", {"to": ORDER[min(model.state + 1, len(ORDER) - 1)]}
    if verb == "skip":
        return "move", {"to": ORDER[min(model.state + 2, len(ORDER) - 1)]}
    if verb == "finance":
        item, amount, currency = what
        said = {"item": item, "instrument": "debt", "provider": "a bank", "status": "signed"}
        return verb, said | {"amount": float(amount), "currency": currency}
    if verb == "stake":
        holder, amount, currency = what
        return verb, {"holder": holder, "status": "paid", "amount": float(amount), "currency": currency}
    reason = {"reason": "the survey"}
    given = {
        "move": {"to": what}, "stop_clock": reason, "extend_clock": reason | {"months": what}, "decide": {"granted": True},
        "approve": {"country": "PRT"}, "object": reason | {"country": "PRT"}, "more_time": reason | {"days": 30},
        "report": {"words": "it goes on"},
    }  # fmt: skip
    return verb, given.get(verb, {})


def follow(model: Model, verb: str, data: dict[str, Any], day: date) -> None:
    """What an accepted step means."""
    if verb == "move":
        model.state += 1
        if data["to"] == "permitting":
            model.complete = day
    elif verb == "stop_clock":
        model.stopped = day
    elif verb == "resume_clock":
        assert model.stopped is not None
        model.still += (day - model.stopped).days
        model.stopped = None
    elif verb == "extend_clock":
        model.months += data["months"]
    elif verb in {"finance", "stake"}:
        model.money[data.get("item") or data["holder"]] = (data["amount"], data["currency"])


def check(model: Model, project: Project, day: date) -> None:
    """The project is what the model says."""
    assert project.state == ORDER[model.state]
    assert [each.state for each in project.steps] == list(ORDER[: model.state + 1])
    assert (project.clock is None) == (model.complete is None)
    if project.clock is not None and model.complete is not None:
        still = model.still + (0 if model.stopped is None else (day - model.stopped).days)
        months = MONTHS["extraction"] + model.months
        assert due_day(project.clock, day) == add_months(model.complete, months) + timedelta(days=still)
    for currency in ("EUR", "USD"):
        found = sum(each.firm for each in totals(project) if each.currency == currency)
        assert found == sum(amount for amount, of in model.money.values() if of == currency)


def begin(found: Book) -> None:
    outputs = [{"mineral": "lithium", "stage": "mine", "capacity": 10.0}]
    offtakes = [{"buyer": "Buyer", "share": 5.0, "qualified": "2021-01-01"}]
    found.do(
        "add",
        MINE | {"outputs": outputs, "offtakes": offtakes, "capex": {"amount": 1.0, "currency": "EUR"}},
        "2020-01-01",
    )
    for name in (*CRITERIA, "cross-border benefit"):
        found.do("assess", {"criterion": name, "met": "yes", "reason": "the study"}, "2020-01-01")


@example([NEXT], [(("skip", None), 5)])
@example(STOOD_STILL, [(("extend_clock", 6), 5), (("decide", None), 5), (("next", None), 5)])
@given(PREFIXES, st.lists(st.tuples(STEPS, st.integers(0, 60)), max_size=30))
def test_a_project_goes_step_by_step_whatever_is_tried(
    first: list[Any], steps: list[tuple[tuple[str, Any], int]]
) -> None:
    steps = first + steps
    with book() as found:
        begin(found)
        model, day = Model(), date(2020, 1, 1)
        for (name, what), days in steps:
            later = day + timedelta(days=days)
            verb, data = asked(model, name, what)
            try:
                project = found.do(verb, data, str(later))
            except OrepactError:
                kept = found.sight().get("project", "mine")
                assert kept is not None
                assert isinstance(kept.record, Project)
                project = kept.record
            else:
                day = later
                follow(model, verb, data, day)
            check(model, project, day)
        state = found.pact.store.state()
        assert State().after(found.pact.store.events()).text() == state.text()
