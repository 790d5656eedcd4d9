/* How does what waits on this device reach the server? One after the other, with its own key, until the
   server has answered; then the answer goes where the form said, or the refusal is shown and the text given back. */
(() => {
  "use strict";
  const TIMEOUT = 15000, LONGEST = 15000, TOO_LATE = 409;
  let timer = 0, misses = 0, busy = false;

  function isMine(entry) {
    return !entry.me || entry.me === (document.documentElement.dataset.me || "");
  }

  function next(skipped) {
    return window.plenary.queue.all().find((entry) => isMine(entry) && !skipped.includes(entry.thing));
  }

  async function post(entry) {
    const body = new URLSearchParams(entry.body);
    ["key", "sequence", "written_at"].forEach((name) => body.set(name, entry[name]));
    const stop = window.AbortController ? new AbortController() : null;
    const late = setTimeout(() => stop && stop.abort(), TIMEOUT);
    try {
      const answer = await fetch(entry.url, {
        method: "POST", body, credentials: "same-origin", signal: stop ? stop.signal : undefined,
        headers: { "HX-Request": "true", "Accept": "text/html" },
      });
      return { status: answer.status, headers: answer.headers, html: await answer.text() };
    } finally {
      clearTimeout(late);
    }
  }

  function mustWait(status) {
    return status >= 500 || [408, 425, 429].includes(status);
  }

  /* An entry the server cannot take now holds back what belongs to the same thing, nothing else. */
  async function sendAll(renew) {
    const skipped = [];
    for (let entry = next(skipped); entry; entry = next(skipped)) {
      renew();
      window.plenary.queue.mark(entry, true);
      const answer = await post(entry);
      if (mustWait(answer.status)) {
        window.plenary.queue.mark(entry, false);
        skipped.push(entry.thing);
        continue;
      }
      window.plenary.queue.remove(entry);
      misses = 0;
      await settle(entry, answer);
      document.dispatchEvent(new CustomEvent("plenary:outbox"));
    }
    return skipped.length === 0;
  }

  async function settle(entry, answer) {
    const superseded = entry.replace && window.plenary.queue.all().some((other) => other.thing === entry.thing);
    const detail = { thing: entry.thing, task: entry.task, status: answer.status, shown: Boolean(superseded) };
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) return location.assign(elsewhere);
    if (answer.status >= 400) detail.shown = await refuse(entry, answer.html, answer.status);
    else if (!superseded) detail.shown = await show(entry, answer.html);
    document.dispatchEvent(new CustomEvent("plenary:answered", { detail }));
  }

  function formOf(entry) {
    return document.querySelector(`form[data-outbox="${CSS.escape(entry.thing)}"]`);
  }

  async function show(entry, html) {
    const target = entry.target && document.querySelector(entry.target);
    const task = target && (target.dataset.task || "");
    if (!target || !html.trim() || (task && entry.task && task !== entry.task)) return false; // the room has moved on
    await window.plenary.swap(target, html);
    return true;
  }

  async function refuse(entry, html, status) {
    const form = formOf(entry);
    // A form whose time is over goes away with the next drawing; what is said in it would, too.
    const inside = status === TOO_LATE ? null : form && form.querySelector("[data-refusal]");
    const place = inside || document.getElementById("refusal");
    const typed = new URLSearchParams(entry.body).get("text");
    const lostFromForm = form ? restoreText(form, entry) : typed;
    const lost = inside ? lostFromForm : typed;
    if (!place) return false;
    await htmx.swap({ sourceElement: document.body, target: place, swap: "innerHTML", text: html });
    if (lost) {
      const text = document.createElement("blockquote");
      text.textContent = lost;
      place.append(text);
    }
    if (inside) inside.scrollIntoView({ block: "nearest" });
    return Boolean(inside);
  }

  /* What was typed goes back into its field; if something new stands there already, it is shown beside it. */
  function restoreText(form, entry) {
    let lost = "";
    new URLSearchParams(entry.body).forEach((value, name) => {
      const field = form.elements.namedItem(name);
      if (!field || !field.matches || !field.matches("textarea, input[type=text], input:not([type])")) return;
      if (field.value === "") field.value = value;
      else if (field.value !== value) lost = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return lost;
  }

  async function send() {
    clearTimeout(timer);
    if (busy || !next([])) return;
    busy = true;
    let done = false;
    try {
      const ran = await window.plenary.queue.alone(async (renew) => { done = await sendAll(renew); });
      if (!ran) misses = 0;
    } catch (error) {
      const underWay = window.plenary.queue.all().filter((entry) => entry.sending);
      underWay.forEach((entry) => window.plenary.queue.mark(entry, false));
    }
    busy = false;
    document.dispatchEvent(new CustomEvent("plenary:outbox"));
    if (done && !next([])) return;
    timer = setTimeout(send, Math.min(LONGEST, 1000 * 2 ** misses) * (0.5 + Math.random()));
    misses += 1;
  }

  function again() {
    misses = 0;
    send();
  }

  /* Another tab delivered for us: the slot is pulled, because the answer was drawn over there. */
  function otherTab(event) {
    const entry = window.plenary.queue.delivered(event);
    if (!entry) return;
    const detail = { thing: entry.thing, task: entry.task, status: 0, shown: false };
    document.dispatchEvent(new CustomEvent("plenary:answered", { detail }));
    document.dispatchEvent(new CustomEvent("plenary:outbox"));
  }

  document.addEventListener("plenary:queued", again);
  document.addEventListener("plenary:live", again);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  window.addEventListener("online", again);
  window.addEventListener("pageshow", again);
  window.addEventListener("storage", otherTab);
})();
