"""The verdict: each test by itself, three outcomes, every missing document named."""

from __future__ import annotations

import copy
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from chains import made
from joserfc.jwk import OKPKey

from orepact.custody.batch_file import read_batch_file
from orepact.custody.eligible import eligible
from orepact.custody.example import DAY, example
from orepact.custody.keys import did_of, keys_of
from orepact.custody.records import Credential
from orepact.custody.schemes import CRITERIA, covering, schemes
from orepact.custody.signing import sign_jwt
from orepact.custody.untp import conformity_record
from orepact.custody.verdict import Verdict
from orepact.custody.zone_rules import default_rules, rules_of
from orepact.errors import BadInput, UnknownName

ON = date(2026, 11, 1)
KEY = OKPKey.generate_key("Ed25519")
DID = did_of(KEY)
KEYS = keys_of(
    {"format": "orepact-keys-1", "issuers": [{"id": DID, "name": "Body", "schemes": ["*"],
     "kinds": ["certificate", "guarantee of origin", "mass balance attestation"]}]}, "keys",
)  # fmt: skip


def paper(subject: str, scheme: str, failed: tuple[str, ...] = (), **fields: Any) -> str:
    row: dict[str, Any] = {"id": f"{scheme}-{subject}", "issuer": DID, "subject": subject, "scheme": scheme,
                           "valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}  # fmt: skip
    return sign_jwt(conformity_record(Credential.model_validate(row | fields), failed), KEY, DID)


PAPERS = [
    paper("pit", "copper_mark"), paper("pit", "tsm"), paper("hole", "copper_mark"), paper("hole", "tsm"), paper("plant", "copper_mark"),
]  # fmt: skip


def judged(zone: str = "MSP", rules: dict[str, Any] | None = None, **changed: Any) -> Verdict:
    given = made(**({"signed": PAPERS} | changed))
    own = None if rules is None else rules_of(rules, "rules")
    return eligible(read_batch_file(given), on=ON, zone=zone, keys=KEYS, rules=own)


def state(verdict: Verdict, name: str) -> str:
    return next(each.state for each in verdict.tests if each.name == name)


def test_a_whole_chain_qualifies() -> None:
    found = judged()
    assert found.outcome == "qualifies"
    assert found.qualifying == 900
    assert found.missing == ()
    assert found.headline() == "Batch oxide (oxide) qualifies for the zone MSP."


def test_metal_refined_outside_fails_on_origin_whoever_mined_it() -> None:
    found = judged(zone="AUS,BRA")
    assert (found.outcome, state(found, "origin")) == ("does not qualify", "no")
    assert "it fails on origin" in found.headline()


def test_ore_is_judged_by_where_it_was_mined() -> None:
    found = eligible(read_batch_file(made(signed=PAPERS)), on=ON, zone="AUS", keys=KEYS, batch="ore1")
    assert state(found, "origin") == "yes"
    assert "was mined in the zone" in found.tests[0].sentence


def test_an_excluded_owner_of_a_quarter_fails_and_just_less_does_not() -> None:
    for share, expected in ((0.25, "no"), (0.2499, "yes")):
        parties = [
            {"id": "firm", "name": "Firm", "country": "AUS", "owners": [
                {"owner": "bad", "share": share}, {"owner": "good", "share": 1 - share},
            ]},
            {"id": "bad", "name": "Bad", "country": "CHN", "owners": []}, {"id": "good", "name": "Good", "country": "AUS", "owners": []},
        ]  # fmt: skip
        assert state(judged(parties=parties), "ownership") == expected


def test_owners_that_are_not_told_cannot_be_told_and_the_extract_is_named() -> None:
    found = judged(parties=[{"id": "firm", "name": "Firm", "country": "AUS"}])
    assert found.outcome == "cannot tell"
    assert any(
        "an extract of the register of owners" in each.sentence() and "party firm" in each.sentence()
        for each in found.missing
    )


@pytest.mark.parametrize(
    "left_out", range(5), ids=["pit mark", "pit tailings", "hole mark", "hole tailings", "plant mark"]
)
def test_each_missing_credential_is_named_with_scheme_site_and_period(left_out: int) -> None:
    found = judged(signed=[each for at, each in enumerate(PAPERS) if at != left_out])
    assert found.outcome == "cannot tell"
    site, period = (
        ("pit", "2026-Q1"),
        ("pit", "2026-Q1"),
        ("hole", "2026-Q1"),
        ("hole", "2026-Q1"),
        ("plant", "2026-Q2"),
    )[left_out]
    wanted = "Towards Sustainable Mining" if left_out in {1, 3} else "Copper Mark"
    said = [each.sentence() for each in found.missing]
    assert any(f"for site {site}, covering {period}" in each and wanted in each for each in said), said
    assert all(f"site {site}" in each for each in said), said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"valid_until": date(2026, 6, 29)}, "ends on 2026-06-29, before the period does"),
        ({"valid_from": date(2026, 4, 2)}, "begins on 2026-04-02, after the period does"),
        ({"minerals": ("copper",)}, "covers copper only"),
    ],
)
def test_a_credential_that_does_not_cover_the_period_or_mineral_does_not_count(
    fields: dict[str, Any], said: str
) -> None:
    found = judged(signed=[*PAPERS[:-1], paper("plant", "copper_mark", **fields)])
    assert found.outcome == "cannot tell"
    assert said in found.missing[0].sentence()


