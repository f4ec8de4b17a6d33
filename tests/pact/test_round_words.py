"""What a round says of its match in words: each sum by a name of its own, and the proof without powers of ten."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.report.pact_round_text import proof


def test_two_sums_of_worth_have_two_names_and_the_proof_is_in_words() -> None:
    said = " ".join(CliRunner().invoke(app, ["round", "match"]).output.split())
    assert "buyers' limits less costs of this match:" in said
    assert "greatest limits less costs that any match could reach" in said
    assert "with minimum lots as chosen, no match could do better by more than one part in a billion" in said
    assert "e+00" not in said


@pytest.mark.parametrize(
    ("gap", "words"), [(0.0, "one part in a billion"), (1e-9, "one part in a billion"), (0.03, "3%")]
)
def test_a_gap_in_words(gap: float, words: str) -> None:
    assert f"by more than {words}," in proof(gap)
