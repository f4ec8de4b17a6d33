"""A duty lets through free what qualifies, to the tonne, and no more."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from chains import made
from joserfc.jwk import OKPKey

from orepact.cases.price_chain import PriceAnswer, price
from orepact.custody.batch_file import read_batch_file
from orepact.custody.exempt import free_of_duty, qualifying_share, verdicts
from orepact.custody.keys import did_of, keys_of
from orepact.custody.records import Credential
from orepact.custody.signing import sign_jwt
from orepact.custody.untp import conformity_record
from orepact.errors import MissingData
from orepact.policy.money import levy_of
from orepact.policy.record import read
from orepact.policy.reference_duty import ReferenceDuty

ON = date(2026, 11, 1)


def judged(**changed: Any) -> Any:
    key = OKPKey.generate_key("Ed25519")
    did = did_of(key)
    issuers = [{"id": did, "name": "Body", "schemes": ["*"]}]
    keys = keys_of({"format": "orepact-keys-1", "issuers": issuers}, "keys")
    signed = [
        sign_jwt(
            conformity_record(
                Credential(id=f"{scheme}-{site}", issuer=did, subject=site, scheme=scheme, valid_from=date(2026, 1, 1),
                           valid_until=date(2026, 12, 31))
            ), key, did,
        )
        for site in ("pit", "hole", "plant") for scheme in ("copper_mark", "tsm")
    ]  # fmt: skip
    return verdicts(read_batch_file(made(signed=signed, **changed)), on=ON, keys=keys)


def test_by_hand_the_oxide_of_estonia_is_nine_tenths_of_a_tonne() -> None:
    found = judged()
    assert [each.batch for each in found] == ["oxide"]
    assert qualifying_share(found, "rare earths", "refined") == {"EST": Fraction(9, 10)}
    assert free_of_duty(found, "rare earths", None) == {"EST": 0.9}


def test_what_does_not_qualify_adds_nothing_and_what_is_not_there_is_said() -> None:
    assert (
        qualifying_share(
            judged(parties=[{"id": "firm", "name": "F", "country": "CHN", "owners": []}]), "rare earths", "refined"
        )
        == {}
    )
    with pytest.raises(MissingData, match="no batch of the file is mine rare_earths"):
        qualifying_share(judged(), "rare earths", "mine")


def asked(**given: Any) -> PriceAnswer:
    return price("rare earths", reference=60_000, zone="USA", draws=10, **given)


@pytest.fixture(scope="module")
def plain() -> PriceAnswer:
    return asked()


def imports(found: PriceAnswer, origin: str) -> np.ndarray:
    labels, at = found.base.labels, found.at
    inside = labels.columns(at, found.zone)
    row = int(np.flatnonzero(labels.rows(at, (origin,)))[0])
    return np.asarray(found.solution.stages[at].flows[:, row][:, inside].sum(axis=1))


def revenue(found: PriceAnswer, origin: str) -> np.ndarray:
    labels, at = found.base.labels, found.at
    treasury, _ = levy_of(found.market, found.solution, found.duty.name, at)
    return np.asarray(treasury[:, int(np.flatnonzero(labels.rows(at, (origin,)))[0])].sum(axis=1))


def largest_payer(found: PriceAnswer) -> str:
    return max((row["origin"] for row in found.duties()), key=lambda origin: float(np.median(revenue(found, origin))))


def test_more_than_all_of_it_free_is_the_same_as_exempt(plain: PriceAnswer) -> None:
    origin = largest_payer(plain)
    free, exempt = asked(free={origin: 1e9}), asked(exempt=origin)
    assert np.allclose(free.total(), exempt.total(), rtol=1e-6)
    assert np.all(revenue(free, origin) == 0)
    assert np.all(revenue(plain, origin) > 0)


def test_of_a_part_that_is_free_only_the_rest_pays(plain: PriceAnswer) -> None:
    origin = largest_payer(plain)
    part = float(np.min(imports(plain, origin))) / 2
    found = asked(free={origin: part})
    assert found.closes < 1e-6
    levied = levy_of(found.market, found.solution, found.duty.name, found.at)
    row = int(np.flatnonzero(found.base.labels.rows(found.at, (origin,)))[0])
    treasury, rent = (each[:, row].sum(axis=1) for each in levied)
    # The treasury takes the duty on what goes beyond the free tonnes, which are spared it: shares are those of the tonnes.
    assert np.allclose(rent / (treasury + rent), part / imports(found, origin), rtol=1e-6)
    assert np.all(revenue(found, origin) < revenue(plain, origin))
    others = {row["origin"]: row["free_t"] for row in found.duties()}
    assert others.pop(origin) == part
    assert set(others.values()) == {0.0}
    assert any("enter free because they qualify; the rest of its goods pays" in note for note in found.notes)


def test_free_tonnes_never_lower_what_that_origin_sells_into_the_zone(plain: PriceAnswer) -> None:
    origin = largest_payer(plain)
    sold = [imports(asked(free={origin: tonnes}) if tonnes else plain, origin) for tonnes in (0.0, 100.0, 1e6)]
    assert np.all(sold[1] >= sold[0] * (1 - 1e-9))
    assert np.all(sold[2] >= sold[1] * (1 - 1e-9))


def test_an_origin_stands_once_and_tonnes_are_above_zero() -> None:
    from orepact.errors import BadInput

    common = {"importers": ["USA"], "stage": "refined", "reference": 1.0}
    for free, said in (
        ([{"origin": "EST", "tonnes": 1.0}, {"origin": "EST", "tonnes": 2.0}], "each origin once"),
        ([{"origin": "EST", "tonnes": 0}], "greater than 0"),
    ):
        with pytest.raises(BadInput, match=said):
            read(ReferenceDuty, {**common, "free": free}, "duty")
