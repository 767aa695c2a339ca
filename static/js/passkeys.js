// Shows what needs a passkey where the browser can use one, and says what went wrong. The ceremony itself is allauth's.
import { say } from "./toasts.js";

const words = document.querySelector("[data-passkey-words]").dataset;
const named = !/^[\d.]+$|^\[/.test(location.hostname); // a key belongs to a name, never to an IP address
const able = named && "PublicKeyCredential" in window;

for (const element of document.querySelectorAll("[data-passkey]")) element.hidden = !able;
for (const element of document.querySelectorAll("[data-no-passkey]")) element.hidden = able;

const elsewhere = document.querySelector("[data-at-localhost]");
if (elsewhere && location.hostname === "127.0.0.1") {
  const same = new URL(location);
  same.hostname = "localhost";
  elsewhere.querySelector("a").href = same;
  elsewhere.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  say(event.detail.exception?.name === "NotAllowedError" ? words.stopped : words.failed);
});
