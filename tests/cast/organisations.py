"""Organisations that answer as one, and who speaks for them."""

import time

from sqlmodel import select

from app.domain import log
from app.domain.people import attendance
from app.domain.votes.ballots import conflicts
from app.models import Organisation, Vote
from tests.cast.ballots import tally

ANSWERS = ("Yes, in principle", "Yes, with conditions", "Not now")


def cast(person, vote, option, reason="", **more):
    """Send this answer, later than any before it."""
    time.sleep(0.002)  # a later answer has a later sequence
    return person.post(f"votes/{vote.id}/ballot", {"option": option, "reason": reason, **more})


def person_id(room, name: str) -> int:
    here = [person for table in room.read(attendance.by_table, room.id) for person in table.people]
    return next(person["id"] for person in here if person["name"] == name)


def organisation_id(room, name: str) -> int:
    query = select(Organisation.id).where(Organisation.workshop_id == room.id, Organisation.name == name)
    return room.read(lambda session: session.exec(query).one())


def speak(alice, room, organisation: str, name: str = ""):
    """Let this person speak for an organisation, or nobody."""
    number = str(person_id(room, name)) if name else ""
    return alice.post(
        f"organisations/{organisation_id(room, organisation)}/spokesperson", {"participant": number}
    )


def commitment(room, **settings: str) -> Vote:
    room.go_to(16)
    given = {"unit": "organisations", "secrecy": "named", "reasons": "1", **settings}
    return room.new_vote(16, *ANSWERS, **given)


def state(room, vote) -> tuple[list[int], int]:
    """The counts, and how many organisations are in conflict."""
    found = tally(room, vote)
    return [count.n for count in found.result.counts], found.contested


def choice(room, vote, organisation: str, option: int) -> tuple[str, dict]:
    """Where and with what the lead lets this answer of an organisation count."""
    who = room.who
    found = room.write(conflicts.of_vote, who, vote.id)
    conflict = next(each for each in found.listed if each.organisation == organisation)
    ballot = next(ballot for ballot, _ in conflict.answers if ballot.answers[0].option == option)
    return f"votes/{vote.id}/conflicts/{conflict.elector_id}", {"choose": ballot.id, "seen": ballot.sequence}


def log_count(room, what: str) -> int:
    return sum(line.what == what for line in room.read(log.lines, room.id))
