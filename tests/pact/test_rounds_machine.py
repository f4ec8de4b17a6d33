"""Any verbs of a demand round in any order, against a plain model: same rights, same totals, and nobody sees another's bid."""

# ruff: noqa: D102

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from orepact.errors import BadInput, NotSolved
from orepact.pact import KEEPER, Command, Denied, Pact, Viewer
from orepact.pact.kinds.rounds import ORDER
from orepact.pact.pact import NoRecord
from orepact.pact.rounds.clearing import aggregate, clear, disclose
from orepact.pact.rounds.funnel import funnel
from orepact.pact.state import State
from orepact.pact.store import Store

BUYERS, SUPPLIERS = ("b1", "b2", "b3", "b4"), ("s1", "s2", "s3")
FIRMS = (*BUYERS, *SUPPLIERS)
OPERATOR = Viewer("ola", "Ola", frozenset({"round operator"}))
OTHERS = (OPERATOR, Viewer("ann", "Ann", frozenset({"administrator", "analyst"})), Viewer())
MINERALS = st.sampled_from(["gallium", "gallium", "germanium"])
COUNTRIES = st.sampled_from(["CHN", "CHN", "KAZ", "DEU"])
KG, LEVELS, LOTS = st.integers(200, 4000), st.integers(1, 4), st.sampled_from([0, 0, 0, 0, 900])
PERIODS = st.sampled_from([("2099-01", "2099-06"), ("2099-04", "2099-09"), ("2099-08", "2099-12")])
PICK = st.integers(0, 99)
OWN = {"DEU"}
LEAST, LEAST_SMALL = 500, 200
SMALL = {"b1", "b3"}


def firm(name: str) -> Viewer:
    return Viewer(f"person of {name}", name, frozenset({"firm"}), frozenset({name}))


VIEWERS = (*(firm(name) for name in FIRMS), *OTHERS)


