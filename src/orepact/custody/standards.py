"""The standards test: whether signed credentials of known schemes cover every criterion, at every site of a chain, in its period."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from orepact.custody.amounts import kg
from orepact.custody.balance import Balance
from orepact.custody.chain import Chain
from orepact.custody.records import Batch, days_of
from orepact.custody.schemes import SHORT, covering, schemes
from orepact.custody.verdict import Missing, Test
from orepact.custody.vouching import Standing, Vouched
from orepact.custody.zone_rules import EsgRule

Mark = Literal["met", "failed", "missing"]
MOST_NAMED = 4


@dataclass(frozen=True)
class Cover:
    """Whether a criterion is vouched for at a site in a period: the document that does, or why none does."""

    site: str
    period: str
    criterion: str
    mark: Mark
    by: str
    why: str


def standards_test(
    chain: Chain, batch: str, rule: EsgRule, papers: Vouched, books: Balance
) -> tuple[Test, Fraction | None]:
    """The test, and the content that qualifies, kg: all of it, or what is claimed under mass balance; None if not disclosed."""
    covers = [
        each
        for site, period, claimed in _places(chain, batch, books)
        if claimed
        for each in _covers(chain, site, period, rule, papers)
    ]
    rows = tuple(_row(each) for each in covers)
    loose = sorted({each.model for each in chain.events_of(chain.upstream(batch)) if each.model not in rule.models})
    if loose:
        said = f"The chain is kept by {', '.join(loose)}, which the rules do not let through."
        return Test("standards", "no", said, rows=rows), None
    failed = [each for each in covers if each.mark == "failed"]
    if failed:
        first = failed[0]
        said = f"{first.by} says that {SHORT[first.criterion]} is not met at {first.site}."
        return Test("standards", "no", said, rows=rows), None
    missing = tuple(_missing(chain, [each for each in covers if each.mark == "missing"], rule))
    missing += tuple(_guarantees(chain, batch, papers, books, rule))
    if missing:
        sites = sorted({each.about for each in missing})
        said = f"Documents are missing for {', '.join(sites[:MOST_NAMED])}{' and more' if len(sites) > MOST_NAMED else ''}."
        return Test("standards", "cannot tell", said, missing, rows), None
    amount = _amount(chain, batch, books)
    return Test("standards", "yes", _said(chain, batch, amount), rows=rows), amount


def _places(chain: Chain, batch: str, books: Balance) -> Iterator[tuple[str, str, bool]]:
    """Sites and periods of a chain; False where nothing of what a site put in is claimed to qualify, while other things are."""
    upstream = chain.upstream(batch)
    by_claims = _by_claims(chain, batch, books)
    found: dict[tuple[str, str], bool] = {}
    for name in upstream:
        each = chain.batches[name]
        counts = not by_claims or name in chain.maker or name in books.claimed
        found[each.site, each.period] = found.get((each.site, each.period), False) or counts
    for (site, period), counts in found.items():
        yield site, period, counts


def _by_claims(chain: Chain, batch: str, books: Balance) -> bool:
    """Whether it is claims that say how much qualifies: something is claimed of the batch itself."""
    return bool(books.claimed.get(batch)) and batch in chain.maker


def _amount(chain: Chain, batch: str, books: Balance) -> Fraction | None:
    return books.claimed[batch] if _by_claims(chain, batch, books) else chain.content(batch)


def _said(chain: Chain, batch: str, amount: Fraction | None) -> str:
    held = chain.content(batch)
    if amount is not None and held is not None and amount < held:
        return f"Under mass balance {kg(amount)} of {kg(held)} qualify: every site that they pass is vouched for."
    return "Every criterion is vouched for at every site of the chain."


def _covers(chain: Chain, site: str, period: str, rule: EsgRule, papers: Vouched) -> Iterator[Cover]:
    stage = chain.sites[site].stage
    criteria = (*rule.criteria, *(rule.at_mines if stage == "mine" else ()))
    theirs = [
        each for each in papers.standings if each.credential.kind == "certificate" and _about(chain, each, site, period)
    ]
    for criterion in criteria:
        yield _cover(chain, (site, period), criterion, rule, theirs)


def _about(chain: Chain, standing: Standing, site: str, period: str) -> bool:
    """Whether a credential is about a site, or a batch made there in a period."""
    subject = standing.credential.subject
    made = chain.batches.get(subject)
    return subject == site or (made is not None and (made.site, made.period) == (site, period))


def _cover(chain: Chain, place: tuple[str, str], criterion: str, rule: EsgRule, theirs: list[Standing]) -> Cover:
    site, period = place
    reasons: list[str] = []
    for each in theirs:
        fault = _fault(chain, each, place, rule)
        if fault:
            reasons.append(f"{each.credential.id} {fault}")
        elif criterion in each.failed:
            return Cover(site, period, criterion, "failed", each.credential.id, "the issuer says that it is not met")
        else:
            said = _coverage(each, criterion)
            if said == "covers" or (said == "partly" and rule.accepts_partly):
                return Cover(site, period, criterion, "met", each.credential.id, said)
            if said == "cannot tell":
                reasons.append(f"whether {each.credential.id} covers it cannot be told from pages seen")
    return Cover(
        site, period, criterion, "missing", "", "; ".join(reasons[:2]) or "no credential for it is in the file"
    )


def _coverage(standing: Standing, criterion: str) -> str:
    """What a credential says itself, unless the map says that its scheme leaves the matter out; what the map says otherwise."""
    credential = standing.credential
    scheme = schemes().get(credential.scheme)
    mapped = "not" if scheme is None else scheme.coverage(criterion)
    if credential.criteria:
        return "covers" if criterion in credential.criteria and mapped != "not" else "not"
    return mapped


def _fault(chain: Chain, standing: Standing, place: tuple[str, str], rule: EsgRule) -> str:
    """Why a credential does not count at a site in a period; empty where it does."""
    credential, (site, period) = standing.credential, place
    first, last = days_of(period)
    if rule.signatures == "required" and not standing.signed:
        return f"does not count: {standing.why}"
    if credential.valid_until < last:
        return f"ends on {credential.valid_until}, before the period does"
    if credential.valid_from > first:
        return f"begins on {credential.valid_from}, after the period does"
    scheme = schemes().get(credential.scheme)
    stage = chain.sites[site].stage
    if scheme is None or stage not in scheme.sites:
        return f"is of the scheme {credential.scheme}, which is not for a site of stage {stage}"
    return _wrong_mineral(chain, standing, site)


def _wrong_mineral(chain: Chain, standing: Standing, site: str) -> str:
    from orepact import facts

    named = standing.credential.minerals
    if not named:
        return ""
    made = {facts.resolve_mineral(each.mineral) for each in chain.file.batches if each.site == site}
    covered = {facts.resolve_mineral(each) for each in named}
    return "" if made & covered else f"covers {', '.join(sorted(covered))} only"


def _missing(chain: Chain, covers: list[Cover], rule: EsgRule) -> Iterator[Missing]:
    """One document for the criteria of a site and period that the same schemes would cover, and that lack for the same reason."""
    groups: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for each in covers:
        known = covering(each.criterion, chain.sites[each.site].stage, partly=rule.accepts_partly)
        names = tuple(scheme.id for scheme in known)
        groups.setdefault((each.site, each.period, each.why, names), []).append(each.criterion)
    for (site, period, why, names), criteria in groups.items():
        shown = ", ".join(SHORT[each] for each in criteria)
        offered = [schemes()[name].name for name in names]
        scheme = (
            f" of {' or '.join(offered)}"
            if offered
            else " that names the criterion itself (no scheme of the map covers it)"
        )
        lead = " or ".join(schemes()[name].lead for name in names) or "a body that may vouch for it"
        yield Missing(f"a signed credential{scheme} on {shown}", lead, f"site {site}", period, why)


def _guarantees(chain: Chain, batch: str, papers: Vouched, books: Balance, rule: EsgRule) -> Iterator[Missing]:
    """Guarantees of origin behind the claims upstream that do not count: nobody signed them, or not for that period or mineral."""
    if not _by_claims(chain, batch, books):
        return
    upstream = set(chain.upstream(batch))
    found = {each.credential.id: each for each in papers.standings}
    for claim in chain.file.claims:
        for name in claim.guarantees if claim.batch in upstream else ():
            standing, made = found[name], chain.batches[claim.batch]
            why = _guarantee_fault(standing, made, rule)
            if why:
                about = f"guarantee of origin {name}, used for batch {made.id}"
                yield Missing("a signed guarantee of origin", standing.credential.issuer, about, made.period, why)


def _guarantee_fault(standing: Standing, made: Batch, rule: EsgRule) -> str:
    """Why a guarantee does not count for a batch; empty where it does."""
    from orepact import facts

    credential, (first, last) = standing.credential, days_of(made.period)
    if rule.signatures == "required" and not standing.signed:
        return standing.why
    if credential.valid_until < first:
        return f"it ended on {credential.valid_until}, before the period"
    if credential.valid_from > last:
        return f"it begins on {credential.valid_from}, after the period"
    covered = {facts.resolve_mineral(each) for each in credential.minerals}
    if covered and facts.resolve_mineral(made.mineral) not in covered:
        return f"it covers {', '.join(sorted(covered))} only"
    return ""


def _row(cover: Cover) -> dict[str, Any]:
    return {
        "site": cover.site,
        "period": cover.period,
        "criterion": cover.criterion,
        "words": SHORT[cover.criterion],
        "mark": cover.mark,
        "by": cover.by,
        "why": cover.why,
    }
