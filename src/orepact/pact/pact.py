"""The pact: what somebody may see of it, and the one door through which it is changed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from orepact.errors import BadInput, OrepactError, Problem, UnknownName, unknown, unknown_problem
from orepact.pact.access import Denied, Viewer, may_do, speaks_for_themselves
from orepact.pact.canonical import canonical, digest
from orepact.pact.database import Database
from orepact.pact.event import EARLIEST, START, Act, Draft, Event, written
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import HIDDEN, ID, Guard, Kind, PactRecord, Situation, Verb
from orepact.pact.sayable import unsayable
from orepact.pact.sight import Sight
from orepact.pact.state import Kept, State, readers_of
from orepact.pact.store import Conflict, Store
from orepact.policy.record import raise_all, read, shown, wrong_with

LONGEST_ID = 100
LONGEST_KEY = 200


class NoRecord(UnknownName):
    """There is no record of that name, or none that the asker may read: the answer does not tell which."""


@dataclass(frozen=True)
class Command:
    """Something to be done: a verb on a record, with what it asks for.

    record: None for a new one, which is then named. expected: version that the actor has seen; Conflict where it is another by now.
    override: reason for acting against a guard that may be overridden.
    """

    kind: str
    verb: str
    data: Mapping[str, Any] = field(default_factory=dict)
    record: str | None = None
    effective: date | None = None
    rule: str | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    expected: int | None = None
    override: str | None = None


@dataclass(frozen=True)
class Done:
    """What came of a command: the event, and the record after it."""

    event: Event
    kept: Kept


class Pact:
    """Records that parties keep together, in one database."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def at(cls, url: str) -> Pact:
        """The pact of a database; its tables are made where there are none."""
        return cls(Store(Database.prepared(url)))

    def close(self) -> None:
        """Let go of the database."""
        self.store.database.close()

    def sight(self, viewer: Viewer, as_of: date | None = None, known_by: datetime | None = None) -> Sight:
        """What a viewer sees, as of a day, by what was known at a moment."""
        now = self.store.state()
        state = now if as_of is None and known_by is None else self.store.state_as_of(as_of, known_by)
        return Sight(viewer, state, now, as_of or self.store.today())

    def history(self, viewer: Viewer, kind: str | None = None, record: str | None = None) -> Iterator[Event]:
        """Events that a viewer may read, in order."""
        sight = self.sight(viewer)
        return (each for each in self.store.events(kind=kind, record=record) if sight.sees_event(each))

    def do(self, viewer: Viewer, command: Command, key: str | None = None) -> Done:
        """Do one thing. Raises BadInput, Denied, NoRecord or Conflict, and then nothing was changed."""
        return self.do_all(viewer, [command], key)[0]

    def do_all(self, viewer: Viewer, commands: Sequence[Command], key: str | None = None) -> tuple[Done, ...]:
        """Do several things, all or none, each after the one before. key: with one, the same is never done twice.

        The same request with the same key is told the same again, as long as the actor may still read what came of it.
        """
        _check_key(key)
        _raise_rows(_unsayable(commands), commands)
        done = self.store.append(
            lambda state: self.drafts(viewer, commands, state),
            actor=viewer.id,
            key=key,
            fingerprint="" if key is None else _fingerprint(commands),
        )
        if done.state is None:
            _still_readable(self.sight(viewer), done.events)
        state = done.state or self.store.state()
        after = self._after_each(done.events, state)
        return tuple(Done(each, after[each.seq]) for each in done.events)

    def _after_each(self, events: Sequence[Event], state: State) -> dict[int, Kept]:
        """The record as it was once each event had happened, by the place of the event in the log; each history is read once."""
        found: dict[int, Kept] = {}
        passed: dict[tuple[str, str], set[int]] = {}
        for each in events:
            draft = each.draft
            kept = state.get(draft.kind, draft.record)
            if kept is not None and kept.version == draft.version:
                found[each.seq] = kept
            else:
                passed.setdefault((draft.kind, draft.record), set()).add(each.seq)
        for (kind, record), wanted in passed.items():
            past = State()
            for each in self.store.events(kind=kind, record=record):
                past = past.after([each])
                if each.seq in wanted:
                    found[each.seq] = past.records[kind][record]
                if each.seq == max(wanted):
                    break
        return found

    def check(self, viewer: Viewer, commands: Sequence[Command]) -> list[tuple[int, Problem]]:
        """What keeps commands from being done, each with its place among them; nothing is written. For previews."""
        return self.tried(viewer, commands)[1]

    def tried(self, viewer: Viewer, commands: Sequence[Command]) -> tuple[list[Draft], list[tuple[int, Problem]]]:
        """The events that commands would lead to, and what keeps others from being done, as :meth:`check`; nothing is written."""
        unsayable = _unsayable(commands)
        left = [at for at in range(len(commands)) if at not in {place for place, _ in unsayable}]
        try:
            drafts, wrong = _each(self, viewer, [commands[at] for at in left], self.store.state()) if left else ([], [])
        except OrepactError as error:
            drafts, wrong = [], [(0, each) for each in error.problems]
        problems = [*unsayable, *((left[at], each) for at, each in wrong)]
        return drafts, sorted(problems, key=lambda each: each[0])

    def drafts(self, viewer: Viewer, commands: Sequence[Command], state: State) -> list[Draft]:
        """The events that commands lead to. Raises with everything that is wrong."""
        drafts, problems = _each(self, viewer, commands, state)
        _raise_rows(problems, commands)
        return drafts

    def draft(self, viewer: Viewer, command: Command, state: State) -> Draft:
        """The event that a command leads to in a state. Raises what keeps it from being done."""
        kind, verb = _names(command)
        today = self.store.today()
        sight = Sight(viewer, state, state, today)
        before = _before(sight, kind, verb, command)
        _expect(kind, before, command)
        act = _act(command)
        day = act.effective or today
        asked, data = _asked(kind, verb, command, before, viewer)
        raise_all(_day_problems(kind, verb, before, day, today))
        record = before.id if before else _new_id(sight, kind, asked)
        step = Draft(
            kind.name, record, (before.version if before else 0) + 1, verb.name, data, day, viewer.id, "", "", "public"
        )
        step = replace(step, data={**data, **verb.writes(before.record if before else None, asked, step)})
        after = verb.apply(before.record if before else None, asked, step)
        after, step = _readable(kind, verb, after, step)
        may_do(viewer, kind, verb, before, after)
        raise_all(_reading_problems(kind, verb, before, after, day))
        evidence = tuple(each.model_dump(mode="json", exclude_none=True) for each in act.evidence)
        raise_all(_name_problems(sight, after))
        speaks_for_themselves(viewer, kind, verb, before, after)
        override = _guarded(
            verb, viewer, command, Situation(sight, before.record if before else None, after, asked, today, evidence)
        )
        return replace(
            step, data=step.data | override, role=_role(viewer, verb), rule=act.rule or verb.rule, tier=after.tier, evidence=evidence,
            readers=tuple(dict.fromkeys((*after.readers, *([after.owner] if after.owner else []), *_self(after)))),
        )  # fmt: skip


