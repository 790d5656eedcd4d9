/* How many characters are left? [data-count="ID"] shows it for the field with that id and a maxlength. */
(() => {
  "use strict";

  function draw() {
    document.querySelectorAll("[data-count]").forEach((place) => {
      const field = document.getElementById(place.dataset.count);
      if (!field) return;
      const text = String(field.maxLength - field.value.length);
      if (place.textContent !== text) place.textContent = text;
    });
  }

  document.addEventListener("input", draw);
  document.addEventListener("plenary:kept", () => setTimeout(draw, 0));
  document.addEventListener("htmx:after:swap", () => setTimeout(draw, 0)); // after draft.js gave the text back
  document.addEventListener("DOMContentLoaded", () => setTimeout(draw, 0));
})();
