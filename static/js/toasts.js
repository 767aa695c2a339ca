// Toasts: `say("3 frames deleted.")`. One that asks for nothing goes after 8 s unless it is being looked at; one with a
// link or a button, or marked data-stays, waits to be closed. The same words again take the place of those that are there.
const SECONDS = 8;
const shelf = document.querySelector("[data-toasts]");
const shown = new Map(); // words -> the toast that says them

function closeButton(toast) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = shelf.dataset.close;
  button.addEventListener("click", () => toast.remove());
  return button;
}

function leaveLater(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? leaveLater(toast) : toast.remove()), SECONDS * 1000);
}

function settle(toast) {
  const words = toast.querySelector("span").textContent;
  shown.get(words)?.remove();
  shown.set(words, toast);
  const asks = toast.querySelector("a, button") || "stays" in toast.dataset;
  toast.append(closeButton(toast));
  if (!asks) leaveLater(toast);
}

export function say(words, { stays = false } = {}) {
  const toast = document.createElement("p");
  toast.className = "toast";
  if (stays) toast.dataset.stays = "";
  const text = document.createElement("span");
  text.textContent = words;
  toast.append(text);
  show(toast);
}

export function show(toast) {
  settle(toast);
  shelf.append(toast);
}

shelf?.querySelectorAll(".toast").forEach(settle);
document.addEventListener("htmx:load", (event) => event.target.matches?.(".toast") && settle(event.target));
