"""A verdict as somebody at a border reads it: one sentence, four tests, what is missing, and how the chain balances."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.custody.amounts import kg, percentage
from orepact.custody.balance import Account
from orepact.custody.origin import NOT_REFINED, UNKNOWN, Vector
from orepact.custody.schemes import CRITERIA, SHORT, schemes
from orepact.custody.verdict import Verdict
from orepact.report.numbers import UNTOLD, WIDTH

DEMONSTRATION = "A demonstration: firms, sites and amounts are invented."
WORDS = {UNKNOWN: "not known", NOT_REFINED: "not refined yet"}
STATES = {"yes": "met", "no": "failed", "cannot tell": UNTOLD}
COLUMNS = ("test", "state", "sentence", "document", "issuer", "about", "period", "why")
MARKS = {"covers": "yes", "partly": "partly", "not": "no", "cannot tell": "?"}
MOST = 12


def print_eligible(verdict: Verdict) -> None:
    """Print the verdict on one page."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{verdict.headline()}[/bold]")
    if verdict.chain.file.demonstration:
        console.print(DEMONSTRATION)
    console.print(_tests(verdict))
    for number, each in enumerate(verdict.missing, start=1):
        console.print(f"  {number}. {each.sentence()}.", soft_wrap=False)
    for problem in verdict.vouched.refused:
        console.print(f"  Refused: {problem}")
    console.print(f"\n[bold]Where it comes from[/bold]  mined: {shares(verdict.origins.mined[verdict.batch])}")
    console.print(f"  last refined: {shares(verdict.origins.refined[verdict.batch])}")
    if verdict.balance.accounts:
        console.print(_accounts(verdict.balance.accounts))
    _print_before_you_act(console, verdict)


def _table(*columns: str, numbers: tuple[str, ...] = (), title: str = "") -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False, title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return table


def _tests(verdict: Verdict) -> Table:
    table = _table("test", "state", "why")
    for each in verdict.tests:
        table.add_row(each.name, STATES[each.state], each.sentence)
    return table


