"""What keeps somebody out, and what is wrong with a request whatever it asks for."""

from app.errors.words import N_, Words

WORDS: Words = {
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
    "storage": (
        503,
        N_("Plenary could not save just now. Nothing is lost: it is kept on this device and sent again."),
    ),
    "busy": (503, N_("Plenary is very busy. It is kept on this device and sent again in a moment.")),
    "fault": (500, N_("Something went wrong on our side. It has been noted; try again in a moment.")),
}
