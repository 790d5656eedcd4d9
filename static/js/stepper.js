/* How much is left to give? Minus and plus step the number between them; a [data-budget] says what is left and holds
   back a ballot with too much or too little before it is sent. The fields alone are enough where this does not run. */
(() => {
  "use strict";
  document.documentElement.dataset.steps = "";

  function given(field) {
    if (field.type === "number") return Math.max(0, Math.trunc(Number(field.value)) || 0);
    return field.checked && field.value !== "" ? 1 : 0;
  }

  function fields(budget) {
    return Array.from(budget.querySelectorAll("input[type=number], input[type=checkbox], input[type=radio]"));
  }

  function used(budget) {
    return fields(budget).reduce((sum, field) => sum + given(field), 0);
  }

  function write(place, text) {
    if (place && place.textContent !== text) place.textContent = text;
  }

  function words(budget, sum, most) {
    const place = budget.querySelector("[data-left]");
    if (!place) return "";
    const over = sum > most && place.dataset.over;
    const text = (over || place.dataset.left)
      .replace("{left}", most - sum).replace("{used}", sum).replace("{n}", sum - most);
    write(place, text);
    place.parentElement.toggleAttribute("data-too-many", sum > most);
    return text;
  }

  function draw(budget) {
    const sum = used(budget), most = Number(budget.dataset.budget), first = fields(budget)[0];
    const text = words(budget, sum, most);
    if (!first) return;
    if (sum > most) first.setCustomValidity(text || String(most));
    else first.setCustomValidity(sum < Number(budget.dataset.least) ? budget.dataset.tooFew : "");
    budget.querySelectorAll("[data-step]").forEach((button) => {
      button.setAttribute("aria-disabled", String(change(button, sum, most) === 0));
    });
  }

  /* A last step is as small as what is left. */
  function change(button, sum, most) {
    const field = button.parentElement.querySelector("input"), n = given(field), step = Number(button.dataset.step);
    return step < 0 ? -Math.min(-step, n) : Math.max(0, Math.min(step, most - sum, Number(field.max) - n));
  }

  function press(event) {
    const button = event.target.closest && event.target.closest("[data-step]");
    const budget = button && button.closest("[data-budget]");
    if (!budget) return;
    const field = button.parentElement.querySelector("input");
    const by = change(button, used(budget), Number(budget.dataset.budget));
    if (!by) return;
    field.value = String(given(field) + by);
    write(budget.querySelector("[data-just-changed]"), `${field.labels[0].textContent.trim()}: ${field.value}. `);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function all() {
    document.querySelectorAll("[data-budget]").forEach(draw);
  }

  document.addEventListener("click", press);
  document.addEventListener("input", all);
  document.addEventListener("change", all);
  document.addEventListener("reset", () => setTimeout(all, 0));
  document.addEventListener("htmx:after:swap", () => setTimeout(all, 0)); // after draft.js gave the values back
  document.addEventListener("DOMContentLoaded", () => setTimeout(all, 0));
})();
