"""Within one transaction, whoever reads after a domain function wrote reads what it wrote."""

from dataclasses import replace

import pytest
from sqlmodel import func, select

from app.content.built_in import load
from app.domain import log
from app.domain.agenda import projectors
from app.domain.people import joining, link_secrets, links, participants, tables
from app.domain.votes import lookup
from app.domain.votes.confirmations import confirmations
from app.domain.votes.forms import vote_settings
from app.domain.votes.life import drafts, rounds, votes
from app.domain.who import Who, server
from app.domain.workshops import making
from app.models import Confirmation, ConfirmLink, Projector
from tests.cast.ballots import options
from tests.cast.confirmations import by_link, committed

FORM = {"question_en": "Which?", "option_en_1": "One", "option_en_2": "Two"}


def count(session, model, *where) -> int:
    return session.exec(select(func.count()).select_from(model).where(*where)).one()


@pytest.mark.parametrize("how", ["write", "copy", "edit", "again"])
def test_a_vote_has_its_options(room, how) -> None:
    room.go_to(9)
    vote = room.new_vote(9, "For", "Against", "Neither")
    if how == "again":
        room.write(votes.open, room.who, vote.id)

    def act(session) -> list[str]:
        if how == "write":
            made = drafts.write(session, room.who, vote.item_id, vote_settings.read(FORM))
        elif how == "copy":
            made = drafts.copy(session, room.who, vote.id, vote.item_id)
        elif how == "again":
            made = rounds.again(session, room.who, vote.id, "after")
        else:
            drafts.edit(session, room.who, vote.id, vote_settings.read(FORM))
            made = lookup.vote_of(session, room.who, vote.id)
        return [choice.label_en for choice in lookup.question_of(session, made).options]

    wanted = ["One", "Two"] if how in ("write", "edit") else ["For", "Against", "Neither"]
    assert room.write(act) == wanted


def test_a_projector_comes_with_its_link_and_the_link_with_its_secret(room) -> None:
    def act(session) -> None:
        link_id, token = links.issue(session, room.who, "projector", "Second")
        assert count(session, Projector, Projector.id == link_id) == 1
        assert link_secrets.find_by_token(session, token)
        assert link_id in {link.id for _, link in projectors.projectors_with_links(session, room.id)}
        anew = links.reissue(session, room.who, link_id)
        assert link_secrets.find_by_token(session, anew)
        link_secrets.open(session, anew)
        assert link_secrets.browsers_by_link(session, room.id)[link_id] == 1

    room.write(act)


def test_a_new_code_is_found_and_the_old_one_is_not(room) -> None:
    carys = room.join("Carys")
    old = carys.http.cookies["me"].partition(".")[0]
    row = room.read(joining.by_code, room.id, old)

    def act(session) -> None:
        anew = participants.issue_code(session, room.who, row.id)
        assert joining.by_code(session, room.id, anew).id == row.id
        assert joining.by_code(session, room.id, old) is None

    room.write(act)


def test_who_moves_to_another_device_in_the_same_language_has_chosen_none(room) -> None:
    """What was written before is not taken for part of the next step."""
    carys = room.join("Carys")
    code = carys.http.cookies["me"].partition(".")[0]

    def act(session) -> None:
        joined = joining.move_device(session, Who(room.id, room.code, "guest"), code)
        who = Who(room.id, room.code, "participant", participant_id=joined.participant_id)
        participants.set_language(session, who, "en")

    room.write(act)
    told = [line.what for line in room.read(log.lines, room.id)]
    assert told[-1] == "moved to another device"


def test_a_frozen_projector_is_frozen_and_thawed_in_its_row(room) -> None:
    (projector, _), *_ = room.read(projectors.projectors_with_links, room.id)
    frozen = select(Projector.frozen).where(Projector.id == projector.id)

    def act(session) -> None:
        projectors.freeze(session, room.who, projector.id, {"stage": "<p>"})
        assert session.exec(frozen).one() == {"stage": "<p>"}
        projectors.thaw(session, room.who)
        assert session.exec(frozen).one() is None

    room.write(act)


def test_a_workshop_is_laid_out_when_it_is_made(room) -> None:
    """Even one without items, after which nothing else would have been written."""

    def act(session) -> None:
        made = making.from_template(session, replace(load("data_sharing"), items=[]))
        assert len(tables.all_tables(session, made)) == 8
        assert "table 8" in links.issue_starting_links(session, server(made))
        copy = making.copy(session, made)
        assert len(tables.all_tables(session, copy)) == 8
        session.info.pop("announced", None)

    room.write(act)


def test_a_confirmation_stands_once_it_is_made(room, alice) -> None:
    vote, _ = committed(room)
    by_link(room, vote)
    link = room.read(lambda s: s.exec(select(ConfirmLink).where(ConfirmLink.vote_id == vote.id)).one())
    who = Who(room.id, room.code, "organisation", confirm_link_id=link.id)

    def act(session) -> int:
        confirmations.confirm(session, who, {"option": str(options(room, vote)[0])})
        return count(session, Confirmation, Confirmation.vote_id == vote.id)

    assert room.write(act) == 1
