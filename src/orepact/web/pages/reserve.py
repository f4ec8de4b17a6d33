"""The page of question 7: what a reserve should hold, how fast to buy it, when to release it, what it avoids, what that hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.api.questions.reserve import AT_ONCE, RESERVE, ReserveAsked
from orepact.errors import UnknownName
from orepact.report.numbers import money, percent, tonnes
from orepact.web.forms import minerals, places, region_choices
from orepact.web.page import Page, Preset
from orepact.web.pages.answers_why import reserve_why
from orepact.web.pages.reserve_charts import charts
from orepact.web.sources import command_line, source_line, source_rows

if TYPE_CHECKING:
    from orepact.planning.reserve_size import ReservePlan

OBJECTIVES = (
    ("emergency", "an emergency"), ("market-making", "making a market"), ("demand-aggregation", "joint purchases"),
)  # fmt: skip
POLICIES = (
    ("", "no rule set: only what is worth its carrying"), ("vault", "Project Vault (United States)"), ("jogmec", "JOGMEC (Japan)"),
    ("korea", "the Korean public stock"), ("australia", "the Australian strategic reserve"), ("eu", "the EU's Act, Articles 22 and 23"),
    ("nds", "the National Defense Stockpile (United States)"),
)  # fmt: skip
WEAKEST = "E"
FEW_DRAWS = 200
SPENT = 1e-6
"""Share of the money below which what is left is no more than rounding."""


def view(asked: ReserveAsked, plan: ReservePlan) -> Mapping[str, Any]:
    """Words and pictures of the answer."""
    from orepact.report.reserve_text import headline
    from orepact.report.too_narrow import too_narrow

    answer = plan.summary()
    source = source_line(answer["sources"], max(answer["grades"].values(), default=WEAKEST))
    held = [row for row in answer["holdings"] if row["tonnes"] > 0]
    return {
        "answer": answer, "headline": headline(answer), "normal": _normal(answer), "unspent": _unspent(answer), "narrow": too_narrow(),
        "held": sorted(held, key=lambda row: -row["cost"]), "pace": {row["mineral"]: row for row in answer["pace"]},
        "not_held": [row for row in answer["holdings"] if row["tonnes"] <= 0], "charts": charts(answer, source),
        "storage": {row["mineral"]: row for row in answer["inputs"]["storage"]},
        "avoided": {row["mineral"]: row for row in answer["avoided"]["by_mineral"]}, "hangs": _hangs(answer),
        "few_draws": asked.draws < FEW_DRAWS, "objective": dict(OBJECTIVES)[plan.request.objective],
        "opens": [row for row in answer["triggers"] if row["opens"]], "shut": [row for row in answer["triggers"] if not row["opens"]],
        "command": command_line("reserve", asked, {}) + _needed(asked), "sources": source_rows(answer["sources"]),
        **reserve_why(asked, answer),
    }  # fmt: skip


def _needed(asked: ReserveAsked) -> str:
    """Options that the command asks for, or has another default of, where the page leaves its own default out."""
    fields = type(asked).model_fields
    said = [("budget", f"{asked.budget:g}"), ("minerals", asked.minerals), ("draws", str(asked.draws))]
    return "".join(f" --{name} {value}" for name, value in said if getattr(asked, name) == fields[name].default)


def _normal(answer: Mapping[str, Any]) -> str:
    """What the region uses in normal times, and from whom."""
    rows = [
        f"{row['name']} {tonnes(row['use_t_a_year'])} t a year, {percent(row['largest_share'])} of it from "
        f"{'nobody abroad' if row['largest_supplier'] is None else facts.country_name(row['largest_supplier'])}"
        for row in answer["holdings"]
    ]
    return f"Normal use: {'; '.join(rows)} (the largest supplier)." if rows else ""


def _unspent(answer: Mapping[str, Any]) -> str:
    sums = answer["money"]
    share = sums["unspent_usd"] / sums["budget_usd"]
    if share <= SPENT:
        return "All of the money is spent: a larger budget would be used too."
    why = "no further tonne that can be bought within the sizes looked at is worth what it costs to carry"
    if any(row["target_days"] for row in answer["holdings"]):
        why = "the days of cover of the rule set are filled"
    return f"USD {money(sums['unspent_usd'])} ({percent(share)}) stay unspent, because {why}."


def _hangs(answer: Mapping[str, Any]) -> list[dict[str, str]]:
    """For each mineral, what every probability must be multiplied by for its first tonne to be worth its carrying."""
    rows = []
    for row in answer["holdings"]:
        factor = row["break_even"]
        if factor is None:
            said = "pays at no probability: what it would release is of no use in these halts"
        elif row["tonnes"] > 0:
            said = f"pays down to {factor:.2g} times the assumed probabilities of halts"
        else:
            said = f"pays from {factor:.3g} times the assumed probabilities of halts on"
        rows.append({"name": row["name"], "held": "held" if row["tonnes"] > 0 else "not held", "said": said})
    return rows


def form(asked: ReserveAsked) -> Mapping[str, Any]:
    """What the blanks may hold."""
    return {
        "budget": money(asked.budget) if _exact(asked.budget) else f"{asked.budget:.15g}", "region": _spoken(asked.region),
        "regions": region_choices(), "places": places(), "minerals": _names(asked.minerals), "known": minerals(),
        "objective": asked.objective, "objectives": OBJECTIVES, "policy": asked.policy or "", "policies": POLICIES,
        "months": "" if asked.months is None else f"{asked.months:g}", "draws": asked.draws, "most": AT_ONCE,
    }  # fmt: skip


def _exact(value: float) -> bool:
    from orepact.api.questions.reserve import usd

    return bool(usd(money(value)) == value)


def _spoken(codes: str) -> str:
    named = dict(places())
    return ", ".join(named.get(part.strip().upper(), part.strip()) for part in codes.split(",") if part.strip())


def _names(said: str) -> str:
    names = []
    for part in said.split(","):
        try:
            names.append(facts.mineral_name(facts.resolve_mineral(part.strip())))
        except UnknownName:
            names.append(part.strip())
    return ", ".join(names)


def _picture(plan: ReservePlan, ending: str) -> bytes:
    from orepact.report.reserve_chart import reserve_picture

    return reserve_picture(plan, ending)


RESERVE_PAGE = Page(
    question=RESERVE,
    nav="Reserve",
    about="What should a reserve hold, bought how fast, released on which trigger?",
    view=view,
    form=form,
    picture=_picture,
    presets=(
        Preset(
            "Project Vault: USD 12 bn for the United States",
            {"budget": "12e9", "region": "USA", "minerals": "gallium,niobium,platinum", "policy": "vault"},
        ),
        Preset(
            "Japan under JOGMEC's rules",
            {"budget": "1e9", "region": "JPN", "minerals": "gallium,antimony", "policy": "jogmec"},
        ),
        Preset(
            "Korea's public stock",
            {"budget": "1e9", "region": "KOR", "minerals": "gallium,germanium", "policy": "korea"},
        ),
        Preset(
            "An EU stockpile of gallium and germanium",
            {"budget": "5e8", "region": "EU27", "minerals": "gallium,germanium", "policy": "eu"},
        ),
        Preset(
            "The United States, only what pays",
            {"budget": "12e9", "region": "USA", "minerals": "gallium,niobium,platinum"},
        ),
    ),
)
