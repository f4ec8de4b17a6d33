"""What is fetched comes whole, of the right kind and hashed, or nothing changes. A server of our own plays the publishers."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from test_loaders import BACI, CODES, MCS2026

from orepact import facts
from orepact.errors import BadInput, NotFetched
from orepact.facts.refresh import PUBLISHERS, cache_folder, refresh
from orepact.facts.refresh.fetch import Limits, fetch

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A server on 127.0.0.1 with an answer for each path."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        answers = self.answers

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answers.get(self.path.split("?")[0], lambda request: request.send_error(404))(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a reader that hangs up is no fault
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def give(self, path: str, body: bytes, kind: str, *, told: int | None = None) -> str:
        """Answer ``path`` with ``body``; ``told`` is the length that the server claims."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(200)
            request.send_header("Content-Type", kind)
            request.send_header("Content-Length", str(len(body) if told is None else told))
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer
        return self.base + path


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.server.shutdown()
    running.server.server_close()


def _release(
    server: Server, text: str = MCS2026, md5: str | None = None, name: str = "MCS2026_Commodities_Data.csv"
) -> str:
    body = text.encode("cp1252")
    url = server.give("/file", body, "text/csv")
    checksum = {"type": "MD5", "value": md5 or hashlib.md5(body, usedforsecurity=False).hexdigest()}
    record = {"files": [{"name": "read.txt", "url": url}, {"name": name, "url": url, "checksum": checksum}]}
    return server.give("/item", json.dumps(record).encode(), "application/json;charset=UTF-8")


def _prices(server: Server, copper: float = 9000.0) -> str:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Monthly Prices")
        for at, row in enumerate(
            [
                ["World Bank"],
                [],
                ["", "Copper", "Nickel"],
                ["", "($/mt)", "($/mt)"],
                ["2020M01", copper, 13506.86],
                ["2031M01", 1, "…"],
            ]
        ):
            sheet.write_row(at, 0, row)
    server.give("/doc/CMO-Historical-Data-Monthly.xlsx", content.getvalue(), WORKBOOK)
    page = '<html><a href="/other.xlsx">x</a> <a href="/doc/CMO-Historical-Data-Monthly.xlsx">Monthly prices</a></html>'
    return server.give("/markets", page.encode(), "text/html; charset=utf-8")


def _governance(server: Server, pages: int = 1) -> str:
    for dimension in ("VA", "PV", "GE", "RQ", "RL", "CC"):
        rows = [
            {"countryiso3code": "CHN", "date": "2023", "value": -0.5},
            {"countryiso3code": "", "date": "2023", "value": 1},
        ]
        answer = [{"page": 1, "pages": pages, "total": 2}, rows]
        server.give(f"/api/GOV_WGI_{dimension}.EST", json.dumps(answer).encode(), "application/json")
    return server.base + "/api"


def _baci(server: Server) -> str:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("BACI_HS92_Y2024_V202601.csv", BACI)
        archive.writestr("country_codes_V202601.csv", CODES)
    server.give("/data/BACI_HS92_V202601.zip", content.getvalue(), "application/zip")
    page = '<a href="/data/BACI_HS92_V202401b.zip">old</a><a href="/data/BACI_HS92_V202601.zip">new</a>'
    return server.give("/baci", page.encode(), "text/html")


def test_every_source_is_fetched_checked_and_compared(tmp_path: Path, server: Server) -> None:
    starts = {
        "usgs_mcs": _release(server), "worldbank_prices": _prices(server), "worldbank_wgi": _governance(server), "baci": _baci(server),
    }  # fmt: skip
    seen: list[tuple[str, int, int | None]] = []
    version = facts.version()
    report = refresh(PUBLISHERS, tmp_path / "cache", addresses=starts, progress=lambda *step: seen.append(step))
    assert report.failed == ()
    done = {each.source: each for each in report.done}
    assert done.keys() == set(PUBLISHERS)
    for name, each in done.items():
        record = json.loads((tmp_path / "cache" / name / "record.json").read_text(encoding="utf-8"))
        for file in record["files"]:
            content = (tmp_path / "cache" / name / file["name"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert not each.unchanged
    usgs, prices, trade = (done[name].changes for name in ("usgs_mcs", "worldbank_prices", "baci"))
    assert usgs is not None and (usgs.same, usgs.moved) == (2, 2)  # noqa: PT018
    assert [each["value"] for each in usgs.largest] == [0, 760]
    assert prices is not None and (prices.moved, prices.new_periods) == (1, ("2031-01",))  # noqa: PT018
    assert trade is not None and trade.new + trade.moved + trade.same == 3  # noqa: PT018
    assert {name for name, _, _ in seen} == set(PUBLISHERS)
    assert not list((tmp_path / "cache").glob(".*"))
    assert facts.version() == version
    again = refresh(["usgs_mcs"], tmp_path / "cache", addresses=starts)
    assert again.done[0].unchanged


def test_all_but_the_very_large_are_fetched_unasked(tmp_path: Path, server: Server) -> None:
    nowhere = dict.fromkeys(PUBLISHERS, server.base + "/none")
    report = refresh((), tmp_path, addresses=nowhere)
    assert {problem.place for problem in report.failed} == {f"refresh, {name}" for name in PUBLISHERS if name != "baci"}


def _cut(server: Server) -> str:
    return server.give("/cut", b"x" * 100, "text/csv", told=900)


def _large(server: Server) -> str:
    return server.give("/large", b"x" * 5000, "text/csv")


def _large_untold(server: Server) -> str:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/csv")
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b"x" * 100_000)

    server.answers["/untold"] = answer
    return server.base + "/untold"


def _chunks_cut(server: Server) -> str:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = "HTTP/1.1"
        request.send_response(200)
        request.send_header("Content-Type", "text/csv")
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"10\r\n0123")
        request.close_connection = True

    server.answers["/chunks"] = answer
    return server.base + "/chunks"


