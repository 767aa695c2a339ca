// What the buttons do; keys do the same.
import { say } from "../toasts.js";
import { readMask, save } from "./file.js";
import { load } from "./raster.js";

const STEP = 1.25; // of a zoom

export function acts(form, { view, layers, layer, kind, send, words }) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const { paint } = layers;

  function numbers() {
    const read = (name) => form.elements[name].valueAsNumber / 100;
    const [left, top, right, bottom] = ["left", "top", "right", "bottom"].map(read);
    const fine = left >= 0 && top >= 0 && right > left && bottom > top && right <= 1 && bottom <= 1;
    find("numbers-error").hidden = fine;
    if (!fine) return;
    const { width, height } = paint.size;
    paint.push({ kind: "rect", x: left * width, y: top * height, w: (right - left) * width, h: (bottom - top) * height });
  }

  const does = {
    undo: () => layer().go(-1),
    redo: () => layer().go(1),
    invert: () => kind() === "paint" && paint.push({ kind: "invert" }),
    clear: () => layer().index && layer().push({ kind: "clear" }),
    smaller: () => view.zoom(view.scale / STEP),
    larger: () => view.zoom(view.scale * STEP),
    fit: () => view.fit(),
    keys: () => document.querySelector("[data-keys]").showModal(),
    bring: () => find("bring").click(),
    save: () => send.settle().then(() => save(send.state.file, `${form.dataset.number.replace(/\.\w{3,4}$/, "")}-mask.png`)),
    numbers,
  };

  form.addEventListener("click", ({ target }) => {
    if (target.closest("[data-menu] :is(a, button)")) target.closest("[data-menu]").open = false;
    const button = target.closest("[data-act]");
    if (button && button.getAttribute("aria-disabled") !== "true") does[button.dataset.act]();
  });

  find("numbers").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    numbers();
  });

  find("bring").addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    target.value = "";
    try {
      const op = { kind: "mask", src: await readMask(file, paint.size) };
      await load(op);
      paint.push(op);
    } catch (wrong) {
      if (wrong.empty) say(words.empty);
      else say(wrong.shape ? words.otherShape.replace("{n}", wrong.shape) : words.unreadable);
    }
  });

  return does;
}
