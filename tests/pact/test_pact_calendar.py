"""The clock as a calendar and as a feed: what is written reads back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orepact.pact import ANYBODY, KEEPER, Command, Pact, Sight
from orepact.pact.calendar import calendar, changes, feed
from orepact.pact.clock import clock
from orepact.pact.kinds.commitments import Commitment
from orepact.pact.state import Kept, State

ATOM = "{http://www.w3.org/2005/Atom}"
MAY = date(2026, 5, 1)


@pytest.fixture(name="pact", scope="module")
def _pact() -> Any:
    pact = Pact.at("sqlite://")
    for party in ("EU", "USA", "MEX"):
        pact.do(KEEPER, Command("party", "add", {"id": party, "name": party, "kind": "state"}))
    start = date(2026, 2, 4)
    basis = {"clause": "review", "parties": ["EU", "USA"], "made": "2026-02-04"}
    for said in (
        {
            "id": "mou",
            "text": "a memorandum; with a comma, and a line\nbreak",
            "due": {"event": "e", "event_day": "2026-02-04", "days": 30},
        },
        {"id": "work", "text": "60 days of work", "parties": ["USA", "MEX"], "due": {"on": "2026-04-05"}},
        {"id": "ahead", "text": "a report", "due": {"on": "2026-05-20"}},
        {"id": "whenever", "text": "a roadmap", "due": {"event": "signature", "days": 90}},
        {"id": "again", "text": "a report each quarter", "due": {"first": "2026-03-01", "every_months": 3}},
    ):
        pact.do(KEEPER, Command("commitment", "add", basis | said, effective=start))
    shown = ({"address": "https://example.org/signed"},)
    pact.do(KEEPER, Command("commitment", "meet", {"on": "2026-04-24"}, "mou", date(2026, 4, 24), evidence=shown))
    yield pact
    pact.close()


def _events(sight: Sight, as_of: date) -> dict[str, Any]:
    found = icalendar.Calendar.from_ical(calendar(clock(sight, as_of)))
    assert isinstance(found, icalendar.Calendar)
    assert found["version"] == "2.0"
    return {str(each["uid"]): each for each in found.walk("VEVENT")}


def test_each_due_day_is_an_all_day_event_and_what_has_no_day_is_left_out(pact: Pact) -> None:
    found = _events(pact.sight(ANYBODY, MAY), MAY)
    assert set(found) == {
        "mou@orepact", "work@orepact", "ahead@orepact", "again-2026-03-01@orepact", "again-2026-06-01@orepact",
    }  # fmt: skip
    mou = found["mou@orepact"]
    assert mou.decoded("dtstart") == date(2026, 3, 6)
    assert mou.decoded("dtend") == date(2026, 3, 7)
    assert str(mou["summary"]) == "met late: a memorandum; with a comma, and a line\nbreak"
    assert "49 days late" in str(mou["description"])
    assert "https://example.org/signed" in str(mou["description"])


def test_what_is_ahead_has_an_alarm_and_what_has_passed_has_none(pact: Pact) -> None:
    found = _events(pact.sight(ANYBODY, MAY), MAY)
    (alarm,) = found["ahead@orepact"].walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-30)
    assert found["work@orepact"].walk("VALARM") == []


def test_the_name_of_an_event_stays_when_its_status_changes(pact: Pact) -> None:
    before = _events(pact.sight(ANYBODY, date(2026, 3, 1)), date(2026, 3, 1))
    after = _events(pact.sight(ANYBODY, MAY), MAY)
    assert set(before) <= set(after)
    assert str(before["mou@orepact"]["summary"]).startswith("due")


def test_changes_are_told_newest_first_with_what_went_before(pact: Pact) -> None:
    found = changes(pact.sight(ANYBODY, MAY), MAY)
    said = [(f"{each.day}", each.reading.kept.id, each.before, each.reading.status) for each in found]
    assert ("2026-04-24", "mou", "unknown", "met late") in said
    assert ("2026-03-07", "mou", "due", "unknown") in said
    assert ("2026-04-06", "work", "due", "unknown") in said
    assert ("2026-04-20", "ahead", "open", "due") in said
    assert [each[0] for each in said] == sorted((each[0] for each in said), reverse=True)
    assert all(each[2] != each[3] for each in said)


def test_changes_begin_where_they_are_asked_to(pact: Pact) -> None:
    found = changes(pact.sight(ANYBODY, MAY), MAY, since=date(2026, 4, 20))
    assert [(each.reading.kept.id, each.reading.status) for each in found] == [("mou", "met late")]


def test_the_feed_reads_back_and_has_what_atom_asks_for(pact: Pact) -> None:
    found = changes(pact.sight(ANYBODY, MAY), MAY)
    written = feed(found, MAY)
    assert written == feed(changes(pact.sight(ANYBODY, MAY), MAY), MAY), "the same feed again"
    root = ET.fromstring(written)  # noqa: S314  (our own)
    assert root.tag == f"{ATOM}feed"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    entries = root.findall(f"{ATOM}entry")
    assert len(entries) == len(found)
    ids = [each.findtext(f"{ATOM}id") for each in entries]
    assert len(set(ids)) == len(ids)
    newest = entries[0]
    assert newest.findtext(f"{ATOM}updated") == root.findtext(f"{ATOM}updated") == "2026-04-24T00:00:00Z"
    assert (newest.findtext(f"{ATOM}content") or "").startswith("unknown → met late")


def test_a_feed_without_changes_is_still_one() -> None:
    root = ET.fromstring(feed((), MAY))  # noqa: S314  (our own)
    assert root.findtext(f"{ATOM}updated") == "2026-05-01T00:00:00Z"


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_whatever_a_record_says_both_read_back(text: str) -> None:
    due = {"on": "2026-04-05"}
    said = Commitment.model_validate({"id": "p", "clause": "c", "text": text, "parties": ["EU"], "due": due})
    start = date(2026, 1, 1)
    kept = Kept("commitment", said, 1, "public", datetime(2026, 6, 1, tzinfo=UTC), start, None, start)
    state = State(records={"commitment": {"p": kept}})
    sight = Sight(ANYBODY, state, state, MAY)
    assert set(_events(sight, MAY)) == {"p@orepact"}
    found = changes(sight, MAY)
    entries = ET.fromstring(feed(found, MAY)).findall(f"{ATOM}entry")  # noqa: S314  (our own)
    assert len(entries) == len(found) > 0
