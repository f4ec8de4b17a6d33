"""The gallery as people read it: a name to run, and under it what it asks and what it assumes."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding

from orepact import facts
from orepact.cases.shipped import Shipped
from orepact.report.numbers import WIDTH

MARK, END = "<!-- gallery -->", "<!-- end -->"
"""What stands around the table of the gallery in docs/cases.md."""


def print_gallery(cases: list[Shipped]) -> None:
    """Print every case with its mineral, its days, its question, and what in it is assumed."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    for each in cases:
        mineral = facts.mineral_name(each.case.mineral)
        console.print(f"[bold]{each.name}[/bold]  {mineral}, {each.case.start} to {each.case.last_day}")
        console.print(Padding(f"{each.question}\nAssumed: {each.assumed}", (0, 0, 0, 4)))
    console.print(
        f"\n{len(cases)} cases. Run one: orepact run --gallery gallium-ban-returns\n"
        "Two side by side: orepact diff gallium-project-on-time gallium-project-late\n"
        "The file of one, with its facts and sources: orepact gallery cobalt-quota"
    )


def gallery_table(cases: list[Shipped]) -> str:
    """The gallery as a table of a page: name, mineral, question."""
    rows = [f"| `{each.name}` | {facts.mineral_name(each.case.mineral)} | {each.question} |" for each in cases]
    return "\n".join(["| name | mineral | what it asks |", "|---|---|---|", *rows])


def page_with_gallery(page: str, cases: list[Shipped]) -> str:
    """A page with the table of today between its marks."""
    head, rest = page.split(MARK, maxsplit=1)
    return f"{head}{MARK}\n{gallery_table(cases)}\n{END}{rest.split(END, maxsplit=1)[1]}"
