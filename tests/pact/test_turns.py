"""Turns come in the order in which they were asked for, and nobody waits for ever."""

from __future__ import annotations

import threading
import time

from orepact.pact.turns import Turns


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, order = Turns(), list[int]()
    assert turns.take(1)
    threads = []
    for at in range(20):

        def wait(at: int = at) -> None:
            assert turns.take(30)
            order.append(at)
            turns.end()

        threads.append(threading.Thread(target=wait))
        threads[-1].start()
        until = time.monotonic() + 10
        while len(turns._waiting) <= at:
            assert time.monotonic() < until
            time.sleep(0.001)
    turns.end()
    for each in threads:
        each.join(30)
    assert order == list(range(20))
    assert turns.take(0)


def test_who_has_waited_long_enough_goes_away_and_is_not_called() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.end()
    assert turns.take(0)
    turns.end()


def test_only_one_at_a_time_has_the_turn() -> None:
    turns, inside, most = Turns(), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(50):
            if turns.take(0.002):
                inside += 1
                most = max(most, inside)
                time.sleep(0.0001)
                inside -= 1
                turns.end()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == 1
    assert turns.take(0)
