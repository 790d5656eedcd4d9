/* What time is it at the server, and how long is left? Keeps the offset between the two clocks
   (plenary.now, in epoch milliseconds) and draws every [data-clock] from it. */
(() => {
  "use strict";
  const SAMPLES = 6; // half a minute of heartbeats: heals if somebody sets the phone's clock
  const samples = [pageOffset()];
  let timer = 0;

  window.plenary = Object.assign(window.plenary || {}, { now: () => Date.now() + Math.max(...samples) });

  function pageOffset() {
    const server = Number(document.documentElement.dataset.now);
    const page = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    const arrived = page && performance.timeOrigin ? performance.timeOrigin + page.responseStart : Date.now();
    return server ? server - arrived : 0;
  }

  /* The way here only ever makes the server's time look older, so the highest sample is the nearest. */
  function beat(event) {
    samples.push(event.detail.server - Date.now());
    if (samples.length > SAMPLES) samples.shift();
  }

  function left(clock) {
    if (clock.dataset.clock === "paused") return Number(clock.dataset.remaining);
    return Number(clock.dataset.endsAt) - window.plenary.now();
  }

  function words(ms) {
    const over = ms <= -1000;
    const seconds = over ? Math.floor(-ms / 1000) : Math.max(0, Math.ceil(ms / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    const figure = hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
    return over ? `+${figure}` : figure;
  }

  function draw() {
    clearTimeout(timer);
    let wait = 1000;
    document.querySelectorAll("[data-clock]").forEach((clock) => {
      const ms = left(clock);
      if (isNaN(ms)) return;
      const text = words(ms);
      const phase = ms <= -1000 ? "over" : ms <= 60000 ? "last" : "steady";
      if (clock.textContent !== text) clock.textContent = text;
      if (clock.dataset.phase !== phase) clock.dataset.phase = phase;
      wait = Math.min(wait, (((ms % 1000) + 1000) % 1000) || 1000);
    });
    timer = setTimeout(draw, wait + 5);
  }

  document.addEventListener("plenary:beat", beat);
  document.addEventListener("htmx:after:swap", draw);
  document.addEventListener("visibilitychange", draw);
  document.addEventListener("DOMContentLoaded", draw);
})();
