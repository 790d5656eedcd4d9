"""What a workshop is about: its remit and programme, and its title, date and roles for the organiser."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.access.admission import guest
from app.access.door import Door, language_of
from app.domain.agenda import running_order
from app.domain.people import role_forms, roles
from app.domain.stage import agenda_overview
from app.domain.who import Who
from app.domain.workshops import workshops
from app.storage.database import database
from app.web.forms import AtDoor, Fields, done
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router()


@router.get("/{code}/remit")
async def show_remit(request: Request, door: AtDoor) -> Response:
    """The remit and the day's programme, one tap away from everywhere."""
    context = await database.read(_remit, door)
    with drawn_for(language_of(request), context["order"].workshop.time_zone):
        return page(request, "workshops/remit.html", "panel", code=door.code, **context)


@router.get("/{code}/edit")
async def show_workshop(request: Request, door: AtDoor) -> Response:
    who, context = await door.read("edit_workshop", _workshop)
    with drawn_for(door.language):
        return page(request, "workshops/edit.html", "panel", code=who.code, **context)


@router.post("/{code}/edit")
async def edit_workshop(request: Request, door: AtDoor, fields: Fields) -> Response:
    await door.write("edit_workshop", workshops.edit, fields)
    return done(request, f"/{door.code}/console")


def _remit(session: Session, door: Door) -> dict:
    return {"order": agenda_overview.read(session, guest(session, door).workshop_id)}


def _workshop(session: Session, who: Who) -> tuple[Who, dict]:
    current = roles.current_roles(session, who.workshop_id)
    return who, {
        "workshop": running_order.workshop_of(session, who),
        "roles": current,
        "most_roles": role_forms.MOST,
    }
