"""Documents of others: what is written is read back as the same, and what is malformed is refused by its place."""

from __future__ import annotations

import copy
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from chains import made
from hypothesis import given, settings
from hypothesis import strategies as st

from orepact.custody.batch_file import read_batch_file
from orepact.custody.epcis import document_record, event_of, event_record, read_epcis
from orepact.custody.records import Batch, CoCEvent, Credential
from orepact.custody.schemes import CRITERIA, schemes
from orepact.custody.untp import conformity_record, passport_record, read_document, traceability_record
from orepact.errors import BadInput

ids = st.text("abcdefghijklmnopqrstuvwxyz0123456789:/-._", min_size=1, max_size=30)
amounts = st.integers(0, 10**12).map(lambda grams: Decimal(grams) / 1000)
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
periods = st.one_of(
    st.integers(2000, 2090).map(str),
    st.tuples(st.integers(2000, 2090), st.integers(1, 4)).map(lambda each: f"{each[0]}-Q{each[1]}"),
    st.tuples(st.integers(2000, 2090), st.integers(1, 12)).map(lambda each: f"{each[0]}-{each[1]:02d}"),
)
shares = st.integers(0, 10_000).map(lambda each: Decimal(each) / 10_000)
stages = st.sampled_from(["mine", "intermediate", "refined", "component", "scrap"])


@st.composite
def credentials(draw: st.DrawFn) -> Credential:
    kind = draw(st.sampled_from(["certificate", "guarantee of origin", "mass balance attestation"]))
    first = draw(days)
    return Credential(
        id=draw(ids), kind=kind, issuer=draw(ids), subject=draw(ids), scheme=draw(st.sampled_from(sorted(schemes()))),
        minerals=tuple(draw(st.lists(st.sampled_from(["copper", "cobalt"]), unique=True, max_size=2))),
        criteria=tuple(draw(st.lists(st.sampled_from(sorted(CRITERIA)), unique=True, max_size=4))),
        valid_from=first, valid_until=first + timedelta(draw(st.integers(0, 4000))),
        content_kg=draw(amounts) if kind == "guarantee of origin" else None,
        period=draw(periods) if kind == "mass balance attestation" else None,
        root=draw(st.none() | st.text("0123456789abcdef", min_size=64, max_size=64)), evidence=draw(st.none() | ids),
    )  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> CoCEvent:
    kind = draw(st.sampled_from(["received", "transformed", "blended", "split", "shipped", "sold"]))
    many = st.lists(ids, min_size=1, max_size=4, unique=True)
    inputs = [] if kind == "received" else draw(many)
    if kind == "split":
        inputs = inputs[:1]
    return CoCEvent.model_validate(
        {
            "id": draw(ids), "kind": kind, "on": draw(st.none() | days), "period": draw(periods), "site": draw(ids),
            "model": draw(st.sampled_from(["identity preserved", "segregated", "mass balance", "book and claim"])),
            "inputs": [{"batch": each, "content_kg": draw(st.none() | amounts)} for each in inputs],
            "outputs": [] if kind in {"shipped", "sold"} else draw(many),
            "processing_yield": draw(st.none() | shares), "to_site": draw(st.none() | ids), "to_party": draw(st.none() | ids),
        }
    )  # fmt: skip


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    mass = draw(st.none() | amounts)
    content = draw(st.none() | amounts.filter(lambda each: mass is None or each <= mass))
    mined = draw(st.none() | st.just([("AUS", Decimal("0.25")), ("BRA", Decimal("0.5"))]))
    return Batch.model_validate(
        {
            "id": draw(ids), "mineral": draw(st.sampled_from(["copper", "rare earths"])), "form": draw(ids), "stage": draw(stages),
            "period": draw(periods), "site": draw(ids), "owner": draw(st.none() | ids), "mass_kg": mass, "content_kg": content,
            "mined_in": None if mined is None else [{"country": country, "share": share} for country, share in mined],
        }
    )  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(credentials())
def test_a_credential_comes_back_from_a_conformity_credential(credential: Credential) -> None:
    assert read_document(conformity_record(credential), "doc").credentials == (credential,)


@settings(max_examples=120, deadline=None)
@given(st.lists(events(), min_size=1, max_size=4, unique_by=lambda each: each.id))
def test_events_come_back_from_epcis_and_from_a_traceability_event(found: list[CoCEvent]) -> None:
    assert read_epcis(document_record(tuple(found), "2026-11-01T00:00:00Z"), "doc") == tuple(found)
    assert read_document(traceability_record(tuple(found), "did:web:x", "doc"), "doc").events == tuple(found)


