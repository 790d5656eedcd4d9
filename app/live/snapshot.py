"""What the regions of one audience are drawn from: the database at one moment, read once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session

from app.domain.agenda import cards
from app.domain.agenda.cards import CardWithFacts
from app.domain.stage import stage
from app.domain.stage.stage import Stage
from app.live.view import Audience
from app.settings import settings

Context = dict[str, Any]  # what a region is drawn with, by the name its partial knows


@dataclass
class Snapshot:
    """The database at one moment, for one audience: what several of its regions need is read once."""

    session: Session
    audience: Audience

    @cached_property
    def stage(self) -> Stage:
        return stage.read_stage(self.session, self.audience.workshop_id)

    @cached_property
    def cards(self) -> list[CardWithFacts]:
        """Those of the current item."""
        item = self.stage.item
        return cards.cards_of_item(self.session, item.id) if item else []


def join_url(code: str) -> str:
    """The address people type, as shown: without the scheme."""
    return f"{settings().public_url.partition('://')[2].rstrip('/')}/{code}"
