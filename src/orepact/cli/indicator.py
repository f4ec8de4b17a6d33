"""``orepact indicator``: one indicator, on a user's own tables, or the EU's supply risk on the shares of its study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from orepact.cli.output import check_one_form, print_json
from orepact.errors import unknown

Table = Path | None


def _file(option: str, what: str) -> Any:
    return typer.Option(option, help=f"{what} (CSV, Parquet or XLSX).", rich_help_panel="Your own tables")


def command(  # noqa: PLR0913, PLR0917  (one option for each table and choice)
    name: Annotated[str | None, typer.Argument(help="Indicator; all of them with their columns when left out.")] = None,
    production: Annotated[Table, _file("--production", "Output by country")] = None,
    trade: Annotated[Table, _file("--trade", "Trade by exporter and importer")] = None,
    governance: Annotated[Table, _file("--governance", "Governance or risk by country")] = None,
    stocks: Annotated[Table, _file("--stocks", "Stocks by country")] = None,
    stock_change: Annotated[Table, _file("--stock-change", "Changes of stocks by country")] = None,
    shares: Annotated[Table, _file("--shares", "Shares of world supply and EU sourcing")] = None,
    terms: Annotated[Table, _file("--terms", "Import reliance, recycling and substitution by mineral")] = None,
    use: Annotated[Table, _file("--use", "Shares of use by sector")] = None,
    value_added: Annotated[Table, _file("--value-added", "Value added by sector")] = None,
    sourcing: Annotated[Table, _file("--sourcing", "Flows from origin to destination by stage")] = None,
    region: Annotated[
        str | None,
        typer.Option("--region", "-r", help="Countries or regions, joined by commas; every country when left out."),
    ] = None,
    partner: Annotated[str | None, typer.Option("--partner", help="Partner country or region (partner-test).")] = None,
    signed: Annotated[int | None, typer.Option("--signed", help="Year of signature (partner-test).")] = None,
    before: Annotated[int | None, typer.Option("--before", help="Years before signature (partner-test; 3).")] = None,
    after: Annotated[int | None, typer.Option("--after", help="Years after signature (partner-test; 3).")] = None,
    n: Annotated[int | None, typer.Option("--n", help="How many producers (top-share; 1).")] = None,
    default_risk: Annotated[
        float | None, typer.Option("--default-risk", help="Risk of a partner that has none, 0-1 (geopolrisk).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print as CSV.")] = False,
) -> None:
    """Compute an indicator on your own tables: concentration, import reliance, supply risk, GeoPolRisk, origin, stocks.

    Example: orepact indicator geopolrisk --production p.csv --trade t.csv --governance g.csv --region EU27,JPN
    Example: orepact indicator supply-risk --region EU27 --csv
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    paths = {
        "production": production, "trade": trade, "governance": governance, "stocks": stocks, "stock_change": stock_change,
        "shares": shares, "terms": terms, "use": use, "value_added": value_added, "sourcing": sourcing,
    }  # fmt: skip
    given = {table: path for table, path in paths.items() if path is not None}
    choices = {
        "region": region, "partner": partner, "signed": signed, "before": before, "after": after, "n": n, "default_risk": default_risk,
    }  # fmt: skip
    chosen = {option: value for option, value in choices.items() if value is not None}
    if name is None:
        _describe(given, as_json=as_json)
        return
    from orepact.indicators.ask import answer

    found = answer(name, given, chosen)
    if as_json:
        print_json(found.to_dict("records"))
    elif as_csv:
        typer.echo(found.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.indicator_text import print_indicator

        print_indicator(found)


def _describe(given: dict[str, Path], *, as_json: bool) -> None:
    """The indicators, what each needs, and the columns of the tables."""
    from orepact.indicators.ask import described
    from orepact.indicators.by_table import INDICATORS
    from orepact.indicators.own_tables import TABLES

    if given:
        raise unknown("indicator", "indicator", "", INDICATORS)
    if as_json:
        print_json(described())
        return
    from orepact.report.indicator_text import print_indicators

    print_indicators(INDICATORS, TABLES)
