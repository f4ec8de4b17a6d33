"""The answer to a reference price as one picture: who pays and who gains, prices inside and outside, and the duty by origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact import facts
from orepact.cases.price_chain import PriceAnswer
from orepact.report.numbers import money, percent, ratio, tonnes
from orepact.report.pictures import drawn
from orepact.report.price_text import SMALLEST, charged, lifted, nobody, paid
from orepact.report.shock_chart import GAIN, GREY, LOSS, ROW, WIDTH, range_panel, with_footer

MOST_ORIGINS = 6
MARGIN = 200
"""Room left of the panels, for the names of groups."""

SIZES = "replace(replace(replace(datum.label, 'G', '\u2009bn'), 'M', '\u2009m'), /k$/, '\u2009k')"
"""Amounts on an axis in the words that all printed money has."""

PRICES = (("zone", "users in the zone"), ("outside", "users elsewhere"), ("zone_producers", "producers in the zone"),
          ("outside_producers", "producers elsewhere"))  # fmt: skip


def price_picture(found: PriceAnswer, ending: str) -> bytes:
    """The picture as the bytes of an ``.svg`` or ``.png`` file; needs the extra ``report``."""
    return drawn(lambda alt: _chart(alt, found), ending)


def _chart(alt: Any, found: PriceAnswer) -> Any:
    answer = found.summary()
    name = facts.mineral_name(answer["mineral"])
    title = f"{paid(answer)} of {name}" if answer["binds"] and "zone" in answer["prices"] else f"Who pays for {name}"
    groups = _groups(answer)
    parts = [
        signed_panel(alt, groups, title="Who loses (left) and who gains" if groups else nobody(answer), axis="USD a year"),
        range_panel(alt, _prices(answer), title="Prices after the duty, times base", axis="times base", colour=LOSS, rule=1.0),
    ]  # fmt: skip
    duties = _duties(answer)
    if duties:
        parts.append(
            range_panel(alt, duties, title="Duty by origin", axis="USD a tonne of content", colour=LOSS, rule=None)
        )
    said = lifted(answer)
    return with_footer(alt, parts, title, f"{said[:1].upper()}{said[1:]}.", footer(answer), margin=MARGIN)


def footer(answer: Mapping[str, Any]) -> list[str]:
    """How sure a picture is, and where its figures come from."""
    rows = facts.sources(tuple(answer["sources"])).to_dict("records")
    names = sorted({f"{row['publisher']} ({row['year']})" for row in rows if row["source"] != "orepact_assumption"})
    return [
        f"Medians and 80 % ranges of the draws, tables of {answer['base_year']}. "
        f"Evidence grade {answer['grade']} (A official to E inferred).",
        "Sources: " + "; ".join(names),
    ]  # fmt: skip


def _groups(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = [row for row in answer["groups"] if abs(row["amount"]["median"]) >= SMALLEST]
    return signed_rows(sorted(((row["who"], row["amount"]) for row in rows), key=lambda row: float(row[1]["median"])))


def signed_rows(rows: Sequence[tuple[str, Mapping[str, float]]]) -> list[dict[str, Any]]:
    """Amounts as rows of a panel in which losses and gains have their colours."""
    return [
        {"name": name, **amount, "label": money(amount["median"]), "colour": LOSS if amount["median"] < 0 else GAIN,
         "at": min(amount["low"], 0.0) if amount["median"] < 0 else max(amount["high"], 0.0)}
        for name, amount in rows
    ]  # fmt: skip


def signed_panel(alt: Any, rows: list[dict[str, Any]], *, title: str, axis: str) -> Any:
    """Bars to the left for losses and to the right for gains, with the range as a line and the median as a label."""
    reach = max((max(abs(row["low"]), abs(row["high"])) for row in rows), default=1.0) * 1.3
    base = alt.Chart(alt.Data(values=rows))
    y = alt.Y("name:N", sort=[row["name"] for row in rows], title=None)
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    x = alt.X("median:Q", title=axis, scale=scale, axis=alt.Axis(format="~s", tickCount=5, labelExpr=SIZES))
    layers = [
        base.mark_bar(height=12).encode(y=y, x=x, color=alt.Color("colour:N", scale=None)),
        base.mark_rule(color="#1b1f23").encode(y=y, x=alt.X("low:Q", title=axis, scale=scale), x2="high:Q"),
    ]
    for side, align, dx in (("<", "right", -5), (">=", "left", 5)):
        layers.append(
            base.mark_text(align=align, dx=dx, fontSize=11, color=GREY)
            .transform_filter(f"datum.median {side} 0")
            .encode(y=y, x=alt.X("at:Q", title=axis, scale=scale), text="label:N")
        )
    return alt.layer(*layers).properties(width=WIDTH, height=ROW * max(len(rows), 1) + 12, title=title)


def _prices(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = [(name, answer["prices"][key]) for key, name in PRICES if key in answer["prices"]]
    return [{"name": name, **each, "label": ratio(each["median"])} for name, each in found]


def _duties(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = [row for row in answer["duties"] if row["imports_before_t"] > 0][:MOST_ORIGINS]
    base = answer["base_price"]["median"]
    return [
        {"name": facts.country_name(row["origin"]), **row["duty"],
         "label": charged(
             row, "duty", lambda found: f"{tonnes(found['median'])}, {percent(found['median'] / base)} of the base price"
         )}
        for row in rows
    ]  # fmt: skip