def _each(
    pact: Pact, viewer: Viewer, commands: Sequence[Command], state: State
) -> tuple[list[Draft], list[tuple[int, Problem]]]:
    """Drafts one after another, each on the state that those before it lead to; one command alone raises what it raises."""
    drafts: list[Draft] = []
    problems: list[tuple[int, Problem]] = []
    for at, command in enumerate(commands):
        try:
            draft = pact.draft(viewer, command, state)
            step = written(draft, state.seq + 1, "2000-01-01T00:00:00.000000Z", "", START)
        except OrepactError as error:
            if len(commands) == 1:
                raise
            problems += [(at, each) for each in error.problems]
            continue
        drafts.append(draft)
        if len(commands) > 1:
            state = state.after([step])
    return drafts, problems


def _unsayable(commands: Sequence[Command]) -> list[tuple[int, Problem]]:
    """What commands say that cannot be written, each with its place among them."""
    return [(at, problem) for at, command in enumerate(commands) for problem in unsayable(command)]


def _raise_rows(problems: Sequence[tuple[int, Problem]], commands: Sequence[Command]) -> None:
    """Raise BadInput with all problems, if there are any; those of several commands with the place of theirs."""
    several = len(commands) > 1
    raise_all(replace(each, place=f"row {at + 1}, {each.place}") if several else each for at, each in problems)


def _still_readable(sight: Sight, events: Sequence[Event]) -> None:
    """Whoever repeats a request learns no more than now may be read."""
    if not all(sight.sees_event(each) for each in events):
        todo = "ask whoever keeps the record"
        raise Denied(
            Problem(
                "idempotency key",
                "the request was done, and what came of it is not yours to read now",
                "no right",
                todo,
            )
        )


