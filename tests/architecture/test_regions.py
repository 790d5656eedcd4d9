"""What a screen is made of: regions with one root each, without forms, under the content policy."""

import ast
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest
from jinja2 import Environment, nodes

from app import models
from app.announce import Topic
from app.live import catalogue

ROOT = Path(__file__).resolve().parent.parent.parent
APP, TEMPLATES = ROOT / "app", ROOT / "templates"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
JINJA = Environment(extensions=["jinja2.ext.i18n"])
REGIONS = pytest.mark.parametrize("region", catalogue.REGIONS, ids=lambda region: region.partial)


class Roots(HTMLParser):
    """The id of each element at the top of a piece of HTML, and whether text stands beside them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth, self.roots, self.text = 0, list[str](), ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots.append(dict(attributes).get("id") or "")
        self.depth += tag not in VOID

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots.append(dict(attributes).get("id") or "")

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag not in VOID

    def handle_data(self, data: str) -> None:
        if self.depth == 0:
            self.text += data.strip()


def variants(body: Sequence[nodes.Node], before: str = "") -> Iterator[str]:
    """Each HTML that a template can come to, as far as its top is concerned: conditions inside an element are
    taken as met."""
    if not body:
        yield before
        return
    for piece in of_node(body[0], before):
        yield from variants(body[1:], piece)


def of_node(node: nodes.Node, before: str) -> Iterator[str]:
    if isinstance(node, nodes.Output):
        yield before + "".join(
            each.data if isinstance(each, nodes.TemplateData) else "…" for each in node.nodes
        )
    elif isinstance(node, nodes.If) and Roots(before).depth == 0:
        for branch in (node.body, *(each.body for each in node.elif_), node.else_):
            yield from variants(branch, before)
    elif isinstance(node, nodes.Include) and Roots(before).depth == 0:
        assert isinstance(node.template, nodes.Const), "a region's root is in a file that can be named"
        yield from variants(parsed(node.template.value).body, before)
    elif isinstance(node, nodes.Macro | nodes.Assign | nodes.AssignBlock | nodes.FromImport | nodes.Import):
        yield before
    else:
        yield from variants(getattr(node, "body", []), before)


def parsed(name: str) -> nodes.Template:
    return JINJA.parse((TEMPLATES / name).read_text())


@REGIONS
def test_a_regions_partial_has_one_root_named_after_it(region: catalogue.Region) -> None:
    """A pushed region replaces the element of its name: a second root would be left behind or lost."""
    for html in variants(parsed(region.partial).body):
        found = Roots(html)
        assert (found.roots, found.text) == ([region.name], ""), html[:400]


def test_a_second_root_would_be_found() -> None:
    template = '{% if a %}<div id="x"><br></div>{% else %}<div id="x"></div><p></p>{% endif %}'
    assert [Roots(html).roots for html in variants(JINJA.parse(template).body)] == [["x"], ["x", ""]]


@REGIONS
def test_a_pushed_region_has_no_form_and_no_dialog(region: catalogue.Region) -> None:
    assert not re.search(r"<(form|dialog)\b", (TEMPLATES / region.partial).read_text())


def test_templates_obey_the_content_policy() -> None:
    found = list(TEMPLATES.rglob("*.html"))
    assert found
    for path in found:
        source = path.read_text()
        assert not re.search(r"\sstyle=|\son\w+=|hx-on|\bjs:|javascript:|<style\b", source), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", source), path


def test_names_stay_within_a_region_once_per_screen() -> None:
    for screen in ("phone", "projector", "console", "pad"):
        names = [region.name for region in catalogue.of_screen(screen)]
        assert len(names) == len(set(names)) > 0


# Topics no region depends on, and who hears them.
HEARD_ELSEWHERE = {"departures": "main closes the sockets of those who are no longer welcome"}


def test_every_topic_is_announced_and_draws_something() -> None:
    announced: set[str] = {model.__topic__ for model in vars(models).values() if hasattr(model, "__topic__")}
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "announce":
                announced |= {each.value for each in node.args if isinstance(each, ast.Constant)}
            elif (
                isinstance(node, ast.keyword) and node.arg == "topic" and isinstance(node.value, ast.Constant)
            ):
                announced.add(node.value.value)
    drawn = set().union(*(region.topics for region in catalogue.REGIONS))
    assert announced == set(get_args(Topic))
    assert drawn == announced - set(HEARD_ELSEWHERE)
