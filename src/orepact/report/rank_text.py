"""A ranking in one glance: what each candidate does per million, what solving again changes, who cannot be ranked, and partners."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from orepact import facts
from orepact.planning.projects import inputs_of_project
from orepact.planning.rank import BY, Falls, Ranked, Ranking, Untold
from orepact.planning.rank_partners import Figure, Partner
from orepact.report.numbers import UNTOLD, WIDTH, money, percent, tonnes
from orepact.version import __version__

MOST_PARTNERS = 10
MOST_UNTOLD = 12
MOST_NAMED = 6
HOLDS = 0.05
"""Share by which solving again may differ from the slope before the difference is said to be one."""
NOTHING = 1e-12
HARDLY = 1e-5
"""USD or points for a million below which a figure is printed as none."""
HARDLY_POINTS = 0.005
MOSTLY = 0.5
LIMIT = 65.0
PERCENT = 100.0
UNKNOWN = "?"


def print_ranking(found: Ranking) -> None:
    """Print the ranking."""
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{headline(found)}[/bold]\n")
    if found.ranked:
        if warning := mostly_anyway(found):
            console.print(f"{warning}\n")
        console.print(_table(found))
        console.print(f"\n{_legend(found)}\n")
        for each in found.ranked:
            if each.again is not None:
                console.print(f"  {called(each)}: {curvature(each)}")
    _print_untold(console, found.untold)
    _print_partners(console, found)


def headline(found: Ranking) -> str:
    """What can be ranked, and who is first."""
    wanted = found.wanted
    count, total = len(found.ranked), len(found.ranked) + len(found.untold)
    if not found.ranked:
        start = f"None of {total} projects" if total else "No project"
        return f"{start} has the figures to be ranked for {wanted.region} in {wanted.year}: none has all of capacity, P and cost."
    first = found.ranked[0]
    best = first.per_million(wanted.by)
    if best is None or not best.mean > 0:
        return f"{count} of {total} projects can be ranked for {wanted.region} in {wanted.year}; none lowers it: {BY[wanted.by]}."
    return (
        f"{count} of {total} projects can be ranked for {wanted.region} in {wanted.year}. First by {BY[wanted.by]} per "
        f"million {wanted.currency}: {called(first)}."
    )


def mostly_anyway(found: Ranking) -> str:
    """A warning where the first by loss is first for what cheaper material brings without any stop; else nothing."""
    best = found.ranked[0].again or found.ranked[0].slope
    if found.wanted.by != "loss" or not best.loss.mean > 0 or best.stops.mean >= MOSTLY * best.loss.mean:
        return ""
    part = percent(max(best.stops.mean, 0.0) / best.loss.mean)
    return (
        f"Of its fall {part} is taken off the stops themselves; the rest is cheaper material, "
        "which would come in those months without any stop too. --by stops ranks by the first alone."
    )


def called(each: Ranked) -> str:
    """A candidate by its name, mineral, stage and country."""
    project = each.candidate.contribution.project
    return f"{project.name} ({project.mineral}, {project.stage}, {each.candidate.site.country})"


def _table(found: Ranking) -> Table:
    table = Table(box=None, pad_edge=False)
    heads = ("", "project", "expected, t", "cost, m", "loss / m", "of it stops", "points / m", "by")
    for name in heads:
        table.add_column(name, justify="left" if name in {"project", "by"} else "right", no_wrap=name != "project")
    for at, each in enumerate(found.ranked, start=1):
        low, high = each.candidate.contribution.risk_adjusted or (0.0, 0.0)
        expected = tonnes(low) if low == high else f"{tonnes(low)} to {tonnes(high)}"
        loss, stops, share = (_mean(each.per_million(by)) for by in ("loss", "stops", "share"))
        how = "slope" if each.again is None else "solved"
        cost = f"{each.candidate.millions:,.4g}".replace(",", "\u2009")
        table.add_row(str(at), called(each), expected, cost, _plain(loss), _plain(stops), _plain(share), how)
    return table


def _plain(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return "0" if abs(value) < HARDLY else f"{value:,.3g}".replace(",", "\u2009")


def _legend(found: Ranking) -> str:
    wanted = found.wanted
    return (
        f"Expected: tonnes of content that reach users in {wanted.year}, capacity x ramp x yield x P(on time), low to high. Per "
        f"million {wanted.currency} of cost (/ m): loss, the fall in expected loss of {wanted.region}, USD a year, over the list "
        "of stops with its probabilities; of it stops, what remains beyond what cheaper material brings in the same months "
        "without any stop; points, the fall in percentage points of the largest third country's share, where that is highest "
        "of the stages that the tonnes reach. By slope: from the market's tangent; solved: every market solved again with the "
        f"project in it. Ranges: 80 % of {wanted.draws} draws with both ends of P. Probabilities of stops are assumed (grade E) "
        "unless given."
    )


def curvature(each: Ranked) -> str:
    """Slope and solved again beside each other, for the loss and the share, with what the difference says."""
    if each.again is None:
        return "by slope alone"
    loss = _beside("loss", each.slope.loss, each.again.loss, "USD a year", NOTHING)
    said = [loss]
    if each.slope.share is not None and each.again.share is not None:
        what = f"share of {facts.country_name(each.slope.largest)} in {_stage(each.slope.share_stage)}"
        said.append(_beside(what, each.slope.share, each.again.share, "points", HARDLY_POINTS))
    if each.slope.tied is not None:
        said.append(
            f"at most {each.slope.tied:.3g} points if all of it were sold to the region in that country's place"
        )
    if each.again.largest != each.slope.largest:
        said.append(f"{facts.country_name(each.again.largest)} then has the largest share")
    return "; ".join(said)


def _beside(what: str, slope: Figure, again: Figure, unit: str, smallest: float) -> str:
    if max(abs(slope.mean), abs(again.mean)) < smallest:
        return f"{what} hardly moves"
    say = money if unit != "points" else "{:.3g}".format
    verb = "rises" if slope.mean < 0 else "falls"
    sign = -1.0 if slope.mean < 0 else 1.0
    first, second, low, high = (say(sign * value) for value in (slope.mean, again.mean, again.low, again.high))
    low, high = (high, low) if sign < 0 else (low, high)
    ends = f"{second} ({low} to {high}) solved again"
    return f"{what} {verb} by {first} by slope, {ends}, {unit}: {in_words(slope.mean, again.mean)}"


def in_words(slope: float, again: float) -> str:
    """What the difference between the slope and solving again says."""
    if abs(slope) < NOTHING:
        return "no slope to compare with" if abs(again) > NOTHING else "no effect"
    ratio = again / slope
    if abs(ratio - 1.0) <= HOLDS:
        return "the slope holds"
    if ratio < 0:
        return "the slope has the wrong sign for a step of this size"
    if ratio < 1:
        return f"{percent(1.0 - ratio)} less, for each further tonne does less"
    return f"{percent(ratio - 1.0)} more, for each further tonne does more"


def _print_untold(console: Console, untold: tuple[Untold, ...]) -> None:
    if untold:
        console.print(f"\n{len(untold)} {UNTOLD}; supply in a file of your own (--file):")
    for each in untold[:MOST_UNTOLD]:
        project = each.project
        what = ", ".join(part for part in (project.mineral, project.stage) if part)
        console.print(f"  {project.name}{f' ({what})' if what else ''}: {', '.join(each.missing)}", style="dim")
    if len(untold) > MOST_UNTOLD:
        console.print(f"  … {len(untold) - MOST_UNTOLD} more: see --csv, column missing", style="dim")


def _print_partners(console: Console, found: Ranking) -> None:
    region = found.wanted.region
    for each in found.shares:
        side = "above" if each.percent > LIMIT else "within"
        guessed = ", use inferred" if each.inferred else ""
        name, country = facts.mineral_name(each.mineral), facts.country_name(each.country)
        bought = f"{region} buys {each.percent:.0f} % of its {_stage(each.stage)} from {country}"
        console.print(f"\n{name}: {bought}, {side} 65 % (grade {each.grade}{guessed}).", end="")
    if found.partners:
        console.print(
            "\n\nPartners, no cost needed: if a country adds 1 % of the world's output of a stage, the largest share that it "
            "reaches falls by so many points (* a member of the region):"
        )
        console.print(_partner_table(found))
    for mineral, why in (*found.minerals_untold, *found.stops_untold):
        console.print(f"  ? {mineral}: {UNTOLD}: {why}", style="dim")


def _partner_table(found: Ranking) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("if more of", "comes from", "t", "points", "80 %", "per 1000 t", "share of"):
        left = name in {"comes from", "if more of", "share of"}
        table.add_column(name, justify="left" if left else "right", no_wrap=name != "comes from")
    for alike in list(_alike(found))[:MOST_PARTNERS]:
        each, fall = alike[0], alike[0].fall
        table.add_row(
            f"{each.mineral}, {each.stage}", _names(alike, found.wanted.members), tonnes(each.tonnes), f"{fall.mean:.2g}",
            f"{fall.low:.2g} to {fall.high:.2g}", _plain(1000 * fall.mean / each.tonnes), f"{each.largest}, {each.share_stage}",
        )  # fmt: skip
    return table


def _alike(found: Ranking) -> list[list[Partner]]:
    """Partners whose fall is the same to two figures, for one mineral and stage, in one row."""
    rows: dict[tuple[str, ...], list[Partner]] = {}
    for each in found.partners:
        rows.setdefault((each.mineral, each.stage, each.share_stage, f"{each.fall.mean:.2g}"), []).append(each)
    return list(rows.values())


def _names(alike: list[Partner], members: tuple[str, ...]) -> str:
    names = [f"{each.country}{'*' if each.country in members else ''}" for each in alike]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return " ".join(names[:MOST_NAMED]) + more


def _stage(stage: str) -> str:
    return "ore" if stage == "mine" else f"{stage} material"


def ranking_answer(found: Ranking) -> dict[str, Any]:
    """The ranking in JSON terms."""
    wanted = found.wanted
    return {
        "region": wanted.region,
        "year": wanted.year,
        "by": wanted.by,
        "currency": wanted.currency,
        "usd_per_eur": wanted.usd_per_eur,
        "candidates": [_candidate(each, wanted.currency) for each in found.ranked],
        "cannot_tell": [{"project": inputs_of_project(each.project), "missing": each.missing} for each in found.untold],
        "partners": [_partner(each) for each in found.partners],
        "shares": [vars(each) for each in found.shares],
        "minerals_cannot_tell": [{"mineral": mineral, "why": why} for mineral, why in found.minerals_untold],
        "stops_cannot_tell": [{"what": what, "why": why} for what, why in found.stops_untold],
        "settings": {
            "draws": wanted.draws,
            "seed": wanted.seed,
            "top": wanted.top,
            "own_stops": wanted.rows is not None,
        },
        "certificate": {"max_balance": found.balance, "failed": 0},
        "facts": facts.version(),
        "code_version": __version__,
    }


def _candidate(each: Ranked, currency: str) -> dict[str, Any]:
    low, high = each.candidate.contribution.risk_adjusted or (None, None)
    chance = each.candidate.contribution.chance
    return {
        "project": inputs_of_project(each.candidate.contribution.project),
        "risk_adjusted_t": {"low": low, "high": high},
        "on_time": None if chance is None else {"low": chance.low, "high": chance.high, "grade": chance.grade},
        "capacity_in_year_t": each.candidate.tonnes,
        "cost_millions": each.candidate.millions,
        "currency": currency,
        "per_million": {by: _figure(each.per_million(by)) for by in ("loss", "stops", "share")},
        "slope": _told(each.slope),
        "solved_again": None if each.again is None else _told(each.again),
    }


def _told(falls: Falls) -> dict[str, Any]:
    return {
        "loss_usd_a_year": _figure(falls.loss),
        "stops_usd_a_year": _figure(falls.stops),
        "share_points": _figure(falls.share),
        "own_stage_share_points": _figure(falls.own_share),
        "share_points_if_tied": falls.tied,
        "share_stage": falls.share_stage or None,
        "largest": falls.largest or None,
    }


def _figure(found: Figure | None) -> dict[str, float] | None:
    return None if found is None else vars(found)


def _partner(each: Partner) -> dict[str, Any]:
    return {
        "mineral": each.mineral, "stage": each.stage, "country": each.country, "added_t": each.tonnes,
        "share_stage": each.share_stage, "largest": each.largest,
        "share_points": vars(each.fall), "share_points_per_1000_t": 1000 * each.fall.mean / each.tonnes,
    }  # fmt: skip


COLUMNS = (
    "kind", "rank", "name", "mineral", "stage", "country", "added_t", "cost_millions", "currency", "loss_usd_a_year",
    "loss_solved_again", "loss_per_million", "stops_per_million", "share_points", "share_solved_again", "share_per_million", "missing",
)  # fmt: skip


def rows_of(found: Ranking) -> list[dict[str, Any]]:
    """One row a candidate, ranked or not, then one a partner; what cannot be told is empty."""
    rows = [_row(at, each, found.wanted.currency) for at, each in enumerate(found.ranked, start=1)]
    rows += [
        {
            "kind": "project", "name": each.project.name, "mineral": each.project.mineral, "stage": each.project.stage,
            "country": "|".join(each.project.countries), "missing": "; ".join(each.missing),
        }
        for each in found.untold
    ]  # fmt: skip
    rows += [
        {
            "kind": "partner", "name": facts.country_name(each.country), "mineral": each.mineral, "stage": each.stage,
            "country": each.country, "added_t": each.tonnes, "share_points": each.fall.mean,
        }
        for each in found.partners
    ]  # fmt: skip
    return rows


def _row(at: int, each: Ranked, currency: str) -> dict[str, Any]:
    project = each.candidate.contribution.project
    loss, stops, share = (_mean(each.per_million(by)) for by in ("loss", "stops", "share"))
    again = each.again
    return {
        "kind": "project", "rank": at, "name": project.name, "mineral": project.mineral, "stage": project.stage,
        "country": each.candidate.site.country, "added_t": each.candidate.tonnes, "cost_millions": each.candidate.millions,
        "currency": currency, "loss_usd_a_year": each.slope.loss.mean,
        "loss_solved_again": None if again is None else again.loss.mean, "loss_per_million": loss, "stops_per_million": stops,
        "share_points": _mean(each.slope.share), "share_solved_again": None if again is None else _mean(again.share),
        "share_per_million": share,
    }  # fmt: skip


def _mean(found: Figure | None) -> float | None:
    return None if found is None else found.mean
