"""An office with its people, a dossier and hostile papers, served for real; a browser to look at it with."""

import http.client
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from desk import capture, dossiers, setup, users
from desk.archive import Archive
from desk.home import Home, IntakeSettings
from dossier.rights import Role
from ocr.specimen import FontsMissing, encode, vehicle_papers
from vault.keyfile import FAST
from web.app import build
from web.doors import COOKIE

PASSPHRASE = "specimen heron violet anchor"
PASSWORD = "specimen copper lantern orchard"
HOSTILE = '<img src=x onerror="document.title=`taken`"><script>document.title="taken"</script>'
HOSTILE_NAME = "a\"><svg onload=document.title='taken'>.pdf"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
PEOPLE = {
    "ling": ((Role.CLERK,), "office"),
    "yip": ((Role.SECRET_CLERK,), "office"),
    "chan": ((Role.ADVISOR,), "sales"),
    "wong": ((Role.DEPARTMENT_HEAD,), "sales"),
    "lau": ((Role.GENERAL_MANAGER,), ""),
    "ho": ((Role.AUDITOR,), ""),
    "mok": ((Role.ADMINISTRATOR,), ""),
}


@dataclass(frozen=True, slots=True)
class Office:
    """An archive served at ``url``; ``key`` is the vehicle's dossier, ``documents`` numbers by kind."""

    home: Home
    drop: Path
    url: str
    key: str
    documents: dict[str, str] = field(default_factory=dict)
    app: Any = None
    """The application itself, to look at what it keeps."""

    def opened(self) -> Archive:
        """Return a context that opens the archive as its owner."""
        return Archive.open(self.home, self.home.settings(), PASSPHRASE)

    def visitor(self, name: str = "", *, agent: str = "") -> "Visitor":
        """Sign somebody in over HTTP; without a name, the owner."""
        client = httpx.Client(base_url=self.url, follow_redirects=False, timeout=60)
        if agent:
            client.headers["user-agent"] = agent
        answer = client.post("/signin", data={"name": name, "password": PASSWORD if name else PASSPHRASE})
        assert answer.status_code == 303, answer.text
        # The cookie is for https alone; a browser makes an exception for its own machine, httpx does not.
        value = re.search(f"{COOKIE}=([^;]+)", answer.headers["set-cookie"])
        assert value
        client.headers["cookie"] = f"{COOKIE}={value[1]}"
        return Visitor(client)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in, without a browser."""

    client: httpx.Client

    def get(self, path: str, **options: object) -> httpx.Response:
        """Ask for a page."""
        return self.client.get(path, **options)  # type: ignore[arg-type]

    @property
    def csrf(self) -> str:
        """The token that stands in this visit's forms."""
        found = re.search('name="csrf" (?:content|value)="([^"]+)"', self.get("/requests").text)
        assert found
        return found[1]

    def post(self, path: str, **values: str) -> httpx.Response:
        """Send a form of the page."""
        form = urlencode({"csrf": self.csrf, **values})
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return self.client.post(path, content=form, headers=headers)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Three papers of a car, one paper whose text, name and fields are an attack, seven people, and the page served."""
    folder = tmp_path_factory.mktemp("office")
    drop, scans = folder / "drop", folder / "scans"
    drop.mkdir()
    scans.mkdir()
    home = Home(folder / "home")
    setup.make(home, PASSPHRASE, cost=FAST)
    settings = home.settings().model_copy(
        update={"intake": IntakeSettings(drop=(str(drop),), quiet_seconds=0, reserve_mib=0)}
    )
    home.write(settings)
    files: list[Path] = []
    try:
        kinds = ("purchase-invoice", "vehicle-licence", "insurance-policy")
        for paper in vehicle_papers("web", kinds=kinds, dpi=150):
            file = scans / f"{paper.truth.kind}.pdf"
            file.write_bytes(encode(paper.pages, "pdf", 150))
            files.append(file)
    except FontsMissing as missing:
        pytest.skip(str(missing))
    hostile = scans / HOSTILE_NAME
    hostile.write_bytes(text_pdf("Lease contract", HOSTILE, "Party A: " + HOSTILE, "Contract number: A1234567"))
    with Archive.open(home, settings, PASSPHRASE) as archive:
        for name, (roles, department) in PEOPLE.items():
            users.add(archive, name, PASSWORD, roles=roles, department=department, cost=FAST)
        taken = capture.ingest(archive, [*files, hostile], tick=lambda *_: None)
        found = {document.kind: document for one in taken for document in one.documents}
        key = next(document.dossier for document in found.values() if document.dossier)
        dossiers.enter_fact(archive, key, "consultant", "chan")
    app = build(home)
    with served(home, app) as url:
        yield Office(home, drop, url, key, {kind: document.id for kind, document in found.items()}, app)


def text_pdf(*lines: str) -> bytes:
    """Return a page of plain text as a PDF."""
    content = BytesIO()
    canvas = Canvas(content, pagesize=A4)
    for place, line in enumerate((*lines, "SPECIMEN 2026")):
        canvas.drawString(40, 780 - 24 * place, line)
    canvas.showPage()
    canvas.save()
    return content.getvalue()


class served:  # noqa: N801  # used as a context, like a function
    """Serve the page for an archive on a free port of this machine."""

    def __init__(self, home: Home, app: FastAPI | None = None) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app or build(home), host="127.0.0.1", port=0, log_level="error", server_header=False)
        )
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        for _ in range(600):
            if self._server.started:
                break
            time.sleep(0.05)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://localhost:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real headless Chromium, the system's own."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    with sync_playwright() as play:
        started = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield started
        started.close()


@pytest.fixture
def enter(browser: Browser, office: Office) -> Iterator[Callable[..., BrowserContext]]:
    """Sign people in, each in a browser window of their own."""
    contexts: list[BrowserContext] = []

    def go(name: str = "", *, locale: str = "en-US", **options: object) -> BrowserContext:
        context = browser.new_context(base_url=office.url, locale=locale, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto("/signin")
        page.fill("#name", name)
        page.fill("#password", PASSWORD if name else PASSPHRASE)
        page.click("main button.main")
        page.wait_for_load_state()
        assert not page.url.endswith("/signin"), page.inner_text("main")
        return context

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def raw(office: Office) -> Callable[[bytes], http.client.HTTPResponse]:
    """Send bytes to the page as they are and return its answer."""

    def send(request: bytes) -> http.client.HTTPResponse:
        host = office.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.connect()
        connection.sock.sendall(request)
        answer = http.client.HTTPResponse(connection.sock)
        answer.begin()
        return answer

    return send
