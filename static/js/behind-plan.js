/* How far behind the plan is the day by now? While an item over-runs or its clock is paused, the delay grows without
   anything being pushed: [data-planned-end] is written again from the server's clock every five seconds. */
(() => {
  "use strict";
  const EVERY = 5000;

  function minutes(sign) {
    const now = window.plenary.now();
    const ends = sign.dataset.itemEnds ? Number(sign.dataset.itemEnds) : now + Number(sign.dataset.itemLeft || 0);
    return Math.round((Math.max(ends, now) - Number(sign.dataset.plannedEnd)) / 60000);
  }

  function draw() {
    document.querySelectorAll("[data-planned-end]").forEach((sign) => {
      const n = minutes(sign);
      if (isNaN(n)) return;
      const words = n > 0 ? sign.dataset.late : n < 0 ? sign.dataset.early : sign.dataset.even;
      const text = words.replace("{n}", Math.abs(n));
      if (sign.textContent !== text) sign.textContent = text;
      sign.classList.toggle("behind-plan--late", n > 0);
      sign.classList.toggle("behind-plan--early", n < 0);
    });
  }

  document.addEventListener("htmx:after:swap", draw);
  document.addEventListener("DOMContentLoaded", () => { draw(); setInterval(draw, EVERY); });
})();
