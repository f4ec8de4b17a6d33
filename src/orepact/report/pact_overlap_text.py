"""Overlap and gaps as people read them: the finding first, then pairs and cells, then what they rest on."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.indicators.scoreboard import CANNOT_TELL
from orepact.pact.gaps import AT_LARGE, COVERED, UNCOVERED, GapCell, Gaps
from orepact.pact.overlap import FUNCTIONS, Overlap, compact
from orepact.report.numbers import UNTOLD, WIDTH, counted, percent

MOST = 25
"""Pairs that are printed; JSON and CSV have them all."""

MOST_NAMED = 4
"""Names of a list that are printed before the rest is counted."""


def print_overlap(found: Overlap) -> None:
    """Print the pairs with what they share, and who is left out and why."""
    console = Console(width=WIDTH, emoji=False, highlight=False, markup=False)
    console.print(f"{headline(found)}\n", style="bold")
    if found.acting:
        console.print(f"In force: {'; '.join(each.record.name for each in found.acting)}.\n")
    if found.pairs:
        console.print(_pairs(found))
    if len(found.pairs) > MOST:
        console.print(f"… and {counted(len(found.pairs) - MOST, 'more pair')}: orepact pact overlap --csv")
    for line in limits(found):
        console.print(line)


def headline(found: Overlap) -> str:
    """How many act, and which of them are most alike, in one sentence."""
    where = _where(found)
    if not found.acting:
        return f"No initiative in force on {found.as_of} acts{where}."
    said = f"{counted(len(found.acting), 'initiative')} in force on {found.as_of}{where}, {counted(len(found.pairs), 'pair')} share cells"
    if not found.pairs:
        return f"{said}."
    top = found.pairs[0]
    return f"{said}; most alike are {top.left.record.name} and {top.right.record.name} ({percent(top.jaccard)} of their cells)."


def _where(found: Overlap) -> str:
    mineral = f" on {facts.mineral_name(found.mineral)}" if found.mineral else ""
    return mineral + (f" in {facts.country_name(found.country)}" if found.country else "")


def _pairs(found: Overlap) -> Table:
    """One row a pair; minerals and countries only where the question does not fix them."""
    open_factors = {"functions": None, "minerals": found.mineral, "stages": None, "countries": found.country}
    shown = [name for name, fixed in open_factors.items() if fixed is None]
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("overlap", justify="right", no_wrap=True)
    for name, ratio in (("of", 3), ("and", 3), *((f"shared {each}", 2) for each in shown)):
        table.add_column(name, ratio=ratio)
    for each in found.pairs[:MOST]:
        shared = compact(each.shared)
        lists = (_few(shared[name]) for name in shown)
        table.add_row(percent(each.jaccard), each.left.record.name, each.right.record.name, *lists)
    return table


def _few(names: Sequence[str]) -> str:
    if list(names) == ["*"]:
        return "all"
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def limits(found: Overlap) -> list[str]:
    """What the overlap means, and what is left out."""
    lines = ["\nOverlap is cells of both over cells of either; a cell is a mineral, a stage, a function and a country."]
    if found.left_out:
        lines.append("Left out: " + "; ".join(f"{name} ({why})" for name, why in found.left_out) + ".")
    if found.not_known:
        lines.append(f"Not known to the facts, each a cell of its own: {', '.join(found.not_known)}.")
    return lines


def print_gaps(found: Gaps) -> None:
    """Print the dependent cells that nobody covers, those covered only at large or by name, and those of which nobody can tell."""
    console = Console(width=WIDTH, emoji=False, highlight=False, markup=False)
    console.print(f"\n{gaps_headline(found)}\n", style="bold")
    table = Table(box=None, pad_edge=False)
    for name in ("mineral, stage", "largest share", "covered", "by", "functions without"):
        table.add_column(name, justify="right" if name == "largest share" else "left")
    shown = [each for coverage in (UNCOVERED, AT_LARGE, COVERED) for each in found.of(coverage)]
    for each in shown:
        table.add_row(*_gap(each))
    if shown:
        console.print(table, end="\n\n")
    unknown = found.of(CANNOT_TELL)
    if unknown:
        names = ", ".join(f"{each.cell.mineral}/{each.cell.stage}" for each in unknown)
        console.print(f"Cannot tell ({len(unknown)}), neither gaps nor covered: {names}.\n")
    console.print(
        "Shares are of the scoreboard's latest tables. Only at large: by initiatives for all minerals, not for this one."
    )


def gaps_headline(found: Gaps) -> str:
    """How many cells depend on one country, and how many of them nobody covers, in one sentence."""
    none, large, named, unknown = (len(found.of(each)) for each in (UNCOVERED, AT_LARGE, COVERED, CANNOT_TELL))
    surely = none + large + named
    return (
        f"{counted(surely, 'cell')} of {found.region} surely {'depends' if surely == 1 else 'depend'} on one third country for more than "
        f"{percent(found.threshold)}: {none} that no initiative in force covers, {large} only at large, {named} by name; "
        f"of {unknown} more nobody can tell."
    )


def _gap(each: GapCell) -> tuple[str, ...]:
    cell = each.cell
    share = (
        UNTOLD
        if cell.value is None or cell.low is None or cell.high is None
        else f"{cell.value:.0f} ({cell.low:.0f} to {cell.high:.0f}) %"
    )
    by = _few(each.by_name) if each.by_name else f"{len(each.at_large)} for all minerals" if each.at_large else "nobody"
    without = "any" if set(each.functions_without) == set(FUNCTIONS) else ", ".join(each.functions_without) or "none"
    return f"{cell.mineral}, {cell.stage}", f"{share} {cell.grade}", each.coverage, by, without
