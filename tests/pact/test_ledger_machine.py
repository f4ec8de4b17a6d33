"""Any bookings in any order, against a plain model: same grams, debits equal credits, no negative lot, rights covered, same on replay."""

# ruff: noqa: D102

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from reserve_books import AUDITOR, LOT, MANAGER, METAL, SALT, Books

from orepact.errors import BadInput
from orepact.pact import Pact
from orepact.pact.kinds.reserve_book import broken, uneven
from orepact.pact.ledger import audit, book_of
from orepact.pact.ledger.past import postings_of
from orepact.pact.state import State

GRAMS = st.integers(1, 3_000_000)
PARTS = st.integers(1, 110)
"""Percent of the most that goes through; from 101 on, some grams more than that."""

HOLDERS = st.sampled_from(["acme", "bolt"])
PURITY = {METAL: 998_000, SALT: 205_000}
FORMS = st.sampled_from([METAL, SALT])


class Ledger(RuleBasedStateMachine):
    """The books beside a model that keeps only what must be so: what is in store, with whom, gone, and who has a right."""

    @initialize(policy=st.sampled_from(["vault", "korea", "australia"]))
    def begin(self, policy: str) -> None:
        self.pact = Pact.at("sqlite://")
        self.books = Books(self.pact, policy=policy, replenish_days=30)
        self.policy, self.day = policy, date(2026, 1, 1)
        self.lots: dict[str, int] = {}
        self.form: dict[str, str] = {}
        self.inbound: dict[str, int] = {}
        self.rights: dict[tuple[str, str], int] = {}
        self.out: dict[tuple[str, str], int] = {}
        self.gone = dict.fromkeys((METAL, SALT), 0)
        self.bought = dict.fromkeys((METAL, SALT), 0)
        self.opened = False
        self.serial = {"L": 0, "O": 0}
        for form in (METAL, SALT):
            self.receive(form, 2_000_000, 6_000_001)

    def tried(self, verb: str, data: dict[str, Any], *, may: bool) -> bool:
        """Book it; it goes through exactly where the model says that it may, and leaves nothing behind where not."""
        before = self.books.book
        try:
            self.books.do(verb, data, f"{self.day}")
        except BadInput:
            assert not may, f"{verb} {data} was refused"
            assert self.books.book == before
            return False
        assert may, f"{verb} {data} went through"
        return True

    @staticmethod
    def some(most: int, part: int) -> int:
        return max(most * part // 100, 1) if part <= 100 else max(most, 0) + part - 100

    def named(self, letter: str) -> str:
        self.serial[letter] += 1
        return f"{letter}{self.serial[letter]}"

    def held(self, form: str) -> int:
        return sum(grams for lot, grams in self.lots.items() if self.form[lot] == form)

    def free(self, form: str) -> int:
        inbound = sum(grams for order, grams in self.inbound.items() if self.form[order] == form)
        return self.held(form) + inbound - sum(grams for (_, of), grams in self.rights.items() if of == form)

    def late(self, holder: str) -> bool:
        return any(each.holder == holder and each.by < self.day for each in self.books.book.dues)

    def take(self, form: str, grams: int) -> None:
        """Out of lots, the first in first."""
        for lot in [each for each in self.lots if self.form[each] == form]:
            part = min(self.lots[lot], grams)
            self.lots[lot] -= part
            grams -= part
            if not self.lots[lot]:
                del self.lots[lot]

    def put(self, form: str, grams: int) -> None:
        name = self.named("L")
        self.lots[name], self.form[name] = grams, form

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.day = min(self.day + timedelta(days=days), date(2026, 4, 30))

    @rule(form=FORMS, grams=GRAMS, cost=st.integers(0, 10**8))
    def buy(self, form: str, grams: int, cost: int) -> None:
        self.receive(form, grams, cost)

    def receive(self, form: str, grams: int, cost: int) -> None:
        self.tried("receive", {**LOT, "form": form, "purity": PURITY[form], "grams": grams, "cost": cost}, may=True)
        self.put(form, grams)
        self.bought[form] += grams

    @rule(form=FORMS, grams=GRAMS)
    def order(self, form: str, grams: int) -> None:
        data = {"form": form, "grams": grams, "supplier": "s", "price": 7, "due": "2026-09-01"}
        self.tried("order", data, may=True)
        name = self.named("O")
        self.inbound[name], self.form[name] = grams, form
        self.bought[form] += grams

    @precondition(lambda self: self.inbound)
    @rule(grams=GRAMS, pick=st.integers(0, 99))
    def arrive(self, grams: int, pick: int) -> None:
        name = list(self.inbound)[pick % len(self.inbound)]
        form = self.form[name]
        data = {**LOT, "form": form, "purity": PURITY[form], "grams": grams, "order": name}
        if self.tried("receive", data, may=grams <= self.inbound[name]):
            self.inbound[name] -= grams
            self.inbound = {each: left for each, left in self.inbound.items() if left}
            self.put(form, grams)

    @precondition(lambda self: self.inbound)
    @rule(grams=GRAMS, pick=st.integers(0, 99))
    def cancel(self, grams: int, pick: int) -> None:
        name = list(self.inbound)[pick % len(self.inbound)]
        form, there = self.form[name], self.inbound[name]
        if self.tried("cancel", {"order": name, "grams": grams, "reason": "r"}, may=grams <= there):
            self.inbound[name] -= grams
            self.inbound = {each: left for each, left in self.inbound.items() if left}
            self.bought[form] -= grams
            self.cut(form)

    def cut(self, form: str) -> None:
        """Rights are cut to what covers them: all of it, each in proportion to the nearest gram."""
        short = -min(self.free(form), 0)
        before = {holder: grams for (holder, of), grams in self.rights.items() if of == form}
        for holder, grams in before.items():
            now = self.books.book.balance(f"entitlement:{holder}:{form}", form)
            assert abs(now - (grams - short * grams / sum(before.values()))) < 1
            self.rights[holder, form] = now
        if short:
            assert self.free(form) == 0

    @rule(form=FORMS, holder=HOLDERS, part=PARTS)
    def grant(self, form: str, holder: str, part: int) -> None:
        grams = self.some(self.free(form), part)
        data = {"holder": holder, "form": form, "grams": grams, "price": 3_000_000, "transferable": True}
        if self.tried("grant", data, may=self.policy != "korea" and grams <= self.free(form)):
            self.rights[holder, form] = self.rights.get((holder, form), 0) + grams

    @rule(form=FORMS, holder=HOLDERS, part=PARTS)
    def pass_right(self, form: str, holder: str, part: int) -> None:
        grams = self.some(self.rights.get((holder, form), 0), part)
        to = "bolt" if holder == "acme" else "acme"
        may = grams <= self.rights.get((holder, form), 0)
        if self.tried("pass_right", {"holder": holder, "to": to, "form": form, "grams": grams}, may=may):
            self.rights[holder, form] -= grams
            self.rights[to, form] = self.rights.get((to, form), 0) + grams

    @rule(form=FORMS, holder=HOLDERS, part=PARTS)
    def draw(self, form: str, holder: str, part: int) -> None:
        grams = self.some(min(self.rights.get((holder, form), 0), self.held(form)), part)
        may = grams <= min(self.rights.get((holder, form), 0), self.held(form)) and not self.late(holder)
        if self.tried("draw", {"holder": holder, "form": form, "grams": grams}, may=may):
            self.rights[holder, form] -= grams
            self.take(form, grams)
            if self.policy == "vault":
                self.out[holder, form] = self.out.get((holder, form), 0) + grams
            else:
                self.gone[form] += grams

    @rule(form=FORMS, holder=HOLDERS, part=PARTS)
    def lend(self, form: str, holder: str, part: int) -> None:
        grams = self.some(min(self.free(form), self.held(form)), part)
        may = self.policy == "korea" and grams <= min(self.free(form), self.held(form)) and not self.late(holder)
        if self.tried(
            "lend", {"holder": holder, "form": form, "grams": grams, "price": 5, "by": f"{self.day}"}, may=may
        ):
            self.take(form, grams)
            self.out[holder, form] = self.out.get((holder, form), 0) + grams

    @precondition(lambda self: any(self.out.values()))
    @rule(part=PARTS, pick=st.integers(0, 99))
    def replenish(self, part: int, pick: int) -> None:
        holder, form = [key for key, left in self.out.items() if left][pick % sum(map(bool, self.out.values()))]
        grams = self.some(self.out[holder, form], part)
        of = "draw" if self.policy == "vault" else "loan"
        data = {**LOT, "form": form, "purity": PURITY[form], "grams": grams, "holder": holder, "of": of}
        if self.tried("replenish", data, may=grams <= self.out[holder, form]):
            self.out[holder, form] -= grams
            self.put(form, grams)
            if of == "draw":
                self.rights[holder, form] = self.rights.get((holder, form), 0) + grams

    @precondition(lambda self: self.lots)
    @rule(found=st.integers(0, 3_000_000), pick=st.integers(0, 99))
    def count(self, found: int, pick: int) -> None:
        lot = list(self.lots)[pick % len(self.lots)]
        form = self.form[lot]
        self.tried("count", {"lot": lot, "grams": found, "reason": "counted"}, may=True)
        self.gone[form] += self.lots[lot] - found
        self.lots[lot] = found
        self.lots = {each: grams for each, grams in self.lots.items() if grams}
        self.cut(form)

    @precondition(lambda self: self.lots)
    @rule(part=PARTS, pick=st.integers(0, 99))
    def swap(self, part: int, pick: int) -> None:
        lot = list(self.lots)[pick % len(self.lots)]
        grams = self.some(self.lots[lot], part)
        form = self.form[lot]
        made = grams * PURITY[form] // PURITY[SALT]
        data = {**LOT, "form": SALT, "purity": PURITY[SALT], "lot": lot, "given": grams, "grams": max(made, 1)}
        may = grams <= self.lots[lot] and made > 0 and (form == SALT or grams <= self.free(form))
        if self.tried("swap", data, may=may):
            self.lots[lot] -= grams
            self.lots = {each: left for each, left in self.lots.items() if left}
            self.put(SALT, made)
            self.gone[form] += grams
            self.bought[SALT] += made

    @rule(met=st.booleans())
    def observe(self, met: bool) -> None:
        if self.tried("observe", {"trigger": "halt", "met": met}, may=met != self.opened):
            self.opened = met

    @rule(form=FORMS, part=PARTS, purpose=st.sampled_from(["emergency", "market-making"]))
    def release(self, form: str, part: int, purpose: str) -> None:
        grams = self.some(min(self.free(form), self.held(form)), part)
        may = purpose == "emergency" and self.opened and grams <= min(self.free(form), self.held(form))
        if self.tried("release", {"to": "bolt", "form": form, "grams": grams, "purpose": purpose, "price": 9}, may=may):
            self.take(form, grams)
            self.gone[form] += grams

    @invariant()
    def same_grams(self) -> None:
        if not hasattr(self, "books"):
            return
        book = self.books.book
        assert not broken(book)
        assert {each.lot: book.balance(f"lot:{each.lot}", each.form) for each in book.lots} == self.lots
        assert all(grams > 0 for grams in self.lots.values())
        for unit in (METAL, SALT):
            assert book.total("lot", unit) == self.held(unit)
            assert sum(book.balances.get(unit, {}).values()) == 0
            assert book.total("entitlement", unit) <= book.total("lot", unit) + book.total("inbound", unit)
            assert book.free(unit) == self.free(unit)
            out = sum(grams for (_, of), grams in self.out.items() if of == unit)
            inbound = sum(grams for order, grams in self.inbound.items() if self.form[order] == unit)
            assert self.bought[unit] == self.held(unit) + inbound + out + self.gone[unit]
        assert sum(book.balances.get("EUR", {}).values()) == 0
        for (holder, form), grams in self.rights.items():
            assert book.balance(f"entitlement:{holder}:{form}", form) == grams

    def teardown(self) -> None:
        if hasattr(self, "books"):
            events = list(self.pact.store.events())
            assert not any(uneven(postings_of(each)) for each in events)
            assert State().after(events).text() == self.pact.store.state().text()
            assert audit(self.pact, AUDITOR, self.books.id).wrong == ()
            assert book_of(self.pact, MANAGER, self.books.id, self.day).wrong == ()
            self.pact.close()


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=300, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
