"""``orepact facts``: the figures themselves, where each comes from, and how to take them elsewhere or bring one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orepact.cli.output import check_one_form, download_bar, print_json, progress_bar
from orepact.errors import BadInput, Problem

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    help="The figures themselves: list, filter and export them, ask why one is what it is, bring your own.",
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="Print as CSV.")]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="Most rows; 40 when printed as text, else all.")]
TEXT_ROWS = 40


@app.callback(invoke_without_command=True)
def _tables(context: typer.Context, as_json: Json = False, as_csv: Csv = False) -> None:
    if context.invoked_subcommand is None:
        list_tables(as_json=as_json, as_csv=as_csv)


@app.command("list")
def list_tables(as_json: Json = False, as_csv: Csv = False) -> None:
    """List the tables: title, rows, years, sources and the licences of their rows."""
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.facts import overview, tables

    with progress_bar("Reading", len(tables()), unit="tables") as progress:
        records = overview(progress)
    if as_json:
        print_json(records)
    elif as_csv:
        import pandas as pd

        _print_csv(pd.DataFrame([_flat(record) for record in records]))
    else:
        from orepact.report.facts_text import print_tables

        print_tables(records)


@app.command("show")
def show(  # noqa: PLR0913, PLR0917  (one option for each filter)
    table: Annotated[str, typer.Argument(help="Name of a table (see: orepact facts list).")],
    mineral: Annotated[str | None, typer.Option("--mineral", "-m", help="Mineral, by any usual name.")] = None,
    country: Annotated[
        str | None, typer.Option("--country", "-c", help="Country or region, by code or name, in any column of places.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", "-p", help="2024, 2024-Q3, 2024-07, or a span 2020..2024.")
    ] = None,
    source: Annotated[str | None, typer.Option("--source", help="Id of a source, or its beginning.")] = None,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", help="column=value; also > >= < <= and ~ (holds the text). May be given again."),
    ] = None,
    columns: Annotated[str | None, typer.Option("--columns", help="Columns to print, joined by commas.")] = None,
    limit: Limit = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Print rows of a table.

    Example: orepact facts show production --mineral cobalt --period 2024 --where stage=mine
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.facts import select
    from orepact.facts.selection import check_found

    with progress_bar("Reading", 1, unit="tables"):
        found = select(
            table,
            mineral=mineral,
            country=country,
            period=period,
            source=source,
            where=where or (),
            columns=columns.split(",") if columns else (),
        )
    check_found(table, found)
    if as_json or as_csv:
        _print_rows(found.head(limit) if limit else found, as_json=as_json)
    else:
        from orepact.report.facts_text import print_rows

        print_rows(table, found, limit or TEXT_ROWS)


@app.command("why")
def why(
    address: Annotated[str, typer.Argument(help="Table and values, as in production/cobalt/mine/COD/2024.")],
    as_json: Json = False,
) -> None:
    """Print where a figure comes from, what others say, what uses it, and how it was corrected and revised.

    The parts of the address follow the columns of the table: mineral and stage first, then the rest of its key, then the
    period. What is obvious may be left out (prices/cobalt/2024); * skips a column and column=value names one.
    """
    from orepact.facts import why as trail_of
    from orepact.network.uses import used_in_network

    with progress_bar("Reading", 1, unit="tables"):
        trail = trail_of(address, used_in_network)
    if as_json:
        print_json(trail.record())
    else:
        from orepact.report.facts_text import print_trail

        print_trail(trail)


@app.command("export")
def export(
    target: Annotated[Path, typer.Argument(help="A folder, or a file (.csv, .parquet with one table; .xlsx).")],
    tables: Annotated[
        list[str] | None, typer.Option("--table", "-t", help="A table, or all. May be given again; all when left out.")
    ] = None,
    form: Annotated[
        str | None, typer.Option("--format", help="csv, parquet or xlsx; by the ending of the file when left out.")
    ] = None,
) -> None:
    """Write tables to files, with the records and licences of their sources; whole files or none.

    Example: orepact facts export cobalt.xlsx --table production --table prices
    """
    from orepact.facts import export as write
    from orepact.facts import tables as names

    chosen = [name for each in tables or ["all"] for name in (names() if each == "all" else [each])]
    with progress_bar("Writing", len(set(chosen)) + 1, unit="tables") as progress:
        written = write(target, chosen, form, progress)
    for path in written:
        typer.echo(f"{path} ({path.stat().st_size:,} bytes)")


@app.command("sql")
def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT; every table is a view of its name.")],
    limit: Limit = None,
    as_json: Json = False,
    as_csv: Csv = False,
) -> None:
    """Ask in SQL over all tables (DuckDB); read-only, with no access to files.

    Example: orepact facts sql "SELECT country, sum(value) AS t FROM production WHERE mineral = 'cobalt' AND stage = 'mine'
    AND period = '2024' AND source = 'usgs_mcs2026' GROUP BY ALL ORDER BY t DESC"
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.facts import query

    with progress_bar("Reading", 1, unit="tables"):
        found = query(statement)
    if as_json or as_csv:
        _print_rows(found.head(limit) if limit else found, as_json=as_json)
    else:
        from orepact.report.facts_text import print_frame

        print_frame(found, limit or TEXT_ROWS)


