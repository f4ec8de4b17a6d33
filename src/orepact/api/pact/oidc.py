"""Sign-in by OpenID Connect: authorization code with PKCE, state and nonce, at one issuer that the environment names.

A sign-in that has begun is kept in memory for ten minutes, can be finished once, and only by the browser that began it. Of the issuer's
answer signature, issuer, audience, time and nonce must all hold; who it is then depends on issuer and subject alone, never on an address
or name that the issuer lets people choose.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx

from orepact.errors import BadInput, Problem
from orepact.pact.canonical import digest
from orepact.pact.database import Unavailable
from orepact.pact.people import NotSignedIn

ISSUER, CLIENT, SECRET = "OREPACT_OIDC_ISSUER", "OREPACT_OIDC_CLIENT_ID", "OREPACT_OIDC_CLIENT_SECRET"
PLACE = "sign-in"
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
"""Signatures that only the issuer can make; one by a shared secret, or none, is refused."""

LASTS = 600.0
"""Seconds in which a sign-in must be finished."""

MOST_BEGUN = 1000
"""Sign-ins that may be under way; the oldest are forgotten first."""

KNOWN_FOR = 3600.0
LEEWAY = 30
"""Seconds by which the issuer's clock may differ."""

WAIT = 10.0
LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class Begun:
    """A sign-in under way. browser: SHA-256 of what the browser that began it holds."""

    nonce: str
    verifier: str
    back: str
    then: str
    browser: str
    at: float


@dataclass
class Issuer:
    """Who vouches for people. Raises BadInput where its address is neither https nor of this machine."""

    address: str
    client: str
    secret: str | None = None
    _begun: OrderedDict[str, Begun] = field(default_factory=OrderedDict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _known: tuple[float, dict[str, Any]] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not _safe(self.address):
            todo = f"give one that begins with https:// in {ISSUER}"
            raise BadInput(Problem(ISSUER, "it is no safe address of an issuer", f"'{self.address[:200]}'", todo))

    def begin(self, back: str, then: str) -> tuple[str, str]:
        """Where the browser goes to sign in, and what it must hold when it comes back. then: local address to go on to."""
        state, nonce, verifier, browser = (secrets.token_urlsafe(32) for _ in range(4))
        with self._oauth(back) as client:
            address, _ = client.create_authorization_url(
                self._about()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        with self._lock:
            self._begun[digest(state)] = Begun(nonce, verifier, back, then, digest(browser), time.monotonic())
            while len(self._begun) > MOST_BEGUN:
                self._begun.popitem(last=False)
        return str(address), browser

    def finish(self, given: Mapping[str, str], browser: str) -> tuple[str, str]:
        """The subject that the issuer vouches for, and where to go on. Raises NotSignedIn for anything that does not hold."""
        begun = self._take(given.get("state", ""), browser)
        if "error" in given or not given.get("code"):
            raise _refused("the issuer let nobody in", given.get("error", "no code")[:80])
        if given.get("iss", self.address) != self.address:
            raise _refused("another issuer answered", given["iss"][:200])
        token = self._exchange(given["code"], begun)
        return self._subject(token, begun.nonce), begun.then

    def _take(self, state: str, browser: str) -> Begun:
        """The sign-in of a state, once."""
        with self._lock:
            begun = self._begun.pop(digest(state), None)
        if begun is None or time.monotonic() - begun.at > LASTS:
            raise _refused("this sign-in has not begun here, is over, or took too long", "another state")
        if not secrets.compare_digest(begun.browser, digest(browser)):
            raise _refused("another browser began this sign-in", "another browser")
        return begun

    def _exchange(self, code: str, begun: Begun) -> str:
        """The identity token that the issuer gives for a code."""
        from authlib.integrations.base_client.errors import OAuthError

        try:
            with self._oauth(begun.back) as client:
                found = client.fetch_token(self._about()["token_endpoint"], code=code, code_verifier=begun.verifier)
        except OAuthError as error:
            raise _refused("the issuer does not know the code", str(error.error)[:80]) from None
        except (httpx.HTTPError, ValueError) as error:
            raise _silent(self.address, error) from None
        token = found.get("id_token") if isinstance(found, dict) else None
        if not isinstance(token, str):
            raise _refused("the issuer said not who it is", "no id_token")
        return token

    def _subject(self, token: str, nonce: str) -> str:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        must = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self.address},
            aud={"essential": True, "value": self.client},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
            sub={"essential": True},
        )
        try:
            keys = KeySet.import_key_set(self._fetched(self._about()["jwks_uri"]))  # type: ignore[arg-type]
            claims = jwt.decode(token, keys, algorithms=SIGNATURES).claims
            must.validate(claims)
        except (JoseError, ValueError) as error:
            raise _refused("what the issuer says does not hold", f"{type(error).__name__}: {error}"[:160]) from None
        subject, others = claims["sub"], claims["aud"]
        if isinstance(others, list) and len(others) > 1 and claims.get("azp") != self.client:
            raise _refused("what the issuer says is for somebody else", f"azp {str(claims.get('azp'))[:80]}")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise _refused("the issuer said not who it is", "no subject")
        return subject

    def _oauth(self, back: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        method = "client_secret_basic" if self.secret else "none"
        return OAuth2Client(
            self.client, self.secret, scope="openid", redirect_uri=back, code_challenge_method="S256", timeout=WAIT,
            token_endpoint_auth_method=method, trust_env=False,
        )  # fmt: skip

    def _about(self) -> dict[str, Any]:
        """What the issuer says of itself, looked up once an hour."""
        if self._known is not None and time.monotonic() - self._known[0] < KNOWN_FOR:
            return self._known[1]
        found = self._fetched(f"{self.address.rstrip('/')}/.well-known/openid-configuration")
        addresses = [str(found.get(each, "")) for each in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        if found.get("issuer") != self.address or not all(map(_safe, addresses)):
            todo = "check that it is the address that the issuer gives itself"
            raise Unavailable(
                Problem(ISSUER, "the issuer says another address of itself", f"{found.get('issuer')}"[:200], todo)
            )
        self._known = (time.monotonic(), found)
        return found

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            answer = httpx.get(address, timeout=WAIT, trust_env=False).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise _silent(address, error) from None
        if not isinstance(answer, dict):
            raise _silent(address, ValueError("no record"))
        return answer


def from_environment() -> Issuer | None:
    """The issuer that the environment names; None where it names none. Raises BadInput where it names one without a client."""
    address, client = os.environ.get(ISSUER, "").strip(), os.environ.get(CLIENT, "").strip()
    if not address:
        return None
    if not client:
        raise BadInput(Problem(CLIENT, "the issuer knows us by no name", "nothing", f"set it beside {ISSUER}"))
    return Issuer(address, client, os.environ.get(SECRET) or None)


def _safe(address: str) -> bool:
    """Whether what is sent to an address is read by nobody in between: https, or this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and (parts.hostname == "localhost" or _loopback(parts.hostname or ""))


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(wrong: str, found: str) -> NotSignedIn:
    return NotSignedIn(Problem(PLACE, wrong, found, "begin again at /sign-in"))


def _silent(address: str, error: Exception) -> Unavailable:
    said = str(error).splitlines()[0][:160] if str(error) else type(error).__name__
    return Unavailable(
        Problem(PLACE, "the issuer does not answer as it should", f"{address}: {said}", "try again later")
    )
