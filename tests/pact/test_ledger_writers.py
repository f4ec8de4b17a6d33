"""Twenty at once on one lot: no gram is drawn twice, none is lost, on both databases."""

from __future__ import annotations

import threading

from reserve_books import AUDITOR, LOT, MANAGER, METAL, Books

from orepact.errors import OrepactError
from orepact.pact import Command, Pact
from orepact.pact.chain import verify
from orepact.pact.ledger import audit
from orepact.pact.state import State

WRITERS, TRIES, GRAMS, HELD = 20, 3, 700, 28_000


def test_twenty_writers_on_one_lot_take_what_is_there_and_not_a_gram_more(pact: Pact) -> None:
    books = Books(pact)
    books.do("receive", {**LOT, "grams": HELD, "cost": 84_001})
    books.do("grant", {"holder": "acme", "form": METAL, "grams": HELD, "price": 3_000_000})
    gate, said = threading.Barrier(WRITERS), [[""] * TRIES for _ in range(WRITERS)]

    def draw(at: int) -> None:
        gate.wait()
        for each in range(TRIES):
            command = Command(
                "reserve", "draw", {"holder": "acme", "form": METAL, "grams": GRAMS, "lot": "L1"}, books.id
            )
            try:
                said[at][each] = pact.do(MANAGER, command, f"writer {at}, draw {each}").event.hash
            except OrepactError as error:
                said[at][each] = type(error).__name__

    threads = [threading.Thread(target=draw, args=(at,)) for at in range(WRITERS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    heard = [each for row in said for each in row]
    done = [each for each in heard if len(each) == 64]
    assert len(done) == HELD // GRAMS == len(set(done))
    assert {each for each in heard if len(each) != 64} == {"BadInput"}
    book = books.book
    assert book.balance(f"drawn:acme:{METAL}", METAL) == HELD
    assert book.balance(f"drawn:acme:{METAL}", "EUR") == 84_001
    assert (book.lots, book.total("lot", METAL), len(book.dues)) == ((), 0, HELD // GRAMS)
    assert audit(pact, AUDITOR, books.id).wrong == ()
    assert verify(pact.store).intact
    assert State().after(pact.store.events()).text() == pact.store.state().text()
