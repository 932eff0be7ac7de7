"""Attacks on every door there is, found by listing them: whose number it is, where the form came from, nonsense."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from desk import capture, levels, requests
from desk.archive import asker_of
from desk.lookup import dossier
from dossier.lending import Form
from dossier.rights import LEVELS
from index import record
from index.dossiers import dossier_by
from index.lending import Loan
from index.people import person
from ocr.specimen import FontsMissing, encode, vehicle_papers
from tests.web.conftest import Office, Visitor
from vault.levels import Level
from web.app import doors
from web.doors import COOKIE, Door

MADE_UP = "zzzzzzzzzzzzzzzz"
BY_NAME = re.compile(r"^(/api/v1/dossier$|/dossiers/of)")
"""Doors that take a dossier's name in the query or the form, not in the path."""
STRANGERS = ("ling", "chan", "wong", "ho", "mok")
"""Who may not see into a secret dossier: everybody but its custodian and the owner, the auditor as well."""
LISTS = {"/dossiers/of/cover.pdf", "/completeness/{report}"}
"""What an auditor may have of any dossier there is: nothing of its documents."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What nobody but the custodian of secret papers may reach: its numbers, and a word that stands in all of it."""

    office: Office
    key: str
    document: str
    request: str
    loan: str

    def number_for(self, path: str) -> str:
        """Return the number that a door wants."""
        if path.startswith("/loans/"):
            return self.loan
        return self.request if path.startswith("/requests/") else self.document


