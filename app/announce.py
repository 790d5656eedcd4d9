"""What has just changed: a domain function that wrote says the workshop and the topic ("votes").

It is kept with the transaction: handed over after the commit, gone with the rollback.
"""

from typing import Literal

from sqlmodel import Session

Topic = Literal[
    "agenda",
    "ballots",
    "clocks",
    "closings",
    "departures",
    "links",
    "notes",
    "pads",
    "participants",
    "projectors",
    "undo",
    "votes",
    "walls",
]


def announce(session: Session, workshop_id: int, topic: Topic) -> None:
    """Say that `topic` changed in the workshop. Saying it again is harmless."""
    session.info.setdefault("announced", {}).setdefault(workshop_id, set()).add(topic)
