"""What the record says of a vote's result, where it may be seen."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.votes.decisions import Decision
from app.domain.votes.results.tallies import Tally
from app.domain.votes.types.result import Fact
from app.models import Option
from app.record.lines import line
from app.record.votes import opinion_shift
from app.record.votes.ballots import BallotsAndReasons
from app.record.votes.result_lines import DecisionLine, FactLine, OptionLine


def result_columns(
    tally: Tally | None, options: Sequence[Option], listed: BallotsAndReasons, number: int
) -> dict[str, Any]:
    """What a `VoteLine` says of the result of the vote with this id: withheld where there is no `tally`."""
    facts = list(tally.result.facts()) if tally else []
    places = {option.id: option.position for option in options}
    return {
        "result": "counted" if tally else "withheld",
        "lot_seed": tally.vote.lot_seed if tally else "",
        "options": [_option(option, facts) for option in options],
        "results": [
            *(_fact(fact, places) for fact in facts),
            *(_options_meeting_rule(tally) if tally else ()),
            *(_lots(tally) if tally else ()),
        ],
        "shift": opinion_shift.shift_line(tally) if tally else None,
        "decision": _decision(tally.decision) if tally and tally.decision else None,
        "ballots": listed.ballots.get(number, []),
        "reasons": listed.reasons.get(number, []),
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
    return FactLine(fact.measure, option, criterion, fact.level, _decimal_or_text(fact.value), fact.n)


def _options_meeting_rule(tally: Tally) -> Iterable[FactLine]:
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


def _decimal_or_text(text: str) -> Decimal | str:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _decision(decision: Decision) -> DecisionLine:
    return line(DecisionLine, decision, reached_percent=Decimal(decision.reached_text))
