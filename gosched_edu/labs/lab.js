// Brings the static labs of a page to life: a control picks one of the runs stored in the page.
(() => {
  for (const box of document.querySelectorAll(".gs-lab-static:not([data-live])")) {
    box.dataset.live = "";
    const part = (name) => box.querySelector(name);
    const data = JSON.parse(part('script[type="application/json"]').textContent);
    const inputs = [...box.querySelectorAll("[data-control]")];
    const chosen = (input) => (input.type === "range" ? +input.value : input.selectedIndex);
    const show = () => {
      const key = inputs.map(chosen).join();
      inputs.forEach((input, i) => {
        if (input.type !== "range") return;
        const text = String(data.values[i][chosen(input)]);
        input.setAttribute("aria-valuetext", text);
        input.parentElement.querySelector("output").textContent = text;
      });
      const state = data.states[key];
      const open = part(".gs-lab-view details[open]");
      part(".gs-lab-view").innerHTML = state.html;
      if (open) part(".gs-lab-view details").open = true;
      part(".gs-lab-code").textContent = state.code;
      part(".gs-lab-said").textContent = state.said;
    };
    inputs.forEach((input) => input.addEventListener("input", show));
    part("button").addEventListener("click", () => {
      inputs.forEach((input, i) => {
        if (input.type === "range") input.value = data.start[i];
        else input.selectedIndex = data.start[i];
      });
      show();
    });
    part(".gs-lab-controls").hidden = false;
  }
})();
