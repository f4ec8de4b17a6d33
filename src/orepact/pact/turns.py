"""A lock that is handed on in the order in which it was asked for: among many writers nobody waits while later ones go first."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """Whose turn it is."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def take(self, timeout: float) -> bool:
        """Wait for a turn, so many seconds at most; whether it came."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        if gate.acquire(timeout=timeout):
            return True
        with self._guard:
            if gate in self._waiting:
                self._waiting.remove(gate)
                return False
        return True

    def end(self) -> None:
        """Hand the turn on to whoever has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
