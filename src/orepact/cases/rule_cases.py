"""Rules with known answers: a law or a contract, what is put to it, and what must come out, in a file that anybody can read.

What enters: the name of a rule that is shipped, or a YAML file of the same shape. What leaves: what was computed beside what was
expected. Decimals agree to 0.1 %, whole numbers, days and words exactly. An example that expects nothing is worked out all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from orepact.errors import BadInput, OrepactError, Problem, unknown_problem
from orepact.files import read_yaml
from orepact.policy.adjustable_duty import AdjustableDuty, Consignment, border_duty, duty
from orepact.policy.attributes import attribute
from orepact.policy.import_quota import quarterly_quotas, quarters
from orepact.policy.permit_clock import PermitClock, clock_reading
from orepact.policy.price_support import Delivery, StockPurchase, floor
from orepact.policy.record import Day, Record, Text, number, read, wrong_with
from orepact.policy.support_fund import Fund, bearable_volume, exhausted_on, replay

FOLDER = Path(__file__).parent / "rules"
ENDINGS = (".yaml", ".yml")
FILE = "docs/instruments.md, rules with known answers"
DECIMALS = 1e-3
"""Share by which an expected decimal may differ; sources print few digits."""

Given = dict[str, Any]
RuleName = Literal["duty", "duty record", "floor", "quota", "permit clock", "stock fund"]


class RuleSource(Record):
    """Where a rule stands, who published it, and how sure it is."""

    text: Text = attribute(unit="text", meaning="the law or the contract, with the article", source=FILE)
    publisher: Text = attribute(unit="text", meaning="who published it, and when", source=FILE)
    grade: Text = attribute(unit="text", meaning="A to E, and of what", source=FILE)


class RuleExample(Record):
    """What is put to a rule beside what all examples share, and what must come out."""

    given: Given = attribute({}, unit="records", meaning="what is put to the rule", source=FILE)
    expect: Given = attribute({}, unit="records", meaning="what must come out; nothing when left out", source=FILE)


class RuleCase(Record):
    """A rule with its source and examples."""

    title: Text = attribute(unit="text", meaning="what the rule is called", source=FILE)
    why: Text = attribute(unit="text", meaning="why the answer is right", source=FILE)
    source: RuleSource = attribute(unit="record", meaning="where it stands", source=FILE)
    rule: RuleName = attribute(unit="text", meaning="which rule it is", source=FILE)
    given: Given = attribute({}, unit="records", meaning="what all examples share", source=FILE)
    examples: tuple[RuleExample, ...] = attribute(
        unit="records", meaning="questions and answers", source=FILE, min_length=1
    )


class QuotaQuestion(Record):
    """A measure's days, and the imports of three years that its quotas follow from."""

    first: Day = attribute(unit="date", meaning="first day of the measure", source=FILE)
    last: Day = attribute(unit="date", meaning="last day of the measure", source=FILE)
    imports: dict[str, dict[int, float | None]] = attribute(
        unit="t", meaning="imports by country and year", source=FILE
    )
    share: float = number(0.75, unit="share", meaning="share of the mean that enters free", source=FILE, ge=0, le=1)


class FundQuestion(Record):
    """A fund that buys a steady volume a month at given prices."""

    fund: Fund = attribute(unit="record", meaning="the money and its first day", source=FILE)
    held_until: Day = attribute(unit="date", meaning="last month of buying", source=FILE)
    prices: tuple[dict[Day, float], ...] = attribute(unit="money per unit", meaning="price by month", source=FILE)
    volume: float = number(0.0, unit="unit", meaning="units bought a month", source=FILE, ge=0)
    price_on: Day | None = attribute(None, unit="date", meaning="month whose price is compared", source=FILE)


def _record(given: Given) -> Given:
    mine = {key: value for key, value in given.items() if key in AdjustableDuty.model_fields}
    rest = {key: value for key, value in given.items() if key not in mine}
    return border_duty(read(AdjustableDuty, mine, "duty"), read(Consignment, rest, "consignment")).summary()


def _quota(given: Given) -> Given:
    asked = read(QuotaQuestion, given, "quota")
    parts = quarters(asked.first, asked.last)
    if not parts:
        raise BadInput(Problem("quota, last", "the measure has no quarter", str(asked.last), "end it after it begins"))
    ends = {"first_quarter": parts[0], "last_quarter": parts[-1]}
    days = {name: [part.first, part.last] for name, part in ends.items()}
    return {**quarterly_quotas(asked.imports, asked.share), "quarters": len(parts), **days}


def _clock(given: Given) -> Given:
    if "at" not in given:
        raise BadInput(
            Problem("permit clock, at", "it is needed and not given", "nothing", "give the day to read it on")
        )
    fields = {key: value for key, value in given.items() if key != "at"}
    at = read(_At, {"at": given["at"]}, "permit clock").at
    return asdict(clock_reading(read(PermitClock, fields, "permit clock"), at))


class _At(Record):
    at: Day = attribute(unit="date", meaning="the day to read it on", source=FILE)


