"""The lines of a record about walls, their notes and clusters, and pads."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WallLine:
    """One wall. `written` = `shown` + `merged` + `hidden` + `private` notes, of `writers` people;
    `withdrawn` ones were taken back by their authors and are not among them. The notes of one with a `vote`
    are the answers to it: `writers` is None, as the vote says how many answered."""

    wall: int
    item: int
    item_title_en: str
    item_title_cy: str
    prompt_en: str
    prompt_cy: str
    state: str
    opened_at: datetime | None
    closed_at: datetime | None
    released_at: datetime | None
    vote: int | None
    writers: int | None
    written: int
    shown: int
    merged: int
    hidden: int
    private: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note, without its author. A merged one is shown by the note it was merged into in the end
    (`merged_into`), with its place."""

    note: int
    wall: int
    item: int
    item_title_en: str
    item_title_cy: str
    prompt_en: str
    prompt_cy: str
    table: int | None
    round: int
    language: str
    status: str
    hidden_reason: str | None
    text: str | None
    cluster: int | None
    cluster_symbol: str | None
    cluster_title: str | None
    merged_into: int | None
    written_at: datetime
    received_at: datetime
    released_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClusterLine:
    """A cluster, or (cluster None) a wall's parking area: `notes` shown in it, which stand for
    `written` ones when those merged into them are counted."""

    wall: int
    item: int
    prompt_en: str
    prompt_cy: str
    cluster: int | None
    position: int | None
    symbol: str | None
    title: str | None
    notes: int
    written: int


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of a table's pad; a struck one keeps its place without its text."""

    entry: int
    item: int
    item_title_en: str
    item_title_cy: str
    table: int | None
    type: str
    status: str
    text: str | None
    written_at: datetime
    received_at: datetime
    edited_at: datetime | None
