// The strip of pictures that go along: files come by dialog, drop and paste; places are changed by pointer and by key.
import { fragment, pieceAt } from "./addresses.js";

const AT_ONCE = 3;
const LOOK_MS = 2000; // while a file is read and no event tells of it
const files = new WeakMap(); // place -> its file, as long as it is not taken
const waiting = [];
let sending = 0;

const composer = () => document.querySelector("[data-composer]");
const strip = () => document.querySelector("[data-strip]");
const places = () => [...strip().querySelectorAll("[data-piece]")];
const roleOf = (place) => place.querySelector("[data-role]");
const say = (words) => (strip().querySelector("[data-strip-says]").textContent = words);
const changed = () => strip().dispatchEvent(new Event("change", { bubbles: true }));

// --- the kind of work ---------------------------------------------------------------------------------------------
// It follows the pictures: a source makes it image to image, references alone a guided edit.
function follow() {
  const roles = places().map((place) => roleOf(place)?.value);
  const { mode } = composer().elements;
  if (!roles.length || (mode.value === "text" && !follow.brought)) return;
  follow.brought = false;
  choose(roles.includes("source") ? "image" : "guided");
}

function choose(kind) {
  const radio = composer().querySelector(`[name=mode][value=${kind}]`);
  if (radio.checked) return;
  radio.checked = true;
  address(radio);
}

// Each kind has its own address, so that it can be bookmarked and comes back after a reload.
function address(radio) {
  history.replaceState(history.state, "", radio.dataset.address + location.hash);
}

// --- places -------------------------------------------------------------------------------------------------------
function number() {
  places().forEach((place, index) => {
    const handle = `@${index + 1}`;
    place.querySelector("[data-handle]").textContent = handle;
    for (const named of place.querySelectorAll("[aria-label]")) named.ariaLabel = named.ariaLabel.replace(/@\d+/, handle);
    for (const words of place.querySelectorAll(".vh")) words.textContent = words.textContent.replace(/@\d+/, handle);
  });
  strip().toggleAttribute("data-full", places().length >= Number(strip().dataset.most));
  shapeOfSource();
}

// The source's own shape can be chosen only while there is a source, and is what an edit usually wants.
function shapeOfSource() {
  const own = composer().querySelector("[name=shape][value=source]");
  const has = places().some((place) => roleOf(place)?.value === "source");
  if (!own) return;
  own.closest("label").hidden = !has;
  if (!has && own.checked) composer().querySelector("[name=shape][value=square]").checked = true;
}

