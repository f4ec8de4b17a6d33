"""The pipeline: money by hand, projects of the pact in the pipeline of a region, the facts' projects, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from project_book import MINE, Book, book

from orepact import facts
from orepact.pact import KEEPER, Command, Pact
from orepact.pact.access import FACTS
from orepact.pact.kinds.project_money import covered, taken, totals
from orepact.pact.pipeline import COLUMNS, planning_projects, project_rows, project_views
from orepact.pact.prefill_projects import BEGINNING, project_commands
from orepact.planning.pipeline import Outlook, pipeline
from orepact.planning.project_list import shipped_projects
from orepact.report.pact_projects_text import print_project, print_projects


@pytest.fixture
def mine() -> Iterator[Book]:
    with book() as found:
        yield found


@pytest.fixture
def prefilled() -> Iterator[Pact]:
    pact = Pact.at("sqlite://")
    rows = facts.load("countries").to_dict("records")
    states = [
        Command("party", "add", {"name": each["name"], "kind": "state"}, each["country"], BEGINNING) for each in rows
    ]
    pact.do_all(FACTS, [*states, *project_commands()])
    yield pact
    pact.close()


@dataclass(frozen=True)
class Cell:
    """A cell of a made-up scoreboard: a tenth of lithium ore is own today."""

    mineral: str = "lithium"
    benchmark: str = "extraction"
    method: str = "output"
    stage: str = "mine"
    value: float | None = 5.0
    low: float | None = 4.0
    high: float | None = 7.0
    target: float = 10.0
    verdict: str = "below"
    missing: str = ""


def outlook(found: Book) -> Outlook:
    return pipeline("EU27", planning_projects(found.sight()), [Cell()], draws=200).outlooks[0]


def test_a_capacity_given_in_the_pact_changes_what_can_be_expected_of_the_region(mine: Book) -> None:
    mine.to_permitting(start=2028, ramp=2.0, on_time=0.5)
    before = outlook(mine)
    assert (before.told, before.untold, before.risk_adjusted) == (0, 1, (0.0, 0.0))
    mine.do("capacity", {"mineral": "lithium", "stage": "mine", "capacity": 1000.0, "yield_share": 0.9})
    after = outlook(mine)
    # Mean of a two-year ramp from the middle of 2028 over 2030: 0.9375. 1000 x 0.9375 x 0.9 x 0.5 = 421.875 t.
    assert after.risk_adjusted == pytest.approx((421.875, 421.875))
    assert after.name_plate == pytest.approx(900.0)
    mine.do("object", {"country": "PRT", "reason": "x"}, record=_second(mine))
    assert outlook(mine).risk_adjusted == pytest.approx((421.875, 421.875))


def _second(found: Book) -> str:
    """Another project with a capacity, which its host is going to end."""
    output = {"mineral": "lithium", "stage": "mine", "capacity": 500.0}
    found.do("add", MINE | {"name": "Other", "on_time": 1.0, "start": 2027, "outputs": [output]}, record="other")
    assert outlook(found).told == 2
    return "other"


def test_invented_projects_never_enter_planning(mine: Book) -> None:
    mine.do("add", MINE | {"demonstration": True}, "2024-01-02")
    assert planning_projects(mine.sight()) == ()
    assert [each["demonstration"] for each in project_rows(mine.sight())] == [True]


def test_the_state_and_the_chance_are_those_of_planning(mine: Book) -> None:
    mine.to_permitting()
    (found,) = planning_projects(mine.sight())
    assert (found.state, found.countries, found.as_of, found.capacity) == ("permitting", ("PRT",), 2024, None)
    (before,) = planning_projects(mine.sight("2024-03-02"))
    assert before.state == "assessed"
    mine.do("change", {"paused": True})
    assert planning_projects(mine.sight())[0].state == "paused"


def test_totals_add_no_currencies_and_no_amount_is_no_zero(mine: Book) -> None:
    mine.do("add", MINE, "2024-01-02")
    debt = {"instrument": "debt", "provider": "a bank"}
    for item, status, amount, currency in (
        ("a", "signed", 60.0, "EUR"), ("b", "announced", 30.0, "EUR"), ("c", "paid", 50.0, "USD"), ("d", "signed", None, None),
    ):  # fmt: skip
        mine.do("finance", debt | {"item": item, "status": status, "amount": amount, "currency": currency})
    after = mine.do("cost", {"amount": 200.0, "currency": "EUR"})
    assert [(each.currency, each.firm, each.announced, each.unknown) for each in totals(after)] == [
        ("EUR", 60.0, 30.0, 0), ("USD", 50.0, 0.0, 0), ("?", 0.0, 0.0, 1),
    ]  # fmt: skip
    found = covered(after)
    assert (found.share, found.missing) == (0.3, "1 without an amount; money in USD is not added")
    after = mine.do("finance", debt | {"item": "a", "status": "signed", "amount": 80.0, "currency": "EUR"})
    assert covered(after).share == 0.4  # the item was replaced, not added


def test_what_buyers_take_by_share_and_by_tonnes(mine: Book) -> None:
    mine.do("add", MINE, "2024-01-02")
    assert (
        taken(mine.do("offtake", {"buyer": "One", "tonnes": 250.0, "mineral": "lithium", "floor": "yes"})).share is None
    )
    mine.do("capacity", {"mineral": "lithium", "stage": "mine", "capacity": 1000.0})
    found = taken(mine.do("offtake", {"buyer": "Two", "share": 40.0}))
    assert (found.share, found.floor) == (pytest.approx(0.65), pytest.approx(0.25))
    assert found.missing == ("whether a floor covers Two",)


def test_the_projects_of_the_facts_come_back_as_planning_had_them(prefilled: Pact) -> None:
    sight = prefilled.sight(KEEPER)
    listed = set(facts.load("projects")["name"])
    only_staked = [each for each in sight.all("project") if each.record.title() not in listed]
    assert len(sight.all("project")) - len(only_staked) == len(listed)
    assert only_staked
    assert all(each.record.stakes for each in only_staked)  # type: ignore[attr-defined]

    def said(projects: object) -> list[str]:
        return sorted(each.model_dump_json() for each in projects)  # type: ignore[attr-defined]

    planned = [each for each in planning_projects(sight) if each.name in listed]
    assert said(planned) == said(shipped_projects())
    rows = {each["id"]: each for each in project_rows(sight)}
    assert rows["mina-doade"]["state"] == "permitting"
    assert rows["mina-doade"]["next_due"] == date(2027, 3, 25)  # 24 months after 25 March 2025
    assert (rows["las-navas"]["state"], rows["las-navas"]["as_reported"]) == (None, True)
    kept = sight.get("project", "mina-doade")
    assert kept is not None
    assert next(each.said for each in kept.evidence)["source"] == "page_acbb4116"
    assert kept.effective == date(2025, 3, 25)
    assert prefilled.sight(KEEPER, date(2025, 3, 24)).get("project", "mina-doade") is None


def test_a_project_taken_over_goes_on_from_where_it_is(prefilled: Pact) -> None:
    shown = ({"title": "the agency's letter"},)
    for verb, data, day in (
        ("start_clock", {"complete": "2025-04-01"}, date(2025, 4, 2)),
        ("decide", {"granted": True}, date(2026, 2, 1)),
        ("move", {"to": "permitted"}, date(2026, 2, 1)),
    ):
        prefilled.do(KEEPER, Command("project", verb, data, "mina-doade", day, evidence=shown))
    (found,) = [each for each in project_views(prefilled.sight(KEEPER)) if each.id == "mina-doade"]
    assert (found.project.state, found.project.as_reported) == ("permitted", False)
    assert [each.state for each in found.project.steps] == ["permitting", "permitted"]


def test_rows_have_fixed_columns_and_read_limits_on_a_day(mine: Book) -> None:
    mine.to_permitting()
    (row,) = project_rows(mine.sight("2024-07-01"))
    assert tuple(row) == COLUMNS
    assert (row["permit_due"], row["late"], row["days_in_state"]) == (date(2026, 8, 31), False, 31)
    assert row["missing"] == "nobody has decided on the permit (no decision)"
    (later,) = project_rows(mine.sight("2024-07-01"), date(2026, 9, 1))
    assert later["late"]
    json.dumps(row, default=str)


def test_what_is_printed_says_what_is_not_known(mine: Book, capsys: pytest.CaptureFixture[str]) -> None:
    mine.to_permitting()
    mine.do("stop_clock", {"reason": "survey"}, "2024-07-01")
    mine.do("stake", {"holder": "DEU", "status": "announced", "share": 10.0})
    print_projects(project_rows(mine.sight("2024-07-10")))
    listed = capsys.readouterr().out
    assert "1 project, 0 with something late." in listed
    assert "still" in listed
    print_project(project_views(mine.sight())[0])
    said = capsys.readouterr().out
    assert "due day not known while it stands still" in said
    assert "Covered: cannot tell: the cost (capex) is missing." in said
    assert "DEU holds 10 %; rights: not known" in said
    assert "nobody has decided on the permit" in said
    print_projects([])
    assert "No project is recorded" in capsys.readouterr().out
