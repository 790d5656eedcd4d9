"""What the console says of a vote that was made, and where it is opened and settled."""

from tests.cast.vote_forms import only, text


def test_the_console_says_in_a_line_how_a_vote_is_held(room, alice) -> None:
    """R53, R68: before it is opened."""
    console = alice.screen()
    room.go_to(16)
    console.shows("controls", "Single choice · organisations · named · temperature check")
    room.go_to(15)
    console.shows("controls", "Comfort scale · people · anonymous · at least 80 %")
    console.shows("controls", "a further round")
    room.go_to(9)
    console.shows("controls", "Dots, 3 each · people · anonymous")


def test_a_vote_in_a_talk_or_at_the_tables_is_offered_and_opened(room, alice) -> None:
    """R44: the opening question of item 1 and the rating of item 5 are the next step, and reach phones."""
    carys = room.join("Carys")
    seen, phone = room.enter("projector").screen(), carys.screen()
    console = alice.screen()
    for position, words in ((1, "How confident are you"), (5, "How well does each case")):
        item = room.go_to(position)
        made = only(room, item)
        console.shows("controls", "Open the vote")
        alice.does(f"votes/{made.id}/opening")
        seen.shows("stage", words)
        phone.wait(lambda screen, made=made: f"vote-{made.id}-" in screen.regions.get("now", ""), "the vote")
        assert words in text(carys.get("phone/mine").text)
        alice.does(f"votes/{made.id}/closing")
        alice.does(f"votes/{made.id}/stage", {"on": "false"})
        seen.shows("stage", item.title_en)


def test_a_vote_that_is_over_in_an_item_left_behind_is_settled_from_its_panel(room, alice) -> None:
    """R45: shown and made final wherever the room is."""
    item = room.go_to(1)
    made = only(room, item)
    room.join("Carys")
    for step in ("opening", "closing"):
        alice.does(f"votes/{made.id}/{step}")
    room.go_to(2)
    assert "Show the result" in text(alice.get(f"votes/{made.id}").text)
    alice.does(f"votes/{made.id}/reveal")
    assert "Make it final" in text(alice.get(f"votes/{made.id}").text)
    assert f"/votes/{made.id}" in alice.get(f"items/{item.id}").text
