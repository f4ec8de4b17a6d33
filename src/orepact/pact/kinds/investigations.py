"""Investigations of suspected oversupply or manipulation: watch, signal, case, decision, measure, review.

States and rules: D4 of the alliance's operating rules. A screen is a lead and no proof: two leads that read no data in common make a
signal, a case asks for every element of the legal test and for every innocent explanation, and only then somebody decides. Screens and
case files are worked out by :mod:`orepact.watch`; here stands what people made of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from orepact.errors import Problem
from orepact.pact.event import Draft
from orepact.pact.kinds.base import PARTIES, SECRETARIAT, Ending, Guard, Kind, PactRecord, Situation, Verb, ordinary
from orepact.pact.kinds.base import Nothing as NothingAsked
from orepact.policy.attributes import attribute
from orepact.policy.record import Currency, Day, Record, Text, add_months, number
from orepact.watch.judge import read_apart

RULES = "D4"
State = Literal["watch", "signal", "case", "decision", "measure", "review", "closed"]
ElementName = Literal["dumping", "increase", "injury", "causation", "union interest"]
ELEMENTS: tuple[ElementName, ...] = ("increase", "injury", "causation", "union interest")
ExplanationName = Literal["new mine", "demand fall", "exchange rate", "by-product supply", "reclassification"]
EXPLANATIONS: tuple[ExplanationName, ...] = (
    "new mine", "demand fall", "exchange rate", "by-product supply", "reclassification",
)  # fmt: skip
SIDES: tuple[Literal["acting", "not acting"], ...] = ("acting", "not acting")
LONGEST_REVIEW = 12
"""Months within which a measure is reviewed."""

MOST_LEADS = 15
LEAST_LEADS = 2
"""Leads that must agree before a watch is a signal, and read no data in common."""


class Lead(Record):
    """What one screen showed."""

    screen: Text = attribute(unit="id", meaning="name of the screen", source=RULES, max_length=80)
    families: tuple[Text, ...] = attribute(
        unit="texts", meaning="kinds of data that the screen read, such as price, trade or stocks", source=RULES, min_length=1,
        max_length=10,
    )  # fmt: skip
    period: Text = attribute(
        unit="period", meaning="month, quarter or year in which it fired", source=RULES, max_length=20
    )
    reading: Text = attribute(
        unit="text", meaning="what it read, with its figure and unit", source=RULES, max_length=1000
    )


class Element(Record):
    """A finding on one element of the legal test."""

    element: ElementName = attribute(unit="text", meaning="element of the legal test", source=RULES)
    finding: Literal["met", "not met", "cannot tell"] = attribute(unit="text", meaning="what was found", source=RULES)
    why: Text = attribute(unit="text", meaning="the figures, or what is missing", source=RULES, max_length=4000)


class Explanation(Record):
    """A finding on one innocent explanation."""

    explanation: ExplanationName = attribute(unit="text", meaning="innocent explanation", source=RULES)
    finding: Literal["explains it", "does not", "cannot tell"] = attribute(
        unit="text", meaning="what was found", source=RULES
    )
    why: Text = attribute(unit="text", meaning="the figures, or what is missing", source=RULES, max_length=4000)


class Cost(Record):
    """What acting, or not acting, costs. amount: None where nobody can tell."""

    side: Literal["acting", "not acting"] = attribute(unit="text", meaning="acting or not acting", source=RULES)
    amount: float | None = number(
        None, unit="money a year", meaning="what it costs; cannot tell when left out", source=RULES
    )
    currency: Currency = attribute("USD", unit="currency", meaning="money of the amount", source=RULES)
    who: Text = attribute(unit="text", meaning="who pays, or what is missing to tell", source=RULES, max_length=2000)
    case: Text | None = attribute(
        None, unit="hash", meaning="hash of the case that it was worked out by", source=RULES, max_length=64
    )


class Measure(Record):
    """A measure that was decided."""

    instrument: Text = attribute(
        unit="text", meaning="what is done: duty, quota, undertaking", source=RULES, max_length=400
    )
    begins: Day = attribute(unit="date", meaning="first day", source=RULES)
    review_by: Day = attribute(unit="date", meaning="day by which it is reviewed, within twelve months", source=RULES)
    ends: Day | None = attribute(None, unit="date", meaning="last day, where one is set", source=RULES)


class Deciding(Record):
    """A decision."""

    outcome: Literal["measure", "no measure"] = attribute(unit="text", meaning="what is decided", source=RULES)
    reason: Text = attribute(unit="text", meaning="why", source=RULES, max_length=4000)


class Reviewing(Record):
    """A review of a measure. next_by: the day of the next, where it stays."""

    outcome: Literal["stays", "changes", "ends"] = attribute(unit="text", meaning="what becomes of it", source=RULES)
    reason: Text = attribute(unit="text", meaning="why", source=RULES, max_length=4000)
    next_by: Day | None = attribute(
        None, unit="date", meaning="day of the next review, where it does not end", source=RULES
    )


class Investigation(PactRecord):
    """One suspicion: a mineral at a stage, from whom, on whose market, and how far it has been judged."""

    name: Text = attribute(unit="text", meaning="what it is called", source=RULES, max_length=200)
    mineral: Text = attribute(unit="id", meaning="mineral", source=RULES, max_length=60)
    stage: Text = attribute(unit="id", meaning="stage", source=RULES, max_length=20)
    importer: Text = attribute(unit="id", meaning="region or country on whose market", source=RULES, max_length=40)
    exporters: tuple[Text, ...] = attribute(
        (), unit="ISO 3166-1 alpha-3", meaning="countries whose supply it is about; not known when left out", source=RULES,
        max_length=60,
    )  # fmt: skip
    state: State = attribute("watch", unit="text", meaning="how far it is", source=RULES)
    steps: tuple[str, ...] = attribute(
        (), unit="texts", meaning="states that it entered, each with its day", source=RULES, max_length=200
    )
    leads: tuple[Lead, ...] = Field(
        (), description="what screens showed", json_schema_extra={"unit": "records", "source": RULES}
    )
    elements: tuple[Element, ...] = Field(
        (), description="the legal test", json_schema_extra={"unit": "records", "source": RULES}
    )
    explanations: tuple[Explanation, ...] = Field(
        (), description="innocent explanations that were tested", json_schema_extra={"unit": "records", "source": RULES}
    )
    costs: tuple[Cost, ...] = Field(
        (), description="what acting and not acting cost", json_schema_extra={"unit": "records", "source": RULES}
    )
    decision: Deciding | None = Field(
        None, description="what was decided", json_schema_extra={"unit": "record", "source": RULES}
    )
    measure: Measure | None = Field(
        None, description="the measure", json_schema_extra={"unit": "record", "source": RULES}
    )
    reviews: tuple[Reviewing, ...] = Field(
        (), description="its reviews", json_schema_extra={"unit": "records", "source": RULES}
    )


DERIVED = frozenset({"state", "steps", "leads", "elements", "explanations", "costs", "decision", "measure", "reviews"})


class Dissent(PactRecord):
    """That a party sees an investigation otherwise. It stands beside the investigation and stops nothing."""

    investigation: Text = attribute(unit="id", meaning="the investigation", source=RULES, max_length=120)
    text: Text = attribute(unit="text", meaning="what it sees otherwise, and why", source=RULES, max_length=4000)

    def title(self) -> str:
        """What it says."""
        return self.text

    def names(self) -> Iterable[tuple[str, str, str]]:
        """The investigation."""
        yield "investigation", "investigation", self.investigation


def _with(before: Any, draft: Draft, state: State | None = None, **fields: Any) -> PactRecord:
    """The investigation with other values, in another state where one is given."""
    entered = {} if state is None else {"state": state, "steps": (*before.steps, f"{state} {draft.effective}")}
    found: PactRecord = before.model_copy(update=fields | entered)
    return found


def _instead(records: Iterable[Any], asked: Any, key: str) -> tuple[Any, ...]:
    """The records with what was asked in place of the one of the same name."""
    return (*(each for each in records if getattr(each, key) != getattr(asked, key)), asked)


def _led(before: Any, asked: Any, draft: Draft) -> PactRecord:
    return _with(before, draft, leads=(*before.leads, asked))


def _signalled(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked
    return _with(before, draft, "signal")


def _opened(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked
    return _with(before, draft, "case")


def _found(before: Any, asked: Any, draft: Draft) -> PactRecord:
    return _with(before, draft, elements=_instead(before.elements, asked, "element"))


def _explained(before: Any, asked: Any, draft: Draft) -> PactRecord:
    return _with(before, draft, explanations=_instead(before.explanations, asked, "explanation"))


def _costed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    return _with(before, draft, costs=_instead(before.costs, asked, "side"))


def _decided(before: Any, asked: Any, draft: Draft) -> PactRecord:
    return _with(before, draft, "decision", decision=asked)


def _imposed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    return _with(before, draft, "measure", measure=asked)


def _reviewed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    reviews = (*before.reviews, asked)
    if asked.outcome == "ends":
        return _with(before, draft, "closed", reviews=reviews)
    measure = before.measure.model_copy(update={"review_by": asked.next_by})
    return _with(before, draft, "review", reviews=reviews, measure=measure)


def _closed(before: Any, asked: Any, draft: Draft) -> PactRecord:
    del asked
    return _with(before, draft, "closed")


def _stands(situation: Situation, *states: State) -> Iterable[Guard]:
    """It must be in one of these states."""
    before: Any = situation.before
    if before.state not in states:
        wrong = f"this is done in the state {' or '.join(states)}"
        yield Guard(Problem("investigation", wrong, before.state, "take the steps in their order"))


def independent(leads: Iterable[Lead]) -> tuple[Lead, ...]:
    """Leads of which no two read a family of data in common, by the rule of the watch."""
    return read_apart(tuple(leads), lambda each: each.families)


def _saying(situation: Situation) -> Iterable[Guard]:
    """Adding or changing an investigation says nothing that its steps say."""
    for name in sorted(DERIVED):
        before = (
            Investigation.model_fields[name].get_default()
            if situation.before is None
            else getattr(situation.before, name)
        )
        if getattr(situation.after, name) != before:
            yield Guard(Problem(name, "it follows from what is done", "something", "leave it out"))


def _leading(situation: Situation) -> Iterable[Guard]:
    yield from _stands(situation, "watch", "signal", "case")
    before: Any = situation.before
    asked: Any = situation.asked
    if any((each.screen, each.period) == (asked.screen, asked.period) for each in before.leads):
        found = f"{asked.screen} of {asked.period}"
        yield Guard(Problem("screen", "it is among the leads", found, "give another period, or leave it"))
    if len(before.leads) >= MOST_LEADS:
        yield Guard(Problem("leads", f"there are at most {MOST_LEADS}", f"{len(before.leads)}", "begin another"))


def _signalling(situation: Situation) -> Iterable[Guard]:
    yield from _stands(situation, "watch")
    before: Any = situation.before
    if len(independent(before.leads)) < LEAST_LEADS:
        wrong = f"a signal takes {LEAST_LEADS} leads that read no data in common"
        names = ", ".join(sorted({each for lead in before.leads for each in lead.families})) or "none"
        yield Guard(Problem("leads", wrong, names, "add a lead that reads other data, or keep watching"))


def _missing(before: Any) -> list[str]:
    """What a case file lacks before anybody may decide."""
    elements = {each.element for each in before.elements}
    explanations = {each.explanation for each in before.explanations}
    sides = {each.side for each in before.costs}
    return [
        *(f"the element {each}" for each in ELEMENTS if each not in elements),
        *(f"the explanation {each}" for each in EXPLANATIONS if each not in explanations),
        *(f"the cost of {each}" for each in SIDES if each not in sides),
    ]


def _deciding(situation: Situation) -> Iterable[Guard]:
    """A decision follows a whole case file; a measure follows a test that is met and that nothing innocent explains."""
    yield from _stands(situation, "case")
    before: Any = situation.before
    asked: Any = situation.asked
    missing = _missing(before)
    if missing:
        todo = "find, explain and cost them first; 'cannot tell' is a finding"
        yield Guard(Problem("case", "its file is not whole", f"without {', '.join(missing)}", todo), may_override=True)
    if asked.outcome != "measure":
        return
    unmet = [f"{each.element}: {each.finding}" for each in before.elements if each.finding != "met"]
    if unmet:
        todo = "decide for no measure, or override with the reason"
        yield Guard(Problem("elements", "the legal test is not met", ", ".join(unmet), todo), may_override=True)
    innocent = [each.explanation for each in before.explanations if each.finding == "explains it"]
    if innocent:
        todo = "decide for no measure, or override with the reason"
        yield Guard(
            Problem("explanations", "something innocent explains it", ", ".join(innocent), todo), may_override=True
        )


def _in_time(place: str, from_day: Any, by: Any) -> Iterable[Guard]:
    """A review is after the day that it runs from, and within twelve months of it."""
    last = add_months(from_day, LONGEST_REVIEW)
    if not from_day < by <= last:
        wrong = f"a measure is reviewed within {LONGEST_REVIEW} months"
        yield Guard(Problem(place, wrong, f"{by}, from {from_day}", f"give a day after {from_day} and up to {last}"))


def _imposing(situation: Situation) -> Iterable[Guard]:
    yield from _stands(situation, "decision")
    before: Any = situation.before
    asked: Any = situation.asked
    if before.decision is not None and before.decision.outcome != "measure":
        yield Guard(Problem("decision", "no measure was decided", before.decision.outcome, "close it"))
    if asked.ends is not None and asked.ends < asked.begins:
        yield Guard(Problem("ends", "it ends before it begins", f"{asked.ends}", f"give a day from {asked.begins} on"))
    yield from _in_time("review_by", asked.begins, asked.review_by)


def _reviewing(situation: Situation) -> Iterable[Guard]:
    yield from _stands(situation, "measure", "review")
    asked: Any = situation.asked
    if (asked.outcome == "ends") != (asked.next_by is None):
        found = "none" if asked.next_by is None else f"{asked.next_by}"
        todo = "give it where the measure goes on, and leave it out where it ends"
        yield Guard(Problem("next_by", "the next review is of a measure that goes on", found, todo))
    if asked.next_by is not None:
        yield from _in_time("next_by", situation.day, asked.next_by)


def _closing(situation: Situation) -> Iterable[Guard]:
    yield from _stands(situation, "watch", "signal", "case", "decision")
    before: Any = situation.before
    if before.decision is not None and before.decision.outcome == "measure":
        yield Guard(Problem("decision", "a measure was decided", "measure", "impose it, and end it by a review"))


def _in_case(situation: Situation) -> Iterable[Guard]:
    yield from _stands(situation, "case")


def _at_signal(situation: Situation) -> Iterable[Guard]:
    yield from _stands(situation, "signal")


INVESTIGATION = Kind(
    "investigation", "investigations", "suspicions of oversupply or manipulation, and how far each was judged", Investigation,
    ordinary(Investigation, PARTIES, _saying)
    | {
        "lead": Verb("lead", "add what a screen showed", Lead, _led, PARTIES, rule=RULES, guard=_leading),
        "signal": Verb("signal", "call it a signal: two leads agree that read no data in common", NothingAsked, _signalled, PARTIES,
                       rule=RULES, guard=_signalling, in_order=True),
        "open": Verb("open", "open a case on a signal", NothingAsked, _opened, PARTIES, rule=RULES, guard=_at_signal, in_order=True),
        "find": Verb("find", "say what was found on an element of the legal test", Element, _found, PARTIES, rule=RULES, guard=_in_case),
        "explain": Verb("explain", "say what was found on an innocent explanation", Explanation, _explained, PARTIES, rule=RULES,
                        guard=_in_case),
        "cost": Verb("cost", "say what acting, or not acting, costs", Cost, _costed, PARTIES, rule=RULES, guard=_in_case),
        "decide": Verb("decide", "decide for a measure or for none", Deciding, _decided, PARTIES, rule=RULES, guard=_deciding,
                       in_order=True, override_roles=SECRETARIAT),
        "impose": Verb("impose", "put the measure in force", Measure, _imposed, PARTIES, rule=RULES, guard=_imposing,
                       in_order=True),
        "review": Verb("review", "review the measure", Reviewing, _reviewed, PARTIES, rule=RULES, guard=_reviewing, in_order=True),
        "close": Verb("close", "close it without a measure", Ending, _closed, PARTIES, rule=RULES, guard=_closing, in_order=True),
    },
    derived=DERIVED,
)  # fmt: skip
DISSENT = Kind(
    "dissent", "dissents", "that a party sees an investigation otherwise", Dissent, ordinary(Dissent, PARTIES)
)
