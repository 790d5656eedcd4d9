"""What a participant asks of their own phone: what is mine to do, my code and my details."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.agenda import running_order
from app.domain.people import organisations, participants, roles, tables
from app.domain.stage import phone_task, stage
from app.domain.votes.confirmations import own_confirm_links
from app.domain.who import Who
from app.routes.people.devices import personal_link
from app.web.forms import AtDoor, Text, redirect, table_number
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.get("/phone/mine")
async def show_phone_task(request: Request, door: AtDoor) -> Response:
    """The personal slot of the phone, and the smaller one beside the time that is left."""
    who, about = await door.read("see_phone", _phone_task)
    with drawn_for(who.language, about["stage"].workshop.time_zone):
        return page(request, "participants/_slots.html", code=who.code, who=who, **about)


@router.get("/me")
async def show_own_details(request: Request, door: AtDoor) -> Response:
    """My code, my link for another device, my details."""
    who, about = await door.read("see_phone", _own_details)
    with drawn_for(who.language):
        return page(
            request,
            "participants/me.html",
            "panel",
            code=who.code,
            personal=door.me.partition(".")[0],
            link=personal_link(who.code, door.me.partition(".")[0]),
            who=who,
            **about,
        )


@router.post("/me")
async def change_own_details(
    request: Request,
    door: AtDoor,
    name: Text = "",
    organisation: Text = "",
    table: Text = "",
    role: Text = "",
) -> Response:
    given = (name, organisation, table_number(table), role)
    await door.write("change_own_details", participants.set_details, *given)
    return redirect(request, f"/{door.code}")


def _phone_task(session: Session, who: Who) -> tuple[Who, dict]:
    now = stage.read_stage_with_agenda(session, who.workshop_id)
    return who, {
        "phone_task": phone_task.for_participant(session, who, now),
        "stage": now,
        "table": tables.numbers_by_id(session, who.workshop_id).get(who.table_id or 0),
    }


def _own_details(session: Session, who: Who) -> tuple[Who, dict]:
    person = participants.participant_of(session, who, who.participant_id or 0)
    return who, {
        "person": person,
        "workshop": running_order.workshop_of(session, who),
        "organisation": organisations.name_for_participant(session, person),
        "organisations": organisations.names(session, who.workshop_id),
        "tables": tables.all_tables(session, who.workshop_id),
        "roles": roles.current_roles(session, who.workshop_id),
        "commitments": [vote for vote, *_ in own_confirm_links.own_links(session, who)],
    }
