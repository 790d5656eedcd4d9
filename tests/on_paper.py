"""What the tests of papers and count sheets share: a vote that is open, and ways to answer it on paper."""

import re

from sqlmodel import select

from app.domain import log
from app.domain.votes import lookup
from app.domain.votes.life import votes
from app.domain.votes.results import tallies
from app.models import Ballot, Vote

OPTIONS = ("Go on", "Wait", "Stop")


def opened(room, *options: str, **settings: str) -> Vote:
    """A vote of its own in item 9, open, with the room in it."""
    room.go_to(9)
    vote = room.new_vote(9, *(options or OPTIONS), **settings)
    room.write(votes.open, room.who, vote.id)
    return vote


def options(room, vote) -> list[int]:
    return [option.id for option in room.read(lookup.options, vote.id)]


def code_of(person) -> str:
    """What stands on the person's badge."""
    return person.http.cookies["me"].partition(".")[0]


def enter(person, vote, **fields):
    return person.post(f"votes/{vote.id}/paper", {name: str(value) for name, value in fields.items()})


def enter_sheet(person, room, vote, n, *lines, **fields):
    """A sheet of n ballots with these numbers by option."""
    numbers = {f"n_{option}": str(k) for option, k in zip(options(room, vote), lines, strict=False)}
    return person.post(f"votes/{vote.id}/sheet", {"ballots": str(n), **numbers, **fields})


def cast(person, vote, option, **more):
    return person.post(f"votes/{vote.id}/ballot", {"option": option, **more})


def state(room, vote) -> Vote:
    return room.read(lambda session: session.get(Vote, vote.id))


def tally(room, vote):
    return room.read(lambda session: tallies.tally(session, session.get(Vote, vote.id)))


def counts(room, vote) -> list[int]:
    return [count.n for count in tally(room, vote).result.counts]


def papers_of(room, vote) -> list[Ballot]:
    """Every ballot of a vote, those set aside among them, in the order they came."""
    query = select(Ballot).where(Ballot.vote_id == vote.id).order_by(Ballot.id)
    return room.read(lambda session: session.exec(query).all())


def told(room, *what: str) -> list:
    """The lines of the log that say one of these."""
    return [line for line in room.read(log.lines, room.id) if line.what in what]


def numbers_of(room, vote) -> tuple[int, int]:
    found = tally(room, vote)
    return found.phone, found.paper


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
