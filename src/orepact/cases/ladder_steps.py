"""The ladder in steps that can be worked out apart and kept: one period, the months, then the months with each measure.

A kept rung is its arrays; the datasets behind the rungs are not kept, only their certificates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import xarray as xr

from orepact.cases import shocks
from orepact.cases.ladder import Ladder, read_request
from orepact.cases.ladder_answer import hit_first
from orepact.cases.ladder_mitigations import MEASURES, Sizes, spared, with_measure
from orepact.cases.ladder_rungs import Question, Rung, ask, by_arithmetic, by_equilibrium, by_month, path_case
from orepact.cases.path_result import PathResult
from orepact.cases.result import ShockResult
from orepact.network import network

Kept = Mapping[str, Any]

ONE_PERIOD, MONTHS = "one period", "month by month"
STEPS = (ONE_PERIOD, MONTHS, *MEASURES)
CERTIFICATE = ("max_balance", "max_complementarity")


def question_of(**given: Any) -> Question:
    """The question of the arguments of :func:`orepact.ladder`; raises as that does."""
    base_year = given.pop("base_year")
    request = read_request(**given)
    found = network(request.mineral, base_year)
    return ask(shocks.case_for(request, found), found)


def step(asked: Question, name: str, earlier: Callable[[str], Kept]) -> Kept:
    """One step of ``STEPS``; those after the months need the months' rung."""
    if name == ONE_PERIOD:
        return _kept(*by_equilibrium(asked))
    if name == MONTHS:
        return _kept(*by_month(asked))
    return _kept(with_measure(asked, name, _first(asked, _rung(earlier(MONTHS))), Sizes()))


def joined(asked: Question, parts: Mapping[str, Kept]) -> Ladder:
    """The ladder of all steps."""
    middle, highest = (_rung(parts[name]) for name in (ONE_PERIOD, MONTHS))
    first = _first(asked, highest)
    found = [spared(asked, highest, _rung(parts[name]), (name, first), Sizes()) for name in MEASURES]
    helped = tuple(each for each in found if each is not None)
    shock = ShockResult(asked.case, asked.network, _certified(parts[ONE_PERIOD]))
    path = PathResult(path_case(asked), asked.network, _certified(parts[MONTHS]))
    return Ladder(asked, (by_arithmetic(asked), middle, highest), helped, Sizes(), shock, path)


def _first(asked: Question, highest: Rung) -> str:
    return str(hit_first(asked, highest)[0]["country"])


def _kept(rung: Rung, result: ShockResult | PathResult | None = None) -> Kept:
    marks = {} if result is None else {name: float(result.data.attrs[name]) for name in CERTIFICATE}
    return {**{each.name: getattr(rung, each.name) for each in fields(rung)}, **marks}


def _rung(kept: Kept) -> Rung:
    return Rung(**{each.name: kept[each.name] for each in fields(Rung)})


def _certified(kept: Kept) -> xr.Dataset:
    return xr.Dataset(attrs={name: kept[name] for name in CERTIFICATE})
