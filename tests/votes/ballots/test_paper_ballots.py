"""Paper beside the phones: for a code, a serial or an organisation; never one too many."""

import pytest
from sqlmodel import select

from app.domain.votes import lookup
from app.models import Answer
from app.models.base import moment
from tests.cast.ballots import ballots_of, cast, counts, options
from tests.cast.paper_ballots import (
    OPTIONS,
    code_of,
    enter,
    enter_sheet,
    log_lines,
    numbers_of,
    opened,
    words,
)


@pytest.mark.parametrize("face", ["alice", "bob"])
def test_a_paper_for_a_code_counts_beside_the_phones(room, request, face) -> None:
    """R55: by the console or a scribe; who entered it, when and by which channel is kept."""
    enterer = request.getfixturevalue(face)
    carys, dev = room.join("Carys"), room.join("Dev")
    vote = opened(room)
    first, second, _ = options(room, vote)
    cast(dev, vote, first)
    before = moment()
    answer = enter(enterer, vote, code=code_of(carys).lower(), option=second)
    assert answer.status_code == 200
    assert "Entered: it counts." in answer.text
    assert counts(room, vote) == [1, 1, 0]
    assert numbers_of(room, vote) == (1, 1)
    (paper,) = [each for each in ballots_of(room, vote) if each.channel == "paper"]
    link = int(enterer.home.rsplit("/", 1)[1]) if face == "bob" else None
    assert paper.entered_by == link or (face == "alice" and paper.entered_by)
    assert before <= paper.cast_at <= moment()
    assert (paper.voter_id, paper.serial, paper.standing) == (None, None, "counted")


def test_a_code_is_typed_as_it_is_printed(room, alice) -> None:
    """R2, R55: in groups, in small letters, with spaces."""
    carys = room.join("Carys")
    vote = opened(room)
    code = code_of(carys)
    assert (
        enter(
            alice, vote, code=f" {code[:4]}-{code[4:8]} {code[8:].lower()}", option=options(room, vote)[0]
        ).status_code
        == 200
    )
    assert counts(room, vote) == [1, 0, 0]


def test_an_anonymous_ballot_is_known_by_its_serial_only(room, alice, bob) -> None:
    """R55: the same serial twice is refused, however it is written; nobody is led to by it."""
    room.join("Carys"), room.join("Dev")
    vote = opened(room)
    first = options(room, vote)[0]
    assert enter(bob, vote, serial="a-1", option=first).status_code == 200
    for again in ("A1", "a 1", "A-1"):
        refused = enter(alice, vote, serial=again, option=first)
        assert refused.status_code == 409
        assert "A1 has been entered already" in refused.text
    (paper,) = ballots_of(room, vote)
    assert (paper.serial, paper.elector_id, paper.voter_id, paper.table_id) == ("A1", None, None, None)
    assert counts(room, vote) == [1, 0, 0]


@pytest.mark.parametrize("wrong", [{}, {"code": "ABCD", "serial": "7"}, {"serial": " - "}])
def test_a_paper_says_for_whom_it_is(room, alice, wrong) -> None:
    room.join("Carys")
    vote = opened(room)
    refused = enter(alice, vote, option=options(room, vote)[0], **wrong)
    assert refused.status_code == 422
    assert "one of the two" in refused.text
    assert ballots_of(room, vote) == []


@pytest.mark.parametrize("channel", ["phone", "paper"])
def test_a_code_that_has_answered_asks_which_counts(room, alice, bob, channel) -> None:
    """R55: nothing is stored until replace or discard is chosen, both stated plainly."""
    carys = room.join("Carys")
    vote = opened(room)
    first, second, _ = options(room, vote)
    if channel == "phone":
        cast(carys, vote, first)
    else:
        enter(bob, vote, code=code_of(carys), option=first)
    asked = enter(alice, vote, code=code_of(carys), option=second, key="a" * 32)
    assert asked.status_code == 200
    for said in (
        "Nothing has been stored yet",
        "Replace",
        "Discard the paper",
        f'value="{second}"',
        'value="' + "a" * 32,
    ):
        assert said in asked.text
    assert ("answered by phone at" if channel == "phone" else "was entered at") in words(asked)
    assert "Go on" not in asked.text, "what was answered before is not told"
    assert counts(room, vote) == [1, 0, 0]
    assert len(ballots_of(room, vote)) == 1


