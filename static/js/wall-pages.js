/* How does a wall fit the screen? It takes the largest size (data-size 0 to 3, the style sheet's) at which one page is
   enough; what does not fit at the smallest flows into further columns, and the page turns by the server's clock, so
   that two projectors show the same one. [data-wall-page] says which of how many. */
(() => {
  "use strict";
  const EVERY = 15000, SMALLEST = 3;
  let timer = 0;

  function width(wall) {
    return wall.clientWidth + (parseFloat(getComputedStyle(wall).columnGap) || 0);
  }

  function count(wall) {
    return Math.max(1, Math.ceil((wall.scrollWidth - 2) / width(wall)));
  }

  function size(wall) {
    for (let step = 0; step <= SMALLEST; step += 1) {
      wall.dataset.size = step;
      if (count(wall) === 1) return;
    }
  }

  function show(wall) {
    const pages = count(wall);
    const page = Math.floor(window.plenary.now() / EVERY) % pages;
    wall.scrollLeft = page * width(wall);
    const sign = wall.parentElement.querySelector("[data-wall-page]");
    const words = pages > 1 ? `${page + 1} / ${pages} ·` : "";
    if (sign && sign.textContent !== words) sign.textContent = words;
  }

  function turn() {
    clearTimeout(timer);
    document.querySelectorAll("[data-wall-pages]").forEach(show);
    timer = setTimeout(turn, EVERY - (window.plenary.now() % EVERY) + 5);
  }

  function all() {
    document.querySelectorAll("[data-wall-pages]").forEach(size);
    turn();
  }

  document.addEventListener("htmx:after:swap", all);
  window.addEventListener("resize", all);
  document.addEventListener("DOMContentLoaded", () => {
    all();
    if (document.fonts) document.fonts.ready.then(all);
  });
})();
