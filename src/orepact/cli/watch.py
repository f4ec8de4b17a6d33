"""``orepact watch``: is a fall in prices or a rise in imports dumping-like or ordinary? Screens, with how often each cries wolf."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_rows, progress_bar
from orepact.errors import BadInput, Problem

app = typer.Typer(
    help="Screens for dumping, oversupply and manipulation; screens: what they are; file: the case of one mineral.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print rows as CSV.")]
Region = Annotated[str, typer.Option("--region", "-r", help="Whose imports and producers: EU27, USA, JPN …")]
Fdr = Annotated[
    float,
    typer.Option("--fdr", help="Share of false leads that is borne among those that stand (Benjamini and Hochberg)."),
]


@app.callback(invoke_without_command=True)
def command(
    context: typer.Context,
    mineral: Annotated[
        str | None, typer.Option("--mineral", "-m", help="Mineral, by any usual name; all when left out.")
    ] = None,
    region: Region = "EU27",
    fdr: Fdr = 0.1,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Run every screen on every mineral, say what leads there are, which stand, and what cannot be told.

    Example: orepact watch --mineral graphite --region EU27
    """
    if context.invoked_subcommand is not None:
        _refuse_misplaced(context)
        return
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact import facts
    from orepact.watch.looking import watch
    from orepact.watch.shipped import evidence, minerals

    slugs = minerals() if mineral is None else (facts.resolve_mineral(mineral),)
    with progress_bar("Looking", len(slugs), "minerals") as progress:
        found = watch((evidence(each, region) for each in slugs), region=region, fdr=fdr, progress=progress)
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.frame().to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.watch_text import print_watch

        print_watch(found)


@app.command("screens")
def screens(as_json: Json = False, as_csv: Csv = False) -> None:
    """List the screens: formula, threshold, how often each fires where nothing changes, and what else fires it.

    Example: orepact watch screens --json
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.watch.published import described

    rows = described()
    if as_json:
        print_json(rows)
    elif as_csv:
        print_rows([{**each, "needs": " ".join(each["needs"])} for each in rows], rows[0])
    else:
        from orepact.report.watch_text import print_screens

        print_screens(rows)


def _refuse_misplaced(context: typer.Context) -> None:
    """Refuse an option given before a further command, where it would do nothing."""
    sources = {each: context.get_parameter_source(each) for each in context.params}
    given = [each for each, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        place = f"watch {context.invoked_subcommand}"
        names = ", ".join(f"--{each.removeprefix('as_')}" for each in given)
        raise BadInput(Problem(place, "options stand before the command", names, f"write them after {place}"))