function move(place, way) {
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

function remove(place) {
  const next = place.nextElementSibling;
  place.remove();
  number();
  (next?.querySelector("[data-grip], input") ?? strip().querySelector("input[type=file]")).focus();
  if (!places().length) choose(composer().elements.mode.value === "guided" ? "guided" : "text");
  changed();
}

// A new picture has a role that fits: the first one of an edit is its source.
function usualRole() {
  const taken = places().map((place) => roleOf(place)?.value ?? place.dataset.as);
  const guided = composer().elements.mode.value === "guided";
  return guided || taken.includes("source") ? "style" : "source";
}

function put(place, fresh) {
  const before = place.dataset.piece;
  const inFocus = place.contains(document.activeElement);
  place.replaceWith(fresh);
  if (places().some((other) => other !== fresh && other.dataset.piece === fresh.dataset.piece)) fresh.remove();
  if (inFocus) fresh.querySelector("[data-grip]")?.focus();
  number();
  if (before !== fresh.dataset.piece || fresh.dataset.state === "ready") changed();
}

async function refresh(place) {
  const fresh = await fragment(pieceAt(place.dataset.piece, roleOf(place)?.value ?? place.dataset.as ?? ""));
  if (fresh && place.isConnected && fresh.dataset.state !== place.dataset.state) put(place, fresh);
}

// A picture of the library joins: from a tile, or from another page.
export async function take(picture, role) {
  const there = places().find((place) => place.dataset.piece === picture);
  const fresh = there ?? (await fragment(pieceAt(picture, role === "source" ? usualRole() : role)));
  if (!fresh) return false;
  if (!there) add(fresh);
  if (role === "source" && usualRole() === "style") {
    for (const place of places()) if (roleOf(place).value === "source") roleOf(place).value = "style";
    roleOf(fresh).value = "source";
  }
  follow.brought = true;
  follow();
  number();
  if (roleOf(fresh).value === "source") asItIs();
  changed();
  composer().elements.prompt.focus();
  return true;
}

// Those of a draft, as far as they are not there and can still be had.
export async function restore(pictures, anyKind) {
  const missing = pictures.filter(([picture]) => !places().some((place) => place.dataset.piece === picture));
  if (!missing.length) return;
  const found = await Promise.all(missing.map(([picture, role]) => fragment(pieceAt(picture, role))));
  for (const fresh of found) if (fresh && !places().some((place) => place.dataset.piece === fresh.dataset.piece)) add(fresh);
  follow.brought = anyKind;
  follow();
  changed();
}

function asItIs() {
  const own = composer().querySelector("[name=shape][value=source]");
  if (own) own.checked = true;
}

function add(place) {
  strip().querySelector(".ref-new").before(place);
  number();
}

// --- files --------------------------------------------------------------------------------------------------------
function bring(list) {
  const room = Number(strip().dataset.most) - places().length;
  const pictures = [...list];
  if (pictures.length > room) say(strip().dataset.tooMany);
  for (const file of pictures.slice(0, room)) {
    const place = blank(file);
    add(place);
    follow.brought = true;
    waiting.push(place);
  }
  next();
}

// A place for a file on its way: its own pixels if the browser can show them, a line that tells how much is sent.
function blank(file) {
  const place = document.createElement("li");
  place.className = "ref";
  Object.assign(place.dataset, { piece: "", state: "sending", as: usualRole() });
  place.innerHTML = '<span class="ref-face" data-grip tabindex="0" role="group"><progress max="1" value="0"></progress><b data-handle></b></span><span class="ref-says"></span>';
  place.querySelector("[data-grip]").setAttribute("aria-label", file.name);
  place.querySelector("progress").setAttribute("aria-label", file.name);
  place.querySelector(".ref-says").textContent = file.name;
  files.set(place, file);
  return place;
}

function next() {
  while (sending < AT_ONCE && waiting.length) {
    const place = waiting.shift();
    if (!place.isConnected) continue;
    sending += 1;
    send(place).finally(() => {
      sending -= 1;
      next();
    });
  }
}

function send(place) {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.set("file", files.get(place));
  return new Promise((done) => {
    request.upload.onprogress = ({ loaded, total }) => (place.querySelector("progress").value = loaded / total);
    request.onerror = () => done(failed(place, strip().dataset.notTaken));
    request.onload = () => done(request.status === 200 ? taken(place, request.responseText) : failed(place, why(request)));
    request.open("POST", strip().dataset.uploadUrl);
    request.setRequestHeader("X-CSRFToken", composer().elements.csrfmiddlewaretoken.value);
    request.setRequestHeader("HX-Request", "true");
    request.send(body);
  });
}

const why = (request) =>
  request.getResponseHeader("Content-Type")?.startsWith("text/plain") && request.responseText
    ? request.responseText
    : strip().dataset.notTaken;

function taken(place, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const fresh = holder.content.firstElementChild;
  const role = fresh.querySelector("[data-role]");
  if (role) role.value = place.dataset.as;
  put(place, fresh);
  follow();
  if (place.dataset.as === "source") asItIs();
  number();
}

// It stays in its place with its reason, and can be sent again alone.
function failed(place, words) {
  place.dataset.state = "failed";
  place.querySelector("progress")?.remove();
  place.querySelector(".ref-says").textContent = words;
  place.querySelector(".ref-says").classList.add("error");
  const row = document.createElement("span");
  row.className = "row";
  for (const [words_, act] of [
    [strip().dataset.againWords, () => resend(place)],
    [strip().dataset.awayWords, () => remove(place)],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = words_;
    button.addEventListener("click", act);
    row.append(button);
  }
  place.append(row);
  say(words);
}

function resend(place) {
  const fresh = blank(files.get(place));
  fresh.dataset.as = place.dataset.as;
  place.replaceWith(fresh);
  number();
  waiting.push(fresh);
  next();
}

// --- what people do -----------------------------------------------------------------------------------------------
const pictures = (data) => [...(data?.files ?? [])].filter((file) => file.size >= 0);

document.addEventListener("change", ({ target }) => {
  if (target.name === "picture_files") {
    bring(target.files);
    target.value = "";
  } else if (target.matches("[data-role]")) {
    if (target.value === "source") {
      for (const place of places()) if (roleOf(place) !== target && roleOf(place)?.value === "source") roleOf(place).value = "style";
    }
    number();
    follow();
  } else if (target.name === "mode") address(target);
});
document.addEventListener("paste", ({ clipboardData }) => pictures(clipboardData).length && bring(pictures(clipboardData)));
for (const type of ["dragenter", "dragover"]) {
  document.addEventListener(type, (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    composer().toggleAttribute("data-drop", true);
  });
}
document.addEventListener("dragleave", (event) => event.relatedTarget || composer().removeAttribute("data-drop"));
document.addEventListener("drop", (event) => {
  composer().removeAttribute("data-drop");
  if (!pictures(event.dataTransfer).length) return;
  event.preventDefault();
  bring(pictures(event.dataTransfer));
});

document.addEventListener("click", async (event) => {
  const { target } = event;
  const link = target.closest?.("a[data-take]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && strip()) {
    event.preventDefault();
    if (await take(link.dataset.picture, link.dataset.take)) return;
    location.assign(link.href);
  }
  const button = target.closest?.("[data-strip] button");
  if (!button) return;
  const place = button.closest("[data-piece]");
  if (button.name === "remove") act(event, () => remove(place));
  else if (button.name === "move") act(event, () => move(place, button.value.endsWith(":later") ? 1 : -1));
  else if (button.matches("[data-unmask]")) act(event, unmask);
  else if (button.matches("[data-plain]")) act(event, () => leave(button));
  else if (button.matches("[data-again]")) act(event, () => readAgain(place, button));
});

function act(event, what) {
  event.preventDefault();
  what();
}

// Another page takes the whole form, by a plain post that htmx has no part in.
function leave(button) {
  const form = composer();
  form.action = button.formAction;
  HTMLFormElement.prototype.submit.call(form);
}

function unmask() {
  for (const name of ["mask", "markup", "extend_shape"]) composer().elements[name].value = "";
  for (const part of strip().querySelectorAll(".mask-thumb, [data-unmask]")) part.remove();
  changed();
}

async function readAgain(place, button) {
  const answer = await fetch(button.dataset.again, {
    method: "POST",
    headers: { "HX-Request": "true", "X-CSRFToken": composer().elements.csrfmiddlewaretoken.value },
  });
  if (answer.ok) refresh(place);
}

const KEYS = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
document.addEventListener("keydown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.ctrlKey || event.metaKey || event.altKey) return;
  const place = grip.closest("[data-piece]");
  if (event.key in KEYS) act(event, () => move(place, KEYS[event.key]));
  else if (event.key === "Delete" || event.key === "Backspace") act(event, () => remove(place));
});

// By mouse, pen and touch: a place is held and goes where it is let go.
let held;
document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || event.button) return;
  held = { place: grip.closest("[data-piece]"), x: event.clientX, y: event.clientY, moved: false };
  grip.setPointerCapture(event.pointerId);
});
document.addEventListener("pointermove", (event) => {
  if (!held || (!held.moved && Math.hypot(event.clientX - held.x, event.clientY - held.y) < 6)) return;
  held.moved = true;
  held.place.toggleAttribute("data-held", true);
  const over = document.elementsFromPoint(event.clientX, event.clientY).map((found) => found.closest("[data-piece]"));
  const other = over.find((found) => found && found !== held.place);
  if (!other) return;
  const all = places();
  if (all.indexOf(other) < all.indexOf(held.place)) other.before(held.place);
  else other.after(held.place);
});
for (const type of ["pointerup", "pointercancel"]) {
  document.addEventListener(type, () => {
    held?.place.removeAttribute("data-held");
    if (held?.moved) {
      number();
      changed();
    }
    held = undefined;
  });
}

// --- what is read meanwhile ---------------------------------------------------------------------------------------
document.addEventListener("live", ({ detail }) => {
  if (detail.kind !== "upload" || !strip()) return;
  for (const place of places()) if (place.dataset.upload === detail.upload) refresh(place);
});
setInterval(() => {
  if (document.hidden || !strip()) return;
  for (const place of places()) if (place.dataset.state === "waiting") refresh(place);
}, LOOK_MS);
document.addEventListener("htmx:load", ({ target }) => target.matches?.("[data-composer]") && number());
if (strip()) number();
