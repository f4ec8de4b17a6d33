"""One schema for each table, used when tables are built and again whenever they are loaded.

A column means the same in every table, so columns are described once, in ``COLUMNS``; a table is a list of columns, a key,
and which of its columns may be empty. Those of the register of agreements stand in
``pact_schemas``, those of schemes in ``custody_schemas``. The check itself is pandera's; its findings come out in Orepact's error grammar.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from orepact.errors import BadInput, Problem
from orepact.facts.column import DATE, ISO3, YES_NO, Column
from orepact.facts.corridor_schemas import CORRIDOR_COLUMNS, CORRIDOR_TABLES
from orepact.facts.custody_schemas import CUSTODY_COLUMNS, CUSTODY_TABLES
from orepact.facts.pact_schemas import PACT_COLUMNS, PACT_TABLES

if TYPE_CHECKING:
    import pandas as pd

PERIOD = r"\d{4}(-Q[1-4]|-H[12]|-(0[1-9]|1[0-2])(-\d{2})?|/\d{4})?"
MONTH = r"\d{4}-(0[1-9]|1[0-2])"
Grade = Literal["A", "B", "C", "D", "E"]
Kind = Literal["export_cut", "capacity_loss", "demand_change"]
"""What can happen in an episode; a capacity loss below zero is a gain."""

Quantity = Literal["price_abroad", "price_home", "exports", "use", "output_share", "reversal"]
Against = Literal["base", "peak"]
EVENTS = ("announced", "in force", "suspended", "suspension ends", "ended")
MOST_FAULTS = 12


COLUMNS: dict[str, Column] = {
    "mineral": Column("mineral, by slug; * for all", pattern=r"[a-z0-9_]+|\*"),
    "name": Column("name as printed"),
    "symbol": Column("chemical symbol or formula"),
    "group": Column("group of minerals"),
    "us_critical_2025": Column("on the final US list of 2025", allowed=YES_NO),
    "eu_critical_2024": Column("in Annex II of Regulation (EU) 2024/1252, or part of an entry there", allowed=YES_NO),
    "eu_strategic_2024": Column("in Annex I of Regulation (EU) 2024/1252, or part of an entry there", allowed=YES_NO),
    "alias": Column("a name that some source or person uses"),
    "entry": Column("entry of Annex II of Regulation (EU) 2024/1252"),
    "minerals": Column("slugs that the row covers, joined by |; * for all"),
    "strategic": Column("whether the entry is strategic (Annex I)", allowed=YES_NO),
    "status": Column("what is known or in force, in words"),
    "country": Column(
        "country (ISO 3166-1 alpha-3); WLD the publisher's world total, OTH countries it does not name, EU27 the Union",
        pattern=r"[A-Z]{3}|EU27",
    ),
    "iso2": Column("country (ISO 3166-1 alpha-2)"),
    "continent": Column("continent"),
    "landlocked": Column("without a coast", allowed=YES_NO),
    "latitude": Column("label point, degrees north", kind="number", low=-90, high=90),
    "longitude": Column("label point, degrees east", kind="number", low=-180, high=180),
    "region": Column("code of a named set of countries"),
    "since": Column("first day, month or year of membership; empty where no page seen gives it", pattern=DATE),
    "until": Column("last day of membership; empty while it lasts", pattern=DATE),
    "role": Column("role in the initiative"),
    "stage": Column("stage of the chain (mine, intermediate, refined, component, scrap; * any)"),
    "period": Column("year, half-year, quarter, month, day, or two years joined by /", pattern=PERIOD),
    "value": Column("the figure, in the row's unit; empty means no figure, never zero", kind="number"),
    "low": Column("low end of the range, as the basis says", kind="number"),
    "high": Column("high end of the range, as the basis says", kind="number"),
    "unit": Column("unit of the value"),
    "basis": Column("what exactly is counted: content, oxide or gross weight, and the publisher's wording"),
    "estimated": Column("marked as an estimate by the publisher", allowed=YES_NO),
    "flag": Column("why a figure is missing or a bound"),
    "source": Column("id of the source, in table sources", pattern=r"[a-z0-9_]+"),
    "grade": Column("evidence grade, A official and complete to E inferred", allowed=get_args(Grade)),
    "note": Column("note"),
    "hs6": Column("product code, Harmonized System 1992", pattern=r"\d{6}"),
    "exporter": Column("exporting country", pattern=ISO3),
    "importer": Column("importing country", pattern=ISO3),
    "value_usd_k": Column("value, thousand current USD, free on board", kind="number", low=0),
    "suspect": Column("unit value over 20 times or under a twentieth of the world's", kind="flag"),
    "unit_value": Column("value over quantity, USD per tonne gross", kind="number", low=0),
    "unit_of_unit_value": Column("unit of the unit value"),
    "form": Column("form of the mineral that is traded or priced"),
    "content": Column("tonnes in the mineral's own basis per tonne of product", kind="number", low=0, high=2),
    "content_low": Column("low end of the content", kind="number", low=0, high=2),
    "content_high": Column("high end of the content", kind="number", low=0, high=2),
    "purity": Column("whether the code holds only this mineral", allowed=("exclusive", "dominant", "mixed")),
    "frequency": Column("annual, quarterly or monthly", allowed=("annual", "quarterly", "monthly")),
    "usd_per_t": Column(
        "price per tonne of the quoted basis, nominal USD; empty where the unit does not convert", kind="number", low=0
    ),
    "kind": Column("what the figure is of"),
    "reporter": Column("whose supply or sourcing is shared out"),
    "trade_parameter": Column(
        "t of the EU method: 0.8 EU and free-trade partners, 1 neutral, above 1 under export restrictions",
        kind="number",
        low=0,
    ),
    "main": Column("the publisher's detail that stands for the mineral as a whole", allowed=YES_NO),
    "measure": Column("what is measured"),
    "horizon": Column("short (within a year or two), long or static"),
    "step": Column("step of the chain that a yield belongs to"),
    "parameter": Column("parameter of the engine"),
    "distribution": Column("distribution that draws are taken from", allowed=("uniform", "lognormal")),
    "target": Column("whom a control is aimed at: all, or a country"),
    "start": Column(
        "in force from; of a project, when it is expected to start; of an initiative, when it began", pattern=DATE
    ),
    "suspended_from": Column("suspended from", pattern=DATE),
    "suspended_until": Column("suspended until", pattern=DATE),
    "end": Column("ended on", pattern=DATE),
    "publisher": Column("publisher"),
    "title": Column("title"),
    "year": Column("year of publication"),
    "licence": Column("licence of the figures"),
    "supersedes": Column("id of the source that this one is the next edition of", pattern=r"[a-z0-9_]+"),
    "redistributable": Column("whether the licence lets figures be passed on", allowed=YES_NO),
    "address": Column("address"),
    "accessed": Column("day on which the figures were read", pattern=DATE),
    "edition": Column("year of the edition or study that printed the figure", pattern=r"\d{4}"),
    "material": Column("material as the study names it"),
    "use": Column("what the mineral is used for, as the publisher words it"),
    "sector": Column("sector of industry, NACE Rev. 2 for the EU"),
    "products": Column(
        "products that a use becomes, by the source of lifetimes; none: spread out, nothing to collect; apart: no use of the metal",
        allowed=("construction", "electrical", "industrial", "transport", "other", "none", "apart"),
    ),
    "state": Column("how far a project is; * for every state"),
    "value_added": Column("gross value added of the sector in the EU, million EUR", kind="number", low=0),
    "dimension": Column(
        "VA voice and accountability, PV political stability, GE government effectiveness, RQ regulatory quality, RL rule of "
        "law, CC control of corruption",
        allowed=("VA", "PV", "GE", "RQ", "RL", "CC"),
    ),
    "standard_error": Column("standard error of the value", kind="number", low=0),
    "underlying": Column("how many surveys and ratings the value rests on", kind="number", low=0),
    "percentile": Column("percentile rank among all countries of the year", kind="number", low=0, high=100),
    "hts8": Column("line of the Harmonized Tariff Schedule of the United States", pattern=r"\d{8}"),
    "description": Column("description of the goods"),
    "rate": Column("most-favoured-nation rate as printed"),
    "special": Column("rate under agreements and preferences, as printed"),
    "column2": Column("rate for countries without normal trade relations, as printed"),
    "section301": Column("additional duty on goods of China, lists 1 to 4A, percent", kind="number", low=0),
    "origin": Column(
        "country of origin that a measure is aimed at; all for every country; largest for the largest supplier"
    ),
    "instrument": Column("kind of measure"),
    "control": Column("id of an export control", pattern=r"[a-z0-9_]+"),
    "event": Column("what happened to the control", allowed=EVENTS),
    "date": Column("day, month or year of the event; empty where no page seen gives it", pattern=DATE),
    "notice": Column("number of the notice or law"),
    "parties": Column("countries (and EU) joined by |"),
    "stages": Column("stages joined by |: of a project as the source words them, of an initiative as in stage"),
    "designation": Column("status that a government gave the project"),
    "sponsor": Column("who stands behind the project"),
    "support": Column("cost or public support, as the source words it"),
    "scheme": Column("stockpile or programme; a scheme that vouches for sites, by its id"),
    "port": Column("port, by UN/LOCODE", pattern=r"[A-Z0-9]{5}"),
    "gateway": Column("chosen as a gateway of its country for minerals", allowed=YES_NO),
    "origin_port": Column("port of loading, by UN/LOCODE", pattern=r"[A-Z0-9]{5}"),
    "destination_port": Column("port of discharge, by UN/LOCODE", pattern=r"[A-Z0-9]{5}"),
    "scenario": Column("which passages are closed, or which demand scenario"),
    "passages": Column("passages that the route crosses, joined by +"),
    "passage": Column("passage, as sea_routes names it"),
    "portwatch": Column("name of the passage at IMF PortWatch"),
    "scope": Column("what exactly the figure belongs to: a host metal, sector, product, place or question"),
    "episode": Column("historical episode"),
    "destinations": Column(
        "countries that an event cuts off (ISO 3166-1 alpha-3), joined by spaces; empty for everybody",
        pattern=r"[A-Z]{3}( [A-Z]{3})*",
    ),
    "governance_from": Column(
        "governance from which the row applies, the value included", kind="number", low=-5, high=5
    ),
    "governance_to": Column("governance up to which it applies, the value left out", kind="number", low=-5, high=5),
    "cut": Column("share of exports that is cut, 1 for a halt", kind="number", low=0, high=1),
    "months": Column("how long it lasted, in months; empty where no end is known", kind="number", low=0),
    "base_year": Column("last full year before the episode", pattern=r"\d{4}"),
    "announced": Column("day on which it was announced, where known", pattern=DATE),
    "quantity": Column(
        "price_abroad outside the origins, price_home inside, exports, use, output_share, or reversal: the price near the end",
        allowed=get_args(Quantity),
    ),
    "place": Column("where it was observed: a country, a region, or abroad", pattern=r"[A-Z]{3}|[A-Z]+\d*|abroad"),
    "from": Column("month of the base, or the last month of the period it covers", pattern=MONTH),
    "to": Column("month of the reading, or the last month of the period it covers", pattern=MONTH),
    "over": Column(
        "months that base and reading each cover, ending with the month named; 0 for a quote of a day",
        kind="number",
        low=0,
    ),
    "against": Column("whether the ratio is to the time before or to the peak", allowed=get_args(Against)),
    "benchmark": Column("benchmark of the law", allowed=("extraction", "processing", "recycling", "single_country")),
    "bound": Column("which side of the value is allowed", allowed=("at least", "at most")),
    "subject": Column("what a claim is about"),
    "attribute": Column("which property of the subject is claimed"),
    "stated": Column("the claim where it is a date or words and no number"),
    "stated_on": Column("when the claim was made", pattern=DATE),
    "primary": Column("made by the body that decided, measured or published first", allowed=YES_NO),
    "correction": Column("id of a correction", pattern=r"[a-z0-9_]+"),
    "table": Column("table that the correction changes"),
    "where": Column("rows it changes: column=value, joined by ;"),
    "column": Column("column that is wrong"),
    "action": Column(
        "override, scale, drop the rows, or only flag them", allowed=("override", "scale", "drop", "flag")
    ),
    "expected": Column("wrong value that must still be there: the sum over the rows, or the text of each"),
    "corrected": Column("value put in its place, or the factor of a scale"),
    "reason": Column("why it is wrong"),
    "reported_to": Column("who was told"),
    **PACT_COLUMNS,
    **CORRIDOR_COLUMNS,
    **CUSTODY_COLUMNS,
}


@dataclass(frozen=True)
class Schema:
    """A table: title, columns in order, key, columns that may be empty, and whether every figure is at least zero."""

    title: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    empty: tuple[str, ...] = ()
    at_least_zero: bool = True

    @property
    def describes(self) -> dict[str, str]:
        """Meaning of each column."""
        return {column: COLUMNS[column].describes for column in self.columns}


def _of(title: str, columns: str, key: str, empty: str = "", *, at_least_zero: bool = True) -> Schema:
    return Schema(title, tuple(columns.split()), tuple(key.split()), tuple(empty.split()), at_least_zero)


SCHEMAS: dict[str, Schema] = {
    "sources": _of("Where figures come from", "source publisher title year licence redistributable grade supersedes address accessed note", "source", "note year supersedes"),
    "minerals": _of("Minerals", "mineral name symbol group us_critical_2025 eu_critical_2024 eu_strategic_2024 source", "mineral", "symbol"),
    "aliases": _of("Names of minerals", "alias mineral source", "alias"),
    "eu_materials": _of("The EU's 34 critical raw materials, and what can be told of each", "entry minerals strategic status source grade", "entry"),
    "countries": _of("Countries", "country iso2 name continent landlocked latitude longitude source", "country", "latitude longitude continent landlocked iso2"),
    "country_names": _of("Names of countries", "alias country source", "alias"),
    "regions": _of("Dated sets of countries", "region name country since until role source grade note", "region country", "since until note"),
    "production": _of("Output by country and stage", "mineral stage country period value unit basis estimated flag source grade note", "mineral stage country period basis source unit", "value flag note"),
    "capacity": _of("Year-end capacity by country", "mineral stage country period value unit basis flag source grade note", "mineral country period basis source", "value flag note"),
    "use": _of("Published consumption", "mineral country period measure value unit basis main flag source grade note", "mineral country period measure basis source", "value flag note"),
    "exports": _of("Published exports of a country in a year", "mineral stage country period value low high unit basis source grade note", "mineral stage country period source"),
    "us_balance": _of("Balance of the United States", "mineral country period measure value unit basis flag source grade note", "mineral period measure basis source", "value flag note", at_least_zero=False),
    "trade": _of("Bilateral trade", "mineral stage hs6 exporter importer period value unit basis value_usd_k suspect source grade", "hs6 exporter importer period", "value value_usd_k"),
    "trade_world": _of("World trade and unit values by code", "hs6 period value value_usd_k unit_value unit unit_of_unit_value basis source grade", "hs6 period"),
    "trade_codes": _of("Codes and the content of what they hold", "hs6 mineral stage form content content_low content_high purity grade note unit source", "hs6"),
    "shares": _of("Shares of supply and sourcing", "kind mineral stage reporter country value unit period basis main flag trade_parameter source grade note", "kind mineral stage reporter country basis", "value flag trade_parameter note"),
    "prices": _of("Prices", "mineral form period frequency value unit usd_per_t basis source grade note", "mineral form period frequency source", "usd_per_t note"),
    "elasticities": _of("Price elasticities", "mineral kind horizon value low high unit period basis status source grade note", "mineral kind horizon", "note low high", at_least_zero=False),
    "yields": _of("Recoveries and routes", "mineral step country value low high unit period basis source grade note", "mineral step", "low high note basis"),
    "parameters": _of("Ranges that draws are taken from", "parameter mineral stage low value high unit distribution basis source grade note", "parameter mineral stage"),
    "recycling": _of("Recycling rates", "mineral country measure value unit period basis source grade", "mineral country measure period"),
    "export_controls": _of("Export controls, with suspensions as dates", "mineral country stage measure target start suspended_from suspended_until end status basis source grade", "mineral country stage measure target start basis", "start suspended_from suspended_until end"),
    "production_editions": _of("Output as each edition printed it", "mineral stage country period edition value unit basis estimated flag source grade note", "mineral stage country period basis source unit", "value flag note"),
    "reserves": _of("Reserves by country and edition", "mineral country period value unit basis flag source grade note", "mineral country period basis source", "value flag note"),
    "end_use": _of("Shares of use", "mineral country use sector period value unit value_added basis source grade note", "mineral country use sector period source", "value sector value_added note"),
    "governance": _of("Worldwide Governance Indicators, each release by itself", "country period dimension value unit standard_error underlying percentile basis source grade", "country period dimension source", "standard_error underlying percentile", at_least_zero=False),
    "us_tariffs": _of("Tariff lines of the United States", "importer hts8 hs6 mineral minerals stage description value unit rate special column2 section301 period basis source grade", "importer hts8 period", "value mineral special section301"),
    "tariff_actions": _of("Tariffs imposed, exempted and ended", "importer origin minerals scope instrument value unit start end period basis source grade", "importer origin scope instrument", "value minerals start end"),
    "export_control_events": _of("What happened to each export control", "control mineral country stage measure target notice event date status source grade note", "control event", "notice date note"),
    "agreements": _of("Agreements on minerals", "name kind parties date status source grade note", "name", "date note"),
    "projects": _of("Projects with public backing", "name parties minerals stages designation sponsor status start value unit period basis support source grade", "name", "parties minerals stages sponsor status start value basis support"),
    "stockpiles": _of("Stockpiles: size, cover and money", "country scheme measure value unit period basis source grade note", "country scheme measure", "value note"),
    "ports": _of("Ports", "port name country latitude longitude gateway source grade note", "port name", "country note"),
    "sea_routes": _of("Sea routes between gateways of the publishers' list, with passages open and closed", "origin_port destination_port scenario value unit period passages basis source grade", "origin_port destination_port scenario", "passages"),
    "chokepoints": _of("Passages of the sea network", "passage name latitude longitude portwatch source grade", "passage", "latitude longitude portwatch"),
    "coefficients": _of("Technical and economic coefficients", "mineral parameter scope value low high unit period basis source grade note", "mineral parameter scope period basis source", "value low high note", at_least_zero=False),
    "episodes": _of("Dated figures of past disruptions", "episode mineral form period kind measure scope value unit basis source grade note", "episode form period measure scope", "note", at_least_zero=False),
    "backtest_events": _of("What happened in past disruptions", "episode mineral stage kind origin destinations value low high unit start end months base_year announced basis source grade note", "episode kind stage origin destinations start", "origin destinations low high end months announced note", at_least_zero=False),
    "backtest_observed": _of("What was seen to follow from them, as ratios", "episode mineral quantity place from to over against value low high unit basis source grade note", "episode quantity place from to over", "note"),
    "reserve_scenarios": _of("What a reserve is held against, and how likely it is taken to be", "scenario mineral origin target stage cut months value unit basis source grade note", "scenario mineral", "note"),
    "stop_probabilities": _of("How likely a country is taken to stop exports of a mineral in a year, by its governance", "scenario dimension governance_from governance_to cut months value unit basis source grade note", "scenario", "note"),
    "reserve_terms": _of("Terms of a reserve that nobody publishes", "parameter value unit basis source grade note", "parameter", "note"),
    "eu_assessments": _of("The EU's criticality assessments", "edition material mineral stage measure value unit period basis source grade note", "edition material stage measure", "note"),
    "use_groups": _of("Products that each use of a mineral becomes", "mineral use products source grade note", "mineral use", "note"),
    "reference_classes": _of("How projects in each state have fared", "stage state measure value low high unit period basis source grade note", "stage state measure", "value low high note"),
    "benchmarks": _of("Benchmarks of Regulation (EU) 2024/1252 for 2030", "benchmark region bound value unit period basis source grade note", "benchmark", "note"),
    "projections": _of("Projections of supply and demand", "mineral kind stage country use scenario period value unit basis source grade", "mineral kind stage country use scenario period basis", "value"),
    "claims": _of("Claims, side by side where they contradict each other", "subject attribute stage scope period value unit stated stated_on basis primary source grade note", "subject attribute stage scope period source", "value stated note stated_on"),
    "corrections": _of("Corrections made to publishers' figures", "correction table where column action expected corrected reason reported_to status source grade", "correction", "corrected"),
    **{name: _of(*table) for name, table in (PACT_TABLES | CORRIDOR_TABLES | CUSTODY_TABLES).items()},
}  # fmt: skip


@cache
def _pandera(name: str) -> Any:
    import pandera.pandas as pa

    schema = SCHEMAS[name]
    columns = {}
    for column in schema.columns:
        rule = COLUMNS[column]
        checks = []
        low = (
            rule.low
            if rule.low is not None
            else 0.0
            if schema.at_least_zero and column in ("value", "low", "high")
            else None
        )
        if rule.allowed:
            checks.append(pa.Check.isin(rule.allowed))
        if rule.pattern:
            checks.append(pa.Check(_matches(rule.pattern), name=f"reads like {rule.pattern}"))
        if low is not None:
            checks.append(pa.Check.ge(low))
        if rule.high is not None:
            checks.append(pa.Check.le(rule.high))
        kinds = {"text": str, "number": float, "flag": bool}
        columns[column] = pa.Column(kinds[rule.kind], checks, nullable=column in schema.empty)
    return pa.DataFrameSchema(columns, strict=True, unique=list(schema.key), ordered=True)


def _matches(pattern: str) -> Any:
    """A check on the distinct values only: a million rows hold a few hundred of them."""

    def check(values: pd.Series) -> pd.Series:
        distinct = values.drop_duplicates()
        good = distinct[distinct.str.fullmatch(pattern)]
        return values.isin(good)

    return check


def validate(name: str, table: pd.DataFrame, place: str) -> pd.DataFrame:
    """``table`` with its columns in order and of their types; raises BadInput with every fault found (the first twelve).

    ``place`` is what an error calls the table, usually its file.
    """
    import pandera.errors

    schema = SCHEMAS[name]
    missing = [column for column in schema.columns if column not in table]
    surplus = [str(column) for column in table if column not in schema.columns]
    if missing or surplus:
        found = "; ".join([*(f"no column {each}" for each in missing), *(f"a column {each}" for each in surplus)])
        raise BadInput(
            Problem(place, "the columns are not those of the table", found, f"give {', '.join(schema.columns)}")
        )
    try:
        typed = _typed(schema, table)
        _pandera(name).validate(typed, lazy=True, inplace=True)
    except pandera.errors.SchemaErrors as errors:
        raise BadInput(_faults(place, errors.failure_cases)) from None
    except ValueError as error:
        raise BadInput(Problem(place, "a number is not one", str(error), "correct the cell")) from None
    return typed


def _typed(schema: Schema, table: pd.DataFrame) -> pd.DataFrame:
    kinds = {"text": "str", "number": "float64", "flag": "bool"}
    return table[list(schema.columns)].astype({column: kinds[COLUMNS[column].kind] for column in schema.columns})


def _faults(place: str, cases: pd.DataFrame) -> list[Problem]:
    problems = []
    for case in cases.drop_duplicates(["column", "check", "index"]).head(MOST_FAULTS).to_dict("records"):
        index, column = case["index"], case["column"]
        row = "" if index is None or str(index) == "nan" else f", row {int(float(index)) + 2}"
        todo = "correct the cell" if column is not None else "correct the table"
        problems.append(
            Problem(f"{place}{row}, {column}", f"the value fails '{case['check']}'", f"'{case['failure_case']}'", todo)
        )
    return problems
