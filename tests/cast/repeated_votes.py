"""Votes that are held, shown and asked again, for the tests of what follows."""

from sqlmodel import select

from app.domain.votes import lookup
from app.domain.votes.life import votes
from app.domain.votes.results import results
from app.domain.votes.time import closings
from app.models import Vote

OPTIONS = ("Families", "Warm homes", "Bus routes")


def made(room, *options: str, **settings: str) -> Vote:
    """A vote of its own in item 9, with the room in it, opened."""
    room.go_to(9)
    vote = room.new_vote(9, *options, **settings)
    room.write(votes.open, room.who, vote.id)
    return vote


def answered(room, people, vote, *places: int, show: bool = True) -> None:
    """Each person chooses the option at this place (0: none); then the result is shown."""
    ids = [option.id for option in room.read(lookup.options, vote.id)]
    for person, place in zip(people, places, strict=True):
        if place:
            person.does(f"votes/{vote.id}/ballot", {"option": ids[place - 1]})
    if show:
        shown(room, vote)


def shown(room, vote) -> None:
    room.write(closings.close, room.who, vote.id)
    room.write(votes.reveal, room.who, vote.id)


def again(room, alice, vote, how: str, tied: int = 0) -> Vote:
    """The vote asked again from the console; opened."""
    alice.does(f"votes/{vote.id}/again" + (f"?tied={tied}" if tied else ""), {"as": how})
    query = select(Vote).where(Vote.repeats_id == vote.id, Vote.repeats_as == how)
    copy = room.read(lambda session: session.exec(query).one())
    room.write(votes.open, room.who, copy.id)
    return copy


def whole(room, vote):
    return room.read(lambda session: results.of_revealed(session, session.get(Vote, vote.id)))


def labels(room, vote) -> list[tuple]:
    return [
        (option.axis, option.position, option.label_en, option.label_cy, option.meaning)
        for axis in ("option", "criterion")
        for option in room.read(lookup.options, vote.id, axis)
    ]