def test_replacing_sets_the_phone_answer_aside(room, alice) -> None:
    """R55: the paper counts alone, nothing is lost, and the phone may not overrule it."""
    carys = room.join("Carys")
    vote = opened(room)
    first, second, _ = options(room, vote)
    cast(carys, vote, first)
    assert enter(alice, vote, code=code_of(carys), option=second, on_conflict="replace").status_code == 200
    assert counts(room, vote) == [0, 1, 0]
    assert [(each.channel, each.standing) for each in ballots_of(room, vote)] == [
        ("phone", "set aside"), ("paper", "counted"),
    ]  # fmt: skip
    refused = cast(carys, vote, first)
    assert refused.status_code == 409
    assert "Your paper ballot has been entered already" in refused.text
    assert counts(room, vote) == [0, 1, 0]


def test_discarding_keeps_the_earlier_answer_and_only_the_log_knows(room, alice) -> None:
    """R55: the log says that there was a paper, not whose and not what it said."""
    carys = room.join("Carys")
    vote = opened(room)
    first, second, _ = options(room, vote)
    cast(carys, vote, first)
    answer = enter(alice, vote, code=code_of(carys), option=second, on_conflict="discard", key="d" * 32)
    assert "Discarded" in answer.text
    again = enter(alice, vote, code=code_of(carys), option=second, on_conflict="discard", key="d" * 32)
    assert "Discarded" in again.text
    assert counts(room, vote) == [1, 0, 0]
    assert len(ballots_of(room, vote)) == 1
    (line,) = log_lines(room, "paper ballot discarded")
    assert (line.role, line.row_id, line.changes) == ("lead", vote.id, {"note": {"in_all": 1}})


def test_the_log_and_the_list_tell_no_contents_and_no_person(room, alice, bob) -> None:
    """R55 in a secret vote: who entered when, by which channel; never who answered what."""
    carys, dev = room.join("Carys Unlikely"), room.join("Dev")
    vote = opened(room)
    first, second, _ = options(room, vote)
    cast(carys, vote, first)
    enter(bob, vote, code=code_of(carys), option=second, on_conflict="replace")
    enter(alice, vote, code=code_of(dev), option=second)
    lines = log_lines(room, "paper ballot entered")
    assert [(line.role, line.changes["note"]) for line in lines] == [
        ("scribe", {"replaced": "phone", "in_all": 1}), ("lead", {"in_all": 2}),
    ]  # fmt: skip
    listed = alice.get(f"votes/{vote.id}/papers", headers={"HX-Request": "true"})
    for said in ("2 paper ballots", "For a personal code", "Table 1", "Lead facilitator"):
        assert said in words(listed)
    for hidden in ("Unlikely", code_of(carys), *OPTIONS):
        assert hidden not in listed.text


def test_a_scribe_sees_and_takes_back_only_what_came_by_their_link(room, alice, bob) -> None:
    carys, dev = room.join("Carys"), room.join("Dev")
    vote = opened(room)
    first = options(room, vote)[0]
    enter(bob, vote, code=code_of(carys), option=first)
    enter(alice, vote, serial="9", option=first)
    assert "1 paper ballot" in words(bob.get(f"votes/{vote.id}/papers"))
    assert "Anonymous ballot 9" in words(alice.get(f"votes/{vote.id}/papers"))
    theirs, hers = ballots_of(room, vote)
    assert bob.post(f"votes/{vote.id}/papers/{hers.id}/withdrawal").status_code == 404
    assert bob.post(f"votes/{vote.id}/papers/{theirs.id}/withdrawal").status_code == 200
    assert alice.post(f"votes/{vote.id}/papers/{hers.id}/withdrawal").status_code == 200
    assert counts(room, vote) == [0, 0, 0]
    assert [line.role for line in log_lines(room, "paper ballot withdrawn")] == ["scribe", "lead"]
    cast(dev, vote, first)
    phone = ballots_of(room, vote)[-1]
    assert alice.post(f"votes/{vote.id}/papers/{phone.id}/withdrawal").status_code == 404, (
        "a phone's answer is not paper"
    )


