// The mask editor's page: what is drawn, with which tool, where the picture stands, and what is sent.
import "../slider.js";
import { say } from "../toasts.js";
import { acts } from "./acts.js";
import { goingBack } from "./back.js";
import { extending } from "./extend.js";
import * as keys from "./keys.js";
import { Layer } from "./layer.js";
import { writer } from "./markup.js";
import * as pointer from "./pointer.js";
import { pricing } from "./price.js";
import { sender } from "./send.js";
import { telling } from "./status.js";
import { keeper } from "./store.js";
import { cursors, ringed, toolbox } from "./tools.js";
import { typed } from "./typed.js";
import { View } from "./view.js";

const form = document.querySelector("[data-mask-editor]");
const find = (name) => form.querySelector(`[data-${name}]`);
const picture = { width: Number(form.dataset.width), height: Number(form.dataset.height) };
const words = find("words").dataset;
const stage = find("stage");
const size = find("size-px");
const kind = () => form.elements.mask_kind.value;
const tool = () => form.elements.tool.value;

form.elements.drawn.value = "1"; // the files are all there is: none of a kind means none

const store = keeper(form.dataset.uuid, { paint: form.dataset.mask, markup: form.dataset.markup });
const layers = {};
for (const canvas of form.querySelectorAll("[data-layer]")) {
  const name = canvas.dataset.layer;
  layers[name] = new Layer(canvas, picture, () => changed(name));
}
const layer = () => layers[kind()] ?? layers.paint;
const view = new View(stage, find("sheet"), picture, (scale) => {
  find("zoomed").textContent = `${Math.round(100 * scale)}%`;
  feather();
  ring();
});
const tell = telling(form, { layers, layer, kind, words });
let extend;
const send = sender(form, { layers, kind, words, extend: () => extend, settled: tell.all });
extend = extending(form, picture, words, send.hold);
pricing(form, send);

let drawn = false; // since the page was opened, or what was drawn before came back
let set = false; // a field was
function changed(name) {
  drawn = true;
  send?.changed(name);
  tell.acts();
}
// A stroke that is under way when the page is left is drawn, not kept: what is kept is what undo knows.
const keep = () => store.keep(layers);
addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => document.hidden && keep());

// --- what was drawn before
async function bringBack() {
  const kept = store.kept();
  let more = false; // than the server has
  for (const [name, source] of [["paint", form.dataset.mask], ["markup", form.dataset.markup]]) {
    if (!layers[name]) continue;
    const fresh = source ? [{ kind: name === "paint" ? "mask" : "picture", src: source }] : [];
    const was = kept[name] ?? { ops: fresh, index: fresh.length };
    more ||= JSON.stringify(was.ops.slice(0, was.index)) !== JSON.stringify(fresh);
    await layers[name].restore(was);
  }
  drawn = more;
}
function lost() {
  form.elements.drawn.value = ""; // so that the server's stays
  say(words.lost, { stays: true });
}
send.after(bringBack().catch(lost));
send.settle();
form.addEventListener("input", ({ target }) => (set ||= Boolean(target.name)));
goingBack(form, { send, changed: () => drawn || set, close: find("close"), words });

// --- how it looks
function feather() {
  const soft = (Number(form.elements.feather.value) * view.scale) / 2;
  layers.paint.canvas.style.filter = soft ? `blur(${soft}px)` : "";
}

let over; // the last place of a pointer that hovers
function ring(event = over) {
  over = event;
  const box = stage.getBoundingClientRect();
  const wide = Number(size.value) * (ringed[tool()] ?? 0) * view.scale;
  const shown = event && event.pointerType !== "touch" && wide && kind() !== "extend" && !moving();
  find("ring").hidden = !shown;
  if (!shown) return;
  const { style } = find("ring");
  style.width = style.height = `${Math.max(wide, 4)}px`;
  style.translate = `${event.clientX - box.left - wide / 2}px ${event.clientY - box.top - wide / 2}px`;
}

function show(d) {
  for (const path of form.querySelectorAll("[data-sketched]")) path.setAttribute("d", d);
}

function cursor() {
  stage.dataset.cursor = kind() === "extend" ? "" : moving() ? "hand" : (cursors[tool()] ?? "ring");
  ring();
}

// --- pointers and tools
let space = () => false;
const moving = () => space() || tool() === "hand";
const tools = toolbox({ view, layer, show, size: () => Number(size.value), write: writer(stage, find("written")) });
const gestures = pointer.listen(stage, view, {
  begin: (event) => (kind() === "extend" ? undefined : tools[tool()](event)),
  moving: () => kind() !== "extend" && moving(),
  hover: ring,
});

size.value = Math.round(Math.max(picture.width, picture.height) / 16);
size.dispatchEvent(new Event("input", { bubbles: true }));
size.addEventListener("input", () => ring());
form.elements.feather.addEventListener("input", feather);
typed(form, form.dataset.uuid);

const chosen = { paint: "brush", markup: "pen" };
form.addEventListener("change", ({ target }) => {
  if (target.name === "tool") chosen[kind()] = tool();
  if (target.name === "mask_kind") {
    if (chosen[kind()]) form.elements.tool.value = chosen[kind()];
    view.resized();
    send.hold();
    tell.all(send.state);
  }
  cursor();
});

function take(key) {
  const one = form.querySelector(`[name=tool][data-key="${CSS.escape(key)}"]`);
  if (!one?.closest("label").offsetParent) return false;
  one.checked = true;
  one.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function resize(by) {
  size.value = by > 1 ? Math.max(Number(size.value) + 1, Math.round(size.value * by)) : Math.round(size.value * by);
  size.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- what buttons and keys do
const ACTS = acts(form, { view, layers, layer, kind, send, words });
const nudge = (axis, by) => () => kind() === "extend" && (extend.nudge(axis, by), true);
const does = {
  "[": () => (resize(0.8), true),
  "]": () => (resize(1.25), true),
  i: () => (ACTS.invert(), true),
  "+": () => (ACTS.larger(), true),
  "=": () => (ACTS.larger(), true),
  "-": () => (ACTS.smaller(), true),
  0: () => (ACTS.fit(), true),
  "?": () => (ACTS.keys(), true),
  arrowleft: nudge("x", -1),
  arrowright: nudge("x", 1),
  arrowup: nudge("y", -1),
  arrowdown: nudge("y", 1),
};
space = keys.listen(does, {
  tool: take,
  undo: () => void ACTS.undo(),
  redo: () => void ACTS.redo(),
  send: () => form.requestSubmit(find("make")),
  back: (event) => {
    if (gestures.cancel() || event.target === find("written") || form.querySelector("[data-menu][open]")) return;
    if (location.hash === "#pane") location.hash = "#main";
    else form.requestSubmit(find("close"));
  },
  cursor,
});
cursor();
