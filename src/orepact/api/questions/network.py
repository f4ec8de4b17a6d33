"""What can be asked, and the balanced table behind an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.network import MineralsAnswer, NetworkAnswer

if TYPE_CHECKING:
    import pandas as pd

    from orepact.network import Network

Rows = list[dict[str, Any]]


class MineralsAsked(Asked):
    """Minerals that have a balanced table, and those that cannot have one yet, with what is missing."""


class NetworkAsked(Asked):
    """Who makes, ships and uses a mineral, in tonnes of content, cell by cell graded."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="gallium")
    base_year: int | None = parameter(
        "Year of the table; the mineral's usual one when left out.",
        unit="year",
        default=None,
        ge=1958,
        le=2100,
        example=2024,
    )


def _minerals(asked: MineralsAsked) -> Rows:
    del asked
    from orepact.report.network_text import mineral_rows

    return mineral_rows()


def _frame_of_rows(rows: Rows) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows)


def _network(asked: NetworkAsked) -> Network:
    from orepact.network import network

    return network(asked.mineral, asked.base_year)


def _network_record(found: Network) -> dict[str, Any]:
    from orepact.report.network_text import network_answer

    return network_answer(found)


def _network_frame(found: Network) -> pd.DataFrame:
    return found.frame()


MINERALS: Question[MineralsAsked, Rows] = Question(
    name="minerals",
    title="Which minerals can be asked about, and what is missing for the others?",
    asked=MineralsAsked,
    work=_minerals,
    record=list,
    frame=_frame_of_rows,
    shape=MineralsAnswer,
)
NETWORK: Question[NetworkAsked, Network] = Question(
    name="network",
    title="Who makes, ships and uses a mineral?",
    asked=NetworkAsked,
    work=_network,
    record=_network_record,
    frame=_network_frame,
    shape=NetworkAnswer,
    places={"mineral": "mineral", "network": "mineral", "--base-year": "base_year"},
)
