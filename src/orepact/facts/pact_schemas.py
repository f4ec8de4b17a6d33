"""Columns and tables of the register of agreements: initiatives, clauses, commitments and public stakes.

A table is title, columns, key and columns that may be empty, each list parted by spaces, as ``schemas`` reads them. Absence of a
row means that no page seen says anything; it never means that there is no such clause, promise or stake.
"""

from __future__ import annotations

from orepact.facts.column import ISO3, YES_NO, Column

FUNCTIONS = ("projects", "trade", "stock", "standards", "data", "finance")
SLUG = r"[a-z0-9_]+"
DAY = r"\d{4}-\d{2}-\d{2}"


def _several(words: tuple[str, ...]) -> str:
    one = "|".join(words)
    return rf"({one})(\|({one}))*"


PACT_COLUMNS: dict[str, Column] = {
    "id": Column("id of the initiative or commitment", pattern=SLUG),
    "functions": Column(
        "what an initiative does, joined by |: projects, trade, stock, standards, data, finance",
        pattern=_several(FUNCTIONS),
    ),
    "countries": Column(
        "where an initiative acts, sellers and buyers: countries (ISO 3166-1 alpha-3) or codes of regions, joined by |; * for all",
        pattern=r"\*|[A-Z0-9_]{2,}(\|[A-Z0-9_]{2,})*",
    ),
    "lead": Column("who leads it"),
    "clause": Column(
        "kind of clause, by slug in clause_templates; of a commitment also an article of a law",
        pattern=r"[a-z0-9_]+|[A-Z].+",
    ),
    "purpose": Column("what such a clause is for"),
    "questions": Column("what to look for when reading such a clause, joined by |"),
    "agreement": Column("agreement by its name in agreements, or initiative by its id"),
    "stands": Column(
        "whether the agreement has the clause, by what pages say; unknown where a page speaks of a draft or only nearby",
        allowed=(*YES_NO, "unknown"),
    ),
    "binding": Column("whether it binds the parties in law", allowed=(*YES_NO, "unknown")),
    "summary": Column("what the clause says, in our own words"),
    "text": Column("what is promised, in our own words"),
    "due_kind": Column(
        "whether a commitment is due on a day, some time after an event, or again and again",
        allowed=("date", "after_event", "recurring"),
    ),
    "due": Column("day on which it is (first) due; empty where it is not known", pattern=DAY),
    "after_event": Column("event that starts the clock"),
    "event_day": Column("day of that event; empty while it is not known", pattern=DAY),
    "days_after": Column("days allowed after the event", kind="number", low=0),
    "months_after": Column("months allowed after the event", kind="number", low=0),
    "every_months": Column("months between one due day and the next", kind="number", low=1),
    "deliverable": Column("what must be there when it is met"),
    "kpi": Column("what can be counted to see whether it is met"),
    "met_on": Column("day on which a page says that it was met", pattern=DAY),
    "outcome": Column("how it ended, where a page says so", allowed=("met", "replaced", "lapsed")),
    "evidence": Column("address of the page that shows the outcome"),
    "project": Column("project, as its firm names it"),
    "firm": Column("firm in which the stake is held"),
    "holder": Column("public body that holds the stake"),
    "holder_country": Column("country of the holder", pattern=ISO3),
    "share": Column(
        "part that is held or may be acquired, percent; empty where no page says it", kind="number", low=0, high=100
    ),
    "rights": Column("kind of stake and the rights that come with it, in our own words"),
}

PACT_TABLES: dict[str, tuple[str, str, str, str]] = {
    "initiatives": (
        "Initiatives of the alliances: what each does, for which minerals, stages and countries",
        "id name functions minerals stages countries lead instrument start end status source grade note",
        "id",
        "lead start end note",
    ),
    "clause_templates": (
        "Kinds of clauses, and what to look for in each",
        "clause title purpose questions source grade",
        "clause",
        "",
    ),
    "clauses": (
        "What agreements say, clause by clause",
        "agreement clause stands binding summary value unit source grade note",
        "agreement clause",
        "value unit note",
    ),
    "commitments": (
        "Dated promises and duties",
        "id clause agreement text parties binding due_kind due after_event event_day days_after months_after every_months deliverable "
        "kpi met_on outcome source grade evidence note",
        "id",
        "agreement due after_event event_day days_after months_after every_months kpi met_on outcome evidence note",
    ),
    "equity_stakes": (
        "Public stakes in firms and projects",
        "project firm holder holder_country share rights value unit date status source grade note",
        "project firm holder",
        "share value unit date note",
    ),
}
