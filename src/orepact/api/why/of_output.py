"""The trees of what follows from published output: a share of the world's, concentration, and the EU's supply risk."""

from __future__ import annotations

from orepact import facts
from orepact.api.why.of_facts import fact
from orepact.api.why.tree import Node, not_found
from orepact.indicators.profiles import place_name
from orepact.report.numbers import UNTOLD, exact, percent

MOST_CHILDREN = 12
RISK = (
    "[HHI of world supply \u00d7 import reliance ÷ 2 + HHI of EU sourcing \u00d7 (1 \u2212 import reliance ÷ 2)] \u00d7 "
    "(1 \u2212 recycling rate) \u00d7 substitution index"
)


def tree_of_share(address: str) -> Node:
    """``output-share/MINERAL/STAGE/COUNTRY/YEAR``: output of a country over output of the world."""
    from orepact.indicators.world_output import WORLD, world_output

    mineral, stage, country, period = _parts(address, "output-share/MINERAL/STAGE/COUNTRY/YEAR", 4)
    found = world_output(mineral, stage, period)
    members = facts.resolve_place(country)
    share = found.share(*members)
    made = [each for each in found.rows["country"] if each in members]
    total = (
        Node(what="World output: sum of the countries that are named", value=UNTOLD if found.total is None else exact(found.total),
             unit=found.unit, period=period, grade=found.grade)
        if found.total_is_sum
        else fact(found.address(WORLD))
    )  # fmt: skip
    return Node(
        what=f"Share of {place_name(country)} in the world's {_made(mineral, stage)}",
        value=UNTOLD if share is None else percent(share), number=share, unit="share of output", period=period, grade=found.grade,
        formula="output ÷ output of the world, of one publisher and edition; what is withheld or unnamed is in the world only",
        address=address,
        lines=(("missing", found.missing or "output of the country"),) if share is None else (("basis", found.basis),),
        children=(total, *(fact(found.address(each)) for each in made[:MOST_CHILDREN])),
    )  # fmt: skip


def tree_of_concentration(address: str) -> Node:
    """``concentration/MINERAL/STAGE/YEAR``: the Herfindahl-Hirschman index of output by country."""
    from orepact.indicators.world_output import world_output

    mineral, stage, period = _parts(address, "concentration/MINERAL/STAGE/YEAR", 3)
    found = world_output(mineral, stage, period)
    ends = found.concentration
    named = found.rows.dropna(subset=["value"]).head(MOST_CHILDREN)
    return Node(
        what=f"Concentration (HHI) of the world's {_made(mineral, stage)}",
        value=UNTOLD if ends is None else said_ends(ends.low, ends.high), number=None if ends is None else ends.low,
        unit="0 spread to 1 one country", period=period, grade=found.grade, address=address,
        formula="sum over countries of (output ÷ output of all)², from the unnamed spread thin to the unnamed all in one country",
        lines=(("missing", found.missing),) if ends is None else
              (("unnamed", f"{exact(found.unnamed)} {found.unit} belong to no country by name"), ("basis", found.basis)),
        children=tuple(fact(found.address(str(country))) for country in named["country"]),
    )  # fmt: skip


def tree_of_risk(address: str) -> Node:
    """``supply-risk/MINERAL/STAGE``: the EU's supply risk from the shares and terms of its study."""
    from orepact.indicators.inputs import TERMS, study_inputs
    from orepact.indicators.study import WORDS, risks_of_the_study

    mineral, stage = _parts(address, "supply-risk/MINERAL/STAGE", 2)
    table = risks_of_the_study()
    rows = table[(table["material"] == mineral) & (table["stage"] == stage)]
    if rows.empty:
        held = ", ".join(table.loc[table["material"] == mineral, "stage"]) or "no stage"
        raise not_found(f"why, {address}", "the study prints no shares of it", f"{held} of {mineral}", "choose another")
    row = rows.iloc[0]
    given = study_inputs()
    shares = given.shares[(given.shares["mineral"] == mineral) & (given.shares["stage"] == stage)]
    names = set(shares["basis"].str.casefold())
    terms = {name: given.term(name, names, mineral, stage) for name in TERMS}
    children = [
        Node(what=WORDS[name], value=UNTOLD, lines=(("missing", f"{WORDS[name]} in the study"),))
        if term is None
        else fact(facts.address_of("eu_assessments", term.to_dict()))
        for name, term in terms.items()
    ]
    for words, key in (
        ("Concentration of world supply, weighted", "hhi_gs"),
        ("Concentration of EU sourcing, weighted", "hhi_eu"),
    ):
        known = row[key] is not None and row[key] == row[key]
        value = exact(round(float(row[key]), 4)) if known else UNTOLD
        children.append(
            Node(what=words, value=value, period=str(row["period"]), grade=str(row["grade"]),
                 formula="sum over countries of share² \u00d7 governance score \u00d7 trade parameter",
                 address=f"shares/{mineral}/{stage}/kind={'world_supply' if key == 'hhi_gs' else 'eu_sourcing'}")
        )  # fmt: skip
    told = row["sr"] == row["sr"] and row["sr"] is not None
    return Node(
        what=f"Supply risk of the EU, {facts.mineral_name(mineral)}, {stage}", value=f"{row['sr']:.2f}" if told else UNTOLD,
        number=float(row["sr"]) if told else None, unit="1 and above is high in the EU's method", period=str(row["period"]),
        grade=str(row["grade"]), address=address,
        formula=RISK,
        lines=(("missing", str(row["missing"])),) if not told else (("shares used", str(row["used"])),),
        children=tuple(children),
    )  # fmt: skip


def said_ends(low: float, high: float) -> str:
    """Two ends as one figure where they print alike."""
    first, last = f"{low:.2f}", f"{high:.2f}"
    return first if first == last else f"{first} to {last}"


def _made(mineral: str, stage: str) -> str:
    return f"{'mine' if stage == 'mine' else stage} output of {facts.mineral_name(mineral)}"


def _parts(address: str, shape: str, count: int) -> list[str]:
    parts = [part.strip() for part in address.split("/")[1:]]
    if len(parts) != count or not all(parts):
        raise not_found(
            f"why, {address[:80]}", "the address has another number of parts", address[:80], f"write {shape}"
        )
    parts[0] = facts.resolve_mineral(parts[0])
    parts[1] = facts.resolve_stage(parts[1])
    return parts
