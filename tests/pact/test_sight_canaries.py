"""Whatever happened to a record, nobody reads a word of it that was never theirs: not now, not in the past, not in an error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orepact.errors import BadInput, OrepactError
from orepact.pact import ANYBODY, KEEPER, Command, Pact, Viewer
from orepact.pact.access import may_read, may_read_record
from orepact.pact.database import Database
from orepact.pact.listing import row
from orepact.pact.store import Store

TODAY = date(2026, 6, 15)
DAYS = [TODAY - timedelta(days=30 * at) for at in range(5)]
PARTIES = ("aa", "bb")
DELEGATES = {each: Viewer(f"of-{each}", each, frozenset({"party delegate"}), frozenset({each})) for each in PARTIES}
VIEWERS = {
    **DELEGATES,
    "anybody": ANYBODY,
    "analyst": Viewer("ana", "Ana", frozenset({"analyst"})),
    "administrator": Viewer("adm", "Adm", frozenset({"administrator"})),
    "operator": Viewer("op", "Op", frozenset({"round operator", "reserve manager"}), frozenset(PARTIES)),
    "firm": Viewer("f", "F", frozenset({"firm"}), frozenset({"aa"})),
}
TIERS = st.sampled_from([
    ("public", None, ()), ("public", "aa", ()), ("party", "aa", ()), ("party", "aa", ("bb",)), ("party", "bb", ()), ("firm", "aa", ()),
])  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "tier", "note", "clause", "show", "wipe"]), st.integers(0, 2), TIERS, st.sampled_from(DAYS), st.booleans()
    ),
    min_size=3, max_size=14,
)  # fmt: skip


class History:
    """A pact in memory with what was said in it: each word once, and who could ever read it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 15, 8, tzinfo=UTC)
        database = Database("sqlite://")
        database.prepare()
        self.pact = Pact(Store(database, lambda: self.now))
        self.words = count(1)
        self.ids: list[str] = []
        self.given: dict[str, set[str]] = {}
        self.of: dict[str, str] = {}
        self.new: list[str] = []
        for each in PARTIES:
            self.pact.do(KEEPER, Command("party", "add", {"name": each, "kind": "state"}, effective=DAYS[-1]))

    def word(self) -> str:
        """A word that nobody has used."""
        found = f"canary{next(self.words):04d}z"
        self.new.append(found)
        return found

    def do(self, command: Command) -> None:
        """Do it where it can be done, and note who can read which word by what stands then."""
        self.now += timedelta(minutes=1)
        new, self.new = self.new, []
        try:
            done = self.pact.do(KEEPER, command)
        except OrepactError:
            return
        for word in new:
            self.given[word], self.of[word] = set(), done.kept.id
        if command.verb == "add":
            self.ids.append(done.kept.id)
        self.note()

    def note(self) -> None:
        """Who may read each word now, by the tier of its record and of the event that it came with."""
        for each in self.pact.store.state().all("initiative"):
            record = each.record.model_dump_json()
            for word in self.given:
                if word in record:
                    readers = [*each.record.readers, *([each.record.owner] if each.record.owner else [])]
                    self.given[word] |= {
                        name for name, viewer in VIEWERS.items() if may_read(viewer, each.record.tier, readers)
                    }
        for event in self.pact.store.events(kind="initiative"):
            said = json.dumps(event.record(), default=str)
            for word in self.given:
                if word in said:
                    tier, readers = event.draft.tier, event.draft.readers
                    self.given[word] |= {name for name, viewer in VIEWERS.items() if may_read(viewer, tier, readers)}

    def step(self, what: str, at: int, tier: tuple[str, str | None, tuple[str, ...]], day: date, shown: bool) -> None:
        """One step of a history."""
        evidence = [{"title": self.word()}] if shown or what == "show" else []
        rights = {"tier": tier[0], "owner": tier[1], "readers": list(tier[2])}
        if what == "add":
            data = {"functions": ["data"], "minerals": ["*"], "stages": ["*"], "countries": ["*"], "name": self.word()}
            self.do(Command("initiative", "add", data | rights, effective=day, evidence=evidence, rule=self.word()))
            return
        if not self.ids:
            return
        record = self.ids[at % len(self.ids)]
        day = TODAY if what == "tier" and at else day
        verb, data = {
            "tier": ("change", rights),
            "note": ("change", {"note": self.word()}),
            "wipe": ("change", {"note": None, "lead": None}),
            "clause": ("state", {"clause": "c", "stands": "yes", "summary": self.word()}),
            "show": ("show", {}),
        }[what]
        self.do(Command("initiative", verb, data, record, effective=day, evidence=evidence, rule=self.word()))


def everything(history: History) -> dict[str, str]:
    """All that each viewer can make the pact say."""
    said: dict[str, list[str]] = {name: [] for name in VIEWERS}
    moments = [None, *(history.now - timedelta(minutes=at) for at in range(0, 9, 3))]
    for day in (None, *DAYS):
        for known_by in moments:
            for name, viewer in VIEWERS.items():
                sight = history.pact.sight(viewer, day, known_by)
                said[name] += [json.dumps(row(each), default=str) for each in sight.all("initiative")]
                said[name] += [repr(sight.get("initiative", each)) for each in history.ids]
    return {name: "\n".join([*said[name], *spoken(history, viewer)]) for name, viewer in VIEWERS.items()}


