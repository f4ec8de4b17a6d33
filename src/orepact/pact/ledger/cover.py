"""Days of cover: content in store over a day's use, by mineral and stage, from the facts; where they know no use it cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

from orepact.pact.kinds.reserve_record import Reserve

DAYS, GRAMS_A_TONNE, WHOLE = 365, 1_000_000, 1_000_000


@dataclass(frozen=True)
class Cover:
    """Tonnes of content in store and days of use that they cover. days None: cannot be told, and then missing says why."""

    mineral: str
    stage: str
    tonnes: float
    use: float | None
    period: str
    days: float | None
    region: str | None
    missing: str


def content(record: Reserve) -> dict[tuple[str, str], int]:
    """Grams of content in store, by mineral and stage."""
    found: dict[tuple[str, str], int] = {}
    forms = {each.form: each for each in record.forms}
    for lot in record.lots:
        form = forms[lot.form]
        held = record.balance(f"lot:{lot.lot}", lot.form) * lot.purity
        found[form.mineral, form.stage] = found.get((form.mineral, form.stage), 0) + held
    return {name: grams // WHOLE for name, grams in found.items()}


def covers(record: Reserve, region: str | None) -> tuple[Cover, ...]:
    """Days of cover of everything in store, for the use of a region."""
    return tuple(_cover(mineral, stage, grams, region) for (mineral, stage), grams in content(record).items())


def _cover(mineral: str, stage: str, grams: int, region: str | None) -> Cover:
    tonnes = grams / GRAMS_A_TONNE
    if region is None:
        return Cover(mineral, stage, tonnes, None, "", None, None, "cannot tell: no state or bloc whose use it covers")
    use, period = yearly_use(mineral, stage, region)
    if not use:
        missing = f"cannot tell: the facts know no use of {mineral}, {stage}, by {region}"
        return Cover(mineral, stage, tonnes, None, "", None, region, missing)
    return Cover(mineral, stage, tonnes, use, period, DAYS * tonnes / use, region, "")


def yearly_use(mineral: str, stage: str, region: str) -> tuple[float | None, str]:
    """Tonnes of content that a region uses a year, and of which year: published, or as the trade table of the mineral has it."""
    from orepact import facts
    from orepact.errors import OrepactError
    from orepact.planning.past_use import bought, latest_table

    try:
        members = facts.resolve_place(region)
    except OrepactError:
        return None, ""
    if stage == "refined" and len(members) == 1:
        table = facts.load("use")
        rows = table[
            (table["mineral"] == mineral) & (table["country"] == members[0]) & (table["main"] == "yes") & table["value"].notna()
        ].sort_values("period")  # fmt: skip
        if not rows.empty:
            return float(rows.iloc[-1]["value"]), f"{rows.iloc[-1]['period']}, published"
    known = latest_table(mineral)
    tonnes = None if known is None else bought(mineral, members, stage)
    return tonnes, "" if known is None else "the trade table"
