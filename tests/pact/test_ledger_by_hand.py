"""A reserve worked out by hand: a lot taken in, drawn, given back late; clock and invoice to the cent; on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from reserve_books import AUDITOR, LOT, MANAGER, METAL, SALT, Books, firm

from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Denied, NoRecord, Pact
from orepact.pact.access import Viewer
from orepact.pact.ledger import audit, book_of, own_parts, published
from orepact.pact.listing import decided
from orepact.pact.state import State
from orepact.pact.store import Store

TEN_T = {**LOT, "grams": 10_000_000, "cost": 30_000_000}
RIGHT = {"holder": "acme", "form": METAL, "grams": 10_000_000, "price": 3_000_000}


def drawn(pact: Pact, **terms: Any) -> Books:
    """Ten tonnes in store at 30,000 a tonne, all of them acme's by right, four of them drawn on 1 February."""
    books = Books(pact, **terms)
    books.do("receive", TEN_T)
    books.do("grant", RIGHT)
    books.do("draw", {"holder": "acme", "form": METAL, "grams": 4_000_000}, "2026-02-01")
    return books


def test_a_lot_is_taken_in_drawn_and_given_back_late_and_the_invoice_is_right_to_the_cent(pact: Pact) -> None:
    books = drawn(pact)
    assert books.book.dues[0].by == date(2026, 3, 3)  # 30 days after 1 February
    clock = book_of(pact, MANAGER, books.id, date(2026, 3, 13)).clocks[0]
    assert (clock.whose, clock.grams, clock.by, clock.late_days) == ("acme", 4_000_000, date(2026, 3, 3), 10)
    books.do("replenish", {**LOT, "holder": "acme", "grams": 4_000_000}, "2026-03-20")
    books.do("invoice", {"payer": "acme"}, "2026-04-01")
    book = book_of(pact, MANAGER, books.id, date(2026, 4, 1))
    late = book.settled_late[0]
    assert (late.whose, late.form, late.grams, late.late_days) == ("acme", METAL, 4_000_000, 17)
    assert not [each for each in book.clocks if each.whose == "acme"]
    # 10 t x (30,000.00 x 5 % + 120.00) x 90 / 365 = 3,994.52 (actual/365), drawn or not
    bill = book.invoices[0]
    assert (bill.day, bill.payer, bill.carrying, bill.interest, bill.total) == (
        date(2026, 4, 1),
        "acme",
        399_452,
        0,
        399_452,
    )
    # of it 10 t x 120.00 x 90 / 365 = 295.89 for storage, and the rest is interest on the value
    assert (bill.storage, bill.on_value) == (29_589, 369_863)
    assert bill.day_count == "actual/365"
    # entry fee: 1 % of 300,000.00
    acme = next(each for each in book.costs if each.payer == "acme")
    assert (acme.billed, acme.paid, acme.owed, acme.running) == (699_452, 0, 699_452, 0)
    assert set(book.sums.values()) == {0}
    assert book.wrong == ()
    assert [(each["lot"], each["grams"], each["cost"]) for each in book.lots] == [
        ("L1", 6_000_000, 18_000_000),
        ("L2", 4_000_000, 12_000_000),
    ]
    assert book.rights[0]["grams"] == 10_000_000
    books.do("pay", {"payer": "acme", "amount": 699_452})
    assert books.book.balance("owed:acme", "EUR") == 0


def test_invoices_over_parts_of_a_time_add_up_to_one_over_all_of_it(pact: Pact) -> None:
    books = drawn(pact)
    days = ["2026-02-02", "2026-02-05", "2026-02-17", "2026-03-01", "2026-03-31", "2026-04-01"]
    for day in days:
        books.do("invoice", {"payer": "acme"}, day)
    bills = book_of(pact, MANAGER, books.id).invoices
    assert sum(each.total for each in bills) == 399_452


def test_a_new_rate_runs_from_its_day_and_not_before(pact: Pact) -> None:
    books = drawn(pact)
    books.do("change", {"interest": 100_000}, "2026-02-15")
    books.do("invoice", {"payer": "acme"}, "2026-04-01")
    # 10 t x ((1,500 + 120) x 45 + (3,000 + 120) x 45) / 365 = 5,843.84
    assert book_of(pact, MANAGER, books.id).invoices[0].total == 584_384


def test_a_year_may_have_360_days(pact: Pact) -> None:
    books = drawn(pact, day_count=360)
    books.do("invoice", {"payer": "acme"}, "2026-04-01")
    bill = book_of(pact, MANAGER, books.id).invoices[0]
    assert (bill.total, bill.day_count) == (405_000, "actual/360")


