"""A solved market with names and units: arrays become one xarray Dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from orepact.cases.assemble import Base
from orepact.cases.case import ShockCase
from orepact.cases.draws import Draws
from orepact.market import Solution
from orepact.network import Network
from orepact.policy import ExportCut

Array = NDArray[np.float64]

TONNES = "t of content"
RATIO = "ratio to base"

Variables = dict[str, tuple[tuple[str, ...], NDArray[Any], dict[str, str]]]
"""Name to dimensions, values and attributes: what xarray takes."""


@dataclass(frozen=True)
class _View:
    """The shocked stage seen from inside: who is at home, who is cut off, and the flows before and after."""

    at: int
    home_rows: NDArray[np.bool_]
    home: NDArray[np.bool_]
    hit: NDArray[np.bool_]
    before: Array
    after: Array


def labelled(
    case: ShockCase, found: Network, drawn: Draws, base: Base, event: ExportCut, solution: Solution
) -> xr.Dataset:
    """The answer to a shock, draw by draw: prices, use and losses by user, gains by producer, money, certificate."""
    view = _view(base, event, solution)
    users = found.stages[-1].buyers
    data = xr.Dataset(coords={"draw": np.arange(len(drawn)), "user": list(users)})
    data = data.assign(_prices(view, solution) | _losses(solution) | _where_it_went(view, base, solution))
    data = data.assign(_flows(view, base) | _by_stage(found, solution) | _parameters(drawn) | _solver(solution))
    data.attrs = {
        "title": f"{case.mineral}, {case.stage}: exports of {', '.join(case.origins)} cut by {case.cut:.0%}",
        "case": case.to_yaml(),
        "case_hash": case.hash,
        "facts_version": case.facts_version,
        "code_version": case.code_version,
        "seed": case.seed,
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
    at = labels.stage(event.stage)
    home = labels.columns(at, event.origins)
    hit = ~home & (labels.columns(at, event.against) if event.against else True)
    return _View(at, labels.rows(at, event.origins), home, hit, base.flows[at], np.asarray(solution.stages[at].flows))


def _prices(view: _View, solution: Solution) -> Variables:
    """Delivered prices of groups of buyers, weighted by their base purchases, as ratios to base."""
    stage = solution.stages[view.at]
    bought = view.before.sum(axis=1)
    groups = {"abroad": ~view.home, "home": view.home, "cut_off": view.hit}
    variables: Variables = {}
    for name, group in groups.items():
        weight = np.where(group, bought, 0.0)
        for kind, price, start in (
            ("price", stage.paid_price, stage.base_paid_price),
            ("inclusive_price", stage.inclusive_price, stage.base_paid_price),
        ):
            base = (weight * start).sum(axis=1)
            ratio = np.full(len(base), np.nan)
            np.divide((weight * price).sum(axis=1), base, out=ratio, where=base > 0)
            meaning = f"{'delivered' if kind == 'price' else 'inclusive'} price of buyers: {name.replace('_', ' ')}"
            variables[f"{kind}_{name}"] = (("draw",), ratio, {"units": RATIO, "long_name": meaning})
    return variables


def _losses(solution: Solution) -> Variables:
    last = solution.stages[-1]
    parts = {
        "use_base": (last.base_use, "use before"),
        "use": (last.use, "use after"),
        "given_up": (last.given_up, "use given up because it is dear"),
        "unserved": (last.unserved, "use whose price ceiling was passed"),
        "stock_drawn": (last.user_stock_release, "drawn from users' stocks"),
        "user_price": (last.paid_price[:, -last.use.shape[1] :], "delivered price paid, USD per tonne of content"),
    }
    return {
        name: (
            ("draw", "user"),
            np.broadcast_to(values, last.use.shape).copy(),
            {"units": _unit(name), "long_name": text},
        )
        for name, (values, text) in parts.items()
    }


def _unit(name: str) -> str:
    return "USD per t of content" if "price" in name else TONNES


def _where_it_went(view: _View, base: Base, solution: Solution) -> Variables:
    """What the cut took from those it hits, and what each other producer sends them instead."""
    origins = base.labels.producers[view.at]
    change = np.where(view.hit, view.after - view.before, 0.0).sum(axis=2)
    lost = -change[:, view.home_rows].sum(axis=1)
    gained = np.where(view.home_rows, 0.0, change)
    rent = np.sum(np.stack([np.asarray(total) for total in solution.rent], axis=0), axis=0) if solution.rent else 0.0
    draws = len(lost)
    return {
        "supply_lost": (("draw",), lost, {"units": TONNES, "long_name": "deliveries lost by those cut off"}),
        "gained": (("draw", "origin"), gained, {"units": TONNES, "long_name": "extra deliveries to those cut off"}),
        "origin": (("origin",), np.array(origins), {}),
        "rent_usd": (("draw",), np.broadcast_to(rent, (draws,)).copy(), {"units": "USD", "long_name": "rent of the cap"}),
    }  # fmt: skip


def _flows(view: _View, base: Base) -> Variables:
    buyers = base.labels.buyers[view.at]
    before = np.broadcast_to(view.before, view.after.shape)
    return {
        "destination": (("destination",), np.array(buyers), {}),
        "flow_base": (("origin", "destination"), np.median(before, axis=0), {"units": TONNES, "long_name": "base flow, median"}),
        "flow": (("origin", "destination"), np.median(view.after, axis=0), {"units": TONNES, "long_name": "flow, median"}),
    }  # fmt: skip


def _by_stage(found: Network, solution: Solution) -> Variables:
    variables: Variables = {}
    for table, stage in zip(found.stages, solution.stages, strict=True):
        name = f"{table.stage}_producer"
        dims = ("draw", name)
        variables[name] = ((name,), np.array(table.producers), {})
        variables[f"{table.stage}_price"] = (
            dims,
            stage.price,
            {"units": "USD per t of content", "long_name": f"free-on-board price, {table.stage}"},
        )
        variables[f"{table.stage}_output"] = (
            dims,
            stage.output,
            {"units": TONNES, "long_name": f"output, {table.stage}"},
        )
    return variables  # fmt: skip


def _parameters(drawn: Draws) -> Variables:
    names = [found.name for found in drawn.ranges]
    values = np.stack([drawn.values[name] for name in names], axis=1)
    return {
        "parameter": (("parameter",), np.array(names), {}),
        "drawn": (("draw", "parameter"), values, {"long_name": "value of each parameter in each draw"}),
    }


def _solver(solution: Solution) -> Variables:
    return {
        "iterations": (("draw",), np.asarray(solution.iterations, dtype=float), {"long_name": "Newton iterations"}),
        "balance": (
            ("draw",),
            np.asarray(solution.certificate.balance),
            {"units": "1", "long_name": "largest relative mass balance of a node"},
        ),
    }
