"""The answer of a case in time: every draw, period, country and payment, with ranges for a reader and tables outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orepact.cases.duty_watch import states_of
from orepact.cases.notes import notes_of
from orepact.cases.summary import interval
from orepact.cases.versions import versions
from orepact.files import appearing_whole
from orepact.policy import ledger

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from orepact.cases.assemble import Base
    from orepact.cases.path_case import PathCase
    from orepact.market import Problem, Solution, Stocks
    from orepact.network import Network
    from orepact.policy import Instrument

Array = NDArray[np.float64]

TONNES = "t of content per period"
RATIO = "ratio to base"
MONEY = "USD per period"
DAYS_A_YEAR = 365.0


@dataclass(frozen=True)
class PathResult:
    """What a case does over time. ``data`` is an xarray Dataset with dimensions ``draw``, ``period`` and those of its countries.

    case: everything that the answer depends on. network: the base-year table it was computed on.
    """

    case: PathCase
    network: Network
    data: xr.Dataset

    def price(self, countries: tuple[str, ...] = (), *, outside: bool = False) -> Array:
        """Delivered price of the final users of some countries (or of all others), as a ratio to base, ``(draw, period)``.

        Weighted by base use; of all users where no country is named. NaN where none of them uses any.
        """
        users = self.data["user"].to_numpy()
        inside = np.isin(users, countries or users)
        chosen = ~inside if outside else inside
        use = np.where(chosen, self.data["use_base"].to_numpy(), 0.0)[:, None, :]
        total = use.sum(axis=2)
        spent = (use * self.data["price"].to_numpy()).sum(axis=2)
        ratio: Array = np.divide(spent, total, out=np.full(spent.shape, np.nan), where=total > 0)
        return ratio

    def summary(self) -> dict[str, Any]:
        """The answer with ranges, in JSON terms: by period, by user over the whole time, and by payment."""
        return dict(self._summary)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        data = self.data
        prices = self._prices()
        periods = [
            {
                "from": str(day)[:10],
                **{name: interval(values[:, at]) for name, values in prices.items()},
                **{
                    f"{name}_t": interval(data[name].to_numpy()[:, at].sum(axis=1))
                    for name in ("use", "given_up", "unserved", "user_stock")
                },
                "in_force": str(data["in_force"].to_numpy()[at]).split("; ") if data["in_force"].to_numpy()[at] else [],
                **self._duties(at),
            }
            for at, day in enumerate(data["period"].to_numpy())
        ]
        return {
            "case": {**self.case.model_dump(mode="json"), "hash": self.case.hash},
            "notes": notes_of(self.case),
            "periods": periods,
            "users": self.users_frame().to_dict("records"),
            "payments": self.payments_frame().to_dict("records"),
            "certificate": {
                "max_balance": float(data.attrs["max_balance"]),
                "max_complementarity": float(data.attrs["max_complementarity"]),
                "solved": int(data.sizes["draw"] * data.sizes["period"]),
                "failed": 0,
            },
            "grade": self.network.grade,
            "sources": list(self.network.sources),
        }

    def _duties(self, at: int) -> dict[str, list[dict[str, Any]]]:
        """The triggered duties of one period: the share of draws in which each is on, and what imports cost before it."""
        rows = []
        for name, on, price in states_of(self.data, at):
            known = price[np.isfinite(price)]
            rows.append(
                {"instrument": name, "on": float(on.mean()), "import_price": interval(known) if len(known) else None}
            )
        return {"duties": rows} if rows else {}

    def _prices(self) -> dict[str, Array]:
        """Prices of all users, and where some countries restrict their exports, of those outside and inside them (and cut off)."""
        found = {"price": self.price()}
        origins = self.case.restricting
        if origins:
            parts = {"price_abroad": self.price(origins, outside=True), "price_home": self.price(origins)}
            if self.case.cut_off:
                parts["price_cut_off"] = self.price(self.case.cut_off)
            found |= {name: values for name, values in parts.items() if np.isfinite(values).all()}
        return found

    def periods_frame(self) -> pd.DataFrame:
        """One row a period: median and 80 % range of the price and of the tonnes that users use, give up and lack."""
        import pandas as pd

        rows = []
        for each in self._summary["periods"]:
            row = {"from": each["from"]}
            for name in (*self._prices(), "use_t", "given_up_t", "unserved_t", "user_stock_t"):
                row |= {f"{name}_{key}": value for key, value in each[name].items()}
            rows.append(row)
        return pd.DataFrame(rows)

    def users_frame(self) -> pd.DataFrame:
        """One row a user, over the whole time: base use, tonnes given up and unserved with ranges, highest price."""
        import pandas as pd

        data = self.data
        rows = []
        for at, country in enumerate(data["user"].to_numpy()):
            base = data["use_base"].to_numpy()[:, at] * data.sizes["period"]
            row: dict[str, Any] = {"country": str(country), "use_t": float(np.median(base))}
            for name in ("given_up", "unserved"):
                found = interval(data[name].to_numpy()[:, :, at].sum(axis=1))
                row |= {f"{name}_t_{key}": value for key, value in found.items()}
            highest = interval(data["price"].to_numpy()[:, :, at].max(axis=1))
            row |= {f"highest_price_{key}": value for key, value in highest.items()}
            rows.append(row)
        return pd.DataFrame(rows).sort_values("unserved_t_median", ascending=False, kind="stable")

    def payments_frame(self) -> pd.DataFrame:
        """One row an instrument, payer and receiver: USD over the whole time, median and 80 % range."""
        import pandas as pd

        data = self.data
        columns = ["instrument", "payer", "receiver", "usd_median", "usd_low", "usd_high"]
        rows = []
        for at, label in enumerate(data["payment"].to_numpy()):
            found = interval(data["paid"].to_numpy()[:, :, at].sum(axis=1))
            rows.append([*str(label).split(" | "), found["median"], found["low"], found["high"]])
        return pd.DataFrame(rows, columns=columns)

    def to_csv(self) -> str:
        """The table by period as CSV text."""
        return str(self.periods_frame().to_csv(index=False, lineterminator="\n"))

    def save(self, path: str | Path) -> None:
        """Write every draw to a netCDF file; the file appears whole or not at all."""
        with appearing_whole(Path(path), (".nc",), "--save") as part:
            self.write(part)

    def write(self, path: Path) -> None:
        """Write every draw to ``path`` as netCDF, as it is."""
        self.data.to_netcdf(path, engine="h5netcdf")

    def __repr__(self) -> str:
        prices = self._prices()
        price = interval(prices.get("price_abroad", prices["price"]).max(axis=1))
        short = interval(self.data["unserved"].to_numpy().sum(axis=(1, 2)))
        return (
            f"<PathResult {self.case.name}\n"
            f"  {self.data.sizes['period']} periods from {self.case.start}, {self.data.sizes['draw']} draws\n"
            f"  highest price x {price['median']:#.3g}  ({price['low']:#.3g} to {price['high']:#.3g})\n"
            f"  unserved {short['median']:,.0f} t  ({short['low']:,.0f} to {short['high']:,.0f}); case {self.case.hash}>"
        )


@dataclass
class Recorder:
    """Keeps what every period says, and puts it together at the end."""

    case: PathCase
    network: Network
    base: Base
    periods: list[dict[str, Array]] = field(default_factory=list)
    money: list[dict[str, Array]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    balance: float = 0.0
    complementarity: float = 0.0

    def keep(self, market: Problem, solution: Solution, instruments: tuple[Instrument, ...]) -> None:
        """Keep a solved period."""
        last = solution.stages[-1]
        count = last.use.shape[1]
        found = {
            "price": last.paid_price[:, -count:] / last.base_paid_price[:, -count:],
            "use": last.use,
            "given_up": last.given_up,
            "unserved": last.unserved,
            "reserve_release": last.reserve_release,
            "reserve_purchase": last.reserve_purchase,
            "user_stock": _level(market.stages[-1].users.stocks) - last.user_stock_release,
        }
        for at, (table, stage) in enumerate(zip(self.network.stages, solution.stages, strict=True)):
            abroad = np.array(self.base.labels.producers[at])[:, None] != np.array(self.base.labels.buyers[at])[None, :]
            found[f"{table.stage}_price"] = stage.price / market.stages[at].price
            found[f"{table.stage}_output"] = stage.output
            found[f"{table.stage}_exports"] = np.where(abroad, stage.flows, 0.0).sum(axis=2)
            found[f"{table.stage}_stock"] = _level(market.stages[at].stocks) - stage.stock_release
        self.periods.append({name: np.asarray(values) for name, values in found.items()})
        paid: dict[str, Array] = {}
        for each in ledger(market, solution, self.base.labels, instruments):
            payer, receiver = (f"{party.kind} {party.country}" for party in (each.payer, each.receiver))
            label = f"{each.instrument} | {payer} | {receiver}"
            paid[label] = paid.get(label, 0.0) + each.amount
        self.money.append(paid)
        self.names.append("; ".join(each.name for each in instruments))
        self.balance = max(self.balance, solution.certificate.max_balance)
        self.complementarity = max(self.complementarity, solution.certificate.max_complementarity)

    def result(self, more_coords: dict[str, Any], more_variables: dict[str, Any]) -> PathResult:
        """Everything that was kept, labelled, with coordinates and variables that something beside the market keeps."""
        import xarray as xr

        case, network = self.case, self.network
        labels = sorted({label for paid in self.money for label in paid})
        none = np.zeros(case.draws)
        coords: dict[str, Any] = {
            "draw": np.arange(case.draws),
            "period": np.array([first for first, _ in case.periods], dtype="datetime64[ns]"),
            "user": list(network.stages[-1].buyers),
            "payment": np.array(labels, dtype=object if not labels else None),
        }
        variables: dict[str, Any] = {}
        for name in self.periods[0]:
            variables[name] = (
                self._dimensions(name),
                np.stack([each[name] for each in self.periods], axis=1),
                _about(name),
            )
        for table in network.stages:
            coords[f"{table.stage}_producer"] = list(table.producers)
        use = np.broadcast_to(self.base.problem.stages[-1].users.use, (case.draws, len(coords["user"])))
        variables["use_base"] = (("draw", "user"), use.copy(), {"units": TONNES, "long_name": "use of a period before"})
        paid = [[each.get(label, none) for each in self.money] for label in labels]
        money = (
            np.moveaxis(np.array(paid), 0, -1).swapaxes(0, 1) if labels else np.zeros((case.draws, len(self.money), 0))
        )
        variables["paid"] = (("draw", "period", "payment"), money, {"units": MONEY, "long_name": "paid"})
        variables["in_force"] = (("period",), np.array(self.names, dtype=str), {"long_name": "instruments in force"})
        attributes = {
            "title": case.name, "case": case.to_yaml(), "case_hash": case.hash, "seed": case.seed, **versions(),
            "base_price_usd_per_t": network.price.usd_per_t, "grade": network.grade, "sources": ", ".join(network.sources),
            "max_balance": self.balance, "max_complementarity": self.complementarity,
        }  # fmt: skip
        data = xr.Dataset(variables | more_variables, coords=coords | more_coords, attrs=attributes)
        return PathResult(case, network, data)

    def _dimensions(self, name: str) -> tuple[str, str, str]:
        for table in self.network.stages:
            if name.startswith(f"{table.stage}_"):
                return "draw", "period", f"{table.stage}_producer"
        return "draw", "period", "user"


def _level(stocks: Stocks) -> Array:
    """What was in hand when a period began."""
    return np.asarray(stocks.held if stocks.level is None else stocks.level)


def _about(name: str) -> dict[str, str]:
    return {"units": RATIO if name.endswith("price") else TONNES, "long_name": name.replace("_", " ")}
