"""Pages that lead with ranges over draws say how often such ranges held, with the way to the back-test."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from orepact.report.too_narrow import too_narrow

SAID = f'<p class="narrow">{too_narrow()} <a href="/method">'


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    [
        "/shock?draws=20",
        "/shock/months?draws=10&months=2",
        "/price?draws=20",
        "/compare?draws=20",
        "/reserve?draws=10",
    ],
)
def test_a_page_with_ranges_says_how_often_such_ranges_held(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert SAID in answer.text


@pytest.mark.slow
def test_where_nothing_is_drawn_nothing_is_said_of_ranges(client: TestClient) -> None:
    assert 'class="narrow"' not in client.get("/price?reference=1000&mineral=gallium&draws=20").text
