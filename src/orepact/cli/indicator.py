"""``orepact indicator``: one indicator, on a user's own tables, or the EU's supply risk on the shares of its study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orepact.cli.output import check_one_form, print_json
from orepact.errors import BadInput, MissingData, OrepactError, Problem, unknown

if TYPE_CHECKING:
    import pandas as pd

    from orepact.indicators.by_table import Options

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
    found = _answer(name, given, chosen)
    if as_json:
        print_json(found.to_dict("records"))
    elif as_csv:
        typer.echo(found.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.indicator_text import print_indicator

        print_indicator(found)


def _answer(name: str, paths: dict[str, Path], chosen: dict[str, Any]) -> pd.DataFrame:
    from orepact.indicators.by_table import INDICATORS, compute

    if name not in INDICATORS:
        raise unknown("indicator", "indicator", name, INDICATORS)
    indicator = INDICATORS[name]
    problems = [
        Problem(f"indicator {name}", "an option is not used by it", f"--{option.replace('_', '-')}", "leave it out")
        for option in chosen
        if option not in indicator.options or (name == "supply-risk" and paths)
    ]
    options, faults = _options(name, indicator.options, chosen)
    problems += faults
    if name == "supply-risk" and not paths:
        return _study(problems, chosen)
    from orepact.indicators.own_tables import read_all

    try:
        tables = read_all(paths)
    except OrepactError as error:
        raise BadInput([*problems, *error.problems]) from None
    if problems:
        raise BadInput(problems)
    return compute(name, tables, options)


def _study(problems: list[Problem], chosen: dict[str, Any]) -> pd.DataFrame:
    """The EU's supply risk from the study's own shares, which exist for the EU alone."""
    from orepact.facts import resolve_place
    from orepact.indicators.study import supply_risk_table

    if problems:
        raise BadInput(problems)
    asked = str(chosen.get("region", "EU27"))
    if set(resolve_place(asked)) != set(resolve_place("EU27")):
        todo = "ask for EU27, or give --shares, --governance and --terms"
        raise MissingData(Problem("--region", "the study prints sourcing shares of the EU alone", f"'{asked}'", todo))
    return supply_risk_table()


def _options(name: str, used: tuple[str, ...], chosen: dict[str, Any]) -> tuple[Options, list[Problem]]:
    """Choices as the indicators take them, and what is wrong with them."""
    from orepact.indicators.by_table import Options

    problems: list[Problem] = []
    places = _places("--region", chosen.get("region"), problems)
    partner = _places("--partner", chosen.get("partner"), problems)
    numbers = {key: chosen[key] for key in ("signed", "before", "after", "n", "default_risk") if key in chosen}
    problems += [
        Problem(f"--{key}", "the number is below one", str(numbers[key]), "give 1 or more")
        for key in ("before", "after", "n")
        if numbers.get(key, 1) < 1
    ]
    if not 0 <= numbers.get("default_risk", 0.0) <= 1:
        problems.append(
            Problem("--default-risk", "the risk is outside 0 to 1", str(numbers["default_risk"]), "correct it")
        )
    problems += [
        Problem(f"indicator {name}", f"no --{needed}", "nothing", f"give --{needed}")
        for needed in ("partner", "signed")
        if needed in used and needed not in chosen
    ]
    members = tuple(country for several in (partner or {}).values() for country in several)
    return Options(places=places, partner=members, **numbers), problems


def _places(option: str, text: str | None, problems: list[Problem]) -> dict[str, tuple[str, ...]] | None:
    """Each place named, with its members; a country under its code, a region under the name it was given."""
    if text is None:
        return None
    from orepact.facts import resolve_place

    found: dict[str, tuple[str, ...]] = {}
    for part in text.split(","):
        try:
            members = resolve_place(part)
        except OrepactError as error:
            problems += [Problem(option, each.wrong, each.found, each.todo) for each in error.problems]
            continue
        found[members[0] if len(members) == 1 else part.strip()] = members
    return found


def _describe(given: dict[str, Path], *, as_json: bool) -> None:
    """The indicators, what each needs, and the columns of the tables."""
    from orepact.indicators.by_table import INDICATORS
    from orepact.indicators.own_tables import TABLES

    if given:
        raise unknown("indicator", "indicator", "", INDICATORS)
    if as_json:
        indicators = {
            name: {"describes": each.describes, "needs": each.needs, "may_use": each.may, "options": each.options}
            for name, each in INDICATORS.items()
        }
        columns = {
            table: {name: {"describes": each.describes, "optional": each.optional} for name, each in of.items()}
            for table, of in TABLES.items()
        }
        print_json({"indicators": indicators, "tables": columns})
        return
    from orepact.report.indicator_text import print_indicators

    print_indicators(INDICATORS, TABLES)