def test_taking_a_paper_back_lets_the_phone_stand_again(room, alice) -> None:
    """R29, R55: what it replaced counts again, and the phone may change it; twice changes nothing."""
    carys = room.join("Carys")
    vote = opened(room)
    first, second, third = options(room, vote)
    cast(carys, vote, first)
    enter(alice, vote, code=code_of(carys), option=second, on_conflict="replace")
    enter(alice, vote, code=code_of(carys), option=third, on_conflict="replace")
    assert counts(room, vote) == [0, 0, 1]
    paper = ballots_of(room, vote)[-1]
    for _ in range(2):
        alice.does(f"votes/{vote.id}/papers/{paper.id}/withdrawal")
        assert counts(room, vote) == [1, 0, 0]
    assert len(log_lines(room, "paper ballot withdrawn")) == 1
    assert cast(carys, vote, second).status_code == 200
    assert counts(room, vote) == [0, 1, 0]


def test_a_serial_taken_back_may_be_entered_again(room, alice) -> None:
    room.join("Carys")
    vote = opened(room)
    first, second, _ = options(room, vote)
    enter(alice, vote, serial="7", option=first)
    alice.does(f"votes/{vote.id}/papers/{ballots_of(room, vote)[0].id}/withdrawal")
    assert enter(alice, vote, serial="7", option=second).status_code == 200
    assert counts(room, vote) == [0, 1, 0]
    assert len(ballots_of(room, vote)) == 1
    assert enter(alice, vote, serial="7", option=first).status_code == 409


TYPES = {
    "single": ({}, lambda o: {"option": o[1]}, 1),
    "multiple": ({"most": "2"}, lambda o: {f"pick_{o[0]}": 1, f"pick_{o[2]}": 1}, 2),
    "dots": ({"most": "3"}, lambda o: {f"n_{o[0]}": 2, f"n_{o[1]}": 1}, 2),
    "points": ({"most": "10"}, lambda o: {f"n_{o[0]}": 7, f"n_{o[1]}": 3}, 2),
    "rank": ({}, lambda o: {"place_1": o[2], "place_2": o[0]}, 2),
    "yes_no": ({}, lambda o: {"option": o[0]}, 1),
    "gradients": ({}, lambda o: {"option": o[3]}, 1),
    "comfort": ({}, lambda o: {"option": o[3]}, 1),
    "estimate": ({"decimals": "1"}, lambda o: {"value": "12,5"}, 1),
    "text": ({}, lambda o: {"text": "Say it plainly"}, 1),
}


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_entered_with_the_fields_of_the_phone(room, alice, kind) -> None:
    """R55: a paper of any type; what it says lands as the same rows."""
    settings, fields, answers = TYPES[kind]
    carys, dev = room.join("Carys"), room.join("Dev")
    vote = opened(room, *OPTIONS, type=kind, **settings)
    said = {name: str(value) for name, value in fields(options(room, vote)).items()}
    assert all(name in alice.get(f"votes/{vote.id}/paper").text for name in said)
    assert enter(alice, vote, code=code_of(carys), **said).status_code == 200
    assert dev.post(f"votes/{vote.id}/ballot", said).status_code == 200
    paper, phone = ballots_of(room, vote)
    query = select(Answer.ballot_id, Answer.place, Answer.option_id, Answer.value, Answer.text)
    rows = room.read(lambda s: s.exec(query.where(Answer.vote_id == vote.id)).all())
    by = {each.id: sorted(row[1:] for row in rows if row[0] == each.id) for each in (paper, phone)}
    assert by[paper.id] == by[phone.id]
    assert len(by[paper.id]) == answers


def test_a_grid_is_entered_on_paper(room, alice) -> None:
    carys = room.join("Carys")
    vote = opened(room, *OPTIONS, type="grid", criterion_en_1="Purpose", criterion_en_2="Voice")
    option = options(room, vote)[0]
    criteria = [each.id for each in room.read(lookup.options, vote.id, "criterion")]
    said = {f"rate_{option}_{criteria[0]}": "4", f"rate_{option}_{criteria[1]}": "dk"}
    assert enter(alice, vote, code=code_of(carys), **said).status_code == 200
    assert numbers_of(room, vote) == (0, 1)


def test_a_vote_with_receipts_gives_the_paper_one(room, alice) -> None:
    """The voter can find a paper in the published list too."""
    carys = room.join("Carys")
    vote = opened(room, receipts="1")
    answer = enter(alice, vote, code=code_of(carys), option=options(room, vote)[0], key="f" * 32)
    receipt = ballots_of(room, vote)[0].receipt
    assert f"{receipt[:4]}-{receipt[4:]}" in answer.text
    again = enter(alice, vote, code=code_of(carys), option=options(room, vote)[0], key="f" * 32)
    assert f"{receipt[:4]}-{receipt[4:]}" in again.text


