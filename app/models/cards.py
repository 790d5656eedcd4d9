"""Cards are the material of the day: criteria, tests, data-sharing proposals and methods."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from app.models.base import SQLModel, one_of

CARD_KINDS = ("criterion", "test", "proposal", "method")


class Card(SQLModel, table=True):
    """One card; `source` is the address of the page its facts were read on."""

    __table_args__ = (UniqueConstraint("workshop_id", "key"), one_of("kind", CARD_KINDS))

    id: int = Field(default=None, primary_key=True)
    workshop_id: int = Field(foreign_key="workshop.id", ondelete="CASCADE")
    key: str
    kind: str
    position: int
    title_en: str
    title_cy: str = ""
    text_en: str = ""
    text_cy: str = ""
    note_en: str = ""
    note_cy: str = ""
    source: str = ""


class CardFact(SQLModel, table=True):
    """One labelled fact of a card, such as a proposal's safeguard or a method's cost."""

    __tablename__ = "card_fact"
    __table_args__ = (UniqueConstraint("card_id", "position"),)

    id: int = Field(default=None, primary_key=True)
    card_id: int = Field(foreign_key="card.id", ondelete="CASCADE")
    position: int
    label_en: str
    label_cy: str = ""
    text_en: str
    text_cy: str = ""
