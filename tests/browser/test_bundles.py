"""What is left out of a bundle meant nothing to the browser."""

import re

import pytest

from app.web import assets

READ = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return [...sheet.cssRules].map((rule) => rule.cssText);
}"""


@pytest.mark.parametrize("face", assets.STYLES)
def test_a_stylesheet_says_the_same_without_its_spaces(browser, face) -> None:
    page = browser.new_page()
    bundle = f"{face}.css"
    source = "\n".join((assets.STATIC / path).read_text() for path in assets.files(bundle))
    sent = re.sub(r"/static/(fonts/[\w.-]+)\?\w+", r"../\1", assets.bundled(bundle).decode())
    assert len(sent) < len(source)
    rules = [read(rule) for rule in page.evaluate(READ, source)]
    assert len(rules) > 5
    assert [read(rule) for rule in page.evaluate(READ, sent)] == rules
    page.close()


def read(rule: str) -> str:
    """Browsers repeat the text of a custom property as it was written; elsewhere they write it their way."""
    return re.sub(r"\s+", " ", rule)
