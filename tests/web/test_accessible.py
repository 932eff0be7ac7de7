"""Every page passes axe-core's rules for WCAG 2.2 A and AA in every look, reads without scripts, and prints."""

import subprocess
from collections.abc import Callable
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

from desk import review
from tests.web.conftest import Office
from tests.web.test_journeys import SHOTS

Enter = Callable[..., BrowserContext]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def paths(office: Office) -> list[str]:
    """Return the address of every page."""
    with office.opened() as archive:
        waiting = review.waiting(archive)[0].document.id
    document = office.documents["purchase-invoice"]
    return [
        "/inbox",
        "/review",
        f"/review/{waiting}",
        "/search?q=" + quote("發動機號碼"),
        "/dossiers",
        "/dossiers/of?name=" + quote(office.key),
        f"/documents/{document}",
        "/completeness",
        "/completeness/ageing",
        "/requests",
        "/settings",
        "/settings/people",
        "/settings/people/chan",
        "/settings/packs",
        "/settings/calendar",
        "/settings/levels",
        "/settings/stores",
        "/audit",
        "/account",
        "/leavers?person=chan",
        f"/documents/{document}/history",
        "/prove",
        "/nowhere",
    ]


LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 390)]
LOCALES = ("en-US", "zh-TW", "zh-CN")


def violations(context: BrowserContext, paths: list[str]) -> list[str]:
    """Return what axe-core finds to object to on some pages."""
    page, found = context.pages[0], list[str]()
    for path in paths:
        # axe is put into the page by the browser's own debugging, which the page's policy does not bind.
        page.goto(path)
        result = Axe().run(page, options=RULES)
        found += [
            f"{path} {one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for one in result.response["violations"]
            for node in one["nodes"]
        ]
    return found


@pytest.mark.parametrize(("turn", "look"), list(enumerate(LOOKS)))
def test_no_violations(office: Office, enter: Enter, turn: int, look: tuple[str, int]) -> None:
    """Each page once, in turns light and dark, wide and narrow, in three languages: axe-core has no objection."""
    scheme, width = look
    size = {"width": width, "height": 900}
    context = enter(locale=LOCALES[turn % 3], color_scheme=scheme, viewport=size)
    found = violations(context, paths(office)[turn :: len(LOOKS)])
    assert not found, "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("locale", LOCALES)
def test_no_violations_anywhere(office: Office, enter: Enter, locale: str, scheme: str, width: int) -> None:
    """Every page in every language, theme and width."""
    context = enter(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 900})
    found = violations(context, paths(office))
    assert not found, "\n".join(found)


def test_every_page_reads_without_scripts(office: Office, enter: Enter) -> None:
    """With scripts off each page shows all it has: nothing hidden waits for one, and every form can be sent."""
    with_scripts, without = enter().pages[0], enter(java_script_enabled=False).pages[0]
    for path in paths(office):
        if path == "/nowhere":
            continue
        with_scripts.goto(path)
        without.goto(path)
        assert without.locator("h1").is_visible(), path
        seen = [page.locator("main").inner_text() for page in (with_scripts, without)]
        lacking = {line.strip() for line in seen[0].splitlines()} - {line.strip() for line in seen[1].splitlines()}
        assert not {line for line in lacking if line and not any(char.isdigit() for char in line)}, path
        for form in without.locator("main form[method=post]").all():
            assert form.locator("button:not([type=button])").count() > 0, (path, form.get_attribute("action"))


@pytest.mark.parametrize("which", ["dossier", "completeness", "audit", "requests"])
def test_on_paper(office: Office, enter: Enter, which: str) -> None:
    """Chromium prints each list as pages of A4 whose text holds the table and none of the buttons."""
    page = enter().pages[0]
    path = {"dossier": "/dossiers/of?name=" + quote(office.key), "completeness": "/completeness/completeness"}
    page.goto(path.get(which, f"/{which}"))
    head = page.locator("table th").all_inner_texts()
    file = SHOTS / f"print-{which}.pdf"
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.pdf(path=file, format="A4")
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout
    assert head[0].split()[0] in text
    assert "Sign out" not in text
    assert "简体中文" not in text
    size = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
    assert "A4" in size


def test_the_door_is_accessible_too(browser: object, office: Office) -> None:
    """So that everybody gets in."""
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(office.url + "/signin")
    result = Axe().run(page, options=RULES)
    assert not [one["id"] for one in result.response["violations"]]
    page.close()
