"""The whole day of a copy: it is made, lived through, accounted for, and deleted whatever happens."""

import asyncio
import json
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Callable
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
ARRIVING = 60.0  # seconds the lead waits for people who have not managed to come in
WAITS = (0.2, 0.5, 1, 2, 4)  # seconds between the tries of what has to succeed


class NotRehearsed(Exception):
    """The server would not make a copy to rehearse with; the sentence says why."""


class Rehearsed(NamedTuple):
    """What came of the day; times in seconds. `rows` is None where the record could not be had;
    `console` is the path of a further link, where one was asked for."""

    ledger: Ledger
    rows: list[Row] | None
    received: list[float]
    projected: list[float]
    console: str = ""


@asynccontextmanager
async def copied(where: Served, speed: int, keep: bool) -> AsyncIterator[dict[str, Any]]:
    """A copy of the workshop: {"id", "code", "links"}, deleted afterwards unless `keep`.

    Raises NotRehearsed when there is none, or when it could not be deleted.
    """
    making = asyncio.ensure_future(_ask(where, "", {"speed": str(speed)}))
    try:
        yield json.loads((await asyncio.shield(making)).text)
    finally:
        copy = json.loads((await making).text)  # made or being made, even if we were interrupted
        if not keep:
            await _delete(where, copy)
            print("The copy is deleted.", flush=True)


async def rehearse(url: str, copy: dict, wanted: Namespace, progress: Progress) -> Rehearsed:
    """Live through the copy's day, everyone at a screen of their own, and account for it."""
    links, phones = copy["links"], wanted.phones
    tables = {int(label[6:]): token for label, token in links.items() if label.startswith("table ")}
    room = Room(url, copy["code"], wanted.speed, len(tables), sentences())
    lead, projector = Lead(room, links["lead"]), Projector(room, links["projector"])
    others: list[Person] = [Scribe(room, table, token) for table, token in tables.items()]
    others += [Phone(room, number) for number in range(1, phones + 1)]
    console = ""
    try:
        await _live(lead, [projector, *others], phones, progress)
        console = await lead.further_link() if wanted.keep else ""
    except Stuck as stuck:
        room.ledger.fault(str(stuck))
    rows = await _rows(room, lead.browser)
    done = room.ledger.submissions
    return Rehearsed(room.ledger, rows, to_received(done), to_projector(done, projector.counts), console)


async def _live(lead: Lead, others: list[Person], phones: int, progress: Progress) -> None:
    ledger = lead.room.ledger
    living = [asyncio.create_task(each.live()) for each in (lead, *others)]
    showing = asyncio.create_task(progress.show(lead, ledger, phones))
    try:
        await lead.lead(arrived=_until(lambda: all(each.screen.regions for each in others), ARRIVING))
        await _until(lambda: not ledger.pending, SETTLING)
    finally:
        for task in (*living, showing):
            task.cancel()
        for ended in await asyncio.gather(*living, showing, return_exceptions=True):
            if isinstance(ended, Exception):
                ledger.fault(f"Somebody’s day ended early: {ended!r}")


async def _until(done: Callable[[], bool], patience: float) -> None:
    deadline = time.monotonic() + patience
    while not done() and time.monotonic() < deadline:  # noqa: ASYNC110 (many things make it so)
        await asyncio.sleep(0.05)


async def _rows(room: Room, lead: Browser) -> list[Row] | None:
    for wait in WAITS:
        try:
            answer = await lead.get(f"/{room.code}/record.json")
        except NETWORK:
            room.ledger.errors += 1
        else:
            if answer.status == 200:
                return compare(room.ledger, json.loads(answer.text))
        await asyncio.sleep(wait)
    room.ledger.fault("The record could not be had, so nothing was compared.")
    return None


async def _ask(where: Served, path: str, fields: dict[str, str] | None = None) -> Answer:
    """What the operator asks of the server. Raises NotRehearsed with the server's own sentence."""
    operator = Browser(where.url, bearer=where.secret)
    try:
        answer = await operator.post(f"/{where.code}/rehearsals{path}", fields)
    except NETWORK as error:
        cause = str(error) or type(error).__name__
        raise NotRehearsed(f"The server at {where.url} does not answer: {cause}.") from None
    finally:
        operator.close()
    if answer.status >= 300:
        raise NotRehearsed(_sentence(answer))
    return answer


async def _delete(where: Served, copy: dict[str, Any]) -> None:
    for wait in WAITS:
        try:
            await _ask(where, f"/{copy['id']}/removal")
            return
        except NotRehearsed as reason:
            why = reason
        await asyncio.sleep(wait)
    raise NotRehearsed(f"The copy {copy['code']} could not be deleted. {why}")


def _sentence(answer: Answer) -> str:
    try:
        return str(json.loads(answer.text)["sentence"])
    except (ValueError, KeyError, TypeError):
        return f"The server refused with {answer.status}."
