"""Where people who come from other document desks stumbled: nothing they typed, dropped or were about to do is lost."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from desk import capture, deciding, dossiers, loans, lookup, requests, review
from dossier.lending import Form
from tests.web.conftest import PASSPHRASE, PASSWORD, Office, text_pdf
from tests.web.test_journeys import shot
from tests.web.test_offices import asker
from tests.web.test_review import pages_pdf
from web.visits import IDLE_SECONDS, PROVEN_SECONDS, Visit, Visits

Enter = Callable[..., BrowserContext]


def visit_of(office: Office, page: Page) -> Visit:
    """Return the visit of a browser, as the server keeps it."""
    value = next(one["value"] for one in page.context.cookies() if one["name"] == "__Host-juanzong")  # type: ignore[typeddict-item]
    visit = office.app.state.place.visits.of(value, stays=False)
    assert visit
    return visit  # type: ignore[no-any-return]


def test_an_inbox_left_open_keeps_nobody_signed_in(office: Office) -> None:
    """What the inbox asks for by itself is no sign of a person: the visit ends as if nothing had been asked."""
    visitor = office.visitor("ling")
    now = [0.0]
    visits = Visits(clock=lambda: now[0])
    token = visits.begin(Visit("ling", archive=None, closing=None, begun=0.0, seen=0.0))  # type: ignore[arg-type]
    now[0] = IDLE_SECONDS - 1
    assert visits.of(token, stays=False)
    kept = visits._open  # what ends a visit closes its archive, and this one has none
    assert next(iter(kept.values())).seen == 0
    token = visitor.client.headers["cookie"].partition("=")[2]
    visit = office.app.state.place.visits.of(token)
    before = visit.seen
    assert visitor.get("/inbox/state").status_code == 200
    assert visit.seen == before
    assert visitor.get("/inbox").status_code == 200
    assert visit.seen > before


def test_who_was_signed_out_comes_back_to_the_page_and_not_to_a_part_of_it(office: Office, enter: Enter) -> None:
    """An inbox left open leads to the door when the visit ends, and from there back to the inbox itself."""
    page = enter("ling").pages[0]
    page.goto("/inbox")
    office.app.state.place.visits.end_of("ling")
    page.wait_for_url("**/signin?**", timeout=30_000)
    page.fill("#name", "ling")
    page.fill("#password", PASSWORD)
    page.click("main button.main")
    page.wait_for_url(f"{office.url}/inbox")
    expect(page.locator("header.bar")).to_be_visible()


def test_the_password_asked_again_loses_nothing_that_was_filled_in(office: Office, enter: Enter) -> None:
    """A form that needs the password is kept while that is asked, a wrong one included, and goes on by itself."""
    page = enter("").pages[0]
    page.goto("/settings/calendar")
    page.fill("#begins", "2031-02-03")
    page.select_option("#state", "worked")
    visit_of(office, page).proven -= PROVEN_SECONDS + 1
    page.click("main form[action='/settings/calendar/days'] button.main")
    page.fill("#proof", "not it")
    page.click("main button.main")
    expect(page.locator(".note.bad")).to_be_visible()
    shot(page, "prove-kept")
    page.fill("#proof", PASSPHRASE)
    page.click("main button.main")
    expect(page.locator(".note.good")).to_be_visible()
    expect(page.locator("main table.stack").first).to_contain_text("3 Feb 2031")
    page.locator("main tr", has_text="3 Feb 2031").locator("button").click()
    expect(page.locator("main table.stack").first).not_to_contain_text("3 Feb 2031")


def test_a_file_that_needs_the_password_comes_and_the_page_says_so(office: Office, enter: Enter) -> None:
    """The password given, the file is saved, and a way back stands there in place of the form for the password."""
    page = enter("ling").pages[0]
    page.goto(f"/dossiers/of?name={office.key}")
    visit_of(office, page).proven -= PROVEN_SECONDS + 1
    page.click("a[href*='originals.zip']")
    page.fill("#proof", PASSWORD)
    with page.expect_download(timeout=60_000) as taken:
        page.click("main button.main")
    assert taken.value.suggested_filename.endswith(".zip")
    expect(page.locator("#proof")).to_have_count(0)
    page.click("main a.main")
    page.wait_for_url(f"**/dossiers/of?name={office.key}")


def test_a_mistake_in_review_leaves_what_was_typed(office: Office, enter: Enter) -> None:
    """A dossier that is not there is said beside the form, which still holds everything."""
    page = enter("ling").pages[0]
    page.goto(f"/review/{office.documents['purchase-invoice']}")
    page.fill("#dossier", "NOSUCH999")
    field = page.locator(".fields input[type=text][name^='field-']").first
    field.fill("typed with care")
    page.click("button[value=accept]")
    expect(page.locator(".note.bad")).to_contain_text("NOSUCH999")
    expect(page.locator("#dossier")).to_have_value("NOSUCH999")
    expect(field).to_have_value("typed with care")


def test_leafing_in_review_keeps_what_was_typed(office: Office, enter: Enter, long_scan: str) -> None:
    """→ shows the next page of the document beside the same form; leaving it asks first."""
    page = enter("ling").pages[0]
    page.goto(f"/review/{long_scan}-1")
    page.fill("#dossier", "half a k")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".leaves a[aria-current]")).to_contain_text("2")
    expect(page.locator("#dossier")).to_have_value("half a k")
    expect(page.locator("#leaf-work input[name=before]")).to_have_value("2")
    page.keyboard.press("+")
    expect(page.locator(".sheet")).to_have_class("sheet zoom1")
    asked: list[str] = []

    def asks(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", asks)
    page.keyboard.press("n")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith("number=2")


def test_a_file_let_go_beside_the_form_is_sent_and_the_page_stays(office: Office, enter: Enter, tmp_path: Path) -> None:
    """Dropped anywhere on the inbox a file is sent; elsewhere the page is not replaced by it."""
    file = tmp_path / "beside 旁邊.pdf"
    file.write_bytes(text_pdf("Beside"))
    page = enter("ling").pages[0]
    for path in ("/review", "/inbox"):
        page.goto(path)
        let_go(page, file, 30, 400)
        page.wait_for_timeout(300)
        assert page.url == office.url + path
    expect(page.locator(".sending")).to_contain_text("beside 旁邊.pdf", timeout=30_000)
    (office.drop / file.name).unlink()


def test_a_file_too_large_is_said_before_it_is_sent(office: Office, enter: Enter, tmp_path: Path) -> None:
    """Nobody waits for half a gigabyte to go over the line in order to be told that it is too much."""
    file = tmp_path / "large.pdf"
    file.write_bytes(text_pdf("Large"))
    page = enter("ling").pages[0]
    page.goto("/inbox")
    assert page.get_attribute("form.drop", "data-most") == str(512 * 1024**2)
    page.evaluate("document.querySelector('form.drop').dataset.most = 10")
    page.set_input_files("#files", file)
    expect(page.locator(".sending li.late")).to_contain_text("large.pdf is larger")
    assert not (office.drop / "large.pdf").exists()


def test_enter_follows_the_link_in_hand(office: Office, enter: Enter) -> None:
    """A key that stands for a button on the page takes nothing from the link that has the focus (WCAG 2.1.1)."""
    page = enter("ling").pages[0]
    page.goto("/review")
    expect(page.locator("[data-key=Enter]")).to_be_visible()
    page.focus("nav a[href='/dossiers']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dossiers")


def test_single_keys_can_be_turned_off(office: Office, enter: Enter) -> None:
    """Who dictates or shakes turns single keys off for the browser, and on again (WCAG 2.1.4)."""
    page = enter("ling").pages[0]
    page.goto("/account")
    page.click("a[href^='/keys/off']")
    page.goto("/dossiers")
    page.keyboard.press("/")
    expect(page.locator("#q")).not_to_be_focused()
    page.goto("/account")
    page.click("a[href^='/keys/on']")
    page.goto("/dossiers")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_a_language_chosen_after_typing_keeps_the_search(office: Office, enter: Enter) -> None:
    """The words that were typed still stand there in the other language."""
    page = enter("ling").pages[0]
    page.goto("/search")
    page.fill("#q", "SPECIMEN")
    page.wait_for_url("**/search?q=SPECIMEN**")
    page.click(".langs a[lang='zh-Hant']")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(page.locator("#q")).to_have_value("SPECIMEN")
    expect(page.locator("#hits li").first).to_be_visible()


def test_a_filed_paper_is_set_right_from_where_it_is_looked_at(office: Office, enter: Enter) -> None:
    """E leads from a document to its form, with dossiers offered while one types, and back to it afterwards."""
    number = office.documents["vehicle-licence"]
    page = enter("ling").pages[0]
    page.goto(f"/documents/{number}")
    page.keyboard.press("e")
    page.wait_for_url(f"**/review/{number}")
    page.fill("#dossier", "")
    page.type("#dossier", office.key[:6])
    offered = page.locator(f"#dossier-names option[value='{office.key}']")
    expect(offered).to_have_count(1)
    page.fill("#dossier", office.key)
    page.click("button[value=accept]")
    page.wait_for_url(f"**/documents/{number}")
    expect(page.locator(".note.good")).to_be_visible()
    assert enter("mok").pages[0].request.get("/dossiers/names?dossier=" + office.key[:6]).status == 403


def test_a_dossier_is_opened_closed_and_opened_again_on_the_page(office: Office, enter: Enter) -> None:
    """No terminal is needed for a dossier of which no paper came yet, nor for one that was closed too early."""
    page = enter("ling").pages[0]
    page.goto("/dossiers")
    page.click("main details summary")
    page.select_option("#kind", "auto-dealer/new-vehicle")
    page.fill("#key", "LSPEC0000PEC10001")
    page.fill("#label", "Specimen to come")
    page.click("form[action='/dossiers'] button.main")
    expect(page.locator("h1")).to_contain_text("Specimen to come")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("form[action$='/close'] button")
    page.wait_for_url("**/dossiers")
    page.goto("/dossiers/of?name=LSPEC0000PEC10001")
    page.click("form[action$='/reopen'] button")
    expect(page.locator("form[action$='/close'] button")).to_be_visible()
    with office.opened() as archive:
        dossiers.close(archive, "LSPEC0000PEC10001", lookup.dossier(archive, "LSPEC0000PEC10001").row.opened)


@pytest.fixture(scope="module")
def long_scan(office: Office, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A scan of three pages that waits for a person; returns its capture."""
    file = tmp_path_factory.mktemp("scan") / "more post.pdf"
    file.write_bytes(pages_pdf() + b"\n% another\n")
    with office.opened() as archive:
        (taken,) = capture.ingest(archive, [file], tick=lambda *_: None)
        assert any(one.document.id.startswith(taken.id) for one in review.waiting(archive))
    return taken.id


