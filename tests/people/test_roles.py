"""Roles that people may say they have: asked on joining if the organiser wishes, told only as counts."""

import json

import pytest
from sqlmodel import select

from app.content.built_in import load
from app.domain import log, undo
from app.domain.agenda import running_order
from app.domain.people import attendance, joining, roles
from app.domain.votes import lookup
from app.domain.votes.life import votes
from app.domain.votes.secrecy import secrecy
from app.domain.who import server
from app.domain.workshops import making, rehearsals
from app.models import Ballot, Participant, Role, Vote
from tests.cast.ballots import cast
from tests.cast.breakdowns import rows

ANALYST = "Analyst, researcher or data specialist"


@pytest.fixture
def asked(room) -> list[Role]:
    return room.read(roles.current_roles, room.id)


def role_of(room, name: str) -> int | None:
    query = select(Participant.role_id).where(Participant.workshop_id == room.id, Participant.name == name)
    return room.read(lambda session: session.exec(query).one())


def tags(room, vote) -> list[int | None]:
    query = select(Ballot.role_id).where(Ballot.vote_id == vote.id).order_by(Ballot.id)
    return list(room.read(lambda session: session.exec(query).all()))


def voted(room, alice, people, choices, **settings) -> Vote:
    """A choice of two that these people have answered, each the option at this place; then revealed."""
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", **{"secrecy": "group", **settings})
    alice.does(f"votes/{vote.id}/opening")
    options = [option.id for option in room.read(lookup.options, vote.id)]
    for person, choice in zip(people, choices, strict=True):
        assert cast(person, vote, options[choice]).status_code == 200
    alice.does(f"votes/{vote.id}/closing")
    alice.does(f"votes/{vote.id}/reveal")
    return room.read(lambda session: session.get(Vote, vote.id))


def test_joining_asks_for_a_role_and_takes_none_too(room, asked) -> None:
    """R71: an optional choice in the language of the person, told as collected, changed under "You"."""
    page = room.stranger().get(f"/{room.code}").text
    assert "Which describes you best? (you may leave this out)" in page
    assert "rather not say" in page
    assert "your role if you choose one" in page, "what is collected says so"
    assert [role.name_en in page for role in asked] == [True] * len(asked)
    welsh = room.stranger().get(f"/{room.code}", headers={"Accept-Language": "cy"}).text
    assert asked[1].name_cy in welsh
    carys, _ = room.join("Carys", role=asked[1].id), room.join("Dev")
    assert [role_of(room, name) for name in ("Carys", "Dev")] == [asked[1].id, None]
    assert f'<option value="{asked[1].id}" selected>' in carys.get("me").text
    carys.does("me", {"name": "Carys", "role": str(asked[2].id)})
    assert role_of(room, "Carys") == asked[2].id
    carys.does("me", {"name": "Carys", "role": ""})
    assert role_of(room, "Carys") is None


@pytest.mark.postgres
@pytest.mark.parametrize("wrong", ["999999", "x", "-1", "²"])
def test_a_role_that_is_not_asked_is_refused(room, other_room, wrong) -> None:
    """R71: nor one of another workshop; nobody joins by it."""
    theirs = str(other_room.read(roles.current_roles, other_room.id)[0].id)
    for role in (wrong, theirs):
        refused = room.stranger().post("participants", {"name": "X", "role": role}, htmx=False)
        assert refused.status_code == 422
        assert "not among those to choose from" in refused.text
    assert room.read(attendance.joined_and_online, room.id)[0] == 0


