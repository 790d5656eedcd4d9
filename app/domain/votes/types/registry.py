"""Which types of vote there are: every module of this package that makes a `VoteType`."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from app.domain.votes.types.vote_type import VoteType
from app.errors import Refused


@cache  # every ballot asks
def type_of(name: str) -> VoteType:
    """The type of this name; `Refused("vote_type_unknown")` when there is none."""
    found = _types().get(name)
    if found is None:
        raise Refused("vote_type_unknown")
    return found


def names() -> tuple[str, ...]:
    """The names of all types, in the order of the form."""
    return tuple(_types())


@cache
def _types() -> dict[str, VoteType]:
    """The types by name, looked for once in a process."""
    siblings = iter_modules([str(Path(__file__).parent)])
    modules = [import_module(f"{__package__}.{each.name}") for each in siblings]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, VoteType)]
    return {each.name: each for each in sorted(found, key=lambda each: each.order)}
