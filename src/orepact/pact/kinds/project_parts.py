"""What a project's record is made of: steps, criteria, money, stakes, buyers, output, and what the Critical Raw Materials Act asks of it.

Each part is also what the verb that gives it asks for, so that a form, the API and the record say the same.
"""

from __future__ import annotations

from typing import Literal

from orepact.pact.kinds.agreements import Answer, Stage
from orepact.pact.kinds.base import RECORDER
from orepact.policy.attributes import attribute
from orepact.policy.record import Currency, Day, Record, Text, number

ACT = "Regulation (EU) 2024/1252"
State = Literal[
    "proposed", "complete", "assessed", "recognised", "permitting", "permitted", "financed", "built", "ramping", "qualified",
]  # fmt: skip
ORDER: tuple[State, ...] = (
    "proposed", "complete", "assessed", "recognised", "permitting", "permitted", "financed", "built", "ramping", "qualified",
)  # fmt: skip
"""States of D2, one after another; the last: a buyer has qualified the output, so that it sells."""

Scheme = Literal["CRMA", "MSP", "FORGE", "other"]
Activity = Literal["extraction", "processing", "recycling", "substitution"]
CRITERIA: dict[str, str] = {
    "security of supply": "a meaningful contribution to the security of the Union's supply (Article 6(1)(a))",
    "technical feasibility": "feasible in reasonable time, its output known well enough (Article 6(1)(b))",
    "sustainability": "carried out sustainably, for the environment and for people (Article 6(1)(c))",
    "cross-border benefit": "in the Union: benefits beyond the host member state (Article 6(1)(d))",
    "mutual benefit": "in an emerging market or developing economy: adds value there too (Article 6(1)(e))",
}
"""The five criteria of the Critical Raw Materials Act. Other schemes publish no list: theirs are recorded in their own words."""

Instrument = Literal["equity", "debt", "export credit", "development finance", "grant", "offtake prepayment"]
PUBLIC_STAKE = "public equity stake"
"""What stakes are called in a finance stack; each is kept with its holder, share and rights."""

MoneyStatus = Literal["announced", "committed", "signed", "paid"]
FIRM_MONEY = frozenset({"committed", "signed", "paid"})
"""What covers costs; what is only announced covers nothing."""

LostBy = Literal["criteria no longer met", "incorrect information", "list changed", "given up"]
Verdict = Literal["passes", "fails", "cannot tell"]
UNFC = r"^E[1-3](\.[1-3])?[ ;,]*F[1-4](\.[1-3])?[ ;,]*G[1-4]([+,][1-4])*$"
YEARS = {"ge": 2000, "le": 2100}


class Sourced(Record):
    """A part that says where it is from."""

    source: Text | None = attribute(
        None,
        unit="text",
        meaning="source of the facts, address or title that says so",
        source=RECORDER,
        max_length=1000,
    )


class Step(Record):
    """That the project entered a state on a day. reported: taken over as reported, the steps before it not being known."""

    state: State = attribute(unit="text", meaning="state that it entered", source="D2")
    day: Day | None = attribute(
        None, unit="date", meaning="day on which it did; not known when left out", source=RECORDER
    )
    reported: bool = attribute(
        default=False, unit="1", meaning="as reported: the steps before it are not known", source=RECORDER
    )


class Designation(Record):
    """That somebody designates the project: the Union, a partnership, a government."""

    scheme: Scheme = attribute(unit="text", meaning="CRMA, MSP, FORGE or other", source="D2")
    words: Text = attribute(unit="text", meaning="what it is designated as", source=RECORDER, max_length=300)
    since: Day | None = attribute(None, unit="date", meaning="day of it; not known when left out", source=RECORDER)


class Criterion(Sourced):
    """Whether the project meets one criterion."""

    scheme: Scheme = attribute("CRMA", unit="text", meaning="whose criterion it is", source="D2")
    criterion: Text = attribute(
        unit="text", meaning="of the CRMA one of its five; else in the scheme's words", source=f"{ACT}, Article 6",
        max_length=300,
    )  # fmt: skip
    met: Answer = attribute(unit="text", meaning="yes, no or unknown", source=f"{ACT}, Article 6")
    reason: Text | None = attribute(None, unit="text", meaning="why", source=RECORDER, max_length=2000)


class EsgVerdict(Sourced):
    """What a scheme of standards finds."""

    scheme: Text = attribute(unit="text", meaning="scheme of standards", source="D9", max_length=200)
    verdict: Verdict = attribute(unit="text", meaning="passes, fails or cannot tell", source="D9")
    missing: tuple[Text, ...] = attribute(
        (), unit="texts", meaning="documents that are missing", source="D9", max_length=60
    )


class ValueAdded(Sourced):
    """What stays in one host state."""

    host: Text = attribute(unit="id", meaning="host state", source="D2", max_length=120)
    share: float | None = number(
        None, unit="%", meaning="of the value of the output, what is added in the host state", source="D2", ge=0, le=100
    )
    jobs: int | None = attribute(
        None, unit="jobs", meaning="lasting jobs there", source=f"{ACT}, Article 7", ge=0, le=10_000_000, strict=True
    )
    local_processing: Answer = attribute(
        "unknown", unit="text", meaning="whether its ore is processed there", source="D2"
    )
    words: Text | None = attribute(None, unit="text", meaning="what else stays there", source=RECORDER, max_length=1000)