def _stock_fund(given: Given) -> Given:
    asked = read(FundQuestion, given, "stock fund")
    prices = {day: price for row in asked.prices for day, price in row.items()}
    held = [(day, price) for day, price in prices.items() if day <= asked.held_until]
    compared = asked.price_on or asked.held_until
    if not held or compared not in prices:
        found = ", ".join(map(str, list(prices)[:1])) or "none"
        todo = f"give the prices up to {asked.held_until}, and that of {compared}"
        raise BadInput(Problem("stock fund, prices", "a month's price is missing", f"the first of {found}", todo))
    rows = [Delivery(day=day, price=price, volume=asked.volume) for day, price in prices.items()]
    bearable = bearable_volume(asked.fund, StockPurchase(), held)
    return {
        "bearable": bearable,
        "bearable_in_all": bearable * len(held),
        "exhausted_on": exhausted_on(replay(asked.fund, StockPurchase(), rows)),
        "price_left": prices[compared] / (sum(price for _, price in held) / len(held)),
    }


RULES: dict[str, Callable[[Given], Given]] = {
    "duty": lambda given: duty(**given).summary(),
    "duty record": _record,
    "floor": lambda given: floor(**given).summary(),
    "quota": _quota,
    "permit clock": _clock,
    "stock fund": _stock_fund,
}
"""What works each rule out."""


@dataclass(frozen=True)
class Answered:
    """One example. given: all that was put to the rule. expect: what must come out. found: what did; ``refused`` where nothing."""

    given: Given
    own: Given
    expect: Given
    found: Given

    @property
    def missed(self) -> tuple[str, ...]:
        """What came out otherwise than expected."""
        wrong = [key for key, value in self.expect.items() if not agrees(key, self.found.get(key), value)]
        return tuple(wrong + (["refused"] if "refused" in self.found and "refused" not in self.expect else []))

    @property
    def told(self) -> Given:
        """What to tell of what came out: what was expected of it, or all plain values where nothing was."""
        if "refused" in self.found or not self.expect:
            return {
                key: value for key, value in self.found.items() if not isinstance(value, Mapping) and "unit" not in key
            }
        return {key: self.found.get(key) for key in self.expect}


@dataclass(frozen=True)
class Checked:
    """A rule, worked out. name: of its file."""

    name: str
    case: RuleCase
    answers: tuple[Answered, ...]

    @property
    def holds(self) -> bool:
        """Whether everything came out as expected."""
        return not any(each.missed for each in self.answers)

    def row(self) -> dict[str, Any]:
        """The rule in JSON terms."""
        return {
            "name": self.name,
            "title": self.case.title,
            "rule": self.case.rule,
            "why": self.case.why,
            "source": self.case.source.model_dump(),
            "holds": self.holds,
            "examples": [
                {"given": _json(each.given), "expect": _json(each.expect), "found": _json(each.found), "missed": list(each.missed)}
                for each in self.answers
            ],
        }  # fmt: skip


def rules(*wanted: str | Path) -> tuple[Checked, ...]:
    """Rules by the names of those that are shipped, or from files of one's own; all that are shipped where none is wanted.

    Raises BadInput with everything that is wrong with any of them.
    """
    found: list[Checked] = []
    problems: list[Problem] = []
    for each in wanted or shipped_rules():
        try:
            found.append(_checked(*_read(each)))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return tuple(found)


def shipped_rules() -> tuple[str, ...]:
    """Names of the rules that are shipped."""
    return tuple(path.stem for path in sorted(FOLDER.glob("*.yaml")))


def text_of(name: str) -> str:
    """The file of a rule that is shipped, as it is: something to begin one's own with."""
    if name not in shipped_rules():
        raise BadInput(unknown_problem("RULE", "rule", name, shipped_rules()))
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def agrees(key: str, found: Any, expect: Any) -> bool:
    """Whether what came out is what was expected; of a refusal, whether it says that."""
    if key == "refused":
        return str(expect) in str(found or "")
    if isinstance(expect, bool) or not isinstance(expect, int | float):
        return bool(found == expect)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return False
    share = DECIMALS if isinstance(expect, float) else 1e-12
    return math.isclose(found, expect, rel_tol=share, abs_tol=1e-9)


def _read(wanted: str | Path) -> tuple[str, RuleCase]:
    path = Path(wanted)
    if path.suffix.lower() not in ENDINGS and not path.exists():
        if str(wanted) not in shipped_rules():
            raise BadInput(unknown_problem("RULE", "rule", str(wanted), shipped_rules()))
        path = FOLDER / f"{wanted}.yaml"
    written = read_yaml(path)
    if not isinstance(written.content, Mapping):
        todo = "begin with title, why, source, rule and examples (orepact rules tin-1985 --file shows one)"
        raise BadInput(
            Problem(path.name, "the file holds no rule", "nothing" if written.content is None else "no keys", todo)
        )
    problems = wrong_with(RuleCase, written.content, path.name)
    if problems:
        raise BadInput(written.with_line(each) for each in problems)
    return path.stem, RuleCase.model_validate(written.content)


def _checked(name: str, case: RuleCase) -> Checked:
    answers = []
    problems: list[Problem] = []
    for at, each in enumerate(case.examples, start=1):
        given = {**case.given, **each.given}
        found = _answer(case.rule, given)
        unknown = [key for key in each.expect if key not in found and key != "refused" and "refused" not in found]
        spot = f"{name}, examples, {at}, expect"
        problems += [unknown_problem(f"{spot}, {key}", "answer", str(key), map(str, found)) for key in unknown]
        answers.append(Answered(given, each.given, each.expect, found))
    if problems:
        raise BadInput(problems)
    return Checked(name, case, tuple(answers))


def _answer(rule: str, given: Given) -> Given:
    try:
        return RULES[rule](given)
    except OrepactError as error:
        return {"refused": str(error)}


def _json(value: Any) -> Any:
    """A value in JSON terms: days as text, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): _json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json(each) for each in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
