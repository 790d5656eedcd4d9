"""What cannot be done with the day, its running order, its tables and roles."""

from app.errors.words import N_, Words

WORDS: Words = {
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
    "scribe_without_table": (422, N_("A scribe writes for one table. Choose which.")),
    "no_such_table": (422, N_("There is no table %(number)s in this room.")),
    "no_such_role": (422, N_("This role is not among those to choose from any more. Choose again.")),
    "role_twice": (422, N_("Two roles have the same words. Change one of them, or empty it.")),
    "too_many_roles": (
        422,
        N_("There can be %(most)s roles at most; with more, few groups are large enough."),
    ),
    "bad_smallest_group": (422, N_("The smallest group shown is a whole number from 3 to 100.")),
    "people_joined": (
        409,
        N_(
            "People have joined this workshop (%(n)s), so it cannot be rehearsed. Make a new one to rehearse."
        ),
    ),
    "undo_too_late": (409, N_("That is too long ago to undo.")),
    "undo_done": (409, N_("That has been undone already.")),
    "undo_overtaken": (
        409,
        N_("Something has changed since, and undoing would lose it. Nothing was touched."),
    ),
}
