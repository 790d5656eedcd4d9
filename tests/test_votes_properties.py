"""Whatever happens to a vote, in whatever order: no ballot is lost, none counted twice, none is of anybody outside
the electorate, and the totals are what the rows say."""

from collections import Counter
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import select

from app.domain import ballots, electorates, papers, participants, sheets, tables, tallies, votes
from app.domain.submissions import stamp
from app.domain.who import Who
from app.errors import Refused
from app.models import Ballot, CountSheet, Elector, Vote

SETTINGS = {"single": {}, "multiple": {}, "dots": {"most": "6"}}
HANDS = st.tuples(*[st.integers(0, 2)] * 3).filter(
    any
)  # how much somebody would give to each of three options
NUMBERS = count(1)


class Life(RuleBasedStateMachine):
    """What both machines share: a vote, people who come, and the ways in which it opens and closes."""

    room = None
    unit = "people"

    @initialize(kind=st.sampled_from(sorted(SETTINGS)), arrivals=st.lists(st.integers(1, 3), max_size=6))
    def begin(self, kind: str, arrivals: list[int]) -> None:
        self.kind, self.state, self.size = kind, "draft", None
        self.people: list[tuple[Who, str, int]] = []  # who, personal code, table
        self.electors: set[int] = set()  # places in `people`
        self.sent: list[tuple] = []
        for table in arrivals:
            self.arrive(table)
        vote = self.room.new_vote(9, "A", "B", "C", type=kind, unit=self.unit, **SETTINGS[kind])
        self.vote_id = vote.id
        self.options = [each.id for each in self.room.read(ballots.options, vote.id)]

    def teardown(self) -> None:
        for who, _, _ in getattr(self, "people", []):
            self.room.write(_gone, who)

    @rule(table=st.integers(1, 3))
    @precondition(lambda self: len(self.people) < 8)
    def somebody_comes(self, table: int) -> None:
        self.arrive(table)

    @rule()
    def open(self) -> None:
        self.room.write(votes.open, self.room.who, self.vote_id)
        if self.size is None:
            self.freeze()
        self.state = "open"

    @rule()
    @precondition(lambda self: self.state == "open")
    def close(self) -> None:
        self.room.write(votes.close, self.room.who, self.vote_id)
        self.state = "closed"

    @rule()
    @precondition(lambda self: self.state == "closed")
    def reveal(self) -> None:
        self.room.write(votes.reveal, self.room.who, self.vote_id)
        self.state = "revealed"

    @rule()
    @precondition(lambda self: self.state == "open")
    def let_the_late_in(self) -> None:
        self.room.write(votes.admit_late, self.room.who, self.vote_id)
        self.freeze()

    def arrive(self, table: int) -> None:
        number = next(NUMBERS)
        guest = Who(self.room.id, self.room.code, "guest")
        body = self.body_of(len(self.people))
        joined = self.room.write(participants.join, guest, f"P{number}", body, table, "en")
        who = Who(self.room.id, self.room.code, "participant", participant_id=joined.participant_id)
        self.people.append((who, joined.personal, table))

    def body_of(self, place: int) -> str:
        return ""

    def freeze(self) -> None:
        self.electors = set(range(len(self.people)))
        self.size = len(self.electors)

    def form(self, hand: tuple[int, ...]) -> dict[str, str]:
        """The fields that say what this hand gives."""
        if self.kind == "single":
            return {"option": str(self.options[hand.index(max(hand))])}
        if self.kind == "multiple":
            return {f"pick_{i}": "1" for i, k in zip(self.options, hand, strict=True) if k}
        return {f"n_{i}": str(k) for i, k in zip(self.options, hand, strict=True)}

    def counted(self, hand: tuple[int, ...]) -> Counter[int]:
        """What this hand adds to the result, by option."""
        if self.kind == "single":
            return Counter([self.options[hand.index(max(hand))]])
        most = 1 if self.kind == "multiple" else 2
        return Counter({i: min(k, most) for i, k in zip(self.options, hand, strict=True) if k})

    def send(self, who: Who, form: dict[str, str], sequence: int) -> str:
        """A phone's answer; the code of the refusal, if it was refused."""
        submission = (who, form, stamp(f"{next(NUMBERS)}", sequence, 0, str(sorted(form.items()))))
        refused = self.refusal(ballots.cast, who, self.vote_id, form, submission[2])
        if not refused:
            self.sent.append(submission)
        return refused

    def refusal(self, act, who: Who, *args) -> str:
        try:
            self.room.write(act, who, *args)
        except Refused as refused:
            return refused.code
        return ""

    def enter(self, act, form: dict[str, str]) -> str:
        """A paper; what came of it, or the code of the refusal."""
        paper = (
            self.room.who,
            self.vote_id,
            form,
            stamp(f"{next(NUMBERS)}", 0, 0, str(sorted(form.items()))),
        )
        try:
            entered = self.room.write(act, *paper)
        except Refused as refused:
            return refused.code
        if entered.outcome in ("entered", "discarded"):
            again = self.room.write(act, *paper)  # every delivery comes twice
            assert again.outcome == entered.outcome
        return entered.refusal.code if entered.refusal else entered.outcome