def let_go(page: Page, file: Path, left: int, top: int) -> None:
    """Let a file go at a place of the page, as the browser itself reports it."""
    session = page.context.new_cdp_session(page)
    data: dict[str, Any] = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": left, "y": top, "data": data})


def test_a_borrowed_dossier_shows_its_papers_to_the_borrower(office: Office, enter: Enter) -> None:
    """Who has a dossier by loan alone finds its papers from the list of loans, until it is given back."""
    with office.opened() as archive:
        borrower, manager = (archive.asked_by(asker(archive, name)) for name in ("ho", "lau"))
        asked = requests.ask(borrower, office.key, purpose="audit", reason="sample", form=Form.VIEW)
        deciding.approve(manager, asked.id, note="")
        if requests.show(archive, asked.id).state == "approved":
            deciding.hand_out(archive, asked.id)
        (lent,) = [one for one in loans.loans(archive) if one.request == asked.id]
        papers = len(lookup.dossier(archive, office.key).documents)
    page = enter("ho").pages[0]
    page.goto("/requests")
    page.click(f"table a[href='/loans/{lent.id}']")
    expect(page.locator("tbody tr th a")).to_have_count(papers)
    shot(page, "borrowed")
    page.locator("tbody a").first.click()
    expect(page.locator(".sheet svg")).to_be_visible()
    assert enter("chan").pages[0].request.get(f"/loans/{lent.id}").status == 404, "it is none of theirs"
    page.goto("/requests")
    page.locator("details summary", has_text="Give back").first.click()
    page.locator("form[action$='/return'] button").first.click()
    expect(page.locator(".note.good")).to_be_visible()
    assert page.request.get(f"/loans/{lent.id}").status == 404


