"""The record as it is taken away: the page to print, one CSV file per table, and the whole as JSON."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.who import Who
from app.errors import Refused
from app.record import csv_files, gate, json_file
from app.record import page as record_page
from app.record.lines import Record
from app.web.forms import AtDoor
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.get("/record")
async def show_record(request: Request, door: AtDoor) -> Response:
    """The page of the day, made to be printed."""
    record: Record = await door.read("take_record", gate.record)
    context = record_page.context(record)
    with drawn_for(door.language, record.workshop.time_zone):
        return page(request, "record/page.html", code=record.workshop.code, **context)


@router.get("/record.json")
async def take_json(door: AtDoor) -> Response:
    """The whole record as one JSON document."""
    record, text = await door.read("take_record", _json)
    return _attachment(text, "application/json", f"{_stem(record)}.json")


@router.get("/record/{name}.csv")
async def take_csv(door: AtDoor, name: str) -> Response:
    """One table of the record as CSV."""
    if name not in csv_files.FILES:
        raise Refused("not_found")
    record, text = await door.read("take_record", _csv, name)
    return _attachment(text, "text/csv; charset=utf-8; header=present", f"{_stem(record)}-{name}.csv")


def _json(session: Session, who: Who) -> tuple[Record, str]:
    record = gate.record(session, who)
    return record, json_file.file(record)


def _csv(session: Session, who: Who, name: str) -> tuple[Record, str]:
    record = gate.record(session, who)
    return record, csv_files.file(record, name)


def _stem(record: Record) -> str:
    workshop = record.workshop
    return f"plenary-{workshop.code}-{workshop.day}{'-rehearsal' if workshop.rehearsal else ''}"


def _attachment(text: str, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text.encode(), media_type=media_type, headers=headers)
