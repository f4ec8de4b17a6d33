"""What the wheel carries for the browser is what its record says, and nothing else is asked for."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from starlette.testclient import TestClient

from orepact.web.page import HERE

VENDOR = HERE / "static" / "vendor"


def test_every_vendored_file_is_the_one_on_record() -> None:
    record = json.loads((VENDOR / "vendor.json").read_text(encoding="utf-8"))
    found = {each["file"]: hashlib.sha256((VENDOR / each["file"]).read_bytes()).hexdigest() for each in record}
    assert found == {each["file"]: each["sha256"] for each in record}
    kept = {path.name for path in VENDOR.iterdir() if path.suffix in {".js", ".json"}} - {"vendor.json"}
    assert kept == set(found)
    assert all((VENDOR / f"{each['package']}.LICENSE.txt").exists() for each in record)


def test_the_map_knows_nearly_every_country_of_the_facts() -> None:
    from orepact import facts

    atlas = json.loads((VENDOR / "world.json").read_text(encoding="utf-8"))
    drawn = {shape["id"] for shape in atlas["objects"]["countries"]["geometries"]}
    users = set(facts.load("production")["country"]) & set(facts.load("countries")["country"])
    assert users - drawn <= {"SUN", "CSK", "YUG", "DDR", "SCG", "ANT", "GUF", "GLP", "MTQ", "REU"}
    assert {"SGP", "MLT", "BHR", "COD", "COG", "CHN", "USA"} <= drawn


def test_no_template_asks_anything_of_another_host_or_holds_a_script() -> None:
    for path in sorted((HERE / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(src|href|action|hx-get)=\"(https?:)?//", text), path
        for script in re.findall(r"<script[^>]*>", text):
            assert 'src="/static/' in script or 'type="application/json"' in script, (path, script)
        assert not re.search(r"\son[a-z]+=", text), path
        assert "style=" not in text, path
        assert "| safe" not in text, path


def test_answers_carry_the_policy(client: TestClient) -> None:
    for path in ("/", "/scoreboard", "/api/v1/scoreboard", "/static/app.css", "/no-such-page"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_the_workbench_answers_only_to_its_own_names(client: TestClient) -> None:
    assert client.get("/", headers={"host": "rebound.example"}).status_code == 400


def test_static_files_stay_in_their_folder(client: TestClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/vendor/../../app.py"):
        assert client.get(path).status_code == 404, path


def test_a_name_is_never_a_file_of_the_server(client: TestClient, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("name: X\nmembers: [DEU]\n", encoding="utf-8")
    found = client.get("/api/v1/scoreboard", params={"region": str(own)})
    assert found.status_code == 422
    assert found.json()["problems"][0]["field"] == "region"
