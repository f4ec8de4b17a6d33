"""Does a batch qualify for the zone? Origin by last refining ∧ ownership ∧ standards ∧ disclosure, each with what is missing.

A test is failed only by what is known: an excluded owner, metal refined outside, a criterion that an issuer says is not met. Where a
document is missing, nobody can tell; the verdict says which.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from orepact import facts
from orepact.custody.amounts import percentage
from orepact.custody.balance import Balance, balance
from orepact.custody.batch_file import BatchFile
from orepact.custody.chain import Chain, backwards, chain_of, not_yet
from orepact.custody.keys import NO_KEYS, Keyring
from orepact.custody.origin import (
    NOT_REFINED,
    UNKNOWN,
    Bounds,
    Origins,
    State,
    Vector,
    in_product,
    origins,
    share_in,
)
from orepact.custody.ownership import held_by, untold
from orepact.custody.records import CoCEvent
from orepact.custody.standards import standards_test
from orepact.custody.verdict import Missing, Test, Verdict
from orepact.custody.vouching import Vouched, vouched
from orepact.custody.zone_rules import (
    ContentLimit,
    DisclosureRule,
    OriginRule,
    OwnershipRule,
    SingleCountry,
    ZoneRules,
    default_rules,
)
from orepact.errors import BadInput, Problem, unknown

WORST: dict[State, int] = {"yes": 0, "cannot tell": 1, "no": 2}
REVERSED: dict[State, State] = {"yes": "no", "no": "yes", "cannot tell": "cannot tell"}
"""Whether a limit holds, from whether it is reached."""


@dataclass(frozen=True)
class Dossier:
    """A file that was read, checked and balanced once, for verdicts on any of its batches. place: what errors call it."""

    chain: Chain
    books: Balance
    where: Origins
    papers: Vouched
    on: date
    place: str


def dossier(file: BatchFile, *, on: date, keys: Keyring = NO_KEYS, place: str = "file") -> Dossier:
    """A file as of a day. Raises BadInput for a chain that cannot be, by every breach."""
    whole, papers = vouched(file, on, keys, place)
    chain = chain_of(whole, place)
    if out_of_time := [*backwards(whole, place), *not_yet(whole, on, place)]:
        raise BadInput(out_of_time)
    return Dossier(chain, balance(chain, place), origins(chain), papers, on, place)


def eligible(
    file: BatchFile,
    *,
    on: date,
    rules: ZoneRules | None = None,
    zone: str | None = None,
    batch: str | None = None,
    keys: Keyring = NO_KEYS,
    place: str = "file",
) -> Verdict:
    """The verdict on a batch (the file's subject when none is named). Raises BadInput for a chain that cannot be, by every breach."""
    return judged(dossier(file, on=on, keys=keys, place=place), batch or file.subject, rules=rules, zone=zone)


def judged(found: Dossier, batch: str, *, rules: ZoneRules | None = None, zone: str | None = None) -> Verdict:
    """The verdict on a batch of a file that was read; UnknownName where there is none of that name."""
    chain, where, papers = found.chain, found.where, found.papers
    if batch not in chain.batches:
        raise unknown("--batch", "batch", batch, chain.batches)
    if chain.content(batch) == 0:
        todo = "give what it holds, or leave content_kg out where that is not told"
        raise BadInput(
            Problem(f"{found.place}, batches, {batch}, content_kg", "it holds nothing to judge", "0 kg", todo)
        )
    rules = rules or default_rules()
    members = rules.members(zone, found.on)
    standards, amount = standards_test(chain, batch, rules.esg, papers, found.books)
    tests = (
        origin_test(chain, batch, rules.origin, members, where),
        ownership_test(chain, batch, rules.ownership, found.place),
        standards,
        disclosure_test(chain, batch, rules.disclosure, where, papers),
    )
    day = found.on.isoformat()
    verdict = Verdict(chain, batch, zone or rules.zone, members, rules, day, tests, None, found.books, where, papers)
    return replace(verdict, qualifying=amount) if verdict.outcome == "qualifies" else verdict


def vector_of(where: Origins, batch: str) -> Vector:
    """Where a batch comes from: where it was last refined; what is not refined yet, where it was mined."""
    found = where.refined[batch]
    return where.mined[batch] if NOT_REFINED in found else found


def origin_test(chain: Chain, batch: str, rule: OriginRule, members: frozenset[str], where: Origins) -> Test:
    """Whether enough of the content was refined in the zone, and no more than the limits is of others."""
    found = vector_of(where, batch)
    inside = share_in(found, members)
    least = Fraction(rule.least_share_refined_in_zone)
    states: list[State] = [inside.at_least(least)]
    sentences = [_refined_words(inside, least, raw=NOT_REFINED in where.refined[batch])]
    for limit in rule.limits:
        state, words = _limit(chain, batch, limit, where)
        states.append(state)
        sentences.append(words)
    if rule.single_country is not None:
        state, words = single_country(batch, rule.single_country, members, where)
        sentences.append(words)
        states += [state] if rule.single_country.decides else []
    state = max(states, key=lambda each: WORST[each])
    missing = tuple(_origin_missing(chain, batch)) if state == "cannot tell" else ()
    return Test("origin", state, " ".join(sentences), missing)


def _refined_words(inside: Bounds, least: Fraction, *, raw: bool) -> str:
    what = "mined" if raw else "last refined"
    said = (
        percentage(inside.low)
        if inside.low == inside.high
        else f"{percentage(inside.low)} to {percentage(inside.high)}"
    )
    return f"{said} of the content was {what} in the zone; {percentage(least)} is needed."


def single_country(batch: str, rule: SingleCountry, members: frozenset[str], where: Origins) -> tuple[State, str]:
    """Whether no country outside the zone makes more than a share of the content; what is unknown may all be one country's."""
    vector = where.mined[batch] if rule.of == "mined" else vector_of(where, batch)
    most, free = Fraction(rule.most), vector.get(UNKNOWN, Fraction(0))
    outside = {name: share for name, share in vector.items() if name not in members and name != UNKNOWN}
    first = max(sorted(outside), key=lambda name: outside[name], default=None)
    largest = Bounds(
        Fraction(0) if first is None else outside[first], (outside[first] if first else Fraction(0)) + free
    )
    state = REVERSED[largest.above(most)]
    who = "none is known to" if first is None else f"{facts.country_name(first)} makes {_span(largest)}"
    return (
        state,
        f"Of one country outside the zone at most {percentage(most)} should be {rule.of}: {who}, {_against(state, rule)}.",
    )


def _against(state: State, rule: SingleCountry) -> str:
    """What a share means against the limit: also where both look the same when rounded."""
    words = {"yes": "which keeps it", "no": "which is over it", "cannot tell": "which may be over it"}[state]
    return words if rule.decides else f"{words}; this is told, and decides nothing"


def _span(share: Bounds) -> str:
    return percentage(share.low) if share.low == share.high else f"{percentage(share.low)} to {percentage(share.high)}"


def _limit(chain: Chain, batch: str, limit: ContentLimit, where: Origins) -> tuple[State, str]:
    vector = where.mined[batch] if limit.of == "mined" else vector_of(where, batch)
    share = in_product(chain.batches[batch], share_in(vector, limit.countries), limit.basis)
    reached = share.at_least(Fraction(limit.most))
    state, said = REVERSED[reached], _span(share)
    names = ", ".join(limit.countries)
    return (
        state,
        f"Content {limit.of} in {names} is {said} of the {limit.basis}; it must be under {percentage(Fraction(limit.most))}.",
    )


def _origin_missing(chain: Chain, batch: str) -> Iterator[Missing]:
    """What would tell the origin: the country of each site, the origin of each first batch, amounts of each mixture."""
    for name in chain.upstream(batch):
        each = chain.batches[name]
        site = chain.sites[each.site]
        if site.country is None:
            yield Missing(
                "the country of the site", "whoever runs it", f"site {site.id}", each.period, "origin is by country"
            )
        if name not in chain.maker and each.stage != "mine" and each.mined_in is None and each.refined_in is None:
            document = "a statement of origin or the events that made it"
            yield Missing(document, "its supplier", f"batch {name}", each.period, "nothing says where it comes from")
    for event in chain.events_of(chain.upstream(batch)):
        if len(event.inputs) > 1 and None in chain.taken(event).values():
            document = "amounts of what was mixed, or an attestation of the shares"
            yield Missing(
                document,
                "whoever mixed it or its auditor",
                f"event {event.id}",
                event.period,
                "shares are not disclosed",
            )


def ownership_test(chain: Chain, batch: str, rule: OwnershipRule, place: str) -> Test:
    """Whether parties that are excluded hold less than the limit of every site of the chain, and of the batch's owner."""
    excluded, most = frozenset(rule.excluded), Fraction(rule.most)
    states: list[State] = ["yes"]
    said: list[str] = []
    missing: list[Missing] = []
    rows, highest = [], []
    for what, period, party in _holders(chain, batch):
        held = Bounds(Fraction(0), Fraction(1)) if party is None else held_by(party, chain.parties, excluded, place)
        reached = held.at_least(most)
        state = REVERSED[reached]
        states.append(state)
        highest.append(held.high)
        rows.append(
            {"of": what, "party": party or "", "low": float(held.low), "high": float(held.high), "state": state}
        )
        if state == "no":
            said.append(f"Excluded parties hold {percentage(held.low)} of {party}, which owns {what}.")
        elif state == "cannot tell":
            missing += _owner_missing(chain, what, period, party)
    worst = max(states, key=lambda each: WORST[each])
    largest = max(highest, default=Fraction(0))
    kept = f"Excluded parties hold at most {percentage(largest)} of any owner; {percentage(most)} is the limit."
    default = kept if worst == "yes" else "The chain of owners is not whole."
    return Test("ownership", worst, " ".join(said) or default, tuple(missing), tuple(rows))


def _holders(chain: Chain, batch: str) -> Iterator[tuple[str, str, str | None]]:
    """What is owned on the chain, with its period and owner: every site once, and the batch where its owner is told."""
    seen: set[str] = set()
    for name in chain.upstream(batch):
        each = chain.batches[name]
        if each.site not in seen:
            seen.add(each.site)
            yield f"site {each.site}", each.period, chain.sites[each.site].owner
    if chain.batches[batch].owner is not None:
        yield f"batch {batch}", chain.batches[batch].period, chain.batches[batch].owner


def _owner_missing(chain: Chain, what: str, period: str, party: str | None) -> Iterator[Missing]:
    if party is None:
        yield Missing("the owner and the owners above it", "whoever runs it", what, period, "no owner is named")
        return
    for name in untold(party, chain.parties):
        document = "an extract of the register of owners, up to persons, states or shares spread over the public"
        yield Missing(
            document,
            f"the company register or {name}",
            f"party {name} (owner of {what})",
            period,
            "its owners are not all named",
        )


def disclosure_test(chain: Chain, batch: str, rule: DisclosureRule, where: Origins, papers: Vouched) -> Test:
    """Whether what the rules ask for is laid open, or attested where it may stay private."""
    missing: list[Missing] = []
    for item in rule.needed:
        if item == "amounts":
            missing += _amounts_missing(chain, batch, papers)
        elif item == "sites":
            missing += _sites_missing(chain, batch)
        elif item == "owners":
            missing += [
                each
                for what, period, party in _holders(chain, batch)
                for each in _owner_missing(chain, what, period, party)
            ]
        else:
            missing += _mines_missing(chain, batch, rule, where)
    found = tuple(dict.fromkeys(missing))
    if found:
        return Test("disclosure", "cannot tell", "Not everything that the rules ask for is disclosed.", found)
    return Test("disclosure", "yes", "Everything that the rules ask for is disclosed or attested.")


def _amounts_missing(chain: Chain, batch: str, papers: Vouched) -> Iterator[Missing]:
    upstream = chain.upstream(batch)
    for name in upstream:
        each = chain.batches[name]
        if each.content_kg is None and not attested(papers, each.site, each.period):
            document = "its content in kg, or a signed mass balance attestation"
            yield Missing(
                document,
                "its owner, or an auditor",
                f"batch {name} at site {each.site}",
                each.period,
                "its amount is not disclosed",
            )
    for event in chain.events_of(upstream):
        yield from _takings_missing(chain, event, papers)


def _takings_missing(chain: Chain, event: CoCEvent, papers: Vouched) -> Iterator[Missing]:
    hidden = [each.batch for each in event.inputs if each.content_kg is None and chain.content(each.batch) is None]
    if hidden and not attested(papers, event.site, event.period):
        document = "a signed mass balance attestation"
        about = f"event {event.id} at site {event.site}"
        yield Missing(
            document, "an auditor", about, event.period, f"what it takes of {', '.join(hidden[:3])} is not disclosed"
        )


def attested(papers: Vouched, site: str, period: str) -> bool:
    """Whether a signed attestation says that a site's outputs stay within inputs times yield in a period."""
    return any(
        each.signed and each.credential.kind == "mass balance attestation"
        and (each.credential.subject, each.credential.period) == (site, period)
        for each in papers.standings
    )  # fmt: skip


def _sites_missing(chain: Chain, batch: str) -> Iterator[Missing]:
    for name in chain.upstream(batch):
        each = chain.batches[name]
        if chain.sites[each.site].country is None:
            yield Missing(
                "the country of the site", "whoever runs it", f"site {each.site}", each.period, "it is not disclosed"
            )


def _mines_missing(chain: Chain, batch: str, rule: DisclosureRule, where: Origins) -> Iterator[Missing]:
    known = 1 - where.mined[batch].get(UNKNOWN, Fraction(0))
    if known >= Fraction(rule.least_known_mine_share):
        return
    for name in chain.upstream(batch):
        if name not in chain.maker and UNKNOWN in where.mined[name]:
            part = percentage(1 - known)
            document = "a statement of the mine countries"
            about = f"batch {name} from site {chain.batches[name].site}"
            yield Missing(
                document,
                "its supplier",
                about,
                chain.batches[name].period,
                f"where {part} of the content was mined is not known",
            )
