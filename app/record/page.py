"""The record as a page to read and print: the same lines, grouped the way a reader goes through a day."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from app.domain.agenda import plan
from app.domain.votes.types import registry
from app.record.csv_files import FILES
from app.record.lines import Record
from app.record.wall_lines import EntryLine, NoteLine

T = TypeVar("T")


def context(record: Record) -> dict[str, Any]:
    """What the page's template needs."""
    shown_notes = [note for note in record.notes if note.status == "shown"]
    return {
        "record": record,
        "files": list(FILES),
        "made": plan.local_time(record.made_at, record.workshop.time_zone),
        "votes": _by(record.votes, lambda vote: vote.item),
        "questions": {vote.vote: vote for vote in record.votes},
        "types": {name: registry.type_of(name).title for name in registry.names()},
        "names_voters": any(ballot.voter for vote in record.votes for ballot in vote.ballots),
        "clusters": _by(record.clusters, lambda cluster: cluster.wall),
        "notes": _by(shown_notes, lambda note: (note.wall, note.cluster)),
        "standing_for": _standing_for(record.notes),
        "hidden": [note for note in record.notes if note.status == "hidden"],
        "pads": _pads(entry for entry in record.pads if entry.status == "kept"),
        "struck": sum(entry.status == "struck" for entry in record.pads),
    }


def _by(lines: Iterable[T], key: Callable[[T], Hashable]) -> dict[Any, list[T]]:
    grouped: defaultdict[Any, list[T]] = defaultdict(list)
    for line in lines:
        grouped[key(line)].append(line)
    return dict(grouped)


def _standing_for(notes: Iterable[NoteLine]) -> Counter[int]:
    """How many written notes each shown one stands for, by its number."""
    return Counter(note.merged_into or note.note for note in notes if note.status in ("shown", "merged"))


def _pads(entries: Iterable[EntryLine]) -> dict[int, dict[int, dict[str, list[EntryLine]]]]:
    """The entries by item, table and type."""
    return {
        item: {
            table: _by(own, lambda entry: entry.type)
            for table, own in _by(here, lambda entry: entry.table).items()
        }
        for item, here in _by(entries, lambda entry: entry.item).items()
    }
