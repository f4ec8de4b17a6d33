"""Matches a round and says what came of every bid, what the diversity cap costs, and why the rest failed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from orepact.errors import BadInput, Problem, unknown
from orepact.planning.matching import auction
from orepact.planning.matching.auction import Price
from orepact.planning.matching.cap import CapCost, cap_cost, without_cap
from orepact.planning.matching.check import check
from orepact.planning.matching.clear import Pair, clear
from orepact.planning.matching.fit import Fit, fit
from orepact.planning.matching.origins import Origin, origins
from orepact.planning.matching.round import Round
from orepact.planning.matching.solve import Certificate
from orepact.planning.matching.why import Outcome, outcomes

RULES = ("cost", "uniform", "mcafee")


@dataclass(frozen=True)
class Matching:
    """A match that passed our own check.

    Attributes:
        fit: The round with what is excluded and what fits.
        rule: cost, uniform or mcafee.
        pairs: Who is matched with whom.
        certificates: How good the match is, one for each objective.
        outcomes: What came of every bid, demands first, by id.
        origins: What is matched of each country of last refining.
        prices: Prices of the markets; none under the rule of least cost.
        cap: What the cap costs; None where there is none.
        worth: Limits less costs of all pairs, hundredths per tonne times units.
        worth_lost: What the rule gives up of the greatest worth: under McAfee's rule; 0 else.
    """

    fit: Fit
    rule: str
    pairs: tuple[Pair, ...]
    certificates: tuple[Certificate, ...]
    outcomes: tuple[Outcome, ...]
    origins: tuple[Origin, ...]
    prices: tuple[Price, ...]
    cap: CapCost | None
    worth: int
    worth_lost: int

    @property
    def quantity(self) -> int:
        """Units matched."""
        return sum(each.quantity for each in self.pairs)

    def record(self) -> dict[str, Any]:
        """The match in JSON terms."""
        from orepact.planning.matching.answer import record

        return record(self)


def match(given: Round, rule: str = "cost", cap: Fraction | str | None = "as given") -> Matching:
    """Match a round.

    Args:
        given: The round.
        rule: ``cost`` matches the most, then at least cost; ``uniform`` what is worth most, at one price a market; ``mcafee``
            by trade reduction.
        cap: Largest share of one third country in what is matched, None for no cap; the round's own when left out.

    Returns:
        The match, checked.

    Raises:
        BadInput: The rule does not suit the round.
        NotSolved: The match misses its bound or breaks a rule of the round.
    """
    if rule not in RULES:
        raise unknown("rule", "rule of matching", rule, RULES)
    if not isinstance(cap, str):
        if cap is not None and not 0 <= cap <= 1:
            raise BadInput(Problem("cap", "a share from 0 to 1 is needed", str(cap), "give one such as 0.65"))
        given = replace(given, cap=cap)
    found = fit(given)
    if rule != "cost":
        auction.check_markets(found)
    if rule == "mcafee":
        auction.check_plain(found)
    free = clear(without_cap(found), by_worth=rule != "cost") if given.cap is not None else None
    cleared = clear(found, by_worth=rule != "cost", free=free)
    pairs, lost = cleared.pairs, 0
    prices: tuple[Price, ...] = ()
    if rule == "uniform":
        pairs, prices = auction.uniform(found, cleared)
    elif rule == "mcafee":
        pairs, prices = auction.reduced(found)
        lost = worth_of(found, cleared.pairs) - worth_of(found, pairs)
    check(found, pairs, given.cap)
    made = replace(cleared, pairs=pairs)
    return Matching(
        found, rule, pairs, made.certificates, outcomes(found, made, prices, free), origins(found, pairs), prices,
        cap_cost(found, made, free) if free is not None else None, worth_of(found, pairs), lost,
    )  # fmt: skip


def worth_of(found: Fit, pairs: tuple[Pair, ...]) -> int:
    """Limits less costs: what buyers and suppliers gain together."""
    limit = {each.id: each.limit for each in found.demands}
    return sum(each.quantity * (limit[each.demand] - each.cost) for each in pairs)