def test_what_an_issuer_says_is_not_met_fails() -> None:
    found = judged(signed=[paper("pit", "copper_mark", failed=("human_rights",)), *PAPERS[1:]])
    assert (found.outcome, state(found, "standards")) == ("does not qualify", "no")
    assert "says that human rights is not met at pit" in found.headline() + found.tests[2].sentence


def test_without_keys_no_signature_counts() -> None:
    found = eligible(read_batch_file(made(signed=PAPERS)), on=ON)
    assert found.outcome == "cannot tell"
    assert len(found.vouched.refused) == 5
    assert "nobody knows its issuer" in str(found.vouched.refused[0])


def test_book_and_claim_is_not_let_through() -> None:
    found = judged(events=[made()["events"][0] | {"model": "book and claim"}])
    assert "kept by book and claim" in found.tests[2].sentence
    assert found.outcome == "does not qualify"


def test_under_mass_balance_only_what_is_claimed_and_vouched_for_qualifies() -> None:
    # The hole has no credential; 600 of 1000 kg come from the pit, at a yield of 0.9: 540 of 900 kg qualify.
    signed = [each for at, each in enumerate(PAPERS) if at not in {2, 3}]
    claims = [{"id": "in", "batch": "ore1", "content_kg": 600}, {"id": "out", "batch": "oxide", "content_kg": 540}]
    found = judged(signed=signed, claims=claims)
    assert found.outcome == "qualifies"
    assert found.qualifying == 540
    assert found.headline().startswith("540 kg of the 900 kg in batch oxide")
    assert judged(signed=signed).outcome == "cannot tell"
    with pytest.raises(BadInput, match="more is claimed to qualify"):
        judged(signed=signed, claims=[claims[0], claims[1] | {"content_kg": 541}])


def test_a_guarantee_of_origin_must_be_signed() -> None:
    fields = {"id": "goo", "kind": "guarantee of origin", "content_kg": 400}
    claims = [
        {"id": "in", "batch": "ore1", "content_kg": 600}, {"id": "out", "batch": "oxide", "content_kg": 900, "guarantees": ["goo"]},
    ]  # fmt: skip
    signed = [each for at, each in enumerate(PAPERS) if at not in {2, 3}]
    found = judged(signed=[*signed, paper("hole", "irma", **fields)], claims=claims)
    assert (found.outcome, found.qualifying) == ("qualifies", 900)
    plain = {
        **fields,
        "subject": "hole",
        "issuer": DID,
        "scheme": "irma",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
    }
    found = judged(signed=signed, credentials=[plain], claims=claims)
    assert found.outcome == "cannot tell"
    assert "a signed guarantee of origin" in found.missing[0].sentence()


def test_undisclosed_amounts_need_an_attestation() -> None:
    batches = [each | ({"content_kg": None} if each["id"] != "oxide" else {}) for each in made()["batches"]]
    same = [each | {"site": "pit"} if each["stage"] == "mine" else each for each in batches]
    asked = [each for each in judged(batches=same).missing if "mass balance attestation" in each.document]
    assert {(each.about, each.period) for each in asked} >= {("event melt at site plant", "2026-Q2")}
    attested = [
        paper("plant", "mass balance", id="a1", kind="mass balance attestation", period="2026-Q2"),
        paper("pit", "mass balance", id="a2", kind="mass balance attestation", period="2026-Q1"),
    ]
    assert judged(batches=same, signed=[*PAPERS, *attested]).outcome == "qualifies"


def test_rules_can_be_replaced_and_say_their_faults() -> None:
    own = default_rules().model_dump(mode="json")
    own["ownership"]["most"] = "0.1"
    assert judged(rules=own).rules.ownership.most == Fraction(1, 10)
    for part, change, said in (
        ("esg", {"criteria": ["human_right"]}, "did you mean human_rights"),
        ("origin", {"leest": 1}, "there is no field of that name"),
    ):
        with pytest.raises(BadInput, match=said):
            rules_of(own | {part: own[part] | change}, "rules")


