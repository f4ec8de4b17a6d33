"""Sign-in at an issuer of OpenID Connect: a small real one on loopback, and everything that must not let anybody in."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.testclient import TestClient

from orepact.api.pact.oidc import CLIENT, ISSUER, SECRET, Issuer
from orepact.errors import BadInput
from orepact.pact import KEEPER, Command, Pact
from orepact.web.app import create_app

URL = "http://127.0.0.1"
OURS = "orepact-at-work"
KEPT = "a secret of the client"
SUBJECT = "248289761001"
Claims = dict[str, Any]


class Vouching:
    """An issuer: it lets everybody in as one subject, and signs what a test makes of its claims."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.spoil: Callable[[Claims], Claims] = dict
        self.sign: Callable[[Claims], str] = self.signed
        self.subject = SUBJECT
        self.codes: dict[str, dict[str, str]] = {}
        self.told: dict[str, Any] = {}
        outer = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.get(self)

            def do_POST(self) -> None:
                outer.post(self)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def signed(self, claims: Claims) -> str:
        """An identity token of the issuer's own key."""
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)

    def get(self, asked: BaseHTTPRequestHandler) -> None:
        """Discovery, keys, and the page on which somebody lets us in."""
        parts = urlsplit(asked.path)
        if parts.path == "/.well-known/openid-configuration":
            about = {
                "issuer": self.address, "authorization_endpoint": f"{self.address}/in", "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
            }  # fmt: skip
            _say(asked, about | self.told)
        elif parts.path == "/keys":
            _say(asked, {"keys": [self.key.as_dict(private=False)]})
        else:
            given = dict(parse_qsl(parts.query))
            code = secrets.token_urlsafe(8)
            self.codes[code] = given
            asked.send_response(302)
            state = urlencode({"code": code, "state": given["state"]})
            asked.send_header("location", f"{given['redirect_uri']}?{state}")
            asked.end_headers()

    def post(self, asked: BaseHTTPRequestHandler) -> None:
        """A code for a token: once, with its verifier, to the client that knows its secret."""
        form = dict(parse_qsl(asked.rfile.read(int(asked.headers["content-length"])).decode()))
        begun = self.codes.pop(form.get("code", ""), None)
        basic = base64.b64encode(f"{OURS}:{KEPT}".encode()).decode()
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
            .decode()
            .rstrip("=")
        )
        if begun is None or begun["code_challenge"] != challenge or begun["code_challenge_method"] != "S256":
            _say(asked, {"error": "invalid_grant"}, 400)
            return
        if (
            asked.headers["authorization"] not in {f"Basic {basic}", _quoted_basic()}
            or form["redirect_uri"] != begun["redirect_uri"]
        ):
            _say(asked, {"error": "invalid_client"}, 401)
            return
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": OURS,
            "sub": self.subject,
            "exp": now + 300,
            "iat": now,
            "nonce": begun["nonce"],
        }
        token = self.sign(self.spoil(claims))
        _say(asked, {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": token})


def _quoted_basic() -> str:
    from urllib.parse import quote

    return "Basic " + base64.b64encode(f"{quote(OURS)}:{quote(KEPT)}".encode()).decode()


def _say(asked: BaseHTTPRequestHandler, record: dict[str, Any], status: int = 200) -> None:
    body = json.dumps(record).encode()
    asked.send_response(status)
    asked.send_header("content-type", "application/json")
    asked.send_header("content-length", str(len(body)))
    asked.end_headers()
    asked.wfile.write(body)


@pytest.fixture
def issuer() -> Iterator[Vouching]:
    found = Vouching()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def pact(tmp_path: Path) -> Iterator[Pact]:
    found = Pact.at(f"sqlite:///{tmp_path / 'pact.sqlite'}")
    yield found
    found.close()


@pytest.fixture
def client(issuer: Vouching, pact: Pact, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    for name, value in ((ISSUER, issuer.address), (CLIENT, OURS), (SECRET, KEPT)):
        monkeypatch.setenv(name, value)
    pact.do(
        KEEPER,
        Command(
            "person",
            "add",
            {"name": "Vouched", "roles": ["administrator"], "issuer": issuer.address, "subject": SUBJECT},
        ),
    )
    return TestClient(create_app(pact=pact), base_url=URL, follow_redirects=False)


def back_from(client: TestClient, then: str = "/") -> str:
    """Begin, be let in by the issuer, and say to which of our addresses it sends the browser back."""
    import httpx

    begun = client.get("/sign-in/issuer", params={"next": then})
    assert begun.status_code == 303
    sent = httpx.get(begun.headers["location"], trust_env=False)
    assert sent.status_code == 302
    return sent.headers["location"].removeprefix(URL)


def who(client: TestClient) -> Any:
    return client.get("/api/v1/pact/me").json()["name"]


def test_a_person_who_is_known_is_let_in_and_goes_on_where_they_were(client: TestClient) -> None:
    done = client.get(back_from(client, "/shock?mineral=cobalt"))
    assert (done.status_code, done.headers["location"]) == (303, "/shock?mineral=cobalt")
    assert who(client) == "Vouched"
    cookies = done.headers.get_list("set-cookie")
    held = next(each for each in cookies if each.startswith("orepact_session="))
    assert "HttpOnly" in held
    assert "SameSite=lax" in held


def test_what_is_asked_of_the_issuer_has_state_nonce_and_challenge(client: TestClient, issuer: Vouching) -> None:
    address = client.get("/sign-in/issuer").headers["location"]
    assert address.startswith(f"{issuer.address}/in?")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"{URL}/sign-in/issuer/back"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))


def test_somebody_unknown_is_told_what_to_tell_the_administrator(client: TestClient, issuer: Vouching) -> None:
    issuer.subject = "stranger"
    done = client.get(back_from(client))
    assert done.status_code == 401
    assert "subject &#39;stranger&#39; of issuer" in done.text
    assert "administrator" in done.text
    assert who(client) == "anybody"


SPOILT: dict[str, Callable[[Claims], Claims]] = {
    "another nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "another audience": lambda claims: claims | {"aud": "another"},
    "audience of another beside ours": lambda claims: claims | {"aud": [OURS, "another"], "azp": "another"},
    "no audience": lambda claims: {name: value for name, value in claims.items() if name != "aud"},
    "another issuer": lambda claims: claims | {"iss": "https://id.example"},
    "over": lambda claims: claims | {"exp": int(time.time()) - 120},
    "without an end": lambda claims: {name: value for name, value in claims.items() if name != "exp"},
    "no subject": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
    "a subject that is no text": lambda claims: claims | {"sub": 1},
    "an empty subject": lambda claims: claims | {"sub": ""},
    "not yet": lambda claims: claims | {"nbf": int(time.time()) + 3600},
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_token_that_does_not_hold_lets_nobody_in(client: TestClient, issuer: Vouching, spoilt: str) -> None:
    issuer.spoil = SPOILT[spoilt]
    done = client.get(back_from(client))
    assert done.status_code == 401, done.text
    assert who(client) == "anybody"
    assert "orepact_session" not in client.cookies


def unsigned(claims: Claims) -> str:
    """A token with the signature none."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in ({"alg": "none"}, claims)
    )
    return f"{head}.{body}."


def test_a_signature_that_is_not_the_issuers_lets_nobody_in(client: TestClient, issuer: Vouching) -> None:
    other = RSAKey.generate_key(2048, parameters={"kid": "one"})
    public = issuer.key.as_pem(private=False)
    signs: tuple[Callable[[Claims], str], ...] = (
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, other),
        lambda claims: jwt.encode({"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(KEPT.ljust(32, "."))),
        unsigned,
        lambda claims: issuer.signed(claims)[:-6] + "AAAAAA",
        lambda _: "no token at all",
        lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, other),
    )
    assert public
    for sign in signs:
        issuer.sign = sign
        done = client.get(back_from(client))
        assert done.status_code == 401, done.text
        assert who(client) == "anybody"


def test_a_code_works_once_and_so_does_a_state(client: TestClient) -> None:
    back = back_from(client)
    assert client.get(back).status_code == 303
    client.cookies.delete("orepact_session")
    assert client.get(back).status_code == 401
    fresh = dict(parse_qsl(urlsplit(back_from(client)).query))
    used = dict(parse_qsl(urlsplit(back).query))
    replayed = client.get("/sign-in/issuer/back", params={"state": fresh["state"], "code": used["code"]})
    assert replayed.status_code == 401
    assert who(client) == "anybody"


def test_a_state_that_was_tampered_with_or_is_another_browsers_lets_nobody_in(client: TestClient, pact: Pact) -> None:
    given = dict(parse_qsl(urlsplit(back_from(client)).query))
    for state in (given["state"][:-1], f"{given['state']}x", "", secrets.token_urlsafe(32)):
        assert client.get("/sign-in/issuer/back", params={**given, "state": state}).status_code == 401
    other = TestClient(client.app, base_url=URL, follow_redirects=False)
    assert other.get("/sign-in/issuer/back", params=given).status_code == 401  # it never began
    mine = back_from(client)
    other.get("/sign-in/issuer")
    assert other.get(mine).status_code == 401  # it began another
    assert who(other) == "anybody"
    del pact


def test_what_the_issuer_refuses_is_refused(client: TestClient) -> None:
    given = dict(parse_qsl(urlsplit(back_from(client)).query))
    assert (
        client.get("/sign-in/issuer/back", params={"state": given["state"], "error": "access_denied"}).status_code
        == 401
    )
    given = dict(parse_qsl(urlsplit(back_from(client)).query))
    assert client.get("/sign-in/issuer/back", params={**given, "iss": "https://id.example"}).status_code == 401


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "/\t/evil.example",
        "",
    ],
)
def test_nobody_is_led_away_to_another_host(client: TestClient, then: str) -> None:
    done = client.get(back_from(client, then))
    assert (done.status_code, done.headers["location"]) == (303, "/")


def test_somebody_who_ended_is_not_let_in(client: TestClient, pact: Pact) -> None:
    pact.do(KEEPER, Command("person", "add", {"name": "Other", "roles": ["administrator"]}))
    person = next(each.id for each in pact.store.state().all("person"))
    pact.do(KEEPER, Command("person", "end", {"reason": "left"}, person))
    assert client.get(back_from(client)).status_code == 401


def test_an_issuer_that_says_another_name_or_is_silent_is_told(client: TestClient, issuer: Vouching) -> None:
    issuer.told = {"issuer": "https://id.example"}
    assert client.get("/sign-in/issuer").status_code == 503
    issuer.told = {"token_endpoint": "http://id.example/token"}
    assert client.get("/sign-in/issuer").status_code == 503


@pytest.mark.parametrize(
    "address", ["http://id.example", "ftp://127.0.0.1", "id.example", "http://127.0.0.1.id.example"]
)
def test_an_address_that_others_can_read_is_no_issuer(address: str) -> None:
    with pytest.raises(BadInput, match="no safe address"):
        Issuer(address, OURS)


def test_without_an_issuer_there_is_no_such_way_in(pact: Pact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ISSUER, raising=False)
    bare = TestClient(create_app(pact=pact), base_url=URL)
    assert bare.get("/sign-in/issuer").status_code == 404
    assert bare.get("/sign-in/issuer/back", params={"code": "a", "state": "b"}).status_code == 404
    monkeypatch.setenv(ISSUER, "https://id.example")
    monkeypatch.delenv(CLIENT, raising=False)
    with pytest.raises(BadInput, match="knows us by no name"):
        create_app(pact=pact)
