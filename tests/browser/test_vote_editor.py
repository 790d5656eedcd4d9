"""Writing a vote in the browser: on the fly, ahead of the day, and as a face like any other."""

from playwright.sync_api import Page, expect

from app.domain.votes.life import votes
from app.domain.votes.types import registry
from tests.cast.accessibility import faults


def editor(console: Page) -> Page:
    """The form, open in its panel."""
    console.locator("#write-vote").click()
    expect(console.locator("#vote-question_en")).to_be_focused()
    return console


def test_a_vote_on_the_fly_takes_six_actions(browsers, room) -> None:
    """R44: from the console to an open vote: open the form, question, two options, save, open."""
    room.go_to(3)
    console, phone = browsers.console(), browsers.phone("Carys")
    console.locator("#write-vote").click()  # 1
    expect(console.locator("#vote-question_en")).to_be_focused()
    console.keyboard.type("Shall we go on?")  # 2
    console.locator("#vote-option_en_1").fill("Yes, at once")  # 3
    console.locator("#vote-option_en_2").fill("After lunch")  # 4
    console.locator("#save-vote").click()  # 5
    expect(console.get_by_role("dialog")).to_be_hidden()
    expect(console.locator("#next-title")).to_have_text("Shall we go on?")
    browsers.next_step(console, "Open the vote")  # 6
    phone.get_by_label("After lunch").check()
    phone.locator("#send").click()
    expect(phone.locator(".received")).to_contain_text("After lunch")


def test_the_preview_follows_what_is_typed(browsers, room) -> None:
    """Phone and projector, in either language; what is missing is said until nothing is."""
    room.go_to(3)
    console = editor(browsers.console())
    seen = console.locator("#vote-preview")
    expect(seen).to_contain_text("Write the question.")
    console.locator("#vote-question_en").fill("Where next?")
    console.locator("#vote-question_cy").fill("Ble nesaf?")
    console.locator("#vote-option_en_1").fill("North")
    expect(seen).to_contain_text("A vote needs at least 2 options.")
    console.locator("#vote-option_en_2").fill("South")
    expect(seen).not_to_contain_text("missing")
    for face in (".vote-preview__phone", ".vote-preview__wall"):
        expect(seen.locator(face)).to_contain_text("Where next?")
        expect(seen.locator(face)).to_contain_text("South")
    console.locator("#preview-language").get_by_text("Cymraeg").click()
    expect(seen.locator(".vote-preview__phone")).to_contain_text("Ble nesaf?")
    expect(seen.locator(".vote-preview__phone")).to_contain_text("Anfon fy ateb")
    expect(console.locator("#save-vote")).to_have_text("Save the vote")


def test_another_type_swaps_its_settings_and_keeps_the_words(browsers, room) -> None:
    room.go_to(3)
    console = editor(browsers.console())
    console.keyboard.type("Which?")
    console.locator("#vote-option_en_1").fill("Roads")
    console.locator("#vote-type-single").focus()
    for name, most in (("multiple", ""), ("dots", "3"), ("points", "100")):
        console.keyboard.press("ArrowRight")
        expect(console.locator(f"#vote-type-{name}")).to_be_focused()
        expect(console.locator("#vote-most")).to_have_value(most)
    console.locator("#vote-most").fill("60")
    console.locator("#vote-type-comfort").check()
    expect(console.locator("#vote-threshold")).to_have_value("3")
    expect(console.locator("#vote-option_en_1")).to_have_count(0)
    console.locator("#vote-type-points").check()
    expect(console.locator("#vote-most")).to_have_value("60")
    expect(console.locator("#vote-option_en_1")).to_have_value("Roads")
    expect(console.locator("#vote-question_en")).to_have_value("Which?")


