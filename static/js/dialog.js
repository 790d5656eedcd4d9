/* When is the panel open? Something loaded into <dialog id="panel"> opens it; an empty or 204 answer, a
   [data-close] button or Escape closes it, and the focus goes back to where it came from. */
(() => {
  "use strict";
  let opener = null;

  function panel() {
    return document.getElementById("panel");
  }

  function open(source) {
    if (panel().open) return;
    opener = source;
    if (panel().showModal) panel().showModal();
    else panel().setAttribute("open", "");
  }

  function close() {
    if (!panel() || !panel().open) return;
    if (panel().close) panel().close();
    else panel().removeAttribute("open");
  }

  /* The opener may have been drawn anew by a push meanwhile: then its namesake gets the focus. */
  function closed() {
    panel().textContent = "";
    const back = opener && opener.isConnected ? opener : opener && opener.id && document.getElementById(opener.id);
    if (back) back.focus();
    opener = null;
  }

  function swapped(event) {
    const ctx = event.detail.ctx;
    if (!panel() || ctx.target !== panel()) return;
    const nothing = ctx.response && ctx.response.status === 204;
    if (panel().children.length && !nothing) open(ctx.sourceElement);
    else close();
  }

  document.addEventListener("htmx:after:swap", swapped);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]") || event.target === panel()) close();
  });
  document.addEventListener("DOMContentLoaded", () => panel() && panel().addEventListener("close", closed));
})();
