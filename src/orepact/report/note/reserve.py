"""The note of question 7: what a reserve should hold, bought how fast, released when, who pays, and what it avoids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.planning.reserve_request import POLICIES
from orepact.report.note.record import OURS, Asked, Certainty, Figure, Listing, Note, Picture, sources_of
from orepact.report.note.words import asked_as, place_name, sentence
from orepact.report.numbers import UNTOLD, interval_of_tonnes, money, percent, ratio, tonnes
from orepact.report.reserve_text import headline
from orepact.report.too_narrow import with_command

if TYPE_CHECKING:
    from orepact.planning.reserve_size import Candidate, ReservePlan

MOST_ROWS = 12
MOST_MINERALS = 5
"""Minerals whose price and use stand among the key figures; the spreadsheet has all."""

NEVER = 1e9
WEAKEST = "E"
LEAVES_OUT = (
    "Probabilities of halts are assumptions (grade E), not forecasts; sizes move with them.",
    "Each mineral by itself: a halt of one says nothing of the next, and nobody hoards because the reserve buys.",
)
USD_A_YEAR = "USD a year"


def reserve_brief(plan: ReservePlan, *, own_scenarios: bool = False) -> Note:
    """The note without its pictures. own_scenarios: whether the halts are a file of the asker's."""
    answer = plan.summary()
    sums, year = answer["money"], answer["avoided"]["a_year"]
    region = place_name(plan.request.region_name)
    held = sum(row["tonnes"] > 0 for row in answer["holdings"])
    title = (
        f"Hold {held} of {len(answer['holdings'])} minerals: worth USD {money(sums['worth_usd_a_year'])} "
        f"({_ends(year['worth_usd'])}) in an expected year, "
        f"USD {money(sums['carrying_usd_a_year'])} a year to carry"
        if held
        else "Hold nothing: no tonne is worth what it costs to carry"
    )
    rule = f" under the rules of {plan.request.rules.RULE}" if plan.request.ruled else ""
    return Note(
        name="reserve",
        question=f"What should a reserve of USD {money(sums['budget_usd'])} for {region} hold ({plan.request.objective}){rule}, "
        "bought how fast, and released on which trigger?",
        title=title,
        answer=headline(answer),
        normal=_normal(answer, region),
        remarks=tuple(_remarks(answer)),
        figures=tuple(_figures(plan, answer)),
        loses=_pays(plan, answer, region),
        gains=_spared(plan, answer),
        helps=_holdings(plan, answer),
        certainty=_certainty(plan, answer),
        sources=sources_of({*(row["source"] for row in answer["sources"]), *_scenarios(plan), OURS}),
        case=asked(plan, own_scenarios=own_scenarios),
    )  # fmt: skip


def reserve_note(plan: ReservePlan, *, own_scenarios: bool = False) -> Note:
    """The whole note."""
    from orepact.report.reserve_chart import panels

    brief = reserve_brief(plan, own_scenarios=own_scenarios)
    cited = tuple(each.source for each in brief.sources)
    titles = (
        ("Worth in an expected year, million USD; label: to hold", "The table of what is spared says the same."),
        ("Days of use unserved in the worst halt", "The spreadsheet says the same in numbers."),
        ("Price in the worst halt, times base, without and with", "The spreadsheet says the same in numbers."),
    )
    drawn = zip(titles, panels(plan), strict=False)
    return replace(brief, pictures=tuple(Picture(title, svg, alt, cited) for (title, alt), svg in drawn))


def asked(plan: ReservePlan, *, own_scenarios: bool = False) -> Asked:
    """The command that gives a plan again; the name of a file of scenarios is not said, and stands as ``FILE``."""
    request = plan.request
    words = [
        "orepact", "reserve", "--budget", f"{request.budget:.12g}", "--region", request.region_name,
        "--minerals", ",".join(request.minerals), "--objective", request.objective, "--draws", str(request.draws),
        "--seed", str(request.seed),
    ]  # fmt: skip
    policy = next((name for name, kind in POLICIES.items() if type(request.rules) is kind), None)
    words += [] if policy is None else ["--policy", policy]
    months = {each.months for each in request.scenarios}
    if own_scenarios:
        words += ["--scenarios", "FILE"]
    elif len(months) == 1:
        words += ["--months", f"{months.pop():g}"]
    if request.values:
        words += ["--values", ",".join(f"{name}={value:.12g}" for name, value in request.values.items())]
    named = {"command": words, "scenarios": [vars(each) for each in request.scenarios], "members": request.region}
    return asked_as(words, named)


