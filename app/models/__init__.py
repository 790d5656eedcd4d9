"""The schema: one file per noun; keys, unique and check constraints; no behaviour."""

from app.models.agenda import AgendaSession, Item, ItemCard
from app.models.base import SQLModel
from app.models.cards import Card, CardFact
from app.models.clusters import Cluster
from app.models.links import Link, LinkSecret, Pass
from app.models.log import LogEntry, Undo
from app.models.notes import Note, Wall
from app.models.pads import Entry
from app.models.participants import Organisation, Participant
from app.models.projectors import Projector
from app.models.roles import Role
from app.models.submissions import Submission
from app.models.tables import Table
from app.models.votes.ballots import Answer, Ballot
from app.models.votes.confirmations import Confirmation, ConfirmLink
from app.models.votes.count_sheets import CountLine, CountSheet
from app.models.votes.electorates import Elector
from app.models.votes.opinion_shifts import ShiftCount
from app.models.votes.options import Option
from app.models.votes.time_requests import TimeRequest
from app.models.votes.votes import Vote
from app.models.workshops import Workshop

__all__ = [
    "AgendaSession",
    "Answer",
    "Ballot",
    "Card",
    "CardFact",
    "Cluster",
    "ConfirmLink",
    "Confirmation",
    "CountLine",
    "CountSheet",
    "Elector",
    "Entry",
    "Item",
    "ItemCard",
    "Link",
    "LinkSecret",
    "LogEntry",
    "Note",
    "Option",
    "Organisation",
    "Participant",
    "Pass",
    "Projector",
    "Role",
    "SQLModel",
    "ShiftCount",
    "Submission",
    "Table",
    "TimeRequest",
    "Undo",
    "Vote",
    "Wall",
    "Workshop",
]
