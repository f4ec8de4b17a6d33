"""Files that a command writes: they have the ending of their kind, and appear whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

from orepact.errors import BadInput, Problem


def check_writable(path: Path, endings: tuple[str, ...], place: str) -> None:
    """Raise BadInput where a file of that name cannot be written, or has another ending than its kind."""
    if path.suffix.lower() not in endings:
        todo = f"end it with {' or '.join(endings)}"
        raise BadInput(Problem(place, "the ending of the file is not one of its kind", f"'{path.name}'", todo))
    try:
        if not path.parent.is_dir():
            raise BadInput(Problem(place, "the folder of the file does not exist", f"'{path.parent}'", "make it first"))
        if path.is_dir():
            raise BadInput(Problem(place, "a folder of that name is in the way", f"'{path}'", "choose another name"))
    except OSError as error:
        raise _unwritable(place, error) from error


@contextmanager
def appearing_whole(path: Path, endings: tuple[str, ...], place: str) -> Iterator[Path]:
    """A neighbour of ``path`` to write to, which takes its name when the block ends well and is removed when it does not."""
    check_writable(path, endings, place)
    part = path.with_name(f".{path.stem[:60]}-{secrets.token_hex(6)}{path.suffix}")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise _unwritable(place, error) from error
    finally:
        part.unlink(missing_ok=True)


def _unwritable(place: str, error: OSError) -> BadInput:
    found = error.strerror if error.strerror and "name" not in error.strerror else type(error).__name__
    return BadInput(Problem(place, "the file cannot be written", found, "choose another name or folder"))


@contextmanager
def appearing_together(folder: Path, place: str) -> Iterator[Path]:
    """A hidden folder to write to; its files take their place in ``folder`` when the block ends well, or none of them does.

    ``folder`` is made where there is none. Files of other names that are already there stay.
    """
    check_folder(folder, place)
    part = folder.with_name(f".{folder.name[:60]}-{secrets.token_hex(6)}")
    try:
        part.mkdir()
        yield part
        folder.mkdir(exist_ok=True)
        for path in sorted(part.iterdir()):
            path.replace(folder / path.name)
    except OSError as error:
        raise _unwritable(place, error) from error
    finally:
        rmtree(part, ignore_errors=True)


def check_folder(folder: Path, place: str) -> None:
    """Raise BadInput where no folder of that name can be made or used."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(Problem(place, "a file of that name is in the way", f"'{folder}'", "choose another name"))
    if not folder.absolute().parent.is_dir():
        found = f"'{folder.parent}'"
        raise BadInput(Problem(place, "the folder above it does not exist", found, "make it first"))
