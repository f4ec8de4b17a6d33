"""The commitment clock: statuses worked out by hand, and what holds whatever the days are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.pact import ANYBODY, KEEPER, Command, Pact, Sight
from orepact.pact.clock import NOTICE_PARAMETER, STATUSES, Reading, chosen, clock, clock_answer, clock_rows
from orepact.pact.kinds.commitments import Commitment
from orepact.pact.state import Kept, Shown, State

SHOWN = ({"address": "https://example.org/page"},)


def day(text: str) -> date:
    return date.fromisoformat(text)


def sight_of(*records: dict[str, Any], effective: str = "2020-01-01", evidence: tuple[Shown, ...] = ()) -> Sight:
    """Everything is public and was written on one day."""
    basis = {"clause": "review", "text": "a promise", "parties": ["EU", "USA"]}
    kept = {}
    for at, said in enumerate(records):
        record = Commitment.model_validate(basis | {"id": f"c{at}"} | said)
        written = datetime(2026, 6, 1, tzinfo=UTC)
        kept[record.id] = Kept(
            "commitment", record, 1, "public", written, day(effective), None, day(effective), evidence=evidence
        )
    state = State(records={"commitment": kept})
    return Sight(ANYBODY, state, state, day("2026-06-01"))


def read(record: dict[str, Any], as_of: str, **options: Any) -> Reading:
    (found,) = clock(sight_of(record, **options), day(as_of))
    return found


AFTER_STATEMENT = {"due": {"event": "joint statement", "event_day": "2026-02-04", "days": 30}}
MET_LATE = AFTER_STATEMENT | {"outcome": "met", "ended": "2026-04-24"}


def test_thirty_days_after_4_february_2026_is_6_march_and_24_april_is_49_days_late() -> None:
    found = read(MET_LATE, "2026-05-01")
    assert (found.due, found.status, found.days) == (day("2026-03-06"), "met late", 49)
    assert found.why == "met on 2026-04-24, 49 days late"


def test_what_came_later_does_not_count() -> None:
    found = read(MET_LATE, "2026-04-01")
    assert (found.status, found.days) == ("unknown", 26)
    assert found.why.startswith("unknown, due date passed")
    assert read(MET_LATE, "2026-03-06").status == "due"
    assert read(MET_LATE, "2026-02-03").due is None


@pytest.mark.parametrize(
    ("what", "due", "days"),
    [
        ({"on": "2026-04-05"}, "2026-04-05", 26),
        ({"event": "ministerial statement", "event_day": "2025-10-28", "days": 180}, "2026-04-26", 5),
        ({"event": "ministerial statement", "event_day": "2025-10-28", "months": 6}, "2026-04-28", 3),
    ],
)
def test_past_its_day_without_evidence_nobody_knows(what: dict[str, Any], due: str, days: int) -> None:
    found = read({"due": what}, "2026-05-01")
    assert (found.due, found.status, found.days) == (day(due), "unknown", days)


def test_met_on_the_day_is_met_and_a_day_after_is_late() -> None:
    on = {"due": {"on": "2026-04-05"}, "outcome": "met"}
    assert read(on | {"ended": "2026-04-05"}, "2026-05-01").status == "met"
    after = read(on | {"ended": "2026-04-06"}, "2026-05-01")
    assert (after.status, after.days) == ("met late", 1)


def test_late_takes_evidence_of_the_due_day_or_later() -> None:
    due = {"due": {"on": "2026-04-05"}}
    assert read(due | {"not_met_by": "2026-04-04"}, "2026-05-01").status == "unknown"
    late = read(due | {"not_met_by": "2026-04-20"}, "2026-05-01")
    assert (late.status, late.days) == ("late", 26)
    assert "2026-04-20" in late.why
    assert read(due | {"not_met_by": "2026-05-20"}, "2026-05-01").status == "unknown", "that evidence is of later"


def test_the_notice_is_30_days_and_a_parameter_of_the_pact() -> None:
    due = {"due": {"on": "2026-05-31"}}
    assert read(due, "2026-05-01").status == "due"
    assert read(due, "2026-04-30").status == "open"
    assert read(due, "2026-05-31").why == "due today"
    with Opened() as pact:
        pact.do(KEEPER, Command("party", "add", {"id": "EU", "name": "European Union", "kind": "bloc"}))
        promised = {"id": "p", "clause": "c", "text": "t", "parties": ["EU"], "due": {"on": "2999-01-11"}}
        pact.do(KEEPER, Command("commitment", "add", promised))
        assert clock(pact.sight(ANYBODY), day("2999-01-01"))[0].status == "due"
        words = {"name": "notice", "value": 5, "unit": "days", "source": "the pact's own rules"}
        pact.do(KEEPER, Command("parameter", "add", {"id": NOTICE_PARAMETER} | words))
        assert clock(pact.sight(ANYBODY), day("2999-01-01"))[0].status == "open"


@pytest.mark.parametrize(
    "due",
    [
        {"event": "signature", "days": 90},
        {"event": "signature", "event_day": "2026-07-01", "days": 90},
        {"event": "signature", "event_day": "2026-04-01"},
        {"event": "signature", "event_day": "9999-12-01", "days": 90},
    ],
)
def test_where_nobody_knows_the_day_it_is_open_and_says_why(due: dict[str, Any]) -> None:
    found = read({"due": due}, "2026-05-01")
    assert (found.due, found.status, found.days) == (None, "open", None)
    assert "signature" in found.why


def test_a_promise_that_is_not_made_yet_is_not_there() -> None:
    made = {"due": {"on": "2026-04-05"}, "made": "2026-02-04"}
    assert clock(sight_of(made), day("2026-02-03")) == ()
    assert len(clock(sight_of(made), day("2026-02-04"))) == 1


def test_what_lapsed_or_was_replaced_says_so() -> None:
    gone = {"due": {"on": "2026-07-01"}, "outcome": "replaced", "ended": "2026-04-24", "replaced_by": "the Action Plan"}
    assert read(gone, "2026-05-01").why == "replaced by the Action Plan on 2026-04-24"
    assert read(gone, "2026-05-01").status == "lapsed"
    assert read(gone, "2026-04-23").status == "open"


def test_met_on_an_unknown_day_is_in_time_only_where_the_record_is_older_than_the_due_day() -> None:
    met = {"due": {"on": "2026-04-05"}, "outcome": "met"}
    early = read(met, "2026-05-01", effective="2026-04-01")
    assert (early.status, early.days, early.why) == ("met", None, "met, on a day that is not known")
    assert read(met, "2026-05-01", effective="2026-04-20").status == "unknown"


def test_a_recurring_promise_has_a_reading_for_each_day_up_to_the_next() -> None:
    every = {
        "due": {"first": "2025-01-31", "every_months": 1},
        "fulfilled": [{"due": "2025-01-31", "on": "2025-01-30"}, {"due": "2025-02-28", "on": "2025-03-02"}],
        "not_met_by": "2025-04-10",
    }
    found = clock(sight_of(every), day("2025-05-15"))
    said = [(f"{each.due}", each.status, each.days) for each in found]
    assert said == [
        ("2025-01-31", "met", 1), ("2025-02-28", "met late", 2), ("2025-03-31", "late", 45), ("2025-04-30", "unknown", 15),
        ("2025-05-31", "due", 16),
    ]  # fmt: skip
    ended = clock(sight_of(every | {"outcome": "lapsed", "ended": "2025-04-15"}), day("2025-05-15"))
    assert [each.status for each in ended] == ["met", "met late", "late", "lapsed"]


def test_a_recurring_promise_whose_first_day_nobody_knows_is_open_and_its_known_days_count() -> None:
    every = {"due": {"every_months": 36}, "fulfilled": [{"due": "2025-01-31", "on": "2025-02-02"}]}
    found = clock(sight_of(every), day("2025-05-15"))
    assert [(each.due, each.status) for each in found] == [(day("2025-01-31"), "met late"), (None, "open")]
    assert "every 36 months" in found[1].why


def test_a_day_that_was_met_and_is_not_of_the_series_is_told_all_the_same() -> None:
    every = {
        "due": {"first": "2025-01-31", "every_months": 12},
        "fulfilled": [{"due": "2025-03-01", "on": "2025-03-01"}],
    }
    found = clock(sight_of(every), day("2025-05-15"))
    assert [(f"{each.due}", each.status) for each in found] == [
        ("2025-01-31", "unknown"), ("2025-03-01", "met"), ("2026-01-31", "open"),
    ]  # fmt: skip


def test_evidence_of_later_days_is_not_shown() -> None:
    shown = (
        Shown("not_yet", day("2026-04-20"), {"address": "early"}, "public", ()),
        Shown("meet", day("2026-05-20"), {"title": "late"}, "public", ()),
    )
    found = read({"due": {"on": "2026-04-05"}}, "2026-05-01", evidence=shown)
    assert [each.said for each in found.evidence] == [{"address": "early"}]


def test_the_answer_counts_every_status_and_csv_joins_lists() -> None:
    readings = clock(sight_of(MET_LATE, {"due": {"on": "2026-04-05"}, "parties": ["MEX"]}), day("2026-05-01"))
    answer = clock_answer(readings, day("2026-05-01"))
    assert answer["as_of"] == "2026-05-01"
    assert {name: count for name, count in answer["counts"].items() if count} == {"met late": 1, "unknown": 1}
    assert set(answer["counts"]) == set(STATUSES)
    assert {"id", "clause", "parties", "due", "status", "evidence"} <= set(answer["commitments"][0])
    assert [row["parties"] for row in clock_rows(readings)] == ["EU|USA", "MEX"]
    assert [each.status for each in chosen(readings, ["unknown"])] == ["unknown"]
    assert [each.status for each in chosen(readings, (), "EU")] == ["met late"]


class Opened:
    """A pact in memory, closed at the end."""

    def __enter__(self) -> Pact:
        self.pact = Pact.at("sqlite://")
        return self.pact

    def __exit__(self, *_: object) -> None:
        self.pact.close()


def test_the_clock_of_a_pact_as_of_a_day_follows_its_events() -> None:
    with Opened() as pact:
        for party in ("EU", "USA"):
            pact.do(KEEPER, Command("party", "add", {"id": party, "name": party, "kind": "state"}))
        promise = {"clause": "review", "text": "a memorandum", "parties": ["EU", "USA"], "made": "2026-02-04"}
        added = {"id": "mou"} | promise | AFTER_STATEMENT
        pact.do(KEEPER, Command("commitment", "add", added, effective=day("2026-02-04")))
        met = Command("commitment", "meet", {"on": "2026-04-24"}, "mou", day("2026-04-24"), evidence=SHOWN)
        pact.do(KEEPER, met)
        said = {}
        for as_of in ("2026-02-04", "2026-02-10", "2026-04-01", "2026-04-24"):
            said[as_of] = [each.status for each in clock(pact.sight(ANYBODY, day(as_of)), day(as_of))]
        assert said == {"2026-02-04": ["due"], "2026-02-10": ["due"], "2026-04-01": ["unknown"], "2026-04-24": ["met late"]}  # fmt: skip
        now = clock(pact.sight(ANYBODY), day("2026-04-01"))
        assert [each.status for each in now] == ["unknown"], "the state of today tells the same of that day"


START = date(2026, 1, 1)
days = st.integers(0, 400).map(lambda offset: START + timedelta(offset))


@st.composite
def promises(draw: st.DrawFn) -> dict[str, Any]:
    on = {"on": draw(days)}
    event = {"event": "signature", "event_day": draw(st.none() | days), "days": draw(st.integers(0, 200))}
    every = {"first": draw(days), "every_months": draw(st.integers(1, 6))}
    due = draw(st.sampled_from([on, event, every]))
    outcome = draw(st.sampled_from([None, "met", "lapsed", "replaced"]))
    if due is every and outcome == "met":
        outcome = None
    ended = draw(days) if outcome else None
    fulfilled = [{"due": every["first"], "on": draw(days)}] if due is every and draw(st.booleans()) else []
    not_met_by = draw(st.none() | days)
    return {
        "due": due,
        "made": draw(st.none() | days),
        "outcome": outcome,
        "ended": ended,
        "fulfilled": fulfilled,
        "not_met_by": not_met_by,
    }


@given(promises(), days)
def test_every_promise_that_is_made_has_exactly_one_status_with_its_reason(record: dict[str, Any], as_of: date) -> None:
    readings = clock(sight_of(record), as_of)
    assert bool(readings) == (record["made"] is None or record["made"] <= as_of)
    assert len({(each.due, each.kept.id) for each in readings}) == len(readings)
    for each in readings:
        assert each.status in STATUSES
        assert each.why
        assert each.days is None or each.days >= 0
        if each.status in {"late", "unknown"} and each.days is not None:
            assert each.due is not None
            assert each.due < as_of
        if each.status in {"due", "open"} and each.due is not None:
            assert each.due >= as_of


@given(promises(), days, st.integers(0, 400))
def test_what_was_met_stays_met_and_what_lapsed_stays_lapsed(record: dict[str, Any], as_of: date, more: int) -> None:
    sight = sight_of(record)
    later = {each.due: each.status for each in clock(sight, as_of + timedelta(more))}
    for each in clock(sight, as_of):
        if each.status in {"met", "met late", "lapsed"} and each.due is not None:
            assert later[each.due] == each.status
        if each.status == "unknown":
            assert later[each.due] in {"unknown", "late", "met late", "lapsed"}
