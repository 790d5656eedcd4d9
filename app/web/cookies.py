"""How this browser is known again."""

from starlette.responses import Response

from app.settings import settings

LONG = 400 * 24 * 3600  # seconds; browsers keep none longer


def set_cookie(answer: Response, name: str, value: str, path: str) -> None:
    """A cookie no script can read and no other site can send along with a form."""
    answer.set_cookie(
        name, value, max_age=LONG, path=path, httponly=True, samesite="lax", secure=settings().is_secure
    )
