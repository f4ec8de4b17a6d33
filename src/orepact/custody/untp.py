"""Credentials as the UN Transparency Protocol writes them (W3C Verifiable Credentials 2.0), read and written without loading a context.

Three kinds of documents: a Digital Conformity Credential becomes :class:`~orepact.custody.records.Credential` records, one for each site or
product that it assesses; a Digital Traceability Event becomes events; a Digital Product Passport becomes a batch. What their vocabulary has
no word for (period, model of the chain, content) stands under ``orepact:`` names, which others may ignore. Contexts are known by their
addresses only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orepact.custody.batch_file import read_row
from orepact.custody.documents_schema import check_shape
from orepact.custody.epcis import event_of, event_record
from orepact.custody.records import Batch, CoCEvent, Credential, days_of
from orepact.custody.schemes import CRITERIA, schemes
from orepact.custody.signing import issuer_of
from orepact.errors import BadInput, Problem
from orepact.policy.record import shown

VC = "https://www.w3.org/ns/credentials/v2"
OWN = {"orepact": "urn:orepact:custody:"}
CONTEXT = "https://test.uncefact.org/vocabulary/untp/{kind}/0.6.0/"
EDITION = re.compile(
    r"https://(?:test|vocabulary)\.uncefact\.org/(?:vocabulary/)?untp/(?:dcc|dte|dpp)/0\.[56]\.\d{1,3}/?"
)
KINDS = {
    "DigitalConformityCredential": "dcc",
    "DigitalTraceabilityEvent": "dte",
    "DigitalProductPassport": "dpp",
}
ATTESTATIONS = {
    "certificate": "certification",
    "guarantee of origin": "declaration",
    "mass balance attestation": "verification",
}
CRITERION = "urn:orepact:criterion:"
SCHEME = "urn:orepact:scheme:"
HOSTS = {
    "coppermark.org": "copper_mark", "responsiblemining.net": "irma", "mining.ca": "tsm", "miningstandardinitiative.org": "cmsi",
    "responsiblemineralsinitiative.org": "rmap",
}  # fmt: skip
"""Addresses of schemes' keepers."""

TOPICS = {
    "environment": "environment", "social.community": "community", "social.rights": "human_rights", "social.labour": "human_rights",
    "governance.transparency": "public_disclosure",
}  # fmt: skip
"""Topics of the protocol, by their beginnings, with the criterion that stands for them here."""


