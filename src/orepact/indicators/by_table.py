"""The indicators on whole tables: a user's frames in, one frame of answers out, a row for each group and place.

What enters are the frames of ``own_tables``, with their documented columns. The rule of the tables is: a production or trade
table is complete for each mineral, stage and period that it holds, so that an absent country or pair makes or ships none; an
empty figure, and a mineral or period without any row, is missing. A row that lacks an input has empty figures, and ``missing``
says what.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from orepact.errors import BadInput, MissingData, Problem
from orepact.indicators.concentration import hhi_bounds, n_minus_1, top_share
from orepact.indicators.eu_criticality import DIMENSIONS, economic_importance, governance_score, supply_risk
from orepact.indicators.geopolrisk import geopolrisk_all
from orepact.indicators.origin import sourcing_shares, through_stages
from orepact.indicators.partners import partner_test
from orepact.indicators.reliance import days_of_stock, net_import_reliance

Tables = dict[str, pd.DataFrame]
KEYS = ["mineral", "stage", "period"]
UNNAMED = ("OTH", "WLD")
ORDER = ("mine", "intermediate", "refined", "component", "scrap")


@dataclass(frozen=True)
class Options:
    """What a caller may choose: places (label to members), partner, year of signature, windows, how many, a default risk."""

    places: dict[str, tuple[str, ...]] | None = None
    partner: tuple[str, ...] = ()
    signed: int | None = None
    before: int = 3
    after: int = 3
    n: int = 1
    default_risk: float | None = None


@dataclass(frozen=True)
class Indicator:
    """An indicator on tables: what it needs, what it may use beside, which options it reads, and what it says."""

    compute: Callable[[Tables, Options], list[dict[str, Any]]]
    describes: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


def compute(name: str, tables: Tables, options: Options) -> pd.DataFrame:
    """An indicator by name on a user's tables; MissingData where not one row can be told."""
    indicator = INDICATORS[name]
    absent = [table for table in indicator.needs if table not in tables]
    surplus = [table for table in tables if table not in indicator.needs + indicator.may]
    problems = [
        Problem(f"indicator {name}", f"no table of {table}", "nothing", f"give --{table.replace('_', '-')} FILE")
        for table in absent
    ]
    problems += [
        Problem(f"indicator {name}", "a table is not used by it", f"--{table}", "leave it out") for table in surplus
    ]
    if problems:
        raise BadInput(problems)
    found = pd.DataFrame(indicator.compute(_same_keys(tables), options))
    for key in ("stage", "period"):
        if key in found and (found[key] == "").all():
            found = found.drop(columns=key)
    untold = found["missing"] != ""
    if len(found) and untold.all():
        first = found.iloc[0]
        where = " ".join(str(first[key]) for key in found.columns[:3] if key in {*KEYS, "place", "importer"})
        raise MissingData(
            Problem(
                f"indicator {name}", "not one row can be told", f"{where}: {first['missing']}", "add what is missing"
            )
        )
    return found


def _same_keys(tables: Tables) -> Tables:
    """Tables that name the same keys: a stage or period that only some tables have is dropped where it is one only."""
    told = {name: table for name, table in tables.items() if "mineral" in table}
    problems = []
    for key in ("stage", "period"):
        having = {name for name, table in told.items() if key in table and (table[key] != "").any()}
        lacking = {name for name, table in told.items() if key in table} - having
        if not having or not lacking:
            continue
        values = sorted({value for name in having for value in told[name][key]})
        if len(values) > 1:
            found = f"{', '.join(sorted(lacking))} without, {', '.join(sorted(having))} with {', '.join(values[:5])}"
            problems.append(
                Problem(f"tables, {key}", "some tables have the column and others do not", found, "give it in all")
            )
        for name in having:
            told[name] = told[name].assign(**{key: ""})
    if problems:
        raise BadInput(problems)
    return tables | told


