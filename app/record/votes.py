"""What the record tells of each vote: its wording, its times, and its result where it may be seen."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from app.domain import ballots, history, tallies
from app.domain.history import Span
from app.domain.stage import Line, RunningOrder
from app.domain.vote_types.arithmetic import per_mille
from app.record.lines import OpeningLine, OptionLine, ShowingLine, VoteLine, line


def lines(
    session: Session, order: RunningOrder, logged: Iterable[Any], may_be_counted: Callable[[Any], bool]
) -> list[VoteLine]:
    """Every vote in the order of the day; only those that may be are counted at all."""
    workshop_id = order.workshop.id
    every = [(each, vote) for each in order.lines for vote in sorted(each.votes, key=lambda vote: vote.id)]
    counted = {vote.id for _, vote in every if may_be_counted(vote)}
    n = tallies.chosen(session, [number for number in counted if number])
    cast, options = ballots.cast_counts(session, workshop_id), ballots.options_of(session, workshop_id)
    openings, showings = history.openings(logged), history.showings(logged)
    previews = history.previews(logged)
    return [
        _line(
            each,
            vote,
            previews=previews[number],
            openings=[OpeningLine(span.start, span.end) for span in openings.get(number, [])],
            showings=[_showing(span) for span in showings.get(number, [])],
            cast=cast.get(number, 0),
            options=[
                _option(option, n.get(option.id, 0) if number in counted else None, cast.get(number, 0))
                for option in options.get(number, [])
            ],
            result="counted" if number in counted else "withheld",
        )
        for each, vote in every
        for number in [vote.id]
    ]


def _line(each: Line, vote: Any, openings: list[OpeningLine], **values: Any) -> VoteLine:
    return line(
        VoteLine,
        vote,
        vote=vote.id,
        item=each.item.position,
        item_title_en=each.item.title_en,
        item_title_cy=each.item.title_cy,
        # The row keeps the latest opening; people answered from the first one on.
        opened_at=openings[0].opened_at if openings else vote.opened_at,
        electorate=vote.electorate_size,
        openings=openings,
        **values,
    )


def _option(option: Any, n: int | None, cast: int) -> OptionLine:
    share = Decimal(per_mille(n, cast)).scaleb(-1) if cast and n is not None else None
    return OptionLine(option.position, option.label_en, option.label_cy, n, share)


def _showing(span: Span) -> ShowingLine:
    if span.end is None:
        return ShowingLine(span.start, None, None, None, span.ballots)
    visible = Decimal(round((span.end - span.start) / timedelta(milliseconds=100))).scaleb(-1)
    why = "undo" if span.ended_by.startswith("undo ") else "reopening"
    return ShowingLine(span.start, span.end, why, visible, span.ballots)