def test_a_release_for_another_objective_is_refused_overridden_and_found_in_the_decision_log(pact: Pact) -> None:
    books = Books(pact)
    books.do("receive", TEN_T)
    release = {"to": "bolt", "form": METAL, "grams": 1_000_000, "purpose": "market-making", "price": 3_100_000}
    with pytest.raises(BadInput, match="would serve another objective") as error:
        books.do("release", release, "2026-04-20")
    assert "no trigger that was agreed in advance is met" in str(error.value)
    assert books.book.total("lot", METAL) == 10_000_000
    other = Viewer("fin", "Fin", frozenset({"firm"}), frozenset({"vault-co"}))
    with pytest.raises(Denied):
        books.do("release", release, viewer=other, override="because")
    assert not list(decided(pact.history(AUDITOR)))
    books.do("release", release, override="a month's bridge, agreed by the board")
    found = list(decided(pact.history(AUDITOR)))
    assert [(each.draft.verb, each.draft.actor, each.draft.role) for each in found] == [
        ("release", "mia", "reserve manager")
    ]
    assert found[0].draft.data["override"]["reason"] == "a month's bridge, agreed by the board"
    assert len(found[0].draft.data["override"]["against"]) == 2
    assert not list(decided(pact.history(firm("acme"))))
    books.do("observe", {"trigger": "halt", "met": True}, "2026-04-21")
    books.do("release", release | {"purpose": "emergency"})
    assert len(list(decided(pact.history(AUDITOR)))) == 1


def test_a_defence_stockpile_serves_nothing_but_an_emergency_whoever_says_so(pact: Pact) -> None:
    books = Books(pact, policy="nds")
    books.do("receive", TEN_T)
    books.do("agree", {"trigger": "order", "kind": "official request"})
    release = {"to": "bolt", "form": METAL, "grams": 1, "purpose": "market-making", "price": 0}
    with pytest.raises(BadInput, match="emergencies only"):
        books.do("release", release, override="please")
    books.do("observe", {"trigger": "halt", "met": True})
    with pytest.raises(BadInput, match="no trigger"):
        books.do("release", release | {"purpose": "emergency"})
    books.do("observe", {"trigger": "order", "met": True})
    books.do("release", release | {"purpose": "emergency"})
    with pytest.raises(BadInput, match="nobody a right to draw"):
        books.do("grant", RIGHT)
    given = {
        "name": "x",
        "owner": "vault-co",
        "policy": "nds",
        "objective": "market-making",
        "currency": "USD",
        "interest": 0,
    }
    with pytest.raises(BadInput, match="emergencies only"):
        pact.do(KEEPER, Command("reserve", "add", given))


def test_a_loan_of_korea_is_given_back_in_six_months_in_kind_or_in_money(pact: Pact) -> None:
    books = Books(pact, policy="korea")
    books.do("receive", TEN_T)
    loan = {"holder": "acme", "form": METAL, "grams": 4_000_000, "price": 3_000_000, "rate": 20_000}
    with pytest.raises(BadInput, match="in time"):
        books.do("lend", loan | {"by": "2026-07-02"})
    books.do("lend", loan)
    assert books.book.dues[0].by == date(2026, 7, 1)
    books.do("replenish", {**LOT, "holder": "acme", "grams": 3_000_000, "of": "loan"}, "2026-04-01")
    books.do("repay", {"due": "D1", "grams": 600_000})
    assert books.book.balance("owed:acme", "EUR") == 1_800_000
    books.do("invoice", {"payer": "acme"}, "2026-06-30")
    # 4 t x 30,000 x 2 % x 90/365 + 0.4 t x 30,000 x 2 % x 90/365 = 591.78 + 59.18 = 650.96
    assert book_of(pact, MANAGER, books.id).invoices[0].interest == 65_096
    with pytest.raises(BadInput, match="not late"):
        books.do("default", {"due": "D1", "reason": "insolvent"}, "2026-07-01")
    books.do("default", {"due": "D1", "reason": "insolvent"}, "2026-07-02")
    assert books.book.balance("loss", METAL) == 400_000
    with pytest.raises(BadInput, match="defaulted"):
        books.do("lend", loan)
    books.do("lend", loan | {"grams": 1}, override="the administrator pays beforehand")


