"""SQL over all tables, in memory and read-only: one view per table, and nothing of the machine within reach.

Whoever writes SQL reads the same validated rows as everybody else. After the views are made, the connection is closed to
files, networks and Python's variables, and its settings are locked.
"""

from __future__ import annotations

import re
from threading import Timer
from typing import TYPE_CHECKING, Any

from orepact.errors import BadInput, Problem, unknown_problem
from orepact.facts.tables import load, tables

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

MEMORY = "2GB"
"""Most memory that one statement may take."""

SECONDS = 60.0
"""Most time that one statement may take before it is stopped."""

CLOSED = ("python_enable_replacements = false", "enable_external_access = false", "lock_configuration = true")
"""Settings that shut a connection in, in the order in which they can be made."""


def connect() -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB connection with one view per table; parameters go in as ``execute(sql, parameters)``.

    The tables cannot be changed, files and networks cannot be reached, and no setting can be altered.
    """
    return _closed(tables())


def query(sql: str, parameters: list[Any] | dict[str, Any] | None = None) -> pd.DataFrame:
    """The rows of one SELECT over the tables; BadInput with what DuckDB says where the statement cannot be run."""
    import duckdb

    with duckdb.connect() as reader:
        try:
            statements = reader.extract_statements(sql)
        except duckdb.Error as error:
            raise BadInput(_problem(error, "correct the statement")) from None
    if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        found = f"{len(statements)} statements" if len(statements) != 1 else f"'{sql.split(maxsplit=1)[0]}'"
        raise BadInput(Problem("sql", "only one SELECT can be run", found, "give one SELECT statement"))
    with _closed(_named(sql)) as connection:
        clock = Timer(SECONDS, connection.interrupt)
        clock.start()
        try:
            answer: pd.DataFrame = connection.execute(sql, parameters).df()
        except duckdb.InterruptException:
            found = f"more than {SECONDS:g} s"
            raise BadInput(Problem("sql", "the statement takes too long", found, "ask for less")) from None
        except duckdb.Error as error:
            raise BadInput(_problem(error, "correct the statement; 'orepact facts list' names the tables")) from None
        finally:
            clock.cancel()
    return answer


def _named(sql: str) -> list[str]:
    """The tables that a statement can mean, so that a question about one does not wait for all."""
    lower = sql.casefold()
    listing = any(word in lower for word in ("information_schema", "duckdb_", "show", "pragma", "sqlite_"))
    return [name for name in tables() if listing or name in lower]


def _closed(names: list[str]) -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(config={"memory_limit": MEMORY, "max_temp_directory_size": "0B"})
    for name in names:
        connection.register(name, load(name))
    for setting in CLOSED:
        connection.execute(f"SET {setting}")
    return connection


def _problem(error: Exception, todo: str) -> Problem:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    absent = re.search(r"Table with name (\w+) does not exist", str(error))
    if absent is not None:
        return unknown_problem("sql", "table", absent.group(1), tables())
    near = next((line for line in lines if line.startswith(("Did you mean", "Candidate"))), "")
    kind, _, what = lines[0].partition(": ")
    said = " ".join(part for part in (what or kind, near) if part).rstrip(".;")
    return Problem("sql", f"the statement cannot be run ({kind.lower()})", said, todo)
