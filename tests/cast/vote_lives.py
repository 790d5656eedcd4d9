"""A vote to which anything may happen in any order: people come, it opens and closes, answers are sent."""

from collections import Counter
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlmodel import select

from app.domain.people import joining
from app.domain.submissions import stamp
from app.domain.votes import lookup
from app.domain.votes.ballots import ballots
from app.domain.votes.life import votes
from app.domain.votes.results import tallies
from app.domain.votes.time import closings
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, CountSheet, Participant, Vote
from app.models.base import moment

Hand = tuple[int, ...]  # how much somebody gives to each of three options
HANDS = st.tuples(*[st.integers(0, 2)] * 3).filter(any)
CHOICES = st.sampled_from(["", "replace", "discard"])
PLACES = st.integers(0, 7)
TABLES = st.integers(1, 2)
SETTINGS = {"single": {}, "multiple": {}, "dots": {"most": "6"}}
STEPS = {
    "opening": votes.open,
    "closing": closings.close,
    "reveal": votes.reveal,
    "electorate": votes.admit_late,
}
FIRST = 1_000  # milliseconds; 0 would be now
NUMBERS = count(FIRST)


class Life(RuleBasedStateMachine):
    """What every such machine shares: a vote, people who come, and the ways in which it opens and closes."""

    room = None
    unit = "people"

    @initialize(
        kind=st.sampled_from(sorted(SETTINGS)),
        arrivals=st.lists(TABLES, min_size=2, max_size=6),
        opened=st.integers(0, 9).map(bool),
    )
    def begin(self, kind: str, arrivals: list[int], opened: bool) -> None:
        self.kind, self.state, self.size = kind, "draft", None
        self.people: list[tuple[Who, str, int]] = []  # who, personal code, table
        self.electors: set[int] = set()  # places in `people`
        self.sent: list[tuple] = []
        for table in arrivals:
            self.arrive(table)
        vote = self.room.new_vote(9, "A", "B", "C", type=kind, unit=self.unit, **SETTINGS[kind])
        self.vote_id = vote.id
        self.options = [each.id for each in self.room.read(lookup.options, vote.id)]
        if opened:
            self.go_on("opening")

    def teardown(self) -> None:
        for who, _, _ in getattr(self, "people", []):
            self.room.write(remove_person, who)

    @rule(table=TABLES)
    @precondition(lambda self: len(self.people) < 8)
    def somebody_comes(self, table: int) -> None:
        self.arrive(table)

    @rule(step=st.sampled_from(["opening", "opening", *STEPS]))
    def go_on(self, step: str) -> None:
        refused = self.refusal(STEPS[step], self.room.who)
        if step == "opening":
            self.state = "open"
            if self.size is None:
                self.freeze()
        elif step == "closing" and self.state == "open":
            self.state = "closed"
        elif step == "reveal" and self.state in ("closed", "revealed"):
            self.state = "revealed"
        elif step == "electorate" and self.state == "open":
            self.freeze()
        else:
            assert bool(refused) == (step != "closing"), "closing what is not open does nothing"

    @rule(again=st.booleans())
    def show_the_result(self, again: bool) -> None:
        """… and open once more, perhaps."""
        for step in ("closing", "reveal", *(["opening"] if again else [])):
            self.go_on(step)

    def arrive(self, table: int) -> None:
        guest = Who(self.room.id, self.room.code, "guest")
        body = self.body_of(len(self.people))
        joined = self.room.write(joining.join, guest, f"P{next(NUMBERS)}", body, table, "en")
        who = Who(self.room.id, self.room.code, "participant", participant_id=joined.participant_id)
        self.people.append((who, joined.personal_code, table))

    def body_of(self, place: int) -> str:
        return ""

    def freeze(self) -> None:
        self.electors = set(range(len(self.people)))
        self.size = len(self.electors)

    def form(self, hand: Hand) -> dict[str, str]:
        """The fields that say what this hand gives."""
        if self.kind == "single":
            return {"option": str(self.options[hand.index(max(hand))])}
        if self.kind == "multiple":
            return {f"pick_{i}": "1" for i, k in zip(self.options, hand, strict=True) if k}
        return {f"n_{i}": str(k) for i, k in zip(self.options, hand, strict=True)}

    def counted(self, hand: Hand) -> Counter[int]:
        """What this hand adds to the result, by option."""
        if self.kind == "single":
            return Counter([self.options[hand.index(max(hand))]])
        most = 1 if self.kind == "multiple" else 2
        return Counter({i: min(k, most) for i, k in zip(self.options, hand, strict=True) if k})

    def send(self, who: Who, form: dict[str, str], sequence: int) -> str:
        """A phone's answer; the code of the refusal, empty when it was taken."""
        submission = (form, stamp(f"{next(NUMBERS)}", sequence, 0, str(sorted(form.items()))))
        refused = self.refusal(ballots.cast, who, *submission)
        if not refused:
            self.sent.append((who, *submission))
        return refused

    def refusal(self, act, who: Who, *args) -> str:
        try:
            self.room.write(act, who, self.vote_id, *args)
        except Refused as refused:
            return refused.code
        return ""

    def enter(self, act, form: dict[str, str]) -> str:
        """A paper; what came of it, or the code of the refusal."""
        submission = stamp(f"{next(NUMBERS)}", 0, 0, str(sorted(form.items())))
        paper = (self.room.who, self.vote_id, form, submission)
        try:
            entered = self.room.write(act, *paper)
        except Refused as refused:
            return refused.code
        if entered.outcome in ("entered", "discarded") and next(NUMBERS) % 2:
            assert self.room.write(act, *paper).outcome == entered.outcome, "the same delivery once more"
        return entered.outcome

    def state_of(self) -> tuple:
        """The tally, and every ballot there is."""
        return self.room.read(_state, self.vote_id)


def _state(session, vote_id):
    rows = session.exec(select(Ballot).where(Ballot.vote_id == vote_id)).all()
    return tallies.tally(session, session.get(Vote, vote_id)), rows


def papers_and_sheets(session, vote_id):
    """The sheets and papers that stand."""
    paper = select(Ballot).where(Ballot.vote_id == vote_id, Ballot.channel == "paper")
    sheet = select(CountSheet).where(CountSheet.vote_id == vote_id, CountSheet.replaced_at.is_(None))
    return [
        *session.exec(sheet.order_by(CountSheet.id)),
        *session.exec(paper.where(Ballot.standing != "set aside").order_by(Ballot.id)),
    ]


def remove_person(session, who):
    """Take somebody out of the room, if they are in it still."""
    person = session.get(Participant, who.participant_id)
    person.removed_at = person.removed_at or moment()
    session.add(person)
