"""Who somebody is: passwords, tokens, sessions and the code of the first start, and the viewer that each of them makes.

What is secret is shown once, to whom it belongs, and kept as a hash: argon2 for passwords, which people choose, SHA-256 for what is drawn
at random (32 bytes). None of it enters the log; that somebody was let in, was given a token or lost it does.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from orepact.errors import BadInput, OrepactError, Problem
from orepact.pact.access import Denied, Viewer
from orepact.pact.canonical import digest, moment
from orepact.pact.limits import Limits
from orepact.pact.pact import Command, Done, Pact
from orepact.pact.tables import secret, session
from orepact.policy.record import shown

if TYPE_CHECKING:
    from pwdlib import PasswordHash

    from orepact.pact.kinds.people import Person

TOKEN = "orep_"  # noqa: S105  (how every token begins)
SESSION_HOURS = 12
SET_UP_HOURS = 24
SET_UP = "set-up"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
SIGN_IN_NAME = r"[a-z0-9][a-z0-9_.@-]{0,79}"
NEWCOMER = Viewer("set-up", "whoever started the workbench", frozenset(), keeper=True)
"""Who acts with the code of the first start."""


class NotSignedIn(OrepactError):
    """Nobody is signed in, or what was shown for it does not hold."""


class People:
    """Those who may sign in to one pact. limits: on failed tries; by the name that was tried, and over all."""

    def __init__(self, pact: Pact, limits: Limits | None = None) -> None:
        self.pact = pact
        self.limits = limits or Limits()

    def viewer_of_token(self, shown_token: str) -> Viewer | None:
        """The viewer that a token makes; None where it is wrong, has ended, or its person has."""
        if not shown_token.startswith(TOKEN):
            return None
        wanted = select(secret.c.id).where(secret.c.hash == digest(shown_token), secret.c.use == "token")
        with self.pact.store.database.reading() as connection:
            found = connection.execute(wanted).scalar()
        kept = None if found is None else self.pact.store.state().get("token", found)
        if kept is None:
            return None
        token: Any = kept.record
        today = self.pact.store.today()
        if token.expires < today or (token.ended is not None and token.ended <= today):
            return None
        viewer = self.viewer_of_person(token.person)
        return None if viewer is None else replace(viewer, scopes=frozenset(token.scopes), token=kept.id)

    def viewer_of_session(self, value: str) -> Viewer | None:
        """The viewer that is signed in with what a browser holds; None where it is wrong or has ended."""
        wanted = select(session.c.person, session.c.expires).where(session.c.hash == digest(value))
        with self.pact.store.database.reading() as connection:
            row = connection.execute(wanted).first()
        if row is None or row.expires <= moment(self.pact.store.now()):
            return None
        return self.viewer_of_person(row.person)

    def viewer_of_person(self, person: str) -> Viewer | None:
        """A person as a viewer, with the rights of this moment; None where there is no such person any more."""
        kept = self.pact.store.state().get("person", person)
        if kept is None:
            return None
        found: Any = kept.record
        if found.ended is not None and found.ended <= self.pact.store.today():
            return None
        return Viewer(kept.id, found.name, frozenset(found.roles), frozenset(found.acts_for))

    def signs_in_as(self, name: str) -> str | None:
        """The person who signs in by a name; None where nobody does."""
        wanted = select(secret.c.person).where(secret.c.id == password_id(name.strip().casefold()))
        with self.pact.store.database.reading() as connection:
            found: str | None = connection.execute(wanted).scalar()
        return found

    def person_of(self, issuer: str, subject: str) -> str | None:
        """The person that an issuer of OpenID Connect knows by a name; None where there is none, or more than one."""
        found = [
            each.id
            for each in self.pact.store.state().all("person")
            if _vouched(each.record) == (issuer, subject) and self.viewer_of_person(each.id) is not None
        ]
        return found[0] if len(found) == 1 else None

    def sign_in(self, name: str, password: str, client: str = "") -> str:
        """A session for whoever knows name and password. Raises NotSignedIn in the same words whoever it is, TooOften after many tries.

        client: address that asks: failures are counted by name and address, so that a stranger elsewhere locks nobody out.
        """
        name = name.strip().casefold()
        spare = _nobodys()
        with self.limits.one_try(f"name {name[:100]} from {client[:100]}") as tried:
            wanted = select(secret.c.person, secret.c.hash).where(secret.c.id == password_id(name))
            with self.pact.store.database.reading() as connection:
                row = connection.execute(wanted).first()
            right = matches(password, spare if row is None else row.hash)
            if row is None or not right or self.viewer_of_person(row.person) is None:
                raise NotSignedIn(_WRONG)
            tried.succeeded()
        return self.open_session(row.person)

    def open_session(self, person: str) -> str:
        """What the browser of somebody who was recognised holds from now on, for twelve hours."""
        value = secrets.token_urlsafe(32)
        now = self.pact.store.now()
        row = {"hash": digest(value), "person": person, "expires": moment(now + timedelta(hours=SESSION_HOURS))}
        with self.pact.store.database.writing() as connection:
            connection.execute(delete(session).where(session.c.expires <= moment(now)))
            connection.execute(insert(session), row)
        return value

    def sign_out(self, value: str) -> None:
        """End the session of a browser."""
        with self.pact.store.database.writing() as connection:
            connection.execute(delete(session).where(session.c.hash == digest(value)))

    def add_token(self, viewer: Viewer, command: Command, key: str | None = None) -> tuple[Done, str | None]:
        """A token for the viewer, with its secret: shown this once. None in its place where the same was done before under the key.

        Raises Denied where a token asks: what leaked must not be able to make more of itself.
        """
        if viewer.token is not None:
            todo = "sign in, and make it there"
            raise Denied(Problem("token, add", "a token makes no tokens", "a request with a token", todo))
        given = {"person": viewer.id, **command.data}
        done = self.pact.do(viewer, replace(command, data=given), key)
        made = f"{TOKEN}{secrets.token_urlsafe(32)}"
        token: Any = done.kept.record
        until = datetime(token.expires.year, token.expires.month, token.expires.day, tzinfo=UTC) + timedelta(days=1)
        row = {
            "id": done.kept.id, "person": token.person, "use": "token", "hash": digest(made), "scopes": " ".join(token.scopes),
            "expires": moment(until),
        }  # fmt: skip
        with self.pact.store.database.writing() as connection:
            if connection.execute(select(secret.c.id).where(secret.c.id == done.kept.id)).scalar() is not None:
                return done, None
            connection.execute(insert(secret), row)
        return done, made

    def needs_set_up(self) -> bool:
        """Whether no administrator can sign in yet."""
        with self.pact.store.database.reading() as connection:
            known = set(connection.execute(select(secret.c.person).where(secret.c.use == "password")).scalars())
        people = (each for each in self.pact.store.state().all("person") if self.viewer_of_person(each.id) is not None)
        return not any(
            "administrator" in each.record.roles and (each.id in known or _vouched(each.record) is not None)  # type: ignore[attr-defined]
            for each in people
        )

    def new_set_up_code(self) -> str:
        """The code with which the first administrator is made, once and within a day; one made earlier holds no more."""
        code = secrets.token_urlsafe(24)
        until = moment(self.pact.store.now() + timedelta(hours=SET_UP_HOURS))
        row = {"id": SET_UP, "person": "", "use": SET_UP, "hash": digest(code), "scopes": "", "expires": until}
        with self.pact.store.database.writing() as connection:
            connection.execute(delete(secret).where(secret.c.id == SET_UP))
            connection.execute(insert(secret), row)
        return code

    def set_up(self, code: str, name: str, shown_name: str, password: str) -> str:
        """Make the first administrator and sign in. Raises BadInput for what is wrong, NotSignedIn for a code that does not hold."""
        name = name.strip().casefold()
        with self.limits.one_try(SET_UP) as tried:
            if not self._code_holds(code):
                raise NotSignedIn(_NO_CODE)
            tried.succeeded()
        _check_new(name, shown_name, password)
        hashed = hashing().hash(password)
        with self.pact.store.database.writing() as connection:
            used = connection.execute(delete(secret).where(secret.c.id == SET_UP, secret.c.hash == digest(code)))
        if used.rowcount != 1:
            raise NotSignedIn(_NO_CODE)
        made = self.pact.do(NEWCOMER, Command("person", "add", {"name": shown_name, "roles": ["administrator"]}))
        row = {
            "id": password_id(name),
            "person": made.kept.id,
            "use": "password",
            "hash": hashed,
            "scopes": "",
            "expires": None,
        }
        with self.pact.store.database.writing() as connection:
            connection.execute(delete(secret).where(secret.c.id == row["id"]))
            connection.execute(insert(secret), row)
        return self.open_session(made.kept.id)

    def _code_holds(self, code: str) -> bool:
        with self.pact.store.database.reading() as connection:
            row = connection.execute(select(secret.c.hash, secret.c.expires).where(secret.c.id == SET_UP)).first()
        kept = "" if row is None or (row.expires or "") <= moment(self.pact.store.now()) else row.hash
        return secrets.compare_digest(kept, digest(code)) and self.needs_set_up()


def _vouched(person: Any) -> tuple[str, str] | None:
    """By whom a person is vouched for, and as whom; None where nobody does."""
    found: Person = person
    return None if found.issuer is None or found.subject is None else (found.issuer, found.subject)


def password_id(name: str) -> str:
    """Id of the secret of a name that signs in."""
    return f"password {digest(name)}"


def _check_new(name: str, shown_name: str, password: str) -> None:
    """Raise BadInput with everything that is wrong with a first administrator."""
    place, problems = "set-up", []
    if not re.fullmatch(SIGN_IN_NAME, name):
        todo = "begin with a letter or digit, and use letters, digits and . _ - @, at most 80"
        problems.append(Problem(f"{place}, name", "it is no name to sign in with", shown(name), todo))
    if not shown_name.strip() or len(shown_name) > LONGEST_PASSWORD:
        found = f"{len(shown_name)} characters"
        problems.append(Problem(f"{place}, shown name", "it is empty or too long", found, "give 1 to 200 characters"))
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        todo = f"give {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters: several words are best"
        problems.append(
            Problem(f"{place}, password", "it is too short or too long", f"{len(password)} characters", todo)
        )
    if problems:
        raise BadInput(problems)


@cache
def hashing() -> PasswordHash:
    """How passwords are hashed: argon2id."""
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    """The hash of a password that nobody has, so that a name that is not there takes as long as one that is."""
    return hashing().hash(secrets.token_urlsafe(32))


def matches(password: str, hashed: str) -> bool:
    """Whether a password is the one with this hash. One that is longer than any may be is not looked at."""
    return hashing().verify(password[: LONGEST_PASSWORD + 1], hashed)


_WRONG = Problem("sign-in", "name and password do not belong together", "another pair", "check both, and try again")
_NO_CODE = Problem(
    "set-up",
    "the code does not hold: it is wrong, was used, or is older than a day",
    "another code",
    "restart the workbench for a new one",
)
