"""Sums of sealed bids that tell of nobody: with three firms or more, and none of them at 85 % or more (D1).

What is published of a round is published once, at the close of demand and with the match, and never worked out anew from bids that
still move. Two published sums also give their difference; so a sum is told only where what lies between it and each sum that is
known already is nothing, or itself the figure of three firms or more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orepact.pact.aggregates import LARGEST, LEAST
from orepact.pact.canonical import canonical, digest
from orepact.pact.kinds.rounds import SheetRow
from orepact.pact.state import Kept, State

Figures = Mapping[str, int]
"""Kilograms by firm."""


def told(by_firm: Figures) -> int | None:
    """The sum of what each firm has; None where fewer than three have anything, or one of them has 85 % or more."""
    amounts = [amount for amount in by_firm.values() if amount > 0]
    total = sum(amounts)
    if len(amounts) < LEAST or max(amounts) >= LARGEST * total:
        return None
    return total


def tellable(difference: Figures) -> bool:
    """Whether two sums may both be known that lie so far apart."""
    return not any(difference.values()) or told(difference) is not None


def added(parts: Iterable[Figures]) -> dict[str, int]:
    """Figures of several cells together, firm by firm."""
    found: dict[str, int] = {}
    for part in parts:
        for firm, amount in part.items():
            found[firm] = found.get(firm, 0) + amount
    return found


def less(whole: Figures, part: Figures) -> dict[str, int]:
    """What is left of each firm's figure."""
    return {firm: amount - part.get(firm, 0) for firm, amount in whole.items()}


def by_firm(bids: Iterable[Any]) -> dict[str, int]:
    """Quantity of each firm over its bids, in kilograms."""
    return added({each.owner: each.kg} for each in bids)


def by_form(bids: Iterable[Any]) -> dict[tuple[str, str], dict[str, int]]:
    """The same for each mineral and stage."""
    forms: dict[tuple[str, str], list[Any]] = {}
    for each in bids:
        forms.setdefault((each.mineral, each.stage), []).append(each)
    return {form: by_firm(forms[form]) for form in sorted(forms)}


def standing(state: State, kind: str, record: str) -> tuple[Kept, ...]:
    """Every standing bid of a round, whoever may read it, in the order of their ids."""
    found: list[Any] = list(state.all(kind))
    return tuple(
        sorted(
            (each for each in found if each.record.round == record and not each.record.withdrawn),
            key=lambda each: each.id,
        )
    )


def bids_of(state: State, kind: str, record: str) -> tuple[Any, ...]:
    """The records of all standing bids of a round."""
    return tuple(each.record for each in standing(state, kind, record))


def sheet(state: State, record: str) -> tuple[SheetRow, ...]:
    """Demand of a round in sum by mineral and stage. One form is one cell; no cell is part of another, so none can be cut out of two."""
    return tuple(
        SheetRow(mineral=mineral, stage=stage, kg=told(cell))
        for (mineral, stage), cell in by_form(bids_of(state, "demand", record)).items()
    )


def bids_hash(state: State, record: str) -> str:
    """SHA-256 over the hashes of the events that touched the matched bids last, so that an auditor can tell that these were matched.

    Those hashes hide a number drawn for each event: nobody finds a bid by trying prices until the hash fits.
    """
    return digest(canonical([each.hash for side in ("demand", "offer") for each in standing(state, side, record)]))
