"""The shape holds: who may import whom, and every region's partial has one root named after it."""

import ast
import re
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

from app import errors
from app.announce import Topic
from app.domain import log
from app.live import catalogue

APP = Path(__file__).resolve().parent.parent / "app"
TEMPLATES = APP.parent / "templates"

# What each part may import of ours; everything else is refused. A part of a part may what both may.
ALLOWED = {
    "app.settings": set(),
    "app.announce": set(),
    "app.content": set(),
    "app.errors": {"app.errors"},
    "app.models": {"app.models"},
    "app.storage": {"app.storage"},
    "app.access.rights": {"app.domain.who"},
    "app.access.rate_limit": {"app.errors"},
    "app.access.admission": {
        "app.access.rights", "app.domain", "app.errors", "app.models", "app.settings",
    },
    "app.access.door": {"app.access", "app.domain.who", "app.errors", "app.models", "app.storage"},
    "app.web": {
        "app.access", "app.domain", "app.errors", "app.models", "app.settings", "app.storage", "app.web",
    },
    "app.live.view": set(),
    "app.live.wire": set(),
    "app.live.bus": set(),
    "app.live.presence_tracker": set(),
    "app.live.hub": {"app.live.presence_tracker", "app.live.view"},
    "app.live.catalogue": {
        "app.announce", "app.live", "app.models", "app.storage", "app.web.language", "app.web.templating",
    },
    "app.live.queries": {"app.domain", "app.live.view", "app.models", "app.settings"},
    "app.live.presence": {"app.domain", "app.live.hub", "app.live.wire", "app.models", "app.storage"},
    "app.background": {"app.announce", "app.domain", "app.errors", "app.models", "app.storage"},
    "app.record": {
        "app.domain", "app.models", "app.record", "app.settings", "app.web.language", "app.web.templating",
    },
    "app.routes": {
        "app.access", "app.background", "app.domain", "app.errors", "app.models", "app.record", "app.routes",
        "app.settings", "app.storage", "app.web",
    },
    "app.routes.screens": {"app.live"},
    "app.routes.projectors": {"app.live.catalogue", "app.live.view"},
    "app.main": {"app"},
    "app.start": {"app"},
    "app.__main__": {"app"},
}  # fmt: skip

# Inside the domain imports point down: to the lines above, and within a line.
GROUND = {"app.announce", "app.content", "app.errors", "app.models"}
DOMAIN = (
    ("who", "log", "submissions", "codes", "texts", "select_rows"),
    ("people",),
    ("agenda",),
    ("notes",),
    ("pads",),
    ("votes.types",),
    ("votes.lookup", "votes.decisions"),
    ("votes.forms",),
    ("votes.ballots",),
    ("votes.confirmations",),
    ("votes.time",),
    ("votes.results",),
    ("votes.secrecy",),
    ("votes.life",),
    ("workshops",),
    ("stage",),
    ("undo",),
)
_below = set(GROUND)
for _line in DOMAIN:
    _here = {f"app.domain.{name}" for name in _line}
    _below = _below | _here
    ALLOWED |= dict.fromkeys(_here, _below)


def modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(APP.rglob("*.py")):
        name = ".".join(path.relative_to(APP.parent).with_suffix("").parts)
        found.append((name.removesuffix(".__init__"), path))
    return found


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.split(".")[0] == "app"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "app":
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def allowed(module: str) -> set[str]:
    prefixes = [prefix for prefix in ALLOWED if module == prefix or module.startswith(prefix + ".")]
    return set().union(*(ALLOWED[prefix] for prefix in prefixes)) if prefixes else set()


@pytest.mark.parametrize(
    ("name", "path"), modules(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_imports_follow_the_layers(name: str, path: Path) -> None:
    may = allowed(name)
    for imported in imports(path):
        inside = any(imported == each or imported.startswith(each + ".") for each in may)
        assert inside, f"{name} may not import {imported}"


def test_every_refusal_has_words_and_no_other_words_of_the_same_code() -> None:
    nouns = [
        noun.WORDS
        for noun in vars(errors).values()
        if isinstance(noun, ModuleType) and hasattr(noun, "WORDS")
    ]
    assert sum(map(len, nouns)) == len(errors.WORDS) > 100
    raised = {
        node.args[0].value
        for _, path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Refused"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert raised <= set(errors.WORDS)


def test_domain_neither_renders_nor_commits() -> None:
    for name, path in modules():
        if name.startswith("app.domain"):
            source = path.read_text()
            assert not re.search(
                r"\.commit\(|\.rollback\(|\basync def\b|templating|fastapi|starlette", source
            ), name


def test_routes_write_no_rows() -> None:
    for name, path in modules():
        if name.startswith("app.routes"):
            assert not re.search(r"session\.(add|delete|flush|merge)\(", path.read_text()), name


def test_records_select_nothing_themselves() -> None:
    for name, path in modules():
        if name.startswith("app.record"):
            assert not re.search(r"\bselect\(|session\.(exec|get|execute)\(", path.read_text()), name


@pytest.mark.parametrize("region", catalogue.REGIONS, ids=lambda region: region.partial)
def test_a_regions_partial_has_one_root_named_after_it(region: catalogue.Region) -> None:
    source = (TEMPLATES / region.partial).read_text()
    roots = re.findall(rf'<\w+[^>]*\bid="{region.name}"', source)
    assert roots, f"{region.partial} has no root with id {region.name}"


@pytest.mark.parametrize("region", catalogue.REGIONS, ids=lambda region: region.partial)
def test_a_pushed_region_has_no_form_and_no_dialog(region: catalogue.Region) -> None:
    source = (TEMPLATES / region.partial).read_text()
    assert not re.search(r"<(form|dialog)\b", source)


def test_templates_obey_the_content_policy() -> None:
    for path in TEMPLATES.rglob("*.html"):
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
    announced: set[str] = set(log.TOPICS.values())
    for _, path in modules():
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