def test_the_organiser_words_the_roles(room, alice, asked) -> None:
    """R71: reworded, added, taken away; by undo they are back."""
    first, second = asked[:2]
    page = alice.get("edit").text
    assert "Roles to choose from on joining" in page
    alice.does(
        "edit",
        {
            f"role_{first.id}_en": "Resident",
            f"role_{first.id}_cy": "Preswylydd",
            f"role_{second.id}_en": "",
            "role_new1_en": "Journalist",
        },
    )
    names = [role.name_en for role in room.read(roles.current_roles, room.id)]
    assert names == ["Resident", *(role.name_en for role in asked[2:]), "Journalist"]
    latest = room.read(undo.latest, room.id)
    room.write(undo.take_back, room.who, latest.id)
    assert [role.name_en for role in room.read(roles.current_roles, room.id)] == [
        role.name_en for role in asked
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"role_new1_en": ANALYST.upper()}, "same words"),
        ({f"role_new{n}_en": f"R{n}" for n in range(1, 4)}, "8 roles at most"),
        ({"role_new1_cy": "Newyddiadurwr"}, "Write something"),
        ({"role_new1_en": "x" * 81}, "81"),
    ],
)
def test_roles_that_cannot_be_asked_are_refused(room, alice, asked, fields, sentence) -> None:
    refused = alice.post("edit", {"title_en": "Changed", **fields})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert room.read(roles.current_roles, room.id) == asked
    assert room.read(room.workshop).title_en != "Changed"


def test_without_roles_nobody_is_asked(room, alice, asked) -> None:
    """R71: an emptied list; what people said before is counted no more either."""
    people = [room.join(f"P{n}", role=asked[0].id) for n in range(5)]
    alice.does("edit", {f"role_{role.id}_en": "" for role in asked})
    assert "Which describes you best" not in room.stranger().get(f"/{room.code}").text
    assert "Which describes you best" not in people[0].get("me").text
    assert tags(room, voted(room, alice, people, [0, 0, 0, 1, 1])) == [None] * 5


def test_a_result_by_role(room, alice, asked) -> None:
    """R71: as by table and sector, small groups left out, in the reader’s language; in the record too."""
    front, analyst = asked[1:3]
    people = [room.join(f"P{n}", role=front.id) for n in range(6)]
    people += [room.join(f"A{n}", role=analyst.id) for n in range(5)]
    people += [room.join(f"N{n}") for n in range(5)]
    vote = voted(room, alice, people, [0, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1])
    assert "By role" in alice.get(f"votes/{vote.id}/breakdown").text
    alice.does(f"votes/{vote.id}/breakdown", {"by": "role"})
    assert rows(room, vote) == [
        ("role", [(front.name_en, [4, 2]), (analyst.name_en, [1, 4])], [7, 9], 5),
    ]
    alice.http.cookies.set("language", "cy")
    assert analyst.name_cy in alice.get(f"votes/{vote.id}/breakdown").text
    record = json.loads(alice.get("record.json").text)
    told = next(each for each in record["votes"] if each["vote"] == vote.id)["groups"]
    assert [(line["by"], line["group"], line["option"], line["n"]) for line in told] == [
        ("role", front.name_en, 1, 4),
        ("role", front.name_en, 2, 2),
        ("role", analyst.name_en, 1, 1),
        ("role", analyst.name_en, 2, 4),
    ]
    assert told[0]["group_cy"] == front.name_cy
    assert f'"{analyst.name_en}"' in alice.get("record/groups.csv").text
    assert analyst.name_cy in alice.get("record").text


def test_a_role_shows_nowhere_beside_a_name(room, alice, bob, asked) -> None:
    """R71: neither on consoles, pads nor in the record or the log."""
    carys = room.join("Carys", role=asked[2].id)
    person = room.read(attendance.by_table, room.id)[0].people[0]
    shown = [alice.get(f"participants/{person['id']}").text, alice.screen().regions["room"]]
    shown += [bob.get(bob.home).text, alice.get("record.json").text, alice.get("record/log.csv").text]
    assert not any(ANALYST in text for text in shown)
    assert ANALYST in carys.get("me").text
    joined = [line for line in room.read(log.lines, room.id) if line.what == "joined"]
    assert "role_id" not in joined[0].changes


def test_a_removed_role_keeps_the_name_of_what_it_counted(room, alice, asked) -> None:
    people = [room.join(f"P{n}", role=asked[n % 2].id) for n in range(10)]
    vote = voted(room, alice, people, [0, 1, 0, 1, 1, 0, 1, 0, 1, 1])
    alice.does(f"votes/{vote.id}/breakdown", {"by": "role"})
    before = rows(room, vote)
    alice.does("edit", {f"role_{asked[0].id}_en": ""})
    assert rows(room, vote) == before
    assert asked[0].name_en in alice.get(f"votes/{vote.id}/breakdown").text