def _names(command: Command) -> tuple[Kind, Verb]:
    if command.kind not in KINDS:
        raise unknown("pact", "kind of record", command.kind, KINDS)
    kind = KINDS[command.kind]
    if command.verb not in kind.verbs:
        raise unknown(kind.name, "verb", command.verb, kind.verbs)
    return kind, kind.verbs[command.verb]


def _before(sight: Sight, kind: Kind, verb: Verb, command: Command) -> Kept | None:
    if verb.name == "add":
        return None
    return found(sight, kind.name, command.record or "")


def found(sight: Sight, kind: str, record: str) -> Kept:
    """A record that a viewer may read. Raises NoRecord, in the same words whether there is none or none for the viewer."""
    kept = sight.get(kind, record)
    if kept is None:
        raise NoRecord(unknown_problem(KINDS[kind].plural, kind, record, names_of(sight, kind)))
    return kept


def names_of(sight: Sight, kind: str) -> list[str]:
    """Ids that an error may offer: of what the viewer may read, those that people chose; a drawn one tells nobody anything."""
    return [each.id for each in sight.all(kind) if not each.id.startswith(HIDDEN)]


def _expect(kind: Kind, before: Kept | None, command: Command) -> None:
    if command.expected is not None and command.expected != (before.version if before else 0):
        version = before.version if before else 0
        place, told = f"{kind.name}, {command.record}", f"version {version}, you have seen {command.expected}"
        raise Conflict(
            Problem(place, "somebody changed it since you read it", told, "read it again, then decide again")
        )


def _act(command: Command) -> Act:
    given = {
        "effective": command.effective,
        "rule": command.rule,
        "evidence": [dict(each) for each in command.evidence],
    }
    return read(Act, {name: value for name, value in given.items() if value not in (None, [])}, "act")


def _asked(
    kind: Kind, verb: Verb, command: Command, before: Kept | None, viewer: Viewer | None = None
) -> tuple[Any, dict[str, Any]]:
    """What the verb was given, checked, and what of it is written."""
    place = f"{kind.name}, {verb.name}"
    given = dict(command.data)
    if verb.name == "add" and command.record is not None:
        given.setdefault("id", command.record)
    if verb.name == "add" and viewer is not None:
        given = _owned(viewer, kind, given)
    if not verb.partial or before is None:
        asked = read(verb.asks, given, place)
        return asked, asked.model_dump(mode="json", exclude_unset=True)
    fixed = {"id", "demonstration"} & set(given)
    raise_all(Problem(place, f"{each} cannot be changed", shown(given[each]), "leave it out") for each in sorted(fixed))
    raise_all(wrong_with(verb.asks, before.record.model_dump(mode="json") | given, place))
    after = verb.asks.model_validate(before.record.model_dump(mode="json") | given)
    return after, {name: after.model_dump(mode="json")[name] for name in given}


def _owned(viewer: Viewer, kind: Kind, given: dict[str, Any]) -> dict[str, Any]:
    """What is given with a new record, with its owner where only one can be meant: whoever the one is that somebody acts for."""
    keeps_the_register = viewer.keeper or viewer.has("analyst", "administrator", "round operator")
    if kind.confidential or keeps_the_register or given.get("owner") or len(viewer.acts_for) != 1:
        return given
    return given | {"owner": next(iter(viewer.acts_for))}


def _day_problems(kind: Kind, verb: Verb, before: Kept | None, day: date, today: date) -> Iterator[Problem]:
    place = f"{kind.name}, {verb.name}, effective"
    if day < EARLIEST:
        yield Problem(place, "it lies before everything that is kept here", f"{day}", f"give {EARLIEST} or a later day")
    if day > today:
        yield Problem(place, "it cannot hold from a day that has not come", f"{day}", f"give a day up to {today}")
    if verb.in_order and before is not None and before.ordered is not None and day < before.ordered:
        yield Problem(
            place, "what went before holds from a later day", f"{day}, before {before.ordered}", "give a later day"
        )


def _reading_problems(kind: Kind, verb: Verb, before: Kept | None, after: PactRecord, day: date) -> Iterator[Problem]:
    """Who may read a record changes in order, and nothing goes behind that: else a day in the past would show what was never opened."""
    if before is None:
        return
    place = f"{kind.name}, {verb.name}, effective"
    if before.opened is not None and day < before.opened:
        todo = f"give a day from {before.opened} on"
        yield Problem(place, "who may read the record was changed from a later day on", f"{day}", todo)
    elif readers_of(after) != readers_of(before.record) and day < before.latest:
        todo = f"give a day from {before.latest} on"
        yield Problem(place, "who may read a record is changed after all else that is said of it", f"{day}", todo)


