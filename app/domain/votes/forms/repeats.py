"""Votes that ask an earlier one again: in a further round, or as the same question before and after."""

from sqlmodel import Session, col, select

from app.domain.select_rows import Readable
from app.domain.votes import lookup
from app.domain.votes.forms.form_fields import BOUNDS, NUMBERS, WORDS
from app.domain.votes.forms.form_reader import Columns
from app.domain.votes.forms.vote_settings import VoteSettings
from app.domain.votes.types.question import Question
from app.domain.who import Who
from app.errors import Refused
from app.models import Vote

# What stays the same beside the answers. A round may reword the statement; before and after are one question.
UNCHANGED = {"round": ("type", "decimals"), "after": ("type", "decimals", *WORDS, *NUMBERS, *BOUNDS)}


def require_alike(session: Session, who: Who, settings: VoteSettings, vote_id: int | None = None) -> None:
    """Refused when these settings (of a new vote, or of `vote_id`) ask another vote again, but unlike it
    (`Refused("repeat_unlike")`), or after another did (`Refused("asked_again")`); or are unlike a vote that
    asks `vote_id` again and has been opened before it (`Refused("repeat_opened")`). `Refused("not_found")`
    for a vote to ask again that does not exist, or is no older than `vote_id`."""
    if vote_id is not None:
        _require_like_opened(session, vote_id, settings)
    first_id, how = settings.columns.get("repeats_id"), settings.columns.get("repeats_as")
    if first_id is None:
        return
    first = lookup.vote_of(session, who, first_id, lock="exclusive")
    if vote_id is not None and first_id >= vote_id:
        raise Refused("not_found")
    if (again := next_of(session, first_id, how or "")) and again.id != vote_id:
        raise Refused("asked_again")
    if how in UNCHANGED and not _alike(session, first, settings, how):
        raise Refused("repeat_unlike")


def require_first(session: Session, vote_id: int, how: str) -> None:
    """`Refused("asked_again")` when a vote has been asked again so already: rounds follow one another."""
    if next_of(session, vote_id, how) is not None:
        raise Refused("asked_again")


def next_of(session: Session, vote_id: int, how: str) -> Vote | None:
    """The vote that asks this one again as "round", "after" or "runoff", if there is one."""
    query = select(Vote).where(Vote.repeats_id == vote_id, Vote.repeats_as == how)
    return session.exec(query.where(col(Vote.removed_at).is_(None))).first()


def chain(session: Session, vote: Readable[Vote]) -> list[Readable[Vote]]:
    """A vote and the earlier rounds of its question, the first one first."""
    found = [vote]
    while found[0].repeats_as == "round" and found[0].repeats_id:
        earlier = session.get(Vote, found[0].repeats_id)
        if earlier is None or earlier.removed_at or earlier in found:
            break
        found.insert(0, earlier)
    return found


def round_label(session: Session, vote: Readable[Vote] | None) -> tuple[str, int] | None:
    """As what a vote repeats another ("round", "after", "runoff"), and as which round of its question; None
    for one that is asked for the first time."""
    if vote is None or vote.repeats_as is None:
        return None
    return vote.repeats_as, len(chain(session, vote))


def version_of_new_vote(session: Session, settings: VoteSettings) -> int:
    """Which version of its words a new vote has: a further round counts on from the one before it."""
    columns = settings.columns
    first = session.get(Vote, columns.get("repeats_id") or 0)
    if first is None:
        return 1
    return first.version + any(getattr(first, name) != columns[name] for name in WORDS)


def drafts(session: Session, vote_id: int) -> list[Vote]:
    """The drafts that ask this vote again and follow what is changed in it."""
    query = select(Vote).where(
        Vote.repeats_id == vote_id,
        col(Vote.repeats_as).in_(UNCHANGED),
        Vote.state == "draft",
        col(Vote.electorate_size).is_(None),
        col(Vote.removed_at).is_(None),
    )
    return list(session.exec(query.order_by(col(Vote.id))))


def columns_followed(again: Vote, columns: Columns) -> Columns:
    """What a vote that asks another again takes over from that one's columns."""
    return {name: columns[name] for name in UNCHANGED[again.repeats_as or ""]}


def _require_like_opened(session: Session, vote_id: int, settings: VoteSettings) -> None:
    for how in UNCHANGED:
        again = next_of(session, vote_id, how)
        if again and again.electorate_size is not None and not _alike(session, again, settings, how):
            raise Refused("repeat_opened")


def _alike(session: Session, vote: Vote, settings: VoteSettings, how: str) -> bool:
    same = all(getattr(vote, name) == settings.columns[name] for name in UNCHANGED[how])
    return same and _labels(lookup.question_of(session, vote)) == _labels(settings.question)


def _labels(question: Question) -> list[tuple[str, str]]:
    return [(each.label_en, each.label_cy) for each in (*question.options, *question.criteria)]
