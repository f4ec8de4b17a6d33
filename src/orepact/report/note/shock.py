"""The note of question 1: what happens if a supply stops, who loses, who gains, what would help, and how sure that is."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orepact import facts
from orepact.cases.words import question
from orepact.errors import OrepactError
from orepact.report import months_text
from orepact.report.note.record import Asked, Certainty, Figure, Listing, Note, Picture, sources_of
from orepact.report.note.words import sentence, spoken
from orepact.report.numbers import interval_of_tonnes, money, percent, ratio, times, tonnes
from orepact.report.shock_text import headline, payers, remarks
from orepact.report.too_narrow import with_command

if TYPE_CHECKING:
    from orepact.cases import ShockCase, ShockResult
    from orepact.cases.draws import Range
    from orepact.cases.ladder import Ladder

MOST_ROWS = 12
MOST_DRIVERS = 5
HELP_DRAWS = 60
"""Draws of what would help: the number that the page goes by months with, so that note and page are one answer."""

SMALL_SHARE = 0.001
LEAVES_OUT = (
    "One period: stocks are drawn over the whole of it, and nobody foresees, hoards or buys out of fear.",
    "One mineral at a time: a user who lacks one does not need less of another; by-products do not follow their hosts.",
    "Buyers take prices as they are: no long contracts, no politics, no seller who sets a price.",
    "Elasticities come from the literature, mostly of other metals; stocks, ceilings and utilisation are assumed ranges (grade E).",
)
NO_COST = (
    "By months, over {draws} draws ({command}). What each would cost is not in this answer: cannot tell; orepact compare and "
    "orepact reserve work out costs."
)


def shock_brief(result: ShockResult) -> Note:
    """The note without pictures and without what would help: what needs no further calculation."""
    answer = result.summary()
    _, paid = payers(result)
    who, name = payers(result)[0], facts.mineral_name(result.case.mineral)
    drawn = {each.name: each for each in ranges(result.case.mineral)}
    table = tuple(row["source"] for row in answer["sources"])
    return Note(
        name="shock",
        question=f"{question(result.case)}: who runs short, by how much, at what price?",
        title=f"{who} pay {times(paid)} times the base price of {name}",
        answer=headline(result),
        normal=_normal(result),
        remarks=tuple(spoken(each.strip()) for each in remarks(result)),
        figures=tuple(_figures(result, table, tuple(sorted({each.source for each in drawn.values()})))),
        loses=_loses(result, table),
        gains=_gains(answer, table),
        certainty=_certainty(result, drawn),
        sources=sources_of({*table, *(each.source for each in drawn.values()), answer["base_price"]["source"]}),
        case=asked(result.case),
    )


def shock_note(result: ShockResult, months: Ladder | None = None) -> Note:
    """The whole note, with pictures and with what would help: by months, from ``months`` if it is of the same case, else worked out."""
    brief = shock_brief(result)
    by_month = _by_month(result, months)
    whole = replace(brief, pictures=_pictures(result), helps=_helps(brief, by_month))
    if isinstance(by_month, str):
        return replace(whole, remarks=(*brief.remarks, f"By months: {by_month[:1].lower()}{by_month[1:]}"))
    said = (months_text.when(by_month), months_text.hit_first(by_month), months_text.price_by_month(by_month))
    return replace(
        whole,
        figures=(*brief.figures, *_month_figures(by_month, brief)),
        remarks=(*(each for each in said if each), *brief.remarks),
    )


def asked(case: ShockCase) -> Asked:
    """The command that gives a case again, with every parameter said, and the case."""
    return Asked(command_of(case, "shock"), case.hash, case.facts_version, case.code_version, case.to_yaml())


def command_of(case: ShockCase, command: str) -> str:
    """The command that answers a case (``shock``), or the same by months (``ladder``), with every parameter said."""
    words = [
        "orepact", command, "--mineral", case.mineral, "--from", ",".join(case.origins), "--stage", case.stage,
        "--cut", f"{100 * case.cut:.12g}%", "--months", f"{case.months:g}", "--base-year", str(case.base_year),
        "--draws", str(case.draws), "--seed", str(case.seed),
    ]  # fmt: skip
    if case.against:
        words += ["--against", ",".join(case.against)]
    if case.closed and command == "shock":
        words += ["--close", ",".join(case.closed)]
    return shlex.join(words)


def ranges(mineral: str) -> tuple[Range, ...]:
    """What the parameters of a mineral's market are drawn from."""
    from orepact.cases.draws import ranges_for

    return ranges_for(mineral)