@settings(max_examples=120, deadline=None)
@given(batches())
def test_a_batch_comes_back_from_a_product_passport(batch: Batch) -> None:
    assert read_document(passport_record(batch, "did:web:x"), "doc").batches == (batch,)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(events(), max_size=3, unique_by=lambda each: each.id),
    st.lists(credentials(), max_size=3, unique_by=lambda each: each.id),
)
def test_a_file_is_read_again_as_the_same(some: list[CoCEvent], papers: list[Credential]) -> None:
    rows = made(events=[], credentials=[])
    file = read_batch_file(rows)
    from dataclasses import replace

    whole = replace(file, events=tuple(some), credentials=tuple(papers))
    assert read_batch_file(whole.as_record()) == whole


def test_one_document_on_two_sites_gives_a_credential_for_each_and_keeps_what_is_not_met() -> None:
    first = Credential(id="c", issuer="did:web:x", subject="pit", scheme="irma", criteria=("environment",), valid_from=date(2026, 1, 1),
                       valid_until=date(2026, 12, 31))  # fmt: skip
    document = conformity_record(first, failed=("community",))
    document["credentialSubject"]["assessment"][0]["assessedFacility"].append({"id": "hole", "name": "Hole"})
    found = read_document(document, "doc")
    assert [(each.id, each.subject, each.criteria) for each in found.credentials] == [
        ("c#1", "pit", ("environment",)), ("c#2", "hole", ("environment",)),
    ]  # fmt: skip
    assert found.failed == (("c#1", "community"),)


def test_a_foreign_credential_is_read_by_the_address_of_its_scheme_and_its_topics() -> None:
    document = conformity_record(
        Credential(
            id="c",
            issuer="did:web:x",
            subject="pit",
            scheme="irma",
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 12, 31),
        )
    )
    subject = document["credentialSubject"]
    subject["scope"] = {"id": "https://www.coppermark.org/criteria.pdf", "name": "Criteria guide"}
    subject["assessment"] = [
        {
            "conformance": True,
            "conformityTopic": "environment.water",
            "assessedFacility": [{"id": "pit", "name": "Pit"}],
        },
        {
            "conformance": True,
            "conformityTopic": "social.community",
            "assessedFacility": [{"id": "pit", "name": "Pit"}],
        },
        {
            "conformance": True,
            "conformityTopic": "governance.ethics",
            "assessedFacility": [{"id": "pit", "name": "Pit"}],
        },
    ]
    (found,) = read_document(document, "doc").credentials
    assert found.scheme == "copper_mark"
    assert found.criteria == ("environment", "community")


