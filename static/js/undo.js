/* Can the last action still be taken back? Hides [data-until] (epoch milliseconds of the server) when its time is over,
   and lets Ctrl+Z outside a text field press the button in it. */
(() => {
  "use strict";
  const TYPED = "input, textarea, select, [contenteditable]";
  let timer = 0;

  function look() {
    clearTimeout(timer);
    document.querySelectorAll("[data-until]").forEach((bar) => {
      const left = Number(bar.dataset.until) - window.plenary.now();
      bar.hidden = left <= 0;
      if (left > 0) timer = setTimeout(look, Math.min(left, 30000) + 50);
    });
  }

  function takeBack(event) {
    const wanted = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
    if (!wanted || event.target.matches(TYPED) || document.querySelector("dialog[open]")) return;
    const button = document.querySelector("[data-until]:not([hidden]) button");
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  document.addEventListener("keydown", takeBack);
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("DOMContentLoaded", look);
})();
