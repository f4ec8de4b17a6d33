"""Pages of records: the list of a kind, one record with its evidence and history, and the forms by which it is changed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates

from orepact.api.pact.viewer import pact_of, viewer_of
from orepact.api.problems import body_of, kind_of
from orepact.errors import OrepactError, UnknownName, unknown_problem
from orepact.pact import Pact, Viewer
from orepact.pact.access import could_do
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import Kind, Verb
from orepact.pact.listing import columns, row, whole
from orepact.pact.pact import found
from orepact.pact.state import Kept
from orepact.report.pact_text import SHORT, plain
from orepact.web.pact.asking import Asking, Told, asking_of, mount, respond, twin_of
from orepact.web.pact.form import command_of, field_of, fields, values
from orepact.web.pact.more import MORE, SHOWN_HERE

QUOTED = "web page, quoted for facts"
"""Title of sources of the facts that have none of their own."""

MOST_FIELDS = 120
LARGEST_PART = 100_000
HIDDEN = {
    "id",
    "version",
    "effective",
    "evidence",
    "history",
    "tier",
    "readers",
    "owner",
    "demonstration",
    "clauses",
    "name",
    "text",
}
"""Fields of a record that its page shows elsewhere."""

PARAMETERS = ("as_of", "search")
TABS = ("json", "csv", "xlsx")


def mount_records(app: FastAPI, shown: Jinja2Templates) -> None:
    """Add the pages of every kind of record that is not for the register of people alone."""
    for kind in KINDS.values():
        base = f"/pact/{kind.plural}"
        mount(app, shown, base, partial(_listed, kind), PARAMETERS)
        app.add_api_route(f"{base}/new", _form_page(shown, kind, "add"), methods=["GET"], include_in_schema=False)
        app.add_api_route(f"{base}/new", _posted(shown, kind, "add"), methods=["POST"], include_in_schema=False)
        app.add_api_route(f"{base}/new/check", _checked(shown, kind, "add"), methods=["POST"], include_in_schema=False)
        app.add_api_route(f"{base}/{{record}}", _one_page(shown, kind), methods=["GET"], include_in_schema=False)
        for verb in kind.verbs:
            if verb != "add":
                way = f"{base}/{{record}}/{verb}"
                app.add_api_route(way, _form_page(shown, kind, verb), methods=["GET"], include_in_schema=False)
                app.add_api_route(way, _posted(shown, kind, verb), methods=["POST"], include_in_schema=False)
                app.add_api_route(
                    f"{way}/check", _checked(shown, kind, verb), methods=["POST"], include_in_schema=False
                )


def _listed(kind: Kind, asking: Asking) -> Told:
    """The list of a kind, searched by words."""
    wanted = asking.values.get("search", "").casefold()
    kept = [each for each in asking.sight.all(kind.name) if wanted in _words(each)]
    names = SHORT[kind.name]
    shown = [_line(kind, each, names) for each in kept]
    heads = [
        {"key": name, "heading": name.replace("_", " "), "number": False}
        for name in ("title", *(n for n in names if n not in {"id", "name", "text"}))
    ]
    count = f"{len(kept)} {kind.plural if len(kept) != 1 else kind.name}"
    return Told(
        "pact/list.html",
        {
            "kind": kind, "title": kind.plural.capitalize(), "finding": f"{count}{' with these words' if wanted else ''} on {asking.day}.",
            "columns": heads, "rows": shown, "invented": sum(each.record.demonstration for each in kept),
            "may_add": could_do(asking.viewer, kind.verbs["add"], None), "as_of": asking.values.get("as_of", ""),
        },
        record=lambda: {"kind": kind.name, "as_of": asking.day, "records": [row(each) for each in kept]},
        rows=lambda: [{name: _cell(value) for name, value in row(each).items()} for each in kept],
        columns=columns(kind.name),
    )  # fmt: skip


def _words(kept: Kept) -> str:
    return f"{kept.id} {plain(kept.record.model_dump(mode='json'))}".casefold()


def _line(kind: Kind, kept: Kept, names: tuple[str, ...]) -> dict[str, str]:
    said = kept.record.model_dump(mode="json")
    title = f"{kept.record.title()}{' (invented)' if kept.record.demonstration else ''}"
    return {name: plain(said.get(name)) or "–" for name in names} | {
        "title": title,
        "title.page": f"/pact/{kind.plural}/{kept.id}",
    }


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "|".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _one_page(shown: Jinja2Templates, kind: Kind) -> Callable[..., Response]:
    def answered(request: Request, record: str) -> Response:
        name, dot, ending = record.rpartition(".")
        data = dot == "." and ending in TABS
        asking = asking_of(request, ("as_of",))
        told = _one(kind, asking, name if data else record)
        if data:
            return twin_of(told, ending, name)
        return respond(request, shown, f"/pact/{kind.plural}/{record}", told)

    return answered


def _one(kind: Kind, asking: Asking, record: str) -> Told:
    """One record: what it says, what shows it, what was done to it, and what the viewer may do."""
    kept = found(asking.sight, kind.name, record)
    said = whole(asking.pact, asking.viewer, kind.name, record, asking.as_of)
    verbs = [verb for verb in kind.verbs.values() if verb.name != "add" and could_do(asking.viewer, verb, kept)]
    more = MORE.get(kind.name)
    context = {
        "kind": kind, "kept": kept, "title": kept.record.title(), "facts": _facts(kind, said), "verbs": verbs,
        "evidence": [_evidence(each) for each in said["evidence"]], "history": said["history"][::-1], "clauses": said.get("clauses") or [],
        "more": more(asking, kept) if more else None, "who": {name: plain(said[name]) for name in ("tier", "owner", "readers")},
        "as_of": asking.values.get("as_of", ""), "said_of": _said_of,
    }  # fmt: skip
    return Told(
        "pact/record.html", context, record=lambda: said, columns=columns(kind.name),
        rows=lambda: [{name: _cell(value) for name, value in row(kept).items()}],
    )  # fmt: skip


def _said_of(event: Mapping[str, Any]) -> str:
    """What an event says, in a line."""
    said = plain({name: value for name, value in event["data"].items() if name != "override"})
    return f"({said[:120]}{'…' if len(said) > 120 else ''})" if said else ""


def _facts(kind: Kind, said: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What a record says: field, value and meaning of each that says something."""
    meanings = {name: info.description or "" for name, info in kind.record.model_fields.items()}
    return [
        (name.replace("_", " "), plain(value), meanings.get(name, ""))
        for name, value in said.items()
        if name not in HIDDEN and name not in SHOWN_HERE.get(kind.name, ()) and plain(value)
    ]


