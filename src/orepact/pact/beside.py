"""Lay agreements side by side, clause by clause, in the order of the clause library: what each says, and where they differ.

A clause that nobody has recorded of an agreement is not known: neither there nor absent. So "only one" is said only where the other is
known not to have it; where nothing is known of the other, the row says "known of one".

Deals of a bloc's member with the same partner stand beside the bloc's own (:func:`beside_bloc`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact import facts
from orepact.errors import MOST_OFFERED, BadInput, Problem
from orepact.pact.kinds.agreements import Agreement, Clause
from orepact.pact.pact import found
from orepact.pact.places import countries_of, country_of, is_bloc
from orepact.pact.sight import Sight

SAME, DIFFERS, ONLY_ONE, NEITHER = "same", "differs", "only one", "neither"
KNOWN_OF_ONE, NOT_KNOWN = "known of one", "not known"
VERDICTS = (DIFFERS, ONLY_ONE, SAME, NEITHER, KNOWN_OF_ONE, NOT_KNOWN)
"""They say different things; only some are known to have it; they say the same; all are known not to have it; some are known to have it or
not, and of the others nothing is known; nothing is known of any."""

SIDE_FIELDS = ("stands", "binding", "summary", "value", "unit", "source", "grade")


@dataclass(frozen=True)
class Row:
    """One clause of the library across agreements. sides: what each says, None where nothing is known, in the order asked.

    differences: in what they differ where all have it: binding, number, words. number: how the numbers compare, in words.
    """

    clause: str
    title: str
    verdict: str
    sides: tuple[Clause | None, ...]
    differences: tuple[str, ...] = ()
    number: str = ""


@dataclass(frozen=True)
class Beside:
    """Agreements side by side."""

    agreements: tuple[Agreement, ...]
    rows: tuple[Row, ...]

    def counts(self) -> dict[str, int]:
        """Clauses by verdict."""
        counted = Counter(each.verdict for each in self.rows)
        return {verdict: counted.get(verdict, 0) for verdict in VERDICTS}


def beside(sight: Sight, ids: Sequence[str]) -> Beside:
    """Two agreements or initiatives or more, laid side by side.

    ids: an agreement's may be cut short where only one begins so. Raises NoRecord for one that there is not, or not for this viewer.
    """
    agreements = [paper_of(sight, each) for each in ids]
    return Beside(tuple(agreements), laid(agreements))


def agreement_of(sight: Sight, text: str) -> Agreement:
    """An agreement by its id, or by the beginning of one that no other has. Raises NoRecord or BadInput."""
    near = [each.id for each in sight.all("agreement") if text and each.id.startswith(text)]
    if len(near) > 1 and text not in near:
        few = ", ".join(near[:MOST_OFFERED]) + (" …" if len(near) > MOST_OFFERED else "")
        raise BadInput(Problem("agreements", "several agreements begin so", f"'{text}'", f"choose one of {few}"))
    record: Any = found(sight, "agreement", near[0] if len(near) == 1 else text).record
    return record  # type: ignore[no-any-return]


def paper_of(sight: Sight, text: str) -> Agreement:
    """An agreement, or an initiative of that id with its clauses in the form of one: a mandate is laid beside an agreement alike."""
    kept: Any = sight.get("initiative", text)
    if kept is None or sight.get("agreement", text) is not None:
        return agreement_of(sight, text)
    said = kept.record
    return Agreement(
        id=said.id, name=said.name, kind="initiative", parties=said.countries, status=said.status, until=said.until,
        signed=None if said.since is None else said.since.isoformat(), clauses=said.clauses, demonstration=said.demonstration,
    )  # fmt: skip


def laid(agreements: Sequence[Agreement]) -> tuple[Row, ...]:
    """Every clause of the library, and those beyond it that one of the agreements has, across agreements."""
    titles = library()
    beyond = {each.clause for said in agreements for each in said.clauses} - set(titles)
    names = [*titles, *sorted(beyond)]
    return tuple(_row(name, titles.get(name, name), [said.clause(name) for said in agreements]) for name in names)


def library() -> dict[str, str]:
    """Titles of the clause library by id, in its order; empty where the facts hold none."""
    if "clause_templates" not in facts.tables():
        return {}
    table = facts.load("clause_templates")
    return dict(zip(table["clause"], table["title"], strict=True))


def _row(name: str, title: str, sides: Sequence[Clause | None]) -> Row:
    verdict = _verdict(sides)
    if verdict != SAME:
        return Row(name, title, verdict, tuple(sides))
    clauses = [each for each in sides if each is not None]
    differences = tuple(word for word, differs in (
        ("binding", len({each.binding for each in clauses} - {"unknown"}) > 1),
        ("number", len({_number(each) for each in clauses}) > 1),
        ("words", len({_words(each) for each in clauses}) > 1),
    ) if differs)  # fmt: skip
    return Row(name, title, DIFFERS if differences else SAME, tuple(sides), differences, _compared(clauses))


def _verdict(sides: Sequence[Clause | None]) -> str:
    """What can be said before the texts are compared: SAME stands for all of them having the clause."""
    answers = ["unknown" if each is None else each.stands for each in sides]
    if all(each == "unknown" for each in answers):
        return NOT_KNOWN
    if "unknown" in answers:
        return KNOWN_OF_ONE
    if "no" in answers:
        return ONLY_ONE if "yes" in answers else NEITHER
    return SAME


def _number(clause: Clause) -> tuple[float, str] | None:
    return None if clause.value is None else (clause.value, _unit(clause))


def _unit(clause: Clause) -> str:
    return " ".join((clause.unit or "").casefold().split())


def _words(clause: Clause) -> str:
    return " ".join((clause.summary or "").casefold().split())


def _compared(clauses: Sequence[Clause]) -> str:
    """How the numbers of clauses compare; empty where none has one."""
    numbers = [_number(each) for each in clauses]
    known = [each for each in numbers if each is not None]
    if not known:
        return ""
    said = " against ".join("no number" if each is None else f"{each[0]:g} {each[1]}".strip() for each in numbers)
    if len({unit for _, unit in known}) > 1:
        return f"{said}: units differ"
    if len(known) < len(numbers) or len(known) != 2:
        return said
    return (
        f"{said}: {known[1][0] - known[0][0]:+g} {known[0][1]}".strip() if known[0] != known[1] else f"{said}: the same"
    )


@dataclass(frozen=True)
class MemberDeal:
    """An agreement of a bloc's member with a partner that the bloc has agreed with as well."""

    agreement: Agreement
    bloc: str
    member: str
    partner: str


