/* Which item does this line belong to? An empty line follows the room (#now[data-item]); a line begun stays with the item
   it was begun in, and says so. Alt and a figure choose the kind without leaving the line. */
(() => {
  "use strict";
  let followed = "";

  function writer() {
    return document.querySelector("form[data-pad]");
  }

  function room() {
    const now = document.getElementById("now");
    return now ? now.dataset.item || "" : "";
  }

  /* The list was drawn with the page; what the items are called now arrives with the entries. */
  function rename(item) {
    for (const titled of document.querySelectorAll("#item-titles option")) {
      const option = item.querySelector(`option[value="${titled.value}"]`);
      if (option && option.textContent !== titled.textContent) option.textContent = titled.textContent;
    }
  }

  /* Another item chosen by hand stays for the line about to be written. */
  function follow(event) {
    const form = writer();
    if (!form) return;
    const item = form.elements.namedItem("item"), text = form.elements.namedItem("text");
    const free = text.value.trim() === "" && !(event.type === "change" && event.target === item);
    const due = room() !== followed || event.type === "plenary:queued" || event.target === text;
    rename(item);
    if (room() && free && due) item.value = room();
    followed = room();
    form.toggleAttribute("data-behind", Boolean(room()) && item.value !== room());
  }

  function choose(event) {
    const form = event.target.form;
    if (!event.altKey || !form || form !== writer() || !/^Digit\d$/.test(event.code)) return;
    const kind = form.elements.kind[Number(event.code.slice(5)) - 1];
    if (!kind) return;
    event.preventDefault();
    kind.checked = true;
    kind.dispatchEvent(new Event("change", { bubbles: true }));
  }

  document.addEventListener("keydown", choose);
  document.addEventListener("input", follow);
  document.addEventListener("change", follow);
  document.addEventListener("plenary:queued", follow);
  document.addEventListener("htmx:after:swap", follow);
  document.addEventListener("DOMContentLoaded", follow);
})();