def test_australia_sells_what_is_inbound_and_nothing_comes_back(pact: Pact) -> None:
    books = Books(pact, policy="australia", fee=0)
    books.do(
        "order", {"form": METAL, "grams": 8_000_000, "supplier": "a mine", "price": 2_900_000, "due": "2026-06-30"}
    )
    books.do("grant", RIGHT | {"grams": 8_000_000})
    with pytest.raises(BadInput, match="more than there is"):
        books.do("draw", {"holder": "acme", "form": METAL, "grams": 1})
    books.do("receive", {**LOT, "grams": 8_000_000, "order": "O1"}, "2026-07-10")
    assert books.book.balance("cash", "EUR") == -23_200_000
    books.do("draw", {"holder": "acme", "form": METAL, "grams": 8_000_000})
    assert (books.book.dues, books.book.rights, books.book.lots) == ((), (), ())
    assert books.book.balance("owed:acme", "EUR") == 24_000_000


def test_a_swap_books_what_is_lost(pact: Pact) -> None:
    books = Books(pact)
    books.do("receive", TEN_T)
    into = {**LOT, "form": SALT, "purity": 205_000, "lot": "L1", "given": 1_000_000}
    with pytest.raises(BadInput, match="more content comes out"):
        books.do("swap", into | {"grams": 5_000_000})
    after = books.do("swap", into | {"grams": 4_600_000, "cost": 50_000})
    # 4.6 t x 20.5 % = 0.943 t of content; of metal of 99.8 % that is 944,890 g (rounded up), so 55,110 g are lost
    assert after.balance("loss", METAL) == 1_000_000 - 944_890
    assert after.balance("lot:L2", SALT) == 4_600_000
    assert after.balance("lot:L2", "EUR") == 3_000_000 + 50_000
    assert after.total("lot", METAL) == 9_000_000


def test_what_a_count_does_not_find_cuts_the_rights_that_nothing_covers(pact: Pact) -> None:
    books = Books(pact)
    books.do("receive", TEN_T)
    books.do("grant", RIGHT | {"grams": 6_000_000})
    books.do("grant", RIGHT | {"grams": 3_000_000, "holder": "bolt"})
    after = books.do("count", {"lot": "L1", "grams": 10_000_250, "reason": "a new balance"})
    assert after.balance("found", METAL) == -250
    after = books.do("count", {"lot": "L1", "grams": 6_000_000, "reason": "theft"})
    assert (after.balance("loss", METAL), after.free(METAL)) == (4_000_250, 0)
    assert [after.balance(f"entitlement:{each}:{METAL}", METAL) for each in ("acme", "bolt")] == [4_000_000, 2_000_000]


def test_rights_never_exceed_lots_and_firm_inbound(pact: Pact) -> None:
    books = Books(pact)
    books.do("receive", TEN_T)
    books.do("order", {"form": METAL, "grams": 5_000_000, "supplier": "s", "price": 1, "due": "2026-06-30"})
    with pytest.raises(BadInput, match="would exceed lots and firm inbound"):
        books.do("grant", RIGHT | {"grams": 15_000_001})
    books.do("grant", RIGHT | {"grams": 15_000_000, "transferable": True})
    books.do("pass_right", {"holder": "acme", "to": "bolt", "form": METAL, "grams": 6_000_000})
    after = books.do("cancel", {"order": "O1", "grams": 5_000_000, "reason": "the mine is flooded"})
    assert (after.total("entitlement", METAL), after.free(METAL), after.orders) == (10_000_000, 0, ())


def test_whoever_is_late_gets_nothing_without_a_reason(pact: Pact) -> None:
    books = drawn(pact)
    more = {"holder": "acme", "form": METAL, "grams": 1}
    with pytest.raises(BadInput, match="late with what it has to give back"):
        books.do("draw", more, "2026-03-04")
    books.do("draw", more, override="half is on the road")
    with pytest.raises(BadInput, match="more than is owed"):
        books.do("replenish", {**LOT, "holder": "acme", "grams": 4_000_002})


