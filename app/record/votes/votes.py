"""What the record says of each vote: its wording and rules, its times, its result where it may be seen."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.domain.select_rows import Readable, Row
from app.domain.stage.agenda_overview import AgendaLine, AgendaOverview
from app.domain.votes import lookup
from app.domain.votes.results import results, tallies, turnout_counts
from app.domain.votes.results.tallies import Tally
from app.domain.votes.results.turnout_counts import BallotCounts
from app.domain.votes.types.question import Question
from app.domain.workshops import history
from app.domain.workshops.history import Span
from app.models import Vote
from app.record.lines import line
from app.record.votes import ballots, groups
from app.record.votes.results import result_columns
from app.record.votes.vote_lines import OpeningLine, ShowingLine, VoteLine


@dataclass(frozen=True, slots=True)
class ReaderRights:
    """What a reader may have of a vote: its result, its ballots one by one, and the names on named ones."""

    count: Callable[[Readable[Vote]], bool]
    list: Callable[[Readable[Vote]], bool]
    name: bool


@dataclass(frozen=True, slots=True)
class VoteLines:
    """The lines of votes in the order of the day; by vote id what each asks, and the results there are."""

    lines: list[VoteLine]
    questions: dict[int, Question]
    tallies: dict[int, Tally]


def vote_lines(
    session: Session, order: AgendaOverview, logged: Iterable[Any], may: ReaderRights
) -> VoteLines:
    """Every vote of a workshop in the order of its day, from what is `logged`; only those that `may` be are
    counted at all."""
    every = [(each, vote) for each in order.lines for vote in sorted(each.votes, key=lambda vote: vote.id)]
    options = lookup.options_of(session, order.workshop.id)
    questions = {vote.id: lookup.question_of_rows(vote, options.get(vote.id, [])) for _, vote in every}
    counted = [(vote, questions[vote.id]) for _, vote in every if may.count(vote)]
    found = {each.vote.id: results.with_context(session, each) for each in tallies.of_votes(session, counted)}
    listed = ballots.ballots_and_reasons(session, found.values(), may.list, may.name)
    later = ballots.confirmations_by_vote(session, found.values(), may.list, may.name)
    group_lines = groups.group_lines(session, found.values())
    casts = turnout_counts.of_votes(session, list(questions))
    openings, showings = history.open_spans_by_vote(logged), history.reveal_spans_by_vote(logged)
    previews, rounds = history.previews_by_vote(logged), _rounds([vote for _, vote in every])
    lines = [
        line(
            VoteLine,
            vote,
            **_settings(each, vote),
            **_turnout(casts[number]),
            **result_columns(found.get(number), options.get(number, []), listed, number),
            groups=group_lines.get(number, []),
            confirmations=later.get(number, []),
            round=rounds[number],
            previews=previews[number],
            # The row keeps the latest opening; people answered from the first one on.
            opened_at=spans[0].start if spans else vote.opened_at,
            openings=[OpeningLine(span.start, span.end, span.ended_role or None) for span in spans],
            showings=[_showing(span) for span in showings.get(number, [])],
        )
        for each, vote in every
        for number in [vote.id]
        for spans in [openings.get(number, [])]
    ]
    return VoteLines(lines, questions, found)


def _rounds(votes: Sequence[Row[Vote]]) -> dict[int, int]:
    """Which ballot round of its question each vote is, by vote id."""
    rounds: dict[int, int] = {}
    for vote in sorted(votes, key=lambda vote: vote.id):
        again = vote.repeats_as == "round" and vote.repeats_id
        rounds[vote.id] = rounds.get(again, 1) + 1 if again else 1
    return rounds


def _settings(each: AgendaLine, vote: Row[Vote]) -> dict[str, Any]:
    return {
        "vote": vote.id,
        "item": each.item.position,
        "item_title_en": each.item.title_en,
        "item_title_cy": each.item.title_cy,
        "lowest": _scaled(vote.lowest, vote.decimals),
        "highest": _scaled(vote.highest, vote.decimals),
        "asks_reasons": vote.reasons,
        "closes_after_seconds": vote.closes_after,
        "repeats": vote.repeats_id,
        "electorate": vote.electorate_size,
    }


def _turnout(cast: BallotCounts) -> dict[str, int]:
    return {
        "cast": cast.phone + cast.paper,
        "phone": cast.phone,
        "paper": cast.paper,
        "on_count_sheets": cast.sheets,
        "contested": cast.contested,
    }


def _scaled(units: int | None, decimals: int) -> Decimal | None:
    return None if units is None else Decimal(units).scaleb(-decimals)


def _showing(span: Span) -> ShowingLine:
    if span.end is None:
        return ShowingLine(span.start, None, None, None, span.ballots)
    visible = Decimal(round((span.end - span.start) / timedelta(milliseconds=100))).scaleb(-1)
    why = "undo" if span.ended_by.startswith("undo ") else "reopening"
    return ShowingLine(span.start, span.end, why, visible, span.ballots)
