/* How many characters are left? [data-characters-left="ID"] shows it for the field with that id, from its maxlength. */
(() => {
  "use strict";

  function draw() {
    document.querySelectorAll("[data-characters-left]").forEach((counter) => {
      const field = document.getElementById(counter.dataset.charactersLeft);
      if (!field) return;
      const text = String(field.maxLength - field.value.length);
      if (counter.textContent !== text) counter.textContent = text;
    });
  }

  document.addEventListener("input", draw);
  document.addEventListener("plenary:queued", () => setTimeout(draw, 0));
  document.addEventListener("htmx:after:swap", () => setTimeout(draw, 0)); // after draft.js gave the text back
  document.addEventListener("DOMContentLoaded", () => setTimeout(draw, 0));
})();
