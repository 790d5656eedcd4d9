"""What the tests of papers and count sheets share: a vote that is open, and ways to answer it on paper."""

import re

from app.domain import log
from app.domain.votes.life import votes
from app.models import Vote
from tests.cast.ballots import options, tally

OPTIONS = ("Go on", "Wait", "Stop")


def opened(room, *options: str, **settings: str) -> Vote:
    """A vote of its own in item 9, open, with the room in it."""
    room.go_to(9)
    vote = room.new_vote(9, *(options or OPTIONS), **settings)
    room.write(votes.open, room.who, vote.id)
    return vote


def code_of(person) -> str:
    """What stands on the person's badge."""
    return person.http.cookies["me"].partition(".")[0]


def enter(person, vote, **fields):
    return person.post(f"votes/{vote.id}/paper", {name: str(value) for name, value in fields.items()})


def enter_sheet(person, room, vote, n, *lines, **fields):
    """A sheet of n ballots with these numbers by option."""
    numbers = {f"n_{option}": str(k) for option, k in zip(options(room, vote), lines, strict=False)}
    return person.post(f"votes/{vote.id}/sheet", {"ballots": str(n), **numbers, **fields})


def log_lines(room, *what: str) -> list:
    """The lines of the log that say one of these."""
    return [line for line in room.read(log.lines, room.id) if line.what in what]


def numbers_of(room, vote) -> tuple[int, int]:
    found = tally(room, vote)
    return found.phone, found.paper


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
