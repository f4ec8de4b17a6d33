"""``orepact watch``: is a fall in prices or a rise in imports dumping-like or ordinary? Screens, with how often each cries wolf."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orepact.cli.output import check_files, check_one_form, print_json, print_rows, progress_bar
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    from orepact.watch.own_series import Kind
    from orepact.watch.series import Evidence

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

Prices = Annotated[
    Path | None, typer.Option("--prices", help="Your prices (.csv): period, price, unit [, market: inside or outside].")
]
Trade = Annotated[
    Path | None,
    typer.Option("--trade", help="Your trade (.csv): period, tonnes, usd [, flow: imports or exports] [, reporter]."),
]
Costs = Annotated[Path | None, typer.Option("--costs", help="Cash costs (.csv): producer, cost, unit [, output].")]
Stocks = Annotated[
    Path | None, typer.Option("--stocks", help="Exchange stocks (.csv): period, tonnes [, spread: share of the price].")
]
Submitters = Annotated[
    Path | None, typer.Option("--submitters", help="Who made the benchmark (.csv): submitter, submissions.")
]
Reference = Annotated[float | None, typer.Option("--reference", help="Reference price, USD per tonne.")]
Plot = Annotated[Path | None, typer.Option("--plot", help="Draw the answer to a file (.svg or .png).")]
Tax = Annotated[float, typer.Option("--tax", help="Tax between inside and outside market, share of the price.")]


@app.callback(invoke_without_command=True)
def command(  # noqa: PLR0913, PLR0917  (one option for each series)
    context: typer.Context,
    mineral: Annotated[
        str | None, typer.Option("--mineral", "-m", help="Mineral, by any usual name; all when left out.")
    ] = None,
    region: Region = "EU27",
    prices: Prices = None,
    trade: Trade = None,
    costs: Costs = None,
    stocks: Stocks = None,
    submitters: Submitters = None,
    reference: Reference = None,
    tax: Tax = 0.0,
    fdr: Fdr = 0.1,
    plot: Plot = None,
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
    check_files((plot, (".svg", ".png"), "--plot"))
    from orepact.watch.looking import watch
    from orepact.watch.shipped import evidence, minerals

    files: dict[Kind, Path | None] = {
        "prices": prices,
        "trade": trade,
        "costs": costs,
        "stocks": stocks,
        "submitters": submitters,
    }
    own = {kind: path for kind, path in files.items() if path is not None}
    if mineral is None and (own or reference is not None):
        given = ", ".join(f"--{each}" for each in own) or "--reference"
        raise BadInput(Problem("--mineral", "series of your own are of one mineral", given, "say which with --mineral"))
    slugs = minerals() if mineral is None else ()
    with progress_bar("Looking", len(slugs), "minerals") as progress:
        one = [] if mineral is None else [_evidence(mineral, region, own, reference, tax)]
        held = chain(one, (evidence(each, region) for each in slugs))
        found = watch(held, region=region, fdr=fdr, progress=progress)
    if plot is not None:
        from orepact.report.watch_chart import watch_picture

        _draw(plot, watch_picture(found, plot.suffix))
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.frame().to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.watch_text import print_watch

        print_watch(found)


def _evidence(mineral: str, region: str, own: dict[Kind, Path], reference: float | None, tax: float) -> Evidence:
    """What is known of one mineral, with the user's own series in place of the facts'."""
    from orepact import facts
    from orepact.watch.own import with_own
    from orepact.watch.own_series import read_file
    from orepact.watch.shipped import evidence

    texts = {kind: read_file(kind, path) for kind, path in own.items()}
    return with_own(evidence(facts.resolve_mineral(mineral), region), texts, reference=reference, tax=tax)


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
        print_rows([_plain_row(each) for each in rows], rows[0])
    else:
        from orepact.report.watch_text import print_screens

        print_screens(rows)


@app.command("file")
def file(  # noqa: PLR0913, PLR0917  (one option for each series and assumption)
    mineral: Annotated[str, typer.Option("--mineral", "-m", help="Mineral, by any usual name.")],
    region: Region = "EU27",
    prices: Prices = None,
    trade: Trade = None,
    costs: Costs = None,
    stocks: Stocks = None,
    submitters: Submitters = None,
    reference: Reference = None,
    tax: Tax = 0.0,
    currency: Annotated[
        float | None,
        typer.Option("--currency", help="Change of the exporter's currency against the dollar, share: -0.08."),
    ] = None,
    acting: Annotated[
        float | None, typer.Option("--acting", help="Reference price of the case of acting, USD per tonne of content.")
    ] = None,
    grown: Annotated[
        float,
        typer.Option("--grown", help="Capacity the rival adds in the case of not acting, share.", min=0.01, max=5),
    ] = 0.2,
    dissent: Annotated[
        list[str] | None, typer.Option("--dissent", help="What somebody says against it; may be given again.")
    ] = None,
    fdr: Fdr = 0.1,
    plot: Plot = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Is this price fall dumping-like or ordinary? Facts, legal test, innocent explanations, cost of acting and of not.

    Example: orepact watch file --mineral lithium --region EU27 --currency -0.03
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((plot, (".svg", ".png"), "--plot"))
    from orepact.watch.case_file import case_file, record

    files: dict[Kind, Path | None] = {
        "prices": prices, "trade": trade, "costs": costs, "stocks": stocks, "submitters": submitters
    }  # fmt: skip
    own = {kind: path for kind, path in files.items() if path is not None}
    evidence = _evidence(mineral, region, own, reference, tax)
    found = case_file(
        evidence, fdr=fdr, currency=currency, dissent=dissent or (), acting=acting, grown=grown, own=bool(own)
    )
    if plot is not None:
        from orepact.report.watch_chart import case_picture

        _draw(plot, case_picture(found, plot.suffix))
    if as_json:
        print_json(record(found))
    elif as_csv:
        from orepact.watch.case_file import ROWS, rows

        print_rows(rows(found), ROWS)
    else:
        from orepact.report.watch_text import print_case_file

        print_case_file(found)


def _draw(path: Path, picture: bytes) -> None:
    """Write a picture, whole or not at all."""
    from orepact.files import appearing_whole

    with appearing_whole(path, (".svg", ".png"), "--plot") as part:
        part.write_bytes(picture)


def _plain_row(row: dict[str, Any]) -> dict[str, Any]:
    """A record whose lists are words, for CSV."""
    alarms = "; ".join(f"{frequency} {found['share']:.3f}" for frequency, found in row["false_alarms"].items())
    return {**row, "needs": " ".join(row["needs"]), "false_alarms": alarms}


@app.command("performance")
def performance(
    draws: Annotated[int, typer.Option("--draws", help="Series for each rate of false alarms.", min=50)] = 1_000,
    series: Annotated[int, typer.Option("--series", help="Series for each kind of change.", min=10)] = 100,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Measure again how often each screen fires for nothing, how soon it sees a change, and what it said of dated controls.

    Example: orepact watch performance --json
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.watch.performance import STEPS, published

    with progress_bar("Measuring", STEPS, "steps") as progress:
        found = published(draws, series, 4 * series, progress=progress)
    if as_json:
        print_json(found)
    elif as_csv:
        print_rows(found["rates"], found["rates"][0])
    else:
        from orepact.report.watch_text import print_performance

        print_performance(found)


def _refuse_misplaced(context: typer.Context) -> None:
    """Refuse an option given before a further command, where it would do nothing."""
    sources = {each: context.get_parameter_source(each) for each in context.params}
    given = [each for each, source in sources.items() if source is not None and source.name == "COMMANDLINE"]
    if given:
        place = f"watch {context.invoked_subcommand}"
        names = ", ".join(f"--{each.removeprefix('as_')}" for each in given)
        raise BadInput(Problem(place, "options stand before the command", names, f"write them after {place}"))