@pytest.mark.parametrize(
    ("secrecy_of", "unit", "tagged"),
    [
        ("group", "people", 1),
        ("anonymous", "people", 0),
        ("named", "people", 0),
        ("group", "organisations", 0),
    ],
)
def test_only_an_unnamed_vote_of_people_with_tags_has_roles(
    room, alice, asked, secrecy_of, unit, tagged
) -> None:
    """R71: beside names, counts by role could tell who said they are what."""
    people = [room.join("Carys", organisation="Care", role=asked[0].id)]
    vote = voted(room, alice, people, [0], secrecy=secrecy_of, unit=unit)
    assert tags(room, vote) == [asked[0].id if tagged else None]


def test_tightening_and_the_end_of_the_key_take_roles_too(room, alice, asked) -> None:
    """R69, R70: a secret vote has no role; a final one only those that its breakdown shows."""
    people = [room.join(f"P{n}", role=asked[0].id) for n in range(6)]
    people += [room.join(f"A{n}", role=asked[1].id) for n in range(5)]
    people += [room.join(f"Q{n}", role=asked[2].id) for n in range(3)]
    people += [room.join(f"L{n}", role=asked[3].id) for n in range(4)]
    choices = [0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1]
    vote = voted(room, alice, people, choices)
    alice.does(f"votes/{vote.id}/breakdown", {"by": "role"})
    before = rows(room, vote)
    alice.does(f"votes/{vote.id}/finish")
    assert rows(room, vote) == before
    assert sorted(tag or 0 for tag in tags(room, vote)) == sorted(
        [0] * 7 + [asked[0].id] * 6 + [asked[1].id] * 5
    )
    tightened = voted(room, alice, people, choices)
    room.write(secrecy.change, room.who, tightened.id, "anonymous")
    assert set(tags(room, tightened)) == {None}


def test_paper_for_a_code_has_the_role_of_its_person(room, alice, asked) -> None:
    """R71: as its table and sector; an anonymous paper has none."""
    carys = room.join("Carys", role=asked[0].id)
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", secrecy="group")
    alice.does(f"votes/{vote.id}/opening")
    option = room.read(lookup.options, vote.id)[0].id
    code = carys.http.cookies["me"].partition(".")[0]
    alice.does(f"votes/{vote.id}/paper", {"option": option, "code": code})
    assert tags(room, vote) == [asked[0].id]


def test_a_changed_answer_takes_the_role_of_now(room, alice, asked) -> None:
    carys = room.join("Carys", role=asked[0].id)
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", secrecy="group")
    room.write(votes.open, room.who, vote.id)
    option = room.read(lookup.options, vote.id)[0].id
    cast(carys, vote, option)
    carys.does("me", {"name": "Carys", "role": str(asked[3].id)})
    cast(carys, vote, option)
    assert tags(room, vote) == [asked[3].id]


def test_a_copied_day_asks_the_same_roles(room, alice, asked) -> None:
    alice.does("edit", {f"role_{asked[0].id}_en": ""})
    copy = room.write(making.copy, room.id)
    assert [role.name_en for role in room.read(roles.current_roles, copy)] == [
        role.name_en for role in asked[1:]
    ]
    assert len(asked) == len(load("data_sharing").roles)


@pytest.mark.postgres
def test_a_rehearsal_goes_with_its_roles(room, alice, asked) -> None:
    """R71: with people who have one, and ballots told apart by it."""
    copy = room.write(rehearsals.rehearse, room.who, 1)
    role = room.read(roles.current_roles, copy)[0]

    def someone(session) -> None:
        who = server(copy)
        joined = joining.join(session, who, "Carys", "Care", None, "en", str(role.id))
        vote = Vote(
            workshop_id=copy,
            item_id=running_order.items(session, copy)[0].id,
            question_en="?",
            secrecy="group",
        )
        session.add(vote)
        session.flush()
        session.add(Ballot(vote_id=vote.id, sequence=0, voter_id=joined.participant_id, role_id=role.id))

    room.write(someone)
    room.write(rehearsals.end_rehearsal, room.who, copy)
    assert room.read(roles.all_roles, copy) == []
    assert room.read(roles.current_roles, room.id) == asked
