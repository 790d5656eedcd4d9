"""A table's pad: adding, changing, striking and restoring entries, each scribe on their own table's."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain import pads
from app.domain.who import Who
from app.models.pads import ENTRY_KINDS
from app.web.forms import AtDoor, Fields, done, number_in
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.submission_fields import Stamped
from app.web.templating import page

router = Router("/{code}/pad/{link_id:int}")


@router.post("/entries")
async def add_entry(
    request: Request, door: AtDoor, link_id: int, fields: Fields, stamped: Stamped
) -> Response:
    item, kind, text = number_in(fields, "item"), *_written(fields)
    stamp = stamped.of(item, kind, text)
    await door.write("write_entry", pads.add, item, kind, text, stamp)
    return done(request, f"/{door.code}/pad/{link_id}")


@router.get("/entries/{entry_id:int}")
async def show_entry(request: Request, door: AtDoor, link_id: int, entry_id: int) -> Response:
    who, entry = await door.read("write_entry", _entry, entry_id)
    with drawn_for(door.language):
        return page(
            request, "pads/edit.html", "panel", code=who.code, link_id=link_id, entry=entry, kinds=ENTRY_KINDS
        )


@router.post("/entries/{entry_id:int}")
async def edit_entry(
    request: Request, door: AtDoor, link_id: int, entry_id: int, fields: Fields, stamped: Stamped
) -> Response:
    kind, text = _written(fields)
    stamp = stamped.of(entry_id, kind, text)
    await door.write("write_entry", pads.edit, entry_id, kind, text, stamp)
    return done(request, f"/{door.code}/pad/{link_id}")


@router.post("/entries/{entry_id:int}/removal")
async def remove_entry(request: Request, door: AtDoor, link_id: int, entry_id: int) -> Response:
    await door.write("write_entry", pads.remove, entry_id)
    return done(request, f"/{door.code}/pad/{link_id}")


@router.post("/entries/{entry_id:int}/restoring")
async def restore_entry(request: Request, door: AtDoor, link_id: int, entry_id: int) -> Response:
    await door.write("write_entry", pads.restore, entry_id)
    return done(request, f"/{door.code}/pad/{link_id}")


def _written(fields: dict[str, str]) -> tuple[str, str]:
    """The kind and the text of an entry."""
    return fields.get("kind") or "point", fields.get("text", "")


def _entry(session: Session, who: Who, entry_id: int) -> tuple[Who, object]:
    return who, pads.entry_of(session, who, entry_id)
