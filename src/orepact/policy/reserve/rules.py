"""What all rule sets share: one interface, ``step(state, event) -> (state, decisions)``, and the order of what a release must pass.

A release passes, in this order: its purpose is the declared objective, or an override is logged; the holder is late with nothing;
a trigger is in force, where the rule set needs one; then shares are worked out. A rule set says only what is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any, ClassVar, Literal

from orepact.policy.attributes import attribute
from orepact.policy.record import MONTHS_A_YEAR, Record, number
from orepact.policy.reserve import events as happen
from orepact.policy.reserve.allocation import Share, allocate, pro_rata
from orepact.policy.reserve.state import Decision, Due, ReserveState, value_of, with_right

DAYS_A_YEAR = 365
Outcome = tuple[ReserveState, tuple[Decision, ...]]
ASSUMED = "assumption, grade E: agree on it before the first purchase"


class Rules(Record):
    """A rule set. ``step`` is its whole interface; it changes nothing in place."""

    RULE: ClassVar[str] = "triggers agreed in advance"
    SOURCE: ClassVar[str] = "Orepact; no state's rules"
    HOLDS: ClassVar[bool] = True
    """Whether it holds goods, or rights to goods, of its own."""

    fall: float = number(
        0.25, unit="share", meaning="fall of imports from which it counts as a trigger", source=ASSUMED, gt=0, le=1
    )
    weeks: int = attribute(
        8, unit="weeks", meaning="weeks that the fall must last", source=ASSUMED, ge=1, le=520, strict=True
    )
    premium: float = number(
        0.25, unit="share", meaning="delivered premium from which it counts as a trigger", source=ASSUMED, ge=0
    )

    def step(self, state: ReserveState, event: happen.Event) -> Outcome:
        """The reserve after an event, and what it decides."""
        act: dict[type[happen.Event], Callable[[ReserveState, Any], Outcome]] = {
            happen.Purchase: self._purchase,
            happen.Arrival: self._arrival,
            happen.Entitle: self._entitle,
            happen.Draws: self._draws,
            happen.Replenish: self._replenish,
            happen.Clock: self._clock,
            happen.VerifiedHalt: self._halt,
            happen.ImportFall: self._import_fall,
            happen.Premium: self._premium,
            happen.OfficialRequest: self._request,
            happen.StockTake: self._count,
        }
        return act[type(event)](state, event)

    def cover(self, *, base_metal: bool = False, high_risk: bool = False) -> float | None:
        """Days of use that the rule set aims at for a mineral; None where it names none."""
        del base_metal, high_risk
        return None

    def published(self, state: ReserveState) -> dict[str, Any]:
        """What the public is told of a reserve."""
        return {"mineral": state.mineral, "objective": state.objective, "grams": state.held}

    def _purchase(self, state: ReserveState, event: happen.Purchase) -> Outcome:
        paid = value_of(event.grams, event.price)
        if event.forward:
            after = state.with_(inbound=state.inbound + event.grams, inbound_value=state.inbound_value + paid)
            return after, (self._did("bought", event, grams=event.grams, why="bought forward, paid on arrival"),)
        after = state.with_(books=state.entry(delivered=event.grams))
        return after, (self._did("bought", event, grams=event.grams, money=-paid, why="bought and paid"),)

    def _arrival(self, state: ReserveState, event: happen.Arrival) -> Outcome:
        if event.grams > state.inbound:
            return state, (self._refuse(event, "more arrives than was bought forward", grams=event.grams),)
        agreed = state.inbound_value * event.grams / state.inbound
        books, left = state.entry(delivered=event.grams), state.inbound - event.grams
        after = state.with_(books=books, inbound=left, inbound_value=state.inbound_value - agreed if left else 0.0)
        paid = self._arrival_price(agreed, event)
        return after, (self._did("arrived", event, grams=event.grams, money=-paid, why="delivered and paid"),)

    def _arrival_price(self, agreed: float, event: happen.Arrival) -> float:
        """Money paid for what arrives: what was agreed on."""
        del event
        return agreed

    def _entitle(self, state: ReserveState, event: happen.Entitle) -> Outcome:
        return state, (self._refuse(event, "this rule set gives nobody a right to draw", event.holder, event.grams),)

    def _draws(self, state: ReserveState, event: happen.Draws) -> Outcome:
        if event.purpose != state.objective and event.override is None:
            why = f"the reserve serves {state.objective}; a release for {event.purpose} needs a logged override"
            return state, tuple(self._refuse(event, why, each.holder, each.grams) for each in event.requests)
        late = {each.holder for each in event.requests if state.overdue(each.holder, event.day)}
        asked = [each for each in event.requests if each.holder not in late]
        refused = [
            self._refuse(event, "the holder is late with what it has to give back", each.holder, each.grams)
            for each in event.requests
            if each.holder in late
        ]
        after, released = self._release(state, event, self._shares(state, asked))
        if event.override is not None and event.purpose != state.objective and released:
            after = after.with_(overrides=(*after.overrides, event.override))
        short = self._short(event, asked, released, state)
        return after, (*released, *short, *refused)

    def _shares(self, state: ReserveState, asked: list[happen.Request]) -> dict[str, Share]:
        """What each holder gets: nothing while no trigger is in force."""
        if not state.opened_by:
            return {}
        rights = {each.holder: state.right_of(each.holder) for each in asked}
        return allocate(asked, rights, held=state.held, free=max(state.free, 0))

    def _release(
        self, state: ReserveState, event: happen.Draws, shares: dict[str, Share]
    ) -> tuple[ReserveState, tuple[Decision, ...]]:
        """Hand the shares out: books, rights and dues move together."""
        decisions: list[Decision] = []
        given = {holder: share for holder, share in sorted(shares.items()) if share.total}
        rights, dues = state.entitlements, list(state.dues)
        for holder, share in given.items():
            price = next((each.price for each in rights if each.holder == holder), event.price)
            rights = with_right(rights, holder, -share.by_right) if share.by_right else rights
            owed = self._dues(state, event, holder, share)
            dues += owed
            decisions.append(
                self._did(
                    "released", event, holder=holder, grams=share.total, day=self._ready(state, event.day),
                    money=self._paid(state, event, share, price), by=max((each.by for each in owed), default=None),
                    why=self._why(state, share), override=event.override,
                )
            )  # fmt: skip
        out = state.entry(released=sum(share.total for share in given.values()))
        return state.with_(books=out, entitlements=rights, dues=tuple(dues)), tuple(decisions)

    def _paid(self, state: ReserveState, event: happen.Draws, share: Share, price: float) -> float:
        """Money for a release: the inventory price for what is drawn by right, the day's price for the rest."""
        del state
        return value_of(share.by_right, price) + value_of(share.total - share.by_right, event.price)

    def _why(self, state: ReserveState, share: Share) -> str:
        parts = {"by right": share.by_right, "for essential use": share.essential, "pro rata": share.pro_rata}
        told = " and ".join(name for name, grams in parts.items() if grams)
        return f"{told}; in force: {', '.join(state.opened_by) or 'no trigger'}"

    def _dues(self, state: ReserveState, event: happen.Draws, holder: str, share: Share) -> list[Due]:
        """What has to be given back of a release: nothing, unless the rule set says so."""
        del state, event, holder, share
        return []

    def _ready(self, state: ReserveState, day: date) -> date:
        """Day by which a release reaches its holder."""
        del state
        return day

    def _short(
        self, event: happen.Draws, asked: list[happen.Request], released: Iterable[Decision], state: ReserveState
    ) -> list[Decision]:
        """What was asked for and could not be given."""
        wanted: dict[str, int] = {}
        for each in asked:
            wanted[each.holder] = wanted.get(each.holder, 0) + each.grams
        for given in released:
            wanted[given.holder or ""] -= given.grams
        return [
            self._refuse(event, self._why_not(state), holder, grams)
            for holder, grams in sorted(wanted.items())
            if grams
        ]

    def _why_not(self, state: ReserveState) -> str:
        return "no more can be given out" if state.opened_by else "no trigger is in force"

    def _replenish(self, state: ReserveState, event: happen.Replenish) -> Outcome:
        owed = state.owed_by(event.holder)
        back = min(owed, event.grams)
        decisions = (
            [self._did("returned", event, holder=event.holder, grams=back, why="given back in kind")] if back else []
        )
        if event.grams > back:
            why = "more is offered back than is owed; sell it to the reserve instead"
            decisions.append(self._refuse(event, why, event.holder, event.grams - back))
        dues, restored = _paid_back(state.dues, event.holder, back)
        rights = with_right(state.entitlements, event.holder, restored) if restored else state.entitlements
        return state.with_(books=state.entry(returned=back), dues=dues, entitlements=rights), tuple(decisions)

    def _clock(self, state: ReserveState, event: happen.Clock) -> Outcome:
        late = [due for due in state.dues if due.by < event.day]
        why = "the day to give it back has passed; nothing more is released to this holder"
        return state, tuple(
            self._did("overdue", event, holder=due.holder, grams=due.grams, by=due.by, why=why) for due in late
        )

    def _halt(self, state: ReserveState, event: happen.VerifiedHalt) -> Outcome:
        return self._trigger(state, event, "verified halt", not event.ended)

    def _import_fall(self, state: ReserveState, event: happen.ImportFall) -> Outcome:
        return self._trigger(state, event, "import fall", event.share >= self.fall and event.weeks >= self.weeks)

    def _premium(self, state: ReserveState, event: happen.Premium) -> Outcome:
        return self._trigger(state, event, "premium", event.premium >= self.premium)

    def _request(self, state: ReserveState, event: happen.OfficialRequest) -> Outcome:
        return self._trigger(state, event, f"request of {event.by}", not event.withdrawn)

    def _trigger(self, state: ReserveState, event: happen.Event, name: str, on: bool) -> Outcome:  # noqa: FBT001
        """A trigger comes into force, or ends; nothing follows where nothing changes."""
        before = set(state.opened_by)
        after = before | {name} if on else before - {name}
        if after == before:
            return state, ()
        kind: Literal["opened", "closed"] = "opened" if on else "closed"
        why = f"{name} {'is in force' if on else 'has ended'}"
        return state.with_(opened_by=tuple(sorted(after))), (self._did(kind, event, why=why),)

    def _count(self, state: ReserveState, event: happen.StockTake) -> Outcome:
        """The books follow the warehouse; rights that it no longer covers are cut, each in proportion."""
        off = event.counted - state.held
        books = state.entry(found=max(off, 0), missing=max(-off, 0))
        cut = pro_rata(books.held + state.inbound, {str(at): each.grams for at, each in enumerate(state.entitlements)})
        rights = tuple(each.model_copy(update={"grams": cut[str(at)]}) for at, each in enumerate(state.entitlements))
        after = state.with_(books=books, entitlements=rights)
        told = "as in the books" if off == 0 else f"{abs(off)} g {'more' if off > 0 else 'less'} than in the books"
        return after, (self._did("counted", event, grams=event.counted, why=told), *self._charges(after, event))

    def _charges(self, state: ReserveState, event: happen.StockTake) -> list[Decision]:
        """What members pay for holding: nothing, unless the rule set says so."""
        del state, event
        return []

    def _did(self, kind: Any, event: happen.Event, *, why: str, day: date | None = None, **rest: Any) -> Decision:
        return Decision(kind=kind, day=day or event.day, why=why, **rest)

    def _refuse(self, event: happen.Event, why: str, holder: str | None = None, grams: int = 0) -> Decision:
        return self._did("refused", event, holder=holder, grams=grams, why=why)


def _paid_back(dues: tuple[Due, ...], holder: str, grams: int) -> tuple[tuple[Due, ...], int]:
    """What is owed after a holder gave some back, oldest first, and how much of it restores a right to draw."""
    rest: list[Due] = []
    restored = 0
    for due in dues:
        part = min(due.grams, grams) if due.holder == holder else 0
        grams -= part
        restored += part if due.restores else 0
        if due.grams > part:
            rest.append(due.model_copy(update={"grams": due.grams - part}))
    return tuple(rest), restored


def after_days(day: date, days: int) -> date:
    """The day some days later."""
    return day + timedelta(days=days)


def years(number: int) -> int:
    """Months in a number of years."""
    return MONTHS_A_YEAR * number
