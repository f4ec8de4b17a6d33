"""``orepact floor``: who pays whom under a floor price (a contract for difference), and how much."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orepact.cli.output import check_one_form, print_json, print_row


def command(  # noqa: PLR0913, PLR0917  (one option for each blank in the question)
    strike: Annotated[float, typer.Option("--strike", help="Strike price, up to which the gap is paid, per unit.")],
    price: Annotated[float, typer.Option("--price", help="Market price, per unit.")],
    volume: Annotated[
        float | None, typer.Option("--volume", help="Units delivered; the payment of one unit when left out.")
    ] = None,
    unit: Annotated[
        str, typer.Option("--unit", help="Unit of mass of prices and volume: t, kg, g, lb, toz, mtu.")
    ] = "t",
    clawback: Annotated[
        float, typer.Option("--clawback", help="Share of the price above the strike that comes back, 0 to 1.")
    ] = 0.0,
    ramp_done: Annotated[
        bool, typer.Option("--ramp-done", help="The plant has reached the output from which it pays back.")
    ] = False,
    first: Annotated[str | None, typer.Option("--from", help="First day of the contract, like 2025-10-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day of the contract.")] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Day of the delivery; one within the contract when left out.")
    ] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Money of all prices, such as USD.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the answer as one row of CSV.")] = False,
) -> None:
    """Who pays whom under a floor price, and how much; above zero is paid to the producer.

    Example: orepact floor --strike 110 --price 54 --volume 4000000 --unit kg --currency USD
    """
    check_one_form(as_json=as_json, as_csv=as_csv)
    from orepact.policy.price_support import floor

    found = floor(
        strike=strike,
        price=price,
        volume=1.0 if volume is None else volume,
        unit=unit,
        clawback=clawback,
        ramp_done=ramp_done,
        first=first,
        last=last,
        day=on,
        currency=currency,
    )
    answer = found.summary() if volume is not None else _of_a_unit(found.summary())
    if as_json:
        print_json(answer)
    elif as_csv:
        print_row(answer)
    else:
        from orepact.report.border_text import print_floor

        print_floor(found, of_a_unit=volume is None)


def _of_a_unit(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer to a question without a volume: what one unit is paid, and no payment in all."""
    inputs = answer["inputs"] | {"volume": {**answer["inputs"]["volume"], "value": None}}
    return {**answer, "payment": None, "inputs": inputs}