def _normal(result: ShockResult) -> str:
    price, case = result.network.price, result.case
    use = sum(row["use_t"] for row in result.summary()["losses"])
    name = facts.mineral_name(case.mineral)
    return (
        f"Normal, in {case.base_year}: {name} at USD {tonnes(price.usd_per_t)} per tonne of content ({price.basis}, grade {price.grade}); "
        f"{tonnes(use)} tonnes of content used in {case.months:g} months. A price of 1 is that of the base year."
    )


def _figures(result: ShockResult, table: tuple[str, ...], ranges: tuple[str, ...]) -> Iterator[Figure]:
    """Key figures: those that are worked out rest on the table and on the ranges that were drawn from."""
    answer, went = result.summary(), result.summary()["where_it_went"]
    grade, both = answer["grade"], tuple(dict.fromkeys((*table, *ranges)))
    price = answer["base_price"]
    yield Figure(
        "Base price", tonnes(price["usd_per_t"]), "published", f"USD per t of content, {result.case.base_year}", price["grade"],
        (price["source"],),
    )  # fmt: skip
    prices = [("Price that buyers abroad pay", "price_abroad"), ("Price that those cut off pay", "price_cut_off"),
              ("Price that buyers at home pay", "price_home"), ("Price that producers at home get", "producer_price_home"),
              ("Price that other producers get", "producer_price_abroad")]  # fmt: skip
    for name, key in prices:
        if key == "price_cut_off" and not result.case.against:
            continue
        found = answer[key]
        if found["median"] != found["median"]:
            yield Figure(name, "cannot tell", "there is no such buyer", "times base", grade, both)
        else:
            yield Figure(
                name,
                ratio(found["median"]),
                f"{ratio(found['low'])} to {ratio(found['high'])}",
                "times base",
                grade,
                both,
            )
    amounts = [("Deliveries lost by those cut off", "lost_t"), ("Replaced by other producers", "replaced_t"),
               ("Drawn from stocks of users", "from_stocks_t"), ("Use given up because it is dear", "given_up_t"),
               ("Use unserved at any price", "unserved_t")]  # fmt: skip
    unit = f"t of content in {result.case.months:g} months"
    for name, key in amounts:
        if key in went:
            found = went[key]
            yield Figure(
                name, tonnes(found["median"]), f"{tonnes(found['low'])} to {tonnes(found['high'])}", unit, grade, both
            )
    rent = answer["rent_usd"]
    if rent["high"] > 0:
        spread = f"{money(rent['low'])} to {money(rent['high'])}"
        yield Figure(
            "Rent of the exports that remain",
            money(rent["median"]),
            spread,
            f"USD of {result.case.base_year}",
            grade,
            both,
        )


def _loses(result: ShockResult, table: tuple[str, ...]) -> Listing:
    losers = [row for row in result.summary()["losses"] if row["lost_t"]["median"] > 0 and row["use_t"] > 0]
    rows = tuple(
        (facts.country_name(row["country"]), interval_of_tonnes(row["lost_t"]), percent(row["lost_t"]["median"] / row["use_t"]))
        for row in losers[:MOST_ROWS]
    )  # fmt: skip
    note = "Tonnes of content; 80 % range in brackets." if rows else "No country loses use."
    return Listing(
        "Who loses", ("User", "Use lost, t", "Of its use"), rows, note, table, max(len(losers) - MOST_ROWS, 0)
    )


def _gains(answer: dict[str, Any], table: tuple[str, ...]) -> Listing:
    floor = SMALL_SHARE * answer["where_it_went"]["lost_t"]["median"]
    gainers = [row for row in answer["replaced_by"] if row["gained_t"] > max(floor, 0.0)]
    rows = tuple(
        (facts.country_name(row["country"]), interval_of_tonnes({"median": row["gained_t"], **row["gained_range_t"]}))
        for row in gainers[:MOST_ROWS]
    )
    note = (
        "Extra tonnes of content to those cut off; 80 % range in brackets."
        if rows
        else "Nobody replaces the lost supply."
    )
    return Listing("Who gains", ("Producer", "Sells more, t"), rows, note, table, max(len(gainers) - MOST_ROWS, 0))


