"""``orepact diff``, ``replay``, ``gallery`` and ``run --gallery`` as people and programs call them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from test_commands import Ran, orepact

CASE = """
name: {name}
mineral: gallium
start: 2027-01-01
months: 3
draws: 10
instruments:
  - {{kind: export_cut, origins: [China], stage: refined, cut: {cut}}}
"""


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, cut in (("a", 0.25), ("b", 0.5)):
        Path(f"{name}.yaml").write_text(CASE.format(name=name, cut=cut), encoding="utf-8")
    return tmp_path


def fine(*arguments: str) -> Ran:
    found = orepact(*arguments)
    assert found.code == 0, found.stderr
    return found


def test_diff_answers_as_text_json_csv_and_picture(two: Path) -> None:
    assert "What differs in the files" in fine("diff", "a.yaml", "b.yaml", "--plot", "d.svg").stdout
    assert (two / "d.svg").read_text(encoding="utf-8").startswith("<svg")
    answer = json.loads(fine("diff", "a.yaml", "b.yaml", "--json").stdout)
    assert set(answer) == {
        "first", "second", "draws", "seed", "changes", "same", "periods", "whole", "users", "parties", "certificate", "grade",
        "sources",
    }  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(fine("diff", "a.yaml", "b.yaml", "--csv").stdout)))
    assert len(rows) == 3
    assert float(rows[-1]["price_abroad_difference_median"]) > 0


@pytest.mark.usefixtures("two")
def test_what_diff_cannot_do_is_said_with_exit_code_2() -> None:
    assert orepact("diff", "a.yaml", "none.yaml").code == 2
    assert "(none.yaml)" in orepact("diff", "a.yaml", "none.yaml").stderr
    assert "they cannot be compared" in orepact("diff", "a.yaml", "cobalt-quota").stderr
    assert "did you mean" in orepact("diff", "a.yaml", "cobalt-qota").stderr


def test_replay_ends_with_0_when_the_same_and_1_when_not(two: Path) -> None:
    fine("run", "a.yaml", "--save", "a.nc")
    assert "same bytes" in fine("replay", "a.nc").stdout
    assert json.loads(fine("replay", "a.nc", "--json").stdout)["same"] is True
    import xarray as xr

    data = xr.open_dataset(two / "a.nc", engine="h5netcdf").load()
    data["price"][0, 0, 0] += 0.5
    data.attrs["facts_version"] = "old"
    data.to_netcdf(two / "b.nc", engine="h5netcdf")
    found = orepact("replay", "b.nc")
    assert found.code == 1
    assert "Not the same: 1 of" in found.stdout
    assert "version of the facts: old then" in found.stdout
    answer = orepact("replay", "b.nc", "--json")
    assert answer.code == 1
    assert json.loads(answer.stdout)["moved"][0]["array"] == "price"


def test_replay_refuses_what_is_no_answer(two: Path) -> None:
    (two / "bad.nc").write_bytes(b"\x89HDF nothing")
    found = orepact("replay", "bad.nc")
    assert found.code == 2
    assert found.stderr.startswith("(bad.nc)")
    assert len(found.stderr.splitlines()) == 1


def test_the_gallery_is_listed_printed_and_run(two: Path) -> None:
    listed = fine("gallery").stdout
    assert "cobalt-quota" in listed
    assert "Assumed:" in listed
    rows = json.loads(fine("gallery", "--json").stdout)
    assert set(rows[0]) == {"name", "title", "question", "mineral", "from", "to", "facts", "assumed"}
    text = fine("gallery", "graphite-us-tariff").stdout
    (two / "mine.yaml").write_text(text.replace("months: 24", "months: 9\ndraws: 10"), encoding="utf-8")
    assert "tariff of the United States" in fine("run", "mine.yaml").stdout
    assert json.loads(fine("gallery", "cobalt-quota", "--json").stdout)["mineral"] == "cobalt"


def test_run_takes_a_file_or_a_name_and_not_both(two: Path) -> None:
    del two
    for wrong in (("run",), ("run", "a.yaml", "--gallery", "cobalt-quota")):
        found = orepact(*wrong)
        assert found.code == 2
        assert "one case is needed" in found.stderr
    assert "there is no case in the gallery" in orepact("run", "--gallery", "nothing").stderr