class People(Life):
    """People answer, by phone, by paper with a code or a serial, and on count sheets; the model keeps what counts."""

    def __init__(self) -> None:
        super().__init__()
        self.stands: dict[int, tuple[str, tuple]] = {}  # who of `people`: channel and hand
        self.phones: dict[int, tuple[int, tuple]] = {}  # the newest answer by phone: sequence and hand
        self.serials: dict[str, tuple] = {}
        self.sheets: dict[int, list[tuple]] = {}  # by table
        self.left: set[int] = set()

    @property
    def total(self) -> int:
        return len(self.stands) + len(self.serials) + sum(map(len, self.sheets.values()))

    def freeze(self) -> None:
        super().freeze()
        self.electors -= self.left - getattr(self, "before", set())
        self.before = set(self.electors)
        self.size = len(self.electors)

    @rule(place=st.integers(0, 7), hand=HANDS, older=st.booleans())
    @precondition(lambda self: self.people)
    def answer(self, place: int, hand: tuple, older: bool) -> None:
        place %= len(self.people)
        sequence, _ = self.phones.get(place, (1, ()))
        sequence = sequence - 1 if older else sequence + next(NUMBERS)
        if (
            self.state == "open"
            and place in self.electors
            and place not in self.stands
            and self.total == self.size
        ):
            return  # paper without a code has taken the last place
        refused = self.send(self.people[place][0], self.form(hand), sequence)
        if self.state != "open":
            assert refused == ("vote_not_open" if self.state == "draft" else "vote_closed")
        elif place not in self.electors:
            assert refused == "not_in_electorate"
        elif self.stands.get(place, ("",))[0] == "paper":
            assert refused == "paper_counted"
        else:
            assert not refused
            if place not in self.stands or sequence > self.phones[place][0]:
                self.phones[place] = (sequence, hand)
                self.stands[place] = ("phone", hand)

    @rule(which=st.integers(0, 50))
    @precondition(lambda self: self.sent)
    def the_same_again(self, which: int) -> None:
        """A delivery that comes again, in whatever state, is acknowledged and changes nothing."""
        who, form, earlier = self.sent[which % len(self.sent)]
        assert not self.refusal(ballots.cast, who, self.vote_id, form, earlier)

    @rule(place=st.integers(0, 7), hand=HANDS, choice=st.sampled_from(["", "replace", "discard"]))
    @precondition(lambda self: self.people)
    def paper_with_a_code(self, place: int, hand: tuple, choice: str) -> None:
        place %= len(self.people)
        _, code, table = self.people[place]
        outcome = self.enter(papers.enter, {**self.form(hand), "code": code, "on_conflict": choice})
        sheet, unheard = self.sheets.get(table, []), self.unheard(table)
        if late := self.too_late():
            assert outcome == late
        elif place in self.left:
            assert outcome == "paper_left"
        elif place not in self.electors:
            assert outcome == "paper_not_in_electorate"
        elif place in self.stands and not choice:
            assert outcome == "asks"
        elif place in self.stands and choice == "discard":
            assert outcome == "discarded"
        elif place not in self.stands and self.total == self.size:
            assert outcome == "paper_above_electorate"
        elif place not in self.stands and sheet and len(sheet) >= unheard:
            assert outcome == "paper_on_sheet"
        else:
            assert outcome == "entered"
            self.stands[place] = ("paper", hand)

    @rule(serial=st.sampled_from("ABC"), hand=HANDS)
    def paper_without_a_code(self, serial: str, hand: tuple) -> None:
        outcome = self.enter(papers.enter, {**self.form(hand), "serial": serial})
        if late := self.too_late():
            assert outcome == late
        elif serial in self.serials:
            assert outcome == "serial_used"
        elif self.total == self.size:
            assert outcome == "paper_above_electorate"
        else:
            assert outcome == "entered"
            self.serials[serial] = hand

    @rule(table=st.integers(1, 3), hands=st.lists(HANDS, min_size=1, max_size=4), replace=st.booleans())
    def count_sheet(self, table: int, hands: list[tuple], replace: bool) -> None:
        lines = sum((self.counted(hand) for hand in hands), Counter())
        form = {
            "table": str(table),
            "ballots": str(len(hands)),
            **{f"n_{i}": str(n) for i, n in lines.items()},
        }
        before = self.sheets.get(table, [])
        outcome = self.enter(sheets.enter, {**form, "on_conflict": "replace"} if replace else form)
        if late := self.too_late():
            assert outcome == late
        elif before and not replace:
            assert outcome == "asks"
        elif len(hands) > self.unheard(table):
            assert outcome == "sheet_above_table"
        elif self.total - len(before) + len(hands) > self.size:
            assert outcome == "paper_above_electorate"
        else:
            assert outcome == "entered"
            self.sheets[table] = hands

    @rule(which=st.integers(0, 20))
    def take_back(self, which: int) -> None:
        """One of the papers and sheets, whichever."""
        entered = [*self.room.read(_papers, self.vote_id), *self.room.read(_sheets, self.vote_id)]
        if not entered:
            return
        row = entered[which % len(entered)]
        act = papers.withdraw if isinstance(row, Ballot) else sheets.withdraw
        refused = self.refusal(act, self.room.who, self.vote_id, row.id)
        assert refused == self.too_late()
        if refused:
            return
        if isinstance(row, CountSheet):
            self.sheets = {
                t: hands for t, hands in self.sheets.items() if self.room.read(_table, t, row) != row.table_id
            }
        elif row.serial:
            del self.serials[row.serial]
        else:
            place = self.place_of(row)
            del self.stands[place]
            if place in self.phones:
                self.stands[place] = ("phone", self.phones[place][1])

    @rule(place=st.integers(0, 7))
    @precondition(lambda self: len(self.people) > 2)
    def somebody_leaves(self, place: int) -> None:
        place %= len(self.people)
        if place not in self.left:
            self.room.write(participants.remove, self.room.who, self.people[place][0].participant_id)
            self.left.add(place)

    @invariant()
    def totals_are_what_the_model_and_the_rows_say(self) -> None:
        found, rows = self.room.read(_state, self.vote_id)
        hands = [hand for _, hand in self.stands.values()] + [
            *self.serials.values(),
            *sum(self.sheets.values(), []),
        ]
        expected = sum((self.counted(hand) for hand in hands), Counter())
        assert {count.option.id: count.n for count in found.result.counts if count.n} == dict(+expected)
        phones = sum(channel == "phone" for channel, _ in self.stands.values())
        assert (found.phone, found.paper) == (phones, self.total - phones)
        assert found.cast == found.result.ballots == self.total <= (self.size or 0)
        of_electors = [row.elector_id for row in rows if row.standing == "counted" and row.elector_id]
        assert len(of_electors) == len(set(of_electors)) == len(self.stands)

    def unheard(self, table: int) -> int:
        at = {place for place, (_, _, t) in enumerate(self.people) if t == table}
        return len((at & self.electors) - self.left - set(self.stands))

    def too_late(self) -> str:
        return {"draft": "vote_not_open", "revealed": "paper_too_late"}.get(self.state, "")

    def place_of(self, row: Ballot) -> int:
        participant = self.room.read(lambda s: s.get(Elector, row.elector_id).participant_id)
        return next(i for i, (who, _, _) in enumerate(self.people) if who.participant_id == participant)


