# ruff: noqa: D102, PLR0911
"""Whatever is done in whatever order, the pact stands as a plain model says: records, versions, refusals, keys and the past."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from orepact.errors import OrepactError
from orepact.pact import KEEPER, Command, Pact, Viewer
from orepact.pact.chain import verify
from orepact.pact.database import Database
from orepact.pact.state import Kept
from orepact.pact.store import Store

TODAY = date(2026, 6, 15)
START = datetime(2026, 6, 15, 8, tzinfo=UTC)
VIEWERS = {
    "keeper": KEEPER,
    "ana": Viewer("ana", "Ana", frozenset({"analyst"})),
    "adm": Viewer("adm", "Adm", frozenset({"administrator"})),
    "rea": Viewer("rea", "Rea", frozenset({"reader"})),
}
DAYS = [date(2026, 6, 15) - timedelta(days=30 * at) for at in range(6)] + [date(2026, 6, 16)]
SHOWN = [{"address": "https://example.org/1", "grade": "B"}]
PARTIES = ["aa", "bb", "cc"]

days = st.sampled_from([None, *DAYS])
given_days = st.sampled_from([None, "2020-01-01", "2022-01-01", "2024-01-01"])
notes = st.sampled_from(["one", "two", None])
parties = st.sampled_from([*PARTIES, "zz"])
viewers = st.sampled_from(["keeper", "keeper", "ana", "ana", "adm", "rea"])
keys = st.sampled_from([None, None, None, "k1", "k2"])
seen = st.sampled_from([None, None, None, 0, 1, 2])
evidence = st.sampled_from([[], SHOWN])

Fields = dict[str, Any]


class Refused(Exception):
    """What the model refuses, by the name of the failure."""


class Model:
    """The pact in plain words: a list of what was done."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.current: dict[tuple[str, str], Fields] = {}
        self.keys: dict[tuple[str, str], tuple[Command, int]] = {}

    def fold(self, day: date | None = None, known_by: datetime | None = None) -> dict[tuple[str, str], Fields]:
        """Every record as of a day, by what was known at a moment."""
        found: dict[tuple[str, str], Fields] = {}
        for each in self.events:
            if (day is None or each["effective"] <= day) and (known_by is None or each["recorded"] <= known_by):
                happened(found, each)
        return found

    def do(self, who: str, command: Command, key: str | None, now: datetime) -> int:
        """Do it; the place of the event. Raises Refused."""
        if key is not None and (who, key) in self.keys:
            asked, at = self.keys[who, key]
            if asked != command:
                raise Refused("Conflict")
            return at
        record, version = self.allowed(who, command)
        self.events.append({
            "kind": command.kind, "id": record, "version": version, "verb": command.verb, "data": dict(command.data),
            "effective": command.effective or TODAY, "recorded": now, "evidence": list(command.evidence),
        })  # fmt: skip
        happened(self.current, self.events[-1])
        if key is not None:
            self.keys[who, key] = (command, len(self.events))
        return len(self.events)

    def allowed(self, who: str, command: Command) -> tuple[str, int]:
        """The id and version that the event has, in the order in which things are looked at. Raises Refused."""
        state = self.current
        at = (command.kind, str(command.record))
        before = None if command.verb == "add" else state.get(at)
        if command.verb != "add" and before is None:
            raise Refused("NoRecord")
        version = before["version"] if before else 0
        if command.expected is not None and command.expected != version:
            raise Refused("Conflict")
        after = dict(command.data) if before is None else before | dict(command.data)
        if not in_order(after) or (command.effective or TODAY) > TODAY:
            raise Refused("BadInput")
        if before is None and at in state:
            raise Refused("Conflict")
        if who not in {"keeper", "adm" if command.kind == "parameter" else "ana"}:
            raise Refused("Denied")
        if not all(each in state for each in named(command)) or stopped(command, before):
            raise Refused("BadInput")
        return at[1], version + 1


def in_order(fields: Fields) -> bool:
    since, until = fields.get("since"), fields.get("until")
    return since is None or until is None or since <= until


def named(command: Command) -> list[tuple[str, str]]:
    """Records that a command names."""
    found = [("party", each) for each in command.data.get("parties", [])]
    found += [("party", command.data[name]) for name in ("home", "member") if command.data.get(name)]
    return found


def stopped(command: Command, before: Fields | None) -> bool:
    """Whether a guard stands in the way."""
    recurs = before is not None and "every_months" in before.get("due", {})
    if command.verb in {"show", "meet", "lapse", "not_yet"} and not command.evidence:
        return True
    if command.verb in {"meet", "lapse"} and before is not None and before["outcome"] is not None:
        return True
    if command.verb == "meet":
        return (str(command.data.get("on") or "") > str(TODAY)) or recurs != ("due" in command.data)
    return command.verb == "reopen" and before is not None and before["outcome"] is None


