// Comparing pictures: the ways to look, which two, the keys. What moves under the hand is in js/compare/.
// The divider is an input of type range and our own: img-comparison-slider cannot zoom, takes the second finger for the
// divider, tells a screen reader neither name nor value, and has no part in the other three ways.
import "./toasts.js";
import "./slider.js";
import { blinkOf } from "./compare/blink.js";
import { listen } from "./compare/gestures.js";
import { loupeOf } from "./compare/loupe.js";
import { viewOf } from "./compare/view.js";

const find = (selector) => document.querySelector(selector);
const panes = find("[data-panes]");
const figures = [...panes.querySelectorAll(".pane")];
const ways = [...document.querySelectorAll("[data-way]")];
const [divider, over, zoom, move] = ["divider", "over", "zoom", "move"].map((name) => find(`[data-${name}]`));

const view = viewOf(panes, () => {
  zoom.setAttribute("aria-pressed", String(view.exact));
  loupe.show();
});
const loupe = loupeOf(panes, view);
const blink = blinkOf(panes, find("[data-hold]"));
const way = () => panes.dataset.as;
const moving = () => panes.hasAttribute("data-moving");
const side = (name) => figures.find((figure) => figure.dataset.side === name);

function look(as) {
  panes.dataset.as = as;
  for (const link of ways) {
    link.toggleAttribute("aria-current", link.dataset.way === as);
    if (link.dataset.way === as) link.setAttribute("aria-current", "true");
  }
  find(".upper").hidden = as !== "overlay";
  find(".turns").hidden = as !== "blink";
  const two = find("[data-two]");
  if (two) two.hidden = as === "side";
  blink[as === "blink" ? "start" : "stop"]();
  view.zoom(1);
}

// A way that somebody chooses is a page to go back from, as its link would make it.
function choose(as) {
  if (as === way()) return;
  look(as);
  history.pushState(null, "", ways.find((link) => link.dataset.way === as).href);
}

// Which picture lies at which side; where one is taken from the other side, they change places.
function lay(name, figure) {
  const other = name === "left" ? "right" : "left";
  const was = side(name);
  if (figure === side(other)) was.dataset.side = other;
  else delete was.dataset.side;
  figure.dataset.side = name;
  tell();
}

function tell() {
  const names = ["left", "right"].map((name) => side(name).dataset.name);
  const fill = (words) => words.replace("LEFT", names[0]).replace("RIGHT", names[1]);
  divider.setAttribute("aria-label", fill(divider.dataset.label));
  const label = find(".upper label");
  label.textContent = fill(label.dataset.label);
  for (const name of ["left", "right"]) {
    const chip = find(`[data-two] [name=${name}][value="${figures.indexOf(side(name))}"]`);
    if (chip) chip.checked = true;
  }
}

function swap() {
  lay("left", side("right"));
  find("[data-said]").textContent = divider.getAttribute("aria-label");
}

function slide(range, value) {
  range.value = value;
  range.dispatchEvent(new Event("input", { bubbles: true }));
}

function setMoving(on) {
  panes.toggleAttribute("data-moving", on);
  move.setAttribute("aria-pressed", String(on));
  loupe.show();
}

function back() {
  if (moving()) setMoving(false);
  else if (view.moved) view.zoom(1);
  else find("[data-back]").click();
}

// True where an arrow did something; otherwise it scrolls the page.
function arrow(dx, dy, shift) {
  if (moving()) loupe.by(dx * (shift ? 0.1 : 0.01), dy * (shift ? 0.1 : 0.01));
  else if (view.near && !shift) view.pan(-0.1 * dx, -0.1 * dy);
  else if (dx && way() === "slider") slide(divider, Number(divider.value) + 2 * dx);
  else if (dx && way() === "overlay") slide(over, Number(over.value) + 5 * dx);
  else return false;
  return true;
}

const KEYS = {
  ArrowLeft: (event) => arrow(-1, 0, event.shiftKey),
  ArrowRight: (event) => arrow(1, 0, event.shiftKey),
  ArrowUp: (event) => arrow(0, -1, event.shiftKey),
  ArrowDown: (event) => arrow(0, 1, event.shiftKey),
  s: swap,
  m: () => choose(ways[(ways.findIndex((link) => link.dataset.way === way()) + 1) % ways.length].dataset.way),
  z: () => view.toggle(),
  "+": () => view.by(1.25),
  "=": () => view.by(1.25),
  "-": () => view.by(0.8),
  0: () => view.zoom(1),
  " ": () => way() === "blink" && blink.press(),
  Escape: back,
};

document.addEventListener("keydown", (event) => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || target.closest(".menu")) return;
  if (target.matches("input") && event.key.startsWith("Arrow")) return;
  if (event.key === " " && target.matches("button, summary, input")) return;
  if (/^[1-4]$/.test(event.key)) document.querySelectorAll("[data-keep]")[event.key - 1]?.click();
  const does = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (does && does(event) !== false) event.preventDefault();
});

divider.addEventListener("input", () => panes.style.setProperty("--at", `${divider.value}%`));
over.addEventListener("input", () => panes.style.setProperty("--over", over.value / 100));
for (const link of ways) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(link.dataset.way);
  });
}
find("[data-two]")?.addEventListener("change", ({ target }) => lay(target.name, figures[target.value]));
find("[data-hold]").addEventListener("click", () => blink.press());
for (const [button, does] of [[find("[data-swap]"), swap], [zoom, view.toggle], [move, () => setMoving(!moving())]]) {
  button.hidden = false;
  button.addEventListener("click", does);
}
listen(panes, view, {
  way,
  moving,
  at: () => divider.value / 100,
  slide: (share) => slide(divider, 100 * share),
  hold: blink.hold,
  loupe: (point) => loupe.to(view.toFrame(point)),
});
addEventListener("resize", () => view.pan(0, 0));
const asked = () => new URLSearchParams(location.search).get("as");
addEventListener("popstate", () => {
  const as = ways.some((link) => link.dataset.way === asked()) ? asked() : "slider";
  if (as !== way()) look(as);
});
tell();
look("unasked" in panes.dataset ? "slider" : way());
