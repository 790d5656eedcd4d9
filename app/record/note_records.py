"""What became of each note: shown, merged, hidden, still private or withdrawn."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class NoteRecord:
    """One note: its row, the row it was merged into in the end (its own if none), and its status."""

    row: Any
    final_row: Any
    status: str

    @property
    def text(self) -> str | None:
        """A merged note has the words of the one it was merged into: where those are sealed, so are these."""
        return self.row.text if self.final_row.text is not None else None


def note_status(row: Any) -> str:
    """What became of a note: withdrawn, hidden, private, merged or shown."""
    if row.withdrawn_at:
        return "withdrawn"
    if row.hidden_at:
        return "hidden"
    if not row.released_at:
        return "private"
    return "merged" if row.merged_into else "shown"


def records_by_wall(rows: list[Any]) -> defaultdict[int, list[NoteRecord]]:
    """What became of these rows of notes, by the id of their wall."""
    by_id = {row.id: row for row in rows}
    records: defaultdict[int, list[NoteRecord]] = defaultdict(list)
    for row in rows:
        final_row = row
        while final_row.merged_into is not None:
            final_row = by_id[final_row.merged_into]
        records[row.wall_id].append(NoteRecord(row, final_row, note_status(row)))
    return records
