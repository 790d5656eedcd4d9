"""Paper ballots and count sheets, as somebody at the console or a table's pad types them."""

from playwright.sync_api import Page, expect

from tests.cast.accessibility import faults
from tests.cast.ballots import cast, counts, options
from tests.cast.paper_ballots import OPTIONS, code_of, opened


def write(page: Page, option: str, code: str = "", serial: str = "") -> None:
    """One paper in the panel, counted."""
    page.locator("#paper-code").fill(code)
    page.locator("#paper-serial").fill(serial)
    page.get_by_role("dialog").get_by_label(option).check()
    page.get_by_role("button", name="Count this ballot").click()


def test_a_paper_is_entered_replaces_is_discarded_and_is_taken_back(browsers, room) -> None:
    """R55: a code that has voted asks which of the two counts; nothing is stored before that is said."""
    carys, dev, _ = (room.join(name) for name in ("Carys", "Dev", "Efa"))
    vote = opened(room)
    first, *_ = options(room, vote)
    for person in (carys, dev):
        cast(person, vote, first)
    browsers.expect_fault("status of (409|422)")
    console, found = browsers.console(), []
    panel = console.get_by_role("dialog")
    console.locator(f"#vote-{vote.id}-paper").click()
    expect(console.locator("#paper-code")).to_be_focused()
    found += faults(console, "a paper")

    write(console, OPTIONS[1], serial="A1")
    expect(panel).to_contain_text("Entered: it counts.")
    assert counts(room, vote) == [2, 1, 0]
    found += faults(console, "a paper entered")

    write(console, OPTIONS[2], code=code_of(carys))
    expect(panel).to_contain_text("Nothing has been stored yet.")
    assert counts(room, vote) == [2, 1, 0]
    found += faults(console, "which one counts")
    console.locator("#paper-discard").click()
    expect(panel).to_contain_text("Discarded: what was there before still counts.")
    assert counts(room, vote) == [2, 1, 0]

    write(console, OPTIONS[2], code=code_of(dev))
    console.locator("#paper-replace").click()
    expect(panel).to_contain_text("Entered: it counts.")
    assert counts(room, vote) == [1, 1, 1]

    write(console, OPTIONS[0], serial="A2")
    expect(console.locator("#panel-refusal")).to_contain_text(
        "3"
    )  # more than may answer: refused with a sentence
    assert counts(room, vote) == [1, 1, 1]
    expect(console.locator("#paper-serial")).to_have_value("A2")

    console.locator("#paper-list").click()
    expect(panel).to_contain_text("Refused, because more cannot have answered")
    found += faults(console, "paper entered")
    panel.locator("summary").first.click()
    panel.get_by_role("button", name="Take it back").first.click()
    expect(panel.get_by_role("status")).to_contain_text("1 paper ballot")
    phone = browsers.phone_of(carys)
    expect(phone.locator(".received")).to_contain_text(OPTIONS[0])
    assert not found, "\n".join(found)


def test_a_count_sheet_of_a_table_from_its_pad(browsers, room) -> None:
    """R56: numbers by option for the table; a sum that cannot be is refused and everything typed stays."""
    for name in ("Carys", "Dev", "Efa"):
        room.join(name)
    vote = opened(room)
    pad, projector = browsers.pad(1), browsers.projector()
    panel, found = pad.get_by_role("dialog"), []
    browsers.expect_fault("status of (409|422)")
    pad.locator("#pad-paper").click()
    pad.locator("#paper-sheet").click()
    expect(pad.locator("#sheet-ballots")).to_be_visible()
    found += faults(pad, "a count sheet")
    ids = options(room, vote)
    pad.locator("#sheet-ballots").fill("2")
    pad.locator(f"#sheet-n-{ids[0]}").fill("3")
    pad.get_by_role("button", name="Count this sheet").click()
    expect(pad.locator("#panel-refusal")).not_to_be_empty()
    expect(pad.locator("#sheet-ballots")).to_have_value("2")
    pad.locator(f"#sheet-n-{ids[0]}").fill("2")
    pad.get_by_role("button", name="Count this sheet").click()
    expect(panel).to_contain_text("Entered: it counts.")
    assert counts(room, vote) == [2, 0, 0]
    expect(projector.locator("#turnout")).to_contain_text("2 of 3")
    found += faults(pad, "a count sheet entered")
    assert not found, "\n".join(found)
