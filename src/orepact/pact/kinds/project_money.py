"""What a project's money and buyers add up to. Currencies are never added, and what is not known never counts as none.

The Critical Raw Materials Act coordinates money (Regulation (EU) 2024/1252, Article 16) and eases offtake (Article 17); it sets no
amount. Covered, here: what is committed, signed or paid, in the currency of the cost, as a share of the cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orepact.pact.kinds.project_parts import FIRM_MONEY, PUBLIC_STAKE, Money, Offtake, Output, Stake
from orepact.pact.kinds.project_record import Project

PERCENT = 100.0


@dataclass(frozen=True)
class Total:
    """Money of one instrument and one currency. announced is not in firm; unknown: items without an amount; years: of their money."""

    instrument: str
    currency: str
    firm: float
    announced: float
    unknown: int
    years: tuple[int, ...]


@dataclass(frozen=True)
class Cover:
    """Share of a cost that is covered, at least; None where nobody can tell, and then missing says why."""

    share: float | None
    currency: str | None
    missing: str


@dataclass(frozen=True)
class Taken:
    """Share of the output that buyers take, and share under a price floor, at least; None where nobody can tell."""

    share: float | None
    floor: float | None
    missing: tuple[str, ...]


def stack(project: Project) -> tuple[tuple[str, Money | Stake], ...]:
    """Every item of the finance stack with what it is, public equity stakes among them."""
    return (
        *((each.instrument, each) for each in project.finance),
        *((PUBLIC_STAKE, each) for each in project.stakes),
    )


def totals(project: Project) -> tuple[Total, ...]:
    """Totals by instrument and currency, as first named; items without an amount stand under the currency ``?``."""
    groups: dict[tuple[str, str], list[Money | Stake]] = {}
    for instrument, each in stack(project):
        groups.setdefault((instrument, each.currency or "?"), []).append(each)
    return tuple(_total(*names, items) for names, items in groups.items())


def _total(instrument: str, currency: str, items: list[Money | Stake]) -> Total:
    firm = sum(each.amount or 0.0 for each in items if each.status in FIRM_MONEY)
    announced = sum(each.amount or 0.0 for each in items if each.status not in FIRM_MONEY)
    years = tuple(sorted({each.year for each in items if each.year is not None}))
    return Total(instrument, currency, firm, announced, sum(each.amount is None for each in items), years)


def covered(project: Project) -> Cover:
    """Share of the cost that is committed, signed or paid in the currency of the cost."""
    if project.capex is None:
        return Cover(None, None, "cannot tell: the cost (capex) is missing")
    currency = project.capex.currency
    firm = [each for _, each in stack(project) if each.status in FIRM_MONEY]
    counted = [each.amount for each in firm if each.amount is not None and each.currency == currency]
    unknown = sum(each.amount is None for each in firm)
    others = sorted({each.currency for each in firm if each.currency not in {None, currency}} - {None})
    missing = [
        *([f"{unknown} without an amount"] if unknown else []),
        *([f"money in {', '.join(str(each) for each in others)} is not added"] if others else []),
    ]
    if not counted:
        return Cover(None, currency, "; ".join(["cannot tell: no firm amount in " + currency, *missing]))
    return Cover(sum(counted) / project.capex.amount, currency, "; ".join(missing))


def taken(project: Project) -> Taken:
    """Share of the output that buyers take: by their shares, or by tonnes where the project makes one thing of that mineral."""
    if not project.offtakes:
        return Taken(None, None, ("no buyer is known",))
    shares = [(each, share_of(each, project.outputs)) for each in project.offtakes]
    told = [(each, share) for each, share in shares if share is not None]
    missing = [f"the share of {each.buyer}" for each, share in shares if share is None]
    missing += [f"whether a floor covers {each.buyer}" for each, _ in told if each.floor == "unknown"]
    if not told:
        return Taken(None, None, tuple(missing))
    known = [(each, share) for each, share in told if each.floor != "unknown"]
    floor = sum(share for each, share in known if each.floor == "yes") if known else None
    return Taken(sum(share for _, share in told), floor, tuple(missing))


def share_of(offtake: Offtake, outputs: Iterable[Output]) -> float | None:
    """Share of the output, 0 to 1, that a buyer takes; None where nobody can tell."""
    if offtake.share is not None:
        return offtake.share / PERCENT
    of_it = [each for each in outputs if each.mineral == offtake.mineral]
    if offtake.tonnes is None or len(of_it) != 1 or of_it[0].capacity == 0:
        return None
    return offtake.tonnes / of_it[0].capacity
