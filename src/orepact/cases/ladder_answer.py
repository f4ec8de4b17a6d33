"""The ladder in JSON terms: each rung with ranges, how far they disagree and why, who is hit first, and what the answer hangs on."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from orepact import facts
from orepact.cases.dynamics import draw_speeds
from orepact.cases.ladder_rungs import Question, Rung
from orepact.cases.summary import HIGH, LOW, rank_correlation
from orepact.cases.words import question

if TYPE_CHECKING:
    import pandas as pd

    from orepact.cases.ladder import Ladder

Array = NDArray[np.float64]
AGREE = 1.5
"""Factor between the largest and the smallest shortage up to which rungs agree."""

NONE = 0.001
"""Share of use below which a rung sees no shortage to speak of."""

SMALLEST_USER = 0.01
"""Share of the use of those hit from which a country is named as hit first."""

MOST_NAMED = 5
NO_VALUE = "cannot tell: the facts hold the value added of whole EU sectors, which is no value of a tonne"


def ends(values: Array) -> dict[str, float]:
    """Median and 80 % range, of values that may be infinite; no value is made up between two draws."""
    low, median, high = np.quantile(values, [LOW, 0.5, HIGH], method="inverted_cdf")
    return {"median": float(median), "low": float(low), "high": float(high)}


def summarise(found: Ladder) -> dict[str, Any]:
    """The whole answer."""
    asked, price = found.asked, found.asked.network.price
    return {
        "question": question(asked.case),
        "use_t": ends(asked.use),
        "rungs": [rung_row(asked, each) for each in found.rungs],
        "confidence": confidence(found.rungs, asked.use),
        "mitigations": [
            {
                "name": each.name, "what": each.what, "avoided_t": ends(each.avoided), "avoided_by_hit_first_t": ends(each.own),
                "avoided_share_of_shortage": _share(each.avoided, found.rungs[-1].shortage), "price": ends(each.price),
                "days_until_short": ends(each.days), "avoided_usd": ends(each.avoided * price.usd_per_t),
            }
            for each in found.mitigations
        ],
        "sizes": vars(found.sizes),
        "sensitivity": sensitivity(found),
        "certificate": _certificate(found),
        "grade": asked.network.grade,
        "inferred_use": asked.network.inferred_use,
        "base_price": {"usd_per_t": price.usd_per_t, "basis": price.basis, "grade": price.grade, "source": price.source},
        "value_added": NO_VALUE,
        "sources": list(asked.network.sources),
        "case": {**asked.case.model_dump(mode="json"), "hash": asked.case.hash},
    }  # fmt: skip


def _share(part: Array, whole: Array) -> float | None:
    """Share of medians; None where there is nothing to share."""
    most = float(np.median(whole))
    return float(np.median(part)) / most if most > 0 else None


def rung_row(asked: Question, rung: Rung) -> dict[str, Any]:
    """One rung with ranges; None where the rung has no such figure."""
    return {
        "rung": rung.level,
        "name": rung.name,
        "taken_t": ends(rung.taken),
        "replaced_t": ends(rung.replaced),
        "from_stocks_t": ends(rung.from_stocks),
        "given_up_t": ends(rung.given_up),
        "unserved_t": ends(rung.unserved),
        "shortage_t": ends(rung.shortage),
        "shortage_share_of_use": ends(rung.shortage / asked.use),
        "days_until_short": None if rung.days is None else ends(rung.days),
        "price": None if rung.price is None else ends(rung.price),
        "price_peak": None if rung.peak is None else ends(rung.peak),
        "shortage_usd": ends(rung.shortage * asked.network.price.usd_per_t),
        "hit_first": hit_first(asked, rung),
    }


def hit_first(asked: Question, rung: Rung, most: int | None = MOST_NAMED) -> list[dict[str, Any]]:
    """Countries with 1 % or more of the use of those hit: by the day they run short where the rung has days, then by share lost.

    most: how many; all where None.
    """
    use = np.median(asked.arithmetic.use[:, asked.hit], axis=0)
    lost = np.median(rung.lost, axis=0)
    first = (
        np.full(len(use), np.inf) if rung.first is None else np.quantile(rung.first, 0.5, axis=0, method="inverted_cdf")
    )
    rows: list[dict[str, Any]] = [
        {
            "country": country, "name": facts.country_name(country),
            "day": None if rung.first is None else float(day), "lost_t": float(tonnes), "share_lost": float(tonnes / total),
        }
        for country, day, tonnes, total in zip(asked.users, first, lost, use, strict=True)
        if total >= SMALLEST_USER * use.sum()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (np.inf if row["day"] is None else row["day"], -row["share_lost"]))[:most]


def confidence(rungs: tuple[Rung, ...], use: Array) -> dict[str, Any]:
    """How far rungs disagree on the median shortage, in words, with the assumption that makes most of the difference."""
    shortage = {rung.level: max(float(np.median(rung.shortage)), 0.0) for rung in rungs}
    small = NONE * float(np.median(use))
    low, high = min(shortage, key=lambda each: shortage[each]), max(shortage, key=lambda each: shortage[each])
    if shortage[high] <= small:
        return {
            "agree": True,
            "factor": 1.0,
            "words": "the rungs agree: no shortage to speak of",
            "reason": "",
            "pairs": [],
        }
    factor = shortage[high] / shortage[low] if shortage[low] > small else float("inf")
    by_level = {rung.level: rung for rung in rungs}
    agree = factor <= AGREE
    pairs = [
        {"rungs": f"{one.level}, {two.level}", "factor": _factor(one, two, small), "reason": reason(one, two)}
        for one, two in combinations(rungs, 2)
    ]
    apart = (
        f"differ by a factor of {factor:.2g}" if np.isfinite(factor) else f"differ: {low} sees no shortage, {high} does"
    )
    return {
        "agree": agree,
        "factor": factor,
        "words": f"the rungs agree within a factor of {factor:.2g}" if agree else f"the rungs {apart}: low confidence",
        "reason": "" if agree else reason(by_level[low], by_level[high]),
        "when": when(rungs),
        "pairs": pairs,
    }


def _factor(one: Rung, two: Rung, small: float) -> float:
    low, high = sorted(max(float(np.median(each.shortage)), 0.0) for each in (one, two))
    return 1.0 if high <= small else high / low if low > small else float("inf")


def when(rungs: tuple[Rung, ...]) -> str:
    """Whether the rungs that have days disagree on when users run short, in words; empty where they agree."""
    days = {rung.level: ends(rung.days)["median"] for rung in rungs if rung.days is not None}
    first, last = min(days, key=lambda each: days[each]), max(days, key=lambda each: days[each])
    if days[last] == days[first] or days[last] <= AGREE * days[first]:
        return ""
    late = f"day {days[last]:.0f}" if np.isfinite(days[last]) else "never"
    why = {
        "L4": "by months dear stocks are held back and use is given up from the start",
        "L0": "by months others sell more before stocks are gone",
    }
    return f"on when they differ: day {days[first]:.0f} by {first}, {late} by {last} ({why[first]}): low confidence"


def reason(one: Rung, two: Rung) -> str:
    """Which term of ``taken = replaced + stocks + shortage`` drives two rungs apart, and what each assumes of it."""
    lower, upper = sorted((one, two), key=lambda rung: rung.level)
    others = float(np.median(upper.replaced) - np.median(lower.replaced))
    stocks = float(np.median(upper.from_stocks) - np.median(lower.from_stocks))
    worse = float(np.median(upper.shortage)) > float(np.median(lower.shortage))
    replaced = others <= stocks if worse else others >= stocks
    words = {
        ("L0", True): "arithmetic lets nobody else sell more; in a market others sell more at a higher price",
        (
            "L0",
            False,
        ): "arithmetic empties users' stocks to the last tonne; in a market part is held for a dearer month",
        (
            "L1",
            True,
        ): "one period lets others answer over its whole length at once; by months plants, habit and stock purchases take time",
        (
            "L1",
            False,
        ): "one period draws stocks once; by months they are drawn as prices rise, held back, and bought back",
    }
    tonnes = others if replaced else stocks
    what = "replaced by others" if replaced else "taken from users' stocks"
    more = "more" if tonnes > 0 else "less"
    share = abs(tonnes) / max(float(np.median(lower.taken)), 1e-300)
    return f"{words[lower.level, replaced]} ({upper.level} has {100 * share:.0f} % of what is taken away {more} {what} than {lower.level})"


def sensitivity(found: Ladder) -> list[dict[str, Any]]:
    """What the shortage hangs on: rank correlation with each drawn parameter on L1 and L4, strongest on L4 first."""
    case, drawn = found.asked.case, found.asked.drawn
    short = drawn.column("demand elasticity"), drawn.column("supply elasticity")
    speeds = draw_speeds(case.mineral, number=case.draws, seed=case.seed, short=short)
    slow = {
        "years until demand has answered": speeds.demand_years, "years until capacity has answered": speeds.supply_years,
        "years of buyers' habit": speeds.habit_years, "years to rebuild stocks": speeds.rebuild_years,
    }  # fmt: skip
    values = {**drawn.values, **{name: column[:, 0] for name, column in slow.items()}}
    one, months = found.rungs[1].shortage, found.rungs[-1].shortage
    rows = []
    for name, column in values.items():
        order = np.argsort(column, kind="stable")
        third = max(1, len(order) // 3)
        rows.append(
            {
                "parameter": name,
                "rank_correlation": rank_correlation(column, months),
                "rank_correlation_one_period": 0.0 if name in slow else rank_correlation(column, one),
                "shortage_when_low_t": float(np.median(months[order[:third]])),
                "shortage_when_high_t": float(np.median(months[order[-third:]])),
            }
        )
    return sorted(rows, key=lambda row: -abs(row["rank_correlation"]))


def _certificate(found: Ladder) -> dict[str, Any]:
    one, many = found.shock.data.attrs, found.path.data.attrs
    draws, months = found.asked.case.draws, int(found.asked.case.months)
    return {
        "max_balance": max(float(one["max_balance"]), float(many["max_balance"])),
        "max_complementarity": max(float(one["max_complementarity"]), float(many["max_complementarity"])),
        "solved": draws * (1 + months * (1 + len(found.mitigations))),
        "failed": 0,
    }


def frame_of(found: Ladder) -> pd.DataFrame:
    """One row a rung; what never happens is empty."""
    import pandas as pd

    rows = []
    for each in found.summary()["rungs"]:
        row: dict[str, Any] = {"rung": each["rung"], "name": each["name"]}
        for name, value in each.items():
            if isinstance(value, dict):
                row |= {f"{name}_{end}": number for end, number in value.items()}
        row["hit_first"] = " ".join(entry["country"] for entry in each["hit_first"])
        rows.append(row)
    return pd.DataFrame(rows).replace([np.inf], np.nan)
