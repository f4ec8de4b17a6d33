"""A case file of the watch as the beginning of an investigation: what screens showed, and where it is a signal, what the file found.

What a case file says is a machine's reading of figures. It enters as such, each finding with its figures, for people to replace by theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orepact.errors import BadInput, Problem
from orepact.pact.access import Viewer
from orepact.pact.kinds.investigations import ElementName, ExplanationName
from orepact.pact.pact import Command, Pact, slug
from orepact.watch.case_file import CaseFile, Tested, read_back

ELEMENT_OF: Mapping[str, ElementName] = {
    "dumping (export price below the price at home)": "dumping", "increase of imports": "increase",
    "injury to local producers": "injury", "causation": "causation", "interest of the region as a whole": "union interest",
}  # fmt: skip
EXPLANATION_OF: Mapping[str, ExplanationName] = {
    "a new mine or plant ramps up elsewhere": "new mine", "demand fell": "demand fall", "the exchange rate moved": "exchange rate",
    "it comes as a by-product of another metal": "by-product supply", "goods moved to another customs code": "reclassification",
}  # fmt: skip
LEAD = "lead"
LARGEST = 2_000_000
"""Bytes of a file."""

LONGEST = 900
"""Characters of a text that is taken over."""


def read(given: Any, place: str = "file") -> CaseFile:
    """The case file that ``orepact watch file --json`` printed; BadInput where it is none."""
    try:
        return read_back(given)
    except (ValidationError, TypeError) as error:
        first = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": "no object"}
        found = f"{', '.join(str(each) for each in first['loc'])}: {first['msg']}".strip(": ")
        todo = "give what orepact watch file --json prints"
        raise BadInput(Problem(place, "it is no case file of the watch", found, todo)) from None


def read_file(path: Path) -> CaseFile:
    """The case file that a file holds; BadInput where there is none."""
    todo = "give what orepact watch file --json printed"
    try:
        if path.stat().st_size > LARGEST:
            raise BadInput(Problem(path.name, "the file is too large", f"over {LARGEST} bytes", todo))
        given = json.loads(path.read_bytes())
    except OSError as error:
        raise BadInput(Problem(path.name, "the file cannot be read", str(error.strerror), todo)) from None
    except (ValueError, RecursionError):
        raise BadInput(Problem(path.name, "it is not JSON", "another kind of text", todo)) from None
    return read(given, path.name)


def commands(file: CaseFile, record: str | None = None) -> Iterator[Command]:
    """What enters a case file: the investigation, its leads, and for a signal the case with what the file found."""
    name = record or slug(f"watch {file.name} {file.region} {_last(file)}")
    said = {
        "name": f"{file.name[:1].upper()}{file.name[1:]} on the market of {file.region}, {_last(file)}", "mineral": file.mineral,
        "stage": str(file.costs.get("stage") or "refined"), "importer": file.region,
        "note": f"{file.sentence} Facts {file.facts_version}."[:4000],
    }  # fmt: skip
    yield Command("investigation", "add", said, name)
    for each in file.screens:
        if each.state == LEAD:
            lead = {
                "screen": each.screen,
                "families": list(each.families),
                "period": each.period,
                "reading": _short(each.words),
            }
            yield Command("investigation", "lead", lead, name)
    if file.standing == "signal":
        yield Command("investigation", "signal", {}, name)
        yield Command("investigation", "open", {}, name)
        yield from _findings(file, name)


def _last(file: CaseFile) -> str:
    """The last period that a screen looked at."""
    return max((each.period for each in file.screens if each.period), default="undated")


def _findings(file: CaseFile, name: str) -> Iterator[Command]:
    for each in file.legal_test:
        found = {"element": ELEMENT_OF[each.name], "finding": each.verdict, "why": _why(each)}
        yield Command("investigation", "find", found, name)
    for each in file.explanations:
        told = {"explanation": EXPLANATION_OF[each.name], "finding": each.verdict, "why": _why(each)}
        yield Command("investigation", "explain", told, name)
    acting, not_acting = file.costs.get("acting"), file.costs.get("not_acting")
    yield Command("investigation", "cost", {"side": "acting"} | _acting(acting, file.costs), name)
    yield Command("investigation", "cost", {"side": "not acting"} | _not_acting(not_acting, file.costs), name)


def _why(tested: Tested) -> str:
    return _short(f"By orepact watch file: {'; '.join(tested.figures)}", 4 * LONGEST)


def _acting(part: Mapping[str, Any] | None, costs: Mapping[str, Any]) -> dict[str, Any]:
    """What the zone loses together, and who in it. A gain is a cost below zero."""
    if part is None:
        return {"who": _short(f"cannot tell: {costs['cannot_tell']}")}
    inside = [each for each in part["payers"] if each["who"].endswith("in the zone")]
    who = ", ".join(f"{each['who']} {each['amount']['median']:+,.0f}" for each in inside)
    return {
        "amount": -sum(each["amount"]["median"] for each in inside), "currency": "USD",
        "who": _short(f"{part['what']}: {who} USD a year (medians)"),
    }  # fmt: skip


def _not_acting(part: Mapping[str, Any] | None, costs: Mapping[str, Any]) -> dict[str, Any]:
    """What users and producers of the region lose together where the rival grows. A gain is a cost below zero."""
    if part is None:
        return {"who": _short(f"cannot tell: {costs['cannot_tell']}")}
    users, producers = part["users_gain_usd"]["median"], part["producers_gain_usd"]["median"]
    lost = f"allied output lost {part['allied_lost_t']['median']:,.0f} t a year"
    who = f"{part['what']}: users in the region {users:+,.0f}, its producers {producers:+,.0f} USD a year (medians); {lost}"
    return {"amount": -(users + producers), "currency": "USD", "who": _short(who)}


def _short(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def enter(pact: Pact, viewer: Viewer, file: CaseFile, record: str | None = None) -> str:
    """Enter a case file, all of it or nothing; the id of the investigation."""
    done = pact.do_all(viewer, list(commands(file, record)))
    return done[0].kept.id
