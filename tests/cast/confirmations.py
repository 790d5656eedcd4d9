"""A commitment that an organisation made on the day, and its link to confirm it afterwards."""

from sqlmodel import select

from app.domain.agenda import plan
from app.domain.votes.confirmations import confirm_links
from app.domain.votes.life import votes
from app.domain.votes.time import closings
from app.models import Elector, Organisation, Vote
from tests.cast.ballots import options
from tests.cast.organisations import cast

ASK = 3  # the place of "We need to ask first" in the template's item 16


def commitment(room) -> Vote:
    """The vote of the template's item 16, with the room in it."""
    item = room.go_to(16)
    return room.read(votes.of_item, item.id)[0]


def committed(room, name: str = "Carys", organisation: str = "Care", choice: int = ASK):
    """A vote that one organisation has answered and the room has been shown, and who answered."""
    vote = commitment(room)
    person = room.join(name, organisation=organisation)
    room.write(votes.open, room.who, vote.id)
    assert cast(person, vote, options(room, vote)[choice], "Only if the board agrees").status_code == 200
    room.write(closings.close, room.who, vote.id)
    room.write(votes.reveal, room.who, vote.id)
    return vote, person


def elector(room, vote, organisation: str = "Care") -> int:
    query = select(Elector.id).join(Organisation).where(Elector.vote_id == vote.id)
    return room.read(lambda session: session.exec(query.where(Organisation.name == organisation)).one())


def by_link(room, vote, organisation: str = "Care"):
    """Somebody who has only the organisation's link."""
    until, unit = plan.today("Europe/London"), elector(room, vote, organisation)
    issued = room.write(confirm_links.issue, room.who, vote.id, unit, until.isoformat())
    visitor = room.stranger()
    visitor.home = f"/{room.code}/confirm/{issued.token}"
    return visitor
