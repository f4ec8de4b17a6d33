"""Imports before and after a signature as people read them: the finding, one row a mineral and stage, and what it does not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.indicators.partners import FELL, LEVEL, ROSE, UNTOLD, PartnerTest
from orepact.pact.partner_effect import SMALL_SHARE, Effect, PartnerEffect
from orepact.report.numbers import WIDTH, counted, percent, signed, tonnes

MANY = 9.0
"""Change from which the multiple is printed in place of the percentage: ten times as much."""


def print_effect(found: PartnerEffect) -> None:
    """Print the finding, the figures that are not of small numbers, and what they rest on."""
    console = Console(width=WIDTH, emoji=False, highlight=False, markup=False)
    console.print(f"{headline(found)}\n", style="bold")
    told = [each for each in found.effects if each.test is not None and not each.small]
    if told:
        console.print(_table(told))
    for line in limits(found):
        console.print(line)


def headline(found: PartnerEffect) -> str:
    """How many imports rose and how many fell after the signature, in one sentence."""
    what = f"imports of {found.buyer} from {_partners(found)}"
    counts = Counter(each.verdict for each in found.effects if not each.small)
    if not found.effects:
        return f"The tables record no {what} in the years around the signature of {found.agreement.name}."
    if set(counts) <= {UNTOLD}:
        return f"Nobody can tell how {what} changed: missing is {_missing(found)}."
    parts = [f"{word} in {counts[word]}" for word in (ROSE, FELL, LEVEL) if counts[word]]
    return (
        f"After {found.agreement.name} was signed in {found.signed}, {what} {', '.join(parts)} "
        f"of {counted(sum(counts[word] for word in (ROSE, FELL, LEVEL)), 'case')} (minerals by stage, small numbers apart)."
    )


def _partners(found: PartnerEffect) -> str:
    names = [facts.country_name(each) for each in found.partners]
    return names[0] if len(names) == 1 else f"{counted(len(names), 'country', 'countries')} of the other parties"


def _missing(found: PartnerEffect) -> str:
    return "; ".join(dict.fromkeys(each.missing for each in found.effects if each.missing))


def _table(effects: Sequence[Effect]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in (
        "mineral, stage",
        "imports",
        "before, t",
        "after, t",
        "change",
        "share before",
        "after",
        "years",
        "grade",
    ):
        table.add_column(name, justify="left" if name in {"mineral, stage", "imports"} else "right")
    for each in effects:
        table.add_row(*_row(each))
    return table


def _row(each: Effect) -> tuple[str, ...]:
    test = each.test
    assert test is not None  # noqa: S101  (the caller chose those that have one)
    shares = (percent(test.share_before), percent(test.share_after))
    name = f"{facts.mineral_name(each.mineral)}, {each.stage}"
    return name, each.verdict, tonnes(test.before), tonnes(test.after), _change(test), *shares, each.grade or ""


def _change(test: PartnerTest) -> str:
    """The change as a percentage, or as a multiple where it is ten times as much."""
    if test.before == 0:
        return "from none"
    return signed(test.change, percent) if test.change < MANY else f"{test.change + 1:.0f} times"


def _windows(found: PartnerEffect) -> list[str]:
    """The years that are compared, each pair of windows once."""
    tests = [each.test for each in found.effects if each.test is not None]
    told = (" against ".join("-".join(dict.fromkeys(map(str, ends))) for ends in test.windows) for test in tests)
    return list(dict.fromkeys(told))


def limits(found: PartnerEffect) -> list[str]:
    """What the figures are and are not."""
    lines = [
        f"\nTonnes of content a year, {' or '.join(_windows(found)) or 'no window'}; share: of all imports of the buyer from outside.",
        "A rise after a signature is not yet an effect of it: prices, other buyers and the world's output move as well.",
    ]
    small = sum(each.small for each in found.effects)
    if small:
        lines.append(
            f"{counted(small, 'row')} of small numbers (under {percent(SMALL_SHARE)} of imports in both windows): --json."
        )
    untold = [each for each in found.effects if each.test is None]
    if untold and len(untold) < len(found.effects):
        names = ", ".join(f"{each.mineral}/{each.stage}" for each in untold)
        lines.append(f"Cannot tell ({len(untold)}): {names}; missing: {_missing(found)}.")
    if found.none:
        lines.append(f"No imports are recorded in either window of {found.none} more.")
    if found.span is not None:
        lines.append(
            f"Trade of {found.span[0]} to {found.span[1]}, as far as the tables go by {found.as_of} (source: {found.source})."
        )
    return lines
