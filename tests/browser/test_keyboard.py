"""The console without a pointer."""

from playwright.sync_api import Locator, Page, expect


def tab_to(page: Page, wanted: Locator, at_most: int) -> None:
    """Press Tab until this element has the focus."""
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
    raise AssertionError(f"not reached by {at_most} presses of Tab")


def test_the_console_by_keyboard_alone(browsers, room) -> None:
    """R108: by the skip link to the one obvious button; the focus stays on it; a panel gives it back."""
    room.go_to(9)
    console = browsers.console()
    tab_to(console, console.get_by_role("link", name="Skip to the content"), 1)
    console.keyboard.press("Enter")
    next_step = console.locator("#next-step")
    tab_to(console, next_step, 8)
    console.keyboard.press("Enter")
    expect(next_step).to_have_text("Close the vote")
    expect(next_step).to_be_focused()

    item = room.items()[8]
    opener = console.locator(f"#item-{item.id}-link")
    opener.focus()
    console.keyboard.press("Enter")
    dialog = console.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(40):
        console.keyboard.press("Tab")
    inside = (
        "() => !document.hasFocus() || document.activeElement === document.body"
        " || document.getElementById('panel').contains(document.activeElement)"
    )
    assert console.evaluate(inside)
    console.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_double_press_opens_the_vote_and_does_not_close_it(browsers, room) -> None:
    """R29: the second half of a double press does not land on the step after."""
    room.go_to(9)
    console = browsers.console()
    console.locator("#next-step").dblclick()
    expect(console.locator("#next-step")).to_have_text("Close the vote")
    console.wait_for_timeout(500)
    expect(console.locator("#next-step")).to_have_text("Close the vote")


def test_control_z_takes_the_last_step_back(browsers, room) -> None:
    """R29"""
    room.go_to(3)
    console = browsers.console()
    browsers.next_step(console, "Move on")
    expect(console.locator("#running-title")).to_have_text("Questions and answers")
    expect(console.locator("#undo")).to_contain_text("Moved on")
    console.keyboard.press("Control+z")
    expect(console.locator("#running-title")).to_have_text("Phase 1 findings: three tests and five criteria")
