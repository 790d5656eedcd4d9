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
    "vote_over": (409, N_("This vote closed at %(at)s. A facilitator can open it again.")),
    "vote_by_hand": (409, N_("There is time: this vote does not close by itself.")),
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
    "bad_share": (422, N_("A threshold is more than 0 %% and at most 100 %%.")),
    "not_a_number": (422, N_("Write a number, such as 12 or 12.5.")),
    "too_many_decimals": (
        422,
        N_("Write at most %(most)s decimals, and thousands without a comma or point."),
    ),
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
    "electorate_full": (
        409,
        N_(
            "%(electorate)s may answer and %(taken)s answers are in, so yours was not taken. "
            "Tell the facilitator: a paper may have been entered twice."
        ),
    ),
    "answer_on_sheet": (
        409,
        N_(
            "The count sheet of table %(table)s has %(ballots)s ballots: everybody there, you too, so your "
            "answer was not taken. Tell the facilitator if you are not on it."
        ),
    ),
    "paper_for_whom": (
        422,
        N_("Type the personal code, or the number of an anonymous ballot: one of the two, not both."),
    ),
    "paper_code_unknown": (
        404,
        N_("Nobody in this workshop has this code. Check each character and try again."),
    ),
    "paper_left": (409, N_("The person with this code has left the workshop, so this paper does not count.")),
    "paper_not_in_electorate": (
        409,
        N_(
            "The person with this code joined after the vote had opened. Let the late answer, then try again."
        ),
    ),
    "paper_which_organisation": (
        422,
        N_("Choose the organisation; only those on the list may answer this vote."),
    ),
    "paper_needs_code": (
        409,
        N_("In this vote names stand beside the answers, so each paper needs a personal code."),
    ),
    "serial_used": (
        409,
        N_("Ballot number %(serial)s has been entered already. Check the number; each ballot needs its own."),
    ),
    "paper_too_late": (
        409,
        N_(
            "The result has been shown, so no more paper is taken. Open the vote again first if it has to be."
        ),
    ),
    "paper_final": (409, N_("This vote is final; nothing can be added or taken away.")),
    "paper_above_electorate": (
        409,
        N_(
            "%(electorate)s may answer and %(taken)s answers are in, so %(more)s more cannot be right. "
            "Look through the paper entered so far."
        ),
    ),
    "paper_on_sheet": (
        409,
        N_(
            "The count sheet of table %(table)s has %(ballots)s ballots, so nobody there is left to answer. "
            "Enter the sheet again without this ballot first."
        ),
    ),
    "sheet_not_here": (
        409,
        N_("A count sheet does not fit this vote. Enter each paper ballot by itself."),
    ),
    "sheet_empty": (422, N_("Write how many ballots the sheet counts.")),
    "sheet_which_table": (422, N_("Choose the table whose ballots these are.")),
    "sheet_exactly": (
        422,
        N_("The lines come to %(total)s; with %(ballots)s ballots they must come to %(most)s. Count again."),
    ),
    "sheet_between": (
        422,
        N_(
            "The lines come to %(total)s; with %(ballots)s ballots they come to at least %(least)s and at "
            "most %(most)s. Count again."
        ),
    ),
    "sheet_line": (
        422,
        N_("One line has %(n)s; with %(ballots)s ballots a line can have at most %(most)s. Count again."),
    ),
    "sheet_above_table": (
        409,
        N_(
            "At table %(table)s, %(unheard)s of those who may answer have not done so otherwise. "
            "A sheet of %(ballots)s ballots cannot be right."
        ),
    ),
    "spokesperson_answered": (
        409,
        N_("Your organisation’s spokesperson has answered, and their answer counts. Talk to them first."),
    ),
    "answer_settled": (
        409,
        N_(
            "The facilitator has settled which answer of your organisation counts, and yours differs. "
            "Talk to your colleagues, then ask the facilitator."
        ),
    ),
    "organisation_late": (
        409,
        N_(
            "This vote opened before anybody of %(organisation)s had joined. "
            "Ask the facilitator to let it answer."
        ),
    ),
    "not_of_organisation": (409, N_("Only somebody who is here for this organisation can speak for it.")),
    "not_in_conflict": (409, N_("This organisation’s answers have changed. Look at them again.")),
    "conflict_shown": (
        409,
        N_("The result has been shown. Open the vote again first; that hides it until this is settled."),
    ),
    "not_in_electorate": (409, N_("This vote opened before you joined. Ask the facilitator to let you in.")),
    "option_unknown": (422, N_("That answer does not belong to this vote. Load the page again.")),
    "too_few_options": (422, N_("A vote needs at least %(least)s options.")),
    "too_many_options": (422, N_("A vote can have at most %(most)s options.")),
    "same_option_twice": (422, N_("Two options have the same words. Make them different.")),
    "question_missing": (422, N_("Write the question.")),
    "nothing_to_rate": (422, N_("Write at least one proposal or case.")),
    "english_missing": (422, N_("Write it in English too.")),
    "repeat_unlike": (
        422,
        N_(
            "A vote that asks another one again keeps its type and its answers. Change that one, or make a "
            "copy of its own."
        ),
    ),
    "too_few_criteria": (422, N_("A grid needs at least one criterion.")),
    "too_many_criteria": (422, N_("A grid can have at most %(most)s criteria.")),
    "setting_outside": (422, N_("How many each person has must be from %(lowest)s to %(highest)s.")),
    "per_option_above_most": (
        422,
        N_("Nobody can put %(per_option)s on one option when each has %(most)s. Lower the first number."),
    ),
    "budget_unspendable": (
        422,
        N_(
            "With at most %(per_option)s on one option nobody can give out all %(most)s. "
            "Raise the one or lower the other."
        ),
    ),
    "levels_missing": (422, N_("This scale has %(levels)s levels. Give each of them words.")),
    "threshold_outside": (
        422,
        N_("Choose the last level that counts as support: from 1 to %(highest)s."),
    ),
    "bad_closing": (
        422,
        N_("Write whole minutes from 1 to %(most)s, or nothing to close the vote by hand."),
    ),
    "bad_decimals": (422, N_("An estimate has from 0 to %(most)s decimals.")),
    "bounds_reversed": (422, N_("The lowest answer allowed must be below the highest.")),
    "number_too_large": (422, N_("That number is too large to keep.")),
    "bad_most": (422, N_("The most is a number from 1 to %(most)s, as there are %(most)s options.")),
    "bad_least": (422, N_("The least is a number from 1 to %(most)s, which is the most.")),
    "nothing_chosen": (422, N_("Choose an answer first, then send.")),
    "too_few_chosen": (422, N_("Choose at least %(least)s; you chose %(n)s.")),
    "too_many_chosen": (
        422,
        N_("Choose at most %(most)s; you chose %(n)s. Take some away and send again."),
    ),
    "not_whole": (422, N_("Write whole numbers such as 3, without a sign or decimals.")),
    "too_many_dots": (
        422,
        N_("You gave %(n)s dots; you have %(most)s. Take some away and send again."),
    ),
    "too_many_points": (
        422,
        N_("You spent %(n)s points; you have %(most)s. Take some away and send again."),
    ),
    "points_left": (422, N_("You have %(left)s of your %(most)s points left. Spend them all, then send.")),
    "too_many_on_one": (
        422,
        N_("At most %(most)s fit on one option; you put %(n)s on one. Take some away and send again."),
    ),
    "rank_gap": (
        422,
        N_("Place %(place)s is empty, but a later one is not. Fill the places from the first on."),
    ),
    "rank_twice": (
        422,
        N_("Places %(first)s and %(second)s hold the same option. Keep it in one of them."),
    ),
    "rank_too_few": (422, N_("Fill at least the first %(least)s places.")),
    "estimate_too_low": (422, N_("The lowest answer allowed is %(lowest)s. Change yours and send again.")),
    "estimate_too_high": (
        422,
        N_("The highest answer allowed is %(highest)s. Change yours and send again."),
    ),
    "pairs_wanted": (
        409,
        N_(
            "Its closing question has not been shown yet; the pairs would be lost. Show that result first,"
            " or remove the question if it is still a draft."
        ),
    ),
    "secrecy_final": (409, N_("This vote is final; who can see what stays as it is.")),
    "secrecy_loosened": (
        409,
        N_("People were told how secret this vote is, so it can only become more secret. Write a new vote."),
    ),
    "traces_left": (
        503,
        N_(
            "The vote is final and its key destroyed, but old copies could not be cleared from the"
            " database’s files yet. The server tries again by itself, every minute."
        ),
    ),
    "receipts_hidden": (409, N_("The list of receipts comes with the result, when everyone sees it.")),
    "breakdown_secret": (409, N_("This vote is secret: its answers say neither table nor sector nor role.")),
    "breakdown_of_type": (409, N_("Only votes with one answer each can be broken down.")),
    "breakdown_hidden": (409, N_("Groups can be compared once everyone has been shown the result.")),
    "breakdown_chosen": (
        409,
        N_("This result is already broken down by something else; both could give single answers away."),
    ),
    "not_a_commitment": (409, N_("Only what organisations answered by name can be confirmed later.")),
    "commitment_open": (409, N_("This vote is not closed; it is answered in the room.")),
    "not_your_commitment": (
        403,
        N_("The link is for who answered for your organisation or speaks for it. Ask them."),
    ),
    "confirm_link_expired": (
        410,
        N_(
            "The time to confirm is over, and what your organisation said stands. Ask the organiser for a new"
            " link."
        ),
    ),
    "confirm_link_revoked": (
        410,
        N_(
            "This link has been taken back, and what your organisation said stands. Ask the organiser for a"
            " new one."
        ),
    ),
    "bad_expiry": (422, N_("Choose a last day from today on, at most a year ahead.")),
    "no_such_role": (422, N_("This role is not among those to choose from any more. Choose again.")),
    "role_twice": (422, N_("Two roles have the same words. Change one of them, or empty it.")),
    "too_many_roles": (
        422,
        N_("There can be %(most)s roles at most; with more, few groups are large enough."),
    ),
    "bad_smallest_group": (422, N_("The smallest group shown is a whole number from 3 to 100.")),
    "wall_of_vote": (
        409,
        N_("This wall holds the answers to a vote and nothing else. Write a wall of its own for more notes."),
    ),
    "asked_again": (
        409,
        N_("This has been asked again already. Use that vote, or remove it first if it is still a draft."),
    ),
    "tie_settled": (
        409,
        N_(
            "It was settled before the vote that a tie is not run off. Write a new vote if the room wants it."
        ),
    ),
    "no_tie": (409, N_("Nothing is tied here, so there is nothing to run off.")),
    "which_tie": (409, N_("There are several ties. Say which one the run-off is for.")),
    "shift_hidden": (
        409,
        N_("Who moved where is told once the question has been asked twice and both results are shown."),
    ),
    "pair_open": (
        409,
        N_(
            "The question it is compared with is open again; the pairs would be lost. Show that result first."
        ),
    ),
    "pair_final": (
        409,
        N_(
            "The question it is compared with is final and who moved where is counted, so this one cannot be "
            "opened again."
        ),
    ),
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
