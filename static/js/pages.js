/* Which page of a long wall is up? What does not fit flows into further columns beside the screen; the page turns by the
   server's clock, so that two projectors show the same one. [data-page] says which of how many. */
(() => {
  "use strict";
  const EVERY = 15000;
  let timer = 0;

  function count(wall) {
    const gap = parseFloat(getComputedStyle(wall).columnGap) || 0;
    return Math.max(1, Math.ceil((wall.scrollWidth - 2) / (wall.clientWidth + gap)));
  }

  function show(wall) {
    const gap = parseFloat(getComputedStyle(wall).columnGap) || 0;
    const pages = count(wall);
    const page = Math.floor(window.plenary.now() / EVERY) % pages;
    wall.scrollLeft = page * (wall.clientWidth + gap);
    const sign = wall.parentElement.querySelector("[data-page]");
    const words = pages > 1 ? `${page + 1} / ${pages} ·` : "";
    if (sign && sign.textContent !== words) sign.textContent = words;
  }

  function turn() {
    clearTimeout(timer);
    document.querySelectorAll("[data-pages]").forEach(show);
    timer = setTimeout(turn, EVERY - (window.plenary.now() % EVERY) + 5);
  }

  document.addEventListener("htmx:after:swap", turn);
  window.addEventListener("resize", turn);
  document.addEventListener("DOMContentLoaded", () => {
    turn();
    if (document.fonts) document.fonts.ready.then(turn);
  });
})();
