/* Is what matters now in sight? A [data-follow] box that scrolls by itself is moved to its [aria-current] part when that
   changes; with data-follow="last" the page follows the newest [data-newest] while its reader is at the end. */
(() => {
  "use strict";
  const seen = new WeakMap();

  function current(box) {
    return box.dataset.follow === "last" ? box.querySelector("[data-newest]") : box.querySelector("[aria-current]");
  }

  function follow() {
    document.querySelectorAll("[data-follow]").forEach((box) => {
      const part = current(box);
      if (!part || seen.get(box) === part.id) return;
      const first = !seen.has(box);
      seen.set(box, part.id);
      if (box.dataset.follow === "last") {
        if (!first || part.getBoundingClientRect().top > window.innerHeight) part.scrollIntoView({ block: "nearest" });
      } else if (box.scrollHeight > box.clientHeight) {
        const inside = part.getBoundingClientRect().top - box.getBoundingClientRect().top;
        box.scrollTop += inside - box.clientHeight / 3;
      }
    });
  }

  document.addEventListener("htmx:after:swap", follow);
  document.addEventListener("DOMContentLoaded", follow);
})();