@dataclass(frozen=True)
class Read:
    """What a document holds. failed: criteria that it says are not met, by credential."""

    credentials: tuple[Credential, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    events: tuple[CoCEvent, ...] = ()
    batches: tuple[Batch, ...] = ()


def read_document(document: Mapping[str, Any], place: str) -> Read:
    """What a document of the protocol says; BadInput with everything that keeps it from being one."""
    kind = kind_of(document, place)
    check_shape(document, KINDS[kind], place)
    _known_edition(document["@context"], KINDS[kind], place)
    if kind == "DigitalConformityCredential":
        return _conformity(document, place)
    if kind == "DigitalTraceabilityEvent":
        subjects = document["credentialSubject"]
        return Read(
            events=tuple(event_of(each, f"{place}, credentialSubject, {at}") for at, each in enumerate(subjects, 1))
        )
    return Read(batches=(_passport(document["credentialSubject"], f"{place}, credentialSubject"),))


def kind_of(document: Mapping[str, Any], place: str) -> str:
    """Which of the three it is."""
    types = document.get("type")
    found = [each for each in KINDS if isinstance(types, list) and each in types]
    if len(found) != 1:
        todo = f"give one of {', '.join(KINDS)}"
        raise BadInput(Problem(f"{place}, type", "this kind of document is not read", shown(types), todo))
    return found[0]


def _known_edition(contexts: list[Any], kind: str, place: str) -> None:
    """Refuse editions whose words may mean something else; contexts are known by their addresses, and none is loaded."""
    editions = [each for each in contexts if isinstance(each, str) and EDITION.fullmatch(each)]
    if contexts[0] != VC or not any(f"/{kind}/" in each for each in editions):
        todo = f"give {VC}, then the context of {kind} in edition 0.5 or 0.6"
        raise BadInput(Problem(f"{place}, @context", "this edition of the protocol is not read", shown(contexts), todo))


def envelope(kind: str, name: str, issuer: str, subject: Any) -> dict[str, Any]:
    """The outside of a document."""
    return {
        "@context": [VC, CONTEXT.format(kind=KINDS[kind]), OWN],
        "type": [kind, "VerifiableCredential"],
        "id": name,
        "issuer": {"type": ["CredentialIssuer"], "id": issuer, "name": issuer},
        "credentialSubject": subject,
    }


def conformity_record(credential: Credential, failed: tuple[str, ...] = ()) -> dict[str, Any]:
    """A credential as a Digital Conformity Credential."""
    facility = {"type": ["Facility"], "id": credential.subject, "name": credential.subject}
    scheme = {"type": ["ConformityAssessmentScheme"], "id": SCHEME + credential.scheme, "name": credential.scheme}
    named = [*((each, True) for each in credential.criteria), *((each, False) for each in failed)] or [("", True)]
    assessments = [
        {
            "type": ["ConformityAssessment", "Declaration"],
            "id": f"{credential.id}#{at}",
            "assessmentCriteria": [{"type": ["Criterion"], "id": CRITERION + each, "name": each}] if each else [],
            "conformance": met,
            "assessedFacility": [facility],
        }
        for at, (each, met) in enumerate(named, start=1)
    ]
    subject: dict[str, Any] = {
        "type": ["ConformityAttestation", "Attestation"],
        "id": credential.id,
        "name": f"{credential.kind}: {credential.scheme}",
        "attestationType": ATTESTATIONS[credential.kind],
        "scope": scheme,
        "assessment": assessments,
    }
    if credential.root:
        subject["auditableEvidence"] = {
            "linkURL": f"urn:sha256:{credential.root}",
            "hashDigest": credential.root,
            "hashMethod": "SHA-256",
        }
    if credential.evidence:
        subject["conformityCertificate"] = {"linkURL": credential.evidence, "linkName": "evidence"}
    given = credential.model_dump(mode="json", exclude_none=True)
    subject |= {f"orepact:{name}": given[name] for name in ("minerals", "content_kg", "period") if given.get(name)}
    found = envelope("DigitalConformityCredential", credential.id, credential.issuer, subject)
    return found | {
        "validFrom": f"{credential.valid_from}T00:00:00Z",
        "validUntil": f"{credential.valid_until}T23:59:59Z",
    }


def _conformity(document: Mapping[str, Any], place: str) -> Read:
    subject = document["credentialSubject"]
    kinds = {word: kind for kind, word in ATTESTATIONS.items()}
    common: dict[str, Any] = {
        "kind": kinds.get(subject.get("attestationType"), "certificate"),
        "issuer": issuer_of(document, place),
        "scheme": scheme_of(subject.get("scope") or {}),
        "valid_from": _day(document["validFrom"]),
        "valid_until": _day(document["validUntil"]),
        "root": (subject.get("auditableEvidence") or {}).get("hashDigest"),
        "evidence": (subject.get("conformityCertificate") or {}).get("linkURL"),
        "content_kg": subject.get("orepact:content_kg"),
        "period": subject.get("orepact:period"),
        "minerals": subject.get("orepact:minerals", []),
    }
    found, failed = [], []
    about = _by_subject(subject["assessment"])
    problems: list[Problem] = []
    for at, (name, (met, unmet)) in enumerate(about.items(), start=1):
        number = str(document["id"]) if len(about) == 1 else f"{document['id']}#{at}"
        row = {key: value for key, value in common.items() if value is not None}
        row |= {"id": number, "subject": name, "criteria": met}
        credential = read_row(Credential, row, place, problems)
        if credential is not None:
            found.append(credential)
            failed += [(number, each) for each in unmet]
    if problems:
        raise BadInput(problems)
    return Read(credentials=tuple(found), failed=tuple(failed))


def _by_subject(assessments: list[Mapping[str, Any]]) -> dict[str, tuple[list[str], list[str]]]:
    """Criteria that are met, and that are not, of every site and product that is assessed."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for each in assessments:
        subjects = [*(each.get("assessedFacility") or []), *(each.get("assessedProduct") or [])]
        for subject in subjects:
            met, unmet = found.setdefault(str(subject["id"]), ([], []))
            (met if each.get("conformance") else unmet).extend(
                name for name in _criteria(each) if name not in met + unmet
            )
    return found


def _criteria(assessment: Mapping[str, Any]) -> Iterator[str]:
    """The criteria of an assessment, by their own ids, else by its topic; none where neither is known here."""
    named = [str(each.get("id", "")) for each in assessment.get("assessmentCriteria") or []]
    own = [each.removeprefix(CRITERION) for each in named if each.removeprefix(CRITERION) in CRITERIA]
    topic = str(assessment.get("conformityTopic", ""))
    yield from own or [criterion for beginning, criterion in TOPICS.items() if topic.startswith(beginning)][:1]


def scheme_of(scope: Mapping[str, Any]) -> str:
    """The id of a scheme, from its address or name; the name itself where it is not on the map."""
    address, name = str(scope.get("id", "")), str(scope.get("name", "")).strip()
    slug = address.removeprefix(SCHEME)
    if slug in schemes():
        return slug
    host = address.split("/")[2] if address.count("/") > 1 else ""
    for end, known in HOSTS.items():
        if host == end or host.endswith("." + end):
            return known
    titles = {each.name.casefold(): each.id for each in schemes().values()}
    return titles.get(name.casefold(), name or address or "unknown")


def _day(moment: str) -> str:
    return date.fromisoformat(str(moment)[:10]).isoformat()


def passport_record(batch: Batch, issuer: str, name: str = "") -> dict[str, Any]:
    """A batch as a Digital Product Passport."""
    given = batch.model_dump(mode="json", exclude_none=True)
    subject: dict[str, Any] = {
        "type": ["Product"],
        "id": batch.id,
        "name": batch.form,
        "batchNumber": batch.id,
        "granularityLevel": "batch",
        "producedAtFacility": {"type": ["Identifier"], "id": batch.site, "name": batch.site},
    }
    if batch.mass_kg is not None:
        subject["dimensions"] = {"weight": {"value": float(batch.mass_kg), "unit": "KGM"}}
    if batch.mined_in is not None:
        subject["materialsProvenance"] = [
            {"name": batch.mineral, "originCountry": each.country, "massFraction": float(each.share)}
            for each in batch.mined_in
        ]
    words = ("mineral", "stage", "period", "owner", "content_kg", "value_usd", "content_value_usd", "refined_in")
    subject |= {f"orepact:{word}": given[word] for word in words if given.get(word) is not None}
    return envelope("DigitalProductPassport", name or f"{batch.id}-passport", issuer, subject) | {
        "validFrom": f"{days_of(batch.period)[0]}T00:00:00Z"
    }


def _passport(subject: Mapping[str, Any], place: str) -> Batch:
    from orepact import facts

    words = ("mineral", "stage", "period", "owner", "content_kg", "value_usd", "content_value_usd", "refined_in")
    row: dict[str, Any] = {word: subject[f"orepact:{word}"] for word in words if f"orepact:{word}" in subject}
    row |= {"id": subject["id"], "form": subject["name"], "site": subject["producedAtFacility"]["id"]}
    weight = (subject.get("dimensions") or {}).get("weight")
    if weight is not None:
        row["mass_kg"] = kilograms(weight.get("value"), weight.get("unit"), f"{place}, dimensions, weight")
    if subject.get("materialsProvenance") is not None:
        row["mined_in"] = [
            {"country": facts.resolve_country(str(each["originCountry"])), "share": each["massFraction"]}
            for each in subject["materialsProvenance"]
        ]
    if "period" not in row and "productionDate" in subject:
        row["period"] = str(subject["productionDate"])[:7]
    row.setdefault("mineral", subject["name"])
    problems: list[Problem] = []
    found: Batch | None = read_row(Batch, row, place, problems)
    if found is None:
        raise BadInput(problems)
    return found


def kilograms(value: Any, unit: Any, place: str) -> Any:
    """A mass in kg from kilograms (KGM) or tonnes (TNE); BadInput for another unit."""
    from orepact.custody.amounts import decimal_of

    factors = {"KGM": 1, "TNE": 1000}
    if unit not in factors:
        raise BadInput(Problem(place, "this unit of mass is not read", shown(unit), "give KGM (kg) or TNE (tonnes)"))
    try:
        return decimal_of(value) * factors[str(unit)]
    except ValueError as error:
        raise BadInput(Problem(place, "it is no mass", shown(value), f"give {error}")) from None


def traceability_record(events: tuple[CoCEvent, ...], issuer: str, name: str) -> dict[str, Any]:
    """Events as one Digital Traceability Event document."""
    subjects = [event_record(each, untp=True) for each in events]
    first = min(each.on or days_of(each.period)[0] for each in events)
    return envelope("DigitalTraceabilityEvent", name, issuer, subjects) | {"validFrom": f"{first}T00:00:00Z"}
