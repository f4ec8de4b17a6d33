"""Rounds as people write them: a YAML file becomes a round, or one error that holds everything that is wrong with it, with its line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from orepact import facts
from orepact.errors import BadInput, Problem, unknown_problem
from orepact.files import Written, appearing_whole, read_yaml
from orepact.planning.matching import values
from orepact.planning.matching.round import CAP, SANCTIONED_SHARE, UNITS, Concern, Demand, Offer, Owner, Round
from orepact.planning.matching.tables import FORMS, read_rows, write_example

DEMONSTRATION = Path(__file__).with_name("demonstration.yaml")
Way = tuple[str | int, ...]

ROUND = (
    "name", "invented", "currency", "unit", "own", "cap", "sanctioned", "sanctioned_share", "concern", "earliest", "least_bid",
    "least_bid_small", "demands", "offers",
)  # fmt: skip
DEMAND = (
    "id", "buyer", "mineral", "stage", "grade", "impurities", "quantity", "limit", "to", "window", "lot", "small",
)  # fmt: skip
OFFER = (
    "id", "supplier", "mineral", "stage", "grade", "impurities", "capacity", "reserve", "delivered", "window", "lot", "refined_in",
    "mined_in", "owners",
)  # fmt: skip
CONCERN = ("countries", "share")
OWNER = ("name", "country", "share")
NEEDED = object()
"""Stands for the default of a key that has none."""


def read_round(path: Path) -> Round:
    """The round of a YAML, JSON, CSV or XLSX file (docs/demand-rounds.md); BadInput with everything that is wrong and its line."""
    table = path.suffix.lower() in FORMS
    return _File(path.name, read_rows(path) if table else read_yaml(path)).round()


def demonstration() -> Round:
    """The round that ships with Orepact, in which every bid is invented."""
    return read_round(DEMONSTRATION)


def write_demonstration(path: Path) -> None:
    """Write that round to a file, as its ending says: YAML, CSV or XLSX. BadInput where it cannot be written, or is there already."""
    if path.exists():
        raise BadInput(Problem("FILE", "there is a file of that name", f"'{path.name}'", "choose another name"))
    if path.suffix.lower() in FORMS:
        write_example(path, read_yaml(DEMONSTRATION).content)
        return
    with appearing_whole(path, (".yaml", ".yml", *FORMS), "FILE") as part:
        part.write_bytes(DEMONSTRATION.read_bytes())


def parse_round(content: Mapping[str, Any], place: str = "round") -> Round:
    """The same of a mapping as YAML gives it."""
    return _File(place, Written(content, {})).round()


class _File:
    """Reads one file. problems: what has been found to be wrong so far."""

    def __init__(self, place: str, written: Written) -> None:
        self.place, self.written = place, written
        self.problems: list[Problem] = []

    def round(self) -> Round:
        """The round; BadInput with all problems."""
        content = self.written.content
        if not isinstance(content, Mapping):
            todo = "begin with name, currency, unit, demands and offers (docs/demand-rounds.md)"
            raise BadInput(Problem(self.place, "the file holds no round", values.shown(content), todo))
        top = _Row(self, (), content, ROUND)
        found = Round(
            name=top.get("name", values.text, self.place),
            currency=top.get("currency", values.currency),
            unit=top.get("unit", _unit, "kg"),
            own=frozenset(code for codes in top.each("own", facts.resolve_place) for code in codes),
            cap=top.get("cap", values.share, CAP),
            sanctioned=frozenset(top.each("sanctioned", values.text)),
            sanctioned_share=top.get("sanctioned_share", values.share, SANCTIONED_SHARE),
            concern=self.concern(top),
            demands=tuple(self.demand(row) for row in top.rows("demands", DEMAND)),
            offers=tuple(self.offer(row) for row in top.rows("offers", OFFER)),
            invented=top.get("invented", values.yes, default=False),
        )
        self.hold(top, found)
        if self.problems:
            raise BadInput(self.problems)
        return found

    def concern(self, top: _Row) -> Concern | None:
        """The rule on foreign entities of concern."""
        row = top.inside("concern", CONCERN)
        if row is None:
            return None
        codes = [code for codes in row.each("countries", facts.resolve_place) for code in codes]
        return Concern(tuple(sorted(set(codes))), row.get("share", values.share, Fraction(1, 4)))

    def demand(self, row: _Row) -> Demand:
        """A demand; where a key is wrong a stand-in, for then the file is refused."""
        first, last = row.get("window", values.window, stand_in=(0, 0))
        found = Demand(
            id=row.get("id", values.text, str(row.given.get("buyer", ""))),
            buyer=row.get("buyer", values.text),
            mineral=row.get("mineral", facts.resolve_mineral),
            stage=row.get("stage", facts.resolve_stage),
            grade=row.get("grade", values.part, 0),
            impurities=row.pairs("impurities", values.part),
            quantity=row.get("quantity", values.whole, stand_in=1),
            limit=row.get("limit", values.money, stand_in=0),
            places=tuple(sorted(set(row.each("to", values.text, needed=True)))),
            first=first,
            last=last,
            lot=row.get("lot", values.whole_or_none, 0),
            small=row.get("small", values.yes, None),
        )
        row.check_lot(found.lot, found.quantity, "quantity")
        return found

    def offer(self, row: _Row) -> Offer:
        """An offer; where a key is wrong a stand-in."""
        first, last = row.get("window", values.window, stand_in=(0, 0))
        found = Offer(
            id=row.get("id", values.text, str(row.given.get("supplier", ""))),
            supplier=row.get("supplier", values.text),
            mineral=row.get("mineral", facts.resolve_mineral),
            stage=row.get("stage", facts.resolve_stage),
            grade=row.get("grade", values.part, 0),
            impurities=row.pairs("impurities", values.part),
            capacity=row.get("capacity", values.whole, stand_in=1),
            reserve=row.get("reserve", values.money, stand_in=0),
            delivered=row.pairs("delivered", values.money, needed=True),
            first=first,
            last=last,
            origin=row.get("refined_in", facts.resolve_country),
            lot=row.get("lot", values.whole_or_none, 0),
            mined=row.pairs("mined_in", values.share, names=facts.resolve_country),
            owners=self.owners(row),
        )
        row.check_lot(found.lot, found.capacity, "capacity")
        if found.mined and sum(share for _, share in found.mined) > 1:
            row.wrong("mined_in", "the shares come to more than all", "over 100 %", "correct them")
        return found

    def owners(self, row: _Row) -> tuple[Owner, ...] | None:
        """The owners of a supplier; None where none are given."""
        if row.given.get("owners") is None:
            return None
        found = tuple(
            Owner(
                each.get("name", values.text),
                each.get("country", facts.resolve_country, None),
                each.get("share", values.share, stand_in=Fraction(0)),
            )
            for each in row.rows("owners", OWNER)
        )
        if sum(each.share for each in found) > 1:
            row.wrong("owners", "the shares come to more than all", "over 100 %", "correct them")
        return found

    def hold(self, top: _Row, found: Round) -> None:
        """What rows must keep together: ids are unique, a demand stands once, sizes and months are what the round asks for."""
        seen: dict[Any, str] = {}
        least, small = (top.get(key, values.whole_or_none, 0) for key in ("least_bid", "least_bid_small"))
        earliest = top.get("earliest", values.month, 0)
        for at, each in enumerate(found.demands, 1):
            row = _Row(self, ("demands", at), {}, ())
            needed = small if each.small else least
            if each.quantity < needed:
                row.wrong("quantity", f"a bid of this buyer has at least {needed}", str(each.quantity), "ask for more")
            if each.last < earliest:
                found_month, todo = values.month_text(each.last), f"end it in {values.month_text(earliest)} or later"
                row.wrong("window", "it ends before the first delivery of the round", found_month, todo)
            same = (each.buyer, each.mineral, each.stage, each.grade, each.impurities, each.places, each.first)
            self.once(row, seen, same, "buyer", "the buyer has this demand already", f"demand {at}")
            self.once(row, seen, each.id, "id", "another bid has this id", f"demand {at}")
        for at, offer in enumerate(found.offers, 1):
            row = _Row(self, ("offers", at), {}, ())
            self.once(row, seen, offer.id, "id", "another bid has this id", f"offer {at}")

    def once(self, row: _Row, seen: dict[Any, str], what: Any, key: str, wrong: str, name: str) -> None:
        """Say where something stands twice."""
        if what in seen:
            todo = "give each its own id" if key == "id" else "give one demand for a form, place and month"
            row.wrong(key, wrong, f"'{what if key == 'id' else what[0]}' as {seen[what]} too", todo)
        seen.setdefault(what, name)


class _Row:
    """A mapping of the file. way: to it. valid: keys that it may have."""

    def __init__(self, file: _File, way: Way, given: Mapping[str, Any], valid: Sequence[str]) -> None:
        self.file, self.way, self.given = file, way, given
        for key in given:
            if key not in valid:
                self.file.problems.append(unknown_problem(self.spot(str(key)), "key", str(key), valid))

    def spot(self, *keys: str | int) -> str:
        """A place as errors name it: the file, the line where it is known, and the way."""
        way = (*self.way, *keys)
        line = self.file.written.line(way)
        return ", ".join([self.file.place, *([f"line {line}"] if line else []), *(str(part) for part in way)])

    def wrong(self, key: str, wrong: str, found: str, todo: str) -> None:
        """Keep a problem with a key."""
        self.file.problems.append(Problem(self.spot(key), wrong, found, todo))

    def get(self, key: str, read: Callable[[Any], Any], default: Any = NEEDED, stand_in: Any = "") -> Any:
        """What a key holds; its default where it is left out."""
        value = self.given.get(key)
        if value is None:
            if default is not NEEDED:
                return default
            self.wrong(key, "it is needed and not given", "nothing", "give it")
            return stand_in
        return self.read((key,), read, value, stand_in if default is NEEDED else default)

    def read(self, keys: tuple[str | int, ...], read: Callable[[Any], Any], value: Any, stand_in: Any = "") -> Any:
        """A value as ``read`` reads it; what it refuses is kept."""
        try:
            return read(value if not isinstance(value, str) else value.strip())
        except BadInput as error:
            for each in error.problems:
                self.file.problems.append(Problem(self.spot(*keys), each.wrong, each.found, each.todo))
        except AttributeError:
            self.file.problems.append(
                Problem(self.spot(*keys), "a name is needed", values.shown(value), "put it in quotes")
            )
        return stand_in

    def each(self, key: str, read: Callable[[Any], Any], *, needed: bool = False) -> list[Any]:
        """Every entry of a list, or the one that stands in its place."""
        value = self.given.get(key)
        if value is None or value == []:
            if needed:
                self.wrong(key, "it is needed and not given", "nothing", "give one or more")
            return []
        entries = value if isinstance(value, list) else [value]
        return [self.read((key,), read, entry) for entry in entries]

    def pairs(
        self, key: str, read: Callable[[Any], Any], *, names: Callable[[Any], Any] = str, needed: bool = False
    ) -> tuple[tuple[str, Any], ...]:
        """A mapping of names to values, in the order of the names."""
        value = self.given.get(key)
        if not value and needed:
            self.wrong(key, "it is needed and not given", "nothing", "give each place with the cost to it")
        if not value:
            return ()
        if not isinstance(value, Mapping):
            self.wrong(key, "names with a value each are needed", values.shown(value), "write them as name: value")
            return ()
        found = [
            (self.read((key, name), names, name), self.read((key, name), read, each, 0)) for name, each in value.items()
        ]
        return tuple(sorted(found))

    def inside(self, key: str, valid: Sequence[str]) -> _Row | None:
        """The mapping of a key."""
        value = self.given.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            self.wrong(key, "a mapping is needed", values.shown(value), f"give {', '.join(valid)}")
            return None
        return _Row(self.file, (*self.way, key), value, valid)

    def rows(self, key: str, valid: Sequence[str]) -> list[_Row]:
        """The rows of a list of mappings."""
        value = self.given.get(key)
        if not isinstance(value, list) or not value:
            self.wrong(key, "a list is needed", values.shown(value), f"give rows with {', '.join(valid)}")
            return []
        found = []
        for at, row in enumerate(value, 1):
            if isinstance(row, Mapping):
                found.append(_Row(self.file, (*self.way, key, at), row, valid))
            else:
                spot = self.spot(key, at)
                self.file.problems.append(
                    Problem(spot, "a row has keys", values.shown(row), f"give {', '.join(valid)}")
                )
        return found

    def check_lot(self, lot: int, most: int, key: str) -> None:
        """A lot is no larger than the bid."""
        if lot > most:
            self.wrong("lot", f"it is larger than the {key}", f"{lot} of {most}", "lower it")


def _unit(value: Any) -> str:
    if value not in UNITS:
        raise BadInput(Problem("unit", "there is no unit of that name here", values.shown(value), "give kg or g"))
    return str(value)
