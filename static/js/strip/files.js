// Files on their way: each has its place at once, tells how far it is, and is sent again alone where it was not taken.
import { add, asItIs, composer, follow, number, places, put, remove, say, strip, usualRole } from "./places.js";

const AT_ONCE = 3;
const files = new WeakMap(); // place -> its file, as long as it is not taken
const waiting = [];
let sending = 0;

export function bring(list) {
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
  place.querySelector(".ref-says").textContent = `${files.get(place).name}: ${words}`;
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
