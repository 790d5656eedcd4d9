"""Ballots that help while they are filled in: what is left, what is in two places, what was a slip."""

from playwright.sync_api import expect

from app.domain.votes.life import votes


def opened(room, *options: str, **settings: str):
    """A vote of this kind, open in the third item."""
    item = room.go_to(3)
    vote = room.new_vote(item.position, *options, **settings)
    room.write(votes.open, room.who, vote.id)
    return vote


def refused_by_the_browser(page, selector: str) -> str:
    """What the browser holds the ballot back with."""
    return page.locator(selector).first.evaluate("field => field.validationMessage")


def test_dots_are_stepped_and_what_is_left_is_said(browsers, room) -> None:
    phone = browsers.phone("Carys")
    opened(room, "Partnership", "Public voice", type="dots", most="3", per_option="2")
    left = phone.get_by_role("status").filter(has_text="dots left")
    expect(left).to_have_text("3 of 3 dots left")
    assert refused_by_the_browser(phone, "#mine input[type=number]") == "Put at least one dot somewhere."

    more = phone.get_by_role("button", name="More: Partnership")
    for _ in range(2):
        more.click()
    more.click(force=True)  # no more than two go on one option, however often it is pressed
    expect(phone.get_by_label("Partnership", exact=True)).to_have_value("2")
    expect(more).to_have_attribute("aria-disabled", "true")
    expect(left).to_have_text("Partnership: 2. 1 of 3 dots left")

    phone.get_by_label("Public voice", exact=True).fill("2")
    expect(phone.locator("#mine [role=status]")).to_contain_text("Too many by 1: take some away.")
    assert refused_by_the_browser(phone, "#mine input[type=number]") == "Too many by 1: take some away."
    phone.get_by_role("button", name="Less: Public voice").click()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.locator("#mine .received")).to_contain_text("Partnership: 2; Public voice: 1")
    expect(left).to_have_text("0 of 3 dots left")


def test_dots_can_be_given_without_a_script(browsers, room) -> None:
    phone = browsers.phone("Carys", live=False, java_script_enabled=False)
    opened(room, "Partnership", "Public voice", type="dots", most="3")
    phone.reload()
    expect(phone.get_by_role("button", name="More: Partnership")).to_be_hidden()
    phone.get_by_label("Partnership", exact=True).fill("3")
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.locator("#mine .received")).to_contain_text("Partnership: 3")


def test_an_option_is_ranked_once(browsers, room) -> None:
    phone = browsers.phone("Carys")
    opened(room, "Partnership", "Public voice", "Decisions", type="rank", most="2")
    phone.get_by_label("First choice").select_option(label="Decisions")
    phone.get_by_label("Second choice").select_option(label="Decisions")
    twice = "You have put this in an earlier place already."
    expect(phone.get_by_text(twice)).to_be_visible()
    assert refused_by_the_browser(phone, "#mine select[name=place_2]") == twice
    phone.get_by_label("Second choice").select_option(label="Partnership")
    expect(phone.get_by_text(twice)).to_have_count(0)
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.locator("#mine .received")).to_contain_text("1. Decisions; 2. Partnership")


def test_a_rating_given_by_mistake_can_be_cleared(browsers, room) -> None:
    phone = browsers.phone("Carys")
    criteria = {"criterion_en_1": "Respect", "criterion_en_2": "Resources"}
    opened(room, "Warm homes", type="grid", **criteria)
    respect = phone.get_by_role("group", name="Warm homes: Respect")
    respect.get_by_role("radio", name="5 fully").check()
    phone.get_by_role("group", name="Warm homes: Resources").get_by_role("radio", name="Don’t know").check()
    expect(phone.get_by_text("2 of 2 rated")).to_be_visible()
    respect.get_by_role("radio", name="Clear").check()
    expect(phone.get_by_text("1 of 2 rated")).to_be_visible()
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.locator("#mine .received")).to_contain_text("1 of 2 rated")


def test_a_half_filled_grid_survives_a_reload_and_leaves_nothing_on_the_device(browsers, room) -> None:
    """Kept in the tab only, because a vote may be secret, and forgotten when it is sent."""
    phone = browsers.phone("Carys")
    opened(room, "Warm homes", type="grid", criterion_en_1="Respect", criterion_en_2="Resources", reasons="1")
    phone.get_by_role("group", name="Warm homes: Respect").get_by_role("radio", name="4", exact=True).check()
    phone.get_by_label("Why? (you may leave this out)").fill("Because")
    phone.reload()
    expect(phone.get_by_text("1 of 2 rated")).to_be_visible()
    expect(phone.get_by_label("Why? (you may leave this out)")).to_have_value("Because")
    drafts = "storage => Object.keys(storage).filter(key => key.includes('draft'))"
    assert phone.evaluate(f"({drafts})(localStorage)") == []
    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.locator("#mine .received")).to_contain_text("1 of 2 rated")
    assert phone.evaluate(f"({drafts})(sessionStorage)") == []


def test_a_refusal_is_in_sight_above_the_button(browsers, room) -> None:
    """On a screen that the ballot just fills, the bar at the bottom must not lie over the sentence."""
    browsers.expect_fault("422")
    phone = browsers.phone("Carys")
    opened(room, "Partnership", "Public voice", "Capacity", "Plain words", type="rank", most="3")
    phone.set_viewport_size({"width": 390, "height": 650})
    phone.locator("#place-1").select_option("Partnership")
    phone.locator("#place-3").select_option("Capacity")
    phone.locator("#send").click()
    refusal = phone.locator("#mine [data-refusal] > *").first
    expect(refusal).to_contain_text("Place 2 is empty")
    free = phone.locator("#mine .answer").bounding_box()["y"]
    box = phone.locator("#mine [data-refusal]").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= free
