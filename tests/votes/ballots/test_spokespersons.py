"""R63: who speaks for an organisation, and what that changes."""

import pytest

from app.domain import undo
from app.domain.votes.life import votes
from app.models import Organisation, Vote
from tests.cast.ballots import options
from tests.cast.concurrency import beside, several_writers
from tests.cast.organisations import cast, commitment, organisation_id, person_id, speak, state

pytestmark = pytest.mark.postgres


@pytest.fixture
def vote(room) -> Vote:
    """A commitment by name, with conditions, in item 16 with the room in it, as a draft."""
    return commitment(room)


def test_the_spokesperson_settles_it(room, alice, vote) -> None:
    """R63: named while in conflict or before; who speaks is told on the colleagues' phones, and is heard."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, conditions, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    assert speak(alice, room, "Care", "Dev").status_code == 204
    assert state(room, vote) == ([0, 0, 1], 0)
    assert "Dev speaks for your organisation" in carys.get("phone/mine").text
    assert "You speak for your organisation" in dev.get("phone/mine").text
    refused = cast(carys, vote, conditions)
    assert (refused.status_code, "spokesperson has answered" in refused.text) == (409, True)
    assert cast(carys, vote, not_now).status_code == 200, "agreeing is welcome"
    assert cast(dev, vote, yes).status_code == 200
    assert state(room, vote) == ([1, 0, 0], 0)
    assert "Another answer than yours counts" in carys.get("phone/mine").text
    assert speak(alice, room, "Care").status_code == 204
    assert "speaks for" not in carys.get("phone/mine").text
    assert speak(alice, room, "Care", "Carys").status_code == 204
    alice.does(f"undo/{room.read(undo.latest, room.id).id}")
    assert room.read(lambda s: s.get(Organisation, organisation_id(room, "Care"))).spokesperson_id is None


@several_writers
def test_a_spokesperson_changes_nothing_that_another_worker_has_shown(
    room, alice, vote, database_url
) -> None:
    """R63: named in the moment in which the result is shown."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes)
    cast(dev, vote, not_now)
    alice.does(f"votes/{vote.id}/closing")
    beside(
        database_url,
        lambda session: votes.reveal(session, room.who, vote.id),
        lambda: speak(alice, room, "Care", "Dev"),
    )
    assert state(room, vote) == ([0, 0, 0], 1)


def test_only_somebody_of_the_organisation_speaks_for_it(room, other_room, alice, vote) -> None:
    """And who has left it, or the workshop, does so no more."""
    carys, dev = room.join("Carys", organisation="Care"), room.join("Dev", organisation="Care")
    room.join("Efa", organisation="Bus")
    other_room.join("Charlie", organisation="Care")
    assert speak(alice, room, "Care", "Efa").status_code == 409
    foreign = organisation_id(other_room, "Care")
    assert alice.post(f"organisations/{foreign}/spokesperson", {"participant": ""}).status_code == 404
    assert carys.post(f"organisations/{organisation_id(room, 'Care')}/spokesperson").status_code == 403
    speak(alice, room, "Care", "Carys")
    assert "speaks for Care" in alice.get(f"participants/{person_id(room, 'Carys')}").text
    alice.does(f"votes/{vote.id}/opening")
    yes, _, not_now = options(room, vote)
    cast(carys, vote, yes)
    assert cast(dev, vote, not_now).status_code == 409
    alice.does(f"participants/{person_id(room, 'Carys')}/removal")
    assert cast(dev, vote, not_now).status_code == 200
    assert state(room, vote) == ([0, 0, 0], 1), "what Carys answered stays"
