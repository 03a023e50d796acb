"""Every template of a mail with every reason, opened in Chromium: wide and narrow, light and dark."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from complaints_sheet.core.alerts import ALERT_TEMPLATES
from complaints_sheet.core.digests import TEMPLATES
from complaints_sheet.core.telling import SENDS
from tests import mail_gallery
from tests.axe import SCHEMES, Chromium, browser, needs_axe, violations
from tests.mail_gallery import WHY_NOW, WIDTHS, gallery, sized, written
from tests.programs import needs

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3

# Returns what is wider than the page, and text that stands out too little from what is painted behind it.
FAULTS = """(() => {
  const numbers = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = numbers(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faults = [], page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) faults.push(`${page.scrollWidth} wide in ${page.clientWidth}`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    seen += 1;
    const [one, other] = [light(numbers(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const words = walker.currentNode.data.trim().slice(0, 40);
    if (contrast < LEAST) faults.push(`${contrast.toFixed(2)}: ${words}`);
  }
  if (seen < 6) faults.push(`only ${seen} pieces of text are seen`);
  return JSON.stringify(faults);
})()""".replace("LEAST", str(LEAST_CONTRAST))


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def faults(chromium: Chromium, page: Path) -> list[str]:
    """Return what is wrong with one page at each width in each colour scheme."""
    chromium.shown(page, "light")
    found = []
    for scheme in SCHEMES:
        chromium.asked(
            "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
        )
        for width in WIDTHS:
            sized(chromium, width)
            said = json.loads(chromium.worked_out(FAULTS))
            found += [f"{page.name}, {scheme}, {width} px: {each}" for each in said]
    return found


def test_the_gallery_holds_every_kind_of_mail_with_every_reason() -> None:
    names = gallery()
    assert {f"{kind}, {reason}" for kind in TEMPLATES for reason in SENDS} <= set(names)
    assert set(WHY_NOW) == SENDS
    shown = {alert.kind for _, alert in mail_gallery.alerts()}
    assert set(ALERT_TEMPLATES.values()) == {ALERT_TEMPLATES[kind] for kind in shown}


@needs("chromium")
def test_no_mail_is_wider_than_its_window_and_every_word_can_be_read(
    chromium: Chromium, tmp_path: Path
) -> None:
    assert [fault for page in written(tmp_path).values() for fault in faults(chromium, page)] == []


@needs("chromium")
def test_the_measure_sees_what_is_too_wide_and_too_faint(chromium: Chromium, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    words = "".join(f"<p>{number}</p>" for number in range(8))
    page.write_text(
        f'<body style="background:#fff"><div style="width:900px;color:#999">faint</div>{words}',
        encoding="utf-8",
    )
    found = faults(chromium, page)
    assert any("600 px: 908 wide in 600" in each for each in found)
    assert any("2.85: faint" in each for each in found)


@needs_axe
def test_axe_finds_nothing_wrong_with_one_mail_of_each_template(tmp_path: Path) -> None:
    pages = written(tmp_path)
    one_of_each = [
        page
        for name, page in pages.items()
        if name.startswith("alert ") or name.endswith((", first notice", ", hard"))
    ]
    with tempfile.TemporaryDirectory() as profile:
        assert violations(one_of_each, Path(profile)) == []