def _evidence(said: Mapping[str, Any]) -> dict[str, Any]:
    address = str(said.get("address") or "")
    linked = address if address.startswith(("https://", "http://")) else ""
    title = "" if said.get("title") in {None, QUOTED} else str(said["title"])
    words = title or urlsplit(address).netloc or str(said.get("source") or address or "said, without an address")
    of = said.get("of")
    return {
        "words": words, "address": linked, "grade": said.get("grade"), "source": said.get("source"),
        "of": "" if of in {None, "add"} else str(of).replace("_", " "),
    }  # fmt: skip


def _form_page(shown: Jinja2Templates, kind: Kind, verb: str) -> Callable[..., Response]:
    def answered(request: Request, record: str | None = None) -> Response:
        pact, viewer = pact_of(request), viewer_of(request)
        kept = _kept(pact, viewer, kind, record)
        return _form(request, shown, kind, kind.verbs[verb], kept, values(kind, kind.verbs[verb], kept))

    return answered


def _posted(shown: Jinja2Templates, kind: Kind, verb: str) -> Callable[..., Any]:
    async def answered(request: Request, record: str | None = None) -> Response:
        sent = await sent_by(request)
        return await run_in_threadpool(_done, request, shown, kind, verb, record, sent)

    return answered


def _checked(shown: Jinja2Templates, kind: Kind, verb: str) -> Callable[..., Any]:
    async def answered(request: Request, record: str | None = None) -> Response:
        sent = await sent_by(request)
        return await run_in_threadpool(_check, request, shown, kind, verb, record, sent)

    return answered


