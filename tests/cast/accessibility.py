"""What every face must be: clean for axe, within a narrow screen, with targets a thumb can hit."""

from pathlib import Path

from playwright.sync_api import Page, expect

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}

RUN = """async rules => {
  const options = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"], selectors: false };
  const where = nodes => nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(" | ");
  return (await axe.run(document, options)).violations.map(v => `${v.id}: ${v.help}: ${where(v.nodes)}`);
}"""

OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
  if (wide <= room) return [];
  const beyond = e => e.getBoundingClientRect().right > room + 1;
  const out = Array.from(document.body.querySelectorAll("*")).filter(beyond);
  return [`${wide} px wide on ${room}: ${out.slice(-3).map(e => e.outerHTML.slice(0, 120)).join(" | ")}`];
}"""

# A control's own box or its label's; links within a sentence are exempt, as in WCAG 2.5.8.
TARGETS = """least => {
  const dialog = document.querySelector("dialog[open]");
  const controls = (dialog || document).querySelectorAll(
    "a[href], button, summary, select, textarea, input:not([type=hidden])");
  const boxes = Array.from(controls).filter(e => e.checkVisibility() && !e.closest(".skip, .visually-hidden")
    && !(e.matches("a") && getComputedStyle(e).display === "inline"
      && e.parentElement.textContent.trim() !== e.textContent.trim()));
  const sized = boxes.map(e => {
    const own = e.getBoundingClientRect(), label = e.closest("label");
    const box = label ? label.getBoundingClientRect() : own;
    return { e, width: box.width, height: box.height };
  });
  return sized.filter(({ width, height }) => Math.min(width, height) < least - 0.5)
    .map(({ e, width, height }) => `${width.toFixed()} x ${height.toFixed()}: ${e.outerHTML.slice(0, 140)}`);
}"""


# Colours that are still in transition have no contrast yet.
AT_REST = """async () => {
  const ends = animation => animation.effect.getComputedTiming().endTime < Infinity;
  await Promise.allSettled(document.getAnimations().filter(ends).map(animation => animation.finished));
}"""

# What answers a resized window has then been drawn (fit.js).
DRAWN = """() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"""


def faults(page: Page, name: str, target: int = 24, narrow: bool = True) -> list[str]:
    """What axe, the smallest screen (320 px, R108) and the size of targets (R109) say against this face."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.evaluate(AT_REST)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = [f"axe {fault}" for fault in page.evaluate(RUN, RULES)]
    found += [f"target {fault}" for fault in page.evaluate(TARGETS, target)]
    if narrow:
        size = page.viewport_size
        resize(page, NARROW)
        found += [f"reflow {fault}" for fault in page.evaluate(OVERFLOW)]
        found += [f"target at 320 px {fault}" for fault in page.evaluate(TARGETS, target)]
        page.set_viewport_size(size)
    return [f"{name}: {fault}" for fault in found]


def resize(page: Page, size: dict[str, int]) -> None:
    """Give the page a window of this size and wait until it fills it."""
    page.set_viewport_size(size)
    page.evaluate(DRAWN)
