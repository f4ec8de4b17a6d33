"""A duty or a floor as people read it: who pays whom, how much, and under which rule, in one glance."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from orepact.policy.adjustable_duty import RULE, SOURCE, Duty
from orepact.policy.price_support import FloorPayment
from orepact.policy.record import UNITS
from orepact.report.numbers import WIDTH, exact, percent


def print_duty(found: Duty) -> None:
    """Print what a consignment pays, with the prices it follows from."""
    rule = found.rule
    money, unit = _money(rule.currency), UNITS[rule.unit]
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{duty_headline(found)}[/bold]\n")
    _print_rows(console, duty_rows(found), f"{money} a {unit}".strip())
    console.print(f"\nRule: {RULE}, {SOURCE}.")
    console.print(cap_note(found, " (--cap-rate)"))
    _print_money(console, rule.currency)


def duty_rows(found: Duty) -> list[tuple[str, float]]:
    """The prices that a duty follows from, and the duty, per unit."""
    rows = [("Reference price", found.rule.reference), ("Price at the border", found.consignment.price)]
    rows += [("Cap: bound rate times value", found.cap)] if found.cap is not None else []
    return [*rows, ("Duty", found.per_unit)]


def duty_headline(found: Duty) -> str:
    """Who pays how much on a unit and in all, and why."""
    money, unit = _money(found.rule.currency), UNITS[found.rule.unit]
    if found.per_unit == 0:
        return f"No duty: {found.why}."
    goods = found.consignment
    share = f", {percent(found.per_unit / goods.price)} of the price" if goods.price > 0 else ""
    total = "" if found.total is None else f", {_amount(found.total, money)} in all"
    return f"The importer pays the treasury {_amount(found.per_unit, money)} a {unit}{share}{total}: {found.why}."


def cap_note(found: Duty, where: str = "") -> str:
    """Whether a bound rate caps the duty; ``where`` it could be given."""
    if found.rule.security is not None:
        return f"No cap: a security ground is on record ({found.rule.security})."
    if found.cap is None:
        return f"No cap: no bound rate was given{where}."
    return f"Cap: {percent(found.rule.cap_rate or 0.0)} of the customs value, the bound rate that was given."


def print_floor(found: FloorPayment, *, of_a_unit: bool = False) -> None:
    """Print who pays whom, with the prices it follows from; of a question without a volume, for one unit."""
    contract, delivery = found.contract, found.delivery
    money, unit = _money(contract.currency), UNITS[contract.unit]
    console = Console(width=WIDTH, emoji=False, highlight=False)
    console.print(f"[bold]{floor_headline(found, f' a {unit}' if of_a_unit else '')}[/bold]\n")
    per_unit = f"{money} a {unit}".strip()
    _print_rows(console, floor_rows(found), per_unit)
    told = "No volume was given (--volume)." if of_a_unit else f"Volume {exact(delivery.volume)} {contract.unit}"
    console.print(f"  {told}")
    console.print(f"\nRule: {contract.RULE}, {contract.SOURCE}.")
    console.print(floor_note(found))
    _print_money(console, contract.currency)


def floor_rows(found: FloorPayment) -> list[tuple[str, float]]:
    """The prices that a payment follows from, and the payment, per unit."""
    contract, delivery, cash = found.contract, found.delivery, found.cash
    rows = [("Strike price", contract.strike), ("Market price", delivery.price)]
    if cash.volume:
        rows.append(("To the producer" if cash.payment >= 0 else "From the producer", abs(cash.payment) / cash.volume))
    return rows


def floor_note(found: FloorPayment) -> str:
    """What comes back to the fund, and when the contract is in force."""
    contract = found.contract
    back = f"{percent(contract.clawback)} of what lies above the strike, once the plant is ramped up"
    return f"Comes back: {back if contract.clawback else 'nothing (one-way)'}. {_days(found)}"


def floor_headline(found: FloorPayment, each: str = "") -> str:
    """Who pays whom how much, and why. each: of what, such as `` a pound``; of the whole delivery when left out."""
    payment, money = found.cash.payment, _money(found.contract.currency)
    if payment == 0:
        return (
            f"Nobody pays: {found.cash.why if found.cash.volume or found.delivery.volume else 'nothing is delivered'}."
        )
    who = "The public fund pays the producer" if payment > 0 else "The producer pays the public fund"
    return f"{who} {_amount(abs(payment), money)}{each}: {found.cash.why}."


def _days(found: FloorPayment) -> str:
    contract, day = found.contract, found.delivery.day
    if contract.first is None and contract.last is None:
        return "No days were given: it is taken to be in force."
    days = f"In force from {contract.first or 'the start'} to {contract.last or 'an open end'}"
    return f"{days}; the day is {day}." if day else f"{days}; the day is taken to lie within."


def _print_rows(console: Console, rows: list[tuple[str, float]], unit: str) -> None:
    table = Table(box=None, padding=(0, 2), show_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    for name, value in rows:
        table.add_row(name, exact(value), unit)
    console.print(table)


def _print_money(console: Console, currency: str | None) -> None:
    if currency is None:
        console.print("Amounts are in the money of the prices that were given; --currency names it.")


def _money(currency: str | None) -> str:
    return currency or ""


def _amount(value: float, money: str) -> str:
    return f"{exact(value)} {money}".strip()
