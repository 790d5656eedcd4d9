/* Does what is on the stage fit? A [data-fit] box that overflows gets the next data-size (1 to 5) until it does;
   the sizes themselves are the style sheet's. */
(() => {
  "use strict";
  const SMALLEST = 5;

  function fit(box) {
    box.removeAttribute("data-size");
    for (let size = 1; size <= SMALLEST && box.scrollHeight > box.clientHeight + 1; size += 1) box.dataset.size = size;
  }

  function all() {
    document.querySelectorAll("[data-fit]").forEach(fit);
  }

  document.addEventListener("htmx:after:swap", all);
  window.addEventListener("resize", all);
  document.addEventListener("DOMContentLoaded", () => {
    all();
    if (document.fonts) document.fonts.ready.then(all);
  });
})();
