"""Opening books and auditors' extracts taken into a reserve: a preview with all problems, all rows or none, and the same balances."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook
from reserve_books import AUDITOR, FORMS, LOT, MANAGER, METAL, SALT, TERMS, Books, firm
from typer.testing import CliRunner

from orepact.cli.app import app
from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Conflict, Denied, NoRecord, Pact
from orepact.pact.kinds.reserve_book import broken
from orepact.pact.ledger import audit
from orepact.pact.ledger.taking_in import TakingIn, look, take_in
from orepact.report.pact_ledger_file import audit_bytes
from orepact.sheets import Form

LOTS = (
    "form,grams,purity,place,custody,cost,origin,effective\n"
    f"{METAL},8000000,998000,Antwerp,Steinweg,24000000,FIN,2026-01-05\n"
    f"{SALT},3000000,205000,Rotterdam,Steinweg,4500000,,2026-01-07\n"
)
RIGHTS = [
    ["holder", "form", "grams", "price", "transferable"],
    ["acme", METAL, 5_000_000, 3_000_000, True],
    ["bolt", SALT, 1_000_000, 1_500_000, None],
]


@pytest.fixture
def empty(pact: Pact) -> str:
    """A reserve in which nothing is booked."""
    for name in ("vault-co", "acme", "bolt"):
        pact.do(KEEPER, Command("party", "add", {"name": name, "kind": "firm"}, name, date(2025, 1, 1)))
    return another(pact)


def another(pact: Pact, **terms: object) -> str:
    return pact.do(MANAGER, Command("reserve", "add", TERMS | terms, None, date(2026, 1, 1))).kept.id


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def opening() -> bytes:
    """Rights before the lots that cover them, forms last: the order of sheets does not matter."""
    lots = [line.split(",") for line in LOTS.splitlines()]
    forms: list[list[object]] = [list(FORMS[0]), *[[*list(each.values()), ""] for each in FORMS]]
    return workbook(
        Entitlements=RIGHTS, Lots=[[int(c) if c.isdigit() else c for c in row] for row in lots], Forms=forms
    )


def looked(pact: Pact, reserve: str, content: bytes | str, form: Form = "csv") -> TakingIn:
    return look(pact, MANAGER, reserve, content.encode() if isinstance(content, str) else content, form, "book")


def test_an_opening_book_is_seen_first_and_then_written_whole(pact: Pact, empty: str) -> None:
    found = looked(pact, empty, opening(), "xlsx")
    assert found.problems == []
    assert [each.verb for each in found.rows] == ["form", "form", "receive", "receive", "grant", "grant"]
    assert {each.form: (each.lots, each.rights) for each in found.stocks} == {
        METAL: ((0, 8_000_000), (0, 5_000_000)), SALT: ((0, 3_000_000), (0, 1_000_000)),
    }  # fmt: skip
    kept = pact.store.state().get("reserve", empty)
    assert kept is not None
    assert kept.version == 1
    take_in(pact, MANAGER, found)
    book = pact.store.state().get("reserve", empty).record  # type: ignore[union-attr]
    assert [(each.form, each.since, each.origin) for each in book.lots] == [  # type: ignore[attr-defined]
        (METAL, date(2026, 1, 5), "FIN"), (SALT, date(2026, 1, 7), None),
    ]  # fmt: skip
    assert [(each.holder, each.transferable) for each in book.rights] == [("acme", True), ("bolt", False)]  # type: ignore[attr-defined]
    assert broken(book) == []  # type: ignore[arg-type]
    assert audit(pact, AUDITOR, empty).wrong == ()
    with pytest.raises(Conflict):
        take_in(pact, MANAGER, found)


def test_everything_that_is_wrong_is_told_at_once_with_its_sheet_and_row(pact: Pact, empty: str) -> None:
    rights = [
        *RIGHTS,
        ["nobody", METAL, 1, 1, False],
        ["acme", METAL, 9_999_999_999, 3_000_000, True],
        ["acme", METAL, "many", 3_000_000, True],
    ]
    lots = [
        ["form", "grams", "purity", "place", "custody", "effective", "colour"],
        [METAL, 1, 998_000, "A", "B", "2026-13-01", "red"],
    ]
    forms = [list(FORMS[0]), list(FORMS[0].values())]
    before = pact.store.state().seq
    found = looked(pact, empty, workbook(Forms=forms, Lots=lots, Rights=rights), "xlsx")
    told = "\n".join(map(str, found.problems))
    for words in (
        "book, Lots, row 2, colour", "book, Lots, row 2, effective", "book, Rights, row 2", "book, Rights, row 4", "book, Rights, row 5",
        "book, Rights, row 6", "nobody", "would exceed",
    ):  # fmt: skip
        assert words in told
    assert found.stocks == ()
    with pytest.raises(BadInput, match="colour"):
        take_in(pact, MANAGER, found)
    assert pact.store.state().seq == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("a,b\n1,2\n", "nothing says what its rows do"),
        ("verb,verb\nform,form\n", "cannot be told apart"),
        ("", "no rows"),
        ("verb,grams\n", "no rows"),
    ],
)
def test_a_table_that_says_nothing_is_refused(pact: Pact, empty: str, content: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        looked(pact, empty, content)


def test_a_step_that_is_none_is_told(pact: Pact, empty: str) -> None:
    found = looked(pact, empty, "verb,name\nadd,x\nrecieve,\n")
    assert len(found.problems) == 2
    assert "receive" in str(found.problems[1])


def test_only_whoever_keeps_the_books_takes_anything_in(pact: Pact, empty: str) -> None:
    content = f"verb,form,mineral,stage,storage\nform,{METAL},cobalt,refined,0\n".encode()
    with pytest.raises(NoRecord):
        look(pact, firm("acme"), empty, content, "csv", "book")
    found = look(pact, AUDITOR, empty, content, "csv", "book")
    assert found.problems
    with pytest.raises(Denied):
        pact.do_all(AUDITOR, [each.command for each in found.rows])


def test_an_extract_does_not_go_into_books_in_which_something_is_booked(pact: Pact, empty: str) -> None:
    take_in(pact, MANAGER, looked(pact, empty, opening(), "xlsx"))
    extract = audit_bytes(audit(pact, AUDITOR, empty), ".csv")
    assert "nothing is booked" in str(looked(pact, empty, extract).problems[0])
    other = looked(pact, another(pact, fee=20_000), extract)
    assert {each.verb for each in other.rows if each.problems} == {"grant"}
    assert "something else than the extract says" in str(other.problems[0])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.sampled_from([METAL, SALT]), st.integers(1, 4_000_000), st.integers(0, 10**7)),
        st.tuples(st.just("grant"), st.sampled_from(["acme", "bolt"]), st.integers(1, 2_000_000), st.booleans()),
        st.tuples(st.just("draw"), st.sampled_from(["acme", "bolt"]), st.integers(1, 1_000_000), st.none()),
        st.tuples(st.just("replenish"), st.sampled_from(["acme", "bolt"]), st.integers(1, 500_000), st.none()),
        st.tuples(st.just("invoice"), st.sampled_from(["acme", "bolt"]), st.none(), st.none()),
        st.tuples(st.just("order"), st.sampled_from([METAL, SALT]), st.integers(1, 10**6), st.none()),
        st.tuples(st.just("release"), st.sampled_from(["acme", "bolt"]), st.integers(1, 10**5), st.booleans()),
    ),
    max_size=14,
)


def play(books: Books, steps: list[tuple[str, str, int, int]]) -> None:
    """Book what goes through."""
    day = date(2026, 1, 1)
    for at, (verb, who, grams, more) in enumerate(steps):
        day += timedelta(days=5 * (at % 3))
        how = {}
        match verb:
            case "receive":
                data = {**LOT, "form": who, "purity": 998_000, "grams": grams, "cost": more}
            case "grant":
                data = {"holder": who, "form": METAL, "grams": grams, "price": 3_000_000, "transferable": more}
            case "draw":
                data = {"holder": who, "form": METAL, "grams": grams}
            case "replenish":
                data = {**LOT, "holder": who, "of": "draw", "grams": grams}
            case "invoice":
                data = {"payer": who}
            case "order":
                data = {"form": who, "grams": grams, "supplier": 's, "quoted"', "price": 7, "due": "2026-09-01"}
            case _:
                data = {"to": who, "form": METAL, "grams": grams, "purpose": "market-making", "price": 3}
                how = (
                    {"override": "=a reason", "evidence": ({"address": "https://example.org/a", "grade": "B"},)}
                    if more
                    else {}
                )
        try:
            books.do(verb, data, f"{day}", **how)
        except BadInput:
            continue


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps=STEPS, form=st.sampled_from(["csv", "xlsx"]))
def test_the_extract_of_a_book_makes_the_same_book_again(steps: list[tuple[str, str, int, int]], form: Form) -> None:
    pact = Pact.at("sqlite://")
    books = Books(pact)
    play(books, [("receive", METAL, 3_000_000, 9_000_001), *steps])
    extract = audit_bytes(audit(pact, AUDITOR, books.id), f".{form}")
    new = another(pact)
    found = looked(pact, new, extract, form)
    assert found.problems == []
    take_in(pact, MANAGER, found)
    again = pact.store.state().get("reserve", new).record  # type: ignore[union-attr]
    before = books.book.model_dump(exclude={"id"})
    assert again.model_dump(exclude={"id"}) == before
    assert audit(pact, AUDITOR, new).wrong == ()
    pact.close()


def test_the_command_shows_and_then_writes(pact_url: str, tmp_path: Path) -> None:
    pact = Pact.at(pact_url)
    books = Books(pact)
    pact.close()
    file = tmp_path / "lots.csv"
    file.write_text(LOTS)
    shown = CliRunner().invoke(app, ["pact", "reserve", "import", books.id, str(file), "--database", pact_url])
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("Test vault: 2 steps, all of which can be booked.")
    assert "0 kg to 8 000 kg" in shown.output
    done = CliRunner().invoke(
        app, ["pact", "reserve", "import", books.id, str(file), "--write", "--json", "--database", pact_url]
    )
    assert json.loads(done.stdout)["written"] == 2
    assert json.loads(done.stdout)["stocks"][0]["lots"] == [0, 8_000_000]
    file.write_text(LOTS.replace("Antwerp", ""))
    bad = CliRunner().invoke(app, ["pact", "reserve", "import", books.id, str(file), "--write", "--database", pact_url])
    assert bad.exit_code == 2
    assert "lots.csv, row 2" in bad.output
