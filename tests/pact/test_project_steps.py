"""Projects step by step: a permit clock worked out by hand, and the sentence of every guard that refuses a step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from project_book import CRITERIA, MINE, Book, book

from orepact.errors import BadInput, OrepactError
from orepact.pact.access import Denied, Viewer
from orepact.pact.pipeline import ProjectView, project_views

HOST = Viewer("ana", "Ana", frozenset({"party delegate"}), frozenset({"PRT"}))
FIRM = Viewer("max", "Max", frozenset({"firm"}), frozenset({"miner"}))


@pytest.fixture
def mine() -> Iterator[Book]:
    with book() as found:
        yield found


def view(found: Book, day: str) -> ProjectView:
    (only,) = project_views(found.sight(day))
    return only


def refused(found: Book, verb: str, data: dict[str, Any] | None = None, day: str | None = None, **how: Any) -> str:
    before = found.sight().get("project", "mine")
    with pytest.raises(BadInput) as error:
        found.do(verb, data, day, **how)
    assert found.sight().get("project", "mine") == before
    return str(error.value)


def test_a_permit_clock_of_27_months_with_a_stop_and_an_extension_by_hand(mine: Book) -> None:
    # Complete on 31 May 2024: 27 months end on 31 August 2026. It stands still from 1 August to 15 September 2024: 31 + 14 = 45
    # days, so 15 October 2026. Four months more make 31 months, 31 December 2026, and with 45 days 14 February 2027.
    mine.to_permitting()
    assert view(mine, "2024-06-01").clock.due == date(2026, 8, 31)
    mine.do("stop_clock", {"reason": "survey in the nesting season"}, "2024-08-01")
    standing = view(mine, "2024-08-15")
    assert (standing.clock.state, standing.clock.due, standing.clock.days_suspended) == ("suspended", None, 14)
    mine.do("resume_clock", {}, "2024-09-15")
    assert view(mine, "2024-09-15").clock.due == date(2026, 10, 15)
    mine.do("extend_clock", {"months": 4, "reason": "two river basins"}, "2025-01-01")
    found = view(mine, "2025-01-01")
    assert (found.clock.state, found.clock.due) == ("running", date(2027, 2, 14))
    assert [each for each, _ in found.clock.log] == [
        date(2024, 5, 31), date(2024, 8, 1), date(2024, 9, 15), date(2025, 1, 1),
    ]  # fmt: skip
    # As of a day before the extension it is not there, although it is known now.
    assert view(mine, "2024-12-31").clock.due == date(2026, 10, 15)
    mine.do("decide", {"granted": True}, "2026-03-01")
    mine.do("move", {"to": "permitted"}, "2026-03-02")
    assert view(mine, "2026-03-02").clock.state == "decided"


def test_a_refinery_has_15_months_and_a_permit_can_be_late(mine: Book) -> None:
    mine.to_permitting(activity="processing", stages=["refined"])
    late = view(mine, "2025-09-01")
    assert (late.clock.due, late.clock.state, late.late) == (date(2025, 8, 31), "late", True)
    assert (late.next_deadline.what, late.next_deadline.due) == ("decision on the permit", date(2025, 8, 31))
    assert not view(mine, "2025-08-31").late
    mine.do("decide", {"granted": True}, "2025-09-10")
    assert view(mine, "2025-09-10").clock.state == "decided late"
    assert [each.late for each in view(mine, "2025-09-10").limits if each.what == "decision on the permit"] == [True]


def test_30_and_90_days_and_90_more_are_derived(mine: Book) -> None:
    mine.do("add", MINE, "2024-01-02")
    first = view(mine, "2024-02-02").next_deadline
    assert (first.due, first.late) == (date(2024, 2, 1), True)  # 2 January + 30 days
    mine.do("move", {"to": "complete"}, "2024-02-05")
    (done, open_one) = view(mine, "2024-02-05").limits
    assert (done.done, done.late) == (date(2024, 2, 5), True)
    assert (open_one.due, open_one.late) == (date(2024, 5, 5), False)  # 24 + 31 + 30 + 5 = 90 days
    mine.do("more_time", {"days": 90, "reason": "many applications"}, "2024-05-01")
    assert view(mine, "2024-05-06").next_deadline.due == date(2024, 8, 3)


def test_reports_are_due_every_24_months(mine: Book) -> None:
    mine.to_permitting()
    assert [each.due for each in view(mine, "2025-01-01").limits if "report" in each.what] == [date(2026, 3, 25)]
    assert view(mine, "2026-03-26").late
    mine.do("report", {"words": "the permit is awaited"}, "2026-04-01")
    reports = [each for each in view(mine, "2026-04-02").limits if "report" in each.what]
    assert [(each.due, each.done, each.late) for each in reports] == [
        (date(2026, 3, 25), date(2026, 4, 1), True),
        (date(2028, 3, 25), None, False),
    ]


def test_a_status_lost_by_a_change_of_the_list_is_kept_three_years(mine: Book) -> None:
    mine.to_permitting()
    mine.do("lose_status", {"cause": "list changed", "reason": "no longer listed"}, "2024-07-01")
    assert view(mine, "2026-11-01").has_status
    (end,) = [each.due for each in view(mine, "2024-07-01").limits if "end of the status" in each.what]
    assert end == date(2027, 7, 1)
    assert "it has lost its status already" in refused(
        mine, "lose_status", {"cause": "given up", "reason": "x"}, "2024-08-01"
    )


def test_a_lost_status_takes_the_time_limits_with_it(mine: Book) -> None:
    mine.to_permitting()
    mine.do("lose_status", {"cause": "criteria no longer met", "reason": "no output"}, "2024-07-01")
    found = view(mine, "2024-07-01")
    assert (found.has_status, found.clock_limited, found.next_deadline) == (False, False, None)
    assert view(mine, "2024-06-30").clock_limited


def test_steps_are_neither_skipped_nor_taken_back(mine: Book) -> None:
    mine.do("add", MINE, "2024-01-02")
    assert "it would skip a state; found recognised after proposed; move it to complete first" in refused(
        mine, "move", {"to": "recognised"}
    )
    mine.do("move", {"to": "complete"}, "2024-01-20")
    assert "a project does not go back" in refused(mine, "move", {"to": "proposed"})
    assert "what went before holds from a later day" in refused(mine, "move", {"to": "assessed"}, "2024-01-19")
    assert "it follows from what happened" in refused(mine, "change", {"state": "qualified"})
    for override in (None, "because"):
        assert "it would skip a state" in refused(mine, "move", {"to": "permitted"}, override=override)


def test_an_application_needs_hosts_an_activity_and_a_class(mine: Book) -> None:
    mine.do("add", {"name": "Bare"}, "2024-01-02", record="mine")
    said = refused(mine, "move", {"to": "complete"}, evidence=())
    for words in ("nothing shows that the application is complete", "no host state is known", "what it does is not known",
                  "the application has no class of reserves"):  # fmt: skip
        assert words in said
    mine.do("change", {"host": ["PRT"], "activity": "recycling"})
    assert "no class of reserves" in refused(mine, "move", {"to": "complete"}, "2024-01-20")
    after = mine.do("move", {"to": "complete"}, "2024-01-20", override="the class is being worked out")
    assert after.state == "complete"


def test_every_criterion_is_answered_and_met(mine: Book) -> None:
    mine.do("add", MINE, "2024-01-02")
    mine.do("move", {"to": "complete"}, "2024-01-20")
    said = refused(mine, "move", {"to": "assessed"}, "2024-02-01", override="never mind")
    assert said.count("nobody answered the criterion") == 4
    assert "mutual benefit" not in said  # it is asked outside the Union only
    for name in (*CRITERIA, "cross-border benefit"):
        mine.do("assess", {"criterion": name, "met": "yes", "reason": "the study"}, "2024-02-01")
    mine.do("assess", {"criterion": "sustainability", "met": "no", "reason": "no water plan"}, "2024-02-01")
    mine.do("move", {"to": "assessed"}, "2024-02-02")
    said = refused(mine, "move", {"to": "recognised"}, "2024-02-03", override="never mind")
    assert "it is not met: carried out sustainably" in said
    assert "the Act has no criterion of that name" in refused(
        mine, "assess", {"criterion": "beauty", "met": "yes", "reason": "x"}
    )
    assert "nothing shows the answer" in refused(
        mine, "assess", {"criterion": "sustainability", "met": "yes"}, evidence=()
    )


def assessed(found: Book, **said: Any) -> None:
    found.do("add", MINE | said, "2024-01-02")
    found.do("move", {"to": "complete"}, "2024-01-20")
    for name in (*CRITERIA, "cross-border benefit", "mutual benefit"):
        found.do("assess", {"criterion": name, "met": "yes", "reason": "the study"}, "2024-02-01")
    found.do("move", {"to": "assessed"}, "2024-03-01")


def test_a_host_outside_the_union_approves_first(mine: Book) -> None:
    assessed(mine, host=["ZMB"])
    for override in (None, "it will come"):
        said = refused(mine, "move", {"to": "recognised"}, "2024-03-25", override=override)
        assert "a host state outside the Union has not approved; found no approval of ZMB" in said
    assert "it is no host state of the project" in refused(mine, "approve", {"country": "PRT"}, "2024-03-10")
    mine.do("approve", {"country": "ZMB"}, "2024-03-10")
    assert "it has approved already" in refused(mine, "approve", {"country": "ZMB"}, "2024-03-10")
    mine.do("move", {"to": "recognised"}, "2024-03-25")
    mine.do("move", {"to": "permitting"}, "2024-05-31")
    found = view(mine, "2024-06-30")
    assert (found.clock_limited, [each.what for each in found.limits if "permit" in each.what]) == (False, [])
    assert "no time limit applies" in refused(mine, "extend_clock", {"months": 1, "reason": "x"}, "2024-07-01")


def test_a_host_that_objects_ends_it(mine: Book) -> None:
    assessed(mine)
    mine.do("object", {"country": "PRT", "reason": "the river"}, "2024-03-10")
    for override in (None, "and yet"):
        said = refused(mine, "move", {"to": "recognised"}, "2024-03-25", override=override)
        assert "a host state objects, which ended it; found PRT on 2024-03-10: the river" in said
    assert view(mine, "2024-12-01").limits == ()
    assert view(mine, "2024-03-09").ended_by is None


def test_a_host_does_not_object_to_what_is_recognised(mine: Book) -> None:
    mine.to_permitting()
    assert "it is recognised already" in refused(mine, "object", {"country": "PRT", "reason": "x"}, "2024-06-10")


def test_only_the_public_side_decides_and_the_host_speaks_for_itself(mine: Book) -> None:
    mine.do("add", MINE | {"host": ["PRT", "DEU"], "owner": "miner"}, "2024-01-02", viewer=FIRM)
    assert "a public body decides that step" in refused(mine, "move", {"to": "complete"}, "2024-01-20", viewer=FIRM)
    mine.do("move", {"to": "complete"}, "2024-01-20", viewer=HOST)
    assert "only the host state speaks for itself" in refused(
        mine, "object", {"country": "DEU", "reason": "x"}, "2024-02-01", viewer=HOST
    )
    for viewer in (FIRM, Viewer("eve", "Eve", frozenset({"party delegate"}), frozenset({"ZMB"}))):
        with pytest.raises(Denied):
            mine.do("object", {"country": "PRT", "reason": "x"}, "2024-02-01", viewer=viewer)
    with pytest.raises(Denied):
        mine.do("change", {"name": "Mine of the state"}, viewer=HOST)
    mine.do("object", {"country": "PRT", "reason": "the river"}, "2024-02-01", viewer=HOST)


def test_a_permit_is_decided_before_the_project_is_permitted(mine: Book) -> None:
    mine.to_permitting()
    assert "nobody has decided on the permit" in refused(
        mine, "move", {"to": "permitted"}, "2025-01-01", override="soon"
    )
    mine.do("decide", {"granted": False, "authority": "the agency"}, "2025-01-01")
    assert "the permit was refused; found refused on 2025-01-01" in refused(mine, "move", {"to": "permitted"})
    assert "a new application comes after the refusal" in refused(mine, "start_clock", {"complete": "2024-12-01"})
    mine.do("start_clock", {"complete": "2025-02-01"}, "2025-02-01")
    assert view(mine, "2025-02-02").clock.due == date(2027, 5, 1)
    mine.do("decide", {"granted": True}, "2025-06-01")
    assert "it is decided already" in refused(mine, "decide", {"granted": True}, "2025-06-02")
    assert mine.do("move", {"to": "permitted"}, "2025-06-02").state == "permitted"


@pytest.mark.parametrize(
    ("verb", "data", "day", "words"),
    [
        ("resume_clock", {}, "2024-07-01", "it does not stand still"),
        ("extend_clock", {"months": 7, "reason": "x"}, "2024-07-01", "may have 6 months more at most"),
        ("extend_clock", {"months": 1, "reason": "x"}, "2026-09-01", "an extension must be granted while the time runs"),
        ("start_clock", {"complete": "2024-06-01"}, "2024-07-01", "it runs already"),
        ("more_time", {"days": 9, "reason": "x"}, "2024-07-01", "no decision on recognition is open"),
        ("place", {"reported": "built"}, "2024-07-01", "its steps are known"),
        ("capacity", {"mineral": "cobalt", "stage": "mine", "capacity": 1.0}, None, "the project is not about it"),
        ("capacity", {"mineral": "Lithium", "stage": "mine", "capacity": 1.0}, None, "a mineral goes by its slug"),
        ("value_added", {"host": "DEU", "share": 10.0}, None, "it is no host state"),
        ("offtake", {"buyer": "Buyer", "tonnes": 5.0}, None, "tonnes are of a mineral"),
        ("finance", {"item": "loan", "instrument": "debt", "provider": "bank", "status": "paid", "amount": 5.0}, None,
         "an amount has a currency"),
        ("change", {"assessor": "miner"}, None, "no firm assesses a project"),
    ],
)  # fmt: skip
def test_what_is_refused_while_permitting(mine: Book, verb: str, data: dict[str, Any], day: str, words: str) -> None:
    mine.to_permitting()
    assert words in refused(mine, verb, data, day)


def test_a_clock_stops_once_at_a_time_and_not_before_it_runs(mine: Book) -> None:
    mine.do("add", MINE, "2024-01-02")
    assert "it runs only while the project is permitting" in refused(mine, "stop_clock", {"reason": "x"})
    assert "no status to lose" in refused(mine, "lose_status", {"cause": "given up", "reason": "x"})
    assert "nothing to report on before recognition" in refused(mine, "report", {"words": "x"})


def test_a_standing_clock_is_resumed_before_anything_else(mine: Book) -> None:
    mine.to_permitting()
    mine.do("stop_clock", {"reason": "survey"}, "2024-07-01")
    assert "it stands still already; found since 2024-07-01" in refused(mine, "stop_clock", {"reason": "x"})
    assert "it stands still; found since 2024-07-01; resume it first" in refused(mine, "decide", {"granted": True})


def financed(found: Book) -> None:
    found.to_permitting()
    found.do("decide", {"granted": True}, "2025-01-01")
    found.do("move", {"to": "permitted"}, "2025-01-02")
    found.do("finance", {"item": "loan", "instrument": "debt", "provider": "a bank", "status": "signed", "amount": 60.0,
                         "currency": "EUR"})  # fmt: skip


def test_money_covers_the_cost_in_its_own_currency(mine: Book) -> None:
    financed(mine)
    assert "cannot tell: the cost (capex) is missing" in refused(mine, "move", {"to": "financed"})
    mine.do("cost", {"amount": 100.0, "currency": "EUR", "year": 2025})
    mine.do(
        "stake",
        {"holder": "DEU", "share": 10.0, "status": "paid", "amount": 70.0, "currency": "USD", "rights": "one seat"},
    )
    assert "found 60 % in EUR; money in USD is not added" in refused(mine, "move", {"to": "financed"})
    mine.do(
        "finance",
        {
            "item": "grant",
            "instrument": "grant",
            "provider": "DEU",
            "status": "announced",
            "amount": 40.0,
            "currency": "EUR",
        },
    )
    assert "found 60 % in EUR" in refused(mine, "move", {"to": "financed"})
    firm = Viewer("max", "Max", frozenset({"firm"}), frozenset({"miner"}))
    mine.do("change", {"owner": "miner"})
    with pytest.raises(Denied):
        mine.do("move", {"to": "financed"}, "2025-03-01", viewer=firm, override="the rest will come")
    mine.do(
        "finance",
        {
            "item": "grant",
            "instrument": "grant",
            "provider": "DEU",
            "status": "signed",
            "amount": 40.0,
            "currency": "EUR",
        },
    )
    assert mine.do("move", {"to": "financed"}, "2025-03-01", viewer=firm).state == "financed"


def test_the_last_steps_need_evidence_a_capacity_and_a_buyer(mine: Book) -> None:
    financed(mine)
    mine.do("cost", {"amount": 60.0, "currency": "EUR"})
    mine.do("move", {"to": "financed"}, "2025-03-01")
    assert "nothing shows that it is built" in refused(mine, "move", {"to": "built"}, "2025-09-01", evidence=())
    mine.do("move", {"to": "built"}, "2025-09-01")
    assert "its capacity is not known" in refused(mine, "move", {"to": "ramping"}, "2025-10-01")
    mine.do("capacity", {"mineral": "lithium", "stage": "mine", "capacity": 1000.0})
    mine.do("move", {"to": "ramping"}, "2025-10-01")
    mine.do("offtake", {"buyer": "Buyer", "share": 50.0})
    for override in (None, "they like it"):
        assert "no buyer has qualified the output" in refused(mine, "move", {"to": "qualified"}, override=override)
    mine.do("offtake", {"buyer": "Buyer", "share": 50.0, "qualified": "2026-01-15"})
    assert "no buyer has qualified" in refused(mine, "move", {"to": "qualified"}, "2026-01-14")
    assert mine.do("move", {"to": "qualified"}, "2026-01-15").state == "qualified"
    assert "it has reached the last state" in refused(mine, "move", {"to": "qualified"})


def test_buyers_take_no_more_than_all(mine: Book) -> None:
    mine.do("add", MINE, "2024-01-02")
    mine.do("offtake", {"buyer": "One", "share": 60.0})
    assert "buyers take more than all of the output; found 110 %" in refused(
        mine, "offtake", {"buyer": "Two", "share": 50.0}
    )


def test_a_project_is_taken_over_in_a_later_state_as_reported(mine: Book) -> None:
    given = MINE | {"state": "permitting", "reported": "permitting, says its owner"}
    with pytest.raises(BadInput, match="a project begins as proposed, or as reported"):
        mine.do("add", MINE | {"state": "permitting"}, "2024-01-02")
    with pytest.raises(BadInput, match="nothing shows it"):
        mine.do("add", given, "2024-01-02", evidence=())
    after = mine.do("add", given, "2024-01-02")
    assert [(each.state, each.day, each.reported) for each in after.steps] == [("permitting", None, True)]
    found = view(mine, "2024-06-01")
    assert (found.days_in_state, found.clock, found.project.as_reported) == (None, None, True)
    assert "there is no clock" in refused(mine, "stop_clock", {"reason": "x"})
    mine.do("start_clock", {"complete": "2023-06-30"}, "2024-02-01")
    assert view(mine, "2024-06-01").clock.due == date(2025, 9, 30)
    mine.do("place", {"reported": "not known any more"}, "2024-08-01")
    assert "where it stands is not known" in refused(mine, "move", {"to": "permitted"})


def test_a_new_project_brings_nothing_that_only_happens_later(mine: Book) -> None:
    with pytest.raises(OrepactError, match="it is not given with a new project"):
        mine.do("add", MINE | {"approvals": [{"country": "PRT", "day": "2024-01-01"}]}, "2024-01-02")
    with pytest.raises(BadInput, match="it should be a class with E, F and G such as"):
        mine.do("add", MINE | {"unfc": "good"}, "2024-01-02")
