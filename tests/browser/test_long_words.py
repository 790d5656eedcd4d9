"""A word without a space in every text that somebody can fill: no face gets wider than its screen."""

from playwright.sync_api import Page, expect

from app.domain.notes import clusters, wall_states, walls
from tests.cast.accessibility import NARROW, OVERFLOW, resize

WORD = "https://gwynedd.example/cofnod/" + "Llanfairpwllgwyngyllgogerychwyrndrobwll" * 4


def wide(page: Page, name: str) -> list[str]:
    """What reaches beyond the screen, as it is and at 320 px."""
    found = [f"{name}: {fault}" for fault in page.evaluate(OVERFLOW)]
    size = page.viewport_size
    resize(page, NARROW)
    found += [f"{name} at 320 px: {fault}" for fault in page.evaluate(OVERFLOW)]
    page.set_viewport_size(size)
    return found


def test_a_word_without_a_space_stays_on_every_screen(browsers, room) -> None:
    """R108, R130: notes, entries, names, organisations, titles, questions, options."""
    console, projector, pad = browsers.console(), browsers.projector(), browsers.pad()
    phone = browsers.phone(WORD[:80])
    phone.locator("#to-me").click()
    phone.locator("#organisation").fill(WORD[:120])
    phone.get_by_role("button", name="Save my details").click()
    item, found = room.go_to(12), []

    def lead(path: str, **form: str) -> None:
        assert console.request.post(f"/{room.code}/{path}", form=form).ok

    lead(f"items/{item.id}", title_en=WORD[:100], instruction_en=WORD)
    expect(phone.locator("#now")).to_contain_text(WORD[:100])
    console.locator("#room summary").first.click()
    for name, page in (("console", console), ("projector", projector), ("pad", pad), ("phone", phone)):
        found += wide(page, f"{name}, an item")

    pad.locator("#line").fill(WORD)
    pad.locator("#line").press("Enter")
    expect(pad.locator(".entry__text")).to_have_text(WORD)
    found += wide(pad, "pad, an entry")

    (wall,) = room.read(walls.walls_of_item, item.id)
    lead(f"walls/{wall.id}", prompt_en=WORD)
    room.write(wall_states.open, room.who, wall.id)
    phone.locator("#text").fill(WORD)
    phone.locator("#send").click()
    expect(phone.locator(".mine-notes .note__text")).to_have_text(WORD)
    found += wide(phone, "phone, a note")
    room.write(wall_states.release, room.who, wall.id)
    room.write(clusters.make, room.who, wall.id)
    room.write(clusters.retitle, room.who, room.read(clusters.clusters_of_wall, wall.id)[0].id, WORD[:80])
    for name, page in (("console", console), ("projector", projector)):
        expect(page.get_by_text(WORD[:80]).last).to_be_visible()
        found += wide(page, f"{name}, a wall")

    vote = room.new_vote(12, WORD[:100], "No", question_en=WORD)
    lead(f"votes/{vote.id}/opening")
    phone.get_by_role("radio").first.check()
    found += wide(phone, "phone, a ballot")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_text("Received")).to_be_visible()
    found += wide(phone, "phone, received")
    found += wide(projector, "projector, a vote")
    found += wide(console, "console, a vote")
    lead(f"votes/{vote.id}/closing")
    lead(f"votes/{vote.id}/reveal")
    expect(phone.get_by_text("Your answer")).to_be_visible()
    for name, page in (("console", console), ("projector", projector), ("phone", phone)):
        found += wide(page, f"{name}, a result")
    console.goto(f"/{room.code}/record")
    found += wide(console, "record")
    assert not found, "\n".join(found)
