"""Attacks on the page: each is tried, and nothing comes of it."""

import http.client
from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import BrowserContext
from sqlmodel import select

from desk import dossiers, review, users
from desk.inbox import fitting
from dossier.rights import Role
from index.tables import Capture, Document
from tests.web.conftest import HOSTILE, HOSTILE_NAME, PASSWORD, Office, text_pdf
from vault.keyfile import FAST
from web.doors import COOKIE
from web.limits import SIGNING_IN, Allowance, Buckets
from web.shell import POLICY
from web.visits import PROVEN_SECONDS, Visit

Raw = Callable[[bytes], http.client.HTTPResponse]


def test_every_answer_carries_the_headers(office: Office) -> None:
    """Pages, pictures, files, errors and refusals alike."""
    visitor = office.visitor()
    document = office.documents["purchase-invoice"]
    for path in ("/search", f"/documents/{document}/pages/1.png", "/static/desk.css", "/nowhere", "/api/v1/whoami"):
        headers = visitor.get(path).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert ("immutable" in headers["cache-control"]) == path.startswith("/static"), path
    assert "unsafe" not in POLICY
    assert "script-src 'self'" in POLICY


def test_the_cookie_is_out_of_reach(office: Office) -> None:
    """Host-bound, for TLS, not for scripts, not sent along from elsewhere."""
    answer = httpx.post(f"{office.url}/signin", data={"name": "ling", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(COOKIE.lower() + "=")
    for part in ("secure", "httponly", "samesite=strict", "path=/"):
        assert part in cookie
    assert "domain" not in cookie


def test_a_session_is_not_fixed_and_can_be_revoked(office: Office) -> None:
    """A token made up beforehand is not taken over at sign-in; after signing out the old one opens nothing."""
    planted = {"cookie": f"{COOKIE}=planted-by-somebody-else"}
    answer = httpx.post(f"{office.url}/signin", data={"name": "ling", "password": PASSWORD}, headers=planted)
    assert "planted" not in answer.headers["set-cookie"]
    assert httpx.get(f"{office.url}/inbox", headers=planted).status_code == 303
    visitor = office.visitor("ling")
    assert visitor.get("/inbox").status_code == 200
    assert visitor.post("/signout").status_code == 303
    assert visitor.get("/inbox").status_code == 303


def test_who_is_moved_elsewhere_is_out_at_once(office: Office) -> None:
    """An advisor whom another process gives another department sees nothing by the old one from the next request on."""
    with office.opened() as archive:
        mover = users.add(archive, "mover", PASSWORD, roles=(Role.ADVISOR,), department="sales", cost=FAST).name
        visitor = office.visitor(mover)
        assert visitor.get("/search?q=x").status_code == 200
        users.change(archive, mover, department="service")
        assert visitor.get("/search?q=x").status_code == 303
        again = office.visitor(mover)
        assert again.get("/search?q=x").status_code == 200
        users.change(archive, mover, title="Ms Mover")
        assert again.get("/search?q=x").status_code == 200
        users.change(archive, mover, take=[Role.ADVISOR])
        assert again.get("/search?q=x").status_code == 303
        users.close(archive, mover)


def test_a_dossier_taken_from_somebody_is_not_found_by_their_next_search(office: Office) -> None:
    """What a person reaches is kept from one search to the next, and not beyond a change by whatever process."""
    visitor, paths = office.visitor("chan"), (f"/dossiers/of?name={office.key}", "/search?q=kind:purchase-invoice")

    def reached() -> list[bool]:
        return [office.key in visitor.get(path).text.replace(f'value="{office.key}"', "") for path in paths]

    with office.opened() as archive:
        assert reached() == [True, True]
        dossiers.enter_fact(archive, office.key, "consultant", "somebody else")
        try:
            assert visitor.get(paths[0]).status_code == 404
            assert reached()[1] is False
        finally:
            dossiers.enter_fact(archive, office.key, "consultant", "chan")
        assert reached() == [True, True]


@pytest.mark.parametrize("token", ["", "x", "ü" * 43])
def test_a_form_of_another_site_does_nothing(office: Office, token: str) -> None:
    """Without the visit's own token, or sent from another site, a form is refused."""
    visitor = office.visitor()
    path = "/dossiers/of/rename"
    values = {"name": office.key, "label": "taken over", "csrf": token}
    assert visitor.client.post(path, data=values).status_code == 403
    elsewhere = {"sec-fetch-site": "cross-site"}
    values["csrf"] = visitor.csrf
    assert visitor.client.post(path, data=values, headers=elsewhere).status_code == 403
    assert "taken over" not in visitor.get("/dossiers").text


def test_another_visits_token_is_no_token(office: Office) -> None:
    """Each visit has its own."""
    one, other = office.visitor(), office.visitor()
    answer = one.client.post("/dossiers/of/rename", data={"name": office.key, "label": "x", "csrf": other.csrf})
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["chan", "ho", "mok"])
def test_no_number_opens_what_one_may_not_see(office: Office, name: str) -> None:
    """Numbers of documents, requests, loans and scans, guessed or known, give a stranger nothing (IDOR)."""
    visitor = office.visitor(name)
    with office.opened() as archive, archive.index.read() as session:
        documents = [row.id for row in session.exec(select(Document)) if not (name == "chan" and row.dossier)]
        captures = [] if name == "chan" else [row.id for row in session.exec(select(Capture))]
    assert documents
    for number in [*documents, *captures]:
        for path in (
            f"/documents/{number}",
            f"/documents/{number}/pages/1",
            f"/documents/{number}/pages/1.png",
            f"/documents/{number}/pages/1.png?dpi=48",
            f"/api/v1/documents/{number}/page",
            f"/review/{number}",
        ):
            answer = visitor.get(path)
            assert answer.status_code in {403, 404}, path
            assert b"PNG" not in answer.content
            assert "onerror" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/static/%00desk.css",
        "/documents/..%2f..%2fetc%2fpasswd",
        "/completeness/..%2f..%2fetc",
    ],
)
def test_no_path_leads_out(office: Office, raw: Raw, path: str) -> None:
    """Dots, slashes and zeros in an address reach no other file."""
    answer = raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    content = answer.read()
    assert answer.status in {303, 400, 404, 405}
    assert b"root:" not in content
    assert b"import" not in content


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x=y", "javascript:1"]
)
def test_no_way_back_leads_elsewhere(office: Office, back: str) -> None:
    """After signing in, choosing a language or proving oneself, one stays here; no header is slipped in."""
    for path in (f"/language/en?back={quote(back)}", f"/theme/dark?back={quote(back)}"):
        answer = httpx.get(office.url + path)
        assert answer.headers["location"] == "/"
        assert "x=y" not in str(answer.headers.get_list("set-cookie"))
    answer = httpx.post(f"{office.url}/signin", data={"name": "ling", "password": PASSWORD, "to": back})
    assert answer.headers["location"] == "/"


