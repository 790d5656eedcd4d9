/* Where was it dropped? Lists with data-sortable="GROUP" can be re-ordered by pointer; the drop is a POST of
   position (from 0) and the list's data-cluster to the item's data-move-url. "Move to..." forms do the same by keyboard. */
(() => {
  "use strict";
  const ready = new WeakSet();
  let underWay = 0; // the next note may be picked up before the server has answered for the one before

  /* From the press on: a region drawn anew between the press and the first movement would end the drag, too. */
  function begin() {
    underWay += 1;
    document.body.setAttribute("data-dragging", ""); // pushed regions wait, or they would take the item away
  }

  function end() {
    underWay -= 1;
    if (underWay) return;
    document.body.removeAttribute("data-dragging");
    document.dispatchEvent(new CustomEvent("plenary:dropped"));
  }

  function goBack(drop) {
    const rest = Array.from(drop.from.children).filter((child) => child !== drop.item);
    drop.from.insertBefore(drop.item, rest[drop.oldIndex] || null);
  }

  async function dropped(drop) {
    const { item, to, from } = drop;
    if (to === from && drop.newIndex === drop.oldIndex) return;
    begin();
    const values = { position: drop.newDraggableIndex };
    if (to.dataset.cluster !== undefined) values.cluster = to.dataset.cluster;
    let status = 0;
    const listen = (event) => {
      const ctx = event.detail.ctx;
      if (ctx.sourceElement === item) status = ctx.response ? ctx.response.status : 0;
    };
    document.addEventListener("htmx:finally:request", listen);
    await htmx.ajax("POST", item.dataset.moveUrl, { source: item, target: "#refusal", swap: "innerHTML", values });
    document.removeEventListener("htmx:finally:request", listen);
    if (status < 200 || status >= 400) goBack(drop);
    end();
  }

  function prepare() {
    document.querySelectorAll("[data-sortable]").forEach((list) => {
      if (ready.has(list)) return;
      ready.add(list);
      Sortable.create(list, {
        group: list.dataset.sortable, draggable: "[data-move-url]", handle: list.dataset.handle || undefined,
        filter: "button, a, input, select, textarea, summary", preventOnFilter: false,
        delay: 150, delayOnTouchOnly: true, animation: reduced() ? 0 : 120,
        ghostClass: "is-ghost", chosenClass: "is-chosen",
        onChoose: begin, onEnd: dropped, onUnchoose: () => setTimeout(end, 0), // after onEnd, which may hold on
      });
    });
  }

  function reduced() {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  document.addEventListener("htmx:after:swap", prepare);
  document.addEventListener("DOMContentLoaded", prepare);
})();
