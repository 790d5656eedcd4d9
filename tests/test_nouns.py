"""Every noun the log knows says at one place its topic, and how an action on it is taken back."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

import app.main  # noqa: F401  (imports all there is)
from app import models
from app.announce import Topic
from app.domain import log, nouns
from app.domain.agenda import projectors

DOMAIN = Path(__file__).resolve().parent.parent / "app" / "domain"
CALLS = [
    node
    for path in DOMAIN.rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text()))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
]


KNOWN = {each.__tablename__: each for each in vars(models).values() if hasattr(each, "__topic__")}


def test_every_table_the_log_is_told_of_has_a_topic() -> None:
    """Those that lines name by a word; a row of a model without a topic fails where it is logged."""
    notes = [call for call in CALLS if ast.unparse(call.func) == "log.note" and len(call.args) > 3]
    words = {call.args[3].value for call in notes if isinstance(call.args[3], ast.Constant)}
    assert len(words) > 4
    assert words <= set(KNOWN)
    assert {each.__topic__ for each in KNOWN.values()} <= set(get_args(Topic))


@pytest.mark.parametrize("module", ["app.main", "app.start"])
def test_whoever_runs_workshops_knows_how_what_they_are_made_of_is_taken_back(module) -> None:
    """A start lays a workshop out before there are routes."""
    script = f"import json, {module}; from app.domain import nouns; print(json.dumps(sorted(nouns.UNDOABLE)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    found = set(json.loads(done.stdout))
    if module == "app.main":
        assert found == set(nouns.UNDOABLE)
    assert {"workshop", "item", "vote", "wall", "role"} <= found <= set(nouns.UNDOABLE)


def test_the_nouns_whose_actions_can_be_taken_back() -> None:
    lasting = {"entry", "link", "confirm_link", "seating_table"}
    assert set(nouns.UNDOABLE) == set(KNOWN) - lasting
    assert all(noun.model is KNOWN[word] for word, noun in nouns.UNDOABLE.items())
    assert nouns.UNDOABLE["projector"].undoing.always is projectors.thaw


def test_what_cannot_be_taken_back_is_not_offered(room) -> None:
    def change(session) -> None:
        link = session.get(models.Link, 1)
        link.name = link.name + " again"
        log.record(session, room.who, "link renamed", link, undoable=True)

    with pytest.raises(AssertionError, match="could not be taken back"):
        room.write(change)
