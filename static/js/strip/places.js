// The places of the strip: their order, names and roles, and the kind of work that they make.
import { fragment, pieceAt } from "../addresses.js";

export const composer = () => document.querySelector("[data-composer]");
export const strip = () => document.querySelector("[data-strip]");
export const places = () => [...strip().querySelectorAll("[data-piece]")];
export const roleOf = (place) => place.querySelector("[data-role]");
export const say = (words) => (strip().querySelector("[data-strip-says]").textContent = words);
export const changed = () => strip().dispatchEvent(new Event("change", { bubbles: true }));

// It follows the pictures: a source makes it image to image, references alone a guided edit.
export function follow() {
  const roles = places().map((place) => roleOf(place)?.value ?? place.dataset.as);
  const { mode } = composer().elements;
  if (!roles.length || (mode.value === "text" && !follow.brought)) return;
  follow.brought = false;
  choose(roles.includes("source") ? "image" : "guided");
}

export function choose(kind) {
  const radio = composer().querySelector(`[name=mode][value=${kind}]`);
  if (radio.checked) return;
  radio.checked = true;
  address(radio);
  shapeOfSource();
}

// Whether this page's address is one of those.
export const ofAKind = () => [...composer().elements.mode].some((radio) => radio.dataset.address === location.pathname);

// Each kind has its own address, so that it can be bookmarked and comes back after a reload.
export function address(radio) {
  history.replaceState(history.state, "", radio.dataset.address + location.hash);
}

export function number() {
  const moved = new Map();
  places().forEach((place, index) => {
    const handle = `@${index + 1}`;
    if (place.dataset.was && place.dataset.was !== handle) moved.set(place.dataset.was, handle);
    place.dataset.was = handle;
    place.querySelector("[data-handle]").textContent = handle;
    for (const named of place.querySelectorAll("[aria-label]")) named.ariaLabel = named.ariaLabel.replace(/@\d+/, handle);
    for (const words of place.querySelectorAll(".vh")) words.textContent = words.textContent.replace(/@\d+/, handle);
  });
  const { prompt } = composer().elements; // where one is named, its new name comes with it
  if (moved.size) prompt.value = prompt.value.replace(/@\d+/g, (handle) => moved.get(handle) ?? handle);
  strip().toggleAttribute("data-full", places().length >= Number(strip().dataset.most));
  shapeOfSource();
  drawnOn();
}

export function undraw() {
  for (const name of ["mask", "markup", "extend_shape", "drawn_on"]) composer().elements[name].value = "";
}

// What was drawn on one source goes when another takes its place.
function drawnOn() {
  const source = places().find((place) => roleOf(place)?.value === "source");
  if (restoring || source?.dataset.state !== "ready") return; // a file has its name once it is read
  const { drawn_on: on } = composer().elements;
  if (on.value && on.value !== source.dataset.piece) undraw();
  on.value = source.dataset.piece;
}

// The source's own shape can be chosen only while there is a source, and is what an edit usually wants.
function shapeOfSource() {
  const own = composer().querySelector("[name=shape][value=source]");
  const has = composer().elements.mode.value === "image" && places().some((place) => roleOf(place)?.value === "source");
  if (!own || restoring) return;
  own.closest("label").hidden = !has;
  if (!has && own.checked) composer().querySelector("[name=shape][value=square]").checked = true;
}

export function move(place, way) {
  const all = places();
  const other = all[all.indexOf(place) + way];
  if (!other) return;
  if (way < 0) other.before(place);
  else other.after(place);
  number();
  place.querySelector("[data-grip]").focus();
  say(place.querySelector("[data-handle]").textContent);
  changed();
}

export function remove(place) {
  const next = place.nextElementSibling;
  place.remove();
  number();
  (next?.querySelector("[data-grip], input") ?? strip().querySelector("input[type=file]")).focus();
  if (!places().length) choose(composer().elements.mode.value === "guided" ? "guided" : "text");
  changed();
}

// A new picture has a role that fits: the first one of an edit is its source.
export function usualRole() {
  const taken = places().map((place) => roleOf(place)?.value ?? place.dataset.as);
  const guided = composer().elements.mode.value === "guided";
  return guided || taken.includes("source") ? "style" : "source";
}

export function put(place, fresh) {
  const inFocus = place.contains(document.activeElement);
  fresh.dataset.was = place.dataset.was ?? "";
  place.replaceWith(fresh);
  if (places().some((other) => other !== fresh && other.dataset.piece === fresh.dataset.piece)) fresh.remove();
  if (inFocus) fresh.querySelector("[data-grip]")?.focus();
  number();
  changed();
}

export async function refresh(place) {
  const fresh = await fragment(pieceAt(place.dataset.piece, roleOf(place)?.value ?? place.dataset.as ?? ""));
  const news = fresh?.textContent !== place.textContent || fresh?.dataset.state !== place.dataset.state;
  if (fresh && place.isConnected && news) put(place, fresh);
}

// A picture of the library joins: from a tile, or from another page.
export async function take(picture, role) {
  const there = places().find((place) => place.dataset.piece === picture);
  const fresh = there ?? (await fragment(pieceAt(picture, role === "source" ? usualRole() : role)));
  if (!fresh) return false;
  if (!there) add(fresh);
  if (role === "source") makeSource(fresh);
  follow.brought = true;
  follow();
  number();
  if (roleOf(fresh).value === "source") asItIs();
  changed();
  composer().elements.prompt.focus();
  return true;
}

// There is one source: another gives way.
export function makeSource(place) {
  for (const other of places()) if (other !== place && roleOf(other)?.value === "source") other.remove();
  roleOf(place).value = "source";
  number();
  asItIs();
}

let restoring = false; // a source may be on its way, whose own shape is chosen

// Those of a draft, in its order and as far as they can still be had; with `joins`, after those that are there.
export async function restore(pictures, { anyKind, joins }) {
  restoring = true;
  const there = new Map(places().map((place) => [place.dataset.piece, place]));
  for (const place of joins ? [] : places()) {
    place.dataset.was = ""; // the draft's words name them by their places in it
    if (!pictures.some(([picture]) => picture === place.dataset.piece)) place.remove();
  }
  const found = await Promise.all(pictures.map(([picture, role]) => there.get(picture) ?? fragment(pieceAt(picture, role))));
  for (const place of found) {
    if (place && !(joins && place.isConnected)) strip().querySelector(".ref-new").before(place);
  }
  follow.brought = anyKind;
  follow();
  restoring = false;
  number();
  changed();
}

export function asItIs() {
  const own = composer().querySelector("[name=shape][value=source]");
  if (own) own.checked = true;
}

export function add(place) {
  strip().querySelector(".ref-new").before(place);
  number();
}
