"""Two projectors, each told something else by the console."""

from playwright.sync_api import expect

from app.domain.people import links
from tests.browser.conftest import PROJECTOR


def test_two_projectors_are_steered_apart(browsers, room) -> None:
    """R96, R95: blank, freeze and language are each one's own, and are there again after a reload."""
    _, token = room.write(links.issue, room.who, "projector", "Back projector")
    room.go_to(3)
    main, back, console = browsers.projector(), browsers.open(**PROJECTOR), browsers.console()
    back.goto(f"/enter/{token}")
    browsers.live(back)
    ours = console.get_by_role("article", name="Back projector")

    ours.get_by_role("button", name="Blank").click()
    expect(back.locator("#cover")).to_be_visible()
    back.reload()
    expect(back.locator("#cover")).to_be_visible()
    expect(main.locator("#cover")).to_be_hidden()
    ours.get_by_role("button", name="Show again").click()
    expect(back.locator("#cover")).to_be_hidden()

    ours.get_by_role("button", name="Freeze").click()
    expect(ours.get_by_text("Frozen")).to_be_visible()
    room.go_to(4)
    expect(main.locator("#stage")).to_contain_text("Questions and answers")
    back.reload()
    expect(back.locator("#stage")).to_contain_text("Phase 1 findings")
    ours.get_by_role("button", name="Thaw").click()
    expect(back.locator("#stage")).to_contain_text("Questions and answers")

    ours.get_by_role("button", name="To Welsh").click()
    expect(back.locator("#stage")).to_have_attribute("lang", "cy")
    expect(main.locator("#stage")).to_have_attribute("lang", "en")
