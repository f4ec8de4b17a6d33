"""``orepact duty``: what a consignment pays under a duty that fills the gap up to a reference price."""

from __future__ import annotations

from typing import Annotated

import typer

from orepact.cli.output import check_one_form, print_json, print_row


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    reference: Annotated[float, typer.Option("--reference", help="Reference price, per unit.")],
    price: Annotated[float, typer.Option("--price", help="Price at the border before duty, per unit.")],
    cap_rate: Annotated[
        float | None,
        typer.Option("--cap-rate", help="Bound rate as a share of the value (0.1 is 10 %); no cap without."),
    ] = None,
    value: Annotated[
        float | None, typer.Option("--value", help="Customs value of one unit; the price when left out.")
    ] = None,
    security: Annotated[
        str | None, typer.Option("--security", help="Security ground on record, which lifts the cap.")
    ] = None,
    in_quota: Annotated[bool, typer.Option("--in-quota", help="The consignment is within the quota.")] = False,
    exempt: Annotated[bool, typer.Option("--exempt", help="The consignment is exempt.")] = False,
    volume: Annotated[float | None, typer.Option("--volume", help="Units that arrive, for the duty in all.")] = None,
    unit: Annotated[
        str, typer.Option("--unit", help="Unit of mass of prices and volume: t, kg, g, lb, toz, mtu.")
    ] = "t",
    currency: Annotated[str | None, typer.Option("--currency", help="Money of all prices, such as EUR.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the answer as one row of CSV.")] = False,
) -> None:
    """What a consignment pays under a duty up to a reference price.

    Example: orepact duty --reference 2408 --price 1235 --currency EUR
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.policy.adjustable_duty import duty

    found = duty(
        reference=reference,
        price=price,
        cap_rate=cap_rate,
        value=value,
        security=security,
        in_quota=in_quota,
        exempt=exempt,
        volume=volume,
        unit=unit,
        currency=currency,
    )
    if as_json:
        print_json(found.summary())
    elif as_csv:
        print_row(found.summary())
    else:
        from orepact.report.border_text import print_duty

        print_duty(found)
