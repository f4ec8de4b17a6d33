"""``orepact price``: from a reference price to who pays."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from orepact.cli.output import carried, check_files, check_one_form, print_json


def command(  # noqa: PLR0913, PLR0917
    mineral: Annotated[str, typer.Option("--mineral", "-m", help="Mineral, by any usual name.")],
    reference: Annotated[float, typer.Option("--reference", "-r", help="Reference price, USD per tonne of content.")],
    zone: Annotated[str, typer.Option("--zone", "-z", help="Countries or regions that lift their imports to it.")],
    stage: Annotated[str | None, typer.Option("--stage", "-s", help="Stage; the last one when left out.")] = None,
    exempt: Annotated[str | None, typer.Option("--exempt", help="Origins outside the zone that do not pay.")] = None,
    eligible: Annotated[
        Path | None,
        typer.Option("--eligible", help="Batches (.json): what qualifies for the zone of the rules enters free."),
    ] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="Keys of issuers, for --eligible.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Day on which they are judged; today when left out.")] = None,
    cap_rate: Annotated[float | None, typer.Option("--cap-rate", help="Bound rate, as a share of the price.")] = None,
    reference_at: Annotated[
        list[str] | None,
        typer.Option("--reference-at", help="STAGE=USD: another stage's reference price, checked against this one."),
    ] = None,
    conversion_cost: Annotated[
        list[str] | None,
        typer.Option("--conversion-cost", help="STAGE=USD: what plants that make the stage spend, per tonne sold."),
    ] = None,
    yields: Annotated[
        list[str] | None,
        typer.Option("--yield", help="STAGE=SHARE: share of the content bought that plants that make the stage sell."),
    ] = None,
    base_year: Annotated[int | None, typer.Option("--base-year", help="Year of the table.")] = None,
    draws: Annotated[int, typer.Option("--draws", help="Number of draws over the ranges.", min=10)] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the draws.", min=0)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print gains and losses by party as CSV.")] = False,
    note: Annotated[Path | None, typer.Option("--note", help="Write the answer as a two-page note (.pdf).")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write tables, sources and case to a workbook.")] = None,
) -> None:
    """If imports are lifted to a reference price: what duty, what prices, what new output, and who pays?

    Example: orepact price --mineral "rare earths" --reference 22000 --zone MSP
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    check_files((note, (".pdf",), "--note"), (xlsx, (".xlsx",), "--xlsx"))
    from orepact.cases.price_chain import price

    given: dict[str, Any] = {
        "mineral": mineral, "reference": reference, "zone": zone, "stage": stage, "exempt": exempt,
        "cap_rate": cap_rate, "base_year": base_year, "draws": draws, "seed": seed, "reference_at": reference_at,
        "conversion_cost": conversion_cost, "yields": yields,
    }  # fmt: skip
    free = None if eligible is None else _free(eligible, keys, on, (mineral, stage))
    found = price(**given, free=free)
    if free is not None:
        spared = {each.origin for each in found.duty.free}
        typer.echo(_said(free, spared), err=True)
    if note is not None or xlsx is not None:
        from orepact.report.note.price import price_note, price_workbook

        answer = found.summary()
        carried(note, lambda: price_note(answer, given), xlsx, lambda: price_workbook(answer, found.frame(), given))
    if as_json:
        print_json(found.summary())
    elif as_csv:
        typer.echo(found.frame().to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from orepact.report.price_text import print_price

        print_price(found)


def _said(free: dict[str, float], spared: set[str]) -> str:
    """What the batches change: also that they change nothing, and why."""
    from orepact import facts
    from orepact.report.numbers import tonnes

    if not any(free.values()):
        return "No batch of the file qualifies: nobody is spared the duty for it."
    parts = [
        f"{tonnes(amount)} t from {facts.country_name(origin)} "
        + ("enter free" if origin in spared else "change nothing, since it pays no duty here anyway")
        for origin, amount in sorted(free.items())
        if amount > 0
    ]
    return f"By the batches of the file: {'; '.join(parts)}."


def _free(file: Path, keys: Path | None, on: str | None, wanted: tuple[str, str | None]) -> dict[str, float]:
    """Tonnes of each origin that qualify, by the batches of a file and the rules that are shipped."""
    import datetime as dt

    from orepact.custody.batch_file import day_of, read_file
    from orepact.custody.exempt import free_of_duty, verdicts
    from orepact.custody.keys import NO_KEYS, read_keys

    day = day_of(on, "--on") or dt.datetime.now(tz=dt.UTC).date()
    known = NO_KEYS if keys is None else read_keys(keys)
    return free_of_duty(verdicts(read_file(file), on=day, keys=known, place=file.name), *wanted)
