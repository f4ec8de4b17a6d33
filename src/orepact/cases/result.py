"""The answer to a shock: draws inside, sentences and tables outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata

from orepact import facts
from orepact.cases.case import ShockCase
from orepact.cases.files import appearing_whole

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from orepact.network import Network

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True)
class ShockResult:
    """What one shock does. ``data`` is an xarray Dataset with a ``draw`` dimension; ``summary()`` is the answer in JSON terms.

    case: everything the answer depends on. network: the base-year table it was computed on.
    """

    case: ShockCase
    network: Network
    data: xr.Dataset

    def summary(self) -> dict[str, Any]:
        """The answer with ranges: median and 80 % range of every figure; tonnes of content, USD, ratios to base."""
        return dict(self._summary)

    @cached_property
    def _summary(self) -> dict[str, Any]:
        data, case = self.data, self.case
        lost = data["given_up"] + data["unserved"]
        answer: dict[str, Any] = {
            "question": data.attrs["title"],
            "price_abroad": interval(data["price_abroad"].to_numpy()),
            "price_home": interval(data["price_home"].to_numpy()),
            "unserved_t": interval(data["unserved"].sum("user").to_numpy()),
            "given_up_t": interval(data["given_up"].sum("user").to_numpy()),
            "stock_drawn_t": interval(data["stock_drawn"].sum("user").to_numpy()),
            "supply_lost_t": interval(data["supply_lost"].to_numpy()),
            "rent_usd": interval(data["rent_usd"].to_numpy()),
            "price_abroad_inclusive": interval(data["inclusive_price_abroad"].to_numpy()),
            "losses": self._losses(lost.to_numpy()),
            "replaced_by": self._replaced_by(),
            "drivers": self.drivers(),
            "certificate": self._certificate(),
            "sources": self._sources(),
            "grade": self.network.grade,
            "inferred_use": self.network.inferred_use,
            "notes": list(self.network.notes),
            "base_price": {
                "usd_per_t": self.network.price.usd_per_t,
                "basis": self.network.price.basis,
                "grade": self.network.price.grade,
            },
            "case": {**case.model_dump(mode="json"), "hash": case.hash},
        }
        if case.against:
            answer["price_cut_off"] = interval(data["price_cut_off"].to_numpy())
        return answer

    def _losses(self, lost: np.ndarray[Any, np.dtype[np.float64]]) -> list[dict[str, Any]]:
        users = [str(user) for user in self.data["user"].to_numpy()]
        base = np.median(self.data["use_base"].to_numpy(), axis=0)
        unserved = self.data["unserved"].to_numpy()
        rows = [
            {
                "country": user,
                "use_t": float(base[column]),
                "lost_t": interval(lost[:, column]),
                "unserved_t": interval(unserved[:, column]),
            }
            for column, user in enumerate(users)
        ]
        return sorted(rows, key=lambda row: -row["lost_t"]["median"])

    def _replaced_by(self) -> list[dict[str, Any]]:
        origins = [str(origin) for origin in self.data["origin"].to_numpy()]
        gained = self.data["gained"].to_numpy()
        rows = [
            {
                "country": origin,
                "gained_t": found["median"],
                "gained_range_t": {"low": found["low"], "high": found["high"]},
            }
            for origin, found in zip(origins, map(interval, gained.T), strict=True)
            if origin not in self.case.origins and abs(found["median"]) > 0
        ]
        return sorted(rows, key=lambda row: -row["gained_t"])

    def drivers(self) -> list[dict[str, Any]]:
        """Which parameter moves the price abroad most: rank correlation, and the median price in its low and high third."""
        price = self.data["price_abroad"].to_numpy()
        rows = []
        for index, name in enumerate(self.data["parameter"].to_numpy()):
            values = self.data["drawn"].to_numpy()[:, index]
            order = np.argsort(values, kind="stable")
            third = max(1, len(order) // 3)
            rows.append(
                {
                    "parameter": str(name),
                    "rank_correlation": rank_correlation(values, price),
                    "price_abroad_when_low": float(np.median(price[order[:third]])),
                    "price_abroad_when_high": float(np.median(price[order[-third:]])),
                }
            )
        return sorted(rows, key=lambda row: -abs(row["rank_correlation"]))

    def _certificate(self) -> dict[str, Any]:
        attrs = self.data.attrs
        return {
            "max_balance": float(attrs["max_balance"]),
            "max_complementarity": float(attrs["max_complementarity"]),
            "solved": int(self.data.sizes["draw"]),
            "failed": 0,
        }

    def _sources(self) -> list[dict[str, str]]:
        table = facts.sources(self.network.sources)
        columns = ["source", "publisher", "title", "year", "licence", "address"]
        return [{column: str(row[column]) for column in columns} for _, row in table.iterrows()]

    def losses_frame(self) -> pd.DataFrame:
        """One row a user: country, name, use_t, lost_t and unserved_t with their ranges, share lost (of the median)."""
        import pandas as pd

        rows = [
            {
                "country": row["country"],
                "name": facts.country_name(row["country"]),
                "use_t": row["use_t"],
                "share_lost": row["lost_t"]["median"] / row["use_t"] if row["use_t"] > 0 else float("nan"),
                **{f"lost_t_{key}": value for key, value in row["lost_t"].items()},
                **{f"unserved_t_{key}": value for key, value in row["unserved_t"].items()},
            }
            for row in self._summary["losses"]
        ]
        return pd.DataFrame(rows)

    def to_csv(self) -> str:
        """The table of losses as CSV text."""
        return str(self.losses_frame().to_csv(index=False, lineterminator="\n"))

    def save(self, path: str | Path) -> None:
        """Write every draw to a netCDF file that xarray, R and QGIS open; the file appears whole or not at all."""
        with appearing_whole(Path(path), (".nc",), "--save") as part:
            self.data.to_netcdf(part, engine="h5netcdf")

    def __repr__(self) -> str:
        answer = self._summary
        abroad, home = answer["price_abroad"], answer["price_home"]
        return (
            f"<ShockResult {answer['question']}, {self.case.months:g} months from base {self.case.base_year}\n"
            f"  price abroad  x {abroad['median']:.3g}  ({abroad['low']:.3g} to {abroad['high']:.3g})\n"
            f"  price at home x {home['median']:.3g}  ({home['low']:.3g} to {home['high']:.3g})\n"
            f"  unserved {answer['unserved_t']['median']:,.0f} t, given up {answer['given_up_t']['median']:,.0f} t; "
            f"{self.data.sizes['draw']} draws, case {self.case.hash}>"
        )

    def _repr_html_(self) -> str:
        table = self.losses_frame().head(10).to_html(index=False, float_format=lambda value: f"{value:,.3g}")
        return f"<pre>{repr(self)[1:-1].replace('&', '&amp;').replace('<', '&lt;')}</pre>{table}"


def interval(values: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    """Median and 80 % range of draws: ``{median, low, high}``; NaN where the group has no buyer."""
    low, median, high = np.quantile(values, [LOW, 0.5, HIGH])
    return {"median": float(median), "low": float(low), "high": float(high)}


def rank_correlation(
    left: np.ndarray[Any, np.dtype[np.float64]], right: np.ndarray[Any, np.dtype[np.float64]]
) -> float:
    """Spearman's rank correlation of two sets of draws; 0 where one of them does not vary."""
    if np.ptp(left) == 0 or np.ptp(right) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(left), rankdata(right))[0, 1])
