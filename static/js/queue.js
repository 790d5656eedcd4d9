/* What still waits on this device? One localStorage item per submission (so that two tabs cannot overwrite each
   other), read in the order of their sequence; only one tab sends at a time. */
(() => {
  "use strict";
  const code = document.documentElement.dataset.workshop || "";
  const ENTRY = `plenary:outbox:${code}:`, LAST = `plenary:sequence:${code}`, LEASE = `plenary:lease:${code}`;
  const tab = randomHex();
  const memory = new Map(); // where storage is refused or full: better for this page only than not at all

  function randomHex() {
    const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is absent on plain http
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function get(name) {
    if (memory.has(name)) return memory.get(name);
    try { return localStorage.getItem(name); } catch (error) { return null; }
  }

  function set(name, value) {
    memory.delete(name);
    try { localStorage.setItem(name, value); } catch (error) { memory.set(name, value); }
  }

  function drop(name) {
    memory.delete(name);
    try { localStorage.removeItem(name); } catch (error) { /* it was never there */ }
  }

  function parsed(text) {
    try { return JSON.parse(text); } catch (error) { return null; }
  }

  function names() {
    let stored = [];
    try { stored = Object.keys(localStorage); } catch (error) { stored = []; }
    return Array.from(new Set(stored.concat(Array.from(memory.keys())))).filter((name) => name.startsWith(ENTRY));
  }

  function all() {
    const entries = names().map((name) => parsed(get(name))).filter(Boolean);
    return entries.sort((a, b) => a.sequence - b.sequence || (a.key < b.key ? -1 : 1));
  }

  /* The entry gets its key, its place in the order and its time here, and is stored before this returns.
     A replacing entry takes the place of older ones of the same thing that are not under way yet. */
  function add(entry) {
    const now = Math.round(window.plenary.now());
    const sequence = Math.max(Number(get(LAST) || 0) + 1, now);
    const stored = Object.assign({ key: randomHex(), sequence, written_at: now }, entry);
    set(LAST, String(stored.sequence));
    set(ENTRY + stored.key, JSON.stringify(stored));
    if (stored.replace) {
      const older = (other) => other.thing === stored.thing && other.sequence < stored.sequence;
      all().filter((other) => older(other) && !other.sending).forEach(remove);
    }
    return stored;
  }

  function mark(entry, sending) {
    if (get(ENTRY + entry.key)) set(ENTRY + entry.key, JSON.stringify(Object.assign(entry, { sending })));
  }

  function remove(entry) {
    drop(ENTRY + entry.key);
  }

  /* The entry another tab has just delivered, from a storage event; null for any other change. */
  function delivered(event) {
    return event.key && event.key.startsWith(ENTRY) && event.newValue === null ? parsed(event.oldValue) : null;
  }

  function holdsLease() {
    const lease = parsed(get(LEASE));
    const others = lease && lease.tab !== tab && lease.until > Date.now() && lease.until < Date.now() + 60000;
    if (!others) set(LEASE, JSON.stringify({ tab, until: Date.now() + 20000 }));
    return !others;
  }

  /* Runs work(renew) unless another tab is sending; answers whether it ran. Two at once would do no harm
     (every submission has its key), only twice the traffic. */
  async function alone(work) {
    if (navigator.locks) {
      return navigator.locks.request(LEASE, { ifAvailable: true }, async (lock) => {
        if (lock) await work(() => {});
        return Boolean(lock);
      });
    }
    if (!holdsLease()) return false;
    try { await work(holdsLease); } finally { drop(LEASE); }
    return true;
  }

  window.plenary = Object.assign(window.plenary || {}, { queue: { all, add, mark, remove, delivered, alone } });
})();
