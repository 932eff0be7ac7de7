"""Every page as each role sees it: three languages, light and dark, wide, narrow, on paper."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, expect

from desk import handing_over
from tests.web.conftest import Office
from tests.web.test_journeys import shot

Enter = Callable[..., BrowserContext]
WALKS = {
    "ling": (
        "/inbox",
        "/review",
        "/search?q=%E5%8F%91%E5%8A%A8%E6%9C%BA",
        "/dossiers",
        "DOSSIER",
        "DOCUMENT",
        "/requests",
    ),
    "lau": (
        "/dossiers",
        "DOSSIER",
        "/completeness",
        "/completeness/ageing",
        "/completeness/due",
        "/requests",
        "/audit",
    ),
    "chan": ("/search?q=%E7%99%BC%E5%8B%95%E6%A9%9F", "/dossiers", "DOSSIER", "DOCUMENT", "/requests", "/account"),
    "wong": ("/dossiers", "DOSSIER", "/completeness", "/completeness/rates", "/requests"),
    "mok": (
        "/settings",
        "/settings/people",
        "/settings/people/chan",
        "/settings/packs",
        "/settings/calendar",
        "/settings/levels",
        "/settings/stores",
        "/account",
    ),
    "ho": ("/dossiers", "/completeness", "/completeness/completeness", "/requests", "/audit"),
}
LOOKS = [
    ("ling", "zh-TW", "light", 1280),
    ("ling", "en-US", "dark", 390),
    ("lau", "zh-CN", "dark", 1280),
    ("lau", "zh-TW", "light", 390),
    ("chan", "zh-TW", "dark", 390),
    ("wong", "zh-CN", "light", 1280),
    ("mok", "zh-CN", "dark", 390),
    ("mok", "zh-TW", "light", 1280),
    ("ho", "en-US", "light", 1280),
    ("ho", "zh-CN", "light", 390),
]


@pytest.mark.parametrize(("name", "locale", "scheme", "width"), LOOKS)
def test_all_pages_of_a_role(office: Office, enter: Enter, name: str, locale: str, scheme: str, width: int) -> None:
    """Each page answers, speaks the language, fits its width, and leaves its picture to be looked at."""
    size = {"width": width, "height": 900}
    page = enter(name, locale=locale, color_scheme=scheme, viewport=size).pages[0]
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    for step in WALKS[name]:
        path = step.replace("DOSSIER", "/dossiers/of?name=" + quote(office.key))
        path = path.replace("DOCUMENT", f"/documents/{office.documents['purchase-invoice']}")
        answer = page.goto(path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == 200, (name, path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 1, (path, width)
        assert page.get_attribute("html", "lang") == {"zh-TW": "zh-Hant", "zh-CN": "zh-Hans", "en-US": "en"}[locale]
        plain = (
            path.partition("?")[0].strip("/").replace("/", "-").replace(office.documents["purchase-invoice"], "page")
        )
        shot(page, f"walk-{name}-{locale}-{scheme}-{width}-{plain}")
    assert not faults, faults


def test_a_dossier_on_paper(office: Office, enter: Enter) -> None:
    """Printing leaves out what cannot be pressed on paper and keeps the checklist."""
    page = enter("ling").pages[0]
    page.goto("/dossiers/of?name=" + quote(office.key))
    page.emulate_media(media="print")
    expect(page.locator("header.bar")).to_be_hidden()
    assert page.locator("button:visible").count() == 0
    expect(page.locator("caption").first).to_be_visible()
    shot(page, "dossier-print")


def test_the_dossier_tells_its_whole_story(office: Office, enter: Enter) -> None:
    """A hand-over is entered on the page, stands in the register and the timeline, and its slip is a PDF to sign."""
    page = enter("ling").pages[0]
    page.goto("/dossiers/of?name=" + quote(office.key))
    page.click("details:has(#gave) summary")
    page.fill("#gave", "chan")
    page.click("form:has(#gave) button")
    expect(page.locator(".note.good")).to_be_visible()
    expect(page.locator(".timeline .handover")).to_contain_text("chan")
    assert page.locator(".timeline .paper").count() >= 3
    slip = page.request.get(page.locator("a[href*='handover.pdf']").first.get_attribute("href") or "")
    assert slip.body().startswith(b"%PDF")
    for name in ("contents", "cover"):
        assert page.request.get(f"/dossiers/of/{name}.pdf?name={quote(office.key)}").body().startswith(b"%PDF"), name
    assert page.request.get(f"/dossiers/of/handover.pdf?name={quote(office.key)}&line=nothing").status == 404
    with office.opened() as archive:
        assert [line.gave for line in handing_over.register_of(archive, office.key)] == ["chan"]


def test_search_is_narrowed_by_filters(office: Office, enter: Enter) -> None:
    """A kind chosen beside the words leaves its pages alone; the address keeps the choice."""
    page = enter("ling").pages[0]
    page.goto("/search?q=" + quote("发动机"))
    every = page.locator(".hits li").count()
    assert every > 1
    page.select_option("#kind", "vehicle-licence")
    expect(page.locator(".hits li")).not_to_have_count(every)
    assert "kind=vehicle-licence" in page.url
    for _ in range(2):
        hits = page.locator(".hits li").all_inner_texts()
        assert hits
        assert all(one.startswith("Vehicle licence") for one in hits), hits
        page.reload()
    thumb = page.locator(".thumb").first
    expect(thumb).to_be_visible()
    assert thumb.evaluate("async image => { await image.decode(); return image.naturalWidth; }") > 100


def test_completeness_is_drilled_into(office: Office, enter: Enter) -> None:
    """From a week of a department to its list, from there to the dossier."""
    page = enter("lau").pages[0]
    page.goto("/completeness")
    expect(page.locator("figure svg")).to_be_visible()
    page.goto("/completeness/ageing")
    page.click("form.card.row button")
    expect(page.locator("[role=alert]")).to_have_count(0)  # days left empty are sent as such
    expect(page.locator("table").first).to_be_visible()
    page.goto("/completeness")
    page.locator(".heat td a").first.click()
    page.locator("td a", has_text=office.key).first.click()
    expect(page.locator("h1")).to_contain_text(office.key)