def test_lines_are_written_pasted_and_moved(browsers, room) -> None:
    """R109: Enter goes on, several lines are shared out, arrows are buttons; nothing has to be dragged."""
    room.go_to(3)
    console = editor(browsers.console())
    console.locator("#vote-option_en_1").click()
    for label in ("One", "Two", "Three", "Four", "Five"):
        console.keyboard.type(label)
        console.keyboard.press("Enter")
    expect(console.locator("#vote-option_en_6")).to_be_focused()
    console.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text", "Six\\n\\nSeven\\nEight");
          const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(paste);
        }"""
    )
    expect(console.locator("#vote-option_en_8")).to_have_value("Eight")
    console.get_by_role("button", name="Move line 1 down").click()
    expect(console.locator("#vote-option_en_1")).to_have_value("Two")
    expect(console.get_by_role("button", name="Move line 2 down")).to_be_focused()
    expect(console.locator("#vote-preview .vote-preview__phone")).to_contain_text("Eight")
    console.locator("#vote-question_en").fill("How many?")
    console.locator("#vote-question_en").press("Tab")
    console.locator("#save-vote").click()
    expect(console.get_by_role("dialog")).to_be_hidden()
    (made,) = room.read(votes.of_item, room.items()[2].id)
    assert made.question_en == "How many?"


def test_a_refused_form_leads_to_the_field_and_loses_nothing(browsers, room) -> None:
    browsers.expect_fault("422")
    room.go_to(3)
    console = editor(browsers.console())
    console.locator("#vote-option_en_1").fill("Yes")
    console.locator("#vote-rule-share").check()
    console.locator("#vote-rule_percent").fill("101")
    console.locator("#vote-more summary").click()
    console.locator("#vote-reasons").check()
    console.locator("#save-vote").click()
    problems = console.locator("#vote-problems")
    expect(problems).to_be_focused()
    expect(problems.get_by_role("link")).to_have_text(
        ["Question in English", "Least share in per cent", "Option 2 in English"]
    )
    expect(console.locator("#vote-reasons")).to_be_checked()
    problems.get_by_role("link", name="Least share").click()
    expect(console.locator("#vote-rule_percent")).to_be_focused()
    console.locator("#vote-rule_percent").fill("66.67")
    console.locator("#vote-option_en_2").fill("No")
    console.locator("#vote-question_en").fill("Shall we?")
    console.locator("#save-vote").click()
    expect(console.get_by_role("dialog")).to_be_hidden()
    (made,) = room.read(votes.of_item, room.items()[2].id)
    assert (made.rule_part, made.rule_whole, made.reasons) == (6667, 10_000, True)


def test_a_vote_is_written_and_copied_without_javascript(browsers, room) -> None:
    """DESIGN rule 10"""
    browsers.expect_fault("422")
    room.go_to(3)
    console = browsers.console(java_script_enabled=False)
    console.get_by_role("link", name="Write a vote").click()
    console.locator("#vote-question_en").fill("How many dots?")
    console.locator("#vote-option_en_1").fill("Few")
    console.get_by_label("Dots").check()
    console.get_by_role("button", name="Show this type’s settings").click()
    expect(console.locator("#vote-question_en")).to_have_value("How many dots?")
    console.locator("#vote-most").fill("5")
    console.locator("#vote-option_en_1").press("Enter")
    expect(console.locator("#vote-problems")).to_contain_text("A vote needs at least 2 options.")
    console.locator("#vote-option_en_2").fill("Many")
    console.get_by_role("button", name="Save the vote").click()
    expect(console.locator("#next-title")).to_have_text("How many dots?")
    console.get_by_role("link", name="Write a vote").click()
    console.get_by_text("Copy from another vote").click()
    console.get_by_label("Vote", exact=True).select_option(label="How many dots?")
    console.get_by_role("button", name="Fill in the form").click()
    expect(console.locator("#vote-most")).to_have_value("5")
    expect(console.locator("#vote-option_en_2")).to_have_value("Many")


def test_the_form_is_a_face_like_any_other(browsers, room) -> None:
    """R108, R109: with every type's settings, everything unfolded."""
    room.go_to(3)
    console, found = editor(browsers.console()), []
    for kind in registry.names():
        console.locator(f"#vote-type-{kind}").check()
        expect(console.locator("[name=was]")).to_have_value(kind)
        console.locator("#vote-form").evaluate(
            "form => form.querySelectorAll('details').forEach(each => { each.open = true; })"
        )
        found += faults(console, kind)
    assert not found, "\n".join(found)


def test_a_panel_does_not_close_over_what_is_not_saved(browsers, room) -> None:
    """Escape, pressed twice too, and a press beside the panel ask first; what was not touched just closes."""
    room.go_to(3)
    console = editor(browsers.console())
    panel = console.get_by_role("dialog")
    console.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    editor(console)
    console.keyboard.type("Half a question")
    found = []
    for _ in range(3):
        console.keyboard.press("Escape")
    expect(panel.get_by_text("not saved yet")).to_be_visible()
    expect(panel.get_by_role("button", name="Go on writing")).to_be_focused()
    found += faults(console, "not saved yet")
    console.keyboard.press("Enter")
    expect(console.locator("#vote-question_en")).to_be_focused()
    expect(console.locator("#vote-question_en")).to_have_value("Half a question")
    console.locator("#vote-type-dots").check()
    expect(console.locator("[name=was]")).to_have_value("dots")
    console.mouse.click(5, 5)
    panel.get_by_role("button", name="Close without saving").click()
    expect(panel).to_be_hidden()
    expect(console.locator("#write-vote")).to_be_focused()
    assert not found, "\n".join(found)


def test_two_options_can_be_ranked_as_the_form_stands(browsers, room) -> None:
    room.go_to(3)
    console = editor(browsers.console())
    console.keyboard.type("Which first?")
    console.locator("#vote-type-rank").check()
    expect(console.locator("[name=was]")).to_have_value("rank")
    console.locator("#vote-option_en_1").fill("Roads")
    console.locator("#vote-option_en_2").fill("Rails")
    console.locator("#save-vote").click()
    expect(console.get_by_role("dialog")).to_be_hidden()
    expect(console.locator("#next-title")).to_have_text("Which first?")
