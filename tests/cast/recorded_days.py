"""Days to take a record of: a workshop in a database of its own, led through the domain functions."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

from sqlmodel import select

from app.domain import submissions, undo
from app.domain.agenda import days, moving_on, running_order
from app.domain.notes import notes, wall_states, walls
from app.domain.people import joining
from app.domain.votes import lookup
from app.domain.votes.ballots import ballots
from app.domain.votes.forms import vote_settings
from app.domain.votes.life import drafts, votes
from app.domain.votes.time import closings
from app.domain.who import Who
from app.models import Table
from app.record import csv_files, gate, json_file
from app.record import page as record_page
from app.storage.database import Database
from app.web.language import drawn_for
from app.web.templating import environment
from tests.cast import workshop_copy


class Clock:
    """Stands in for datetime.now until it is told to go on."""

    def __init__(self) -> None:
        self.time = datetime(2026, 9, 26, 8, 30, tzinfo=UTC)

    def now(self, zone) -> datetime:
        return self.time.astimezone(zone)

    def on(self, **length: float) -> None:
        self.time += timedelta(**length)


class Day:
    """One workshop in a database of its own, led through the domain functions."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self.store, self.clock = store, clock
        self.id = store.write_now(workshop_copy.new_workshop, day=clock.time.date())
        self.lead = Who(self.id, "", "lead")

    def do(self, act, *args, who=None, **more):
        return self.store.write_now(act, who or self.lead, *args, **more)

    def ask(self, query, *args):
        return self.store.read_now(query, *args)

    def add(self, *rows) -> None:
        """Rows as another part of the program leaves them."""
        self.store.write_now(lambda session: session.add_all(rows))

    def join(self, name="", organisation="", table=1) -> Who:
        joined = self.do(joining.join, name, organisation, table, "en", who=Who(self.id, "", "guest"))
        return Who(self.id, "", "participant", participant_id=joined.participant_id)

    def scribe(self, number=1) -> Who:
        query = select(Table.id).where(Table.workshop_id == self.id, Table.number == number)
        return Who(self.id, "", "scribe", table_id=self.ask(lambda session: session.exec(query).one()))

    def items(self):
        return self.ask(running_order.items, self.id)

    def go_to(self, position: int):
        if self.ask(running_order.current_item, self.id) is None:
            self.do(days.start, True)
        now, wanted = self.ask(running_order.current_item, self.id), self.items()[position - 1]
        if now.id != wanted.id:
            self.do(moving_on.move_on, now.id, wanted.id)
        return wanted

    def stamp(self):
        self.clock.on(milliseconds=1)
        return submissions.stamp("", 0, 0)

    def vote(self, item, question="Good?", labels=("Yes", "No"), **settings: str):
        options = {f"option_en_{n}": label for n, label in enumerate(labels, 1)}
        given = vote_settings.read({"question_en": question, **options, **settings})
        return self.do(drafts.write, item.id, given)

    def options(self, vote, axis="option") -> list[int]:
        return [option.id for option in self.ask(lookup.options, vote.id, axis)]

    def cast(self, who, vote, place, **more: str):
        """A ballot for the option at this place, or of these fields."""
        fields = {"option": str(self.options(vote)[place - 1])} if isinstance(place, int) else place
        self.do(ballots.cast, vote.id, {**fields, **more}, self.stamp(), who=who)

    def show(self, vote) -> None:
        self.do(closings.close, vote.id)
        self.do(votes.reveal, vote.id)

    def wall(self, item, prompt="What matters?"):
        wall = self.do(walls.write, item.id, {"prompt_en": prompt})
        self.do(wall_states.open, wall.id)
        return wall

    def note(self, who, wall, text):
        return self.do(notes.add, wall.id, text, self.stamp(), who=who)

    def undo(self):
        kept = self.ask(lambda session: undo.latest(session, self.id))
        self.do(undo.take_back, kept.id)

    def record(self, role="lead"):
        return self.ask(gate.record, Who(self.id, "", role))

    def told(self, vote, record=None):
        """The line of this vote."""
        return next(line for line in (record or self.record()).votes if line.vote == vote.id)

    def csv(self, name, record=None):
        text = csv_files.file(record or self.record(), name).removeprefix(csv_files.MARK)
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def json(self, record=None):
        return json.loads(json_file.file(record or self.record()))

    def html(self, language="en", record=None) -> str:
        record = record or self.record()
        with drawn_for(language, record.workshop.time_zone):
            template = environment().get_template("record/page.html")
            about = record_page.context(record)
            return template.render(code=record.workshop.code, language=language, path="/", **about)

    def read_aloud(self, **more) -> str:
        """The page's words as a person reads them."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html(**more))).split())

    def everything(self, record=None) -> str:
        """Whatever leaves the house, one after the other."""
        record = record or self.record()
        files = [csv_files.file(record, name) for name in csv_files.FILES]
        return "\n".join([self.html(record=record), json_file.file(record), *files])
