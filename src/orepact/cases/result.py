"""The answer to a shock: draws inside, sentences and tables outside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.cases.case import ShockCase
from orepact.cases.summary import summarise
from orepact.files import appearing_whole

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from orepact.network import Network


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
        return summarise(self.case, self.network, self.data)

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
            self.write(part)

    def write(self, path: Path) -> None:
        """Write every draw to ``path`` as netCDF, as it is."""
        self.data.to_netcdf(path, engine="h5netcdf")

    def __repr__(self) -> str:
        answer = self._summary
        abroad, home, went = answer["price_abroad"], answer["price_home"], answer["where_it_went"]
        return (
            f"<ShockResult {answer['question']}\n"
            f"  price abroad  x {abroad['median']:#.3g}  ({abroad['low']:#.3g} to {abroad['high']:#.3g})\n"
            f"  price at home x {home['median']:#.3g}  ({home['low']:#.3g} to {home['high']:#.3g})\n"
            f"  unserved {went['unserved_t']['median']:,.0f} t of {went['lost_t']['median']:,.0f} t lost; "
            f"{self.data.sizes['draw']} draws, case {self.case.hash}>"
        )

    def _repr_html_(self) -> str:
        table = self.losses_frame().head(10).to_html(index=False, float_format=lambda value: f"{value:,.3g}")
        return f"<pre>{repr(self)[1:-1].replace('&', '&amp;').replace('<', '&lt;')}</pre>{table}"
