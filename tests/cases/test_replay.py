"""A saved answer worked out again: the same to the byte, or what has changed and how far the answer moved."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import xarray as xr

import orepact
from orepact.cases import replay as module
from orepact.cases.replay import moved
from orepact.errors import BadInput

CASE = {
    "name": "A cut", "mineral": "gallium", "start": date(2027, 1, 1), "months": 3, "draws": 10,
    "instruments": [{"kind": "export_cut", "origins": ["China"], "stage": "refined", "cut": 0.5}],
}  # fmt: skip


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "cut.nc"
    orepact.run(CASE).save(path)
    return path


def altered(path: Path, **attributes: str) -> Path:
    data = xr.open_dataset(path, engine="h5netcdf").load()
    data.attrs |= attributes
    new = path.with_name("altered.nc")
    data.to_netcdf(new, engine="h5netcdf")
    return new


def test_a_case_in_time_replays_to_the_byte(saved: Path) -> None:
    found = orepact.replay(saved)
    assert found.same
    assert found.moved == ()
    assert found.changed == {}
    assert found.intact
    assert found.summary()["case"]["hash"] == found.summary()["saved_hash"]


def test_a_case_without_instruments_replays_too(tmp_path: Path) -> None:
    path = tmp_path / "nothing.nc"
    orepact.run({**CASE, "instruments": []}).save(path)
    assert orepact.replay(path).same


def test_a_shock_replays_to_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "shock.nc"
    orepact.shock("gallium", origin="China", stage="refined", draws=10).save(path)
    found = orepact.replay(path)
    assert found.same
    assert found.changed == {}


def test_other_facts_and_code_are_said_old_and_new(saved: Path) -> None:
    found = orepact.replay(altered(saved, facts_version="000000000000", code_version="0.0.1", case_hash="abc"))
    assert set(found.changed) == {"facts_version", "code_version"}
    assert found.changed["code_version"]["then"] == "0.0.1"
    assert found.intact is None
    assert found.same


def test_a_case_that_was_changed_in_the_file_is_noticed(saved: Path) -> None:
    text = xr.open_dataset(saved, engine="h5netcdf").attrs["case"]
    found = orepact.replay(altered(saved, case=text.replace("cut: 0.5", "cut: 0.4")))
    assert found.intact is False
    assert not found.same
    assert found.moved


def test_what_moved_comes_furthest_first_with_its_place(saved: Path) -> None:
    """The answer of other facts: here of prices and use that were changed after they were worked out."""
    real = module._written_and_read

    def moved_a_little(answer: object) -> xr.Dataset:
        data = real(answer)
        data["price"][3, 1, 0] *= 1.5
        data["use"][0, 0, 0] *= 1.0001
        return data.drop_vars("given_up")

    with patch.object(module, "_written_and_read", moved_a_little):
        found = orepact.replay(saved)
    assert not found.same
    assert [row["array"] for row in found.moved] == ["given_up", "price", "use"]
    assert found.moved[0]["what"] == "only in the file"
    assert found.moved[1]["at"]["draw"] == "3"
    assert found.moved[1]["at"]["period"] == "2027-02-01"
    assert found.moved[1]["now"] == pytest.approx(1.5 * found.moved[1]["then"])


def test_arrays_that_cannot_be_set_side_by_side_are_named() -> None:
    old = xr.Dataset({"a": ("x", [1.0, 2.0]), "b": ("x", [1.0, np.nan]), "c": ("x", ["p", "q"])})
    new = xr.Dataset({"a": ("y", [1.0, 2.0, 3.0]), "b": ("x", [1.0, 2.0]), "c": ("x", ["p", "r"])})
    rows = {row["array"]: row for row in moved(old, new)}
    assert rows["a"]["what"] == "2 x in the file, 3 y today"
    assert rows["b"]["relative"] == np.inf
    assert rows["c"]["what"] == "1 of 2 entries differ"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.exists, "there is no such file"),
        (lambda path: path.write_text("no netCDF"), "no netCDF file that can be read"),
        (lambda path: xr.Dataset({"a": 1.0}).to_netcdf(path, engine="h5netcdf"), "it is no saved answer"),
        (
            lambda path: xr.Dataset(attrs={"case": "[1, 2]"}).to_netcdf(path, engine="h5netcdf"),
            "a case has keys",
        ),
        (
            lambda path: xr.Dataset(attrs={"case": "{a: ["}).to_netcdf(path, engine="h5netcdf"),
            "it is not YAML",
        ),
        (
            lambda path: xr.Dataset(attrs={"case": "code_version: 1"}).to_netcdf(path, engine="h5netcdf"),
            "attribute case, mineral",
        ),
    ],
)
def test_a_file_that_is_no_answer_is_refused(tmp_path: Path, make: object, said: str) -> None:
    path = tmp_path / "some.nc"
    make(path)  # type: ignore[operator]
    with pytest.raises(BadInput, match=said):
        orepact.replay(path)
