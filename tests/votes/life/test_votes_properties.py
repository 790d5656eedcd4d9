"""Whatever happens to a vote, in whatever order: no ballot is lost, none counted twice, none is of anybody
outside the electorate, and the totals are what the rows say."""

from collections import Counter

import pytest
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from app.domain.people import tables
from app.domain.votes.ballots import ballots, count_sheets, paper_ballots, paper_units
from app.models import Ballot, CountSheet, Elector
from tests.cast.cases import cases
from tests.cast.vote_lives import (
    CHOICES,
    FIRST,
    HANDS,
    NUMBERS,
    PLACES,
    TABLES,
    Hand,
    Life,
    papers_and_sheets,
    remove_person,
)

pytestmark = pytest.mark.postgres

BODIES = ("Harbour", "Welfare")


class People(Life):
    """People answer by phone, on paper with a code or a serial, on sheets; the model keeps what counts."""

    def __init__(self) -> None:
        super().__init__()
        self.stands: dict[int, tuple[str, Hand]] = {}  # by place in `people`: channel and hand
        self.phones: dict[int, tuple[int, Hand]] = {}  # the newest answer by phone: sequence and hand
        self.serials: dict[str, Hand] = {}
        self.sheets: dict[int, list[Hand]] = {}  # by table
        self.left: set[int] = set()

    @property
    def total(self) -> int:
        return len(self.stands) + len(self.serials) + sum(map(len, self.sheets.values()))

    def freeze(self) -> None:
        self.electors |= set(range(len(self.people))) - self.left
        self.size = len(self.electors)

    @rule(place=PLACES, hand=HANDS, older=st.booleans())
    def answer(self, place: int, hand: Hand, older: bool) -> None:
        place %= len(self.people)
        before, _ = self.phones.get(place, (FIRST, ()))
        sequence = before - 1 if older else before + next(NUMBERS)
        new = place in self.electors and place not in self.stands
        table = self.people[place][2]
        sheet, unheard = self.sheets.get(table, []), self.unheard(table)
        refused = self.send(self.people[place][0], self.form(hand), sequence)
        if self.state != "open":
            assert refused == ("vote_not_open" if self.state == "draft" else "vote_closed")
        elif place not in self.electors:
            assert refused == "not_in_electorate"
        elif not new and self.stands[place][0] == "paper":
            assert refused == "paper_counted"
        elif new and self.total == self.size:
            assert refused == "electorate_full"  # paper without a code has taken the last place
        elif new and sheet and len(sheet) >= unheard:
            assert refused == "answer_on_sheet"
        else:
            assert not refused
            if new or sequence > before:
                self.phones[place], self.stands[place] = (sequence, hand), ("phone", hand)

    @rule(which=PLACES)
    @precondition(lambda self: self.sent)
    def the_same_again(self, which: int) -> None:
        """A delivery that comes again, in whatever state, is acknowledged and changes nothing."""
        who, *submission = self.sent[which % len(self.sent)]
        assert not self.refusal(ballots.cast, who, *submission)

    @rule(place=PLACES, hand=HANDS, choice=CHOICES)
    def paper_with_a_code(self, place: int, hand: Hand, choice: str) -> None:
        place %= len(self.people)
        _, code, table = self.people[place]
        sheet, unheard, stood = self.sheets.get(table, []), self.unheard(table), place in self.stands
        outcome = self.enter(paper_ballots.enter, {**self.form(hand), "code": code, "on_conflict": choice})
        if late := self.too_late():
            assert outcome == late
        elif place in self.left:
            assert outcome == "paper_left"
        elif place not in self.electors:
            assert outcome == "paper_not_in_electorate"
        elif stood and choice != "replace":
            assert outcome == ("discarded" if choice else "asks")
        elif not stood and self.total == self.size:
            assert outcome == "paper_above_electorate"
        elif not stood and sheet and len(sheet) >= unheard:
            assert outcome == "paper_on_sheet"
        else:
            assert outcome == "entered"
            self.stands[place] = ("paper", hand)

    @rule(place=PLACES, hands=st.tuples(HANDS, HANDS), back=st.booleans())
    def paper_after_the_phone(self, place: int, hands: tuple[Hand, Hand], back: bool) -> None:
        self.answer(place, hands[0], False)
        self.paper_with_a_code(place, hands[1], "replace")
        if back:
            self.take_back(0)

    @rule(serial=st.sampled_from("ABC"), hand=HANDS)
    def paper_without_a_code(self, serial: str, hand: Hand) -> None:
        outcome = self.enter(paper_ballots.enter, {**self.form(hand), "serial": serial})
        if late := self.too_late():
            assert outcome == late
        elif serial in self.serials:
            assert outcome == "serial_used"
        elif self.total == self.size:
            assert outcome == "paper_above_electorate"
        else:
            assert outcome == "entered"
            self.serials[serial] = hand

    @rule(table=TABLES, hands=st.lists(HANDS, min_size=1, max_size=3), choice=CHOICES)
    def count_sheet(self, table: int, hands: list[Hand], choice: str) -> None:
        lines = sum((self.counted(hand) for hand in hands), Counter())
        form = {"table": str(table), "ballots": str(len(hands)), "on_conflict": choice}
        before = self.sheets.get(table, [])
        outcome = self.enter(count_sheets.enter, {**form, **{f"n_{i}": str(n) for i, n in lines.items()}})
        if late := self.too_late():
            assert outcome == late
        elif before and choice != "replace":
            assert outcome == ("discarded" if choice else "asks")
        elif len(hands) > self.unheard(table):
            assert outcome == "sheet_above_table"
        elif self.total - len(before) + len(hands) > self.size:
            assert outcome == "paper_above_electorate"
        else:
            assert outcome == "entered"
            self.sheets[table] = hands

    @rule(which=PLACES)
    def take_back(self, which: int) -> None:
        """One of the papers and sheets, whichever; 0 is the newest paper."""
        entered = self.room.read(papers_and_sheets, self.vote_id)
        if not entered:
            return
        row = entered[-1 - which % len(entered)]
        act = paper_ballots.withdraw if isinstance(row, Ballot) else count_sheets.withdraw
        refused = self.refusal(act, self.room.who, row.id)
        assert refused == self.too_late()
        if refused:
            return
        if isinstance(row, CountSheet):
            del self.sheets[self.room.read(tables.numbers_by_id, self.room.id)[row.table_id]]
        elif row.serial:
            del self.serials[row.serial]
        else:
            place = self.place_of(row)
            del self.stands[place]
            if place in self.phones:
                self.stands[place] = ("phone", self.phones[place][1])

    @rule(place=PLACES)
    @precondition(lambda self: len(self.people) > 2)
    def somebody_leaves(self, place: int) -> None:
        place %= len(self.people)
        if place not in self.left:
            self.room.write(remove_person, self.people[place][0])
            self.left.add(place)

    @invariant()
    def totals_are_what_the_model_and_the_rows_say(self) -> None:
        found, rows = self.state_of()
        on_sheets = [hand for hands in self.sheets.values() for hand in hands]
        hands = [*(hand for _, hand in self.stands.values()), *self.serials.values(), *on_sheets]
        expected = sum((self.counted(hand) for hand in hands), Counter())
        assert {each.option.id: each.n for each in found.result.counts if each.n} == dict(expected)
        phones = sum(channel == "phone" for channel, _ in self.stands.values())
        assert (found.phone, found.paper) == (phones, self.total - phones)
        assert found.cast == found.result.ballots == self.total <= (self.size or 0)
        electors = [row.elector_id for row in rows if row.standing == "counted" and row.elector_id]
        assert len(electors) == len(set(electors)) == len(self.stands)

    def unheard(self, table: int) -> int:
        at = {place for place, (_, _, t) in enumerate(self.people) if t == table}
        return len((at & self.electors) - self.left - set(self.stands))

    def too_late(self) -> str:
        return {"draft": "vote_not_open", "revealed": "paper_too_late"}.get(self.state, "")

    def place_of(self, row: Ballot) -> int:
        participant = self.room.read(lambda session: session.get(Elector, row.elector_id).participant_id)
        return next(i for i, (who, _, _) in enumerate(self.people) if who.participant_id == participant)


