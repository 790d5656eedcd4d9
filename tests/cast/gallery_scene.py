"""An invented room for the pictures: who sits where, what they vote, write and say, what the clock says."""

from datetime import datetime, timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from app.domain import log, pads
from app.domain.agenda import plan, running_order
from app.domain.notes import clusters, notes, wall_states, walls
from app.domain.people import attendance, tables
from app.domain.submissions import stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import ballots
from app.domain.votes.life import votes
from app.domain.who import Who
from app.models import Link, Note, Option, Vote, Workshop
from app.models.base import moment
from tests.cast.rooms import Room

# One line a table; the organisations are invented.
PEOPLE = """
Aled Morris, Cwm Tawel County Council; Priya Nair, Northmoor City Council; Tom Okafor, Office for Open Records
Bethan Rees, Rhosfawr County Council; Daniel Hughes, Eastvale Health Board; Sioned Parry, Welfare Wales
Grace Mensah, Harbour Council; Ifan Lloyd, Dyffryn Housing; Ruth Abel, National Schools Office
Carys Evans, Rhosfawr County Council; Omar Farouk, Northmoor City Council; Jean Whitlock, Patients Together
Mair Prosser, Glanaber County Council; Lewis Grant, Transport for the Vales; Nadia Rahman, Harbour Council
Huw Griffiths, Glanaber County Council; Ellen Marsh, Citizens’ Data Forum; Kofi Boateng, Eastvale Health Board
Anna Kowalska, Dyffryn Housing; Rhodri Vaughan, Cwm Tawel County Council; Susan Pike, National Audit Service
Gwen Thomas, Office for Open Records; Marcus Bell, Citizens’ Data Forum; Leila Haddad, Transport for the Vales
"""

CLUSTERS = {
    "Purpose said before anything else": [
        "Say what the data is for in one sentence before asking anything",
        "Name who benefits, and when they would notice",
        "Say what will not be done with it",
        "Write the purpose down so that it can be checked later",
        "No sharing “just in case”",
    ],
    "People in it from the start": [
        "Invite people while the plan can still change",
        "Pay people for their time, and for childcare",
        "Go to where people already meet",
        "Ask those who use the service, not only those who answer surveys",
        "Small groups, with someone who keeps it fair",
        "Languages people actually speak at home",
    ],
    "Plain words and real cases": [
        "One page, no jargon, in both languages",
        "Show a real case from start to finish",
        "Say the risks first, then the benefits",
        "A picture of where the data goes",
    ],
    "Answers that come back": [
        "Tell everyone what changed because of them",
        "If nothing changed, say why",
        "A date for the answer, agreed on the day",
        "Publish what was asked and what was answered",
        "Come back after a year and ask again",
    ],
    "Small enough to afford": [
        "Share one panel between several councils",
        "Use the same questions, so that results can be compared",
        "Half a day is enough for most proposals",
        "A kit that a small team can run without consultants",
    ],
}
PARKED = [
    "Who pays when it goes wrong?",
    "Someone independent in the room",
    "Let people leave halfway, without giving a reason",
    "Ask children in their own way",
]

ENTRIES = [
    (
        "point",
        "Sharing for the ambulance case is accepted by nearly everyone: the benefit is to the person itself",
    ),
    ("point", "For the school case the same data feels different, because nobody asked the parents"),
    (
        "disagreement",
        "Whether public benefit may include saving money. Two of us say no, at least not alone",
    ),
    ("quote", "If I can see what came of it, I am asked a second time gladly."),
    ("agreement", "Benefits are seen only if people who do not work here can read what came of it"),
    ("question", "Who answers for it when three bodies share and one of them is a company?"),
    ("action", "Table asks for the list of what is already shared today"),
]

ASLEEP = ("Jean Whitlock", "Kofi Boateng")
LATE = timedelta(minutes=2)
LEANING = [1, 1, 0, 2, 1, 5, 0, 1, 2, 1, 4, 1, 0, 5, 1, 3, 2, 1, 0, 5, 1]  # of 24 people 21 answer


