"""Signing in by page and by JSON, the first start, tokens and sessions over the network, and pages elsewhere that would act for one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from orepact.pact import KEEPER, Command, Pact
from orepact.pact.limits import MOST
from orepact.pact.people import People
from orepact.web.app import create_app

URL = "http://127.0.0.1"
PASSWORD = "a few long words in a row"  # noqa: S105
ADA = {"name": "ada", "password": PASSWORD}
ME = "/api/v1/pact/me"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pact = Pact.at(f"sqlite:///{tmp_path_factory.mktemp('pact') / 'pact.sqlite'}")
    found = create_app(hosts=("127.0.0.1", "pact.example"), pact=pact)
    people: People = found.state.people
    people.set_up(people.new_set_up_code(), "ada", "Ada <b>Example</b>", PASSWORD)
    yield found
    pact.close()


@pytest.fixture
def client(app: Any) -> TestClient:
    return TestClient(app, base_url=URL, follow_redirects=False)


def token(client: TestClient, **data: Any) -> tuple[str, str]:
    """A token of whoever is signed in: its id and its secret."""
    given = {"name": "program", "expires": client.app.state.pact.store.today().isoformat(), **data}  # type: ignore[attr-defined]
    made = client.post("/api/v1/pact/tokens", json={"data": given})
    assert made.status_code == 201, made.text
    return made.json()["id"], made.json()["secret"]


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_form_signs_in_and_goes_on_and_out_again(client: TestClient) -> None:
    page = client.get("/sign-in?next=/shock")
    assert page.status_code == 200
    assert 'name="next" value="/shock"' in page.text
    done = client.post("/sign-in", data=ADA | {"next": "/shock"})
    assert (done.status_code, done.headers["location"]) == (303, "/shock")
    held = done.headers["set-cookie"]
    assert all(each in held for each in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"))
    assert "Secure" not in held
    assert client.get(ME).json()["roles"] == ["administrator"]
    shown = client.get("/sign-in").text
    assert "Ada &lt;b&gt;Example" in shown
    out = client.post("/sign-out")
    assert out.status_code == 303
    assert client.get(ME).json()["signed_in"] is False


def test_the_cookie_is_secure_over_https(app: Any) -> None:
    client = TestClient(app, base_url="https://pact.example", follow_redirects=False)
    assert "Secure" in client.post("/sign-in", data=ADA).headers["set-cookie"]


def test_a_session_that_was_signed_out_is_over_even_for_who_kept_it(client: TestClient) -> None:
    client.post("/sign-in", json=ADA)
    kept = client.cookies["orepact_session"]
    client.post("/sign-out", json={})
    client.cookies.set("orepact_session", kept)
    assert client.get(ME).json()["signed_in"] is False


def test_signing_in_makes_a_new_session_and_ends_the_one_before(client: TestClient) -> None:
    client.cookies.set("orepact_session", "chosen-by-somebody-else")
    client.post("/sign-in", json=ADA)
    first = client.cookies.get("orepact_session", domain="127.0.0.1") or ""
    client.cookies.clear()
    assert first != "chosen-by-somebody-else"
    client.cookies.set("orepact_session", first)
    client.post("/sign-in", json=ADA)
    people: People = client.app.state.people  # type: ignore[attr-defined]
    assert people.viewer_of_session(first) is None


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:x",
        "evil",
    ],
)
def test_nobody_is_led_away(client: TestClient, then: str) -> None:
    assert client.post("/sign-in", data=ADA | {"next": then}).headers["location"] == "/"
    client.cookies.clear()
    assert 'name="next" value="/"' in client.get("/sign-in", params={"next": then}).text


def test_json_signs_in_too_and_errors_have_the_one_body(client: TestClient) -> None:
    done = client.post("/sign-in", json=ADA)
    assert (done.status_code, done.json()["signed_in"]) == (200, True)
    client.cookies.clear()
    said = []
    for given in ({"name": "ada", "password": "x"}, {"name": "nobody", "password": PASSWORD}, {}):
        wrong = client.post("/sign-in", json=given)
        assert wrong.status_code == 401
        said.append(wrong.text)
    assert len(set(said)) == 1
    page = client.post("/sign-in", data={"name": "ada", "password": "x", "next": "/shock"})
    assert page.status_code == 401
    assert "name and password do not belong together" in page.text
    assert 'value="ada"' in page.text
    assert 'value="/shock"' in page.text


@pytest.mark.parametrize(
    ("content", "form", "status"),
    [
        ("{", "application/json", 400), ("[]", "application/json", 400),
        ('{"name": 1}', "application/json", 400), ('{"name": "\\ud800"}', "application/json", 400),
        ("&".join(f"a{at}=b" for at in range(30)), "application/x-www-form-urlencoded", 400), ("name=ada", "text/plain", 415),
        ("a" * 30_000, "application/json", 413), ("name=%00%ff&password=%00", "application/x-www-form-urlencoded", 401),
    ],
)  # fmt: skip
def test_a_body_that_is_none_is_refused(client: TestClient, content: str, form: str, status: int) -> None:
    assert client.post("/sign-in", content=content, headers={"content-type": form}).status_code == status


def test_after_too_many_tries_nobody_signs_in_by_that_name(app: Any) -> None:
    client = TestClient(app, base_url=URL)
    for _ in range(MOST):
        assert client.post("/sign-in", json={"name": "target", "password": "x"}).status_code == 401
    late = client.post("/sign-in", json={"name": "target", "password": "x"})
    assert (late.status_code, late.json()["error"]) == (429, "too_many")
    assert client.post("/sign-in", json=ADA).status_code == 200


def test_a_page_elsewhere_cannot_act_for_who_is_signed_in(client: TestClient) -> None:
    client.post("/sign-in", json=ADA)
    body = {"data": {"name": "Eve", "roles": ["administrator"]}}
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ):
        for path in ("/api/v1/pact/people", "/sign-out", "/sign-in", "/set-up"):
            done = client.post(path, json=body, headers=headers)
            assert (done.status_code, done.json()["error"]) == (403, "refused")
    assert client.get(ME).json()["signed_in"] is True
    assert "Eve" not in client.get("/api/v1/pact/people").text
    for form in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        plain = client.post("/api/v1/pact/people", content='{"data": {"name": "Eve"}}', headers={"content-type": form})
        assert plain.status_code == 415
    assert client.post("/api/v1/pact/people", json=body, headers={"origin": URL}).status_code == 201


def test_a_token_that_does_not_hold_is_never_nobody(client: TestClient) -> None:
    client.post("/sign-in", json=ADA)
    name, secret = token(client)
    held = dict(client.cookies)
    client.cookies.clear()
    assert client.get(ME, headers=bearer(secret)).json()["name"].startswith("Ada")
    wrongs = [
        bearer(secret[:-1]),
        bearer("orep_"),
        bearer(""),
        {"authorization": f"Basic {secret}"},
        {"authorization": secret},
        {"authorization": ""},
    ]
    for path in (
        ME,
        "/api/v1/pact/parties",
        "/api/v1/pact/kinds",
        "/api/v1/pact/events",
        "/api/v1/pact/aggregates/project-capacity",
    ):
        for headers in wrongs:
            for cookies in ({}, held):
                for one, value in cookies.items():
                    client.cookies.set(one, value)
                said = client.get(path, headers=headers)
                client.cookies.clear()
                assert (said.status_code, said.json()["error"]) == (401, "not_signed_in"), (path, headers)
                assert said.headers["www-authenticate"] == "Bearer"
    client.cookies.set("orepact_session", held["orepact_session"])
    assert client.post(f"/api/v1/pact/tokens/{name}/end", json={"data": {"reason": "lost"}}).status_code == 200
    client.cookies.clear()
    assert client.get(ME, headers=bearer(secret)).status_code == 401


def test_a_token_that_reads_changes_nothing_and_makes_no_tokens(client: TestClient) -> None:
    client.post("/sign-in", json=ADA)
    _, reads = token(client)
    _, writes = token(client, scopes=["read", "write"])
    client.cookies.clear()
    person = {"data": {"name": "Guest"}}
    assert client.post("/api/v1/pact/people", json=person, headers=bearer(reads)).json()["error"] == "denied"
    assert client.post("/api/v1/pact/people", json=person, headers=bearer(writes)).status_code == 201
    more = {"data": {"name": "more", "expires": "2027-01-01"}}
    for each in (reads, writes):
        assert client.post("/api/v1/pact/tokens", json=more, headers=bearer(each)).json()["error"] == "denied"


def test_a_token_is_shown_once(client: TestClient) -> None:
    client.post("/sign-in", json=ADA)
    given = {"name": "once", "expires": client.app.state.pact.store.today().isoformat()}  # type: ignore[attr-defined]
    headers = {"idempotency-key": "once"}
    first = client.post("/api/v1/pact/tokens", json={"data": given}, headers=headers).json()
    again = client.post("/api/v1/pact/tokens", json={"data": given}, headers=headers).json()
    assert again["id"] == first["id"]
    assert again["secret"] is None
    for path in ("tokens", f"tokens/{first['id']}", f"tokens/{first['id']}/history", "events"):
        assert first["secret"] not in client.get(f"/api/v1/pact/{path}").text


def test_a_workbench_without_a_pact_says_so(client: TestClient) -> None:
    del client
    bare = TestClient(create_app(), base_url=URL)
    for path in (
        "/api/v1/pact/me",
        "/api/v1/pact/parties",
        "/api/v1/pact/parties/x",
        "/api/v1/pact/events",
        "/api/v1/pact/verify",
    ):
        said = bare.get(path)
        assert (said.status_code, said.json()["error"]) == (503, "no_pact")
    assert bare.get("/sign-in").status_code == 503
    assert bare.post("/api/v1/pact/parties", json={}).status_code == 503


def test_the_first_start_on_a_page(tmp_path: Path) -> None:
    pact = Pact.at(f"sqlite:///{tmp_path / 'pact.sqlite'}")
    app = create_app(pact=pact)
    client = TestClient(app, base_url=URL, follow_redirects=False)
    assert client.get("/sign-in").headers["location"] == "/set-up"
    code = app.state.people.new_set_up_code()
    assert f'value="{code}"' in client.get(f"/set-up?code={code}").text
    given = ADA | {"shown_name": "Ada", "code": code}
    assert client.post("/set-up", data=given | {"code": "x"}).status_code == 401
    short = client.post("/set-up", data=given | {"password": "short"})
    assert short.status_code == 422
    assert f'value="{code}"' in short.text
    assert client.post("/set-up", data=given).status_code == 303
    assert client.get(ME).json()["roles"] == ["administrator"]
    assert client.get("/set-up").headers["location"] == "/sign-in"
    assert client.post("/set-up", data=given).status_code == 401
    pact.close()


@pytest.mark.slow
def test_a_served_workbench_says_how_to_make_the_administrator_until_there_is_one(tmp_path: Path) -> None:
    import httpx

    def started() -> tuple[subprocess.Popen[str], list[str]]:
        command = [sys.executable, "-m", "orepact", "serve", "--port", "0", "--no-browser"]
        server = subprocess.Popen(  # noqa: S603
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, "XDG_DATA_HOME": str(tmp_path)}
        )
        assert server.stderr is not None
        return server, [server.stderr.readline() for _ in range(3)]

    server, lines = started()
    address = re.search(r"http://\S+/set-up\?code=(\S+)", "".join(lines))
    assert address is not None
    base = address[0].split("/set-up")[0]
    done = httpx.post(
        f"{base}/set-up", data=ADA | {"shown_name": "Ada", "code": address[1]}, trust_env=False, timeout=60
    )
    assert done.status_code == 303
    server.send_signal(signal.SIGINT)
    _, rest = server.communicate(timeout=60)
    assert address[1] not in rest
    pact = Pact.at(f"sqlite:///{tmp_path / 'orepact' / 'pact.sqlite'}")
    people = People(pact)
    assert not people.needs_set_up()
    assert people.viewer_of_session(people.sign_in("ada", PASSWORD)) is not None
    pact.do(KEEPER, Command("person", "add", {"name": "Guest"}))
    pact.close()