def test_a_holder_reads_its_own_part_and_nobody_elses(pact: Pact) -> None:
    books = drawn(pact)
    books.do("receive", TEN_T)
    books.do("grant", RIGHT | {"holder": "bolt", "grams": 1_000_000})
    for each in (firm("acme"), firm("bolt"), firm("vault-x"), Viewer()):
        with pytest.raises(NoRecord):
            book_of(pact, each, books.id)
        assert pact.sight(each).all("reserve") == ()
        assert not [event for event in pact.history(each) if event.draft.kind == "reserve"]
        with pytest.raises(NoRecord):
            audit(pact, each, books.id)
    acme, bolt = own_parts(pact, firm("acme")), own_parts(pact, firm("bolt"))
    assert [each["grams"] for each in acme[0]["rights"]] == [6_000_000]
    assert [each["grams"] for each in bolt[0]["rights"]] == [1_000_000]
    assert "bolt" not in str(acme)
    assert "acme" not in str(bolt)
    assert "L1" not in str(acme)
    assert own_parts(pact, firm("vault-x")) == own_parts(pact, Viewer()) == []
    assert own_parts(pact, Viewer("r", "R", frozenset({"reader"}), frozenset({"acme"}))) == []
    with pytest.raises(NoRecord):
        books.do("draw", {"holder": "acme", "form": METAL, "grams": 1}, viewer=firm("acme"))
    stranger = Viewer("m", "M", frozenset({"reserve manager"}), frozenset({"acme"}))
    with pytest.raises(NoRecord):
        books.do("draw", {"holder": "acme", "form": METAL, "grams": 1}, viewer=stranger)
    with pytest.raises(Denied):
        books.do("draw", {"holder": "acme", "form": METAL, "grams": 1}, viewer=AUDITOR)


def test_what_is_published_comes_late_and_without_what_security_holds_back(pact: Pact, clock: Any) -> None:
    books = Books(pact, lag=30)
    books.do("receive", TEN_T)
    assert published(pact) == []
    clock.turn(days=29)
    assert published(pact) == []
    clock.turn(days=2)
    found = published(pact)
    assert [(each["form"], each["in_store"]) for each in found[0]["forms"]] == [(METAL, 10_000_000), (SALT, 0)]
    assert [(each["verb"], each["grams"]) for each in found[0]["movements"]] == [("receive", 10_000_000)]
    books.do("grant", RIGHT)
    books.do("draw", {"holder": "acme", "form": METAL, "grams": 4_000_000}, "2026-02-01")
    assert published(pact) == found  # written today, whatever day it holds from
    clock.turn(days=31)
    assert published(pact)[0]["forms"][0]["in_store"] == 6_000_000
    for secret in ("acme", "Antwerp", "Steinweg", "3_000_000", "L1", books.id):
        assert secret not in str(published(pact))
    books.do("change", {"hold_back": ["cobalt"]})
    assert {each["in_store"] for each in published(pact)[0]["forms"]} == {None}
    assert published(pact)[0]["movements"] == []
    books.do("change", {"lag": None})
    assert published(pact) == []


def test_quantities_of_jogmec_are_never_published(pact: Pact) -> None:
    books = Books(pact, policy="jogmec", lag=0)
    books.do("receive", TEN_T)
    found = published(pact)[0]
    assert {each["in_store"] for each in found["forms"]} == {None}
    assert found["movements"] == []


def test_the_extract_holds_every_posting_with_its_balance_and_the_log_alone_gives_the_books(pact: Pact) -> None:
    books = drawn(pact)
    books.do("invoice", {"payer": "acme"}, "2026-04-01")
    found = audit(pact, AUDITOR, books.id)
    assert found.wrong == ()
    last = {(each["account"], each["unit"]): each["balance"] for each in found.rows}
    assert {key: value for key, value in last.items() if value} == {
        (account, unit): amount for unit, each in books.book.balances.items() for account, amount in each.items()
    }
    hashes = {event.hash for event in pact.store.events(kind="reserve")}
    assert {each["hash"] for each in found.rows} <= hashes
    text = pact.store.state().text()
    assert State().after(pact.store.events()).text() == text
    assert Store(pact.store.database).state().text() == text


def test_terms_that_were_declared_stay(pact: Pact) -> None:
    books = Books(pact)
    for name, value in (
        ("objective", "market-making"),
        ("currency", "USD"),
        ("policy", "nds"),
        ("balances", {}),
        ("day_count", 360),
    ):
        if name == "balances":
            books.do("receive", TEN_T)
        with pytest.raises(BadInput, match="does not change"):
            books.do("change", {name: value})
    with pytest.raises(BadInput, match="not given with a new reserve"):
        Books(Pact.at("sqlite://"), balances={METAL: {"lot:L1": 5}})
    with pytest.raises(BadInput, match="not for everybody"):
        Books(Pact.at("sqlite://"), tier="public")
    with pytest.raises(BadInput, match="later day"):
        books.do("receive", TEN_T, "2025-12-31")
