"""Agreements side by side as people read them: how much is the same, then every clause that is known of one, then what is not known."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from orepact.pact.beside import DIFFERS, NEITHER, NOT_KNOWN, ONLY_ONE, SAME, VERDICTS, Beside, MemberDeal, Row
from orepact.pact.kinds.agreements import Agreement, Clause
from orepact.report.numbers import WIDTH, counted

MOST_COLUMNS = 3
"""Agreements that fit beside each other on paper; JSON and CSV have them all."""


TOLD = {DIFFERS: "differ", SAME: "are the same", ONLY_ONE: "stand in one only", NEITHER: "stand in none"}
"""Verdicts as they are said of several clauses."""


def print_beside(found: Beside, deals: Sequence[MemberDeal] = ()) -> None:
    """Print the finding, the clauses that differ first, deals of a bloc's members, and what is not known."""
    console = Console(width=WIDTH, emoji=False, highlight=False, markup=False)
    console.print(f"{headline(found)}\n", style="bold")
    for each in found.agreements:
        console.print(_titled(each))
    console.print()
    known = [each for each in found.rows if each.verdict != NOT_KNOWN]
    if known:
        console.print(_table(found, sorted(known, key=lambda each: VERDICTS.index(each.verdict))))
    for line in (*_members(deals), *limits(found)):
        console.print(line)


def headline(found: Beside) -> str:
    """How the agreements compare, in one sentence."""
    counts = found.counts()
    told = [f"{counts[verdict]} {TOLD.get(verdict, verdict)}" for verdict in VERDICTS if counts[verdict]]
    if len(found.agreements) == 1:
        known = len(found.rows) - counts[NOT_KNOWN]
        return f"Of {counted(len(found.rows), 'clause')}, {known} are known; no other agreement stands beside it."
    return f"Of {counted(len(found.rows), 'clause')}: {', '.join(told) or 'none recorded'}."


def _titled(each: Agreement) -> str:
    parts = [
        ", ".join(each.parties),
        f"signed {each.signed}" if each.signed else "day of signature not known",
        each.status or "",
    ]
    invented = " (invented)" if each.demonstration else ""
    return f"{each.id}: {each.name}{invented} ({'; '.join(part for part in parts if part)})"


def _table(found: Beside, rows: Sequence[Row]) -> Table:
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("clause", ratio=2)
    table.add_column("verdict", no_wrap=True)
    for each in found.agreements[:MOST_COLUMNS]:
        table.add_column(each.id, ratio=3, overflow="fold")
    for row in rows:
        verdict = f"{row.verdict}:\n{', '.join(row.differences)}" if row.verdict == DIFFERS else row.verdict
        title = f"{row.title}\n{row.number}" if row.number else row.title
        table.add_row(title, verdict, *(_said(each) for each in row.sides[:MOST_COLUMNS]))
    return table


def _said(clause: Clause | None) -> str:
    if clause is None or clause.stands == "unknown":
        return "not known"
    if clause.stands == "no":
        return "does not have it"
    binding = {"yes": "binding", "no": "not binding", "unknown": ""}[clause.binding]
    graded = f"grade {clause.grade}" if clause.grade else ""
    beside = ", ".join(each for each in (binding, graded) if each)
    return (clause.summary or "has it") + (f" ({beside})" if beside else "")


def _members(deals: Sequence[MemberDeal]) -> list[str]:
    if not deals:
        return []
    told = [f"  {each.agreement.id}: {each.agreement.name}, {each.member} with {each.partner}" for each in deals]
    return [f"\nDeals of members of {deals[0].bloc} with the same partner:", *told]


def limits(found: Beside) -> list[str]:
    """What is not known, and what the verdicts mean."""
    unknown = [row.title for row in found.rows if row.verdict == NOT_KNOWN]
    lines = [
        "\nA clause that nobody recorded is not known, neither there nor absent. What clauses say is in our own words; "
        "whether one binds is said where it is known."
    ]
    if unknown:
        lines.append(f"Not known of any: {', '.join(unknown)}.")
    if len(found.agreements) > MOST_COLUMNS:
        lines.append(f"{len(found.agreements) - MOST_COLUMNS} more beside them: --json or --csv.")
    return lines
