"""What people do with the page, in a real browser: send, review, ask, approve, view, return."""

import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from desk import capture
from index.record import entries
from ocr.specimen import encode, vehicle_papers
from tests.web.conftest import Office, text_pdf

Enter = Callable[..., BrowserContext]
SHOTS = Path(__file__).parents[2] / ".venv" / "screenshots"


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page for people to look at after the run."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def watch_once(office: Office) -> None:
    """Let the watcher take over what lies in the drop folder."""
    with office.opened() as archive:
        capture.watch_once(archive, [], stop=threading.Event(), tick=lambda *_: None)


def test_from_upload_to_dossier(office: Office, enter: Enter, tmp_path: Path) -> None:
    """A clerk sends a scan, decides on what waits with the keyboard alone, and finds it in the dossier's checklist."""
    page = enter("ling").pages[0]
    assert page.url.endswith("/inbox")
    (paper,) = vehicle_papers("web", kinds=("green-card",), dpi=150)
    scan = tmp_path / "green card 綠卡.pdf"
    scan.write_bytes(encode(paper.pages, "pdf", 150))
    unknown = tmp_path / "note.pdf"
    unknown.write_bytes(text_pdf("Dear all,", "the keys of the red car lie in the drawer."))
    page.set_input_files("#files", [scan, unknown])
    expect(page.locator(".sending li")).to_have_count(2)
    expect(page.locator(".sending li").last).to_contain_text("note.pdf")
    expect(page.locator(".sending progress")).to_have_count(0)
    watch_once(office)
    page.goto("/inbox")
    expect(page.locator("#state")).to_contain_text("green card 綠卡.pdf")
    shot(page, "inbox")

    page.goto("/review")
    row = page.locator("tr", has_text="note.pdf").first
    row.locator("a").first.click()
    expect(page.locator("h1")).to_contain_text("note.pdf")
    shot(page, "review")
    page.keyboard.press("k")
    expect(page.locator("#kind")).to_be_focused()
    page.select_option("#kind", "letter")
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    expect(page.locator("#dossier")).to_be_focused()
    page.keyboard.insert_text(office.key)
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator(".note.good")).to_contain_text(office.key)

    page.goto("/dossiers/of?name=" + quote(office.key))
    expect(page.locator("main")).to_contain_text("Green card")
    green = page.locator("tr", has_text="Green card").first
    expect(green.locator(".tag")).to_have_class("tag met")
    shot(page, "dossier")


def test_search_as_you_type_and_the_hit_on_the_page(office: Office, enter: Enter) -> None:
    """Traditional characters find simplified text while typing; the hit stands marked on the page's picture."""
    page = enter("ling").pages[0]
    page.goto("/search")
    page.locator("#q").press_sequentially("發動機")
    expect(page.locator(".hits li").first).to_be_visible()
    assert page.locator(".hits mark").count() > 0
    assert "發動機" in page.locator("#q").input_value()
    assert "%E7" in page.url or "發" in page.url
    shot(page, "search")
    page.locator(".hits li a strong").first.click()
    expect(page.locator("svg rect.hit").first).to_be_attached()
    picture = page.locator("svg image")
    loaded = page.evaluate(
        "async (href) => { const i = new Image(); i.src = href; await i.decode(); return i.naturalWidth; }",
        picture.get_attribute("href"),
    )
    assert loaded > 300
    page.keyboard.press("+")
    expect(page.locator(".sheet")).to_have_class("sheet zoom1")
    page.keyboard.press("t")
    expect(page.locator(".sheet")).to_have_attribute("data-turned", "90")
    text = page.evaluate("document.querySelector('.sheet svg').textContent")
    assert text.strip()
    shot(page, "viewer")


