"""A bundle replays on another machine; one that was changed, or that would do harm, is refused in a sentence."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import orepact
from orepact.cases import bundle as module
from orepact.cases.bundle import ANSWER, CASE, MANIFEST, NAMES, RESULT, VERSIONS, bundle_bytes, write_bundle
from orepact.errors import BadInput

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def made() -> bytes:
    return bundle_bytes(orepact.shock("gallium", origin="China", draws=10))


def files_of(body: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(body)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def packed(files: Files, path: Path, *, signed: bool = False) -> Path:
    """A bundle of these files, with a manifest that fits where ``signed``."""
    if signed:
        lines = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in NAMES]
        files = {**files, MANIFEST: "".join(lines).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, body in files.items():
            pack.writestr(name, body)
    return path


def test_a_bundle_replays_to_the_byte(made: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(made)
    found = orepact.replay(path)
    assert found.same
    assert found.intact
    assert found.answer_intact
    assert found.name == "a.zip"
    assert found.summary()["answer_intact"] is True


def test_a_case_in_time_has_a_bundle_too(tmp_path: Path) -> None:
    from datetime import date

    cut = {"kind": "export_cut", "origins": ["China"], "stage": "refined", "cut": 0.5}
    case = {
        "name": "A cut",
        "mineral": "gallium",
        "start": date(2027, 1, 1),
        "months": 3,
        "draws": 10,
        "instruments": [cut],
    }
    write_bundle(orepact.run(case), tmp_path / "path.zip")
    assert orepact.replay(tmp_path / "path.zip").same


def test_the_same_answer_gives_the_same_bundle(made: bytes) -> None:
    assert made == bundle_bytes(orepact.shock("gallium", origin="China", draws=10))


def test_a_bundle_says_what_is_in_it(made: bytes) -> None:
    files = files_of(made)
    assert set(files) == {*NAMES, MANIFEST}
    assert b"orepact replay" in files["README.txt"]
    versions, answer = json.loads(files[VERSIONS]), json.loads(files[ANSWER])
    assert versions["facts_version"] == answer["case"]["facts_version"] == orepact.facts.version()
    assert versions["case_hash"] == answer["case"]["hash"]
    for line in files[MANIFEST].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest


def changed(name: str, old: bytes, new: bytes) -> Callable[[Files], Files]:
    def change(files: Files) -> Files:
        assert old in files[name]
        return {**files, name: files[name].replace(old, new)}

    return change


@pytest.mark.parametrize("name", [CASE, VERSIONS, ANSWER, "README.txt", RESULT])
def test_a_changed_file_is_refused(made: bytes, tmp_path: Path, name: str) -> None:
    files = files_of(made)
    files[name] = files[name][:-1] + bytes([files[name][-1] ^ 1])
    with pytest.raises(BadInput, match=rf"changed after it was written.*checksums that do not fit: {name}"):
        orepact.replay(packed(files, tmp_path / "bad.zip"))


def test_an_answer_that_was_changed_and_signed_again_is_noticed(made: bytes, tmp_path: Path) -> None:
    files = files_of(made)
    answer = json.loads(files[ANSWER])
    answer["price_abroad"]["median"] *= 2
    found = orepact.replay(packed({**files, ANSWER: json.dumps(answer).encode()}, tmp_path / "bad.zip", signed=True))
    assert found.answer_intact is False
    assert not found.same


@pytest.mark.parametrize(
    ("name", "old", "new"), [(CASE, b"gallium", b"cobalt"), (VERSIONS, orepact.facts.version().encode(), b"abc")]
)
def test_a_case_that_was_changed_and_signed_again_is_refused(
    made: bytes, tmp_path: Path, name: str, old: bytes, new: bytes
) -> None:
    files = changed(name, old, new)(files_of(made))
    with pytest.raises(BadInput, match=f"not of one answer; found result.nc that says other than {name}"):
        orepact.replay(packed(files, tmp_path / "bad.zip", signed=True))


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "..\\evil", "sub/result.nc", "extra.txt", "con"])
def test_a_file_of_another_name_is_refused_and_written_nowhere(made: bytes, tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    path = packed({**files_of(made), name: b"evil"}, inside / "bad.zip")
    with pytest.raises(BadInput, match="files that are no part of a bundle"):
        orepact.replay(path)
    assert [each.name for each in tmp_path.rglob("*")] == ["inside", "bad.zip"]


def test_a_missing_file_is_named(made: bytes, tmp_path: Path) -> None:
    files = files_of(made)
    del files[ANSWER]
    with pytest.raises(BadInput, match=f"lacks files of a bundle.*{ANSWER}"):
        orepact.replay(packed(files, tmp_path / "bad.zip"))


def test_a_file_that_stands_twice_is_refused(made: bytes, tmp_path: Path) -> None:
    path = packed(files_of(made), tmp_path / "bad.zip")
    with zipfile.ZipFile(path, "a") as pack, pytest.warns(UserWarning, match="Duplicate name"):
        pack.writestr(CASE, b"other: case")
    with pytest.raises(BadInput, match="holds a file twice"):
        orepact.replay(path)


def test_a_bomb_is_stopped_while_it_is_unpacked(made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten megabytes of nothing in ten kilobytes: counted as it comes out, whatever the file says of its size."""
    monkeypatch.setattr(module, "SMALL", 1_000_000)
    path = packed({**files_of(made), ANSWER: b"0" * 10_000_000}, tmp_path / "bomb.zip", signed=True)
    assert path.stat().st_size < 2_000_000
    with pytest.raises(BadInput, match=r"answer\.json is larger than it may be; found more than 1000000 bytes"):
        orepact.replay(path)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no bundle that can be unpacked"),
        (b"no zip at all", "no bundle that can be unpacked"),
        (b"PK\x05\x06" + bytes(18), "lacks files of a bundle"),
    ],
)
def test_what_is_no_bundle_is_refused(tmp_path: Path, body: bytes, said: str) -> None:
    path = tmp_path / "some.zip"
    path.write_bytes(body)
    with pytest.raises(BadInput, match=said):
        orepact.replay(path)


def test_a_cut_bundle_is_refused(made: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(made[: len(made) // 2])
    with pytest.raises(BadInput, match="no bundle that can be unpacked"):
        orepact.replay(path)


@pytest.mark.parametrize(
    ("name", "body"), [(ANSWER, b"not json"), (VERSIONS, b"[1]"), (ANSWER, b"[" * 100_000), (CASE, b"\xff\xfe")]
)
def test_files_that_cannot_be_read_are_refused(made: bytes, tmp_path: Path, name: str, body: bytes) -> None:
    path = packed({**files_of(made), name: body}, tmp_path / "bad.zip", signed=True)
    with pytest.raises(BadInput, match=name):
        orepact.replay(path)