def _silent(server: Server) -> str:
    server.answers["/silent"] = lambda _: time.sleep(1)
    return server.base + "/silent"


def _refused(_: Server) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/x"


FAILURES: list[tuple[Callable[[Server], str], str]] = [
    (_cut, "cut short on the way"),
    (_large, "larger than the bound"),
    (_large_untold, "larger than the bound"),
    (_chunks_cut, "broke off|cut short"),
    (_silent, "does not answer|cannot be reached"),
    (_refused, "cannot be reached"),
    (lambda server: server.base + "/none", "404"),
    (lambda server: server.give("/page", b"<html>sorry</html>", "text/html"), "not of the type text/csv"),
    (lambda server: server.give("/empty", b"", "text/csv"), "empty"),
    (lambda _: "file:///etc/hostname", "none of the web"),
]


@pytest.mark.parametrize(("address", "words"), FAILURES)
def test_a_file_that_does_not_come_whole_leaves_nothing(
    tmp_path: Path, server: Server, address: Callable[[Server], str], words: str
) -> None:
    with pytest.raises(NotFetched, match=words) as caught:
        fetch("test", address(server), tmp_path / "file", Limits(1000, 0.3, ("text/csv",)))
    assert caught.value.exit_code == 5
    assert len(str(caught.value).splitlines()) == 1
    assert "nothing was changed" in str(caught.value) or "give http" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


WRONG: list[tuple[str, Callable[[Server], str], str]] = [
    ("usgs_mcs", lambda server: _release(server, "a,b\n1,2\n"), "data release"),
    ("usgs_mcs", lambda server: _release(server, md5="0" * 32), "not the one that the release tells of"),
    ("usgs_mcs", lambda server: _release(server, name="other.csv"), "no table of world production"),
    ("usgs_mcs", lambda server: server.give("/item", b"[]", "application/json"), "cannot be read"),
    ("usgs_mcs", lambda server: server.give("/item", b'{"files": [{"name": "MCS2026_Commodities_Data.csv", "url": "file:///etc/hostname"}]}',
                                            "application/json"), "no address of the web"),
    ("worldbank_prices", lambda server: server.give("/markets", b"<html>moved</html>", "text/html"), "no such file"),
    ("worldbank_wgi", lambda server: _governance(server, pages=2), "not whole"),
    ("worldbank_wgi", lambda server: server.give("/api/GOV_WGI_VA.EST", b"{}", "application/json").removesuffix("/GOV_WGI_VA.EST"), "404"),
    ("baci", lambda server: (_baci(server), server.give("/data/BACI_HS92_V202601.zip", b"PK no", "application/zip"))[0], "zip"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "start", "words"), WRONG)
def test_what_is_not_what_it_should_be_takes_no_place(
    tmp_path: Path, server: Server, source: str, start: Callable[[Server], str], words: str
) -> None:
    kept = tmp_path / "cache" / source
    kept.mkdir(parents=True)
    (kept / "old.csv").write_text("old", encoding="utf-8")
    report = refresh([source], tmp_path / "cache", addresses={source: start(server)})
    assert report.done == ()
    (problem,) = report.failed
    assert words in str(problem)
    assert [path.name for path in (tmp_path / "cache").rglob("*")] == [source, "old.csv"]


def test_without_a_network_not_even_a_folder_is_made(tmp_path: Path, server: Server) -> None:
    starts = dict.fromkeys(PUBLISHERS, _refused(server))
    report = refresh(PUBLISHERS, tmp_path / "a" / "b", addresses=starts)
    assert len(report.failed) == len(PUBLISHERS)
    assert list(tmp_path.iterdir()) == []


def test_one_source_that_fails_does_not_take_another_with_it(tmp_path: Path, server: Server) -> None:
    starts = {"usgs_mcs": _release(server), "worldbank_prices": _refused(server)}
    report = refresh(["worldbank_prices", "usgs_mcs"], tmp_path, addresses=starts)
    assert [each.source for each in report.done] == ["usgs_mcs"]
    assert len(report.failed) == 1


def test_a_bound_below_the_sources_own(tmp_path: Path, server: Server) -> None:
    report = refresh(["usgs_mcs"], tmp_path, addresses={"usgs_mcs": _release(server)}, most_bytes=500)
    assert "larger than the bound of 500 bytes" in str(report.failed[0])


def test_sources_and_folders_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="did you mean usgs_mcs"):
        refresh(["usgs_msc"], tmp_path)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="cannot be made"):
        refresh(["usgs_mcs"], tmp_path / "file" / "cache")


def test_the_cache_is_where_the_platform_keeps_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "orepact"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == Path.home() / ".cache" / "orepact"
    monkeypatch.setattr("sys.platform", "darwin")
    assert cache_folder() == Path.home() / "Library" / "Caches" / "orepact"
