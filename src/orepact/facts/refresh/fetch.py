"""One file from a publisher's server to a local path: bounded in size and time, whole, of the right type, and hashed.

Every way of failing is :class:`NotFetched` in one sentence; a file that fails is removed.
"""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from orepact.errors import NotFetched, Problem
from orepact.version import __version__

CHUNK = 1 << 18
SCHEMES = ("http", "https")
AGAIN = "nothing was changed; try again later"

Progress = Callable[[str, int, int | None], None]
"""Takes the name of what is fetched, the bytes so far, and all bytes where the server tells them."""


@dataclass(frozen=True)
class Fetched:
    """A file that came whole: where from, how large, which type the server gave, and its hash."""

    path: Path
    address: str
    size: int
    content_type: str
    sha256: str


@dataclass(frozen=True)
class Limits:
    """What a download may be: most bytes, seconds without a byte, and types of content."""

    size: int
    seconds: float
    types: tuple[str, ...]


def fetch(source: str, address: str, path: Path, limits: Limits, progress: Progress | None = None) -> Fetched:
    """Download ``address`` to ``path``; raises NotFetched, and leaves no file, where anything is not as it should be.

    A broken disk stays what it is, an OSError of the file.
    """
    place = f"refresh, {source}"
    host = urlsplit(address).netloc or address
    if urlsplit(address).scheme not in SCHEMES:
        raise NotFetched(Problem(place, "the address is none of the web", f"'{address}'", "give http:// or https://"))
    try:
        return _fetched(source, address, path, limits, progress)
    except urllib.error.HTTPError as error:
        error.close()
        problem = Problem(
            place, "the publisher does not give the file", f"{error.code} {error.reason} from {host}", AGAIN
        )
    except TimeoutError:
        found = f"no byte from {host} in {limits.seconds:g} seconds"
        problem = Problem(place, "the publisher does not answer", found, AGAIN)
    except urllib.error.URLError as error:
        problem = Problem(place, "the publisher cannot be reached", f"{_reason(error.reason)} ({host})", AGAIN)
    except (http.client.HTTPException, ConnectionError) as error:
        problem = Problem(place, "the connection broke off", f"{type(error).__name__} from {host}", AGAIN)
    raise NotFetched(problem)


def _fetched(source: str, address: str, path: Path, limits: Limits, progress: Progress | None) -> Fetched:
    request = urllib.request.Request(address, headers={"User-Agent": f"orepact/{__version__}"})  # noqa: S310  (checked)
    whole = False
    try:
        with urllib.request.urlopen(request, timeout=limits.seconds) as response:  # noqa: S310
            _check_answer(response, f"refresh, {source}", limits)
            fetched = _received(response, source, path, limits, progress)
            whole = True
            return fetched
    finally:
        if not whole:
            path.unlink(missing_ok=True)


def _reason(reason: object) -> str:
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return str(reason).lower()


def _check_answer(response: http.client.HTTPResponse, place: str, limits: Limits) -> None:
    found = response.headers.get_content_type()
    if found not in limits.types:
        wanted = " or ".join(limits.types[:2])
        raise NotFetched(Problem(place, f"what came is not of the type {wanted}", f"{found}", AGAIN))
    told = _length(response)
    if told is not None and told > limits.size:
        raise NotFetched(_too_large(place, f"{told:,} bytes announced", limits))


def _length(response: http.client.HTTPResponse) -> int | None:
    told = response.headers.get("Content-Length", "")
    return int(told) if told.isdigit() else None


def _too_large(place: str, found: str, limits: Limits) -> Problem:
    return Problem(place, f"the file is larger than the bound of {limits.size:,} bytes", found, AGAIN)


def _received(
    response: http.client.HTTPResponse, source: str, path: Path, limits: Limits, progress: Progress | None
) -> Fetched:
    """The body, chunk by chunk; a body shorter than announced or longer than the bound is no file."""
    place, told, size, digest = f"refresh, {source}", _length(response), 0, hashlib.sha256()
    with path.open("wb") as file:
        while chunk := response.read(CHUNK):
            size += len(chunk)
            if size > limits.size:
                raise NotFetched(_too_large(place, f"more than {limits.size:,} bytes", limits))
            digest.update(chunk)
            file.write(chunk)
            if progress is not None:
                progress(source, size, told)
    if told is not None and size != told:
        found = f"{size:,} of {told:,} bytes"
        raise NotFetched(Problem(place, "the file was cut short on the way", found, AGAIN))
    if size == 0:
        raise NotFetched(Problem(place, "the file is empty", "no byte", AGAIN))
    return Fetched(path, response.geturl(), size, response.headers.get_content_type(), digest.hexdigest())