def test_what_papers_say_runs_nowhere(office: Office, enter: Callable[..., BrowserContext]) -> None:
    """Script in the text of a paper, in its file name, in fields and in a dossier's label is shown as text."""
    visitor = office.visitor()
    assert visitor.post("/dossiers/of/rename", name=office.key, label=HOSTILE).status_code == 303
    assert visitor.post("/dossiers/of/fact", name=office.key, fact="consultant", value=HOSTILE[:100]).status_code == 303
    context = enter()
    page = context.pages[0]
    spoken: list[str] = []
    page.on("dialog", lambda dialog: (spoken.append(dialog.message), dialog.dismiss()))
    with office.opened() as archive:
        waiting = [one.document.id for one in review.waiting(archive)]
    assert waiting
    paths = [
        "/inbox",
        "/review",
        *(f"/review/{number}" for number in waiting),
        "/search?q=" + quote("onerror OR 发动机 OR lease"),
        "/dossiers",
        "/dossiers/of?name=" + quote(office.key),
        "/completeness",
        "/completeness/completeness",
        "/requests?given=" + quote('"><script>document.title="taken"</script>'),
        "/signin?back=" + quote('/"><script>document.title="taken"</script>'),
        "/search?q=" + quote('"><script>document.title="taken"</script>'),
        *(f"/documents/{number}" for number in waiting),
        *(f"/documents/{number}/history" for number in waiting),
        "/audit?who=" + quote('"><script>document.title="taken"</script>'),
        "/audit?what=rename",
        "/leavers?person=" + quote(HOSTILE),
        "/completeness/completeness?person=" + quote(HOSTILE),
        "/signin/oidc/keys?name=" + quote(HOSTILE),
    ]
    for path in paths:
        page.goto(path)
        page.wait_for_timeout(150)
        assert page.title() != "taken", path
        assert page.locator("img[src=x]").count() == 0, path
        assert page.locator("main script").count() == 0, path
    assert not spoken
    visitor.post("/dossiers/of/rename", name=office.key, label="Specimen car")
    visitor.post("/dossiers/of/fact", name=office.key, fact="consultant", value="chan")


