"""Where a workshop comes from: the built-in template, a day run before, or a copy to rehearse with."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, inspect, update
from sqlmodel import Session, SQLModel, col, select

from app.announce import announce
from app.content import Content
from app.domain import codes, log, texts
from app.domain.who import Who, server
from app.errors import Refused
from app.models import (
    AgendaSession,
    Card,
    CardFact,
    Item,
    ItemCard,
    Option,
    Participant,
    Table,
    Vote,
    Wall,
    Workshop,
)
from app.models.base import moment

TABLES = 8


def by_code(session: Session, code: str) -> Workshop | None:
    """The workshop with this event code."""
    return session.exec(select(Workshop).where(Workshop.code == code)).first()


def latest(session: Session) -> Workshop | None:
    """The workshop made last, rehearsals aside."""
    query = select(Workshop).where(col(Workshop.rehearsal_of).is_(None)).order_by(col(Workshop.id).desc())
    return session.exec(query.limit(1)).first()


def today(zone: str, now: datetime | None = None) -> date:
    """The date it is in `zone`."""
    return (now or moment()).astimezone(ZoneInfo(zone)).date()


def from_template(session: Session, content: Content, day: date | None = None) -> int:
    """Make a workshop from the built-in content, dated `day` (today in its zone); returns its id."""
    about = content.workshop
    workshop = Workshop(
        code=_free_code(session),
        template=about["id"],
        day=day or today(about["time_zone"]),
        **_columns(Workshop, about, but=("id", "version")),
    )
    session.add(workshop)
    session.flush()
    cards = _add_cards(session, workshop, content)
    parts = _add_sessions(session, workshop, content)
    for number in range(1, TABLES + 1):
        session.add(Table(workshop_id=workshop.id, number=number))
    who = server(workshop.id, workshop.code)
    for position, about_item in enumerate(content.items, 1):
        _add_item(session, who, about_item, position, parts, cards)
    log.note(session, who, "workshop made", "workshop", workshop.id, template=workshop.template)
    return workshop.id


def again(
    session: Session, workshop_id: int, day: date | None = None, speed: int = 1, rehearsal: bool = False
) -> int:
    """Copy a workshop's design (agenda, cards, votes and walls as drafts; no people, no answers)
    to a new one dated `day`; returns its id. `speed` divides the planned minutes of a rehearsal."""
    source = session.get(Workshop, workshop_id)
    if source is None:
        raise Refused("not_found")
    copy = _copy(
        source,
        code=_free_code(session),
        day=day or today(source.time_zone),
        version=0,
        state="ahead",
        shift_seconds=0,
        started_at=None,
        closed_at=None,
        created_at=moment(),
        speed=speed,
        rehearsal_of=source.id if rehearsal else None,
    )
    session.add(copy)
    session.flush()
    who = server(copy.id, copy.code)
    _copy_design(session, who, workshop_id)
    log.note(session, who, "workshop copied", "workshop", copy.id, source=source.code)
    return copy.id


def rehearse(session: Session, who: Who, speed: int) -> int:
    """Make a bannered copy to rehearse with; refused where people have already joined."""
    if not 1 <= speed <= 600:
        raise Refused("bad_speed")
    joined = session.exec(
        select(func.count()).select_from(Participant).where(Participant.workshop_id == who.workshop_id)
    ).one()
    if joined:
        raise Refused("people_joined", n=joined)
    return again(session, who.workshop_id, speed=speed, rehearsal=True)


def end_rehearsal(session: Session, who: Who, rehearsal_id: int) -> None:
    """Delete a rehearsal and everything in it; a real workshop is never deleted this way."""
    workshop = session.get(Workshop, rehearsal_id)
    if workshop is None or workshop.rehearsal_of != who.workshop_id:
        raise Refused("not_found")
    for model in (Vote, Wall):
        session.connection().execute(delete(model).where(col(model.workshop_id) == rehearsal_id))
    session.connection().execute(delete(Workshop).where(col(Workshop.id) == rehearsal_id))
    announce(session, rehearsal_id, "departures")


def edit(session: Session, who: Who, fields: dict[str, str]) -> None:
    """Change the workshop's title, date and remit."""
    workshop = session.get(Workshop, who.workshop_id)
    if workshop is None:
        raise Refused("not_found")
    workshop.title_en = texts.required(fields.get("title_en", workshop.title_en), 120)
    workshop.title_cy = texts.optional(fields.get("title_cy", workshop.title_cy), 120)
    workshop.remit_en = texts.optional(fields.get("remit_en", workshop.remit_en), 4000, lines=True)
    workshop.remit_cy = texts.optional(fields.get("remit_cy", workshop.remit_cy), 4000, lines=True)
    try:
        workshop.day = date.fromisoformat(fields.get("day", workshop.day.isoformat()))
    except ValueError:
        raise Refused("bad_date") from None
    log.record(session, who, "workshop edited", workshop, undoable=True)


def raise_versions(session: Session, announced: dict[int, set[str]]) -> None:
    """Raise the version of every workshop that changed, last in the transaction so that the row
    is held briefly; workers that missed a signal see it move."""
    for workshop_id in sorted(announced):
        statement = update(Workshop).where(col(Workshop.id) == workshop_id)
        session.connection().execute(statement.values(version=Workshop.version + 1))


