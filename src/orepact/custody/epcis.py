"""Events as EPCIS 2.0 writes them in JSON, and as the UN Transparency Protocol takes them over; read and written alike.

Object, transformation, aggregation, association and transaction events. Amounts are of the mineral that is contained only where an event
says so (``orepact:basis``), as balances are; a gross amount is refused and never taken for content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from orepact.custody.batch_file import read_row
from orepact.custody.documents_schema import check_shape
from orepact.custody.records import CoCEvent, Taking, days_of
from orepact.errors import BadInput, Problem
from orepact.policy.record import shown

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OWN = {"orepact": "urn:orepact:custody:"}
MODEL = "mass balance"
"""What an event that names no model is read as: the loosest one in which material still passes through the site."""

WRITTEN = {
    "received": "ObjectEvent", "shipped": "ObjectEvent", "sold": "TransactionEvent", "transformed": "TransformationEvent",
    "blended": "TransformationEvent", "split": "AggregationEvent",
}  # fmt: skip
ACTIONS = {"received": "ADD", "shipped": "OBSERVE", "sold": "ADD", "split": "DELETE"}
STEPS = {
    "received": "receiving", "shipped": "shipping", "sold": "accepting", "transformed": "commissioning", "blended": "commissioning",
    "split": "unpacking",
}  # fmt: skip
UNITS = {"KGM": 1, "TNE": 1000}
QUARTER = 3


def document_record(events: tuple[CoCEvent, ...], created: str) -> dict[str, Any]:
    """Events as an EPCIS document."""
    return {
        "@context": [CONTEXT, OWN],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created,
        "epcisBody": {"eventList": [event_record(each) for each in events]},
    }


def read_epcis(given: Any, place: str) -> tuple[CoCEvent, ...]:
    """The events of an EPCIS document, or one event; BadInput with everything that is wrong."""
    if not isinstance(given, Mapping):
        raise BadInput(Problem(place, "an EPCIS document has keys", shown(given), "give an EPCISDocument or an event"))
    rows = [given]
    if given.get("type") == "EPCISDocument":
        check_shape(given, "epcis", place)
        rows = list(given["epcisBody"]["eventList"])
    found, problems = [], []
    for at, row in enumerate(rows, start=1):
        try:
            found.append(event_of(row, f"{place}, eventList, {at}"))
        except BadInput as error:
            problems += list(error.problems)
    if problems:
        raise BadInput(problems)
    return tuple(found)


def event_record(event: CoCEvent, *, untp: bool = False) -> dict[str, Any]:
    """An event in EPCIS terms. untp: with the names of the UN Transparency Protocol."""
    kind = WRITTEN[event.kind]
    moment = f"{event.on or days_of(event.period)[0]}T00:00:00Z"
    found: dict[str, Any] = {
        "type": [kind, "Event"] if untp else kind,
        "id" if untp else "eventID": event.id,
        "eventTime": moment,
        "bizStep": STEPS[event.kind],
        "bizLocation": event.site if untp else {"id": event.site},
        "orepact:kind": event.kind,
        "orepact:period": event.period,
        "orepact:model": event.model,
        "orepact:basis": "content",
    }
    if not untp:
        found["eventTimeZoneOffset"] = "+00:00"
    if event.kind in ACTIONS:
        found["action"] = ACTIONS[event.kind]
    given = event.model_dump(mode="json", exclude_none=True)
    found |= {
        f"orepact:{name}": given[name] for name in ("on", "processing_yield", "to_site", "to_party") if name in given
    }
    return found | _what(event, untp=untp)


def _what(event: CoCEvent, *, untp: bool) -> dict[str, Any]:
    """The goods of an event, in the lists of its kind."""
    inputs = [_quantity(each, untp=untp) for each in event.inputs]
    outputs = [_quantity(Taking(batch=each), untp=untp) for each in event.outputs]
    if event.kind in {"transformed", "blended"}:
        return {"inputQuantityList": inputs, "outputQuantityList": outputs}
    if event.kind == "split":
        parent = event.inputs[0]
        children = {"childQuantityList": outputs, "orepact:inputs": inputs}
        return children | {
            "parentEPC" if untp else "parentID": {"id": parent.batch, "name": parent.batch} if untp else parent.batch
        }
    if event.kind == "sold" and not untp:
        return {"quantityList": inputs, "bizTransactionList": [{"type": "po", "bizTransaction": event.id}]}
    return {"quantityList": outputs if event.kind == "received" else inputs}


def _quantity(taking: Taking, *, untp: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"productId" if untp else "epcClass": taking.batch}
    if taking.content_kg is not None:
        found |= {"quantity": float(taking.content_kg), "uom": "KGM"}
    return found


def event_of(given: Any, place: str) -> CoCEvent:
    """An event from its EPCIS terms; BadInput where it is none."""
    check_shape(given, "event", place)
    types = given["type"]
    kind = types if isinstance(types, str) else next((each for each in types if each in READERS), "")
    if kind not in READERS:
        todo = f"give one of {', '.join(READERS)}"
        raise BadInput(Problem(f"{place}, type", "this kind of event is not read", shown(types), todo))
    problems: list[Problem] = []
    row = _common(given) | READERS[kind](given, place, problems)
    if "orepact:kind" in given:
        row["kind"] = given["orepact:kind"]
    found: CoCEvent | None = None if problems else read_row(CoCEvent, row, place, problems)
    if found is None:
        raise BadInput(problems)
    return found


def _common(given: Mapping[str, Any]) -> dict[str, Any]:
    where = given.get("bizLocation") or given.get("readPoint") or ""
    day = str(given["eventTime"])[:10]
    row: dict[str, Any] = {
        "id": given.get("eventID") or given.get("id") or f"event-{day}",
        "site": where["id"] if isinstance(where, Mapping) else where,
        "period": given.get("orepact:period") or f"{day[:4]}-Q{(int(day[5:7]) - 1) // QUARTER + 1}",
        "model": given.get("orepact:model") or MODEL,
    }
    if "orepact:kind" not in given:
        row["on"] = day
    for name in ("on", "processing_yield", "to_site", "to_party"):
        if f"orepact:{name}" in given:
            row[name] = given[f"orepact:{name}"]
    return row | (_destinations(given) if "orepact:kind" not in given else {})


def _destinations(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in given.get("destinationList") or []:
        kind = str(each.get("type", "")).rsplit("/", 1)[-1].removeprefix("SDT-")
        if kind in {"location", "possessing_party"}:
            found["to_site"] = each["destination"]
        if kind == "owning_party":
            found["to_party"] = each["destination"]
    if isinstance(given.get("destinationPartyId"), str):
        found["to_party"] = given["destinationPartyId"]
    return found


def _goods(given: Mapping[str, Any], place: str, problems: list[Problem], *names: str) -> Iterator[dict[str, Any]]:
    """What lists of quantities and of items hold, as takings of batches."""
    for name in names:
        for at, each in enumerate(given.get(name) or [], start=1):
            spot = f"{place}, {name}, {at}"
            if isinstance(each, str):
                yield {"batch": each}
                continue
            batch = (
                each.get("epcClass") or each.get("productId") or each.get("id") or (each.get("product") or {}).get("id")
            )
            if not isinstance(batch, str):
                problems.append(Problem(spot, "it names no goods", shown(each), "give epcClass or productId"))
                continue
            yield {"batch": batch} | _amount(given, each, spot, problems)


def _amount(given: Mapping[str, Any], each: Mapping[str, Any], place: str, problems: list[Problem]) -> dict[str, Any]:
    from orepact.custody.amounts import decimal_of

    value, unit = each.get("quantity"), each.get("uom")
    if value is None:
        return {}
    if given.get("orepact:basis") != "content":
        wrong = "the amount is of the goods, and a balance is of the mineral that they contain"
        todo = "say orepact:basis: content, or leave quantity out where all of the batch is used"
        problems.append(Problem(f"{place}, quantity", wrong, f"{shown(value)} {shown(unit)}", todo))
        return {}
    if unit not in UNITS:
        problems.append(Problem(f"{place}, uom", "this unit of mass is not read", shown(unit), "give KGM or TNE"))
        return {}
    try:
        return {"content_kg": decimal_of(value) * UNITS[str(unit)]}
    except ValueError as error:
        problems.append(Problem(f"{place}, quantity", "it is no mass", shown(value), f"give {error}"))
        return {}


def _object(given: Mapping[str, Any], place: str, problems: list[Problem]) -> dict[str, Any]:
    goods = list(_goods(given, place, problems, "quantityList", "epcList"))
    if str(given.get("action", "")).upper() == "ADD":
        return {"kind": "received", "outputs": [each["batch"] for each in goods]}
    return {"kind": "shipped", "inputs": goods}


def _transformation(given: Mapping[str, Any], place: str, problems: list[Problem]) -> dict[str, Any]:
    outputs = _goods(given, place, problems, "outputQuantityList", "outputEPCList")
    return {
        "kind": "transformed",
        "inputs": list(_goods(given, place, problems, "inputQuantityList", "inputEPCList")),
        "outputs": [each["batch"] for each in outputs],
    }


def _parent(given: Mapping[str, Any]) -> str:
    found = given.get("parentID") or given.get("parentEPC") or ""
    return str(found["id"] if isinstance(found, Mapping) else found)


def _joining(kind: str) -> Callable[[Mapping[str, Any], str, list[Problem]], dict[str, Any]]:
    """A reader of events that put things together, or take them apart."""

    def read(given: Mapping[str, Any], place: str, problems: list[Problem]) -> dict[str, Any]:
        children = list(_goods(given, place, problems, "childQuantityList", "childEPCs"))
        parent = _parent(given)
        if str(given.get("action", "")).upper() == "DELETE":
            whole = list(_goods(given, place, problems, "orepact:inputs")) or [{"batch": parent}]
            return {"kind": "split", "inputs": whole, "outputs": [each["batch"] for each in children]}
        return {"kind": kind, "inputs": children, "outputs": [parent]}

    return read


def _transaction(given: Mapping[str, Any], place: str, problems: list[Problem]) -> dict[str, Any]:
    return {"kind": "sold", "inputs": list(_goods(given, place, problems, "quantityList", "epcList"))}


READERS: dict[str, Callable[[Mapping[str, Any], str, list[Problem]], dict[str, Any]]] = {
    "ObjectEvent": _object,
    "TransformationEvent": _transformation,
    "AggregationEvent": _joining("blended"),
    "AssociationEvent": _joining("transformed"),
    "TransactionEvent": _transaction,
}
