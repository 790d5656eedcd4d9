/* What does a screen reader announce? The newest text of a [data-announce] element in a pushed region, politely,
   at most once in five seconds, and not at all once the person has switched it off. */
(() => {
  "use strict";
  const PAUSE = 5000, OFF = "plenary:quiet";
  const announced = new Map();
  let pending = "", last = 0, timer = 0;

  function quiet() {
    try { return localStorage.getItem(OFF) === "1"; } catch (error) { return false; }
  }

  /* What is there when the page is loaded is read with the page, not announced. */
  function collect(silently) {
    document.querySelectorAll("[data-announce]").forEach((element) => {
      const text = element.textContent.replace(/\s+/g, " ").trim();
      const name = element.dataset.announce || element.id;
      if (!silently && text && announced.get(name) !== text) pending = text;
      announced.set(name, text);
    });
    if (pending && !timer) timer = setTimeout(announce, Math.max(0, last + PAUSE - Date.now()));
  }

  function announce() {
    timer = 0;
    const announcer = document.getElementById("announcer");
    if (announcer && pending && !quiet()) announcer.textContent = pending;
    pending = "";
    last = Date.now();
  }

  function drawSwitch() {
    document.querySelectorAll("[data-announce-switch]").forEach((box) => { box.checked = !quiet(); });
  }

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-announce-switch]")) return;
    try { localStorage.setItem(OFF, event.target.checked ? "0" : "1"); } catch (error) { /* for this page only */ }
  });
  document.addEventListener("htmx:after:swap", () => { collect(false); drawSwitch(); });
  document.addEventListener("DOMContentLoaded", () => {
    collect(true);
    drawSwitch();
  });
})();
