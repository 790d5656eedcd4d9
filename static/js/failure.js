/* What is said when a request of htmx got no usable answer? A sentence in #refusal (role=alert) from
   template[data-for="failed"], so that a button pressed without a network does not just do nothing. */
(() => {
  "use strict";

  function showFailure(event) {
    const ctx = event.detail.ctx;
    const status = ctx && ctx.response ? ctx.response.status : 0;
    const place = document.getElementById("refusal");
    const words = document.querySelector('template[data-for="failed"]');
    if (ctx && place && words && (status === 0 || status >= 500)) place.textContent = words.content.textContent.trim();
  }

  function clear(event) {
    const place = document.getElementById("refusal");
    const ctx = event.detail.ctx;
    if (place && ctx && ctx.request && ctx.request.method === "POST") place.textContent = "";
  }

  document.addEventListener("htmx:before:request", clear);
  document.addEventListener("htmx:error", showFailure);
  document.addEventListener("htmx:response:error", showFailure);
})();
