"""A matched round on one page: how much, who with whom, what the cap costs, and why each bid failed."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.planning.matching import Matching
from orepact.report.numbers import WIDTH, money, percent
from orepact.report.pact_round_text import proof

COLUMNS = (
    "offer",
    "supplier",
    "demand",
    "buyer",
    "mineral",
    "origin",
    "quantity",
    "unit",
    "cost",
    "paid",
    "received",
    "currency",
)
MOST = 20
"""Rows of a table that are printed; JSON and CSV have all."""

RULES = {
    "cost": "the most that can be matched, then at least indicative cost",
    "uniform": "what is worth most, at one price a market",
    "mcafee": "McAfee's trade reduction: a true price is each bidder's best",
}
TOTALS = {"cost": "Indicative cost", "uniform": "Paid", "mcafee": "Paid"}


def pair_rows(found: Matching) -> list[dict[str, Any]]:
    """One row a pair; money per tonne of content."""
    demands = {each.id: each for each in found.fit.demands}
    offers = {each.id: each for each in found.fit.offers}
    given = found.fit.round
    rows = []
    for pair in found.record()["pairs"]:
        demand, offer = demands[pair["demand"]], offers[pair["offer"]]
        more = {"supplier": offer.supplier, "buyer": demand.buyer, "mineral": offer.mineral, "origin": offer.origin}
        rows.append({**pair, **more, "unit": given.unit, "currency": given.currency})
    return rows


def print_matching(found: Matching) -> None:
    """Print the match on one page."""
    answer, console = found.record(), Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{found.fit.round.name}[/bold]")
    if answer["invented"]:
        console.print("Every bid in it is invented, for demonstration.", style="dim")
    for line in _headline(answer):
        console.print(line)
    if answer["pairs"]:
        console.print(_pairs(found))
        _more(console, len(answer["pairs"]))
    for price in answer["prices"]:
        console.print(_price(price, answer["currency"]))
    for line in _cap(answer):
        console.print(line)
    _print_rest(console, answer)
    console.print(f"\nProof: {proof(max(each['gap'] for each in answer['certificates']))}")


def _headline(answer: dict[str, Any]) -> list[str]:
    kpis, sums, unit = answer["kpis"], answer["money"], answer["unit"]
    first = (
        f"Matched {_whole(kpis['matched'])} of {_whole(kpis['demand'])} {unit} wanted ({percent(kpis['matched_per_demand'])}), by "
        f"{RULES[answer['rule']]}."
    )
    small = ""
    if kpis["small_share_of_matched"] is not None:
        wanted, got = percent(kpis["small_share_of_demand"]), percent(kpis["small_share_of_matched"])
        small = f"; small firms: {wanted} of what is wanted, {got} of what is matched"
    funnel = f"Offers: {_whole(kpis['offers'])} {unit}, {kpis['offers_per_demand']:.2f} times the demand{small}."
    total = f"{TOTALS[answer['rule']]}: {money(sums['paid'])} {answer['currency']}"
    worth = f"buyers' limits less costs of this match: {money(sums['worth'])}"
    lost = f"; the rule gives up {money(sums['worth_lost'])}" if answer["rule"] == "mcafee" else ""
    return [first, funnel, f"{total}; {worth}{lost}.", ""]


def _pairs(found: Matching) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False)
    unit, currency = found.fit.round.unit, found.fit.round.currency
    for name in ("Offer", "Demand", "origin", unit, f"{currency} a tonne"):
        table.add_column(name, justify="left" if name in {"Offer", "Demand", "origin"} else "right")
    for row in pair_rows(found)[:MOST]:
        price = f"{row['paid']:,.2f}".replace(",", "\u2009")
        table.add_row(
            f"{row['offer']} {row['supplier']}", f"{row['demand']} {row['buyer']}", facts.country_name(row["origin"]),
            _whole(row["quantity"]), price,
        )  # fmt: skip
    return table


def _price(price: dict[str, Any], currency: str) -> str:
    if price["paid"] != price["received"]:
        return f"\n{price['market']}: buyers pay {price['paid']:,.2f}, suppliers receive {price['received']:,.2f} {currency} a tonne."
    kept = "" if price["clears"] else " (nobody loses; some bids that the cap or lots keep out would trade at it)"
    between = f"between {price['low']:,.2f} and {price['high']:,.2f}"
    return f"\n{price['market']}: one price of {price['paid']:,.2f} {currency} a tonne, {between}{kept}."


def _cap(answer: dict[str, Any]) -> list[str]:
    cap = answer["diversity_cap"]
    if cap is None:
        return ["\nNo diversity cap."]
    share, unit, currency = percent(answer["cap"]), answer["unit"], answer["currency"]
    if not cap["binds"]:
        return [f"\nThe cap of {share} on one third country does not bind: it costs nothing."]
    without = cap["without"]
    cost = without["cost"]
    lines = [
        f"\n[bold]What {share} costs[/bold]",
        f"Without the cap {_signed(without['quantity'])} {unit} would be matched, and the indicative cost would be "
        f"{money(abs(cost))} {currency} {'higher' if cost > 0 else 'lower'}.",
        "The greatest limits less costs that any match could reach (this match is another, the most at least cost; minimum lots aside): "
        f"{money(without['worth_without_cap'])} without the cap, {money(without['worth_with_cap'])} with it, so the cap costs "
        f"{money(without['worth_lost'])} {currency}.",
    ]
    for each in cap["shadow_prices"]:
        units = "" if each["quantity_per_point"] is None else f" and {each['quantity_per_point']:,.0f} {unit} more"
        lines.append(
            f"Shadow price, {each['mineral'] or 'the round'} from {facts.country_name(each['country'])}: a point more gives "
            f"{money(each['money_per_point'])} {currency}{units}."
        )
    for word in ("more", "less"):
        bids = sorted(without[word].items(), key=lambda each: (-each[1], each[0]))
        if bids:
            told = ", ".join(f"{bid} {_whole(units)}" for bid, units in bids[:MOST])
            lines.append(f"Without it {word} for: {told}{' …' if len(bids) > MOST else ''}.")
    return lines


def _print_rest(console: Console, answer: dict[str, Any]) -> None:
    rest = [each for each in answer["outcomes"] if each["reason"] != "matched"]
    if rest:
        console.print("\n[bold]Not matched, or not wholly[/bold]")
    for each in rest[:MOST]:
        change = f"; {each['change']}" if each["change"] else ""
        got = f"{_whole(each['matched'])} of {_whole(each['quantity'])}"
        console.print(f"- {each['id']} {each['party']}, {got}: {each['reason']}; {each['why']}{change}.")
    _more(console, len(rest))


def _more(console: Console, rows: int) -> None:
    if rows > MOST:
        console.print(f"  … {rows - MOST} more: see --json", style="dim")


def _whole(units: int) -> str:
    return f"{units:,}".replace(",", "\u2009")


def _signed(units: int) -> str:
    return f"{_whole(units)} more" if units > 0 else f"{_whole(-units)} less" if units < 0 else "no more"