def rests_on(found: Candidate) -> tuple[str, ...]:
    """Sources of the table, the price and the storage of one mineral."""
    return tuple(dict.fromkeys((*found.network.sources, found.network.price.source, found.storage.source)))


def _scenarios(plan: ReservePlan) -> tuple[str, ...]:
    return tuple(sorted({each.source for each in plan.request.scenarios}))


def _normal(answer: Mapping[str, Any], region: str) -> str:
    rows = [
        f"{row['name']} {tonnes(row['use_t_a_year'])} t a year, {percent(row['largest_share'])} of it from "
        + ("nobody abroad" if row["largest_supplier"] is None else facts.country_name(row["largest_supplier"]))
        for row in answer["holdings"][:MOST_MINERALS]
    ]
    more = len(answer["holdings"]) - len(rows)
    rest = f"; and {more} more in the spreadsheet" if more else ""
    return (
        f"Normal use of {region}, in tonnes of content, with the largest supplier's share: {'; '.join(rows)}{rest}."
        if rows
        else ""
    )


def _remarks(answer: Mapping[str, Any]) -> Iterator[str]:
    opens = [row["when"] for row in answer["triggers"] if row["opens"]]
    rules = answer["policy"]
    if opens:
        yield f"Release ({rules['name']}) when {'; or '.join(opens)}."
    else:
        yield f"No trigger releases it by itself: these rules ({rules['name']}) inform and coordinate."
    lacking = [
        f"{row['name']} ({'at no probability' if row['break_even'] is None else format(row['break_even'], '.3g') + ' times'})"
        for row in answer["holdings"]
        if row["tonnes"] <= 0
    ]
    if lacking:
        yield f"Not held, with the multiple of the assumed probabilities from which a first tonne would pay: {', '.join(lacking)}."
    if answer["cannot_tell"]:
        told = "; ".join(
            f"{row['name']}: {row['missing'].removeprefix('cannot tell: ')}"
            for row in answer["cannot_tell"][:MOST_ROWS]
        )
        yield sentence(f"Cannot tell: {told}")


def _figures(plan: ReservePlan, answer: Mapping[str, Any]) -> Iterator[Figure]:
    sums, year = answer["money"], answer["avoided"]["a_year"]
    grade = max(answer["grades"].values(), default=WEAKEST)
    bought = [each for each in plan.candidates if plan.held[each.mineral] > 0]
    every = tuple(dict.fromkeys((*(name for each in bought for name in rests_on(each)), *_scenarios(plan), OURS)))
    yield Figure("Purchases", money(sums["purchases_usd"]), "chosen", "USD, prices of each base year", grade, every)
    yield Figure("Money left", money(sums["unspent_usd"]), "chosen", "USD", grade, every)
    yield Figure("To carry", money(sums["carrying_usd_a_year"]), "median price", USD_A_YEAR, grade, every)
    if bought:
        yield Figure(
            "Worth in an expected year", money(sums["worth_usd_a_year"]), _ends(year["worth_usd"]), f"{USD_A_YEAR}, mean of draws",
            WEAKEST, every,
        )  # fmt: skip
    told = {row["mineral"]: row for row in answer["holdings"]}
    for each in sorted(plan.candidates, key=lambda one: -plan.held[one.mineral])[:MOST_MINERALS]:
        name, row, price = facts.mineral_name(each.mineral), told[each.mineral], each.network.price
        unit = f"USD per t of content, {each.network.base_year}"
        yield Figure(f"Price of {name}", tonnes(price.usd_per_t), "published", unit, price.grade, (price.source,))
        yield Figure(
            f"Use of {name}", tonnes(row["use_t_a_year"]), "central", "t of content a year", each.network.grade,
            tuple(each.network.sources),
        )  # fmt: skip


def _ends(found: Mapping[str, float]) -> str:
    return f"{money(found['low'])} to {money(found['high'])}"


