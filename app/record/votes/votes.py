"""What the record tells of each vote: its wording and rules, its times, its result where it may be seen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlmodel import Session

from app.domain.select_rows import Readable, Row
from app.domain.stage.stage import Line, RunningOrder
from app.domain.votes import lookup
from app.domain.votes.decisions import Decision
from app.domain.votes.results import ballot_counts, results, tallies
from app.domain.votes.results.ballot_counts import BallotCounts
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types.question import Question
from app.domain.votes.types.result import Fact
from app.domain.workshops import history
from app.domain.workshops.history import Span
from app.models import Option, Vote
from app.record.lines import line
from app.record.votes import ballots as ballot_lines
from app.record.votes import groups, opinion_shift
from app.record.votes.ballots import Told
from app.record.votes.vote_lines import DecisionLine, FactLine, OpeningLine, OptionLine, ShowingLine, VoteLine


@dataclass(frozen=True, slots=True)
class May:
    """What a reader may have of a vote: its result, its ballots one by one, and the names on named ones."""

    count: Callable[[Readable[Vote]], bool]
    list: Callable[[Readable[Vote]], bool]
    name: bool


@dataclass(frozen=True, slots=True)
class Votes:
    """The lines of votes in the order of the day; by vote id what each asks, and the results there are."""

    lines: list[VoteLine]
    questions: dict[int, Question]
    tallies: dict[int, Tally]


def read(session: Session, order: RunningOrder, logged: Iterable[Any], may: May) -> Votes:
    """Every vote; only those that may be are counted at all."""
    every = [(each, vote) for each in order.lines for vote in sorted(each.votes, key=lambda vote: vote.id)]
    options = lookup.options_of(session, order.workshop.id)
    questions = {vote.id: lookup.question_of_rows(vote, options.get(vote.id, [])) for _, vote in every}
    counted = [(vote, questions[vote.id]) for _, vote in every if may.count(vote)]
    found = {each.vote.id: results.with_context(session, each) for each in tallies.of_votes(session, counted)}
    told = ballot_lines.told(session, found.values(), may.list, may.name)
    later = ballot_lines.confirmed(session, found.values(), may.list, may.name)
    apart = groups.lines(session, found.values())
    casts = ballot_counts.of_votes(session, list(questions))
    openings, showings = history.openings(logged), history.showings(logged)
    previews, rounds = history.previews(logged), _rounds([vote for _, vote in every])
    made = [
        line(
            VoteLine,
            vote,
            **_held(each, vote),
            **_came(casts[number]),
            **_result(found.get(number), options.get(number, []), told, number),
            groups=apart.get(number, []),
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
    return Votes(made, questions, found)


def _rounds(votes: Sequence[Row[Vote]]) -> dict[int, int]:
    """Which ballot round of its question each vote is, by vote id."""
    rounds: dict[int, int] = {}
    for vote in sorted(votes, key=lambda vote: vote.id):
        again = vote.repeats_as == "round" and vote.repeats_id
        rounds[vote.id] = rounds.get(again, 1) + 1 if again else 1
    return rounds


def _held(each: Line, vote: Row[Vote]) -> dict[str, Any]:
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


def _came(cast: BallotCounts) -> dict[str, int]:
    return {
        "cast": cast.phone + cast.paper,
        "phone": cast.phone,
        "paper": cast.paper,
        "on_count_sheets": cast.sheets,
        "contested": cast.contested,
    }


def _result(tally: Tally | None, options: Sequence[Option], told: Told, number: int) -> dict[str, Any]:
    facts = list(tally.result.facts()) if tally else []
    places = {option.id: option.position for option in options}
    return {
        "result": "counted" if tally else "withheld",
        "lot_seed": tally.vote.lot_seed if tally else "",
        "options": [_option(option, facts) for option in options],
        "results": [
            *(_fact(fact, places) for fact in facts),
            *(_reaching(tally) if tally else ()),
            *(_lots(tally) if tally else ()),
        ],
        "shift": opinion_shift.line(tally) if tally else None,
        "decision": _decision(tally.decision) if tally and tally.decision else None,
        "ballots": told.ballots.get(number, []),
        "reasons": told.reasons.get(number, []),
    }


def _option(option: Option, facts: Iterable[Fact]) -> OptionLine:
    own = {fact.measure: fact.value for fact in facts if (fact.option, fact.criterion) == (option.id, None)}
    n, share = own.get("n"), own.get("share_percent")
    return line(
        OptionLine,
        option,
        option=option.position,
        option_en=option.label_en,
        option_cy=option.label_cy,
        n=None if n is None else int(n),
        share_percent=None if n is None or share is None else Decimal(share),
    )


def _fact(fact: Fact, places: Mapping[int, int]) -> FactLine:
    option = None if fact.option is None else places[fact.option]
    criterion = None if fact.criterion is None else places[fact.criterion]
    return FactLine(fact.measure, option, criterion, fact.level, _exact(fact.value), fact.n)


def _reaching(tally: Tally) -> Iterable[FactLine]:
    """The options that met the rule each by itself, with the number that was needed."""
    if tally.decision is None or tally.decision.needed is None:
        return
    for option in tally.decision.reached_by:
        needed = Decimal(tally.decision.needed)
        yield FactLine("meets_rule", option.position, None, "", needed, tally.decision.base)


def _lots(tally: Tally) -> Iterable[FactLine]:
    for lot in tally.lots:
        for place, option in enumerate(lot.options, lot.first):
            yield FactLine("lot_place", option.position, None, "", Decimal(place), None)


def _exact(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _decision(decision: Decision) -> DecisionLine:
    return line(DecisionLine, decision, reached_percent=Decimal(decision.reached_text))


def _scaled(units: int | None, decimals: int) -> Decimal | None:
    return None if units is None else Decimal(units).scaleb(-decimals)


def _showing(span: Span) -> ShowingLine:
    if span.end is None:
        return ShowingLine(span.start, None, None, None, span.ballots)
    visible = Decimal(round((span.end - span.start) / timedelta(milliseconds=100))).scaleb(-1)
    why = "undo" if span.ended_by.startswith("undo ") else "reopening"
    return ShowingLine(span.start, span.end, why, visible, span.ballots)
