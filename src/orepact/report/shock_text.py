"""The answer to a shock as text: the finding first, then who loses and who gains, then how sure it is."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.cases import ShockResult
from orepact.cases.words import MOST_NAMED, closed_names, named, question
from orepact.report.numbers import WIDTH, counted, interval_of_tonnes, money, percent, ratio, tonnes
from orepact.report.too_narrow import with_command

WORST = 12
GAINERS = 8
DRIVERS = 5
NO_EFFECT = 0.005
"""Change of the price abroad, of base, that is below what such figures resolve."""

APART = 0.01
"""Difference of paid and inclusive price, of base, above which what sets them apart is said."""

SMALL_SHARE = 0.001
"""Share of the lost supply below which a replacing country is not printed."""

Row = tuple[str, dict[str, float], str]


def print_answer(result: ShockResult) -> None:
    """Print the answer for a person with five minutes; medians with 80 % ranges."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    answer = result.summary()
    console.print(f"[bold]{question(result.case)}[/bold]\n")
    console.print(headline(result))
    console.print()
    console.print(_findings(result))
    console.print()
    console.print(_losses(result))
    console.print()
    console.print(_gainers(answer))
    console.print()
    for remark in remarks(result):
        console.print(remark)
    _print_certainty(console, result)


def headline(result: ShockResult) -> str:
    """The answer in one sentence."""
    answer = result.summary()
    who, abroad = payers(result)
    went = answer["where_it_went"]
    whole = float(result.data["supply_lost"].mean())
    covered = float(result.data["replaced"].mean()) / whole if whole > 0 else math.nan
    worst = [row for row in answer["losses"] if row["lost_t"]["median"] > 0][:MOST_NAMED]
    names = named(tuple(row["country"] for row in worst))
    short = f"; {names} {'lose' if len(worst) > 1 else 'loses'} most use" if worst else "; no country loses use"
    if max(abs(abroad["low"] - 1), abs(abroad["high"] - 1)) < NO_EFFECT:
        lost = tonnes(went["lost_t"]["median"])
        return f"No measurable effect: {lost} t are lost, and the price they pay stays within {percent(NO_EFFECT)} of base."
    return (
        f"{who} pay {ratio(abroad['median'])} times the base price ({ratio(abroad['low'])} to {ratio(abroad['high'])}); "
        f"others replace {percent(covered)} of the lost supply{short}."
    )


def payers(result: ShockResult) -> tuple[str, dict[str, float]]:
    """Whose price the answer leads with: all buyers abroad, or those cut off where only some are."""
    answer = result.summary()
    if result.case.against:
        return "Those cut off", answer["price_cut_off"]
    return "Buyers abroad", answer["price_abroad"]


def remarks(result: ShockResult) -> list[str]:
    """What a reader of the prices would otherwise take for an error."""
    answer = result.summary()
    said = []
    if result.case.closed:
        made = counted(len(result.case.beside), "record")
        said.append(
            f"With {closed_names(result.case.closed)} closed for the same months: {made} of freight, delay and stops on the same market, "
            "computed from the ways round. Base is without both; by months the stop stands alone.\n"
        )
    if answer["price_home"]["median"] > 1:
        said.append(
            "Buyers at home pay more, not less: they live on foreign goods too, and pay the foreign price for them, while "
            "their own producers get less.\n"
        )
    if result.case.cut < 1 and answer["price_abroad_inclusive"]["median"] - answer["price_abroad"]["median"] > APART:
        said.append(
            "The price paid holds the rent of the exports that remain. A deeper cut never lowers the price with the loss of "
            "choice counted; the price paid can be lower after a stop, which leaves no rent to pay.\n"
        )
    return said


def _findings(result: ShockResult) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True)
    table.add_column("")
    table.add_column("median", justify="right")
    table.add_column("80 % range", justify="right")
    table.add_column("")
    for name, found, note in _price_rows(result):
        if math.isfinite(found["median"]):
            table.add_row(name, ratio(found["median"]), f"{ratio(found['low'])} to {ratio(found['high'])}", note)
        else:
            table.add_row(name, "cannot tell", "", "there is no such buyer in the table")
    for name, found, note in _tonne_rows(result):
        table.add_row(name, tonnes(found["median"]), f"{tonnes(found['low'])} to {tonnes(found['high'])}", note)
    rent = result.summary()["rent_usd"]
    if rent["high"] > 0:
        spread = f"{money(rent['low'])} to {money(rent['high'])}"
        table.add_row("Rent of the remaining exports", money(rent["median"]), spread, "USD")
    return table


def _price_rows(result: ShockResult) -> list[Row]:
    answer = result.summary()
    rows: list[Row] = [("Price paid abroad", answer["price_abroad"], "times base, delivered")]
    rows.append(("  with the loss of choice counted", answer["price_abroad_inclusive"], "times base, inclusive price"))
    if result.case.against:
        rows.append(("Price paid by those cut off", answer["price_cut_off"], "times base, delivered"))
    rows.append(("Price paid at home", answer["price_home"], "times base, delivered"))
    if result.case.stage != result.network.stages[-1].stage:
        product = result.network.stages[-1].stage
        rows.append((f"Price of {product} paid by users abroad", answer["user_price_abroad"], "times base, delivered"))
    rows.append(("Price that home producers get", answer["producer_price_home"], "times base, free on board"))
    rows.append(("Price that other producers get", answer["producer_price_abroad"], "times base, free on board"))
    return rows


