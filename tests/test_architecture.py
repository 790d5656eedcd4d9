"""The shape holds: who may import whom, and every region's partial has one root named after it."""

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest

from app import errors
from app.live import catalogue

APP = Path(__file__).resolve().parent.parent / "app"
TEMPLATES = APP.parent / "templates"

# What each part may import of ours; everything else is refused. Longest prefix wins.
ALLOWED = {
    "app.settings": set(),
    "app.pieces": set(),
    "app.writer": {"app.pieces"},
    "app.readers": {"app.pieces"},
    "app.engines": set(),
    "app.db": {"app.engines", "app.pieces", "app.readers", "app.writer"},
    "app.announce": set(),
    "app.errors": {"app.errors"},
    "app.content": set(),
    "app.models": {"app.models"},
    "app.domain": {"app.models", "app.announce", "app.errors", "app.content", "app.domain"},
    "app.faces": {"app.settings"},
    "app.kept": {"app.faces"},
    "app.templating": {"app.domain", "app.faces", "app.models", "app.settings"},
    "app.allowance": set(),
    "app.upkeep": {"app.db", "app.domain", "app.errors"},
    "app.access": {"app.allowance", "app.domain", "app.db", "app.errors", "app.models", "app.settings"},
    "app.refusals": {"app.access", "app.db", "app.errors", "app.templating"},
    "app.guard": {"app.errors", "app.refusals", "app.settings"},
    "app.live.showing": set(),
    "app.live.people": set(),
    "app.live.hub": {"app.live.people", "app.live.showing"},
    "app.live.wire": set(),
    "app.live.bus": set(),
    "app.live.catalogue": {"app.db", "app.live", "app.models", "app.templating"},
    "app.live.queries": {"app.domain", "app.live.showing", "app.models", "app.settings"},
    "app.live.presence": {"app.db", "app.domain", "app.live.hub", "app.live.wire", "app.models"},
    "app.live.timekeeper": {"app.db", "app.domain", "app.models"},
    "app.record": {"app.domain", "app.models", "app.record", "app.settings", "app.templating"},
    "app.routes": {
        "app.access", "app.db", "app.domain", "app.errors", "app.models", "app.record", "app.routes",
        "app.settings", "app.templating", "app.upkeep",
    },
    "app.routes.screens": {"app.live"},
    "app.routes.projectors": {"app.live.catalogue", "app.live.showing"},
    "app.main": {"app"},
    "app.start": {"app"},
    "app.__main__": {"app"},
}  # fmt: skip


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
