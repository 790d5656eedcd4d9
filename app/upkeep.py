"""What the server does by itself: after the day it makes secret votes final and clears the files."""

import asyncio
import logging

from app import db
from app.domain import finals, secrecy
from app.errors import Refused

log = logging.getLogger(__name__)

EVERY = 60.0  # seconds


async def keep_up() -> None:
    """Look, at the start and every so often, for what is due; to be cancelled."""
    owing = False
    while True:
        try:
            if await end_days() or owing:
                owing = True
                await clear_files()
                owing = False
        except Refused:
            log.warning("old copies of a secret vote are still in the database’s files")
        except Exception:
            log.exception("what is due after the day was not done; it is tried again")
        await asyncio.sleep(EVERY)


async def end_days() -> bool:
    """Make the secret votes of the days that are over final; whether there were any."""
    over = await db.read(finals.due)
    for who in over:
        await db.write(finals.end, who)
    return bool(over)


async def clear_files() -> None:
    """Clear the database's files of the keys that have been destroyed; refused where that must wait."""
    if cleared := await db.read(secrecy.owed):
        try:
            await db.scrub()
        except db.StorageUnavailable:
            log.exception("the files could not be cleared")
            raise Refused("traces_left") from None
        await db.write(secrecy.settled, cleared)
