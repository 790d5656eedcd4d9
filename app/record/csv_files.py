"""The record as CSV: UTF-8, RFC 4180, times in ISO 8601 with offset, and no cell a spreadsheet would run."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from app.record.lines import ClusterLine, EntryLine, ItemLine, LogLine, NoteLine, Record, VoteLine

RUNS = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def file(record: Record, name: str) -> str:
    """The text of one of FILES; its first line names the columns. Raises KeyError for no such file."""
    columns, rows = FILES[name]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows(record):
        writer.writerow([cell(row[column], record) for column in columns])
    return text.getvalue()


def cell(value: Any, record: Record) -> Any:
    """A value as its cell holds it. Words that a spreadsheet would take for a formula get an
    apostrophe before them; numbers are ours and stay as they are."""
    if isinstance(value, datetime):
        return record.workshop.iso(value)
    if isinstance(value, str) and value.startswith(RUNS):
        return f"'{value}"
    return value


def _names(kind: type, but: Iterable[str] = ()) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in but]


def _plain(part: str) -> Callable[[Record], Iterator[Row]]:
    return lambda record: (asdict(line) for line in getattr(record, part))


VOTE = _names(VoteLine, but=("openings", "showings", "options"))
VOTE_FACTS = ["times_opened", "times_hidden_again", "visible_seconds_before_hiding", "ballots_in_when_shown"]
OPTION = ["option", "option_en", "option_cy", "n", "share_percent"]


def _options(record: Record) -> Iterator[Row]:
    """One row per option: what concerns the whole vote stands in each."""
    for vote in record.votes:
        hidden = vote.hidden_again
        facts = {
            "times_opened": len(vote.openings),
            "times_hidden_again": len(hidden),
            "visible_seconds_before_hiding": "; ".join(str(each.visible_seconds) for each in hidden),
            "ballots_in_when_shown": "; ".join(str(each.ballots) for each in hidden),
        }
        about = {name: getattr(vote, name) for name in VOTE}
        for option in vote.options:
            yield about | facts | asdict(option)


FILES: dict[str, tuple[list[str], Callable[[Record], Iterable[Row]]]] = {
    "agenda": (_names(ItemLine), _plain("agenda")),
    "votes": (VOTE + VOTE_FACTS + OPTION, _options),
    "notes": (_names(NoteLine), _plain("notes")),
    "clusters": (_names(ClusterLine), _plain("clusters")),
    "pads": (_names(EntryLine), _plain("pads")),
    "log": (_names(LogLine), _plain("log")),
}
