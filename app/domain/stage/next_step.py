"""What a facilitator most likely does next: the one obvious button of the console."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.select_rows import Readable
from app.domain.stage.stage import Stage
from app.models import Item, Vote, Wall


@dataclass(frozen=True, slots=True)
class NextStep:
    """`action` is "open", "close" or "reveal" a vote, "open", "close" or "release" a wall, "move on" to
    an item, or "close day"; one of the rows is what it is done to."""

    action: str
    vote: Readable[Vote] | None = None
    wall: Readable[Wall] | None = None
    item: Readable[Item] | None = None


def next_step(now: Stage, votes: Iterable[Readable[Vote]], walls: Iterable[Readable[Wall]]) -> NextStep:
    """The most likely step: first what takes answers is brought to its end, then what is on stage,
    then the item's next draft, then the next item."""
    return (
        _step_for_open(votes, walls)
        or _step_for_stage(now)
        or _step_for_drafts(votes, walls)
        or (NextStep("move on", item=now.next_item) if now.next_item else NextStep("close day"))
    )


def _step_for_open(votes: Iterable[Readable[Vote]], walls: Iterable[Readable[Wall]]) -> NextStep | None:
    for vote in votes:
        if vote.state == "open":
            return NextStep("close", vote=vote)
    for wall in walls:
        if wall.state == "open":
            return NextStep("close" if wall.released_at else "release", wall=wall)
    return None


def _step_for_stage(now: Stage) -> NextStep | None:
    if now.vote and now.vote.state in ("closed", "final") and not now.vote.revealed_at:
        return NextStep("reveal", vote=now.vote)
    if now.wall and now.wall.state == "closed" and not now.wall.released_at:
        return NextStep("release", wall=now.wall)
    return None


def _step_for_drafts(votes: Iterable[Readable[Vote]], walls: Iterable[Readable[Wall]]) -> NextStep | None:
    for wall in walls:
        if wall.state == "draft":
            return NextStep("open", wall=wall)
    for vote in votes:
        if vote.state == "draft":
            return NextStep("open", vote=vote)
    return None
