"""The one obvious next step: what is open first, then the stage, then drafts, then the next item."""

from datetime import UTC, date, datetime

from sqlmodel import Session

from app.domain.stage.next_step import next_step
from app.domain.stage.stage import Stage
from app.models import Item, Vote, Wall, Workshop

WHEN = datetime(2026, 9, 26, 11, 0, tzinfo=UTC)


def stage(vote: Vote | None = None, wall: Wall | None = None, last: bool = False) -> Stage:
    workshop = Workshop(code="K7M4QX", title_en="Day", day=date(2026, 9, 26), state="running")
    item, after = (
        Item(id=n, workshop_id=1, session_id=1, position=n, kind="vote", title_en="i", minutes=5)
        for n in (1, 2)
    )
    now = Stage(Session(), workshop, item, vote=vote, wall=wall)
    now.agenda_items = [item] if last else [item, after]
    return now


def vote(state: str, number: int = 1) -> Vote:
    return Vote(id=number, workshop_id=1, item_id=1, question_en="?", state=state)


def wall(state: str, released: bool = False) -> Wall:
    return Wall(
        id=1, workshop_id=1, item_id=1, prompt_en="?", state=state, released_at=WHEN if released else None
    )


def test_a_vote_is_opened_closed_revealed_and_left() -> None:
    acts = [
        next_step(stage(vote(state)), [vote(state)], []).action
        for state in ("draft", "open", "closed", "revealed")
    ]
    assert acts == ["open", "close", "reveal", "move on"]


def test_a_wall_is_opened_released_closed_and_left() -> None:
    walls = [wall("draft"), wall("open"), wall("open", True), wall("closed", True)]
    assert [next_step(stage(wall=each), [], [each]).action for each in walls] == [
        "open",
        "release",
        "close",
        "move on",
    ]


def test_what_is_open_comes_before_what_is_on_stage() -> None:
    step = next_step(stage(vote("closed", 1)), [vote("closed", 1), vote("open", 2)], [])
    assert (step.action, step.vote and step.vote.id) == ("close", 2)


def test_a_closed_vote_taken_off_stage_waits() -> None:
    assert next_step(stage(), [vote("closed")], []).action == "move on"


def test_the_last_item_ends_the_day() -> None:
    assert next_step(stage(last=True), [], []).action == "close day"
