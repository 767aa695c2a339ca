// The files follow what is drawn, and a press waits for them. What would be refused is told beside the button before.
import { marksFile, maskFile, put } from "./file.js";

const SETTLE_MS = 250;
const MOST_BYTES = 4_000_000;

/** `settled({share})` is called once the files are those of what is drawn. */
export function sender(form, { layers, kind, extend, words, settled }) {
  const make = form.querySelector("[data-make]");
  const held = form.querySelector("[data-held]");
  const state = { share: 0, bytes: 0 };
  const stale = new Set(Object.keys(layers));
  let timer;
  let waits = Promise.resolve(); // for pictures that are fetched, then for files that are written

  const write = {
    async paint() {
      const { file, share } = await maskFile(layers.paint);
      Object.assign(state, { share, bytes: file.size, file });
      put(form.elements.mask_file, share ? file : undefined);
    },
    async markup() {
      put(form.elements.markup_file, layers.markup.count ? await marksFile(layers.markup) : undefined);
    },
  };

  function settle() {
    clearTimeout(timer);
    waits = waits.then(async () => {
      while (stale.size) {
        const [name] = stale;
        stale.delete(name); // before: what is drawn while it is written makes it stale again
        await write[name]();
      }
      form.removeAttribute("data-behind");
      hold();
      settled(state);
    });
    return waits;
  }

  function changed(name) {
    stale.add(name);
    form.setAttribute("data-behind", ""); // the files are
    clearTimeout(timer);
    timer = setTimeout(settle, SETTLE_MS);
  }

  function why() {
    if (kind() === "extend") return extend()?.ready() ? "" : words.holdShape;
    if (kind() === "markup") return layers.markup.count ? "" : words.holdMarks;
    if (state.bytes > MOST_BYTES) return words.holdLarge.replace("{n}", (state.bytes / 2 ** 20).toFixed(1));
    if (state.share === 0) return words.holdNothing;
    return state.share === 1 ? words.holdAll : "";
  }

  function hold() {
    const sentence = why();
    if (held.textContent !== sentence) held.textContent = sentence;
    if (!sentence) delete held.dataset.pressed;
    make.setAttribute("aria-disabled", String(Boolean(sentence)));
  }

  let under = false; // a press waits for the files
  let goes = false; // they are there
  form.addEventListener("submit", async (event) => {
    if (goes) return;
    event.preventDefault();
    if (under) return;
    under = true;
    await settle();
    under = false;
    const back = event.submitter?.hasAttribute("formaction");
    if (!back && why()) {
      held.dataset.pressed = "";
      return;
    }
    goes = true;
    if (!back) make.setAttribute("aria-busy", "true");
    setTimeout(() => form.requestSubmit(event.submitter ?? make)); // within the first submit's event it would do nothing
  });
  // A rectangle by numbers is painted already.
  form.addEventListener("formdata", ({ formData }) => ["left", "top", "right", "bottom"].forEach((name) => formData.delete(name)));
  window.addEventListener("pageshow", ({ persisted }) => {
    goes = false;
    if (persisted) form.elements.key.value = crypto.randomUUID(); // gone back to: the next press is another one
    make.removeAttribute("aria-busy");
  });

  return { changed, settle, hold, state, after: (promise) => (waits = waits.then(() => promise)) };
}
