"""Who vouches for a credential: the documents of a file with how each stands, signed by a known issuer, unsigned, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from orepact.custody.batch_file import BatchFile
from orepact.custody.records import Credential
from orepact.custody.schemes import scheme_problem
from orepact.errors import Problem


@dataclass(frozen=True)
class Standing:
    """A credential and how it stands.

    signed: by an issuer that the keys name for its scheme. why: in words. failed: criteria that the issuer says are not met.
    """

    credential: Credential
    signed: bool
    why: str
    failed: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True)
class Vouched:
    """Every document of a file that can be read, and what is wrong with the others."""

    standings: tuple[Standing, ...]
    refused: tuple[Problem, ...]


def vouched(file: BatchFile, on: date, place: str = "file") -> Vouched:
    """The credentials of a file on a day."""
    del on
    return Vouched(tuple(_plain(file)), tuple(_unknown_schemes(file, place)))


def _plain(file: BatchFile) -> Iterator[Standing]:
    for each in file.credentials:
        yield Standing(each, signed=False, why="nobody signed it")


def _unknown_schemes(file: BatchFile, place: str) -> Iterator[Problem]:
    for each in file.credentials:
        problem = scheme_problem(each.scheme, f"{place}, credentials, {each.id}, scheme")
        if problem is not None and each.kind == "certificate":
            yield problem
