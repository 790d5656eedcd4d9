"""Cards: the material that an item is worked on with, each with its facts."""

from dataclasses import dataclass

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from app.domain import select_rows
from app.domain.select_rows import Row
from app.models import Card, CardFact, ItemCard

# Asked for every drawing, so built once.
OF_ITEM = (
    select(Card)
    .join(ItemCard, col(ItemCard.card_id) == Card.id)
    .where(ItemCard.item_id == bindparam("item_id"))
    .order_by(col(ItemCard.position))
)
FACTS = (
    select(CardFact)
    .join(ItemCard, col(ItemCard.card_id) == CardFact.card_id)
    .where(ItemCard.item_id == bindparam("item_id"))
    .order_by(col(CardFact.position))
)


@dataclass(slots=True)
class CardWithFacts:
    """A card with its facts, for looking at (see select_rows)."""

    card: Row[Card]
    facts: list[Row[CardFact]]


def cards_of_item(session: Session, item_id: int) -> list[CardWithFacts]:
    """The cards of an item with their facts, in order: two queries whatever their number."""
    by_id = {
        card.id: CardWithFacts(card, []) for card in select_rows.all_rows(session, OF_ITEM, item_id=item_id)
    }
    if by_id:
        for fact in select_rows.all_rows(session, FACTS, item_id=item_id):
            by_id[fact.card_id].facts.append(fact)
    return list(by_id.values())