class Scene:
    """The room with its day; every method moves it on to what one picture shows."""

    def __init__(self, room: Room) -> None:
        self.room, self.who = room, room.who
        for table, line in enumerate(PEOPLE.strip().splitlines(), 1):
            for person in line.split("; "):
                name, organisation = person.split(", ")
                phone = room.join(name, table, organisation)
                if name not in ASLEEP:
                    phone.screen()

    def at(self, position: int, minutes: float) -> None:
        """The room entered this item some minutes ago, two minutes later than the plan had it."""
        self.room.go_to(position)
        self.room.write(self._set_clock, position, timedelta(minutes=minutes))

    def people(self) -> list[Who]:
        """Everybody who came with the scene, as who they are when they vote and write."""
        here = self.room.read(attendance.by_table, self.room.id)
        ids = {number: i for i, number in self.room.read(tables.numbers_by_id, self.room.id).items()}
        found = [(person, ids[table.number]) for table in here for person in table.people]
        came = [(person["id"], table_id) for person, table_id in found if person["organisation"]]
        return [Who(self.room.id, self.room.code, "participant", i, table_id=t) for i, t in came]

    def vote(self, position: int, but: int = 0) -> Vote:
        """Everybody who answers has answered this item's vote, but for the first `but` people."""
        vote = self.room.read(votes.of_item, self.room.items()[position - 1].id)[0]
        if vote.state == "draft":
            self.room.write(votes.open, self.who, vote.id)
        options = self.room.read(lookup.options, vote.id)
        for number, (who, leaning) in enumerate(zip(self.people(), LEANING, strict=False)):
            if number >= but:
                given = stamp(f"{vote.id}-{number}", 0, 0)
                self.room.write(ballots.cast, who, vote.id, _answer(vote.type, options, leaning), given)
        return vote

    def write_wall(self, but: int = 0) -> int:
        """The wall is open and the notes are in, but for those of the first `but` people."""
        wall = self.room.read(walls.walls_of_item, self.room.items()[11].id)[0]
        self.room.write(wall_states.open, self.who, wall.id)
        people = self.people()
        words = [text for texts in CLUSTERS.values() for text in texts] + PARKED
        for number, text in enumerate(words):
            writer = people[but + number % (len(people) - but)]
            self.room.write(notes.add, writer, wall.id, text, stamp("", 0, 0, text))
        return wall.id

    def cluster_wall(self, wall_id: int) -> None:
        """The notes are shown and sorted; what is parked is still to be discussed."""
        self.room.write(wall_states.release, self.who, wall_id)
        for title, texts in CLUSTERS.items():
            self.room.write(_cluster, self.who, wall_id, title, texts)

    def write_pad(self, table: int, item_position: int) -> None:
        """A table's entries, one every three minutes."""
        item_id = self.room.items()[item_position - 1].id
        self.room.write(_write_entries, self.room, table, item_id)

    def _set_clock(self, session: Session, position: int, into: timedelta) -> None:
        workshop, order, now = (
            self.room.workshop(session),
            running_order.items(session, self.room.id),
            moment(),
        )
        item = order[position - 1]
        workshop.shift_seconds = 0
        wall_clock = plan.local_time(plan.planned_times(workshop, order)[item.id].start, workshop.time_zone)
        _move_zone(workshop, wall_clock.hour + wall_clock.minute / 60, now)
        begins = plan.planned_times(workshop, order)[item.id].start + LATE
        workshop.shift_seconds = round((now - into - begins).total_seconds())
        planned = plan.planned_times(workshop, order)
        for earlier, after in pairwise(order[:position]):
            earlier.state, earlier.ended_at = "done", planned[after.id].start + LATE
            after.started_at = earlier.ended_at
        workshop.started_at = order[0].started_at = planned[order[0].id].start
        item.clock_ends_at = now - into + timedelta(minutes=item.minutes)
        log.record(session, self.who, "clock changed", workshop, *order[:position])


def _answer(kind: str, options: list[Option], leaning: int) -> dict[str, str]:
    """An answer that leans to one option: of three dots two go there, the third to the next one."""
    option, after = (options[(leaning + by) % len(options)].id for by in (0, 1))
    return {f"n_{option}": "2", f"n_{after}": "1"} if kind == "dots" else {"option": str(option)}


def _move_zone(workshop: Workshop, hour: float, now: datetime) -> None:
    """Move the workshop's wall clock (not the machine's) by whole hours, so that it shows about this hour."""
    hours = (round(hour - now.hour - now.minute / 60) + 11) % 24 - 11
    workshop.time_zone = f"Etc/GMT{-hours:+d}"
    workshop.day = (now + timedelta(hours=hours)).date()


def _cluster(session: Session, who: Who, wall_id: int, title: str, texts: list[str]) -> None:
    found = session.exec(select(Note).where(Note.wall_id == wall_id, col(Note.text).in_(texts))).all()
    made = clusters.make(session, who, wall_id, "", [note.id for note in found])
    clusters.retitle(session, who, made.id, title)


def _write_entries(session: Session, room: Room, table: int, item_id: int) -> None:
    table_id = tables.with_number(session, room.id, table).id
    link = session.exec(select(Link).where(Link.workshop_id == room.id, Link.table_id == table_id)).one()
    scribe = Who(room.id, room.code, "scribe", link_id=link.id, table_id=table_id)
    for back, (kind, text) in enumerate(reversed(ENTRIES)):
        written = int((moment() - timedelta(minutes=3 * back + 1)).timestamp() * 1000)
        pads.add(session, scribe, item_id, kind, text, stamp("", 0, written, text))
