"""The weekly page in a real browser: hostile text is inert, everything works without a script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from handoff.report import build_weekly_report
from published_week import HOSTILE, full_week, settings_of, write_published

pytestmark = pytest.mark.browser

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    settings = settings_of(tmp_path_factory.mktemp("page"))
    write_published(settings, full_week())
    settings.runs_dir.mkdir()
    note = Path(settings.runs_dir / "last_blocked.json")
    note.write_text('{"run_id": "<script>alert(9)</script>", "checks": []}', encoding="utf-8")
    return build_weekly_report(settings).path.as_uri()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_QUIET))
        yield browser
        browser.close()


class Noise:
    """What a page did beside showing itself."""

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("console", lambda message: self.heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("request", lambda request: self.heard.append(f"request: {request.url}"))
        page.on("dialog", lambda dialog: (self.heard.append("dialog"), dialog.dismiss()))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_hostile_text_does_nothing_and_the_page_fits(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    noise = Noise(page)
    page.goto(address)
    for fold in page.locator("details:not([open]) > summary").all():
        if fold.is_visible():
            fold.click()
    page.wait_for_timeout(200)
    assert noise.heard == [f"request: {address}"]
    assert page.locator("script, img, iframe, object, embed, form").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert HOSTILE[:25] in page.locator("#campaigns").inner_text()
    page.close()


def test_the_style_is_applied_under_the_policy(browser: Browser, address: str) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.close()
    assert colours == ["rgb(251, 251, 249)", "rgb(17, 19, 24)"]


def test_definitions_open_and_close_by_keyboard_without_scripts(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    definition = page.locator("#def-sqls")
    assert not definition.is_visible()
    page.locator("#funnel [popovertarget=def-sqls]").focus()
    page.keyboard.press("Enter")
    assert definition.is_visible()
    assert "SQL" in definition.inner_text()
    page.keyboard.press("Escape")
    assert not definition.is_visible()
    context.close()


def test_a_figure_leads_to_its_leads(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    leads = page.locator("#leads-sqls")
    assert not leads.is_visible()
    page.locator("#funnel a[href='#leads-sqls']").click()
    leads.wait_for(state="visible", timeout=3000)
    links = leads.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert links == ["https://app.example.com/contacts/1", "https://app.example.com/contacts/2"]
    context.close()


def test_text_and_ground_differ_enough(browser: Browser, address: str) -> None:
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(address)
        ratios = page.evaluate(_CONTRASTS)
        assert min(ratios.values()) >= 4.5, (scheme, ratios)
        page.close()


# WCAG 2 contrast of the colours that carry text, on paper and on cards.
_CONTRASTS = """
() => {
  const style = getComputedStyle(document.documentElement);
  const light = (name) => {
    const hex = style.getPropertyValue(name).trim().slice(1);
    const parts = [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ratios = {};
  for (const ground of ["--paper", "--card"])
    for (const ink of ["--ink", "--muted", "--accent", "--alert", "--good"]) {
      const [a, b] = [light(ground), light(ink)].sort((x, y) => y - x);
      ratios[ground + ink] = (a + 0.05) / (b + 0.05);
    }
  return ratios;
}
"""
