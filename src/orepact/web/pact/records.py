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
from orepact.errors import BadInput, OrepactError, UnknownName, unknown_problem
from orepact.pact import Pact, Viewer
from orepact.pact.access import could_do
from orepact.pact.acting import act, is_worked_out
from orepact.pact.kinds import KINDS
from orepact.pact.kinds.base import Kind, Verb
from orepact.pact.listing import columns, row, whole
from orepact.pact.pact import found
from orepact.pact.state import Kept
from orepact.report.pact_text import SHORT, plain
from orepact.web.pact.asking import Asking, Told, asking_of, mount, page, respond, twin_of
from orepact.web.pact.form import boxes_of, command_of, field_of, values
from orepact.web.pact.happened import event_line
from orepact.web.pact.more import MORE, SHOWN_HERE
from orepact.web.pact.names import Names, clause, ids_of, source
from orepact.web.pact.promises import QUOTED
from orepact.web.pact.tokens import TOKEN, for_whom, made
from orepact.web.page import one_of

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

COLUMNS = {
    "party": ("kind", "since", "until"), "membership": ("role", "since", "until"),
    "initiative": ("functions", "minerals", "lead", "since", "until"), "agreement": ("parties", "signed", "status"),
    "commitment": ("parties", "agreement", "clause"), "parameter": ("value", "unit", "source"), "person": ("roles", "acts_for", "ended"),
    "investigation": ("mineral", "stage", "importer", "state"), "dissent": ("investigation",),
    "credential": ("scheme", "issuer", "ends", "used_on"),
    "round": ("state", "minerals", "type", "currency"), "reserve": ("policy", "objective", "currency", "owner"),
    "demand": ("round", "kg", "limit", "first", "last", "matched"), "offer": ("round", "kg", "reserve", "first", "last", "matched"),
    "match": ("round", "kg", "place", "price", "outcome"),
    "token": ("person", "scopes", "expires", "ended"), "release": ("cell", "figure"),
}  # fmt: skip
"""Columns of lists after the title of each record."""

HEADINGS = {"acts_for": "Acts for", "ended": "Ended", "person": "Acts as", "scopes": "May"}
LONGEST_CELL = 140
SHOWN_HISTORY = 8
"""Steps of a record's history that its page shows at once."""

PARAMETERS = ("as_of", "search")
TABS = ("json", "csv", "xlsx")


def mount_records(app: FastAPI, shown: Jinja2Templates, own_lists: frozenset[str]) -> None:
    """Add the pages of every kind of record. own_lists: kinds whose list is a page of its own."""
    for kind in KINDS.values():
        base = f"/pact/{kind.plural}"
        if kind.name not in own_lists:
            mount(app, shown, base, partial(_listed, kind), PARAMETERS)
        add = partial(app.add_api_route, include_in_schema=False)
        others = one_of([verb for verb in kind.verbs if verb != "add"])
        for way in (f"{base}/new", f"{base}/{{record}}/{{verb:{others}}}"):
            add(way, _form_page(shown, kind), methods=["GET"])
            add(way, _posted(shown, kind), methods=["POST"])
            add(f"{way}/check", _checked(shown, kind), methods=["POST"])
        add(f"{base}/{{record}}", _one_page(shown, kind), methods=["GET"])


def _listed(kind: Kind, asking: Asking) -> Told:
    """The list of a kind, searched by words."""
    wanted, known = asking.values.get("search", "").casefold(), asking.names
    kept = [each for each in asking.sight.all(kind.name) if wanted in words_of(kind, each, known)]
    names = COLUMNS.get(kind.name, SHORT.get(kind.name, ()))
    heads = [
        {"key": name, "heading": HEADINGS.get(name, name.replace("_", " ").capitalize()), "number": False}
        for name in ("title", *names)
    ]
    heads[0]["heading"] = kind.name.capitalize()
    count = f"{len(kept)} {kind.plural if len(kept) != 1 else kind.name}"
    invented = sum(each.record.demonstration for each in kept)
    context = {
        "kind": kind, "title": kind.plural.capitalize(), "finding": f"{count}{' with these words' if wanted else ''} on {asking.day}.",
        "columns": heads, "rows": [_line(kind, each, names, known) for each in kept],
        "invented": invented, "may_add": could_do(asking.viewer, kind.verbs["add"], None), "as_of": asking.values.get("as_of", ""),
    }  # fmt: skip
    return Told(
        "pact/list.html", context, record=lambda: {"kind": kind.name, "as_of": asking.day, "records": [row(each) for each in kept]},
        rows=lambda: [{name: cell(value) for name, value in row(each).items()} for each in kept], columns=columns(kind.name),
    )  # fmt: skip