def test_a_requirement_is_let_go_and_asked_for_again(office: Office, enter: Enter) -> None:
    """What the pack lets somebody waive is waived on the page with a reason, and taken back there."""
    page = enter("ling").pages[0]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/dossiers/of?name={office.key}")
    form = page.locator("form[action$='/waive']")
    form.locator("#waive-reason").fill("the customer insured elsewhere")
    what = form.locator("#requirement option").first.inner_text()
    form.locator("button").click()
    expect(page.locator(".note.good")).to_be_visible()
    row = page.locator("table.stack tr", has=page.locator("th", has_text=what)).first
    expect(row.locator(".tag")).to_have_class("tag waived")
    row.locator("form[action$='/ask-again'] button").click()
    expect(row.locator(".tag")).not_to_have_class("tag waived")


def test_a_locked_scan_is_read_with_its_password(office: Office, enter: Enter, tmp_path: Path) -> None:
    """A file under a password waits in review for that; a wrong one leaves it there, the right one reads it."""
    content = BytesIO()
    canvas = Canvas(content, encrypt=StandardEncryption("specimen-opens", ownerPassword="specimen-owns"))
    canvas.drawString(72, 700, "Letter SPECIMEN 2026: nothing of note, yours sincerely")
    canvas.showPage()
    canvas.save()
    file = tmp_path / "locked.pdf"
    file.write_bytes(content.getvalue())
    with office.opened() as archive:
        (taken,) = capture.ingest(archive, [file], tick=lambda *_: None)
    assert taken.state == "locked"
    page = enter("ling").pages[0]
    for password in ("not it", "specimen-opens"):
        page.goto("/review")
        row = page.locator("tr", has_text="locked.pdf")
        row.locator("input[type=password]").fill(password)
        row.locator("button").click()
        page.wait_for_load_state()
        expect(page.locator(".note.good")).to_be_visible(timeout=60_000)
    shot(page, "unlocked")
    expect(page.locator("tr", has_text="locked.pdf").locator("input[type=password]")).to_have_count(0)


def test_what_is_printed_from_a_dark_page_is_black_on_white(office: Office, enter: Enter) -> None:
    """Browsers leave grounds out when they print: numbers and texts of charts are dark on paper in either theme."""
    page = enter("lau", color_scheme="dark").pages[0]
    for theme in ("", "dark"):
        if theme:
            page.goto("/theme/dark?back=/completeness")
        page.goto("/completeness")
        page.emulate_media(media="print", color_scheme="dark")
        inks = page.evaluate(
            """[...document.querySelectorAll(".heat td, .heat td a, .chart text, h1")].map((one) => {
              const style = getComputedStyle(one); return one.closest("svg") ? style.fill : style.color; })"""
        )
        assert inks
        assert set(inks) <= {"rgb(0, 0, 0)"}, inks
        page.emulate_media(media="screen")
