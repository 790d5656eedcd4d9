"""Organisations that answer as one, and who speaks for them."""

import time

from sqlmodel import select

from app.domain.people import attendance
from app.models import Organisation

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
