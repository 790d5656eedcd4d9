"""The table of rights: what may be asked of a workshop, and by which roles. There is no other."""

from typing import Literal

from app.domain.who import Role

Right = Literal[
    "see_console",
    "see_projector",
    "see_pad",
    "see_phone",
    "see_receipts",
    "ask_confirm_link",
    "confirm",
    "cast",
    "ask_for_time",
    "write_note",
    "change_own_details",
    "write_entry",
    "enter_paper",
    "lead",
    "edit_workshop",
    "manage_people",
    "manage_links",
    "manage_confirm_links",
    "take_record",
    "rehearse",
]

LEADS: frozenset[Role] = frozenset({"lead", "cofacilitator"})
STAFF: frozenset[Role] = LEADS | {"organiser"}
SCRIBE: frozenset[Role] = frozenset({"scribe"})
PARTICIPANT: frozenset[Role] = frozenset({"participant"})

RIGHTS: dict[Right, frozenset[Role]] = {
    "see_console": STAFF,
    "see_projector": frozenset({"projector"}),
    "see_pad": SCRIBE,
    "see_phone": PARTICIPANT,
    "see_receipts": STAFF | PARTICIPANT,
    "ask_confirm_link": PARTICIPANT,
    "confirm": frozenset({"organisation"}),
    "cast": PARTICIPANT,
    "ask_for_time": PARTICIPANT,
    "write_note": PARTICIPANT,
    "change_own_details": PARTICIPANT,
    "write_entry": SCRIBE,
    "enter_paper": LEADS | SCRIBE,
    "lead": LEADS,
    "edit_workshop": STAFF,
    "manage_people": STAFF,
    "manage_links": STAFF,
    "manage_confirm_links": STAFF,
    "take_record": STAFF,
    "rehearse": frozenset({"operator", "lead", "organiser"}),
}