def versions(session: Session) -> dict[int, int]:
    """The version of every workshop, by id."""
    return dict(session.exec(select(Workshop.id, Workshop.version)).all())


def _free_code(session: Session) -> str:
    while by_code(session, code := codes.workshop_code()):
        continue
    return code


def _columns(model: type[SQLModel], values: dict[str, Any], but: tuple[str, ...] = ()) -> dict[str, Any]:
    names = set(inspect(model).columns.keys()) - set(but)
    return {name: value for name, value in values.items() if name in names}


def _add_cards(session: Session, workshop: Workshop, content: Content) -> dict[str, int]:
    ids = {}
    for position, about in enumerate(content.cards, 1):
        values = _columns(Card, about, but=("id",))
        values.update(
            note_en=about.get("translation_note_en", ""), note_cy=about.get("translation_note_cy", "")
        )
        card = Card(workshop_id=workshop.id, position=position, **values)
        session.add(card)
        session.flush()
        ids[about["key"]] = card.id
        for place, fact in enumerate(about.get("facts", []), 1):
            session.add(CardFact(card_id=card.id, position=place, **_columns(CardFact, fact)))
    return ids


def _add_sessions(session: Session, workshop: Workshop, content: Content) -> dict[str, int]:
    ids = {}
    for position, about in enumerate(content.sessions, 1):
        part = AgendaSession(workshop_id=workshop.id, position=position, **_columns(AgendaSession, about))
        session.add(part)
        session.flush()
        ids[about["key"]] = part.id
    return ids


def _add_item(
    session: Session,
    who: Who,
    about: dict[str, Any],
    position: int,
    parts: dict[str, int],
    cards: dict[str, int],
) -> None:
    values = _columns(Item, about, but=("id", "position"))
    item = Item(workshop_id=who.workshop_id, session_id=parts[about["session"]], position=position, **values)
    log.record(session, who, "item made", item)
    for place, key in enumerate(about.get("cards", []), 1):
        session.add(ItemCard(item_id=item.id, card_id=cards[key], position=place))
    for vote_about in about.get("votes", []):
        vote = Vote(workshop_id=who.workshop_id, item_id=item.id, **_columns(Vote, vote_about))
        log.record(session, who, "vote made", vote)
        for place, option in enumerate(vote_about["options"], 1):
            session.add(Option(vote_id=vote.id, position=place, **_columns(Option, option)))
    for wall_about in about.get("walls", []):
        wall = Wall(workshop_id=who.workshop_id, item_id=item.id, **_columns(Wall, wall_about))
        log.record(session, who, "wall made", wall)


def _copy(row: Any, **changes: Any) -> Any:
    model = type(row)
    values = {name: getattr(row, name) for name in inspect(model).columns.keys() if name != "id"}  # noqa: SIM118
    return model(**{**values, **changes})


def _copy_all(session: Session, rows: list[Any], **changes: Any) -> dict[int, int]:
    """Copy rows one by one; returns new id by old id."""
    ids = {}
    for row in rows:
        copy = _copy(row, **changes)
        session.add(copy)
        session.flush()
        ids[row.id] = copy.id
    return ids


def _copy_design(session: Session, who: Who, source_id: int) -> None:
    def rows(model: Any) -> list[Any]:
        return list(session.exec(select(model).where(model.workshop_id == source_id).order_by(model.id)))

    new = {"workshop_id": who.workshop_id}
    _copy_all(session, rows(Table), **new)
    parts = _copy_all(session, rows(AgendaSession), **new)
    cards = _copy_all(session, rows(Card), **new)
    facts = session.exec(select(CardFact).where(col(CardFact.card_id).in_(cards)))
    session.add_all([_copy(fact, card_id=cards[fact.card_id]) for fact in facts])
    fresh = {"state": "ahead", "started_at": None, "ended_at": None}
    idle = {"clock_state": "idle", "clock_ends_at": None, "clock_left_ms": None}
    for item in rows(Item):
        copy = _copy(item, session_id=parts[item.session_id], **new, **fresh, **idle)
        log.record(session, who, "item made", copy)
        links = session.exec(select(ItemCard).where(ItemCard.item_id == item.id))
        session.add_all(
            [ItemCard(item_id=copy.id, card_id=cards[link.card_id], position=link.position) for link in links]
        )
        _copy_activities(session, who, item.id, copy.id)


def _copy_activities(session: Session, who: Who, old_item: int, new_item: int) -> None:
    fresh = {"workshop_id": who.workshop_id, "item_id": new_item, "state": "draft", "turn": 1}
    times = dict.fromkeys(("opened_at", "closed_at", "staged_at"))
    for vote in session.exec(select(Vote).where(Vote.item_id == old_item, col(Vote.removed_at).is_(None))):
        copy = _copy(vote, **fresh, **times, revealed_at=None, electorate_size=None)
        log.record(session, who, "vote made", copy)
        options = session.exec(select(Option).where(Option.vote_id == vote.id))
        session.add_all([_copy(option, vote_id=copy.id) for option in options])
    for wall in session.exec(select(Wall).where(Wall.item_id == old_item, col(Wall.removed_at).is_(None))):
        log.record(session, who, "wall made", _copy(wall, **fresh, **times, released_at=None))
