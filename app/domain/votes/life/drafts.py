"""A vote before it opens: written, copied, changed and taken away again."""

from sqlalchemy import delete
from sqlmodel import Session, col

from app.domain import log, nouns
from app.domain.agenda import running_order
from app.domain.votes import lookup
from app.domain.votes.forms import repeats, vote_forms, vote_settings
from app.domain.votes.forms.vote_settings import VoteSettings
from app.domain.votes.life import take_back
from app.domain.votes.results import text_notes
from app.domain.who import Who
from app.errors import Refused
from app.models import Option, Vote
from app.models.base import moment

nouns.register(Vote, nouns.Undoing(take_back.require, take_back.restored, text_notes.refresh_wall))


def write(session: Session, who: Who, item_id: int, given: VoteSettings) -> Vote:
    """A new vote in any item, ahead or on stage, as a draft."""
    item = running_order.item_of(session, who, item_id)
    repeats.require_alike(session, who, given)
    return add(session, who, item.id, given, undoable=True)


def add(session: Session, who: Who, item_id: int, given: VoteSettings, undoable: bool = False) -> Vote:
    """The same without a question whether it fits what it repeats: what is laid out with a workshop does."""
    version = repeats.version_of_new_vote(session, given)
    vote = Vote(workshop_id=who.workshop_id, item_id=item_id, version=version, **given.columns)
    log.record(session, who, "vote made", vote, undoable=undoable)
    _set_options(session, vote, given)
    return vote


def copy(session: Session, who: Who, vote_id: int, item_id: int) -> Vote:
    """A new draft in any item with the settings of another vote, whatever has become of that one."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    form = vote_forms.of_vote(vote, lookup.question_of(session, vote))
    return write(session, who, item_id, vote_settings.read({**form, "repeats": ""}))


def edit(session: Session, who: Who, vote_id: int, given: VoteSettings) -> None:
    """Change a draft, and with it the drafts that ask it again; a vote that has been opened keeps the wording
    and the rules people answered under: `Refused("vote_not_draft")`. Also as by `repeats.require_alike`."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if vote.state != "draft" or vote.electorate_size is not None:
        raise Refused("vote_not_draft")
    repeats.require_alike(session, who, given, vote_id)
    _rewrite(session, who, vote, given)


def remove(session: Session, who: Who, vote_id: int) -> None:
    """Take a draft out of its item; `Refused("vote_not_draft")` once it has been opened."""
    vote = lookup.vote_of(session, who, vote_id, lock="exclusive")
    if vote.electorate_size is not None:
        raise Refused("vote_not_draft")
    vote.removed_at, vote.staged_at = moment(), None
    log.record(session, who, "vote removed", vote, undoable=True)


def _rewrite(session: Session, who: Who, vote: Vote, given: VoteSettings) -> None:
    for name, value in given.columns.items():
        setattr(vote, name, value)
    vote.turn, vote.version = vote.turn + 1, vote.version + 1
    log.record(session, who, "vote edited", vote)
    _set_options(session, vote, given)
    for again in repeats.drafts(session, vote.id):
        _rewrite(
            session, who, again, VoteSettings(repeats.columns_followed(again, given.columns), given.options)
        )


def _set_options(session: Session, vote: Vote, given: VoteSettings) -> None:
    session.connection().execute(delete(Option).where(col(Option.vote_id) == vote.id))
    session.add_all(Option(vote_id=vote.id, **option) for option in given.options)
    session.flush()
