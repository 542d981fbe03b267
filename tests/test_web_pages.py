"""Pages that staff name in sources.yaml: fetched from a server of this machine, within limits, and read like files."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from knowledge.ingestion.received.web_pages import fetch_pages, kept_pages
from knowledge.models import Document
from knowledge.readers import read_document, source_files
from knowledge.settings import WebPageSettings
from tests import files

PAGE = files.html_page("<p>学生可以报名参加示例培训班，企业可以提供岗位。</p>").encode()
LIMITS = WebPageSettings(fetch=True, seconds=5, mebibytes=1, private_addresses=True)


class Site(http.server.ThreadingHTTPServer):
    """A site whose pages the test decides on: ``answers`` by path, ``asked`` what was asked for, with its headers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str | None]] = []

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_address[1]}{path}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["If-None-Match"]))
        status, headers, body = self.server.answers[self.path]
        if headers.get("ETag") and headers["ETag"] == self.headers["If-None-Match"]:
            status, body = 304, b""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # the client has had enough of it
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test's output is pytest's."""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir()
    return tmp_path


def listed(folder: Path, *pages: object) -> None:
    (folder / "documents" / "sources.yaml").write_text(yaml.safe_dump(list(pages), allow_unicode=True), "utf-8")


def fetched(folder: Path, limits: WebPageSettings = LIMITS) -> tuple[list[Document], str]:
    """What is read of the pages after a fetch, and the errors that staff get."""
    fetch_pages(folder / "documents", folder / "pages", limits)
    pages, refused = kept_pages(folder / "documents", folder / "pages")
    documents = [document for page in pages if isinstance(document := read_document(page), Document)]
    assert len(documents) == len(pages)
    return documents, "\n".join(f"{one.source}: {one.reason}" for one in refused)


def test_a_page_is_read_like_a_file_under_its_title_and_address(site: Site, folder: Path) -> None:
    site.answers["/a.html?id=1"] = (200, {"Content-Type": "text/html; charset=utf-8", "ETag": '"1"'}, PAGE)
    listed(folder, {"url": site.url("/a.html?id=1"), "title": "示例培训班"})
    (document,), errors = fetched(folder)
    assert errors == "" and document.metadata.title == "示例培训班"
    assert document.metadata.source_url == site.url("/a.html?id=1")
    assert document.sections[0].text == "学生可以报名参加示例培训班，企业可以提供岗位。"
    assert document.source.startswith("web/127.0.0.1")
    assert fetched(folder)[0] == [document]
    assert site.asked == [("/a.html?id=1", None), ("/a.html?id=1", '"1"')], "an unchanged page is not sent again"
    assert source_files(folder / "documents")[0] == (), "the list itself is no document"


def test_a_page_that_fails_stays_and_one_that_is_gone_goes(site: Site, folder: Path) -> None:
    url = site.url("/a.html")
    site.answers["/a.html"] = (200, {"Content-Type": "text/html"}, PAGE)
    listed(folder, {"url": url})
    (document,), _ = fetched(folder)
    site.answers["/a.html"] = (500, {}, b"")
    again, errors = fetched(folder)
    assert again == [document] and f"sources.yaml: {url}: its host answers 500; what was fetched before stays" in errors
    site.answers["/a.html"] = (404, {}, b"")
    assert fetched(folder) == ([], f"sources.yaml: {url}: its host answers 404")


def test_redirects_stay_within_the_allowed_hosts(site: Site, folder: Path) -> None:
    site.answers["/a"] = (302, {"Location": site.url("/b", "localhost")}, b"")
    site.answers["/b"] = (200, {"Content-Type": "text/html"}, PAGE)
    site.answers["/round"] = (302, {"Location": "/round"}, b"")
    site.answers["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    listed(folder, *({"url": site.url(path)} for path in ("/a", "/round", "/file")))
    documents, errors = fetched(folder)
    assert documents == [] and ("/b", None) not in site.asked
    assert f"{site.url('/a')}: it redirects to {site.url('/b', 'localhost')}, whose host is not allowed" in errors
    assert "/round: it redirects more than 5 times" in errors and "file:///etc/passwd, whose host" in errors
    listed(folder, {"url": site.url("/a"), "hosts": ["localhost"]})
    assert len(fetched(folder)[0]) == 1


def test_what_is_too_large_packed_private_or_not_there_is_named(site: Site, folder: Path) -> None:
    site.answers["/large"] = (200, {"Content-Type": "text/html"}, b"x" * (2 * 2**20))
    site.answers["/packed"] = (200, {"Content-Encoding": "gzip"}, b"x")
    with Site() as closed:
        nobody = closed.url("/")
    listed(folder, {"url": site.url("/large")}, {"url": site.url("/packed")}, {"url": nobody})
    documents, errors = fetched(folder)
    assert documents == []
    assert f"{site.url('/large')}: it has more than 1 MiB" in errors
    assert f"{site.url('/packed')}: its host sends it packed (gzip)" in errors
    assert f"{nobody}: " in errors and "refused" in errors
    asked = len(site.asked)
    _, errors = fetched(folder, LIMITS.model_copy(update={"private_addresses": False}))
    assert errors.count("127.0.0.1, which is no public address") == 3 and len(site.asked) == asked


def test_a_page_that_does_not_come_in_time_is_named(site: Site, folder: Path) -> None:
    release = threading.Event()

    class Slow(_Handler):
        def do_GET(self) -> None:
            release.wait(60)

    site.RequestHandlerClass = Slow
    listed(folder, {"url": site.url("/slow")})
    _, errors = fetched(folder, LIMITS.model_copy(update={"seconds": 0.3}))
    release.set()
    assert "/slow: it did not come within 0.3 s" in errors


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- url: [", "not valid YAML"),
        ("url: https://a.example", "the list"),
        ("- url: ftp://a.example/x", "0.url: Value error, an address beginning with https://"),
        ("- url: https://a.example\n  host: b", "0.host"),
        ("- url: https://a.example\n- url: https://a.example", "https://a.example: stands in it twice"),
    ],
)
def test_a_list_with_a_mistake_is_named_and_nothing_fetched(text: str, reason: str, folder: Path) -> None:
    (folder / "documents" / "sources.yaml").write_text(text, encoding="utf-8")
    documents, errors = fetched(folder)
    assert documents == [] and errors.startswith("sources.yaml: ") and reason in errors
    assert not list((folder / "pages").glob("*/page.json"))
