"""Cards: the material that an item is worked on with, each with its facts."""

from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app.models import Card, CardFact, ItemCard

# Asked for every drawing, so built once.
OF_ITEM = (
    select(Card, CardFact)
    .join(ItemCard, col(ItemCard.card_id) == Card.id)
    .join(CardFact, col(CardFact.card_id) == Card.id, isouter=True)
    .where(ItemCard.item_id == bindparam("item_id"))
    .order_by(col(ItemCard.position), col(CardFact.position))
)


@dataclass(slots=True)
class CardShown:
    """A card with its facts."""

    card: Card
    facts: list[CardFact]


def of_item(session: Session, item_id: int) -> list[CardShown]:
    """The cards of an item with their facts, in order: one query whatever their number."""
    shown: dict[int, CardShown] = {}
    for card, fact in session.exec(OF_ITEM, params={"item_id": item_id}):
        facts = shown.setdefault(card.id, CardShown(card, [])).facts
        if fact is not None:
            facts.append(fact)
    return list(shown.values())