class Bodies(Life):
    """Organisations answer, their people by phone and somebody by paper: what counts is read from the rows alone."""

    unit = "organisations"

    def __init__(self) -> None:
        super().__init__()
        self.newest: dict[int, tuple[int, tuple]] = {}

    def body_of(self, place: int) -> str:
        return ["Harbour", "Welfare"][place % 2]

    def freeze(self) -> None:
        self.size = len({self.body_of(place) for place in range(len(self.people))})

    @rule(place=st.integers(0, 7), hand=HANDS)
    @precondition(lambda self: self.people)
    def answer(self, place: int, hand: tuple) -> None:
        place %= len(self.people)
        sequence = next(NUMBERS)
        refused = self.send(self.people[place][0], self.form(hand), sequence)
        expected = {"draft": ("vote_not_open",), "open": ("", "paper_counted", "organisation_late")}
        assert refused in expected.get(self.state, ("vote_closed",))
        if not refused:
            self.newest[place] = (sequence, hand)

    @rule(
        body=st.sampled_from(["Harbour", "Welfare"]),
        hand=HANDS,
        choice=st.sampled_from(["", "replace", "discard"]),
    )
    def paper(self, body: str, hand: tuple, choice: str) -> None:
        ids = {name: i for i, name in self.room.read(electorates.organisations, self.vote_id)}
        form = {**self.form(hand), "organisation": str(ids.get(body, "")), "on_conflict": choice}
        outcome = self.enter(papers.enter, form)
        if self.state in ("open", "closed"):
            assert outcome in ("entered", "asks", "discarded", "paper_which_organisation")
            assert (outcome == "paper_which_organisation") == (body not in ids)
            assert outcome != "asks" or not choice
        else:
            assert outcome in ("vote_not_open", "paper_too_late")

    @rule(which=st.integers(0, 20))
    def take_back(self, which: int) -> None:
        entered = self.room.read(_papers, self.vote_id)
        if entered:
            self.refusal(papers.withdraw, self.room.who, self.vote_id, entered[which % len(entered)].id)

    @invariant()
    def an_organisation_counts_once_or_not_at_all(self) -> None:
        found, rows = self.room.read(_state, self.vote_id)
        live: dict[int, list[str]] = {}
        for row in rows:
            if row.standing != "set aside":
                live.setdefault(row.elector_id, []).append(row.standing)
        assert all(each == ["counted"] or set(each) == {"contested"} for each in live.values())
        assert all(len(each) > 1 for each in live.values() if each != ["counted"])
        assert found.cast + found.contested == len(live) <= (self.size or 0)
        counted = [row for row in rows if row.standing == "counted"]
        assert found.cast == len(counted) == found.result.ballots

    @invariant()
    def nothing_anybody_answered_is_lost(self) -> None:
        rows = {(row.voter_id, row.sequence) for row in self.room.read(_state, self.vote_id)[1]}
        for place, (sequence, _) in self.newest.items():
            assert (self.people[place][0].participant_id, sequence) in rows


