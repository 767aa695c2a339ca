// What was typed and not sent outlives a reload and a look at the library, in this tab and for this account.
import { STUDIO } from "./addresses.js";
import { keep, kept } from "./drafted.js";
import { makeSource, ofAKind, restore } from "./strip/places.js";

const composer = () => document.querySelector("[data-composer]");

// `source`: a place that is the source from now on, whatever was before.
async function bringBack(source) {
  const form = composer();
  const fields = kept(form);
  if (!fields) return;
  const before = form.querySelector("[name=model]:checked")?.value;
  for (const box of form.querySelectorAll("[type=checkbox]")) box.checked = fields.some(([name, value]) => name === box.name && value === box.value);
  const pictures = bringPictures(fields, joins);
  for (const [name, value] of fields) {
    if (name === "picture" || name.startsWith("role-")) continue;
    if (name === "model" && value === form.querySelector("[data-instead]")?.dataset.instead) continue; // it is silent
    for (const field of form.querySelectorAll(`[name="${name}"]`)) {
      if (field.type === "radio") field.checked ||= field.value === value;
      else if (field.type === "select-one") field.value = [...field.options].some((o) => o.value === value) ? value : field.value;
      else if (field.type !== "checkbox") field.value = value;
    }
  }
  await pictures; // kept again with them, and not without
  if (source) makeSource(source);
  const model = form.querySelector("[name=model]:checked");
  if (model?.value !== before) for (const words of form.querySelectorAll("[data-instead]")) words.remove();
  model?.dispatchEvent(new Event("change", { bubbles: true }));
}

// The pictures that went along with it, and on the studio's plain address the kind of work that they were for.
function bringPictures(fields, joins) {
  const named = new Map(fields.filter(([name]) => name.startsWith("role-")).map(([name, role]) => [name.slice(5), role]));
  const pictures = fields.filter(([name, value]) => name === "picture" && value).map(([, value]) => [value, named.get(value) ?? ""]);
  // By a link of ours one goes on with what one did; an address that was opened by itself says what it is for.
  const anyKind = location.pathname === STUDIO && document.referrer.startsWith(location.origin);
  return restore(pictures, { anyKind, joins });
}

// An address that names a run or a picture fills the form from it, once: a reload keeps what was changed since. A form that
// was posted, and comes back from the mask's page or refused, has what was typed last.
const named = new URLSearchParams(location.search);
const joins = named.has("source") || named.has("reference"); // a picture from another page joins what there is
if (named.has("run") || named.has("from") || !ofAKind()) keep(composer());
else bringBack(joins && named.has("source") ? [...composer().querySelectorAll("[data-piece]")][0] : undefined);
if (joins || named.has("run") || named.has("from")) history.replaceState(history.state, "", location.pathname + location.hash);
for (const type of ["input", "change", "htmx:load"]) {
  document.addEventListener(type, ({ target }) => target.closest?.("[data-composer]") && keep(composer()));
}
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.elt.matches?.("[data-composer]") && keep(composer()));
// A page that the browser held ready, as one comes back to it: another page has the form since.
addEventListener("pageshow", ({ persisted }) => persisted && bringBack());
