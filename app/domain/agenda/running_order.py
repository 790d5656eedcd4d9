"""The running order: a workshop's items, and the one the room is in."""

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from app.domain import nouns
from app.domain.who import Who
from app.errors import Refused
from app.models import Item, Workshop

# Asked for every drawing, so built once.
OURS = col(Item.workshop_id) == bindparam("workshop_id")
ORDER = select(Item).where(OURS).order_by(col(Item.position))
CURRENT = select(Item).where(OURS, Item.state == "current")


def workshop_of(session: Session, who: Who) -> Workshop:
    """The workshop of the person asking; Refused("not_found") once it is deleted."""
    workshop = session.get(Workshop, who.workshop_id)
    if workshop is None:
        raise Refused("not_found")
    return workshop


def items(session: Session, workshop_id: int) -> list[Item]:
    """The running order."""
    return list(session.exec(ORDER, params={"workshop_id": workshop_id}))


def current_item(session: Session, workshop_id: int) -> Item | None:
    """The item the room is in, if any."""
    return session.exec(CURRENT, params={"workshop_id": workshop_id}).first()


def item_of(session: Session, who: Who, item_id: int) -> Item:
    """An item of this person's workshop; Refused("not_found") for any other."""
    item = session.get(Item, item_id)
    if item is None or item.workshop_id != who.workshop_id:
        raise Refused("not_found")
    return item


def vacate(session: Session, workshop_id: int) -> None:
    """Let no item be current in the database, so that another may become it whatever the order
    in which the changed rows are written (at most one is, by a constraint)."""
    statement = update(Item).where(col(Item.workshop_id) == workshop_id, col(Item.state) == "current")
    session.connection().execute(statement.values(state="done"))


def _make_way(session: Session, item: Item, before: nouns.Columns) -> nouns.Columns:
    if before.get("state") == "current":
        vacate(session, item.workshop_id)
    return before


nouns.register(Workshop, nouns.Undoing())
nouns.register(Item, nouns.Undoing(restored=_make_way))


def running_workshop(session: Session, who: Who) -> Workshop:
    """The workshop of the person asking while its day runs.

    Refused("day_not_started") before it, Refused("day_closed") after it.
    """
    workshop = workshop_of(session, who)
    if workshop.state != "running":
        raise Refused("day_closed" if workshop.state == "closed" else "day_not_started")
    return workshop
