"""Sending by drag and drop, and review with the keyboard alone: seen in a real browser."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import BrowserContext, Page, expect

from desk import capture, review
from tests.web.conftest import Office, text_pdf
from tests.web.test_journeys import shot

Enter = Callable[..., BrowserContext]
WORDS = (
    ("Dear all,", "the keys of the red car lie in the drawer."),
    ("Minutes of the tea committee", "Nothing was decided on Tuesday."),
    ("Shopping list", "Tea, biscuits and a new kettle."),
)


def pages_pdf() -> bytes:
    """Return three pages that nothing recognises, as one scan of pictures."""
    pages = []
    for lines in WORDS:
        sheet = Image.new("L", (827, 1169), 255)
        for place, line in enumerate((*lines, "SPECIMEN 2026")):
            ImageDraw.Draw(sheet).text((80, 100 + 60 * place), line, fill=0, font=ImageFont.load_default(32))
        pages.append(sheet)
    content = BytesIO()
    pages[0].save(content, "PDF", save_all=True, append_images=pages[1:], resolution=100)
    return content.getvalue()


@pytest.fixture(scope="module")
def scan(office: Office, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A scan of several pages that waits for a person; returns its capture."""
    file = tmp_path_factory.mktemp("scan") / "mixed post.pdf"
    file.write_bytes(pages_pdf())
    with office.opened() as archive:
        (taken,) = capture.ingest(archive, [file], tick=lambda *_: None)
    return taken.id


def parts(office: Office, scan: str) -> list[list[int]]:
    """Return the pages of each document of a scan that waits."""
    with office.opened() as archive:
        return [list(one.document.pages) for one in review.waiting(archive) if one.document.id.startswith(scan)]


def drop(page: Page, file: Path) -> None:
    """Drag a file from outside over the form and let it go, as the browser itself reports it."""
    box = page.locator("form.drop").bounding_box()
    assert box
    session = page.context.new_cdp_session(page)
    data: dict[str, Any] = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        at = {"type": kind, "x": box["x"] + box["width"] / 2, "y": box["y"] + 10, "data": data}
        session.send("Input.dispatchDragEvent", at)
        if kind == "dragOver":
            expect(page.locator("form.drop.over")).to_be_visible()


def test_a_dropped_file_is_sent_with_its_progress(office: Office, enter: Enter, tmp_path: Path) -> None:
    """A real drop sends the file; its bar moves while it goes, and it lies whole in the drop folder at the end."""
    file = tmp_path / "dropped 掉落.pdf"
    content = text_pdf("Dropped") + b"\n%" + b"x" * 400_000
    file.write_bytes(content)
    page = enter("ling").pages[0]
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    slow.send("Network.emulateNetworkConditions", limits)
    page.evaluate(
        """() => { window.seen = []; new MutationObserver(() => {
          const bar = document.querySelector(".sending progress");
          if (bar) window.seen.push(bar.value / bar.max); }).observe(
          document.querySelector(".sending"), {subtree: true, childList: true, attributes: true}); }"""
    )
    drop(page, file)
    expect(page.locator(".sending")).to_contain_text("dropped 掉落.pdf", timeout=30_000)
    expect(page.locator(".sending progress")).to_have_count(0, timeout=30_000)
    moved = [one for one in page.evaluate("window.seen") if 0 < one < 1]
    assert moved, "the bar never stood between empty and full"
    shot(page, "dropped")
    assert (office.drop / file.name).read_bytes() == content
    (office.drop / file.name).unlink()


def test_a_phone_photographs_and_a_desk_chooses(office: Office, enter: Enter) -> None:
    """One field asks for the camera on the back, the other takes whatever files there are."""
    page = enter("ling", viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True).pages[0]
    assert page.get_attribute("#camera", "capture") == "environment"
    assert page.get_attribute("#camera", "accept") == "image/*"
    assert page.get_attribute("#files", "capture") is None
    shot(page, "inbox-phone")


def test_split_merge_turn_and_next_by_keys(office: Office, enter: Enter, scan: str) -> None:
    """→ and S split, M joins again, R turns and reads anew, N goes on, 1 takes a kind, X files apart."""
    assert parts(office, scan) == [[1, 2, 3]]
    page = enter("ling").pages[0]
    page.goto(f"/review/{scan}-1")
    expect(page.locator(".leaves img")).to_have_count(3)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".leaves a[aria-current]")).to_contain_text("2")
    shot(page, "review-pages")
    page.keyboard.press("s")
    expect(page.locator(".note.good")).to_be_visible()
    assert parts(office, scan) == [[1], [2, 3]]
    expect(page.locator(".leaves img")).to_have_count(2)
    page.keyboard.press("m")
    expect(page.locator(".note.good")).to_be_visible()
    assert parts(office, scan) == [[1, 2, 3]]

    before = page.locator(".sheet svg").get_attribute("viewBox")
    page.keyboard.press("r")
    expect(page.locator(".note.good")).to_be_visible(timeout=60_000)
    after = page.locator(".sheet svg").get_attribute("viewBox")
    assert before
    assert after
    assert before.split()[2:] == after.split()[:1:-1], "the page lies on its side now"
    shot(page, "review-turned")

    here = page.url
    page.keyboard.press("n")
    page.wait_for_url(lambda url: url != here)
    page.keyboard.press("p")
    page.wait_for_url(lambda url: scan in url)

    page.keyboard.press("1")
    kind = page.locator(".kinds [data-pick]").first.get_attribute("data-pick")
    expect(page.locator("#kind")).to_have_value(kind or "")
    page.keyboard.press("x")
    expect(page.locator(".note.good")).to_be_visible()
    assert parts(office, scan) == []
    assert scan not in page.url, "the next that waits is shown"


def test_a_field_is_set_right_and_its_box_lights_up(office: Office, enter: Enter) -> None:
    """The evidence and the fields stand beside the page; the field in hand has its box on the picture marked."""
    page = enter("ling").pages[0]
    page.goto(f"/review/{office.documents['purchase-invoice']}")
    boxed = page.locator("[data-field]:has(input)").first
    name = boxed.get_attribute("data-field")
    boxed.locator("input").last.focus()
    expect(page.locator("rect.on")).to_have_attribute("data-of", name or "")
    page.locator("h1").click()
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name").startswith("field-")
    expect(page.locator(".why li").first).to_be_visible()
    shot(page, "review-fields")


def test_the_text_over_the_picture_can_be_selected(office: Office, enter: Enter) -> None:
    """Dragging over the picture selects the words that stand there; turning keeps the whole page in view."""
    page = enter("ling").pages[0]
    page.goto(f"/documents/{office.documents['purchase-invoice']}")
    line = page.locator(".sheet text").first
    box = line.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, middle, steps=8)
    page.mouse.up()
    assert page.evaluate("getSelection().toString()").strip() in page.evaluate(
        "document.querySelector('.sheet svg').textContent"
    )
    assert page.evaluate("getSelection().toString()").strip()
    page.keyboard.press("t")
    turned = page.locator(".sheet svg g").first.bounding_box()
    frame = page.locator(".sheet svg").bounding_box()
    assert turned
    assert frame
    assert abs(turned["x"] - frame["x"]) < 3
    assert abs(turned["width"] - frame["width"]) < 6
    answer = page.request.get(f"/documents/{office.documents['purchase-invoice']}/pages/1.png")
    assert answer.headers["cache-control"] == "no-store"
    shot(page, "viewer-turned")
