/* Is an option in two places of a ranking? In a [data-no-duplicates="MESSAGE"] fieldset the later place shows the message
   in its [data-duplicate-note], and the browser does not send the ballot. */
(() => {
  "use strict";

  function draw(ranking) {
    const taken = new Set();
    ranking.querySelectorAll("select").forEach((place) => {
      const duplicate = place.value !== "" && taken.has(place.value);
      place.setCustomValidity(duplicate ? ranking.dataset.noDuplicates : "");
      if (duplicate) place.setAttribute("aria-invalid", "true");
      else place.removeAttribute("aria-invalid");
      const note = place.parentElement.querySelector("[data-duplicate-note]");
      if (note) note.textContent = duplicate ? ranking.dataset.noDuplicates : "";
      taken.add(place.value);
    });
  }

  function all() {
    document.querySelectorAll("[data-no-duplicates]").forEach(draw);
  }

  document.addEventListener("change", all);
  document.addEventListener("htmx:after:swap", () => setTimeout(all, 0));
  document.addEventListener("DOMContentLoaded", () => setTimeout(all, 0));
})();