@app.command("load")
def load(
    kind: Annotated[str, typer.Argument(help="baci, comtrade, usgs, bgs or wmd.")],
    file: Annotated[Path, typer.Argument(help="The file as its publisher releases it.")],
    out: Annotated[Path | None, typer.Option("--out", help="Write our schema to a file (.csv or .parquet).")] = None,
    codes: Annotated[Path | None, typer.Option("--codes", help="baci: country_codes_V….csv, if not beside it.")] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="baci: year of a release's zip; the last if left out.")
    ] = None,
    flow: Annotated[str | None, typer.Option("--flow", help="comtrade: M imports or X exports.")] = None,
    as_json: Json = False,
) -> None:
    """Read your own copy of a publisher's file into our schema, say what was left out, and write it with --out.

    The file written can be given wherever a command takes --production or --trade.
    """
    from orepact.facts import loaders
    from orepact.facts.exports import write
    from orepact.files import check_writable

    if out is not None:
        check_writable(out, (".csv", ".parquet"), "--out")
    given = {"codes": codes, "year": year, "flow": flow}
    with progress_bar("Reading", 1, unit="files"):
        loaded = loaders.load(kind, file, **{name: value for name, value in given.items() if value is not None})
    if out is not None:
        write(loaded.frame, out, "--out")
    if as_json:
        print_json(loaded.record())
    else:
        from orepact.report.facts_text import print_loaded

        print_loaded(loaded, out)


@app.command("refresh")
def refresh(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="worldbank_prices, worldbank_wgi, usgs_mcs, baci; all but baci (gigabytes) when left out."),
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="Folder to keep files in; the platform's cache when left out.")
    ] = None,
    address: Annotated[
        list[str] | None, typer.Option("--address", help="source=URL to start from instead of the publisher's.")
    ] = None,
    most_mb: Annotated[float | None, typer.Option("--most-mb", min=0.001, help="Most megabytes of a file.")] = None,
    timeout: Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds a server may be silent.")] = 30,
    as_json: Json = False,
) -> None:
    """Fetch newer files of open sources and say what changed against the shipped tables, which stay as they are.

    Without a network nothing changes and the exit code is 5. What was fetched goes into an answer through 'facts load'.
    """
    from orepact.errors import NotFetched
    from orepact.facts.refresh import refresh as fetch

    starts = dict(_start(each) for each in address or ())
    with download_bar() as progress:
        report = fetch(
            sources or (),
            into,
            addresses=starts,
            most_bytes=int(most_mb * 1e6) if most_mb else None,
            seconds=timeout,
            progress=progress,
        )
    if as_json and report.done:
        print_json(report.record())
    elif report.done:
        from orepact.report.facts_text import print_refreshed

        print_refreshed(report)
    if report.failed:
        raise NotFetched(report.failed)


def _start(given: str) -> tuple[str, str]:
    source, equals, url = given.partition("=")
    if not equals:
        todo = "give it as usgs_mcs=https://..."
        raise BadInput(Problem("--address", "an address has no source", f"'{given}'", todo))
    return source.strip(), url.strip()


def _print_rows(found: pd.DataFrame, *, as_json: bool) -> None:
    if as_json:
        import json

        print_json(json.loads(found.to_json(orient="records", date_format="iso")))
    else:
        _print_csv(found)


def _print_csv(found: pd.DataFrame) -> None:
    typer.echo(found.to_csv(index=False, lineterminator="\n"), nl=False)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record of a table in which lists are joined by ``|``."""
    licences = "|".join(f"{name}: {rows}" for name, rows in record["licences"].items())
    joined = {name: "|".join(value) for name, value in record.items() if isinstance(value, list)}
    return {**record, **joined, "licences": licences}
