"""A vote to answer, a ballot by phone, leading a vote on, and what is stored of it, for tests of any vote."""

from sqlmodel import select

from app.domain.votes import lookup
from app.domain.votes.results import tallies
from app.models import Ballot, Vote
from app.models.base import moment

IMPLICATIONS = ("Purpose", "Decisions", "Partnership", "Good practice", "Communication", "Public voice")


def choice_of_six(room) -> Vote:
    """A single choice of six in item 9, with the room in it, as a draft."""
    room.go_to(9)
    return room.new_vote(9, *IMPLICATIONS)


def options(room, vote) -> list[int]:
    """The ids of a vote's options, in their order."""
    return [option.id for option in room.read(lookup.options, vote.id)]


def cast(person, vote, option, key="", sequence=0, **more):
    """Send this answer; returns whatever the server said to it."""
    return person.post(
        f"votes/{vote.id}/ballot", {"option": option, "key": key, "sequence": sequence, **more}
    )


def now_ms() -> int:
    """A sequence as a phone makes it: milliseconds since 1970."""
    return int(moment().timestamp() * 1000)


def through(alice, vote, *steps) -> None:
    """Lead a vote through "opening", "closing", "reveal", "finish"."""
    for step in steps:
        alice.does(f"votes/{vote.id}/{step}")


def reload(room, vote) -> Vote:
    """The vote as it is now."""
    return room.read(lambda session: session.get(Vote, vote.id))


def tally(room, vote):
    return room.read(lambda session: tallies.tally(session, session.get(Vote, vote.id)))


def counts(room, vote) -> list[int]:
    """How many chose each option."""
    return [count.n for count in tally(room, vote).result.counts]


def ballots_of(room, vote) -> list[Ballot]:
    """Every ballot of a vote, those set aside among them, in the order of their ids."""
    query = select(Ballot).where(Ballot.vote_id == vote.id).order_by(Ballot.id)
    return room.read(lambda session: session.exec(query).all())
