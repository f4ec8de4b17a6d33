"""The commitment clock for other programs: a calendar of due days (RFC 5545) and a feed of changes of status (Atom, RFC 4287).

The calendar has one all-day event for each due day, with the status in its description and, while it is ahead, an alarm. The name of an
event stays the same when its day or its status changes, so that calendars that subscribe move it and do not double it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from orepact.pact.clock import NOTICE_DAYS, Reading, clock, notice_days
from orepact.pact.sight import Sight

ATOM = "http://www.w3.org/2005/Atom"
AHEAD = ("open", "due")
A_YEAR = timedelta(365)
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold."""


@dataclass(frozen=True)
class Change:
    """That a promise came to another status on a day. before: None where it had none."""

    day: date
    before: str | None
    reading: Reading


def calendar(readings: Sequence[Reading], *, notice: int = NOTICE_DAYS) -> bytes:
    """The due days as an iCalendar file. notice: days before at which the alarm goes off. Promises without a day are left out."""
    from icalendar import Calendar

    found = Calendar()
    found.add("prodid", "-//Orepact//commitment clock//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", "Commitments")
    for each in readings:
        if each.due is not None:
            found.add_component(_event(each, each.due, notice))
    return bytes(found.to_ical())


def _event(reading: Reading, due: date, notice: int) -> Any:
    from icalendar import Event

    said = reading.commitment
    event = Event()
    event.add("uid", f"{name_of(reading)}@orepact")
    event.add("dtstamp", reading.kept.recorded.astimezone(UTC))
    event.add("sequence", reading.kept.version)
    event.add("dtstart", due)
    if due < date.max:
        event.add("dtend", due + timedelta(1))
    event.add("summary", _clean(f"{reading.status}: {said.text}"))
    event.add("description", _clean(_told(reading)))
    event.add("categories", ["commitment", reading.status])
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if reading.status == "lapsed" else "CONFIRMED")
    if reading.status in AHEAD:
        event.add_component(_alarm(_clean(said.text), notice))
    return event


def _alarm(text: str, notice: int) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", timedelta(days=-notice))
    alarm.add("description", text)
    return alarm


def name_of(reading: Reading) -> str:
    """A name that one due day keeps: the promise's id, and its day where it recurs."""
    return f"{reading.kept.id}-{reading.due}" if reading.commitment.due.every_months is not None else reading.kept.id


def _told(reading: Reading) -> str:
    """What an event or an entry says of a promise, line by line."""
    said = reading.commitment
    shown = [each.said.get("address") or each.said.get("source") or each.said.get("title") for each in reading.evidence]
    lines = [
        f"{reading.status}: {reading.why}.",
        f"Promised by {', '.join(said.parties)}" + (f" in {said.agreement}" if said.agreement else ""),
        f"Clause: {said.clause}. Binding: {said.binding}.",
        f"Evidence: {', '.join(str(each) for each in shown)}" if shown else "No evidence.",
    ]
    return "\n".join([*lines, "Invented, for a demonstration."] if said.demonstration else lines)


def _clean(text: str) -> str:
    return NOT_IN_XML.sub(" ", text)


def changes(sight: Sight, as_of: date, since: date | None = None) -> tuple[Change, ...]:
    """Changes of status up to a day, the newest first. since: the first day told; a year before when left out.

    What a promise was on the eve of the first day is where its changes start from.
    """
    first = since or (as_of - A_YEAR if as_of - date.min > A_YEAR else date.min)
    days = sorted({first, *(day for day in _turning(sight, as_of) if first < day <= as_of)})
    before: dict[str, str] = {name_of(each): each.status for each in clock(sight, first)}
    found = []
    for day in days[1:]:
        for each in clock(sight, day):
            name = name_of(each)
            if before.get(name) != each.status:
                found.append(Change(day, before.get(name), each))
                before[name] = each.status
    return tuple(sorted(found, key=lambda each: (-each.day.toordinal(), name_of(each.reading))))


def _turning(sight: Sight, as_of: date) -> Iterator[date]:
    """Days on which a status may change."""
    notice = timedelta(notice_days(sight))
    for each in clock(sight, as_of):
        said = each.commitment
        days = [said.made, said.due.event_day, said.ended, said.not_met_by, each.kept.effective]
        yield from (day for day in days if day is not None)
        yield from (met.on for met in said.fulfilled)
        if each.due is not None:
            yield each.due
            yield from (day for day in (_moved(each.due, timedelta(1)), _moved(each.due, -notice)) if day is not None)


def _moved(day: date, by: timedelta) -> date | None:
    try:
        return day + by
    except OverflowError:
        return None


def feed(found: Sequence[Change], as_of: date, *, title: str = "Commitments: changes of status") -> bytes:
    """Changes of status as an Atom feed, in the order given."""
    from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

    register_namespace("", ATOM)
    root = Element(f"{{{ATOM}}}feed")

    def put(parent: Element, tag: str, text: str) -> Element:
        child = SubElement(parent, f"{{{ATOM}}}{tag}")
        child.text = _clean(text)
        return child

    put(root, "id", _urn("feed"))
    put(root, "title", title)
    put(root, "updated", _moment(found[0].day if found else as_of))
    put(put(root, "author", ""), "name", "Orepact")
    for each in found:
        entry = SubElement(root, f"{{{ATOM}}}entry")
        put(entry, "id", _urn(f"{name_of(each.reading)}/{each.day}/{each.reading.status}"))
        put(entry, "title", f"{each.reading.status}: {each.reading.commitment.text}")
        put(entry, "updated", _moment(each.day))
        put(entry, "content", f"{each.before or 'new'} → {each.reading.status}\n{_told(each.reading)}").set(
            "type", "text"
        )
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _moment(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).isoformat().replace("+00:00", "Z")


def _urn(name: str) -> str:
    """A name that is the same whenever the feed is written."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"orepact/commitments/{name}").urn
