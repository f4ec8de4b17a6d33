"""What the screens say, for a person: the answer first, then leads, then what cannot be told."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orepact import facts
from orepact.report.numbers import UNTOLD as CANNOT_TELL
from orepact.report.numbers import WIDTH, counted, money, money_range, percent, tonnes
from orepact.watch.case_file import CaseFile
from orepact.watch.looking import Look
from orepact.watch.screen import LEAD, UNTOLD, Finding

MOST = 30
MOST_UNTOLD = 8
NOT_PROOF = "A screen is a lead, not proof."


def headline(found: Look) -> str:
    """The answer as one sentence."""
    latest = list(found.latest.values())
    leads = [each for each in latest if each.state == LEAD]
    standing = [each for each in leads if each.stands]
    signals = [each["name"] for each in found.summary()["minerals"] if each["state"] == "signal"]
    said = ", ".join(signals) if signals else "no mineral"
    return (
        f"{counted(len(leads), 'lead', 'leads')} on {counted(len({each.mineral for each in leads}), 'mineral', 'minerals')} "
        f"of {len(found.evidence)}; two independent ones agree on {said}; {counted(len(standing), 'lead stands', 'leads stand')} when all "
        f"looks are counted. {NOT_PROOF}"
    )


def print_watch(found: Look) -> None:
    """Print leads, the strongest first, and what is missing most often."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{headline(found)}[/bold]\n")
    latest = list(found.latest.values())
    leads = sorted((each for each in latest if each.state == LEAD), key=lambda each: (each.p or 1.0, each.mineral))
    if leads:
        console.print(_leads(leads[:MOST]))
        if len(leads) > MOST:
            console.print(f"and {len(leads) - MOST} more (--csv)")
    if len(found.evidence) == 1:
        _print_rest(console, latest)
    _print_untold(console, latest)
    console.print(
        f"\np: chance of as much where nothing changes; q: the same when all looks are counted; * stands at {found.fdr:g}. "
        "What each screen is, and how often it fires for nothing: orepact watch screens. "
        "The case of one mineral: orepact watch file --mineral NAME"
    )


def _leads(leads: list[Finding]) -> Table:
    table = Table(box=None, padding=(0, 1), show_edge=False)
    for heading in ("mineral", "screen", "period", "p", "q", "what was seen"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "period")
    for each in leads:
        mark = "*" if each.stands else ""
        q = "" if each.q is None else f"{each.q:.2g}{mark}"
        table.add_row(facts.mineral_name(each.mineral), each.screen, each.period, f"{each.p:.2g}", q, each.words)
    return table


def _print_rest(console: Console, latest: list[Finding]) -> None:
    for each in latest:
        if each.state not in {LEAD, UNTOLD}:
            console.print(f"- quiet: {each.screen} ({each.period}, p {each.p:.2g}): {each.words}")


def _print_untold(console: Console, latest: list[Finding]) -> None:
    missing = Counter((each.screen, "; ".join(each.missing)) for each in latest if each.state == UNTOLD)
    if missing:
        console.print("\n[bold]Cannot tell[/bold]")
    for (screen, what), count in missing.most_common(MOST_UNTOLD if len(latest) > len(missing) else None):
        console.print(f"- {screen}, {counted(count, 'mineral', 'minerals')}: {what}")


