// Starts reveal.js, and makes each slide fit when it is shown: a long program gets smaller type.
const SMALLEST = 0.7; // of the full size; tests/browser/test_slides.py holds every slide to it

const COLUMN = 555; // px; a letter of the programs is 0.602 of its size wide. A very long line is broken.

// The largest size at which the slide fits.
function largest(page) {
  const body = page.querySelector(".body");
  for (let size = 1; size > SMALLEST - 0.01; size -= 0.02) {
    page.style.setProperty("--fit", size.toFixed(2));
    // Room for the padding at the foot, where the slide's number stands.
    if (body.offsetTop + body.scrollHeight <= page.clientHeight - 44) return size;
  }
  return 0;
}

function fit(slide) {
  const page = slide.querySelector(":scope > .page");
  if (!page) return;
  const program = page.querySelector("pre.go");
  program?.classList.remove("columns");
  const whole = largest(page);
  if (whole > 0.85 || !program) return;
  const type = Math.min(24, Math.max(18, COLUMN / 0.602 / program.dataset.longest));
  program.style.setProperty("--size", `${type}px`);
  program.classList.add("columns");
  if (largest(page) * type > whole * 24) return;
  program.classList.remove("columns");
  largest(page);
}

// A key that belongs to a lab does not turn the slide; Escape gives the keys back to the slides.
function ours(event) {
  const at = event.target;
  if (!at.closest(".gs-lab-static, details, pre[tabindex]")) return true;
  if (event.key === "Escape") at.blur();
  else if (at.matches("button, summary")) return ![" ", "Enter", "Tab"].includes(event.key);
  return false;
}

Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0,
  center: false,
  transition: "none",
  hash: true,
  slideNumber: "c/t",
  keyboardCondition: ours,
  plugins: [RevealNotes],
});
const fitAll = () => document.querySelectorAll(".slides section:not(:has(section))").forEach(fit);
Reveal.on("ready", () => fit(Reveal.getCurrentSlide()));
Reveal.on("slidechanged", (event) => fit(event.currentSlide));
Reveal.on("pdf-ready", fitAll);
document.addEventListener("input", () => fit(Reveal.getCurrentSlide()));
document.documentElement.dataset.slides = "ready";
