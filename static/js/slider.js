// A slider's line is inked up to its value, and its <output data-of="id"> says the number.
function ink(slider) {
  const least = Number(slider.min || 0);
  const most = Number(slider.max || 100);
  slider.style.setProperty("--at", `${(100 * (slider.value - least)) / (most - least)}%`);
  for (const output of document.querySelectorAll(`output[data-of="${CSS.escape(slider.id)}"]`)) {
    output.textContent = slider.value;
  }
}

document.addEventListener("input", (event) => {
  if (event.target.matches("input.slider")) ink(event.target);
});
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("input.slider").forEach(ink));
document.querySelectorAll("input.slider").forEach(ink);
