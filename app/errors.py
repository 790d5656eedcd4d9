"""What a person may run into, with its status and its words; everything else is a fault of ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any


def N_(text: str) -> str:
    """Mark a string for the catalogue without translating it yet."""
    return text


class Refused(Exception):
    """A request that cannot be done, for a reason the person can understand.

    `code` is a key of WORDS; `facts` fill the sentence. Raised before anything is written, so the
    writer need not roll anything back (`foreseen`). The door notes the zone for times.
    """

    foreseen = True

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.zone = ""

    @property
    def status(self) -> int:
        return WORDS[self.code][0]

    def sentence(self, translate: Callable[[str], str], local_time: Callable[[datetime], str]) -> str:
        """The words, through the given translation; instants become local times."""
        facts = {
            name: local_time(value) if isinstance(value, datetime) else value
            for name, value in self.facts.items()
        }
        return translate(WORDS[self.code][1]) % facts


WORDS: dict[str, tuple[int, str]] = {
    "not_found": (404, N_("There is nothing here. Check the address, or ask the facilitator.")),
    "code_unknown": (404, N_("No workshop or person has this code. Check each character and try again.")),
    "too_many_tries": (429, N_("Too many wrong codes. Wait a minute, then try again.")),
    "too_many": (429, N_("That was very fast. Wait a moment, then try again; what you wrote is kept.")),
    "link_unknown": (404, N_("This link is not valid any more. Ask the lead facilitator for a new one.")),
    "link_used": (
        410,
        N_(
            "This sign-in link has been used already. Ask for a new one, or start Plenary again to print one."
        ),
    ),
    "own_link": (409, N_("This is the link you came in by. Revoke it from another console.")),
    "moved_elsewhere": (
        409,
        N_("You are taking part on another device now. Use that one, or enter your code to continue here."),
    ),
    "removed": (410, N_("You have left this workshop. Ask a facilitator if that is a mistake.")),
    "not_allowed": (403, N_("This screen may not do that.")),
    "bad_origin": (
        403,
        N_("This came from another website and was not accepted. Open Plenary’s own page and try again."),
    ),
    "bad_request": (422, N_("That could not be understood. Load the page again and try once more.")),
    "body_too_large": (413, N_("That is too large to send. Shorten it and try again.")),
    "key_reused": (
        409,
        N_("This answer was sent before with other words, so it was not taken. Check it and send again."),
    ),
    "text_empty": (422, N_("Write something first.")),
    "text_too_long": (
        422,
        N_("That is %(length)s characters; at most %(limit)s fit. Shorten it and send again."),
    ),
    "day_started": (409, N_("The day has already started.")),
    "day_not_started": (409, N_("The day has not started yet.")),
    "day_closed": (409, N_("This workshop is closed. Thank you for taking part.")),
    "day_not_closed": (409, N_("The day is not closed.")),
    "agenda_empty": (409, N_("The running order is empty. Add an item first.")),
    "room_moved_on": (409, N_("The room has already moved on. This screen now shows where it is.")),
    "last_item": (409, N_("This is the last item. Close the day when you are done.")),
    "first_item": (409, N_("This is the first item.")),
    "item_not_current": (409, N_("Move to this item first; only what the room is in can be on stage.")),
    "bad_minutes": (422, N_("Minutes are a whole number from 0 to 600.")),
    "bad_time": (422, N_("Write the time as hours and minutes, for example 13:30.")),
    "bad_date": (422, N_("Write the date as year-month-day, for example 2026-09-26.")),
    "bad_speed": (422, N_("The speed is a whole number from 1 to 600.")),
    "no_such_table": (422, N_("There is no table %(number)s in this room.")),
    "vote_not_open": (409, N_("This vote is not open yet.")),
    "vote_closed": (409, N_("This vote closed at %(at)s, so your answer was not taken.")),
    "vote_not_closed": (409, N_("Close the vote first.")),
    "vote_not_revealed": (409, N_("Show the result first; a final vote stays as the room saw it.")),
    "vote_final": (409, N_("This vote is final and cannot be opened again.")),
    "vote_not_draft": (
        409,
        N_(
            "This vote has been opened, so its wording stays as people answered it. Write a new vote instead."
        ),
    ),
    "vote_type_unknown": (422, N_("There is no such type of vote. Load the page again.")),
    "bad_share": (422, N_("A threshold is more than 0 % and at most 100 %.")),
    "not_a_number": (422, N_("Write a number, such as 12 or 12.5.")),
    "too_many_decimals": (422, N_("Write at most %(most)s decimals.")),
    "vote_changed": (
        409,
        N_("The vote has been changed since this page showed it. Look at it again, then answer."),
    ),
    "no_organisation": (
        409,
        N_("Organisations answer this vote. Say under “You” which one you are with, or ask the facilitator."),
    ),
    "paper_counted": (
        409,
        N_("Your paper ballot has been entered already. Ask the facilitator if it should be replaced."),
    ),
    "spokesperson_answered": (
        409,
        N_("Your organisation’s spokesperson has answered, and their answer counts. Talk to them first."),
    ),
    "not_in_electorate": (409, N_("This vote opened before you joined. Ask the facilitator to let you in.")),
    "option_unknown": (422, N_("That answer does not belong to this vote. Load the page again.")),
    "too_few_options": (422, N_("A vote needs at least %(least)s options.")),
    "too_many_options": (422, N_("A vote can have at most %(most)s options.")),
    "same_option_twice": (422, N_("Two options have the same words. Make them different.")),
    "wall_not_open": (409, N_("This wall is not open yet.")),
    "wall_closed": (409, N_("Writing closed at %(at)s, so your note was not taken.")),
    "wall_not_draft": (
        409,
        N_("People have been writing for this question, so it stays as it is. Write a new wall instead."),
    ),
    "note_released": (409, N_("This note is on the wall already. Ask the facilitator if it should go.")),
    "undo_too_late": (409, N_("That is too long ago to undo.")),
    "undo_done": (409, N_("That has been undone already.")),
    "undo_overtaken": (
        409,
        N_("Something has changed since, and undoing would lose it. Nothing was touched."),
    ),
    "people_joined": (
        409,
        N_(
            "People have joined this workshop (%(n)s), so it cannot be rehearsed. Make a new one to rehearse."
        ),
    ),
    "storage": (
        503,
        N_("Plenary could not save just now. Nothing is lost: it is kept on this device and sent again."),
    ),
    "busy": (503, N_("Plenary is very busy. It is kept on this device and sent again in a moment.")),
    "fault": (500, N_("Something went wrong on our side. It has been noted; try again in a moment.")),
}
