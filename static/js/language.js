/* Is what somebody typed still there after they chose the other language? What the forms of the page hold is stored
   in this tab when form[data-language] is sent, and restored once, into the same fields of the page that comes back. */
(() => {
  "use strict";
  const KEY = "plenary:language";
  const FIELD = "textarea, select, input:not([type=hidden]):not([type=password]):not([type=file]):not([type=submit])";

  function fields() {
    return Array.from(document.querySelectorAll(FIELD)).filter((field) => field.form && field.name);
  }

  function ticked(field) {
    return field.type === "radio" || field.type === "checkbox";
  }

  function name(field) {
    return [field.form.getAttribute("action"), field.name, ticked(field) ? field.value : ""].join(" ");
  }

  function store(event) {
    if (!event.target.matches("form[data-language]")) return;
    const values = {};
    fields().forEach((field) => { values[name(field)] = ticked(field) ? field.checked : field.value; });
    try { sessionStorage.setItem(KEY, JSON.stringify(values)); } catch (error) { /* refused */ }
  }

  function restore() {
    let values = null;
    try {
      values = JSON.parse(sessionStorage.getItem(KEY));
      sessionStorage.removeItem(KEY);
    } catch (error) { /* refused */ }
    if (!values) return;
    fields().filter((field) => name(field) in values).forEach((field) => {
      const value = values[name(field)];
      if (ticked(field)) field.checked = value;
      else field.value = value;
      const folded = value && !ticked(field) && field.tagName !== "SELECT" && field.closest("details");
      if (folded) folded.open = true;
    });
  }

  document.addEventListener("submit", store);
  document.addEventListener("DOMContentLoaded", restore);
})();
