"""A shock with many draws, block by block: the same draws and the same bytes as in one go, in the memory of one block.

Blocks end where the solver's own chunks end, so that every draw is solved among the same neighbours. Medians of flows over all draws
need all flows at once and are left out; everything that the summary and the table of losses hold is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from orepact.cases.assemble import assemble
from orepact.cases.case import ShockCase
from orepact.cases.draws import Draws, draw
from orepact.cases.labelled import labelled
from orepact.cases.result import ShockResult
from orepact.cases.shocks import with_shock
from orepact.market import solve
from orepact.market.batches import LARGEST_CHUNK
from orepact.network import Network
from orepact.policy import ExportCut

BLOCK = 16 * LARGEST_CHUNK
"""Draws of a block; a multiple of the largest chunk."""

WORST = ("max_balance", "max_complementarity")


def blocks(draws: int, size: int = BLOCK) -> tuple[slice, ...]:
    """The blocks of a number of draws, in order."""
    return tuple(slice(first, min(first + size, draws)) for first in range(0, draws, size))


def solve_block(found: Network, case: ShockCase, block: slice) -> xr.Dataset:
    """The draws of one block, solved and labelled; without what is no figure of a single draw."""
    drawn = _drawn(case.mineral, case.draws, case.seed, len(found.stages[-1].producers)).some(block)
    base = assemble(found, drawn, case.months)
    event = ExportCut(origins=case.origins, stage=case.stage, cut=case.cut, against=case.against)
    solution = solve(with_shock(base, event, case), workers=1).require()
    data = labelled(case, found, drawn, base, event, solution)
    medians = [str(name) for name in data.data_vars if "draw" not in data[name].dims]
    return data.drop_vars(medians).assign_coords(draw=np.arange(block.start, block.stop))


@lru_cache(maxsize=1)
def _drawn(mineral: str, number: int, seed: int, producers: int) -> Draws:
    """All draws of a case: one hypercube, whatever the blocks."""
    return draw(mineral, number=number, seed=seed, producers=producers)


def joined(found: Network, case: ShockCase, parts: Sequence[xr.Dataset]) -> ShockResult:
    """The answer of all blocks, with the worst certificate of any."""
    data = xr.concat(list(parts), dim="draw", data_vars="minimal", coords="minimal", compat="override", join="override")
    data.attrs = {**parts[0].attrs, **{name: max(float(part.attrs[name]) for part in parts) for name in WORST}}
    return ShockResult(case=case, network=found, data=data)


def kept(data: xr.Dataset) -> dict[str, Any]:
    """A block as arrays and JSON values."""
    names = [str(name) for name in data.variables]
    about = {
        name: [list(data[name].dims), {str(key): str(value) for key, value in data[name].attrs.items()}]
        for name in names
    }
    values = {f"values of {name}": data[name].to_numpy() for name in names}
    return {"coords": [str(name) for name in data.coords], "about": about, "attrs": dict(data.attrs), **values}


def unkept(part: Mapping[str, Any]) -> xr.Dataset:
    """The block of what :func:`kept` gave."""
    variables = {name: (dims, part[f"values of {name}"], attrs) for name, (dims, attrs) in part["about"].items()}
    coords = {name: variables.pop(name) for name in part["coords"]}
    return xr.Dataset(variables, coords=coords, attrs=part["attrs"])
