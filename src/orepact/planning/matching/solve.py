"""Solves the program of a round: the most, then the cheapest; or what is worth most. The answer is whole and comes with exact bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from orepact.errors import NotSolved, Problem
from orepact.planning.matching.cut import cut
from orepact.planning.matching.program import Program
from orepact.planning.matching.sifting import first_arcs, more_arcs

WHOLE = 1e-5
"""How near to a whole number a column must be to count as one; the exact check of the result comes on top."""

GAP = 1e-9
"""Largest gap between a result and its bound, relative."""

TRIES = 50
"""How many units below the bound of the quantity a whole match is looked for."""

NEAR = 12
"""How many totals on each side of that of the relaxed program are looked at for the whole match that is worth most."""

DEAR = 4
"""How many times the dearest cost a unit is worth where quantity and cost are solved at once."""

FINE = 2**64
"""Duals are rounded to this part of a hundredth per tonne; a bound from rounded duals is a bound still."""


@dataclass(frozen=True)
class Certificate:
    """How good a match is, as exact numbers.

    Attributes:
        objective: What is judged: "quantity", "cost" or "worth".
        value: What the match reaches, a whole number.
        primal: What its linear program reaches, lots as they are (and where the cap asks for it, totals a country).
        dual: The bound that weak duality gives for that program, worked out exactly.
        gap: Distance of the two, relative to ``primal``, or to one unit at the dearest price where that is more.
        bound: No match with these lots, in whole units or not, goes beyond this; of the quantity ``value`` is the whole number below.
    """

    objective: str
    value: int
    primal: float
    dual: Fraction
    gap: float
    bound: Fraction


@dataclass(frozen=True)
class Solution:
    """A whole solution. columns: of the program. certificates: one for each objective. duals: of the rows ``under`` of the first."""

    columns: tuple[int, ...]
    certificates: tuple[Certificate, ...]
    duals: np.ndarray


@dataclass(frozen=True)
class _Found:
    """One solve. fixed: least and largest value of the columns in the linear program that gave the duals."""

    x: np.ndarray
    value: float
    equal: np.ndarray
    under: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


class Solver:
    """Solves one program. active: openings that are looked at; others trade without a lot, which the caller checks."""

    def __init__(self, found: Program, active: frozenset[int] = frozenset()) -> None:
        self.program, self.active = found, active
        rows = np.ones(len(found.under[1]), dtype=bool)
        for at, each in enumerate(found.lots):
            rows[list(each)] = at in active
        self.kept = np.flatnonzero(rows)
        self.under = found.under[0][self.kept]
        self.right = np.array(found.under[1], dtype=float)[self.kept]
        self._inside = first_arcs(found)
        self._largest = max(float(np.abs(each.data).max(initial=1.0)) for each in (found.equal[0], self.under))

    def most_then_cheapest(self) -> Solution:
        """As much as can be, then as cheaply as that can be."""
        return self._at_once() or self._one_after_the_other()

    def _at_once(self) -> Solution | None:
        """Both in one linear program, in which a unit matched is worth more than it costs.

        A cut proves that no more can be matched (:mod:`cut`). None where there is a cap or a lot, or the cut does not prove it.
        """
        program = self.program
        if program.caps or self.active or not program.columns:
            return None
        costs, quantity = program.costs(), program.quantity()
        worth = DEAR * float(costs.max(initial=1.0))
        found = self._must(costs - worth * quantity)
        duals = cut(program, self.under, np.round(found.x)) if _is_whole(found.x) else None
        if duals is None:
            return None
        columns = _rounded(found.x)
        total = _value(quantity, columns)
        bound = -self._bound(-quantity, replace(found, equal=duals[0], under=duals[1]), None)
        if bound != total:
            return None
        cheapest = replace(found, value=float(costs @ found.x), equal=np.append(found.equal, worth))
        first = _certificate("quantity", total, float(total), bound, bound)
        return Solution(
            columns, (first, self._judged("cost", costs, cheapest, columns, total, 1)), np.zeros(len(program.under[1]))
        )

    def _one_after_the_other(self) -> Solution:
        """First the most, then the cheapest of that size."""
        program = self.program
        most = self._must(-program.quantity())
        bound = -self._bound(-program.quantity(), most, None)
        reached = math.floor(bound + Fraction(1, 10**6))
        for total in range(reached, max(reached - TRIES, -1), -1):
            found = self._whole(program.costs(), total)
            if found is not None:
                break
        else:
            raise _unsolved("no whole match comes near the bound of the quantity")
        columns = _rounded(found.x)
        first = _certificate("quantity", total, -most.value, bound, bound)
        second = self._judged("cost", program.costs(), found, columns, total, 1)
        full = np.zeros(len(program.under[1]))
        full[self.kept] = most.under
        return Solution(columns, (first, second), full)

    def worth_most(self) -> Solution:
        """What is worth most: limits of the buyers less costs."""
        objective = self.program.costs() - self.program.limits()
        relaxed = self._must(objective)
        found, total = (relaxed, None) if _is_whole(relaxed.x) else self._by_totals(objective, relaxed)
        if found is None:
            found = self._solve(objective, None, whole=True)
        if found is None:
            raise _unsolved("no whole match was found")
        columns = _rounded(found.x)
        full = np.zeros(len(self.program.under[1]))
        full[self.kept] = relaxed.under
        return Solution(columns, (self._judged("worth", objective, found, columns, total, -1, relaxed),), full)

    def _by_totals(self, objective: np.ndarray, relaxed: _Found) -> tuple[_Found | None, int | None]:
        """The best whole match and its size, total by total from that of the relaxed program; None where it is not found so.

        The best at a total is convex in the total. So once the relaxed program at a total is no better than a whole match that is
        known, no total beyond that is either.
        """
        if self.active or not self._one_mineral:
            return None, None
        size = float(self.program.quantity() @ relaxed.x)
        best: tuple[_Found | None, int | None] = (None, None)
        beyond = {-1: math.floor(size), 1: math.floor(size) + 1}
        for _ in range(NEAR):
            for way, total in list(beyond.items()):
                loose = self._solve(objective, total, whole=False) if total >= 0 else None
                if loose is None or (best[0] is not None and _value(objective, _rounded(best[0].x)) <= loose.value):
                    del beyond[way]
                    continue
                found = loose if _is_whole(loose.x) else self._solve(objective, total, whole=True)
                if found is not None and (best[0] is None or found.value < best[0].value):
                    best = found, total
                beyond[way] = total + way
            if not beyond:
                return best
        return None, None

    def _judged(
        self, name: str, objective: np.ndarray, found: _Found, columns: tuple[int, ...], total: int | None, sign: int,
        relaxed: _Found | None = None,
    ) -> Certificate:  # fmt: skip
        value, dual = _value(objective, columns), self._bound(objective, found, total)
        bound = dual if relaxed is None else self._bound(objective, relaxed, None)
        if value != round(found.value) and abs(value - found.value) > GAP * max(1, abs(value)):
            raise _unsolved(f"{name}: {value} in whole units, {found.value:.12g} by the linear program")
        dearest = float(np.abs(objective).max(initial=1.0))
        return _certificate(name, sign * value, sign * found.value, sign * dual, sign * bound, dearest)

    def _must(self, objective: np.ndarray) -> _Found:
        """An optimum in units that need not be whole; nothing at all is always one of the matches."""
        found = self._solve(objective, None, whole=False)
        if found is None:
            raise _unsolved("even the empty match was refused")
        return found

    def _whole(self, objective: np.ndarray, total: int | None) -> _Found | None:
        """A whole optimum; None where there is none at that total."""
        found = None if self._one_mineral and not self.active else self._solve(objective, total, whole=False)
        if found is not None and _is_whole(found.x):
            return found
        return self._solve(objective, total, whole=True)

    def _solve(self, objective: np.ndarray, total: int | None, *, whole: bool) -> _Found | None:
        """Solve; with whole columns first as they are, then as a linear program with those fixed, which has duals."""
        program = self.program
        lower, upper = np.zeros(program.columns), program.upper.copy()
        closed = [program.at_opens + at for at in range(len(program.opens)) if at not in self.active]
        upper[closed] = 0
        integer = np.zeros(program.columns)
        integer[[program.at_opens + at for at in sorted(self.active)]] = 1
        if whole and total is not None and self._one_mineral:
            upper[program.at_totals : program.at_opens] = self._most_a_country(total)
        elif whole:
            integer[program.at_totals : program.at_opens] = 1
        if integer.any():
            x = self._mixed(objective, total, integer, lower, upper)
            if x is None:
                return None
            at = integer > 0
            lower[at] = upper[at] = np.round(x[at])
        return self._linear(objective, total, lower, upper)

    @property
    def _one_mineral(self) -> bool:
        """Whether the program is of one mineral: then a total decides how much one country may have, in whole units."""
        return len({each.mineral for each in self.program.totals}) == 1

    def _most_a_country(self, total: int) -> np.ndarray:
        """What of a total each country may have at most under the cap. With it what is left is a network with whole bounds."""
        program, share = self.program, self.program.fit.round.cap
        upper = program.upper[program.at_totals : program.at_opens].copy()
        if share is not None:
            third = [each.country is not None for each in program.totals]
            upper[third] = np.minimum(upper[third], total * share.numerator // share.denominator)
        return upper

    def _equal(self, total: int | None) -> tuple[sparse.csr_array, np.ndarray]:
        table, right = self.program.equal
        if total is None:
            return table, np.array(right, dtype=float)
        row = sparse.csr_array(self.program.quantity()[None, :])
        return sparse.csr_array(sparse.vstack([table, row])), np.array([*right, total], dtype=float)

    def _linear(self, objective: np.ndarray, total: int | None, lower: np.ndarray, upper: np.ndarray) -> _Found | None:
        if not self.program.columns:
            return _Found(np.zeros(0), 0.0, np.zeros(0), np.zeros(len(self.right)), lower, upper) if not total else None
        table, right = self._equal(total)
        scale = max(1.0, float(np.abs(objective).max()))
        columns = self._inside
        tables: tuple[Any, Any] = (table, self.under)
        if not columns.all():
            tables = (sparse.csc_array(table), sparse.csc_array(self.under))
        while True:
            at = np.flatnonzero(columns)
            equal, below = tables if len(at) == len(columns) else (tables[0][:, at], tables[1][:, at])
            found = self._program(objective[at] / scale, (equal, right), below, lower[at], upper[at])
            if found.status == 2 and not columns.all():
                columns[:] = True
                continue
            if found.status == 2:
                return None
            if found.status != 0:
                raise _unsolved(str(found.message))
            under = found.ineqlin.marginals if len(self.right) else np.zeros(0)
            if columns.all():
                break
            reduced = objective / scale - tables[0].T @ found.eqlin.marginals - tables[1].T @ under
            more = more_arcs(self.program, columns, reduced)
            if not len(more):
                break
            columns[more] = True
        x = np.zeros(self.program.columns)
        x[at] = found.x
        return _Found(x, found.fun * scale, found.eqlin.marginals * scale, under * scale, lower, upper)

    def _program(
        self, objective: np.ndarray, equal: tuple[Any, np.ndarray], under: Any, lower: np.ndarray, upper: np.ndarray
    ) -> Any:
        rows = len(self.right) > 0
        return linprog(  # type: ignore[call-overload]  # its stubs know no sparse tables
            objective, A_ub=under if rows else None, b_ub=self.right if rows else None, A_eq=equal[0], b_eq=equal[1],
            bounds=np.column_stack([lower, upper]), method="highs-ds", options={"presolve": False},
        )  # fmt: skip

    def _mixed(
        self, objective: np.ndarray, total: int | None, integer: np.ndarray, lower: np.ndarray, upper: np.ndarray
    ) -> np.ndarray | None:
        table, right = self._equal(total)
        rows = [LinearConstraint(table, right, right)]
        if len(self.right):
            rows.append(LinearConstraint(self.under, -np.inf, self.right))
        scale = max(1.0, float(np.abs(objective).max()))
        found: Any = milp(
            objective / scale, integrality=integer, bounds=Bounds(lower, upper), constraints=rows,
            options={"mip_rel_gap": GAP / 10},
        )  # fmt: skip
        if found.status == 2:
            return None
        if found.status != 0 or found.x is None:
            raise _unsolved(str(found.message))
        return np.asarray(found.x)

    def _bound(self, objective: np.ndarray, found: _Found, total: int | None) -> Fraction:
        """What weak duality says at the least, exactly: any duals give a bound, these the best known."""
        if not self.program.columns:
            return Fraction(0)
        table, right = self._equal(total)
        quick = self._whole_bound(objective, found, table, right)
        if quick is not None:
            return quick
        equal = [round(value * FINE) for value in found.equal]
        under = [min(0, round(value * FINE)) for value in found.under]
        reduced = objective * FINE - table.T @ np.array(equal, dtype=float)
        if under:
            reduced = reduced - self.under.T @ np.array(under, dtype=float)
        margin = 1e-9 * FINE * max(1.0, float(np.abs(objective).max(initial=0.0)))
        value = sum(dual * int(each) for dual, each in zip(equal, right, strict=True) if each and dual)
        value += sum(dual * int(each) for dual, each in zip(under, self.right, strict=True) if each and dual)
        matters = np.flatnonzero((reduced < margin) | (found.lower > 0))
        columns_equal, columns_under = sparse.csc_array(table), sparse.csc_array(self.under)
        for at in matters.tolist():
            exact = int(objective[at]) * FINE
            exact -= _dot(columns_equal, at, equal)
            exact -= _dot(columns_under, at, under)
            value += min(exact * int(found.lower[at]), exact * int(found.upper[at]))
        return Fraction(value, FINE)

    def _whole_bound(
        self, objective: np.ndarray, found: _Found, table: sparse.csr_array, right: np.ndarray
    ) -> Fraction | None:
        """The same where duals are whole, as those of a network are: in machine integers, as long as these are large enough."""
        equal, under = np.round(found.equal), np.minimum(0, np.round(found.under))
        duals, fine = np.concatenate([equal, under]), np.concatenate([found.equal, found.under])
        if np.abs(duals - fine).max(initial=0) > WHOLE / 10:
            return None
        most = float(np.abs(duals).max(initial=0)) * (len(duals) + 1) * self._largest + float(
            np.abs(objective).max(initial=0)
        )
        if most * max(1.0, float(found.upper.max(initial=0)), float(np.abs(right).max(initial=0))) >= 2**62:
            return None
        reduced = np.rint(objective).astype(np.int64) - _times(table, equal) - _times(self.under, under)
        ends = [reduced * np.rint(each).astype(np.int64) for each in (found.lower, found.upper)]
        value = sum(np.minimum(*ends).tolist())
        value += sum(int(dual) * int(each) for dual, each in zip(equal, right, strict=True) if each and dual)
        return Fraction(
            value + sum(int(dual) * int(each) for dual, each in zip(under, self.right, strict=True) if each and dual)
        )


def _times(table: sparse.csr_array, duals: np.ndarray) -> np.ndarray:
    """What duals come to in each column, in whole numbers."""
    found: np.ndarray = table.astype(np.int64).T @ duals.astype(np.int64)
    return found


def _dot(table: sparse.csc_array, column: int, duals: list[int]) -> int:
    first, last = table.indptr[column], table.indptr[column + 1]
    return sum(int(table.data[at]) * duals[table.indices[at]] for at in range(first, last))


def _value(objective: np.ndarray, columns: tuple[int, ...]) -> int:
    return sum(
        int(each) * columns[at] for at, each in zip(np.flatnonzero(objective), objective[objective != 0], strict=True)
    )


def _is_whole(x: np.ndarray) -> bool:
    return bool(np.all(np.abs(x - np.round(x)) <= WHOLE))


def _rounded(x: np.ndarray) -> tuple[int, ...]:
    if not _is_whole(x):
        raise _unsolved("the last linear program has no whole corner")
    return tuple(int(each) for each in np.round(x))


def _certificate(
    name: str, value: int, primal: float, dual: Fraction, bound: Fraction, unit: float = 1.0
) -> Certificate:
    """The certificate. unit: what one unit comes to at most, in terms of the objective: duals are no finer than a part of that."""
    gap = abs(primal - float(dual)) / max(1.0, unit, abs(primal))
    if gap > GAP:
        raise _unsolved(f"{name}: {primal:.12g} reached, {float(dual):.12g} the bound")
    return Certificate(name, value, primal, dual, gap, bound)


def summed(parts: Sequence[Certificate]) -> Certificate:
    """The certificate of programs that have nothing to do with each other."""
    primal, dual = sum(each.primal for each in parts), sum((each.dual for each in parts), Fraction(0))
    bound = sum((each.bound for each in parts), Fraction(0))
    gap = max(each.gap for each in parts)
    return Certificate(parts[0].objective, sum(each.value for each in parts), primal, dual, gap, bound)


def _unsolved(found: str) -> NotSolved:
    return NotSolved(Problem("round", "the match was not solved to its tolerance", found, "report the round file"))