def test_a_papers_name_slips_nothing_into_a_header(office: Office) -> None:
    """A file named with quotes, brackets and breaks is given out under a name that ends where it should."""
    visitor = office.visitor()
    with office.opened() as archive:
        hostile = next(one.document.id for one in review.waiting(archive) if one.name == HOSTILE_NAME)
    for path in (f"/documents/{hostile}/original", f"/documents/{hostile}/copy.pdf"):
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        said = answer.headers["content-disposition"]
        assert said.startswith("attachment")
        assert not set("<>\r\n") & set(said), said
        assert said.count('"') in {0, 2}, said
        assert answer.headers["content-security-policy"] == POLICY
        assert "html" not in answer.headers["content-type"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.ini.pdf", "boot.ini.pdf"),
        (".hidden.pdf", "hidden.pdf"),
        ("-rf.pdf", "rf.pdf"),
        ("a\nb\x00c.pdf", "abc.pdf"),
        ("合同 2026.pdf", "合同 2026.pdf"),
    ],
)
def test_a_sent_file_stays_in_the_drop_folder(office: Office, name: str, kept: str) -> None:
    """Whatever a file is called, it is put into the drop folder, whole, under a plain name."""
    assert fitting(name) == kept
    visitor = office.visitor("ling")
    content = text_pdf(name.encode("unicode_escape").decode())
    answer = visitor.client.post(
        "/inbox",
        files={"files": (name, content, "application/pdf")},
        headers={"x-csrf-token": visitor.csrf, "accept": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    (sent,) = answer.json()["sent"]
    file = office.drop / sent
    assert file.parent == office.drop
    assert file.read_bytes() == content
    file.unlink()


def test_a_body_too_large_is_refused_early(office: Office, raw: Raw) -> None:
    """The length a request states counts before a byte of it is taken."""
    head = f"POST /signin HTTP/1.1\r\nHost: localhost\r\nContent-Length: {2**40}\r\nConnection: close\r\n\r\n"
    assert raw(head.encode()).status == 413


def test_guessing_passwords_slows_down(office: Office) -> None:
    """After some tries from one address, or for one name, each further one waits; no other waits."""
    now = [0.0]
    buckets = Buckets(SIGNING_IN, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(int(SIGNING_IN.burst))] == [0] * int(SIGNING_IN.burst)
    assert buckets.take("a") > 0
    assert buckets.take("b") == 0
    now[0] += 1 / SIGNING_IN.per_second
    assert buckets.take("a") == 0
    assert Buckets(Allowance(1, 1)).take("x") == 0


def test_a_password_counts_for_minutes() -> None:
    """Approving, handing out and the register of people want the password of just now."""
    assert PROVEN_SECONDS <= 300
    visit = Visit("x", None, None)  # type: ignore[arg-type]
    assert visit.is_proven
    visit.proven -= PROVEN_SECONDS + 1
    assert not visit.is_proven
