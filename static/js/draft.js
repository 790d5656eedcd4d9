/* Is what somebody was typing still there after a reload, or when the slot was drawn anew? Fields and forms with
   data-draft="NAME" are stored on the device within half a second and restored until they are submitted; with
   data-draft-tab, which is for ballots, in this tab only, and for this person only. */
(() => {
  "use strict";
  const { workshop = "", me = "" } = document.documentElement.dataset;
  const PREFIX = `plenary:draft:${workshop}:`;
  const PAUSE = 500, OLDEST = 3 * 24 * 3600 * 1000;
  const waiting = new Map();

  const FIELD = "textarea, select, input:not([type=hidden]):not([type=password]):not([type=file]):not([type=submit])";

  function fields(holder) {
    const all = holder.matches("form") ? Array.from(holder.elements) : [holder];
    return all.filter((field) => field.matches(FIELD));
  }

  function ticked(field) {
    return field.type === "radio" || field.type === "checkbox";
  }

  function name(field) {
    return ticked(field) ? `${field.name}=${field.value}` : field.name || "text";
  }

  /* Throws where storage is refused. */
  function storageOf(holder) {
    return holder.hasAttribute("data-draft-tab") ? [sessionStorage, `${PREFIX}${me}:${holder.dataset.draft}`]
      : [localStorage, PREFIX + holder.dataset.draft];
  }

  function save(holder) {
    const values = {};
    fields(holder).forEach((field) => { values[name(field)] = ticked(field) ? field.checked : field.value; });
    const draft = JSON.stringify({ at: Date.now(), values });
    try {
      const [storage, key] = storageOf(holder);
      storage.setItem(key, draft);
    } catch (error) { /* full or refused */ }
  }

  function saveAll() {
    waiting.forEach((timer, holder) => {
      clearTimeout(timer);
      save(holder);
    });
    waiting.clear();
  }

  function typed(event) {
    const holder = event.target.closest("[data-draft]");
    if (!holder) return;
    clearTimeout(waiting.get(holder));
    waiting.set(holder, setTimeout(() => { waiting.delete(holder); save(holder); }, PAUSE));
  }

  function restore(holder) {
    let draft = null;
    try {
      const [storage, key] = storageOf(holder);
      draft = JSON.parse(storage.getItem(key));
    } catch (error) { draft = null; }
    if (!draft) return;
    fields(holder).forEach((field) => {
      const value = draft.values[name(field)];
      if (value === undefined || (field === document.activeElement && field.value !== "")) return;
      if (ticked(field)) field.checked = value;
      else field.value = value;
    });
  }

  function restoreAll() {
    saveAll(); // what was typed in the last half second, before the fields were replaced
    document.querySelectorAll("[data-draft]").forEach(restore);
  }

  function forget(form) {
    const holders = Array.from(form.querySelectorAll("[data-draft]")).concat(form.matches("[data-draft]") ? form : []);
    holders.forEach((holder) => {
      clearTimeout(waiting.get(holder));
      waiting.delete(holder);
      try {
        const [storage, key] = storageOf(holder);
        storage.removeItem(key);
      } catch (error) { /* refused */ }
    });
  }

  function accepted(event) {
    const request = event.detail.ctx;
    const form = request && request.request && request.request.form;
    if (form && request.response && request.response.status < 400 && request.request.method === "POST") forget(form);
  }

  function clearOld() {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("plenary:draft:")).forEach((key) => {
        if (Date.now() - JSON.parse(localStorage.getItem(key)).at > OLDEST) localStorage.removeItem(key);
      });
    } catch (error) { /* refused */ }
  }

  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("plenary:queued", (event) => forget(event.target));
  document.addEventListener("htmx:after:request", accepted);
  document.addEventListener("htmx:after:swap", restoreAll);
  document.addEventListener("visibilitychange", saveAll);
  window.addEventListener("pagehide", saveAll);
  document.addEventListener("DOMContentLoaded", () => { clearOld(); restoreAll(); });
})();
