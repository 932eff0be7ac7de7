"""What an office does now and then, by way of the page: levels, passwords, leavers, regions, overdue, redactions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import select

from desk import capture, deciding, dossiers, lookup, redacting, requests, users
from desk.archive import Archive, asker_of
from desk.redacting import Wish
from dossier.lending import Form
from dossier.rights import Asker, Role
from index.lending import Loan
from index.people import person
from ocr.specimen import FontsMissing, encode, vehicle_papers
from tests.web.conftest import PASSPHRASE, PASSWORD, Office
from tests.web.test_journeys import shot
from vault.keyfile import FAST

Enter = Callable[..., BrowserContext]
NEW = "specimen walnut harbour thistle"


@pytest.fixture(scope="module")
def car(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Another car of the office, whose papers no other test looks at."""
    scans = tmp_path_factory.mktemp("car")
    files = []
    try:
        for paper in vehicle_papers("offices", kinds=("purchase-invoice", "vehicle-licence"), dpi=150):
            file = scans / f"{paper.truth.kind}.pdf"
            file.write_bytes(encode(paper.pages, "pdf", 150))
            files.append(file)
    except FontsMissing as missing:
        pytest.skip(str(missing))
    with office.opened() as archive:
        found = {
            document.kind: document
            for one in capture.ingest(archive, files, tick=lambda *_: None)
            for document in one.documents
        }
    key = next(document.dossier for document in found.values() if document.dossier)
    return replace(office, key=key, documents={kind: document.id for kind, document in found.items()})


@pytest.fixture
def leaver(car: Office) -> str:
    """Somebody of the test's own."""
    with car.opened() as archive:
        name = f"leaver-{len(users.everybody(archive, closed=True))}"
        return users.add(archive, name, PASSWORD, roles=(Role.ADVISOR,), department="sales", cost=FAST).name


def sign_in(office: Office, name: str, password: str) -> int:
    """Try to sign in and return the status: 303 is in."""
    form = {"name": name, "password": password}
    return httpx.post(office.url + "/signin", data=form, follow_redirects=False).status_code


def asker(archive: Archive, name: str) -> Asker:
    """Return somebody of the register as who asks."""
    with archive.index.read() as session:
        return asker_of(person(session, name))


def mark(page: Page, office: Office, level: str) -> None:
    """Mark the car's dossier with a level, as a custodian does."""
    page.goto("/dossiers/of?name=" + quote(office.key))
    page.select_option("#level", level)
    page.fill("#level-reason", "specimen reason")
    page.click("form[action='/dossiers/of/level'] button")
    expect(page.locator(".note.good")).to_be_visible(timeout=60_000)


def test_a_dossier_is_marked_and_out_of_reach(car: Office, enter: Enter) -> None:
    """Marked confidential it is gone for the clerk, says its level on the page, and is back when marked down again."""
    page = enter("").pages[0]
    page.on("dialog", lambda dialog: dialog.accept())
    clerk = car.visitor("ling")
    path = "/dossiers/of?name=" + quote(car.key)
    assert clerk.get(path).status_code == 200
    mark(page, car, "confidential")
    shot(page, "level-marked")
    assert clerk.get(path).status_code in {403, 404}
    assert car.key not in clerk.get("/dossiers").text
    page.goto("/documents/" + car.documents["purchase-invoice"])
    expect(page.locator("h1 .tag")).to_be_visible()
    shot(page, "document-confidential")
    mark(page, car, "ordinary")
    assert clerk.get(path).status_code == 200


def test_a_forgotten_password_is_reset(car: Office, enter: Enter, leaver: str) -> None:
    """An administrator gives a new one with the archive's passphrase; the old one opens nothing, open visits end."""
    inside = car.visitor(leaver)
    page = enter("mok").pages[0]
    page.goto(f"/settings/people/{leaver}")
    page.fill("#new-password", NEW)
    page.fill("#passphrase-2", "not the passphrase of it")
    page.click("form[action$='/password'] button")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert sign_in(car, leaver, PASSWORD) == 303
    page.goto(f"/settings/people/{leaver}")
    page.fill("#new-password", NEW)
    page.fill("#passphrase-2", PASSPHRASE)
    page.click("form[action$='/password'] button")
    expect(page.locator(".note.good")).to_contain_text(leaver)
    shot(page, "password-reset")
    assert inside.get("/requests").status_code == 303
    assert sign_in(car, leaver, PASSWORD) != 303
    assert sign_in(car, leaver, NEW) == 303


