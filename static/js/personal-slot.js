/* Does the personal part of the phone still belong to what the room is doing? When the pushed region #now names
   another task than the slot shows, the slot is fetched; in a large room (#live[data-crowd]) at a random moment. */
(() => {
  "use strict";
  const CROWD = 100, EACH = 2; // from so many screens on, so many milliseconds for each
  let timer = 0, due = "", misses = 0, pulling = false;

  function slot() {
    return document.querySelector("[data-slot]");
  }

  function now() {
    return document.querySelector("#now[data-task], #now [data-task]");
  }

  function behind() {
    const here = slot(), there = now();
    return Boolean(here && there && here.dataset.task !== there.dataset.task);
  }

  function check() {
    const there = now();
    if (!behind() || due === there.dataset.task) return;
    due = there.dataset.task;
    clearTimeout(timer);
    const crowd = Number(document.getElementById("live").dataset.crowd || 0);
    timer = setTimeout(pull, crowd > CROWD ? Math.random() * crowd * EACH : 0);
  }

  async function pull() {
    const here = slot();
    clearTimeout(timer);
    if (!here || pulling || document.hidden) return;
    pulling = true;
    try {
      const headers = { "HX-Request": "true", "Accept": "text/html" };
      const answer = await fetch(here.dataset.slot, { cache: "no-store", headers });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      const current = slot();
      if (current) await window.plenary.swap(current, html);
      misses = behind() ? misses + 1 : 0;
    } catch (error) {
      misses += 1;
    }
    pulling = false;
    due = "";
    if (misses) timer = setTimeout(pull, Math.min(5000, 500 * 2 ** misses) * (0.5 + Math.random()));
  }

  /* "vote-12-3" is version 3 of vote-12: an answer that arrives after a new version still belongs to it. */
  function thing(task) {
    return (task || "").replace(/-\d+$/, "");
  }

  function answered(event) {
    const here = slot();
    if (here && !event.detail.shown && thing(event.detail.task) === thing(here.dataset.task)) pull();
  }

  function again() {
    due = "";
    check();
  }

  document.addEventListener("htmx:after:swap", check);
  document.addEventListener("plenary:answered", answered);
  document.addEventListener("plenary:live", again);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  document.addEventListener("DOMContentLoaded", check);
})();
