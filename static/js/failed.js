// An htmx request that came to nothing is told: a press of Generate beside its button, any other by a toast.
import { show } from "./toasts.js";

const BY_ITSELF = ["balance", "quote"]; // what the page asks without a press, and asks again
const WHY = { 401: "signed-out", 403: "too-old" };
const unsent = new WeakSet(); // requests that had no line to go by; of any other nobody knows whether it arrived
const composer = () => document.querySelector("[data-composer]");
// By this header the product says what becomes of its own refusals; a proxy's answer is without it.
const ours = (xhr) => xhr.getResponseHeader("HX-Reswap") !== null;

function why(xhr) {
  if (unsent.has(xhr)) return "unsent";
  return (ours(xhr) && WHY[xhr.status]) || "unsure";
}

// Beside the button stands one of its lines, or none.
function tell(reason) {
  for (const line of composer()?.querySelectorAll("[data-failed]") ?? []) line.hidden = line.dataset.failed !== reason;
}

function toast(reason) {
  const words = (name) => document.querySelector(`[data-toasts] template[data-failed=${name}]`);
  show((words(reason) ?? words("unsure")).content.firstElementChild.cloneNode(true));
}

function failed({ detail: { elt, xhr, requestConfig } }) {
  const reason = why(xhr);
  if (elt === composer() || (reason === "signed-out" && composer())) tell(reason);
  else if (!BY_ITSELF.includes(requestConfig.triggeringEvent?.type)) toast(reason);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => navigator.onLine || unsent.add(detail.xhr));
// A proxy may refuse with a number of ours: its page is no fragment.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 400 || ours(detail.xhr)) return;
  detail.shouldSwap = false;
  detail.isError = true;
});
document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.successful && detail.elt === composer() && tell());
document.addEventListener("live", ({ detail }) => detail.kind === "bye" && tell("signed-out"));