def happened(found: dict[tuple[str, str], Fields], event: dict[str, Any]) -> None:
    """One more thing happened to the records, if it was to one that is there."""
    at = (event["kind"], event["id"])
    if event["verb"] == "add":
        fields = {"note": None, "outcome": None, "clauses": [], "fulfilled": [], "evidence": 0} | event["data"]
    elif at in found:
        fields = step(found[at], event)
    else:
        return
    shown = fields["evidence"] + len(event["evidence"])
    found[at] = fields | {"version": event["version"], "evidence": shown, "id": event["id"]}


def step(before: Fields, event: dict[str, Any]) -> Fields:
    """A record after one more thing was done to it."""
    data = event["data"]
    match event["verb"]:
        case "show":
            return before
        case "state":
            others = [each for each in before["clauses"] if each["clause"] != data["clause"]]
            return before | {"clauses": [*others, data]}
        case "meet" if "due" in data:
            return before | {"fulfilled": [*before["fulfilled"], {"on": None} | data]}
        case "meet":
            return before | {"outcome": "met", "ended": data.get("on")}
        case "lapse":
            return before | {"outcome": "lapsed", "ended": data["on"]}
        case "not_yet":
            return before | {"not_met_by": max(data["on"], before.get("not_met_by") or data["on"])}
        case "reopen":
            return before | {"outcome": None, "ended": None}
        case "set":
            return before | {"value": data["value"]}
        case _:
            return before | data


def agrees(dump: Any, said: Any) -> bool:
    """Whether a record is as the model says, wherever the model says something."""
    if isinstance(said, dict):
        return isinstance(dump, dict) and all(agrees(dump.get(name), each) for name, each in said.items())
    if isinstance(said, list):
        return len(dump) == len(said) and all(map(agrees, dump, said))
    return bool(dump == said)


def same(kept: Kept, said: Fields) -> None:
    """A record is as the model says."""
    dump = kept.record.model_dump(mode="json") | {"version": kept.version, "evidence": len(kept.evidence)}
    fields = {name: value for name, value in said.items() if name in dump}
    assert agrees(dump, fields), f"{dump} against {fields}"


