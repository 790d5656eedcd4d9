"""How a request reaches its handler: FastAPI's routes, without its search for arguments where a handler asks
for nothing that has to be searched for."""

from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response


class Route(APIRoute):
    """FastAPI looks for the arguments of a handler anew with every request: a quarter of what a ballot costs.
    Where it asks for the request, parts of the path (their convertors have made them numbers) and functions
    that ask for no more, such as `AtDoor` and `Fields`, they are simply handed over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # whatever FastAPI gives its own
        super().__init__(*args, **kwargs)
        if is_plain(self.dependant):
            self.app = request_response(self._answer)

    async def _answer(self, request: Request) -> Response:
        return await _call(self.dependant, request, {})


class Router(APIRouter):
    """The routes of a noun, under a common beginning of their paths."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__(prefix=prefix, route_class=Route)


def is_plain(dependant: Dependant) -> bool:
    """Whether a function, and what it depends on, asks for no more than the request and parts of its path."""
    searched = (
        dependant.query_params or dependant.header_params or dependant.cookie_params or dependant.body_params
    )
    return iscoroutinefunction(dependant.call) and not searched and all(map(is_plain, dependant.dependencies))


async def _call(dependant: Dependant, request: Request, known: dict[Any, Any]) -> Any:
    """What the function answers. What those it depends on answer is `known`, so that each is called once."""
    values: dict[Any, Any] = {part.name: request.path_params[part.alias] for part in dependant.path_params}
    if name := dependant.request_param_name or dependant.http_connection_param_name:
        values[name] = request
    for each in dependant.dependencies:
        if each.call not in known:
            known[each.call] = await _call(each, request, known)
        values[each.name] = known[each.call]
    assert dependant.call is not None
    return await dependant.call(**values)
