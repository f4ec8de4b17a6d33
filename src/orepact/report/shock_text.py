"""The answer to a shock as text: the finding first, then who loses and who gains, then how sure it is."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.cases import ShockResult
from orepact.report.numbers import WIDTH, money, ranged, times, tonnes

WORST = 12
GAINERS = 8
DRIVERS = 5


def print_answer(result: ShockResult) -> None:
    """Print the answer for a person with five minutes; medians with 80 % ranges in brackets."""
    console = Console(width=WIDTH, highlight=False)
    answer = result.summary()
    console.print(f"\n[bold]{question(result)}[/bold]")
    for line in findings(result):
        console.print(line)
    console.print()
    console.print(_losses(result))
    console.print()
    console.print(_gainers(answer))
    console.print()
    _print_certainty(console, result)


def question(result: ShockResult) -> str:
    """The question in words, with the base year it is asked of."""
    case = result.case
    who = (
        " and ".join(facts.country_name(country) for country in case.origins)
        if len(case.origins) < 4
        else f"{len(case.origins)} countries"
    )
    verb = "stops" if case.cut == 1 else f"cuts {case.cut:.0%} of"
    if len(case.origins) > 1:
        verb = verb.replace("stops", "stop").replace("cuts", "cut")
    where = (
        f" to {', '.join(case.against)}"
        if 0 < len(case.against) < 6
        else f" to {len(case.against)} countries"
        if case.against
        else ""
    )
    name = facts.mineral_name(case.mineral)
    return f"If {who} {verb} exports of {name}, {case.stage}{where}, for {case.months:g} months (base year {case.base_year})"


def findings(result: ShockResult) -> list[str]:
    """The answer in sentences: prices, what goes unserved, where the missing supply goes, the rent."""
    answer = result.summary()
    use_abroad = sum(row["use_t"] for row in answer["losses"] if row["country"] not in result.case.origins)
    unserved = answer["unserved_t"]
    lines = [
        f"Buyers abroad pay {times(answer['price_abroad'])} times the base price; buyers at home {times(answer['price_home'])}.",
        f"{ranged(unserved)} t of use goes unserved ({unserved['median'] / max(use_abroad, 1e-9):.1%} of use abroad), "
        f"and {ranged(answer['given_up_t'])} t is given up because it is dear.",
        f"Those cut off lose {ranged(answer['supply_lost_t'])} t of deliveries; "
        f"users draw {ranged(answer['stock_drawn_t'])} t from stocks.",
    ]
    if "price_cut_off" in answer:
        lines.insert(1, f"Those cut off pay {times(answer['price_cut_off'])} times the base price.")
    rent = answer["rent_usd"]
    if rent["high"] > 0:
        lines.append(
            f"The rent of the remaining exports is USD {money(rent['median'])} ({money(rent['low'])} to {money(rent['high'])})."
        )
    return lines


def _losses(result: ShockResult) -> Table:
    table = Table(
        title="Who runs short (tonnes of content; 80 % range in brackets)",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for heading in ("country", "use", "lost", "share lost", "of it unserved"):
        table.add_column(heading, justify="left" if heading == "country" else "right")
    for row in result.summary()["losses"][:WORST]:
        share = row["lost_t"]["median"] / row["use_t"] if row["use_t"] > 0 else 0.0
        if row["lost_t"]["median"] <= 0:
            continue
        table.add_row(
            facts.country_name(row["country"]),
            tonnes(row["use_t"]),
            ranged(row["lost_t"]),
            f"{share:.0%}",
            tonnes(row["unserved_t"]["median"]),
        )
    return table


def _gainers(answer: dict[str, Any]) -> Table:
    table = Table(
        title="Who replaces the lost supply (extra tonnes to those cut off)",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("country")
    table.add_column("extra", justify="right")
    for row in answer["replaced_by"][:GAINERS]:
        spread = row["gained_range_t"]
        table.add_row(facts.country_name(row["country"]), ranged({"median": row["gained_t"], **spread}))
    return table


def _print_certainty(console: Console, result: ShockResult) -> None:
    answer = result.summary()
    inferred = "; use by country is inferred, not recorded" if answer["inferred_use"] else ""
    console.print(
        f"[bold]How sure this is[/bold]: evidence grade {answer['grade']} (A official … E inferred){inferred}."
    )
    console.print("What moves the price abroad most (median price when the parameter is low / high):")
    for row in answer["drivers"][:DRIVERS]:
        console.print(
            f"  {row['parameter']}: x {row['price_abroad_when_low']:.3g} / x {row['price_abroad_when_high']:.3g} "
            f"(rank correlation {row['rank_correlation']:+.2f})"
        )
    found = answer["certificate"]
    console.print(
        f"Certificate: {found['solved']} of {found['solved'] + found['failed']} draws solved; largest imbalance of a node "
        f"{found['max_balance']:.0e}, largest breach of a cap {found['max_complementarity']:.0e}."
    )
    for note in answer["notes"]:
        console.print(f"- {note}", style="dim")
    publishers = sorted({f"{row['publisher']} ({row['year']})" for row in answer["sources"]})
    console.print(f"Sources: {'; '.join(publishers)}. Case {answer['case']['hash']}.", style="dim")
