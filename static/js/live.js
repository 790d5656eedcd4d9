/* Is this screen still connected? Watches the one websocket (#live), brings it back, says in words how it
   stands (#connection), and polls the same regions where websockets are blocked. Loaded before htmx. */
(() => {
  "use strict";
  const SILENCE = 9500; // heartbeats come every 5 s
  const FINAL = { 4000: "over", 4001: "moved", 4401: "rejoin" };
  const pageStart = Date.now();
  const phone = document.documentElement.dataset.screen === "phone";
  let line = null, state = "", ended = false;
  let trying = false, failures = 0, heard = Date.now(), version = 0;
  let polling = false, pollTimer = 0, retryTimer = 0;
  let held = [];

  function say(next) {
    const sign = document.getElementById("connection");
    const cameBack = next === "live" && state !== "live";
    state = next;
    document.documentElement.dataset.connection = next;
    if (sign && sign.dataset.state !== next) {
      const words = document.querySelector(`template[data-for="${next}"]`);
      sign.dataset.state = next;
      sign.textContent = words ? words.content.textContent.trim() : "";
    }
    if (cameBack) document.dispatchEvent(new CustomEvent("plenary:live"));
  }

  function connect() {
    clearTimeout(retryTimer);
    if (!line || !window.htmx || ended || (phone && document.hidden)) return;
    htmx.process(line, true); // drops the old socket's listeners and opens a new one
  }

  function retryIn(ms) {
    clearTimeout(retryTimer);
    retryTimer = setTimeout(connect, ms);
  }

  function lost() {
    trying = false;
    failures += 1;
    version = 0; // what was missed is not known: the next poll asks for everything
    say(navigator.onLine === false ? "offline" : polling ? "polling" : "reconnecting");
    const step = polling ? 30000 : Math.min(5000, 1000 * 2 ** (failures - 1));
    retryIn(step * (0.3 + 0.7 * Math.random()));
    if (failures >= 2 && !pollTimer) poll();
  }

  function end(next) {
    ended = true;
    clearTimeout(retryTimer);
    clearTimeout(pollTimer);
    say(next);
    if (next === "rejoin" && Date.now() - pageStart > 10000) location.reload(); // never in a circle
  }

  async function poll() {
    pollTimer = setTimeout(poll, 3000 * (0.8 + 0.4 * Math.random()));
    if (phone && document.hidden) return;
    try {
      const url = `${line.dataset.regions}?v=${version}`;
      const answer = await fetch(url, { cache: "no-store", headers: { "HX-Request": "true" } });
      if ([401, 403, 404, 410].includes(answer.status)) return end("rejoin");
      if (!answer.ok) throw new Error(String(answer.status));
      const frame = answer.status === 204 ? {} : await answer.json();
      if (!pollTimer || ended) return; // the socket was quicker
      if (!polling) retryIn(4000);
      polling = true;
      say("polling");
      take(frame);
      if (frame.content && !hold(frame.content)) show(frame.content);
    } catch (error) {
      if (polling) retryIn(2000); // the server is away, not only the socket: back to short steps
      polling = false;
    }
  }

  function take(frame) {
    if (frame.v !== undefined) version = frame.v;
    if (frame.crowd) line.dataset.crowd = frame.crowd;
    if (frame.hb) document.dispatchEvent(new CustomEvent("plenary:beat", { detail: { server: frame.hb } }));
  }

  function show(content) {
    return htmx.swap({ sourceElement: line, target: line, swap: "innerHTML swapEmpty:false", text: content });
  }

  function hold(content) {
    if (!document.body.hasAttribute("data-dragging")) return false;
    held.push(content);
    return true;
  }

  async function release() {
    const waiting = held;
    held = [];
    for (const content of waiting) await show(content);
  }

  function received(event) {
    heard = Date.now();
    trying = true;
    failures = 0;
    polling = false;
    pollTimer = clearTimeout(pollTimer);
    say("live");
    let frame;
    try { frame = JSON.parse(event.detail.message.data); } catch (error) { return; }
    take(frame);
    if (frame.content && hold(frame.content)) event.preventDefault();
  }

  function watch() {
    if (trying && !ended && Date.now() - heard > SILENCE) {
      lost();
      connect();
    }
  }

  function wake() {
    if (document.hidden || ended) return;
    if (state !== "live" || Date.now() - heard > 6000) connect();
  }

  document.addEventListener("htmx:ws:before:connection", (event) => {
    if (ended) return event.preventDefault();
    Object.assign(event.detail.connection.config, { reconnect: false, pauseOnBackground: false }); // ours to decide
    heard = Date.now();
    trying = true;
  });
  document.addEventListener("htmx:ws:before:message:incoming", received);
  document.addEventListener("htmx:ws:close", (event) => {
    if (event.detail.reason !== "closed" || ended) return;
    if (FINAL[event.detail.code]) end(FINAL[event.detail.code]);
    else lost();
  });
  document.addEventListener("plenary:dropped", release);
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("resume", wake);
  window.addEventListener("online", connect);
  window.addEventListener("offline", () => ended || say("offline"));
  window.addEventListener("pageshow", (event) => event.persisted && connect());
  document.addEventListener("DOMContentLoaded", () => {
    line = document.getElementById("live");
    if (line) setInterval(watch, 1000);
  });
})();