class Output(Sourced):
    """What the project can make of one mineral at one stage."""

    mineral: Text = attribute(unit="id", meaning="mineral", source="D2", max_length=80)
    stage: Stage = attribute(unit="text", meaning="mine, intermediate, refined, component or scrap", source="D2")
    capacity: float = number(unit="t of content a year", meaning="output at full capacity", source="D2", ge=0)
    yield_share: float | None = number(
        None, unit="1", meaning="share of it that reaches users", source="D2", gt=0, le=1
    )
    feed: float | None = number(
        None, unit="t of content a year", meaning="of a refinery: feed secured beside new mines", source="D2", ge=0
    )


class Money(Sourced):
    """One item of the finance stack."""

    item: Text = attribute(
        unit="id", meaning="its name in the stack; the same name replaces it", source="D2", max_length=120
    )
    instrument: Instrument = attribute(unit="text", meaning="equity, debt, grant, …", source="D2")
    provider: Text = attribute(unit="text", meaning="who gives it: a party's id, or words", source="D2", max_length=300)
    status: MoneyStatus = attribute(unit="text", meaning="announced, committed, signed or paid", source="D2")
    amount: float | None = number(None, unit="money", meaning="amount; not known when left out", source="D2", ge=0)
    currency: Currency | None = attribute(None, unit="currency", meaning="currency of the amount", source="D2")
    year: int | None = attribute(None, unit="year", meaning="year of its money", source="D2", strict=True, **YEARS)


class Stake(Sourced):
    """A public equity stake: a state or a public body holds part of the firm."""

    holder: Text = attribute(unit="text", meaning="who holds it: a party's id, or words", source="D2", max_length=300)
    share: float | None = number(
        None, unit="%", meaning="share held; not known when left out", source="D2", ge=0, le=100
    )
    rights: Text | None = attribute(
        None, unit="text", meaning="votes, seats, vetoes, warrants", source="D2", max_length=1000
    )
    status: MoneyStatus = attribute(unit="text", meaning="announced, committed, signed or paid", source="D2")
    amount: float | None = number(
        None, unit="money", meaning="what it cost; not known when left out", source="D2", ge=0
    )
    currency: Currency | None = attribute(None, unit="currency", meaning="currency of the amount", source="D2")
    year: int | None = attribute(None, unit="year", meaning="year of its money", source="D2", strict=True, **YEARS)
    since: Day | None = attribute(None, unit="date", meaning="day on which it was taken", source="D2")


class Offtake(Sourced):
    """What one buyer takes. Share of the output or tonnes a year, as far as known."""

    buyer: Text = attribute(unit="text", meaning="who buys: a party's id, or words", source="D2", max_length=300)
    share: float | None = number(None, unit="%", meaning="share of the output", source="D2", gt=0, le=100)
    tonnes: float | None = number(None, unit="t of content a year", meaning="quantity", source="D2", gt=0)
    mineral: Text | None = attribute(None, unit="id", meaning="mineral, of the tonnes", source="D2", max_length=80)
    floor: Answer = attribute("unknown", unit="text", meaning="whether a price floor covers it", source="D2")
    until: Day | None = attribute(None, unit="date", meaning="last day", source="D2")
    qualified: Day | None = attribute(
        None, unit="date", meaning="day on which the buyer qualified the output", source="D2"
    )


class Capex(Sourced):
    """What the project costs in all, once."""

    amount: float = number(unit="money", meaning="what it costs to build", source="D2", gt=0)
    currency: Currency = attribute(unit="currency", meaning="currency of the amount", source="D2")
    year: int | None = attribute(None, unit="year", meaning="year of its money", source="D2", strict=True, **YEARS)


class Approval(Record):
    """That a country outside the Union approves recognition."""

    country: Text = attribute(unit="id", meaning="host state that approves", source=f"{ACT}, Article 7", max_length=120)
    day: Day = attribute(unit="date", meaning="day of the approval", source=f"{ACT}, Article 7")


class Objection(Record):
    """That a host state objects, which ends the application."""

    country: Text = attribute(unit="id", meaning="host state that objects", source=f"{ACT}, Article 7", max_length=120)
    day: Day = attribute(unit="date", meaning="day of the objection", source=f"{ACT}, Article 7")
    reason: Text = attribute(unit="text", meaning="why", source=f"{ACT}, Article 7", max_length=2000)


class MoreTime(Record):
    """Days more for the decision on recognition."""

    day: Day = attribute(unit="date", meaning="day on which they were given", source=f"{ACT}, Article 7")
    days: int = attribute(unit="days", meaning="days more, at most 90", source=f"{ACT}, Article 7", strict=True)
    reason: Text = attribute(unit="text", meaning="why", source=f"{ACT}, Article 7", max_length=1000)


class Permit(Record):
    """The decision on the permit."""

    granted: bool = attribute(unit="1", meaning="whether it was granted", source=f"{ACT}, Article 11")
    day: Day = attribute(unit="date", meaning="day of the decision", source=f"{ACT}, Article 11")
    authority: Text | None = attribute(
        None, unit="text", meaning="who decided", source=f"{ACT}, Article 9", max_length=300
    )


class Progress(Record):
    """A report of the promoter on the project."""

    day: Day = attribute(unit="date", meaning="day of the report", source=f"{ACT}, Article 8")
    words: Text = attribute(
        unit="text", meaning="progress, permits, money, reasons for delay", source=f"{ACT}, Article 8", max_length=4000
    )


class Loss(Record):
    """That the project loses its status. kept_until: first day without it: three years after a change of the list."""

    day: Day = attribute(
        unit="date", meaning="day of it; of the change, where the list changed", source=f"{ACT}, Article 7"
    )
    cause: LostBy = attribute(unit="text", meaning="by what", source=f"{ACT}, Article 7")
    reason: Text = attribute(unit="text", meaning="in words", source=RECORDER, max_length=2000)
    kept_until: Day = attribute(unit="date", meaning="first day without the status", source=f"{ACT}, Article 7")
