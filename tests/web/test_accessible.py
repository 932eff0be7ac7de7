"""Every page in every language passes axe-core's rules for WCAG 2.2 A and AA, light and dark, wide and narrow."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

from desk import review
from tests.web.conftest import Office

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
        "/prove",
        "/nowhere",
    ]


@pytest.mark.parametrize(
    ("locale", "scheme", "width"), [("en-US", "light", 1280), ("zh-TW", "dark", 390), ("zh-CN", "light", 390)]
)
def test_no_violations(
    office: Office, enter: Callable[..., BrowserContext], locale: str, scheme: str, width: int
) -> None:
    """axe-core finds nothing to object to on any page."""
    context = enter(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.pages[0]
    # axe is put into the page by the browser's own debugging, which the page's policy does not bind.
    found: list[str] = []
    for path in paths(office):
        page.goto(path)
        result = Axe().run(page, options=RULES)
        found += [
            f"{path} {one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for one in result.response["violations"]
            for node in one["nodes"]
        ]
    assert not found, "\n".join(found)


def test_the_door_is_accessible_too(browser: object, office: Office) -> None:
    """So that everybody gets in."""
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(office.url + "/signin")
    result = Axe().run(page, options=RULES)
    assert not [one["id"] for one in result.response["violations"]]
    page.close()