def _state(session, vote_id):
    vote = session.get(Vote, vote_id)
    rows = session.exec(select(Ballot).where(Ballot.vote_id == vote_id)).all()
    return tallies.tally(session, vote), rows


def _papers(session, vote_id):
    query = select(Ballot).where(
        Ballot.vote_id == vote_id, Ballot.channel == "paper", Ballot.standing != "set aside"
    )
    return session.exec(query.order_by(Ballot.id)).all()


def _sheets(session, vote_id):
    query = select(CountSheet).where(CountSheet.vote_id == vote_id, CountSheet.replaced_at.is_(None))
    return session.exec(query.order_by(CountSheet.id)).all()


def _table(session, number, row):
    return tables.numbered(session, session.get(Vote, row.vote_id).workshop_id, number).id


def _gone(session, who):
    from app.models import Participant
    from app.models.base import moment

    person = session.get(Participant, who.participant_id)
    person.removed_at = person.removed_at or moment()
    session.add(person)


@pytest.mark.parametrize("machine", [People, Bodies])
def test_whatever_happens_every_ballot_counts_once(room, machine) -> None:
    """R45, R46, R47, R55, R56, R57, R63 in any order."""
    room.go_to(9)
    here = type(machine.__name__, (machine,), {"room": room})
    quick = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(here, settings=quick)