def test_ask_approve_view_return(office: Office, enter: Enter) -> None:
    """An auditor may not see a paper: asks, two heads decide, sees it watermarked, gives it back, sees it no more."""
    document = office.documents["purchase-invoice"]
    auditor = enter("ho").pages[0]
    answer = auditor.goto(f"/documents/{document}")
    assert answer is not None
    assert answer.status == 403
    auditor.goto("/requests?given=" + document)
    auditor.fill("#purpose", "yearly audit")
    auditor.fill("#reason", "sample no. 7")
    auditor.click("form[action='/requests'] button.main")
    expect(auditor.locator(".note.good")).to_be_visible()
    expect(auditor.locator("text=Waits for a decision")).to_have_count(0)
    for name in ("wong", "lau", "ling", "yip"):
        approver = enter(name).pages[0]
        approver.goto("/requests")
        while approver.locator("article button.main").count():
            approver.locator("article button.main").first.click()
            approver.wait_for_load_state()
            if approver.locator(".note.bad").count():
                break
        approver.goto("/requests")
        if approver.locator("text=Hand out").count():
            approver.locator("form[action$='/hand-out'] button").first.click()
            approver.wait_for_load_state()
        auditor.goto("/requests")
        if auditor.locator("a[href='/documents/" + document + "']").count():
            break
    answer = auditor.goto(f"/documents/{document}")
    assert answer is not None
    assert answer.status == 200
    shot(auditor, "lent")
    picture = auditor.request.get(f"/documents/{document}/pages/1.png")
    assert picture.headers["content-type"] == "image/jpeg", "a lent page is watermarked"
    auditor.goto("/requests")
    auditor.locator("details summary", has_text="Give back").first.click()
    auditor.locator("form[action$='/return'] button").first.click()
    expect(auditor.locator(".note.good")).to_be_visible()
    answer = auditor.goto(f"/documents/{document}")
    assert answer is not None
    assert answer.status in {403, 404}
    with office.opened() as archive, archive.index.read() as session:
        done = [entry.what for entry in entries(session) if entry.who == "ho"]
    assert {"denied", "request", "view", "return"} <= set(done)


@pytest.mark.parametrize(("locale", "words"), [("zh-TW", "完整度"), ("zh-CN", "完整度"), ("en-US", "Completeness")])
def test_three_languages(office: Office, enter: Enter, locale: str, words: str) -> None:
    """The browser's language is spoken, and another can be chosen on every page; dates follow."""
    page = enter("ling", locale=locale).pages[0]
    page.goto("/completeness")
    expect(page.locator("h1")).to_contain_text(words)
    shot(page, f"completeness-{locale}")
    page.click(".langs a[lang=zh-Hans]")
    expect(page.locator("nav").first).to_contain_text("设置" if page.locator("text=设置").count() else "卷宗")
    assert "年" in page.locator("h1").inner_text()


def test_the_phone_layout_fits(office: Office, enter: Enter) -> None:
    """Nothing of a page runs out of a narrow screen sideways."""
    page = enter("ling", viewport={"width": 360, "height": 740}).pages[0]
    for path in (
        "/inbox",
        "/review",
        "/search?q=a",
        "/dossiers",
        "/dossiers/of?name=" + quote(office.key),
        "/requests",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 361, path


def test_without_scripts_one_can_read(office: Office, enter: Enter) -> None:
    """Signing in, searching and reading need no script."""
    page = enter("ling", java_script_enabled=False).pages[0]
    page.goto("/search?q=" + quote("發動機"))
    assert page.locator(".hits li").count() > 0
    page.goto("/dossiers/of?name=" + quote(office.key))
    assert page.locator(".tag").count() > 0


def test_reports_are_shown_and_taken_away(office: Office, enter: Enter) -> None:
    """Each report stands on its page; as a file it is what its name says."""
    page = enter("ling").pages[0]
    for name in ("completeness", "ageing", "due", "rates", "ontime", "penalties", "partners", "stats"):
        answer = page.goto(f"/completeness/{name}")
        assert answer is not None
        assert answer.status == 200, name
    for form, magic in (("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf"), ("html", b"<!doctype html>")):
        file = page.request.get(f"/completeness/completeness?form={form}")
        assert file.status == 200
        assert file.body()[: len(magic)].lower() == magic.lower(), form
        assert "attachment" in file.headers["content-disposition"]