def spoken(history: History, viewer: Viewer) -> Iterator[str]:
    """Histories, and every complaint about commands that name a record."""
    pact = history.pact
    yield from (json.dumps(each.record(), default=str) for each in pact.history(viewer))
    for each in (*history.ids, "canary"):
        yield from (json.dumps(found.record(), default=str) for found in pact.history(viewer, "initiative", each))
        for verb, data in (("change", {"note": "x"}), ("change", {"until": "1900-01-01"}), ("show", {})):
            yield told(pact, viewer, Command("initiative", verb, data, each, expected=99))
            yield told(pact, viewer, Command("initiative", verb, data, each))
        due: dict[str, Any] = {
            "clause": "c",
            "text": "t",
            "parties": [each],
            "agreement": each,
            "due": {"on": "2026-05-01"},
        }
        yield told(pact, viewer, Command("commitment", "add", due))
        yield told(pact, viewer, Command("membership", "add", {"member": "aa", "of": each}))


def told(pact: Pact, viewer: Viewer, command: Command) -> str:
    """Every complaint about a command."""
    return "\n".join(str(problem) for _, problem in pact.check(viewer, [command]))


@settings(
    max_examples=60, deadline=None, derandomize=True, database=None, phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(STEPS)
def test_nobody_reads_a_word_that_was_never_theirs(steps: list[Any]) -> None:
    history = History()
    for step in steps:
        history.step(*step)
    now = history.pact.store.state()
    for name, said in everything(history).items():
        read = {word for word in history.given if word in said}
        assert {word for word in read if name not in history.given[word]} == set(), name
        closed = {each.id for each in now.all("initiative") if not may_read_record(VIEWERS[name], each.record)}
        assert {word for word in read if history.of[word] in closed} == set(), name
    history.pact.close()


def test_a_day_in_the_past_shows_nothing_that_was_never_opened() -> None:
    """Closed with a secret, then emptied and opened: between the two days the record would be open with the secret in it."""
    history = History()
    pact, closed = history.pact, {"tier": "party", "owner": "aa"}
    data = {
        "functions": ["data"],
        "minerals": ["*"],
        "stages": ["*"],
        "countries": ["*"],
        "name": "Plan",
        "note": "secret",
    }
    record = pact.do(KEEPER, Command("initiative", "add", data | closed, effective=DAYS[4])).kept.id
    pact.do(KEEPER, Command("initiative", "change", {"note": None}, record, effective=DAYS[1]))
    opening = {"tier": "public", "owner": None}
    with pytest.raises(BadInput, match="changed after all else that is said of it"):
        pact.do(KEEPER, Command("initiative", "change", opening, record, effective=DAYS[3]))
    pact.do(KEEPER, Command("initiative", "change", opening, record, effective=DAYS[1]))
    with pytest.raises(BadInput, match="from a later day on"):
        pact.do(KEEPER, Command("initiative", "change", {"note": "late"}, record, effective=DAYS[3]))
    for day in (None, *DAYS):
        shown = pact.sight(ANYBODY, day).get("initiative", record)
        assert (shown is not None) == (day is None or day >= DAYS[1])
        assert "secret" not in repr(shown)


def test_what_shows_a_closed_record_stays_closed_when_the_record_is_opened() -> None:
    history = History()
    pact = history.pact
    data = {"functions": ["data"], "minerals": ["*"], "stages": ["*"], "countries": ["*"], "name": "Plan"}
    shown = [{"title": "minutes of a closed meeting"}]
    asked = Command("initiative", "add", data | {"tier": "party", "owner": "aa"}, evidence=shown, rule="closed rule")
    record = pact.do(KEEPER, asked).kept.id
    pact.do(KEEPER, Command("initiative", "change", {"tier": "public"}, record, evidence=[{"title": "decree"}]))
    told = {}
    for name in ("anybody", "aa"):
        kept = pact.sight(VIEWERS[name]).get("initiative", record)
        assert kept is not None
        events = [json.dumps(each.record()) for each in pact.history(VIEWERS[name], "initiative", record)]
        told[name] = ([each.said["title"] for each in kept.evidence], len(events), "closed" in "".join(events))
    assert told == {"anybody": (["decree"], 1, False), "aa": (["minutes of a closed meeting", "decree"], 2, True)}


def test_a_number_says_nothing_of_what_is_hidden() -> None:
    """Ids of closed records are drawn; an event tells no place in the whole log."""
    history = History()
    data = {"functions": ["data"], "minerals": ["*"], "stages": ["*"], "countries": ["*"], "name": "Plan"}
    ids = [
        history.pact.do(KEEPER, Command("initiative", "add", data | {"tier": "party", "owner": "aa"})).kept.id
        for _ in range(3)
    ]
    assert len(set(ids)) == 3
    assert all(each.startswith("x-") and "plan" not in each for each in ids)
    assert history.pact.do(KEEPER, Command("initiative", "add", data)).kept.id == "plan"
    assert all("seq" not in each.record() and "nonce" not in each.record() for each in history.pact.history(KEEPER))