def _tonne_rows(result: ShockResult) -> list[Row]:
    went = result.summary()["where_it_went"]
    share = _shares_of_the_loss(result)
    rows: list[Row] = [("Deliveries lost by those cut off", went["lost_t"], "t of content")]
    rows.append(("  replaced by other producers", went["replaced_t"], share["replaced"]))
    if "bought_less_t" in went:
        rows.append(("  not bought: refiners run less", went["bought_less_t"], share["bought_less"]))
        rows.append(("Drawn from stocks by users abroad", went["from_stocks_t"], "t of content"))
        rows.append(("Use given up because it is dear", went["given_up_t"], "t of content, abroad"))
        rows.append(("Use unserved at any price", went["unserved_t"], "t of content, abroad"))
        return rows
    drawn = went["from_stocks_t"]
    if drawn["median"] < 0:
        drawn = {"median": -drawn["median"], "low": -drawn["high"], "high": -drawn["low"]}
        rows.append(("  less what users add to their stocks", drawn, share["from_stocks"]))
    else:
        rows.append(("  drawn from users' stocks", drawn, share["from_stocks"]))
    rows.append(("  use given up because it is dear", went["given_up_t"], share["given_up_hit"]))
    rows.append(("  use unserved: no price they can pay", went["unserved_t"], share["unserved_hit"]))
    return rows


def _shares_of_the_loss(result: ShockResult) -> dict[str, str]:
    """Each part of the loss as a share of it, of the means over draws: these add up, as medians do not."""
    data = result.data
    whole = float(data["supply_lost"].mean())
    names = ("replaced", "bought_less", "from_stocks", "given_up_hit", "unserved_hit")
    return {
        name: f"{percent(abs(float(data[name].mean())) / whole)} of the loss, mean" if whole > 0 else ""
        for name in names
        if name in data
    }


def _losses(result: ShockResult) -> Table:
    table = Table(
        title="Who runs short (tonnes of content; 80 % range in brackets)",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for heading in ("country", "use", "lost", "share lost", "of it unserved"):
        table.add_column(heading, justify="left" if heading == "country" else "right")
    losers = [row for row in result.summary()["losses"] if row["lost_t"]["median"] > 0 and row["use_t"] > 0]
    for row in losers[:WORST]:
        table.add_row(
            facts.country_name(row["country"]),
            tonnes(row["use_t"]),
            interval_of_tonnes(row["lost_t"]),
            percent(row["lost_t"]["median"] / row["use_t"]),
            tonnes(row["unserved_t"]["median"]),
        )
    if len(losers) > WORST:
        rest = losers[WORST:]
        use, lost, unserved = (
            sum(row["use_t"] for row in rest),
            sum(row["lost_t"]["median"] for row in rest),
            sum(row["unserved_t"]["median"] for row in rest),
        )
        table.add_row(f"{len(rest)} more", tonnes(use), tonnes(lost), percent(lost / use), tonnes(unserved))
    return table


def _gainers(answer: dict[str, Any]) -> Table:
    table = Table(
        title="Who replaces the lost supply (extra tonnes to those cut off)",
        title_justify="left",
        box=None,
        pad_edge=False,
        min_width=60,
    )
    table.add_column("country")
    table.add_column("extra", justify="right")
    floor = SMALL_SHARE * answer["where_it_went"]["lost_t"]["median"]
    for row in [row for row in answer["replaced_by"] if row["gained_t"] > floor][:GAINERS]:
        spread = row["gained_range_t"]
        table.add_row(facts.country_name(row["country"]), interval_of_tonnes({"median": row["gained_t"], **spread}))
    return table


def _print_certainty(console: Console, result: ShockResult) -> None:
    answer = result.summary()
    inferred = "; use by country is inferred, not recorded" if answer["inferred_use"] else ""
    console.print(
        f"[bold]How sure this is[/bold]: evidence grade {answer['grade']} (A official to E inferred){inferred}."
    )
    console.print(with_command())
    _print_distances(console, result)
    paid = "those cut off" if result.case.against else "buyers abroad"
    console.print(
        f"What moves the price that {paid} pay most (median where the parameter is low, and where it is high):"
    )
    for row in answer["drivers"][:DRIVERS]:
        low, high = ratio(row["price_abroad_when_low"]), ratio(row["price_abroad_when_high"])
        console.print(f"  {row['parameter']:31s} {low} … {high}   (rank correlation {row['rank_correlation']:+.2f})")
    console.print(f"Certificate: {_certificate(result, answer['certificate'])}.")
    price = answer["base_price"]
    console.print(
        f"- base price USD {tonnes(price['usd_per_t'])} per t of content: {price['basis']} (grade {price['grade']})",
        style="dim",
    )
    for note in answer["notes"]:
        console.print(f"- {note}", style="dim")
    publishers = sorted({f"{row['publisher']} ({row['year']})" for row in answer["sources"]})
    console.print(f"Sources: {'; '.join(publishers)}. Case {answer['case']['hash']}.", style="dim")
    console.print(f"The table behind it: orepact network {result.case.mineral}", style="dim")


def _print_distances(console: Console, result: ShockResult) -> None:
    """How far the table stands from published shares that its fit did not use: the one test of it from outside."""
    free = [row for row in result.summary()["apart"] if not row["used_in_fit"]]
    if not free:
        console.print("No published sourcing shares that the table did not use: nothing tests it from outside.")
        return
    told = "; ".join(f"{row['reporter']}, {row['stage']} {percent(row['apart'])}" for row in free)
    console.print(f"Purchases that the table gives to another origin than published (not used in the fit): {told}.")


def _certificate(result: ShockResult, found: dict[str, Any]) -> str:
    solved = f"{found['solved']} of {found['solved'] + found['failed']} draws solved"
    balance = f"largest imbalance of a node {found['max_balance']:.0e}"
    if result.case.cut == 1:
        return f"{solved}; {balance}"
    return f"{solved}; {balance}, largest breach of the cap {found['max_complementarity']:.0e}"
