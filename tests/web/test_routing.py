"""What a handler is handed without being searched for is what it says it takes."""

from collections.abc import Iterator

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.convertors import IntegerConvertor

from app.routes import ROUTERS
from app.web.forms import fields_of
from app.web.routing import is_plain

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def depends_on(asked: Dependant) -> Iterator[object]:
    for each in asked.dependencies:
        yield each.call
        yield from depends_on(each)


def test_most_routes_are_handed_what_they_ask_for() -> None:
    assert sum(is_plain(route.dependant) for route in ROUTES) > 100


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.methods} {route.path}")
def test_a_part_of_a_path_is_a_number_where_a_handler_takes_one(route: APIRoute) -> None:
    for part in route.dependant.path_params:
        is_number = isinstance(route.param_convertors[part.alias], IntegerConvertor)
        assert part.field_info.annotation is (int if is_number else str), part.name


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.methods} {route.path}")
def test_a_form_is_read_one_way(route: APIRoute) -> None:
    """Its body can be read once: by FastAPI, field by field, or by `Fields`."""
    assert not (route.dependant.body_params and fields_of in depends_on(route.dependant))
