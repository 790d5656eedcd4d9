"""The one door: who is asking, in which workshop, with which right; strangers get 404.

The door stands inside the transaction of what is asked: `Door.read` and `Door.write` admit the
person and then do the thing with the same session, so that nothing changes in between.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session
from starlette.requests import HTTPConnection

from app.access.admission import Credentials, admit, workshop_of
from app.access.rate_limit import WRITES_PER_PERSON
from app.access.rights import Right
from app.domain.who import Who
from app.errors import Refused
from app.models.base import LANGUAGES
from app.storage.database import database

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Door(Credentials):
    """The way of a request to the rows of its workshop."""

    async def read(
        self,
        right: Right,
        ask: Callable[Concatenate[Session, Who, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """`ask(session, who, …)` in a read transaction, for someone with this right (see `admit`)."""
        return await database.read(self._admitted(right, ask, *args, **kwargs))

    async def write(
        self,
        right: Right,
        act: Callable[Concatenate[Session, Who, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """`act(session, who, …)` through the writer, for someone with this right (see `admit`); a person, or
        whoever follows a link (not their address: a whole venue shares one), may do so many things a minute,
        then it raises Refused("too_many")."""
        if not WRITES_PER_PERSON.take(self.code, self.secret or self.me or str(sorted(self.passes.values()))):
            raise Refused("too_many")
        return await database.write(self._admitted(right, act, *args, **kwargs))

    def _admitted(
        self,
        right: Right,
        do: Callable[Concatenate[Session, Who, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Callable[[Session], T]:
        def admitted(session: Session) -> T:
            try:
                return do(session, admit(session, self, right), *args, **kwargs)
            except Refused as refused:
                workshop = workshop_of(session, self)
                refused.zone = workshop.time_zone if workshop else ""
                raise

        return admitted


async def at_door(connection: HTTPConnection) -> Door:
    """What this request or socket shows at the door; nothing is looked up yet. A dependency of routes."""
    path, cookies = connection.path_params, connection.cookies
    passes = {
        int(name.removeprefix("as_")): value
        for name, value in cookies.items()
        if name.startswith("as_") and name[3:].isdecimal() and len(name) < 16
    }
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    return Door(
        code=str(path.get("code", "")),
        me=cookies.get("me", ""),
        passes=passes,
        link_id=int(path["link_id"]) if "link_id" in path else None,
        operator=bearer if scheme.lower() == "bearer" else "",
        secret=str(path.get("secret", "")),
        language=language_of(connection),
    )


def language_of(connection: HTTPConnection) -> str:
    """The language this browser chose, or else prefers."""
    chosen = connection.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    preferred = connection.headers.get("accept-language", "").lower()
    return "cy" if preferred.startswith("cy") else "en"
