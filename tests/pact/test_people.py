"""Who signs in: passwords, tokens, sessions, the first start and its code, failed tries; and no secret outside of its owner's hands."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select

from orepact.errors import BadInput
from orepact.pact import ANYBODY, KEEPER, Command, Denied, Pact, Viewer
from orepact.pact.canonical import digest
from orepact.pact.limits import MOST, WINDOW, Limits, TooOften
from orepact.pact.people import NotSignedIn, People
from orepact.pact.tables import secret, session

pytestmark = pytest.mark.usefixtures("clock")

PASSWORD = "several words, all of them long"  # noqa: S105


def administrator(people: People) -> tuple[Viewer, str]:
    """The first administrator, with the session."""
    held = people.set_up(people.new_set_up_code(), "Ada", "Ada Example", PASSWORD)
    found = people.viewer_of_session(held)
    assert found is not None
    return found, held


def person(pact: Pact, **data: Any) -> str:
    """A person whom the keeper lets in."""
    return pact.do(KEEPER, Command("person", "add", {"name": "Somebody", **data})).kept.id


def everything_kept(pact: Pact) -> str:
    """Every cell of every table as text."""
    from orepact.pact.tables import metadata

    with pact.store.database.reading() as connection:
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_the_first_start_makes_one_administrator_with_a_code_that_holds_once(pact: Pact) -> None:
    people = People(pact)
    assert people.needs_set_up()
    old, code = people.new_set_up_code(), people.new_set_up_code()
    with pytest.raises(NotSignedIn, match="the code does not hold"):
        people.set_up(old, "ada", "Ada", PASSWORD)
    with pytest.raises(BadInput) as wrong:
        people.set_up(code, "A da", " ", "short")
    assert len(wrong.value.problems) == 3
    held = people.set_up(code, "Ada", "Ada", PASSWORD)
    viewer = people.viewer_of_session(held)
    assert viewer is not None
    assert viewer.roles == {"administrator"}
    assert not people.needs_set_up()
    for again in (code, people.new_set_up_code()):
        with pytest.raises(NotSignedIn):
            people.set_up(again, "eve", "Eve", PASSWORD)
    assert [each.draft.verb for each in pact.store.events(kind="person")] == ["add"]


def test_a_code_of_the_day_before_holds_no_more(pact: Pact, clock: Any) -> None:
    people = People(pact)
    code = people.new_set_up_code()
    clock.turn(hours=24)
    with pytest.raises(NotSignedIn):
        people.set_up(code, "ada", "Ada", PASSWORD)
    assert people.needs_set_up()


def test_two_who_have_the_code_at_the_same_moment_make_one_administrator(pact: Pact) -> None:
    people = People(pact)
    code = people.new_set_up_code()
    outcomes: list[str] = []

    def race(name: str) -> None:
        try:
            people.set_up(code, name, name, PASSWORD)
            outcomes.append("made")
        except NotSignedIn:
            outcomes.append("refused")

    racers = [threading.Thread(target=race, args=(f"racer{at}",)) for at in range(4)]
    for each in racers:
        each.start()
    for each in racers:
        each.join()
    assert sorted(outcomes) == ["made", "refused", "refused", "refused"]
    assert len(pact.store.state().all("person")) == 1


def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(pact: Pact) -> None:
    people = People(pact)
    administrator(people)
    said = []
    for name, password in (
        ("ada", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("ada", PASSWORD[:-1]),
        ("ada", PASSWORD * 20),
    ):
        with pytest.raises(NotSignedIn) as wrong:
            people.sign_in(name, password)
        said.append(str(wrong.value))
    assert len(set(said)) == 1
    assert people.viewer_of_session(people.sign_in(" ADA ", PASSWORD)) is not None


def test_a_name_that_is_not_there_is_hashed_too(pact: Pact, monkeypatch: pytest.MonkeyPatch) -> None:
    import orepact.pact.people as module

    people, hashed = People(pact), []
    administrator(people)
    real = module.matches
    monkeypatch.setattr(module, "matches", lambda password, kept: hashed.append(kept) or real(password, kept))
    for name in ("ada", "nobody"):
        with pytest.raises(NotSignedIn):
            people.sign_in(name, "wrong")
    assert len(hashed) == 2
    assert all(each.startswith("$argon2id$") for each in hashed)


def test_tries_are_counted_by_name_and_over_all_and_a_success_is_none() -> None:
    now = [0.0]
    limits = Limits(most=3, most_of_all=5, now=lambda: now[0])

    def fail(name: str) -> None:
        with limits.one_try(name):
            pass

    for _ in range(3):
        fail("ada")
    with pytest.raises(TooOften, match="wait 900 seconds"):
        fail("ada")
    with limits.one_try("bob") as tried:
        tried.succeeded()
    for _ in range(2):
        fail("bob")
    with pytest.raises(TooOften):
        fail("carol")
    now[0] = WINDOW + 1
    fail("ada")


def test_the_right_password_does_not_help_after_too_many_wrong_ones(pact: Pact) -> None:
    people = People(pact)
    administrator(people)
    for _ in range(MOST):
        with pytest.raises(NotSignedIn):
            people.sign_in("ada", "wrong")
    with pytest.raises(TooOften):
        people.sign_in("ada", PASSWORD)


def test_many_tries_at_the_same_moment_are_no_way_round(pact: Pact) -> None:
    people = People(pact, Limits(most=3))
    administrator(people)
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            people.sign_in("ada", "wrong")
        except (NotSignedIn, TooOften) as error:
            outcomes.append(type(error).__name__)

    racers = [threading.Thread(target=attempt) for _ in range(8)]
    for each in racers:
        each.start()
    for each in racers:
        each.join()
    assert outcomes.count("NotSignedIn") == 3
    assert outcomes.count("TooOften") == 5


def test_a_session_ends_by_its_time_by_signing_out_and_with_its_person(pact: Pact, clock: Any) -> None:
    people = People(pact)
    _, held = administrator(people)
    assert people.viewer_of_session("another") is None
    people.sign_out(held)
    assert people.viewer_of_session(held) is None
    second = people.sign_in("ada", PASSWORD)
    clock.turn(hours=11.9)
    assert people.viewer_of_session(second) is not None
    clock.turn(hours=0.2)
    assert people.viewer_of_session(second) is None
    people.sign_in("ada", PASSWORD)
    with pact.store.database.reading() as connection:
        assert len(connection.execute(select(session)).all()) == 1  # what ended was swept away
    guest = person(pact)
    opened = people.open_session(guest)
    assert people.viewer_of_session(opened) is not None
    pact.do(KEEPER, Command("person", "end", {"reason": "left"}, guest))
    assert people.viewer_of_session(opened) is None


def test_rights_are_those_of_this_moment(pact: Pact) -> None:
    people = People(pact)
    guest = person(pact)
    opened = people.open_session(guest)
    pact.do(KEEPER, Command("person", "grant", {"roles": ["auditor"], "reason": "hired"}, guest))
    viewer = people.viewer_of_session(opened)
    assert viewer is not None
    assert viewer.roles == {"auditor"}


def test_a_token_works_until_its_day_and_no_longer(pact: Pact, clock: Any) -> None:
    people = People(pact)
    viewer, _ = administrator(people)
    done, made = people.add_token(
        viewer, Command("token", "add", {"name": "nightly", "expires": "2026-05-03"}), key="k"
    )
    assert made is not None
    found = people.viewer_of_token(made)
    assert found is not None
    assert (found.id, found.scopes, found.token) == (viewer.id, {"read"}, done.kept.id)
    again, none = people.add_token(
        viewer, Command("token", "add", {"name": "nightly", "expires": "2026-05-03"}), key="k"
    )
    assert (again.kept.id, none) == (done.kept.id, None)
    clock.turn(days=2)
    assert people.viewer_of_token(made) is not None
    clock.turn(days=1)
    assert people.viewer_of_token(made) is None
    for wrong in ("", "orep_", made[:-1], made.removeprefix("orep_"), "x" * 100_000):
        assert people.viewer_of_token(wrong) is None


def test_a_token_is_taken_back_by_its_person_and_by_an_administrator_and_made_by_its_person_alone(pact: Pact) -> None:
    people = People(pact)
    ada, _ = administrator(people)
    guest = people.viewer_of_person(person(pact))
    other = people.viewer_of_person(person(pact))
    assert guest is not None
    assert other is not None
    add = Command("token", "add", {"name": "mine", "expires": "2026-06-01", "scopes": ["read", "write"]})
    first, second = people.add_token(guest, add), people.add_token(guest, add)
    token = people.viewer_of_token(str(first[1]))
    assert token is not None
    with pytest.raises(Denied, match="a token makes no tokens"):
        people.add_token(token, add)
    for somebody in (ada, other, ANYBODY):
        with pytest.raises((Denied, BadInput)):
            pact.do(somebody, Command("token", "add", {"name": "yours", "person": guest.id, "expires": "2026-06-01"}))
    with pytest.raises(BadInput):  # it is not there for others
        pact.do(other, Command("token", "end", {"reason": "envy"}, first[0].kept.id))
    pact.do(guest, Command("token", "end", {"reason": "done"}, first[0].kept.id))
    pact.do(ada, Command("token", "end", {"reason": "found in a log"}, second[0].kept.id))
    assert people.viewer_of_token(str(first[1])) is None
    assert people.viewer_of_token(str(second[1])) is None


@pytest.mark.parametrize("expires", ["2026-04-30", "2027-05-03"])
def test_a_token_ends_within_a_year(pact: Pact, expires: str) -> None:
    people = People(pact)
    viewer, _ = administrator(people)
    with pytest.raises(BadInput, match="ends within a year"):
        people.add_token(viewer, Command("token", "add", {"name": "long", "expires": expires}))


def test_a_token_ends_with_its_person_and_reads_only_where_it_says_so(pact: Pact) -> None:
    people = People(pact)
    guest = people.viewer_of_person(person(pact, roles=["analyst"]))
    assert guest is not None
    _, made = people.add_token(guest, Command("token", "add", {"name": "reads", "expires": "2026-06-01"}))
    reads = people.viewer_of_token(str(made))
    assert reads is not None
    with pytest.raises(Denied, match="reads only"):
        pact.do(reads, Command("party", "add", {"name": "Ruritania", "kind": "state"}))
    pact.do(KEEPER, Command("person", "end", {"reason": "left"}, guest.id))
    assert people.viewer_of_token(str(made)) is None


def test_no_secret_is_kept_anywhere(pact: Pact) -> None:
    people = People(pact)
    code = people.new_set_up_code()
    assert code not in everything_kept(pact)
    held = people.set_up(code, "ada", "Ada", PASSWORD)
    viewer = people.viewer_of_session(held)
    assert viewer is not None
    _, made = people.add_token(viewer, Command("token", "add", {"name": "t", "expires": "2026-06-01"}))
    kept = everything_kept(pact)
    for each in (code, held, str(made), PASSWORD):
        assert each not in kept
    assert digest(held) in kept
    assert digest(str(made)) in kept
    log = "\n".join(each.body for each in pact.store.events())
    with pact.store.database.reading() as connection:
        hashes = list(connection.execute(select(secret.c.hash)).scalars())
    assert len(hashes) == 2  # password and token; the code is gone
    assert not [each for each in hashes if each in log]


def test_what_is_about_people_stays_with_people(pact: Pact) -> None:
    people = People(pact)
    ada, _ = administrator(people)
    with pytest.raises(BadInput, match="it is always people"):
        pact.do(ada, Command("person", "add", {"name": "Open", "tier": "public"}))
    vouched = {"issuer": "https://id.example", "subject": "s1"}
    first = pact.do(ada, Command("person", "add", {"name": "One", **vouched})).kept.id
    assert people.person_of("https://id.example", "s1") == first
    assert people.person_of("https://other.example", "s1") is None
    with pytest.raises(BadInput, match="somebody else signs in as this"):
        pact.do(ada, Command("person", "add", {"name": "Two", **vouched}))
    with pytest.raises(BadInput, match="issuer and subject go together"):
        pact.do(ada, Command("person", "add", {"name": "Two", "subject": "s2"}))
    pact.do(ada, Command("person", "end", {"reason": "left"}, first))
    assert people.person_of("https://id.example", "s1") is None
