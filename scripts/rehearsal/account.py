"""Is everything there, once? What was sent and acknowledged against what the record holds; and how long
it took."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scripts.rehearsal.outbox import Ledger, Submission

PEOPLE = "people"
UNSEEN = ""  # what a record says only the number of: ballots of a result not shown, notes not released
FIGURE = r'class="turnout__figure[^"]*"[^>]*>\s*(\d+)'


class Shown(NamedTuple):
    """A turnout the projector showed, and when it arrived (time.perf_counter)."""

    ballots: int
    at: float


@dataclass(slots=True)
class Row:
    """The people, or one vote, wall or pad. Of a vote the current answer of each person counts, of the
    others every contribution. `unsure` is what was sent and never answered: it may be stored or not."""

    place: str
    title: str = ""
    sent: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    unsure: Counter[str] = field(default_factory=Counter)
    stored: Counter[str] = field(default_factory=Counter)

    @property
    def missing(self) -> Counter[str]:
        """Acknowledged, but not stored."""
        return self.acknowledged - self.stored

    @property
    def surplus(self) -> Counter[str]:
        """Stored twice, or never sent."""
        return self.stored - self.acknowledged - self.unsure


def compare(ledger: Ledger, record: Mapping[str, Any]) -> list[Row]:
    """A row for the people and one per vote, wall and pad that was used, in the order of the record."""
    sent = defaultdict(list)
    for each in ledger.submissions:
        sent[each.place].append(each)
    stored, names = held(record), titles(record)
    rows = [(_vote if place.startswith("vote") else _each)(place, them) for place, them in sent.items()]
    rows += [Row(place) for place in stored if place not in sent and place != PEOPLE]
    rows.sort(key=lambda row: list(names).index(row.place))
    rows.insert(0, _people(ledger))
    for row in rows:
        row.title, row.stored = names[row.place], stored.get(row.place, Counter())
        if UNSEEN in row.stored:
            row.acknowledged, row.unsure, row.stored = map(_blind, (row.acknowledged, row.unsure, row.stored))
    return rows


def held(record: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """What a record (as record.json has it) holds, by place, in the words of Submission.content."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    found[PEOPLE][UNSEEN] = record["took_part"]["joined"]
    for vote in record["votes"]:
        if vote["cast"]:
            counted = Counter(_ballot(vote["type"], ballot["answers"]) for ballot in vote["ballots"])
            found[f"vote {vote['vote']}"] = counted or Counter({UNSEEN: vote["cast"]})
    for note in record["notes"]:
        found[f"wall {note['wall']}"][note["text"] or UNSEEN] += 1
    for entry in record["pads"]:
        found[f"table {entry['table']}"][f"{entry['type']}: {entry['text']}"] += 1
    return found


def _ballot(kind: str, answers: list[Mapping[str, Any]]) -> str:
    """One ballot of the record in the words of `said` in ballots.py."""
    if kind == "rank":
        return ">".join(str(answer["option"]) for answer in answers)
    return ";".join(sorted(map(_answer, answers)))


def _answer(answer: Mapping[str, Any]) -> str:
    option, criterion, value = (answer[name] for name in ("option", "criterion", "value"))
    place = "" if option is None else str(option) if criterion is None else f"{option}.{criterion}"
    return "=".join(part for part in (place, "" if value is None else str(value)) if part)


def titles(record: Mapping[str, Any]) -> dict[str, str]:
    """What each place is called, in the order of the record."""
    found = {PEOPLE: "People who joined"}
    found.update({f"vote {vote['vote']}": f"Vote: {vote['question_en']}" for vote in record["votes"]})
    found.update({f"wall {wall['wall']}": f"Wall: {wall['prompt_en']}" for wall in record["walls"]})
    tables = [table["table"] for table in record["took_part"]["tables"] if table["table"] is not None]
    found.update({f"table {table}": f"Pad of table {table}" for table in tables})
    return found


def to_received(submissions: Iterable[Submission]) -> list[float]:
    """Seconds from each tap to "received"."""
    return [each.answered - each.tapped for each in submissions if each.received]


def to_projector(submissions: Iterable[Submission], shown: Mapping[str, list[Shown]]) -> list[float]:
    """Seconds from each first ballot's tap until the projector's turnout counted it.

    A count does not say whose ballots are in it, so the ballot acknowledged as the n-th of a vote is
    taken to be in the first count that reaches n.
    """
    first: dict[str, dict[str, Submission]] = defaultdict(dict)
    for each in sorted(submissions, key=lambda each: each.answered):
        if each.received:
            first[each.place].setdefault(each.who, each)
    seconds = []
    for place, counts in shown.items():
        for n, ballot in enumerate(first[place].values(), 1):
            arrived = [at for ballots, at in counts if ballots >= n]
            if arrived:
                seconds.append(max(0.0, min(arrived) - ballot.tapped))
    return seconds


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed (nearest rank); NaN without values."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[max(0, -(-len(ordered) * round(share * 1000) // 1000) - 1)]


def figure(html: str) -> int | None:
    """The count a region shows, of ballots or of notes, if it shows one."""
    found = re.search(FIGURE, html)
    return int(found[1]) if found else None


def turnout(html: str) -> tuple[int, int] | None:
    """How many have answered, and of how many who may, if a turnout shows it."""
    found = re.search(FIGURE + r"</span>\D*(\d+)", html)
    return (int(found[1]), int(found[2])) if found else None


def _people(ledger: Ledger) -> Row:
    # Joining has no key: one whose answer was lost may have joined twice.
    row = Row(PEOPLE, sent=ledger.joined)
    row.acknowledged[UNSEEN], row.unsure[UNSEEN] = ledger.joined, ledger.errors
    return row


def _each(place: str, them: list[Submission]) -> Row:
    row = Row(place, sent=len(them))
    for each in them:
        if each.received:
            row.acknowledged[each.content] += 1
        elif not each.refused:
            row.unsure[each.content] += 1
    return row


def _vote(place: str, them: list[Submission]) -> Row:
    by_person = defaultdict(list)
    for each in sorted(them, key=lambda each: each.sequence):
        by_person[each.who].append(each)
    row = Row(place, sent=len(by_person))
    for theirs in by_person.values():
        taken = [each for each in theirs if each.received]
        open_ends = [each for each in theirs if each.status is None]
        if not open_ends and taken:
            row.acknowledged[taken[-1].content] += 1
        else:
            row.unsure.update({each.content for each in [*open_ends, *taken[-1:]]})
    return row


def _blind(counts: Counter[str]) -> Counter[str]:
    return Counter({UNSEEN: counts.total()})
