"""Why an answer is not taken, of a person or of an organisation."""

from app.errors.words import N_, Words

WORDS: Words = {
    "vote_changed": (
        409,
        N_("The vote has been changed since this page showed it. Look at it again, then answer."),
    ),
    "no_organisation": (
        409,
        N_("Organisations answer this vote. Say under “You” which one you are with, or ask the facilitator."),
    ),
    "organisation_late": (
        409,
        N_(
            "This vote opened before anybody of %(organisation)s had joined. "
            "Ask the facilitator to let it answer."
        ),
    ),
    "not_in_electorate": (409, N_("This vote opened before you joined. Ask the facilitator to let you in.")),
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
    "not_of_organisation": (409, N_("Only somebody who is here for this organisation can speak for it.")),
    "not_in_conflict": (409, N_("This organisation’s answers have changed. Look at them again.")),
    "conflict_shown": (
        409,
        N_("The result has been shown. Open the vote again first; that hides it until this is settled."),
    ),
    "option_unknown": (422, N_("That answer does not belong to this vote. Load the page again.")),
    "nothing_chosen": (422, N_("Choose an answer first, then send.")),
    "too_few_chosen": (422, N_("Choose at least %(least)s; you chose %(n)s.")),
    "too_many_chosen": (
        422,
        N_("Choose at most %(most)s; you chose %(n)s. Take some away and send again."),
    ),
    "not_whole": (422, N_("Write whole numbers such as 3, without a sign or decimals.")),
    "not_a_number": (422, N_("Write a number, such as 12 or 12.5.")),
    "whole_number": (422, N_("Write a whole number such as 12000, without a comma or point.")),
    "too_many_decimals": (
        422,
        N_("Write at most %(most)s decimals, and thousands without a comma or point."),
    ),
    "number_too_large": (422, N_("That number is too large to keep.")),
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
}