def test_a_paper_of_a_group_vote_has_its_voters_table(room, alice) -> None:
    """As a phone's would; an anonymous vote's has none."""
    carys = room.join("Carys", table=3)
    for secrecy, tagged in (("group", True), ("anonymous", False)):
        vote = opened(room, secrecy=secrecy)
        enter(alice, vote, code=code_of(carys), option=options(room, vote)[0])
        assert bool(ballots_of(room, vote)[0].table_id) == tagged


def test_where_names_count_a_paper_needs_a_code(room, alice) -> None:
    carys = room.join("Carys")
    vote = opened(room, secrecy="named")
    first = options(room, vote)[0]
    assert "needs a personal code" in enter(alice, vote, serial="1", option=first).text
    assert enter_sheet(alice, room, vote, 1, 1, table="1").status_code == 409
    shown = alice.get(f"votes/{vote.id}/paper").text
    assert "paper-serial" not in shown
    assert "Enter a count sheet" not in shown
    assert enter(alice, vote, code=code_of(carys), option=first).status_code == 200


def test_turnout_counts_paper_at_once_and_tells_nothing_else(room, alice, bob) -> None:
    """R50, R55: projector and console see one more, not what it says; after the reveal both channels."""
    carys = room.join("Carys")
    for n in range(3):
        room.join(f"P{n}", table=2)
    vote = opened(room)
    projector, console, pad = room.enter("projector").screen(), alice.screen(), bob.screen()
    console.shows("controls", "Enter a paper ballot")
    pad.shows("now", "Enter a paper ballot")
    enter(bob, vote, code=code_of(carys), option=options(room, vote)[1])
    for screen in (projector, console):
        screen.shows("turnout", "1 of 4")
    enter_sheet(alice, room, vote, 2, 2, table="2")
    for screen in (projector, console):
        screen.shows("turnout", "3 of 4")
        assert "Wait" not in screen.text("tally")
    alice.does(f"votes/{vote.id}/closing")
    pad.shows("now", "Enter a paper ballot")
    alice.does(f"votes/{vote.id}/reveal")
    projector.shows("tally", "0 by phone, 3 on paper")
    pad.hides("now", "Enter a paper ballot")


def test_a_scribe_without_javascript_is_led_back_to_the_pad(room, bob) -> None:
    carys = room.join("Carys")
    vote = opened(room)
    for base in (f"votes/{vote.id}", f"{bob.home}/votes/{vote.id}"):
        shown = bob.get(f"{base}/paper").text
        assert f'href="{bob.home}"' in shown
        assert f'action="/{room.code}/{base}/paper"' in shown or f'action="{base}/paper"' in shown
    path = f"{bob.home}/votes/{vote.id}/paper"
    answer = bob.post(path, {"code": code_of(carys), "option": options(room, vote)[0]}, htmx=False)
    assert answer.status_code == 200
    assert "Entered: it counts." in answer.text
    assert counts(room, vote) == [1, 0, 0]
    assert room.enter("table 2").get(path).status_code == 404, "another table's pad is not theirs"


def test_paper_of_a_later_vote_is_taken_back_as_ever(room, alice) -> None:
    """R55, R70: the ballots of a final vote have random numbers; SQLite gives later ones larger still."""
    carys = room.join("Carys")
    final = opened(room, secrecy="anonymous")
    assert cast(carys, final, options(room, final)[0]).status_code == 200
    for step in ("closing", "reveal", "finish"):
        alice.does(f"votes/{final.id}/{step}")
    vote = opened(room)
    enter(alice, vote, serial="1", option=options(room, vote)[0])
    alice.does(f"votes/{vote.id}/papers/{ballots_of(room, vote)[0].id}/withdrawal")
    assert counts(room, vote) == [0, 0, 0]


def test_a_person_whose_paper_was_entered_is_told_on_the_phone(room, alice) -> None:
    carys = room.join("Carys")
    vote = opened(room)
    enter(alice, vote, code=code_of(carys), option=options(room, vote)[1])
    for step in ("closing", "reveal"):
        assert "Your paper ballot was entered at" in words(carys.get("phone/mine"))
        assert 'type="radio"' not in carys.get("phone/mine").text
        alice.does(f"votes/{vote.id}/{step}")
