// The slider for the size of frames: [data-size="<name>"] sets a custom property on what it names, kept on this device.
const KINDS = {
  runs: { target: "#runs", property: "--more", unit: "", turned: -1 },
  library: { target: "#pictures", property: "--tall", unit: "px", turned: 1 },
};

for (const box of document.querySelectorAll("[data-size]")) {
  const kind = KINDS[box.dataset.size];
  const target = document.querySelector(kind.target);
  const slider = box.querySelector("input");
  if (!target) continue;
  const apply = () => target.style.setProperty(kind.property, `${kind.turned * slider.value}${kind.unit}`);
  const kept = localStorage.getItem(`size:${box.dataset.size}`);
  if (kept !== null) slider.value = kept;
  slider.addEventListener("input", () => {
    apply();
    localStorage.setItem(`size:${box.dataset.size}`, slider.value);
  });
  if (kept !== null) apply();
  box.hidden = false;
}
