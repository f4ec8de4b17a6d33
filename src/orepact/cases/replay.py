"""A saved answer worked out again: whether every array has the same bytes, and if not, what has changed and how far it moved.

What enters: a file that ``--save`` wrote, of a case in time or of a shock, or a bundle that ``--bundle`` wrote. What leaves: a
:class:`Replayed`. The answer of today is written and read back in the same way before it is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import ValidationError

from orepact.cases.bundle import CASE, RESULT, VERSIONS, opened
from orepact.cases.case import ShockCase
from orepact.cases.case_file import read_case
from orepact.cases.path import run as run_path
from orepact.cases.path_case import PathCase
from orepact.cases.plain import strict
from orepact.cases.shocks import run as run_shock
from orepact.cases.versions import versions
from orepact.errors import BadInput, Problem
from orepact.network import network

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[int], None]
ENGINE = "h5netcdf"
UNRECORDED = "not recorded"
TODO = "give a file that 'orepact run --save' or 'orepact shock --save' wrote"
BUNDLE = ".zip"


@dataclass(frozen=True)
class Replayed:
    """A saved answer beside that of today.

    case: what was worked out again. versions: facts, code and libraries, each ``{"then", "now"}``. intact: whether the case in the
    file is the one that its hash names; ``None`` where the facts or the code are others, so that nobody can tell. arrays: how
    many there are. moved: those that are not the same, furthest first. answer_intact: of a bundle, whether the answer in it is the one
    that its draws give; ``None`` where there is no bundle, or nobody can tell.
    """

    name: str
    case: PathCase | ShockCase
    versions: dict[str, dict[str, str]]
    hashes: dict[str, str]
    intact: bool | None
    arrays: int
    moved: tuple[dict[str, Any], ...]
    answer_intact: bool | None = None

    @property
    def same(self) -> bool:
        """Whether every array has the same bytes, and the case is the one that was saved."""
        return not self.moved and self.intact is not False and self.answer_intact is not False

    @property
    def changed(self) -> dict[str, dict[str, str]]:
        """What the answer was worked out with that is not the same today."""
        return {name: each for name, each in self.versions.items() if each["then"] != each["now"]}

    def summary(self) -> dict[str, Any]:
        """The comparison in JSON terms."""
        return {
            "file": self.name,
            "same": self.same,
            "case": {**_told(self.case), "hash": self.hashes["now"]},
            "saved_hash": self.hashes["then"],
            "case_intact": self.intact,
            "answer_intact": self.answer_intact,
            "versions": self.versions,
            "arrays": self.arrays,
            "moved": list(self.moved),
        }

    def __repr__(self) -> str:
        told = "the same, byte for byte" if self.same else f"{len(self.moved)} of {self.arrays} arrays differ"
        return f"<Replayed {self.name}: {told}>"


def replay(
    path: str | Path,
    progress: Progress | None = None,
    *,
    check: Callable[[PathCase | ShockCase], None] | None = None,
    largest: int | None = None,
) -> Replayed:
    """Work out again what a file holds the answer of, and compare. BadInput where it holds none.

    check: raises where the case shall not be worked out. largest: most bytes of the arrays of a file, which are packed in it.
    """
    path = Path(path)
    if path.suffix.lower() == BUNDLE and path.is_file():
        return _replay_bundle(path, progress, check, largest)
    case, saved = case_of(path, largest)
    if check is not None:
        check(case)
    return _replayed(path.name, case, saved, progress)[0]


def _replay_bundle(
    path: Path, progress: Progress | None, check: Callable[[PathCase | ShockCase], None] | None, largest: int | None
) -> Replayed:
    """Check a bundle and work out again what its draws answer, then hold its case and its answer against them."""
    with opened(path) as bundle:
        case, saved = case_of(bundle.result, largest)
        if check is not None:
            check(case)
        told = {name: str(saved.attrs.get(name)) for name in bundle.versions}
        wrong = [
            name
            for name, same in ((CASE, saved.attrs["case"] == bundle.case), (VERSIONS, told == bundle.versions))
            if not same
        ]
        if wrong:
            found = f"{RESULT} that says other than {' and '.join(wrong)}"
            todo = "ask for it again where it came from"
            raise BadInput(Problem(path.name, "its files are not of one answer", found, todo))
        replayed, answer = _replayed(path.name, case, saved, progress)
        known = not replayed.moved and replayed.intact is not None
        return replace(replayed, answer_intact=strict(answer.summary()) == bundle.answer if known else None)


def _replayed(
    name: str, case: PathCase | ShockCase, saved: xr.Dataset, progress: Progress | None
) -> tuple[Replayed, Any]:
    answer: Any = run_path(case, progress) if isinstance(case, PathCase) else _shock(case, progress)
    now = _written_and_read(answer)
    hashes = {"then": str(saved.attrs.get("case_hash", UNRECORDED)), "now": answer.case.hash}
    compared = {
        name: {"then": str(saved.attrs.get(name, UNRECORDED)), "now": today} for name, today in versions().items()
    }
    alike = all(compared[name]["then"] == compared[name]["now"] for name in ("facts_version", "code_version"))
    intact = hashes["then"] == hashes["now"] if alike else None
    return Replayed(name, answer.case, compared, hashes, intact, _count(saved, now), moved(saved, now)), answer


def case_of(path: Path, largest: int | None = None) -> tuple[PathCase | ShockCase, xr.Dataset]:
    """The case in a file and what the file holds, wholly in memory: no more than ``largest`` bytes, where that is given."""
    import xarray as xr

    if not path.is_file():
        raise BadInput(Problem(path.name or str(path), "there is no such file", "nothing", TODO))
    try:
        with xr.open_dataset(path, engine=ENGINE) as opened:
            if largest is not None and opened.nbytes > largest:
                todo = f"give one of at most {largest} bytes of arrays"
                raise BadInput(Problem(path.name, "it holds more than is read here", f"{opened.nbytes} bytes", todo))
            saved = opened.load()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:
        found = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput(Problem(path.name, "it is no netCDF file that can be read", found[:80], TODO)) from None
    text = saved.attrs.get("case")
    if not isinstance(text, str):
        raise BadInput(
            Problem(path.name, "it is no saved answer", "no attribute 'case' that says what was asked", TODO)
        )
    return _read(text, path.name), saved


def _told(case: PathCase | ShockCase) -> dict[str, Any]:
    return case.told() if isinstance(case, ShockCase) else case.model_dump(mode="json")


def _read(text: str, name: str) -> PathCase | ShockCase:
    place = f"{name}, attribute case"
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput(Problem(place, "it is not YAML", str(error).splitlines()[0], TODO)) from None
    if not isinstance(given, dict):
        raise BadInput(Problem(place, "a case has keys", type(given).__name__, TODO))
    if "code_version" not in given:
        return read_case(given)
    try:
        return ShockCase.model_validate(given)
    except ValidationError as error:
        raise BadInput(
            [
                Problem(f"{place}, {each['loc'][0]}", each["msg"], repr(each["input"])[:60], TODO)
                for each in error.errors()
            ]
        ) from None


def _shock(case: ShockCase, progress: Progress | None) -> Any:
    """The shock of a case with the facts and the code of today."""
    today = {name: value for name, value in versions().items() if name in ShockCase.model_fields}
    return run_shock(network(case.mineral, case.base_year), case.model_copy(update=today), progress)


def _written_and_read(answer: Any) -> xr.Dataset:
    import xarray as xr

    with TemporaryDirectory() as folder:
        path = Path(folder) / "now.nc"
        answer.write(path)
        with xr.open_dataset(path, engine=ENGINE) as opened:
            return opened.load()


def _count(saved: xr.Dataset, now: xr.Dataset) -> int:
    return len({*saved.variables, *now.variables})


def moved(saved: xr.Dataset, now: xr.Dataset) -> tuple[dict[str, Any], ...]:
    """Arrays whose bytes differ: those that cannot be set side by side first, then by how far they moved against their size."""
    rows = [
        row
        for name in sorted({str(each) for each in (*saved.variables, *now.variables)})
        if (row := _row(name, saved, now)) is not None
    ]
    return tuple(sorted(rows, key=lambda row: (row["comparable"], -row.get("relative", np.inf))))


def _row(name: str, saved: xr.Dataset, now: xr.Dataset) -> dict[str, Any] | None:
    """How one array moved; ``None`` where it did not."""
    if name not in saved.variables or name not in now.variables:
        where = "only in the file" if name in saved.variables else "only in today's answer"
        return {"array": name, "comparable": False, "what": where}
    then, today = saved[name], now[name]
    if then.dims != today.dims or then.shape != today.shape or then.dtype.kind != today.dtype.kind:
        return {"array": name, "comparable": False, "what": f"{_form(then)} in the file, {_form(today)} today"}
    old, new = then.to_numpy(), today.to_numpy()
    if _same(old, new):
        return None
    about = {"array": name, "comparable": old.dtype.kind == "f"}
    if old.dtype.kind != "f":
        return {**about, "what": f"{int((old != new).sum())} of {old.size} entries differ"}
    return {**about, **_distance(old, new, today), "units": str(today.attrs.get("units", ""))}


def _same(old: NDArray[Any], new: NDArray[Any]) -> bool:
    if old.dtype.kind == "O":
        return bool(old.tolist() == new.tolist())
    return old.dtype == new.dtype and old.tobytes() == new.tobytes()


def _distance(old: NDArray[Any], new: NDArray[Any], today: xr.DataArray) -> dict[str, Any]:
    """The largest change, where it is, and how large it is against the largest figure of the array."""
    change = np.abs(new - old)
    untold = np.isnan(old) != np.isnan(new)
    at = np.unravel_index(int(np.argmax(np.where(untold, np.inf, np.nan_to_num(change)))), old.shape)
    scale = float(np.nanmax(np.abs(old), initial=0.0))
    largest = float(change[at])
    return {
        "then": float(old[at]),
        "now": float(new[at]),
        "at": {str(dim): _label(today, str(dim), index) for dim, index in zip(today.dims, at, strict=True)},
        "relative": largest / scale if scale > 0 and np.isfinite(largest) else np.inf,
        "median_then": float(np.nanmedian(old)),
        "median_now": float(np.nanmedian(new)),
        "share_differing": float(((old != new) & ~(np.isnan(old) & np.isnan(new))).mean()),
    }


def _label(array: xr.DataArray, dim: str, index: Any) -> str:
    value = array[dim].to_numpy()[int(index)]
    return str(value)[:10] if isinstance(value, np.datetime64) else str(value)


def _form(array: xr.DataArray) -> str:
    return " x ".join(f"{size} {dim}" for dim, size in array.sizes.items()) or "one value"
