"""What the record says of each wall: what became of every note, and which notes are in every cluster."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.domain.notes import clusters, recorded_notes
from app.domain.stage.agenda_overview import AgendaLine, AgendaOverview
from app.record import note_records
from app.record.lines import line
from app.record.note_records import NoteRecord
from app.record.wall_lines import ClusterLine, NoteLine, WallLine

WRITTEN_STATUSES = ("shown", "merged", "hidden", "private")


@dataclass(slots=True)
class WallRecord:
    """One wall with its clusters by id and everything ever written for it."""

    wall: WallLine
    clusters_by_id: dict[int | None, Any]
    note_records: list[NoteRecord]

    def cluster_lines(self) -> list[ClusterLine]:
        """Its clusters in order, then its parking area."""
        shown = Counter(self.place(note) for note in self.note_records if note.status == "shown")
        folded = Counter(
            self.place(note)
            for note in self.note_records
            if note.status == "merged" and note_records.note_status(note.final_row) == "shown"
        )
        return [
            line(
                ClusterLine,
                self.wall,
                cluster=place,
                position=getattr(self.clusters_by_id.get(place), "position", None),
                symbol=getattr(self.clusters_by_id.get(place), "symbol", None),
                title=getattr(self.clusters_by_id.get(place), "title", None),
                notes=shown[place],
                written=shown[place] + folded[place],
            )
            for place in [*self.clusters_by_id, None]
        ]

    def note_lines(self, numbers: dict[int, int]) -> list[NoteLine]:
        """Every note in its place on the wall, with the number of its table."""
        return [
            line(
                NoteLine,
                note.row,
                note=note.row.id,
                table=numbers.get(note.row.table_id),
                status=note.status,
                text=note.text,
                merged_into=note.final_row.id if note.final_row.id != note.row.id else None,
                cluster=self.place(note),
                cluster_symbol=getattr(self.clusters_by_id.get(self.place(note)), "symbol", None),
                cluster_title=getattr(self.clusters_by_id.get(self.place(note)), "title", None),
                **{name: getattr(self.wall, name) for name in WALL_KEYS},
            )
            for note in self.note_records
        ]

    def place(self, note: NoteRecord) -> int | None:
        """The id of the cluster the note is in; None is the parking area."""
        return note.final_row.cluster_id if note.final_row.cluster_id in self.clusters_by_id else None


WALL_KEYS = ("wall", "item", "item_title_en", "item_title_cy", "prompt_en", "prompt_cy")


def wall_records(session: Session, order: AgendaOverview, rows: Iterable[Any]) -> list[WallRecord]:
    """Every wall in the order of the day, with what these rows of notes say of it."""
    workshop_id = order.workshop.id
    records, writers = (
        note_records.records_by_wall(list(rows)),
        recorded_notes.writers_by_wall(session, workshop_id),
    )
    clusters_by_wall: defaultdict[int, dict[int | None, Any]] = defaultdict(dict)
    for cluster in clusters.clusters_of_workshop(session, workshop_id):
        clusters_by_wall[cluster.wall_id][cluster.id] = cluster
    return [
        WallRecord(
            _wall_line(each, wall, records[number], writers.get(number, 0)),
            clusters_by_wall[number],
            records[number],
        )
        for each in order.lines
        for wall in sorted(each.walls, key=lambda wall: wall.id)
        for number in [wall.id]
    ]


def hidden_by_reason(wall_records: Iterable[WallRecord]) -> dict[str, int]:
    """How many notes are hidden, by reason."""
    hidden = (note.row for wall in wall_records for note in wall.note_records if note.status == "hidden")
    return dict(sorted(Counter(row.hidden_reason for row in hidden).items()))


def _wall_line(each: AgendaLine, wall: Any, records: list[NoteRecord], writers: int) -> WallLine:
    counts = Counter(note.status for note in records)
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
