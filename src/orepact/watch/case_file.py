"""The case of one mineral: facts, legal test, innocent explanations, costs, dissent, and a plain sentence, as a frozen record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from orepact import facts
from orepact.watch.cost_of_acting import GROWN, costs
from orepact.watch.explanations import EXPLAINS, explanations, fall_of
from orepact.watch.judge import Standing, independent, standing
from orepact.watch.legal_test import legal_test
from orepact.watch.looking import FDR, Look, watch
from orepact.watch.screen import LEAD, UNTOLD, Finding
from orepact.watch.series import Evidence, Series
from orepact.watch.verdict import Verdict, judged


class Part(BaseModel):
    """A frozen part of a case file; unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(Part):
    """One figure with its unit, period, sources and grade."""

    what: str
    value: float
    unit: str
    period: str
    sources: tuple[str, ...]
    grade: str


class Said(Part):
    """What one screen said."""

    screen: str
    title: str
    state: str
    period: str
    p: float | None
    q: float | None
    stands: bool
    words: str
    missing: tuple[str, ...]
    families: tuple[str, ...]


class Tested(Part):
    """An element of the legal test, or an innocent explanation: its verdict and the figures that speak to it."""

    name: str
    law: str = ""
    verdict: str
    figures: tuple[str, ...]
    grade: str = ""


class Drawn(Part):
    """A series for a picture, with events by period."""

    what: str
    unit: str
    periods: tuple[str, ...]
    values: tuple[float, ...]
    events: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    grade: str


class CaseFile(Part):
    """The case of one mineral and region.

    standing: ``signal``, ``watch``, ``quiet`` or ``cannot tell``. verdict: ``dumping-like``, ``watch``, ``ordinary`` or ``cannot tell``.
    sentence: the verdict in words. costs: of acting and of not acting, USD and tonnes of content a year. dissent: what people say against
    it, kept as given.
    """

    mineral: str
    name: str
    region: str
    facts_version: str
    standing: Standing
    verdict: Verdict
    sentence: str
    fired: tuple[str, ...]
    independent: tuple[str, ...]
    tested: int
    screens: tuple[Said, ...]
    fall: float | None = Field(description="fall of the price, share; below zero is a rise")
    fall_of: str = Field(default="the price", description="the price whose fall that is")
    facts: tuple[Fact, ...]
    legal_test: tuple[Tested, ...]
    explanations: tuple[Tested, ...]
    costs: dict[str, Any]
    dissent: tuple[str, ...]
    series: tuple[Drawn, ...]
    own: bool = False


def case_file(
    evidence: Evidence,
    *,
    fdr: float = FDR,
    currency: float | None = None,
    dissent: Sequence[str] = (),
    acting: float | None = None,
    grown: float = GROWN,
    own: bool = False,
    looked: Look | None = None,
) -> CaseFile:
    """The case of one mineral.

    currency: change of the exporter's currency against the dollar, share. acting: reference price of the case of acting, USD per tonne of
    content; a tenth above the base price when left out. grown: capacity that the rival adds in the case of not acting, share.
    """
    found = looked or watch([evidence], region=evidence.region, fdr=fdr)
    findings = found.of(evidence.mineral)
    price = evidence.held_price or evidence.price
    fall = fall_of(price)
    tried = explanations(evidence, fall, currency)
    spent = costs(evidence.mineral, evidence.region, acting, grown)
    verdict, sentence = judged(evidence.name, findings, [each.name for each in tried if each.verdict == EXPLAINS])
    return CaseFile(
        mineral=evidence.mineral, name=evidence.name, region=evidence.region, facts_version=facts.version(), standing=standing(findings),
        verdict=verdict, sentence=sentence, fired=tuple(each.screen for each in findings if each.state == LEAD),
        independent=tuple(each.screen for each in independent(findings)), tested=sum(each.state != UNTOLD for each in findings),
        screens=tuple(_said(each) for each in findings), fall=None if fall is None else 1 - math.exp(-fall),
        fall_of="the price" if price is None else price.what,
        facts=tuple(_facts(evidence)), legal_test=tuple(
            Tested(name=each.name, law=each.law, verdict=each.verdict, figures=each.figures) for each in legal_test(findings, tried, spent)
        ),
        explanations=tuple(Tested(name=each.name, verdict=each.verdict, figures=(each.figure,), grade=each.grade) for each in tried),
        costs=spent, dissent=tuple(dissent), series=tuple(_drawn(evidence)), own=own,
    )  # fmt: skip


def _said(each: Finding) -> Said:
    from orepact.watch.screens import BY_NAME

    return Said(
        screen=each.screen, title=BY_NAME[each.screen].title, state=each.state, period=each.period, p=each.p, q=each.q, stands=each.stands,
        words=each.words, missing=each.missing, families=tuple(sorted(each.families)),
    )  # fmt: skip


SHOWN = (
    "price",
    "held_price",
    "imports",
    "import_price",
    "local_share",
    "capacity",
    "demand",
    "gap",
    "exports",
    "stocks",
)


def _facts(evidence: Evidence) -> list[Fact]:
    """The last figure of every series, and every level."""
    found = []
    for name in SHOWN:
        series = getattr(evidence, name)
        if isinstance(series, Series) and len(series):
            found.append(Fact(what=series.what, value=series.values[-1], unit=series.unit, period=series.periods[-1],
                              sources=series.sources, grade=series.grade))  # fmt: skip
    found += [
        Fact(what=each.what, value=each.value, unit=each.unit, period="", sources=each.sources, grade=each.grade)
        for each in (evidence.reference, evidence.cost90)
        if each is not None
    ]
    return list(dict.fromkeys(found))


def _drawn(evidence: Evidence) -> list[Drawn]:
    """Series worth a picture: prices, imports and what was paid for them, with the dated controls."""
    from orepact.watch.shipped_trade import dated

    found = []
    for name in ("price", "held_price", "imports", "import_price"):
        series = getattr(evidence, name)
        if series is None or (name == "held_price" and series == evidence.price):
            continue
        events = tuple(
            (period, words)
            for since, words in dated(evidence.mineral)
            if (period := since[: len(series.periods[0])]) in series.periods
        )
        found.append(Drawn(what=series.what, unit=series.unit, periods=series.periods, values=series.values, events=events,
                           sources=series.sources, grade=series.grade))  # fmt: skip
    return found


def record(file: CaseFile) -> dict[str, Any]:
    """In JSON terms; ``CaseFile.model_validate`` reads it back."""
    return file.model_dump(mode="json")


def read_back(given: Mapping[str, Any]) -> CaseFile:
    """The case file of a record."""
    return CaseFile.model_validate(given)


ROWS = ("part", "name", "verdict", "figures", "grade")


def rows(file: CaseFile) -> list[dict[str, Any]]:
    """The screens, the legal test and the explanations as rows of one table."""
    found = [
        {
            "part": "screen",
            "name": each.screen,
            "verdict": each.state,
            "figures": each.words or "; ".join(each.missing),
            "grade": "",
        }
        for each in file.screens
    ]
    for part, held in (("legal test", file.legal_test), ("explanation", file.explanations)):
        found += [
            {
                "part": part,
                "name": each.name,
                "verdict": each.verdict,
                "figures": "; ".join(each.figures),
                "grade": each.grade,
            }
            for each in held
        ]
    return found
