"""What routes share: the fields of a form, and the three shapes of an answer."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Form
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.access.door import Door, at_door
from app.errors import Refused

AtDoor = Annotated[Door, Depends(at_door)]
MOST_FIELDS = 200
LARGEST = 2**31 - 1  # number of a row: Postgres looks for no larger one
LATEST = 2**63 - 1  # of a time in milliseconds, and number of a ballot that has a random one


class RowIdConvertor(IntegerConvertor):
    """The number of a row in an address: one that no row can have is no address."""

    regex = "[0-9]{1,9}"


class BallotIdConvertor(IntegerConvertor):
    """The number of a ballot: some are drawn at random, from all that the databases know."""

    regex = "[0-9]{1,18}|[0-8][0-9]{18}"


register_url_convertor("int", RowIdConvertor())
register_url_convertor("ballot", BallotIdConvertor())


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form by name; of several with the same name the last. Refused("bad_request") for a body
    that is no form."""
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return _urlencoded(await request.body())
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _urlencoded(body: bytes) -> dict[str, str]:
    """What nearly every form of ours is sent as, in a third of the time that `Request.form` takes."""
    try:
        text = body.decode("latin-1")  # each byte as it is: what is percent-encoded in it is UTF-8
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Refused("bad_request") from None


Text = Annotated[str, Form(max_length=400)]
Fields = Annotated[dict[str, str], Depends(fields_of)]


def number_in(fields: dict[str, str], name: str, most: int = LARGEST) -> int:
    """The whole number in a field, 0 when it is empty or missing; as large as a row's number may be.
    Refused("bad_request") for anything else."""
    text = fields.get(name, "")
    if text and not (text.isdecimal() and len(text) < 20 and int(text) <= most):
        raise Refused("bad_request")
    return int(text or 0)


def table_number(text: str) -> int | None:
    """The number of a table as a form names it; None where none was chosen. Refused("no_such_table") for what
    is no number."""
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 3:
        raise Refused("no_such_table", number=text[:8])
    return int(text)


def is_htmx(request: Request) -> bool:
    """Whether htmx (or the outbox) asks, and a piece is enough."""
    return bool(request.headers.get("hx-request"))


def done(request: Request, back: str) -> Response:
    """Nothing to show: the regions follow by themselves. Without JavaScript, back to the page."""
    return Response(status_code=204) if is_htmx(request) else RedirectResponse(back, 303)


def redirect(request: Request, where: str) -> Response:
    """To another page, for htmx and for plain forms."""
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)
