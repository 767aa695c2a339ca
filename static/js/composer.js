// The composer: settings that a model lacks are closed, the price follows each change, Ctrl+Enter makes.
const QUOTE_MS = 120;
let waiting; // the timer of a quote that is about to be asked for
let asked = false; // a quote is on its way
let stale = false; // and settings have changed since it was asked for
let press; // a press of Generate that waits for its price

const composer = () => document.querySelector("[data-composer]");
const source = () => document.querySelector("[data-quote]");
const left = () => document.getElementById("quote");

function quoteSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    waiting = undefined;
    if (asked) stale = true;
    else quote();
  }, QUOTE_MS);
}

function quote() {
  asked = navigator.onLine; // with no line, a press that waits goes on and is told so
  stale = false;
  if (asked) window.htmx.trigger(source(), "quote");
  else quoted();
}

// A press goes on once the price that it agrees to stands on the button.
function quoted() {
  if (stale) return quote();
  asked = false;
  if (waiting) return;
  press?.();
  press = undefined;
}

// Only what the chosen model has can be chosen; what it lacks gives way to the nearest that it has.
function fit() {
  const model = composer()?.querySelector("[name=model]:checked");
  if (!model) return;
  for (const name of ["quality", "output_format", "background"]) {
    const has = model.dataset[name].split(" ");
    const options = [...composer().querySelectorAll(`[name=${name}][type=radio], [name=${name}] option`)];
    for (const option of options) option.disabled = !has.includes(option.value);
    const chosen = options.findIndex((option) => option.checked || option.selected);
    if (chosen < 0 || !options[chosen].disabled) continue;
    const before = options.slice(0, chosen).reverse().find((option) => !option.disabled);
    const other = before ?? options.find((option) => !option.disabled);
    if (other) other[other.type === "radio" ? "checked" : "selected"] = true;
  }
}

// What was wrong is wrong no longer once its sentence has gone.
function mark() {
  for (const error of composer().querySelectorAll(".error")) {
    const fields = composer().querySelectorAll(`[aria-describedby~="${error.id}"]:is(input, select, textarea)`);
    for (const field of fields) {
      if (error.hidden) field.removeAttribute("aria-invalid");
      else field.setAttribute("aria-invalid", "true");
    }
  }
  // A person whose presses are refused for a while is told so, and can't press.
  const held = composer().querySelector("#error-run[data-holds]");
  composer().querySelector(".primary").disabled = Boolean(held) || !composer().querySelector("[name=model]");
}

// That another model was chosen is news until somebody chooses, or agrees by a press.
function forgetInstead() {
  for (const words of composer().querySelectorAll("[data-instead]")) words.remove();
}

function changed({ target, type }) {
  if (!target.closest?.("[data-composer]")) return;
  if (target.name === "prompt") {
    if (type !== "input") return; // a form that gives way to its refused self tells of a change, too
    composer().querySelector("#error-prompt").hidden = true;
    return mark();
  }
  if (target.name === "model") {
    fit();
    if (type === "input") forgetInstead();
  }
  quoteSoon();
}

document.addEventListener("input", changed);
document.addEventListener("change", changed);
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-composer] [data-step]");
  if (!button) return;
  const count = composer().elements.count;
  const wanted = (Number.parseInt(count.value, 10) || 0) + Number(button.dataset.step);
  count.value = Math.min(Number(count.max), Math.max(Number(count.min), wanted));
  count.dispatchEvent(new Event("input", { bubbles: true }));
});
document.addEventListener("click", ({ target }) => {
  const fold = target.closest?.("[data-composer] summary")?.parentElement;
  if (fold) requestAnimationFrame(() => fold.open && fold.scrollIntoView({ block: "nearest" }));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.closest("[data-composer]")) return;
  event.preventDefault();
  if (!event.repeat) composer().requestSubmit(); // a key that is held is one press
});
document.addEventListener("htmx:confirm", (event) => {
  const { elt, issueRequest } = event.detail;
  if (!elt.matches("[data-composer]")) return;
  const underWay = elt.querySelector(".primary").getAttribute("aria-busy") === "true";
  if (!underWay && !waiting && !asked) return;
  event.preventDefault();
  if (!underWay) press = issueRequest; // of two presses at once, the one under way counts
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.elt.matches?.("[data-quote]")) return;
  mark();
  quoted();
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => busy(detail.elt, true));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  busy(detail.elt, false);
  if (!detail.elt.matches?.("[data-composer]")) return;
  if (detail.xhr.status === 200) forgetInstead();
  if (detail.successful && detail.xhr.status >= 400) refused();
  // A phone's settings sheet gives way to the table once its run is on it.
  else if (detail.xhr.status === 200 && location.hash === "#composer") location.hash = "#runs";
});
// A price may be old once its page is looked at again or has a line again, and a model that answered may be silent.
const quoteAnew = () => !document.hidden && source() && quoteSoon();
document.addEventListener("visibilitychange", quoteAnew);
window.addEventListener("online", quoteAnew);
document.addEventListener("htmx:load", ({ target }) => {
  if (target.matches?.("[data-composer]")) ready(target);
  // What is left after the next run follows what came back from the last; a press has told it already.
  else if (target.matches?.(".credits") && left() && target.querySelector("b").textContent !== left().dataset.balance)
    quoteSoon();
});

function busy(element, on) {
  if (element.matches?.("[data-composer]")) element.querySelector(".primary").setAttribute("aria-busy", String(on));
}

// What has to change is in view, and in focus unless somebody goes on writing.
function refused() {
  fit();
  mark();
  const field = composer().querySelector("[aria-invalid=true]");
  field?.closest("details")?.setAttribute("open", "");
  composer().querySelector(".composer-body .error:not([hidden])")?.scrollIntoView({ block: "nearest" });
  if (document.activeElement !== composer().elements.prompt) field?.focus();
}

// A form that was filled from a run is ready at its words.
function ready(form) {
  asked = stale = false; // a quote for the form that this one replaced says nothing any more
  press = undefined;
  fit();
  form.elements.prompt.focus();
}

fit();