@pytest.fixture(scope="module")
def hidden(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Hidden:
    """A secret dossier with a paper, a request for it that waits, and a loan of it."""
    file = tmp_path_factory.mktemp("hidden") / "hidden-specimen.pdf"
    try:
        (paper,) = vehicle_papers("enumerated", kinds=("purchase-invoice",), dpi=150)
    except FontsMissing as missing:
        pytest.skip(str(missing))
    file.write_bytes(encode(paper.pages, "pdf", 150))
    with office.opened() as archive:
        (taken,) = capture.ingest(archive, [file], tick=lambda *_: None)
        document = taken.documents[0]
        assert document.dossier
        levels.classify(archive, document.dossier, Level(LEVELS[-1]), reason="specimen")
        with archive.index.read() as session:
            custodian = asker_of(person(session, "yip"))
        asked = requests.ask(
            archive.asked_by(custodian), document.dossier, purpose="specimen", reason="specimen", form=Form.VIEW
        )
        now = datetime.now(UTC)
        with archive.index.write() as session:
            loan = Loan(
                request=asked.id,
                dossier=dossier_by(session, document.dossier).id,
                form="view",
                borrower="yip",
                lent=now,
                lent_by="yip",
                due=now.date(),
                until=now + timedelta(days=1),
            )
            session.add(loan)
            session.flush()
            number = loan.id
    return Hidden(office, document.dossier, document.id, asked.id, number)


def numbered() -> list[Door]:
    """Return the doors to one thing: by a number in the path, or by a dossier's name."""
    return [door for door in doors() if "{" in door.path or BY_NAME.match(door.path)]


def knock(visitor: Visitor, door: Door, number: str, key: str) -> tuple[int, str]:
    """Try a door for a thing, with whatever else its form wants; return the answer."""
    path = door.path.replace("{document}", quote(number)).replace("{number}.png", "1.png")
    path = re.sub(r"(/pages/)\{number\}", r"\g<1>1", path).replace("{number}", quote(number))
    path = path.replace("{name}", "yip").replace("{report}", "completeness")
    path = path.replace("{lang}", "en").replace("{theme}", "dark")
    named = {"name": key} if BY_NAME.match(door.path) else {}
    if door.path == "/completeness/{report}":
        named = {"dossier": key}
    if door.method == "GET":
        answer = visitor.get(path, params=named | {"line": "x"})
    else:
        filled = {"event": "sale", "on": "2026-01-05", "fact": "consultant", "value": "mok", "label": "taken over",
                  "gave": "a", "took": "b", "level": "ordinary", "reason": "because", "kind": "letter",
                  "how": "accept", "before": "1", "other": number, "number": "1", "degrees": "90", "condition": "good",
                  "password": "specimen walnut harbour", "note": "x", "requirement": "x", "role": "x"}  # fmt: skip
        answer = visitor.post(path, **filled | named)
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", STRANGERS)
def test_no_number_opens_a_secret_thing(hidden: Hidden, name: str) -> None:
    """Whatever door is tried with a secret thing's number: no, in the words for a thing that is not there."""
    visitor = hidden.office.visitor(name)
    free = {"/language/{lang}", "/theme/{theme}", "/keys/{state}"}
    for door in numbered():
        if door.path in free or (name == "ho" and door.path in LISTS) or (name == "mok" and "/people" in door.path):
            continue
        status, text = knock(visitor, door, hidden.number_for(door.path), hidden.key)
        assert status in {403, 404}, (name, door, status)
        invented, told = knock(visitor, door, MADE_UP, MADE_UP)
        # An auditor may know what there is; of a request one must know the number, which nobody can guess.
        if name != "ho" and not door.path.startswith(("/requests/", "/loans/")):
            assert status == invented, (name, door, status, invented)
        assert hidden.key not in text.replace(f"name={hidden.key}", "").replace(f"dossier={hidden.key}", "") or (
            MADE_UP in told
        ), (name, door)
        assert "<svg" not in text, (name, door)
    with hidden.office.opened() as archive:
        view = dossier(archive, hidden.key)
        assert view.row.label != "taken over"
        assert not view.judged.dossier.closed
        assert requests.show(archive, hidden.request).state != "withdrawn"
        with archive.index.read() as session:
            loan = session.get(Loan, hidden.loan)
            assert loan is not None
            assert loan.ended is None


@pytest.mark.parametrize("name", STRANGERS)
def test_no_list_names_a_secret_thing(hidden: Hidden, name: str) -> None:
    """Lists, reports, search and the inbox are silent about it; the auditor may know that there is such a dossier."""
    visitor = hidden.office.visitor(name)
    paths = [door.path for door in doors() if door.method == "GET" and "{" not in door.path]
    told = {"/audit", "/audit/file"} | ({"/dossiers", "/completeness", "/api/v1/dossiers"} if name == "ho" else set())
    told |= {"/requests", "/api/v1/requests", "/api/v1/loans", "/api/v1/report/completeness"} if name == "ho" else set()
    for path in [*paths, "/completeness/completeness", "/completeness/ageing"]:
        if path in told or (name == "ho" and path.startswith("/completeness/")):
            continue
        text = visitor.get(path, params={"q": hidden.key[-6:]} if "search" in path else {}).text
        assert hidden.key not in text, (name, path)
        assert hidden.document not in text, (name, path)


def test_every_form_has_to_come_from_the_visits_own_page(office: Office) -> None:
    """Without the visit's token, with another's, or sent by another site: refused, and nothing at all is on record."""
    visitor, other = office.visitor(), office.visitor()
    right, wrong = visitor.csrf, other.csrf
    forms = [door for door in doors() if door.method == "POST"]
    assert len(forms) > 30

    def size() -> int:
        with office.opened() as archive, archive.index.read() as session:
            return record.size(session)

    before = size()
    for door in forms:
        path = re.sub(r"\{\w+\}", "x", door.path)
        for values, headers in (
            ({}, {}),
            ({"csrf": wrong}, {}),
            ({}, {"x-csrf-token": wrong}),
            ({"csrf": right}, {"sec-fetch-site": "cross-site"}),
            ({"csrf": right}, {"sec-fetch-site": "same-site"}),
        ):
            answer = visitor.client.post(path, data=values, headers=headers)
            assert answer.status_code == 403, (door, values, headers, answer.status_code)
    assert size() == before
    assert visitor.get("/inbox").status_code == 200, "signing out was refused too"


def test_nothing_that_changes_is_reached_by_a_link(office: Office) -> None:
    """A GET changes nothing that a form changes: each such address answers 404 or 405, and images cannot act."""
    visitor = office.visitor()
    reading = {door.path for door in doors() if door.method == "GET"}
    for door in doors():
        if door.method == "POST" and door.path not in reading:
            path = re.sub(r"\{\w+\}", "x", door.path)
            assert visitor.get(path).status_code in {403, 404, 405}, path


NONSENSE = ("", "\x00", "-1", "99999999999999999999", "' OR 1=1 --", "../../etc/passwd", "é\ud7ff卷", "%", "{{7*7}}")


@pytest.fixture(scope="module")
def owner(office: Office) -> Visitor:
    """The owner's visit, under which every door is open."""
    return office.visitor()


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_answered_and_never_breaks_anything(owner: Visitor, nonsense: str) -> None:
    """Each door with nonsense in path, query and form: an answer, never a fault of ours, nothing of it run."""
    words = """q name who what about dossier begins ends before at as_of days form person given number hit dpi kind
        order status line back state code"""
    for door in doors():
        if door.path in {"/signout", "/signin/oidc", "/account/password"}:
            continue
        path = re.sub(r"\{\w+\}", quote(nonsense or "-", safe=""), door.path)
        values = dict.fromkeys(words.split(), nonsense)
        if door.method == "GET":
            answer = owner.get(path, params=values)
        else:
            answer = owner.client.post(path, data=values | {"csrf": nonsense})
        assert answer.status_code < 500, (door, answer.text[:300])


def test_the_cookie_alone_is_a_visit(office: Office) -> None:
    """A visit is named by its cookie and by nothing in an address or a form."""
    visitor = office.visitor("ling")
    token = visitor.client.headers["cookie"].partition("=")[2]
    for path in (f"/inbox?{COOKIE}={token}", f"/inbox;{COOKIE}={token}", f"/inbox?token={token}"):
        answer = office.visitor("ling").client.get(path, headers={"cookie": ""})
        assert answer.status_code in {303, 404}, path
