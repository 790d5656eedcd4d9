/* When is the panel open? Something loaded into <dialog id="panel"> opens it; an empty or 204 answer, a
   [data-close] button or Escape closes it, and the focus goes back to where it came from. What has been written
   in it and not been saved is asked about first. */
(() => {
  "use strict";
  let opener = null, written = false, focused = null;

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

  function leave() {
    if (written) ask();
    else close();
  }

  function ask() {
    if (!panel().querySelector("[data-stay]")) {
      focused = document.activeElement;
      panel().append(document.getElementById("panel-unsaved").content.cloneNode(true));
    }
    panel().querySelector("[data-stay]").focus();
  }

  function stay() {
    panel().querySelector("[data-stay]").parentElement.remove();
    focused.focus();
  }

  function cancelled(event) {
    event.preventDefault();
    leave();
  }

  function typed(event) {
    if (event.target.closest("#panel form[method=post]")) written = true;
  }

  /* The opener may have been drawn anew by a push meanwhile: then its namesake gets the focus. */
  function closed() {
    if (written) { // browsers let a second Escape through
      panel().showModal();
      ask();
      return;
    }
    panel().textContent = "";
    const back = opener && opener.isConnected ? opener : opener && opener.id && document.getElementById(opener.id);
    if (back) back.focus();
    opener = null;
  }

  function swapped(event) {
    const ctx = event.detail.ctx;
    if (!panel() || ctx.target !== panel()) return;
    const nothing = ctx.response && ctx.response.status === 204;
    if (ctx.response && ctx.response.status < 400) written = false;
    if (panel().children.length && !nothing) open(ctx.sourceElement);
    else close();
  }

  document.addEventListener("htmx:after:swap", swapped);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-close], [data-stay], [data-close-anyway]");
    if (button && button.matches("[data-stay]")) return stay();
    if (button && button.matches("[data-close-anyway]")) written = false;
    if (button || event.target === panel()) leave();
  });
  document.addEventListener("input", typed);
  document.addEventListener("submit", (event) => { written = written && event.defaultPrevented; });
  window.addEventListener("beforeunload", (event) => { if (written) event.preventDefault(); });
  document.addEventListener("DOMContentLoaded", () => {
    if (!panel()) return;
    panel().addEventListener("close", closed);
    panel().addEventListener("cancel", cancelled);
  });
})();
