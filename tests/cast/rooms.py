"""A workshop for one test, or for a module of them, and the ways into it."""

from contextlib import ExitStack

from sqlmodel import Session

from app.domain import who
from app.domain.agenda import days, moving_on, running_order
from app.domain.people import joining, links
from app.domain.votes.forms import vote_settings
from app.domain.votes.life import drafts
from app.domain.who import Who
from app.models import Item, Vote, Workshop
from app.storage.database import database
from tests.cast import workshop_copy
from tests.cast.people import Person
from tests.cast.server import Server


class Room:
    """One workshop made from the template, with its links; people come by `join`."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self.server, self.base_url, self.stack = server, server.url, stack
        self.id = database.write_now(workshop_copy.new_workshop, linked=True)
        self.code = self.read(lambda session: self.workshop(session).code)
        self.who = Who(self.id, self.code, "lead")
        self.tokens = database.write_now(links.issue_starting_links, who.server(self.id, self.code))

    def workshop(self, session: Session) -> Workshop:
        found = session.get(Workshop, self.id)
        assert found is not None
        return found

    def read(self, ask, *args, **kwargs):
        """A domain query, as the server would run it."""
        return database.read_now(ask, *args, **kwargs)

    def write(self, act, *args, **kwargs):
        """A domain function through the writer."""
        return database.write_now(act, *args, **kwargs)

    def enter(self, label: str) -> Person:
        """Someone who comes in by a link: "lead", "projector", "table 1"."""
        person = self.stranger()
        answer = person.http.post(f"/enter/{self.tokens[label]}")
        assert answer.status_code == 303, answer.text
        person.home = answer.headers["location"]
        return person

    def stranger(self) -> Person:
        """Somebody with an empty browser."""
        return Person(self.base_url, self.code, self.stack, transport=self.server.transport)

    def join(
        self,
        name: str = "",
        table: int | None = 1,
        organisation: str = "",
        language: str = "en",
        role: int | None = None,
    ) -> Person:
        """A participant, joined through the writer; this browser has the cookies that the form leaves."""
        guest = Who(self.id, self.code, "guest")
        joined = self.write(joining.join, guest, name, organisation, table, language, str(role or ""))
        person = self._participant()
        person.keep_cookie("me", f"{joined.personal_code}.{joined.device_token}", f"/{self.code}")
        person.keep_cookie("language", language, "/")
        return person

    def join_by_form(
        self,
        name: str = "",
        table: int | None = 1,
        organisation: str = "",
        language: str = "en",
        role: int | None = None,
    ) -> Person:
        """A participant who sent the page's form."""
        person = self._participant()
        fields = {"name": name, "organisation": organisation, "table": str(table or ""), "language": language}
        answer = person.post("participants", {**fields, "role": str(role or "")}, htmx=False)
        assert answer.status_code == 303, answer.text
        return person

    def _participant(self) -> Person:
        person = self.stranger()
        person.home = f"/{self.code}/phone"
        return person

    def new_vote(self, position: int, *options: str, **settings: str) -> Vote:
        """A draft vote in the item at this place; a single choice unless `settings` say else."""
        fields = {f"option_en_{n}": label for n, label in enumerate(options, 1)}
        item = self.items()[position - 1]
        given = vote_settings.read({"question_en": "How do we go on?", **fields, **settings})
        return self.write(drafts.write, self.who, item.id, given)

    def items(self) -> list[Item]:
        return self.read(running_order.items, self.id)

    def go_to(self, position: int) -> Item:
        """Start the day if need be and enter the item at this place of the running order."""
        if self.read(lambda session: self.workshop(session).state) == "ahead":
            self.write(days.start, self.who, True)
        current = self.read(running_order.current_item, self.id)
        wanted = self.items()[position - 1]
        if current.id != wanted.id:
            self.write(moving_on.move_on, self.who, current.id, wanted.id)
        return self.items()[position - 1]
