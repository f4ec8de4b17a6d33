"""A ranking as one picture: what each candidate does per million, by slope and solved again; partners where none can be ranked."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

from orepact import facts
from orepact.planning.rank import BY, Ranking
from orepact.planning.rank_partners import Figure
from orepact.report.pictures import drawn
from orepact.report.rank_text import headline
from orepact.report.shock_chart import GAIN, GREY, ROW, WIDTH, with_footer

MOST_BARS = 15
TITLE = 60
UNITS = {"loss": "USD a year", "stops": "USD a year", "share": "percentage points"}


def picture(found: Ranking, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, found), ending)


def _chart(alt: Any, found: Ranking) -> Any:
    wanted = found.wanted
    rows = _candidates(found) or _partners(found)
    if found.ranked:
        subtitle = f"{BY[wanted.by]}, {UNITS[wanted.by]} per million {wanted.currency}, {wanted.region} {wanted.year}"
    else:
        subtitle = "Percentage points by which the largest third country's share falls if a country adds 1 % of the world's output"
    footer = [
        f"Means and ranges: 80 % of {wanted.draws} draws, with both ends of P(on time). Probabilities of stops are assumed (grade E) "
        "unless given; costs as given by the user.",
        f"Projects that cannot be told: {len(found.untold)}. Facts {facts.version()}.",
    ]
    return with_footer(alt, [_bars(alt, rows)], wrap(headline(found), TITLE), subtitle, footer)


def _candidates(found: Ranking) -> list[dict[str, Any]]:
    rows = []
    for at, each in enumerate(found.ranked[:MOST_BARS], start=1):
        best = each.per_million(found.wanted.by)
        if best is not None:
            rows.append(
                _bar(
                    f"{at}. {each.candidate.contribution.project.name}",
                    "slope" if each.again is None else "solved again",
                    best,
                )
            )
    return rows


def _partners(found: Ranking) -> list[dict[str, Any]]:
    return [
        _bar(f"{at}. {facts.country_name(each.country)} ({each.mineral}, {each.stage})", "slope", each.fall)
        for at, each in enumerate(found.partners[:MOST_BARS], start=1)
    ]


def _bar(name: str, how: str, figure: Figure) -> dict[str, Any]:
    return {"name": name, "how": how, **vars(figure)}


def _bars(alt: Any, rows: list[dict[str, Any]]) -> Any:
    order = [row["name"] for row in rows]
    colour = alt.Color(
        "how:N",
        scale=alt.Scale(domain=["solved again", "slope"], range=[GAIN, GREY]),
        legend=alt.Legend(title=None, orient="top"),
    )
    base = alt.Chart(alt.Data(values=rows)).encode(y=alt.Y("name:N", sort=order, title=None))
    bars = base.mark_bar().encode(x=alt.X("mean:Q", title=None), color=colour)
    ends = base.mark_rule(color="black").encode(x=alt.X("low:Q", title=None), x2="high:Q")
    return alt.layer(bars, ends).properties(width=WIDTH, height=ROW * max(len(rows), 1))
