/* Is what matters now in sight? A [data-autoscroll] box with a scroll bar of its own is scrolled to its [aria-current] part
   when that changes; with data-autoscroll="newest" the page is scrolled to the [data-newest] part. */
(() => {
  "use strict";
  const seen = new WeakMap();

  function current(box) {
    return box.dataset.autoscroll === "newest" ? box.querySelector("[data-newest]") : box.querySelector("[aria-current]");
  }

  function scrollAll() {
    document.querySelectorAll("[data-autoscroll]").forEach((box) => {
      const part = current(box);
      if (!part || seen.get(box) === part.id) return;
      const first = !seen.has(box);
      seen.set(box, part.id);
      if (box.dataset.autoscroll === "newest") {
        if (!first || part.getBoundingClientRect().top > window.innerHeight) part.scrollIntoView({ block: "nearest" });
      } else if (box.scrollHeight > box.clientHeight) {
        const inside = part.getBoundingClientRect().top - box.getBoundingClientRect().top;
        box.scrollTop += inside - box.clientHeight / 3;
      }
    });
  }

  document.addEventListener("htmx:after:swap", scrollAll);
  document.addEventListener("DOMContentLoaded", scrollAll);
})();
