"""The record on the page: leafed through, narrowed, taken away; in a browser and over HTTP."""

import ast
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
from playwright.sync_api import BrowserContext, expect

from desk import dossiers
from dossier.wording import known
from tests.web.conftest import Office
from tests.web.test_journeys import shot
from web.pages.audit import MOST

Enter = Callable[..., BrowserContext]
ROOT = Path(__file__).parents[2]


def numbers(text: str) -> list[int]:
    """Return the numbers of the entries on a page."""
    return [int(found) for found in re.findall(r'<th scope="row" class="n">(\d+)</th>', text)]


def test_the_whole_record_is_leafed_through(office: Office) -> None:
    """From the newest to the first, every number once, though each look adds one."""
    with office.opened() as archive:
        for _ in range(MOST + 5):
            dossiers.enter_fact(archive, office.key, "consultant", "chan")
    visitor = office.visitor("ho")
    seen, path = list[int](), "/audit"
    while path:
        text = visitor.get(path).text
        seen += numbers(text)
        older = re.search('href="([^"]+)" rel="next"', text)
        path = older[1].replace("&amp;", "&") if older else ""
    assert seen == list(range(seen[0], 0, -1))
    assert len(seen) > MOST


def test_it_is_narrowed_by_the_form(office: Office, enter: Enter) -> None:
    """Who, what, dossier and days, by the form as a browser sends it, empty fields among them; older keeps them."""
    with office.opened() as archive:
        dossiers.rename(archive, office.key, "Specimen car")
    page = enter("ho", locale="zh-TW").pages[0]
    page.goto("/audit")
    shot(page, "audit-zh")
    page.select_option("#what", "rename")
    page.fill("#dossier", office.key)
    page.click("form[action='/audit'] button.main")
    expect(page.locator("tbody tr").first).to_contain_text("更改卷名")
    assert {one.inner_text() for one in page.locator("tbody td:nth-of-type(3)").all()} == {"更改卷名"}
    page.select_option("#what", "")
    page.click("form[action='/audit'] button.main")
    assert page.locator("tbody tr").count() == MOST
    page.locator("a[rel=next]").click()
    assert page.input_value("#dossier") == office.key
    page.fill("#ends", "2020-01-01")
    page.click("form[action='/audit'] button.main")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody td")).to_have_attribute("colspan", "6")
    page.goto("/audit?who=nobody-of-that-name")
    expect(page.locator("tbody td")).to_have_attribute("colspan", "6")


def test_it_is_taken_away(office: Office, enter: Enter) -> None:
    """Each form holds what was asked for; that it was taken is on record; the password is asked again first."""
    visitor = office.visitor("ho")
    book = openpyxl.load_workbook(io.BytesIO(visitor.get("/audit/file?form=xlsx&what=login").content))
    codes = {str(cell.value) for row in book.worksheets[-1].iter_rows() for cell in row}
    assert "login" in codes
    assert "open-dossier" not in codes
    entries = json.loads(visitor.get("/audit/file?form=json&what=login").content)["entries"]
    assert {one["what"] for one in entries} == {"login"}
    assert visitor.get("/audit/file?form=pdf&what=login").content.startswith(b"%PDF")
    assert visitor.get("/audit/file?form=csv&dossier=" + office.key).content.count(b"\n") > MOST
    assert "audit-log" in visitor.get("/audit?what=report").text
    assert office.visitor("ling").get("/audit/file").status_code == 403
    page = enter("ho").pages[0]
    page.goto("/audit")
    with page.expect_download() as taken:
        page.get_by_role("link", name="XLSX").click()
    assert taken.value.suggested_filename.endswith(".xlsx")


def test_every_deed_has_words() -> None:
    """Whatever the program puts on record is said in three languages, not by its code."""
    codes = set[str]()
    for file in (*(ROOT / "desk").rglob("*.py"), *(ROOT / "index").rglob("*.py"), *(ROOT / "ingest").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            place = {"note": 1, "note_look": 0, "append": 2, "put": 1}.get(call.func.attr, 99)
            named = call.args[place] if len(call.args) > place else None
            if isinstance(named, ast.Constant) and isinstance(named.value, str) and "path" not in file.name:
                codes.add(named.value)
    assert {"view", "lend", "user-add", "file"} <= codes
    assert not [code for code in codes if code and not known(f"audit.did-{code}")]
