"""What a verdict is made of: four tests, each with its state, and every document that is missing, by what it must show."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

from orepact.custody.amounts import kg
from orepact.custody.balance import Balance
from orepact.custody.chain import Chain
from orepact.custody.origin import Origins, State
from orepact.custody.vouching import Vouched
from orepact.custody.zone_rules import ZoneRules

Outcome = Literal["qualifies", "does not qualify", "cannot tell"]
TestName = Literal["origin", "ownership", "standards", "disclosure"]


@dataclass(frozen=True)
class Missing:
    """A document that is missing: what it is, who would give it, what it is about, which period it must cover, and why it is needed."""

    document: str
    issuer: str
    about: str
    period: str
    why: str

    def sentence(self) -> str:
        """The same in words."""
        period = f", covering {self.period}" if self.period else ""
        return f"{self.document}, from {self.issuer}, for {self.about}{period}: {self.why}"


@dataclass(frozen=True)
class Test:
    """One of the four tests. state: yes where it is met. sentence: why. missing: documents that would let it be told."""

    __test__ = False
    name: TestName
    state: State
    sentence: str
    missing: tuple[Missing, ...] = ()
    rows: tuple[dict[str, Any], ...] = field(default=())


@dataclass(frozen=True)
class Verdict:
    """Whether a batch qualifies for a zone under its rules on a day."""

    chain: Chain
    batch: str
    zone: str
    members: frozenset[str]
    rules: ZoneRules
    on: str
    tests: tuple[Test, ...]
    qualifying: Fraction | None
    balance: Balance
    origins: Origins
    vouched: Vouched

    @property
    def outcome(self) -> Outcome:
        """No where one test fails, yes where all are met, cannot tell otherwise."""
        states = {each.state for each in self.tests}
        if "no" in states:
            return "does not qualify"
        return "cannot tell" if "cannot tell" in states else "qualifies"

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Every missing document once, in the order of the tests."""
        return tuple(dict.fromkeys(each for test in self.tests for each in test.missing))

    def headline(self) -> str:
        """The answer in one sentence."""
        batch = self.chain.batches[self.batch]
        what = f"Batch {batch.id} ({batch.form})"
        if self.outcome == "does not qualify":
            failed = " and ".join(each.name for each in self.tests if each.state == "no")
            return f"{what} does not qualify for the zone {self.zone}: it fails on {failed}."
        if self.outcome == "cannot tell":
            count = len(self.missing)
            documents = "a document is" if count == 1 else f"{count} documents are"
            return f"Whether {what[0].lower()}{what[1:]} qualifies for the zone {self.zone} cannot be told: {documents} missing."
        held = self.chain.content(self.batch)
        if self.qualifying is not None and held is not None and self.qualifying < held:
            return f"{kg(self.qualifying)} of the {kg(held)} in {what[0].lower()}{what[1:]} qualify for the zone {self.zone}."
        return f"{what} qualifies for the zone {self.zone}."
