"""The list of projects as a pipeline: where each stands, since when, what is due next, and what is late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orepact.api.media import CSV, table_bytes
from orepact.pact.access import could_do
from orepact.pact.kinds import KINDS
from orepact.pact.listing import columns, row
from orepact.pact.pipeline import COLUMNS, project_rows
from orepact.report.numbers import counted
from orepact.web.pact.asking import Asking, Told
from orepact.web.pact.names import Names, mineral
from orepact.web.pact.records import cell, words_of

HEADS = tuple(
    {"key": key, "heading": heading, "number": False}
    for key, heading in (
        ("title", "Project"), ("host", "Host"), ("minerals", "Minerals"), ("state", "State"), ("since", "Since"), ("due", "Due next"),
        ("late", "Late"),
    )
)  # fmt: skip


def projects_page(asking: Asking) -> Told:
    """Every project that the viewer may read, those first that are late, then by what is due next."""
    kind, names = KINDS["project"], asking.names
    wanted = asking.values.get("search", "").casefold()
    kept = [each for each in asking.sight.all("project") if wanted in words_of(kind, each, names)]
    found = {each.id for each in kept}
    pipeline = [each for each in project_rows(asking.sight, asking.day) if each["id"] in found]
    context = {
        "kind": kind, "title": "Projects", "finding": finding(pipeline, asking), "columns": HEADS,
        "rows": [_line(each, names) for each in sorted(pipeline, key=_order)],
        "invented": sum(each["demonstration"] for each in pipeline), "may_add": could_do(asking.viewer, kind.verbs["add"], None),
        "as_of": asking.values.get("as_of", ""), "extra": "pact/projects_note.html", "pipeline": True,
    }  # fmt: skip
    return Told(
        "pact/list.html", context, columns=columns("project"),
        record=lambda: {
            "kind": "project", "as_of": asking.day, "records": [row(each) for each in kept], "pipeline": pipeline,
        },
        rows=lambda: [{name: cell(value) for name, value in row(each).items()} for each in kept],
        files={"pipeline.csv": (CSV, lambda: _csv(pipeline))},
    )  # fmt: skip


def finding(pipeline: Sequence[Mapping[str, Any]], asking: Asking) -> str:
    """How many projects there are, how many are late, and of how many nobody knows where they stand."""
    if not pipeline:
        return f"No project is recorded that you may read{' with these words' if 'search' in asking.values else ''} on {asking.day}."
    late = [each for each in pipeline if each["late"]]
    unknown = sum(each["state"] is None for each in pipeline)
    said = (
        f"{late[0]['name']} is late with its {late[0]['next_deadline']}"
        if len(late) == 1
        else f"{len(late) or 'none'} are late"
    )
    rest = f"; of {unknown} nobody has said where they stand" if unknown else ""
    return f"Of {counted(len(pipeline), 'project')} on {asking.day}, {said}{rest}."


def _order(each: Mapping[str, Any]) -> tuple[bool, bool, str]:
    return not each["late"], each["state"] is None, str(each["next_due"] or "9999")


def _line(each: Mapping[str, Any], names: Names) -> dict[str, str]:
    state = "ended" if each["ended_by"] else each["state"] or "not known"
    reported = ", as reported" if each["state"] and each["as_reported"] else ""
    marked = " (invented)" if each["demonstration"] and "(invented)" not in each["name"] else ""
    return {
        "title": f"{each['name']}{marked}", "title.page": f"/pact/projects/{each['id']}",
        "host": names.all(part for part in each["host"].split("|") if part) or "not known",
        "minerals": ", ".join(mineral(part) for part in each["minerals"].split("|") if part) or "not known",
        "state": f"{state}{reported}", "since": str(each["since"] or "–"),
        "due": f"{each['next_due']}: {each['next_deadline']}" if each["next_due"] else "–", "late": "late" if each["late"] else "–",
    }  # fmt: skip


def _csv(pipeline: Sequence[Mapping[str, Any]]) -> bytes:
    import pandas as pd

    return table_bytes(pd.DataFrame([dict(each) for each in pipeline], columns=list(COLUMNS)), CSV, verbatim=True)
