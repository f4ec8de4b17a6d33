"""A user's own series: every fault with its line, all at once; what is well formed takes the place of the facts'."""

from __future__ import annotations

from pathlib import Path

import pytest

from orepact.errors import BadInput
from orepact.watch.own import with_own
from orepact.watch.own_series import LARGEST, read_file
from orepact.watch.series import Evidence

BASE = Evidence("gallium", "gallium", "EU27")


def refused(**texts: str) -> list[str]:
    with pytest.raises(BadInput) as caught:
        with_own(BASE, texts)  # type: ignore[arg-type]
    return [str(each) for each in caught.value.problems]


def months(*values: float, first: int = 1) -> str:
    return "period,price,unit\n" + "".join(f"2024-{first + at:02d},{value},USD/kg\n" for at, value in enumerate(values))


def test_every_fault_of_every_file_is_told_at_once_with_its_line() -> None:
    found = refused(
        prices="period,price,unit\n2024-13,a,USD/st\n2024-02,-1,USD/t\n2024-03,1\n", stocks="period,tonnes,colour\n2024-01,5,red\n"
    )  # fmt: skip
    for place, words in (
        ("--prices, line 2, period", "that is not a period"),
        ("--prices, line 2, price", "that is not a number"),
        ("--prices, line 2, unit", "there is no unit of that name"),
        ("--prices, line 3, price", "it cannot be below zero"),
        ("--prices, line 4", "a row has 3 cells"),
        ("--stocks, line 1", "there is no column of that name"),
    ):
        assert any(each.startswith(f"({place})") and words in each for each in found), (place, found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the column 'period' is missing"),
        ("period,price,unit\n", "there is no row"),
        (months(1, 2).replace("2024-02", "2024-03"), "there is a gap"),
        (months(1, 2).replace("2024-02", "2024-01"), "a period stands twice"),
        (months(1, 2).replace("2024-02", "2024"), "months and years stand side by side"),
        (months(1, 2).replace("\n2024-02,2", "\n2024-02,"), "that is not a number"),
        (months(1, 2).replace("\n2024-02,2", '\n2024-02,"2,000"'), "that is not a number"),
        (months(1, 2).replace("\n2024-02,2", "\n2024-02,nan"), "that is not a number"),
        (months(1, 2).replace("\n2024-02,2", "\n2024-02,1e300"), "nothing that is traded"),
        (months(1, 2).replace("\n2024-02,2", "\n2024-02,0"), "it must be above zero"),
        (months(1).replace("unit", "unit,unit").replace("USD/kg", "USD/kg,USD/kg"), "a column stands twice"),
    ],
)
def test_a_fault_is_told_in_words(text: str, words: str) -> None:
    assert any(words in each for each in refused(prices=text))


def test_the_same_fault_of_many_rows_is_told_once_with_its_lines() -> None:
    (found,) = refused(prices=months(*range(1, 13)).replace("USD/kg", "EUR/kg"))
    assert "(--prices, lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, unit) prices are in US dollars here" in found
    assert "convert it to USD" in found


def test_a_price_that_no_mineral_has_is_refused() -> None:
    (found,) = refused(prices=months(2e6, 2))
    assert "(--prices, line 2, price) no mineral costs that much; found 2,000,000,000 USD/t" in found


def test_semicolons_come_with_decimal_commas() -> None:
    found = with_own(BASE, {"prices": "period;price;unit\n2024-01;2,5;USD/kg\n2024-02;3;USD/kg\n"})
    assert found.price is not None
    assert found.price.values == pytest.approx((2500.0, 3000.0))
    assert any("not a number" in each for each in refused(prices="period;price;unit\n2024-01;1.002,5;USD/kg\n"))


def test_a_workbook_is_told_to_be_saved_as_csv(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"PK\x03\x04rest")
    with pytest.raises(BadInput, match="save it as CSV"):
        read_file("prices", book)


def test_costs_need_ten_producers_and_output_for_all_or_none() -> None:
    ten = "producer,cost,unit,output\n" + "".join(f"mine {n},{n},USD/t,{n}\n" for n in range(1, 11))
    assert with_own(BASE, {"costs": ten}).cost90 is not None
    assert any("needs 10 producers" in each for each in refused(costs="\n".join(ten.splitlines()[:9])))
    assert any(
        "for some producers only" in each for each in refused(costs=ten.replace("mine 3,3,USD/t,3", "mine 3,3,USD/t,"))
    )


def test_prices_come_in_dollars_a_tonne_and_two_markets_make_a_gap() -> None:
    lines = "period,price,unit,market\n2024-01,2,USD/kg,outside\n2024-01,3,USD/kg,inside\n"
    lines += "2024-02,1,USD/lb,outside\n2024-02,2,USD/lb,inside\n"
    found = with_own(BASE, {"prices": lines}, tax=0.13)
    assert found.price is not None
    assert found.price.values == pytest.approx((2000.0, 2204.6226218488))
    assert found.gap is not None
    assert found.gap.values == pytest.approx((1.5, 2.0))
    assert found.band == pytest.approx((1 / (1.09 * 1.13), 1.09 * 1.13))


def test_trade_gives_volumes_and_unit_values_and_two_reporters_a_mirror() -> None:
    found = with_own(BASE, {"trade": "period,tonnes,usd\n2024-01,10,500\n2024-02,20,800\n"})
    assert found.imports is not None
    assert found.import_price is not None
    assert found.import_price.values == pytest.approx((50.0, 40.0))
    mirrored = "period,tonnes,usd,reporter\n2024-01,10,500,exporter\n2024-01,12,500,importer\n"
    found = with_own(BASE, {"trade": mirrored})
    assert found.reported_exports is not None
    assert found.reported_imports is not None
    assert (found.reported_exports.values, found.reported_imports.values) == ((10.0,), (12.0,))
    assert any("needs tonnes" in each for each in refused(trade="period,tonnes,usd\n2024-01,0,500\n"))


def test_a_reference_and_a_tax_are_checked() -> None:
    with pytest.raises(BadInput) as caught:
        with_own(BASE, {}, reference=-1.0, tax=7.0)
    assert len(caught.value.problems) == 2


def test_a_file_that_is_none_or_too_large_is_refused(tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (LARGEST + 1))
    odd = tmp_path / "odd.csv"
    odd.write_bytes(b"\xff\xfe\x00")
    for path, words in ((large, "too large"), (odd, "no UTF-8"), (tmp_path / "none.csv", "No such file")):
        with pytest.raises(BadInput, match=words):
            read_file("prices", path)
