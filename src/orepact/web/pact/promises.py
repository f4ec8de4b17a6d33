"""A promise as a row of a table: how it stands, why, who promised, where, and what shows it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from orepact.pact.clock import Reading
from orepact.web.pact.names import Names

TONES = {
    "late": "below", "unknown": "untold", "due": "open", "open": "open", "met late": "below", "met": "meets", "lapsed": "untold",
}  # fmt: skip
"""How a status is shown; its word always stands with it."""


QUOTED = "web page, quoted for facts"
"""Title of sources of the facts that have none of their own."""


def clock_line(reading: Reading, names: Names) -> dict[str, Any]:
    """A promise as a row of a table."""
    said = reading.commitment
    shown = [each.said for each in reading.evidence]
    return {
        "id": said.id, "text": said.text, "invented": said.demonstration, "clause": said.clause,
        "parties": [(names.of(each), each) for each in said.parties],
        "due": str(reading.due) if reading.due else "not known", "about": said.due.approximate, "binding": said.binding,
        "status": reading.status, "tone": TONES[reading.status], "why": _beyond(reading), "agreement": said.agreement or "",
        "where": names.of(said.agreement) if said.agreement else "", "where_page": names.page(said.agreement or ""),
        "evidence": [_shown(each) for each in shown],
    }  # fmt: skip


def _beyond(reading: Reading) -> str:
    """Why it stands so, without the word of the status again."""
    return reading.why.removeprefix(f"{reading.status}, ").removeprefix(f"{reading.status} ")


def _shown(said: Any) -> dict[str, str]:
    address = str(said.get("address", ""))
    title = "" if said.get("title") == QUOTED else said.get("title", "")
    words = title or urlsplit(address).netloc or said.get("source") or "page"
    return {"address": address, "grade": said.get("grade", ""), "words": words}
