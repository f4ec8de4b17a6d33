"""Question 5: is a fall in price or a rise in imports dumping-like or ordinary? All minerals as a grid, and the case of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact.api.question import Asked, Question, parameter
from orepact.api.shapes.watch import WatchAnswer
from orepact.errors import BadInput, OrepactError, Problem
from orepact.watch.case_file import CaseFile

if TYPE_CHECKING:
    import pandas as pd

    from orepact.watch.looking import Look
    from orepact.watch.own_series import Kind

ALL = "all"


class WatchAsked(Asked):
    """What the screens say of imports into a region, its producers, and the prices of what it uses."""

    region: str = parameter("Whose imports and producers.", unit="name", default="EU27", needed=True)
    minerals: str = parameter(
        "all, or minerals joined by commas.", unit="name", default=ALL, example="graphite,lithium"
    )
    fdr: float = parameter(
        "Share of false leads that is borne among those that stand.", unit="1", default=0.1, gt=0, lt=1
    )


def _work(asked: WatchAsked) -> Look:
    from orepact.watch.looking import watch
    from orepact.watch.shipped import evidence, minerals

    slugs = minerals() if asked.minerals.casefold() == ALL else _named(asked.minerals)
    return watch([evidence(each, asked.region) for each in slugs], region=asked.region, fdr=asked.fdr)


def _named(said: str) -> tuple[str, ...]:
    """Minerals joined by commas; every one that is not known is told."""
    from orepact import facts

    found: list[str] = []
    problems: list[Problem] = []
    for part in (each.strip() for each in said.split(",")):
        try:
            found.append(facts.resolve_mineral(part))
        except OrepactError as error:
            problems += [Problem("--minerals", each.wrong, each.found, each.todo) for each in error.problems]
    if problems:
        raise BadInput(problems)
    return tuple(dict.fromkeys(found))


def _record(found: Look) -> dict[str, Any]:
    return found.summary()


def _frame(found: Look) -> pd.DataFrame:
    return found.frame()


WATCH: Question[WatchAsked, Look] = Question(
    name="watch",
    title="Which prices and imports look like dumping, oversupply or manipulation?",
    asked=WatchAsked,
    work=_work,
    record=_record,
    frame=_frame,
    shape=WatchAnswer,
    places={"place": "region", "country": "region"},
)


class WatchFileAsked(Asked):
    """Whether one mineral's price fall is dumping-like or ordinary: facts, legal test, innocent explanations, costs."""

    mineral: str = parameter("Mineral, by any usual name.", unit="name", default="lithium", needed=True)
    region: str = parameter("Whose imports and producers.", unit="name", default="EU27", needed=True)
    reference: float | None = parameter(
        "Reference price that the price is held against.",
        unit="USD per tonne",
        default=None,
        example=20_000,
        ge=1e-6,
        le=1e12,
        allow_inf_nan=False,
    )
    tax: float = parameter(
        "Tax between inside and outside market, a share of the price.", unit="1", default=0.0, example=0.13, ge=0, le=2
    )
    currency: float | None = parameter(
        "Change of the exporter's currency against the dollar over the same time, a share.",
        unit="1",
        default=None,
        example=-0.05,
        ge=-0.99,
        le=10,
        allow_inf_nan=False,
    )
    acting: float | None = parameter(
        "Reference price of the case of acting; a tenth above the base price when left out.",
        unit="USD per tonne of content",
        default=None,
        example=80_000,
        ge=1e-6,
        le=1e12,
        allow_inf_nan=False,
    )
    grown: float = parameter(
        "Capacity that the largest producer outside adds in the case of not acting, a share.",
        unit="1",
        default=0.2,
        ge=0.01,
        le=5,
    )


def case_of(asked: WatchFileAsked, texts: Mapping[Kind, str] | None = None) -> CaseFile:
    """The case file of the parameters, with series that somebody sent in place of the facts'."""
    from orepact import facts
    from orepact.watch.case_file import case_file
    from orepact.watch.own import with_own
    from orepact.watch.shipped import evidence

    base = evidence(facts.resolve_mineral(asked.mineral), asked.region)
    held = with_own(base, texts or {}, reference=asked.reference, tax=asked.tax, place="{kind}")
    return case_file(held, currency=asked.currency, acting=asked.acting, grown=asked.grown, own=bool(texts))


def _file_record(found: CaseFile) -> dict[str, Any]:
    from orepact.watch.case_file import record

    return record(found)


def _file_frame(found: CaseFile) -> pd.DataFrame:
    import pandas as pd

    from orepact.watch.case_file import ROWS, rows

    return pd.DataFrame(rows(found), columns=list(ROWS))


WATCH_FILE: Question[WatchFileAsked, CaseFile] = Question(
    name="watch_file",
    title="Is this price fall dumping-like or ordinary?",
    asked=WatchFileAsked,
    work=case_of,
    record=_file_record,
    frame=_file_frame,
    shape=CaseFile,
    places={"place": "region", "country": "region"},
)
