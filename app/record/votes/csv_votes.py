"""The CSV files of votes: a line per vote, per option, per number of a result, per group and option, per
answer of a ballot, per reason and per confirmation. Each names its vote, and options by number and words."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from app.record.lines import Record
from app.record.votes.ballot_lines import ConfirmationLine
from app.record.votes.result_lines import DecisionLine, OptionLine, ShiftLine
from app.record.votes.vote_lines import VoteLine

Row = dict[str, Any]

LISTS = (
    "openings",
    "showings",
    "options",
    "results",
    "groups",
    "shift",
    "decision",
    "ballots",
    "reasons",
    "confirmations",
)
VOTE_KEYS = ["vote", "item", "question_en", "question_cy", "type", "version"]
TIMES = ["times_opened", "times_hidden_again", "visible_seconds_before_hiding", "ballots_in_when_shown"]
LABELS = ["option", "option_en", "option_cy", "criterion", "criterion_en", "criterion_cy"]
MOVE = ["was", "was_en", "was_cy", "now", "now_en", "now_cy"]


def _names(kind: type, but: Iterable[str] = ()) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in but]


VOTE = _names(VoteLine, but=LISTS)
SHIFT = _names(ShiftLine, but=("moves",))
CONFIRMED = _names(ConfirmationLine, but=("voter", "option"))
DECISION = {f"decision_{name}": name for name in _names(DecisionLine)}


def _votes(record: Record) -> Iterator[Row]:
    for vote in record.votes:
        hidden = vote.hidden_again
        yield {
            **{name: getattr(vote, name) for name in VOTE},
            **{column: getattr(vote.decision, name, None) for column, name in DECISION.items()},
            "times_opened": len(vote.openings),
            "times_hidden_again": len(hidden),
            "visible_seconds_before_hiding": "; ".join(str(each.visible_seconds) for each in hidden),
            "ballots_in_when_shown": "; ".join(str(each.ballots) for each in hidden),
        }


def _options(record: Record) -> Iterator[Row]:
    for vote in record.votes:
        for option in vote.options:
            yield _vote_keys(vote) | asdict(option)


def _results(record: Record) -> Iterator[Row]:
    for vote in record.votes:
        labelled = _labels(vote)
        for fact in vote.results:
            yield _vote_keys(vote) | asdict(fact) | labelled(fact.option, fact.criterion)


def _groups(record: Record) -> Iterator[Row]:
    for vote in record.votes:
        labelled = _labels(vote)
        for group in vote.groups:
            yield _vote_keys(vote) | asdict(group) | labelled(group.option)


def _shifts(record: Record) -> Iterator[Row]:
    """What concerns the whole shift stands in each line; one whose moves are not told has a line too."""
    for vote in record.votes:
        if vote.shift is None:
            continue
        about = _vote_keys(vote) | {name: getattr(vote.shift, name) for name in SHIFT}
        for move in vote.shift.moves:
            yield about | _end(vote, "was", move.was) | _end(vote, "now", move.now) | {"n": move.n}
        if not vote.shift.moves:
            yield about | dict.fromkeys([*MOVE, "n"])


def _end(vote: VoteLine, name: str, position: int) -> Row:
    option = vote.label("option", position)
    words = (option.option_en, option.option_cy) if option else ("", "")
    return {name: position, f"{name}_en": words[0], f"{name}_cy": words[1]}


def _ballots(record: Record) -> Iterator[Row]:
    for vote in record.votes:
        labelled = _labels(vote)
        for ballot in vote.ballots:
            whose = {"ballot": ballot.ballot, "voter": ballot.voter, "reason": ballot.reason}
            for answer in ballot.answers:
                yield (
                    _vote_keys(vote)
                    | {"secrecy": vote.secrecy}
                    | whose
                    | asdict(answer)
                    | labelled(answer.option, answer.criterion)
                )


def _reasons(record: Record) -> Iterator[Row]:
    for vote in record.votes:
        for reason in vote.reasons:
            yield _vote_keys(vote) | {"reason": reason}


def _confirmations(record: Record) -> Iterator[Row]:
    for vote in record.votes:
        labelled = _labels(vote)
        for confirmation in vote.confirmations:
            yield _vote_keys(vote) | asdict(confirmation) | labelled(confirmation.option)


def _vote_keys(vote: VoteLine) -> Row:
    return {name: getattr(vote, name) for name in VOTE_KEYS}


def _labels(vote: VoteLine) -> Callable[..., Row]:
    words = {(each.axis, each.option): (each.option_en, each.option_cy) for each in vote.options}

    def labelled(option: int | None, criterion: int | None = None) -> Row:
        found: Row = {}
        for axis, position in (("option", option), ("criterion", criterion)):
            found[axis] = position
            found[f"{axis}_en"], found[f"{axis}_cy"] = words[axis, position] if position else ("", "")
        return found

    return labelled


FILES: dict[str, tuple[list[str], Callable[[Record], Iterable[Row]]]] = {
    "votes": ([*VOTE, *DECISION, *TIMES], _votes),
    "options": (VOTE_KEYS + _names(OptionLine), _options),
    "results": ([*VOTE_KEYS, "measure", *LABELS, "level", "value", "n"], _results),
    "groups": ([*VOTE_KEYS, "by", "group", "group_cy", *LABELS[:3], "n", "of"], _groups),
    "shifts": ([*VOTE_KEYS, *SHIFT, *MOVE, "n"], _shifts),
    "ballots": ([*VOTE_KEYS, "secrecy", "ballot", "voter", "place", *LABELS, "value", "reason"], _ballots),
    "reasons": ([*VOTE_KEYS, "reason"], _reasons),
    "confirmations": ([*VOTE_KEYS, "voter", *LABELS[:3], *CONFIRMED], _confirmations),
}
