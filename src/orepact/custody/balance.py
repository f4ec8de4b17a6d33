"""Conservation: nothing comes out of a chain that did not go in, and nothing that qualifies is counted twice. All amounts are exact.

Equations (content of the mineral in kg; no tolerance):

* C1, of a batch: what all events take of it together ≤ what it holds.
* C2, of an event: outputs ≤ inputs * yield.
* C3, of a site and period under mass balance, of an event under a stricter model: outputs that are claimed to qualify ≤
  Σ (inputs * the part of them that qualifies * yield) + guarantees of origin that are used up there.
* C4: a guarantee of origin is used up once, and whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from orepact.custody.amounts import kg
from orepact.custody.chain import Chain
from orepact.custody.records import Claim, CoCEvent
from orepact.errors import BadInput, Problem


@dataclass(frozen=True)
class Account:
    """A site in a period: content in and out, the most that may come out, and the same of what qualifies; None where not disclosed."""

    site: str
    period: str
    events: int
    inputs: Fraction | None
    allowed: Fraction | None
    outputs: Fraction | None
    qualifying_in: Fraction
    qualifying_out: Fraction

    @property
    def slack(self) -> Fraction | None:
        """What could still come out; None where an amount is not disclosed."""
        return None if self.allowed is None or self.outputs is None else self.allowed - self.outputs


@dataclass(frozen=True)
class Balance:
    """The accounts, the content that is claimed to qualify by batch, and events with an amount that is not disclosed."""

    accounts: tuple[Account, ...]
    claimed: dict[str, Fraction]
    undisclosed: tuple[str, ...]


def balance(chain: Chain, place: str = "file") -> Balance:
    """The accounts of a chain; BadInput with every breach of C1 to C4, named by batch, event, site and period."""
    claimed = claimed_of(chain)
    problems = [
        *_overdrawn(chain, place),
        *_too_much_out(chain, place),
        *_used_twice(chain, place),
        *_more_than_held(chain, claimed, place),
        *_more_qualifying(chain, claimed, place),
    ]
    if problems:
        raise BadInput(problems)
    unknown = tuple(each.id for each in chain.making if _sums(chain, each) is None)
    return Balance(tuple(_accounts(chain, claimed)), claimed, unknown)


def claimed_of(chain: Chain) -> dict[str, Fraction]:
    """Content of each batch that is claimed to qualify, kg; a batch of which nothing is claimed is not in it."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for claim in chain.file.claims:
        found[claim.batch] += Fraction(claim.content_kg)
    return dict(found)


def _overdrawn(chain: Chain, place: str) -> Iterator[Problem]:
    """C1."""
    taken: dict[str, Fraction] = defaultdict(Fraction)
    by: dict[str, list[str]] = defaultdict(list)
    for event in chain.making:
        for name, amount in chain.taken(event).items():
            by[name].append(event.id)
            taken[name] += amount or 0
    for name, amount in taken.items():
        held = chain.content(name)
        if held is not None and amount > held:
            wrong = f"more is taken of the batch {name} than the {kg(held)} that it holds"
            found = f"{kg(amount)}, by {' and '.join(by[name])}"
            yield Problem(f"{place}, batches, {name}", wrong, found, "take no more than there is")


def _sums(chain: Chain, event: CoCEvent) -> tuple[Fraction, Fraction] | None:
    """Inputs and outputs of an event; None where one of them is not disclosed."""
    into = list(chain.taken(event).values())
    out = [chain.content(name) for name in event.outputs]
    if None in into or None in out:
        return None
    return sum((each or Fraction(0) for each in into), Fraction(0)), sum(
        (each or Fraction(0) for each in out), Fraction(0)
    )


def _too_much_out(chain: Chain, place: str) -> Iterator[Problem]:
    """C2."""
    for event in chain.making:
        sums = _sums(chain, event)
        if sums is None or sums[1] <= sums[0] * chain.yield_of(event):
            continue
        share = chain.yield_of(event)
        most = f"{kg(sums[0])} x {float(share):g} = {kg(sums[0] * share)}"
        wrong = f"more comes out of the event {event.id} than went in times the yield: at most {most}"
        yield Problem(f"{place}, events, {event.id}", wrong, kg(sums[1]), "correct the amounts or the yield")