async def sent_by(request: Request) -> dict[str, str]:
    """What a form holds. A list that several boxes of one name make is joined by |."""
    found: dict[str, str] = {}
    async with request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=LARGEST_PART) as given:
        for name, value in given.multi_items():
            if isinstance(value, str):
                found[name] = f"{found[name]}|{value}" if name in found else value
    return found


def _done(
    request: Request, shown: Jinja2Templates, kind: Kind, verb: str, record: str | None, sent: Mapping[str, str]
) -> Response:
    """Do what a form asks for, and go to the record; or show the form again with what is wrong beside its boxes."""
    pact, viewer = pact_of(request), viewer_of(request)
    kept = _kept(pact, viewer, kind, record)
    try:
        done = pact.do(viewer, command_of(kind.name, verb, record, sent, kept), sent.get("key") or None)
    except OrepactError as error:
        return _form(request, shown, kind, kind.verbs[verb], kept, sent, error)
    return RedirectResponse(f"/pact/{kind.plural}/{done.kept.id}", status_code=303)


def _check(
    request: Request, shown: Jinja2Templates, kind: Kind, verb: str, record: str | None, sent: Mapping[str, str]
) -> Response:
    """What is wrong with a form as it stands; nothing is written."""
    pact, viewer = pact_of(request), viewer_of(request)
    kept = _kept(pact, viewer, kind, record)
    error: OrepactError | None = None
    try:
        pact.check(viewer, [command_of(kind.name, verb, record, sent, kept)])
    except OrepactError as failure:
        error = failure
    faults, own = _faults(kind, kind.verbs[verb], error), {"cache-control": "no-store"}
    return shown.TemplateResponse(request, "pact/check.html", faults, headers=own)


def _kept(pact: Pact, viewer: Viewer, kind: Kind, record: str | None) -> Kept | None:
    return None if record is None else found(pact.sight(viewer), kind.name, record)


def _faults(kind: Kind, verb: Verb, error: OrepactError | None) -> dict[str, Any]:
    if error is None:
        return {"sentences": [], "faulty": [], "kind_of_error": ""}
    boxes = fields(verb, kind.derived)
    faulty = [{"field": field_of(each, boxes)} for each in error.problems]
    return {
        "sentences": [str(each) for each in error.problems],
        "faulty": faulty,
        "kind_of_error": body_of(error)["error"],
    }


def _form(
    request: Request, shown: Jinja2Templates, kind: Kind, verb: Verb, kept: Kept | None, filled: Mapping[str, str],
    error: OrepactError | None = None,
) -> Response:  # fmt: skip
    """A form; with what is wrong where something was."""
    viewer = viewer_of(request)
    faults = _faults(kind, verb, error)
    beside: dict[str, list[str]] = {}
    for fault, sentence in zip(faults["faulty"], faults["sentences"], strict=True):
        if fault["field"]:
            beside.setdefault(fault["field"], []).append(sentence)
    base = f"/pact/{kind.plural}/{kept.id}/{verb.name}" if kept else f"/pact/{kind.plural}/new"
    context = {
        "kind": kind, "verb": verb, "kept": kept, "fields": fields(verb, kind.derived), "filled": filled, "beside": beside, **faults,
        "key": filled.get("key") or secrets.token_hex(16), "may": could_do(viewer, verb, kept),
        "parties": [each.id for each in pact_of(request).sight(viewer).all("party")] if verb.name in {"add", "change", "grant"} else [],
    }  # fmt: skip
    status = 200 if error is None else kind_of(error)[1]
    return respond(request, shown, base, Told("pact/form.html", context, status=status))


def kind_of_plural(plural: str) -> Kind:
    """A kind by its plural. Raises UnknownName."""
    for kind in KINDS.values():
        if kind.plural == plural:
            return kind
    raise UnknownName(unknown_problem("pact", "kind of record", plural, [each.plural for each in KINDS.values()]))