def _pays(plan: ReservePlan, answer: Mapping[str, Any], region: str) -> Listing:
    """Who pays for it, and who goes short all the same."""
    sums = answer["money"]
    rows = [
        ("Holder: purchases", f"USD {money(sums['purchases_usd'])}"),
        ("Holder: interest, storage", f"USD {money(sums['carrying_usd_a_year'])} a year"),
    ]
    for row in sorted(answer["pace"], key=lambda each: -each["price_while_buying"]["median"])[:3]:
        rise = row["price_while_buying"]
        ends = " to ".join(percent(rise[end] - 1) for end in ("low", "high"))
        rows.append((f"Other buyers of {row['name']}", f"price +{percent(rise['median'] - 1)} ({ends})"))
    for row in answer["avoided"]["by_mineral"][:MOST_MINERALS]:
        worst = worst_halt(row)
        rows.append((f"Users of {row['name']}", f"{interval_of_tonnes(worst['unserved_with_t'])} t unserved"))
    note = (
        f"Users: of {region}, who go without in the worst halt even with the reserve. Other buyers: while it is filled. 80 % range in "
        "brackets. Who pays the holder is not in this answer."
    )
    return Listing("Who pays, and who still loses", ("Who", "What"), tuple(rows), note, _every(plan))


def worst_halt(row: Mapping[str, Any]) -> dict[str, Any]:
    """The scenario in which most stays unserved without the reserve."""
    found: dict[str, Any] = max(row["if_it_happens"], key=lambda each: each["unserved_without_t"]["median"])
    return found


def _spared(plan: ReservePlan, answer: Mapping[str, Any]) -> Listing:
    rows = tuple(
        (row["name"], f"{money(row['unserved_usd']['median'])} ({_ends(row['unserved_usd'])})",
         f"{money(row['spared_usd']['median'])} ({_ends(row['spared_usd'])})")
        for row in answer["avoided"]["by_mineral"][:MOST_ROWS]
    )  # fmt: skip
    note = (
        "Users in an expected year, USD; medians with 80 % range."
        if rows
        else "Nothing is held, so that nothing is spared."
    )
    more = max(len(answer["avoided"]["by_mineral"]) - MOST_ROWS, 0)
    return Listing("Who gains", ("Mineral", "Served after all", "Spared on purchases"), rows, note, _every(plan), more)


def _every(plan: ReservePlan) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys((*(name for each in plan.candidates for name in rests_on(each)), *_scenarios(plan), OURS))
    )


def _holdings(plan: ReservePlan, answer: Mapping[str, Any]) -> Listing:
    fast = {row["mineral"]: row for row in answer["pace"]}
    held = sorted((row for row in answer["holdings"] if row["tonnes"] > 0), key=lambda row: -row["cost"])
    rows = tuple(
        (
            row["name"], tonnes(row["tonnes"]), f"{row['days']:.0f}", money(row["cost"]), money(row["carry_usd_a_year"]),
            tonnes(fast[row["mineral"]]["tonnes_a_month"]), _months(fast[row["mineral"]]["months_to_fill"]),
            "none" if row["break_even"] is None else ratio(row["break_even"]), row["grade"],
        )
        for row in held[:MOST_ROWS]
    )  # fmt: skip
    heads = (
        "Mineral",
        "Hold, t",
        "Days",
        "Cost, USD",
        "Carry, USD/y",
        "Buy, t/month",
        "Full, months",
        "Pays from",
        "Grade",
    )
    note = (
        "Tonnes of content. Days: of the region's normal use. Pays from: multiple of the assumed odds from which a tonne pays."
        if rows
        else "Nothing: at these probabilities no tonne of any of them is worth what it costs to carry."
    )
    return Listing(
        "What to hold, and how fast to buy it", heads, rows, note, _every(plan), max(len(held) - MOST_ROWS, 0)
    )


def _months(value: float) -> str:
    return f"{value:.0f}" if value < NEVER else UNTOLD


def _certainty(plan: ReservePlan, answer: Mapping[str, Any]) -> Certainty:
    grade = max(answer["grades"].values(), default=WEAKEST)
    each = ", ".join(
        f"{facts.mineral_name(name)} {found}" for name, found in sorted(answer["grades"].items())[:MOST_ROWS]
    )
    words = (
        f"the worst grade of the tables that use rests on, from A (official and complete) to E (inferred): {each or 'none'}. What it is "
        f"worth is never better than E, for the odds of halts are assumed. {plan.request.draws} draws. {with_command()}"
    )
    drivers = tuple(
        f"{row['scenario']}: {percent(row['probability_a_year'])} a year, {row['months']:g} months, {percent(row['cut'])} of exports "
        f"(grade {row['grade']}, assumed)"
        for row in answer["inputs"]["scenarios"][:6]
    )  # fmt: skip
    return Certainty(grade, words, drivers, (*LEAVES_OUT, *(sentence(note) for note in answer["notes"])))
