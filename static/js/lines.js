/* How are many lines written quickly? In a [data-lines] list Enter goes to the next line, several lines pasted at once
   are shared out, and the arrows move a line up or down. The fields alone are enough where this does not run. */
(() => {
  "use strict";
  document.documentElement.dataset.quick = "";

  function lines(list) {
    return Array.from(list.querySelectorAll("[data-line]"));
  }

  function inputs(line) {
    return Array.from(line.querySelectorAll("input"));
  }

  /* The field of the same language `by` lines further; the folded part opens where it stands there. */
  function neighbour(field, by) {
    const all = lines(field.closest("[data-lines]"));
    const line = field.closest("[data-line]");
    const other = all[all.indexOf(line) + by];
    if (!other) return null;
    const folded = other.closest("details");
    if (folded) folded.open = true;
    return inputs(other)[inputs(line).indexOf(field)];
  }

  function told(field) {
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function entered(event) {
    const field = event.target;
    if (event.key !== "Enter" || event.isComposing || !field.matches("[data-line] input")) return;
    event.preventDefault();
    const next = neighbour(field, 1);
    if (next) next.focus();
  }

  function pasted(event) {
    const field = event.target;
    if (!field.matches("[data-line] input") || field.readOnly) return;
    const texts = event.clipboardData.getData("text").split(/\r?\n/).map((text) => text.trim()).filter(Boolean);
    if (texts.length < 2) return;
    event.preventDefault();
    let last = field;
    texts.forEach((text, n) => {
      const place = neighbour(field, n);
      if (!place) return;
      place.value = text.slice(0, place.maxLength);
      last = place;
    });
    last.focus();
    told(last);
  }

  function moved(event) {
    const button = event.target.closest && event.target.closest("[data-move]");
    if (!button) return;
    const by = Number(button.dataset.move), line = button.closest("[data-line]");
    const all = lines(line.closest("[data-lines]")), other = all[all.indexOf(line) + by];
    if (!other) return;
    if (other.closest("details")) other.closest("details").open = true;
    inputs(line).forEach((field, n) => {
      const there = inputs(other)[n], text = there.value;
      there.value = field.value;
      field.value = text;
    });
    other.querySelector(`[data-move="${by}"]`).focus();
    told(inputs(other)[0]);
  }

  document.addEventListener("keydown", entered);
  document.addEventListener("paste", pasted);
  document.addEventListener("click", moved);
})();