class Bodies(Life):
    """Organisations answer, their people by phone, somebody on paper; what counts is read from the rows."""

    unit = "organisations"

    def __init__(self) -> None:
        super().__init__()
        self.newest: dict[int, int] = {}  # by place in `people`: the sequence of their newest answer

    def body_of(self, place: int) -> str:
        return BODIES[place % 2]

    def freeze(self) -> None:
        self.size = len({self.body_of(place) for place in range(len(self.people))})

    @rule(place=PLACES, hand=HANDS)
    def answer(self, place: int, hand: Hand) -> None:
        place %= len(self.people)
        sequence = next(NUMBERS)
        refused = self.send(self.people[place][0], self.form(hand), sequence)
        may = {"draft": ("vote_not_open",), "open": ("", "paper_counted", "organisation_late")}
        assert refused in may.get(self.state, ("vote_closed",))
        if not refused:
            self.newest[place] = sequence

    @rule(body=st.sampled_from(BODIES), hand=HANDS, choice=CHOICES)
    def paper(self, body: str, hand: Hand, choice: str) -> None:
        ids = {name: i for i, name in self.room.read(paper_units.organisations_of, self.vote_id)}
        form = {**self.form(hand), "organisation": str(ids.get(body, "")), "on_conflict": choice}
        outcome = self.enter(paper_ballots.enter, form)
        if self.state not in ("open", "closed"):
            assert outcome in ("vote_not_open", "paper_too_late")
        elif body not in ids:
            assert outcome == "paper_which_organisation"
        else:
            assert outcome in ("entered", {"": "asks", "replace": "entered", "discard": "discarded"}[choice])

    @rule(which=PLACES)
    def take_back(self, which: int) -> None:
        entered = self.room.read(papers_and_sheets, self.vote_id)
        if entered:
            self.refusal(paper_ballots.withdraw, self.room.who, entered[which % len(entered)].id)

    @invariant()
    def each_counts_once_or_not_at_all_and_nothing_is_lost(self) -> None:
        found, rows = self.state_of()
        live: dict[int, list[str]] = {}
        for row in rows:
            if row.standing != "set aside":
                live.setdefault(row.elector_id, []).append(row.standing)
        for standings in live.values():
            assert standings == ["counted"] or (set(standings) == {"contested"} and len(standings) > 1)
        assert found.cast + found.contested == len(live) <= (self.size or 0)
        assert found.cast == found.result.ballots == sum(row.standing == "counted" for row in rows)
        kept = {(row.voter_id, row.sequence) for row in rows}
        newest = {(self.people[place][0].participant_id, sequence) for place, sequence in self.newest.items()}
        assert newest <= kept, "what somebody answered is gone"


@pytest.mark.parametrize("machine", [People, Bodies])
def test_whatever_happens_every_ballot_counts_once(room, machine) -> None:
    """R45, R46, R47, R55, R56, R57, R63 in any order."""
    room.go_to(9)
    here = type(machine.__name__, (machine,), {"room": room})
    quick = cases(10, stateful_step_count=25, derandomize=True, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(here, settings=quick)
