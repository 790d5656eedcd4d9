"""What the record tells of each wall: what became of every note, and what stands in every cluster."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.domain.notes import clusters, notes
from app.domain.stage.stage import AgendaLine, AgendaOverview
from app.record.lines import ClusterLine, NoteLine, WallLine, line

WRITTEN_STATUSES = ("shown", "merged", "hidden", "private")


@dataclass(slots=True)
class NoteRecord:
    """One note: its row, the row it was merged into in the end (its own if none), and its status."""

    row: Any
    head: Any
    status: str

    @property
    def text(self) -> str | None:
        """A merged note has the words of its head: where those are sealed, so are these."""
        return self.row.text if self.head.text is not None else None


@dataclass(slots=True)
class WallRecord:
    """One wall with its clusters by id and everything ever written for it."""

    wall: WallLine
    groups: dict[int | None, Any]
    told: list[NoteRecord]

    def clusters(self) -> list[ClusterLine]:
        """Its clusters in order, then its parking area."""
        shown = Counter(self.place(note) for note in self.told if note.status == "shown")
        folded = Counter(
            self.place(note)
            for note in self.told
            if note.status == "merged" and note_status(note.head) == "shown"
        )
        return [
            line(
                ClusterLine,
                self.wall,
                cluster=place,
                position=getattr(self.groups.get(place), "position", None),
                symbol=getattr(self.groups.get(place), "symbol", None),
                title=getattr(self.groups.get(place), "title", None),
                notes=shown[place],
                written=shown[place] + folded[place],
            )
            for place in [*self.groups, None]
        ]

    def notes(self, numbers: dict[int, int]) -> list[NoteLine]:
        """Every note in its place on the wall, with the number of its table."""
        return [
            line(
                NoteLine,
                note.row,
                note=note.row.id,
                table=numbers.get(note.row.table_id),
                status=note.status,
                text=note.text,
                merged_into=note.head.id if note.head.id != note.row.id else None,
                cluster=self.place(note),
                cluster_symbol=getattr(self.groups.get(self.place(note)), "symbol", None),
                cluster_title=getattr(self.groups.get(self.place(note)), "title", None),
                **{name: getattr(self.wall, name) for name in ABOUT_WALL},
            )
            for note in self.told
        ]

    def place(self, note: NoteRecord) -> int | None:
        """The cluster the note stands in; None is the parking area."""
        return note.head.cluster_id if note.head.cluster_id in self.groups else None


ABOUT_WALL = ("wall", "item", "item_title_en", "item_title_cy", "prompt_en", "prompt_cy")


def wall_records(session: Session, order: AgendaOverview, rows: Iterable[Any]) -> list[WallRecord]:
    """Every wall in the order of the day, with what these rows of notes say of it."""
    workshop_id = order.workshop.id
    told, writers = _told(list(rows)), notes.writers_by_wall(session, workshop_id)
    groups: defaultdict[int, dict[int | None, Any]] = defaultdict(dict)
    for group in clusters.clusters_of_workshop(session, workshop_id):
        groups[group.wall_id][group.id] = group
    return [
        WallRecord(_wall(each, wall, told[number], writers.get(number, 0)), groups[number], told[number])
        for each in order.lines
        for wall in sorted(each.walls, key=lambda wall: wall.id)
        for number in [wall.id]
    ]


def hidden_by_reason(boards: Iterable[WallRecord]) -> dict[str, int]:
    """How many notes are hidden, by reason."""
    hidden = (note.row for board in boards for note in board.told if note.status == "hidden")
    return dict(sorted(Counter(row.hidden_reason for row in hidden).items()))


def note_status(row: Any) -> str:
    """What became of a note: withdrawn, hidden, private, merged or shown."""
    if row.withdrawn_at:
        return "withdrawn"
    if row.hidden_at:
        return "hidden"
    if not row.released_at:
        return "private"
    return "merged" if row.merged_into else "shown"


def _told(rows: list[Any]) -> defaultdict[int, list[NoteRecord]]:
    by_id = {row.id: row for row in rows}
    told: defaultdict[int, list[NoteRecord]] = defaultdict(list)
    for row in rows:
        head = row
        while head.merged_into is not None:
            head = by_id[head.merged_into]
        told[row.wall_id].append(NoteRecord(row, head, note_status(row)))
    return told


def _wall(each: AgendaLine, wall: Any, told: list[NoteRecord], writers: int) -> WallLine:
    counts = Counter(note.status for note in told)
    return line(
        WallLine,
        wall,
        wall=wall.id,
        item=each.item.position,
        item_title_en=each.item.title_en,
        item_title_cy=each.item.title_cy,
        vote=wall.vote_id,
        writers=None if wall.vote_id else writers,
        written=sum(counts[status] for status in WRITTEN_STATUSES),
        **{status: counts[status] for status in (*WRITTEN_STATUSES, "withdrawn")},
    )
