/* How does a personal answer get into the page without disturbing somebody who is typing there?
   plenary.swap(target, html) puts the answer in the target's place. */
(() => {
  "use strict";
  const TYPED = "textarea, input:not([type]), input[type=text], input[type=search], input[type=number]";

  /* Morphing keeps the focused field and its keyboard; otherwise a fresh element, because a morph
     would leave ticked boxes as they were. */
  function style(target) {
    const active = document.activeElement;
    return active && target.contains(active) && active.matches(TYPED) ? "outerMorph" : "outerHTML";
  }

  function swap(target, html) {
    return htmx.swap({ sourceElement: document.body, target, swap: target.dataset.swap || style(target), text: html });
  }

  window.plenary = Object.assign(window.plenary || {}, { swap });
})();
