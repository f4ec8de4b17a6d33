"""Whoever watches a round sees nothing move when another firm bids, changes, withdraws or reports: on no route and on no page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from orepact.api.pact.viewer import COOKIE
from orepact.pact import KEEPER, Command, Pact, Viewer
from orepact.pact.people import People
from orepact.pact.rounds.clearing import aggregate, clear, disclose
from orepact.web.app import create_app

OPERATOR = Viewer("ola", "Ola", frozenset({"round operator"}))
BUYERS, SUPPLIERS = ("b1", "b2", "b3", "b4"), ("s1", "s2", "s3")
ROUND = {"name": "Gallium 1", "minerals": ["gallium"], "currency": "EUR"}
WHOLE = {"round": "gallium-1", "mineral": "gallium", "stage": "refined", "first": "2099-01", "last": "2099-06"}
PAGES = (
    "/pact", "/pact/rounds", "/pact/rounds/gallium-1", "/pact/demands", "/pact/offers", "/pact/matches", "/pact/log", "/pact/decisions",
    "/pact/parties", "/pact/clock", "/pact/published",
)  # fmt: skip
MOVING = {"/api/v1/pact/verify"}


def firm(name: str) -> Viewer:
    return Viewer(f"person of {name}", name, frozenset({"firm"}), frozenset({name}))


class Watched:
    """A round, and people of firms who look at everything that the workbench shows."""

    def __init__(self, pact: Pact) -> None:
        self.pact, self.ids = pact, dict[str, str]()
        for name in (*BUYERS, *SUPPLIERS):
            pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "firm"}, name))
        pact.do(OPERATOR, Command("round", "add", ROUND, "gallium-1"))
        self.go("registration", "demand open")
        self.app: Any = create_app(hosts=("127.0.0.1",), pact=pact)
        self.clients = {name: self.client(name) for name in ("b2", "s2")}
        for at, name in enumerate(BUYERS):
            self.bid(name, "demand", {"kg": 1000 + at, "limit": 700_000.0 + at, "places": ["Hamburg"]})

    def client(self, name: str) -> TestClient:
        """The browser of somebody of a firm who signed in."""
        said = {"name": f"Person of {name}", "roles": ["firm"], "acts_for": [name]}
        found = TestClient(self.app, base_url="http://127.0.0.1", follow_redirects=False)
        person = self.pact.do(KEEPER, Command("person", "add", said)).kept.id
        found.cookies.set(COOKIE, People(self.pact).open_session(person))
        return found

    def go(self, *states: str) -> None:
        """Enter states, one after another."""
        for each in states:
            self.pact.do(OPERATOR, Command("round", "move", {"to": each}, "gallium-1"))

    def bid(self, name: str, kind: str, data: dict[str, Any]) -> None:
        """A firm bids."""
        self.ids[name] = self.pact.do(firm(name), Command(kind, "add", {**WHOLE, **data, "owner": name})).kept.id

    def paths(self) -> Iterator[str]:
        """Every route of the pact that reads, with the records of the round that there are; and pages."""
        yield from PAGES
        for path, verbs in self.app.openapi()["paths"].items():
            if "get" not in verbs or not path.startswith("/api/v1/pact") or path in MOVING:
                continue
            if "{" not in path:
                yield path
            elif path.startswith("/api/v1/pact/rounds/"):
                yield path.replace("{id}", "gallium-1").replace("{record}", "gallium-1")
            elif path.startswith("/api/v1/pact/demands/"):
                yield from (path.replace("{id}", each) for each in self.ids.values())

    def seen(self) -> dict[tuple[str, str], tuple[int, str, dict[str, str]]]:
        """All that the watchers are told: code, text, and headers."""
        found = {}
        for name, client in self.clients.items():
            for path in self.paths():
                answer = client.get(path)
                headers = {key: value for key, value in answer.headers.items() if key != "date"}
                found[name, path] = answer.status_code, answer.text, headers
        return found


@pytest.fixture
def watched(sqlite_url: str) -> Iterator[Watched]:
    pact = Pact.at(sqlite_url)
    yield Watched(pact)
    pact.close()


def same(before: dict[Any, Any], after: dict[Any, Any]) -> None:
    moved = [key for key in before if before[key] != after[key]]
    assert moved == []


def test_nothing_that_another_firm_reads_moves(watched: Watched) -> None:
    pact, ids = watched.pact, watched.ids
    still = watched.seen()
    assert sum(code == 200 for code, _, _ in still.values()) > 40
    same(still, watched.seen())
    pact.do(firm("b1"), Command("demand", "change", {"kg": 1500, "limit": 812_345.0}, ids["b1"]))
    same(still, watched.seen())
    pact.do(firm("b3"), Command("demand", "withdraw", {"reason": "r"}, ids["b3"]))
    watched_ids = dict(ids)
    watched.bid("b3", "demand", {"kg": 1300, "limit": 699_000.0, "places": ["Hamburg"]})
    ids["b3"], new = watched_ids["b3"], ids["b3"]
    same(still, watched.seen())
    aggregate(pact, OPERATOR, "gallium-1")
    watched.go("withdrawal window")
    still = watched.seen()
    pact.do(firm("b3"), Command("demand", "withdraw", {"reason": "r"}, new))
    same(still, watched.seen())
    watched.go("supply open")
    for at, name in enumerate(SUPPLIERS):
        more = {"delivered": [{"place": "Hamburg", "cost": 0.0}], "refined_in": ("CHN", "DEU", "KAZ")[at]}
        watched.bid(name, "offer", {"kg": 2000, "reserve": 400_000.0 + 1_000 * at, **more})
    still = watched.seen()
    pact.do(firm("s1"), Command("offer", "change", {"kg": 2500, "reserve": 390_000.0}, ids["s1"]))
    same(still, watched.seen())
    clear(pact, OPERATOR, "gallium-1")
    disclose(pact, OPERATOR, "gallium-1")
    watched.go("negotiating")
    matches: list[Any] = [each.record for each in pact.store.state().all("match")]
    theirs = [each for each in matches if each.buyer != "b2" and each.supplier != "s2"]
    assert theirs
    still = watched.seen()
    said = {"status": "concluded", "reason": "contract signed", "kg": theirs[0].kg}
    pact.do(firm(theirs[0].buyer), Command("match", "report", said, theirs[0].id))
    same(still, watched.seen())


def test_an_event_tells_nothing_of_its_place_in_the_log(watched: Watched) -> None:
    done = watched.pact.do(firm("b2"), Command("demand", "change", {"kg": 1100}, watched.ids["b2"]))
    assert not {"seq", "nonce", "previous"} & set(done.event.record())
    events = watched.clients["b2"].get("/api/v1/pact/events").json()["events"]
    assert not any({"seq", "nonce", "previous"} & set(each) for each in events)


def test_a_withdrawal_is_not_worked_out_from_two_sums(watched: Watched) -> None:
    """Demand is published, one buyer leaves, and what is matched is published: the two may not differ by that buyer."""
    pact = watched.pact
    aggregate(pact, OPERATOR, "gallium-1")
    watched.go("withdrawal window")
    pact.do(firm("b1"), Command("demand", "withdraw", {"reason": "r"}, watched.ids["b1"]))
    watched.go("supply open")
    more = {"delivered": [{"place": "Hamburg", "cost": 0.0}], "refined_in": "DEU"}
    for name in SUPPLIERS:
        watched.bid(name, "offer", {"kg": 2000, "reserve": 400_000.0, **more})
    clear(pact, OPERATOR, "gallium-1")
    held: Any = pact.store.state().get("round", "gallium-1").record  # type: ignore[union-attr]
    assert held.sheet[0].kg == 1000 + 1001 + 1002 + 1003
    assert (held.result.demand, held.result.matched) == (None, None)
    assert held.result.matched_to_demand == 1.0


def test_a_price_of_a_supplier_is_told_to_nobody_before_the_disclosure_and_then_to_its_buyer(watched: Watched) -> None:
    """b2 gets 1001 kg of s2 and s1, at 400,057.25 and 431,057.25: one average, and b4, who has one supplier, none."""
    pact, ids = watched.pact, watched.ids
    aggregate(pact, OPERATOR, "gallium-1")
    watched.go("withdrawal window", "supply open")
    reserves = {"s1": 400_051.25, "s2": 431_051.25, "s3": 452_051.25}
    for name, reserve in reserves.items():
        more = {"delivered": [{"place": "Hamburg", "cost": 6.0}], "refined_in": "DEU"}
        watched.bid(name, "offer", {"kg": {"s1": 1500, "s2": 1500, "s3": 1500}[name], "reserve": reserve, **more})
    prices = {name: f"{reserve + 6:.2f}" for name, reserve in reserves.items()}
    clear(pact, OPERATOR, "gallium-1")
    state = pact.store.state()
    matches: list[Any] = [each.record for each in state.all("match")]
    owner: dict[str, str] = {each.id: str(each.record.owner) for each in state.all("offer")}
    several = 0
    for buyer in BUYERS:
        mine = [each for each in matches if each.buyer == buyer]
        assert mine
        assert {each.price for each in mine} == {None}
        told: Any = state.get("demand", ids[buyer]).record  # type: ignore[union-attr]
        if len({owner[each.offer] for each in mine}) == 1:
            assert told.average is None
            continue
        several += 1
        exact = sum(each.kg * (reserves[owner[each.offer]] + 6) for each in mine) / sum(each.kg for each in mine)
        assert told.average == round(exact, -3)
    assert 0 < several < len(BUYERS)
    read = "".join(text for (name, _), (_, text, _) in watched.seen().items() if name == "b2")
    read += "".join(each.body for each in pact.history(firm("b2")))
    assert not any(price in read for price in prices.values())
    assert not any(f"{reserve:.2f}" in read for reserve in reserves.values())
    disclose(pact, OPERATOR, "gallium-1")
    mine = [each.record for each in pact.sight(firm("b2")).all("match")]
    assert {(each.supplier, f"{each.price:.2f}") for each in mine} == {
        (each.supplier, prices[each.supplier]) for each in mine
    }
    supplied: list[Any] = [each.record for each in pact.sight(firm("s2")).all("match")]
    assert {f"{each.price:.2f}" for each in supplied} == {prices["s2"]}
    heard = "".join(each.body for each in pact.history(firm("s2")))
    assert "average" not in heard