TRANSFORMATION: dict[str, Any] = {
    "type": "TransformationEvent", "eventTime": "2026-05-12T10:00:00Z", "eventTimeZoneOffset": "+00:00", "eventID": "e1",
    "bizLocation": {"id": "plant"}, "inputQuantityList": [{"epcClass": "ore1"}], "outputQuantityList": [{"epcClass": "oxide"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "kind", "inputs", "outputs"),
    [
        ({}, "transformed", ["ore1"], ["oxide"]),
        ({"type": "ObjectEvent", "action": "ADD", "quantityList": [{"epcClass": "ore1"}]}, "received", [], ["ore1"]),
        ({"type": "ObjectEvent", "action": "OBSERVE", "epcList": ["ore1"]}, "shipped", ["ore1"], []),
        (
            {"type": "AggregationEvent", "action": "ADD", "parentID": "pallet", "childEPCs": ["a", "b"]},
            "blended",
            ["a", "b"],
            ["pallet"],
        ),
        (
            {"type": "AggregationEvent", "action": "DELETE", "parentID": "pallet", "childEPCs": ["a", "b"]},
            "split",
            ["pallet"],
            ["a", "b"],
        ),
        (
            {"type": "AssociationEvent", "action": "ADD", "parentID": "motor", "childEPCs": ["magnet"]},
            "transformed",
            ["magnet"],
            ["motor"],
        ),
        ({"type": "TransactionEvent", "action": "ADD", "quantityList": [{"epcClass": "ore1"}]}, "sold", ["ore1"], []),
    ],
)
def test_all_five_kinds_of_events_are_read(
    changed: dict[str, Any], kind: str, inputs: list[str], outputs: list[str]
) -> None:
    found = event_of(TRANSFORMATION | changed, "doc")
    assert (found.kind, [each.batch for each in found.inputs], list(found.outputs)) == (kind, inputs, outputs)
    assert (found.period, found.site, found.on) == ("2026-Q2", "plant", date(2026, 5, 12))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"eventTime": "yesterday"}, "(doc, eventTime) it is not written as the standard has it"),
        ({"bizLocation": None}, "(doc, bizLocation)"),
        ({"type": "QuantityEvent"}, "this kind of event is not read"),
        ({"inputQuantityList": [{"epcClass": "ore1", "quantity": 5, "uom": "KGM"}]}, "the amount is of the goods"),
        (
            {"inputQuantityList": [{"epcClass": "ore1", "quantity": 5, "uom": "LBR"}], "orepact:basis": "content"},
            "give KGM or TNE",
        ),
        ({"inputQuantityList": [{"epcClass": "ore1", "quantity": -5}]}, "inputQuantityList"),
        ({"inputQuantityList": [{"quantity": 5}]}, "it names no goods"),
        ({"outputQuantityList": []}, "inputs and outputs"),
    ],
)
def test_a_malformed_event_is_refused_by_its_place(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        event_of(TRANSFORMATION | changed, "doc")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "contexts",
    [
        ["https://www.w3.org/ns/credentials/v2", "https://vocabulary.uncefact.org/untp/0.7.0/context/"],
        ["https://www.w3.org/2018/credentials/v1", "https://test.uncefact.org/vocabulary/untp/dcc/0.6.0/"],
        ["https://www.w3.org/ns/credentials/v2", "https://test.uncefact.org/vocabulary/untp/dpp/0.6.0/"],
        ["https://www.w3.org/ns/credentials/v2", "https://evil.example/untp/dcc/0.6.0/"],
    ],
)
def test_another_edition_is_refused_by_its_address(contexts: list[str]) -> None:
    document = conformity_record(
        Credential(
            id="c",
            issuer="did:web:x",
            subject="p",
            scheme="irma",
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 2, 1),
        )
    )
    with pytest.raises(BadInput, match="this edition of the protocol is not read"):
        read_document(document | {"@context": contexts}, "doc")


def test_tonnes_are_a_thousand_kilograms() -> None:
    given_event = TRANSFORMATION | {
        "orepact:basis": "content",
        "inputQuantityList": [{"epcClass": "ore1", "quantity": 1.5, "uom": "TNE"}],
    }
    assert event_of(given_event, "doc").inputs[0].content_kg == 1500


def without(document: dict[str, Any], *way: Any) -> dict[str, Any]:
    found = copy.deepcopy(document)
    inside: Any = found
    for each in way[:-1]:
        inside = inside[each]
    del inside[way[-1]]
    return found


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (("validUntil",), "validUntil is needed"),
        (("issuer",), "issuer is needed"),
        (("credentialSubject", "assessment"), "(doc, credentialSubject) assessment is needed"),
        (
            ("credentialSubject", "assessment", 0, "conformance"),
            "(doc, credentialSubject, assessment, 1) conformance is needed",
        ),
        (("type",), "this kind of document is not read"),
    ],
)
def test_a_malformed_credential_is_refused_by_its_place(way: tuple[Any, ...], said: str) -> None:
    document = conformity_record(
        Credential(
            id="c",
            issuer="did:web:x",
            subject="p",
            scheme="irma",
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 2, 1),
        )
    )
    with pytest.raises(BadInput) as caught:
        read_document(without(document, *way), "doc")
    assert said in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers(-5, 10**14) | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                        ["type", "eventTime", "bizLocation", "id", "inputQuantityList", "epcBody", "credentialSubject", "batches", "sites",
                         "events", "format", "epcisBody", "eventList", "schemaVersion"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_no_document_breaks_a_reader(given_document: Any) -> None:
    for read in (read_epcis, read_batch_file, event_of):
        with suppress(BadInput):
            read(given_document, "doc")  # type: ignore[operator]


def test_an_event_of_the_protocol_names_its_goods_in_its_own_words() -> None:
    event = read_batch_file(made()).events[0]
    written = event_record(event, untp=True)
    assert written["type"] == ["TransformationEvent", "Event"]
    assert written["inputQuantityList"][0] == {"productId": "ore1"}
