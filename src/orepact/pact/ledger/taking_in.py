"""Steps of a table taken into the books of a reserve: a preview of each with everything that is wrong, then all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from orepact.errors import BadInput, OrepactError, Problem
from orepact.pact.access import Viewer
from orepact.pact.event import START, Draft, written
from orepact.pact.kinds.reserve_record import Reserve
from orepact.pact.ledger.step_tables import Step, read_steps
from orepact.pact.pact import Command, Done, Pact, found
from orepact.pact.store import Conflict
from orepact.sheets import Form

READY, REFUSED = "ready", "refused"


@dataclass(frozen=True)
class Taken:
    """What one step would do. place: sheet and row."""

    place: str
    verb: str
    day: date
    says: str
    problems: tuple[Problem, ...]
    command: Command


@dataclass(frozen=True)
class Stock:
    """Grams of one form before and after."""

    form: str
    lots: tuple[int, int]
    inbound: tuple[int, int]
    rights: tuple[int, int]


@dataclass(frozen=True)
class TakingIn:
    """What a table would do to the books of a reserve. stocks: empty where anything is refused."""

    reserve: str
    name: str
    rows: tuple[Taken, ...]
    stocks: tuple[Stock, ...]

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong, each with its sheet and row."""
        return [
            Problem(f"{row.place}, {each.place}", each.wrong, each.found, each.todo)
            for row in self.rows
            for each in row.problems
        ]

    def record(self) -> dict[str, Any]:
        """In JSON terms; grams are before and after."""
        rows = [
            {
                "place": each.place, "verb": each.verb, "day": each.day.isoformat(), "says": each.says,
                "action": REFUSED if each.problems else READY, "problems": [str(problem) for problem in each.problems],
            }
            for each in self.rows
        ]  # fmt: skip
        stocks = [
            {"form": each.form, "lots": list(each.lots), "inbound": list(each.inbound), "rights": list(each.rights)}
            for each in self.stocks
        ]
        refused = sum(each["action"] == REFUSED for each in rows)
        return {"reserve": self.reserve, "name": self.name, "rows": rows, "stocks": stocks, "refused": refused}


def look(
    pact: Pact, viewer: Viewer, reserve: str, content: bytes, form: Form, place: str, undated: date | None = None
) -> TakingIn:
    """What a table would do to the books of a reserve, each step after those before it; nothing is written.

    Args:
        pact: Where the reserve is kept.
        viewer: Whose rights hold.
        reserve: Its id.
        content: The file: CSV, or XLSX of which every sheet is read.
        form: Which of them.
        place: What errors call it.
        undated: Day of rows that give none.

    Raises:
        NoRecord: There is no such reserve for this viewer.
        BadInput: The file cannot be read at all.
    """
    sight = pact.sight(viewer)
    kept = found(sight, "reserve", reserve)
    steps = read_steps(content, form, place, undated)
    today = pact.store.today()
    commands = [_command(step, reserve, step.day or today) for step in steps]
    commands[0] = replace(commands[0], expected=kept.version)
    wrong: dict[int, list[Problem]] = {at: list(step.problems) for at, step in enumerate(steps)}
    book: Any = kept.record
    if any(each.posted is not None for each in steps) and (book.balances or book.numbers):
        todo = "begin a new reserve with the same terms for it"
        wrong[0].append(Problem("reserve", "an extract goes into books in which nothing is booked", book.title(), todo))
    readable = [at for at in range(len(steps)) if not wrong[at]]
    drafts, more = pact.tried(viewer, [commands[at] for at in readable])
    refused = {readable[at] for at, _ in more}
    for at, problem in more:
        wrong[readable[at]].append(problem)
    done = dict(zip((at for at in readable if at not in refused), drafts, strict=False))
    for at, problem in _unlike(steps, done):
        wrong[at].append(problem)
    rows = tuple(
        Taken(step.place, step.verb, step.day or today, _words(step), tuple(wrong[at]), commands[at])
        for at, step in enumerate(steps)
    )
    after = None if any(wrong.values()) else _after(pact, drafts, reserve)
    return TakingIn(reserve, book.title(), rows, () if after is None else tuple(_stocks(book, after)))


def take_in(pact: Pact, viewer: Viewer, looked: TakingIn, key: str | None = None) -> tuple[Done, ...]:
    """Book what a preview says, all or none. Raises BadInput with everything that is wrong, Conflict where others booked since."""
    if looked.problems:
        raise BadInput(looked.problems)
    seen, now = looked.rows[0].command.expected, found(pact.sight(viewer), "reserve", looked.reserve).version
    if key is None and seen != now:
        told, todo = f"version {now}, you have seen {seen}", "look at the table again"
        raise Conflict(Problem(f"reserve, {looked.reserve}", "somebody booked since the preview", told, todo))
    return pact.do_all(viewer, [each.command for each in looked.rows], key)


def _command(step: Step, reserve: str, day: date) -> Command:
    return Command("reserve", step.verb, step.data, reserve, day, step.rule, step.evidence, override=step.override)


def _unlike(steps: Sequence[Step], done: dict[int, Draft]) -> Iterator[tuple[int, Problem]]:
    """Steps of an extract that would post something else than it says."""
    for at, draft in done.items():
        said = steps[at].posted
        posts = tuple((str(a), str(unit), int(n)) for a, unit, n in draft.data.get("booked", {}).get("postings", ()))
        if said is not None and said != posts:
            other = next((each for each in posts if each not in said), None) or "nothing"
            todo = "give the reserve the terms of the one that the extract is of"
            yield at, Problem("postings", "it would post something else than the extract says", f"{other}", todo)


def _words(step: Step) -> str:
    """What a step says, in a line."""
    return ", ".join(f"{name} {value}" for name, value in step.data.items() if value is not None)[:200]


def _after(pact: Pact, drafts: Sequence[Draft], reserve: str) -> Reserve | None:
    state = pact.store.state()
    try:
        for draft in drafts:
            state = state.after([written(draft, state.seq + 1, "2000-01-01T00:00:00.000000Z", "", START)])
    except OrepactError:
        return None
    kept = state.get("reserve", reserve)
    return kept.record if kept is not None and isinstance(kept.record, Reserve) else None


def _stocks(before: Reserve, after: Reserve) -> Iterator[Stock]:
    for form in after.forms:
        pairs = [
            (before.total(kind, form.form), after.total(kind, form.form)) for kind in ("lot", "inbound", "entitlement")
        ]
        yield Stock(form.form, *pairs)
