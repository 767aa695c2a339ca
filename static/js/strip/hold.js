// By mouse, pen and touch: a place is held and goes where it is let go.
import { changed, number, places } from "./places.js";

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
