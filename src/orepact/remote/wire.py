"""One request to a workbench, and its failures as the errors that the functions here raise."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

from orepact.errors import BadInput, MissingData, NotFetched, NotSolved, OrepactError, Problem, UnknownName

API = "/api/v1"
WAIT = 120.0
"""Seconds that one answer is waited for."""

KINDS: dict[str, type[OrepactError]] = {"missing_data": MissingData, "not_solved": NotSolved}
"""Class of each kind of failure; all others are BadInput."""


class Wire:
    """A connection to the API at an address."""

    def __init__(self, address: str, *, timeout: float = WAIT, transport: httpx.BaseTransport | None = None) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise BadInput(
                Problem("address", "it is none of a workbench", f"'{address}'", "give one like http://127.0.0.1:8000")
            )
        self.address = address.rstrip("/")
        self._client = httpx.Client(base_url=self.address, timeout=timeout, transport=transport, trust_env=False)

    def ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        """The response to a request; raises what the functions here would, and NotFetched where nobody answers."""
        try:
            found = self._client.request(method, path, **given)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._silent(error) from None
        if found.is_error:
            raise error_of(found, path)
        return found

    def stream(self, path: str) -> Any:
        """A response that is read as it comes."""
        return self._client.stream("GET", path, timeout=httpx.Timeout(WAIT, read=None))

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def _silent(self, error: Exception) -> NotFetched:
        todo = "check the address, and that 'orepact serve' runs there"
        return NotFetched(Problem(self.address, "no workbench answers there", str(error) or type(error).__name__, todo))


def error_of(response: httpx.Response, place: str) -> OrepactError:
    """The error that a response tells."""
    try:
        body = response.json()
        return error_from(body)
    except (ValueError, KeyError, TypeError):
        found = f"status {response.status_code}"
        return NotFetched(Problem(place, "this is no answer of a workbench", found, "check the address"))


def error_from(body: dict[str, Any]) -> OrepactError:
    """The error of an error body: the class that the function here would raise, with the same problems."""
    problems = [Problem(*(str(row[name]) for name in ("place", "wrong", "found", "todo"))) for row in body["problems"]]
    kind = KINDS.get(body["error"])
    if kind is not None:
        return kind(problems)
    names = problems and all(
        each.wrong.startswith("there is no ") and each.wrong.endswith(" of that name") for each in problems
    )
    return UnknownName(problems) if names and body["error"] == "bad_input" else BadInput(problems)
