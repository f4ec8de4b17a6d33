"""A demonstration pact: invented firms, people and projects beside what the facts know, each marked as invented.

What is done stands in ``demonstration.yaml`` and passes the same guards as everything else. People of the demonstration sign in with
passwords that are drawn anew each time and shown once.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from orepact.errors import BadInput, Problem
from orepact.files import read_yaml
from orepact.pact.access import KEEPER
from orepact.pact.acting import act
from orepact.pact.importing import evidence_of
from orepact.pact.kinds import KINDS
from orepact.pact.ledger.demonstration import demo_commands, demo_parties, demo_reserve
from orepact.pact.pact import Command, Pact
from orepact.pact.people import hashing, password_id
from orepact.pact.tables import secret
from orepact.policy.record import add_months

SCRIPT = Path(__file__).with_name("demonstration.yaml")
WORDS = (
    "amber", "basalt", "cedar", "delta", "ember", "fjord", "garnet", "harbour", "indigo", "juniper", "kelp", "lichen", "marble", "nickel",
    "ochre", "pebble", "quartz", "raven", "slate", "tundra",
)  # fmt: skip


@dataclass(frozen=True)
class Somebody:
    """A person of the demonstration: how to sign in, and as what."""

    sign_in: str
    password: str
    name: str
    roles: tuple[str, ...]
    acts_for: tuple[str, ...]


def demonstrate(pact: Pact) -> tuple[Somebody, ...]:
    """Do what the demonstration says in a pact that holds nothing but facts, and return who can sign in.

    Raises BadInput where people or projects of its own are kept already.
    """
    if pact.store.state().all("person"):
        todo = "give a new one: --database sqlite:///demonstration.sqlite"
        raise BadInput(Problem("--database", "people are kept there already", "a pact in use", todo))
    script: dict[str, Any] = read_yaml(SCRIPT).content
    kept: dict[str, str] = {}
    for entry in script["parties"]:
        _do(pact, entry, kept)
    pact.do_all(KEEPER, demo_parties())
    people = tuple(_let_in(pact, each) for each in script["people"])
    for entry in script["entries"]:
        _do(pact, entry, kept)
    _keep_books(pact)
    return people


def _keep_books(pact: Pact) -> None:
    """The books of an invented reserve."""
    reserve = pact.do(KEEPER, demo_reserve()).kept.id
    pact.do_all(KEEPER, demo_commands(reserve))


def _do(pact: Pact, entry: dict[str, Any], kept: dict[str, str]) -> None:
    kind, verb = entry["do"].split()
    record = str(entry["id"]) if "id" in entry else None
    record = kept[record[1:]] if record is not None and record.startswith("$") else record
    given = dict(entry["set"])
    if verb == "add" and "demonstration" in KINDS[kind].record.model_fields:
        given["demonstration"] = True
    shown = evidence_of(entry.get("evidence", ""))
    done = act(pact, KEEPER, Command(kind, verb, _dated(pact, given), record, entry.get("from"), evidence=shown))
    if "keep" in entry:
        kept[entry["keep"]] = done.kept.id


def _dated(pact: Pact, value: Any) -> Any:
    """Months that lie ahead of the day of the demonstration: ``month+3`` is the third month from now."""
    if isinstance(value, dict):
        return {name: _dated(pact, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_dated(pact, each) for each in value]
    ahead = re.fullmatch(r"month\+(\d+)", value) if isinstance(value, str) else None
    return f"{add_months(pact.store.today(), int(ahead[1])):%Y-%m}" if ahead else value


def _let_in(pact: Pact, person: dict[str, Any]) -> Somebody:
    """A person with a password of three words and a number, drawn at random."""
    acts_for = tuple(person.get("acts_for", ()))
    given = {"name": person["name"], "roles": person["roles"], "acts_for": list(acts_for), "demonstration": True}
    done = pact.do(KEEPER, Command("person", "add", given))
    password = "-".join(secrets.choice(WORDS) for _ in range(3)) + f"-{secrets.randbelow(9000) + 1000}"
    row = {
        "id": password_id(person["sign_in"]), "person": done.kept.id, "use": "password", "hash": hashing().hash(password), "scopes": "",
        "expires": None,
    }  # fmt: skip
    with pact.store.database.writing() as connection:
        connection.execute(insert(secret), row)
    return Somebody(person["sign_in"], password, person["name"], tuple(person["roles"]), acts_for)