class Rounds(RuleBasedStateMachine):
    """A round beside dicts: its state, bids by id, matches by id. Every limit and reserve price is its own, so each is found again."""

    @initialize(
        terms=st.sampled_from([*2 * [("cost", 0.65)], ("cost", 0.5), ("cost", 1), ("uniform", 0.65), ("uniform", 1), ("mcafee", 1)]),
        disclosure=st.sampled_from(["both ways", "to buyers only"]),
        to=st.sampled_from(["demand open", *3 * ["supply open"], "negotiating"]),
        sizes=st.lists(KG, min_size=7, max_size=7), countries=st.lists(COUNTRIES, min_size=3, max_size=3),
    )  # fmt: skip
    def begin(self, terms: tuple[str, float], disclosure: str, to: str, sizes: list[int], countries: list[str]) -> None:
        self.pact = Pact.at("sqlite://")
        for name in FIRMS:
            size = "small or medium" if name in SMALL else "large"
            self.pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "firm", "firm_size": size}, name))
        self.rule, self.cap, self.disclosure = *terms, disclosure
        said = {
            "name": "R", "minerals": ["gallium", "germanium"], "currency": "EUR", "rule": self.rule, "cap": self.cap,
            "disclosure": disclosure, "least_bid": LEAST, "least_bid_small": LEAST_SMALL,
        }  # fmt: skip
        self.pact.do(OPERATOR, Command("round", "add", said, "r"))
        self.state = "draft"
        self.bids: dict[str, dict[str, Any]] = {}
        self.matches: dict[str, dict[str, Any]] = {}
        self.sheet: dict[tuple[str, str], int | None] = {}
        self.serial = 0
        for _ in range(2):
            self.go_on()
        for name, kg in zip(BUYERS, sizes[:4], strict=True):
            self.demand(name, "gallium", max(kg, LEAST), 4, 0, ("2099-01", "2099-06"))
        for _ in ORDER:
            if self.state == "supply open":
                self.supply(sizes[4:], countries)
            if self.state != to:
                self.go_on()

    def supply(self, sizes: list[int], countries: list[str]) -> None:
        for name, kg, country in zip(SUPPLIERS, sizes, countries, strict=True):
            self.offer(name, "gallium", kg, 1, 0, country)

    # ---- doing

    def tried(self, may: bool, viewer: Viewer, *command: Any) -> Any:
        """Do it; it goes through exactly where the model says that it may, and leaves nothing behind where not."""
        before = self.pact.store.state()
        try:
            done = self.pact.do(viewer, Command(*command))
        except (BadInput, Denied, NoRecord):
            assert not may, f"{command} was refused"
            assert self.pact.store.state() is before
            return None
        assert may, f"{command} went through"
        return done.kept

    def price(self, level: int) -> float:
        """About a level, and unlike every other price: its digits stand nowhere else."""
        self.serial += 1
        return float(level * 100_000 + 51_000 + 37 * self.serial)

    def standing(self, side: str, **of: Any) -> list[str]:
        return [
            each for each, bid in self.bids.items()
            if bid["side"] == side and not bid["withdrawn"] and all(bid[name] == value for name, value in of.items())
        ]  # fmt: skip

    def picked(self, side: str, pick: int) -> str:
        ids = [each for each, bid in self.bids.items() if bid["side"] == side]
        return ids[pick % len(ids)]

    @rule(to=st.sampled_from(ORDER))
    def move(self, to: str) -> None:
        at = ORDER.index(self.state)
        may = at + 1 < len(ORDER) and ORDER[at + 1] == to and to not in {"aggregated", "matched", "disclosed"}
        may = may and not (to == "reported" and any(each["outcome"] is None for each in self.matches.values()))
        if self.tried(may, OPERATOR, "round", "move", {"to": to}, "r"):
            self.state = to

    @rule()
    def go_on(self) -> None:
        """The next step, whatever it is."""
        at = ORDER.index(self.state)
        if at + 1 < len(ORDER):
            to = ORDER[at + 1]
            {"aggregated": self.add_up, "matched": self.match, "disclosed": self.tell}.get(to, lambda: self.move(to))()

    @rule(who=st.sampled_from(BUYERS), mineral=MINERALS, kg=KG, level=LEVELS, lot=LOTS, period=PERIODS)
    def demand(self, who: str, mineral: str, kg: int, level: int, lot: int, period: tuple[str, str]) -> None:
        bid = {
            "mineral": mineral,
            "kg": kg,
            "lot": lot,
            "limit": self.price(level),
            "first": period[0],
            "last": period[1],
        }
        may = self.state == "demand open" and self.fits(who, bid) and not self.twice(who, bid, None)
        self.bid("demand", who, bid, {"places": ["Hamburg"]}, may)

    @rule(who=st.sampled_from(SUPPLIERS), mineral=MINERALS, kg=KG, level=LEVELS, lot=LOTS, country=COUNTRIES)
    def offer(self, who: str, mineral: str, kg: int, level: int, lot: int, country: str) -> None:
        bid = {
            "mineral": mineral,
            "kg": kg,
            "lot": lot,
            "reserve": self.price(level),
            "first": "2099-01",
            "last": "2099-12",
        }
        more = {"delivered": [{"place": "Hamburg", "cost": 0.0}], "refined_in": country}
        self.bid("offer", who, bid | {"country": country}, more, self.state == "supply open" and lot <= kg)

    def bid(self, side: str, who: str, bid: dict[str, Any], more: dict[str, Any], may: bool) -> None:
        said = {name: value for name, value in bid.items() if name != "country"} | more
        data = {"round": "r", "stage": "refined", "grade": 0.9999, "owner": who, **said}
        kept = self.tried(may, firm(who), side, "add", data)
        if kept:
            self.bids[kept.id] = {"side": side, "owner": who, "withdrawn": False, "matched": None, **bid}

    @staticmethod
    def fits(who: str, bid: dict[str, Any]) -> bool:
        return bool(bid["lot"] <= bid["kg"] >= (LEAST_SMALL if who in SMALL else LEAST))

    def twice(self, who: str, bid: dict[str, Any], but: str | None) -> bool:
        """Whether the buyer has this form, place and period already; there is one place."""
        return any(
            each != but and self.bids[each]["first"] <= bid["last"] and bid["first"] <= self.bids[each]["last"]
            for each in self.standing("demand", owner=who, mineral=bid["mineral"])
        )

    @precondition(lambda self: any(each["side"] == "demand" for each in self.bids.values()))
    @rule(pick=PICK, kg=KG, level=LEVELS, stranger=st.sampled_from([*14 * [None], *FIRMS]))
    def change_demand(self, pick: int, kg: int, level: int, stranger: str | None) -> None:
        record = self.picked("demand", pick)
        bid = self.bids[record]
        who = stranger or bid["owner"]
        new = {"kg": kg, "limit": self.price(level)}
        may = who == bid["owner"] and self.state == "demand open" and not bid["withdrawn"]
        may = may and self.fits(who, bid | new) and not self.twice(who, bid, record)
        if self.tried(may, firm(who), "demand", "change", new, record):
            bid |= new

    @precondition(lambda self: any(each["side"] == "offer" for each in self.bids.values()))
    @rule(pick=PICK, kg=KG, level=LEVELS, stranger=st.sampled_from([*14 * [None], *FIRMS]))
    def change_offer(self, pick: int, kg: int, level: int, stranger: str | None) -> None:
        record = self.picked("offer", pick)
        bid = self.bids[record]
        new = {"kg": kg, "reserve": self.price(level)}
        may = (stranger or bid["owner"]) == bid["owner"] and self.state == "supply open" and not bid["withdrawn"]
        if self.tried(may and bid["lot"] <= kg, firm(stranger or bid["owner"]), "offer", "change", new, record):
            bid |= new

    @precondition(lambda self: self.bids)
    @rule(pick=PICK, stranger=st.sampled_from([*14 * [None], *FIRMS]))
    def withdraw(self, pick: int, stranger: str | None) -> None:
        record = list(self.bids)[pick % len(self.bids)]
        bid = self.bids[record]
        open_in = {"demand": {"demand open", "withdrawal window"}, "offer": {"supply open"}}[bid["side"]]
        may = (stranger or bid["owner"]) == bid["owner"] and self.state in open_in and not bid["withdrawn"]
        if self.tried(may, firm(stranger or bid["owner"]), bid["side"], "withdraw", {"reason": "r"}, record):
            bid["withdrawn"] = True

    @rule()
    def add_up(self) -> None:
        before = self.pact.store.state()
        try:
            aggregate(self.pact, OPERATOR, "r")
        except BadInput:
            assert self.state != "demand open"
            assert self.pact.store.state() is before
            return
        assert self.state == "demand open"
        self.state = "aggregated"
        self.sheet = {
            (mineral, "refined"): told(self.by_firm(self.standing("demand", mineral=mineral)))
            for mineral in ("gallium", "germanium") if self.standing("demand", mineral=mineral)
        }  # fmt: skip

    @rule()
    def match(self) -> None:
        may = self.state == "supply open" and bool(self.standing("demand")) and bool(self.standing("offer"))
        lots = any(self.bids[each]["lot"] for side in ("demand", "offer") for each in self.standing(side))
        before = self.pact.store.state()
        try:
            clear(self.pact, OPERATOR, "r")
        except NotSolved:  # no one price clears it
            assert self.rule == "uniform"
            assert self.cap < 1 or lots
        except BadInput:
            # an auction wants one good a market, McAfee's rule no lots: windows of demands may differ, lots may be there
            assert not may or self.rule != "cost"
        else:
            assert may
            self.state = "matched"
            self.take_matches()
            return
        assert self.pact.store.state() is before

    def take_matches(self) -> None:
        kept: list[Any] = [each.record for each in self.pact.store.state().all("match")]
        for each in kept:
            self.matches[each.id] = {
                "demand": each.demand, "offer": each.offer, "kg": each.kg, "price": each.price, "disclosed": False, "outcome": None,
            }  # fmt: skip
        for record in [*self.standing("demand"), *self.standing("offer")]:
            bid = self.bids[record]
            bid["matched"] = sum(each["kg"] for each in self.matches.values() if each[bid["side"]] == record)
        self.hold_to_the_rules()

    def hold_to_the_rules(self) -> None:
        """Nobody beyond their bid, no country beyond the cap, lots whole, prices between; and by least cost as much as can be."""
        for each in self.matches.values():
            demand, offer = self.bids[each["demand"]], self.bids[each["offer"]]
            assert demand["mineral"] == offer["mineral"]
            assert offer["reserve"] <= demand["limit"]
            assert (each["price"] is None) == (self.rule == "cost")
            assert each["price"] is None or offer["reserve"] <= each["price"] <= demand["limit"]
        for bid in self.bids.values():
            if bid["matched"]:
                assert max(bid["lot"], 1) <= bid["matched"] <= bid["kg"]
        most = 0
        for mineral in ("gallium", "germanium"):
            demands = [self.bids[each] for each in self.standing("demand", mineral=mineral)]
            offers = [self.bids[each] for each in self.standing("offer", mineral=mineral)]
            total = sum(each["matched"] for each in demands)
            for country in {each["country"] for each in offers} - OWN:
                assert (
                    sum(each["matched"] for each in offers if each["country"] == country)
                    <= Fraction(str(self.cap)) * total
                )
            most += most_of(demands, offers, Fraction(str(self.cap)))
        got = sum(each["kg"] for each in self.matches.values())
        lots = any(bid["lot"] for bid in self.bids.values() if not bid["withdrawn"])
        assert got == most if self.rule == "cost" and not lots else got <= most

    @rule()
    def tell(self) -> None:
        before = self.pact.store.state()
        try:
            disclose(self.pact, OPERATOR, "r")
        except BadInput:
            assert self.state != "matched"
            assert self.pact.store.state() is before
            return
        assert self.state == "matched"
        self.state = "disclosed"
        for each in self.matches.values():
            each["disclosed"] = self.disclosure == "both ways"
            each["supplier"] = self.bids[each["offer"]]["owner"]
            if self.rule == "cost":
                each["price"] = self.bids[each["offer"]]["reserve"]

    @precondition(lambda self: self.matches)
    @rule(
        pick=PICK, who=st.sampled_from(["buyer", "buyer", "supplier", "stranger"]),
        status=st.sampled_from(["concluded", "ongoing", "failed"]), kg=st.integers(1, 4000),
    )  # fmt: skip
    def report(self, pick: int, who: str, status: str, kg: int) -> None:
        record = list(self.matches)[pick % len(self.matches)]
        held = self.matches[record]
        sides = {"buyer": self.bids[held["demand"]]["owner"], "supplier": self.bids[held["offer"]]["owner"]}
        viewer = firm(sides.get(who) or next(each for each in BUYERS if each != sides["buyer"]))
        said: dict[str, Any] = {"status": status, "reason": "contract signed" if status == "concluded" else "price"}
        said |= {"kg": kg} if status == "concluded" else {}
        may = self.state in {"negotiating", "reported"} and (
            who == "buyer" or (who == "supplier" and held["disclosed"])
        )
        may = may and not (status == "concluded" and kg > held["kg"])
        if self.tried(may, viewer, "match", "report", said, record):
            held["outcome"] = said

    @rule()
    def open_again(self) -> None:
        text = self.pact.store.state().text()
        self.pact.store = Store(self.pact.store.database)
        assert self.pact.store.state().text() == text

    # ---- what must hold

    def by_firm(self, ids: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in ids:
            found[self.bids[each]["owner"]] = found.get(self.bids[each]["owner"], 0) + self.bids[each]["kg"]
        return found

    @invariant()
    def each_sees_their_own(self) -> None:
        if not hasattr(self, "pact"):
            return
        for viewer in VIEWERS:
            sight = self.pact.sight(viewer)
            for side in ("demand", "offer"):
                seen: list[Any] = [each.record for each in sight.all(side)]
                assert {each.id for each in seen} == {
                    each for each, bid in self.bids.items() if bid["side"] == side and bid["owner"] in viewer.acts_for
                }
                for each in seen:
                    bid = self.bids[each.id]
                    assert (each.kg, each.withdrawn, each.matched) == (bid["kg"], bid["withdrawn"], bid["matched"])
            matches: list[Any] = [each.record for each in sight.all("match")]
            assert {each.id for each in matches} == set(self.matches_of(viewer))
            for each in matches:
                held = self.matches[each.id]
                assert (each.supplier, each.disclosed) == (held.get("supplier"), held["disclosed"])
                assert each.price == held["price"]
                assert (None if each.outcome is None else each.outcome.status) == (held["outcome"] or {}).get("status")

    def matches_of(self, viewer: Viewer) -> Iterator[str]:
        for record, each in self.matches.items():
            known = {self.bids[each["demand"]]["owner"]} | (
                {self.bids[each["offer"]]["owner"]} if each["disclosed"] else set()
            )
            if known & viewer.acts_for:
                yield record

    @invariant()
    def nobody_reads_anothers_price(self) -> None:
        if not hasattr(self, "pact"):
            return
        state = self.pact.store.state()
        events = list(self.pact.store.events())
        for viewer in VIEWERS:
            sight = self.pact.sight(viewer)
            said = "".join(each.body for each in events if sight.sees_event(each))
            said += json.dumps(
                [each.record.model_dump(mode="json") for kind in state.records for each in sight.all(kind)]
            )
            said += json.dumps(funnel(sight.state, "r").record())
            mine = {self.matches[each]["price"] for each in self.matches_of(viewer)}
            for record, bid in self.bids.items():
                price = bid.get("limit") or bid["reserve"]
                if bid["owner"] in viewer.acts_for:
                    assert f"{price:.1f}" in said
                    continue
                assert price in mine or f"{price:.1f}" not in said
                matched = any(
                    record in (self.matches[each]["demand"], self.matches[each]["offer"])
                    for each in self.matches_of(viewer)
                )
                assert matched or record not in said

    @invariant()
    def same_sums(self) -> None:
        if not hasattr(self, "pact"):
            return
        held: Any = self.pact.store.state().get("round", "r").record  # type: ignore[union-attr]
        assert held.state == self.state
        assert {(each.mineral, each.stage): each.kg for each in held.sheet} == self.sheet
        found = funnel(self.pact.store.state(), "r")
        wanted, offered = self.by_firm(self.standing("demand")), self.by_firm(self.standing("offer"))
        got: dict[str, int] = {}
        for each in self.matches.values():
            owner = self.bids[each["demand"]]["owner"]
            got[owner] = got.get(owner, 0) + each["kg"]
        if held.result is not None:
            assert found.demand in (None, told(wanted))
            assert found.offered in (None, told(offered))
            assert found.matched in (None, told(got))
            if told(got) is not None and got == wanted and set(self.sheet.values()) == {told(wanted)}:
                assert found.matched == found.demand == sum(wanted.values())
        signed = sum((each["outcome"] or {}).get("kg", 0) for each in self.matches.values())
        assert found.contracted in ((None, signed) if self.state == "closed" else (None,))

    def teardown(self) -> None:
        if hasattr(self, "pact"):
            assert State().after(self.pact.store.events()).text() == self.pact.store.state().text()
            self.pact.close()


def told(by_firm: dict[str, int]) -> int | None:
    """With three firms or more, none of them at 85 % or more."""
    total = sum(by_firm.values())
    return total if len(by_firm) >= 3 and 100 * max(by_firm.values()) < 85 * total else None


def most_of(demands: list[dict[str, Any]], offers: list[dict[str, Any]], cap: Fraction) -> int:
    """The most that can be matched of one good at one place, by the least cut: whoever pays more reaches every cheaper offer.

    Periods do not matter here: offers deliver all year. The total is the largest that the flow under its own cap reaches.
    """
    for total in range(sum(each["kg"] for each in demands), 0, -1):
        cuts = []
        for limit in [0.0, *sorted({each["limit"] for each in demands})]:
            sold: dict[str, int] = {}
            for each in offers:
                if each["reserve"] <= limit:
                    sold[each["country"]] = sold.get(each["country"], 0) + each["kg"]
            supply = sum(kg if country in OWN else min(kg, cap * total // 1) for country, kg in sold.items())
            cuts.append(supply + sum(each["kg"] for each in demands if each["limit"] > limit))
        if min(cuts) >= total:
            return total
    return 0


def steps(examples: int) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=30, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def test_rounds_stand_as_a_plain_model_says() -> None:
    run_state_machine_as_test(Rounds, settings=steps(40))


@pytest.mark.slow
def test_rounds_stand_as_a_plain_model_says_three_hundred_times() -> None:
    run_state_machine_as_test(Rounds, settings=steps(300))
