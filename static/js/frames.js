// Frames on the table: each is fetched when it changes and put in place without a flicker; runs of other tabs join.
import { STUDIO, fragment, frameAt, previewAt, runAt } from "./addresses.js";
import { remember } from "./history.js";

const HEAD_MS = 250;
const fetching = new Map(); // frame or run -> whether it changed again meanwhile
const heads = new Map();
const olderPage = new URLSearchParams(location.search).has("before");
const said = document.querySelector("#said");
const table = () => document.querySelector("#runs");
const tileOf = (frame) => document.getElementById(`frame-${frame}`);
const runOf = (run) => document.querySelector(`[data-run="${run}"]`);

// One fetch of a thing at a time; what changes meanwhile is fetched again.
async function once(name, fetchIt) {
  if (fetching.has(name)) return void fetching.set(name, true);
  do {
    fetching.set(name, false);
    await fetchIt();
  } while (fetching.get(name));
  fetching.delete(name);
}

// The picture that was there stays under the new one until that has loaded, and the new one fades in over it.
function crossFade(old, fresh) {
  const before = old.querySelector("img[data-develops], img[data-picture]");
  const picture = fresh.querySelector("img[data-develops], img[data-picture]");
  if (!picture || !before?.complete) return;
  fresh.querySelector("img.under")?.remove();
  const under = before.cloneNode();
  under.className = "under sharp";
  under.alt = "";
  under.removeAttribute("data-develops");
  under.removeAttribute("data-picture");
  picture.before(under);
  picture.classList.add("arrives");
  picture.loading = "eager";
  const arrived = () => picture.classList.remove("arrives");
  picture.decode().then(arrived, arrived);
}

export function put(old, fresh) {
  const focused = old.contains(document.activeElement);
  crossFade(old, fresh);
  old.replaceWith(fresh);
  window.htmx.process(fresh);
  if (focused) fresh.querySelector("a, button")?.focus({ preventScroll: true });
  if (old.dataset.state !== "done" && fresh.dataset.state === "done") remember(fresh);
}

const ringed = (tile) => tile?.querySelector(".frame-no")?.getAttribute("aria-pressed");

async function refresh(frame) {
  const before = ringed(tileOf(frame));
  const fresh = await fragment(frameAt(frame));
  const old = tileOf(frame);
  if (fresh === undefined || !old) return;
  // Pressed while this was on its way: what came is older than the press.
  if (old.querySelector(".htmx-request") || ringed(old) !== before) return void fetching.set(frame, true);
  const run = old.closest("[data-run]")?.dataset.run;
  if (fresh === null) old.remove();
  else put(old, fresh);
  if (run) headSoon(run);
}

// A preview that sharpens one that is there changes the picture's address and nothing else.
async function sharpen(frame, index) {
  const picture = tileOf(frame)?.querySelector("img[data-develops]");
  if (!picture) return once(frame, () => refresh(frame));
  const next = new Image();
  next.src = previewAt(frame, index);
  await next.decode().catch(() => {});
  if (next.naturalWidth) picture.src = next.src;
}

// The head of a run tells how many frames can be cancelled, and the money; it is fetched once a burst.
function headSoon(run) {
  clearTimeout(heads.get(run));
  heads.set(run, setTimeout(() => once(run, () => refreshHead(run)), HEAD_MS));
}

async function refreshHead(run) {
  const fresh = await fragment(runAt(run));
  const old = runOf(run);
  if (!fresh || !old) return;
  const head = fresh.querySelector(".run-head");
  const now = old.querySelector(".run-head");
  if (head.textContent.trim() !== now.textContent.trim() && !now.contains(document.activeElement)) {
    now.replaceWith(head);
    window.htmx.process(head);
  }
  const word = fresh.dataset.lastWord;
  if (word && !old.dataset.lastWord) said.textContent = word;
  old.dataset.lastWord = word;
}

// The first run of all, made in another tab: the table comes in place of the suggestions.
async function openTable() {
  await window.htmx.ajax("GET", STUDIO, { target: "#main", select: "#main", swap: "outerHTML" });
  document.querySelector(".studio").classList.remove("first");
}

async function join(run) {
  if (!table()) return openTable();
  const fresh = await fragment(runAt(run));
  if (!fresh || runOf(run)) return;
  table().prepend(fresh);
  window.htmx.process(fresh);
}

document.addEventListener("live", ({ detail: event }) => {
  if (event.kind !== "frame") return;
  if (tileOf(event.frame)) {
    if (event.preview !== undefined) sharpen(event.frame, event.preview);
    else once(event.frame, () => refresh(event.frame));
  } else if (event.run && !runOf(event.run) && event.state !== "copies" && !olderPage) {
    once(event.run, () => join(event.run));
  }
});

// A run that comes twice (a doubled press, another tab's news) stands once.
document.addEventListener("htmx:load", ({ target }) => {
  if (!target.matches?.(".run")) return;
  for (const other of document.querySelectorAll(`[data-run="${target.dataset.run}"]`)) if (other !== target) other.remove();
});
