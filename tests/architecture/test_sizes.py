"""Sizes at which a file is to be split along a seam, and how much lies flat in one folder."""

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
APP = ROOT / "app"
MODULES = [path for path in sorted(APP.rglob("*.py")) if path.read_text().strip()]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize(
    ("folder", "pattern", "most"),
    [
        ("app", "**/*.py", 250),
        ("scripts", "**/*.py", 250),
        ("templates", "**/*.html", 120),
        ("static/css", "**/*.css", 350),
        ("static/js", "**/*.js", 150),
        ("tests", "**/*.py", 400),
    ],
)
def test_no_file_is_longer_than_its_alarm(folder: str, pattern: str, most: int) -> None:
    found = list((ROOT / folder).glob(pattern))
    assert found
    assert {str(path.relative_to(ROOT)): lines(path) for path in found if lines(path) > most} == {}


def test_modules_and_functions_are_small() -> None:
    assert median(map(lines, MODULES)) <= 80
    lengths = {
        f"{path.relative_to(ROOT)} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert quantiles(lengths.values(), n=10)[-1] <= 15
    assert {name: length for name, length in lengths.items() if length > 40} == {}


@pytest.mark.parametrize(("folder", "most"), [(APP, 9), (APP / "domain", 12)], ids=["app", "app/domain"])
def test_little_lies_flat(folder: Path, most: int) -> None:
    assert 0 < len([path for path in folder.glob("*.py") if path.read_text().strip()]) <= most


def test_no_class_name_means_two_things() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(str(path.relative_to(APP)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
