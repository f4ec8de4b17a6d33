"""The two-page note: what it says, that it fits, that its text can be taken out, and that nothing in it is read as markup."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

import orepact
from orepact.errors import BadInput
from orepact.indicators.scoreboard import scoreboard
from orepact.report.note.pdf import note_pdf
from orepact.report.note.record import Asked, Certainty, Figure, Listing, Note, sources_of
from orepact.report.note.scoreboard import scoreboard_brief, scoreboard_note
from orepact.report.note.shock import shock_brief, shock_note
from orepact.report.numbers import ratio, times

A4 = (595.3, 841.9)
HOSTILE = '#panic("x") *bold* _it_ $x$ <label> @cite \\ `raw` = head // no /* no */ "quoted" [a] {b}'


@pytest.fixture(scope="module")
def result() -> orepact.ShockResult:
    return orepact.shock("gallium", origin="China", draws=20)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def small(**changes: object) -> Note:
    note = Note(
        name="any", question="Who?", title="A finding", answer="One sentence.", normal="Usual.", figures=(),
        certainty=Certainty("B", "official in part."), sources=sources_of(["usgs_mcs2025"]), case=Asked("orepact any", "", "f", "c"),
    )  # fmt: skip
    return replace(note, **changes)


@pytest.mark.slow
def test_a_shock_fills_at_most_two_pages_a4_with_text_that_can_be_taken_out(result: orepact.ShockResult) -> None:
    pdf = note_pdf(shock_note(result))
    pages = read(pdf).pages
    assert len(pages) == 2
    assert all(tuple(float(side) for side in page.mediabox[2:]) == pytest.approx(A4, abs=0.1) for page in pages)
    text, answer = text_of(pdf), result.summary()
    assert f"Buyers abroad pay {times(answer['price_abroad'])} times the base price of gallium" in text
    for words in ("Who loses", "Who gains", "What would help", "How sure this is", "Sources", result.case.hash):
        assert words in text
    assert result.case.facts_version in text
    assert "orepact shock --mineral gallium --from CHN --stage refined" in text


@pytest.mark.slow
def test_the_same_answer_gives_the_same_bytes(result: orepact.ShockResult) -> None:
    again = orepact.shock("gallium", origin="China", draws=20)
    note = shock_note(result)
    first = note_pdf(note)
    assert first == note_pdf(shock_note(again))
    assert b"CreationDate" not in first


def test_numbers_of_the_note_are_those_of_the_answer(result: orepact.ShockResult) -> None:
    brief, answer = shock_brief(result), result.summary()
    found = {each.name: each for each in brief.figures}
    assert found["Price that buyers abroad pay"].value == ratio(answer["price_abroad"]["median"])
    assert found["Base price"].sources == (answer["base_price"]["source"],)
    assert all(each.sources and each.grade and each.unit for each in brief.figures)
    cited = {name for each in brief.figures for name in each.sources}
    assert {row["source"] for row in answer["sources"]} <= cited


def test_the_command_of_the_note_gives_the_case_again(result: orepact.ShockResult) -> None:
    import shlex

    words = shlex.split(shock_brief(result).case.command)[2:]
    given = {
        name.removeprefix("--").replace("-", "_"): value for name, value in zip(words[::2], words[1::2], strict=True)
    }
    origin, mineral = given.pop("from"), given.pop("mineral")
    numbers = {name: int(given.pop(name)) for name in ("months", "base_year", "draws", "seed")}
    assert orepact.shock(mineral, origin=origin, **given, **numbers).case == result.case


@pytest.mark.slow
@pytest.mark.parametrize(
    "asked",
    [
        {"mineral": "rare_earths", "origin": "CHN", "stage": "refined"},
        {"mineral": "cobalt", "origin": "COD", "stage": "mine", "cut": "57%"},
        {"mineral": "antimony", "origin": "CHN", "against": "USA", "cut": 0.6, "months": 4.5},
        {"mineral": "nickel", "origin": "EU27", "months": 3},
        {"mineral": "graphite", "origin": "CHN,MOZ", "against": "USA,EU27,JPN,KOR"},
    ],
)
def test_other_shocks_fit_too(asked: dict[str, object]) -> None:
    assert len(read(note_pdf(shock_note(orepact.shock(draws=20, **asked)))).pages) <= 2


def test_measures_of_part_months_cannot_be_told() -> None:
    note = shock_note(orepact.shock("gallium", origin="China", draws=10, months=4.5))
    assert note.helps is not None
    assert note.helps.rows == ()
    assert "Cannot tell" in note.helps.note


@pytest.mark.slow
@pytest.mark.parametrize(("region", "materials"), [("EU27", "strategic"), ("USA", "critical"), ("MSP", "gallium")])
def test_a_scoreboard_fits_two_pages(region: str, materials: str) -> None:
    board = scoreboard(region, materials=materials)
    note = scoreboard_note(board, region=region, materials=materials)
    pdf = note_pdf(note)
    assert len(read(pdf).pages) <= 2
    assert note.title in text_of(pdf)


def test_a_scoreboard_counts_what_the_board_says() -> None:
    board = scoreboard("EU27", materials="gallium,lithium,copper")
    brief = scoreboard_brief(board, materials="gallium,lithium,copper")
    shown = {
        ("extraction", "output", "mine"),
        ("processing", "output", "refined"),
        ("recycling", "output", "scrap"),
        ("single_country", "direct", "mine"),
        ("single_country", "direct", "refined"),
        ("single_country", "look_through", "refined"),
    }
    cells = [cell for cell in board.cells if (cell.benchmark, cell.method, cell.stage) in shown]
    assert [each.value for each in brief.figures] == [
        str(sum(cell.verdict == verdict for cell in cells)) for verdict in ("meets", "below", "cannot tell")
    ]
    assert brief.case.command == "orepact scoreboard EU27 --materials gallium,lithium,copper"


def test_hostile_text_is_set_as_it_is() -> None:
    figure = Figure(HOSTILE, HOSTILE, "1 to 2", "t", "B", ("usgs_mcs2025",))
    listing = Listing(HOSTILE, ("a", HOSTILE), ((HOSTILE, HOSTILE),), HOSTILE)
    note = small(
        question=HOSTILE,
        title=HOSTILE,
        answer=HOSTILE,
        normal=HOSTILE,
        figures=(figure,),
        loses=listing,
        remarks=(HOSTILE,),
    )
    pdf = note_pdf(replace(note, case=Asked(HOSTILE, HOSTILE, "f", "c")))
    assert text_of(pdf).replace(" ", "").count('#panic("x")*bold*_it_$x$<label>@cite') >= 5


def test_a_long_answer_is_cut_to_two_pages() -> None:
    rows = tuple((f"row {number}", "1") for number in range(400))
    listing = Listing("Many", ("what", "t"), rows)
    pdf = note_pdf(small(loses=listing, gains=listing, helps=listing, answer="word " * 4000))
    assert len(read(pdf).pages) <= 2
    assert "more in the spreadsheet" in text_of(pdf)


@pytest.mark.parametrize("number", [20, 35])
def test_what_fits_only_when_smaller_is_set_smaller(number: int) -> None:
    pdf = note_pdf(small(remarks=("A remark of some length, said again and again. " * 7,) * number))
    assert len(read(pdf).pages) <= 2
    assert text_of(pdf).count("A remark of some length") == 7 * number


def test_what_cannot_fit_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="does not fit two pages"):
        note_pdf(small(remarks=("A remark of some length. " * 20,) * 200))


def test_a_note_cites_only_what_it_lists() -> None:
    with pytest.raises(ValueError, match="does not list: nothing"):
        small(figures=(Figure("x", "1", "", "t", "A", ("nothing",)),))


def test_runs_of_sources_are_joined() -> None:
    note = small(sources=sources_of(["usgs_mcs2025", "orepact_assumption", "baci"]))
    names = [each.source for each in note.sources]
    assert names[-1] == "orepact_assumption"
    assert note.numbers(names) == f"1\u2013{len(names)}"
    assert note.numbers(names[:1]) == "1"