class Machine(RuleBasedStateMachine):
    """The pact beside its model."""

    url: ClassVar[str] = "sqlite://"

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.model = Model()
        database = Database(self.url)
        if database.prepare() is False:
            raise AssertionError("the database is not new")
        self.pact = Pact(Store(database, lambda: self.now))

    def teardown(self) -> None:
        self.compare(None, None)
        assert verify(self.pact.store).intact
        self.pact.close()

    def do(self, who: str, key: str | None, command: Command) -> None:
        """Do it in both, and compare what comes of it."""
        self.now += timedelta(minutes=1)
        told, events = "", len(self.model.events)
        try:
            place = self.model.do(who, command, key, self.now)
        except Refused as refused:
            told, place = str(refused), 0
        try:
            done = self.pact.do(VIEWERS[who], command, key)
        except OrepactError as error:
            assert type(error).__name__ == told, f"{error} for {command}"  # noqa: PT017
        else:
            assert not told, f"{told} expected for {command}"
            assert done.event.seq == place
            event = self.model.events[place - 1]
            assert (done.kept.id, done.kept.version) == (event["id"], event["version"])
            if place == len(self.model.events):
                same(done.kept, self.model.current[event["kind"], event["id"]])
        assert self.pact.store.state().seq == len(self.model.events) >= events

    def compare(self, day: date | None, known_by: datetime | None) -> None:
        """Every record of both, as of a day, by what was known at a moment."""
        sight = self.pact.sight(KEEPER, day, known_by)
        found = {(kind, each.id): each for kind in sight.state.records for each in sight.all(kind)}
        said = self.model.fold(day, known_by)
        assert found.keys() == said.keys()
        for at, kept in found.items():
            same(kept, said[at])

    @rule(who=viewers, key=keys, record=st.sampled_from(PARTIES), since=given_days, until=given_days, day=days)
    def add_party(
        self, who: str, key: str | None, record: str, since: str | None, until: str | None, day: date
    ) -> None:
        data = {"name": record.upper(), "kind": "state"} | {"since": since, "until": until}
        self.do(who, key, Command("party", "add", data, record, effective=day))

    @rule(who=viewers, key=keys, record=parties, since=given_days, until=given_days, day=days, expected=seen)
    def change_party(
        self, who: str, key: str | None, record: str, since: str | None, until: str | None, day: date, expected: int | None
    ) -> None:  # fmt: skip
        data = {name: value for name, value in (("since", since), ("until", until)) if value}
        self.do(who, key, Command("party", "change", data, record, effective=day, expected=expected))

    @rule(who=viewers, key=keys, record=parties, note=notes, home=st.sampled_from([None, "aa", "zz"]), day=days)
    def note_party(self, who: str, key: str | None, record: str, note: str | None, home: str | None, day: date) -> None:
        data = {"note": note} | ({"home": home} if home else {})
        self.do(who, key, Command("party", "change", data, record, effective=day))

    @rule(who=viewers, record=st.sampled_from(["m1", "m2"]), member=parties, day=days)
    def add_membership(self, who: str, record: str, member: str, day: date) -> None:
        if ("party", "aa") in self.model.current:
            self.do(who, None, Command("membership", "add", {"member": member, "of": "aa"}, record, effective=day))

    @rule(who=viewers, record=st.sampled_from(["m1", "m2"]), until=given_days, note=notes, day=days, expected=seen)
    def end_membership(
        self, who: str, record: str, until: str | None, note: str | None, day: date, expected: int | None
    ) -> None:  # fmt: skip
        if ("party", "aa") in self.model.current:
            data = {"until": until, "note": note}
            self.do(who, None, Command("membership", "change", data, record, effective=day, expected=expected))

    @rule(who=viewers, key=keys, note=notes, day=days)
    def add_initiative(self, who: str, key: str | None, note: str | None, day: date) -> None:
        data = {
            "name": "I",
            "functions": ["data"],
            "minerals": ["*"],
            "stages": ["*"],
            "countries": ["*"],
            "note": note,
        }
        self.do(who, key, Command("initiative", "add", data, "i1", effective=day))

    @rule(who=viewers, party=parties, other=parties, day=days)
    def add_agreement(self, who: str, party: str, other: str, day: date) -> None:
        self.do(who, None, Command("agreement", "add", {"name": "G", "parties": [party, other]}, "g1", effective=day))

    @rule(
        who=viewers, at=st.sampled_from([("agreement", "g1"), ("initiative", "i1")]), clause=st.sampled_from(["c1", "c2"]),
        stands=st.sampled_from(["yes", "no"]), day=days, expected=seen,
    )  # fmt: skip
    def state_clause(
        self, who: str, at: tuple[str, str], clause: str, stands: str, day: date, expected: int | None
    ) -> None:  # fmt: skip
        data = {"clause": clause, "stands": stands}
        self.do(who, None, Command(at[0], "state", data, at[1], effective=day, expected=expected))

    @rule(who=viewers, key=keys, record=st.sampled_from(["p1", "p2"]), party=parties, recurs=st.booleans(), day=days)
    def promise(self, who: str, key: str | None, record: str, party: str, recurs: bool, day: date) -> None:
        due = {"every_months": 6} if recurs else {"on": "2026-05-01"}
        data = {"clause": "c", "text": "T", "parties": [party], "due": due}
        self.do(who, key, Command("commitment", "add", data, record, effective=day))

    @rule(
        who=viewers, key=keys, record=st.sampled_from(["p1", "p2"]), verb=st.sampled_from(["meet", "lapse", "not_yet", "reopen", "show"]),
        on=st.sampled_from(["2026-04-01", "2026-06-15", "2026-07-01"]), due=st.booleans(), shown=evidence, day=days,
    )  # fmt: skip
    def keep_or_break(
        self, who: str, key: str | None, record: str, verb: str, on: str, due: bool, shown: list[Any], day: date
    ) -> None:  # fmt: skip
        data: Fields = {
            "meet": {"on": on} | ({"due": "2026-04-01"} if due else {}),
            "lapse": {"on": on, "reason": "r"},
        }.get(verb, {"on": on} if verb == "not_yet" else {"reason": "r"} if verb == "reopen" else {})
        self.do(who, key, Command("commitment", verb, data, record, effective=day, evidence=shown))

    @rule(who=viewers, record=st.sampled_from(["p1", "p2"]), recurs=st.booleans(), day=days)
    def move_due(self, who: str, record: str, recurs: bool, day: date) -> None:
        due = {"every_months": 6} if recurs else {"on": "2026-07-01"}
        self.do(who, None, Command("commitment", "change", {"due": due}, record, effective=day))

    @rule(who=viewers, key=keys, value=st.sampled_from([0.5, 0.65]), day=days)
    def add_parameter(self, who: str, key: str | None, value: float, day: date) -> None:
        data = {"name": "Q", "value": value, "unit": "1", "source": "S"}
        self.do(who, key, Command("parameter", "add", data, "q1", effective=day))

    @rule(who=viewers, key=keys, value=st.sampled_from([0.7, 0.8]), day=days, expected=seen)
    def set_parameter(self, who: str, key: str | None, value: float, day: date, expected: int | None) -> None:
        data = {"value": value, "reason": "R"}
        self.do(who, key, Command("parameter", "set", data, "q1", effective=day, expected=expected))

    @rule(day=days, back=st.sampled_from([None, 0, 1, 3, 8]))
    def look_back(self, day: date | None, back: int | None) -> None:
        self.compare(day, None if back is None else self.now - timedelta(minutes=back))

    @rule()
    def open_again(self) -> None:
        text = self.pact.store.state().text()
        self.pact.store = Store(self.pact.store.database, lambda: self.now)
        assert self.pact.store.state().text() == text


def steps(examples: int) -> settings:
    return settings(
        max_examples=examples, stateful_step_count=30, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def test_the_pact_stands_as_a_plain_model_says() -> None:
    run_state_machine_as_test(Machine, settings=steps(285))


def test_the_pact_in_postgresql_stands_as_a_plain_model_says(request: pytest.FixtureRequest) -> None:
    new = request.getfixturevalue("new_postgres_url")

    class OnPostgres(Machine):
        def __init__(self) -> None:
            type(self).url = new()
            super().__init__()

    run_state_machine_as_test(OnPostgres, settings=steps(15))
