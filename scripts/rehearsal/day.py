"""The whole day of a copy: it is made, lived through by everybody, accounted for, and deleted whatever happens."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from scripts.rehearsal.account import Row, compare, to_projector, to_received
from scripts.rehearsal.browser import NETWORK, Answer, Browser
from scripts.rehearsal.lead import Lead, Projector
from scripts.rehearsal.outbox import Ledger
from scripts.rehearsal.people import Person, Phone, Room, Scribe, sentences
from scripts.rehearsal.report import Progress
from scripts.rehearsal.screen import Stuck
from scripts.rehearsal.served import Served

SETTLING = 20.0  # seconds after the close of the day in which late answers may still come
ARRIVING = 60.0  # seconds the lead waits for people who have not managed to join
ONE_OF_EACH = {"projector": Projector}


class NotRehearsed(Exception):
    """The server would not make a copy to rehearse with; the sentence is its own, or says what is wrong."""


class Rehearsed(NamedTuple):
    """What came of the day; times in seconds."""

    ledger: Ledger
    rows: list[Row]
    joined: int
    received: list[float]
    projected: list[float]


@asynccontextmanager
async def copied(where: Served, speed: int, keep: bool) -> AsyncIterator[dict[str, Any]]:
    """A copy of the workshop: {"id", "code", "links"}, deleted afterwards unless `keep`. Raises NotRehearsed."""
    operator = Browser(where.url, bearer=where.operator)
    try:
        copy = _made(await _ask(operator, f"/{where.code}/rehearsals", {"speed": str(speed)}))
        try:
            yield copy
        finally:
            if not keep:
                await _delete(operator, f"/{where.code}/rehearsals/{copy['id']}/removal", copy["code"])
    finally:
        operator.close()


async def rehearse(where: Served, copy: dict[str, Any], phones: int, speed: int, progress: Progress) -> Rehearsed:
    """Live through the copy's day with everyone on their screens."""
    scribes = {label: token for label, token in copy["links"].items() if label.startswith("table ")}
    room = Room(where.url, copy["code"], speed, len(scribes), sentences())
    lead, projector = Lead(room), Projector(room)
    people: list[Person] = [Scribe(room, int(label.split()[1]), token) for label, token in scribes.items()]
    people += [Phone(room, number) for number in range(1, phones + 1)]
    record: dict[str, Any] = {}
    try:
        await lead.enter(copy["links"]["lead"], "console")
        await projector.enter(copy["links"]["projector"], "projector")
        living = [asyncio.create_task(each.live()) for each in (lead, projector, *people)]
        showing = asyncio.create_task(progress.show(room, lead, phones))
        try:
            await _lead(lead, room, phones, living)
            await _settle(room)
        finally:
            for task in (*living, showing):
                task.cancel()
            await asyncio.gather(*living, showing, return_exceptions=True)
        record = await _record(room, lead.browser)
    except Stuck as stuck:
        room.ledger.fault(str(stuck))
    ...