def shares(vector: Vector) -> str:
    """A vector in words, largest first."""
    parts = sorted(vector.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{named(country)} {percentage(share)}" for country, share in parts)


def named(country: str) -> str:
    """A country of a vector by name, and the rest in words."""
    return WORDS.get(country) or facts.country_name(country)


def amount(value: Fraction | None) -> str:
    """An amount in kg, or that it is not disclosed."""
    return "not disclosed" if value is None else kg(value)


def _accounts(accounts: tuple[Account, ...]) -> Table:
    numbers = ("in", "may come out", "out", "qualifying in", "qualifying out")
    table = _table("site", "period", *numbers, numbers=numbers, title="Balance of content, by site and period")
    for each in accounts[:MOST]:
        claimed = (each.qualifying_in, each.qualifying_out) if each.qualifying_in or each.qualifying_out else None
        qualifying = ("none claimed", "none claimed") if claimed is None else tuple(kg(value) for value in claimed)
        values = (each.inputs, each.allowed, each.outputs)
        table.add_row(each.site, each.period, *(amount(value) for value in values), *qualifying)
    return table


def _print_before_you_act(console: Console, verdict: Verdict) -> None:
    rules = verdict.rules
    console.print("\n[bold]Before you act[/bold]")
    console.print(
        f"- Rules: {rules.name}, version {rules.version} ({rules.status}); yours with --rules FILE. Day: {verdict.on}."
    )
    console.print(f"- Zone: {verdict.zone}, {len(verdict.members)} countries on that day.")
    console.print("- Amounts are as the file gives them; that they are true is what signatures and audits are for.")
    console.print("- Which scheme covers what is by pages that were seen: orepact eligible schemes.")


def record(verdict: Verdict) -> dict[str, Any]:
    """The whole verdict in JSON terms."""
    chain, batch = verdict.chain, verdict.chain.batches[verdict.batch]
    return {
        "question": f"Does batch {batch.id} qualify for the zone {verdict.zone}?",
        "headline": verdict.headline(),
        "outcome": verdict.outcome,
        "demonstration": chain.file.demonstration,
        "batch": batch.model_dump(mode="json", exclude_none=True),
        "zone": {"name": verdict.zone, "countries": sorted(verdict.members), "on": verdict.on},
        "rules": verdict.rules.model_dump(mode="json"),
        "qualifying_kg": None if verdict.qualifying is None else float(verdict.qualifying),
        "content_kg": None if batch.content_kg is None else float(batch.content_kg),
        "tests": [
            {
                "name": each.name,
                "state": each.state,
                "sentence": each.sentence,
                "missing": [missing.__dict__ | {"sentence": missing.sentence()} for missing in each.missing],
                "rows": list(each.rows),
            }
            for each in verdict.tests
        ],
        "missing": [each.sentence() for each in verdict.missing],
        "refused": [str(each) for each in verdict.vouched.refused],
        "documents": [
            {
                "id": each.credential.id, "kind": each.credential.kind, "issuer": each.credential.issuer,
                "subject": each.credential.subject, "scheme": each.credential.scheme, "signed": each.signed, "why": each.why,
                "valid_from": each.credential.valid_from.isoformat(), "valid_until": each.credential.valid_until.isoformat(),
            }
            for each in verdict.vouched.standings
        ],
        "origin": {
            "mined": vector_record(verdict.origins.mined[verdict.batch]),
            "refined": vector_record(verdict.origins.refined[verdict.batch]),
        },
        "chain": [chain_row(verdict, name) for name in chain.upstream(verdict.batch)],
        "balance": [account_row(each) for each in verdict.balance.accounts],
    }  # fmt: skip


def vector_record(vector: Vector) -> list[dict[str, Any]]:
    """A vector as rows: country, share as a number and exactly."""
    parts = sorted(vector.items(), key=lambda each: (-each[1], each[0]))
    return [{"country": country, "share": float(share), "exact": str(share)} for country, share in parts]


def chain_row(verdict: Verdict, name: str) -> dict[str, Any]:
    """A batch of the chain: what it is, where it was made, of what."""
    chain = verdict.chain
    each, event = chain.batches[name], chain.maker.get(name)
    return {
        "batch": name,
        "form": each.form,
        "stage": each.stage,
        "site": each.site,
        "site_name": chain.sites[each.site].name,
        "country": chain.sites[each.site].country,
        "period": each.period,
        "content_kg": None if each.content_kg is None else float(each.content_kg),
        "made_of": [] if event is None else list(dict.fromkeys(taking.batch for taking in event.inputs)),
        "event": None if event is None else event.id,
        "model": None if event is None else event.model,
    }


def account_row(each: Account) -> dict[str, Any]:
    """An account in kg."""
    return {
        "site": each.site,
        "period": each.period,
        "events": each.events,
        "in_kg": _number(each.inputs),
        "most_out_kg": _number(each.allowed),
        "out_kg": _number(each.outputs),
        "qualifying_in_kg": float(each.qualifying_in),
        "qualifying_out_kg": float(each.qualifying_out),
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def rows(verdict: Verdict) -> list[dict[str, Any]]:
    """One row a test and missing document, for a table."""
    found = []
    for each in verdict.tests:
        head = {"test": each.name, "state": each.state, "sentence": each.sentence}
        found += [head | missing.__dict__ for missing in each.missing] or [head | dict.fromkeys(COLUMNS[3:], "")]
    return found


def print_schemes() -> None:
    """Print the map: schemes side by side, criteria below each other, and what was seen of their recognition."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print("[bold]Which scheme covers what, by pages that were seen (? cannot tell)[/bold]\n")
    table = _table("criterion", *schemes())
    for criterion in CRITERIA:
        table.add_row(SHORT[criterion], *(MARKS[each.coverage(criterion)] for each in schemes().values()))
    console.print(table)
    console.print(
        "\n[bold]Recognised by the European Commission (Regulation (EU) 2024/1252, Article 30 and Annex IV)[/bold]"
    )
    for each in schemes().values():
        console.print(f"- {each.name} ({each.lead}): {each.recognition}. Grade {each.grade}.")
    console.print(
        "\nEvery cell with its page and grade: orepact eligible schemes --json; orepact facts show scheme_criteria."
    )
