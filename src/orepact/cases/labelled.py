"""A solved market with names and units: arrays become one xarray Dataset, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from orepact.cases.assemble import Base
from orepact.cases.case import ShockCase
from orepact.cases.draws import Draws
from orepact.cases.versions import libraries
from orepact.cases.words import question
from orepact.market import Solution
from orepact.network import Network
from orepact.policy import ExportCut

Array = NDArray[np.float64]

TONNES = "t of content"
RATIO = "ratio to base"
USD_PER_T = "USD per t of content"

Variable = tuple[tuple[str, ...], NDArray[Any], dict[str, str]]
Variables = dict[str, Variable]
"""Name to dimensions, values and attributes: what xarray takes."""


@dataclass(frozen=True)
class _View:
    """The shocked stage seen from inside: who is at home, who is cut off, and the flows before and after.

    last: whether the stage is the last one, whose buyers are the final users. users_hit: users among those cut off; all
    users abroad where the stage is an earlier one.
    """

    at: int
    last: bool
    home_rows: NDArray[np.bool_]
    home: NDArray[np.bool_]
    hit: NDArray[np.bool_]
    users_home: NDArray[np.bool_]
    users_hit: NDArray[np.bool_]
    before: Array
    after: Array


def labelled(
    case: ShockCase, found: Network, drawn: Draws, base: Base, event: ExportCut, solution: Solution
) -> xr.Dataset:
    """The answer to a shock, draw by draw: prices, use and losses by user, gains by producer, money, certificate."""
    view = _view(base, event, solution)
    users = found.stages[-1].buyers
    data = xr.Dataset(coords={"draw": np.arange(len(drawn)), "user": list(users)})
    data = data.assign(_prices(view, base, solution) | _losses(solution) | _where_it_went(view, base, solution))
    data = data.assign(_flows(view, base) | _by_stage(found, base, solution) | _parameters(drawn) | _solver(solution))
    data.attrs = {
        "title": question(case),
        "case": case.to_yaml(),
        "case_hash": case.hash,
        "facts_version": case.facts_version,
        "code_version": case.code_version,
        "libraries": libraries(),
        "seed": case.seed,
        "everybody_cut_off": int(not case.against),
        "base_price_usd_per_t": found.price.usd_per_t,
        "base_price_basis": found.price.basis,
        "grade": found.grade,
        "sources": ", ".join(found.sources),
        "max_balance": solution.certificate.max_balance,
        "max_complementarity": solution.certificate.max_complementarity,
    }
    return data


def _view(base: Base, event: ExportCut, solution: Solution) -> _View:
    labels = base.labels
    at, final = labels.stage(event.stage), len(labels.stages) - 1
    home = labels.columns(at, event.origins)
    hit = ~home & (labels.columns(at, event.against) if event.against else True)
    users_home = labels.columns(final, event.origins)
    return _View(
        at=at,
        last=at == final,
        home_rows=labels.rows(at, event.origins),
        home=home,
        hit=hit,
        users_home=users_home,
        users_hit=hit if at == final else ~users_home,
        before=base.flows[at],
        after=np.asarray(solution.stages[at].flows),
    )


def _per_draw(values: Array, text: str, units: str = TONNES) -> Variable:
    return ("draw",), np.asarray(values), {"units": units, "long_name": text}


def _prices(view: _View, base: Base, solution: Solution) -> Variables:
    """Delivered prices of groups of buyers weighted by base purchases, and what producers get, as ratios to base."""
    stage, last = solution.stages[view.at], solution.stages[-1]
    bought = view.before.sum(axis=1)
    groups = {"abroad": ~view.home, "home": view.home, "cut_off": view.hit}
    variables: Variables = {}
    for name, group in groups.items():
        words = name.replace("_", " ")
        paid = _weighted(stage.paid_price, stage.base_paid_price, bought, group)
        inclusive = _weighted(stage.inclusive_price, stage.base_paid_price, bought, group)
        variables[f"price_{name}"] = _per_draw(paid, f"delivered price of buyers: {words}", RATIO)
        variables[f"inclusive_price_{name}"] = _per_draw(inclusive, f"inclusive price of buyers: {words}", RATIO)
    start = np.broadcast_to(base.problem.stages[view.at].price, stage.price.shape)
    sold = view.before.sum(axis=2)
    for name, rows in {"home": view.home_rows, "abroad": ~view.home_rows}.items():
        got = _weighted(stage.price, start, sold, rows)
        variables[f"producer_price_{name}"] = _per_draw(got, f"free-on-board price of producers: {name}", RATIO)
    first_user = last.paid_price.shape[1] - last.use.shape[1]
    paid, start = last.paid_price[:, first_user:], last.base_paid_price[:, first_user:]
    abroad = _weighted(paid, start, last.base_use, ~view.users_home)
    variables["user_price_abroad"] = _per_draw(abroad, "delivered price of final users: abroad", RATIO)
    return variables


def _weighted(price: Array, start: Array, weight: Array, group: NDArray[np.bool_]) -> Array:
    """Mean price of a group over its mean base price, ``(B,)``; NaN where the group has no tonnes."""
    inside = np.where(group, weight, 0.0)
    base = (inside * start).sum(axis=1)
    ratio = np.full(len(base), np.nan)
    np.divide((inside * price).sum(axis=1), base, out=ratio, where=base > 0)
    return ratio


def _losses(solution: Solution) -> Variables:
    last = solution.stages[-1]
    parts = {
        "use_base": (last.base_use, "use before", TONNES),
        "use": (last.use, "use after", TONNES),
        "given_up": (last.given_up, "use given up because it is dear", TONNES),
        "unserved": (last.unserved, "use whose price ceiling was passed", TONNES),
        "stock_drawn": (last.user_stock_release, "drawn from users' stocks", TONNES),
        "user_price": (last.paid_price[:, -last.use.shape[1] :], "delivered price paid", USD_PER_T),
    }
    return {
        name: (("draw", "user"), np.broadcast_to(values, last.use.shape).copy(), {"units": units, "long_name": text})
        for name, (values, text, units) in parts.items()
    }


def _where_it_went(view: _View, base: Base, solution: Solution) -> Variables:
    """What the cut took from those it hits, and how they make do: the parts add up to ``supply_lost`` in every draw."""
    origins = base.labels.producers[view.at]
    last = solution.stages[-1]
    change = np.where(view.hit, view.after - view.before, 0.0).sum(axis=2)
    gained = np.where(view.home_rows, 0.0, change)
    rent = np.zeros(len(change)) + sum(np.asarray(total) for total in solution.rent)
    variables = {
        "supply_lost": _per_draw(-change[:, view.home_rows].sum(axis=1), "deliveries lost by those cut off"),
        "gained": (("draw", "origin"), gained, {"units": TONNES, "long_name": "extra deliveries to those cut off"}),
        "origin": (("origin",), np.array(origins), {}),
        "replaced": _per_draw(gained.sum(axis=1), "extra deliveries of all others to those cut off"),
        "rent_usd": _per_draw(rent, "rent of the cap", "USD"),
    }
    for name, values, text in (
        ("given_up", last.given_up, "use given up, because it is dear, by the users hit"),
        ("unserved", last.unserved, "use of the users hit whose price ceiling was passed"),
        ("from_stocks", last.user_stock_release, "drawn from stocks by the users hit"),
    ):
        total = np.where(view.users_hit, values, 0.0).sum(axis=1)
        variables[f"{name}_hit" if name != "from_stocks" else name] = _per_draw(total, text)
    if not view.last:
        variables["bought_less"] = _per_draw(-change.sum(axis=1), "fall in purchases of the refiners cut off")
    return variables


def _flows(view: _View, base: Base) -> Variables:
    buyers = base.labels.buyers[view.at]
    before = np.broadcast_to(view.before, view.after.shape)
    dims = ("origin", "destination")
    return {
        "destination": (("destination",), np.array(buyers), {}),
        "flow_base": (dims, np.median(before, axis=0), {"units": TONNES, "long_name": "base flow, median"}),
        "flow": (dims, np.median(view.after, axis=0), {"units": TONNES, "long_name": "flow, median"}),
    }


def _by_stage(found: Network, base: Base, solution: Solution) -> Variables:
    variables: Variables = {}
    for table, before, stage in zip(found.stages, base.flows, solution.stages, strict=True):
        name = f"{table.stage}_producer"
        variables[name] = ((name,), np.array(table.producers), {})
        for what, values, text, units in (
            ("price", stage.price, "free-on-board price", USD_PER_T),
            ("output", stage.output, "output", TONNES),
        ):
            about = {"units": units, "long_name": f"{text}, {table.stage}"}
            variables[f"{table.stage}_{what}"] = (("draw", name), values, about)
        variables |= _flows_of(table.stage, table.buyers, before, np.asarray(stage.flows))
    return variables


def _flows_of(stage: str, buyers: tuple[str, ...], before: Array, after: Array) -> Variables:
    """Median flows of one stage before and after, from producer to buyer."""
    dims = (f"{stage}_producer", f"{stage}_buyer")
    start = np.median(np.broadcast_to(before, after.shape), axis=0)
    return {
        dims[1]: ((dims[1],), np.array(buyers), {}),
        f"{stage}_flow_base": (dims, start, {"units": TONNES, "long_name": f"base flow, {stage}, median"}),
        f"{stage}_flow": (dims, np.median(after, axis=0), {"units": TONNES, "long_name": f"flow, {stage}, median"}),
    }


def _parameters(drawn: Draws) -> Variables:
    names = [found.name for found in drawn.ranges]
    values = np.stack([drawn.values[name] for name in names], axis=1)
    return {
        "parameter": (("parameter",), np.array(names), {}),
        "drawn": (("draw", "parameter"), values, {"long_name": "value of each parameter in each draw"}),
    }


def _solver(solution: Solution) -> Variables:
    certificate = solution.certificate
    return {
        "iterations": _per_draw(np.asarray(solution.iterations, dtype=float), "Newton iterations", "1"),
        "balance": _per_draw(certificate.balance, "largest relative mass balance of a node", "1"),
        "complementarity": _per_draw(certificate.complementarity, "largest breach of a cap", "1"),
    }