def test_an_account_is_closed_when_everything_was_handed_over(car: Office, enter: Enter, leaver: str) -> None:
    """Closing is refused while a dossier is in their name; a clerk hands it on, then the account closes for good."""
    with car.opened() as archive:
        dossiers.enter_fact(archive, car.key, "consultant", leaver)
    page = enter("mok").pages[0]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/settings/people/{leaver}")
    page.click("form[action$='/close'] button")
    expect(page.locator("[role=alert]")).to_contain_text(car.key)
    shot(page, "close-refused")
    clerk = enter("ling").pages[0]
    clerk.on("dialog", lambda dialog: dialog.accept())
    clerk.goto("/dossiers")
    clerk.click("text=Somebody leaves")
    clerk.fill("#person", leaver)
    clerk.click("form[action='/leavers'] button")
    expect(clerk.locator("tbody tr")).to_contain_text(car.key)
    shot(clerk, "leaver")
    clerk.fill("#successor", "chan")
    clerk.click("form[method=post][action='/leavers'] button.main")
    expect(clerk.locator(".note.good")).to_contain_text("chan")
    page.goto(f"/settings/people/{leaver}")
    page.click("form[action$='/close'] button")
    expect(page.locator(".note.good")).to_contain_text(leaver)
    page.goto("/settings/people?closed=true")
    expect(page.locator("tr", has_text=leaver)).to_contain_text("losed")
    assert sign_in(car, leaver, PASSWORD) != 303
    with car.opened() as archive:
        assert lookup.dossier(archive, car.key).judged.dossier.facts["consultant"] == "chan"


def test_the_calendars_region_is_chosen(car: Office, enter: Enter) -> None:
    """The region's public holidays count at once, and each pack's own again when none is chosen."""
    page = enter("").pages[0]
    for region, shown in (("TW", "TW"), ("", "")):
        page.goto("/settings/calendar")
        page.select_option("#site-region", region)
        page.click("form[action='/settings/calendar'] button")
        expect(page.locator(".note.good")).to_be_visible()
        assert page.input_value("#site-region") == shown
        assert car.home.settings().calendar.region == region
        shot(page, f"calendar-region-{region or 'none'}")


def test_overdue_stands_above_everything(car: Office, enter: Enter) -> None:
    """A loan past its day is told first, to clerk and borrower, with how late it is, until it is returned."""
    document = car.documents["vehicle-licence"]
    with car.opened() as archive:
        borrower, manager = (archive.asked_by(asker(archive, name)) for name in ("ho", "lau"))
        asked = requests.ask(borrower, document, purpose="audit", reason="sample", form=Form.VIEW)
        deciding.approve(manager, asked.id, note="")
        if requests.show(archive, asked.id).state == "approved":
            deciding.hand_out(archive, asked.id)
        past = datetime.now(UTC) - timedelta(days=9)
        with archive.index.write() as session:
            loan = session.exec(select(Loan).where(Loan.request == asked.id)).one()
            loan.due, loan.until = past.date(), past
            session.add(loan)
    for name in ("ling", "ho"):
        page = enter(name).pages[0]
        page.goto("/requests")
        banner = page.locator("p.note.bad")
        expect(banner).to_contain_text("ho")
        expect(banner).to_contain_text("days")
        shot(page, f"overdue-{name}")
    page.locator("details summary", has_text="Give back").first.click()
    page.locator("form[action$='/return'] button").first.click()
    expect(page.locator(".note.good")).to_be_visible()
    expect(page.locator("p.note.bad")).to_have_count(0)


def test_a_redacted_version_says_so(car: Office, enter: Enter) -> None:
    """Who sees the version is told that it is one; what was done is told to those who see the original."""
    document = car.documents["purchase-invoice"]
    with car.opened() as archive:
        redacting.redact(archive, document, Wish(fields=("vin",)), reason="specimen")
    clerk = enter("ling").pages[0]
    clerk.goto(f"/documents/{document}")
    expect(clerk.locator("h1")).to_contain_text("Redacted version")
    expect(clerk.locator(".note.warn")).to_be_visible()
    assert car.key not in clerk.locator("main dl").inner_text()
    shot(clerk, "redacted")
    owner = enter("").pages[0]
    owner.goto(f"/documents/{document}")
    expect(owner.locator("h1")).not_to_contain_text("Redacted version")
    owner.click("text=What was done to it")
    expect(owner.locator("tbody")).to_contain_text("redacted")
    shot(owner, "history")
