"""The projects of the facts as a register begins with them: each as its source reports it, and nothing that no source says.

A state is taken over only where the source's word gives one (``orepact.planning.project_list``), without the days of the steps before.
Sums of support stay words in the note: none of them says which item of whose finance stack it is.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from orepact import facts
from orepact.pact.pact import Command, slug
from orepact.planning.project_list import STAGES, STATES

BEGINNING = date(1900, 1, 1)
PLACES = {"construction": "financed", "operating": "qualified", "paused": None}
"""States of planning that are none of D2: a plant that operates sells, so that a buyer has qualified its output."""

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SCHEMES = {"CRMA Strategic Project": "CRMA"}


JOINT_VENTURE = "Thacker Pass joint venture"
"""A second stake of the same holder in the same project: in the firm, and in the joint venture."""

STAKED = {
    "Mountain Pass and 10X magnets": "MP Materials (Mountain Pass, magnets)", "Smelter in Tennessee": "Korea Zinc smelter (Tennessee)",
    JOINT_VENTURE: "Thacker Pass",
}  # fmt: skip
"""Projects that the table of public stakes names otherwise than the list of projects does."""

STAKE_STATUS = {"agreed": "signed", "announced": "announced", "intended": "announced", "reported": "announced"}
"""Words of the table of public stakes as states of money: what was only reported or intended counts as announced."""

MILLION = 1e6


def project_commands() -> list[Command]:
    """The projects of the facts, then the public stakes in them; their host states have to be in the register already."""
    rows = facts.load("projects").to_dict("records")
    projects = [_command({str(name): value for name, value in row.items() if isinstance(value, str)}) for row in rows]
    return [*projects, *_stakes({str(each.record) for each in projects})]


def _stakes(listed: set[str]) -> list[Command]:
    """A command for each public stake, and one for each project that only the table of stakes knows."""
    known = set(listed)
    found: list[Command] = []
    for row in facts.load("equity_stakes").to_dict("records"):
        said = {str(name): value for name, value in row.items() if value == value and value is not None}  # noqa: PLR0124  (NaN)
        name = STAKED.get(said["project"], said["project"])
        name = name if slug(name) in listed else f"{name} ({said['firm']})"
        evidence = [{"source": said["source"], "grade": said["grade"]}]
        day = str(said["date"])
        effective = date(*(*(int(each) for each in day.split("-")), 1, 1)[:3])
        if slug(name) not in known:
            known.add(slug(name))
            given = {
                "name": name,
                "sponsors": [said["firm"]],
                "state": None,
                "reported": "its source does not say how far it is",
            }
            found.append(Command("project", "add", given, slug(name), effective, evidence=evidence))
        found.append(Command("project", "stake", _stake(said, day), slug(name), effective, evidence=evidence))
    return found


def _stake(said: dict[str, Any], day: str) -> dict[str, Any]:
    """One public stake as the verb asks for it; money in plain units of its currency."""
    where = ", in the joint venture" if said["project"] == JOINT_VENTURE else ""
    return _without(
        {
            "holder": f"{said['holder']}{where}", "share": said.get("share"), "rights": said.get("rights"),
            "status": STAKE_STATUS[said["status"]], "amount": said["value"] * MILLION if "value" in said else None,
            "currency": str(said["unit"]).removeprefix("m ") if "value" in said else None, "source": said["source"],
            "since": day if len(day) == len("2026-01-01") else None,
        }
    )  # fmt: skip


def _command(said: dict[str, str]) -> Command:
    designation = said.get("designation")
    since = _day(designation)
    given = {
        "name": said["name"],
        "host": _split(said.get("parties")),
        "minerals": _split(said.get("minerals")),
        "stages": _stages(said.get("stages")),
        "activity": _activity(said.get("stages")),
        "scheme": _scheme(designation),
        "designations": [_without({"scheme": _scheme(designation), "words": designation, "since": since})]
        if designation
        else [],
        "sponsors": [said["sponsor"]] if "sponsor" in said else [],
        "start": int(said["start"][:4]) if "start" in said else None,
        "figures_of": int(said["period"][:4]),
        "unsaid": said.get("basis"),
        "note": f"Support as reported: {said['support']}" if "support" in said else None,
    } | _standing(said.get("status"))
    evidence = [_without({"source": said["source"], "grade": said["grade"], "title": designation})]
    effective = BEGINNING if since is None else date.fromisoformat(since)
    kept = {name: value for name, value in given.items() if name == "state" or value not in (None, [])}
    return Command("project", "add", kept, slug(said["name"]), effective, evidence=evidence)


def _standing(status: str | None) -> dict[str, Any]:
    """State in the source's own words; nothing known of it where the word gives none."""
    planned = STATES.get(status or "")
    state = PLACES.get(planned, planned) if planned else None
    standing: dict[str, Any] = {"state": state, "reported": status or "its source does not say how far it is"}
    marks = {name: True for name in ("paused", "construction") if planned == name}
    return standing | marks


def _stages(stages: str | None) -> list[str]:
    """Stages of the pact: magnets are a component."""
    known = {**STAGES, "magnets": "component"}
    return [known[each] for each in _split(stages) if each in known]


def _activity(stages: str | None) -> str | None:
    """What it does, where its stages say so; with extraction it is an extraction project (Article 11(1))."""
    said = _split(stages)
    return next((each for each in ("extraction", "processing", "recycling") if each in said), None)


def _scheme(designation: str | None) -> str:
    return next((scheme for words, scheme in SCHEMES.items() if (designation or "").startswith(words)), "other")


def _day(words: str | None) -> str | None:
    found = DAY.search(words or "")
    return found.group() if found else None


def _split(text: str | None) -> list[str]:
    return [each for each in (text or "").split("|") if each]


def _without(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
