// The strip of pictures that go along: files come by dialog, drop and paste; places are changed by pointer and by key.
import { bring } from "./strip/files.js";
import "./strip/hold.js";
import { address, changed, composer, follow, move, number, ofAKind, places, refresh, remove, roleOf, strip, take, undraw } from "./strip/places.js";

const LOOK_MS = 2000; // while a file is read and no event tells of it

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
  } else if (target.name === "mode") {
    address(target);
    number();
  }
});
// Copied cells and slides come as words and as a picture of them: whoever pastes those means the words.
document.addEventListener("paste", ({ clipboardData }) => {
  if (pictures(clipboardData).length && !clipboardData.types.includes("text/plain")) bring(pictures(clipboardData));
});
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
  undraw();
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

document.addEventListener("live", ({ detail }) => {
  if (detail.kind !== "upload" || !strip()) return;
  for (const place of places()) if (place.dataset.upload === detail.upload) refresh(place);
});
setInterval(() => {
  if (document.hidden || !strip()) return;
  for (const place of places()) if (place.dataset.state === "waiting") refresh(place);
}, LOOK_MS);
document.addEventListener("htmx:load", ({ target }) => target.matches?.("[data-composer]") && number());
if (strip()) {
  number();
  if (!ofAKind()) address(composer().querySelector("[name=mode]:checked"));
}
