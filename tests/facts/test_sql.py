"""SQL reads the same rows as everybody else, and reaches nothing but them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orepact import facts
from orepact.errors import BadInput
from orepact.facts.schemas import SCHEMAS


def test_every_table_is_a_view_with_the_same_rows() -> None:
    with facts.connect() as connection:
        for name in SCHEMAS:
            (rows,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone() or (0,)  # noqa: S608
            assert rows == len(facts.load(name)), name


def test_parameters_are_values_and_never_statements() -> None:
    sql = "SELECT value FROM production WHERE mineral = ? AND country = ? AND period = ? AND source = 'usgs_mcs2026'"
    assert facts.query(sql, ["cobalt", "COD", "2024"])["value"].tolist() == [226_000]
    assert facts.query(sql, ["cobalt' OR 1 = 1 --", "COD", "2024"]).empty


def test_missing_figures_are_null() -> None:
    (rows,) = facts.query("SELECT count(*) AS n FROM production WHERE value IS NULL")["n"]
    assert rows == facts.load("production")["value"].isna().sum()


REACHING = [
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
    "SELECT * FROM frame",
    "COPY production TO '{folder}/out.csv'",
    "ATTACH '{folder}/out.db'",
    "INSTALL httpfs",
    "SET enable_external_access = true",
    "EXPORT DATABASE '{folder}/all'",
    "DROP VIEW production",
    "CREATE TABLE x AS SELECT 1",
    "SELECT 1; SELECT 2",
    "",
]


@pytest.mark.parametrize("statement", REACHING)
def test_nothing_but_the_tables_is_within_reach(tmp_path: Path, statement: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\nhidden\n", encoding="utf-8")
    with pytest.raises(BadInput, match="sql") as caught:
        facts.query(statement.format(file=secret, folder=tmp_path))
    assert "hidden" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_a_connection_cannot_be_opened_again(tmp_path: Path) -> None:
    frame = facts.load("minerals")
    with facts.connect() as connection:
        for statement in (
            "SET lock_configuration = false",
            f"COPY minerals TO '{tmp_path}/x.csv'",
            "SELECT * FROM frame",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert len(frame) > 0


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT * FROM prodction", "did you mean production"),
        ("SELEC 1", "syntax error"),
        ("SELECT valeu FROM production", '"value"'),
        ("SELECT * FROM production WHERE mineral = ?", "sql"),
    ],
)
def test_what_is_wrong_is_one_sentence(sql: str, words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        facts.query(sql)
    assert len(str(caught.value).splitlines()) == 1


def test_a_statement_may_take_only_so_much_memory_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from orepact.facts import sql

    monkeypatch.setattr(sql, "SECONDS", 0.5)
    with pytest.raises(BadInput, match="takes too long"):
        sql.query("SELECT count(*) FROM trade a, trade b WHERE a.value < b.value")


def test_the_rooms_that_the_guide_names_are_there() -> None:
    assert callable(facts.loaders.load)
    assert callable(facts.refresh.refresh)
    assert callable(facts.address.address_columns)
    with pytest.raises(AttributeError):
        _ = facts.nothing_of_the_kind
