"""A workbench elsewhere, with the functions of ``orepact`` as its methods."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from orepact.errors import BadInput, Problem
from orepact.remote.answer import Answer
from orepact.remote.job import Job
from orepact.remote.wire import API, WAIT, Wire

YAML = ("application/yaml", (".yaml", ".yml"))
NETCDF = "application/x-netcdf"
NOT_SENT = ("progress", "workers", "cluster")
"""Arguments that say how to work something out here, which a workbench decides for itself."""


class Workbench:
    """A workbench. Every question of ``orepact`` is a method with the same arguments: ``shock``, ``scoreboard``, and the rest."""

    def __init__(self, address: str, *, timeout: float = WAIT, transport: httpx.BaseTransport | None = None) -> None:
        self._wire = Wire(address, timeout=timeout, transport=transport)
        self.address = self._wire.address

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        """A question as a method, with the arguments of the function of that name."""
        function = None if name.startswith("_") else _function(name)
        if function is None:
            raise AttributeError(f"'{name}' is no question that a workbench is asked; ask('{name}', ...) asks by name")

        def asked(*args: Any, **given: Any) -> Answer:
            return self.ask(name, **arguments(function, args, given))

        asked.__name__, asked.__doc__ = name, function.__doc__
        return asked

    def ask(self, question: str, /, **asked: Any) -> Answer:
        """The answer to a question by its name, with its parameters by theirs."""
        return self._get(question, question, asked)

    def facts(self, table: str | None = None, /, **asked: Any) -> Answer:
        """The tables of facts; or a page of rows of one, as ``mineral``, ``country``, ``where``, ``limit``, ``offset`` … say."""
        return self._get("facts", "facts" if table is None else f"facts/{_part(table)}", asked)

    def mineral(self, mineral: str) -> Answer:
        """What the facts and the balanced table say of a mineral."""
        return self._get("mineral", f"mineral/{_part(mineral)}", {})

    def country(self, place: str) -> Answer:
        """What the facts and the balanced tables say of a country or region."""
        return self._get("country", f"country/{_part(place)}", {})

    def job(self, question: str, /, *, key: str | None = None, **asked: Any) -> Job:
        """Ask a question as a job: more draws, progress, and an answer that outlives this process. key: the same gives the same job."""
        given = {name: _json(value) for name, value in asked.items() if value is not None}
        headers = {} if key is None else {"idempotency-key": key}
        told = self._wire.ask("POST", f"{API}/jobs", json={"question": question, "asked": given}, headers=headers)
        return Job(self._wire, told.json())

    def job_of(self, name: str) -> Job:
        """A job that was started before."""
        return Job(self._wire, self._wire.ask("GET", f"{API}/jobs/{name}").json())

    def jobs(self, limit: int = 20) -> list[Job]:
        """Your newest jobs."""
        found = self._wire.ask("GET", f"{API}/jobs", params={"limit": limit}).json()
        return [Job(self._wire, told) for told in found["jobs"]]

    def run(self, case: Any) -> Answer:
        """As :func:`orepact.run`: a record, a mapping, or a YAML file of this machine."""
        return self._post("run", *_body(case))

    def diff(self, first: Any, second: Any, *, draws: int | None = None, seed: int | None = None) -> Answer:
        """As :func:`orepact.diff`: records, mappings, YAML files of this machine, or names of the gallery."""
        body = {"first": _case(first), "second": _case(second), "draws": draws, "seed": seed}
        return self._post("diff", json.dumps(body).encode(), "application/json")

    def solve(self, market: Any) -> Answer:
        """As :func:`orepact.solve`: a mapping, or a YAML file of this machine."""
        return self._post("solve", *_body(market))

    def replay(self, path: str | Path) -> Answer:
        """As :func:`orepact.replay`: a file of this machine that ``save`` wrote."""
        return self._post("replay", _read(Path(path)), NETCDF)

    def gallery(self) -> dict[str, dict[str, Any]]:
        """The cases that are shipped there, by name."""
        return {row["name"]: row for row in self.ask("gallery").summary()}

    def close(self) -> None:
        """Let the connection go."""
        self._wire.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Workbench at {self.address}>"

    def _get(self, name: str, path: str, asked: Mapping[str, Any]) -> Answer:
        address, params = f"{API}/{path}", {key: _text(value) for key, value in asked.items() if value is not None}
        record = self._wire.ask("GET", address, params=params).json()
        return Answer(
            name, record, lambda form: self._wire.ask("GET", address, params=params, headers={"accept": form}).content
        )

    def _post(self, name: str, body: bytes, form: str) -> Answer:
        def sent(accept: str) -> httpx.Response:
            return self._wire.ask(
                "POST", f"{API}/{name}", content=body, headers={"content-type": form, "accept": accept}
            )

        return Answer(name, sent("application/json").json(), lambda accept: sent(accept).content)


def _function(name: str) -> Callable[..., Any] | None:
    """The function of ``orepact`` of that name."""
    import orepact

    found = getattr(orepact, name, None) if name in orepact.__all__ else None
    return found if inspect.isfunction(found) else None


def arguments(function: Callable[..., Any], args: tuple[Any, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """What a call says, by the names of the function's own parameters; TypeError as the function itself would raise it."""
    bound = inspect.signature(function).bind(*args, **given)
    return {name: value for name, value in bound.arguments.items() if name not in NOT_SENT}


def _part(name: str) -> str:
    """A name as one part of an address, whatever it holds."""
    return quote(name, safe="")


def _text(value: Any) -> str:
    """A value as an address holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(_text(each) for each in value)
    return str(value)


def _json(value: Any) -> Any:
    """A value as a body holds it: lists joined, for parameters are words and numbers."""
    return value if isinstance(value, str | int | float | bool) else _text(value)


def _body(given: Any) -> tuple[bytes, str]:
    """A case or a market as a body with its content type."""
    if hasattr(given, "to_yaml"):
        return str(given.to_yaml()).encode(), YAML[0]
    if isinstance(given, Mapping):
        return json.dumps(given, default=str).encode(), "application/json"
    return _read(Path(given)), YAML[0]


def _case(given: Any) -> Any:
    """A case as part of a body: its keys, or its name in the gallery."""
    import yaml

    if isinstance(given, Mapping):
        return json.loads(json.dumps(given, default=str))
    if not hasattr(given, "to_yaml") and Path(given).suffix.lower() not in YAML[1]:
        return str(given)
    text = given.to_yaml() if hasattr(given, "to_yaml") else _read(Path(given)).decode()
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            Problem(str(path), "the file cannot be read", error.strerror or "nothing", "check its name")
        ) from None
