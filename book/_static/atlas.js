// Large type for the classroom, and the questions that find a reader's path.
(() => {
  "use strict";
  const KEY = "atlas-type";
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // a browser that keeps nothing
    }
  }

  function setType(large) {
    root.classList.toggle("gs-large", large);
    try {
      localStorage.setItem(KEY, large ? "large" : "normal");
    } catch {
      // it holds for this page, then
    }
    const button = document.querySelector(".gs-type");
    if (button) button.setAttribute("aria-pressed", String(large));
    dispatchEvent(new Event("resize"));
  }

  function addButton() {
    const place = document.querySelector(".article-header-buttons");
    if (!place) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm gs-type";
    button.title = "Large type, for a projector";
    button.setAttribute("aria-label", "Large type");
    button.textContent = "Aa";
    button.addEventListener("click", () => setType(!root.classList.contains("gs-large")));
    place.prepend(button);
  }

  // Each answer adds to one of the paths; the last question says how far today.
  function find(form) {
    const points = new Map();
    let steps = "";
    const questions = [...form.querySelectorAll("fieldset")];
    const answers = questions.map((q) => q.querySelector("input:checked")).filter(Boolean);
    for (const answer of answers) {
      const [path, weight] = (answer.dataset.path || "").split(" ");
      if (path) points.set(path, (points.get(path) || 0) + Number(weight || 1));
      if (answer.dataset.steps) steps = answer.dataset.steps;
    }
    const said = form.querySelector(".gs-found");
    if (answers.length < questions.length) {
      const left = questions.length - answers.length;
      said.textContent = left === 1 ? "One more question." : `${left} more questions.`;
      return;
    }
    const [best] = [...points].sort((a, b) => b[1] - a[1])[0];
    const heading = document.getElementById(best).closest("section").querySelector("h2");
    const link = document.createElement("a");
    link.href = `#${best}`;
    link.textContent = heading.firstChild.textContent.trim();
    said.replaceChildren("Your path: ", link, `. ${steps}`);
  }

  function start() {
    const asked = new URLSearchParams(location.search).get("type");
    addButton();
    if (asked || stored() === "large") setType((asked || "large") === "large");
    for (const form of document.querySelectorAll("form.gs-finder")) {
      form.hidden = false;
      form.addEventListener("change", () => find(form));
    }
  }

  // Before the first paint, so that a page does not jump.
  if (stored() === "large") root.classList.add("gs-large");
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
