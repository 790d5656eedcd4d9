"""The people as the console manages them: names, tables, lost codes, removal."""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.domain.people import participants, tables
from app.domain.votes.ballots import spokespersons
from app.domain.who import Who
from app.routes.people.devices import personal_link
from app.web.forms import AtDoor, Fields, done, table_number
from app.web.language import drawn_for
from app.web.routing import Router
from app.web.templating import page

router = Router("/{code}")


@router.get("/participants/{participant_id:int}")
async def show_participant(request: Request, door: AtDoor, participant_id: int) -> Response:
    who, about = await door.read("manage_people", _person, participant_id)
    with drawn_for(door.language):
        return page(request, "participants/edit.html", "panel", code=who.code, **about)


@router.post("/participants/{participant_id:int}/name")
async def rename_participant(request: Request, door: AtDoor, participant_id: int, fields: Fields) -> Response:
    await door.write("manage_people", participants.rename, participant_id, fields.get("name", ""))
    return done(request, f"/{door.code}/console")


@router.post("/participants/{participant_id:int}/table")
async def seat_participant(request: Request, door: AtDoor, participant_id: int, fields: Fields) -> Response:
    """To the table with this number; without one, to none."""
    table = table_number(fields.get("table", ""))
    await door.write("manage_people", participants.seat, participant_id, table)
    return done(request, f"/{door.code}/console")


@router.post("/participants/{participant_id:int}/code")
async def issue_code(request: Request, door: AtDoor, participant_id: int) -> Response:
    """A new personal code and link for somebody whose phone is lost, shown this once."""
    personal = await door.write("manage_people", participants.issue_code, participant_id)
    with drawn_for(door.language):
        return page(
            request,
            "participants/new_code.html",
            "panel",
            code=door.code,
            personal=personal,
            link=personal_link(door.code, personal),
        )


@router.post("/participants/{participant_id:int}/removal")
async def remove_participant(request: Request, door: AtDoor, participant_id: int) -> Response:
    await door.write("manage_people", participants.remove, participant_id)
    return done(request, f"/{door.code}/console")


def _person(session: Session, who: Who, participant_id: int) -> tuple[Who, dict]:
    person = participants.participant_of(session, who, participant_id)
    organisation, speaker = spokespersons.with_organisation(session, person)
    return who, {
        "person": person,
        "organisation": organisation,
        "speaker": speaker,
        "tables": tables.all_tables(session, who.workshop_id),
    }