def words_of(kind: Kind, kept: Kept, known: Names) -> str:
    """What a record is found by: what it says, and the names of what it names."""
    said = kept.record.model_dump(mode="json")
    named = " ".join(known.said(kind, name, value) for name, value in said.items() if ids_of(kind, name, value))
    return f"{kept.id} {plain(said)} {named}".casefold()


def _line(kind: Kind, kept: Kept, names: tuple[str, ...], known: Names) -> dict[str, str]:
    said = kept.record.model_dump(mode="json")
    title = f"{known.title(kept)}{' (invented)' if kept.record.demonstration and '(invented)' not in kept.record.title() else ''}"
    return {name: _short(known.said(kind, name, said.get(name))) or "–" for name in names} | {
        "title": title,
        "title.page": f"/pact/{kind.plural}/{kept.id}",
    }


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[:LONGEST_CELL].rpartition(', ')[0]}, …"


def cell(value: Any) -> Any:
    """A value as a cell of a table; lists joined by |."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "|".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _one_page(shown: Jinja2Templates, kind: Kind) -> Callable[..., Response]:
    def answered(request: Request, record: str) -> Response:
        name, dot, ending = record.rpartition(".")
        if dot == "." and ending in TABS:
            return twin_of(_one(kind, name, asking_of(request, ("as_of",))), ending, name)
        return page(request, shown, f"/pact/{kind.plural}/{record}", partial(_one, kind, record), ("as_of",))

    return answered


def _one(kind: Kind, record: str, asking: Asking) -> Told:
    """One record: what it says, what shows it, what was done to it, and what the viewer may do."""
    kept = found(asking.sight, kind.name, record)
    said = whole(asking.pact, asking.viewer, kind.name, record, asking.as_of)
    verbs = [verb for verb in kind.verbs.values() if verb.name != "add" and could_do(asking.viewer, verb, kept)]
    more, names = MORE.get(kind.name), asking.names
    history = [event_line(each, names) for each in reversed(said["history"])]
    who = {"tier": said["tier"], "owner": names.of(said["owner"] or ""), "readers": names.all(said["readers"])}
    context = {
        "kind": kind, "kept": kept, "title": names.title(kept), "facts": _facts(kind, said, names),
        "verbs": [] if asking.as_of else verbs, "evidence": [_evidence(each) for each in said["evidence"]],
        "history": history[:SHOWN_HISTORY], "older": history[SHOWN_HISTORY:],
        "clauses": [_clause(each) for each in said.get("clauses") or []], "more": more(asking, kept) if more else {}, "who": who,
        "as_of": asking.values.get("as_of", ""), "day": asking.day,
    }  # fmt: skip
    return Told(
        "pact/record.html", context, record=lambda: said, columns=columns(kind.name),
        rows=lambda: [{name: cell(value) for name, value in row(kept).items()}],
    )  # fmt: skip


def _facts(kind: Kind, said: Mapping[str, Any], names: Names) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """What a record says: field, value, meaning, and the links that the value holds, of each that says something."""
    meanings = {name: info.description or "" for name, info in kind.record.model_fields.items()}
    return [
        (
            name.replace("_", " "),
            _unless_left_out(kind, name, value),
            meanings.get(name, ""),
            names.links(kind, name, value),
        )
        for name, value in said.items()
        if name not in HIDDEN and name not in SHOWN_HERE.get(kind.name, ()) and plain(value)
    ]


def _unless_left_out(kind: Kind, name: str, value: Any) -> str:
    """A value in words; a number of zero that nobody gave asks for nothing, and is no figure."""
    nought = isinstance(value, int | float) and not isinstance(value, bool) and value == 0
    return "none asked" if nought and kind.record.model_fields[name].default == 0 else plain(value)


def _clause(said: Mapping[str, Any]) -> dict[str, Any]:
    """A clause as a row, with its title and with who published its source."""
    publisher, address = source(str(said["source"])) if said.get("source") else ("", "")
    return {**said, "title": clause(str(said["clause"])), "publisher": publisher, "address": address}


def _evidence(said: Mapping[str, Any]) -> dict[str, Any]:
    address = str(said.get("address") or "")
    linked = address if address.startswith(("https://", "http://")) else ""
    publisher = source(str(said["source"]))[0] if said.get("source") else ""
    title = "" if said.get("title") in {None, QUOTED} else str(said["title"])
    words = title or urlsplit(address).netloc or publisher or address or "said, without an address"
    of = said.get("of")
    return {
        "words": words, "address": linked, "grade": said.get("grade"), "source": said.get("source"), "accessed": said.get("accessed"),
        "publisher": publisher if publisher and publisher not in words else "",
        "of": "" if of in {None, "add"} else str(of).replace("_", " "),
    }  # fmt: skip


def _form_page(shown: Jinja2Templates, kind: Kind) -> Callable[..., Response]:
    def answered(request: Request, record: str | None = None, verb: str = "add") -> Response:
        pact, viewer = pact_of(request), viewer_of(request)
        kept, done = _kept(pact, viewer, kind, record), kind.verbs[verb]
        boxes = {each.name for each in boxes_of(kind, done)}
        asked = {name: said for name, said in request.query_params.items() if name in boxes}
        return _form(request, shown, kind, done, kept, values(kind, done, kept) | asked)

    return answered


def _posted(shown: Jinja2Templates, kind: Kind) -> Callable[..., Any]:
    async def answered(request: Request, record: str | None = None, verb: str = "add") -> Response:
        sent = await sent_by(request)
        return await run_in_threadpool(_done, request, shown, kind, verb, record, sent)

    return answered


def _checked(shown: Jinja2Templates, kind: Kind) -> Callable[..., Any]:
    async def answered(request: Request, record: str | None = None, verb: str = "add") -> Response:
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
        command = for_whom(viewer, command_of(kind.name, verb, record, sent, kept))
        if (kind.name, verb) == TOKEN:
            return made(request, shown, command, sent)
        done = act(pact, viewer, command, sent.get("key") or None)
    except OrepactError as error:
        return _form(request, shown, kind, kind.verbs[verb], kept, sent, error)
    stays = pact.sight(viewer).get(kind.name, done.kept.id) is not None
    return RedirectResponse(f"/pact/{kind.plural}{f'/{done.kept.id}' if stays else ''}", status_code=303)


def _check(
    request: Request, shown: Jinja2Templates, kind: Kind, verb: str, record: str | None, sent: Mapping[str, str]
) -> Response:
    """What is wrong with a form as it stands; nothing is written."""
    pact, viewer = pact_of(request), viewer_of(request)
    kept = _kept(pact, viewer, kind, record)
    error: OrepactError | None = None
    try:
        command = for_whom(viewer, command_of(kind.name, verb, record, sent, kept))
        wrong = [] if is_worked_out(kind.name, verb) else pact.check(viewer, [command])
        error = BadInput([each for _, each in wrong]) if wrong else None
    except OrepactError as failure:
        error = failure
    faults, own = _filled_in(_faults(kind, kind.verbs[verb], error), sent), {"cache-control": "no-store"}
    return shown.TemplateResponse(request, "pact/check.html", faults, headers=own)


def _kept(pact: Pact, viewer: Viewer, kind: Kind, record: str | None) -> Kept | None:
    return None if record is None else found(pact.sight(viewer), kind.name, record)


def _faults(kind: Kind, verb: Verb, error: OrepactError | None) -> dict[str, Any]:
    if error is None:
        return {"sentences": [], "faulty": [], "kind_of_error": ""}
    boxes = boxes_of(kind, verb)
    faulty = [{"field": field_of(each, boxes)} for each in error.problems]
    return {
        "sentences": [str(each) for each in error.problems],
        "faulty": faulty,
        "kind_of_error": body_of(error)["error"],
    }


def _filled_in(faults: dict[str, Any], sent: Mapping[str, str]) -> dict[str, Any]:
    """Faults of what was filled in, and of the whole: a box that is still empty is no fault before the form is sent."""
    kept = [
        (fault, sentence)
        for fault, sentence in zip(faults["faulty"], faults["sentences"], strict=True)
        if not fault["field"] or _touched(fault["field"], sent)
    ]
    return {**faults, "faulty": [fault for fault, _ in kept], "sentences": [sentence for _, sentence in kept]}


def _touched(field: str, sent: Mapping[str, str]) -> bool:
    """Whether a box, or one in the same group, holds something."""
    group = field.rpartition(".")[0]
    return any(text.strip() for name, text in sent.items() if name == field or (group and name.startswith(f"{group}.")))


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
    among = pact_of(request).sight(viewer).all("party") if verb.name in {"add", "change", "grant"} else ()
    base = f"/pact/{kind.plural}/{kept.id}/{verb.name}" if kept else f"/pact/{kind.plural}/new"
    context = {
        "kind": kind, "verb": verb, "kept": kept, "fields": boxes_of(kind, verb), "filled": filled, "beside": beside, **faults,
        "key": filled.get("key") or secrets.token_hex(16), "may": could_do(viewer, verb, kept),
        "parties": [(each.id, each.record.title()) for each in among],
    }  # fmt: skip
    status = 200 if error is None else kind_of(error)[1]
    return respond(request, shown, base, Told("pact/form.html", context, status=status))


def kind_of_plural(plural: str) -> Kind:
    """A kind by its plural. Raises UnknownName."""
    for kind in KINDS.values():
        if kind.plural == plural:
            return kind
    raise UnknownName(unknown_problem("pact", "kind of record", plural, [each.plural for each in KINDS.values()]))
