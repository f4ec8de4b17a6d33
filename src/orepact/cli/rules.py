"""``orepact rules``: laws and contracts with known answers, worked out again."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import print_json
from orepact.errors import BadInput, Problem


def command(
    wanted: Annotated[
        list[str] | None,
        typer.Argument(metavar="RULE", help="A rule that is shipped, or a YAML file; all that are shipped without."),
    ] = None,
    as_file: Annotated[
        bool, typer.Option("--file", help="Print the file of the rule, to begin one's own with.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Laws and contracts with known answers: what must come out, what does, and where it stands. Exit code 1 where they differ.

    Example: orepact rules tin-1985, or orepact rules mine.yaml (a duty, a floor, quarterly quotas, a permit's clock, a stock's fund)
    """
    from orepact.cases.rule_cases import rules, text_of

    names = wanted or []
    if as_file:
        if len(names) != 1 or as_json:
            said = "--json too" if as_json else f"{len(names)} rules"
            raise BadInput(Problem("--file", "the file of one rule can be printed", said, "name one, such as tin-1985"))
        typer.echo(text_of(names[0]), nl=False)
        return
    found = rules(*names)
    if as_json:
        print_json([each.row() for each in found])
    else:
        from orepact.report.rules_text import print_rules

        print_rules(found, in_full=bool(names))
    if not all(each.holds for each in found):
        raise typer.Exit(1)
