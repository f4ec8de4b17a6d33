"""A bundle: one file with which somebody else, on another machine, can check an answer without taking our word for it.

``case.yaml``, ``versions.json`` (facts, code, libraries), ``result.nc`` (every draw), ``answer.json``, ``README.txt`` in plain words, and
``manifest.sha256``, which ``sha256sum --check`` reads too. A bundle that comes from elsewhere is not trusted: only files of these names,
each once, none larger than its kind may be, counted as they are unpacked and not as the file says; and every checksum must fit.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

from orepact.cases.plain import strict
from orepact.cases.versions import versions
from orepact.errors import BadInput, Problem
from orepact.files import appearing_whole

if TYPE_CHECKING:
    from orepact.cases.path_result import PathResult
    from orepact.cases.result import ShockResult

ENDING = (".zip",)
MANIFEST = "manifest.sha256"
RESULT, ANSWER, CASE, VERSIONS, README = "result.nc", "answer.json", "case.yaml", "versions.json", "README.txt"
NAMES = (README, CASE, VERSIONS, ANSWER, RESULT)
SMALL, LARGE = 16_000_000, 1_000_000_000
"""Bytes that a file of words and a file of draws may have when unpacked."""

STAMP = (1980, 1, 1, 0, 0, 0)
"""Time of every file in a bundle, so that the same answer gives the same bytes."""

CHUNK = 1 << 20
TODO = "give a bundle that 'orepact shock --bundle' or a page of the workbench wrote, as it came"
WORDS = """\
{title}

This bundle holds one answer of Orepact and all that is needed to work it out again.

  case.yaml        what was asked, with every parameter
  versions.json    the versions of the facts and of the code, the libraries, and the hash of the case
  answer.json      the answer: medians and 80 % ranges, who loses, who replaces, sources, grade
  result.nc        every draw, as netCDF (xarray, R, QGIS)
  manifest.sha256  a checksum of each of these files:  sha256sum --check manifest.sha256

To work it out again, on any machine that has Orepact {code}:

  orepact replay BUNDLE.zip

It ends with "the same" where every array has the same bytes. On another version of the facts ({facts} here) or of the code, or on
another kind of processor, it says what has changed since, and how far the answer moved.
"""


def bundle_bytes(result: ShockResult | PathResult) -> bytes:
    """The bytes of the bundle of an answer."""
    case = result.case
    found = {**versions(), "case_hash": case.hash}
    with TemporaryDirectory() as folder:
        path = Path(folder) / RESULT
        result.write(path)
        draws = path.read_bytes()
    title = str(result.data.attrs.get("title", "An answer"))
    files = {
        README: WORDS.format(title=title, code=found["code_version"], facts=found["facts_version"]).encode(),
        CASE: case.to_yaml().encode(),
        VERSIONS: _json(found),
        ANSWER: _json(result.summary()),
        RESULT: draws,
    }
    files[MANIFEST] = "".join(f"{_digest(body)}  {name}\n" for name, body in files.items()).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, body in files.items():
            about = zipfile.ZipInfo(name, STAMP)
            about.compress_type, about.external_attr, about.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            pack.writestr(about, body)
    return out.getvalue()


def write_bundle(result: ShockResult | PathResult, path: Path, place: str = "--bundle") -> None:
    """Write the bundle of an answer to a ``.zip`` file, whole or not at all."""
    with appearing_whole(path, ENDING, place) as part:
        part.write_bytes(bundle_bytes(result))


@dataclass(frozen=True)
class Opened:
    """A bundle whose checksums fit. result: where its draws lie, as long as it is open."""

    result: Path
    case: str
    versions: dict[str, str]
    answer: Any


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Unpack and check a bundle. BadInput, with one sentence for each thing that is wrong."""
    with TemporaryDirectory() as folder:
        digests = _unpack(path, Path(folder))
        _check(path.name, Path(folder), digests)
        case = (Path(folder) / CASE).read_text("utf-8", errors="replace")
        told = _read(path.name, Path(folder) / VERSIONS, dict)
        yield Opened(Path(folder) / RESULT, case, told, _read(path.name, Path(folder) / ANSWER, object))


def _unpack(path: Path, folder: Path) -> dict[str, str]:
    """Write each file of a bundle into a folder; name and checksum of each. Names come from our list, never from the bundle."""
    try:
        if path.stat().st_size > LARGE:
            raise _bad(path.name, "it is larger than a bundle may be", f"{path.stat().st_size} bytes")
        with zipfile.ZipFile(path) as pack:
            members = pack.infolist()
            _check_names(path.name, [each.filename for each in members])
            return {each.filename: _write(path.name, pack, each, folder / each.filename) for each in members}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        found = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise _bad(path.name, "it is no bundle that can be unpacked", found) from None


def _check_names(place: str, names: list[str]) -> None:
    wanted = {*NAMES, MANIFEST}
    strange = [name for name in names if name not in wanted]
    missing = sorted(wanted - set(names))
    if strange:
        raise _bad(place, "it holds files that are no part of a bundle", ", ".join(map(repr, strange[:3]))[:120])
    if missing:
        raise _bad(place, "it lacks files of a bundle", f"that these are missing: {', '.join(missing)}")
    if len(names) > len(wanted):
        raise _bad(place, "it holds a file twice", f"{len(names)} files")


def _write(place: str, pack: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path) -> str:
    """One file, counted as it is unpacked; its checksum."""
    most = LARGE if member.filename == RESULT else SMALL
    digest, seen = hashlib.sha256(), 0
    with pack.open(member) as source, to.open("wb") as target:
        for chunk in _chunks(source):
            seen += len(chunk)
            if seen > most:
                raise _bad(place, f"{member.filename} is larger than it may be", f"more than {most} bytes")
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest()


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):
        yield chunk


def _check(place: str, folder: Path, digests: dict[str, str]) -> None:
    """Every file has the checksum that the manifest gives."""
    told: dict[str, str] = {}
    for line in (folder / MANIFEST).read_text("utf-8", errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        told[name] = digest
    wrong = [name for name in NAMES if told.get(name) != digests[name]]
    if wrong:
        found = f"checksums that do not fit: {', '.join(wrong)}"
        todo = "ask for it again where it came from"
        raise BadInput(Problem(place, "it was changed after it was written", found, todo))


def _read(place: str, path: Path, kind: type) -> Any:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _bad(place, f"{path.name} is not JSON", str(error)[:80]) from None
    if not isinstance(found, kind):
        raise _bad(place, f"{path.name} is not what it should be", type(found).__name__)
    return found


def _bad(place: str, wrong: str, found: str) -> BadInput:
    return BadInput(Problem(place, wrong, found, TODO))


def _json(record: Any) -> bytes:
    return json.dumps(strict(record), indent=1, ensure_ascii=False, allow_nan=False).encode()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
