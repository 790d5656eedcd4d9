"""What the server does by itself after the day: it makes secret votes final, and clears the files of their
keys. (What happens to the second, the closing of votes, is in automatic_closing.)"""

import asyncio
import logging

from app.domain.votes.life import day_end
from app.domain.votes.secrecy import cleared_files
from app.errors import Refused
from app.storage.database import database
from app.storage.jobs import StorageUnavailable

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds


async def run_forever() -> None:
    """Do what is due, at the start and then every so often, until cancelled."""
    while True:
        await do_what_is_due()
        await asyncio.sleep(EVERY)


async def do_what_is_due() -> None:
    """Do what is due now; what cannot be done is logged, and is due again."""
    try:
        for who in await database.read(day_end.workshops_due):
            await database.write(day_end.make_votes_final_if_over, who)
        await clear_files()
    except Refused:
        log.warning("old copies of a secret vote are still in the database’s files")
    except Exception:
        log.exception("what is due after the day was not done; it is tried again")


async def clear_files() -> None:
    """Clear the database's files of the keys that have been destroyed; where that must wait,
    `Refused("traces_left")`: it is tried again the next time."""
    if cleared := await database.read(cleared_files.votes_with_uncleared_files):
        try:
            await database.scrub()
        except StorageUnavailable:
            log.exception("the files could not be cleared")
            raise Refused("traces_left") from None
        await database.write(cleared_files.mark_files_cleared, cleared)