def print_screens(rows: list[dict[str, Any]]) -> None:
    """Print every screen with its formula, threshold and limits."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{len(rows)} screens. {NOT_PROOF}[/bold]")
    for row in rows:
        console.print(f"\n[bold]{row['screen']}[/bold]: {row['title']}")
        alarms = (
            f"{frequency} {percent(found['share'])} ({percent(found['low'])} to {percent(found['high'])})"
            for frequency, found in row["false_alarms"].items()
        )
        console.print(f"  fires where nothing changes: {', '.join(alarms)}; no change: {row['no_change']}")
        for key in ("formula", "threshold", "frequency", "annual", "false_positive", "source"):
            if row.get(key):
                console.print(f"  {key.replace('_', ' ')}: {row[key]}")


def print_performance(found: dict[str, Any]) -> None:
    """Print rates of false alarms, delays at one rate of false alarms, and what was said of dated controls."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    low, high = (pick(row["share"] for row in found["rates"]) for pick in (min, max))
    console.print(
        f"[bold]Where nothing changes the screens fire on {percent(low)} to {percent(high)} of series. {NOT_PROOF}[/bold]\n"
    )
    for row in found["rates"]:
        span = f"{percent(row['low'])} to {percent(row['high'])}"
        console.print(f"- {row['screen']}, {row['frequency']}: {percent(row['share'])} of {row['drawn']} ({span})")
    share = percent(found["detection"]["false_alarms_in_twelve_months"])
    console.print(f"\n[bold]Seen within twelve months, with a false alarm in {share} of series without change[/bold]")
    for row in found["detection"]["rows"]:
        delay = row["median_delay_months"]
        when = CANNOT_TELL if delay is None else f"{delay:g} months"
        seen = f"seen in {percent(row['seen'])}, median delay {when}"
        console.print(f"- {row['meaning']}: {row['screen']} {seen}")
    told = [row for row in found["controls"] if row["state"] != UNTOLD]
    leads = [row for row in told if row["state"] == LEAD]
    console.print(
        f"\n[bold]Dated controls: {len(leads)} leads in {len(told)} looks that could be told, of {len(found['controls'])}[/bold]"
    )
    for row in leads:
        console.print(
            f"- {row['mineral']}, {row['country']} {row['since']}, {row['when']}: {row['screen']}: {row['words']}"
        )


def print_case_file(file: CaseFile) -> None:
    """Print the sentence first, then legal test, explanations, screens, costs, dissent and facts."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{file.sentence}[/bold]\n")
    console.print(f"{moved(file)}\n")
    for title, held in (
        ("The legal test (a sorting of figures, no finding of law)", file.legal_test),
        ("Innocent explanations", file.explanations),
    ):
        console.print(f"[bold]{title}[/bold]")
        for each in held:
            law = f" [{each.law}]" if each.law else ""
            console.print(f"- {each.name}: {each.verdict}{escape(law)}")
            for figure in each.figures:
                console.print(f"    {figure}")
        console.print()
    console.print("[bold]Screens[/bold]")
    for said in file.screens:
        chance = "" if said.p is None else f" (p {said.p:.2g})"
        console.print(f"- {said.screen}: {said.state}{chance}: {said.words or 'missing: ' + '; '.join(said.missing)}")
    _print_costs(console, file.costs)
    for words in file.dissent:
        console.print(f"\nDissent: {escape(words)}")
    console.print(f"\nFacts version {file.facts_version}; {len(file.facts)} figures with sources and grades: --json")


def moved(file: CaseFile) -> str:
    """How far the price moved, and which price."""
    if file.fall is None:
        return "How far the price moved cannot be told."
    name = file.fall_of[:1].upper() + file.fall_of[1:]
    size = percent(abs(file.fall))
    if size == percent(0.0):
        return f"{name}: as high as in the year before."
    return f"{name}: {'fell' if file.fall > 0 else 'rose'} by {size} on the year before."


def _print_costs(console: Console, costs: dict[str, Any]) -> None:
    console.print("\n[bold]What it costs to act and not to act[/bold]")
    if costs["cannot_tell"]:
        console.print(f"- cannot tell: {costs['cannot_tell']}")
        return
    acting, waiting = costs["acting"], costs["not_acting"]
    console.print(
        f"- acting ({acting['what']}; base {money(costs['base_price'])} of {costs['base_year']}, grade {costs['grade']}):"
    )
    for each in acting["payers"]:
        console.print(
            f"    {each['who']}: {money(each['amount']['median'])} USD a year ({money_range(each['amount'])})"
        )
    console.print(f"    made in the region: {tonnes(acting['output_t']['median'])} t a year more")
    lost, gain = waiting["local_lost_t"], waiting["users_gain_usd"]
    console.print(
        f"- not acting ({waiting['what']}): of {tonnes(waiting['local_output_t'])} t that the region makes "
        f"{tonnes(lost['median'])} t a year are lost, of the allies {tonnes(waiting['allied_lost_t']['median'])} t; users in the "
        f"region gain {money(gain['median'])} USD a year"
    )
