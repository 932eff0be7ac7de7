"""One's own account on the page: the password and the second factor, changed by oneself alone; in a browser."""

from collections.abc import Callable

import httpx
import pyotp
import pytest
from playwright.sync_api import BrowserContext, expect

from desk import users
from dossier.rights import Role
from tests.web.conftest import PASSWORD, Office
from tests.web.test_journeys import shot
from vault.keyfile import FAST

Enter = Callable[..., BrowserContext]
NEW = "specimen walnut harbour thistle"


@pytest.fixture
def somebody(office: Office) -> str:
    """Somebody of the test's own, who may do nothing but ask."""
    with office.opened() as archive:
        names = [one.name for one in users.everybody(archive)]
        name = f"somebody-{len(names)}"
        return users.add(archive, name, PASSWORD, title="Ms Specimen", roles=(Role.ADVISOR,), cost=FAST).name


def sign_in(office: Office, name: str, password: str, code: str = "") -> int:
    """Try to sign in and return the status: 303 is in."""
    form = {"name": name, "password": password, "code": code}
    return httpx.post(office.url + "/signin", data=form, follow_redirects=False).status_code


def test_a_password_is_changed_by_whom_it_belongs_to(office: Office, enter: Enter, somebody: str) -> None:
    """The old one is asked for; afterwards every visit is over, the old one opens nothing, the new one does."""
    other = office.visitor(somebody)
    page = enter(somebody).pages[0]
    page.click("header a[href='/account']")
    expect(page.locator("main")).to_contain_text("advisor")
    shot(page, "account")
    for old, new, again in (("wrong password here", NEW, NEW), (PASSWORD, NEW, NEW + "x"), (PASSWORD, "abc", "abc")):
        page.fill("#old", old)
        page.fill("#new", new)
        page.fill("#again", again)
        page.click("form[action='/account/password'] button")
        expect(page.locator("[role=alert]")).to_be_visible()
        page.goto("/account")
    page.fill("#old", PASSWORD)
    page.fill("#new", NEW)
    page.fill("#again", NEW)
    page.click("form[action='/account/password'] button")
    expect(page.locator(".note.good")).to_contain_text("Sign in with the new one")
    assert other.get("/requests").status_code == 303
    assert sign_in(office, somebody, PASSWORD) != 303
    assert sign_in(office, somebody, NEW) == 303


def test_a_second_factor_begins_with_its_first_code(office: Office, enter: Enter, somebody: str) -> None:
    """A wrong code changes nothing; the right one counts from then on, once; it can be given up again."""
    page = enter(somebody, locale="zh-CN").pages[0]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/account")
    page.click("form[action='/account/second-factor'] button")
    expect(page.locator("svg.qr")).to_be_visible()
    shot(page, "account-factor")
    secret = page.locator("main code").inner_text()
    page.fill("#factor-code", "000000")
    page.click("form[action='/account/second-factor'] button.main")
    expect(page.locator("[role=alert]")).to_be_visible()
    assert page.locator("main code").inner_text() == secret, "the same code to scan"
    assert sign_in(office, somebody, PASSWORD) == 303, "nothing is asked for yet"
    code = pyotp.TOTP(secret).now()
    page.fill("#factor-code", code)
    page.click("form[action='/account/second-factor'] button.main")
    expect(page.locator(".note.good")).to_be_visible()
    assert sign_in(office, somebody, PASSWORD) != 303
    assert sign_in(office, somebody, PASSWORD, code) != 303, "a code that was taken is not taken again"
    page.click("form[action='/account/second-factor/none'] button")
    expect(page.locator(".note.good")).to_be_visible()
    assert sign_in(office, somebody, PASSWORD) == 303


def test_the_owner_has_no_account(office: Office) -> None:
    """Whoever opened with the archive's passphrase is told how that is changed, and changes nobody's account."""
    visitor = office.visitor()
    assert "juanzong vault passphrase" in visitor.get("/account").text
    for path in ("/account/password", "/account/second-factor", "/account/second-factor/none"):
        assert visitor.post(path, old="x", new="y", again="y").status_code == 400
