/* How does a contribution get off the thumb? A form with data-outbox is stored on the device first;
   sending.js delivers it. #outbox says in words how many wait. */
(() => {
  "use strict";
  const DOUBLE_TAP = 600, PATIENCE = 700;
  let lastTap = { body: "", at: 0 };
  let pressed = null;
  let wordsTimer = 0;

  function content(form, button) {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    return fields.toString();
  }

  function submit(event) {
    const form = event.target;
    if (!form.matches("form[data-outbox]")) return;
    event.preventDefault();
    const button = event.submitter || (pressed && pressed.form === form ? pressed : null);
    const url = (button && button.getAttribute("formaction")) || form.getAttribute("action") || location.pathname;
    const body = content(form, button);
    const again = lastTap.body === url + body && Date.now() - lastTap.at < DOUBLE_TAP;
    if (again) return;
    lastTap = { body: url + body, at: Date.now() };
    showBusy(button);
    const task = form.closest("[data-task]");
    const entry = window.plenary.queue.add({
      url, body,
      thing: form.dataset.outbox,
      replace: form.hasAttribute("data-outbox-replace"),
      target: form.dataset.target || "",
      task: task ? task.dataset.task : "",
      me: document.documentElement.dataset.me || "",
    });
    clearRefusals(form);
    clearTexts(form);
    form.dispatchEvent(new CustomEvent("plenary:queued", { bubbles: true, detail: entry }));
    setTimeout(words, PATIENCE + 50);
  }

  function showBusy(button) {
    if (!button) return;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => button.removeAttribute("aria-busy"), DOUBLE_TAP);
  }

  function clearRefusals(form) {
    const places = [form.querySelector("[data-refusal]"), document.getElementById("refusal")];
    places.forEach((place) => { if (place) place.textContent = ""; });
  }

  /* Text moves into the outbox and the field is emptied; a ballot goes on showing what was chosen. */
  function clearTexts(form) {
    if (form.hasAttribute("data-outbox-replace")) return;
    Array.from(form.elements).forEach((field) => {
      if (field.matches("textarea, input[type=text], input:not([type])")) field.value = "";
    });
  }

  function words() {
    const sign = document.getElementById("outbox");
    if (!sign) return;
    clearTimeout(wordsTimer);
    const waiting = window.plenary.queue.all().filter((entry) => window.plenary.now() - entry.written_at >= PATIENCE);
    const before = sign.dataset.state;
    if (waiting.length) write(sign, "waiting", waiting.length);
    else if (before === "waiting") write(sign, "sent", 0);
    if (sign.dataset.state === "sent") wordsTimer = setTimeout(() => write(sign, "", 0), 5000);
  }

  function write(sign, state, count) {
    const template = document.querySelector(`template[data-for="outbox-${state}"]`);
    const sentence = template ? template.content.textContent.trim().replace("{n}", count) : "";
    sign.dataset.state = state;
    if (sign.textContent !== sentence) sign.textContent = sentence;
  }

  document.addEventListener("submit", submit);
  document.addEventListener("click", (event) => {
    pressed = event.target.closest && event.target.closest("button, input[type=submit]");
  }, true);
  document.addEventListener("plenary:outbox", words);
  document.addEventListener("DOMContentLoaded", words);
})();
