"""The shape holds: who may import whom, and what each layer leaves to another."""

import ast
import re
from pathlib import Path
from types import ModuleType

import pytest

from app import errors

APP = Path(__file__).resolve().parent.parent.parent / "app"

# What each part may import of ours; everything else is refused. A part of a part may what both may.
ALLOWED = {
    "app.settings": set(),
    "app.announce": set(),
    "app.content": {"app.content"},
    "app.errors": {"app.errors"},
    "app.models": {"app.announce", "app.models"},
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
    "app.live.frame": set(),
    "app.live.wire": {"app.live.frame"},
    "app.live.missed_signals": set(),
    "app.live.bus": {"app.live.missed_signals"},
    "app.live.presence_tracker": set(),
    "app.live.room": {"app.live.view"},
    "app.live.hub": {"app.live.presence_tracker", "app.live.room", "app.live.view"},
    "app.live.catalogue": {
        "app.announce", "app.live", "app.models", "app.storage", "app.web.language", "app.web.templating",
    },
    "app.live.snapshot": {"app.domain", "app.live.view", "app.settings"},
    "app.live.queries": {"app.domain", "app.live.snapshot", "app.models"},
    "app.live.console_queries": {"app.domain", "app.live.snapshot", "app.models"},
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
    "app.routes.regions": {"app.live"},
    "app.routes.projectors": {"app.live.catalogue", "app.live.view"},
    "app.main": {"app"},
    "app.start": {"app"},
    "app.welcome": {"app.settings", "app.start"},
    "app.command_line": {"app.settings"},
    "app.checks": {"app.settings"},
    "app.__main__": {"app"},
}  # fmt: skip

# Inside the domain imports point down: to the lines above, and within a line.
GROUND = {"app.announce", "app.content", "app.errors", "app.models"}
DOMAIN = (
    ("who", "nouns", "changes", "log", "submissions", "codes", "texts", "select_rows"),
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


MODULES = modules()
NAMES = {name for name, _ in MODULES}


def imports(path: Path) -> set[str]:
    """The modules of ours that a module imports, a name from one counting as that one."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "app"}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "app":
            each = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {name if name in NAMES else str(node.module) for name in each}
    return found


def allowed(module: str) -> set[str]:
    prefixes = [prefix for prefix in ALLOWED if within(module, prefix)]
    return set().union(*(ALLOWED[prefix] for prefix in prefixes))


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize(("name", "path"), MODULES, ids=[name for name, _ in MODULES])
def test_imports_follow_the_layers(name: str, path: Path) -> None:
    may = allowed(name)
    for imported in imports(path):
        assert any(within(imported, each) for each in may), f"{name} may not import {imported}"


def test_every_domain_module_stands_in_a_line() -> None:
    """A package without a line of its own would be allowed nothing, and an empty line would guard nothing."""
    stands = {f"app.domain.{name}" for line in DOMAIN for name in line}
    assert {each for each in stands if not any(within(name, each) for name in NAMES)} == set()
    loose = [
        name for name in NAMES if within(name, "app.domain") and not any(within(name, e) for e in stands)
    ]
    assert sorted(loose) == ["app.domain", "app.domain.votes"], "packages that hold packages only"


def test_no_two_modules_import_each_other() -> None:
    """Within a line nothing may go round in a circle either."""
    arrows = {name: imports(path) for name, path in MODULES}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join((*way[way.index(name) :], name))
        if name not in done:
            for each in arrows[name] - {name}:
                visit(each, (*way, name))
            done.add(name)

    for name in arrows:
        visit(name, ())


def test_every_refusal_has_words_and_no_other_words_of_the_same_code() -> None:
    nouns = [
        noun.WORDS
        for noun in vars(errors).values()
        if isinstance(noun, ModuleType) and hasattr(noun, "WORDS")
    ]
    assert sum(map(len, nouns)) == len(errors.WORDS) > 100
    raised = {
        node.args[0].value
        for _, path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Refused"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert raised <= set(errors.WORDS)


@pytest.mark.parametrize(
    ("part", "never"),
    [
        ("app.domain", r"\.commit\(|\.rollback\(|\basync def\b|templating|fastapi|starlette"),
        ("app.routes", r"session\.(add|delete|flush|merge)\("),
        ("app.record", r"\bselect\(|session\.(exec|get|execute)\("),
    ],
    ids=["the domain neither renders nor commits", "routes write no rows", "records select nothing"],
)
def test_each_layer_leaves_to_others_what_is_theirs(part: str, never: str) -> None:
    inside = [(name, path) for name, path in MODULES if within(name, part)]
    assert inside
    for name, path in inside:
        assert not re.search(never, path.read_text()), name
