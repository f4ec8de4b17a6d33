"""``orepact round``: match a demand round from a file, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows
from orepact.errors import BadInput, Problem

app = typer.Typer(
    help="Demand rounds: who is matched with whom, what the diversity cap costs, and why the rest failed.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@app.callback()
def _group() -> None:
    """Hold the commands of rounds."""


@app.command("match")
def match_command(
    file: Annotated[
        Path | None, typer.Argument(help="The bids of a round (YAML, JSON, CSV, XLSX); the invented one when left out.")
    ] = None,
    rule: Annotated[
        str, typer.Option("--rule", help="cost (most, then cheapest), uniform (one price) or mcafee (truthful).")
    ] = "cost",
    cap: Annotated[
        str | None, typer.Option("--cap", help="Largest share of one third country, like 0.65 or 65%.")
    ] = None,
    no_cap: Annotated[bool, typer.Option("--no-cap", help="Match without a diversity cap.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole match as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one row a pair as CSV.")] = False,
) -> None:
    """Match demands with offers: the most that can be, at least cost, no third country above the cap.

    Example: orepact round match round.yaml --cap 0.65 --json
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    if cap is not None and no_cap:
        raise BadInput(Problem("--cap, --no-cap", "a round has a cap or none", "both options", "choose one of them"))
    from orepact.planning.matching import demonstration, match, read_round
    from orepact.planning.matching.values import share

    given = demonstration() if file is None else read_round(file)
    chosen = given.cap if cap is None else share(cap, "--cap")
    found = match(given, rule, None if no_cap else chosen)
    from orepact.report.round_text import COLUMNS, pair_rows, print_matching

    if as_json:
        print_json(found.record())
    elif as_csv:
        print_rows(pair_rows(found), COLUMNS)
    else:
        print_matching(found)


@app.command("example")
def example_command(
    file: Annotated[Path, typer.Argument(help="File to write: .yaml, .csv or .xlsx.")] = Path("round.yaml"),
    as_json: Annotated[bool, typer.Option("--json", help="Print its name as JSON.")] = False,
) -> None:
    """Write the invented round to a file, to be filled with your own.

    Example: orepact round example round.xlsx
    """
    from orepact.planning.matching import write_demonstration

    write_demonstration(file)
    if as_json:
        print_json({"file": str(file), "invented": True})
    else:
        typer.echo(f"{file} holds a round in which every bid is invented. Match it: orepact round match {file}")
