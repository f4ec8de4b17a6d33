"""Two cases side by side: what differs between them, and what follows from it, draw by draw.

Both are worked out with the same draws, so that what is uncertain in both alike drops out of the difference. What enters: two
cases of one mineral over the same periods. What leaves: a :class:`PathDiff`, whose differences are those of the second less the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orepact.cases.changes import Change, changes
from orepact.cases.duty_watch import ON, PRICE
from orepact.cases.market_check import told_in_keys
from orepact.cases.path import on_network
from orepact.cases.path_case import PathCase
from orepact.cases.path_result import PathResult
from orepact.cases.shipped import find_cases
from orepact.cases.summary import interval
from orepact.errors import BadInput, Problem
from orepact.network import network as make_network

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Progress = Callable[[int], None]

TONNES = ("use", "given_up", "unserved", "user_stock")
"""What is told in tonnes by period and by country."""

MUST_AGREE = {
    "mineral": "tonnes and prices of two minerals cannot be set against each other",
    "start": "their periods do not begin together",
    "months": "they do not run equally long",
    "step": "their periods are not equally long",
    "base_year": "they do not start from the same table",
    "draws": "they have not the same draws",
    "seed": "their draws come from two seeds, so that chance would pass for a difference",
}
OPTIONS = {"draws": "or give --draws for both", "seed": "or give --seed for both"}

BESIDE = {"in_force", "paid", ON, PRICE}
"""Variables that say what was decided, not what the market did: an instrument that does not bind makes no difference."""


@dataclass(frozen=True)
class PathDiff:
    """Two answers and what differs between their cases; every difference is ``second`` less ``first``."""

    first: PathResult
    second: PathResult
    changes: tuple[Change, ...]

    @cached_property
    def same(self) -> bool:
        """Whether every figure of every draw has the same bytes in both."""
        names = set(self.first.data) - BESIDE
        users = all(
            name in self.second.data and _bytes(self.first, str(name)) == _bytes(self.second, str(name))
            for name in names
        )
        return users and names == set(self.second.data) - BESIDE and _paid(self.first) == _paid(self.second)

    def prices(self) -> dict[str, tuple[Array, Array]]:
        """Prices of both, ``(draw, period)``, of the same users: of all, of those abroad, and of those cut off.

        Abroad is outside of all countries that restrict their exports in either case.
        """
        cases = [self.first.case, self.second.case]
        found = {"price": (self.first.price(), self.second.price())}
        origins = tuple(dict.fromkeys(code for case in cases for code in case.restricting))
        if origins:
            abroad = self.first.price(origins, outside=True), self.second.price(origins, outside=True)
            found |= {"price_abroad": abroad} if np.isfinite(abroad).all() else {}
        against = tuple(dict.fromkeys(code for case in cases for code in case.cut_off))
        if against and all(case.cut_off for case in cases if case.restricting):
            cut_off = self.first.price(against), self.second.price(against)
            found |= {"price_cut_off": cut_off} if np.isfinite(cut_off).all() else {}
        return found

    def summary(self) -> dict[str, Any]:
        """What differs and what follows, with ranges, in JSON terms."""
        return dict(self._summary)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        one, other = self.first, self.second
        return {
            "first": {"name": one.case.name, "hash": one.case.hash},
            "second": {"name": other.case.name, "hash": other.case.hash},
            "draws": one.case.draws,
            "seed": one.case.seed,
            "changes": [each.row() for each in self.changes],
            "same": self.same,
            "periods": self._periods(),
            "whole": {f"{name}_t": interval(self._tonnes(name).sum(axis=(1, 2))) for name in TONNES[:3]},
            "users": self.users_frame().to_dict("records"),
            "parties": self.parties_frame().to_dict("records"),
            "certificate": {
                "max_balance": max(float(each.data.attrs["max_balance"]) for each in (one, other)),
                "solved": sum(int(each.data.sizes["draw"] * each.data.sizes["period"]) for each in (one, other)),
                "failed": 0,
            },
            "grade": max(one.network.grade, other.network.grade),
            "sources": sorted({*one.network.sources, *other.network.sources}),
        }

    def _periods(self) -> list[dict[str, Any]]:
        prices = self.prices()
        return [
            {
                "from": str(first),
                **{
                    name: {
                        "first": interval(one[:, at]),
                        "second": interval(other[:, at]),
                        "difference": interval(other[:, at] - one[:, at]),
                    }
                    for name, (one, other) in prices.items()
                },
                **{f"{name}_t": interval(self._tonnes(name)[:, at].sum(axis=1)) for name in TONNES},
            }
            for at, (first, _) in enumerate(self.first.case.periods)
        ]

    def _tonnes(self, name: str) -> Array:
        """Difference in tonnes, ``(draw, period, user)``."""
        return np.asarray(self.second.data[name].to_numpy() - self.first.data[name].to_numpy())

    def periods_frame(self) -> pd.DataFrame:
        """One row a period: prices of both and their difference, and differences in tonnes, with 80 % ranges."""
        import pandas as pd

        rows = []
        for each in self._summary["periods"]:
            row = {"from": each["from"]}
            for name in self.prices():
                row |= {
                    f"{name}_{which}_{key}": value
                    for which, found in each[name].items()
                    for key, value in found.items()
                }
            for name in TONNES:
                row |= {f"{name}_t_difference_{key}": value for key, value in each[f"{name}_t"].items()}
            rows.append(row)
        return pd.DataFrame(rows)

    def users_frame(self) -> pd.DataFrame:
        """One row a user over the whole time, largest change of use first: differences in tonnes and in the mean price."""
        import pandas as pd

        price = (self.second.data["price"].to_numpy() - self.first.data["price"].to_numpy()).mean(axis=1)
        rows = []
        for at, country in enumerate(self.first.data["user"].to_numpy()):
            base = self.first.data["use_base"].to_numpy()[:, at] * self.first.data.sizes["period"]
            row: dict[str, Any] = {"country": str(country), "use_base_t": float(np.median(base))}
            for name in TONNES[:3]:
                found = interval(self._tonnes(name)[:, :, at].sum(axis=1))
                row |= {f"{name}_t_{key}": value for key, value in found.items()}
            rows.append(row | {f"mean_price_{key}": value for key, value in interval(price[:, at]).items()})
        frame = pd.DataFrame(rows)
        order = frame["use_t_median"].abs().sort_values(ascending=False, kind="stable").index
        return frame.reindex(order).reset_index(drop=True)

    def parties_frame(self) -> pd.DataFrame:
        """One row a party that pays or is paid for an instrument: what it has more (or less) over the whole time, USD."""
        import pandas as pd

        one, other = _balances(self.first), _balances(self.second)
        none = np.zeros(self.first.case.draws)
        rows = []
        for party in sorted({*one, *other}):
            found = interval(other.get(party, none) - one.get(party, none))
            rows.append([party, *found.values()])
        frame = pd.DataFrame(rows, columns=["party", "usd_median", "usd_low", "usd_high"])
        order = frame["usd_median"].abs().sort_values(ascending=False, kind="stable").index
        return frame.reindex(order).reset_index(drop=True)

    def to_csv(self) -> str:
        """The table by period as CSV text."""
        return str(self.periods_frame().to_csv(index=False, lineterminator="\n"))

    def __repr__(self) -> str:
        told = "no difference" if self.same else f"{len(self.changes)} changes"
        return f"<PathDiff {self.second.case.name} less {self.first.case.name}: {told}, {self.first.case.draws} draws>"


def diff(
    first: PathCase | Mapping[str, Any] | str | Path,
    second: PathCase | Mapping[str, Any] | str | Path,
    *,
    draws: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    places: tuple[str, str] | None = None,
) -> PathDiff:
    """Work out two cases with the same draws, and what the second has more or less than the first.

    first, second: a record, a mapping, a YAML file, or the name of a case of the gallery. draws, seed: for both, instead of their
    own. progress: called with the number of periods done. places: what errors call the two; their files or names when left out.
    Raises BadInput with all that keeps the two from being compared.
    """
    given = {name: value for name, value in (("draws", draws), ("seed", seed)) if value is not None}
    one, other = (_with(each, given) for each in find_cases(first, second))
    check_comparable(one, other)
    places = places or (_place(first, "first case"), _place(second, "second case"))
    with told_in_keys(places[0]):
        network = make_network(one.mineral, one.base_year)
    half = one.months // one.step
    results = (
        on_network(one, network, progress, place=places[0]),
        on_network(other, network, None if progress is None else lambda done: progress(half + done), place=places[1]),
    )
    return PathDiff(*results, changes(one, other))


def _place(given: PathCase | Mapping[str, Any] | str | Path, word: str) -> str:
    """What errors call one of the two: its file or its name in the gallery, where it has one."""
    return Path(given).name if isinstance(given, str | Path) else word


def _with(case: PathCase, given: dict[str, int]) -> PathCase:
    return PathCase.model_validate({**dict(case), **given}) if given else case


def check_comparable(one: PathCase, other: PathCase) -> None:
    """Raise BadInput with every reason for which the two cannot be set against each other."""
    problems = []
    for name, why in MUST_AGREE.items():
        values = [_table_year(case) if name == "base_year" else getattr(case, name) for case in (one, other)]
        if values[0] != values[1] and not (name == "base_year" and one.mineral != other.mineral):
            todo = ", ".join([f"give both the same {name}", *([OPTIONS[name]] if name in OPTIONS else [])])
            found = f"{values[0]} in the first, {values[1]} in the second"
            problems.append(Problem(f"both cases, {name}", f"they cannot be compared: {why}", found, todo))
    if problems:
        raise BadInput(problems)


def _table_year(case: PathCase) -> int:
    return int(case.base_year or make_network(case.mineral, None).base_year)


def _bytes(result: PathResult, name: str) -> bytes:
    return result.data[name].to_numpy().tobytes()


def _paid(result: PathResult) -> dict[str, bytes]:
    """Bytes of every payment that moves any money, by instrument, payer and receiver."""
    paid = result.data["paid"].to_numpy()
    labels = [str(label) for label in result.data["payment"].to_numpy()]
    return {label: paid[:, :, at].tobytes() for at, label in enumerate(labels) if paid[:, :, at].any()}


def _balances(result: PathResult) -> dict[str, Array]:
    """What every party receives less what it pays for instruments, over the whole time, ``(draw,)``."""
    found: dict[str, Array] = {}
    for at, label in enumerate(result.data["payment"].to_numpy()):
        _, payer, receiver = str(label).split(" | ")
        amount = result.data["paid"].to_numpy()[:, :, at].sum(axis=1)
        found[payer] = found.get(payer, 0.0) - amount
        found[receiver] = found.get(receiver, 0.0) + amount
    return found
