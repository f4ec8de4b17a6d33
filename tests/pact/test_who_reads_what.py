"""Every route, every role, every tier: nobody reads what is not theirs, in no form, count, page, tag or sentence."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

import duckdb
import pandas as pd
import pytest
from starlette.testclient import TestClient

from orepact.api.media import CSV, JSON, PARQUET, XLSX
from orepact.api.problems import body_of
from orepact.errors import unknown_problem
from orepact.pact import KEEPER, Command, NoRecord, Pact
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.people import ROLES
from orepact.web.app import create_app

pytestmark = pytest.mark.slow

V1 = "/api/v1/pact"
ACTING = ("cod", "usa", "f1", "f2")
ACTS = ("analyst", "party delegate", "firm")
"""Roles whose rights depend on whom they act for; the others are asked for fewer."""

REQUIRED: dict[str, dict[str, Any]] = {
    "party": {"name": "Party", "kind": "firm"},
    "membership": {"member": "cod", "of": "bloc"},
    "initiative": {"name": "I", "functions": ["data"], "minerals": ["*"], "stages": ["*"], "countries": ["*"]},
    "agreement": {"name": "A", "parties": ["cod"]},
    "commitment": {"clause": "c", "text": "T", "parties": ["cod"], "due": {"on": "2026-01-01"}},
    "project": {"name": "P", "host": ["cod"], "minerals": ["cobalt"]},
    "investigation": {"name": "W", "mineral": "cobalt", "stage": "refined", "importer": "EU27"},
    "dissent": {"investigation": "seen", "text": "T"},
    "credential": {"name": "C", "scheme": "s", "issuer": "I", "begins": "2026-01-01", "ends": "2026-12-31"},
}
"""The least that a record of each kind that parties keep must have."""


def least_of(kind: str) -> dict[str, Any]:
    """The least that a new record of a kind must have; no two credentials have one hash."""
    return REQUIRED[kind] | ({"digest": token_hex(32)} if kind == "credential" else {})


@dataclass(frozen=True)
class Secret:
    """A text that stands in one event of a record, and who may read it: a tier with its readers, both then and now."""

    kind: str
    record: str
    text: str
    event: str
    walls: tuple[tuple[str, tuple[str, ...]], ...]
    stands: bool = True
    """Whether it is in the record as it stands."""


@dataclass
class World:
    """A pact with a secret of every tier in every kind, and people of every role."""

    pact: Pact
    client: TestClient
    secrets: list[Secret] = field(default_factory=list)
    people: dict[str, tuple[str, frozenset[str], frozenset[str]]] = field(default_factory=dict)
    """Session of each, with roles and whom they act for."""

    ids: dict[str, str] = field(default_factory=dict)

    def ask(self, who: str, path: str, method: str = "GET", **more: Any) -> Any:
        """What somebody is answered."""
        self.client.cookies.clear()
        if who != "anybody":
            self.client.cookies.set("orepact_session", self.people[who][0])
        return self.client.request(method, path if path.startswith("/") else f"{V1}/{path}", **more)

    def allowed(self, who: str, secret: Secret) -> bool:
        """Whether somebody may read a secret: written down here again, apart from the code that decides it."""
        _, roles, acts = self.people.get(who, ("", frozenset({"reader"}), frozenset()))
        return all(self._passes(who, roles, acts, *wall) for wall in secret.walls)

    def _passes(
        self, who: str, roles: frozenset[str], acts: frozenset[str], tier: str, readers: tuple[str, ...]
    ) -> bool:
        if tier == "public" or "auditor" in roles:
            return True
        if tier == "people":
            return "administrator" in roles or self.ids.get(who) in readers
        through = {"party": {"analyst", "party delegate"}, "firm": {"firm", "party delegate"}}[tier]
        return bool(roles & through) and bool(acts & set(readers))


def text_of(answer: Any, form: str) -> str:
    """An answer as text, whatever its form."""
    if form == XLSX:
        return str(pd.read_excel(io.BytesIO(answer.content), dtype=str).fillna("").to_csv())
    if form == PARQUET:
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as connection:
            file.write(answer.content)
            file.flush()
            return str(connection.read_parquet(file.name).fetchall())
    return str(answer.text)


def add(world: World, kind: str, tier: str, owner: str | None, readers: tuple[str, ...] = (), **more: Any) -> str:
    """A record with a secret in its note."""
    text = f"secret-{kind}-{tier}-{len(world.secrets)}-end"
    data = {**least_of(kind), "tier": tier, "owner": owner, "readers": list(readers), "note": text, **more}
    done = world.pact.do(KEEPER, Command(kind, "add", data, evidence=[{"title": f"shown-{text}"}]))
    seen_by = (*readers, *([owner] if owner else []))
    world.secrets.append(Secret(kind, done.kept.id, text, done.event.hash, ((tier, seen_by),)))
    return done.kept.id


@pytest.fixture
def world(pact: Pact) -> Iterator[World]:
    client = TestClient(create_app(pact=pact), base_url="http://127.0.0.1")
    found = World(pact, client)
    for name, kind in (("cod", "state"), ("usa", "state"), ("f1", "firm"), ("f2", "firm"), ("bloc", "bloc")):
        pact.do(KEEPER, Command("party", "add", {"id": name, "name": f"Name of {name}", "kind": kind}))
    pact.do(KEEPER, Command("investigation", "add", REQUIRED["investigation"], "seen"))
    for kind in REQUIRED:
        add(found, kind, "public", None)
        add(found, kind, "party", "cod")
        add(found, kind, "party", "cod", ("usa",))
        add(found, kind, "firm", "f1")
    _moved(found)
    _people(found)
    parameter = {"id": "p", "name": "P", "value": 1, "unit": "1", "source": "here"}
    pact.do(KEEPER, Command("parameter", "add", parameter))
    set_ = Command("parameter", "set", {"value": 2, "reason": "because"}, "p")
    pact.do(KEEPER, set_)
    with client:
        yield found


def _moved(world: World) -> None:
    """Records that were opened and closed: what was written before is for who may read it both as it was and as it is."""
    closed = add(world, "project", "public", "cod")
    first = world.secrets.pop()
    text = "secret-closed-later-end"
    done = world.pact.do(KEEPER, Command("project", "change", {"tier": "party", "note": text}, closed))
    wall = ("party", ("cod",))
    world.secrets += [
        Secret("project", closed, first.text, first.event, (("public", ()), wall), stands=False),
        Secret("project", closed, text, done.event.hash, (wall,)),
    ]
    opened = add(world, "project", "party", "cod")
    first = world.secrets.pop()
    text = "secret-opened-later-end"
    done = world.pact.do(KEEPER, Command("project", "change", {"tier": "public", "note": text, "owner": "cod"}, opened))
    world.secrets += [
        Secret("project", opened, first.text, first.event, (wall,), stands=False),
        Secret("project", opened, text, done.event.hash, (("public", ()),)),
    ]


def _people(world: World) -> None:
    """Somebody of each role for each of those that can be acted for, and one for nobody."""
    people = world.client.app.state.people  # type: ignore[attr-defined]
    for role in ROLES:
        for acts in ((), *((each,) for each in (ACTING if role in ACTS else ACTING[::2]))):
            firm = acts and acts[0].startswith("f")
            if (role == "party delegate" and (not acts or firm)) or (role == "firm" and not firm):
                continue
            name = f"{role} for {acts[0] if acts else 'nobody'}"
            note = f"secret-person-{len(world.people)}-end"
            data = {"name": name, "roles": [role], "acts_for": list(acts), "note": note}
            done = world.pact.do(KEEPER, Command("person", "add", data))
            world.ids[name] = done.kept.id
            world.people[name] = (people.open_session(done.kept.id), frozenset({role}), frozenset(acts))
            world.secrets.append(Secret("person", done.kept.id, note, done.event.hash, (("people", (done.kept.id,)),)))
            text = f"secret-token-{len(world.people)}-end"
            viewer = people.viewer_of_person(done.kept.id)
            expires = str(world.pact.store.today())
            token, _ = people.add_token(viewer, Command("token", "add", {"name": text, "expires": expires}))
            world.secrets.append(Secret("token", token.kept.id, text, token.event.hash, (("people", (done.kept.id,)),)))


def everybody(world: World) -> list[str]:
    return ["anybody", *world.people]


def told_in(text: str) -> set[str]:
    """Secrets that a text tells; what shows one is told with it."""
    return set(re.findall(r"secret-[a-z0-9-]+?-end", text))


def test_lists_histories_and_the_log_tell_each_what_is_theirs_and_all_of_it(world: World) -> None:
    by_kind = {
        kind: [each for each in world.secrets if each.kind == kind] for kind in {each.kind for each in world.secrets}
    }
    for at, who in enumerate(everybody(world)):
        form = (JSON, CSV, XLSX, PARQUET)[at % 4]
        for asked in {JSON, form}:
            for kind, secrets in by_kind.items():
                if asked != JSON and kind not in {"project", "token"}:  # one function makes the tables of all kinds
                    continue
                answer = world.ask(who, f"{KINDS[kind].plural}?limit=500", headers={"accept": asked})
                wanted = {each.text for each in secrets if (each.stands or asked == JSON) and world.allowed(who, each)}
                assert told_in(text_of(answer, asked)) == wanted, (who, kind, asked)
                hidden = {each.record for each in secrets if not world.allowed(who, each) and each.stands}
                assert not [each for each in hidden if each in text_of(answer, asked)], (who, kind, asked)
            log = world.ask(who, "events?limit=500", headers={"accept": asked})
            wanted = {each.text for each in world.secrets if world.allowed(who, each)}
            assert told_in(text_of(log, asked)) == wanted, (who, asked)


def test_every_form_of_a_table_is_of_the_asker_alone(world: World) -> None:
    for who in ("anybody", "reader for f1", "firm for f2", "firm for f1", "administrator for nobody"):
        wanted = {
            each.text for each in world.secrets if each.kind == "project" and each.stands and world.allowed(who, each)
        }
        for form in (CSV, XLSX, PARQUET):
            assert told_in(text_of(world.ask(who, "projects", headers={"accept": form}), form)) == wanted, (who, form)


def test_counts_and_pages_are_of_what_is_theirs(world: World) -> None:
    for who in everybody(world):
        for kind in REQUIRED:
            every = world.ask(who, f"{KINDS[kind].plural}?limit=500").json()
            assert every["total"] == len(every["records"])
            pages = world.ask(who, f"{KINDS[kind].plural}?limit=2").json()
            assert pages["total"] == every["total"]
            assert (pages["next"] is None) == (every["total"] <= 2)
            beyond = world.ask(who, f"{KINDS[kind].plural}?limit=2&offset={every['total']}").json()
            assert (beyond["records"], beyond["next"]) == ([], None)
        assert not [
            each for each in world.ask(who, "events?limit=1").json()["events"] if "seq" in each or "nonce" in each
        ]


def same(answer: Any, name: str) -> tuple[int, str, str | None]:
    """An answer with the name that was asked for left out."""
    return answer.status_code, answer.text.replace(name, "NAME"), answer.headers.get("etag")


def offered(world: World, who: str, kind: str) -> list[str]:
    """What somebody may read of a kind under a name that people chose, and so what an error may offer."""
    found = world.ask(who, f"{KINDS[kind].plural}?limit=500").json()["records"]
    return [each["id"] for each in found if not each["id"].startswith("x-")]


def check_absent(kind: str, answer: Any, name: str, mine: list[str]) -> None:
    """That an answer is the one for a name that nobody ever gave: it offers what the asker may read, and has nothing else in it."""
    expected = unknown_problem(KINDS[kind].plural, kind, name, mine)
    assert answer.status_code == 404
    assert answer.json() == body_of(NoRecord(expected)), name
    assert "etag" not in answer.headers


def few_of_a_kind(world: World, most: int = 6) -> list[Secret]:
    """Some secrets of each kind, as they stand."""
    by_kind: dict[str, list[Secret]] = {}
    for each in world.secrets:
        if each.stands and each.walls[0][0] != "public":
            by_kind.setdefault(each.kind, []).append(each)
    return [each for found in by_kind.values() for each in found[:most]]


def test_a_record_that_is_not_theirs_is_not_there(world: World) -> None:
    change = {"json": {"data": {"note": "mine"}}}
    ways: tuple[tuple[str, dict[str, Any]], ...] = (
        ("", {}), ("", {"headers": {"if-none-match": '"1"'}}), ("", {"headers": {"if-none-match": "*"}}), ("/history", {}),
        ("", {"params": {"as_of": "2026-05-01"}}), ("", {"params": {"known_by": "2030-01-01T00:00:00Z"}}),
        ("/history", {"headers": {"accept": CSV}}),
    )  # fmt: skip
    for who in everybody(world):
        mine = {kind: offered(world, who, kind) for kind in (*REQUIRED, "person", "token")}
        for at, secret in enumerate(few_of_a_kind(world, 3)):
            address = f"{KINDS[secret.kind].plural}/{secret.record}"
            if world.allowed(who, secret):
                one = world.ask(who, address)
                assert (one.status_code, secret.text in one.text) == (200, True), (who, secret)
                continue
            for path, more in (ways[at % len(ways)], ways[(at + 1) % len(ways)]):
                hidden = world.ask(who, address + path, **more)
                if "params" in more:  # then it offers what there was
                    assert (hidden.status_code, secret.text in hidden.text) == (404, False)
                else:
                    check_absent(secret.kind, hidden, secret.record, mine[secret.kind])
            verb, headers = (
                "end" if secret.kind == "token" else "change",
                ({}, {"if-match": '"1"'}, {"if-match": '"7"'})[at % 3],
            )
            hidden = world.ask(who, f"{address}/{verb}", "POST", headers=headers, **change)
            if who == "anybody":
                assert hidden.status_code == 401
            else:
                check_absent(secret.kind, hidden, secret.record, mine[secret.kind])
    assert not [each for each in world.pact.store.events() if each.draft.data.get("note") == "mine"]


def test_the_past_tells_no_more_than_the_present(world: World) -> None:
    after = max(each.recorded for each in world.pact.store.events())
    moments = [each.recorded.isoformat().replace("+00:00", "Z") for each in world.pact.store.events(kind="project")]
    for who in ("anybody", "reader for cod", "party delegate for usa", "firm for f2", "administrator for cod"):
        wanted = {each.text for each in world.secrets if each.kind == "project" and world.allowed(who, each)}
        for moment in moments:
            found = told_in(world.ask(who, "projects", params={"known_by": moment, "limit": 500}).text)
            assert found <= wanted, (who, moment)
    assert after


def test_an_event_that_is_not_theirs_is_no_place_in_the_log(world: World) -> None:
    unknown = "0" * 64
    for who in everybody(world):
        for secret in few_of_a_kind(world):
            after = world.ask(who, f"events?after={secret.event}&limit=1")
            if world.allowed(who, secret):
                assert after.status_code == 200
            else:
                assert same(after, secret.event) == same(world.ask(who, f"events?after={unknown}&limit=1"), unknown)


def test_pages_of_the_log_are_whole_and_in_order(world: World) -> None:
    for who in ("anybody", "auditor for nobody", "firm for f1"):
        every = [each["hash"] for each in world.ask(who, "events?limit=500").json()["events"]]
        found, address = [], f"{V1}/events?limit=7"
        while address:
            page = world.ask(who, address).json()
            found += [each["hash"] for each in page["events"]]
            address = page["next"]
        assert found == every
        assert len(set(every)) == len(every)


def test_what_errors_offer_is_theirs(world: World) -> None:
    hidden = next(each for each in world.secrets if each.kind == "party" and each.walls[0][0] == "firm")
    secret = hidden.record
    for who in ("analyst for cod", "party delegate for cod", "reader for nobody", "administrator for nobody"):
        near = world.ask(who, f"parties/{secret[:-1]}")
        assert near.status_code == 404
        assert secret not in near.text
        for name in ("readers", "owner"):
            data = {**REQUIRED["project"], "owner": "cod", "tier": "party"}
            told = []
            for one in (secret, "x-0123456789abcdef"):
                given = data | {name: [one] if name == "readers" else one}
                answer = world.ask(who, "projects", "POST", json={"data": given})
                told.append(same(answer, one))
                assert answer.status_code in {403, 422}
            assert told[0] == told[1], (who, name)
        chosen = world.ask(who, "projects", "POST", json={"data": {**REQUIRED["project"], "id": secret}})
        free = world.ask(who, "projects", "POST", json={"data": {**REQUIRED["project"], "id": "x-0123456789abcdef"}})
        assert same(chosen, secret) == same(free, "x-0123456789abcdef")


def test_who_may_not_write_changes_nothing(world: World) -> None:
    before = world.pact.store.state().head
    for who in everybody(world):
        _, roles, acts = world.people.get(who, ("", frozenset(), frozenset()))
        for kind in REQUIRED:
            for owner in ("cod", "f1"):
                may = owner in acts and bool(roles & KINDS[kind].verbs["add"].roles)
                if not may:
                    answer = world.ask(
                        who, KINDS[kind].plural, "POST", json={"data": {**least_of(kind), "owner": owner}}
                    )
                    assert answer.status_code == (401 if who == "anybody" else 403), (who, kind, answer.text)
        if "administrator" not in roles:
            for kind, data in (
                ("people", {"name": "Eve"}),
                ("parameters", {"name": "p", "value": 1, "unit": "1", "source": "s"}),
            ):
                assert world.ask(who, kind, "POST", json={"data": data}).status_code in {401, 403}
            answer = world.ask(who, "parameters/p/set", "POST", json={"data": {"value": 3, "reason": "r"}})
            assert answer.status_code in {401, 403}
        data = {"measure": "m", "cell": ["a"], "figure": 1, "parts": [{"record": "a", "version": 1}]}
        assert world.ask(who, "releases", "POST", json={"data": data}).status_code in {401, 403}
        assert world.ask(who, "verify").status_code == (200 if "auditor" in roles else 401 if who == "anybody" else 403)
    assert world.pact.store.state().head == before


def test_who_lost_a_right_is_not_told_by_a_key_what_came_of_a_request(world: World) -> None:
    secret = next(
        each
        for each in world.secrets
        if each.kind == "project" and each.walls == (("party", ("cod",)),) and each.stands
    )
    who, body = "party delegate for cod", {"data": {"note": "by the delegate"}}
    headers = {"idempotency-key": "once"}
    address = f"projects/{secret.record}/change"
    assert world.ask(who, address, "POST", json=body, headers=headers).status_code == 200
    grant = {"roles": ["reader"], "acts_for": [], "reason": "left"}
    world.pact.do(KEEPER, Command("person", "grant", grant, world.ids[who]))
    world.pact.do(KEEPER, Command("project", "change", {"note": "secret-of-later-end"}, secret.record))
    again = world.ask(who, address, "POST", json=body, headers=headers)
    assert again.status_code == 403
    assert "secret-of-later-end" not in again.text


def test_decisions_are_those_that_they_may_read(world: World) -> None:
    for who in ("anybody", "firm for f1", "auditor for nobody"):
        found = world.ask(who, "decisions").json()["events"]
        assert [each["verb"] for each in found if each["kind"] == "parameter"] == ["add", "set"]


def test_every_reading_route_is_in_this_matrix(world: World) -> None:
    """A route that is added is asked here by somebody who may read nothing, and must tell none of the secrets."""
    paths = world.client.get("/openapi.json").json()["paths"]
    shut = [each for each in world.secrets if not world.allowed("anybody", each)]
    asked = 0
    for path, item in paths.items():
        if path.startswith(V1) and "get" in item:
            kind = next((each for each in KINDS.values() if path.startswith(f"{V1}/{each.plural}")), None)
            ids = [each.record for each in shut if kind is not None and each.kind == kind.name] or ["none"]
            for one in ids[:3] if "{id}" in path or "{record}" in path else ids[:1]:
                answer = world.ask("anybody", path.format(id=one, record=one, measure="project-capacity"))
                asked += 1
                assert answer.status_code < 500
                assert not told_in(answer.text) & {each.text for each in shut}, path
    assert asked > 30
