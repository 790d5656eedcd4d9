/* How are many lines written quickly? In a [data-list-editor] Enter goes to the next [data-list-line], several lines pasted
   at once fill the fields below, and the arrows move a line up or down. Without this script the fields alone are enough. */
(() => {
  "use strict";
  document.documentElement.dataset.scripted = "";

  function lines(list) {
    return Array.from(list.querySelectorAll("[data-list-line]"));
  }

  function inputs(line) {
    return Array.from(line.querySelectorAll("input"));
  }

  /* The field of the same language `by` lines further; the folded part opens where it stands there. */
  function neighbour(field, by) {
    const all = lines(field.closest("[data-list-editor]"));
    const line = field.closest("[data-list-line]");
    const other = all[all.indexOf(line) + by];
    if (!other) return null;
    const folded = other.closest("details");
    if (folded) folded.open = true;
    return inputs(other)[inputs(line).indexOf(field)];
  }

  function fireInput(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function goToNext(event) {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches("[data-list-line] input")) return;
    event.preventDefault();
    const next = neighbour(field, 1);
    if (next) next.focus();
  }

  function paste(event) {
    const field = event.target;
    if (!field.matches("[data-list-line] input") || field.readOnly) return;
    const texts = event.clipboardData.getData("text").split(/\r?\n/).map((text) => text.trim()).filter(Boolean);
    if (texts.length < 2) return;
    event.preventDefault();
    let last = field;
    texts.forEach((text, n) => {
      const target = neighbour(field, n);
      if (!target) return;
      target.value = text.slice(0, target.maxLength);
      last = target;
    });
    last.focus();
    fireInput(last);
  }

  function moveLine(event) {
    const button = event.target.closest && event.target.closest("[data-move]");
    if (!button) return;
    const by = Number(button.dataset.move), line = button.closest("[data-list-line]");
    const all = lines(line.closest("[data-list-editor]")), other = all[all.indexOf(line) + by];
    if (!other) return;
    if (other.closest("details")) other.closest("details").open = true;
    inputs(line).forEach((field, n) => {
      const there = inputs(other)[n], text = there.value;
      there.value = field.value;
      field.value = text;
    });
    other.querySelector(`[data-move="${by}"]`).focus();
    fireInput(inputs(other)[0]);
  }

  document.addEventListener("keydown", goToNext);
  document.addEventListener("paste", paste);
  document.addEventListener("click", moveLine);
})();
