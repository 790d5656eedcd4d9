"""README's map is true: it names every part there is, and none that is not."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
README = (ROOT / "README.md").read_text()
MAP = README.partition("## The map")[2].partition("\n## ")[0]


TOP = ("app", "templates", "static", "migrations", "tests", "scripts")


def named() -> set[str]:
    """The paths of the first column; one that does not begin at the top lies beside the one before it."""
    found: set[str] = set()
    for row in re.findall(r"^\| (.+?) \|", MAP, re.M):
        beside = ""
        for path in re.findall(r"`([\w./-]+)`", row):
            whole = path if path.split("/")[0] in TOP else beside + path
            beside = whole.rstrip("/").rpartition("/")[0] + "/"
            found.add(whole)
    return found


def test_everything_the_map_names_is_there() -> None:
    assert len(named()) > 20
    assert [path for path in sorted(named()) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("folder", ["app", "app/domain", "app/domain/votes"])
def test_the_map_names_every_part(folder: str) -> None:
    parts = {
        f"{folder}/{path.name}" + ("/" if path.is_dir() else "")
        for path in (ROOT / folder).iterdir()
        if path.name[0] not in "_." and (path.is_dir() or path.suffix == ".py")
    }
    assert parts
    assert sorted(parts - named()) == []


def test_every_path_in_readme_is_there() -> None:
    paths = set(re.findall(r"`((?:app|templates|static|tests|scripts|migrations)/[\w./-]+)`", README))
    assert len(paths) > 20
    examples = re.compile("NOUN|NAME")  # of what is to be added
    assert [path for path in sorted(paths) if not examples.search(path) and not (ROOT / path).exists()] == []