def _used_twice(chain: Chain, place: str) -> Iterator[Problem]:
    """C4."""
    first: dict[str, Claim] = {}
    known = {each.id: each for each in chain.file.credentials if each.kind == "guarantee of origin"}
    for claim in chain.file.claims:
        spot = f"{place}, claims, {claim.id}, guarantees"
        for name in claim.guarantees:
            if name not in known:
                wrong = "there is no guarantee of origin of that number"
                yield Problem(spot, wrong, f"'{name[:80]}'", "give the guarantee among the credentials")
            elif name in first:
                wrong = f"the guarantee {name} is used up twice"
                other = first[name]
                found = f"claim {other.id} on batch {other.batch} and claim {claim.id} on batch {claim.batch}"
                yield Problem(spot, wrong, found, "use it for one of them")
            first.setdefault(name, claim)


def _more_than_held(chain: Chain, claimed: dict[str, Fraction], place: str) -> Iterator[Problem]:
    for name, amount in claimed.items():
        held = chain.content(name)
        if held is not None and amount > held:
            wrong = f"more of the batch {name} is claimed to qualify than it holds: {kg(held)}"
            yield Problem(f"{place}, claims", wrong, kg(amount), "claim no more than there is")


def guarantees(chain: Chain) -> dict[str, Fraction]:
    """Guarantees of origin that are used up for each batch, kg of content; each counts once."""
    sizes = {each.id: Fraction(each.content_kg) for each in chain.file.credentials if each.content_kg is not None}
    found: dict[str, Fraction] = defaultdict(Fraction)
    for claim in chain.file.claims:
        for name in dict.fromkeys(claim.guarantees):
            found[claim.batch] += sizes.get(name, Fraction(0))
    return dict(found)


def qualifying_in(chain: Chain, event: CoCEvent, claimed: dict[str, Fraction], used: dict[str, Fraction]) -> Fraction:
    """What an event may pass on as qualifying: the claimed part of every input, pro rata, times the yield, plus guarantees used up.

    An input of which no amount is disclosed passes on nothing: it cannot be told how much.
    """
    found = Fraction(0)
    for name, amount in chain.taken(event).items():
        held = chain.content(name)
        if held and amount is not None:
            found += claimed.get(name, Fraction(0)) * amount / held
    found *= chain.yield_of(event)
    return found + sum((used.get(name, Fraction(0)) for name in event.outputs), Fraction(0))


def _books(chain: Chain) -> dict[tuple[str, str, str], list[CoCEvent]]:
    """Events that are balanced together: those of a site, mineral and period under mass balance, each alone otherwise."""
    found: dict[tuple[str, str, str], list[CoCEvent]] = defaultdict(list)
    for event in chain.making:
        alone = event.model in {"identity preserved", "segregated"}
        key = event.id if alone else f" {chain.batches[event.outputs[0]].mineral}"
        found[event.site, event.period, key].append(event)
    return dict(found)


def _more_qualifying(chain: Chain, claimed: dict[str, Fraction], place: str) -> Iterator[Problem]:
    """C3."""
    used = guarantees(chain)
    for (site, period, _), events in _books(chain).items():
        into = sum((qualifying_in(chain, each, claimed, used) for each in events), Fraction(0))
        out = sum((claimed.get(name, Fraction(0)) for each in events for name in each.outputs), Fraction(0))
        if out > into:
            names = " and ".join(each.id for each in events)
            wrong = f"more is claimed to qualify at site {site} in {period} ({names}) than came in: at most {kg(into)}"
            todo = "claim less, or give the claims and guarantees of what came in"
            yield Problem(f"{place}, claims", wrong, kg(out), todo)


def _accounts(chain: Chain, claimed: dict[str, Fraction]) -> Iterator[Account]:
    used = guarantees(chain)
    groups: dict[tuple[str, str], list[CoCEvent]] = defaultdict(list)
    for event in chain.making:
        groups[event.site, event.period].append(event)
    for (site, period), events in sorted(groups.items()):
        sums = [_sums(chain, each) for each in events]
        told = [each for each in sums if each is not None]
        whole = len(told) == len(sums)
        allowed = sum((pair[0] * chain.yield_of(each) for each, pair in zip(events, told, strict=False)), Fraction(0))
        yield Account(
            site=site,
            period=period,
            events=len(events),
            inputs=sum((each[0] for each in told), Fraction(0)) if whole else None,
            allowed=allowed if whole else None,
            outputs=sum((each[1] for each in told), Fraction(0)) if whole else None,
            qualifying_in=sum((qualifying_in(chain, each, claimed, used) for each in events), Fraction(0)),
            qualifying_out=sum(
                (claimed.get(name, Fraction(0)) for each in events for name in each.outputs), Fraction(0)
            ),
        )