def beside_bloc(sight: Sight, agreement: Agreement, day: date | None = None) -> tuple[MemberDeal, ...]:
    """Agreements with the same partner whose other party is a member, on a day, of a bloc that agreed; by member and id.

    Membership is that of the facts, and of the pact where it records one. day: the sight's own when left out.
    """
    on = day or sight.day
    blocs = [each for each in agreement.parties if is_bloc(sight, each, on)]
    deals = []
    for bloc in blocs:
        members = countries_of(sight, bloc, on) or frozenset()
        partners = {each for each in agreement.parties if each != bloc and country_of(each) not in members}
        deals += _deals(sight, agreement, bloc, members, partners)
    return tuple(sorted(deals, key=lambda each: (each.member, each.agreement.id, each.partner)))


def _deals(sight: Sight, own: Agreement, bloc: str, members: frozenset[str], partners: set[str]) -> list[MemberDeal]:
    deals = []
    for kept in sight.all("agreement"):
        record: Any = kept.record
        inside = [each for each in record.parties if country_of(each) in members]
        shared = sorted(partners & set(record.parties))
        if record.id != own.id and bloc not in record.parties and inside and shared:
            deals += [MemberDeal(record, bloc, inside[0], partner) for partner in shared]
    return deals


def beside_answer(laid_out: Beside, deals: Sequence[MemberDeal] = ()) -> dict[str, Any]:
    """Agreements side by side in JSON terms, with the deals of members."""
    return {
        "agreements": [_named(each) for each in laid_out.agreements],
        "counts": laid_out.counts(),
        "clauses": [
            {
                "clause": row.clause,
                "title": row.title,
                "verdict": row.verdict,
                "differences": list(row.differences),
                "number": row.number or None,
                "sides": [_side(each) for each in row.sides],
            }
            for row in laid_out.rows
        ],
        "members": [
            {"bloc": each.bloc, "member": each.member, "partner": each.partner} | _named(each.agreement)
            for each in deals
        ],
    }


def _named(agreement: Agreement) -> dict[str, Any]:
    said = agreement.model_dump(
        mode="json", include={"id", "name", "kind", "parties", "signed", "status", "demonstration"}
    )
    return dict(said)


def _side(clause: Clause | None) -> dict[str, Any]:
    if clause is None:
        return dict.fromkeys(SIDE_FIELDS) | {"stands": "unknown", "binding": "unknown"}
    return {name: getattr(clause, name) for name in SIDE_FIELDS}


def beside_rows(laid_out: Beside) -> list[dict[str, Any]]:
    """One flat row a clause and agreement, for CSV."""
    return [
        {"clause": row.clause, "verdict": row.verdict, "differences": "|".join(row.differences), "agreement": said.id} | _side(side)
        for row in laid_out.rows
        for said, side in zip(laid_out.agreements, row.sides, strict=True)
    ]  # fmt: skip


COLUMNS = ("clause", "verdict", "differences", "agreement", *SIDE_FIELDS)
"""Columns as CSV."""