def _new_id(sight: Sight, kind: Kind, asked: PactRecord) -> str:
    """The id of a new record: chosen, made of its name, or, where not everybody may read it, drawn at random."""
    place = f"{kind.name}, id"
    if asked.tier != "public" or kind.confidential:
        if asked.id:
            raise BadInput(
                Problem(
                    place, "the id of a record that is not public is drawn, not chosen", f"'{asked.id}'", "leave it out"
                )
            )
        return f"{HIDDEN}{secrets.token_hex(8)}"
    if asked.id:
        if not re.fullmatch(ID, asked.id) or asked.id.startswith(HIDDEN):
            raise BadInput(
                Problem(
                    place, "it is no id", shown(asked.id), "use letters, digits, - and _, and begin otherwise than x-"
                )
            )
        if sight.state.get(kind.name, asked.id) is not None:
            raise Conflict(
                Problem(place, "there is a record of that id", f"'{asked.id}'", "choose another, or change that one")
            )
        return asked.id
    base = slug(asked.title()) or kind.name
    taken, at = base, 1
    while sight.state.get(kind.name, taken) is not None or taken.startswith(HIDDEN):
        at += 1
        taken = f"{base}-{at}"
    return taken


def slug(text: str) -> str:
    """An id made of a name."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:LONGEST_ID].strip("-")


def _readable(kind: Kind, verb: Verb, after: PactRecord, step: Draft) -> tuple[PactRecord, Draft]:
    """The record with a tier that its kind allows and with somebody who can read it."""
    del verb
    place = f"{kind.name}, tier"
    if kind.confidential:
        always = kind.record.model_fields["tier"].default
        if after.tier != always:
            raise BadInput(Problem(place, f"it is always {always}", after.tier, "leave it out"))
        return after, step
    if after.tier == "people":
        raise BadInput(Problem(place, "this tier is for people only", "people", "choose public, party or firm"))
    if after.tier != "public" and not after.owner:
        raise BadInput(
            Problem(f"{kind.name}, owner", "what is not public has an owner", "none", "say for whom you keep it")
        )
    return after, step


def _self(after: PactRecord) -> list[str]:
    """Who else reads a record of the register of people: whoever it is about."""
    return [after.person] if after.tier == "people" and hasattr(after, "person") else []


def _name_problems(sight: Sight, after: PactRecord) -> Iterator[Problem]:
    """Records that a record names must be there, for whoever names them."""
    named = [
        *after.names(),
        *(("owner", "party", each) for each in [after.owner] if each),
        *(("readers", "party", each) for each in after.readers),
    ]
    for field_name, kinds, record in named:
        among = kinds.split("|")
        if not any(sight.get(kind, record) for kind in among):
            known = [name for kind in among for name in names_of(sight, kind)]
            yield unknown_problem(field_name, " or ".join(among), record, known)


def _guarded(verb: Verb, viewer: Viewer, command: Command, situation: Situation) -> dict[str, Any]:
    """The override that is to be written with the event, if one was needed. Raises BadInput for guards that stand."""
    stopped: list[Guard] = list(verb.guard(situation))
    if not stopped:
        return {}
    soft = all(each.may_override for each in stopped)
    allowed = viewer.keeper or not viewer.roles.isdisjoint(verb.override_roles)
    if command.override and soft and allowed:
        return {"override": {"reason": command.override, "against": [str(each.problem) for each in stopped]}}
    if command.override and soft:
        raise Denied([each.problem for each in stopped])
    raise BadInput([each.problem for each in stopped])


def _role(viewer: Viewer, verb: Verb) -> str:
    if viewer.keeper:
        return "keeper"
    return ", ".join(sorted(viewer.roles & verb.roles)) or "oneself"


def _fingerprint(commands: Sequence[Command]) -> str:
    return digest(canonical([each.__dict__ | {"evidence": [dict(row) for row in each.evidence]} for each in commands]))


def _check_key(key: str | None) -> None:
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        todo = f"give 1 to {LONGEST_KEY} printable characters"
        raise BadInput(Problem("idempotency key", "it is no key", ascii(key[:40]), todo))