def _groups(table: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    keys = [key for key in KEYS if key in table]
    for values, rows in table.groupby(keys, sort=True):
        yield dict(zip(keys, values, strict=True)), rows


def _told(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a function says, or what it misses."""
    try:
        return make() | {"missing": ""}
    except MissingData as error:
        return {"missing": "; ".join(f"{problem.place.split(', ')[-1]}: {problem.found}" for problem in error.problems)}


def _named(rows: pd.DataFrame) -> tuple[pd.Series, float]:
    """Figures by named country, and what unnamed ones have: the world total less the named, or the row of others."""
    by_country = rows.set_index("country")["value"]
    named = by_country.drop(labels=[code for code in UNNAMED if code in by_country])
    if "WLD" in by_country:
        return named, max(float(by_country["WLD"]) - float(named.sum()), 0.0) if named.notna().all() else math.nan
    return named, float(by_country.get("OTH", 0.0))


def _hhi(tables: Tables, _: Options) -> list[dict[str, Any]]:
    def one(rows: pd.DataFrame) -> dict[str, Any]:
        named, other = _named(rows)
        bounds = hhi_bounds(named, other)
        return {
            "hhi_low": bounds.low,
            "hhi_high": bounds.high,
            "named": float(named.sum()) / (float(named.sum()) + other),
        }

    empty = {"hhi_low": math.nan, "hhi_high": math.nan, "named": math.nan}
    return [keys | empty | _told(lambda rows=rows: one(rows)) for keys, rows in _groups(tables["production"])]  # type: ignore[misc]


def _top_share(tables: Tables, options: Options) -> list[dict[str, Any]]:
    def one(rows: pd.DataFrame) -> dict[str, Any]:
        named, other = _named(rows)
        low = top_share(named, options.n, other=other)
        return {"share_low": low, "share_high": top_share([*named, other], options.n)}

    empty = {"n": options.n, "share_low": math.nan, "share_high": math.nan}
    return [keys | empty | _told(lambda rows=rows: one(rows)) for keys, rows in _groups(tables["production"])]  # type: ignore[misc]


def _n_minus_1(tables: Tables, _: Options) -> list[dict[str, Any]]:
    def one(rows: pd.DataFrame) -> dict[str, Any]:
        named, other = _named(rows)
        largest = n_minus_1(named)
        lost = largest.lost * float(named.sum()) / (float(named.sum()) + other)
        return {"largest": largest.largest, "lost": lost, "covered": 1 - lost}

    empty = {"largest": "", "lost": math.nan, "covered": math.nan}
    return [keys | empty | _told(lambda rows=rows: one(rows)) for keys, rows in _groups(tables["production"])]  # type: ignore[misc]


def _balances(tables: Tables, options: Options) -> Iterator[tuple[dict[str, Any], dict[str, float], list[str]]]:
    """For each group and place: output, imports from outside, exports to outside, stock change; and what is missing."""
    for keys, flows in _groups(tables["trade"]):
        made = _at(tables["production"], keys)
        changes = _at(tables["stock_change"], keys) if "stock_change" in tables else None
        for place, members in _places(made, flows, options).items():
            inside = {
                "exporter": flows["exporter"].isin(members), "importer": flows["importer"].isin(members),
            }  # fmt: skip
            figures = {
                "production": _sum(made[made["country"].isin(members)]),
                "imports": _sum(flows[inside["importer"] & ~inside["exporter"]]),
                "exports": _sum(flows[inside["exporter"] & ~inside["importer"]]),
                "stock_change": 0.0 if changes is None else _sum(changes[changes["country"].isin(members)]),
            }
            if made.empty:
                figures["production"] = math.nan
            yield keys | {"place": place}, figures, [name for name, value in figures.items() if math.isnan(value)]


def _at(table: pd.DataFrame, keys: dict[str, Any]) -> pd.DataFrame:
    same = pd.Series(data=True, index=table.index)
    for key, value in keys.items():
        same &= table[key] == value
    return table[same]


def _sum(rows: pd.DataFrame) -> float:
    """A sum in which one missing figure makes the sum missing."""
    return float(rows["value"].sum(skipna=False)) if len(rows) else 0.0


def _places(made: pd.DataFrame, flows: pd.DataFrame, options: Options) -> dict[str, tuple[str, ...]]:
    if options.places is not None:
        return options.places
    everybody = {*made["country"], *flows["exporter"], *flows["importer"]} - set(UNNAMED)
    return {country: (country,) for country in sorted(everybody)}


def _net_import_reliance(tables: Tables, options: Options) -> list[dict[str, Any]]:
    rows = []
    for keys, figures, missing in _balances(tables, options):
        value = net_import_reliance(**figures)
        said = "; ".join(missing) or ("apparent consumption is not above zero" if math.isnan(value) else "")
        rows.append(keys | {"net_import_reliance": value} | figures | {"missing": said})
    return rows


def _days_of_stock(tables: Tables, options: Options) -> list[dict[str, Any]]:
    rows = []
    for keys, figures, missing in _balances(tables, options):
        held = _at(tables["stocks"], {key: value for key, value in keys.items() if key in KEYS})
        members = (options.places or {}).get(keys["place"], (keys["place"],))
        held = held[held["country"].isin(members)]
        stock = _sum(held) if len(held) else math.nan
        net = figures["imports"] - figures["exports"] - figures["stock_change"]
        said = "; ".join([*missing, "stocks"] if math.isnan(stock) else missing)
        days = {
            "days_of_net_imports": days_of_stock(stock, net_imports=net),
            "days_of_consumption": days_of_stock(stock, consumption=max(figures["production"] + net, 0.0)),
        }
        rows.append(keys | days | {"stock": stock, "net_imports": net, "missing": said})
    return rows


def _geopolrisk(tables: Tables, options: Options) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    for keys, flows in _years(tables["trade"]):
        made = _others_as_one(_at(tables["production"], keys))
        risk = _risk(tables["governance"], str(keys.get("period", "")))
        importers, domestic = None, None
        if options.places is not None:
            importers = list(options.places)
            flows, domestic = _regional(made, flows, options.places)  # noqa: PLW2901  (the same flows, by place)
        cells = geopolrisk_all(
            made, flows, risk, importers=importers, default_risk=options.default_risk, domestic=domestic
        )
        answers += [{"mineral": cell.pop("mineral")} | keys | cell for cell in cells.to_dict("records")]  # type: ignore[misc]
    return answers


def _years(table: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """The minerals of each stage and period together."""
    keys = [key for key in KEYS[1:] if key in table]
    for values, rows in table.groupby(keys, sort=True):
        yield dict(zip(keys, values, strict=True)), rows


def _others_as_one(made: pd.DataFrame) -> pd.DataFrame:
    """Output with all unnamed countries as one, the high end of concentration."""
    parts = []
    for mineral, rows in made.groupby("mineral"):
        named, other = _named(rows)
        named = pd.concat([named, pd.Series({"OTH": other})]) if other != 0 else named
        parts.append(pd.DataFrame({"mineral": mineral, "country": named.index, "value": named.to_numpy()}))
    return pd.concat(parts, ignore_index=True) if parts else made[["mineral", "country", "value"]]


def _regional(
    made: pd.DataFrame, flows: pd.DataFrame, places: dict[str, tuple[str, ...]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Imports of each place from outside it, and its own output; a place may be one country or many."""
    bought = [flows.drop_duplicates("mineral").assign(importer="")]
    own = []
    for place, members in places.items():
        inside = flows["importer"].isin(members) & ~flows["exporter"].isin(members)
        bought.append(_total(flows[inside], ["mineral", "exporter"]).assign(importer=place))
        own.append(_total(made[made["country"].isin(members)], ["mineral"]).assign(country=place))
    return pd.concat(bought, ignore_index=True), pd.concat(own, ignore_index=True)


def _total(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sums by key, missing where one figure is."""
    grouped = rows.groupby(keys)["value"]
    return grouped.sum().where(grouped.count() == grouped.size()).reset_index()


def _risk(governance: pd.DataFrame, period: str) -> pd.Series:
    """Risk by country: as given, or from political stability as ``(2.5 - PV) / 5``, within 0 to 1."""
    rows = governance[governance["period"].isin(["", period])]
    for dimension in ("risk", "PV"):
        found = rows[rows["dimension"] == dimension].set_index("country")["value"]
        if len(found):
            return found if dimension == "risk" else ((2.5 - found) / 5).clip(0, 1)
    raise MissingData(
        Problem(
            "--governance", f"no risk for {period or 'the table'}", "no row of risk or PV", "give risk or PV for it"
        )
    )


def _supply_risk(tables: Tables, _: Options) -> list[dict[str, Any]]:
    estimates = tables["governance"].pivot_table(index="country", columns="dimension", values="value", aggfunc="last")
    governance = governance_score(estimates.reindex(columns=list(DIMENSIONS))).dropna()
    answers = []
    for keys, shares in _groups(tables["shares"]):
        terms = _at(tables["terms"], keys)
        given = {
            name: float(terms[name].iloc[0]) if len(terms) else math.nan
            for name in ("import_reliance", "eol_rir", "si_sr")
        }
        by_kind = {str(kind): rows.set_index("country") for kind, rows in shares.groupby("kind")}
        answers.append(keys | given | _told(lambda given=given, by_kind=by_kind: _one_risk(by_kind, governance, given)))  # type: ignore[misc]
    return answers


def _one_risk(by_kind: dict[str, pd.DataFrame], governance: pd.Series, given: dict[str, float]) -> dict[str, Any]:
    world, sourcing = by_kind.get("world_supply"), by_kind.get("eu_sourcing")
    found = supply_risk(
        None if world is None else world["value"],
        None if sourcing is None else sourcing["value"],
        governance,
        None if world is None else world["trade_parameter"],
        given["import_reliance"],
        given["eol_rir"],
        given["si_sr"],
        eu_trade_parameter=None if sourcing is None else sourcing["trade_parameter"],
    )
    return {"sr": found.value, "hhi_gs": found.hhi_gs, "hhi_eu": found.hhi_eu, "used": found.used}


def _economic_importance(tables: Tables, _: Options) -> list[dict[str, Any]]:
    added = tables["value_added"].set_index("sector")["value"]
    answers = []
    for mineral, rows in tables["use"].groupby("mineral"):
        terms = tables["terms"][tables["terms"]["mineral"] == mineral]["si_ei"].dropna()
        index = float(terms.iloc[0]) if len(terms) else math.nan
        shares = rows.set_index("sector")["value"]
        row = {"mineral": mineral, "si_ei": index, "ei": math.nan}
        answers.append(
            row | _told(lambda shares=shares, index=index: {"ei": economic_importance(shares, added, index)})  # type: ignore[misc]
        )
    return answers


def _partner_test(tables: Tables, options: Options) -> list[dict[str, Any]]:
    trade = tables["trade"]
    answers = []
    for place, members in _places(pd.DataFrame({"country": []}), trade, options).items():
        for (mineral, stage), flows in trade.groupby(["mineral", "stage"]):
            years = sorted(set(flows["period"]))
            bought = flows[flows["importer"].isin(members) & ~flows["exporter"].isin(members)]
            total = {year: _sum(bought[bought["period"] == year]) for year in years}
            partner = bought[bought["exporter"].isin(options.partner)]
            ours = {year: _sum(partner[partner["period"] == year]) for year in years}
            found = asdict(
                partner_test(ours, int(options.signed or 0), total, before=options.before, after=options.after)
            )
            (first, last), (start, end) = found.pop("windows")
            windows = {"window_before": f"{first}/{last}", "window_after": f"{start}/{end}"}
            answers.append({"mineral": mineral, "stage": stage, "place": place} | windows | found)
    return answers


def _look_through(tables: Tables, _: Options) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    for mineral, rows in tables["sourcing"].groupby("mineral"):
        stages = [_stage_shares(rows[rows["stage"] == stage]) for stage in ORDER if (rows["stage"] == stage).any()]
        missing = [f"flows of {stage}" for stage in ORDER if rows.loc[rows["stage"] == stage, "value"].isna().any()]
        if missing:
            answers.append({"mineral": mineral, "destination": "", "origin": "", "missing": "; ".join(missing)})
            continue
        found = through_stages(stages)
        for destination in found.unknown.index:
            for origin in found.low.index:
                low, high = found.low.loc[origin, destination], found.high.loc[origin, destination]
                row = {"mineral": mineral, "destination": destination, "origin": origin, "low": low, "high": high}
                answers.append(row | {"missing": "nothing is bought" if math.isnan(low) else ""})
    return answers


def _stage_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Sourcing shares of one stage; what comes from unnamed countries is unknown."""
    flows = rows.pivot_table(index="origin", columns="destination", values="value", aggfunc="sum", fill_value=0.0)
    unnamed = flows.index.intersection(list(UNNAMED))
    return sourcing_shares(flows.drop(index=unnamed), flows.loc[unnamed].sum())


BALANCE = ("production", "trade")
INDICATORS: dict[str, Indicator] = {
    "hhi": Indicator(_hhi, "concentration of output, 0-1, a range where part is other countries", ("production",)),
    "top-share": Indicator(_top_share, "share of the largest producers", ("production",), options=("n",)),
    "n-minus-1": Indicator(_n_minus_1, "what is left without the largest producer", ("production",)),
    "net-import-reliance": Indicator(
        _net_import_reliance, "net imports over apparent consumption", BALANCE, ("stock_change",), ("region",)
    ),
    "days-of-stock": Indicator(
        _days_of_stock,
        "days that stocks cover net imports and consumption",
        (*BALANCE, "stocks"),
        ("stock_change",),
        ("region",),
    ),
    "geopolrisk": Indicator(
        _geopolrisk,
        "GeoPolRisk; unnamed producers count as one",
        (*BALANCE, "governance"),
        (),
        ("region", "default_risk"),
    ),
    "supply-risk": Indicator(
        _supply_risk,
        "supply risk by the EU's method; without tables, of the study of 2023",
        ("shares", "governance", "terms"),
        (),
        ("region",),
    ),
    "economic-importance": Indicator(
        _economic_importance, "economic importance by the EU's method", ("use", "value_added", "terms")
    ),
    "partner-test": Indicator(
        _partner_test,
        "did imports from a partner rise after signature",
        ("trade",),
        (),
        ("region", "partner", "signed", "before", "after"),
    ),
    "look-through": Indicator(_look_through, "origin of supply looked through all stages", ("sourcing",)),
}
"""Indicators by the name that the command takes."""
