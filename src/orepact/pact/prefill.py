"""What the register of a new pact begins with: parties, memberships, initiatives, agreements, commitments and projects of the facts.

Each record names the source and grade of its row as evidence. What the facts do not say is left out; a record whose day is not known
holds from the beginning, since it did not come to be on the day on which it was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from orepact import facts
from orepact.pact.access import FACTS
from orepact.pact.pact import Command, Pact, slug
from orepact.pact.prefill_projects import project_commands

BEGINNING = date(1900, 1, 1)
ALIASES = {"EU27": "EU"}
"""Regions that are another one at one time, and no party of their own."""

TITLE_WORDS = (
    r"\s+(?:critical|framework|action|memorandum|strategic|partnership|bilateral|joint|raw|letter|roadmap|agreement)"
)
"""Words of a title before which the parties are named."""

PARAMETERS: tuple[tuple[str, str, float, str, str], ...] = (
    ("overlap.dependence", "Share of one third country above which a cell is dependent", 0.65, "1",
     "Regulation (EU) 2024/1252, Article 5(1)(b)"),
    ("clock.notice_days", "Days before the due day from which a commitment counts as due", 30, "days", "own choice"),
    ("aggregate.least_contributors", "Least contributors of a published sum", 3, "1", "own choice, as for demand rounds"),
    ("aggregate.largest_share", "Share of a published sum that one contributor stays below", 0.85, "1", "own choice, as for demand rounds"),
)  # fmt: skip


def prefill(pact: Pact) -> int:
    """Write what the facts say into a new pact, once; the number of records. The key of the request is the version of the facts."""
    return len(pact.do_all(FACTS, list(commands()), key=f"prefill {facts.version()}"))


def commands() -> Iterator[Command]:
    """Everything that a register begins with, in an order in which nothing is named before it is there."""
    initiatives = list(_initiatives())
    known = {str(each.record) for each in initiatives}
    yield from _parameters()
    yield from _states()
    yield from _blocs(known)
    yield from initiatives
    yield from _memberships(known)
    yield from _agreements()
    yield from _commitments(known)
    yield from project_commands()


def _parameters() -> Iterator[Command]:
    for name, title, value, unit, source in PARAMETERS:
        given = {"name": title, "value": value, "unit": unit, "source": source}
        yield Command("parameter", "add", given, name, BEGINNING, rule=source)


def _states() -> Iterator[Command]:
    for row in _rows("countries"):
        yield Command(
            "party", "add", {"name": row["name"], "kind": "state"}, row["country"], BEGINNING, evidence=_evidence(row)
        )


def _blocs(initiatives: set[str]) -> Iterator[Command]:
    """Regions that are neither an alias nor an initiative: sets of states that can promise together."""
    seen: dict[str, dict[str, Any]] = {}
    for row in _rows("regions"):
        if row["region"] not in ALIASES and row["region"].lower() not in initiatives:
            seen.setdefault(row["region"], row)
    for region, row in seen.items():
        name = row["name"].partition(",")[0]
        yield Command("party", "add", {"name": name, "kind": "bloc"}, region, BEGINNING, evidence=_evidence(row))


def _memberships(initiatives: set[str]) -> Iterator[Command]:
    taken: dict[str, int] = {}
    for row in _rows("regions"):
        region = row["region"]
        if region in ALIASES:
            continue
        of = region.lower() if region.lower() in initiatives else region
        name = slug(f"{of}-{row['country']}")
        taken[name] = taken.get(name, 0) + 1
        given = _said(
            {
                "member": row["country"],
                "of": of,
                "role": row.get("role"),
                "since": _day(row.get("since")),
                "until": _day(row.get("until")),
            }
        )
        record = name if taken[name] == 1 else f"{name}-{taken[name]}"
        yield Command("membership", "add", given, record, _from(row.get("since")), evidence=_evidence(row))


def _initiatives() -> Iterator[Command]:
    clauses = _clauses()
    for row in _rows("initiatives"):
        given = _said(
            {
                "name": row["name"], "functions": _split(row["functions"]), "minerals": _split(row["minerals"]),
                "stages": _split(row["stages"]), "countries": _split(row["countries"]), "lead": row.get("lead"),
                "instrument": row.get("instrument"), "since": _day(row.get("start")), "until": _day(row.get("end")),
                "status": row.get("status"), "note": row.get("note"), "clauses": clauses.get(row["id"]),
            }
        )  # fmt: skip
        yield Command("initiative", "add", given, row["id"], _from(row.get("start")), evidence=_evidence(row))


def _agreements() -> Iterator[Command]:
    clauses = _clauses()
    for row in _rows("agreements"):
        given = _said(
            {
                "name": row["name"], "kind": row["kind"], "parties": _split(row["parties"]), "signed": row.get("date"),
                "status": row.get("status"), "note": row.get("note"), "clauses": clauses.get(row["name"]),
            }
        )  # fmt: skip
        yield Command(
            "agreement", "add", given, agreement_ids()[row["name"]], _from(row.get("date")), evidence=_evidence(row)
        )


def _clauses() -> dict[str, list[dict[str, Any]]]:
    """What is known of the clauses of each agreement or initiative."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _rows("clauses"):
        found.setdefault(row["agreement"], []).append(_clause(row))
    return found


