"""The record as CSV: UTF-8 with its mark, RFC 4180, times in ISO 8601 with offset, and no cell a spreadsheet
would run."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.record.day_lines import ItemLine, LogLine
from app.record.lines import Record
from app.record.votes import csv_votes
from app.record.wall_lines import ClusterLine, EntryLine, NoteLine

MARK = "\ufeff"  # without it Excel takes UTF-8 for its old code page, and ŵ and ŷ for something else
RUNS = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def file(record: Record, name: str) -> str:
    """The text of one of FILES; its first line names the columns. Raises KeyError for no such file."""
    columns, rows = FILES[name]
    text = io.StringIO(newline="")
    text.write(MARK)
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
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str) and value.startswith(RUNS):
        return f"'{value}"
    return value


def _names(kind: type) -> list[str]:
    return [field.name for field in fields(kind)]


def _plain(part: str) -> Callable[[Record], Iterator[Row]]:
    return lambda record: (asdict(line) for line in getattr(record, part))


FILES: dict[str, tuple[list[str], Callable[[Record], Iterable[Row]]]] = {
    "agenda": (_names(ItemLine), _plain("agenda")),
    **csv_votes.FILES,
    "notes": (_names(NoteLine), _plain("notes")),
    "clusters": (_names(ClusterLine), _plain("clusters")),
    "pads": (_names(EntryLine), _plain("pads")),
    "log": (_names(LogLine), _plain("log")),
}
