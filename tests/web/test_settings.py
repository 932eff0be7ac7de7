"""What whoever keeps the archive sets by way of the page: people and their second factor, packs, days; in a browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
from playwright.sync_api import BrowserContext, expect

from desk import users
from desk.reports.scope import local_today
from dossier.rights import Role
from index.record import entries
from tests.web.conftest import PASSPHRASE, PASSWORD, Office
from tests.web.test_journeys import shot
from vault.keyfile import FAST

Enter = Callable[..., BrowserContext]
PACK = Path(__file__).parents[2] / "dossier" / "packs" / "general.toml"


@pytest.fixture(scope="module")
def newcomer(office: Office) -> str:
    """Somebody to be changed without harm to the other tests."""
    with office.opened() as archive:
        return users.add(archive, "newcomer", PASSWORD, roles=(Role.ADVISOR,), department="sales", cost=FAST).name


def sign_in(office: Office, name: str, code: str = "") -> int:
    """Try to sign in and return the status: 303 is in."""
    form = {"name": name, "password": PASSWORD, "code": code}
    return httpx.post(office.url + "/signin", data=form, follow_redirects=False).status_code


def test_a_role_is_given_with_the_archives_passphrase(office: Office, enter: Enter, newcomer: str) -> None:
    """An administrator changes department and roles; for roles the archive signs by its passphrase."""
    page = enter("mok").pages[0]
    page.goto("/settings/people")
    shot(page, "people")
    page.click(f"text={newcomer}")
    page.fill("#department", "service")
    page.check("#r-clerk")
    page.click("form:has(#department) button.main")
    expect(page.locator("[role=alert]")).to_be_visible()
    page.goto(f"/settings/people/{newcomer}")
    page.fill("#department", "service")
    page.check("#r-clerk")
    page.fill("#passphrase", PASSPHRASE)
    page.click("form:has(#department) button.main")
    expect(page.locator(".note.good")).to_contain_text(newcomer)
    expect(page.locator("#r-clerk")).to_be_checked()
    shot(page, "person")
    with office.opened() as archive:
        changed = users.show(archive, newcomer)
    assert (changed.department, changed.roles) == ("service", ("advisor", "clerk"))


def test_a_second_factor_is_set_up_by_its_code(office: Office, enter: Enter, newcomer: str) -> None:
    """The drawn code holds the secret that is shown; from then on the password alone lets nobody in."""
    page = enter("").pages[0]
    page.goto(f"/settings/people/{newcomer}")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("form[action$='/second-factor'] button.main")
    expect(page.locator("svg.qr")).to_be_visible()
    shot(page, "second-factor")
    secret = page.locator("code").inner_text()
    assert re.fullmatch("[A-Z2-7]{32}", secret)
    assert sign_in(office, newcomer) != 303
    assert sign_in(office, newcomer, pyotp.TOTP(secret).now()) == 303
    page.goto(f"/settings/people/{newcomer}")
    assert not page.locator("svg.qr").count(), "the secret is shown once"
    page.click("form[action$='/second-factor'] button.danger")
    expect(page.locator(".note.good")).to_be_visible()
    assert sign_in(office, newcomer) == 303


def test_who_is_suspended_is_out_at_once(office: Office, enter: Enter, newcomer: str) -> None:
    """An open visit ends, no new one begins; letting in again brings everything back, and all is on record."""
    inside = office.visitor(newcomer)
    assert inside.get("/requests").status_code == 200
    page = enter("mok").pages[0]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/settings/people/{newcomer}")
    page.click("form[action$='/suspend'] button")
    expect(page.locator("h1 .tag")).to_be_visible()
    assert inside.get("/requests").status_code == 303
    assert sign_in(office, newcomer) != 303
    page.click("form[action$='/resume'] button")
    expect(page.locator("h1 .tag")).to_have_count(0)
    assert sign_in(office, newcomer) == 303
    with office.opened() as archive, archive.index.read() as session:
        done = [entry.what for entry in entries(session) if entry.about == newcomer]
    assert {"user-suspend", "user-resume"} <= set(done)


def test_a_pack_of_ones_own_is_checked_kept_and_put_in_force(office: Office, enter: Enter, tmp_path: Path) -> None:
    """A broken pack is refused with its lines; a right one is kept and, once ticked, counts for open visits too."""
    text = PACK.read_text(encoding="utf-8")
    broken, own = tmp_path / "broken.toml", tmp_path / "own.toml"
    broken.write_text(text.replace("[dossier", "[dossierr", 1), encoding="utf-8")
    own.write_text(re.sub(r'(?m)^id = "general"', 'id = "own-general"', text, count=1), encoding="utf-8")
    clerk = office.visitor("ling")
    page = enter("").pages[0]
    page.goto("/settings/packs")
    page.set_input_files("#pack", broken)
    page.click("form[action$='/own'] button")
    expect(page.locator("[role=alert]")).to_contain_text("pack.toml")
    page.goto("/settings/packs")
    page.set_input_files("#pack", own)
    page.click("form[action$='/own'] button")
    expect(page.locator(".note.good")).to_be_visible()
    shot(page, "packs")
    page.check("input[value='packs/own-general.toml']")
    page.click("form[action='/settings/packs'] button.main")
    expect(page.locator(".note.good")).to_be_visible()
    assert office.home.settings().packs == ("auto-dealer", "general", "packs/own-general.toml")
    assert clerk.get("/dossiers").status_code == 200
    page.uncheck("input[value='auto-dealer']")
    page.click("form[action='/settings/packs'] button.main")
    expect(page.locator("[role=alert]")).to_contain_text("auto-dealer")
    assert "auto-dealer" in office.home.settings().packs, "open dossiers follow it"
    page.goto("/settings/packs")
    page.uncheck("input[value='packs/own-general.toml']")
    page.click("form[action='/settings/packs'] button.main")
    assert office.home.settings().packs == ("auto-dealer", "general")


def test_days_of_ones_own_are_entered_and_taken_back(office: Office, enter: Enter) -> None:
    """A closed day counts at once for everybody, and is gone again when removed."""
    day = local_today() + timedelta(days=21)
    while day.weekday() > 4:
        day += timedelta(days=1)
    page = enter("").pages[0]
    page.goto("/settings/calendar")
    page.fill("#begins", day.isoformat())
    page.fill("#ends", (day + timedelta(days=1)).isoformat())
    page.select_option("#region", "HK")
    page.click("form:has(#begins) button.main")
    expect(page.locator("tbody .tag.late")).to_have_count(1)
    shot(page, "calendar")
    with office.opened() as archive:
        assert not archive.calendar.calendar("HK").is_working(day)
    page.click("tbody form button")
    expect(page.locator("tbody .tag.late")).to_have_count(0)
    with office.opened() as archive:
        assert archive.calendar.calendar("HK").is_working(day)


def test_health_levels_and_stores_are_told(office: Office, enter: Enter) -> None:
    """Everything is checked on demand: store, index and record too; levels and places stand in numbers."""
    page = enter("").pages[0]
    page.goto("/settings")
    few = page.locator("tbody tr").count()
    page.click("form[action='/settings/check'] button")
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("tbody tr").count() > few
    shot(page, "health")
    page.goto("/settings/levels")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").first).to_contain_text("ling")
    shot(page, "levels")
    page.goto("/settings/stores")
    expect(page.locator("dl")).to_contain_text(str(office.home.store))
    shot(page, "stores")


def test_files_changed_beside_the_page_count_at_the_next_request(office: Office) -> None:
    """Packs taken out by an editor are gone for whoever is signed in; a broken file changes nothing; no restart."""
    visitor = office.visitor()
    before = visitor.get("/settings/people").text
    good = office.home.settings_file.read_text(encoding="utf-8")
    try:
        office.home.amend({"packs": ["general"]})
        without = visitor.get("/settings/people").text
        office.home.settings_file.write_text(good + "\nnonsense = [", encoding="utf-8")
        assert visitor.get("/search").status_code == 200
    finally:
        office.home.settings_file.write_text(good, encoding="utf-8")
    shown = [set(re.findall('<option value="([^"]*)"></option>', text)) for text in (before, without)]
    assert shown[0] > shown[1]
    after = visitor.get("/settings/people").text
    assert set(re.findall('<option value="([^"]*)"></option>', after)) == shown[0]
