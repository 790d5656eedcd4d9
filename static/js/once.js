/* Is an option in two places of a ranking? The later place says so and holds the ballot back before it is sent. */
(() => {
  "use strict";

  function draw(ranking) {
    const taken = new Set();
    ranking.querySelectorAll("select").forEach((place) => {
      const again = place.value !== "" && taken.has(place.value);
      place.setCustomValidity(again ? ranking.dataset.once : "");
      if (again) place.setAttribute("aria-invalid", "true");
      else place.removeAttribute("aria-invalid");
      const said = place.parentElement.querySelector("[data-again]");
      if (said) said.textContent = again ? ranking.dataset.once : "";
      taken.add(place.value);
    });
  }

  function all() {
    document.querySelectorAll("[data-once]").forEach(draw);
  }

  document.addEventListener("change", all);
  document.addEventListener("htmx:after:swap", () => setTimeout(all, 0));
  document.addEventListener("DOMContentLoaded", () => setTimeout(all, 0));
})();
