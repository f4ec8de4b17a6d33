"""Every answer with ranges over draws says how often such ranges held, from one place."""

from __future__ import annotations

import pytest

import orepact
from orepact.cases.past import PAST, Held
from orepact.report.note.shock import shock_brief
from orepact.report.shock_text import print_answer
from orepact.report.too_narrow import too_narrow, with_command


def test_the_sentence_has_the_numbers_that_it_is_given() -> None:
    assert "3 of 7 observed outcomes" in too_narrow(Held(3, 7))
    assert f"{PAST.inside} of {PAST.outcomes} observed outcomes" in too_narrow()
    assert with_command().endswith("(orepact backtest).")


def test_text_and_note_of_a_shock_say_it(capsys: pytest.CaptureFixture[str]) -> None:
    result = orepact.shock("gallium", origin="China", draws=10)
    assert with_command() in shock_brief(result).certainty.words
    print_answer(result)
    said = " ".join(capsys.readouterr().out.split())
    sure = said.partition("How sure this is")[2]
    assert " ".join(with_command().split()) in sure
