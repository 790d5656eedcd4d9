/* Was that tap meant for the button that has just taken its place? The next step keeps its place and its id while its
   action changes, so the second tap of a double press would land on the step after: it is ignored. So is the same
   step pressed again, which the server would only refuse. */
(() => {
  "use strict";
  const TWICE = 700;
  let last = { id: "", action: "", at: 0 };

  function pressed(event) {
    const button = event.target.closest && event.target.closest("button[formaction]");
    if (!button) return;
    const action = button.getAttribute("formaction");
    const here = event.detail > 1 || button.id === last.id;
    if (here && (action !== last.action || button.id === "next-step") && performance.now() - last.at < TWICE) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    last = { id: button.id, action, at: performance.now() };
  }

  document.addEventListener("click", pressed, true);
})();