def _by_month(result: ShockResult, months: Ladder | None) -> Ladder | str:
    """The shock month by month: ``months`` if it is of the same case, else worked out; why it cannot be told."""
    from orepact.cases.ladder import climb
    from orepact.cases.ladder_mitigations import Sizes
    from orepact.cases.ladder_rungs import ask

    case = result.case
    if not float(case.months).is_integer():
        return "Cannot tell, because measures are worked out by whole months."
    case = case.model_copy(update={"draws": min(case.draws, HELP_DRAWS)})
    if months is not None and months.asked.case == case:
        return months
    try:
        return climb(ask(case, result.network), Sizes())
    except OrepactError as error:
        return f"Cannot tell, because {error.problems[0].wrong}."


def _month_figures(found: Ladder, brief: Note) -> Iterator[Figure]:
    """When it bites, and the dearest month."""
    answer = found.summary()
    cited = tuple(each.source for each in brief.sources)
    short = months_text.months_of(found)["days_until_short"]
    yield Figure(
        f"Users who are hit lack {months_text.SHORT} of their use from", months_text.day(short["median"]), months_text.days(short),
        f"day of {found.asked.case.months:g} months", answer["grade"], cited,
    )  # fmt: skip
    who, month, price = months_text.dearest(found)
    yield Figure(
        f"Price that {who} pay in the dearest month", ratio(price["median"]), f"{ratio(price['low'])} to {ratio(price['high'])}",
        f"times base, in {month}", answer["grade"], cited,
    )  # fmt: skip


def _helps(brief: Note, by_month: Ladder | str) -> Listing:
    """What would help, each measure of a stated size, as the ladder works it out month by month."""
    heads = ("Measure", "Shortage spared, t", "Of it", "Price, times base")
    if isinstance(by_month, str):
        return Listing("What would help", heads, (), by_month)
    rows = tuple(
        (
            f"{row['what'][:1].upper()}{row['what'][1:]}", interval_of_tonnes(row["avoided_t"]),
            "none" if row["avoided_share_of_shortage"] is None else percent(row["avoided_share_of_shortage"]),
            times(row["price"]),
        )
        for row in sorted(by_month.summary()["mitigations"], key=lambda row: -row["avoided_t"]["median"])
    )  # fmt: skip
    cited = tuple(each.source for each in brief.sources)
    command = command_of(by_month.asked.case, "ladder")
    return Listing(
        "What would help", heads, rows, NO_COST.format(draws=by_month.asked.case.draws, command=command), cited
    )


def _certainty(result: ShockResult, drawn: dict[str, Range]) -> Certainty:
    answer = result.summary()
    inferred = " Use by country is inferred from trade, not recorded." if answer["inferred_use"] else ""
    mark = answer["certificate"]
    words = (
        f"the worst grade, from A (official and complete) to E (inferred), that carries a tenth of the tonnes.{inferred} {with_command()} "
        f"{mark['solved']} of {mark['solved'] + mark['failed']} draws solved; largest imbalance of a node {mark['max_balance']:.0e}."
    )
    drivers = tuple(
        f"{row['parameter']}: price {ratio(row['price_abroad_when_low'])} where it is low, "
        f"{ratio(row['price_abroad_when_high'])} where it is high (rank correlation "
        f"{row['rank_correlation']:+.2f}; grade {drawn[row['parameter']].grade})"
        for row in answer["drivers"][:MOST_DRIVERS]
    )
    return Certainty(answer["grade"], words, drivers, (*LEAVES_OUT, *(sentence(each) for each in answer["notes"])))


def _pictures(result: ShockResult) -> tuple[Picture, ...]:
    from orepact.report.shock_chart import panels

    cited = tuple(row["source"] for row in result.summary()["sources"])
    who, paid = payers(result)
    titles = (
        ("Prices, times the base price", f"{who} pay {times(paid)} times the base price."),
        ("Use lost by those who lose most tonnes", "The table of who loses says the same in numbers."),
        ("Who replaces the lost supply", "The table of who gains says the same in numbers."),
    )
    drawn = zip(titles, panels(result), strict=True)
    return tuple(Picture(title, svg, alt, cited) for (title, alt), svg in drawn if svg is not None)