@pytest.mark.parametrize(("most", "expected"), [("0.4", "yes"), ("0.39", "no")])
def test_a_limit_on_one_country_outside_the_zone_is_told_and_decides_where_the_rules_say_so(
    most: str, expected: str
) -> None:
    own = default_rules().model_dump(mode="json")
    assert own["origin"]["single_country"]["most"] == "0.65"
    assert "Brazil makes 40\u2009%, which keeps it; this is told, and decides nothing." in judged().tests[0].sentence
    own["origin"]["single_country"] = {"most": most, "of": "mined", "decides": True}
    assert state(judged(rules=own), "origin") == expected


def test_what_is_unknown_may_all_be_one_countrys() -> None:
    own = default_rules().model_dump(mode="json")
    own["origin"]["single_country"] = {"most": "0.65", "of": "mined", "decides": True}
    batches = [each | ({"mined_in": []} if each["id"] == "ore1" else {}) for each in made()["batches"]]
    found = judged(rules=own, batches=batches)
    assert state(found, "origin") == "cannot tell"
    assert "Brazil makes 40\u2009% to 100\u2009%" in found.tests[0].sentence


def test_a_zone_that_is_none_is_said() -> None:
    with pytest.raises(UnknownName, match="there is no country or region of that name"):
        judged(zone="Narnia")


def test_a_tenth_of_a_per_cent_of_excluded_metal_fails() -> None:
    batches = [
        {"id": "clean", "mineral": "rare earths", "form": "f", "stage": "refined", "period": "2026-Q1", "site": "plant", "content_kg": 999},
        {"id": "other", "mineral": "rare earths", "form": "f", "stage": "refined", "period": "2026-Q1", "site": "plant", "content_kg": 1,
         "refined_in": [{"country": "CHN", "share": 1}]},
        {"id": "mix", "mineral": "rare earths", "form": "f", "stage": "refined", "period": "2026-Q2", "site": "plant", "content_kg": 1000},
    ]  # fmt: skip
    mix = {"id": "mix-it", "kind": "blended", "period": "2026-Q2", "site": "plant", "model": "segregated",
           "inputs": [{"batch": "clean"}, {"batch": "other"}], "outputs": ["mix"]}  # fmt: skip
    own = default_rules().model_dump(mode="json")
    own["origin"]["least_share_refined_in_zone"] = "0.9"
    assert state(judged(batches=batches, events=[mix], subject="mix", rules=own), "origin") == "no"
    batches[1]["content_kg"] = 0.999
    batches[2]["content_kg"] = 999.999
    assert state(judged(batches=batches, events=[mix], subject="mix", rules=own), "origin") == "yes"


def test_the_demonstration_lacks_one_document_or_none() -> None:
    files = example().files
    keys = keys_of(files["keys.json"], "keys")
    lacking = eligible(read_batch_file(files["batch.json"]), on=DAY, keys=keys)
    assert lacking.outcome == "cannot tell"
    assert len(lacking.missing) == 1
    assert "on tailings" in lacking.missing[0].sentence()
    assert "red-creek" in lacking.missing[0].sentence()
    assert eligible(read_batch_file(files["batch-complete.json"]), on=DAY, keys=keys).outcome == "qualifies"
    assert files["batch.json"]["demonstration"] is True


def test_the_map_has_every_scheme_against_every_criterion_and_none_is_said_to_be_recognised() -> None:
    assert set(schemes()) == {"oecd", "irma", "cmsi", "tsm", "copper_mark", "rmap"}
    for each in schemes().values():
        assert set(each.cells) == set(CRITERIA)
        assert each.recognition.startswith("unknown")
    assert [each.id for each in covering("tailings", "mine", partly=True)] == ["tsm"]
    assert all(
        cell.grade == "E"
        for each in schemes().values()
        for cell in each.cells.values()
        if cell.coverage == "cannot tell"
    )


def test_a_share_just_over_a_limit_is_over_it_also_where_both_look_the_same() -> None:
    own = default_rules().model_dump(mode="json")
    own["origin"]["single_country"] = {"most": "0.399999", "of": "mined", "decides": True}
    assert (
        "at most 40\u2009% should be mined: Brazil makes 40\u2009%, which is over it."
        in judged(rules=own).tests[0].sentence
    )


@pytest.mark.parametrize(
    ("part", "at", "field", "value", "said"),
    [
        ("batches", -1, "content_kg", "0", "it holds nothing to judge"),
        ("events", 0, "on", "2031-01-01", "its day lies outside the period"),
        ("events", 0, "period", "2031-Q1", "has not happened"),
        ("batches", -1, "period", "2020-Q1", "is made of what comes later"),
        ("batches", -1, "period", "2031-Q1", "is not there"),
    ],
)
def test_what_holds_nothing_or_lies_outside_its_time_is_refused(
    part: str, at: int, field: str, value: str, said: str
) -> None:
    given = copy.deepcopy(made(signed=PAPERS))
    row = next((each for each in given[part] if each["id"] == given["subject"]), given[part][at])
    row[field] = value
    with pytest.raises(BadInput, match=said):
        eligible(read_batch_file(given), on=ON, keys=KEYS)
