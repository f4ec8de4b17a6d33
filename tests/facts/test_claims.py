"""Claims side by side, and the one rule for which is preferred."""

from __future__ import annotations

import pandas as pd
import pytest

from orepact import facts
from orepact.facts.claims import QUESTION

VAULT, CONTROLS = "Project Vault", "Chinese controls of October 2025 (announcements 55 to 58, 61, 62)"


def _rival(subject: str, attribute: str, **said: object) -> pd.DataFrame:
    """The shipped claims with one more, made up here, against the first on the same question."""
    shipped = facts.load("claims")
    row = shipped[(shipped["subject"] == subject) & (shipped["attribute"] == attribute)].iloc[0].to_dict()
    row |= {"source": "made_up", "grade": "E", "primary": "no", "stated_on": None, "note": None, **said}
    return facts.claims(pd.concat([shipped, pd.DataFrame([row])], ignore_index=True))


def _verdict(found: pd.DataFrame, source: str) -> str:
    return str(found.loc[found["source"] == source, "verdict"].iloc[-1])


def test_project_vault_is_ten_and_about_two_and_not_one_point_two() -> None:
    found = _rival(VAULT, "total size", value=1.2)
    total = found[(found["subject"] == VAULT) & (found["attribute"] == "total size")]
    assert set(total.loc[total["preferred"], "value"]) == {12.0}
    assert _verdict(found, "made_up") == "not preferred"
    shipped = facts.claims()
    loan = shipped[(shipped["subject"] == VAULT) & (shipped["attribute"] == "public loan")]
    assert set(loan["value"]) == {10.0}
    private = shipped[(shipped["subject"] == VAULT) & (shipped["attribute"] == "private capital")]
    assert set(private["value"]) == {1.67, 2.0}
    assert set(private["verdict"]) == {"undecided"}


def test_the_suspension_was_agreed_in_2025_and_not_in_october_2023() -> None:
    found = _rival(CONTROLS, "suspension agreed on", stated="2023-10")
    agreed = found[(found["subject"] == CONTROLS) & (found["attribute"] == "suspension agreed on")]
    assert agreed.set_index("stated")["verdict"].to_dict() == {"2025-10-30": "preferred", "2023-10": "not preferred"}


def test_chinese_shares_of_other_scope_stage_or_year_are_not_in_conflict() -> None:
    shares = facts.claims()
    shares = shares[shares["subject"] == "China, rare earths"]
    assert shares.groupby(QUESTION, dropna=False).ngroups >= 4
    conflict = facts.conflicts()
    conflict = conflict[conflict["subject"] == "China, rare earths"]
    # Only two editions of one publisher answer the same question: the later and better graded one is preferred.
    assert dict(zip(conflict["source"], conflict["verdict"], strict=True)) == {
        "usgs_mcs2025": "not preferred",
        "usgs_mcs2026": "preferred",
    }
    wide = shares.set_index(["stage", "scope", "period", "source"])["value"]
    magnets = "world output of praseodymium, neodymium, terbium and dysprosium"
    assert wide[("mine", "world output of all rare earths, oxide", "2024", "usgs_mcs2026")] == pytest.approx(270 / 380)
    assert wide[("mine", magnets, "2024", "iea_cmd_2025")] == pytest.approx(0.61, abs=0.005)
    assert wide[("refined", magnets, "2024", "iea_cmd_2025")] == pytest.approx(0.913, abs=0.0005)
    assert wide[("refined", "US imports of compounds and metals", "2021/2024", "usgs_mcs2026")] == 0.71


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"grade": "B"}, "preferred"),
        ({"grade": "C", "primary": "yes"}, "preferred"),
        ({"grade": "C", "stated_on": "2026-03"}, "preferred"),
        ({"grade": "C", "stated_on": "2026-02"}, "not preferred"),
        ({"grade": "C", "stated_on": None}, "not preferred"),
        ({"grade": "D", "primary": "yes", "stated_on": "2026-09"}, "not preferred"),
        ({"grade": "B", "scope": "another scope"}, "only claim"),
        ({"grade": "B", "period": "2027"}, "only claim"),
        ({"grade": "B", "value": 12.0}, "preferred"),
    ],
)
def test_grade_then_primary_then_date_then_number_of_sources(said: dict[str, object], verdict: str) -> None:
    found = _rival(VAULT, "total size", **({"value": 9.0} | said))
    assert _verdict(found, "made_up") == verdict


def test_claims_are_kept_and_not_merged() -> None:
    assert len(facts.claims()) == len(facts.load("claims"))
    assert facts.claims(facts.load("claims").head(0)).empty