@cache
def agreement_ids() -> dict[str, str]:
    """Short ids of the agreements of the facts by their titles: who agreed, and what kind of paper it is."""
    found: dict[str, str] = {}
    for row in _rows("agreements"):
        who = re.split(TITLE_WORDS, row["name"], maxsplit=1, flags=re.IGNORECASE)[0]
        base = slug(f"{who} {row['kind'].split()[-1].split('/')[0]}")
        found[row["name"]] = base if base not in found.values() else slug(f"{base} {row.get('date', '')}")
    return found


def _clause(row: dict[str, Any]) -> dict[str, Any]:
    names = ("clause", "stands", "binding", "summary", "value", "unit", "source", "grade")
    return _said({name: row.get(name) for name in names})


def _party(name: str, initiatives: set[str]) -> str:
    """Who promised: a party, or an initiative that stands for its members."""
    return name.lower() if name.lower() in initiatives else name


def _commitments(initiatives: set[str]) -> Iterator[Command]:
    ids = agreement_ids()
    signed = {row["name"]: _day(row.get("date")) for row in _rows("agreements")}
    for row in _rows("commitments"):
        named = row.get("agreement", "")
        made = _day(row.get("event_day")) or signed.get(named)
        given = _said(
            {
                "clause": row["clause"], "text": row["text"], "agreement": ids.get(named, named) or None, "made": made, "due": _due(row),
                "parties": [_party(each, initiatives) for each in _split(row["parties"])], "binding": row.get("binding"),
                "deliverable": row.get("deliverable"), "kpi": row.get("kpi"), "note": row.get("note"),
            }
        )  # fmt: skip
        yield Command("commitment", "add", given, row["id"], _from(made), evidence=_evidence(row))
        if row.get("outcome") == "met":
            yield _meeting(row)


def _meeting(row: dict[str, Any]) -> Command:
    """That a commitment of the facts was met; where they do not say when, it is known from the day on which it was due."""
    shown = [_said({"address": row.get("evidence"), "source": row["source"], "grade": row["grade"]})]
    on = _day(row.get("met_on"))
    return Command("commitment", "meet", _said({"on": on}), row["id"], _from(on or row.get("due")), evidence=shown)


def _due(row: dict[str, Any]) -> dict[str, Any]:
    """When a row of the facts is due."""
    if row["due_kind"] == "recurring":
        return _said({"first": _day(row.get("due")), "every_months": _whole(row.get("every_months"))})
    if row["due_kind"] == "after_event":
        return _said(
            {
                "event": row.get("after_event"), "event_day": _day(row.get("event_day")), "days": _whole(row.get("days_after")),
                "months": _whole(row.get("months_after")),
            }
        )  # fmt: skip
    return _said({"on": _day(row.get("due"))})


def _rows(table: str) -> list[dict[str, Any]]:
    """Rows of a table without what they do not say."""
    if table not in facts.tables():
        return []
    frame = facts.load(table)
    both = zip(frame.to_dict("records"), frame.notna().to_dict("records"), strict=True)
    return [{str(name): value for name, value in row.items() if told[name]} for row, told in both]


def _said(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _split(value: str) -> list[str]:
    return [each for each in value.split("|") if each]


def _day(value: object) -> str | None:
    """A day, where the facts know the day."""
    text = str(value or "")
    return text if len(text) == len("2026-01-01") else None


def _from(value: object) -> date:
    """The day from which a record holds: the first day of a month or year that is all the facts know."""
    text = str(value or "")
    if not text:
        return BEGINNING
    parts = [int(each) for each in text.split("-")]
    return date(*[*parts, 1, 1][:3])


def _whole(value: object) -> int | None:
    return None if value is None else int(float(str(value)))


def _evidence(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The source of a row of the facts, with its grade and address."""
    source = row.get("source")
    if source is None:
        return []
    known = _sources().get(source, {})
    return [
        _said(
            {
                "source": source,
                "grade": row.get("grade", known.get("grade")),
                "title": known.get("title"),
                "address": known.get("address"),
            }
        )
    ]


@cache
def _sources() -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in _rows("sources")}
