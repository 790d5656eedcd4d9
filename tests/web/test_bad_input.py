"""What no form of ours sends: refused with a sentence, never a fault."""

import re

import pytest

from app.domain.votes import lookup
from app.domain.votes.types import registry
from app.routes import ROUTERS
from tests.cast.repeated_votes import made

pytestmark = pytest.mark.postgres

NO_NUMBERS = ("", "-1", "1.5", "9" * 19, "9" * 5000, "٣", "²", "\x00", "1\x00", "🎉", "__init__", "%(n)s")
NO_ROWS = ("9" * 9, str(2**31), "9" * 18, str(2**63), "9" * 5000)
REFUSED = (400, 404, 409, 422)  # not 429, which says nothing of what was sent
SAID = (200, *REFUSED)  # words may be of digits alone
FIELDS = {
    "rank": "place_1",
    "grid": "rate_{option}_{criterion}",
    "multiple": "pick_{option}",
    "dots": "n_{option}",
    "points": "n_{option}",
    "estimate": "value",
    "text": "text",
}


def of_kind(room, kind: str):
    """An open vote of this type, and the name of a field of its ballot."""
    vote_type = registry.type_of(kind)
    options = ("Bread", "Roses", "Tea") if vote_type.options == "free" else ()
    vote = made(
        room, *options, type=kind, reasons="1", **({"criterion_en_1": "Fair"} if vote_type.criteria else {})
    )
    ids = {
        axis: [each.id for each in room.read(lookup.options, vote.id, axis)]
        for axis in ("option", "criterion")
    }
    first = {axis: numbers[0] for axis, numbers in ids.items() if numbers}
    return vote, FIELDS.get(kind, "option").format(**first)


@pytest.mark.parametrize("kind", registry.names())
def test_a_ballot_of_nonsense_is_refused_on_phone_and_paper(room, alice, kind) -> None:
    dev = room.join("Dev")
    vote, field = of_kind(room, kind)
    for value in NO_NUMBERS:
        for person, where, more in ((dev, "ballot", {}), (alice, "paper", {"serial": "A1"})):
            answer = person.post(f"votes/{vote.id}/{where}", {field: value, **more})
            assert answer.status_code in SAID, (where, field, value[:20])
    for name in (
        "version",
        "key",
        "sequence",
        "written_at",
        "reason",
        "code",
        "serial",
        "on_conflict",
        "table",
    ):
        for where in ("paper", "sheet"):
            answer = alice.post(f"votes/{vote.id}/{where}", {name: "9" * 5000, "ballots": "\x00"})
            assert answer.status_code in SAID, (where, name)


def test_a_number_that_no_row_can_have_is_not_found(room, alice) -> None:
    room.go_to(9)
    assert room.join("Dev")
    paths = {
        (method, route.path)
        for each in ROUTERS
        for route in each.routes
        for method in getattr(route, "methods", ())
    }
    numbered = [(method, path) for method, path in paths if re.search(r":(int|ballot)}", path)]
    assert len(numbered) > 60
    for method, path in numbered:
        for number in NO_ROWS:
            address = re.sub(r"\{\w+:(int|ballot)\}", number, path).replace("{code}", room.code)
            answer = alice.http.request(method, address, data={"on": "1"} if method == "POST" else None)
            assert answer.status_code in (403, *REFUSED), (method, path, number[:20])


def test_a_form_that_names_no_row_is_refused(room, alice) -> None:
    room.go_to(9)
    item, vote = room.items()[8], room.new_vote(9, "Bread", "Roses")
    forms = [
        (f"votes/{vote.id}/copy", "to"),
        (f"votes/{vote.id}/again", "item"),
        ("votes/form", "item"),
        ("votes/preview", "vote"),
        (f"items/{item.id}/votes", "repeats"),
        (f"items/{item.id}/leaving", "to"),
    ]
    for number in NO_ROWS:
        for path, name in forms:
            answer = alice.post(path, {name: number, "question_en": "Why?"})
            assert answer.status_code in REFUSED, (path, name, number[:20])
        page = alice.get(f"items/{item.id}/votes/new?from={number}")
        assert page.status_code in REFUSED, number[:20]
