// A larger sheet round the picture: which shape, where the picture stands in it, and how much that adds at each side.
const STEP = 16; // sides are multiples of it
const SAME = 0.01; // shapes that differ by less are one

/** The larger sheet of a shape ("16:9"), in pixels of the picture; the picture itself when there is none. */
export function sheetOf(shape, { width, height }) {
  const [across, down] = shape.split(":").map(Number);
  const turned = (across / down) * (height / width);
  const up = (length) => Math.ceil(length / STEP - 0.001) * STEP;
  if (Math.abs(turned - 1) < SAME) return { width, height };
  return turned > 1 ? { width: up(width * turned), height } : { width, height: up(height / turned) };
}

export function extending(form, size, words, changed) {
  const sheet = form.querySelector("[data-larger]");
  const inner = sheet.querySelector("[data-inner]");
  const shapes = [...form.querySelectorAll("[data-shape]")];
  const places = { x: form.elements.extend_x, y: form.elements.extend_y };
  const chosen = () => shapes.find((one) => one.checked && !one.disabled);
  const larger = () => (chosen() ? sheetOf(chosen().dataset.shape, size) : size);

  for (const shape of shapes) {
    const [across, down] = shape.dataset.shape.split(":").map(Number);
    shape.nextElementSibling.style.setProperty("--n", across / down);
    const { width, height } = sheetOf(shape.dataset.shape, size);
    shape.disabled = width === size.width && height === size.height;
    const label = shape.closest("label");
    label.hidden = shape.disabled;
    // Chosen by pointer it is left at once: arrows place the picture then, and choose no other shape.
    label.addEventListener("click", ({ detail }) => detail && requestAnimationFrame(() => shape.blur()));
  }

  function show() {
    const { width, height } = larger();
    const [spareX, spareY] = [width - size.width, height - size.height];
    const left = Math.round((spareX * places.x.value) / 100);
    const top = Math.round((spareY * places.y.value) / 100);
    sheet.style.setProperty("--n", width / height);
    sheet.style.setProperty("aspect-ratio", `${width} / ${height}`);
    Object.assign(inner.style, {
      width: `${(100 * size.width) / width}%`,
      height: `${(100 * size.height) / height}%`,
      left: `${(100 * left) / width}%`,
      top: `${(100 * top) / height}%`,
    });
    form.querySelector("[data-across]").hidden = !spareX;
    form.querySelector("[data-down]").hidden = !spareY;
    const share = 1 - (size.width * size.height) / (width * height);
    form.querySelector("[data-new]").textContent = share ? words.newShare.replace("{n}", `${Math.round(100 * share)}%`) : "";
    const added = { left, right: spareX - left, top, bottom: spareY - top };
    say(form.querySelector("[data-added]"), [
      share ? `${width} × ${height}` : "",
      ...Object.entries(added).map(([side, n]) => (n ? words[side].replace("{n}", n) : "")),
    ]);
    thumb(width, height, left, top);
    changed();
  }

  function say(line, parts) {
    const spans = parts.filter(Boolean).map((part, n) => Object.assign(document.createElement(n ? "span" : "b"), { textContent: part }));
    line.replaceChildren(...spans);
  }

  function thumb(width, height, left, top) {
    const part = 46 / Math.max(width, height);
    const box = (x, y, w, h) => `M${x} ${y}h${w}v${h}h${-w}z`;
    const [x, y] = [(46 - width * part) / 2, (46 - height * part) / 2];
    form.querySelector("[data-new-part]").setAttribute("d", box(x, y, width * part, height * part));
    const old = box(x + left * part, y + top * part, size.width * part, size.height * part);
    form.querySelector("[data-old-part]").setAttribute("d", old);
  }

  function place(axis, value) {
    places[axis].value = value;
    places[axis].dispatchEvent(new Event("input", { bubbles: true }));
  }

  inner.addEventListener("pointerdown", (event) => {
    inner.setPointerCapture(event.pointerId);
    const box = sheet.getBoundingClientRect();
    const { width, height } = larger();
    const from = { x: Number(places.x.value), y: Number(places.y.value) };
    const spare = { x: box.width * (1 - size.width / width), y: box.height * (1 - size.height / height) };
    inner.onpointermove = (now) => {
      if (spare.x > 1) place("x", from.x + (100 * (now.clientX - event.clientX)) / spare.x);
      if (spare.y > 1) place("y", from.y + (100 * (now.clientY - event.clientY)) / spare.y);
    };
    inner.onpointerup = inner.onpointercancel = () => (inner.onpointermove = null);
  });
  for (const field of [...shapes, places.x, places.y]) field.addEventListener("input", show);
  show();
  return { ready: () => Boolean(chosen()), nudge: (axis, by) => place(axis, Number(places[axis].value) + by) };
}
