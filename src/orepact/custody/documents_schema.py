"""Shapes of the documents that are read, as JSON Schemas of our own: the parts that are used, by the public descriptions.

UN Transparency Protocol 0.6 (conformity credential, traceability event, product passport) on W3C Verifiable Credentials 2.0, and EPCIS 2.0
in JSON. What a schema does not name is let through and not read.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from orepact.errors import BadInput, Problem
from orepact.policy.record import shown

MOST_SAID = 12
TEXT = {"type": "string", "minLength": 1, "maxLength": 4000}
WORD = {"type": "string", "minLength": 1, "maxLength": 400, "pattern": r"^\S+$"}
MOMENT = {
    "type": "string",
    "pattern": r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T[0-9:.]{5,20}(Z|[+-]\d{2}:\d{2})?)?$",
}
TYPES = {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 20}
NUMBER = {"type": "number", "minimum": 0, "maximum": 1e13}


def _list(items: Any, most: int = 5000, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _object(needed: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(needed), "properties": properties}


THING = _object(("id",), id=WORD, name=TEXT)
CRITERION = _object(("id",), id=TEXT)
ASSESSMENT = _object(
    ("conformance",),
    conformance={"type": "boolean"},
    conformityTopic=TEXT,
    assessmentCriteria=_list(CRITERION, 200),
    assessedFacility=_list(THING, 500),
    assessedProduct=_list(THING, 500),
)
ATTESTATION = _object(
    ("assessment",),
    attestationType=TEXT,
    scope=_object(id=TEXT, name=TEXT),
    assessment=_list(ASSESSMENT, 2000, 1),
    auditableEvidence=_object(hashDigest=TEXT),
    conformityCertificate=_object(linkURL=TEXT),
)
QUANTITY = {
    "anyOf": [WORD, _object(epcClass=WORD, productId=WORD, id=WORD, product=THING, quantity=NUMBER, uom=TEXT)],
}
QUANTITIES = _list(QUANTITY)
LISTS = (
    "quantityList", "epcList", "inputQuantityList", "inputEPCList", "outputQuantityList", "outputEPCList", "childQuantityList", "childEPCs",
    "orepact:inputs",
)  # fmt: skip
"""Lists of goods in events."""

PLACE = {"anyOf": [WORD, THING]}
EVENT: dict[str, Any] = {
    "type": "object",
    "required": ["type", "eventTime"],
    "anyOf": [{"required": ["bizLocation"]}, {"required": ["readPoint"]}],
    "properties": {
        "type": {"anyOf": [TEXT, TYPES]},
        "eventTime": MOMENT,
        "eventID": WORD,
        "id": WORD,
        "action": {"enum": ["ADD", "OBSERVE", "DELETE", "Add", "Observe", "Delete", "add", "observe", "delete"]},
        "bizLocation": PLACE,
        "readPoint": PLACE,
        "parentID": WORD,
        "parentEPC": PLACE,
        "destinationList": _list(_object(("destination",), type=TEXT, destination=WORD), 20),
**dict.fromkeys(LISTS, QUANTITIES),
    },
}  # fmt: skip
PRODUCT = _object(
    ("id", "name", "producedAtFacility"),
    id=WORD,
    name=TEXT,
    producedAtFacility=THING,
    productionDate=MOMENT,
    dimensions=_object(weight=_object(("value", "unit"), value=NUMBER, unit=TEXT)),
    materialsProvenance=_list(
        _object(
            ("originCountry", "massFraction"),
            originCountry=TEXT,
            massFraction={"type": "number", "minimum": 0, "maximum": 1},
        ),
        300,
    ),
)


def _credential(subject: Any, *needed: str) -> dict[str, Any]:
    return _object(
        ("@context", "type", "id", "issuer", "credentialSubject", *needed),
        **{"@context": _list({"anyOf": [TEXT, {"type": "object"}]}, 20, 1)},
        type=TYPES,
        id=WORD,
        issuer={"anyOf": [WORD, THING]},
        validFrom=MOMENT,
        validUntil=MOMENT,
        credentialSubject=subject,
    )


SCHEMAS: dict[str, dict[str, Any]] = {
    "dcc": _credential(ATTESTATION, "validFrom", "validUntil"),
    "dte": _credential(_list(EVENT, 5000, 1)),
    "dpp": _credential(PRODUCT),
    "event": EVENT,
    "epcis": _object(
        ("type", "schemaVersion", "epcisBody"),
        type={"const": "EPCISDocument"},
        schemaVersion={"enum": ["2.0", "2.0.0"]},
        epcisBody=_object(("eventList",), eventList=_list({"type": "object"}, 5000, 1)),
    ),
}


@cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(SCHEMAS[name])


def check_shape(given: Any, name: str, place: str) -> None:
    """Raise BadInput with everything in which a document differs from the shape of its kind."""
    from orepact.custody.signing import plain

    errors = list(_validator(name).iter_errors(plain(given)))
    if not errors:
        return
    problems = [
        _problem(each, place) for each in sorted(errors, key=lambda each: [str(part) for part in each.absolute_path])
    ]
    raise BadInput(problems[:MOST_SAID])


def _problem(error: Any, place: str) -> Problem:
    way = [str(part + 1) if isinstance(part, int) else str(part) for part in error.absolute_path]
    spot = ", ".join([place, *way])
    if error.validator == "required":
        missing = next((each for each in error.validator_value if each not in error.instance), "a field")
        return Problem(spot, f"{missing} is needed", "nothing of that name", "give it, as the standard has it")
    words = {
        "type": f"it should be of type {error.validator_value}",
        "pattern": "it is not written as the standard has it",
        "enum": f"it should be one of {', '.join(map(str, error.validator_value)) if isinstance(error.validator_value, list) else ''}",
        "const": f"it should be {error.validator_value}",
        "maxItems": f"there are more than {error.validator_value}",
        "minItems": "at least one is needed",
        "maxLength": f"it is longer than {error.validator_value} characters",
        "minLength": "it is empty",
    }
    return Problem(
        spot, words.get(error.validator, "it has not the shape of its kind"), shown(error.instance), "correct it"
    )
